"""People, what they set, numbers and organisations, as the directory last defined them."""

from collections.abc import Iterator
from typing import Any

import msgspec

from schemas.directory import ExtensionDefined, NumberDefined, SettingsChosen, TenantDefined
from schemas.envelope import Envelope
from services.gateway.domain.rows import Row
from services.gateway.projections.rows import row


def project(envelope: Envelope[Any]) -> Iterator[Row]:
    """Turn a definition into its one row; queues come by the queue's own stream."""
    match envelope.data:
        case TenantDefined() as event:
            yield _tenant(envelope, event)
        case ExtensionDefined() as event:
            yield _person(envelope, event)
        case NumberDefined() as event:
            yield _number(envelope, event)
        case SettingsChosen(extension_id=id_, settings=settings):
            plain = msgspec.to_builtins(settings)
            yield row(envelope, "personal", extension_id=id_, settings=plain)


def _tenant(envelope: Envelope[Any], event: TenantDefined) -> Row:
    return row(
        envelope,
        "tenant",
        tenant_id=event.tenant_id,
        name=event.name,
        texting=event.texting,
        consent=event.consent,
        guard=msgspec.to_builtins(event.guard),
        files=msgspec.to_builtins(event.files),
        alert_tone=msgspec.to_builtins(event.alert_tone),
        time_zone=event.time_zone,
    )


def _person(envelope: Envelope[Any], event: ExtensionDefined) -> Row:
    return row(
        envelope,
        "person",
        extension_id=event.extension_id,
        dial=event.dial,
        name=event.name,
        roles=event.roles,
        texting=event.texting,
        chat=event.chat,
    )


def _number(envelope: Envelope[Any], event: NumberDefined) -> Row:
    return row(
        envelope,
        "number",
        number=event.number,
        texting=event.texting,
        toll_free=event.toll_free,
        label=event.label,
        callers=event.callers,
        accounts=event.accounts,
        route=msgspec.to_builtins(event.route),
    )
