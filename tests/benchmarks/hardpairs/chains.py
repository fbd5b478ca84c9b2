"""What happens to a picture on its way: resizing and saving, step by step, ending in a file.

A chain is drawn first and run afterwards, so the very same one can be run on the edited and on the
untouched picture.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from math import ceil, floor
from random import Random

import pillow_heif
from PIL import Image, ImageFilter, features

pillow_heif.register_heif_opener()
try:
    import pillow_jxl  # noqa: F401

    _JXL = True
except ImportError:
    _JXL = False

_FILTERS = {
    "box": Image.Resampling.BOX,
    "bilinear": Image.Resampling.BILINEAR,
    "hamming": Image.Resampling.HAMMING,
    "bicubic": Image.Resampling.BICUBIC,
    "lanczos": Image.Resampling.LANCZOS,
}
SUFFIXES = {
    "jpeg": "jpg",
    "webp": "webp",
    "avif": "avif",
    "heic": "heic",
    "jxl": "jxl",
    "png": "png",
    "gif": "gif",
    "png8": "png",
    "cmyk": "jpg",
}
_ALPHA = ("webp", "avif", "png", "jxl")
SMALLEST = 100
"""Pixels of a side below which nothing is reduced further."""


@dataclass(frozen=True, slots=True)
class Resize:
    """To `factor` of the size, each side rounded as `rounding` says."""

    factor: float
    kernel: str
    rounding: str = "round"
    corners: bool = False
    """Corner pixels meet corner pixels, which moves everything by up to half a pixel."""

    def __str__(self) -> str:
        return f"resize {self.factor:.3f} {self.kernel} {self.rounding}{' corners' * self.corners}"

    def size(self, of: tuple[int, int]) -> tuple[int, int]:
        sides = []
        for side in of:
            exact = side * self.factor
            whole = {"up": ceil, "down": floor}.get(self.rounding, round)(exact)
            sides.append(max(1, whole | 1 if self.rounding == "odd" else whole))
        return sides[0], sides[1]


@dataclass(frozen=True, slots=True)
class Save:
    """To a file of that format and back."""

    format: str
    quality: int = 100
    subsampling: str = "4:2:0"
    progressive: bool = False
    profile: bytes | None = None

    def __str__(self) -> str:
        if self.format in ("png", "png8", "gif"):
            return self.format
        return (
            f"{self.format} q{self.quality} {self.subsampling}{' progressive' * self.progressive}"
        )


@dataclass(frozen=True, slots=True)
class Sharpen:
    """Unsharp mask, as enlargers do afterwards."""

    percent: int

    def __str__(self) -> str:
        return f"sharpen {self.percent}"


Step = Resize | Save | Sharpen
Chain = tuple[Step, ...]


def _resized(picture: Image.Image, step: Resize) -> Image.Image:
    size = step.size(picture.size)
    kernel = _FILTERS[step.kernel]
    if not step.corners or min(*size, *picture.size) < 2:
        return picture.resize(size, kernel)
    box = []
    for new, old in zip(size, picture.size, strict=True):
        scale = (old - 1) / (new - 1)
        start = max(0.0, 0.5 - 0.5 * scale)
        box.append((start, min(float(old), start + new * scale)))
    (left, right), (top, bottom) = box
    return picture.resize(size, kernel, (left, top, right, bottom))


def encoded(picture: Image.Image, step: Save) -> bytes:
    """The file `step` makes of it."""
    buffer = io.BytesIO()
    options: dict[str, object] = {"icc_profile": step.profile} if step.profile else {}
    if step.format == "jpeg":
        options |= {"quality": step.quality, "progressive": step.progressive}
        if picture.mode != "L":
            options["subsampling"] = step.subsampling
        picture.save(buffer, "JPEG", **options)
    elif step.format == "webp":
        picture.save(buffer, "WEBP", quality=step.quality, method=2, **options)
    elif step.format == "avif":
        # One thread: two processes are at work already.
        picture.save(
            buffer, "AVIF", quality=step.quality, speed=8, max_threads=1,
            subsampling=step.subsampling, **options,
        )  # fmt: skip
    elif step.format == "heic":
        picture.save(
            buffer, "HEIF", quality=step.quality, chroma=int(step.subsampling.replace(":", "")),
            enc_params={"preset": "ultrafast"}, **options,
        )  # fmt: skip
    elif step.format == "jxl":
        picture.save(buffer, "JXL", quality=step.quality, effort=3, num_threads=1, **options)
    elif step.format in ("gif", "png8"):
        palette = picture.convert("P", palette=Image.Palette.ADAPTIVE)
        palette.save(buffer, step.format.removesuffix("8").upper())
    elif step.format == "cmyk":
        picture.convert("CMYK").save(buffer, "JPEG", quality=step.quality)
    else:
        picture.save(buffer, "PNG", compress_level=1, **options)
    return buffer.getvalue()


def decoded(file: bytes, mode: str) -> Image.Image:
    with Image.open(io.BytesIO(file)) as opened:
        return opened.convert(mode)


def run(chain: Chain, picture: Image.Image) -> bytes:
    """The file at the end of `chain`, whose last step saves."""
    for step in chain[:-1]:
        if isinstance(step, Resize):
            picture = _resized(picture, step)
        elif isinstance(step, Sharpen):
            picture = picture.filter(ImageFilter.UnsharpMask(1.5, step.percent, 0))
        else:
            picture = decoded(encoded(picture, step), picture.mode)
    last = chain[-1]
    assert isinstance(last, Save)
    return encoded(picture, last)


def save(random: Random, low: int, high: int, alpha: bool, lossless: float = 0.12) -> Save:
    """A save in one of the formats, its quality between the two as far as the format goes."""
    if random.random() < lossless:
        return Save("png")
    formats = {
        "jpeg": 50,
        "webp": 18,
        "avif": 14 * features.check("avif"),
        "heic": 10,
        "jxl": 6 * _JXL,
    }
    if alpha:
        formats = {name: weight for name, weight in formats.items() if name in _ALPHA}
    name = random.choices(list(formats), list(formats.values()))[0]
    top = {"jpeg": 98, "webp": 95, "avif": 90, "heic": 90, "jxl": 95}[name]
    quality = random.randint(min(low, top - 5), min(high, top))
    if name == "jpeg":
        subsampling = random.choices(("4:4:4", "4:2:2", "4:2:0"), (30, 20, 50))[0]
        return Save(name, quality, subsampling, random.random() < 0.3)
    if name in ("avif", "heic"):
        return Save(name, quality, random.choices(("4:2:0", "4:4:4"), (75, 25))[0])
    return Save(name, quality)


def resize(random: Random, factor: float) -> Resize:
    kernels = [name for name in _FILTERS if factor < 1 or name != "box"]
    rounding = random.choices(("round", "up", "down", "odd"), (55, 15, 15, 15))[0]
    return Resize(factor, random.choice(kernels), rounding, factor > 1 and random.random() < 0.15)


def factor(random: Random, size: tuple[int, int]) -> float:
    """0.25 to 2, commoner below 1, and never so small that nothing is left."""
    if random.random() < 0.2:
        return random.uniform(1.05, 2)
    least = max(0.25, min(0.95, SMALLEST / min(size)))
    return (
        random.choice((0.5, 0.75, 0.9, *[random.uniform(least, 0.97)] * 5))
        if least < 0.5
        else (random.uniform(least, 0.97))
    )


def chain(
    random: Random, size: tuple[int, int], steps: int, quality: tuple[int, int], alpha: bool
) -> Chain:
    """`steps` steps (0 to 3), ending in a save; nothing is reduced and then enlarged again."""
    made: list[Step] = []
    reduced = False
    for _ in range(steps):
        if random.random() < 0.5:
            scale = factor(random, size)
            if reduced and scale > 1:
                scale = random.uniform(0.6, 0.95)
            step = resize(random, scale)
            if min(step.size(size)) < min(SMALLEST, *size):
                continue
            reduced = reduced or scale < 1
            size = step.size(size)
            made.append(step)
        else:
            made.append(save(random, *quality, alpha, 0.05))
    if not made or not isinstance(made[-1], Save):
        high = Save("jpeg", random.randint(88, 97), "4:4:4") if not alpha else Save("png")
        weak = random.random() < 0.5 and steps > 1
        made.append(save(random, *quality, alpha) if weak else random.choice((high, Save("png"))))
    return tuple(made)


def scale(steps: Chain) -> float:
    """The factor between the size before and after, but for rounding."""
    product = 1.0
    for step in steps:
        if isinstance(step, Resize):
            product *= step.factor
    return product
