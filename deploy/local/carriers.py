"""The carrier accounts of the demo: all carriers as the simulator plays them."""

import os
from pathlib import Path

from deploy.local.environment import Addresses
from deploy.local.layout import Layout
from deploy.local.ports import LOOPBACK
from deploy.local.secrets import Secrets
from deploy.local.simulator.accounts import account
from deploy.local.simulator.cast import SPEAKERS
from deploy.local.simulator.words import Account

#: A demo's networks are not as slow as the carriers' own paces.
_PACES = "segments_per_second = 1000\nnumber_segments_per_second = 10\n"


def carriers_file(layout: Layout, places: Addresses, secrets: Secrets) -> None:
    """Write carriers.toml for this run: ports may have changed, credentials have not.

    And what media needs to fetch the pictures that are not for everybody.
    """
    accounts = [account(carrier, secrets.simulator) for carrier in SPEAKERS]
    _write(layout.carriers, "\n".join(_section(one, places) for one in accounts))
    _write(layout.logins, "\n".join(_login(one) for one in accounts))


def _login(one: Account) -> str:
    login = SPEAKERS[one.carrier].media_login(one)
    if login is None:
        return ""
    values = dict(zip(("user", "password"), login, strict=True))
    lines = "".join(f'{name} = "{value}"\n' for name, value in values.items())
    return f'[accounts.{one.name}]\nhosts = ["{LOOPBACK}"]\n{lines}'


def _section(one: Account, places: Addresses) -> str:
    values = {
        "carrier": one.carrier,
        "public_base_url": places.webhooks,
        "api_base_url": places.phone,
        **one.credentials,
    }
    lines = "".join(f'{name} = "{value}"\n' for name, value in values.items())
    return f"[{one.name}]\n{_PACES}{lines}"


def _write(path: Path, text: str) -> None:
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
