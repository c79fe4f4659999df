"""Media's adapters: the fetch, the sniffing, the shrinking, the bucket."""
