"""`tandem ingest-check`: what verify and parse make of recorded requests; nothing is sent.

A file holds one request as JSON: `method` (POST if not said), `path` (with or without the query),
`query`, `headers` (an object, or a list of pairs where a name comes twice), and `body` (a text) or
`body_base64`. Each file gives one line of JSON.
"""

import base64
import binascii
import json
import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from schemas import codec
from services.carriers import accounts as carriers
from services.carriers.contract import Account, Method, Request
from services.carriers.registry import CARRIERS
from services.ingest.domain import keep
from services.ingest.handlers import outcome
from services.ingest.http.webhooks import MAX_BODY_BYTES, refusal
from services.kernel.clock import Clock
from services.ops.settings import environment, required

#: A request as large as ingest takes, in Base64, with its headers.
MAX_FILE_BYTES = 2 * MAX_BODY_BYTES
MAX_FILES = 1000
_PATH = re.compile(r"(?:https?://[^/?#]+)?/webhooks/([a-z_]+)/([A-Za-z0-9_-]+)(?:\?([^#]*))?")
#: Something was refused or not understood; a file was no request at all.
_EXIT_REFUSED, _EXIT_BAD_FILE = 1, 2

Files = Annotated[list[Path], typer.Argument(metavar="FILE…", help="recorded requests, as JSON")]
At = Annotated[str | None, typer.Option(metavar="TIME", help="judge signed times as of then")]
Toml = Annotated[
    Path | None, typer.Option("--carriers", help="default: what INGEST_CARRIERS names")
]


class BadFile(Exception):
    """A file is no recorded request: a stable code, and a sentence."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


class _Recorded(msgspec.Struct, forbid_unknown_fields=True):
    path: str
    method: str = "POST"
    query: str | None = None
    headers: dict[str, str] | list[tuple[str, str]] = {}
    body: str | None = None
    body_base64: str | None = None


def ingest_check(files: Files, at: At = None, toml: Toml = None) -> None:
    """Say what verify and parse make of recorded requests of carriers, as JSON; sends nothing."""
    if len(files) > MAX_FILES:
        raise typer.BadParameter(f"more than {MAX_FILES} files")
    known, unresolved = _accounts(toml)
    now = _time(at)
    worst = 0
    for file in files:
        try:
            told = check(_content(file), known, now)
        except BadFile as bad:
            told = {"error": {"code": bad.code, "text": str(bad)}}
        if unresolved and not told.get("verify", {}).get("proven", True):
            told["unknown_secrets"] = sorted(unresolved)
        typer.echo(json.dumps({"file": str(file), **told}, ensure_ascii=False))
        worst = max(worst, _severity(told))
    raise typer.Exit(worst)


def check(content: bytes, known: Mapping[str, Account], now: datetime) -> dict[str, Any]:
    """Say what ingest would answer, and what it would put on the log; BadFile."""
    account, request = _request(content, known)
    unproven = refusal(account, request, now)
    reply, why = unproven or (CARRIERS[account.carrier].ACCEPTED, "insecure")
    found = outcome(keep(account.carrier, account.name, request, now), known)
    proven = unproven is None and not account.insecure
    return {
        "carrier": account.carrier,
        "account": account.name,
        "answer": reply.status,
        "verify": {"proven": True} if proven else {"proven": False, "reason": why},
        "parse": {
            "events": [json.loads(codec.encode(one)) for one in found.envelopes],
            "trouble": dict(zip(("code", "text"), found.trouble, strict=True))
            if found.trouble
            else None,
        },
    }


def _severity(told: Mapping[str, Any]) -> int:
    if "error" in told:
        return _EXIT_BAD_FILE
    is_well = told["verify"]["proven"] and told["parse"]["trouble"] is None
    return 0 if is_well else _EXIT_REFUSED


def _request(content: bytes, known: Mapping[str, Account]) -> tuple[Account, Request]:
    recorded = _recorded(content)
    named = _PATH.fullmatch(recorded.path)
    if named is None:
        raise BadFile("bad-path", "path is not /webhooks/<carrier>/<account>")
    account = known.get(named[2])
    if account is None or account.carrier != named[1]:
        raise BadFile("unknown-account", f"carriers.toml has no {named[1]} account {named[2]}")
    if named[3] is not None and recorded.query is not None:
        raise BadFile("two-queries", "the query stands in path and in query")
    method = _method(recorded.method, account)
    query = named[3] or recorded.query or ""
    request = Request(method=method, query=query, headers=_headers(recorded), body=_body(recorded))
    return account, request


def _recorded(content: bytes) -> _Recorded:
    if len(content) > MAX_FILE_BYTES:
        raise BadFile("too-large", f"more than {MAX_FILE_BYTES} bytes")
    try:
        return msgspec.json.decode(content, type=_Recorded)
    except msgspec.ValidationError as error:
        # msgspec names the path and the types, never the value
        raise BadFile("not-a-request", str(error)) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadFile("not-json", f"no JSON: {error}") from error


def _method(given: str, account: Account) -> Method:
    for method in CARRIERS[account.carrier].METHODS:
        if method == given.upper():
            return method
    raise BadFile("method", f"{account.carrier} does not call by {given}")


def _headers(recorded: _Recorded) -> tuple[tuple[str, str], ...]:
    given = recorded.headers
    pairs = given.items() if isinstance(given, dict) else given
    return tuple((name.lower(), value) for name, value in pairs)


def _body(recorded: _Recorded) -> bytes:
    if recorded.body is not None and recorded.body_base64 is not None:
        raise BadFile("two-bodies", "the body stands in body and in body_base64")
    try:
        body = (
            (recorded.body or "").encode()
            if recorded.body_base64 is None
            else base64.b64decode(recorded.body_base64, validate=True)
        )
    except (binascii.Error, ValueError) as error:
        raise BadFile("bad-body", f"the body cannot be read: {error}") from error
    if len(body) > MAX_BODY_BYTES:
        raise BadFile("too-large", f"a body of more than {MAX_BODY_BYTES} bytes is answered by 413")
    return body


def _content(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise BadFile("no-file", f"it cannot be read: {error.strerror}") from error


def _time(text: str | None) -> datetime:
    if text is None:
        return Clock().now()
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"--at {text}: no time like 2026-11-21T12:00:00Z") from error
    if found.tzinfo is None:
        raise typer.BadParameter(f"--at {text}: says no time zone (2026-11-21T12:00:00Z)")
    return found


def _accounts(toml: Path | None) -> tuple[Mapping[str, Account], frozenset[str]]:
    """Read carriers.toml; a secret that this shell does not know spoils its own account alone."""
    unresolved: set[str] = set()

    def resolve(reference: Mapping[str, str]) -> str:
        try:
            return environment().refer(reference)
        except (LookupError, OSError):
            unresolved.update(reference.values())
            return "?"

    path = toml or Path(required("INGEST_CARRIERS"))
    try:
        known = carriers.read(path.read_text(encoding="utf-8"), "verify", resolve)
    except (OSError, UnicodeDecodeError, carriers.BadAccounts) as error:
        raise typer.BadParameter(f"{path}: {error}") from error
    return known, frozenset(unresolved)
