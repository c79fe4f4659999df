"""Whoever texts us a link may own the server behind it: what it does harms nobody, and is named."""

import asyncio
import gzip
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from io import BytesIO

import msgspec
import pytest
from PIL import Image

from schemas.base import ConversationId, MessageId, RemoteFile
from schemas.media import RecordFetch
from services.kernel.outbound import MOST_REDIRECTS, Outbound, Policy
from services.media.adapters.fetch import FetchPerformer
from services.media.adapters.keeping import Keeping
from services.media.adapters.source import MAX_BYTES, Login, OutboundSource
from services.media.adapters.thumbnail import ProcessShrinker
from services.media.domain.fetching import Fetch, Wanted
from tests.support.media_fakes import FakeStore
from tests.support.pictures import encoded, photo, unfolding_png

pytestmark = pytest.mark.integration

#: The carrier's own address; the machine's other addresses are its inside.
OUTSIDE, INSIDE = "127.0.0.1", "127.0.0.2"
SCRIPT = b"<script>window.__pwned=1</script>"
PATIENCE = 1.0
Answer = Callable[[asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Hostile:
    """A server that answers as told, and an inside that must never be asked."""

    port: int = 0
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    inside: list[str] = field(default_factory=list)
    resolved: list[str] = field(default_factory=list)
    #: What a name leads to, at the first asking, the second…
    names: dict[str, list[Sequence[str]]] = field(default_factory=dict)
    store: FakeStore = field(default_factory=FakeStore)

    def url(self, path: str, host: str = "files.example") -> str:
        return f"http://{host}:{self.port}{path}"

    async def resolve(self, host: str, _port: int) -> Sequence[str]:
        self.resolved.append(host)
        answers = self.names.get(host, [[OUTSIDE if host.endswith(".example") else host]])
        return answers.pop(0) if len(answers) > 1 else answers[0]

    async def fetch(
        self, url: str, media_type: str | None = "image/jpeg", login: Login | None = None
    ) -> RecordFetch:
        outbound = Outbound(Policy.read([f"{OUTSIDE}/32"]), resolver=self.resolve)
        source = OutboundSource(outbound, {"main": login} if login else {}, total_seconds=PATIENCE)
        performer = FetchPerformer(source, Keeping(self.store, ProcessShrinker()))
        try:
            (told,) = await performer.perform("e", _payload(url, media_type))
        finally:
            await outbound.close()
        assert isinstance(told.data, RecordFetch)
        return told.data


def _payload(url: str, media_type: str | None) -> bytes:
    want = Wanted(
        conversation_id=ConversationId("c"),
        message_id=MessageId("m"),
        index=0,
        tenant="acme",
        partitionkey="k",
        file=RemoteFile(url=url, media_type=media_type),
        carrier="twilio",
        account="main",
    )
    return msgspec.json.encode(Fetch(wanted=want, tries=1))


@pytest.fixture
async def hostile() -> AsyncIterator[Hostile]:
    peer = Hostile()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        peer.asked.append(head)
        try:
            await peer.answers[head.split(" ")[1]](writer)
            await writer.drain()
        except ConnectionError:
            pass  # they hung up on us, as they should
        finally:
            writer.close()

    async def inside(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        peer.inside.append((await reader.readuntil(b"\r\n\r\n")).decode())
        writer.close()

    outer = await asyncio.start_server(serve, OUTSIDE, 0)
    peer.port = outer.sockets[0].getsockname()[1]
    inner = await asyncio.start_server(inside, INSIDE, peer.port)
    yield peer
    outer.close()
    inner.close()
    assert peer.inside == []


def says(
    body: bytes = b"", status: str = "200 OK", length: int | None = None, **headers: str
) -> Answer:
    """Answer with this; `length` may lie."""

    async def answer(writer: asyncio.StreamWriter) -> None:
        lines = [f"HTTP/1.1 {status}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        lines.append(f"content-length: {len(body) if length is None else length}")
        writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + body)

    return answer


def leads_to(url: str) -> Answer:
    return says(status="302 Found", location=url)


async def drips(writer: asyncio.StreamWriter) -> None:
    """Give a byte now and then, for ever."""
    writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
    while not writer.is_closing():
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(PATIENCE / 20)  # the drip itself


async def never_ends(writer: asyncio.StreamWriter) -> None:
    """Give as much as is taken."""
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: image/jpeg\r\n\r\n")
    while not writer.is_closing():
        writer.write(b"x" * 262_144)
        await writer.drain()


async def says_nothing(writer: asyncio.StreamWriter) -> None:
    """Take the request, and that is it."""
    del writer
    await asyncio.Event().wait()


@pytest.mark.parametrize("answer", [drips, says_nothing])
async def test_who_is_slow_is_given_up_and_asked_again_later(
    hostile: Hostile, answer: Answer
) -> None:
    hostile.answers["/slow"] = answer

    report = await hostile.fetch(hostile.url("/slow"))

    assert (report.code, report.retry) == ("timeout", True)


async def test_who_never_ends_is_cut_off_at_the_limit(hostile: Hostile) -> None:
    hostile.answers["/endless"] = never_ends

    report = await hostile.fetch(hostile.url("/endless"))

    assert (report.code, report.retry) == ("too-big", False)


async def test_a_length_that_lies_is_not_believed(hostile: Hostile) -> None:
    jpeg = encoded(photo(30, 20), "JPEG")
    hostile.answers["/short"] = says(jpeg, length=len(jpeg) + 5)
    hostile.answers["/huge"] = says(b"x" * (MAX_BYTES + 1), length=MAX_BYTES + 1)
    hostile.answers["/odd"] = says(jpeg, length=-1)

    short = await hostile.fetch(hostile.url("/short"))
    huge = await hostile.fetch(hostile.url("/huge"))
    odd = await hostile.fetch(hostile.url("/odd"))

    assert (short.code, short.retry) == ("timeout", True)
    assert (huge.code, huge.retry) == ("too-big", False)
    assert (odd.code, odd.retry) == ("timeout", True)
    assert hostile.store.objects == {}


async def test_what_is_packed_is_not_unpacked(hostile: Hostile) -> None:
    bomb = gzip.compress(b"\0" * 30_000_000)
    hostile.answers["/bomb"] = says(bomb, content_type="image/jpeg", content_encoding="gzip")

    report = await hostile.fetch(hostile.url("/bomb"))

    assert "accept-encoding: identity" in hostile.asked[0].lower()
    assert report.original is not None
    assert (report.original.size, report.thumbnail) == (len(bomb), None)
    assert report.original.media_type == "application/octet-stream"


async def test_who_leads_on_and_on_is_followed_a_few_times_only(hostile: Hostile) -> None:
    hostile.answers["/loop"] = leads_to("/loop")

    report = await hostile.fetch(hostile.url("/loop"))

    assert (report.code, report.retry) == ("too-many-redirects", False)
    assert len(hostile.asked) == MOST_REDIRECTS + 1


@pytest.mark.parametrize(
    "target",
    [
        f"http://{INSIDE}:%d/",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::1]/",
        f"http://[::ffff:{INSIDE}]:%d/",
        "http://[fe80::1]/",
        "http://10.0.0.1/",
        "http://192.168.1.1/",
        "http://172.16.0.1/",
        "http://100.64.0.1/",
        "http://0.0.0.0:%d/",
        "http://2130706434:%d/",
        "http://inside.example:%d/",
        "http://mixed.example:%d/",
        "file:///etc/passwd",
        "ftp://files.example/a",
        "gopher://files.example/a",
        "http://user:secret@files.example:%d/",
        "//inside.example:%d/",
    ],
)
@pytest.mark.parametrize("direct", [True, False], ids=["the link", "where it leads"])
async def test_nothing_leads_inside(hostile: Hostile, target: str, direct: bool) -> None:  # noqa: FBT001 - a parameter of the test
    url = target % hostile.port if "%d" in target else target
    hostile.names["inside.example"] = [[INSIDE]]
    hostile.names["mixed.example"] = [[OUTSIDE, INSIDE]]
    hostile.names["2130706434"] = [[INSIDE]]
    hostile.answers["/on"] = leads_to(url)

    report = await hostile.fetch(url if direct else hostile.url("/on"))

    assert (report.code, report.retry) == ("blocked-address", False)


async def test_a_name_that_changes_its_mind_is_asked_once_and_taken_at_its_word(
    hostile: Hostile,
) -> None:
    hostile.names["rebind.example"] = [[OUTSIDE], [INSIDE]]
    hostile.answers["/a.jpg"] = says(encoded(photo(30, 20), "JPEG"))

    report = await hostile.fetch(hostile.url("/a.jpg", "rebind.example"))

    assert report.original is not None
    assert hostile.resolved == ["rebind.example"]
    again = await hostile.fetch(hostile.url("/a.jpg", "rebind.example"))
    assert again.code == "blocked-address"


async def test_credentials_stay_with_the_carriers_hosts_wherever_it_leads(
    hostile: Hostile,
) -> None:
    login = Login(hosts=("files.example",), user="account", password="secret")
    jpeg = encoded(photo(30, 20), "JPEG")
    hostile.answers["/on"] = leads_to(hostile.url("/away", "thief.example"))
    hostile.answers["/away"] = leads_to(hostile.url("/back"))
    hostile.answers["/back"] = says(jpeg)

    report = await hostile.fetch(hostile.url("/on"), login=login)

    carrying = ["authorization:" in head.lower() for head in hostile.asked]
    assert carrying == [True, False, True]
    assert report.original is not None
    assert (await hostile.fetch(hostile.url("/back", "files.example.thief.example"))).original
    assert "authorization:" not in hostile.asked[-1].lower()


def _many_frames() -> bytes:
    frames = [Image.new("P", (700, 700), shade) for shade in range(3)]
    out = BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:] * 20)
    return out.getvalue()


@pytest.mark.parametrize("bomb", [unfolding_png(), b"\xff\xd8\xff\xe0" + b"\xff" * 5000])
async def test_a_picture_that_unfolds_is_kept_as_it_came_and_not_looked_at(
    hostile: Hostile, bomb: bytes
) -> None:
    hostile.answers["/bomb.png"] = says(bomb, content_type="image/png")

    report = await hostile.fetch(hostile.url("/bomb.png"), "image/png")

    assert report.original is not None
    assert (report.original.size, report.thumbnail) == (len(bomb), None)


async def test_of_a_long_moving_picture_only_the_first_is_looked_at(hostile: Hostile) -> None:
    hostile.answers["/many.gif"] = says(_many_frames())

    report = await hostile.fetch(hostile.url("/many.gif"), "image/gif")

    assert report.thumbnail is not None
    assert report.thumbnail.size < 100_000


@pytest.mark.parametrize(
    ("content", "claim", "kind"),
    [
        (b"<html>" + SCRIPT, "image/jpeg", "application/octet-stream"),
        (b"<svg onload='alert(1)'/>", "image/png", "application/octet-stream"),
        (encoded(photo(30, 20), "JPEG") + SCRIPT, "text/html", "image/jpeg"),
        (encoded(photo(30, 20), "GIF") + SCRIPT, "image/svg+xml", "image/gif"),
        (b"%PDF-1.7\n" + SCRIPT, "image/jpeg", "application/pdf"),
        (b"MZ" + b"\0" * 200, "video/mp4", "application/octet-stream"),
    ],
)
async def test_a_file_is_what_its_bytes_are_and_its_small_copy_is_clean(
    hostile: Hostile, content: bytes, claim: str, kind: str
) -> None:
    hostile.answers["/a"] = says(content, content_type=claim)

    report = await hostile.fetch(hostile.url("/a"), claim)

    assert report.original is not None
    assert report.original.media_type == kind
    small = [body for key, (body, _) in hostile.store.objects.items() if key.endswith(".thumbnail")]
    assert len(small) == (1 if kind.startswith("image/") else 0)
    assert all(SCRIPT not in body for body in small)
