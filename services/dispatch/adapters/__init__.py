"""Dispatch's ways to the outside: the carriers' APIs, and its own parts in Postgres."""
