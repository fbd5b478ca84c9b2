"""What makes an alternate of a picture: each edit in a visible and in a barely visible strength.

An edit takes RGB pixels and gives the edited ones, with the box it worked in and what it did. How
much of it there is to see is measured afterwards, by whoever labels the pair.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from math import pi
from random import Random

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageOps

from tests.benchmarks.hardpairs.drawn import Pixels, Words, font, generator, image, noise, smooth

Box = tuple[int, int, int, int]
"""Left, top, width, height."""


@dataclass(frozen=True, slots=True)
class Edited:
    """A picture after an edit."""

    picture: Image.Image
    box: Box | None = None
    """Where it is; None for the whole picture."""
    params: dict[str, object] = field(default_factory=dict)
    moved: float | None = None
    """Pixels (of the edited picture) that its geometry is off, where that is what counts."""


Edit = Callable[[Image.Image, Random, bool], Edited]


def _box(picture: Image.Image, random: Random, visible: bool, busy: bool = False) -> Box:
    """Of 0.25 to 4 % of the picture; where there is some detail, if it must be `busy`."""
    share = random.uniform(0.006, 0.04) if visible else random.uniform(0.0025, 0.01)
    shape = random.uniform(0.6, 1.7)
    area = share * picture.width * picture.height
    width = max(8, min(picture.width - 2, round((area * shape) ** 0.5)))
    height = max(8, min(picture.height - 2, round((area / shape) ** 0.5)))
    places = [
        (random.randint(0, picture.width - width), random.randint(0, picture.height - height))
        for _ in range(6 if busy else 1)
    ]

    def detail(place: tuple[int, int]) -> float:
        x, y = place
        return float(np.asarray(picture.crop((x, y, x + width, y + height)).convert("L")).std())

    x, y = max(places, key=detail) if busy else places[0]
    return x, y, width, height


def _cut(picture: Image.Image, box: Box) -> Pixels:
    x, y, width, height = box
    return np.asarray(picture.crop((x, y, x + width, y + height)), np.float32)


def _pasted(
    picture: Image.Image, box: Box, pixels: Pixels, mask: Pixels | float = 1.0
) -> Image.Image:
    """`pixels` over the box, as much of them as `mask` (0..1, broadcast) says."""
    before = _cut(picture, box)
    made = picture.copy()
    made.paste(image(before + (pixels - before) * mask), box[:2])
    return made


def _soft(box: Box, random: Random, round_: bool | None = None) -> Pixels:
    """A mask that fades towards the edges of the box, shape (height, width, 1)."""
    width, height = box[2:]
    mask = Image.new("L", (width, height), 0)
    draw = ImageDraw.Draw(mask)
    inset = max(1, min(width, height) // 10)
    corners = (inset, inset, width - inset - 1, height - inset - 1)
    if random.random() < 0.6 if round_ is None else round_:
        draw.ellipse(corners, 255)
    else:
        draw.rectangle(corners, 255)
    blurred = mask.filter(ImageFilter.GaussianBlur(max(0.5, inset * random.uniform(0.3, 1))))
    return np.asarray(blurred, np.float32)[..., None] / 255


def _elsewhere(picture: Image.Image, box: Box, random: Random, near: bool) -> Pixels:
    """A piece as large as the box from another place, or from beside it."""
    x, y, width, height = box
    places = [
        (x + width, y), (x - width, y), (x, y + height), (x, y - height)
    ] if near else []  # fmt: skip
    places += [
        (random.randint(0, picture.width - width), random.randint(0, picture.height - height))
    ]
    fit = [
        (a, b)
        for a, b in places
        if 0 <= a <= picture.width - width and 0 <= b <= picture.height - height
    ]
    a, b = random.choice(fit[:-1] or fit)
    return _cut(picture, (a, b, width, height))


def _opacity(random: Random, visible: bool) -> float:
    return random.uniform(0.15, 0.6) if visible else random.uniform(0.03, 0.1)


def _written(
    picture: Image.Image, text: str, place: tuple[int, int], unit: int, colour: tuple[int, ...],
    opacity: float, turn: float = 0,
) -> tuple[Image.Image, Box]:  # fmt: skip
    """`text` over the picture, and the box it covers."""
    mask = Image.new("L", picture.size, 0)
    ImageDraw.Draw(mask).text(place, text, round(255 * opacity), font(unit))
    if turn:
        mask = mask.rotate(turn, Image.Resampling.BILINEAR)
    made = picture.copy()
    made.paste(Image.new("RGB", picture.size, colour), (0, 0), mask)
    left, top, right, bottom = mask.getbbox() or (0, 0, 1, 1)
    return made, (left, top, right - left, bottom - top)


_INKS = ((255, 255, 255), (0, 0, 0), (255, 255, 255), (250, 210, 60), (200, 30, 30))


def watermark_text(picture: Image.Image, random: Random, visible: bool) -> Edited:
    opacity = _opacity(random, visible)
    unit = max(9, round(min(picture.size) * random.uniform(0.03, 0.14)))
    text = random.choice(("© Ann Example 2024", "PREVIEW", "sample.example", "Draft copy"))
    place = (random.randint(0, picture.width // 2), random.randint(0, picture.height - unit - 1))
    turn = random.choice((0, 0, random.uniform(-30, 30)))
    made, box = _written(picture, text, place, unit, random.choice(_INKS), opacity, turn)
    return Edited(made, box, {"opacity": round(opacity, 3)})


def watermark_tiled(picture: Image.Image, random: Random, visible: bool) -> Edited:
    opacity = _opacity(random, visible) * (0.7 if visible else 1)
    unit = max(9, round(min(picture.size) * random.uniform(0.03, 0.06)))
    mask = Image.new("L", (2 * picture.width, 2 * picture.height), 0)
    draw = ImageDraw.Draw(mask)
    for y in range(0, mask.height, 4 * unit):
        for x in range(0, mask.width, 9 * unit):
            draw.text((x + y % 7 * unit, y), "SAMPLE", round(255 * opacity), font(unit))
    mask = mask.rotate(random.uniform(-40, 40), Image.Resampling.BILINEAR)
    left, top = picture.width // 2, picture.height // 2
    mask = mask.crop((left, top, left + picture.width, top + picture.height))
    made = picture.copy()
    made.paste(Image.new("RGB", picture.size, random.choice(_INKS)), (0, 0), mask)
    return Edited(made, None, {"opacity": round(opacity, 3)})


def watermark_logo(picture: Image.Image, random: Random, visible: bool) -> Edited:
    box = _box(picture, random, True)
    opacity = _opacity(random, visible)
    mask = Image.new("L", box[2:], 0)
    draw = ImageDraw.Draw(mask)
    width, height = box[2:]
    full = round(255 * opacity)
    draw.ellipse((0, 0, width - 1, height - 1), None, full, max(2, min(width, height) // 10))
    draw.polygon(
        [
            (width // 2, height // 5),
            (width // 5, height * 3 // 4),
            (width * 4 // 5, height * 3 // 4),
        ],
        full,
    )
    ink = np.array(random.choice(_INKS), np.float32)
    share = np.asarray(mask, np.float32)[..., None] / 255
    return Edited(_pasted(picture, box, ink, share), box, {"opacity": round(opacity, 3)})


def text(picture: Image.Image, random: Random, visible: bool) -> Edited:
    unit = max(
        8,
        round(
            min(picture.size)
            * (random.uniform(0.04, 0.1) if visible else random.uniform(0.018, 0.035))
        ),
    )
    place = (
        random.randint(0, picture.width * 2 // 3),
        random.randint(0, picture.height - unit - 1),
    )
    words = Words(f"{random.random()}").line(random.randint(2, 16))
    made, box = _written(picture, words, place, unit, random.choice(_INKS), 1.0 if visible else 0.6)
    return Edited(made, box)


def date_stamp(picture: Image.Image, random: Random, visible: bool) -> Edited:
    unit = max(
        8,
        round(
            min(picture.size)
            * (random.uniform(0.035, 0.06) if visible else random.uniform(0.018, 0.03))
        ),
    )
    day = f"{random.randint(1, 28):02}.{random.randint(1, 12):02}.{random.randint(1995, 2024)}"
    place = (picture.width - 8 * unit, picture.height - 2 * unit)
    made, box = _written(picture, day, place, unit, (255, 140, 30), 1.0 if visible else 0.5)
    return Edited(made, box)


def object_(picture: Image.Image, random: Random, visible: bool) -> Edited:
    """Something that was not there: drawn with shading, or a piece from elsewhere, turned."""
    box = _box(picture, random, visible)
    mask = _soft(box, random)
    if random.random() < 0.5:
        piece = _elsewhere(picture, box, random, False)[:, ::-1]
        pixels = piece * random.uniform(0.6, 1.2) + random.uniform(-40, 40)
    else:
        colour = np.array([random.randint(0, 255) for _ in range(3)], np.float32)
        pixels = colour + 25 * smooth(generator(random), box[2:], 3)
    if not visible:
        # A thing of nearly the colour of what is behind it.
        before = _cut(picture, box)
        pixels = (
            before.mean((0, 1)) + 0.3 * (pixels - pixels.mean((0, 1))) + random.choice((-14, 14))
        )
    return Edited(_pasted(picture, box, pixels, mask), box)


def erase(picture: Image.Image, random: Random, visible: bool) -> Edited:
    """Inpainted: what is beside it continues, or its own surroundings flow in."""
    box = _box(picture, random, visible, busy=True)
    mask = _soft(box, random)
    if random.random() < 0.6:
        pixels = _elsewhere(picture, box, random, True)
        # Retouching tools match the light at the rim.
        pixels = pixels + 0.8 * (_cut(picture, box).mean((0, 1)) - pixels.mean((0, 1)))
    else:
        pixels = np.asarray(
            image(_cut(picture, box)).filter(ImageFilter.GaussianBlur(min(box[2:]) / 3)), np.float32
        )
        pixels = pixels + noise(generator(random), box[2:], 1.5)
    return Edited(_pasted(picture, box, pixels, mask), box)


def clone(picture: Image.Image, random: Random, visible: bool) -> Edited:
    box = _box(picture, random, visible, busy=visible)
    piece = _elsewhere(picture, box, random, not visible)
    return Edited(_pasted(picture, box, piece, _soft(box, random)), box)


def recolour(picture: Image.Image, random: Random, visible: bool) -> Edited:
    """Another hue or tint, the light kept."""
    box = _box(picture, random, visible, busy=True)
    reach = random.uniform(30, 80) if visible else random.uniform(8, 18)
    tint = np.array([random.uniform(-1, 1) for _ in range(3)], np.float32)
    tint -= tint @ np.array((0.299, 0.587, 0.114), np.float32)
    tint *= reach / np.abs(tint).max()
    pixels = _cut(picture, box) + tint
    return Edited(_pasted(picture, box, pixels, _soft(box, random)), box, {"tint": round(reach, 1)})


def dab(picture: Image.Image, random: Random, visible: bool) -> Edited:
    """Lighter or darker in one place."""
    box = _box(picture, random, visible)
    change = random.choice((-1, 1)) * (random.uniform(20, 60) if visible else random.uniform(5, 12))
    pixels = _cut(picture, box) + change
    return Edited(
        _pasted(picture, box, pixels, _soft(box, random)), box, {"change": round(change, 1)}
    )


def warp(picture: Image.Image, random: Random, visible: bool) -> Edited:
    """Pushed aside within the box, as slimming tools do."""
    box = _box(picture, random, visible, busy=True)
    share = random.uniform(0.08, 0.2) if visible else random.uniform(0.03, 0.06)
    # An edge that moves by less than a pixel or two is what any resizer does to it.
    reach = max(2.2, share * min(box[2:]))
    pixels = _cut(picture, box)
    height, width = pixels.shape[:2]
    y, x = np.mgrid[:height, :width].astype(np.float32)
    bump = np.sin(pi * x / (width - 1)) * np.sin(pi * y / (height - 1))
    turn = random.uniform(0, 2 * pi)
    u = (x + reach * np.cos(turn) * bump).clip(0, width - 1.001)
    v = (y + reach * np.sin(turn) * bump).clip(0, height - 1.001)
    i, j = u.astype(int), v.astype(int)
    a, b = (u - i)[..., None], (v - j)[..., None]
    i, j = i.clip(0, width - 2), j.clip(0, height - 2)
    top = pixels[j, i] * (1 - a) + pixels[j, i + 1] * a
    bottom = pixels[j + 1, i] * (1 - a) + pixels[j + 1, i + 1] * a
    made = _pasted(picture, box, top * (1 - b) + bottom * b)
    return Edited(made, box, {"reach": round(reach, 1)}, reach)


def blur(picture: Image.Image, random: Random, visible: bool) -> Edited:
    """One place made unreadable."""
    box = _box(picture, random, visible, busy=True)
    radius = min(box[2:]) * (random.uniform(0.1, 0.3) if visible else random.uniform(0.03, 0.06))
    pixels = np.asarray(
        image(_cut(picture, box)).filter(ImageFilter.GaussianBlur(max(1, radius))), np.float32
    )
    return Edited(
        _pasted(picture, box, pixels, _soft(box, random)), box, {"radius": round(radius, 1)}
    )


def pixelate(picture: Image.Image, random: Random, visible: bool) -> Edited:
    box = _box(picture, random, visible, busy=True)
    cells = random.randint(3, 6) if visible else random.randint(8, 12)
    whole = image(_cut(picture, box))
    small = whole.resize((min(cells, box[2]), min(cells, box[3])), Image.Resampling.BOX)
    pixels = np.asarray(small.resize(whole.size, Image.Resampling.NEAREST), np.float32)
    return Edited(_pasted(picture, box, pixels), box)


def scratch(picture: Image.Image, random: Random, visible: bool) -> Edited:
    """A thin line, straight or wavering."""
    wide = max(1, round(min(picture.size) * (0.004 if visible else 0.0015)))
    points = [(random.uniform(0, picture.width), random.uniform(0, picture.height))]
    reach = min(picture.size) * random.uniform(0.1, 0.5)
    for _ in range(random.randint(1, 4)):
        x, y = points[-1]
        points.append((x + random.uniform(-reach, reach), y + random.uniform(-reach, reach)))
    mask = Image.new("L", picture.size, 0)
    ImageDraw.Draw(mask).line(points, 255 if visible else 110, wide)
    made = picture.copy()
    made.paste(Image.new("RGB", picture.size, random.choice(_INKS)), (0, 0), mask)
    left, top, right, bottom = mask.getbbox() or (0, 0, 1, 1)
    return Edited(made, (left, top, right - left, bottom - top), {"width": wide})


# Whole-picture colour ---------------------------------------------------------------------------


def _amount(random: Random, visible: bool, least: float, edge: float, most: float) -> float:
    reach = random.uniform(edge, most) if visible else random.uniform(least, edge)
    return random.choice((-1, 1)) * reach


def _mixed(picture: Image.Image, matrix: list[list[float]]) -> Image.Image:
    rows = np.asarray(matrix, np.float32)
    return picture.convert("RGB", tuple(float(v) for row in rows for v in (*row, 0.0)))


_LUMA = (0.299, 0.587, 0.114)


def _curve(picture: Image.Image, function: Callable[[Pixels], Pixels]) -> Image.Image:
    levels = function(np.arange(256, dtype=np.float32) / 255)
    return picture.point([round(float(v)) for v in (255 * levels).clip(0, 255)] * 3)


def brightness(picture: Image.Image, random: Random, visible: bool) -> Edited:
    by = _amount(random, visible, 0.025, 0.07, 0.3)
    return Edited(_curve(picture, lambda v: v * (1 + by)), None, {"by": round(by, 3)})


def contrast(picture: Image.Image, random: Random, visible: bool) -> Edited:
    by = _amount(random, visible, 0.04, 0.1, 0.4)
    return Edited(_curve(picture, lambda v: 0.5 + (v - 0.5) * (1 + by)), None, {"by": round(by, 3)})


def gamma(picture: Image.Image, random: Random, visible: bool) -> Edited:
    by = _amount(random, visible, 0.04, 0.12, 0.5)
    return Edited(_curve(picture, lambda v: v ** (1 + by)), None, {"by": round(by, 3)})


def filter_curve(picture: Image.Image, random: Random, visible: bool) -> Edited:
    """A tone of its own for every channel, as photo filters have."""
    reach = 0.12 if visible else 0.035
    table: list[int] = []
    levels = np.arange(256) / 255
    for _ in range(3):
        bend, wave = random.uniform(-reach, reach), random.uniform(-reach, reach)
        curve = levels + bend * np.sin(pi * levels) + wave * np.sin(2 * pi * levels) / 2
        table += [round(float(v)) for v in (255 * curve).clip(0, 255)]
    return Edited(picture.point(table), None, {"reach": reach})


def saturation(picture: Image.Image, random: Random, visible: bool) -> Edited:
    by = _amount(random, visible, 0.08, 0.18, 0.7)
    matrix = [[(i == j) * (1 + by) - by * _LUMA[j] for j in range(3)] for i in range(3)]
    return Edited(_mixed(picture, matrix), None, {"by": round(by, 3)})


def hue(picture: Image.Image, random: Random, visible: bool) -> Edited:
    degrees = _amount(random, visible, 4, 10, 60)
    turn = np.deg2rad(degrees)
    yiq = np.array([_LUMA, (0.596, -0.274, -0.322), (0.211, -0.523, 0.312)])
    spin = np.array([[1, 0, 0], [0, np.cos(turn), -np.sin(turn)], [0, np.sin(turn), np.cos(turn)]])
    return Edited(
        _mixed(picture, (np.linalg.inv(yiq) @ spin @ yiq).tolist()),
        None,
        {"degrees": round(degrees, 1)},
    )


def white_balance(picture: Image.Image, random: Random, visible: bool) -> Edited:
    by = _amount(random, visible, 0.025, 0.06, 0.2)
    gains = (1 + by, 1 + random.uniform(-0.2, 0.2) * by, 1 - by)
    table = [round(min(255, level * gain)) for gain in gains for level in range(256)]
    return Edited(picture.point(table), None, {"by": round(by, 3)})


def vignette(picture: Image.Image, random: Random, visible: bool) -> Edited:
    by = random.uniform(0.2, 0.6) if visible else random.uniform(0.06, 0.14)
    x = np.linspace(-1, 1, picture.width, dtype=np.float32)
    y = np.linspace(-1, 1, picture.height, dtype=np.float32)[:, None]
    fall = 1 - by * ((x * x + y * y) / 2) ** 1.3
    return Edited(
        image(np.asarray(picture, np.float32) * fall[..., None]), None, {"by": round(by, 3)}
    )


def sepia(picture: Image.Image, random: Random, visible: bool) -> Edited:
    part = random.uniform(0.5, 1) if visible else random.uniform(0.08, 0.2)
    brown = [[0.393, 0.769, 0.189], [0.349, 0.686, 0.168], [0.272, 0.534, 0.131]]
    matrix = [[(i == j) * (1 - part) + part * brown[i][j] for j in range(3)] for i in range(3)]
    return Edited(_mixed(picture, matrix), None, {"part": round(part, 2)})


def greyscale(picture: Image.Image, random: Random, visible: bool) -> Edited:
    return Edited(picture.convert("L").convert("RGB"))


def invert(picture: Image.Image, random: Random, visible: bool) -> Edited:
    return Edited(ImageOps.invert(picture))


# Geometry ---------------------------------------------------------------------------------------


def _share(random: Random, visible: bool) -> float:
    return random.uniform(0.03, 0.1) if visible else random.uniform(0.01, 0.03)


def crop(picture: Image.Image, random: Random, visible: bool) -> Edited:
    share = _share(random, visible)
    where = random.choice(("centre", "left", "right", "top", "bottom", "free"))
    width, height = picture.size
    across, down = max(1, round(width * share)), max(1, round(height * share))
    box = {
        "centre": (across // 2, down // 2, width - across + across // 2, height - down + down // 2),
        "left": (across, 0, width, height),
        "right": (0, 0, width - across, height),
        "top": (0, down, width, height),
        "bottom": (0, 0, width, height - down),
    }.get(where)
    if box is None:
        left, top = random.randint(0, across), random.randint(0, down)
        box = left, top, left + width - across, top + height - down
    made = picture.crop(box)
    gone = max(width - made.width, height - made.height)
    params: dict[str, object] = {"share": round(share, 4), "where": where}
    if random.random() < 0.4:
        # Back to its size: only the scale within tells.
        made = made.resize(picture.size, Image.Resampling.LANCZOS)
        params["back"] = True
        gone = gone / 2
    return Edited(made, None, params, gone)


def border(picture: Image.Image, random: Random, visible: bool) -> Edited:
    share = random.uniform(0.02, 0.08) if visible else random.uniform(0.006, 0.015)
    wide = max(1, round(min(picture.size) * share))
    colour = random.choice(((255, 255, 255), (0, 0, 0), (90, 80, 70)))
    if random.random() < 0.5:
        return Edited(ImageOps.expand(picture, wide, colour), None, {"wide": wide}, 2 * wide)
    made = picture.copy()
    ImageDraw.Draw(made).rectangle((0, 0, made.width - 1, made.height - 1), None, colour, wide)
    return Edited(made, None, {"wide": wide, "over": True})


def letterbox(picture: Image.Image, random: Random, visible: bool) -> Edited:
    share = random.uniform(0.08, 0.3) if visible else random.uniform(0.012, 0.04)
    bar = max(1, round(picture.height * share / 2))
    colour = random.choice(((0, 0, 0), (0, 0, 0), (255, 255, 255)))
    made = Image.new("RGB", (picture.width, picture.height + 2 * bar), colour)
    made.paste(picture, (0, bar))
    if random.random() < 0.3:
        made = ImageOps.pad(picture, (picture.width + 2 * bar, picture.height), color=colour)
    return Edited(made, None, {"bar": bar}, 2 * bar)


def mirror(picture: Image.Image, random: Random, visible: bool) -> Edited:
    return Edited(ImageOps.mirror(picture) if random.random() < 0.7 else ImageOps.flip(picture))


def rotate_quarter(picture: Image.Image, random: Random, visible: bool) -> Edited:
    turn = random.choice(
        (Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_180, Image.Transpose.ROTATE_270)
    )
    return Edited(picture.transpose(turn), None, {"turn": turn.name})


def rotate_slightly(picture: Image.Image, random: Random, visible: bool) -> Edited:
    """Straightened: turned, and cut or filled at the corners; with or without its size back."""
    degrees = _amount(random, visible, 0.5, 1.2, 3)
    made = picture.rotate(degrees, Image.Resampling.BICUBIC)
    moved = abs(np.deg2rad(degrees)) * min(picture.size) / 2
    if random.random() < 0.7:
        lost = abs(np.sin(np.deg2rad(degrees)))
        x, y = round(picture.height * lost / 2) + 1, round(picture.width * lost / 2) + 1
        made = made.crop((x, y, picture.width - x, picture.height - y))
        if random.random() < 0.5:
            made = made.resize(picture.size, Image.Resampling.LANCZOS)
    return Edited(made, None, {"degrees": round(degrees, 2)}, float(moved))


def squash(picture: Image.Image, random: Random, visible: bool) -> Edited:
    share = _share(random, visible)
    width, height = picture.size
    if random.random() < 0.5:
        size = round(width * (1 - share)), height
    else:
        size = width, round(height * (1 - share))
    gone = max(width - size[0], height - size[1])
    return Edited(
        picture.resize(size, Image.Resampling.LANCZOS), None, {"share": round(share, 4)}, gone
    )


def shifted(picture: Image.Image, random: Random, visible: bool) -> Edited:
    """The same size, its content moved by some pixels; the rim repeats."""
    by = random.randint(4, 10) if visible else 2
    x, y = random.choice(((by, 0), (0, by), (-by, 0), (0, -by), (by, -by)))
    pixels = np.asarray(picture)
    rows = (np.arange(picture.height) - y).clip(0, picture.height - 1)
    columns = (np.arange(picture.width) - x).clip(0, picture.width - 1)
    return Edited(Image.fromarray(pixels[rows][:, columns]), None, {"by": [x, y]}, by)


LOCAL: dict[str, Edit] = {
    "watermark_text": watermark_text,
    "watermark_tiled": watermark_tiled,
    "watermark_logo": watermark_logo,
    "text": text,
    "date_stamp": date_stamp,
    "object": object_,
    "erase": erase,
    "clone": clone,
    "recolour": recolour,
    "dab": dab,
    "warp": warp,
    "blur": blur,
    "pixelate": pixelate,
    "scratch": scratch,
}
COLOUR: dict[str, Edit] = {
    "brightness": brightness,
    "contrast": contrast,
    "gamma": gamma,
    "filter_curve": filter_curve,
    "saturation": saturation,
    "hue": hue,
    "white_balance": white_balance,
    "vignette": vignette,
    "sepia": sepia,
    "greyscale": greyscale,
    "invert": invert,
}
GEOMETRY: dict[str, Edit] = {
    "crop": crop,
    "border": border,
    "letterbox": letterbox,
    "mirror": mirror,
    "rotate_quarter": rotate_quarter,
    "rotate_slightly": rotate_slightly,
    "squash": squash,
    "shifted": shifted,
}
ALWAYS_VISIBLE = ("greyscale", "invert", "mirror", "rotate_quarter")
"""Without a barely visible strength."""
