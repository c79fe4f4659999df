"""Rules of administration at the gateway: who is told, what an entry says, how bodies are made."""

from typing import Any

import msgspec
import pytest
from pydantic import ValidationError

from schemas import directory
from schemas.base import ExtensionId, Number, QueueId
from schemas.desk import QueueRetired
from schemas.limits import GuardOptions
from schemas.operation import OperatorActed
from services.gateway.adapters.passwords import Passwords, one_time
from services.gateway.domain import administration
from services.gateway.domain.messaging import messaging
from services.gateway.domain.touched import Touched
from services.gateway.domain.views import People
from services.gateway.http import contracts, pace
from services.gateway.http.admin_shapes import NumberChange
from services.gateway.http.defining import changed, changes
from services.gateway.http.problems import Trouble
from services.gateway.projections import project
from tests.support.gateway_oversight import overseen
from tests.support.gateway_words import CUSTOMER, Story

NOBODY = People({}, lambda _: False)


@pytest.mark.parametrize(
    ("system", "user", "reached", "reason"),
    [
        (True, True, True, None),
        (True, True, False, "no-number"),
        (True, False, False, "user-off"),
        (False, False, False, "system-off"),
    ],
)
def test_the_first_level_that_says_no_is_the_reason(
    *, system: bool, user: bool, reached: bool, reason: str | None
) -> None:
    """NUM-02: system, user, number."""
    said = messaging(system=system, user=user, reached=reached)

    assert said == {"usable": reason is None, "reason": reason}


def _rows(data: msgspec.Struct, subject: str = "number/x") -> list[Any]:
    story = Story("acme")
    return list(project(story.tell(subject, subject, data)))


def _number(**more: Any) -> directory.NumberDefined:  # noqa: ANN401 - fields of any kind
    defined = directory.NumberDefined(
        number=Number("+14155550100"),
        texting=True,
        toll_free=False,
        accounts=("sim",),
        route=directory.Route(kind="extensions", extensions=(ExtensionId("ana"),)),
        callers=(),
    )
    return msgspec.structs.replace(defined, **more)


def test_a_definition_is_an_entry_that_says_who_it_was() -> None:
    """ADM-01: each change is an event with who and when."""
    entry = next(row for row in _rows(_number(by=ExtensionId("sam"))) if row.table == "audit")

    assert entry.values["changed_by"] == "sam"
    assert entry.values["kind"] == "directory.number-defined"
    assert entry.values["subject"] == "number/x"
    about = entry.values["about"]
    assert isinstance(about, dict)
    assert "by" not in about
    assert about["texting"] is True


def test_what_an_operator_did_is_an_entry_with_their_name() -> None:
    """OPS-12."""
    deed = OperatorActed(by=ExtensionId("olga"), action="replay-started", about="r1", note="why")

    (entry,) = _rows(deed, "operator/olga")

    assert (entry.table, entry.values["changed_by"]) == ("audit", "olga")
    assert entry.values["kind"] == "operation.operator-acted"
    assert entry.values["about"] == {
        "action": "replay-started",
        "about": "r1",
        "note": "why",
        "letter": None,
    }


def test_what_people_say_and_set_for_themselves_is_no_matter_of_the_audit() -> None:
    story = Story("acme")
    who = story.person("ana")
    settings = directory.PersonalSettings()
    chosen = directory.SettingsChosen(extension_id=who, settings=settings)

    assert [row.table for row in _rows(chosen)] == ["personal"]
    stop = msgspec.structs.replace(overseen(story, CUSTOMER).out(), source="text")
    assert "audit" not in {row.table for row in _rows(stop)}
    by_hand = overseen(story, CUSTOMER).out()
    assert "audit" in {row.table for row in _rows(by_hand)}


def test_an_entry_shows_what_was_changed_and_nothing_else() -> None:
    row = {
        "change_id": "1",
        "at": "now",
        "changed_by": "sam",
        "kind": "directory.number-defined",
        "subject": "number/+14155550100",
        "about": {"number": "+14155550100", "texting": False, "label": "Main"},
        "before": {"number": "+14155550100", "texting": True, "label": "Main"},
    }

    shown = administration.change(row, NOBODY)

    assert shown["changes"] == [{"field": "texting", "before": True, "after": False}]
    assert shown["by"]["id"] == "sam"
    assert (shown["name"], shown["first"]) == ("+14155550100", False)
    assert administration.change({**row, "before": None}, NOBODY)["first"]


def test_whoever_may_do_more_or_less_is_told_and_nobody_else() -> None:
    story = Story("acme")
    story.defines("alice", "bert")
    told = Touched()
    told.add(row for one in story.told[1:3] for row in project(one))

    assert told.entitled == {story.person("alice"), story.person("bert")}
    assert told.tenants == set()
    assert told.people == {story.person("alice"): "acme", story.person("bert"): "acme"}
    told.add(project(story.told[3]))
    assert told.tenants == {"acme"}


def test_whoever_no_longer_works_a_queue_is_told_too() -> None:
    """ADM-04: its row is whole, so it says who works it and not who did."""
    story, told = Story("acme"), Touched()
    gone = QueueRetired(queue_id=story.queue_id, name="Support", by=story.person("sam"))
    (row,) = project(story.queues(gone))
    told.add([row])

    assert told.tenants == {"acme"}
    assert (row.values["name"], row.values["agents"]) == ("Support", ())
    assert row.values["retired"] is True


def test_a_deleted_queue_is_an_entry_that_says_who_it_was() -> None:
    """ADM-04: and where its conversations went."""
    sales = QueueId("sales")
    gone = directory.QueueRemoved(
        queue_id=QueueId("support"), name="Support", to_queue_id=sales, by=ExtensionId("sam")
    )

    (entry,) = _rows(gone, "queue/support")

    assert (entry.table, entry.values["changed_by"]) == ("audit", "sam")
    assert entry.values["kind"] == "directory.queue-removed"
    assert entry.values["about"] == {
        "queue_id": "support",
        "name": "Support",
        "to_queue_id": "sales",
    }


def test_what_is_left_out_of_a_change_stays_as_it_is() -> None:
    known = directory.DefineNumber(
        number=Number("+14155550100"),
        accounts=("sim",),
        route=directory.Route(kind="extensions", extensions=(ExtensionId("ana"),)),
        label="Main",
    )

    quiet = changed(known, changes(NumberChange(texting=False)))
    bare = changed(known, changes(NumberChange(label=None, texting=None)))

    assert quiet == msgspec.structs.replace(known, texting=False)
    assert bare == msgspec.structs.replace(known, label=None)
    with pytest.raises(Trouble) as refused:
        changed(known, {"texting": "perhaps"})
    assert refused.value.status == 422


def test_a_contract_is_published_as_it_is() -> None:
    body = contracts.given(GuardOptions)

    plain = body(hold=["country"]).model_dump()

    assert msgspec.convert(plain, GuardOptions) == GuardOptions(hold=("country",))
    with pytest.raises(ValidationError):
        body(hold=["nonsense"])
    with pytest.raises(ValidationError):
        body(unheard_of=1)
    shown = contracts.shown(GuardOptions)
    assert set(shown.model_json_schema()["required"]) == set(GuardOptions.__struct_fields__)


def test_whoever_asks_too_fast_is_told_how_long_to_wait() -> None:
    """The standard headers: RateLimit-Policy, RateLimit, Retry-After."""
    asked = pace.Pace(2)
    state: dict[str, Any] = {}
    for left in (1, 0):
        asked.check("key", 100.0, state)
        assert dict(pace.headers(state))[b"ratelimit"].startswith(f'"default";r={left};'.encode())

    with pytest.raises(Trouble) as refused:
        asked.check("key", 100.0, state)

    assert refused.value.status == 429
    assert dict(pace.headers(state))[b"ratelimit-policy"] == b'"default";q=2;w=20'
    assert refused.value.headers == {"Retry-After": "10"}
    asked.check("another", 100.0, {})
    asked.check("key", 110.0, state)
    assert pace.headers({}) == []


async def test_a_password_is_checked_whether_or_not_there_is_an_account() -> None:
    passwords = Passwords()
    stored = await passwords.hashed("correct horse")

    assert await passwords.verified(stored, "correct horse")
    assert not await passwords.verified(stored, "wrong")
    assert not await passwords.verified(None, "nobody has this password")


def test_a_one_time_password_can_be_read_aloud_and_is_never_the_same() -> None:
    made = {one_time() for _ in range(100)}

    assert len(made) == 100
    assert all(len(one) == 19 and one.count("-") == 3 for one in made)
    assert not set("".join(made)) & set("01lIoO")
