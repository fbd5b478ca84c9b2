"""Verdicts that have been given: one for a pair of contents, kept until the method changes.

They are stored from the side of the content with the lower id, and given out from either.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from dataclasses import astuple
from typing import NamedTuple

from core.catalog.assets import CHUNK
from core.catalog.rows import rows
from core.catalog.schema import Verdict as VerdictRow
from core.catalog.schema import database
from core.model import Change, Confidence, Direction, Judgement, Region, Role, Verdict
from core.sides import swapped

_DIGITS = 5
"""Significant ones of a measurement; a share of a picture's edge needs no more either."""


class Told(NamedTuple):
    """The gist of a verdict, the same from both sides."""

    judgement: Judgement
    confidence: Confidence | None
    score: float


def store_verdict(a: int, b: int, method: int, verdict: Verdict) -> None:
    """Keep `verdict` on the contents `a` and `b`, in place of an older one."""
    if a > b:
        a, b, verdict = b, a, swapped(verdict)
    columns = {
        "content_a": a,
        "content_b": b,
        "method": method,
        "judgement": verdict.judgement,
        "confidence": verdict.confidence,
        "change": verdict.change,
        "score": _short(verdict.score),
        "evidence": _dump(verdict),
    }
    pair = (VerdictRow.content_a, VerdictRow.content_b)
    with database.atomic():
        VerdictRow.insert(**columns).on_conflict(conflict_target=pair, update=columns).execute()


def fetch_verdict(a: int, b: int, method: int) -> Verdict | None:
    """The verdict of `method` on the contents `a` and `b`, with `a` as side A; None: not yet."""
    low, high = sorted((a, b))
    row = VerdictRow.get_or_none(
        VerdictRow.content_a == low, VerdictRow.content_b == high, VerdictRow.method == method
    )
    if row is None:
        return None
    verdict = _load(row.judgement, row.confidence, row.change, row.score, row.evidence)
    return swapped(verdict) if a > b else verdict


def fetch_verdicts(pairs: Iterable[tuple[int, int]], method: int) -> dict[tuple[int, int], Verdict]:
    """The verdicts of `method` on those of `pairs` that have one, by their contents.

    Args:
        pairs: contents, the lower id first, which is side A.
        method: as in `fetch_verdict`.
    """
    wanted = set(pairs)
    lower = sorted({a for a, _ in wanted})
    found = {}
    for start in range(0, len(lower), CHUNK):
        query = VerdictRow.select(
            VerdictRow.content_a,
            VerdictRow.content_b,
            VerdictRow.judgement,
            VerdictRow.confidence,
            VerdictRow.change,
            VerdictRow.score,
            VerdictRow.evidence,
        ).where(
            VerdictRow.method == method,
            VerdictRow.content_a.in_(lower[start : start + CHUNK]),
        )
        for a, b, *columns in rows(query):
            if (a, b) in wanted:
                found[a, b] = _load(*columns)
    return found


def _load(
    judgement: str, confidence: str | None, change: str | None, score: float, evidence: str
) -> Verdict:
    directions, reasons, regions, measurements, blur, noise, real_size = json.loads(evidence)
    return Verdict(
        judgement=Judgement(judgement),
        confidence=Confidence(confidence) if confidence else None,
        change=Change(change) if change else None,
        directions=tuple(Direction(side, Role(role)) for side, role in directions),
        reasons=tuple(reasons),
        score=score,
        regions=tuple(Region(*each) for each in regions),
        measurements=tuple((name, value) for name, value in measurements),
        blur=blur,
        noise=noise,
        real_size=real_size and tuple(real_size),
    )


def told_verdicts(method: int) -> dict[tuple[int, int], Told]:
    """All verdicts of `method` in short, by their contents, the lower id first."""
    query = VerdictRow.select(
        VerdictRow.content_a,
        VerdictRow.content_b,
        VerdictRow.judgement,
        VerdictRow.confidence,
        VerdictRow.score,
    ).where(VerdictRow.method == method)
    return {
        (a, b): Told(Judgement(judgement), confidence and Confidence(confidence), score)
        for a, b, judgement, confidence, score in rows(query)
    }


def _dump(verdict: Verdict) -> str:
    parts = (
        [astuple(each) for each in verdict.directions],
        verdict.reasons,
        [[_short(share) for share in astuple(each)] for each in verdict.regions],
        [(name, _short(value)) for name, value in verdict.measurements],
        *(value and _short(value) for value in (verdict.blur, verdict.noise)),
        verdict.real_size,
    )
    return json.dumps(parts, separators=(",", ":"), ensure_ascii=False)


def _short(value: float) -> float:
    """`value`, rounded to `_DIGITS` digits, as a plain float that any database takes."""
    value = float(value)
    if not value or not math.isfinite(value):
        return value
    return round(value, _DIGITS - 1 - math.floor(math.log10(abs(value))))
