import base64
from dataclasses import replace
from datetime import timedelta

import pytest
import standardwebhooks

from services.carriers import standard_webhooks
from services.carriers.contract import Request, Unverified
from services.kernel.clock import Clock
from tests.support.standard_webhooks import OLD_SECRET, SECRET, signature, signed
from tests.support.webhooks import NOW, account, fixture, with_headers

ACCOUNT = account("generic")
OTHER = "whsec_b3RoZXItc2VjcmV0LW9mLXRoZS10ZXN0cw=="
REQUEST = fixture("generic", "message").request


def _check(request: Request, *secrets: str) -> None:
    standard_webhooks.check(request, ACCOUNT, NOW, secrets or (SECRET,))


def _refused(request: Request, *secrets: str) -> str:
    with pytest.raises(Unverified) as refusal:
        _check(request, *secrets)
    return refusal.value.reason


def _changed(request: Request, name: str, value: str) -> Request:
    headers = tuple((key, value if key == name else old) for key, old in request.headers)
    return replace(request, headers=headers)


def test_what_the_official_library_signs_is_accepted() -> None:
    library = standardwebhooks.Webhook(SECRET)
    made = library.sign("msg_1", NOW, REQUEST.body.decode())
    request = with_headers(
        REQUEST,
        webhook_id="msg_1",
        webhook_timestamp=str(int(NOW.timestamp())),
        webhook_signature=made,
    )

    _check(request)


def test_what_we_sign_the_official_library_accepts_and_one_changed_byte_it_refuses() -> None:
    now = Clock().now()
    request = signed(REQUEST, now, SECRET)
    made = standard_webhooks.sign(SECRET, "msg_1", str(int(now.timestamp())), REQUEST.body)
    assert dict(request.headers)["webhook-signature"] == made.decode()
    library = standardwebhooks.Webhook(SECRET)

    library.verify(request.body, dict(request.headers))
    with pytest.raises(standardwebhooks.WebhookVerificationError):
        library.verify(b" " + request.body, dict(request.headers))
    with pytest.raises(Unverified):
        standard_webhooks.check(replace(request, body=b" " + request.body), ACCOUNT, now, (SECRET,))


@pytest.mark.parametrize("secret", [SECRET, OLD_SECRET])
def test_both_secrets_are_good_while_they_rotate(secret: str) -> None:
    _check(signed(REQUEST, NOW, secret), SECRET, OLD_SECRET)


@pytest.mark.parametrize("secrets", [(OTHER, SECRET), (SECRET, OTHER)])
def test_one_genuine_signature_among_several_is_enough(secrets: tuple[str, str]) -> None:
    _check(signed(REQUEST, NOW, *secrets))


def test_a_version_that_we_do_not_know_is_passed_over_and_never_believed() -> None:
    request = signed(REQUEST, NOW, SECRET)
    genuine = dict(request.headers)["webhook-signature"]
    other_version = genuine.replace("v1,", "v2,")

    _check(_changed(request, "webhook-signature", f"v1a,x {genuine}"))
    assert _refused(_changed(request, "webhook-signature", other_version)) == "wrong-signature"


@pytest.mark.parametrize("identity", ["", "msg.1", "é"])
def test_an_id_that_could_be_read_otherwise_is_refused(identity: str) -> None:
    assert _refused(signed(REQUEST, NOW, SECRET, identity=identity)) == "no-id"


@pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp"])
def test_the_id_and_the_time_are_signed(name: str) -> None:
    request = signed(REQUEST, NOW, SECRET)
    value = str(int(NOW.timestamp()) + 1) if name == "webhook-timestamp" else "msg_2"

    assert _refused(_changed(request, name, value)) == "wrong-signature"


@pytest.mark.parametrize("time", ["", "-1", "+1", "1.5", "1e9", "١٢٣", "1 ", "9" * 13, "nan"])
def test_a_strange_time_is_refused(time: str) -> None:
    request = _changed(signed(REQUEST, NOW, SECRET), "webhook-timestamp", time)

    assert _refused(request) == "no-time"


@pytest.mark.parametrize("off", [301, -301])
def test_an_old_request_is_told_from_a_forged_one(off: int) -> None:
    request = signed(REQUEST, NOW + timedelta(seconds=off), SECRET)

    assert _refused(request) == "too-old-or-too-new"


def test_more_signatures_than_anybody_has_secrets_are_not_looked_at() -> None:
    request = signed(REQUEST, NOW, SECRET)
    genuine = dict(request.headers)["webhook-signature"]

    assert _refused(_changed(request, "webhook-signature", "v1,x " * 16 + genuine)) == (
        "wrong-signature"
    )


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_!!!!", "whsec_é", "x"])
def test_a_secret_that_is_none_proves_nothing(secret: str) -> None:
    empty = base64.b64encode(b"").decode()
    request = with_headers(
        REQUEST,
        webhook_id="msg_1",
        webhook_timestamp=str(int(NOW.timestamp())),
        webhook_signature=signature(REQUEST, "msg_1", str(int(NOW.timestamp())), empty),
    )

    assert _refused(request, secret) == "wrong-signature"


def test_a_secret_without_padding_is_read() -> None:
    _check(signed(REQUEST, NOW, SECRET), SECRET.rstrip("="))
