"""A verdict seen from the other side: what was A is B."""

from __future__ import annotations

import re
from dataclasses import replace

from core.model import Verdict

_OTHER = {"a": "b", "b": "a", "A": "B", "B": "A"}

_SIDE = re.compile(r"\b[AB]\b")
"""In a reason these two letters, as words, name the sides and nothing else."""


def swapped(verdict: Verdict) -> Verdict:
    """The verdict of the same two pictures in the other order."""
    return replace(
        verdict,
        directions=tuple(replace(each, side=_OTHER[each.side]) for each in verdict.directions),
        blur=None if verdict.blur is None else -verdict.blur,
        noise=None if verdict.noise is None else -verdict.noise,
        reasons=tuple(_SIDE.sub(lambda found: _OTHER[found[0]], each) for each in verdict.reasons),
    )
