"""The contracts: the only thing that services share about one another (house.md §4)."""
