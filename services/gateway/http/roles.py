"""What a role opens: whoever lacks it learns no more than that there is no such thing."""

from collections.abc import Iterable

from services.gateway.domain.oversight import has_role
from services.gateway.domain.scope import Caller
from services.gateway.http.entry import Parts
from services.gateway.http.problems import not_found


async def check_role(parts: Parts, caller: Caller, roles: Iterable[str]) -> None:
    """Refuse whoever has none of these roles in the directory."""
    if not has_role(await parts.views.person(caller.scope), roles):
        raise not_found()
