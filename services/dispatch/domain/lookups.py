"""When a carrier is asked what became of a text whose outcome is unknown; asking never sends."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from schemas.delivery import LookUpSend, RecordAnswer
from services.dispatch.domain.accounts import Accounts
from services.dispatch.domain.lattice import is_end
from services.dispatch.domain.state import Memory

#: Seconds after the silence: most texts are listed at once, some only when the carrier has healed;
#: and where an answer got lost the reports may be lost too.
LOOK_UPS = (30, 120, 600, 3600)
#: Questions to one account, so that an outage's many open texts do not storm it.
PER_SECOND = 1.0


def planned(
    answered: RecordAnswer, memory: Memory, accounts: Accounts, at: datetime
) -> Iterator[tuple[datetime, LookUpSend]]:
    """Plan every look-up at once; one that rings after its end does nothing."""
    if answered.answer != "unknown" or answered.account not in accounts:
        return
    if not accounts[answered.account].can_look_up or not is_open(answered, memory):
        return
    message = memory.message(answered.message_id)
    if message is None:
        return
    command = LookUpSend(
        conversation_id=answered.conversation_id,
        message_id=answered.message_id,
        attempt=answered.attempt,
        recipient=answered.recipient,
        account=answered.account,
        since=answered.turn_at or message.since or at,
        answered_at=at,
    )
    for seconds in LOOK_UPS:
        yield at + timedelta(seconds=seconds), command


def is_open(about: RecordAnswer | LookUpSend, memory: Memory) -> bool:
    """Tell whether how this text ended is still not known."""
    sending = memory.sending(about.message_id, about.attempt, about.recipient)
    return not is_end(sending.report.status)
