"""Group messages: to everybody in one call where the carrier has them, as its module declares."""

from dataclasses import replace

import msgspec
import pytest

from services.carriers.contract import HttpResponse, OutboundMessage, most_recipients
from services.carriers.registry import CARRIERS
from tests.support.webhooks import MESSAGE, account

GROUPED = {"bandwidth": 10, "generic": 10, "infobip": 10, "telnyx": 8}
EVERYBODY = ("+12015550150", "+12015550151")
TOGETHER: OutboundMessage = replace(MESSAGE, recipients=EVERYBODY)


@pytest.mark.parametrize("carrier", sorted(CARRIERS))
def test_a_carrier_has_group_messages_if_it_says_so(carrier: str) -> None:
    assert most_recipients(CARRIERS[carrier]) == GROUPED.get(carrier, 1)


@pytest.mark.parametrize("carrier", ["bandwidth", "telnyx"])
def test_a_group_message_names_everybody_in_one_call(carrier: str) -> None:
    sent = CARRIERS[carrier].build_send(TOGETHER, account(carrier))
    alone = CARRIERS[carrier].build_send(MESSAGE, account(carrier))

    assert msgspec.json.decode(sent.body)["to"] == list(EVERYBODY)
    assert msgspec.json.decode(alone.body)["to"] in (MESSAGE.recipient, [MESSAGE.recipient])


def test_telnyx_has_an_address_of_its_own_for_groups() -> None:
    together = CARRIERS["telnyx"].build_send(TOGETHER, account("telnyx"))
    alone = CARRIERS["telnyx"].build_send(MESSAGE, account("telnyx"))

    assert together.url.endswith("/v2/messages/group_mms")
    assert alone.url.endswith("/v2/messages")


def test_at_infobip_each_of_a_group_has_an_id_and_whoever_is_refused_spoils_it_for_nobody() -> None:
    together = CARRIERS["infobip"].build_send(replace(TOGETHER, media_urls=()), account("infobip"))
    (message,) = msgspec.json.decode(together.body)["messages"]

    assert together.url.endswith("/mms/2/messages")
    assert message["destinations"] == [
        {
            "group": [
                {"to": EVERYBODY[0], "messageId": "try-1"},
                {"to": EVERYBODY[1], "messageId": "try-1-1"},
            ]
        }
    ]
    refused = {"messageId": "try-1", "status": {"groupId": 5, "name": "REJECTED_NETWORK"}}
    taken = {"messageId": "try-1-1", "status": {"groupId": 1, "name": "PENDING_ACCEPTED"}}
    body = msgspec.json.encode({"messages": [refused, taken]})
    answer = CARRIERS["infobip"].read_answer(HttpResponse(status=200, body=body))
    assert (answer.kind, answer.provider_message_id) == ("accepted", "try-1-1")
