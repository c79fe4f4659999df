"""Ingest's adapters: the spool on disk, and the way from it to the log."""
