"""A Google of our own: gives access tokens to a service account, and takes messages for FCM."""

import contextlib
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

PROJECT, EMAIL, KEY_ID = "tandem-test", "push@tandem-test.example.com", "k1"
SCOPE = "https://www.googleapis.com/auth/firebase.messaging"
_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
#: A test's clock may be ahead of ours.
_AHEAD_SECONDS = 7200

Answer = tuple[int, dict[str, Any], dict[str, str]]


@dataclass
class Google:
    """Both services at one address, and the key that it gave us."""

    url: str = ""
    private: rsa.RSAPrivateKey = field(
        default_factory=lambda: rsa.generate_private_key(public_exponent=65537, key_size=2048)
    )
    #: Answers to come to messages; 200 where none is left.
    plan: list[Answer] = field(default_factory=list)
    #: Answers to come to whoever asks for an access token.
    grants: list[Answer] = field(default_factory=list)
    messages: list[dict[str, Any]] = field(default_factory=list)
    #: Access tokens that were given, the newest last; it alone is good.
    given: list[str] = field(default_factory=list)

    @property
    def account(self) -> str:
        """What Google lets us download: a service account's file."""
        key = self.private.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ).decode()
        return json.dumps(
            {
                "type": "service_account",
                "project_id": PROJECT,
                "private_key_id": KEY_ID,
                "private_key": key,
                "client_email": EMAIL,
                "token_uri": f"{self.url}/token",
            }
        )

    def grant(self, body: bytes) -> Answer:
        """Judge what is asked for as Google documents it."""
        asked = parse_qs(body.decode())
        if asked.get("grant_type") != [_GRANT]:
            return 400, {"error": "unsupported_grant_type"}, {}
        if self.grants:
            return self.grants.pop(0)
        try:
            claims = jwt.decode(
                asked["assertion"][0],
                self.private.public_key(),
                algorithms=["RS256"],
                audience=f"{self.url}/token",
                leeway=_AHEAD_SECONDS,
                options={"require": ["iss", "iat", "exp"]},
            )
        except jwt.InvalidTokenError:
            return 400, {"error": "invalid_grant"}, {}
        if (
            claims["iss"] != EMAIL
            or claims["scope"] != SCOPE
            or claims["exp"] - claims["iat"] > 3600
        ):
            return 400, {"error": "invalid_scope"}, {}
        self.given.append(f"ya29.{len(self.given)}")
        body_ = {"access_token": self.given[-1], "expires_in": 3599, "token_type": "Bearer"}
        return 200, body_, {}

    def take(self, path: str, proof: str, body: bytes) -> Answer:
        """Judge a message."""
        if path != f"/v1/projects/{PROJECT}/messages:send":
            return 404, {}, {}
        if not self.given or proof != f"Bearer {self.given[-1]}":
            return 401, no(401, "UNAUTHENTICATED"), {}
        self.messages.append(json.loads(body)["message"])
        if self.plan:
            return self.plan.pop(0)
        return 200, {"name": f"projects/{PROJECT}/messages/{len(self.messages)}"}, {}


def no(status: int, kind: str, code: str | None = None) -> dict[str, Any]:
    """Write an error as Google's APIs do; `code` is FCM's own."""
    type_ = "type.googleapis.com/google.firebase.fcm.v1.FcmError"
    details = [{"@type": type_, "errorCode": code}] if code else []
    return {"error": {"code": status, "message": kind, "status": kind, "details": details}}


@contextlib.contextmanager
def google_push() -> Iterator[Google]:
    """Serve both on a free port."""
    google = Google()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.path == "/token":
                status, said, headers = google.grant(body)
            else:
                proof = self.headers.get("Authorization", "")
                status, said, headers = google.take(self.path, proof, body)
            content = json.dumps(said).encode()
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Stay quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    google.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield google
    finally:
        server.shutdown()
        server.server_close()
