"""What keeps one conversation, queue or entity in one partition (CloudEvents `partitionkey`)."""

from collections.abc import Iterable


def for_sms(number: str, counterparts: Iterable[str]) -> str:
    """Key an `sms` conversation by our number and the sorted counterparts (DESIGN.md §3).

    It knows no tenant, because ingest does not: a number that moves keeps its partition.
    """
    return f"{number}|{','.join(sorted(counterparts))}"


def for_consent(number: str, counterpart: str) -> str:
    """Key a consent stream so that it shares the partition of the conversation of that pair."""
    return for_sms(number, (counterpart,))
