"""Pictures in memory, and what a verdict says of two of them."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

import numpy as np
import pillow_heif
from PIL import Image

from core.imaging.verdict.compare import compare
from core.imaging.verdict.judge import pixel_duplicate
from core.imaging.verdict.subject import Subject, subject_of
from core.model import Change, Confidence, Direction, Judgement, Role, Verdict
from core.sides import swapped
from tests import gallery

_SIDE = 400
"""Pixels of the longer edge: enough for every judgement, and no more than the tests need."""

CERTAIN = (Confidence.NEAR_PERFECT, Confidence.ALMOST_CERTAIN)


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Held:
    """A file whose bytes are at hand; stands for one on a disk."""

    data: bytes

    def ask(self, question: Callable[[bytes], T]) -> T:
        return question(self.data)


def compare_bytes(a: bytes, b: bytes) -> Verdict:
    """`compare` of two files as they are.

    Raises:
        ImageError: one of them cannot be decoded to its end.
    """
    one, other = subject_of(a), subject_of(b)
    return pixel_duplicate() if a == b else compare(one, other, (Held(a), Held(b)))


@lru_cache
def photo(name: str, side: int = _SIDE) -> Image.Image:
    """A shipped photo, so that its longer edge has at most `side` pixels."""
    with Image.open(gallery.photo(name)) as opened:
        found = opened.convert("RGB")
    found.info.clear()
    found.thumbnail((side, side), Image.Resampling.LANCZOS)
    return found


def encoded(picture: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    """The file that `picture` makes in the format `kind`."""
    buffer = io.BytesIO()
    if kind == "HEIF":
        pillow_heif.from_pillow(picture).save(buffer, **options)
    else:
        picture.save(buffer, kind, **options)
    return buffer.getvalue()


def decoded(data: bytes) -> Image.Image:
    with Image.open(io.BytesIO(data)) as opened:
        return opened.convert("RGB")


@lru_cache(maxsize=64)
def subject(data: bytes) -> Subject:
    return subject_of(data)


def verdict(a: bytes, b: bytes) -> Verdict:
    """The verdict of two files, after a look at what holds for every one."""
    if a == b:
        return compare_bytes(a, b)
    found = compare(subject(a), subject(b), (Held(a), Held(b)))
    assert swapped(compare(subject(b), subject(a), (Held(b), Held(a)))) == found
    assert np.isfinite(found.score)
    assert np.isfinite([value for _, value in found.measurements]).all()
    assert found.reasons
    # Articles and sides look alike; the latter do something.
    for reason in found.reasons:
        words = reason.split()
        assert words[0] not in ("A", "B") or words[1] in ("has", "is", "shows", "was"), reason
    return found


def is_certain(found: Verdict) -> bool:
    """Whether a rule may take the two for duplicates."""
    return found.judgement is Judgement.PIXELS or (
        found.judgement is Judgement.VISUAL and found.confidence in CERTAIN
    )


def changed(a: bytes, b: bytes) -> tuple[Change | None, tuple[Direction, ...]]:
    """What the verdict says was done to one of two files that are no duplicates."""
    found = verdict(a, b)
    assert found.judgement in (Judgement.ALTERNATE, Judgement.DIFFERENT)
    assert found.score > 1
    return found.change, found.directions


def only(side: str, role: Role) -> tuple[Direction, ...]:
    return (Direction(side, role),)
