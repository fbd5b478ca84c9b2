"""The measurements behind a verdict: two looks registered, and what is left compared.

Every measurement is larger the more the pictures differ, and moves little by what coding and
resizing do; `core.imaging.verdict.limits` says how little.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from core.imaging.verdict.limits import LIMITS
from core.imaging.verdict.look import Plane, Planes
from core.imaging.verdict.noise import (
    LAW_OF_CHROMA,
    LAW_OF_LUMA,
    MARGIN,
    box,
    edges,
    excess,
    inner,
    texture,
)
from core.imaging.verdict.registration import Floats, register

LEAST_SIDE = 16
"""Pixels a look must have on its shorter edge to be registered."""

_OCTAVES = 2
"""How often both are halved because one of them shows nothing at that scale."""

_OCTAVE_SIDE = 96
"""Pixels the shorter edge must have to be halved."""

_COLOUR_CELLS = 48
"""Cells on the longer edge in which colours are compared."""

_RESIZERS_PIXELS, _RESIZERS_SHARE = 0.36, 0.0012
"""Displacement by which conventions of resizing differ (corners or middles of pixels laid over
each other), in pixels and as a share of the longer edge: an eighth of the smallest crop."""

_CODECS_PIXELS = 0.13
"""Displacement that coding noise may feign."""

_BENEATH = 0.3
"""Of one plane's texture, what the noise of the other follows: colours clip and bleed."""

_STEEP = 3.3
"""Levels of texture that a slope of one level a pixel is worth."""


@dataclass(frozen=True, slots=True)
class Measurements:
    """What two registered pictures of one shape differ by."""

    values: dict[str, float]
    """By the names of `LIMITS`, each in units of its limit."""
    pictures: tuple[Floats, Floats]
    """Luma of both, registered, shape (h, w)."""
    excess: Floats
    """Shape (h, w): how far each place is beyond coding noise, in units of the limits."""
    octaves: int
    """How often both were halved because one of them shows no finer detail."""
    finer: int
    """Which picture has the more fine detail: 0 or 1."""

    @property
    def score(self) -> float:
        """The largest value."""
        return max(self.values.values())


@dataclass(frozen=True, slots=True)
class _Sides:
    luma: tuple[Floats, Floats]
    chroma: tuple[Floats, Floats]
    octaves: int


def _float(plane: Plane, size: tuple[int, int]) -> Floats:
    found = plane.astype(np.float32)
    if (plane.shape[1], plane.shape[0]) != size:
        found = np.asarray(cv2.resize(found, size, interpolation=cv2.INTER_AREA), np.float32)
    return found


def _halved(plane: Floats) -> Floats:
    size = ((plane.shape[1] + 1) // 2, (plane.shape[0] + 1) // 2)
    return np.asarray(cv2.resize(plane, size, interpolation=cv2.INTER_AREA), dtype=np.float32)


def _finest_octave(luma: Floats) -> float:
    """Mean square of what halving the picture would lose, in levels squared."""
    back = cv2.resize(_halved(luma), (luma.shape[1], luma.shape[0]), interpolation=cv2.INTER_LINEAR)
    lost = (luma - back)[::2, ::2]
    return float(np.mean(lost * lost))


def _brought_together(a: Planes, b: Planes) -> _Sides:
    """Both at the size of the smaller, halved while one of them shows nothing at that scale."""
    size = (min(a.luma.shape[1], b.luma.shape[1]), min(a.luma.shape[0], b.luma.shape[0]))
    small = (
        min(a.chroma.shape[1], b.chroma.shape[1]),
        min(a.chroma.shape[0], b.chroma.shape[0]),
    )
    luma = (_float(a.luma, size), _float(b.luma, size))
    chroma = (_float(a.chroma, small), _float(b.chroma, small))
    octaves = 0
    while octaves < _OCTAVES and min(luma[0].shape) >= _OCTAVE_SIDE:
        lost, other = _finest_octave(luma[0]), _finest_octave(luma[1])
        if min(lost, other) >= 0.2 * max(lost, other) or max(lost, other) <= 0.5:
            break
        luma = (_halved(luma[0]), _halved(luma[1]))
        chroma = (_halved(chroma[0]), _halved(chroma[1]))
        octaves += 1
    return _Sides(luma, chroma, octaves)


def _sharpness(luma: Floats) -> float:
    return float(np.mean((luma - box(luma, 3)) ** 2))


def measure(a: Planes, b: Planes, resized: bool, slack: float) -> Measurements:
    """The measurements of two pictures of one ratio, each at least `LEAST_SIDE` on an edge.

    Args:
        a: one picture.
        b: the other.
        resized: whether the files' own sizes differ.
        slack: pixels by which the frames may be off for reasons of our own.
    """
    sides = _brought_together(a, b)
    sharpness = _sharpness(sides.luma[0]), _sharpness(sides.luma[1])
    # The blurrier cannot be made the sharper without its noise; a tie must not depend on order.
    first = 0 if (sharpness[0], a.luma.tobytes()) >= (sharpness[1], b.luma.tobytes()) else 1
    sharper, blurrier = sides.luma[first], sides.luma[1 - first]
    found = register(sharper, blurrier)
    fitted = found(sharper)
    residual = blurrier - fitted - found.offset
    around = np.minimum(texture(sharper), texture(blurrier))
    steep = np.minimum(edges(fitted), edges(blurrier))
    chroma = sides.chroma[first], sides.chroma[1 - first]
    # A resizer may be off by a third of a pixel, or by what nobody could crop; a codec by nothing.
    reach = max(_RESIZERS_PIXELS, _RESIZERS_SHARE * max(residual.shape))
    if not resized and not sides.octaves:
        reach = _CODECS_PIXELS
    reach += slack
    values = {"shift": found.shift / reach, "stretch": found.stretch / reach}
    values["noise"] = float(np.sqrt(np.mean(residual * residual)))
    values["unexplained"] = values["noise"] / (1 + float(np.sqrt(np.mean(around * around))))
    values |= _detail(fitted, blurrier)
    maps: list[tuple[str, Floats]] = []
    coloured = np.zeros_like(around)
    small = (chroma[0].shape[1], chroma[0].shape[0])
    beneath = np.asarray(cv2.resize(around, small, interpolation=cv2.INTER_AREA), np.float32)
    for channel, name in enumerate(("red", "blue")):
        one = np.ascontiguousarray(chroma[0][..., channel])
        other = np.ascontiguousarray(chroma[1][..., channel])
        if _sharpness(one) < _sharpness(other):
            one, other = other, one
        moved = register(one, other)(one)
        near = np.minimum(texture(one), texture(other))
        coloured += _like(near, around)
        near += _BENEATH * beneath + _STEEP * np.minimum(edges(moved), edges(other))
        for window in (5, 9):
            maps.append((f"{name} {window}", excess(other - moved, window, near, LAW_OF_CHROMA)))
    near = around + _BENEATH * coloured
    for window in (3, 5, 9, 21):
        busy = near + _STEEP * steep if window < 20 else near
        maps.append(
            (f"luma {window}", excess(residual, window, np.asarray(busy, np.float32), LAW_OF_LUMA))
        )
    values |= {name: float(plane.max(initial=0)) for name, plane in maps}
    values |= _colours(sides, first)
    values["structure"] = _structure(fitted, blurrier)
    values["flow"] = _flow(fitted, residual)
    _by_noise(values)
    everywhere = np.zeros_like(residual)
    for name, plane in maps:
        padded = cv2.copyMakeBorder(
            plane / LIMITS[name], MARGIN, MARGIN, MARGIN, MARGIN, cv2.BORDER_REPLICATE
        )
        np.maximum(everywhere, _like(np.asarray(padded, np.float32), everywhere), out=everywhere)
    pictures = (fitted, blurrier) if first == 0 else (blurrier, fitted)
    shares = {name: values[name] / limit for name, limit in LIMITS.items()}
    return Measurements(shares, pictures, everywhere, sides.octaves, first)


def _by_noise(values: dict[str, float]) -> None:
    """Let noisier pairs differ more, where the measurement has no such scale of its own."""
    noise = values["noise"] + 0.5
    for name, power in (("luma 3", 0.3), ("luma 5", 0.2), ("structure", 1.0), ("flow", 0.6)):
        values[name] /= noise**power
    values["tone"] /= (values["tone noise"] + 0.3) ** 0.5
    values["colour"] /= (values["colour noise"] + 0.3) ** 0.4


def _structure(one: Floats, other: Floats) -> float:
    """1 minus the smallest correlation of any neighbourhood (17 pixels wide)."""
    one = np.asarray(cv2.GaussianBlur(one, (5, 5), 1), np.float32)
    other = np.asarray(cv2.GaussianBlur(other, (5, 5), 1), np.float32)
    window, noise = 17, 40.0
    means = box(one, window), box(other, window)
    variance = box(one * one, window) - means[0] ** 2
    variance_other = box(other * other, window) - means[1] ** 2
    together = box(one * other, window) - means[0] * means[1]
    found = (together + noise) / np.sqrt((variance + noise) * (variance_other + noise))
    return 1 - float(inner(np.asarray(found, np.float32)).min(initial=1))


def _flow(picture: Floats, residual: Floats) -> float:
    """The largest displacement of any neighbourhood (31 pixels wide), in pixels."""
    window, stiffness = 31, 10.0
    across = np.asarray(cv2.Sobel(picture, cv2.CV_32F, 1, 0, ksize=3, scale=1 / 8), np.float32)
    down = np.asarray(cv2.Sobel(picture, cv2.CV_32F, 0, 1, ksize=3, scale=1 / 8), np.float32)
    xx = box(across * across, window) + stiffness
    yy = box(down * down, window) + stiffness
    xy = box(across * down, window)
    x, y = box(across * residual, window), box(down * residual, window)
    determinant = xx * yy - xy * xy
    square = ((yy * x - xy * y) ** 2 + (xx * y - xy * x) ** 2) / determinant**2
    return float(np.sqrt(inner(square).max(initial=0)))


def _colours(sides: _Sides, first: int) -> dict[str, float]:
    """What one change of all colours explains: root mean squares in levels.

    The change is affine in the three channels and quadratic in luma, which reaches brightness,
    contrast, gamma, saturation, hue and white balance; fitted on cells in which coding noise has
    cancelled, and reweighted so that a local edit does not count as one.
    """
    height, width = sides.luma[0].shape
    scale = min(1.0, _COLOUR_CELLS / max(height, width))
    size = (max(4, round(width * scale)), max(4, round(height * scale)))

    def cells(side: int) -> NDArray[np.float64]:
        planes = [sides.luma[side], sides.chroma[side][..., 0], sides.chroma[side][..., 1]]
        shrunk = [cv2.resize(plane, size, interpolation=cv2.INTER_AREA) for plane in planes]
        return np.stack([plane.ravel() for plane in shrunk], axis=1).astype(np.float64) - 128

    here, there = cells(first), cells(1 - first)
    design = np.concatenate([np.ones((len(here), 1)), here, here[:, :1] ** 2 / 128], axis=1)
    ridge = np.diag([1e-3] + [3.0] * 4) * len(here)
    moved = []
    noise = []
    for channel in range(3):
        target = there[:, channel] - here[:, channel]
        weights = np.ones(len(target))
        for _ in range(4):
            weighted = design * weights[:, None]
            change = np.linalg.solve(weighted.T @ design + ridge, weighted.T @ target)
            rest = target - design @ change
            spread = float(np.median(np.abs(rest))) * 1.4826 + 0.1
            weights = 1 / (1 + (rest / (2 * spread)) ** 2)
        moved.append(float(np.sqrt(np.mean((design @ change) ** 2))))
        noise.append(spread)
    return {
        "tone": moved[0],
        "colour": float(np.hypot(moved[1], moved[2])),
        "tone noise": noise[0],
        "colour noise": float(np.hypot(noise[1], noise[2])),
    }


def _like(plane: Floats, other: Floats) -> Floats:
    size = (other.shape[1], other.shape[0])
    return np.asarray(cv2.resize(plane, size, interpolation=cv2.INTER_LINEAR), dtype=np.float32)


def _detail(one: Floats, other: Floats) -> dict[str, float]:
    """How unlike the rest of the picture a neighbourhood has lost or gained fine detail.

    A codec takes detail from places of one kind alike; a brush takes it from one place. So the
    ratio of fine detail is held against the median ratio of places that had as much of it.
    """
    window, least = 11, 2.0
    fine, fine_other = one - box(one, 5), other - box(other, 5)
    before = inner(box(fine * fine, window)) + least
    after = inner(box(fine_other * fine_other, window)) + least
    ratio, level = np.log(before / after), np.log(np.maximum(before, after))
    ratios, levels = ratio[::3, ::3].ravel(), level[::3, ::3].ravel()
    bins = np.array_split(np.argsort(levels, kind="stable"), min(8, len(levels)))
    at = [levels[members].mean() for members in bins]
    middle = [np.median(ratios[members]) for members in bins]
    spread = [
        np.median(np.abs(ratios[members] - usual)) * 1.4826 + 0.1
        for members, usual in zip(bins, middle, strict=True)
    ]
    found = np.abs(ratio - np.interp(level, at, middle)) / np.interp(level, at, spread)
    return {"detail": float(found.max(initial=0))}
