"""Draw the map of the log from schemas/topics.toml into ARCHITECTURE.md (`make map`).

With `--check` nothing is written and a stale map fails.
"""

import argparse
import sys
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "ARCHITECTURE.md"
BEGIN = "<!-- map: drawn by `make map` from schemas/topics.toml -->"
END = "<!-- end of map -->"
SERVICES = ("ingest", "router", "queue", "dispatch", "media", "notify", "gateway")


def main() -> int:
    """Redraw the map, or say with `--check` that it is stale."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--check", action="store_true")
    page = PAGE.read_text()
    fresh = redrawn(page, topics())
    if fresh == page:
        return 0
    if arguments.parse_args().check:
        print("ARCHITECTURE.md: the map is stale; run `make map`")
        return 1
    PAGE.write_text(fresh)
    return 0


def topics() -> dict[str, dict[str, Any]]:
    """Read every topic of topics.toml."""
    described: dict[str, dict[str, Any]] = tomllib.loads(
        (ROOT / "schemas" / "topics.toml").read_text()
    )["topics"]
    return described


def redrawn(page: str, described: dict[str, dict[str, Any]]) -> str:
    """Replace what stands between the two marks."""
    before, rest = page.split(BEGIN, 1)
    _, after = rest.split(END, 1)
    return f"{before}{BEGIN}\n\n{_picture(described)}\n{_table(described)}\n{END}{after}"


def _picture(described: dict[str, dict[str, Any]]) -> str:
    lines = ["```mermaid", "flowchart LR"]
    lines += [f"  {service}[{service}]" for service in SERVICES]
    for name, topic in described.items():
        node = name.replace("-", "_")
        lines.append(f"  {node}([{name}])")
        lines += [f"  {writer} --> {node}" for writer in topic["writers"]]
        lines += [f"  {node} --> {reader}" for reader in topic["readers"]]
    return "\n".join([*lines, "```", ""])


def _table(described: dict[str, dict[str, Any]]) -> str:
    lines = ["| topic | key | written by | read by | kept |", "|---|---|---|---|---|"]
    for name, topic in described.items():
        writers, readers = ", ".join(topic["writers"]), ", ".join(topic["readers"])
        kept = {"forever": "for ever"}.get(topic["retention"], topic["retention"])
        lines.append(f"| `{name}` | {topic['key']} | {writers} | {readers} | {kept} |")
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    sys.exit(main())
