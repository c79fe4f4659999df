"""Runs schemathesis over the published document: what it allows, and what it does not."""

import asyncio
import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import BinaryIO

from services.gateway.http.openapi import document

ROOT = Path(__file__).parents[2]
#: Requests by chance for each operation, beside those that cover the bounds of its parameters.
EXAMPLES = 5
#: The same requests at every run.
SEED = 20261121
#: How often a name that there is stands in a path, instead of one by chance.
KNOWN = 0.6
MOST_SECONDS = 600
#: They end what lets the asker in: each has a test of its own.
_ENDS_THE_PROOF = ("sign_out", "revoke_token", "end_sign_in", "change_password")
#: Their documents cannot say all that they ask for: a place that this API has named, days or
#: positions in their order, a zone of the world, a number that is one, one person for a chat.
_ASK_FOR_MORE = (
    *("audit", "deliveries", "history", "search_messages", "changes"),
    *("messages", "files", "queue_statistics", "queue_statistics_csv", "usage", "usage_csv"),
    *("create_contact", "change_contact", "import_contacts", "start_conversation"),
    *("start_replay", "plan_replay", "comparison"),
)
#: How a bad request may be refused; what is too large is not read to its end.
_REFUSALS = ("400", "401", "403", "404", "405", "409", "413", "415", "422", "429")
_WRONG_METHODS = ("GET", "OPTIONS")
#: Their bodies are those of the operation that makes the thing: its bounds are covered there.
_LIKE_ANOTHER = ("change_queue", "change_number", "change_extension", "change_contact")
_HOOKS = "tests.support.any_request_checks"


def _settings(known: Mapping[str, Sequence[str]]) -> str:
    """Write schemathesis.toml: names that there are, and what is checked."""
    lines = [f"seed = {SEED}", f'hooks = "{_HOOKS}"', "continue-on-failure = true"]
    lines += ["[generation]", f"max-examples = {EXAMPLES}", "deterministic = true"]
    lines += ['database = "none"', "no-shrink = true"]
    lines += ["[checks.negative_data_rejection]"]
    lines.append(f"expected-statuses = {json.dumps(_REFUSALS)}")
    lines += ["[phases.coverage]", f"unexpected-methods = {json.dumps(_WRONG_METHODS)}"]
    lines.append('generation.mode = "negative"')  # what is good, examples and chance show
    for name, values in known.items():
        lines += [f"[dictionaries.{name}]", f"values = {json.dumps(list(values))}"]
    lines.append("[parameters]")
    lines += [
        f'"path.{name}" = {{ dictionary = "{name}", probability = {KNOWN} }}' for name in known
    ]
    lines += ["[[operations]]", f"include-operation-id = {json.dumps(_ENDS_THE_PROOF)}"]
    lines += ["enabled = false", "[[operations]]"]
    lines += [f"include-operation-id = {json.dumps(_ASK_FOR_MORE)}"]
    lines.append("checks.positive_data_acceptance.enabled = false")
    lines += ["[[operations]]", f"include-operation-id = {json.dumps(_LIKE_ANOTHER)}"]
    lines.append("phases.coverage.enabled = false")
    return "\n".join(lines) + "\n"


async def ask_anything(
    url: str, token: str, known: Mapping[str, Sequence[str]], folder: Path, *phases: str
) -> str:
    """Ask the API with this key; gives what went otherwise than the document says, or nothing."""
    (folder / "openapi.json").write_text(json.dumps(document()), encoding="utf-8")
    (folder / "schemathesis.toml").write_text(_settings(known), encoding="utf-8")
    told = folder / "said.txt"
    with told.open("wb") as file:
        asking = await _start(folder, url, token, phases, file)
    try:
        async with asyncio.timeout(MOST_SECONDS):
            await asking.wait()
    except TimeoutError:
        asking.kill()
        raise
    return "" if asking.returncode == 0 else told.read_text(encoding="utf-8")


async def _start(
    folder: Path, url: str, token: str, phases: Sequence[str], file: BinaryIO
) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", "from schemathesis.cli import schemathesis as run; run()"),
        *("--config-file", str(folder / "schemathesis.toml"), "--no-color"),
        *("run", str(folder / "openapi.json"), "--url", url),
        *("--header", f"Authorization: Bearer {token}", "--warnings", "off"),
        *("--phases", ",".join(phases)),
        cwd=folder,  # what it remembers stays there
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=file,
        stderr=asyncio.subprocess.STDOUT,
    )
