"""How those carriers sign that use a published form: Standard Webhooks, and JSON Web Tokens."""

import base64
import dataclasses
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime

from deploy.local.simulator.credentials import digest
from deploy.local.simulator.words import Webhook
from services.kernel import ids


def secret_for(secret: str, purpose: str) -> str:
    """A secret as Standard Webhooks writes it."""
    return "whsec_" + base64.b64encode(digest(secret, purpose)).decode()


def standard_signature(secret: str, identity: str, seconds: int, body: bytes) -> str:
    """The signature of one try."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    made = hmac.digest(key, f"{identity}.{seconds}.".encode() + body, hashlib.sha256)
    return f"v1,{base64.b64encode(made).decode()}"


def standard_seal(secret: str, identity: str, webhook: Webhook, now: datetime) -> Webhook:
    """Sign a webhook for the moment at which it leaves."""
    seconds = int(now.timestamp())
    headers = {
        **webhook.headers,
        "webhook-id": identity,
        "webhook-timestamp": str(seconds),
        "webhook-signature": standard_signature(secret, identity, seconds, webhook.body),
    }
    return dataclasses.replace(webhook, headers=headers)


def event_id(*parts: str) -> str:
    """A webhook's id: the same for every try, and without a full stop."""
    return f"msg_{ids.derive('webhook', *parts).replace('-', '')}"


def token(claims: Mapping[str, object], secret: str) -> str:
    """A JSON Web Token, HS256."""
    parts = [_coded(json.dumps(part).encode()) for part in ({"alg": "HS256"}, dict(claims))]
    signed = ".".join(parts)
    made = hmac.digest(secret.encode(), signed.encode(), hashlib.sha256)
    return f"{signed}.{_coded(made)}"


def _coded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
