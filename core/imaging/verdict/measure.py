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
    ROUNDED,
    Places,
    box,
    edges,
    half_texture,
    halved,
    inner,
    like,
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

_BUSY = 10.0
"""Levels of texture from which on the mean of a cell says little of its tones."""

_RESIZERS_PIXELS, _RESIZERS_SHARE = 0.36, 0.0012
"""Displacement by which conventions of resizing differ (corners or middles of pixels laid over
each other), in pixels and as a share of the longer edge: an eighth of the smallest crop."""

_CODECS_PIXELS, _CODECS_STRETCH = 0.13, 0.25
"""Displacement that coding noise may feign, of the middle and of the corners against it: a smooth
picture says little of either, and half of a picture less than all of it."""

_BENEATH = 0.3
"""Of one plane's texture, what the noise of the other follows: colours clip and bleed."""

_STEEP = 3.3
"""Levels of texture that a slope of one level a pixel is worth."""


_HALF_MARGIN = (MARGIN + 1) // 2
"""Pixels along the edges that are left out of planes of half the size."""

_DETAIL_SAMPLES = 6_000

_STEPS_OF_LEVEL = 20
"""Of a table from levels of fine detail: 256 of them reach to the logarithm of 255 squared."""
_LEVELS = (np.arange(256) + 0.5) / _STEPS_OF_LEVEL


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


def _finest_octave(luma: Floats) -> float:
    """Mean square of what halving the picture would lose, in levels squared."""
    half = halved(luma)
    even = luma[: 2 * half.shape[0], : 2 * half.shape[1]]
    return _mean_square(even, like(half, even.shape))


def _mean_square(one: Floats, other: Floats) -> float:
    """Of the difference."""
    return float(cv2.norm(one, other, cv2.NORM_L2SQR)) / one.size


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
        luma = (halved(luma[0]), halved(luma[1]))
        chroma = (halved(chroma[0]), halved(chroma[1]))
        octaves += 1
    return _Sides(luma, chroma, octaves)


def _sharpness(luma: Floats) -> float:
    return _mean_square(luma, box(luma, 3))


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
    around = np.minimum(half_texture(sharper), half_texture(blurrier))
    # A resizer may be off by a third of a pixel, or by what nobody could crop; a codec by nothing.
    reach = corners = max(_RESIZERS_PIXELS, _RESIZERS_SHARE * max(residual.shape))
    if not resized and not sides.octaves:
        reach, corners = _CODECS_PIXELS, _CODECS_STRETCH
    values = {"shift": found.shift / (reach + slack), "stretch": found.stretch / (corners + slack)}
    values["noise"] = float(cv2.norm(residual, cv2.NORM_L2)) / residual.size**0.5
    calm = float(cv2.norm(around, cv2.NORM_L2)) / around.size**0.5
    values["unexplained"] = values["noise"] / (1 + calm)
    values["detail"] = _detail(fitted, blurrier)
    maps, coloured = _of_colour(sides.chroma[first], sides.chroma[1 - first], around)
    maps |= _of_luma(residual, around + _BENEATH * coloured, fitted, blurrier)
    values |= {name: float(plane.max(initial=0)) for name, plane in maps.items()}
    values |= _colours(sides, first, around)
    values["structure"] = _structure(fitted, blurrier)
    values["flow"] = _flow(fitted, residual)
    _by_noise(values)
    pictures = (fitted, blurrier) if first == 0 else (blurrier, fitted)
    shares = {name: values[name] / limit for name, limit in LIMITS.items()}
    return Measurements(shares, pictures, _laid_together(maps, residual), sides.octaves, first)


def _of_luma(residual: Floats, near: Floats, fitted: Floats, blurrier: Floats) -> dict[str, Floats]:
    """How far the luma of each place is beyond coding noise, by measurement.

    Args:
        residual: what is left of luma.
        near: how busy each second pixel's neighbourhood is.
        fitted: one picture, registered.
        blurrier: the other.
    """
    busy = like(near, residual.shape)
    busy += _STEEP * np.minimum(edges(fitted), edges(blurrier))
    places = Places(busy)
    found = {f"luma {window}": places.excess(residual, window, LAW_OF_LUMA) for window in (3, 5, 9)}
    wide = Places(near, _HALF_MARGIN).excess(halved(residual), 11, LAW_OF_LUMA)
    return found | {"luma 21": wide}


def _of_colour(chroma: Floats, others: Floats, around: Floats) -> tuple[dict[str, Floats], Floats]:
    """How far the chroma of each place is beyond coding noise, by measurement, and how busy it is.

    Args:
        chroma: of one picture, shape (h, w, 2).
        others: of the other.
        around: how busy luma is at each second pixel.
    """
    maps = {}
    coloured = np.zeros_like(around)
    beneath = like(around, chroma.shape[:2])
    for name, one, other in zip(("red", "blue"), _channels(chroma), _channels(others), strict=True):
        if _sharpness(one) < _sharpness(other):
            one, other = other, one
        moved = register(one, other)(one)
        near = np.minimum(texture(one), texture(other))
        coloured += like(near, around.shape)
        near = near + _BENEATH * beneath + _STEEP * np.minimum(edges(moved), edges(other))
        places = Places(near)
        for window in (5, 9):
            maps[f"{name} {window}"] = places.excess(other - moved, window, LAW_OF_CHROMA)
    return maps, coloured


def _channels(planes: Floats) -> list[Floats]:
    return [np.asarray(plane, np.float32) for plane in cv2.split(planes)]


def _laid_together(maps: dict[str, Floats], over: Floats) -> Floats:
    """The largest share of its limit that any of `maps` has of each pixel of `over`."""
    by_shape: dict[tuple[int, ...], Floats] = {}
    for name, plane in maps.items():
        share = plane * np.float32(1 / LIMITS[name])
        before = by_shape.get(plane.shape)
        by_shape[plane.shape] = share if before is None else np.maximum(before, share, out=before)
    found = np.zeros_like(over)
    for plane in by_shape.values():
        margin = MARGIN if plane.shape[0] + 2 * MARGIN == over.shape[0] else _HALF_MARGIN
        whole = np.pad(plane, margin, mode="edge")
        np.maximum(found, like(whole, over.shape), out=found)
    return found


def _by_noise(values: dict[str, float]) -> None:
    """Let noisier pairs differ more, where the measurement has no such scale of its own."""
    noise = values["noise"] + 0.5
    for name, power in (("luma 3", 0.3), ("luma 5", 0.2), ("structure", 1.0), ("flow", 0.6)):
        values[name] /= noise**power
    values["tone"] /= (values["tone noise"] + 1) ** 0.5
    values["colour"] /= (values["colour noise"] + 1) ** 0.4


def _structure(one: Floats, other: Floats) -> float:
    """1 minus the smallest correlation of any neighbourhood (18 pixels wide)."""
    one = np.asarray(cv2.GaussianBlur(one, (5, 5), 1), np.float32)
    other = np.asarray(cv2.GaussianBlur(other, (5, 5), 1), np.float32)
    noise = 40.0

    def mean(plane: Floats) -> Floats:
        return box(halved(plane), 9)

    means = mean(one), mean(other)
    variance = mean(one * one) - means[0] * means[0] + noise
    variance_other = mean(other * other) - means[1] * means[1] + noise
    together = mean(one * other) - means[0] * means[1] + noise
    found = together / np.sqrt(variance * variance_other)
    return 1 - float(inner(np.asarray(found, np.float32), _HALF_MARGIN).min(initial=1))


def _flow(picture: Floats, residual: Floats) -> float:
    """The largest displacement of any neighbourhood (30 pixels wide), in pixels."""
    across = np.asarray(cv2.Sobel(picture, cv2.CV_32F, 1, 0, ksize=3, scale=1 / 8), np.float32)
    down = np.asarray(cv2.Sobel(picture, cv2.CV_32F, 0, 1, ksize=3, scale=1 / 8), np.float32)
    stiffness = 10.0

    def mean(plane: Floats) -> Floats:
        return box(halved(plane), 15)

    xx = mean(across * across) + stiffness
    yy = mean(down * down) + stiffness
    xy = mean(across * down)
    x, y = mean(across * residual), mean(down * residual)
    determinant = xx * yy - xy * xy
    square = ((yy * x - xy * y) ** 2 + (xx * y - xy * x) ** 2) / determinant**2
    return float(np.sqrt(inner(square, _HALF_MARGIN).max(initial=0)))


def _colours(sides: _Sides, first: int, around: Floats) -> dict[str, float]:
    """What one change of all colours explains: root mean squares in levels.

    The change is affine in the three channels and quadratic in luma, which reaches brightness,
    contrast, gamma, saturation, hue and white balance; fitted on cells in which coding noise has
    cancelled, and reweighted so that a local edit does not count as one. Calm cells count most:
    the mean of a busy one mixes tones, and moves when ringing is clipped at black or white.

    Args:
        sides: both pictures.
        first: which of them is changed into the other.
        around: how busy luma is at each second pixel.
    """
    height, width = sides.luma[0].shape
    scale = min(1.0, _COLOUR_CELLS / max(height, width))
    size = (max(4, round(width * scale)), max(4, round(height * scale)))

    def cells(*planes: Floats) -> NDArray[np.float64]:
        shrunk = [cv2.resize(plane, size, interpolation=cv2.INTER_AREA) for plane in planes]
        return np.dstack(shrunk).reshape(size[0] * size[1], -1).T.astype(np.float64)

    here, there = (cells(sides.luma[side], sides.chroma[side]) - 128 for side in (first, 1 - first))
    calm = 1 / (1 + (cells(around)[0] / _BUSY) ** 2)
    calm /= calm.mean()
    middle = np.average(here, axis=1, weights=calm)[:, None]
    design = np.concatenate([np.ones((1, here.shape[1])), here - middle, here[:1] ** 2 / 128])
    ridge = np.diag([1e-3] + [3.0] * 4) * here.shape[1]
    moved = []
    noise = []
    for target in there - here:
        weighted = calm * design
        for _ in range(4):
            change = np.linalg.solve(weighted @ design.T + ridge, weighted @ target)
            rest = np.abs(target - change @ design)
            spread = _weighted_median(rest, calm) * 1.4826 + 0.1
            weighted = calm * design / (1 + (rest / (2 * spread)) ** 2)
        by = change @ design
        mean = float(np.average(by, weights=calm))
        varying = float(np.average((by - mean) ** 2, weights=calm))
        moved.append((max(0.0, abs(mean) - ROUNDED) ** 2 + varying) ** 0.5)
        noise.append(spread)
    return {
        "tone": moved[0],
        "colour": float(np.hypot(moved[1], moved[2])),
        "tone noise": noise[0],
        "colour noise": float(np.hypot(noise[1], noise[2])),
    }


def _weighted_median(values: NDArray[np.float64], weights: NDArray[np.float64]) -> float:
    order = np.argsort(values)
    sums = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(sums, sums[-1] / 2)])


def _detail(one: Floats, other: Floats) -> float:
    """How unlike the rest of the picture a neighbourhood has lost or gained fine detail.

    A codec takes detail from places of one kind alike; a brush takes it from one place. So the
    ratio of fine detail is held against the median ratio of places that had as much of it.
    """
    before, after = _log(_fine(one)), _log(_fine(other))
    ratio, level = before - after, np.maximum(before, after)
    step = max(1, int((level.size / _DETAIL_SAMPLES) ** 0.5))
    ratios, levels = ratio[::step, ::step].ravel(), level[::step, ::step].ravel()
    bins = np.array_split(np.argsort(levels), min(8, len(levels)))
    at = [levels[members].mean() for members in bins]
    middle = [np.median(ratios[members]) for members in bins]
    spread = [
        np.median(np.abs(ratios[members] - usual)) * 1.4826 + 0.1
        for members, usual in zip(bins, middle, strict=True)
    ]
    steps = (level * _STEPS_OF_LEVEL).astype(np.uint8)
    usual, scale = (
        cv2.LUT(steps, np.interp(_LEVELS, at, found).astype(np.float32))
        for found in (middle, spread)
    )
    return float((np.abs(ratio - usual) / scale).max(initial=0))


def _log(plane: Floats) -> Floats:
    return np.asarray(cv2.log(plane), dtype=np.float32)


def _fine(picture: Floats) -> Floats:
    """Mean square of the fine detail near each second pixel of the inner part, never 0."""
    fine = picture - box(picture, 5)
    return inner(box(halved(fine * fine), 5), _HALF_MARGIN) + 2.0
