"""People, numbers and organisations, as the directory last defined them."""

from collections.abc import Iterator
from typing import Any

from schemas.directory import ExtensionDefined, NumberDefined, TenantDefined
from schemas.envelope import Envelope
from services.gateway.domain.rows import Row
from services.gateway.projections.rows import row


def project(envelope: Envelope[Any]) -> Iterator[Row]:
    """Turn a definition into its one row; queues come by the queue's own stream."""
    match envelope.data:
        case TenantDefined() as event:
            yield row(
                envelope,
                "tenant",
                tenant_id=event.tenant_id,
                name=event.name,
                texting=event.texting,
            )
        case ExtensionDefined() as event:
            yield row(
                envelope,
                "person",
                extension_id=event.extension_id,
                dial=event.dial,
                name=event.name,
                roles=event.roles,
                texting=event.texting,
            )
        case NumberDefined() as event:
            yield row(
                envelope,
                "number",
                number=event.number,
                texting=event.texting,
                toll_free=event.toll_free,
                label=event.label,
                callers=event.callers,
            )
