"""What a look at two thumbs says of a candidate, without opening a file."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.catalog.pairs import Candidate, Evidence, LookRow
from core.imaging.coding import RAW, may_agree
from core.imaging.decode import upright
from core.imaging.fingerprint import CHROMA_SIDE, SIDE

_THUMB_TOLERANCE = 16
"""Levels of 255 that the rounding of a scaled decode may move one of the thumb's pixels; 10 is
the most that was measured. Too much costs a decode, too little an equal pair."""

_FLAT = 16
"""Levels of 255 between the thumb's darkest and lightest: two codings may agree on so little."""


def candidate(a: int, b: int, distance: int, look: Mapping[int, LookRow]) -> Candidate:
    """Two contents that lie alike, with all evidence."""
    first, second = look[a], look[b]
    return Candidate(
        a,
        b,
        distance,
        correlation(first, second),
        pixels_equal(first, second),
        evidence_of(first, second),
    )


def correlation(a: LookRow, b: LookRow, turn: int = 1) -> float:
    """Pearson's correlation of the two thumbs, -1..1; of pictures without detail, 1 or 0.

    Args:
        a: one picture.
        b: the other.
        turn: EXIF orientation applied to `a` first.
    """
    laid = upright(Image.fromarray(thumb_of(a).astype(np.uint8).reshape(SIDE, SIDE)), turn)
    first = np.asarray(laid).reshape(-1).astype(np.float64)
    second = thumb_of(b).astype(np.float64)
    first -= first.mean()
    second -= second.mean()
    size = math.sqrt(float(first @ first) * float(second @ second))
    if size == 0:
        return 1.0 if a.thumb == b.thumb else 0.0
    return round(float(first @ second) / size, 4)


def evidence_of(a: LookRow, b: LookRow, turn: int = 1) -> Evidence:
    """What colours and shapes say of a pair.

    Args:
        a: one picture.
        b: the other.
        turn: EXIF orientation that, applied to `b`, lays it over `a`.
    """
    if a.chroma is None or b.chroma is None:
        return Evidence(None, None)
    difference = _chroma(a.chroma) - _chroma(b.chroma, turn)
    width, height = b.size[::-1] if turn >= 5 else b.size
    ratio = (a.size[0] * height) / (a.size[1] * width)
    return Evidence(
        round(math.sqrt(float((difference**2).mean())), 2),
        round(max(ratio, 1 / ratio) - 1, 4),
    )


def _chroma(chroma: bytes, turn: int = 1) -> NDArray[np.float64]:
    """Shape (2, 8, 8): Cb and Cr, turned."""
    planes = np.frombuffer(chroma, np.uint8).reshape(2, CHROMA_SIDE, CHROMA_SIDE)
    laid = [upright(Image.fromarray(plane), turn) for plane in planes] if turn > 1 else planes
    return np.stack([np.asarray(plane) for plane in laid]).astype(np.float64)


def pixels_equal(a: LookRow, b: LookRow) -> bool | None:
    """Whether both show equal pixels, as far as that is known without opening a file.

    Returns:
        None where only a decode of both can tell.
    """
    if a.size != b.size or RAW in (a.coding, b.coding):
        return False
    if a.stream is not None and a.stream == b.stream:
        return a.orientation == b.orientation
    if (
        a.coding == b.coding
        and a.coding.startswith("lossy:jpeg")
        and a.orientation == b.orientation
    ):
        # The same coefficients go through the same decoder: any difference is a real one.
        return None if a.thumb == b.thumb else False
    first, second = thumb_of(a), thumb_of(b)
    if np.abs(first - second).max() > _THUMB_TOLERANCE:
        return False
    flat = min(np.ptp(first), np.ptp(second)) <= _FLAT
    return None if flat or may_agree(a.coding, b.coding) else False


def thumb_of(row: LookRow) -> NDArray[np.int16]:
    """Luma of the thumb, row by row, in a type that can be subtracted."""
    return np.frombuffer(row.thumb, np.uint8).astype(np.int16)
