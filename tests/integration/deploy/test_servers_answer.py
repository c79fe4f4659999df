"""The launcher's servers are real, and nothing of them outlives their parent."""

import io
import os
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from aiokafka.client import AIOKafkaClient
from minio import Minio
from minio.error import S3Error

from deploy.local.objects import BUCKETS, start_objects
from deploy.local.ports import free_ports
from tests.support.infra import ObjectStore
from tests.support.waiting import wait_until

pytestmark = pytest.mark.integration

_HOLD = """
import signal, sys
from pathlib import Path
from deploy.local.servers import running_servers
# a shell's background jobs are started with Ctrl-C ignored, and so are their children
signal.signal(signal.SIGINT, signal.default_int_handler)
with running_servers(Path(sys.argv[1]), durable=False):
    print("up", flush=True)
    signal.pause()
"""


async def test_kafka_answers(kafka: str) -> None:
    client = AIOKafkaClient(bootstrap_servers=kafka)
    await client.bootstrap()
    assert client.cluster.brokers()
    await client.close()


def test_a_module_has_a_database_of_its_own(database: str, postgres: str) -> None:
    assert database != postgres
    with psycopg.connect(database) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_objects_are_kept(objects: ObjectStore) -> None:
    host = objects.address.removeprefix("http://")
    client = Minio(host, access_key=objects.access_key, secret_key=objects.secret_key, secure=False)
    client.make_bucket("kept")
    assert client.bucket_exists("kept")


def test_a_login_reaches_the_bucket_of_its_own_and_no_other(tmp_path: Path) -> None:
    store = start_objects(data=tmp_path, logs=tmp_path / "logs", port=free_ports(1)[0])
    try:
        store.wait_ready()
        host = store.address.removeprefix("http://")
        for name, secret in store.secrets.items():
            client = Minio(host, access_key=name, secret_key=secret, secure=False)
            client.make_bucket(BUCKETS[name])
            client.put_object(BUCKETS[name], "own", io.BytesIO(b"1"), 1)
            for other in {*BUCKETS.values()} - {BUCKETS[name]}:
                with pytest.raises(S3Error, match="AccessDenied"):
                    client.get_object(other, "own")
    finally:
        store.child.kill()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_nothing_outlives_the_launcher(tmp_path: Path, number: signal.Signals) -> None:
    command = [sys.executable, "-c", _HOLD, str(tmp_path)]
    parent = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert parent.stdout is not None
    assert parent.stdout.readline() == b"up\n"
    assert len(_mentioning(tmp_path)) >= 3
    os.kill(parent.pid, number)
    parent.wait(30)
    wait_until(lambda: not _mentioning(tmp_path), seconds=10)


def _mentioning(directory: Path) -> list[str]:
    """Command lines of live processes that work on the directory."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = entry.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if str(directory) in line:
            found.append(line)
    return found
