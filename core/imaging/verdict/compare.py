"""The door to verdicts: two files' bytes, or what was kept of them, to a verdict."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from core.imaging.coding import LOSSLESS, may_agree
from core.imaging.decode import open_image
from core.imaging.facts import examine_and_keep
from core.imaging.pixels import pixel_digest
from core.imaging.verdict.judge import judge, pixel_duplicate, with_directions
from core.imaging.verdict.look import Look, look_at
from core.imaging.verdict.measure import Measurements
from core.imaging.verdict.quality import Quality, quality_of
from core.model import Direction, Facts, Fingerprint, Judgement, Role, Verdict
from core.sides import swapped

_SAME_SIZE = 1.02
"""Ratio of pixels up to which two pictures count as of one size."""

_BETTER_JPEG = 4
"""Steps of JPEG quality that tell a re-encode."""


@dataclass(frozen=True, slots=True)
class Subject:
    """All that a verdict needs of a file: made once, good for every pair the file is in."""

    facts: Facts
    fingerprint: Fingerprint
    quality: Quality
    look: Look


def subject_of(data: bytes) -> Subject:
    """The subject of the file `data`.

    Raises:
        ImageError: the bytes cannot be decoded to their end.
    """
    facts, fingerprint, loaded = examine_and_keep(data)
    return Subject(facts, fingerprint, _quality(data, facts), look_at(data, loaded))


def compare(a: Subject, b: Subject, pixels_equal: Callable[[], bool]) -> Verdict:
    """The verdict of two files; `pixels_equal` is asked only where equality is possible."""
    if _may_be_equal(a, b) and pixels_equal():
        return pixel_duplicate()
    # One order whoever asks, so that the answer is the same seen from either side.
    if _order(a) > _order(b):
        return swapped(_compared(b, a))
    return _compared(a, b)


def compare_bytes(a: bytes, b: bytes) -> Verdict:
    """`compare` of two files as they are.

    Raises:
        ImageError: one of them cannot be decoded to its end.
    """
    return compare(
        subject_of(a), subject_of(b), lambda: a == b or pixel_digest(a) == pixel_digest(b)
    )


def _quality(data: bytes, facts: Facts) -> Quality:
    return quality_of(open_image(data)) if facts.format == "JPEG" else Quality(None, None)


def _order(subject: Subject) -> tuple[int, int, bytes]:
    return subject.look.width, subject.look.height, subject.look.shown.luma.tobytes()


def _may_be_equal(a: Subject, b: Subject) -> bool:
    one, other = a.look, b.look
    if (one.width, one.height) != (other.width, other.height):
        return False
    if not may_agree(a.facts.coding, b.facts.coding):
        return False
    if a.facts.stream is not None and a.facts.stream == b.facts.stream:
        return True
    # A reduced decode of a JPEG and a reduced copy of its pixels differ by rounding.
    apart = np.abs(one.shown.luma.astype(np.int16) - other.shown.luma)
    return float(apart.mean()) < 1.5


def _compared(a: Subject, b: Subject) -> Verdict:
    judged = judge(a.look, b.look)
    if judged.measured is None or judged.verdict.judgement is not Judgement.VISUAL:
        return judged.verdict
    return _with_quality(a, b, judged.verdict, judged.measured)


def _with_quality(a: Subject, b: Subject, verdict: Verdict, measured: Measurements) -> Verdict:
    """`verdict` with the direction in which quality was lost."""
    pixels = a.look.width * a.look.height, b.look.width * b.look.height
    if max(pixels) > _SAME_SIZE * min(pixels):
        larger = "a" if pixels[0] > pixels[1] else "b"
        if measured.octaves and (measured.finer == 0) != (larger == "a"):
            reason = f"{larger.upper()} has more pixels, but shows less than the other."
            return with_directions(verdict, (Direction(larger, Role.UPSCALE),), reason)
        ratio = (max(pixels) / min(pixels)) ** 0.5
        reason = f"{larger.upper()} is {ratio:.2g} times as wide and high."
        return with_directions(verdict, (Direction(larger, Role.LARGER),), reason)
    return _with_worse_coding(a, b, verdict, measured)


def _with_worse_coding(a: Subject, b: Subject, verdict: Verdict, measured: Measurements) -> Verdict:
    one, other = a.quality.jpeg, b.quality.jpeg
    if measured.octaves:
        worse = "b" if measured.finer == 0 else "a"
        reason = f"{worse.upper()} shows no more than half of the other's resolution."
    elif one is not None and other is not None:
        if abs(one - other) < _BETTER_JPEG:
            return verdict
        worse = "a" if one < other else "b"
        reason = f"{worse.upper()} has JPEG quality {min(one, other)}, the other {max(one, other)}."
    else:
        lossless = [subject.facts.coding == LOSSLESS for subject in (a, b)]
        if lossless[0] == lossless[1]:
            return verdict
        worse = "b" if lossless[0] else "a"
        reason = f"{worse.upper()} is coded with loss, the other without."
    return with_directions(verdict, (Direction(worse, Role.REENCODED),), reason)
