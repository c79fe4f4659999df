"""What a look-up asks for is what the carrier's own SDK can ask for: no parameter is invented."""

import inspect
import warnings
from urllib.parse import parse_qs, urlsplit

import pytest
from infobip_api_client.api.sms_api import SmsApi
from sinch.domains.sms.models.v1.internal.list_batches_request import ListBatchesRequest
from twilio.rest.api.v2010.account.message import MessageList

from tests.unit.carriers.test_look_ups import question

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # the SDK's models shadow names of pydantic's
    from bird.resources.sms_gen import SmsBase


def _parameters(function: object) -> set[str]:
    return {name.rstrip("_") for name in inspect.signature(function).parameters}  # type: ignore[arg-type]  # any SDK's function


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).strip(
        "_"
    )


@pytest.mark.parametrize(
    ("carrier", "known"),
    [
        ("twilio", _parameters(MessageList.list)),
        ("signalwire", _parameters(MessageList.list)),
        ("sinch", {name.rstrip("_") for name in ListBatchesRequest.model_fields}),
        ("infobip", _parameters(SmsApi.get_outbound_sms_message_logs)),
        ("bird", _parameters(SmsBase.list)),
    ],
)
def test_every_parameter_of_a_question_is_one_that_the_official_sdk_knows(
    carrier: str, known: set[str]
) -> None:
    asked = parse_qs(urlsplit(question(carrier).url).query)

    assert asked
    assert {_snake(name) for name in asked} <= known
