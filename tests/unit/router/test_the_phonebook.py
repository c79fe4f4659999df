"""Who keeps which contact: the shared phonebook, one's own, and names that a service knows."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.base import ExtensionId, TenantId
from schemas.contact import (
    MOST_NUMBERS,
    CallerNameNoted,
    ContactDefined,
    ContactEmail,
    ContactNumber,
    ContactRemoved,
    DefineContact,
    NoteCallerName,
    RemoveContact,
)
from schemas.directory import DefineTenant
from tests.support.router_words import ANA, BERT, CUSTOMER, FRIEND, SAM, extension, office
from tests.support.scenario import START, Scenario

BOB = "bob"
MOBILE = ContactNumber(number=CUSTOMER, label="Mobile")


def contact(by: ExtensionId = ANA, **changes: Any) -> DefineContact:  # noqa: ANN401 - any field of it
    whole = DefineContact(
        contact_id=BOB, revision=0, owner=None, name="Bob Smith", numbers=(MOBILE,), by=by
    )
    return msgspec.structs.replace(whole, **changes)


def removal(by: ExtensionId = ANA) -> RemoveContact:
    return RemoveContact(contact_id=BOB, by=by)


def supervised() -> Scenario:
    return office().given(extension(SAM, roles=("supervisor",)))


def test_a_new_contact_is_one_event_that_says_it_whole() -> None:
    """CONT-01: several typed numbers and e-mails each."""
    numbers = (MOBILE, ContactNumber(number=FRIEND, label=" Work "))
    told = office().when(
        contact(name=" Bob Smith ", numbers=numbers, emails=(ContactEmail(address="b@x.test"),))
    )

    told.then(
        ContactDefined(
            contact_id=BOB,
            owner=None,
            revision=1,
            name="Bob Smith",
            numbers=(MOBILE, ContactNumber(number=FRIEND, label="Work")),
            emails=(ContactEmail(address="b@x.test"),),
            by=ANA,
            created_by=ANA,
        )
    )
    assert told.events[0].subject == told.events[0].partitionkey == "contact/bob"
    assert told.answer == {"subject": "contact/bob", "changed": True}


def test_the_same_contact_again_changes_nothing_whoever_says_it() -> None:
    assert office().given(contact()).when(contact(by=BERT)).is_quiet


def test_everybody_changes_what_is_shared_and_its_creator_stays() -> None:
    told = office().given(contact()).when(contact(by=BERT, revision=1, company="Smith & Sons"))

    (changed,) = told.facts
    assert (changed.revision, changed.by, changed.created_by) == (2, BERT, ANA)


def test_a_change_of_an_older_contact_overwrites_nobody() -> None:
    scenario = office().given(contact(), contact(revision=1, name="Robert Smith"))

    told = scenario.when(contact(by=BERT, revision=1, name="Bobby"))

    assert told.refusal.code == "contact-changed"
    assert told.refusal.detail["revision"] == 2


def test_what_is_ones_own_does_not_exist_for_others() -> None:
    own = office().given(contact(owner=ANA))

    assert own.when(contact(by=BERT, owner=BERT, revision=1)).refusal.code == "unknown-contact"
    assert own.when(contact(by=BERT, revision=1)).refusal.code == "unknown-contact"
    assert own.when(removal(BERT)).refusal.code == "unknown-contact"
    own.when(removal()).then(ContactRemoved(contact_id=BOB, by=ANA))


def test_ones_own_can_be_shared_and_what_is_shared_stays_so() -> None:
    shared = office().given(contact(owner=ANA), contact(revision=1))

    assert shared.when(contact(owner=ANA, revision=2)).refusal.code == "not-your-contact"
    assert office().when(contact(owner=BERT)).refusal.code == "not-your-contact"


def test_its_creator_and_a_supervisor_delete_what_is_shared_and_others_do_not() -> None:
    assert supervised().given(contact()).when(removal(BERT)).refusal.code == "not-your-contact"
    supervised().given(contact()).when(removal(SAM)).then(ContactRemoved(contact_id=BOB, by=SAM))
    supervised().given(contact()).when(removal()).then(ContactRemoved(contact_id=BOB, by=ANA))


def test_what_is_deleted_stays_deleted() -> None:
    gone = office().given(contact(), removal())

    assert gone.when(removal()).is_quiet
    assert gone.when(contact()).refusal.code == "unknown-contact"
    assert gone.when(contact(revision=1)).refusal.code == "unknown-contact"


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (contact(name=" "), "bad-contact"),
        (contact(name="x" * 201), "bad-contact"),
        (contact(note="x" * 2_001), "bad-contact"),
        (contact(numbers=(ContactNumber(number="0150"),)), None),
        (contact(numbers=(ContactNumber(number="555-0150"),)), "bad-number"),
        (contact(numbers=(ContactNumber(number=CUSTOMER, label="x" * 41),)), "bad-contact"),
        (contact(emails=(ContactEmail(address="bob"),)), "bad-contact"),
        (contact(extension_id=ExtensionId("nobody")), "unknown-extension"),
        (contact(by=ExtensionId("nobody")), "unknown-extension"),
        (contact(revision=3), "unknown-contact"),
    ],
)
def test_a_contact_that_is_none_is_refused(wrong: DefineContact, code: str | None) -> None:
    told = office().when(wrong)

    assert (told.refusal.code if code else told.kinds) == (code or ["ContactDefined"])


def test_a_contact_has_so_many_numbers_and_each_once() -> None:
    many = tuple(ContactNumber(number=f"+1415555{n:04}") for n in range(MOST_NUMBERS + 1))

    assert office().when(contact(numbers=many)).refusal.code == "bad-contact"
    (kept,) = office().when(contact(numbers=(MOBILE, *many[:3], MOBILE))).facts
    assert kept.numbers == (MOBILE, *many[:3])


def test_an_organisation_without_a_person_is_a_contact() -> None:
    assert office().when(contact(name="", company="Acme")).kinds == ["ContactDefined"]


def test_a_tenant_never_touches_anothers_contact() -> None:
    scenario = office().given(contact())
    rival = DefineTenant(tenant_id=TenantId("rival"), name="Rival")
    scenario.given(scenario.wrap(rival, tenant="rival"))

    told = scenario.when(scenario.wrap(contact(revision=1, name="Bert"), tenant="rival"))

    assert told.refusal.code == "unknown-extension"


def test_a_callers_name_is_noted_once_a_day_and_nobody_is_answered() -> None:
    """CONT-03: the name that a caller-name service knows."""
    note = NoteCallerName(number=CUSTOMER, name="SMITH ROBERT", source="file")
    scenario = office()

    told = scenario.when(note)
    told.then(CallerNameNoted(number=CUSTOMER, name="SMITH ROBERT", source="file"))
    assert (told.answer, told.events[0].subject) == (None, f"caller/acme/{CUSTOMER}")
    assert scenario.when(note).is_quiet
    assert not scenario.when(note, at=START + timedelta(days=2)).is_quiet
    assert scenario.when(
        NoteCallerName(number=CUSTOMER, name=" ", source="file"), at=START + timedelta(days=2)
    ).facts == [CallerNameNoted(number=CUSTOMER, name=None, source="file")]


_WISHES = st.one_of(
    st.builds(
        contact,
        by=st.sampled_from([ANA, BERT, SAM]),
        owner=st.sampled_from([None, ANA, BERT]),
        revision=st.integers(0, 4),
        name=st.sampled_from(["Bob", "Bert", ""]),
    ),
    st.builds(removal, by=st.sampled_from([ANA, BERT, SAM])),
)


@settings(max_examples=25, deadline=None)
@given(st.lists(_WISHES, max_size=12))
def test_whatever_is_wished_saying_it_twice_changes_nothing_more(wishes: list[Any]) -> None:
    scenario = supervised()
    for wish in wishes:
        told = scenario.when(wish)
        assert scenario.when(told.envelope).is_quiet
    defined = [one.data for one in scenario.log if isinstance(one.data, ContactDefined)]
    assert [one.revision for one in defined] == list(range(1, len(defined) + 1))
