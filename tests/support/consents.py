"""Who has said STOP, in memory: the test form of dispatch's port."""


class FakeConsents:
    """Opted out are the pairs that it is given."""

    def __init__(self, opted_out: set[tuple[str, str]] | None = None) -> None:
        self.opted_out = opted_out or set()

    async def has_opted_out(self, number: str, counterpart: str) -> bool:
        return (number, counterpart) in self.opted_out
