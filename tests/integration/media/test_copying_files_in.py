"""The fetch performer against a carrier that is slow, lying, huge or gone, and a real bucket."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO

import msgspec
import pytest
from PIL import Image

from schemas.base import ConversationId, MessageId, RemoteFile
from schemas.media import RecordFetch
from services.kernel.objects import Objects
from services.kernel.outbound import Outbound, Policy
from services.media.adapters.fetch import FetchPerformer
from services.media.adapters.keeping import Keeping
from services.media.adapters.source import MAX_BYTES, Login, OutboundSource
from services.media.adapters.store import BucketStore
from services.media.adapters.thumbnail import ProcessShrinker
from services.media.domain.fetching import Fetch, Wanted
from tests.support.infra import ObjectStore
from tests.support.media_fakes import FakeRegister

pytestmark = pytest.mark.integration


def _jpeg() -> bytes:
    out = BytesIO()
    Image.new("RGB", (1200, 800), "teal").save(out, "JPEG")
    return out.getvalue()


FILES = {
    "/photo.jpg": _jpeg(),
    "/page.jpg": b"<html><script>alert(1)</script></html>",
    "/huge.jpg": b"x" * (MAX_BYTES + 1),
}


class _Carrier(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/private.jpg" and self.headers.get("Authorization") is None:
            self.send_error(401)
        elif self.path == "/busy.jpg":
            self.send_error(503)
        elif self.path in {*FILES, "/private.jpg"}:
            content = FILES.get(self.path, FILES["/photo.jpg"])
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)
        else:
            self.send_error(404)

    def log_message(self, *_: object) -> None:
        """Stay quiet."""


@pytest.fixture(scope="module")
def carrier() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Carrier)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def store(objects: ObjectStore) -> BucketStore:
    return BucketStore(
        Objects(objects.address, objects.access_key, objects.secret_key, "media-fetch"),
        FakeRegister(),
    )


async def _fetch(
    store: BucketStore,
    url: str,
    media_type: str = "image/jpeg",
    logins: dict[str, Login] | None = None,
) -> RecordFetch:
    source = OutboundSource(Outbound(Policy.read(["127.0.0.0/8"])), logins or {})
    performer = FetchPerformer(source, Keeping(store, ProcessShrinker()))
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
    payload = msgspec.json.encode(Fetch(wanted=want, tries=1))
    (command,) = await performer.perform("e", payload)
    assert isinstance(command.data, RecordFetch)
    return command.data


async def test_a_picture_is_copied_measured_and_made_small(
    carrier: str, store: BucketStore
) -> None:
    report = await _fetch(store, f"{carrier}/photo.jpg")

    assert report.original is not None
    assert report.thumbnail is not None
    assert report.name == "photo.jpg"
    assert (report.original.width, report.original.height) == (1200, 800)
    assert (report.thumbnail.width, report.thumbnail.height) == (640, 427)
    assert await store.size(report.original.key) == len(FILES["/photo.jpg"])
    assert await store.size(report.thumbnail.key) == report.thumbnail.size


async def test_a_page_that_calls_itself_a_picture_is_only_ever_a_download(
    carrier: str, store: BucketStore
) -> None:
    report = await _fetch(store, f"{carrier}/page.jpg")

    assert report.original is not None
    assert report.original.media_type == "application/octet-stream"
    assert report.thumbnail is None


async def test_credentials_go_to_the_carriers_own_hosts(carrier: str, store: BucketStore) -> None:
    login = Login(hosts=("127.0.0.1",), user="account", password="secret")
    elsewhere = Login(hosts=("media.example.com",), user="account", password="secret")

    allowed = await _fetch(store, f"{carrier}/private.jpg", logins={"main": login})
    refused = await _fetch(store, f"{carrier}/private.jpg", logins={"main": elsewhere})

    assert allowed.original is not None
    assert refused.code == "gone"


@pytest.mark.parametrize(
    ("path", "code", "retry"),
    [
        ("/huge.jpg", "too-big", False),
        ("/gone.jpg", "gone", False),
        ("/busy.jpg", "timeout", True),
    ],
)
async def test_a_file_that_cannot_be_had_says_why_and_whether_to_try_again(
    carrier: str, store: BucketStore, path: str, code: str, *, retry: bool
) -> None:
    report = await _fetch(store, f"{carrier}{path}")

    assert (report.code, report.retry) == (code, retry)


@pytest.mark.parametrize(
    "url", ["https://169.254.169.254/latest/", "http://localhost:1/", "ftp://a.example.com/a"]
)
async def test_an_inside_address_is_never_fetched(store: BucketStore, url: str) -> None:
    source = OutboundSource(Outbound(Policy()), {})
    performer = FetchPerformer(source, Keeping(store, ProcessShrinker()))
    want = msgspec.structs.replace(
        Wanted(
            conversation_id=ConversationId("c"),
            message_id=MessageId("m"),
            index=0,
            tenant="acme",
            partitionkey="k",
            file=RemoteFile(url=url),
            carrier="twilio",
            account="main",
        )
    )

    (command,) = await performer.perform("e", msgspec.json.encode(Fetch(wanted=want, tries=1)))

    assert isinstance(command.data, RecordFetch)
    assert (command.data.code, command.data.retry) == ("blocked-address", False)


async def test_a_bucket_that_is_away_loses_nothing(carrier: str) -> None:
    away = BucketStore(Objects("http://127.0.0.1:9", "key", "secret", "media"), FakeRegister())

    report = await _fetch(away, f"{carrier}/photo.jpg")

    assert (report.code, report.retry) == ("store-away", True)
