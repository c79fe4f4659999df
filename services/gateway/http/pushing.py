"""Web Push subscriptions of the viewer's browsers."""

from fastapi import APIRouter, Response

from schemas import notification
from services.gateway.domain.scope import Caller
from services.gateway.http.asks import to_stream
from services.gateway.http.deciding import DECIDES, decided, show_decision
from services.gateway.http.entry import CallerDep, KeyDep, Parts, PartsDep
from services.gateway.http.shapes import Decision, PushEndpoint, PushSubscription
from services.gateway.ports import Json

router = APIRouter(tags=["push"], responses=DECIDES)


@router.put("/push-subscriptions", response_model=Decision, operation_id="subscribe_push")
async def subscribe_push(
    body: PushSubscription, caller: CallerDep, parts: PartsDep, key: KeyDep
) -> Response:
    """A browser of mine accepts Web Push."""
    wish = notification.SubscribePush(
        recipient=caller.scope.user,
        endpoint=body.endpoint,
        p256dh=body.keys.p256dh,
        auth=body.keys.auth,
    )
    return await _tell(parts, caller, key, wish)


@router.delete("/push-subscriptions", response_model=Decision, operation_id="unsubscribe_push")
async def unsubscribe_push(
    body: PushEndpoint, caller: CallerDep, parts: PartsDep, key: KeyDep
) -> Response:
    """That browser no longer does."""
    wish = notification.UnsubscribePush(recipient=caller.scope.user, endpoint=body.endpoint)
    return await _tell(parts, caller, key, wish)


async def _tell(
    parts: Parts, caller: Caller, key: str, wish: notification.NotificationCommand
) -> Response:
    ask = to_stream(caller, key, caller.scope.user, wish, "push-subscriptions")

    async def look() -> Json | None:
        return {}

    return await decided(parts, ask, look, show_decision(ask))
