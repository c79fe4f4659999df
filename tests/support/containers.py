"""The same servers as containers, where a Docker daemon already has their images; never pulls."""

import contextlib
from collections.abc import Iterator
from functools import cache

import docker
from docker.errors import DockerException
from testcontainers.community.kafka import KafkaContainer
from testcontainers.community.postgres import PostgresContainer
from testcontainers.core.container import DockerContainer

KAFKA = "confluentinc/cp-kafka:7.6.0"
POSTGRES = "postgres:16-alpine"
OBJECTS = "chrislusf/seaweedfs:4.48"
_KEY = "tandem"
_SECRET = "tandem-test-secret"
_S3_PORT = 8333


@cache
def has(image: str) -> bool:
    """Tell whether a daemon answers and holds the image; asking must not start a download."""
    try:
        client = docker.from_env()
        client.images.get(image)
    except (DockerException, OSError):
        return False
    return True


@contextlib.contextmanager
def kafka() -> Iterator[str]:
    container = KafkaContainer(KAFKA).with_kraft()
    container.with_env("KAFKA_AUTO_CREATE_TOPICS_ENABLE", "false")
    container.with_env("KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS", "0")
    with container:
        yield container.get_bootstrap_server()


@contextlib.contextmanager
def postgres() -> Iterator[str]:
    with PostgresContainer(POSTGRES, driver=None) as container:
        yield container.get_connection_url()


@contextlib.contextmanager
def objects() -> Iterator[tuple[str, str, str]]:
    container = DockerContainer(OBJECTS).with_exposed_ports(_S3_PORT).with_command("mini")
    container.with_env("AWS_ACCESS_KEY_ID", _KEY).with_env("AWS_SECRET_ACCESS_KEY", _SECRET)
    with container:
        host, port = container.get_container_host_ip(), container.get_exposed_port(_S3_PORT)
        yield f"http://{host}:{port}", _KEY, _SECRET
