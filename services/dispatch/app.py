"""Wires dispatch: its handlers on Faust, the carriers' APIs as the performer of `send`."""

from collections.abc import Mapping
from functools import partial
from typing import TypeVar

from services.carriers import mms
from services.carriers.contract import Account as Configured
from services.carriers.contract import (
    look_up_of,
    most_files,
    most_recipients,
    most_segments,
    pace_of_account,
)
from services.carriers.registry import CARRIERS
from services.dispatch import settings
from services.dispatch.adapters.carrier_http import CarrierCalls, knows_keys
from services.dispatch.adapters.carrier_lookups import CarrierLookUps
from services.dispatch.adapters.consents import TOPIC, LogConsents
from services.dispatch.adapters.media_links import MediaLinks
from services.dispatch.adapters.postgres import PostgresConsents
from services.dispatch.domain.accounts import Account, Accounts
from services.dispatch.handlers import DispatchHandlers
from services.dispatch.settings import Settings
from services.kernel.handling import Performer
from services.kernel.kafka.following import Follower
from services.kernel.outbound import Outbound, Policy
from services.kernel.service import Running, run

ChosenT = TypeVar("ChosenT")


def main() -> None:
    """Run until told to stop."""
    chosen = settings.read()
    gate = Gate()

    def performers(running: Running) -> Mapping[str, Performer]:
        outbound = Outbound(Policy.read(chosen.networks))
        consents = gate.consents(running)
        return {
            "send": CarrierCalls(chosen.accounts, outbound, consents, links=links(chosen)),
            "look-up": CarrierLookUps(chosen.accounts, outbound),
        }

    handlers = DispatchHandlers(planned_by(chosen))
    run("dispatch", handlers, runtime=settings.RUNTIME, performers=performers, tasks=[gate.follow])


class Gate:
    """The last gate's consents: asked before each call, and followed along the log meanwhile."""

    def __init__(self) -> None:
        self._parts: tuple[LogConsents, Follower, PostgresConsents] | None = None

    def consents(self, running: Running) -> LogConsents:
        """Give what is asked before each call."""
        return self._made(running)[0]

    async def follow(self, running: Running) -> None:
        """Follow the log from where its fold stands, as long as the service runs."""
        consents, follower, folded = self._made(running)
        await follower.run(folded.folded, consents.take)

    def _made(self, running: Running) -> tuple[LogConsents, Follower, PostgresConsents]:
        if self._parts is None:
            folded = PostgresConsents(running.database, running.readiness)
            kafka, readiness = running.settings.kafka, running.readiness
            follower = Follower(kafka, TOPIC, readiness)
            consents = LogConsents(folded, follower)
            self._parts = (consents, follower, folded)
        return self._parts


def links(chosen: Settings) -> MediaLinks | None:
    """Sign links to files where media's origin is known."""
    if chosen.media_link_key is None:
        return None
    return MediaLinks(chosen.media_url, chosen.media_link_key.encode())


def planned_by(chosen: Settings) -> Accounts:
    """Say of each account what planning must know."""
    return {name: _planned(name, account, chosen) for name, account in chosen.accounts.items()}


def _planned(name: str, account: Configured, chosen: Settings) -> Account:
    carrier, limits = CARRIERS[account.carrier], account.limits
    return Account(
        carrier=account.carrier,
        pace=partial(chosen.pace, name),
        account_segments_per_second=_or(account.segments_per_second, pace_of_account(carrier)),
        max_characters=_or(limits.max_characters, carrier.MAX_TEXT),
        max_segments=most_segments(carrier),
        max_files=_or(limits.max_files, most_files(carrier, account)),
        mms=mms.limits_of(account.carrier, limits),
        max_recipients=most_recipients(carrier),
        idempotent=knows_keys(account),
        can_look_up=look_up_of(carrier) is not None,
        time_zone=account.time_zone,
        validity_seconds=account.validity_seconds,
        is_opt_out=lambda code: carrier.judge(code).opted_out,
    )


def _or(chosen: ChosenT | None, usual: ChosenT) -> ChosenT:
    return usual if chosen is None else chosen
