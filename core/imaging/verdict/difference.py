"""The difference picture: where two pictures differ beyond coding noise, to be laid over A.

A verdict names what was done; a person wants to see where. So B is laid over A as well as can be,
turned back, moved or cut to what both show, and what is still beyond the limits gets a colour.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.imaging.decode import upright
from core.imaging.verdict.frames import lay_over
from core.imaging.verdict.judge import one_ratio
from core.imaging.verdict.kinds import likeness, turn_of, turned
from core.imaging.verdict.limits import ALIKE
from core.imaging.verdict.look import Look, Plane, Planes
from core.imaging.verdict.measure import LEAST_SIDE, Measurements, measure
from core.imaging.verdict.regions import regions_of
from core.imaging.verdict.subject import Subject
from core.model import WHOLE, Region

DIFFERS, ONLY_IN_A = (255, 48, 0), (0, 120, 255)
"""Red, green and blue of places that differ, and of those that only A shows."""

_FAINTEST, _STRONGEST = 110, 200
"""Alpha just beyond the limit, and from `_STRONG` times the limit on."""

_STRONG = 10.0

_OUTSIDE = 110
"""Alpha of what only A shows: its picture has to be seen through it."""

_WIDE = 0.03
"""Share of the picture that has to differ before another frame is looked for: it costs as much
as all the rest."""

_BETTER = 0.7
"""Share of the difference that another frame may leave: it alone never takes away an edit."""

_SMOOTH = 9
"""Pixels of the window in which a change of the whole is read from place to place."""

_DIMMED, _GROUND = 0.5, 30
"""How a picture is dimmed: this share of its grey, on this level."""

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Difference:
    """Where two pictures differ."""

    picture: Image.Image | None
    """RGBA, of the size of A's look and in its frame; transparent where nothing differs. None
    where B cannot be laid over A."""
    note: str
    """A sentence on how B was laid over A, or why it cannot be."""
    turn: int = 1
    """The EXIF orientation that turned B back."""
    place: Region = WHOLE
    """Where B lies in A, once it is turned back; it may reach beyond."""
    regions: tuple[Region, ...] = ()
    """Where they differ, in A, the strongest first."""


@dataclass(frozen=True, slots=True)
class _Laid:
    """B over A."""

    excess: Floats
    """In units of the limits, of the shape of A's look; 0 outside `cover`."""
    cover: NDArray[np.bool_]
    """What of A's look B shows too."""
    nudged: bool
    """Whether B had to be moved by more than resizing explains."""

    @property
    def amount(self) -> float:
        """How much the two differ where both show something."""
        return float(np.minimum(self.excess, 3)[self.cover].mean())


def difference_picture(a: Subject, b: Subject) -> Difference:
    """Where the pictures `a` and `b` differ by more than coding and resizing explain."""
    one, other = a.look, b.look
    if min(*one.shown.luma.shape, *other.shown.luma.shape) < LEAST_SIDE:
        return Difference(None, "One is too small to be laid over the other.")
    turn = turn_of(one.shown.luma, other.shown.luma)
    other = _upright(other, turn)
    laid = _laid(_layers(one, other))
    place = WHOLE
    notes = [f"{turned(turn).reason} It was turned back."] if turn != 1 else []
    if not one_ratio((one.width, one.height), (other.width, other.height)):
        notes.append("It was stretched to A's ratio." if notes else "B was stretched to A's ratio.")
    if float(np.mean(laid.excess > 1)) > _WIDE:
        matrix = lay_over(one.shown.luma, other.shown.luma)
        if matrix is None and abs(likeness(one.shown.luma, other.shown.luma)) < ALIKE:
            return Difference(None, "They show different pictures.")
        moved = _laid(_layers(one, other), matrix) if matrix is not None else laid
        if matrix is not None and moved.amount < _BETTER * laid.amount:
            laid = moved
            place = _place(matrix, one.shown.luma, other.shown.luma)
            notes = notes[: turn != 1]
            notes.append("B was moved to where both show the same.")
            if not laid.cover.all():
                notes.append("What only A shows is blue.")
    if laid.nudged and not notes:
        notes.append("B was moved a little to lie over A.")
    note = " ".join(notes or ["B lies over A as it is."])
    return Difference(_painted(laid), note, turn, place, regions_of(laid.excess, 1.0))


def over_grey(look: Look, difference: Image.Image) -> Image.Image:
    """`difference` over a grey and dimmed version of A's look, so that a person sees where: RGB."""
    ground = dimmed(look.shown.luma).convert("RGBA")
    return Image.alpha_composite(ground, difference).convert("RGB")


def dimmed(luma: Plane) -> Image.Image:
    """A picture to lay a difference over: grey."""
    return Image.fromarray((luma * _DIMMED + _GROUND).astype(np.uint8))


def _upright(look: Look, turn: int) -> Look:
    """`look` turned as EXIF orientation `turn` asks; without its colour profile, as nothing here
    needs that."""
    black = look.over_black
    width, height = (look.height, look.width) if turn >= 5 else (look.width, look.height)
    return replace(
        look,
        width=width,
        height=height,
        shown=_planes_upright(look.shown, turn),
        over_black=None if black is None else _planes_upright(black, turn),
        unmanaged=None,
    )


def _planes_upright(planes: Planes, turn: int) -> Planes:
    def turned_back(plane: Plane) -> Plane:
        return np.ascontiguousarray(upright(Image.fromarray(plane), turn))

    chroma = [turned_back(np.ascontiguousarray(planes.chroma[..., each])) for each in (0, 1)]
    return Planes(turned_back(planes.luma), np.stack(chroma, axis=-1))


def _layers(a: Look, b: Look) -> list[tuple[Planes, Planes]]:
    """What has to be equal for two looks to be: both over white, and over black if they differ."""
    layers = [(a.shown, b.shown)]
    if a.over_black is not None or b.over_black is not None:
        layers.append((a.over_black or a.shown, b.over_black or b.shown))
    return layers


def _laid(layers: list[tuple[Planes, Planes]], matrix: NDArray[np.float64] | None = None) -> _Laid:
    """B over A: as it is, or where `matrix` says that its pixels lie."""
    height, width = layers[0][0].luma.shape
    excess = np.zeros((height, width), np.float32)
    cover = np.ones((height, width), dtype=bool)
    nudged = False
    for mine, theirs in layers:
        if matrix is not None:
            theirs, cover = _warped(theirs, mine, matrix)
        measured = measure(mine, theirs, resized=True, slack=0.0)
        nudged |= max(measured.values["shift"], measured.values["stretch"]) > 1
        np.maximum(excess, _excess(mine, theirs, measured), out=excess)
    excess[~cover] = 0
    return _Laid(excess, cover, nudged)


def _place(matrix: NDArray[np.float64], one: Plane, other: Plane) -> Region:
    """The frame of `other` in shares of that of `one`, by the map of their pixels."""
    right, bottom = other.shape[1] - 0.5, other.shape[0] - 0.5
    corners = np.array([[-0.5, -0.5], [right, -0.5], [-0.5, bottom], [right, bottom]])
    mapped = (corners @ matrix[:, :2].T + matrix[:, 2] + 0.5) / (one.shape[1], one.shape[0])
    left, top = (float(share) for share in mapped.min(axis=0))
    width, height = (float(share) for share in np.ptp(mapped, axis=0))
    return Region(left, top, width, height)


def _warped(
    planes: Planes, onto: Planes, matrix: NDArray[np.float64]
) -> tuple[Planes, NDArray[np.bool_]]:
    """`planes` in the frame of `onto`, and with its pixels where they themselves show nothing."""
    size = onto.luma.shape[1], onto.luma.shape[0]
    luma, cover = _taken(planes.luma, onto.luma, size, matrix)
    halves = [
        np.array([small.shape[1] / plane.shape[1], small.shape[0] / plane.shape[0]])
        for small, plane in ((onto.chroma, onto.luma), (planes.chroma, planes.luma))
    ]
    here, there = halves
    # The same map in pixels of the chroma planes; see `lay_over` for where their middles are.
    linear = matrix[:, :2] * here[:, None] / there
    offset = here * (matrix[:, :2] @ ((1 / there - 1) / 2) + matrix[:, 2] + 0.5) - 0.5
    small = np.column_stack([linear, offset])
    size = onto.chroma.shape[1], onto.chroma.shape[0]
    chroma, _ = _taken(planes.chroma, onto.chroma, size, small)
    return Planes(luma, chroma), cover


def _taken(
    plane: Plane, onto: Plane, size: tuple[int, int], matrix: NDArray[np.float64]
) -> tuple[Plane, NDArray[np.bool_]]:
    # Where it is made smaller, every pixel of it has to take part.
    shrunk = float(np.sqrt(abs(np.linalg.det(matrix[:, :2]))))
    if shrunk < 1:
        plane = np.asarray(cv2.GaussianBlur(plane, (0, 0), 0.4 / shrunk), np.uint8)
    moved = np.asarray(cv2.warpAffine(plane, matrix, size, flags=cv2.INTER_CUBIC), np.uint8)
    whole = np.full(plane.shape[:2], 255, np.uint8)
    cover = np.asarray(cv2.warpAffine(whole, matrix, size, flags=cv2.INTER_LINEAR)) > 250
    # Its edge takes part in what lies beyond.
    cover = cv2.erode(cover.astype(np.uint8), np.ones((5, 5), np.uint8)).astype(bool)
    moved[~cover] = onto[~cover]
    return moved, cover


def _excess(a: Planes, b: Planes, measured: Measurements) -> Floats:
    """How far each place of A is beyond the limits; what was changed as a whole counts by place."""
    shape = a.luma.shape
    found = _sized(measured.excess, shape)
    tone, colour = measured.values["tone"], measured.values["colour"]
    if tone > 1:
        apart = _smoothed(a.luma, shape) - _smoothed(b.luma, shape)
        np.maximum(found, _shared_out(tone, np.abs(apart)), out=found)
    if colour > 1:
        apart = _smoothed(a.chroma, shape) - _smoothed(b.chroma, shape)
        length = np.hypot(apart[..., 0], apart[..., 1])
        np.maximum(found, _shared_out(colour, length), out=found)
    return found


def _shared_out(value: float, apart: Floats) -> Floats:
    """`value`, a root mean square over the picture, by how far `apart` each place is."""
    return np.asarray(apart * (value / (np.sqrt(np.mean(apart * apart)) + 1e-6)), np.float32)


def _sized(plane: Floats, shape: tuple[int, ...]) -> Floats:
    size = (shape[1], shape[0])
    return np.asarray(cv2.resize(plane, size, interpolation=cv2.INTER_LINEAR), np.float32)


def _smoothed(plane: Plane, shape: tuple[int, ...]) -> Floats:
    found = _sized(plane.astype(np.float32), shape)
    return np.asarray(cv2.blur(found, (_SMOOTH, _SMOOTH)), np.float32)


def _painted(laid: _Laid) -> Image.Image:
    beyond = np.log(np.maximum(laid.excess, 1)) / np.log(_STRONG)
    alpha = _FAINTEST + (_STRONGEST - _FAINTEST) * np.minimum(beyond, 1)
    painted = np.zeros((*laid.excess.shape, 4), np.uint8)
    differs = laid.excess > 1
    painted[differs, :3] = DIFFERS
    painted[differs, 3] = alpha[differs]
    painted[~laid.cover] = (*ONLY_IN_A, _OUTSIDE)
    return Image.fromarray(painted)
