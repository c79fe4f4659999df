"""The carrier accounts of the demo: the three carriers as the simulator plays them."""

import os
from pathlib import Path

from deploy.local.environment import Addresses
from deploy.local.layout import Layout
from deploy.local.ports import LOOPBACK
from deploy.local.secrets import Secrets
from deploy.local.simulator.accounts import CARRIERS, Account, account


def carriers_file(layout: Layout, places: Addresses, secrets: Secrets) -> None:
    """Write carriers.toml for this run: ports may have changed, credentials have not.

    And what media needs to fetch Bandwidth's pictures, which are not for everybody.
    """
    accounts = {carrier: account(carrier, secrets.simulator) for carrier in CARRIERS}
    _write(layout.carriers, "\n".join(_section(one, places) for one in accounts.values()))
    known = accounts["bandwidth"].credentials
    login = {"user": known["api_user"], "password": known["api_password"]}
    lines = "".join(f'{name} = "{value}"\n' for name, value in login.items())
    _write(layout.logins, f'[accounts.bandwidth]\nhosts = ["{LOOPBACK}"]\n{lines}')


def _section(one: Account, places: Addresses) -> str:
    values = {
        "carrier": one.carrier,
        "public_base_url": places.webhooks,
        "api_base_url": places.phone,
        **one.credentials,
    }
    lines = "".join(f'{name} = "{value}"\n' for name, value in values.items())
    return f"[{one.name}]\n{lines}"


def _write(path: Path, text: str) -> None:
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
