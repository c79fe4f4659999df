"""`tandem account`: who may sign in, as which extension."""

from collections.abc import Sequence
from typing import Annotated

import typer

from schemas.directory import DefineExtension
from services.gateway.adapters.accounts import NewAccount, create_accounts
from services.ops.settings import dsn_of

app = typer.Typer(help="Who may sign in.", no_args_is_help=True)


@app.command("set")
def set_(
    login: str,
    tenant: Annotated[str, typer.Option()],
    extension: Annotated[str, typer.Option(help="the extension's id")],
    role: Annotated[list[str], typer.Option(help="repeatable")],
    password: Annotated[str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True)],
) -> None:
    """Make an account, or give it a new password and roles."""
    create_accounts(dsn_of("gateway"), [NewAccount(tenant, extension, login, role)], password)
    typer.echo(f"{login} may sign in as {extension} of {tenant}")


def set_passwords(
    dsn: str, tenant: str, extensions: Sequence[DefineExtension], password: str
) -> None:
    """Let every extension sign in by its own id; for demos and tests."""
    accounts = [
        NewAccount(tenant, one.extension_id, one.extension_id, one.roles) for one in extensions
    ]
    create_accounts(dsn, accounts, password)
