"""Who we are at each carrier: credentials derived from one secret, so nothing is written twice."""

from dataclasses import replace

from deploy.local.simulator.cast import SPEAKERS
from deploy.local.simulator.words import Account

#: Names the secret from which all credentials follow; a command line would show it to everybody.
SECRET = "TANDEM_SIMULATOR_SECRET"  # noqa: S105 - a name
#: For tests; `make run` makes one of its own.
DEFAULT_SECRET = "tandem-simulator"  # noqa: S105 - of the simulator alone


#: What a carrier lets us change while the old one stays good for a while.
ROTATED = ("auth_token", "webhook_secret")


def rotated(one: Account, secret: str) -> Account:
    """Give the same account as it signs webhooks after its secret was changed."""
    fresh = SPEAKERS[one.carrier].credentials(secret)
    changed = {name: fresh[name] for name in ROTATED if name in one.credentials}
    return replace(one, credentials={**one.credentials, **changed})


def account(carrier: str, secret: str, name: str | None = None) -> Account:
    """Derive an account; by default it is named like its carrier."""
    return Account(carrier, name or carrier, SPEAKERS[carrier].credentials(secret), secret)
