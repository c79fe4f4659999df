"""Rules of administration: who may define what, what a person sets alone, and who may come in."""

import msgspec
import pytest

from schemas.directory import (
    AlertTone,
    ChooseSettings,
    CredentialRecorded,
    PersonalSettings,
    RecordCredential,
    Role,
    SettingsChosen,
    TenantDefined,
)
from schemas.media import HoldObject, ReleaseObject, StoredObject
from tests.support.router_words import (
    ANA,
    BERT,
    CARO,
    SAM,
    extension,
    number,
    office,
    queue,
    says,
    starts_direct,
    starts_group,
    tenant,
)
from tests.support.scenario import TENANT, Scenario

BELL = StoredObject(key=f"{TENANT}/bell", media_type="audio/ogg", size=9_000)
GONG = StoredObject(key=f"{TENANT}/gong", media_type="audio/ogg", size=9_000)


def administered() -> Scenario:
    """Open the office with Sam as its admin."""
    return office().given(extension(SAM, roles=("user", "admin")))


def by(who: str | None, wish: msgspec.Struct) -> msgspec.Struct:
    return msgspec.structs.replace(wish, by=who)


@pytest.mark.parametrize(
    "wish",
    [
        tenant(texting=False),
        extension(CARO, texting=False),
        number(texting=False),
        queue(agents=(ANA,)),
    ],
)
def test_only_admins_define_and_the_event_says_who_it_was(wish: msgspec.Struct) -> None:
    """ADM-01, ADM-02, ADM-03, ADM-04: each change is an event with who and when."""
    assert administered().when(by(ANA, wish)).refusal.code == "not-your-task"

    told = administered().when(by(SAM, wish))

    assert told.facts[0].by == SAM


def test_another_who_says_the_same_changes_nothing() -> None:
    told = administered().when(by(SAM, number()))

    assert told.is_quiet
    assert told.answer is not None
    assert told.answer["changed"] is False


def test_nobody_takes_their_own_admin_role_away() -> None:
    assert administered().when(by(SAM, extension(SAM))).refusal.code == "own-role"


@pytest.mark.parametrize(
    ("now", "then"), [(("user",), ("user", "operator")), (("user", "operator"), ("user",))]
)
def test_admins_neither_make_nor_unmake_operators(
    now: tuple[Role, ...], then: tuple[Role, ...]
) -> None:
    scenario = administered().given(extension(ANA, roles=now))

    assert scenario.when(by(SAM, extension(ANA, roles=then))).refusal.code == "role-above-yours"


def test_an_operator_makes_operators() -> None:
    scenario = office().given(extension(SAM, roles=("operator",)))

    told = scenario.when(by(SAM, extension(ANA, roles=("user", "operator"))))

    assert told.kinds == ["ExtensionDefined"]


def test_an_alert_tone_is_kept_and_the_one_before_it_let_go() -> None:
    """ADM-05."""
    scenario = administered()
    first = msgspec.structs.replace(tenant(), by=SAM, alert_tone=AlertTone(name="Bell", sound=BELL))
    second = msgspec.structs.replace(first, alert_tone=AlertTone(name="Gong", sound=GONG))

    assert scenario.when(first).wishes == [HoldObject(key=BELL.key, holder=f"tenant/{TENANT}")]
    told = scenario.when(second)

    assert isinstance(told.facts[0], TenantDefined)
    assert told.wishes == [
        HoldObject(key=GONG.key, holder=f"tenant/{TENANT}"),
        ReleaseObject(key=BELL.key, holder=f"tenant/{TENANT}"),
    ]
    assert told.commands[0].partitionkey == GONG.key
    assert scenario.when(tenant()).wishes == [
        ReleaseObject(key=GONG.key, holder=f"tenant/{TENANT}")
    ]


def test_another_name_for_the_same_tone_lets_nothing_go() -> None:
    scenario = administered()
    bell = msgspec.structs.replace(tenant(), alert_tone=AlertTone(name="Bell", sound=BELL))
    ding = msgspec.structs.replace(tenant(), alert_tone=AlertTone(name="Ding", sound=BELL))

    told = scenario.given(bell).when(ding)

    assert told.wishes == [HoldObject(key=BELL.key, holder=f"tenant/{TENANT}")]


def test_a_person_sets_what_they_alone_decide() -> None:
    """DESK-01, ADM-07."""
    quiet = PersonalSettings(desk_phone=False, theme="dark", language="es")
    scenario = office()

    told = scenario.when(ChooseSettings(extension_id=ANA, settings=quiet))

    told.then(SettingsChosen(extension_id=ANA, settings=quiet))
    assert told.events[0].subject == "extension/ana"
    assert scenario.when(ChooseSettings(extension_id=ANA, settings=quiet)).is_quiet
    unknown = ChooseSettings(extension_id=BERT, settings=quiet)
    assert scenario.when(msgspec.structs.replace(unknown, extension_id="nobody")).refusal.code == (
        "unknown-extension"
    )


def test_what_was_chosen_outlives_a_new_definition() -> None:
    quiet = PersonalSettings(desk_phone=False)
    scenario = office().given(ChooseSettings(extension_id=ANA, settings=quiet))

    scenario.given(extension(ANA, texting=False))

    assert scenario.when(ChooseSettings(extension_id=ANA, settings=quiet)).is_quiet
    assert scenario.refolded() == scenario.parts()


def _key(whose: str, by: str) -> RecordCredential:
    return RecordCredential(
        extension_id=whose,  # type: ignore[arg-type]  # an id is a text here
        kind="api-key",
        change="made",
        name="Reports",
        scopes=("read",),
        by=by,  # type: ignore[arg-type]  # likewise
    )


def test_a_credential_is_recorded_for_oneself_or_by_an_admin() -> None:
    scenario = administered()

    scenario.when(_key(ANA, ANA)).then(
        CredentialRecorded(
            extension_id=ANA,
            kind="api-key",
            change="made",
            name="Reports",
            scopes=("read",),
            by=ANA,
        )
    )
    assert scenario.when(_key(ANA, SAM)).kinds == ["CredentialRecorded"]
    assert scenario.when(_key(ANA, BERT)).refusal.code == "not-your-task"
    assert scenario.when(_key("nobody", SAM)).refusal.code == "unknown-extension"
    assert scenario.refolded() == scenario.parts()


def test_whoever_has_chat_turned_off_neither_chats_nor_is_chatted_to() -> None:
    scenario = office().given(starts_direct(ANA, BERT))
    conversation = scenario.log[-1].data.conversation_id
    scenario.given(msgspec.structs.replace(extension(ANA), chat=False))

    assert scenario.when(starts_direct(BERT, ANA)).refusal.code == "chat-off"
    assert scenario.when(starts_group(ANA, BERT)).refusal.code == "chat-off"
    assert scenario.when(says(ANA, conversation_id=conversation)).refusal.code == "chat-off"
    assert scenario.when(starts_direct(BERT, CARO)).kinds == ["ConversationStarted"]
