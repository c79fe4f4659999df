"""Media's settings, read once from the environment."""

from dataclasses import dataclass
from pathlib import Path

from services.kernel.settings import Address, Environment


@dataclass(frozen=True, kw_only=True)
class Settings:
    """`MEDIA_*`, and what media shares with others as `TANDEM_*`."""

    #: MEDIA_HTTP: where files are shown; an origin of its own, never the portal's.
    http: Address
    #: TANDEM_S3, MEDIA_S3_KEY, MEDIA_S3_SECRET, MEDIA_BUCKET: the media bucket.
    s3: str
    s3_key: str
    s3_secret: str
    bucket: str
    #: TANDEM_MEDIA_LINK_KEY: what the gateway signs links with.
    link_key: bytes
    #: MEDIA_CARRIER_LOGINS: a TOML file of what fetching media needs, by carrier account.
    carrier_logins: Path | None
    #: MEDIA_ALLOWED_NETWORKS: networks that may be fetched from although they are not global.
    allowed_networks: tuple[str, ...]


def read(environment: Environment | None = None) -> Settings:
    """Read media's settings; MissingSetting names what is not there."""
    env = environment or Environment()
    logins = env.optional("MEDIA_CARRIER_LOGINS")
    return Settings(
        http=Address.parse(env.text("MEDIA_HTTP", "127.0.0.1:8082")),
        s3=env.text("TANDEM_S3"),
        s3_key=env.text("MEDIA_S3_KEY"),
        s3_secret=env.text("MEDIA_S3_SECRET"),
        bucket=env.text("MEDIA_BUCKET", "media"),
        link_key=env.text("TANDEM_MEDIA_LINK_KEY").encode(),
        carrier_logins=Path(logins) if logins else None,
        allowed_networks=env.items("MEDIA_ALLOWED_NETWORKS"),
    )
