"""A carrier's API on loopback that does as told: answers, hangs or hangs up after taking a text."""

import contextlib
import socket
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal

_POLL_SECONDS = 0.02
Ends = Literal["hang", "hang-up"]


@dataclass(frozen=True)
class Says:
    """One answer."""

    status: int
    body: str = "{}"
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Taken:
    """One request that was taken in whole."""

    path: str
    headers: Mapping[str, str]
    body: str


@dataclass
class CarrierPeer:
    """Its script is used up call by call; the last entry stays."""

    address: str
    script: list[Says | Ends]
    taken: list[Taken] = field(default_factory=list)
    _released: threading.Event = field(default_factory=threading.Event)

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        """Take the request, and then do as told."""
        length = int(handler.headers.get("content-length", "0"))
        body = handler.rfile.read(length).decode()
        headers = {name.lower(): value for name, value in handler.headers.items()}
        self.taken.append(Taken(handler.path, headers, body))
        told = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        if isinstance(told, Says):
            _send(handler, told)
            return
        if told == "hang":
            self._released.wait()
        handler.connection.shutdown(socket.SHUT_RDWR)
        handler.close_connection = True

    def release(self) -> None:
        """Let go of all calls that hang."""
        self._released.set()


def _send(handler: BaseHTTPRequestHandler, told: Says) -> None:
    body = told.body.encode()
    handler.send_response(told.status)
    for name, value in {**told.headers, "content-length": str(len(body))}.items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(body)


@contextlib.contextmanager
def carrier_peer(*script: Says | Ends) -> Iterator[CarrierPeer]:
    """Serve the script on a free port of loopback until the block ends."""
    peer = CarrierPeer("", list(script))

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            peer.answer(self)

        def do_GET(self) -> None:
            peer.answer(self)

        def log_message(self, *_arguments: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    peer.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(_POLL_SECONDS,), daemon=True)
    thread.start()
    try:
        yield peer
    finally:
        peer.release()
        server.shutdown()
        server.server_close()
        thread.join()
