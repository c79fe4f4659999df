"""Who is to be asked about (`occasions`), and what is decided for each of them (`telling`)."""
