"""Broken files by the thousand through a real run: they may cost their own line, nothing more.

Cards fail, downloads stop half-way, recovery programs glue sectors of two files together, and some
files are made to harm. Each file here is a small sound picture that something has been done to,
and follows from its number alone: one that brings a decoder down can be made again.

`python -m tests.benchmarks.fuzz FOLDER [FIRST LAST]` makes some of them to look at.
"""

from __future__ import annotations

import io
import json
import re
import sqlite3
import subprocess
import sys
import tempfile
import time
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import exiv2
import pillow_heif
from PIL import Image, ImageCms

from tests import gallery
from tests.benchmarks.measure import Measure
from tests.benchmarks.tree import BETTERHALF, REPOSITORY

FILES = 4000
_SIZE = (80, 60)
"""Pixels: so small that headers and metadata are most of a file, and most of what is broken."""
_PNG_START = b"\x89PNG\r\n\x1a\n"
_BLOCK = 12
"""Bytes of a part where a format has none that are easily told: an entry of a TIFF's directory."""
_SECTOR = 512
_BOXES = (b"meta", b"iprp", b"ipco", b"moov", b"trak", b"mdia", b"minf", b"stbl")
"""Boxes of ISO 14496-12 that hold boxes."""


@dataclass(frozen=True, slots=True)
class Sound:
    """A picture before anything is done to it."""

    name: str
    suffix: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Broken:
    """A picture that something has been done to."""

    name: str
    """Of its file."""
    data: bytes


def broken(number: int) -> Broken:
    """The broken picture of that number."""
    random = Random(number)
    sounds = every_format()
    sound = sounds[number % len(sounds)]
    way = random.choice(_WAYS)
    data = way(random, sound.data)
    if data.startswith(_PNG_START) and random.random() < 0.5:
        # Decoders look no further than a wrong checksum.
        data = _resealed(data)
    return Broken(f"{number:06} {sound.name}, {way.__name__[1:]}{sound.suffix}", data)


def write(folder: Path, numbers: Iterable[int]) -> list[Path]:
    """The broken pictures of these numbers as files in `folder`."""
    paths = []
    for number in numbers:
        made = broken(number)
        paths.append(folder / made.name)
        paths[-1].write_bytes(made.data)
    return paths


def run() -> list[Measure]:
    """One fresh run over all of them, and a second, which finds nothing new."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder).resolve()
        library = home / "library"
        library.mkdir()
        paths = write(library, range(FILES))
        first, second = _process(home, library), _process(home, library)
        held = _held(home / "catalog.db")
    causes = Counter(each["cause"] for each in first.problems)
    crashed = causes["a decoder crashed on it"]
    late = sum(count for cause, count in causes.items() if cause.startswith("it took longer"))
    failed = [each for each in first.problems if each["cause"].startswith("reading it failed")]
    wrong = [*_wrong(first, second, paths, held, crashed + late + len(failed)), *_names(failed)]
    return [
        Measure("broken files, files/s", "", f"{len(paths) / first.wall:.0f} ({len(paths)})"),
        Measure("  reported as unreadable", "", f"{len(first.problems)}"),
        Measure("  decoders that crashed", "", _counted(crashed, first, "a decoder crashed")),
        Measure("  decoders that hung", "", _counted(late, first, "it took longer")),
        Measure("  second run, wall", "", f"{second.wall:.1f} s"),
        Measure("  promises broken", "none", "; ".join(wrong) or "none"),
    ]


@dataclass(frozen=True, slots=True)
class _Run:
    code: int
    wall: float
    objects: list[dict[str, Any]]
    """What stdout said."""
    lines: list[str]
    """What stderr said."""

    @property
    def problems(self) -> list[dict[str, Any]]:
        return [each for each in self.objects if each["type"] == "problem"]

    @property
    def summary(self) -> dict[str, Any]:
        return self.objects[-1]


def _process(home: Path, library: Path) -> _Run:
    started = time.perf_counter()
    done = subprocess.run(
        [*BETTERHALF, home / "catalog.db", "--process", "--json", library],
        cwd=REPOSITORY,
        capture_output=True,
        stdin=subprocess.DEVNULL,
        text=True,
    )
    wall = time.perf_counter() - started
    if done.returncode not in (0, 1):
        raise RuntimeError(f"exit code {done.returncode}: {done.stderr[-2000:]}")
    objects = [json.loads(line) for line in done.stdout.split("\n")[:-1]]
    return _Run(done.returncode, wall, objects, done.stderr.split("\n")[:-1])


def _held(catalog: Path) -> dict[str, bool]:
    """What the catalog says of each path: whether its picture has been read."""
    query = """
        SELECT asset.path, content.format IS NOT NULL
        FROM asset LEFT JOIN content ON content.id = asset.content_id
    """
    with closing(sqlite3.connect(catalog)) as connection:
        return {bytes(path).decode(): bool(read) for path, read in connection.execute(query)}


def _wrong(
    first: _Run, second: _Run, paths: list[Path], held: dict[str, bool], untold: int
) -> Iterator[str]:
    """What did not come out as promised; `untold` files have to be tried again by the second."""
    told = Counter(each["path"] for each in first.problems)
    if first.code != (1 if told else 0) or second.code != first.code:
        yield f"exit codes {first.code} and {second.code}"
    if any(count > 1 for count in told.values()):
        yield f"reported twice: {[path for path, count in told.items() if count > 1][:3]}"
    if (first.summary["files"], first.summary["read"]) != (len(paths), len(paths)):
        yield f"{first.summary['read']} of {first.summary['files']} read"
    if first.summary["unreadable"] != len(told):
        yield f"{first.summary['unreadable']} unreadable, {len(told)} reported"
    for path in map(str, paths):
        if held.get(path) is not (path not in told):
            yield f"neither or both read and reported: {path}"
    if second.summary["read"] != untold:
        yield f"the second run read {second.summary['read']} again instead of {untold}"
    if {each["path"] for each in second.problems} != set(told):
        yield "the second run reported others"
    for outcome in (first, second):
        yield from _wrong_lines(outcome, {str(path) for path in paths})


def _wrong_lines(outcome: _Run, paths: set[str]) -> Iterator[str]:
    """What stderr says beyond one line for each file that could not be read, and notes."""
    named = []
    for line in outcome.lines:
        path = line.removeprefix("note: ").partition(": ")[0]
        if path not in paths or not line.isprintable():
            yield f"on stderr: {line!r}"
        elif not line.startswith("note: "):
            named.append(path)
    if sorted(named) != sorted(each["path"] for each in outcome.problems):
        yield f"{len(named)} lines for {len(outcome.problems)} files"


def _counted(count: int, outcome: _Run, cause: str) -> str:
    told = [each for each in outcome.problems if each["cause"].startswith(cause)]
    return f"{count}" + "".join(f"; {name}" for name in _names(told))


def _names(problems: Iterable[dict[str, Any]]) -> list[str]:
    return [f"{Path(each['path']).name}: {each['cause']}" for each in problems]


# What can be broken: a picture of every format, with all the metadata the format takes.


@cache
def every_format() -> tuple[Sound, ...]:
    """A small picture of each format and coding, the same ones every time."""
    pillow_heif.register_heif_opener(thumbnails=False)
    with Image.open(gallery.photo("chelsea")) as opened:
        photo = opened.convert("RGB").resize(_SIZE)
    grey, palette, clear = photo.convert("L"), photo.quantize(64), photo.convert("RGBA")
    clear.putalpha(grey)
    frames = {"save_all": True, "append_images": [photo.rotate(9), photo.rotate(30)]}
    tags = _exif()
    deep = Image.frombytes("I;16", _SIZE, bytes(value for each in grey.tobytes() for value in
                                                (255 - each, each)))  # fmt: skip
    made: list[tuple[str, str, Image.Image, str, dict[str, Any]]] = [
        ("jpeg", ".jpg", photo, "JPEG", {"icc_profile": _profile("sRGB")}),
        ("jpeg of other colours", ".jpg", photo, "JPEG", {"icc_profile": _profile("wide")}),
        ("jpeg progressive", ".jpg", photo, "JPEG", {"progressive": True}),
        ("jpeg restarting", ".jpeg", photo, "JPEG", {"restart_marker_blocks": 4}),
        ("jpeg cmyk", ".jpg", photo.convert("CMYK"), "JPEG", {"icc_profile": _profile("wide")}),
        ("jpeg grey", ".jpg", grey, "JPEG", {}),
        ("mpo", ".mpo", photo, "MPO", frames),
        ("png", ".png", photo, "PNG", {"icc_profile": _profile("wide")}),
        ("png clear", ".png", clear, "PNG", {}),
        ("png palette", ".png", palette, "PNG", {"transparency": 3}),
        ("png bilevel", ".png", photo.convert("1"), "PNG", {}),
        ("png 16 bit", ".png", deep, "PNG", {}),
        ("apng", ".png", photo, "PNG", frames),
        ("gif", ".gif", palette, "GIF", {"comment": b"a comment"}),
        ("gif animated", ".gif", palette, "GIF", frames),
        ("webp", ".webp", photo, "WEBP", {"icc_profile": _profile("wide")}),
        ("webp clear", ".webp", clear, "WEBP", {}),
        ("webp lossless", ".webp", photo, "WEBP", {"lossless": True}),
        ("webp animated", ".webp", photo, "WEBP", frames),
        ("tiff", ".tif", photo, "TIFF", {"icc_profile": _profile("wide")}),
        ("tiff packed", ".tif", palette, "TIFF", {"compression": "packbits"}),
        ("tiff lzw", ".tiff", clear, "TIFF", {"compression": "tiff_lzw"}),
        ("tiff jpeg", ".tif", photo, "TIFF", {"compression": "jpeg"}),
        ("tiff deflated", ".tif", grey, "TIFF", {"compression": "tiff_adobe_deflate"}),
        ("tiff fax", ".tif", photo.convert("1"), "TIFF", {"compression": "group4"}),
        ("tiff float", ".tif", grey.convert("F"), "TIFF", {}),
        ("tiff pages", ".tif", grey, "TIFF", {"save_all": True, "append_images": [grey]}),
        ("bmp", ".bmp", photo, "BMP", {}),
        ("bmp palette", ".bmp", palette, "BMP", {}),
        ("avif", ".avif", photo, "AVIF", {"speed": 9, "exif": tags}),
        ("avif animated", ".avif", photo, "AVIF", {"speed": 9, **frames}),
        ("heic", ".heic", photo, "HEIF", {"exif": tags, "icc_profile": _profile("wide")}),
        ("heic of two", ".heic", clear, "HEIF", {"save_all": True, "append_images": [photo]}),
    ]
    if _has_jxl():
        made += [
            ("jxl", ".jxl", photo, "JXL", {}),
            ("jxl in boxes", ".jxl", photo, "JXL", {"exif": tags, "use_container": True}),
        ]
    sounds = [
        Sound(name, suffix, _saved(image, format_, options))
        for name, suffix, image, format_, options in made
    ]
    with tempfile.TemporaryDirectory() as folder:
        small = Path(folder, "small.png")
        photo.save(small)
        data = gallery.as_tiff_16bit(small, Path(folder, "deep.tif")).read_bytes()
        dng = gallery.dng_of(small, Path(folder, "raw.dng"), preview_scale=2, orientation=6)
        sounds.append(Sound("dng", ".dng", dng.read_bytes()))
    sounds.append(Sound("tiff 16 bit", ".tif", data))
    return tuple(sounds)


def _has_jxl() -> bool:
    try:
        import pillow_jxl  # noqa: F401
    except ImportError:
        return False
    return True


def _saved(image: Image.Image, format_: str, options: dict[str, Any]) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format_, **options)
    data = buffer.getvalue()
    return _described(data) if format_ in ("JPEG", "MPO", "PNG", "WEBP", "TIFF") else data


def _described(data: bytes) -> bytes:
    """The same picture with EXIF, IPTC and XMP, as far as its format has a place for them."""
    image = exiv2.ImageFactory.open(data)
    image.readMetadata()
    exif = image.exifData()
    exif["Exif.Image.Make"] = "Canon"
    exif["Exif.Image.Orientation"] = 6
    exif["Exif.Image.XPTitle"] = "84 0 105 0 0 0"
    exif["Exif.Photo.DateTimeOriginal"] = "2024:07:14 10:00:00"
    exif["Exif.Photo.UserComment"] = "charset=Unicode a comment"
    exif["Exif.GPSInfo.GPSLatitude"] = "48/1 51/1 30/1"
    exif["Exif.GPSInfo.GPSLatitudeRef"] = "N"
    exif["Exif.GPSInfo.GPSLongitude"] = "2/1 17/1 40/1"
    exif["Exif.GPSInfo.GPSLongitudeRef"] = "E"
    xmp = image.xmpData()
    xmp["Xmp.xmp.Rating"] = "4"
    xmp["Xmp.dc.subject"] = ["holiday", "Paris"]
    xmp["Xmp.dc.description"] = 'lang="x-default" A day in the city'
    iptc = image.iptcData()
    iptc["Iptc.Application2.Caption"] = "A day in the city"
    iptc["Iptc.Application2.Keywords"] = "holiday"
    image.writeMetadata()
    source = image.io()
    source.open()
    return bytes(source.mmap())


def _exif() -> bytes:
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "Canon", 6
    exif.get_ifd(0x8769)[0x9003] = "2024:07:14 10:00:00"
    return exif.tobytes()


def _profile(name: str) -> bytes:
    """A profile of sRGB under the name `name`: what is called otherwise is converted."""
    data = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return data.replace("sRGB".encode("utf-16-be"), name.encode("utf-16-be"))


# What is done to them. The name of a function is what a file's name says.


def _bits_flipped(random: Random, data: bytes) -> bytes:
    changed = bytearray(data)
    for _ in range(random.choice((1, 1, 2, 4, 16, 64))):
        changed[random.randrange(len(changed))] ^= 1 << random.randrange(8)
    return bytes(changed)


def _front_flipped(random: Random, data: bytes) -> bytes:
    front = min(len(data), random.choice((16, 64, 256, 1024)))
    return _bits_flipped(random, data[:front]) + data[front:]


def _number_changed(random: Random, data: bytes) -> bytes:
    """A size, count or offset that is nought, negative, or as large as can be."""
    changed = bytearray(data)
    for _ in range(random.choice((1, 1, 2, 3))):
        number = random.choice((b"\0", b"\xff", b"\x7f\xff", b"\xff\x7f", b"\x80\0", b"\0\0\0\0",
                                b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\0\0\0\x80",
                                b"\0\x01\0\0", b"\xff\xff\xff\x7f"))  # fmt: skip
        front = random.choice((64, 512, len(changed)))
        at = random.randrange(max(1, min(front, len(changed)) - len(number)))
        changed[at : at + len(number)] = number
    return bytes(changed)


def _cut(random: Random, data: bytes) -> bytes:
    return data[: random.randrange(len(data))]


def _cut_early(random: Random, data: bytes) -> bytes:
    return data[: random.randrange(min(len(data), 128))]


def _end_missing(random: Random, data: bytes) -> bytes:
    return data[: -random.randint(1, min(64, len(data)))]


def _cut_between(random: Random, data: bytes) -> bytes:
    parts = _parts(data)
    return b"".join(parts[: random.randrange(len(parts))])


def _filled_up(random: Random, data: bytes) -> bytes:
    """The right length, as a copy that was stopped leaves it where space was set aside first."""
    return _cut(random, data).ljust(len(data), random.choice((b"\0", b"\xff")))


def _sector_lost(random: Random, data: bytes) -> bytes:
    at = random.randrange(0, len(data), _SECTOR)
    lost = data[at : at + _SECTOR]
    return (
        data[:at]
        + random.choice((bytes(len(lost)), random.randbytes(len(lost))))
        + data[at + len(lost) :]
    )


def _bytes_missing(random: Random, data: bytes) -> bytes:
    at = random.randrange(len(data))
    return data[:at] + data[at + random.choice((1, 2, 16, 256)) :]


def _bytes_doubled(random: Random, data: bytes) -> bytes:
    at, length = random.randrange(len(data)), random.choice((1, 2, 16, 256))
    return data[: at + length] + data[at:]


def _part_missing(random: Random, data: bytes) -> bytes:
    parts = _parts(data)
    del parts[random.randrange(len(parts))]
    return b"".join(parts)


def _part_doubled(random: Random, data: bytes) -> bytes:
    parts = _parts(data)
    at = random.randrange(len(parts))
    return b"".join(parts[:at] + parts[at : at + 1] * random.choice((2, 2, 50)) + parts[at + 1 :])


def _parts_swapped(random: Random, data: bytes) -> bytes:
    parts = _parts(data)
    a, b = random.randrange(len(parts)), random.randrange(len(parts))
    parts[a], parts[b] = parts[b], parts[a]
    return b"".join(parts)


def _parts_of_another(random: Random, data: bytes) -> bytes:
    """A part of any other picture in this one."""
    parts, others = _parts(data), _parts(random.choice(every_format()).data)
    parts.insert(random.randrange(len(parts) + 1), random.choice(others))
    return b"".join(parts)


def _head_of_another(random: Random, data: bytes) -> bytes:
    length = random.choice((4, 8, 12, 16, 32, 64))
    return random.choice(every_format()).data[:length] + data[length:]


def _continued_by_another(random: Random, data: bytes) -> bytes:
    at = random.randrange(len(data))
    return data[:at] + random.choice(every_format()).data[at:]


def _noise_after(random: Random, data: bytes) -> bytes:
    return data + random.randbytes(random.choice((1, 16, 4096)))


def _noise_before(random: Random, data: bytes) -> bytes:
    return random.randbytes(random.choice((1, 16, 512))) + data


def _noise_from_here(random: Random, data: bytes) -> bytes:
    at = random.randrange(len(data))
    return data[:at] + random.randbytes(len(data) - at)


_WAYS: tuple[Callable[[Random, bytes], bytes], ...] = (
    *(_bits_flipped, _front_flipped, _number_changed) * 3,
    _cut, _cut_early, _end_missing, _cut_between, _filled_up, _sector_lost,
    _bytes_missing, _bytes_doubled, _part_missing, _part_doubled, _parts_swapped,
    _parts_of_another, _head_of_another, _continued_by_another,
    _noise_after, _noise_before, _noise_from_here,
)  # fmt: skip
"""Small changes are tried most: they get furthest into a decoder."""


def _parts(data: bytes) -> list[bytes]:
    """A sound file cut where its format's own parts begin."""
    if data.startswith(b"\xff\xd8"):
        starts = [found.start() for found in re.finditer(rb"\xff[\xc0-\xfe]", data)]
    elif data.startswith(_PNG_START):
        starts = list(_chunks(data, 8, "big", 12))
    elif data.startswith(b"RIFF"):
        starts = list(_chunks(data, 12, "little", 8))
    elif data[4:8] in (b"ftyp", b"JXL "):
        starts = list(_boxes(data, 0, len(data)))
    else:
        starts = list(range(0, len(data), _BLOCK))
    starts = sorted({0, *starts, len(data)})
    return [data[start:end] for start, end in pairwise(starts)]


def _chunks(data: bytes, at: int, order: Any, beside: int) -> Iterator[int]:
    """Where the chunks of a PNG or RIFF start; each is `beside` bytes longer than it says."""
    at_length = 0 if order == "big" else 4
    while at + 8 <= len(data):
        yield at
        length = int.from_bytes(data[at + at_length : at + at_length + 4], order)
        at += length + beside + (length % 2 if order == "little" else 0)


def _boxes(data: bytes, at: int, end: int) -> Iterator[int]:
    while at + 8 <= end:
        yield at
        length, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        inside = at + (12 if kind == b"meta" else 8)
        if length < 8:
            return
        if kind in _BOXES:
            yield from _boxes(data, inside, min(end, at + length))
        at += length


def _resealed(png: bytes) -> bytes:
    """The PNG with the checksums that its chunks, as they are now, ask for."""
    sealed = bytearray(png)
    for at in _chunks(png, 8, "big", 12):
        end = at + 8 + int.from_bytes(png[at : at + 4], "big")
        if end + 4 <= len(png):
            sealed[end : end + 4] = zlib.crc32(png[at + 4 : end]).to_bytes(4, "big")
    return bytes(sealed)


def _main(folder: str, first: str = "0", last: str = "99") -> None:
    print(f"made {len(write(Path(folder), range(int(first), int(last) + 1)))} files in {folder}")


if __name__ == "__main__":
    _main(*sys.argv[1:])
