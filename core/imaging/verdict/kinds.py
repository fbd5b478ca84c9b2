"""What was done to an alternate, and to which side: named from where and how the two differ."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.imaging.decode import upright
from core.imaging.verdict.frames import Frame, frame_in
from core.imaging.verdict.look import Look, Plane, Planes
from core.imaging.verdict.measure import Measurements
from core.model import Change, Direction, Role

_THUMB = 48
"""Edge in pixels of the pictures in which turns are looked for."""

_GREY, _COLOURED = 2.5, 5.0
"""Mean deviation of chroma from 128, in levels: below the first nothing has a colour."""

_GLOBAL = ("tone", "colour")

_LOCAL = 0.3
"""Share of the picture up to which a difference is a local one."""

_ALIKE = 0.8
"""Correlation of thumbs below which pictures of no common corners are different ones."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What makes two pictures no duplicates; no change: they have nothing in common."""

    change: Change | None
    directions: tuple[Direction, ...]
    reason: str
    different: bool = False


def turn_of(a: Plane, b: Plane) -> int:
    """The EXIF orientation that lays `b` over `a` best; 1 unless another is clearly better."""
    one, square = _standard(_square(a)), _square(b)
    if np.mean(one * _standard(square)) > 0.95:
        # No turn can be better by enough: a correlation is at most 1.
        return 1
    other = Image.fromarray(square)
    found = {
        turn: float(np.mean(one * _standard(np.asarray(upright(other, turn)))))
        for turn in range(1, 9)
    }
    best = max(found, key=lambda turn: (found[turn], -turn))
    return best if found[best] > 0.85 and found[best] > found[1] + 0.05 else 1


def likeness(a: Plane, b: Plane) -> float:
    """Correlation of two pictures as small squares, -1..1."""
    return float(np.mean(_standard(_square(a)) * _standard(_square(b))))


def _square(plane: Plane) -> Plane:
    small = cv2.resize(plane, (_THUMB, _THUMB), interpolation=cv2.INTER_AREA)
    return np.asarray(small, dtype=np.uint8)


def _standard(square: Plane) -> NDArray[np.float32]:
    found = square.astype(np.float32)
    return np.asarray((found - found.mean()) / (found.std() + 1), dtype=np.float32)


def other_frame(a: Look, b: Look) -> Finding:
    """What two pictures of different ratio, or of no common frame, are to each other."""
    turn = turn_of(a.shown.luma, b.shown.luma)
    if turn != 1:
        return turned(turn)
    frame = frame_in(a.shown.luma, b.shown.luma, _pixel_ratio(a, b))
    if frame is None:
        alike = likeness(a.shown.luma, b.shown.luma) > _ALIKE
        if alike and not _same_ratio(a, b):
            return Finding(Change.RATIO, (), "The same picture in another ratio of its sides.")
        reason = "They show different pictures." if not alike else "They differ all over."
        return Finding(None, (), reason, different=not alike)
    return _of_frame(a, b, frame)


def turned(turn: int) -> Finding:
    """B is A, turned."""
    mirrored = turn in (2, 4, 5, 7)
    change = Change.MIRRORED if mirrored else Change.ROTATED
    return Finding(change, (), f"B shows A {'mirrored' if mirrored else 'rotated'}.")


def _same_ratio(a: Look, b: Look) -> bool:
    return abs(a.width * b.height / (a.height * b.width) - 1) < 0.02


def _pixel_ratio(a: Look, b: Look) -> float:
    def of(look: Look) -> float:
        height, width = look.shown.luma.shape
        return float((look.width / width) / (look.height / height))

    return of(a) / of(b)


def _of_frame(a: Look, b: Look, frame: Frame) -> Finding:
    if abs(frame.turned) > 0.35 and frame.centred:
        return Finding(Change.ROTATED, (), f"B is rotated by {abs(frame.turned):.1f}°.")
    if abs(frame.squashed) > 0.008 and (frame.same or not (frame.inside or frame.around)):
        return Finding(Change.RATIO, (), f"One is squashed by {abs(frame.squashed):.1%}.")
    if frame.inside or frame.around:
        side, larger = ("b", a) if frame.inside else ("a", b)
        if _margin_is_plain(larger, frame if frame.inside else _inverse(frame)):
            other = "a" if side == "b" else "b"
            reason = f"{other.upper()} has a border around it."
            return Finding(Change.BORDER, (Direction(other, Role.MARKED),), reason)
        share = (frame.right - frame.left) * (frame.bottom - frame.top)
        share = share if frame.inside else 1 / share
        reason = f"{side.upper()} shows {100 * share:.1f} % of the other."
        return Finding(Change.CROP, (Direction(side, Role.CROPPED),), reason)
    if frame.same:
        return Finding(None, (), "They differ all over.")
    return Finding(Change.CROP, (), "Each shows a part that the other does not.")


def _inverse(frame: Frame) -> Frame:
    wide, high = frame.right - frame.left, frame.bottom - frame.top
    left, top = -frame.left / wide, -frame.top / high
    return Frame(left, top, left + 1 / wide, top + 1 / high, -frame.turned, -frame.squashed)


def _margin_is_plain(look: Look, inner: Frame) -> bool:
    """Whether what lies outside `inner` has one colour."""
    luma = look.shown.luma
    height, width = luma.shape
    outside = np.ones(luma.shape, dtype=bool)
    top, bottom = int(inner.top * height) - 2, int(np.ceil(inner.bottom * height)) + 2
    left, right = int(inner.left * width) - 2, int(np.ceil(inner.right * width)) + 2
    outside[max(0, top) : bottom, max(0, left) : right] = False
    return bool(outside.sum() >= 16 and luma[outside].std() < 8)


def same_frame(a: Planes, b: Planes, measured: Measurements) -> Finding:
    """What was done to one of two pictures of one frame."""
    tints = _tint(a), _tint(b)
    if min(tints) < _GREY and max(tints) > _COLOURED:
        side = "A" if tints[0] < tints[1] else "B"
        return Finding(Change.GREYSCALE, (), f"{side} has no colours.")
    values = measured.values
    wide = float(np.mean(measured.excess > 1))
    worst = max(values, key=lambda name: values[name])
    whole = max(values["tone"], values["colour"])
    moved = max(values["shift"], values["stretch"])
    if moved > max(1, whole):
        return Finding(None, (), "They differ all over.")
    if whole > 1 and (wide > _LOCAL or worst in _GLOBAL):
        if values["colour"] > 0.6 * values["tone"]:
            return Finding(Change.RECOLOUR, (), "The colours were changed all over.")
        return Finding(Change.TONE, (), "Brightness or contrast was changed all over.")
    if wide > _LOCAL or worst in ("noise", "unexplained"):
        return Finding(None, (), "They differ all over.")
    return _local(measured, worst)


def _tint(planes: Planes) -> float:
    return float(np.mean(np.abs(planes.chroma.astype(np.float32) - 128)))


def _local(measured: Measurements, worst: str) -> Finding:
    place = measured.excess > 0.6
    if not place.any():
        return Finding(Change.EDIT, (), "One place has other detail than the rest explains.")
    if worst.startswith(("red", "blue")):
        return Finding(Change.RECOLOUR, (), "A place has another colour.")
    fine = [float(np.mean(_fine(picture)[place])) for picture in measured.pictures]
    marked = "A" if fine[0] > fine[1] else "B"
    if max(fine) > 1.5 * min(fine) + 1 and _shows_through(measured, place):
        direction = Direction(marked.lower(), Role.MARKED)
        return Finding(Change.MARK, (direction,), f"{marked} has a mark that the other lacks.")
    return Finding(Change.EDIT, (), "A place was changed.")


def _fine(picture: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(np.abs(picture - cv2.blur(picture, (5, 5))), dtype=np.float32)


def _shows_through(measured: Measurements, place: NDArray[np.bool_]) -> bool:
    """Whether both show the same below the difference: paint over a picture, not another one."""
    one, two = (picture[place] for picture in measured.pictures)
    spread = float(one.std() * two.std())
    if spread < 36:
        return True
    return float(np.mean((one - one.mean()) * (two - two.mean()))) / spread > 0.4
