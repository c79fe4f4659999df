"""Kafka's jars from Maven Central, fetched once into a directory by jgo."""

import shutil
import tempfile
from pathlib import Path

KAFKA_VERSION = "4.2.1"
#: A logger that writes to stderr; without one Kafka runs mute.
_ENDPOINT = f"org.apache.kafka:kafka_2.13:{KAFKA_VERSION}+org.slf4j:slf4j-simple:1.7.36"
_TIMEOUT_SECONDS = 60


def kafka_jars(cache: Path) -> Path:
    """A directory with all jars of one Kafka version; downloads them the first time."""
    target = cache / f"kafka-{KAFKA_VERSION}"
    if target.is_dir():
        return target
    cache.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(dir=cache, prefix="fetch-"))
    try:
        flat = work / "flat"
        flat.mkdir(mode=0o755)
        for jar in _resolve(work).rglob("*.jar"):
            shutil.copyfile(jar, flat / jar.name)
        _publish(flat, target)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return target


def _resolve(work: Path) -> Path:
    from jgo.env import EnvironmentBuilder  # noqa: PLC0415 - slow, and for the first start alone
    from jgo.maven import MavenContext  # noqa: PLC0415 - likewise

    context = MavenContext(repo_cache=work / "repository", timeout=_TIMEOUT_SECONDS)
    builder = EnvironmentBuilder(context=context, cache_dir=work / "environments")
    return Path(builder.from_endpoint(_ENDPOINT).path)


def _publish(flat: Path, target: Path) -> None:
    """Move it into place as a whole; a second fetcher at the same time is no harm."""
    try:
        flat.replace(target)
    except OSError:
        if not target.is_dir():
            raise
