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

_FLAT = 3.0
"""Standard deviation in levels below which a picture shows nothing."""

_THUMB = 48
"""Edge in pixels of the pictures in which turns are looked for."""

_GREY, _COLOURED = 2.5, 5.0
"""Mean deviation of chroma from 128, in levels: below the first nothing has a colour."""

_GLOBAL = ("tone", "colour")

_OF_COLOUR = 0.43
"""Unexplained change of chroma, in units of that of luma, from which the colours were changed:
below it lie 21 of 22 changes of tone among generated pairs, above it all 43 of colours."""

_PLAIN, _SAME_INSIDE = 6.0, 6.0
"""Levels by which a border varies, and by which the picture inside it may have changed."""

_SAME_SHAPES = 0.9
"""Correlation of luma that painting over a place with another colour leaves."""

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
    """Correlation of two pictures as small squares, -1..1.

    What shows nothing correlates with nothing: two flat pictures are alike if their tone is.
    """
    one, other = _square(a), _square(b)
    if max(one.std(), other.std()) < _FLAT:
        return float(abs(float(one.mean()) - float(other.mean())) < 2 * _FLAT)
    return float(np.mean(_standard(one) * _standard(other)))


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
        return Finding(
            Change.ROTATED, (), f"They are turned by {abs(frame.turned):.1f}° against each other."
        )
    if abs(frame.squashed) > 0.008 and (
        frame.within(abs(frame.squashed) / 3) or not (frame.inside or frame.around)
    ):
        return Finding(Change.RATIO, (), f"One is squashed by {100 * abs(frame.squashed):.1f} %.")
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
        if moved == max(values.values()) and not (measured.excess > 1).any():
            return Finding(Change.CROP, (), "Each shows a part that the other does not.")
        return Finding(None, (), "They differ all over.")
    if whole > 1 and (wide > _LOCAL or worst in _GLOBAL):
        return _as_a_whole(a, b)
    if wide > _LOCAL or worst in ("noise", "unexplained"):
        return Finding(None, (), "They differ all over.")
    return _local(measured, worst)


def _tint(planes: Planes) -> float:
    return float(np.mean(np.abs(planes.chroma.astype(np.float32) - 128)))


def _as_a_whole(a: Planes, b: Planes) -> Finding:
    """What was done to all colours of one of two pictures.

    A change of brightness, contrast or gamma takes chroma along, by the slope of its curve; what
    that does not explain is a change of the colours themselves.
    """
    one, other = (
        [
            _square(plane).astype(np.float64) - 128
            for plane in (each.luma, each.chroma[..., 0], each.chroma[..., 1])
        ]
        for each in (a, b)
    )
    if likeness(a.luma, b.luma) < -0.5:
        return Finding(Change.RECOLOUR, (), "The colours were inverted.")
    luma = one[0].ravel()
    curve = np.stack([np.ones_like(luma), luma, luma**2], axis=1)
    _, slope, bend = np.linalg.lstsq(curve, other[0].ravel(), rcond=None)[0]
    gain = slope + 2 * bend * one[0]

    def apart(factor: NDArray[np.float64]) -> float:
        pairs = zip(one[1:], other[1:], strict=True)
        return float(np.sqrt(sum(np.mean((there - factor * here) ** 2) for here, there in pairs)))

    unexplained = min(apart(gain), apart(np.ones_like(gain)))
    if unexplained > _OF_COLOUR * float(np.sqrt(np.mean((one[0] - other[0]) ** 2))):
        return Finding(Change.RECOLOUR, (), "The colours were changed all over.")
    return Finding(Change.TONE, (), "Brightness or contrast was changed all over.")


def painted_border(a: Planes, b: Planes) -> Finding | None:
    """A border painted over the edges of one of two pictures that are else about the same."""
    size = min(a.luma.shape[1], b.luma.shape[1]), min(a.luma.shape[0], b.luma.shape[0])
    one, other = (
        np.asarray(cv2.resize(each.luma, size, interpolation=cv2.INTER_AREA), np.float32)
        for each in (a, b)
    )
    depths = _plain_rim(one), _plain_rim(other)
    marked = 0 if depths[0] > depths[1] else 1
    depth = depths[marked]
    if depth < 2 or depths[1 - marked] > depth // 2:
        return None
    apart = np.abs(one - other)
    inside = apart[depth + 3 : -depth - 3, depth + 3 : -depth - 3]
    if inside.size == 0 or np.median(inside) > _SAME_INSIDE:
        return None
    apart[depth:-depth, depth:-depth] = 0
    rim = apart.size - (apart.shape[0] - 2 * depth) * (apart.shape[1] - 2 * depth)
    if np.count_nonzero(apart > _PLAIN) < rim / 2:
        return None
    side = "AB"[marked]
    direction = Direction(side.lower(), Role.MARKED)
    return Finding(Change.BORDER, (direction,), f"{side} has a border around it.")


def _plain_rim(luma: NDArray[np.float32]) -> int:
    """How many pixels deep the edges of a picture have one tone, all around; up to a quarter."""
    first = None
    for depth in range(min(luma.shape) // 4):
        left = luma[depth : -depth or None, depth : -depth or None]
        ring = np.concatenate([left[0], left[-1], left[1:-1, 0], left[1:-1, -1]])
        mean = float(ring.mean())
        first = mean if first is None else first
        if ring.std() > _PLAIN or abs(mean - first) > _PLAIN:
            return depth
    return int(min(luma.shape) // 4)


def _local(measured: Measurements, worst: str) -> Finding:
    place = measured.excess > 0.6
    if not place.any():
        return Finding(Change.EDIT, (), "One place has other detail than the rest explains.")
    alike = _likeness_at(measured, place)
    if worst.startswith(("red", "blue")) and alike > _SAME_SHAPES:
        return Finding(Change.RECOLOUR, (), "One place has another colour.")
    fine, usual = _fineness(measured, place)
    marked = 0 if fine[0] > fine[1] else 1
    # A mark stands out from its surroundings; what was wiped over or blurred has less than they.
    untouched, added = (
        abs(np.log((fine[side] + 1) / (usual + 1))) for side in (1 - marked, marked)
    )
    # Paint leaves what is below; the more alike the two are, the less it takes.
    paint = alike > 0.4 or _of_one_tone(measured, marked)
    clearly = max(fine) > 1.5 * min(fine) + 1
    thinly = alike > 0.85 and max(fine) > 1.15 * min(fine)
    if untouched < added and paint and (clearly or thinly):
        side = "AB"[marked]
        direction = Direction(side.lower(), Role.MARKED)
        return Finding(Change.MARK, (direction,), f"{side} has a mark that the other lacks.")
    return Finding(Change.EDIT, (), "One place was changed.")


def _fineness(
    measured: Measurements, place: NDArray[np.bool_]
) -> tuple[tuple[float, float], float]:
    """How much fine detail each picture has at `place`, and both have around it, in levels."""

    def grown(pixels: int) -> NDArray[np.bool_]:
        kernel = np.ones((2 * pixels + 1, 2 * pixels + 1), np.uint8)
        return np.asarray(cv2.dilate(place.astype(np.uint8), kernel), dtype=bool)

    around = grown(20) & ~grown(4)
    planes = [_fine(picture) for picture in measured.pictures]
    one, other = (float(plane[place].mean()) for plane in planes)
    usual = [float(plane[around].mean()) for plane in planes] if around.any() else [0.0]
    return (one, other), min(usual)


def _fine(picture: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(np.abs(picture - cv2.blur(picture, (5, 5))), dtype=np.float32)


def _likeness_at(measured: Measurements, place: NDArray[np.bool_]) -> float:
    """Correlation of what both show at `place`; 1 where one of them shows nothing there."""
    one, two = (picture[place] for picture in measured.pictures)
    spread = float(one.std() * two.std())
    if spread < 36:
        return 1.0
    return float(np.mean((one - one.mean()) * (two - two.mean()))) / spread


def _of_one_tone(measured: Measurements, marked: int) -> bool:
    """Whether picture `marked` shows one tone where the two differ most, as letters do."""
    one, other = measured.pictures
    apart = np.abs(one - other)
    strokes = apart > 0.5 * np.quantile(apart[measured.excess > 1], 0.98)
    paint, below = (measured.pictures[side][strokes].std() for side in (marked, 1 - marked))
    return bool(paint < 0.6 * below)
