"""What notify speaks to outside, in its own words."""

from dataclasses import dataclass

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
