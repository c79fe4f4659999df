"""Plots as text that Mermaid draws: no picture to keep, none that can be out of date."""

from collections.abc import Mapping, Sequence
from typing import Literal

_ROOM = 1.1


def plot(
    title: str,
    across: Sequence[str],
    unit: str,
    series: Mapping[str, Sequence[float]],
    *,
    kind: Literal["line", "bar"] = "line",
) -> list[str]:
    """Draw each series over the names `across`, the largest first: bars stand over one another.

    Mermaid has no legend, so a line below names them.
    """
    most = max(value for values in series.values() for value in values)
    names = ", ".join(f'"{name}"' for name in across)
    drawn = [
        f"    {kind} [{', '.join(f'{value:.4g}' for value in values)}]"
        for values in series.values()
    ]
    return [
        "",
        "```mermaid",
        "xychart-beta",
        f'    title "{title}"',
        f"    x-axis [{names}]",
        f'    y-axis "{unit}" 0 --> {most * _ROOM:.4g}',
        *drawn,
        "```",
        "",
        f"Drawn, in this order: {', '.join(series)}.",
    ]
