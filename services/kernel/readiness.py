"""Ready means: every outside thing that this process needs is there, and it owns its work."""

import structlog

_log = structlog.get_logger()


class Readiness:
    """Collects what is away at the moment; empty is ready."""

    def __init__(self, *starting: str) -> None:
        self._away: dict[str, str] = dict.fromkeys(starting, "starting")

    @property
    def away(self) -> dict[str, str]:
        """What is missing, and why, for /readyz."""
        return dict(self._away)

    @property
    def ready(self) -> bool:
        return not self._away

    def lost(self, what: str, error: BaseException | str) -> None:
        """Note that a thing is away; only the first of a series is logged."""
        kind = error if isinstance(error, str) else type(error).__name__
        if what not in self._away:
            _log.warning("lost", what=what, error=kind)
        self._away[what] = kind

    def back(self, what: str) -> None:
        """Note that a thing is there again."""
        if self._away.pop(what, None) is not None:
            _log.info("back", what=what)
