"""The door to verdicts: from what was seen of two files, and of their bytes where that is not
enough."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

import numpy as np

from core.imaging.coding import LOSSLESS, RAW, may_agree
from core.imaging.jpeg import Jpeg
from core.imaging.verdict.descent import carries_comb, hidden_quality
from core.imaging.verdict.judge import judge, of_first_frames, pixel_duplicate, with_directions
from core.imaging.verdict.look import Look
from core.imaging.verdict.resolution import RESOLVED, UPSCALED
from core.imaging.verdict.sharpness import compare_sharpness
from core.imaging.verdict.subject import Deeper, File, Subject
from core.model import Direction, Judgement, Role, Verdict
from core.sides import swapped

T = TypeVar("T")

_Both = dict[str, Deeper]
"""By side, ``a`` and ``b``."""

_SAME_SIZE = 1.02
"""Ratio of pixels up to which two pictures count as of one size."""

_FINE_JPEG = 90
"""Quality from which a JPEG's steps are too fine to be found again in what was made from it."""

_ALL_COLOURS = ("L", "RGB", "RGBA", "LA")
"""Modes without a palette, which is a loss of its own."""

_BETTER_JPEG = 4
"""Steps of JPEG quality that tell a re-encode."""


def compare(a: Subject, b: Subject, files: tuple[File, File]) -> Verdict:
    """The verdict of two files that are not the same byte for byte.

    Args:
        a: one file.
        b: the other.
        files: both, for what their subjects do not hold yet.

    Raises:
        ImageError: by `files`.
    """
    deeper = {"a": Deeper(a.depths, files[0]), "b": Deeper(b.depths, files[1])}
    if _may_be_equal(a, b) and deeper["a"].pixels() == deeper["b"].pixels():
        return pixel_duplicate()
    # One order whoever asks, so that the answer is the same seen from either side.
    exchanged = _order(a) > _order(b)
    judged = judge(b.look, a.look) if exchanged else judge(a.look, b.look)
    verdict = swapped(judged.verdict) if exchanged else judged.verdict
    if judged.measured is None or verdict.judgement is not Judgement.VISUAL:
        return verdict
    if RAW in (a.coding.name, b.coding.name):
        # What was compared is a preview, which says nothing of the picture's worth.
        return verdict
    if max(a.frames, b.frames) > 1:
        return of_first_frames(verdict)
    verdict = _with_sharpness(a, b, verdict)
    finer = "ab"[judged.measured.finer ^ exchanged] if judged.measured.octaves else None
    return _with_quality(a, b, verdict, finer, deeper)


def _with_sharpness(a: Subject, b: Subject, verdict: Verdict) -> Verdict:
    found = compare_sharpness(a.look.shown.luma, b.look.shown.luma)
    return verdict if found is None else replace(verdict, blur=found.blur, noise=found.noise)


def _order(subject: Subject) -> tuple[int, int, bytes]:
    return subject.look.width, subject.look.height, subject.look.shown.luma.tobytes()


def _may_be_equal(a: Subject, b: Subject) -> bool:
    one, other = a.look, b.look
    if (one.width, one.height) != (other.width, other.height):
        return False
    if not may_agree(a.coding.name, b.coding.name):
        return False
    if a.coding.stream is not None and a.coding.stream == b.coding.stream:
        return True
    # A reduced decode of a JPEG and a reduced copy of its pixels differ by rounding.
    apart = np.abs(one.shown.luma.astype(np.int16) - other.shown.luma)
    return float(apart.mean()) < 1.5


def _with_quality(
    a: Subject, b: Subject, verdict: Verdict, finer: str | None, deeper: _Both
) -> Verdict:
    """`verdict` with the direction in which quality was lost; `finer` shows twice as much."""
    pixels = a.look.width * a.look.height, b.look.width * b.look.height
    if max(pixels) <= _SAME_SIZE * min(pixels):
        return _with_worse_coding(a, b, verdict, finer, deeper)
    larger, smaller = ("a", b.look) if pixels[0] > pixels[1] else ("b", a.look)
    ratio = (max(pixels) / min(pixels)) ** 0.5
    size = smaller.width, smaller.height
    reason = f"{larger.upper()} is {ratio:.2g} times as wide and high"
    if finer is not None and finer != larger:
        reason += ", but shows less than the other."
        return _upscale(verdict, larger, reason, deeper[larger].real_size(*size))
    beyond = deeper[larger].detail_beyond(*size)
    if beyond is not None and beyond >= RESOLVED:
        return with_directions(verdict, (Direction(larger, Role.LARGER),), f"{reason}.")
    if beyond is not None and beyond <= UPSCALED:
        reason += ", but shows no more than the other."
        return _upscale(verdict, larger, reason, deeper[larger].real_size(*size))
    return with_directions(verdict, (), f"{reason}; whether it shows more cannot be told.")


def _upscale(verdict: Verdict, side: str, reason: str, size: tuple[int, int]) -> Verdict:
    shows = f"{side.upper()} shows no more than {size[0]} × {size[1]} pixels can."
    directed = with_directions(verdict, (Direction(side, Role.UPSCALE),), reason, shows)
    return replace(directed, real_size=size)


def _with_worse_coding(
    a: Subject, b: Subject, verdict: Verdict, finer: str | None, deeper: _Both
) -> Verdict:
    if finer is not None:
        worse = "b" if finer == "a" else "a"
        reason = f"{worse.upper()} shows no more than half of the other's resolution."
        return with_directions(verdict, (Direction(worse, Role.REENCODED),), reason)
    found = _reencoded(a, b, deeper)
    if found is None:
        return verdict
    worse, reason = found
    return with_directions(verdict, (Direction(worse, Role.REENCODED),), reason)


def _reencoded(a: Subject, b: Subject, deeper: _Both) -> tuple[str, str] | None:
    """The side that was made from the other or is coded worse, and why; None where unsure."""
    if a.orientation != 1 or b.orientation != 1:
        # Blocks of a turned picture begin elsewhere.
        return None
    if a.jpeg is not None and b.jpeg is not None:
        return _of_two_jpegs(a, a.jpeg, b, b.jpeg, deeper)
    if a.jpeg is not None:
        return _of_one_jpeg("a", a.jpeg, "b", b, deeper["b"])
    if b.jpeg is not None:
        return _of_one_jpeg("b", b.jpeg, "a", a, deeper["a"])
    return None


def _of_one_jpeg(
    side: str, jpeg: Jpeg, rest: str, other: Subject, deeper: Deeper
) -> tuple[str, str] | None:
    found = deeper.strengths()
    if carries_comb(found, jpeg.steps):
        return rest, f"{rest.upper()} was made from the JPEG."
    if other.coding.name != LOSSLESS or other.mode not in _ALL_COLOURS:
        return None
    before = hidden_quality(found)
    if before is None:
        if jpeg.quality >= _FINE_JPEG or not _is_resolved(other.look, deeper):
            return None
        return side, f"{side.upper()} is coded with loss, the other was not."
    if before <= jpeg.quality - _BETTER_JPEG:
        return rest, f"{rest.upper()} was a JPEG of quality {before}, the other has {jpeg.quality}."
    return None


def _of_two_jpegs(
    a: Subject, its: Jpeg, b: Subject, others: Jpeg, both: _Both
) -> tuple[str, str] | None:
    lower, worse, higher, better, look = (
        ("a", its, "b", others, b.look)
        if its.quality < others.quality
        else ("b", others, "a", its, a.look)
    )
    if better.quality - worse.quality < _BETTER_JPEG:
        return None
    if carries_comb(both[higher].strengths(), worse.steps):
        return higher, f"{higher.upper()} was made from the other."
    if not _is_resolved(look, both[higher]):
        return None
    reason = f"{lower.upper()} has JPEG quality {worse.quality}, the other {better.quality}."
    return lower, reason


def _is_resolved(look: Look, deeper: Deeper) -> bool:
    """Whether a picture shows what its size promises: an enlarged copy is no better original."""
    beyond = deeper.detail_beyond(look.width // 2, look.height // 2)
    return beyond is not None and beyond >= RESOLVED
