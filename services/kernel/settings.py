"""Settings are read once from the environment into frozen values, and then passed down."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

#: How long the group waits for a frozen worker: its takeover time (streaming.md §7: 6 to 10 s).
DEFAULT_SESSION_SECONDS = 8.0


class MissingSetting(ValueError):
    """A setting that has no default is not in the environment."""


class Environment:
    """Reads settings by name; a secret may be given as a file named by `<NAME>_FILE`."""

    def __init__(self, values: Mapping[str, str] | None = None) -> None:
        self._values = os.environ if values is None else values

    def text(self, name: str, default: str | None = None) -> str:
        value = self.optional(name)
        if value is not None:
            return value
        if default is None:
            raise MissingSetting(f"{name} is not set")
        return default

    def optional(self, name: str) -> str | None:
        """Give a setting, or None where neither it nor its file is named."""
        file = self._values.get(f"{name}_FILE")
        if file:
            return Path(file).read_text(encoding="utf-8").strip()
        return self._values.get(name) or None

    def number(self, name: str, default: float) -> float:
        value = self.optional(name)
        return default if value is None else float(value)

    def flag(self, name: str, *, default: bool = False) -> bool:
        value = self.optional(name)
        return default if value is None else value.lower() in {"1", "true", "yes", "on"}

    def refer(self, reference: Mapping[str, str]) -> str:
        """Resolve `{ env = "NAME" }` or `{ file = "path" }` of a file; LookupError or OSError."""
        if "file" in reference:
            return Path(reference["file"]).read_text(encoding="utf-8").strip()
        value = self.optional(reference["env"])
        if value is None:
            raise LookupError(reference["env"])
        return value

    def items(self, name: str) -> tuple[str, ...]:
        """Give a comma-separated list."""
        return tuple(part.strip() for part in self.text(name, "").split(",") if part.strip())


@dataclass(frozen=True)
class Address:
    """Where a server listens or is found."""

    host: str
    port: int

    @classmethod
    def parse(cls, text: str) -> "Address":
        """Read `host:port`; brackets around an IPv6 address are dropped."""
        host, _, port = text.rpartition(":")
        return cls(host.strip("[]") or "127.0.0.1", int(port))


@dataclass(frozen=True, kw_only=True)
class KernelSettings:
    """What every service needs to run, whatever its business."""

    service: str
    #: `host:port,host:port`.
    kafka: str
    #: DSN of the service's own role; None for a service that keeps no state.
    postgres: str | None
    #: The static slot name; two processes with one name fight for ever (streaming.md §2.6).
    instance: str
    #: Where /livez, /readyz and /metrics are; None to serve none.
    health: Address | None
    runtime: str
    session_seconds: float
    pool_size: int
    #: OTLP endpoint of traces; None to export none.
    traces: str | None

    @classmethod
    def read(
        cls, service: str, environment: Environment | None = None, *, runtime: str = "aiokafka"
    ) -> "KernelSettings":
        """Read `TANDEM_*` and `<SERVICE>_*`; `runtime` is what the service asks for by itself."""
        env = environment or Environment()
        prefix = service.upper()
        health = env.optional(f"{prefix}_HEALTH")
        return cls(
            service=service,
            kafka=env.text("TANDEM_KAFKA"),
            postgres=env.optional(f"{prefix}_POSTGRES"),
            instance=env.text(f"{prefix}_INSTANCE", f"{service}-0"),
            health=Address.parse(health) if health else None,
            runtime=env.text(f"{prefix}_RUNTIME", runtime),
            session_seconds=env.number("TANDEM_SESSION_SECONDS", DEFAULT_SESSION_SECONDS),
            pool_size=int(env.number(f"{prefix}_POOL_SIZE", 12)),
            traces=env.optional("TANDEM_TRACES"),
        )
