"""Where everything of one machine is kept, and which ports it would like."""

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SERVICES = ("ingest", "router", "queue", "dispatch", "media", "notify", "gateway")
#: The services that own a Postgres schema.
STATEFUL = ("router", "queue", "dispatch", "media", "notify", "gateway")
#: Wanted ports; one that is taken becomes a free one. The portal's is the one to remember.
WANTED = {
    "portal": 8080,
    "webhooks": 8081,
    "media": 8082,
    "phone": 8083,
    "kafka": 19_092,
    "postgres": 15_432,
    "objects": 18_333,
}


@dataclass(frozen=True)
class Layout:
    """The directories and files below one directory, `.tandem` by default."""

    home: Path

    @property
    def logs(self) -> Path:
        return self.home / "logs"

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def spool(self) -> Path:
        return self.home / "spool"

    @property
    def secrets(self) -> Path:
        return self.home / "secrets.json"

    @property
    def carriers(self) -> Path:
        return self.home / "carriers.toml"

    @property
    def logins(self) -> Path:
        return self.home / "media-logins.toml"

    @property
    def environment(self) -> Path:
        return self.home / "environment"

    @property
    def running(self) -> Path:
        """What runs now: addresses, sign-ins and process ids; there only while it is ready."""
        return self.home / "running.json"

    @property
    def seeded(self) -> Path:
        return self.home / "seeded"

    @property
    def lock(self) -> Path:
        return self.home / "lock"
