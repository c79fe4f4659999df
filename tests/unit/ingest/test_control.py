from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest

from schemas import codec
from services.ingest.adapters.spool import FileSpool
from services.ingest.domain import Kept, keep
from services.ingest.handlers import outcome, spell, translate
from services.ingest.http.control import MAX_BODY_BYTES, Control
from services.ingest.ports import NotKept
from services.kernel.objects import StoreAway
from tests.support.asgi import Reply, call
from tests.support.webhooks import NOW, account, fixture

ACCOUNTS = {"main": account("bandwidth")}
PROOF = (("authorization", "Bearer the-key"),)


class FakeArchiver:
    """Counts what it was asked for; or fails."""

    def __init__(self, trouble: Exception | None = None) -> None:
        self.trouble = trouble
        self.flushes = 0

    async def flush(self) -> None:
        if self.trouble:
            raise self.trouble
        self.flushes += 1


def _kept() -> Kept:
    """Give a request that holds two readable entries and a bad one."""
    return keep("bandwidth", "main", fixture("bandwidth", "batch-with-a-bad-entry").request, NOW)


def _ids(kept: Kept) -> list[str]:
    return [one.id for one in outcome(kept, ACCOUNTS).envelopes]


def _owing(*ids: str) -> Kept:
    return msgspec.structs.replace(_kept(), only=ids)


async def _reparse(spool: FileSpool, *kept: Kept, archiver: FakeArchiver | None = None) -> Reply:
    body = msgspec.msgpack.encode([spell(each) for each in kept])
    return await _ask(Control("the-key", ACCOUNTS, spool, archiver), "/reparse", body)


async def _ask(
    control: Control,
    path: str,
    body: bytes = b"",
    proof: Sequence[tuple[str, str]] = PROOF,
    method: str = "POST",
) -> Reply:
    reply = await call(control, method, path, proof, [body])
    assert reply is not None
    return reply


async def test_only_what_a_request_still_owes_is_published(tmp_path: Path) -> None:
    first, second = _ids(_kept())
    async with FileSpool(tmp_path, 1 << 20) as spool:
        assert (await _reparse(spool, _owing(second))).status == 200
        (payload,) = (await spool.read()).payloads

    (record,) = translate(payload, ACCOUNTS)
    assert codec.decode(record.value).id == second
    assert first != second


async def test_an_older_parser_takes_nothing_that_it_would_not_give(tmp_path: Path) -> None:
    first, _ = _ids(_kept())
    async with FileSpool(tmp_path, 1 << 20) as spool:
        for kept in (_owing(first, "an id of a newer parser"), _owing()):
            reply = await _reparse(spool, _owing(first), kept)
            assert reply.status == 409
        assert not list(tmp_path.glob("*.spool"))  # noqa: ASYNC240 - a test's few files


async def test_carriers_come_first(tmp_path: Path) -> None:
    first, _ = _ids(_kept())
    async with FileSpool(tmp_path, 4000) as spool:
        await spool.append(b"x" * 2500)
        assert (await _reparse(spool, _owing(first))).status == 503
        await spool.append(b"a carrier's request")


@pytest.mark.parametrize("proof", [(), (("authorization", "Bearer another"),)])
async def test_without_the_key_nothing_is_done(
    tmp_path: Path, proof: Sequence[tuple[str, str]]
) -> None:
    archiver = FakeArchiver()
    async with FileSpool(tmp_path, 1 << 20) as spool:
        control = Control("the-key", ACCOUNTS, spool, archiver)
        assert (await _ask(control, "/flush", proof=proof)).status == 403
    assert archiver.flushes == 0


async def test_the_archive_is_asked_and_its_trouble_is_said(tmp_path: Path) -> None:
    fine = FakeArchiver()
    async with FileSpool(tmp_path, 1 << 20) as spool:
        for archiver, status in (
            (fine, 200),
            (FakeArchiver(StoreAway("x")), 503),
            (FakeArchiver(NotKept("raw/1")), 503),
            (None, 409),
        ):
            control = Control("the-key", ACCOUNTS, spool, archiver)
            assert (await _ask(control, "/flush")).status == status
    assert fine.flushes == 1


async def test_what_is_no_list_of_requests_is_refused(tmp_path: Path) -> None:
    async with FileSpool(tmp_path, 1 << 20) as spool:
        control = Control("the-key", ACCOUNTS, spool, None)
        assert (await _ask(control, "/reparse", b"\xc1")).status == 400
        assert (await _ask(control, "/reparse", b"x" * (MAX_BODY_BYTES + 1))).status == 413
        assert (await _ask(control, "/other")).status == 404
        assert (await _ask(control, "/flush", method="GET")).status == 404
