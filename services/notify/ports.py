"""What notify speaks to outside, in its own words."""

from dataclasses import dataclass, field

from services.kernel.settings import Address


@dataclass(frozen=True, kw_only=True)
class PhoneSystem:
    """Where desk phones are registered, and as whom we speak there (`NOTIFY_SIP_*`)."""

    #: NOTIFY_SIP_SERVER: `host:port`, spoken to by UDP.
    address: Address
    #: NOTIFY_SIP_DOMAIN: what stands behind the @ of its addresses; the server's host if not said.
    domain: str
    #: NOTIFY_SIP_USER, NOTIFY_SIP_PASSWORD: where it wants to know.
    user: str = ""
    password: str = ""


@dataclass(frozen=True, kw_only=True)
class ApplePush:
    """As whom we speak to APNs (`NOTIFY_APNS_*`)."""

    #: NOTIFY_APNS_KEY: the signing key that Apple gave, PEM (a `.p8` file).
    key: str = field(repr=False)
    #: NOTIFY_APNS_KEY_ID, NOTIFY_APNS_TEAM: what Apple calls the key, and whose it is.
    key_id: str
    team: str
    #: NOTIFY_APNS_URL: apps that are still developed are told by another.
    url: str


@dataclass(frozen=True, kw_only=True)
class GooglePush:
    """As whom we speak to FCM: a service account's file (`NOTIFY_FCM_ACCOUNT`)."""

    project_id: str
    client_email: str
    private_key: str = field(repr=False)
    private_key_id: str
    token_uri: str
    #: NOTIFY_FCM_URL.
    url: str


@dataclass(frozen=True, kw_only=True)
class Pictures:
    """Where phones fetch the picture of a text, and what links there are signed with."""

    #: MEDIA_PUBLIC_URL.
    origin: str
    #: TANDEM_MEDIA_LINK_KEY.
    key: bytes = field(repr=False)
