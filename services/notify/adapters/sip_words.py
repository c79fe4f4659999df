"""SIP's words for a text to a phone: MESSAGE (RFC 3428), its answers, and its proof (RFC 8760)."""

import hashlib
import re
from dataclasses import dataclass, replace

#: RFC 3428 §8: more does not travel by UDP for sure.
MOST_BODY_BYTES = 1_300
#: What may stand in an address unescaped; nothing else is dialled or texts from.
_USER = re.compile(r"[0-9A-Za-z*+._-]{1,32}")
_STATUS = re.compile(r"SIP/2\.0 (\d{3})")
_PARAMETER = re.compile(r'(\w+)=(?:"([^"]*)"|([^\s,]+))')
_CHALLENGES = {401: ("www-authenticate", "Authorization")}
_CHALLENGES[407] = ("proxy-authenticate", "Proxy-Authorization")
_HASHES = {"MD5": hashlib.md5, "SHA-256": hashlib.sha256}
_METHOD = "MESSAGE"


@dataclass(frozen=True, kw_only=True)
class Message:
    """One text on its way to one phone."""

    #: Names the call: the same text again is the same call.
    call: str
    dial: str
    #: Who texts: an outside number.
    sender: str
    domain: str
    text: str
    #: Where the answer goes: `host:port`.
    here: str
    turn: int = 1
    proof: str = ""

    @property
    def uri(self) -> str:
        return f"sip:{self.dial}@{self.domain}"

    @property
    def branch(self) -> str:
        return f"z9hG4bK{self.call}-{self.turn}"

    def encode(self) -> bytes:
        """Write it down; ValueError where what is dialled is no address."""
        if not _USER.fullmatch(self.dial):
            raise ValueError("dial")
        sender = self.sender if _USER.fullmatch(self.sender) else "tandem"
        body = cut(self.text)
        lines = [
            f"{_METHOD} {self.uri} SIP/2.0",
            f"Via: SIP/2.0/UDP {self.here};branch={self.branch};rport",
            "Max-Forwards: 70",
            f"From: <sip:{sender}@{self.domain}>;tag={self.call}",
            f"To: <{self.uri}>",
            f"Call-ID: {self.call}",
            f"CSeq: {self.turn} {_METHOD}",
            *([self.proof] if self.proof else []),
            "Content-Type: text/plain;charset=UTF-8",
            f"Content-Length: {len(body)}",
        ]
        return "\r\n".join([*lines, "", ""]).encode() + body


@dataclass(frozen=True)
class Answer:
    """What the phone system said: a status, and its headers by their name in small letters."""

    status: int
    headers: dict[str, str]

    @classmethod
    def read(cls, raw: bytes) -> "Answer | None":
        """None for what is no answer."""
        first, *lines = raw.decode("utf-8", "replace").split("\r\n")
        status = _STATUS.match(first)
        if status is None:
            return None
        pairs = (line.partition(":") for line in lines if ":" in line)
        return cls(int(status[1]), {name.strip().lower(): rest.strip() for name, _, rest in pairs})

    def is_to(self, message: Message) -> bool:
        return f"branch={message.branch}" in self.headers.get("via", "")


def proven(message: Message, answer: Answer, user: str, password: str) -> Message | None:
    """Write it anew with the proof that was asked for; None where none was, or an unknown one."""
    asked, given = _CHALLENGES.get(answer.status, ("", ""))
    challenge = answer.headers.get(asked, "")
    if not challenge.lower().startswith("digest ") or message.proof or not user:
        return None
    words = {name.lower(): one or other for name, one, other in _PARAMETER.findall(challenge)}
    algorithm = words.get("algorithm", "MD5").upper()
    if algorithm not in _HASHES or "nonce" not in words:
        return None
    response = _response(message, words, algorithm, (user, password))
    proof = {
        "username": user,
        "realm": words.get("realm", ""),
        "nonce": words["nonce"],
        "uri": message.uri,
        "response": response,
    }
    quoted = ", ".join(f'{name}="{value}"' for name, value in proof.items())
    tail = f', opaque="{words["opaque"]}"' if "opaque" in words else ""
    if "qop" in words:
        tail += f', qop=auth, nc=00000001, cnonce="{message.call}"'
    header = f"{given}: Digest {quoted}, algorithm={algorithm}{tail}"
    return replace(message, turn=message.turn + 1, proof=header)


def _response(message: Message, words: dict[str, str], algorithm: str, who: tuple[str, str]) -> str:
    def digest(*parts: str) -> str:
        return _HASHES[algorithm](":".join(parts).encode(), usedforsecurity=False).hexdigest()

    user, password = who
    secret = digest(user, words.get("realm", ""), password)
    asked = digest(_METHOD, message.uri)
    if "qop" not in words:
        return digest(secret, words["nonce"], asked)
    return digest(secret, words["nonce"], "00000001", message.call, "auth", asked)


def cut(text: str) -> bytes:
    """As much as one datagram takes, and no half letter."""
    return text.encode()[:MOST_BODY_BYTES].decode("utf-8", "ignore").encode()
