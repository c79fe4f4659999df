"""A real S3 server (SeaweedFS) on loopback, with every one of its ports chosen."""

import json
import os
import secrets
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import urllib3
from minio import Minio
from minio.error import MinioException

from deploy.local.ports import LOOPBACK, free_ports
from deploy.local.processes import Child, Program, start

READY_SECONDS = 30.0
_ACCESS_KEY = "tandem"
#: Who else may sign: each has all rights to the bucket of this name, and none to another.
BUCKETS = {"media": "media", "ingest": "raw"}
_TIMEOUT_SECONDS = 2.0
#: master, filer, volume, admin, metrics, iceberg, lance, and gRPC of s3 and the first four: left to
#: itself, it takes port + 10000 and some fixed ones, so two on one machine would collide.
_OTHER_PORTS = 12
_VOLUME_MB = 64


@dataclass(frozen=True)
class Objects:
    """A running object store."""

    child: Child
    #: `http://host:port`
    address: str
    access_key: str
    secret_key: str
    #: Secret keys of those whose access key is their own name.
    secrets: Mapping[str, str] = field(repr=False)

    def wait_ready(self, seconds: float = READY_SECONDS) -> None:
        """Return once the server accepts our signature."""
        self.child.wait_until(lambda: answers(self), seconds)


def start_objects(*, data: Path, logs: Path, port: int) -> Objects:
    """Start a server on the data that is there, or on an empty store with a generated secret."""
    store = data / "store"
    store.mkdir(parents=True, exist_ok=True)
    secret = _secret(data / "secret")
    others = {name: _secret(data / f"secret-{name}") for name in BUCKETS}
    identities = data / "identities.json"
    _write(identities, _identities(secret, others))
    command = [_weed(), *_options(store, port), f"-s3.config={identities}"]
    program = Program(name="objects", command=command, directory=data)
    return Objects(start(program, logs), f"http://{LOOPBACK}:{port}", _ACCESS_KEY, secret, others)


def answers(objects: Objects) -> bool:
    """Ask for the buckets, with our signature."""
    pool = urllib3.PoolManager(timeout=_TIMEOUT_SECONDS, retries=False)
    host = objects.address.removeprefix("http://")
    client = Minio(
        host,
        access_key=objects.access_key,
        secret_key=objects.secret_key,
        secure=False,
        http_client=pool,
    )
    try:
        client.list_buckets()
    except (MinioException, urllib3.exceptions.HTTPError, OSError, ValueError):
        return False
    return True


def _weed() -> str:
    beside = Path(sys.executable).with_name("weed")
    return str(beside) if beside.exists() else str(shutil.which("weed"))


def _options(store: Path, port: int) -> list[str]:
    master, filer, volume, admin, metrics, iceberg, lance, *grpc = free_ports(_OTHER_PORTS)
    options = {
        "dir": store,
        "ip": LOOPBACK,
        "ip.bind": LOOPBACK,
        "s3.port": port,
        "s3.port.grpc": grpc[0],
        "s3.port.iceberg": iceberg,
        "s3.port.lance": lance,
        "master.port": master,
        "master.port.grpc": grpc[1],
        "filer.port": filer,
        "filer.port.grpc": grpc[2],
        "volume.port": volume,
        "volume.port.grpc": grpc[3],
        "admin.port": admin,
        "admin.port.grpc": grpc[4],
        "metricsIp": LOOPBACK,
        "metricsPort": metrics,
        "master.volumeSizeLimitMB": _VOLUME_MB,
        "webdav": "false",
        "admin.ui": "false",
    }
    return ["mini", *(f"-{name}={value}" for name, value in options.items())]


def _identities(secret: str, others: Mapping[str, str]) -> str:
    """Spell who may do what, as the server reads it."""
    rights = {_ACCESS_KEY: "Admin", **{name: f"Admin:{BUCKETS[name]}" for name in others}}
    known = {_ACCESS_KEY: secret, **others}
    made = [
        {
            "name": name,
            "credentials": [{"accessKey": name, "secretKey": known[name]}],
            "actions": [right],
        }
        for name, right in rights.items()
    ]
    return json.dumps({"identities": made}, indent=1)


def _write(path: Path, content: str) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(content)


def _secret(path: Path) -> str:
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(24), encoding="ascii")
    return path.read_text(encoding="ascii")
