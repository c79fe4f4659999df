"""The only way to the object store: plain S3, in threads, with a deadline on every call."""

import asyncio
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlsplit

import urllib3
from minio import Minio
from minio.error import MinioException, S3Error

ResultT = TypeVar("ResultT")

#: Calls at once; a slow store must not eat the process's threads.
MOST_AT_ONCE = 8
_CONNECT_SECONDS, _READ_SECONDS = 5.0, 30.0
#: Part size of an upload whose length is not known beforehand; S3's least is 5 MiB.
PART_BYTES = 5 << 20


class StoreAway(ConnectionError):
    """The store did not answer: try again later, nothing is known of the call."""


class StoreRefused(RuntimeError):
    """The store said no, for good as far as we know: a missing right, a missing bucket."""


class NoSuchObject(LookupError):
    """There is no object of this key."""


@dataclass(frozen=True)
class Stat:
    """What the store says of an object."""

    size: int
    media_type: str
    metadata: dict[str, str]


class Objects:
    """One bucket of the store."""

    def __init__(self, address: str, key: str, secret: str, bucket: str) -> None:
        url = urlsplit(address)
        self._bucket = bucket
        self._slots = asyncio.Semaphore(MOST_AT_ONCE)
        pool = urllib3.PoolManager(
            timeout=urllib3.Timeout(connect=_CONNECT_SECONDS, read=_READ_SECONDS),
            maxsize=MOST_AT_ONCE,
            retries=False,
        )
        self._client = Minio(
            endpoint=url.netloc,
            access_key=key,
            secret_key=secret,
            secure=url.scheme == "https",
            http_client=pool,
        )

    async def make_bucket(self) -> None:
        """Make the bucket if it is not there; local and test set-ups only."""

        def make() -> None:
            if self._client.bucket_exists(bucket_name=self._bucket):
                return
            try:
                self._client.make_bucket(bucket_name=self._bucket)
            except S3Error:
                # somebody else has made it meanwhile: stores have many words for that
                if not self._client.bucket_exists(bucket_name=self._bucket):
                    raise

        await self._call(make)

    async def put(
        self, key: str, content: bytes, media_type: str, metadata: dict[str, str] | None = None
    ) -> None:
        """Store an object whole; a reader sees all of it or nothing."""

        def put() -> None:
            self._client.put_object(
                bucket_name=self._bucket,
                object_name=key,
                data=io.BytesIO(content),
                length=len(content),
                content_type=media_type,
                metadata=dict(metadata or {}),
                part_size=0,
            )

        await self._call(put)

    async def put_file(self, key: str, path: str, media_type: str) -> None:
        """Store a file of the local disk."""
        await self._call(
            lambda: self._client.fput_object(
                bucket_name=self._bucket,
                object_name=key,
                file_path=path,
                content_type=media_type,
            )
        )

    async def get(self, key: str, *, offset: int = 0, length: int = 0) -> bytes:
        """Read an object, or a part of it; NoSuchObject if it is not there."""

        def get() -> bytes:
            response = self._client.get_object(
                bucket_name=self._bucket, object_name=key, offset=offset, length=length
            )
            try:
                return bytes(response.read())
            finally:
                response.close()
                response.release_conn()

        return await self._call(get)

    async def stat(self, key: str) -> Stat:
        """Say what is known of an object; NoSuchObject if it is not there."""
        found = await self._call(
            lambda: self._client.stat_object(bucket_name=self._bucket, object_name=key)
        )
        return Stat(found.size or 0, found.content_type or "", dict(found.metadata or {}))

    async def remove(self, key: str) -> None:
        """Delete an object; one that is not there is deleted already."""
        await self._call(
            lambda: self._client.remove_object(bucket_name=self._bucket, object_name=key)
        )

    async def keys(self, prefix: str, most: int = 1000) -> list[str]:
        """Name objects under a prefix, at most so many."""

        def names() -> list[str]:
            found = self._client.list_objects(
                bucket_name=self._bucket, prefix=prefix, recursive=True
            )
            return [item.object_name or "" for item, _ in zip(found, range(most), strict=False)]

        return await self._call(names)

    async def _call(self, work: Callable[[], ResultT]) -> ResultT:
        async with self._slots:
            return await asyncio.to_thread(_judged, work)


def _judged(work: Callable[[], ResultT]) -> ResultT:
    with _translated():
        return work()


@contextmanager
def _translated() -> Iterator[None]:
    """Turn the client's errors into the two that a caller can act on; others are defects."""
    try:
        yield
    except S3Error as error:
        if error.code in {"NoSuchKey", "NoSuchObject"}:
            raise NoSuchObject(error.code) from error
        if error.code in {"InternalError", "SlowDown", "ServiceUnavailable"}:
            raise StoreAway(error.code) from error
        raise StoreRefused(error.code) from error
    except (urllib3.exceptions.HTTPError, MinioException) as error:
        raise StoreAway(type(error).__name__) from error
