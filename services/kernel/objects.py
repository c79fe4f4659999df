"""The only importer of minio: a bucket of any S3, without blocking the loop."""

import asyncio
import functools
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

import urllib3
from minio import Minio
from minio.error import S3Error

_TIMEOUT_SECONDS = 20.0
_PIECE_BYTES = 262_144
_MAX_CONNECTIONS = 16
_ABSENT = {"NoSuchKey", "NoSuchObject", "NoSuchBucket"}


ResultT = TypeVar("ResultT")


class StoreAway(Exception):
    """The object store cannot be reached, or does not answer; try again later."""


class Bucket:
    """One bucket, with credentials that reach no other (security.md T29)."""

    def __init__(self, url: str, key: str, secret: str, name: str) -> None:
        parts = urlsplit(url)
        self._name = name
        self._client = Minio(
            endpoint=parts.netloc,
            access_key=key,
            secret_key=secret,
            secure=parts.scheme == "https",
            http_client=urllib3.PoolManager(
                timeout=urllib3.Timeout(connect=5, read=_TIMEOUT_SECONDS),
                maxsize=_MAX_CONNECTIONS,
                retries=urllib3.Retry(total=1, backoff_factor=0.1),
            ),
        )

    async def prepare(self) -> None:
        """Create the bucket if it is not there."""

        def create() -> None:
            if not self._client.bucket_exists(bucket_name=self._name):
                self._client.make_bucket(bucket_name=self._name)

        await _away(create)

    async def put(self, key: str, path: Path, media_type: str) -> None:
        """Keep a file; the same key again overwrites it."""
        await _away(
            lambda: self._client.fput_object(
                bucket_name=self._name,
                object_name=key,
                file_path=str(path),
                content_type=media_type,
            )
        )

    async def size(self, key: str) -> int | None:
        """Tell how long an object is, or None where there is none."""
        return await _away(lambda: self._stat(key))

    async def read(self, key: str, start: int, length: int) -> AsyncIterator[bytes]:
        """Give a range of an object, in pieces of at most 256 KiB."""
        end = start + length
        for begin in range(start, end, _PIECE_BYTES):
            size = min(_PIECE_BYTES, end - begin)
            yield await _away(functools.partial(self._piece, key, begin, size))

    def _stat(self, key: str) -> int | None:
        try:
            return self._client.stat_object(bucket_name=self._name, object_name=key).size
        except S3Error as error:
            if error.code in _ABSENT:
                return None
            raise

    def _piece(self, key: str, begin: int, size: int) -> bytes:
        answer = self._client.get_object(
            bucket_name=self._name, object_name=key, offset=begin, length=size
        )
        try:
            return bytes(answer.read())
        finally:
            answer.close()
            answer.release_conn()


async def _away(work: Callable[[], ResultT]) -> ResultT:
    try:
        return await asyncio.to_thread(work)
    except (S3Error, urllib3.exceptions.HTTPError, OSError) as error:
        raise StoreAway(type(error).__name__) from error
