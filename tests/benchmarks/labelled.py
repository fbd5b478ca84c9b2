"""A library of which every file is labelled: what it shows, and what was done to it.

Two thirds of it are households of eight: what a camera wrote, and what became of it on its way
through messengers, exports, backups and edits, with the metadata, sidecars, RAWs and videos that
go along. One third are hard pairs (`tests.benchmarks.hardpairs`). Pictures have about half a
megapixel, so that the whole is made in minutes; it is kept as `tests.benchmarks.library` keeps its
own.

`python -m tests.benchmarks.labelled` makes it and says what is in it.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import partial
from pathlib import Path
from random import Random

import exiv2
import numpy as np
import pillow_heif
from PIL import Image, ImageFilter

from tests import gallery
from tests.benchmarks.hardpairs import edits, sources
from tests.benchmarks.hardpairs.make import PROCESSES, Recipe, pair
from tests.benchmarks.library import cache
from tests.benchmarks.scenes import scene

FILES = 5000
_RECIPE = 2
"""Count it up with every change of what is made."""
_HOUSEHOLD = 8
"""Pictures of one scene."""
_HARD = 700
"""Hard pairs of a library of `FILES`; their number goes with its size."""
_MEGAPIXELS = 0.3, 0.6
_SIZES = (816, 612), (612, 816), (880, 586), (586, 880), (720, 720), (944, 532)
_MARGIN = 24
"""Pixels by which a scene is larger than its picture, so that the next moment sees more of it."""
_BEGAN = datetime(2024, 1, 1, 8, tzinfo=UTC)
_SEEN = 12
"""Levels of 255, as a mean of 5 x 5 pixels, from which an edit is plain to see ..."""
_SEEN_PIXELS = 400
"""... in at least so many pixels. What can hardly be seen is left to the hard pairs."""
_TRIES = 20
_LOSSLESS = ("copied", "copied again", "png", "tiff", "stripped", "described", "nearly")
"""Ways that keep all pixels, or have more of them from the start."""


class Kinship(StrEnum):
    """What two files are to each other by their labels."""

    DUPLICATES = "duplicates"
    ALTERNATES = "alternates"
    """Of one scene, and not the same picture."""
    STRANGERS = "strangers"
    DOUBTFUL = "doubtful"
    """So little was done to one of them that nobody need see it."""


@dataclass(frozen=True, slots=True)
class Label:
    """What one file is."""

    path: str
    """Below the library's folder."""
    scene: str
    picture: str
    """The same for files that show the same."""
    way: str
    """What was done to `of`."""
    of: str | None = None
    """Path of the file that it was made from."""
    exif: bool = False
    sure: bool = True
    """Whether a person would see what tells it from the others of its scene."""

    @property
    def is_lossless(self) -> bool:
        """Whether it has all that `of` shows."""
        return self.way in _LOSSLESS


@dataclass(frozen=True, slots=True)
class Labelled:
    """The library."""

    folder: Path
    labels: dict[str, Label]
    """By path below the folder."""

    def kinship(self, one: str, other: str) -> Kinship:
        """What two files are to each other."""
        a, b = self.labels[one], self.labels[other]
        if a.scene != b.scene:
            return Kinship.STRANGERS
        if not (a.sure and b.sure):
            return Kinship.DOUBTFUL
        return Kinship.DUPLICATES if a.picture == b.picture else Kinship.ALTERNATES

    def is_descendant(self, path: str, of: str) -> bool:
        """Whether a file was made from another one by something that costs pixels."""
        lost = False
        label = self.labels[path]
        while label.of is not None:
            lost = lost or not label.is_lossless
            if label.of == of:
                return lost
            label = self.labels[label.of]
        return False


def labelled(files: int = FILES) -> Labelled:
    """The library of so many pictures, a multiple of 100, made where it is not there yet."""
    folder = cache() / f"labelled-{files}-{_RECIPE}"
    sheet = folder.with_name(f"{folder.name}.json")
    if not sheet.exists():
        shutil.rmtree(folder, ignore_errors=True)
        print(f"making {folder}, once: this takes some minutes", file=sys.stderr)
        labels = _make(folder, files)
        sheet.write_text(json.dumps([asdict(label) for label in labels], indent=0))
    found = [Label(**each) for each in json.loads(sheet.read_text())]
    return Labelled(folder, {label.path: label for label in found})


def _make(folder: Path, files: int) -> list[Label]:
    hard = _HARD * files // FILES
    households = (files - 2 * hard) // _HOUSEHOLD
    folder.mkdir(parents=True)
    found: list[Label] = []
    with ProcessPoolExecutor(PROCESSES) as pool:
        for made in pool.map(partial(_household, folder), range(households), chunksize=4):
            found += made
        for made in pool.map(partial(_hard_pair, folder), range(hard), chunksize=4):
            found += made
    return found


def _hard_pair(folder: Path, number: int) -> list[Label]:
    recipe = Recipe(
        folder / "Hard", "labelled", _MEGAPIXELS, tuple(sorted(gallery.PHOTOS.iterdir()))
    )
    made = pair(recipe, number)
    same = made["class"] == "visual-duplicate"
    accept = made["accept"]
    assert isinstance(accept, list)
    way = str(made["transform"])
    scene_ = f"hard {number}"
    return [
        Label(f"Hard/{made['a']}", scene_, scene_, way),
        Label(
            f"Hard/{made['b']}",
            scene_,
            scene_ if same else f"{scene_} {way}",
            way,
            # An edit that may be called a duplicate is one that can hardly be seen.
            sure=same == ("visual-duplicate" in accept) and (not same or "alternate" not in accept),
        ),
    ]


# Households -------------------------------------------------------------------------------------


@dataclass
class _Home:
    """What one household has so far."""

    root: Path
    number: int
    random: Random
    canvas: Image.Image
    """RGB, wider and higher than the picture by twice the margin."""
    labels: list[Label] = field(default_factory=list)

    @property
    def scene(self) -> str:
        return f"home {self.number}"

    @property
    def picture(self) -> Image.Image:
        return _within(self.canvas, 0, 0)

    @property
    def taken(self) -> datetime:
        return _BEGAN + timedelta(hours=self.number)

    def place(self, folder: str, name: str) -> Path:
        path = self.root / folder / f"{self.number // 100:02}" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        while path.exists():
            # As file managers name what comes second.
            path = path.with_stem(f"{path.stem} copy")
        return path

    def keep(self, path: Path, way: str, of: Label | None = None, picture: str = "") -> Label:
        days = 0.0 if of is None else self.random.uniform(1, 90)
        when = (self.taken + timedelta(days=days)).timestamp()
        if way != "copied" or self.random.random() < 0.5:
            os.utime(path, (when, when))
        label = Label(
            os.fspath(path.relative_to(self.root)),
            self.scene,
            picture or (self.scene if of is None else of.picture),
            way,
            of.path if of else None,
            exif=_has_exif(path),
        )
        self.labels.append(label)
        return label


def _within(canvas: Image.Image, x: int, y: int) -> Image.Image:
    left, top = _MARGIN + x, _MARGIN + y
    size = canvas.width - 2 * _MARGIN, canvas.height - 2 * _MARGIN
    return canvas.crop((left, top, left + size[0], top + size[1]))


def _has_exif(path: Path) -> bool:
    if path.suffix in (".gif", ".tif"):
        return False
    image = exiv2.ImageFactory.open(str(path))
    image.readMetadata()
    return not image.exifData().empty()


_TYPES = {"jpg": 78, "heic": 8, "png": 6, "gif": 3, "dng": 5}
"""What the original is, and how often of 100."""
_BARE = 0.15
"""Share of JPEG originals without EXIF."""


def _household(root: Path, number: int) -> list[Label]:
    random = Random(f"household {number}")
    width, height = random.choice(_SIZES)
    size = width + 2 * _MARGIN, height + 2 * _MARGIN
    if random.random() < 0.6:
        canvas = scene(random, size, random.uniform(0.2, 0.4), 90).convert("RGB")
    else:
        photos = tuple(sorted(gallery.PHOTOS.iterdir()))
        kind = random.choice(("photo", "photo", "night", "screenshot", "page", "sky", "cartoon"))
        canvas = sources.source(random, kind, photos, size).picture.convert("RGB")
    home = _Home(root, number, random, canvas)
    first = _original(home)
    # What has a type of its own is where the rules of types are tried.
    ways = ["png"] if first.path.endswith((".gif", ".png")) else []
    if first.path.endswith(".heic"):
        ways = ["exported"]
    while len(home.labels) + len(ways) < _HOUSEHOLD:
        (way,) = random.choices(list(_WAYS), [each.weight for each in _WAYS.values()])
        if way not in ways:
            ways.append(way)
    # What is made of another's copy needs that first.
    for way in sorted(ways, key=list(_WAYS).index):
        _WAYS[way].make(home, first, way)
    _companions(home)
    return home.labels


def _original(home: _Home) -> Label:
    random, number = home.random, home.number
    (suffix,) = random.choices(list(_TYPES), list(_TYPES.values()))
    path = home.place("Originals", f"IMG_{number:04}.{'jpg' if suffix == 'dng' else suffix}")
    if suffix == "heic":
        _heic(home.picture, path, 90, _exif(home, 0))
    elif suffix == "png":
        home.picture.save(path, compress_level=1)
    elif suffix == "gif":
        home.picture.convert("P", palette=Image.Palette.ADAPTIVE).save(path)
    else:
        _photograph(home, home.picture, path, 0, bare=random.random() < _BARE)
    label = home.keep(path, "as it was")
    if suffix == "dng":
        raw = gallery.dng_of(path, home.place("Raw", f"IMG_{number:04}.dng"), preview_scale=1)
        home.keep(raw, "raw", label, f"{home.scene} raw")
    return label


def _photograph(
    home: _Home, picture: Image.Image, path: Path, later: int, bare: bool = False
) -> None:
    quality = home.random.randint(88, 95)
    picture.save(path, "JPEG", quality=quality, subsampling="4:2:0")
    if bare:
        return
    shot = path.with_name(f".{path.name}")
    path.rename(shot)
    gallery.described(
        shot,
        path,
        taken=home.taken + timedelta(seconds=later),
        position=(40 + home.number / 100, 2 + home.number / 100),
        rating=1 + home.number % 5,
        tags=(f"scene {home.number}",),
        description=f"Picture {home.number}",
    )
    shot.unlink()


def _exif(home: _Home, later: int) -> bytes:
    exif = Image.Exif()
    exif[0x010F], exif[0x0110] = "Canon", "Canon EOS 80D"
    exif.get_ifd(0x8769)[0x9003] = f"{home.taken + timedelta(seconds=later):%Y:%m:%d %H:%M:%S}"
    return exif.tobytes()


def _heic(picture: Image.Image, path: Path, quality: int, exif: bytes | None = None) -> None:
    made = pillow_heif.from_pillow(picture)
    made.save(path, quality=quality, exif=exif, enc_params={"preset": "ultrafast"})


def _shown(home: _Home, label: Label) -> Image.Image:
    path = home.root / label.path
    if path.suffix == ".heic":
        heif = pillow_heif.open_heif(path, convert_hdr_to_8bit=True)
        return heif.to_pillow().convert("RGB")
    with Image.open(path) as image:
        return image.convert("RGB")


def _saved(
    home: _Home, picture: Image.Image, path: Path, of: Label, quality: tuple[int, int]
) -> None:
    """As a JPEG, which two of five programs save with the EXIF of what they opened."""
    chroma = home.random.choice(("4:2:0", "4:2:0", "4:4:4"))
    picture.save(path, "JPEG", quality=home.random.randint(*quality), subsampling=chroma)
    source = home.root / of.path
    if of.exif and source.suffix == ".jpg" and home.random.random() < 0.4:
        before = exiv2.ImageFactory.open(str(source))
        before.readMetadata()
        image = exiv2.ImageFactory.open(str(path))
        image.setExifData(before.exifData())
        image.writeMetadata()


Making = Callable[[_Home, Label, str], None]


def _copied(home: _Home, of: Label, way: str) -> None:
    source = home.root / of.path
    name = source.name if way == "copied" else f"{source.stem} (1){source.suffix}"
    folder = "Backup" if way == "copied" else "Originals"
    home.keep(gallery.exact_copy(source, home.place(folder, name)), way, of)


def _png(home: _Home, of: Label, way: str) -> None:
    path = home.place("Exports", f"IMG_{home.number:04}.png")
    _shown(home, of).save(path, compress_level=4)
    home.keep(path, way, of)


def _tiff(home: _Home, of: Label, way: str) -> None:
    path = home.place("Exports", f"IMG_{home.number:04}.tif")
    _shown(home, of).save(path)
    home.keep(path, way, of)


def _restamped(home: _Home, of: Label, way: str) -> None:
    """The same stream with other metadata, or none."""
    source, path = home.root / of.path, home.place("Web", f"IMG_{home.number:04} {way}.jpg")
    if source.suffix != ".jpg":
        _again(home, of, "recompressed", 80, 92)
        return
    if way == "stripped":
        gallery.stripped(source, path)
    else:
        gallery.described(source, path, taken=home.taken, description="Somebody else's words")
    home.keep(path, way, of)


def _again(home: _Home, of: Label, way: str, low: int, high: int) -> None:
    path = home.place("Exports", f"IMG_{home.number:04} {way}.jpg")
    _saved(home, _shown(home, of), path, of, (low, high))
    home.keep(path, way, of)


def _recompressed(home: _Home, of: Label, way: str) -> None:
    _again(home, of, way, 40, 88)


def _exported(home: _Home, of: Label, way: str) -> None:
    """As a phone gives out a HEIC: under its name, with its EXIF."""
    path = home.place("Exports", f"{Path(of.path).stem}.jpg")
    exif = _exif(home, 0) if home.random.random() < 0.7 else b""
    _shown(home, of).save(path, "JPEG", quality=90, exif=exif)
    home.keep(path, way, of)


def _resized(home: _Home, of: Label, way: str) -> None:
    low, high, quality = {
        "smaller": (0.35, 0.85, (75, 92)),
        "messenger": (0.5, 0.8, (50, 75)),
        "upscaled": (1.2, 2.0, (85, 95)),
    }[way]
    picture = _shown(home, of)
    factor = home.random.uniform(low, high)
    size = round(picture.width * factor), round(picture.height * factor)
    kernel = home.random.choice((Image.Resampling.LANCZOS, Image.Resampling.BICUBIC))
    path = home.place(
        "WhatsApp" if way == "messenger" else "Exports", f"{way} {home.number:04}.jpg"
    )
    if way == "messenger":
        picture.resize(size, kernel).save(path, "JPEG", quality=home.random.randint(*quality))
    else:
        _saved(home, picture.resize(size, kernel), path, of, quality)
    home.keep(path, way, of)


def _converted(home: _Home, of: Label, way: str) -> None:
    path = home.place("Converted", f"IMG_{home.number:04}.{way}")
    picture, quality = _shown(home, of), home.random.randint(70, 92)
    if way == "heic":
        _heic(picture, path, quality)
    elif way == "avif":
        picture.save(path, "AVIF", quality=quality, speed=9, max_threads=1)
    else:
        picture.save(path, "WEBP", quality=quality, method=2)
    home.keep(path, way, of)


def _near(home: _Home, of: Label, way: str) -> None:
    """The picture before it was a JPEG, as a program keeps it that exports both."""
    path = home.place("Exports", f"IMG_{home.number:04} {way}.png")
    home.picture.save(path, compress_level=4)
    home.keep(path, way, of)


def _turned(home: _Home, of: Label, way: str) -> None:
    path = home.place("Turned", f"IMG_{home.number:04}.jpg")
    stored, exif = _shown(home, of).transpose(Image.Transpose.ROTATE_90), Image.Exif()
    exif[0x0112] = 6
    quality = home.random.randint(80, 92)
    stored.save(path, "JPEG", quality=quality, subsampling="4:2:0", exif=exif)
    home.keep(path, way, of)


def _edited(home: _Home, of: Label, way: str) -> None:
    table = {"local edit": edits.LOCAL, "recoloured": edits.COLOUR, "reframed": edits.GEOMETRY}[way]
    # That one is a way of its own, and the two would be one picture.
    names = [name for name in table if name != "greyscale"]
    before = _shown(home, of)
    for _ in range(_TRIES):
        made = table[home.random.choice(names)](before, home.random, True).picture
        if _is_seen(before, made):
            _alternate(home, of, way, made)
            return
    _alternate(home, of, way, edits.crop(before, home.random, True).picture)


def _cropped(home: _Home, of: Label, way: str) -> None:
    before, share = _shown(home, of), home.random.uniform(0.04, 0.15)
    x, y = round(before.width * share), round(before.height * share)
    _alternate(home, of, way, before.crop((x, y, before.width - x, before.height - y)))


def _marked(home: _Home, of: Label, way: str) -> None:
    path = home.place("Edits", f"IMG_{home.number:04} {way}.jpg")
    plain = path.with_suffix(".png")
    _shown(home, of).save(plain, compress_level=1)
    gallery.watermarked(plain, path)
    plain.unlink()
    home.keep(path, way, of, f"{home.scene} {way}")


def _grey(home: _Home, of: Label, way: str) -> None:
    before = _shown(home, of)
    grey = before.convert("L").convert("RGB")
    made = grey if _is_seen(before, grey) else edits.letterbox(before, home.random, True).picture
    _alternate(home, of, way, made)


def _is_seen(before: Image.Image, after: Image.Image) -> bool:
    if before.size != after.size:
        return True
    box = ImageFilter.BoxBlur(2)
    both = [np.asarray(each.filter(box), np.int16) for each in (before, after)]
    strength = np.abs(both[0] - both[1]).max(-1)
    return int((strength >= _SEEN).sum()) >= _SEEN_PIXELS


def _alternate(home: _Home, of: Label, way: str, picture: Image.Image) -> None:
    path = home.place("Edits", f"IMG_{home.number:04} {way}.jpg")
    _saved(home, picture, path, of, (85, 95))
    home.keep(path, way, of, f"{home.scene} {way}")


def _next_moment(home: _Home, of: Label, way: str) -> None:
    """One second later: the camera has moved, something in the picture has, and the grain has."""
    random = home.random
    canvas = edits.object_(home.canvas, random, True).picture
    moved = _within(canvas, *(random.choice((-1, 1)) * random.randint(5, 20) for _ in "xy"))
    grain = np.random.default_rng(home.number).normal(0, 2, (*moved.size[::-1], 3))
    shot = Image.fromarray((np.asarray(moved) + grain).clip(0, 255).astype(np.uint8))
    path = home.place("Originals", f"IMG_{home.number:04} B.jpg")
    _photograph(home, shot, path, later=1)
    home.keep(path, way, of, f"{home.scene} {way}")


def _edit_again(home: _Home, of: Label, way: str) -> None:
    """A messenger's copy of an edit, where there is one: near the original and near the edit."""
    edited = [each for each in home.labels if each.picture != home.scene]
    _resized(home, edited[-1] if edited else of, "messenger" if edited else "smaller")


@dataclass(frozen=True, slots=True)
class _Way:
    make: Making
    weight: int


_WAYS = {
    "copied": _Way(_copied, 14),
    "copied again": _Way(_copied, 4),
    "png": _Way(_png, 6),
    "tiff": _Way(_tiff, 2),
    "stripped": _Way(_restamped, 6),
    "described": _Way(_restamped, 5),
    "recompressed": _Way(_recompressed, 10),
    "exported": _Way(_exported, 3),
    "smaller": _Way(_resized, 9),
    "messenger": _Way(_resized, 8),
    "upscaled": _Way(_resized, 4),
    "webp": _Way(_converted, 4),
    "avif": _Way(_converted, 3),
    "heic": _Way(_converted, 3),
    "nearly": _Way(_near, 2),
    "turned": _Way(_turned, 4),
    "cropped": _Way(_cropped, 4),
    "marked": _Way(_marked, 4),
    "grey": _Way(_grey, 2),
    "local edit": _Way(_edited, 6),
    "recoloured": _Way(_edited, 4),
    "reframed": _Way(_edited, 4),
    "next moment": _Way(_next_moment, 5),
    "edit again": _Way(_edit_again, 4),
}
"""How often each happens, against the others."""


def _companions(home: _Home) -> None:
    """In one household of four: a sidecar, a RAW or a video beside one or two of its pictures."""
    jpegs = [home.root / each.path for each in home.labels if each.path.endswith(".jpg")]
    beside = home.random.sample(jpegs, min(2, len(jpegs)))
    kind = home.number % 20
    if kind in (0, 5):
        gallery.with_sidecar(beside[0], rating=1 + home.number % 5, tags=("kept",))
    elif kind == 10:
        _beside(beside[:1], ".cr2", b"II*\0\x10\0\0\0CR\x02\0", home.number)
    elif kind == 15:
        _beside(beside, ".mov", b"\0\0\0\x14ftypqt  \0\0\0\0qt  ", home.number)


def _beside(images: Sequence[Path], suffix: str, head: bytes, number: int) -> None:
    for image in images:
        image.with_suffix(suffix).write_bytes(head + Random(number).randbytes(20_000))


def _main() -> None:
    library = labelled()
    ways = Counter(label.way for label in library.labels.values())
    sizes = sum((library.folder / path).stat().st_size for path in library.labels)
    print(f"{len(library.labels):,} pictures, {sizes / 1e6:,.0f} MB, in {library.folder}")
    for way, count in ways.most_common():
        print(f"{way:<28}{count:>6}")


if __name__ == "__main__":
    _main()
