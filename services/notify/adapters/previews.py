"""Links by which a phone fetches the small picture of a text, for a little while."""

from schemas.base import MessageId
from services.kernel import signing
from services.kernel.clock import Clock
from services.notify.ports import Pictures

#: A phone that is on fetches at once; one that was off for longer shows the words alone.
LINK_SECONDS = 600


class PreviewLinks:
    """Signs what media shows at `/previews/<message>`; without a key there are no links."""

    def __init__(self, pictures: Pictures | None, clock: Clock) -> None:
        self._pictures = pictures
        self._clock = clock

    def link(self, message_id: MessageId | None) -> str | None:
        if message_id is None or self._pictures is None:
            return None
        expires = int(self._clock.now().timestamp()) + LINK_SECONDS
        path = f"/previews/{message_id}"
        return signing.link(self._pictures.key, self._pictures.origin, path, {}, expires)
