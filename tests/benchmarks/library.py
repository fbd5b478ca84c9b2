"""A library as people have them: camera files, and what became of them on the way.

Half of the files are scenes of their own, the other half was derived from them: copies, messenger
sizes, exports, conversions. It takes minutes and gigabytes, so it is made once, in the folder
that BETTERHALF_BENCHMARKS names or in the temporary one, and kept there.

`python -m tests.benchmarks.library` makes it and says what it weighs.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random

from PIL import Image

from tests import gallery
from tests.benchmarks.scenes import scene

FILES = 1500
_RECIPE = 1
"""Count it up with every change of what is made, so that no old library is taken for a new one."""

_CAMERAS = (
    ((4000, 3000), 20),
    ((3648, 2736), 12),
    ((3264, 2448), 27),
    ((2592, 1944), 24),
    ((2048, 1536), 17),
)
"""Sizes of scenes, and how often of 100."""
_UPRIGHT = 0.25
"""Share of pictures that were taken in portrait."""
_SMALLEST = 2_000_000
"""Pixels of the smallest messenger copy."""
_WEIGHTS = (0.155, 0.43, 0.255)
"""Least, most and commonest bytes a pixel of a scene's centre; over all JPEGs, with the plainer
edges and the lighter second saves, they come to 0.27."""

_WAYS = (
    ("copied", 16),
    ("smaller", 20),
    ("again", 24),
    ("turned", 9),
    ("stripped", 8),
    ("webp", 12),
    ("png", 11),
)
"""What became of a scene, and how often of 100."""


@dataclass(frozen=True, slots=True)
class Library:
    """A folder of pictures that has been made."""

    folder: Path
    files: tuple[Path, ...]


def cache() -> Path:
    """The folder where libraries are kept."""
    named = os.environ.get("BETTERHALF_BENCHMARKS")
    return Path(named) if named else Path(tempfile.gettempdir(), "betterhalf-benchmarks")


def mixed(files: int = FILES) -> Library:
    """`files` pictures of 2 to 12 megapixels: 87 % JPEG, 8 % WebP, 5 % PNG."""
    folder = cache() / f"mixed-{files}-{_RECIPE}"
    return _made(folder, partial(_scene_and_derived, folder), files // 2)


def large_pairs(pairs: int = 40) -> Library:
    """Pairs of JPEGs of 12 megapixels, each a camera's file and a new save of it."""
    folder = cache() / f"pairs-{pairs}-{_RECIPE}"
    return _made(folder, partial(_large_pair, folder), pairs)


def _made(folder: Path, make: partial[None], jobs: int) -> Library:
    whole = folder / ".whole"
    if not whole.exists():
        folder.mkdir(parents=True, exist_ok=True)
        print(f"making {folder}, once: this takes some minutes", file=sys.stderr)
        with ProcessPoolExecutor() as pool:
            list(pool.map(make, range(jobs), chunksize=4))
        whole.touch()
    return Library(folder, tuple(sorted(path for path in folder.rglob("[!.]*.*"))))


def _pick(random: Random, table: Iterable[tuple[object, int]]) -> object:
    values, weights = zip(*table, strict=True)
    return random.choices(values, weights)[0]


def _scene_and_derived(folder: Path, number: int) -> None:
    random = Random(number)
    size = _pick(random, _CAMERAS)
    assert isinstance(size, tuple)
    if random.random() < _UPRIGHT:
        size = size[::-1]
    target = folder / f"{100 + number // 100}CAMERA"
    target.mkdir(exist_ok=True)
    original = target / f"IMG_{number:04}.{'webp' if number % 27 == 13 else 'jpg'}"
    quality = random.randint(85, 92)
    picture = scene(random, size, random.triangular(*_WEIGHTS), quality)
    if original.suffix == ".webp":
        picture.convert("RGB").save(original, "WEBP", quality=quality, method=2)
    else:
        _photograph(picture, original, quality, number)
    _derive(str(_pick(random, _WAYS)), original, picture, random)


def _photograph(picture: Image.Image, path: Path, quality: int, number: int) -> None:
    """Save as a camera does, with EXIF; every fourth came from somewhere that strips it."""
    if number % 4 == 3:
        picture.save(path, "JPEG", quality=quality, subsampling="4:2:0")
        return
    bare = path.with_name(f".{path.name}")
    picture.save(bare, "JPEG", quality=quality, subsampling="4:2:0")
    gallery.described(bare, path, description=f"Picture {number}", rating=1 + number % 5)
    bare.unlink()


def _derive(way: str, original: Path, picture: Image.Image, random: Random) -> None:
    folder = original.parent.with_name(f"{original.parent.name} {way}")
    folder.mkdir(exist_ok=True)
    jpeg = folder / f"{original.stem}.jpg"
    if way == "copied" or (way == "stripped" and original.suffix != ".jpg"):
        gallery.exact_copy(original, folder / original.name)
    elif way == "stripped":
        gallery.stripped(original, jpeg)
    elif way == "webp":
        picture.convert("RGB").save(jpeg.with_suffix(".webp"), "WEBP", quality=85, method=2)
    elif way == "png":
        with Image.open(original) as saved:
            saved.convert("RGB").save(jpeg.with_suffix(".png"), "PNG")
    elif way == "turned":
        exif = Image.Exif()
        exif[0x0112] = 6
        stored = picture.transpose(Image.Transpose.ROTATE_90)
        stored.save(jpeg, "JPEG", quality=88, subsampling="4:2:0", exif=exif)
    elif way == "smaller":
        pixels = picture.width * picture.height
        factor = (max(_SMALLEST, pixels * random.uniform(0.2, 0.6)) / pixels) ** 0.5
        size = round(picture.width * factor), round(picture.height * factor)
        small = picture.resize(size, Image.Resampling.LANCZOS)
        small.save(jpeg, "JPEG", quality=random.randint(85, 92), subsampling="4:2:0")
    else:
        picture.save(jpeg, "JPEG", quality=random.randint(82, 90), subsampling="4:2:0")


def _large_pair(folder: Path, number: int) -> None:
    random = Random(f"pair {number}")
    picture = scene(random, (4000, 3000), 0.3, 90)
    _photograph(picture, folder / f"{number:03} camera.jpg", 90, 4 * number)
    picture.save(folder / f"{number:03} again.jpg", "JPEG", quality=82, subsampling="4:2:0")


def _main() -> None:
    library = mixed()
    bytes_, pixels, count = Counter[str](), Counter[str](), Counter[str]()
    for path in library.files:
        with Image.open(path) as image:
            name = image.format or "?"
            pixels[name] += image.width * image.height
        bytes_[name] += path.stat().st_size
        count[name] += 1
    for name, files in count.most_common():
        mega = pixels[name] / 1e6
        weight = f"{bytes_[name] / 1e6 / mega:.3f} MB/MP"
        print(f"{name:<5} {files:>5} files, {mega / files:.1f} MP on average, {weight}")


if __name__ == "__main__":
    _main()
