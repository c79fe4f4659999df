"""Write the portal's table of letters and the corpus that both languages must agree on.

From services/carriers/encoding.py; with `--check` nothing is written and what is stale fails.
"""

import argparse
import dataclasses
import json
import random
import sys
from collections.abc import Iterator
from pathlib import Path

from services.carriers import encoding

ROOT = Path(__file__).resolve().parent.parent
TABLE = ROOT / "services/gateway/portal/src/contract/letters.ts"
CORPUS = ROOT / "tests/fixtures/encoding.json"
_SEED = 338  # of GSM 03.38: the corpus is the same every time
_RANDOM_TEXTS = 120
_LONGEST_RANDOM = 40  # pieces

_HAND_PICKED = (
    "",
    "hello",
    "a" * 160,
    "a" * 161,
    "a" * 306,
    "a" * 307,
    "a" * 161 + "你",
    "€" * 80,
    "€" * 81,
    "a" * 152 + "€" + "a" * 10,
    "a" * 152 + "\r\n" + "a" * 10,
    "ç" + "a" * 69,
    "ç" + "a" * 70,
    "👋" * 35,
    "👋" * 36,
    "👩🏽\u200d🚀",
    "ç" + "a" * 64 + "👩🏽\u200d🚀",
    "🇫🇷" * 40,
    "🇫" * 3,
    "e" + "\u0301" * 80,
    "\u0301 alone",
    "a\u200db",
    "naïve “quote” naïve…",
    "cafe\u0301 \u2013 au\u00a0lait\u200b",
    "\u0061\u030a ngström",
    "안녕하세요 \u1112\u1161\u11ab",
    "نص عربي قصير",
    "👨\u200d👩\u200d👧\u200d👦 family",
    "Cymru 🏴\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f",
)


def main() -> int:
    """Write both files, or say with `--check` which one is stale."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--check", action="store_true")
    checking = arguments.parse_args().check
    stale = [path for path, fresh in _files() if _text(path) != fresh]
    for path, fresh in _files():
        if path in stale and not checking:
            path.write_text(fresh, encoding="utf-8")
    for path in stale if checking else ():
        print(f"{path.relative_to(ROOT)} is stale; run `python -m tools.encoding`")
    return 1 if checking and stale else 0


def _files() -> Iterator[tuple[Path, str]]:
    yield TABLE, table()
    yield CORPUS, corpus()


def _text(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None


def table() -> str:
    """Spell the tables in TypeScript."""
    alike: dict[str, str] = {}
    for letter, plain in encoding.LOOK_ALIKES.items():
        alike[plain] = alike.get(plain, "") + letter
    clinging = "".join(f"\\u{{{a:x}}}-\\u{{{b:x}}}" for a, b in encoding.CLINGING)
    flags = "-".join(f"\\u{{{point:x}}}" for point in encoding.FLAG_LETTERS)
    limits = ", ".join(
        f"{name}: [{alone}, {each}]" for name, (alone, each) in encoding.LIMITS.items()
    )
    lines = (
        "/** Written by `python -m tools.encoding`, from services/carriers/encoding.py. */",
        "",
        f"export const GSM7 = {_literal(_letters(1))};",
        f"export const EXTENSION = {_literal(_letters(2))};",
        f"export const LIMITS = {{ {limits} }} as const;",
        "/** A plain letter, and what looks like it. */",
        "export const LOOK_ALIKES: [string, string][] = [",
        *(f"  [{_literal(plain)}, {_literal(letters)}]," for plain, letters in alike.items()),
        "];",
        f"export const CLINGING = /^[\\p{{M}}{clinging}]/u;",
        f"export const FLAG_LETTER = /^[{flags}]/u;",
    )
    return "\n".join((*lines, ""))


def corpus() -> str:
    """Measure and simplify many texts: what both languages must say of them."""
    cases = [_case(text) for text in (*_HAND_PICKED, *_random_texts())]
    return "[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]\n"


def _case(text: str) -> dict[str, object]:
    plain, replaced = encoding.simplify(text)
    return {
        "text": text,
        "measure": dataclasses.asdict(encoding.measure(text)),
        "parts": encoding.split(text),
        "plain": plain,
        "replaced": [dataclasses.astuple(one) for one in replaced],
    }


def _random_texts() -> Iterator[str]:
    """Texts around the borders of segments, of every kind of character."""
    dice = random.Random(_SEED)  # noqa: S311 - a corpus, no secret
    kinds = (
        sorted(encoding.GSM7_UNITS),
        sorted(encoding.LOOK_ALIKES),
        ["é", "e\u0301", "Å", "A\u030a", "ç", "日", "한", "\u0627", "\r\n", "\u1112\u1161\u11ab"],
        ["👋", "👋🏽", "👩\u200d🚀", "🇫🇷", "🇩", "❤\ufe0f", "\u200d", "\u0301"],
    )
    for _ in range(_RANDOM_TEXTS):
        used = kinds[: dice.randint(1, len(kinds))]
        pieces = [dice.choice(dice.choice(used)) for _ in range(dice.randint(0, _LONGEST_RANDOM))]
        yield "x" * dice.choice((0, 0, 20, 40, 60, 130, 150)) + "".join(pieces)


def _letters(units: int) -> str:
    return "".join(letter for letter, each in encoding.GSM7_UNITS.items() if each == units)


def _literal(text: str) -> str:
    return json.dumps(text)


if __name__ == "__main__":
    sys.exit(main())
