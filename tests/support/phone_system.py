"""A phone system of our own: takes SIP MESSAGEs by UDP as a registrar's proxy would."""

import contextlib
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

#: Enough for what one datagram holds.
_END_SECONDS = 5.0
_MOST_BYTES = 65_535


@dataclass(frozen=True)
class Heard:
    """One request as it came: its first line, its headers, and the text."""

    line: str
    headers: dict[str, str]
    text: str

    @classmethod
    def read(cls, raw: bytes) -> "Heard":
        head, _, body = raw.partition(b"\r\n\r\n")
        line, *rest = head.decode().split("\r\n")
        return cls(line, dict(one.split(": ", 1) for one in rest), body.decode())


@dataclass
class PhoneSystem:
    """What it heard, and what it answers; a planned None is silence."""

    port: int
    heard: list[Heard] = field(default_factory=list)
    #: Answers of the next requests, in order: a status, and a header if any; then 200.
    plan: list[tuple[str, str] | None] = field(default_factory=list)

    def answer(self, request: Heard) -> list[bytes]:
        planned = self.plan.pop(0) if self.plan else ("200 OK", "")
        if planned is None:
            return []
        status, header = planned
        copied = [f"{name}: {request.headers[name]}" for name in ("Via", "From", "To", "Call-ID")]
        lines = [f"SIP/2.0 {status}", *copied, f"CSeq: {request.headers['CSeq']}"]
        whole = "\r\n".join([*lines, *([header] if header else []), "Content-Length: 0", "", ""])
        other = whole.replace("branch=z9hG4bK", "branch=z9hG4bKother").replace(
            status, "603 Decline"
        )
        trying = whole.replace(status, "100 Trying")
        return [other.encode(), b"no SIP", trying.encode(), whole.encode()]


@contextlib.contextmanager
def phone_system() -> Iterator[PhoneSystem]:
    """Listen on a free port; around each answer come a stranger's, a provisional one and noise."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.bind(("127.0.0.1", 0))
        system = PhoneSystem(line.getsockname()[1])
        serving = threading.Thread(target=_serve, args=(line, system), daemon=True)
        serving.start()
        yield system
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
            last.sendto(b"", ("127.0.0.1", system.port))
        serving.join(_END_SECONDS)


def _serve(line: socket.socket, system: PhoneSystem) -> None:
    while True:
        raw, sender = line.recvfrom(_MOST_BYTES)
        if not raw:
            return
        request = Heard.read(raw)
        system.heard.append(request)
        for answer in system.answer(request):
            line.sendto(answer, sender)
