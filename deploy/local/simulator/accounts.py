"""Who we are at each carrier: credentials derived from one secret, so nothing is written twice."""

from deploy.local.simulator.cast import SPEAKERS
from deploy.local.simulator.words import Account

#: Names the secret from which all credentials follow; a command line would show it to everybody.
SECRET = "TANDEM_SIMULATOR_SECRET"  # noqa: S105 - a name
#: For tests; `make run` makes one of its own.
DEFAULT_SECRET = "tandem-simulator"  # noqa: S105 - of the simulator alone


def account(carrier: str, secret: str, name: str | None = None) -> Account:
    """Derive an account; by default it is named like its carrier."""
    return Account(carrier, name or carrier, SPEAKERS[carrier].credentials(secret), secret)
