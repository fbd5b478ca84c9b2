"""Sources that are sharp at any size: what libraries hold besides photos, drawn from a seed.

Every painter takes the seed of its layout, the words it writes and its size, and returns RGB (or
RGBA, for a cut-out). The same layout with other words makes two pages of one template.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from math import cos, pi, sin
from random import Random

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

Size = tuple[int, int]
Pixels = NDArray[np.float32]
Colour = tuple[int, int, int]

_VOCABULARY = """
    the of and a in to for with from letter invoice total amount date order north river garden
    window copy number seven eleven green yellow paper report section between measure account
    street market winter summer train station photograph library verdict exposure shutter camera
    minister question answer possible evening morning quarter machine engine bridge mountain
    weather however although therefore 12 48 1987 2024 3.50 19.99 No. Fig. Tab. [OK] >>> x=1;
""".split()


@dataclass
class Words:
    """Lines of text, the same for the same seed; those in `altered` read otherwise."""

    seed: str
    altered: frozenset[int] = frozenset()
    count: int = field(default=0)
    """Lines given so far."""

    def line(self, characters: int) -> str:
        number, self.count = self.count, self.count + 1
        random = Random(f"{self.seed}/{number}/{number in self.altered}")
        text = random.choice(_VOCABULARY).capitalize()
        while len(text) < characters:
            text += " " + random.choice(_VOCABULARY)
        return text[: max(1, characters)]


@cache
def font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """Pillow's own font: the one that is there on every machine."""
    return ImageFont.load_default(size)


def generator(random: Random) -> np.random.Generator:
    return np.random.default_rng(random.getrandbits(63))


def noise(rng: np.random.Generator, size: Size, deviation: float, channels: int = 3) -> Pixels:
    """Normal noise, shape (height, width, channels)."""
    shape = size[1], size[0], channels
    return rng.standard_normal(shape, dtype=np.float32) * np.float32(deviation)


def image(pixels: Pixels) -> Image.Image:
    """RGB from shape (height, width, 3), rounded and clipped."""
    return Image.fromarray((pixels + 0.5).clip(0, 255).astype(np.uint8))


def smooth(rng: np.random.Generator, size: Size, cells: int, channels: int = 1) -> Pixels:
    """A smooth field of about -1..1 with `cells` bumps across, shape (height, width, channels)."""
    planes = []
    rows = max(2, round(cells * size[1] / size[0]))
    for _ in range(channels):
        small = Image.fromarray(rng.uniform(-1, 1, (rows, max(2, cells))).astype(np.float32))
        planes.append(np.asarray(small.resize(size, Image.Resampling.BICUBIC)))
    return np.stack(planes, axis=-1)


def _colour(random: Random, low: int = 0, high: int = 255) -> Colour:
    return random.randint(low, high), random.randint(low, high), random.randint(low, high)


def _gradient(random: Random, size: Size, low: int = 0, high: int = 255) -> Image.Image:
    corners = np.array([_colour(random, low, high) for _ in range(4)], np.uint8).reshape(2, 2, 3)
    return Image.fromarray(corners).resize(size, Image.Resampling.BILINEAR)


def screenshot(seed: str, words: Words, size: Size) -> Image.Image:
    """Windows with title bars, lists and text on a desktop; no noise anywhere."""
    random = Random(seed)
    desk = (
        _gradient(random, size)
        if random.random() < 0.6
        else Image.new("RGB", size, _colour(random))
    )
    draw = ImageDraw.Draw(desk)
    width, height = size
    unit = max(9, round(min(size) * random.uniform(0.016, 0.03)))
    for _ in range(random.randint(1, 4)):
        left, top = random.randint(-20, width // 2), random.randint(0, height // 2)
        right = min(width + 30, left + random.randint(width // 3, width))
        bottom = min(height + 10, top + random.randint(height // 3, height))
        dark = random.random() < 0.35
        paper = _colour(random, 15, 45) if dark else _colour(random, 235, 255)
        ink = (225, 225, 225) if dark else (20, 20, 20)
        bar = _colour(random, 50, 200)
        draw.rectangle((left, top, right, bottom), paper, (90, 90, 90))
        draw.rectangle((left, top, right, top + 2 * unit), bar)
        draw.text((left + unit, top + unit // 2), words.line(24), (255, 255, 255), font(unit))
        side = left + (right - left) // 4 if random.random() < 0.5 else left
        draw.rectangle((left, top + 2 * unit, side, bottom), tuple(max(0, c - 12) for c in paper))
        for y in range(top + 3 * unit, bottom - unit, round(1.5 * unit)):
            if side > left:
                icon = (left + unit, y, left + 2 * unit, y + unit)
                draw.rectangle(icon, _colour(random, 40, 220))
            letters = round((right - side - 2 * unit) / unit * 1.7 * random.uniform(0.2, 1))
            colour = ink if random.random() < 0.75 else bar
            draw.text((side + unit, y), words.line(letters), colour, font(unit))
    return desk


def page(seed: str, words: Words, size: Size) -> Image.Image:
    """A scanned page: headings, paragraphs, perhaps a table, on paper with grain and shade."""
    random = Random(seed)
    sheet = Image.new("RGB", size, _colour(random, 238, 255))
    draw = ImageDraw.Draw(sheet)
    width, height = size
    unit = max(8, round(min(size) * random.uniform(0.014, 0.028)))
    margin = round(width * random.uniform(0.05, 0.12))
    ink = (random.randint(0, 60),) * 3
    y = margin
    while y < height - margin:
        part = random.random()
        if part < 0.12:
            draw.text((margin, y), words.line(28), ink, font(2 * unit))
            y += 3 * unit
        elif part < 0.2:
            for column in range(5):
                x = margin + column * (width - 2 * margin) // 5
                draw.rectangle((x, y, x + (width - 2 * margin) // 5, y + 2 * unit), None, ink)
                draw.text((x + 4, y + unit // 2), words.line(6), ink, font(unit))
            y += 2 * unit
        else:
            for _ in range(random.randint(2, 7)):
                letters = round((width - 2 * margin) / unit * 1.95 * random.uniform(0.9, 1))
                draw.text((margin, y), words.line(letters), ink, font(unit))
                y += round(1.4 * unit)
            y += unit
    rng = generator(random)
    pixels = np.asarray(sheet, np.float32) + 5 * smooth(rng, size, 3)
    return image(pixels + noise(rng, size, random.uniform(0.5, 5), random.choice((1, 3))))


def _blob(random: Random, size: Size, reach: float) -> list[tuple[float, float]]:
    x, y = random.uniform(0, size[0]), random.uniform(0, size[1])
    radius = min(size) * reach
    steps = random.randint(5, 24)
    return [
        (x + radius * share * cos(2 * pi * i / steps), y + radius * share * sin(2 * pi * i / steps))
        for i, share in ((i, random.uniform(0.6, 1)) for i in range(steps))
    ]


def cartoon(seed: str, words: Words, size: Size) -> Image.Image:
    """Flat colours with outlines, drawn at twice the size or with jagged edges."""
    random = Random(seed)
    scale = random.choice((1, 2))
    large = size[0] * scale, size[1] * scale
    sheet = Image.new("RGB", large, _colour(random))
    draw = ImageDraw.Draw(sheet)
    line = max(1, round(min(large) * random.uniform(0.002, 0.008)))
    for _ in range(random.randint(12, 45)):
        points = _blob(random, large, random.uniform(0.03, 0.35))
        draw.polygon(points, _colour(random))
        draw.line([*points, points[0]], (15, 15, 20), line, "curve")
    unit = max(10, min(large) // 18)
    draw.text((large[0] // 10, large[1] // 10), words.line(14), (10, 10, 10), font(unit))
    return sheet.resize(size, Image.Resampling.BOX) if scale > 1 else sheet


def line_art(seed: str, words: Words, size: Size) -> Image.Image:
    """Thin lines on white: hatching, curves, a plan."""
    random = Random(seed)
    scale = random.choice((1, 2))
    large = size[0] * scale, size[1] * scale
    sheet = Image.new("L", large, 255)
    draw = ImageDraw.Draw(sheet)
    for _ in range(random.randint(10, 30)):
        ink, wide = random.randint(0, 120), random.randint(1, 3) * scale
        kind = random.random()
        if kind < 0.4:
            points = _blob(random, large, random.uniform(0.05, 0.4))
            draw.line([*points, points[0]], ink, wide)
        elif kind < 0.7:
            x, y = random.randint(0, large[0]), random.randint(0, large[1])
            step, length = random.randint(4, 14) * scale, random.randint(20, 200) * scale
            for number in range(random.randint(5, 40)):
                draw.line(
                    (x + number * step, y, x + number * step + length // 2, y + length), ink, wide
                )
        else:
            x, y = random.randint(0, large[0]), random.randint(0, large[1])
            draw.rectangle((x, y, x + large[0] // 6, y + large[1] // 8), None, ink, wide)
            draw.text((x + 6, y + 6), words.line(12), ink, font(max(10, min(large) // 40)))
    picture = sheet.resize(size, Image.Resampling.BOX) if scale > 1 else sheet
    return picture.convert("RGB")


def sky(seed: str, words: Words, size: Size) -> Image.Image:
    """Gradients, soft clouds and a dark horizon: almost nothing to hold on to."""
    random = Random(seed)
    rng = generator(random)
    pixels = np.asarray(_gradient(random, size, 60, 240), np.float32)
    for cells in (3, 7, 17):
        pixels = pixels + smooth(rng, size, cells) * random.uniform(0, 60) / cells
    picture = image(pixels + noise(rng, size, random.uniform(0.3, 2)))
    draw = ImageDraw.Draw(picture)
    ridge = [(x * size[0] / 20, size[1] * random.uniform(0.75, 0.95)) for x in range(21)]
    draw.polygon([(0, size[1]), *ridge, size], _colour(random, 5, 60))
    return picture


def texture(seed: str, words: Words, size: Size) -> Image.Image:
    """Fine repetition: weave, bricks, dots or foliage, with grain."""
    random = Random(seed)
    rng = generator(random)
    y, x = np.mgrid[: size[1], : size[0]].astype(np.float32)
    pitch, turn = random.uniform(3.5, 24), random.uniform(0, pi)
    u = (x * cos(turn) + y * sin(turn)) * (2 * pi / pitch)
    v = (y * cos(turn) - x * sin(turn)) * (2 * pi / (pitch * random.uniform(0.6, 1.6)))
    kind = random.randrange(4)
    if kind == 0:
        plane = np.sin(u) * np.sin(v)
    elif kind == 1:
        plane = np.sign(np.sin(u)) * np.sign(np.sin(v))
    elif kind == 2:
        plane = np.maximum(np.sin(u), np.sin(v)) ** 3
    else:
        plane = sum(
            smooth(rng, size, round(size[0] / (pitch * s)))[..., 0] / k
            for k, s in ((1, 4.0), (1.5, 2.0), (2, 1.0))
        )
    plane = plane * random.uniform(12, 55)
    tint = np.array(_colour(random, 60, 200), np.float32)
    depth = np.array([random.uniform(0.5, 1) for _ in range(3)], np.float32)
    pixels = tint + plane[..., None] * depth + smooth(rng, size, 4) * random.uniform(3, 25)
    return image(pixels + noise(rng, size, random.uniform(0.5, 4)))


Painter = Callable[[str, Words, Size], Image.Image]

PAINTERS: dict[str, Painter] = {
    "screenshot": screenshot,
    "page": page,
    "cartoon": cartoon,
    "line_art": line_art,
    "sky": sky,
    "texture": texture,
}
WRITTEN = ("screenshot", "page")
"""Those in which words are most of what there is to see."""
