"""Whose phones are told of news, and until when."""

from datetime import timedelta

import pytest

from schemas.base import ExtensionId
from schemas.device import (
    DeviceForgotten,
    DeviceRegistered,
    ForgetDevice,
    ForgetDevices,
    RegisterDevice,
)
from schemas.directory import RecordCredential
from services.router.domain.devices import MAX_DEVICES
from tests.support.router_words import ANA, BERT, SAM, extension, office
from tests.support.scenario import START


def registers(
    device_id: str = "d-1", signed_in: str = "session/s-1", who: ExtensionId = ANA
) -> RegisterDevice:
    return RegisterDevice(
        recipient=who,
        device_id=device_id,
        platform="apns",
        token="a1b2",
        app="com.example.texts",
        name="Ana's phone",
        signed_in=signed_in,
    )


def forgotten(device_id: str, reason: str) -> DeviceForgotten:
    return DeviceForgotten(recipient=ANA, device_id=device_id, reason=reason)  # type: ignore[arg-type]  # from a parameter


def test_a_phone_is_registered_at_each_start_of_its_app() -> None:
    """NOTIF-11."""
    scenario = office()
    told = scenario.when(registers())

    assert told.facts == [
        DeviceRegistered(
            recipient=ANA,
            device_id="d-1",
            platform="apns",
            token="a1b2",
            app="com.example.texts",
            name="Ana's phone",
            signed_in="session/s-1",
        )
    ]
    assert told.events[0].subject == "devices/ana"
    assert scenario.when(registers()).facts == told.facts


def test_nobody_elses_extension_has_phones() -> None:
    assert office().when(registers(who=ExtensionId("nobody"))).refusal.code == "unknown-extension"


def test_one_phone_too_many_lets_go_of_the_one_that_was_started_longest_ago() -> None:
    scenario = office().given(*(registers(f"d-{number}") for number in range(MAX_DEVICES)))
    scenario.given(registers("d-0"))

    assert scenario.when(registers("one more")).facts[0] == forgotten("d-1", "replaced")


def test_a_phone_that_is_removed_is_forgotten_once() -> None:
    scenario = office().given(registers())
    wish = ForgetDevice(recipient=ANA, device_id="d-1", reason="asked")

    scenario.when(wish).then(forgotten("d-1", "asked"))
    scenario.when(wish).then()


def test_a_phone_that_came_back_after_its_push_service_lost_it_stays() -> None:
    """NOTIF-11: a 410 tells since when; what was registered later is another life of it."""
    scenario = office()
    scenario.when(registers(), at=START)
    before, after = START - timedelta(seconds=1), START + timedelta(seconds=1)

    gone = ForgetDevice(recipient=ANA, device_id="d-1", reason="gone", gone_at=before)
    scenario.when(gone).then()
    gone = ForgetDevice(recipient=ANA, device_id="d-1", reason="gone", gone_at=after)
    scenario.when(gone).then(forgotten("d-1", "gone"))


@pytest.mark.parametrize(
    ("ended", "left"),
    [
        ("session/s-1", ["session/s-10", "token/t-1"]),
        ("session/", ["token/t-1"]),
        ("token/t-1", ["session/s-1", "session/s-10"]),
        ("", []),
    ],
)
def test_phones_go_with_what_they_came_in_by(ended: str, left: list[str]) -> None:
    """NOTIF-11: a sign-out ends one proof, a new password all sessions."""
    proofs = ("session/s-1", "session/s-10", "token/t-1")
    scenario = office().given(*(registers(proof, proof) for proof in proofs))

    told = scenario.when(ForgetDevices(recipient=ANA, signed_in=ended))
    gone = [one for one in proofs if one not in left]
    assert told.facts == [forgotten(one, "signed-out") for one in gone]


@pytest.mark.parametrize(
    ("kind", "change", "ended"),
    [
        ("password", "made", ["session/"]),
        ("one-time-password", "made", ["session/"]),
        ("password", "revoked", [""]),
        ("api-key", "made", []),
    ],
)
def test_who_may_come_in_no_more_is_told_no_more(kind: str, change: str, ended: list[str]) -> None:
    """NOTIF-11: a removed person's phones show nothing of what comes then."""
    recorded = RecordCredential(
        extension_id=BERT,
        kind=kind,  # type: ignore[arg-type]  # from a parameter
        change=change,  # type: ignore[arg-type]  # from a parameter
        name="bert",
        by=SAM,
    )
    told = office().given(extension(SAM, roles=("admin",))).when(recorded)

    assert told.wishes == [ForgetDevices(recipient=BERT, signed_in=one) for one in ended]
    assert {one.subject for one in told.commands} <= {"devices/bert"}
