"""What a screen says of its typing: told to the chat's members alone, and ended with the screen."""

from services.gateway.domain.limits import TYPING_SHOWN_SECONDS
from services.gateway.domain.scope import Caller
from services.gateway.http.entry import Parts
from services.kernel.clock import monotonic

#: One writes in one chat at a time; a screen that says more forgets the others.
_MOST_CHATS = 3
_LONGEST_ID = 100


class Typist:
    """One screen's typing: who may see it is looked up once while it lasts."""

    def __init__(self, parts: Parts, caller: Caller) -> None:
        self._parts, self._caller = parts, caller
        #: Chat → who takes part besides, and until when that is believed.
        self._chats: dict[str, tuple[tuple[str, ...], float]] = {}

    async def hear(self, frame: dict[str, object]) -> None:
        """Pass on that this person types, or has stopped, if it is a chat of theirs."""
        name, typing = frame.get("conversation_id"), frame.get("typing")
        if not isinstance(name, str) or len(name) > _LONGEST_ID or not isinstance(typing, bool):
            return
        others = await self._others(name) if typing else self._chats.pop(name, ((), 0.0))[0]
        self._say(name, others, typing=typing)

    async def _others(self, name: str) -> tuple[str, ...]:
        others, until = self._chats.pop(name, ((), 0.0))
        if until < monotonic():
            members = await self._parts.views.chatting(self._caller.scope, name)
            others = tuple(one for one in members if one != self._caller.scope.user)
            until = monotonic() + TYPING_SHOWN_SECONDS
        self._chats[name] = (others, until)
        while len(self._chats) > _MOST_CHATS:
            self._chats.pop(next(iter(self._chats)))
        return others

    def leave(self) -> None:
        """Nobody types on a screen that is gone."""
        for name, (others, _) in self._chats.items():
            self._say(name, others, typing=False)
        self._chats.clear()

    def _say(self, name: str, others: tuple[str, ...], *, typing: bool) -> None:
        if others:
            self._parts.signals.typing(self._caller.scope, name, others, on=typing)
