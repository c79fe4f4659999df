"""Notify's settings, read once from the environment."""

from dataclasses import dataclass

import msgspec

from services.kernel.settings import Address, Environment
from services.notify.ports import ApplePush, GooglePush, PhoneSystem, Pictures

APNS, FCM = "https://api.push.apple.com", "https://fcm.googleapis.com"
_MEDIA = "http://127.0.0.1:8082"


class _Account(msgspec.Struct, frozen=True, kw_only=True):
    """What we need of a service account's file."""

    project_id: str
    client_email: str
    private_key: str
    private_key_id: str
    token_uri: str


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
    #: None where no such phones are told.
    apple: ApplePush | None
    google: GooglePush | None
    #: None where phones show no pictures.
    pictures: Pictures | None


def read(environment: Environment | None = None) -> Settings:
    """Read `NOTIFY_*`; MissingSetting names what is not there."""
    env = environment or Environment()
    return Settings(
        vapid_private_key=env.text("NOTIFY_VAPID_PRIVATE_KEY"),
        contact=env.text("NOTIFY_CONTACT", "mailto:operator@localhost"),
        allowed_networks=env.items("NOTIFY_ALLOWED_NETWORKS"),
        phone_system=_phone_system(env),
        apple=_apple(env),
        google=_google(env),
        pictures=_pictures(env),
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


def _apple(env: Environment) -> ApplePush | None:
    key = env.optional("NOTIFY_APNS_KEY")
    if key is None:
        return None
    return ApplePush(
        key=key,
        key_id=env.text("NOTIFY_APNS_KEY_ID"),
        team=env.text("NOTIFY_APNS_TEAM"),
        url=env.text("NOTIFY_APNS_URL", APNS).rstrip("/"),
    )


def _google(env: Environment) -> GooglePush | None:
    """Read what Google gave; ValidationError names what is missing in it."""
    account = env.optional("NOTIFY_FCM_ACCOUNT")
    if account is None:
        return None
    known = msgspec.json.decode(account, type=_Account)
    url = env.text("NOTIFY_FCM_URL", FCM).rstrip("/")
    return GooglePush(**msgspec.structs.asdict(known), url=url)


def _pictures(env: Environment) -> Pictures | None:
    key = env.optional("TANDEM_MEDIA_LINK_KEY")
    if key is None:
        return None
    return Pictures(origin=env.text("MEDIA_PUBLIC_URL", _MEDIA), key=key.encode())
