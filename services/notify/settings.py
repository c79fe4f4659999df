"""Notify's settings, read once from the environment."""

from dataclasses import dataclass

from services.kernel.settings import Environment


@dataclass(frozen=True, kw_only=True)
class Settings:
    """`NOTIFY_*`."""

    #: NOTIFY_VAPID_PRIVATE_KEY: PEM, or the raw private value as URL-safe base64.
    vapid_private_key: str
    #: NOTIFY_CONTACT: whom a push service may write to, `mailto:` or `https:` (RFC 8292 §2.1).
    contact: str
    #: NOTIFY_ALLOWED_NETWORKS: networks that may be called although they are not global.
    allowed_networks: tuple[str, ...]


def read(environment: Environment | None = None) -> Settings:
    """Read `NOTIFY_*`; MissingSetting names what is not there."""
    env = environment or Environment()
    return Settings(
        vapid_private_key=env.text("NOTIFY_VAPID_PRIVATE_KEY"),
        contact=env.text("NOTIFY_CONTACT", "mailto:operator@localhost"),
        allowed_networks=env.items("NOTIFY_ALLOWED_NETWORKS"),
    )
