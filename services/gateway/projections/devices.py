"""Phones that are told of news: whose, by which app, and since which start of it."""

from collections.abc import Iterator
from typing import Any

from schemas.device import DeviceForgotten, DeviceRegistered
from schemas.envelope import Envelope
from services.gateway.domain.rows import Row
from services.gateway.projections.rows import row


def project(envelope: Envelope[Any]) -> Iterator[Row]:
    """Turn a phone's coming or going into its row; its token stays on the log."""
    event = envelope.data
    match event:
        case DeviceRegistered():
            yield _device(envelope, event.platform, event.app, event.name, event.signed_in)
        case DeviceForgotten():
            yield _device(envelope, "", "", "", "")


def _device(envelope: Envelope[Any], platform: str, app: str, name: str, signed_in: str) -> Row:
    return row(
        envelope,
        "device",
        owner=envelope.data.recipient,
        device_id=envelope.data.device_id,
        platform=platform,
        app=app,
        name=name,
        signed_in=signed_in,
        registered_at=envelope.time,
    )
