"""All verbs under one name."""

import typer

from services.ops import deadletters, directory, prepare, topics, trace

app = typer.Typer(
    name="tandem",
    help="Operate Tandem: what the services cannot decide by themselves.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("topics")(topics.topics)
app.command("prepare")(prepare.prepare)
app.command("why")(trace.why)
app.command("history")(trace.history)
app.add_typer(deadletters.app, name="dead-letters")
app.add_typer(directory.app, name="directory")


def main() -> None:
    """Run one verb."""
    app()
