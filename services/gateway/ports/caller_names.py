"""Who an outside number belongs to where no contact says it, in the gateway's words."""

from typing import Protocol


class NamesAway(ConnectionError):
    """The service could not be asked, or said nothing that could be read; ask again later."""


class CallerNames(Protocol):
    """A caller-name service; asking changes nothing, and may cost money."""

    @property
    def source(self) -> str:
        """What it is called in the log: "http", "file"."""
        ...

    async def name(self, number: str) -> str | None:
        """Say whose number this is (E.164); None: the service does not know. NamesAway."""
        ...
