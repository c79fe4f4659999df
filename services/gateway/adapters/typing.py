"""Who types where: told at once to the others' screens here, and to the other replicas."""

from collections.abc import Collection
from typing import Any

import orjson

from schemas.base import ConversationId, ExtensionId
from schemas.envelope import Envelope
from schemas.signal import TypingChanged
from services.gateway.adapters.hub import Hub
from services.gateway.adapters.signalling import Signaller
from services.gateway.domain.scope import Scope


class Typing:
    """Keeps nothing: whoever sees it forgets it by themselves."""

    def __init__(self, hub: Hub, signaller: Signaller) -> None:
        self._hub, self._signaller = hub, signaller

    def typing(
        self, scope: Scope, conversation_id: str, others: Collection[str], *, on: bool
    ) -> None:
        """Tell the others of a chat that this person types, or has stopped."""
        change = TypingChanged(
            extension_id=scope.user,
            conversation_id=ConversationId(conversation_id),
            typing=on,
            members=tuple(ExtensionId(one) for one in others),
        )
        self._tell(scope.tenant, change)
        self._signaller.say(scope.tenant, scope.user, change)

    def heard(self, envelope: Envelope[Any]) -> None:
        """Pass on what another replica says."""
        if isinstance(envelope.data, TypingChanged) and envelope.source != self._signaller.source:
            self._tell(envelope.tenant or "", envelope.data)

    def _tell(self, tenant: str, change: TypingChanged) -> None:
        told = {
            "type": "typing",
            "conversation_id": change.conversation_id,
            "person_id": change.extension_id,
            "typing": change.typing,
        }
        self._hub.tell_people(tenant, change.members, orjson.dumps(told).decode())
