"""How a cost grows: the slope of log(cost) on log(n)."""

import math
from collections.abc import Sequence


def slope(sizes: Sequence[float], costs: Sequence[float]) -> float:
    """Fit by least squares: 0 is flat, 1 is in proportion."""
    points = [(math.log(n), math.log(cost)) for n, cost in zip(sizes, costs, strict=True)]
    middle_n = sum(n for n, _ in points) / len(points)
    middle_cost = sum(cost for _, cost in points) / len(points)
    above = sum((n - middle_n) * (cost - middle_cost) for n, cost in points)
    return above / sum((n - middle_n) ** 2 for n, _ in points)
