"""Signs requests in the Standard Webhooks form, written apart from what checks them."""

import base64
import hashlib
import hmac
from datetime import datetime

from services.carriers.contract import Request
from tests.support.webhooks import with_headers

#: What account.toml of `bird` and `generic` has, the newest and the one before.
SECRET = "whsec_bmV3LXNlY3JldC1vZi10aGUtdGVzdHMhIQ=="
OLD_SECRET = "whsec_b2xkLXNlY3JldC1vZi10aGUtdGVzdHMhIQ=="


def signature(request: Request, identity: str, seconds: str, secret: str) -> str:
    """Spell one signature."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    made = hmac.digest(key, f"{identity}.{seconds}.".encode() + request.body, hashlib.sha256)
    return f"v1,{base64.b64encode(made).decode()}"


def signed(request: Request, at: datetime, *secrets: str, identity: str = "msg_1") -> Request:
    """Sign with every secret; the signatures stand in one header."""
    seconds = str(int(at.timestamp()))
    made = [signature(request, identity, seconds, secret) for secret in secrets]
    return with_headers(
        request,
        webhook_id=identity,
        webhook_timestamp=seconds,
        webhook_signature=" ".join(made),
    )
