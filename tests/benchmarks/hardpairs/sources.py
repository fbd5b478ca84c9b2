"""The picture a pair is made from: a photo at the asked size, or one of the drawn kinds."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from random import Random

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageOps

from tests.benchmarks.hardpairs.drawn import PAINTERS, Size, Words, generator, image, noise

_KINDS = {
    "photo": 52,
    "night": 8,
    "collage": 4,
    "cutout": 4,
    "screenshot": 6,
    "page": 6,
    "cartoon": 6,
    "line_art": 4,
    "sky": 5,
    "texture": 5,
}
"""How often of 100."""
_SHAPES = (4 / 3, 4 / 3, 3 / 2, 3 / 2, 16 / 9, 1.0, 3 / 4, 2 / 3, 9 / 16, 1.27, 0.83)
_ENLARGED = 1.25
"""From here on an enlarged photo gets grain, as no camera's file is that smooth."""


@dataclass(frozen=True, slots=True)
class Source:
    """A picture before anything was done to it."""

    picture: Image.Image
    """RGB, or RGBA for a cut-out."""
    kind: str
    group: str
    """What it was taken from; pairs of one group are not independent."""


@lru_cache(maxsize=24)
def _photo(path: Path) -> Image.Image:
    with Image.open(path) as opened:
        return ImageOps.exif_transpose(opened).convert("RGB")


def size(random: Random, megapixels: tuple[float, float]) -> Size:
    """A size with a camera's or an odd shape, its area log-uniform between the two."""
    low, high = megapixels
    area = 1e6 * low * (high / low) ** random.random()
    shape = random.choice(_SHAPES) * random.choice((1, 1, random.uniform(0.97, 1.03)))
    return max(64, round((area * shape) ** 0.5)), max(64, round((area / shape) ** 0.5))


def photo(random: Random, path: Path, wanted: Size) -> Image.Image:
    """A piece of the photo of that size: reduced, or enlarged and given grain."""
    whole = _photo(path)
    share = random.uniform(0.75, 1.0)
    room = min(whole.width / wanted[0], whole.height / wanted[1]) * share
    piece = round(wanted[0] * room), round(wanted[1] * room)
    left = random.randint(0, whole.width - piece[0])
    top = random.randint(0, whole.height - piece[1])
    cut = whole.crop((left, top, left + piece[0], top + piece[1]))
    if random.random() < 0.5:
        cut = ImageOps.mirror(cut)
    shown = cut.resize(wanted, Image.Resampling.BICUBIC if room < 1 else Image.Resampling.LANCZOS)
    if 1 / room < _ENLARGED:
        return shown
    return _grained(random, shown, 1 / room)


def _grained(random: Random, shown: Image.Image, factor: float) -> Image.Image:
    """Detail and sensor noise in place of what enlarging did not bring."""
    rng = generator(random)
    strength = random.uniform(1, 5)
    pixels = np.asarray(shown, np.float32)
    fine = noise(rng, shown.size, 1.0, 1)
    blurred = image(128 + 40 * fine.repeat(3, -1)).filter(
        ImageFilter.GaussianBlur(min(3, factor / 2))
    )
    coarse = np.asarray(blurred, np.float32)[..., :1] - 128
    coarse /= coarse.std()
    # Detail goes where the photo has some: a face keeps its skin, a lawn gets its blades.
    light = shown.convert("L")
    relief = ImageChops.difference(light, light.filter(ImageFilter.GaussianBlur(factor)))
    spread = relief.filter(ImageFilter.GaussianBlur(2 * factor))
    busy = (np.asarray(spread, np.float32)[..., None] / 4).clip(0.15, 3)
    return image(pixels + strength * (0.5 * fine + 0.5 * coarse * busy))


def _night(random: Random, picture: Image.Image) -> Image.Image:
    """Darkened, with shot noise that outweighs what is left of the picture."""
    rng = generator(random)
    linear = (np.asarray(picture, np.float32) / 255) ** 2.2 * random.uniform(0.02, 0.2)
    photons = random.uniform(150, 2500)
    counted = linear + noise(rng, picture.size, 1.0) * np.sqrt(linear / photons + 2e-6)
    return image(255 * counted.clip(0, 1) ** (1 / 2.2) * random.uniform(1, 1.5))


def _collage(random: Random, photos: tuple[Path, ...], wanted: Size) -> Image.Image:
    sheet = Image.new("RGB", wanted, random.choice(((255, 255, 255), (20, 20, 20))))
    across, down = random.randint(2, 3), random.randint(2, 3)
    gap = random.choice((0, 4, 11))
    cell = wanted[0] // across - gap, wanted[1] // down - gap
    for number in range(across * down):
        place = number % across * (cell[0] + gap), number // across * (cell[1] + gap)
        sheet.paste(photo(random, random.choice(photos), cell), place)
    return sheet


def _cut_out(random: Random, picture: Image.Image) -> Image.Image:
    """With a soft-edged shape as its alpha; what is outside keeps its colours."""
    mask = Image.new("L", picture.size, 0)
    draw = ImageDraw.Draw(mask)
    width, height = picture.size
    for _ in range(random.randint(1, 4)):
        x, y = random.uniform(0.1, 0.5) * width, random.uniform(0.1, 0.5) * height
        draw.ellipse(
            (x, y, x + random.uniform(0.3, 0.6) * width, y + random.uniform(0.3, 0.6) * height), 255
        )
    cut = picture.copy()
    cut.putalpha(mask.filter(ImageFilter.GaussianBlur(random.uniform(0.5, 4))))
    return cut


def pick_kind(random: Random) -> str:
    return random.choices(list(_KINDS), list(_KINDS.values()))[0]


def source(random: Random, kind: str, photos: tuple[Path, ...], wanted: Size) -> Source:
    """A picture of that kind; everything about it is decided by `random`."""
    if kind in PAINTERS:
        seed = f"{random.getrandbits(60)}"
        return Source(PAINTERS[kind](seed, Words(seed), wanted), kind, f"drawn-{kind}")
    if kind == "collage":
        return Source(_collage(random, photos, wanted), kind, "collage")
    path = random.choice(photos)
    picture = photo(random, path, wanted)
    if kind == "night":
        picture = _night(random, picture)
    elif kind == "cutout":
        picture = _cut_out(random, picture)
    return Source(picture, kind, path.stem)
