"""What media and notify meet outside: files that carriers hold, the bucket, the push services."""

import asyncio
import base64
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid02

from schemas.media import RecordFetch, StoredObject
from services.kernel.handling import Addressed
from services.kernel.outbound import Answer, Unknown, Unreachable
from tests.checking.history import History
from tests.simulation.fate import Fate
from tests.simulation.machine import passes

_WAY, _SPREAD = 0.02, 1.0


class Files:
    """Performs media's effects: files by URL into a bucket; a put that was interrupted may be in.

    What a URL holds is said by the URL, so that a second fetch is the same. Media's own performers
    sniff, hash and shrink on a disk, which is tested where they live.
    """

    def __init__(self, fate: Fate) -> None:
        self._fate = fate
        self.bucket: dict[str, bytes] = {}

    async def perform(self, effect_id: str, payload: bytes) -> tuple[Addressed, ...]:
        del effect_id
        effect = msgspec.json.decode(payload)
        await passes()
        await asyncio.sleep(self._fate.long_tailed(_WAY, _SPREAD))
        await passes()
        if "wanted" not in effect:
            self.bucket.pop(effect["key"], None)
            return ()
        wanted = effect["wanted"]
        report = self._copy(wanted, effect["tries"])
        return (
            Addressed(
                subject=wanted["conversation_id"],
                partitionkey=wanted["partitionkey"],
                tenant=wanted["tenant"],
                data=report,
            ),
        )

    def interrupted(self, effect_id: str, payload: bytes) -> tuple[Addressed, ...] | None:
        """Say that it may be done again: equal bytes have an equal key."""
        del effect_id, payload
        return None

    def _copy(self, wanted: dict[str, Any], tries: int) -> RecordFetch:
        about = {name: wanted[name] for name in ("conversation_id", "message_id", "index")}
        if self._fate.happens(self._fate.odds.unreachable):
            return RecordFetch(**about, tries=tries, code="timeout", retry=True)
        content = f"the file at {wanted['file']['url']}".encode()
        key = f"{wanted['tenant']}/{sha256(content).hexdigest()}"
        self.bucket[key] = content
        if self._fate.happens(self._fate.odds.unanswered):
            return RecordFetch(**about, tries=tries, code="store-away", retry=True)
        stored = StoredObject(key=key, media_type="text/plain", size=len(content))
        return RecordFetch(**about, tries=tries, name="note.txt", original=stored)


class PushServices:
    """The browsers' push services; stands where the kernel's outbound client does."""

    def __init__(self, fate: Fate, history: History) -> None:
        self._fate = fate
        self._history = history

    async def call(
        self, method: str, url: str, *, headers: Mapping[str, str], content: bytes
    ) -> Answer:
        """Take a push, or not."""
        del method, headers, content
        await passes()
        fate = self._fate
        if fate.happens(fate.odds.unreachable):
            raise Unreachable
        await asyncio.sleep(fate.long_tailed(_WAY, _SPREAD))
        await passes()
        if fate.happens(fate.odds.unanswered):
            raise Unknown
        status = 429 if fate.happens(fate.odds.busy) else 201
        self._history.note(asyncio.get_running_loop().time(), "push", url=url, status=status)
        return Answer(status, {}, b"")


def browser(name: str) -> tuple[str, str, str]:
    """Give a browser's endpoint and keys, the same for the same name."""
    secret = int.from_bytes(sha256(name.encode()).digest()[:30], "big") + 1
    point = ec.derive_private_key(secret, ec.SECP256R1()).public_key()
    raw = point.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    auth = sha256(b"auth" + name.encode()).digest()[:16]
    return f"https://push.example.com/{name}", _text(raw), _text(auth)


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def vapid() -> Vapid02:
    """Give the key by which notify signs."""
    return Vapid02.from_raw(_text(b"\x11" * 32).encode())
