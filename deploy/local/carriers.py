"""The carrier accounts of the demo: the three carriers as the simulator plays them."""

import os
from pathlib import Path

from deploy.local.environment import Addresses
from deploy.local.secrets import Secrets
from deploy.local.simulator.accounts import CARRIERS, Account, account


def carriers_file(path: Path, places: Addresses, secrets: Secrets) -> None:
    """Write carriers.toml for this run: ports may have changed, credentials have not."""
    accounts = [account(carrier, secrets.simulator) for carrier in CARRIERS]
    text = "\n".join(_section(one, places) for one in accounts)
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)


def _section(one: Account, places: Addresses) -> str:
    values = {
        "carrier": one.carrier,
        "public_base_url": places.webhooks,
        "api_base_url": places.phone,
        **one.credentials,
    }
    lines = "".join(f'{name} = "{value}"\n' for name, value in values.items())
    return f"[{one.name}]\n{lines}"
