"""What a benchmark hands back: one line of the table, or the reason why there is none."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Measure:
    """One line of the table."""

    name: str
    target: str
    """What it should be; empty where the number only explains others."""
    measured: str


class AbsentError(Exception):
    """Something a benchmark needs is not on this machine; its text says what."""


def spread(values: Iterable[float], unit: str = "ms", digits: int = 0) -> str:
    """The median of `values`, with the fastest and the slowest where there are several."""
    ordered = sorted(values)
    text = f"{median(ordered):.{digits}f} {unit}"
    if len(ordered) > 1:
        text += f" ({ordered[0]:.{digits}f} to {ordered[-1]:.{digits}f})"
    return text


def worst(values: Iterable[float], unit: str = "ms", digits: int = 0) -> str:
    """The 95th percentile of `values`, with the median and the slowest."""
    ordered = sorted(values)
    last = ordered[min(len(ordered) - 1, round(0.95 * (len(ordered) - 1)))]
    middle, most = f"{median(ordered):.{digits}f}", f"{ordered[-1]:.{digits}f}"
    return f"{last:.{digits}f} {unit} (median {middle}, most {most}, {len(ordered)} times)"
