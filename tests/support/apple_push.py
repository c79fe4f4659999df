"""An APNs of our own: HTTP/2 on loopback; knows who pushes, what to which phone, and says no."""

import contextlib
import json
import socket
import socketserver
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import DataReceived, Event, RequestReceived, StreamEnded

KEY_ID, TEAM = "ABC123DEFG", "DEF123GHIJ"
_READ_BYTES = 65_536
#: A test's clock may be ahead of ours.
_AHEAD_SECONDS = 7200


@dataclass(frozen=True)
class Pushed:
    """One request, as it came: the phone, the headers by name, the notification."""

    device: str
    headers: dict[str, str]
    payload: dict[str, Any]
    #: What the provider token says of itself; its signature is checked.
    claims: dict[str, Any]


@dataclass
class Apple:
    """The push service, and the key that it gave us."""

    url: str = ""
    private: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    #: Answers to come: a status and the body's words; 200 where none is left.
    plan: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    requests: list[Pushed] = field(default_factory=list)
    connections: int = 0

    @property
    def key(self) -> str:
        """What Apple lets us download once, a `.p8` file."""
        return self.private.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ).decode()

    def answer(self, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, Any]]:
        """Judge one request as Apple documents it."""
        device = headers[":path"].removeprefix("/3/device/")
        if headers[":method"] != "POST":
            return 405, {"reason": "MethodNotAllowed"}
        token = headers.get("authorization", "").removeprefix("bearer ")
        try:
            claims = jwt.decode(
                token, self.private.public_key(), algorithms=["ES256"], leeway=_AHEAD_SECONDS
            )
        except jwt.InvalidTokenError:
            return 403, {"reason": "InvalidProviderToken"}
        kid = jwt.get_unverified_header(token).get("kid")
        if (kid, claims.get("iss")) != (KEY_ID, TEAM) or "iat" not in claims:
            return 403, {"reason": "InvalidProviderToken"}
        self.requests.append(Pushed(device, headers, json.loads(body), claims))
        return self.plan.pop(0) if self.plan else (200, {})


@contextlib.contextmanager
def apple_push() -> Iterator[Apple]:
    """Serve on a free port, HTTP/2 from the first byte."""
    apple = Apple()

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            apple.connections += 1
            with contextlib.suppress(ConnectionError, TimeoutError):
                _converse(self.request, apple)

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        allow_reuse_address = True

    with Server(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        apple.url = f"http://127.0.0.1:{server.server_address[1]}"
        try:
            yield apple
        finally:
            server.shutdown()


def _converse(line: socket.socket, apple: Apple) -> None:
    line.settimeout(30)
    connection = H2Connection(H2Configuration(client_side=False, header_encoding="utf-8"))
    connection.initiate_connection()
    line.sendall(connection.data_to_send())
    asked: dict[int, tuple[dict[str, str], bytearray]] = {}
    while data := line.recv(_READ_BYTES):
        for event in connection.receive_data(data):
            _hear(connection, event, asked, apple)
        line.sendall(connection.data_to_send())


def _hear(
    connection: H2Connection,
    event: Event,
    asked: dict[int, tuple[dict[str, str], bytearray]],
    apple: Apple,
) -> None:
    match event:
        case RequestReceived(stream_id=int() as stream, headers=list() as headers):
            asked[stream] = ({str(name): str(value) for name, value in headers}, bytearray())
        case DataReceived(stream_id=int() as stream, data=bytes() as data):
            asked[stream][1].extend(data)
            connection.acknowledge_received_data(event.flow_controlled_length or 0, stream)
        case StreamEnded(stream_id=int() as stream):
            headers_of, body = asked.pop(stream)
            status, said = apple.answer(headers_of, bytes(body))
            id_ = headers_of.get("apns-id", "")
            connection.send_headers(stream, [(":status", str(status)), ("apns-id", id_)])
            connection.send_data(
                stream, json.dumps(said).encode() if said else b"", end_stream=True
            )
