"""All verbs under one name."""

import typer

from services.ops import (
    accounts,
    consent,
    deadletters,
    directory,
    ingest_check,
    prepare,
    raw,
    refold,
    reparse,
    replay,
    topics,
    trace,
)

app = typer.Typer(
    name="tandem",
    help="Operate Tandem: what the services cannot decide by themselves.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("topics")(topics.topics)
app.command("begin-anew")(topics.begin_anew)
app.command("prepare")(prepare.prepare)
app.command("replay")(replay.replay)
app.command("verify")(refold.verify)
app.command("refold")(refold.refold)
app.command("why")(trace.why)
app.command("history")(trace.history)
app.command("consent")(consent.consent)
app.command("verify-consent")(consent.verify_consent)
app.command("ingest-check")(ingest_check.ingest_check)
app.command("raw")(raw.raw)
app.command("reparse")(reparse.reparse)
app.add_typer(deadletters.app, name="dead-letters")
app.add_typer(accounts.app, name="account")
app.add_typer(replay.app, name="read-models")
app.add_typer(directory.app, name="directory")


def main() -> None:
    """Run one verb."""
    app()
