from services.ingest.domain import keep, provider_id
from services.ingest.handlers import names, outcome
from services.router.handlers.addressing import message_of
from tests.support.webhooks import NOW, account, fixture


def test_an_arrived_text_is_known_by_the_id_that_the_router_gives_the_message() -> None:
    kept = keep("twilio", "main", fixture("twilio", "message").request, NOW)
    found = outcome(kept, {"main": account("twilio")})
    (envelope,) = found.envelopes

    provider = provider_id(envelope.data)
    assert names(found) == {envelope.id, provider, message_of(envelope)}
