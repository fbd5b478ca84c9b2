"""How finely JPEGs are coded: whether one is so much better than another that it shows."""

from __future__ import annotations

from core.model import Asset

_CLEARLY = 0.7
"""Share of B's quantisation steps that A's may be at most, to be clearly better: what hydrus asks
of the sums of theirs."""

_FINEST = 4
"""Percent of the standard's steps from quality 98 on, where they cannot get finer."""

_CHROMA = {"4:4:4": 4, "4:2:2": 2, "4:4:0": 2, "4:2:0": 1, "4:1:1": 1}
"""Colours kept of each four dots, or quarters of them."""


def is_clearly_better(a: Asset, b: Asset) -> bool:
    """Whether of two JPEGs `a` is coded so much finer that it shows, and no poorer in colour."""
    if _steps(a.facts.quality or 1) > _CLEARLY * _steps(b.facts.quality or 1):
        return False
    one, other = (_CHROMA.get(each.facts.subsampling or "") for each in (a, b))
    return one is None or other is None or one >= other


def _steps(quality: int) -> float:
    """Percent of the standard's quantisation steps, on the IJG's scale (jcparam.c of libjpeg)."""
    return max(_FINEST, 5000 / quality if quality < 50 else 200 - 2 * quality)
