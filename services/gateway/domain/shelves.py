"""Where history stands: texts on the shelf of our number, every chat on a shelf of its own.

Whoever may read one conversation of a number mostly may read all of them, so a search goes along a
few shelves and asks of each message whether it may be shown.
"""


def shelf(partition_key: str) -> str:
    """Name the shelf of a conversation; it never changes."""
    return partition_key.partition("|")[0]
