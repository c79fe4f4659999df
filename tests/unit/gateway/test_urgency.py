import pytest

from schemas.base import ExtensionId
from schemas.conversation import Urgency
from services.gateway.domain.scope import Caller, Scope
from services.gateway.domain.urgency import urgency


def caller(proof: str) -> Caller:
    return Caller(
        scope=Scope("acme", ExtensionId("ana")),
        account_id="account",
        login="ana",
        roles=("user",),
        proof=proof,
        proof_id="1",
        expires=0.0,
    )


def test_what_a_person_says_in_the_portal_is_a_reply_and_what_a_token_sends_is_bulk() -> None:
    assert urgency(caller("session"), None) == "reply"
    assert urgency(caller("token"), None) == "bulk"


@pytest.mark.parametrize("proof", ["session", "token"])
@pytest.mark.parametrize("wished", ["reply", "bulk"])
def test_who_says_how_urgent_it_is_is_believed(proof: str, wished: Urgency) -> None:
    assert urgency(caller(proof), wished) == wished
