"""A caller-name service in memory, which keeps the port's promises."""

from services.gateway.ports.caller_names import NamesAway


class FakeCallerNames:
    """Knows what it is given; `away` as long as nobody can ask it."""

    source = "fake"

    def __init__(self, names: dict[str, str]) -> None:
        self.names = names
        self.away = False
        self.asked: list[str] = []

    async def name(self, number: str) -> str | None:
        self.asked.append(number)
        if self.away:
            raise NamesAway("away")
        return self.names.get(number)
