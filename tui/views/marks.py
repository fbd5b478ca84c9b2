"""Which parts of two texts differ, so that an eye finds them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

Spans = list[tuple[int, int]]
"""Starts and ends, in characters."""

_SHORT = 64
"""Characters up to which letters are compared; longer texts by the word."""
_MOST_PARTS = 150
"""Of a longer difference all is marked: to compare takes the square of its length."""


def differences(a: str, b: str) -> tuple[Spans, Spans]:
    """The parts of `a` that `b` lacks, and of `b` that `a` lacks."""
    letters = max(len(a), len(b)) <= _SHORT
    parts_a, parts_b = (list(text) if letters else re.findall(r"\w+|\W", text) for text in (a, b))
    start = _common(parts_a, parts_b)
    end = _common(parts_a[start:][::-1], parts_b[start:][::-1])
    inner_a, inner_b = parts_a[start : len(parts_a) - end], parts_b[start : len(parts_b) - end]
    changed = [(0, len(inner_a), 0, len(inner_b))]
    if max(len(inner_a), len(inner_b)) <= _MOST_PARTS:
        matcher = SequenceMatcher(None, inner_a, inner_b, autojunk=False)
        changed = [block[1:] for block in matcher.get_opcodes() if block[0] != "equal"]
    return (
        _spans(parts_a, [(start + first, start + last) for first, last, _, _ in changed]),
        _spans(parts_b, [(start + first, start + last) for _, _, first, last in changed]),
    )


def _common(a: Sequence[str], b: Sequence[str]) -> int:
    """How many parts both begin with."""
    return next(
        (at for at, (one, other) in enumerate(zip(a, b, strict=False)) if one != other),
        min(len(a), len(b)),
    )


def _spans(parts: Sequence[str], places: Sequence[tuple[int, int]]) -> Spans:
    """Places of parts as places of characters, without the empty ones."""
    starts = [0]
    for part in parts:
        starts.append(starts[-1] + len(part))
    return [(starts[first], starts[last]) for first, last in places if first < last]
