"""Whether somebody can text at all, and if not, the first reason why (portal.md §4.4)."""

from services.gateway.domain.views import Json


def messaging(*, system: bool, user: bool, reached: bool) -> Json:
    """Judge the three levels of NUM-02 in their order: organization, user, number."""
    reason = None
    if not system:
        reason = "system-off"
    elif not user:
        reason = "user-off"
    elif not reached:
        reason = "no-number"
    return {"usable": reason is None, "reason": reason}
