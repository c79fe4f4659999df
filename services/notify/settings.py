"""Notify's settings, read once from the environment."""

from dataclasses import dataclass

from services.kernel.settings import Address, Environment
from services.notify.ports import PhoneSystem


@dataclass(frozen=True, kw_only=True)
class Settings:
    """`NOTIFY_*`."""

    #: NOTIFY_VAPID_PRIVATE_KEY: PEM, or the raw private value as URL-safe base64.
    vapid_private_key: str
    #: NOTIFY_CONTACT: whom a push service may write to, `mailto:` or `https:` (RFC 8292 §2.1).
    contact: str
    #: NOTIFY_ALLOWED_NETWORKS: networks that may be called although they are not global.
    allowed_networks: tuple[str, ...]
    #: None where texts do not go to desk phones.
    phone_system: PhoneSystem | None


def read(environment: Environment | None = None) -> Settings:
    """Read `NOTIFY_*`; MissingSetting names what is not there."""
    env = environment or Environment()
    return Settings(
        vapid_private_key=env.text("NOTIFY_VAPID_PRIVATE_KEY"),
        contact=env.text("NOTIFY_CONTACT", "mailto:operator@localhost"),
        allowed_networks=env.items("NOTIFY_ALLOWED_NETWORKS"),
        phone_system=_phone_system(env),
    )


def _phone_system(env: Environment) -> PhoneSystem | None:
    server = env.optional("NOTIFY_SIP_SERVER")
    if server is None:
        return None
    address = Address.parse(server)
    return PhoneSystem(
        address=address,
        domain=env.text("NOTIFY_SIP_DOMAIN", address.host),
        user=env.text("NOTIFY_SIP_USER", ""),
        password=env.text("NOTIFY_SIP_PASSWORD", ""),
    )
