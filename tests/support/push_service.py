"""A push service of our own: takes what is pushed, and reads it as its browser would (RFC 8291)."""

import base64
import contextlib
import json
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import http_ece
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec


@dataclass(frozen=True)
class Pushed:
    """One request to the push service; the names of its headers are in small letters."""

    headers: dict[str, str]
    body: bytes


@dataclass
class Browser:
    """A subscribed browser, and the push service it trusts."""

    endpoint: str = ""
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    auth: bytes = field(default_factory=lambda: os.urandom(16))
    #: What the push service answers.
    status: int = 201
    requests: list[Pushed] = field(default_factory=list)

    @property
    def keys(self) -> dict[str, str]:
        """What its PushSubscription says of itself."""
        point = self.key.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        return {"p256dh": _text(point), "auth": _text(self.auth)}

    def shown(self) -> dict[str, str]:
        """Decrypt the last notification as the browser would."""
        return self.told()[-1]

    def told(self) -> list[dict[str, str]]:
        """Decrypt everything that was pushed, in order."""
        return [
            json.loads(
                http_ece.decrypt(
                    one.body, private_key=self.key, auth_secret=self.auth, version="aes128gcm"
                )
            )
            for one in self.requests
        ]


@contextlib.contextmanager
def push_service() -> Iterator[Browser]:
    """Serve on a free port; gives the browser that is subscribed there."""
    subscribed = Browser()

    class PushService(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            subscribed.requests.append(Pushed(headers, body))
            self.send_response(subscribed.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Stay quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), PushService)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    subscribed.endpoint = f"http://127.0.0.1:{server.server_port}/push/1"
    try:
        yield subscribed
    finally:
        server.shutdown()
        server.server_close()


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
