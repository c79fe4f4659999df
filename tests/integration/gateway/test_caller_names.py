"""Numbers that nobody has named are asked about once, apart from every text."""

from datetime import timedelta

import pytest

from schemas.contact import NoteCallerName
from services.gateway.adapters import naming_callers
from services.gateway.adapters.naming_callers import NamingCallers
from services.gateway.ports import Ask, LogAway
from services.gateway.ports.caller_names import NamesAway
from services.kernel.clock import Clock
from services.kernel.postgres import Pool
from tests.support.caller_names import FakeCallerNames
from tests.support.gateway_contacts import defines_contact, notes_name
from tests.support.gateway_words import CUSTOMER, Story
from tests.support.read_models import serving

pytestmark = [pytest.mark.integration, pytest.mark.timeout(180)]

STRANGER, FRIEND = "+14155550177", "+14155550178"


class Log:
    """Where commands go; away as long as it is."""

    def __init__(self) -> None:
        self.asks: list[Ask] = []
        self.away = False

    async def tell(self, ask: Ask) -> None:
        if self.away:
            raise LogAway
        self.asks.append(ask)

    @property
    def said(self) -> list[tuple[str, str | None]]:
        """Give numbers and names that were noted."""
        notes = [one.data for one in self.asks if isinstance(one.data, NoteCallerName)]
        assert {note.source for note in notes} <= {"fake"}
        return [(note.number, note.name) for note in notes]


def _office(tenant: str, *customers: str) -> tuple[Story, list[str]]:
    """Alice, and her conversations with these."""
    story = Story(tenant)
    story.defines("alice")
    alice = (story.person("alice"),)
    return story, [story.starts_sms(members=alice, counterpart=each) for each in customers]


async def test_a_stranger_is_asked_about_once_and_whoever_has_a_name_never(pool: Pool) -> None:
    """CONT-03: the phonebook first, then the service, whose answer holds."""
    story, chats = _office("names-1", CUSTOMER, STRANGER, FRIEND, "51515")
    defines_contact(story, "Bob Smith", ("Mobile", CUSTOMER))
    database, model = await serving(pool, *story.told)
    names, log = FakeCallerNames({STRANGER: "DOE JANE"}), Log()
    naming = NamingCallers(names, database, log.tell, Clock())

    naming.changed(chats)
    await naming.once()
    naming.changed(chats)
    await naming.once()
    again = NamingCallers(names, database, log.tell, Clock())
    story.told, story.at = [], Clock().now()
    notes_name(story, STRANGER, "DOE JANE")
    notes_name(story, FRIEND, None)
    await model.hears(*story.told)
    again.changed(chats)
    await again.once()

    assert sorted(names.asked) == [STRANGER, FRIEND]
    assert sorted(log.said) == [(STRANGER, "DOE JANE"), (FRIEND, None)]
    assert {(ask.scope.tenant, ask.subject) for ask in log.asks} == {
        ("names-1", f"caller/names-1/{STRANGER}"),
        ("names-1", f"caller/names-1/{FRIEND}"),
    }


async def test_an_answer_that_is_old_is_asked_for_again(pool: Pool) -> None:
    story, chats = _office("names-2", STRANGER)
    story.at = Clock().now() - naming_callers.NAME_KEPT - timedelta(days=1)
    notes_name(story, STRANGER, "DOE JANE")
    database, _ = await serving(pool, *story.told)
    names, log = FakeCallerNames({STRANGER: "ROE JANE"}), Log()
    naming = NamingCallers(names, database, log.tell, Clock())

    naming.changed(chats)
    await naming.once()

    assert log.said == [(STRANGER, "ROE JANE")]


async def test_while_the_service_or_the_log_is_away_what_is_to_be_asked_waits(pool: Pool) -> None:
    """A service that is away costs no text: the gateway goes on without names."""
    story, chats = _office("names-3", STRANGER)
    database, _ = await serving(pool, *story.told)
    names, log = FakeCallerNames({STRANGER: "DOE JANE"}), Log()
    naming = NamingCallers(names, database, log.tell, Clock())
    naming.changed(chats)

    names.away = True
    with pytest.raises(NamesAway):
        await naming.once()
    names.away, log.away = False, True
    with pytest.raises(LogAway):
        await naming.once()
    log.away = False
    await naming.once()

    assert log.said == [(STRANGER, "DOE JANE")]


async def test_so_many_wait_and_no_more(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(naming_callers, "MOST_WAITING", 1)
    story, chats = _office("names-4", STRANGER, FRIEND)
    database, _ = await serving(pool, *story.told)
    log = Log()
    naming = NamingCallers(FakeCallerNames({}), database, log.tell, Clock())

    naming.changed(chats)
    await naming.once()

    assert log.said == [(STRANGER, None)]
