"""Wires dispatch: its handlers on Faust, the carriers' APIs as the performer of `send`."""

from collections.abc import Mapping

from services.carriers.registry import CARRIERS
from services.dispatch import settings
from services.dispatch.adapters.carrier_http import CarrierCalls, knows_keys
from services.dispatch.adapters.postgres import PostgresConsents
from services.dispatch.domain.sending import Account, Accounts
from services.dispatch.handlers import DispatchHandlers
from services.dispatch.settings import Settings
from services.kernel.handling import Performer
from services.kernel.outbound import Outbound, Policy
from services.kernel.service import Running, run


def main() -> None:
    """Run until told to stop."""
    chosen = settings.read()

    def performers(running: Running) -> Mapping[str, Performer]:
        outbound = Outbound(Policy.read(chosen.networks))
        consents = PostgresConsents(running.database, running.readiness)
        return {"send": CarrierCalls(chosen.accounts, outbound, consents)}

    handlers = DispatchHandlers(planned_by(chosen))
    run("dispatch", handlers, runtime=settings.RUNTIME, performers=performers)


def planned_by(chosen: Settings) -> Accounts:
    """Say of each account what planning must know."""
    return {
        name: Account(
            carrier=account.carrier,
            segments_per_second=chosen.rate(name),
            max_characters=CARRIERS[account.carrier].MAX_TEXT,
            idempotent=knows_keys(account),
            is_opt_out=lambda code, carrier=CARRIERS[account.carrier]: (  # type: ignore[misc]  # mypy cannot infer a default's type in a lambda
                carrier.judge(code).opted_out
            ),
        )
        for name, account in chosen.accounts.items()
    }
