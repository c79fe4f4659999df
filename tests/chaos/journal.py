"""What the carriers did, by the simulator's journal: read on from where the last look ended."""

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

from services.kernel import ids
from tests.chaos.stack import Stack
from tests.checking.history import Entry, History

_SECONDS = 30.0
#: States after which nothing more is reported about a text.
_ENDS = frozenset({"delivered", "undelivered", "failed"})
#: Carriers that do not come again once somebody has answered, whatever it was.
_ONCE_ANSWERED = frozenset({"twilio"})
_GIVEN_UP = frozenset({"gave-up", "dropped"})


@dataclass
class Journal:
    """All that passed between the carriers and one stack."""

    stack: Stack
    client: httpx.AsyncClient
    entries: list[dict[str, Any]] = field(default_factory=list)
    _last: int = 0

    async def read(self) -> None:
        """Read what is new."""
        url = f"{self.stack.places.phone}/control/history"
        answer = await self.client.get(url, params={"after": self._last}, timeout=_SECONDS)
        found = answer.json()
        self.entries += found["entries"]
        self._last = int(found["last"])

    def texts_in(self) -> dict[str, dict[str, Any]]:
        """Give what customers sent, by the carriers' ids."""
        return {
            one["id"]: one
            for one in self.entries
            if one["kind"] == "text" and one["direction"] == "in"
        }

    def texts_out(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Give our texts that carriers took, with our own ids of them."""
        for one in self.entries:
            if one["kind"] == "text" and one["direction"] == "out":
                yield _message_id(one), one

    def events(self, but: AbstractSet[str]) -> dict[str, bool]:
        """Name the events of every text that was answered 2xx; all of them are texts."""
        accepted = self.accepted() - but
        return {
            ids.derive(
                "carrier-event", one["carrier"], one["carrier"], id_, one["number"], "message"
            ): True
            for id_, one in self.texts_in().items()
            if id_ in accepted
        }

    def unreported(self) -> set[str]:
        """Name our texts of which no last report has been taken."""
        reported = self._reported()
        return {message for message, one in self.texts_out() if one["id"] not in reported}

    def pending(self) -> int:
        """Count webhooks whose carrier is still trying."""
        done = self.accepted() | {one["id"] for one in self.entries if _is_last(one, "message")}
        over = self._reported() | {one["id"] for one in self.entries if _is_last(one, "receipt")}
        texts = sum(1 for id_ in self.texts_in() if id_ not in done)
        return texts + sum(1 for _, one in self.texts_out() if one["id"] not in over)

    def history(self) -> list[Entry]:
        """Tell it in the checker's words."""
        notes = History()
        for one in self.texts_in().values():
            notes.note(self.stack.when(one["at"]), "text-in", id=one["id"])
        for message_id, one in self.texts_out():
            at = self.stack.when(one["at"])
            for recipient in one["recipients"]:
                about = {
                    "id": one["id"], "message_id": message_id, "recipient": recipient,
                    "number": one["number"], "thawed": self._thawed(at),
                }  # fmt: skip
                notes.note(at, "carrier-call", result="accepted", **about)
                notes.note(at, "text-out", **about)
        return notes.entries

    def accepted(self) -> set[str]:
        """Name the texts whose webhook was answered 2xx."""
        return {one["id"] for one in self.entries if one["kind"] == "message" and _is_taken(one)}

    def _reported(self) -> set[str]:
        return {
            one["id"]
            for one in self.entries
            if one["kind"] == "receipt" and one.get("state") in _ENDS and _is_taken(one)
        }

    def _thawed(self, at: float) -> float:
        """Say when dispatch, or its way to the carriers, last went on after a pause."""
        before = (
            when for name, when in self.stack.thaws if name.startswith("dispatch") and when <= at
        )
        return max(before, default=-1.0)


def _is_taken(one: Mapping[str, Any]) -> bool:
    return bool(200 <= one.get("status", 0) < 300)


def _is_last(one: Mapping[str, Any], kind: str) -> bool:
    """Tell whether the carrier tries this webhook no more."""
    if one["kind"] != kind or (kind == "receipt" and one.get("state") not in _ENDS):
        return False
    answered = one["carrier"] in _ONCE_ANSWERED and one.get("status") is not None
    return answered or one["result"] in _GIVEN_UP


def _message_id(text: Mapping[str, Any]) -> str:
    """Find our id of a text in what its receipts will bring back."""
    found = parse_qs(urlsplit(text.get("callback") or "").query).get("message")
    return found[0] if found else str(text.get("tag") or "")
