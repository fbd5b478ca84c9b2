"""Derives the pictures the tests and the demo need from a few small real photos.

Perceptual comparison behaves differently on synthetic pictures than on photos, so real ones are
shipped (`tests/data/photos`). Everything else is derived from them at run time: the repository
stays small, and the truth about each derived file is known because this module made it.

Each function writes one file and returns its path. Unless its docstring says otherwise, a
function that encodes anew starts from the picture as shown and carries no metadata over, as
messengers and export dialogs do.
"""

from __future__ import annotations

import io
import os
import shutil
import struct
import sys
import zlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape

import exiv2
import pillow_heif
from PIL import Image, ImageDraw, ImageFont, ImageOps

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

PHOTOS: Final = Path(__file__).parent / "data" / "photos"

_TAKEN: Final = datetime(2024, 7, 14, 10, 0, tzinfo=UTC)
_EXIF_DATE: Final = "%Y:%m:%d %H:%M:%S"
_ORIENTATION_TAG: Final = 0x0112
_STORED_FOR_ORIENTATION: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}

_SOF0: Final = 0xC0
_SOF1: Final = 0xC1
_SOS: Final = 0xDA
# APP0 and APP14 tell a decoder how colours are laid out: without them an unchanged stream may
# decode to other pixels.
_METADATA_MARKERS: Final = frozenset({*range(0xE1, 0xEE), 0xEF, 0xFE})

_SIDECAR: Final = """\
<?xml version="1.0" encoding="UTF-8"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about=""
    xmlns:xmp="http://ns.adobe.com/xap/1.0/"
    xmlns:dc="http://purl.org/dc/elements/1.1/"
    xmp:Rating="{rating}">
   <dc:subject>
    <rdf:Bag>
{items}    </rdf:Bag>
   </dc:subject>
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
"""


def photo(name: str) -> Path:
    """The shipped photo of that name, without suffix: `photo("chelsea")`."""
    return PHOTOS / f"{name}.jpg"


def exact_copy(source: Path, dest: Path, *, modified: float | None = None) -> Path:
    """The same bytes, with the source's modification time unless one is given."""
    shutil.copy2(source, dest)
    if modified is not None:
        os.utime(dest, (modified, modified))
    return dest


def png_of(source: Path, dest: Path) -> Path:
    """Exactly the shown pixels, stored as PNG."""
    _shown(source).save(dest, "PNG")
    return dest


def recompressed(source: Path, dest: Path, *, quality: int = 60) -> Path:
    _save_jpeg(_shown(source), dest, quality)
    return dest


def resized(source: Path, dest: Path, *, factor: float = 0.5) -> Path:
    shown = _shown(source)
    size = (max(1, round(shown.width * factor)), max(1, round(shown.height * factor)))
    _save_jpeg(shown.resize(size, Image.Resampling.LANCZOS), dest)
    return dest


def exif_rotated(source: Path, dest: Path, *, orientation: int = 6) -> Path:
    """A JPEG that shows the same picture but stores it turned; encoded anew, so not exact."""
    stored, exif = _turned(source, orientation)
    stored.save(dest, "JPEG", quality=95, subsampling="4:4:4", exif=exif)
    return dest


def exif_rotated_png(source: Path, dest: Path, *, orientation: int = 6) -> Path:
    """A PNG that stores the picture turned and shows exactly the source's pixels."""
    stored, exif = _turned(source, orientation)
    stored.save(dest, "PNG", exif=exif)
    return dest


def stripped(source: Path, dest: Path) -> Path:
    """The same JPEG stream without its metadata segments: exactly the stored pixels."""
    jpeg = source.read_bytes()
    segments = list(_segments(jpeg))
    kept = b"".join(
        jpeg[segment.start : segment.end]
        for segment in segments
        if segment.marker not in _METADATA_MARKERS
    )
    dest.write_bytes(jpeg[:2] + kept + jpeg[segments[-1].end :])
    return dest


def described(
    source: Path,
    dest: Path,
    *,
    taken: datetime = _TAKEN,
    make: str = "Canon",
    model: str = "Canon EOS 80D",
    position: tuple[float, float] = (48.8584, 2.2945),
    rating: int = 4,
    tags: Sequence[str] = ("holiday", "Paris"),
    description: str = "A day in the city",
) -> Path:
    """The same JPEG stream with EXIF and XMP as a camera and a photo manager leave them."""
    shutil.copyfile(source, dest)
    image = exiv2.ImageFactory.open(str(dest))
    image.readMetadata()
    exif = image.exifData()
    exif["Exif.Image.Make"] = make
    exif["Exif.Image.Model"] = model
    exif["Exif.Photo.DateTimeOriginal"] = taken.strftime(_EXIF_DATE)
    latitude, longitude = position
    exif["Exif.GPSInfo.GPSLatitude"] = _exif_angle(latitude)
    exif["Exif.GPSInfo.GPSLatitudeRef"] = "N" if latitude >= 0 else "S"
    exif["Exif.GPSInfo.GPSLongitude"] = _exif_angle(longitude)
    exif["Exif.GPSInfo.GPSLongitudeRef"] = "E" if longitude >= 0 else "W"
    xmp = image.xmpData()
    xmp["Xmp.xmp.Rating"] = str(rating)
    xmp["Xmp.dc.subject"] = list(tags)
    xmp["Xmp.dc.description"] = f'lang="x-default" {description}'
    image.writeMetadata()
    return dest


def cropped(source: Path, dest: Path, *, percent: float = 5) -> Path:
    """The picture with that share of its width and height cut from each side."""
    shown = _shown(source)
    left, top = (round(side * percent / 100) for side in shown.size)
    _save_jpeg(shown.crop((left, top, shown.width - left, shown.height - top)), dest)
    return dest


def watermarked(source: Path, dest: Path, *, text: str = "© Example Photos") -> Path:
    shown = _shown(source)
    font = ImageFont.load_default(size=max(12, shown.height // 16))
    overlay = Image.new("RGBA", shown.size)
    corner = (shown.width * 0.97, shown.height * 0.97)
    ImageDraw.Draw(overlay).text(corner, text, fill=(255, 255, 255, 200), font=font, anchor="rs")
    shown.paste(overlay, mask=overlay)
    _save_jpeg(shown, dest)
    return dest


def truncated(source: Path, dest: Path, *, share: float = 0.5) -> Path:
    """The first part of the file, as an interrupted download or a failing card leaves it."""
    whole = source.read_bytes()
    dest.write_bytes(whole[: int(len(whole) * share)])
    return dest


def heic_of(source: Path, dest: Path, *, quality: int = 80) -> Path:
    # Registering the Pillow plugin instead would hide that code under test forgot to do so.
    pillow_heif.from_pillow(_shown(source)).save(dest, quality=quality)
    return dest


def avif_of(source: Path, dest: Path, *, quality: int = 75) -> Path:
    _shown(source).save(dest, "AVIF", quality=quality, speed=8)
    return dest


def webp_of(source: Path, dest: Path, *, quality: int = 80) -> Path:
    _shown(source).save(dest, "WEBP", quality=quality)
    return dest


def as_tiff_16bit(source: Path, dest: Path) -> Path:
    """A 16-bit RGB TIFF as scanners write it; read back at 8 bits it is exactly the source."""
    # Pillow reads 16-bit RGB but cannot write it.
    shown = _shown(source)
    samples = bytearray(2 * 3 * shown.width * shown.height)
    samples[0::2] = samples[1::2] = shown.tobytes()
    dest.write_bytes(_tiff(shown.width, shown.height, bytes(samples)))
    return dest


def dng_of(
    source: Path,
    dest: Path,
    *,
    orientation: int = 1,
    preview_scale: float | None = 0.5,
    make: str = "Canon",
    version: bool = True,
) -> Path:
    """A RAW laid out as Adobe's converter does: an icon first, then the sensor's values (of a
    grey mosaic, uncompressed) and a JPEG preview, both stored to be shown turned.

    Without `version` it is what other makers derive from the same TIFF: NEF, ARW ...
    """
    shown = _shown(source)
    if orientation > 1:
        shown = shown.transpose(_STORED_FOR_ORIENTATION[orientation])
    width, height = shown.size
    byte, text, short, long = 1, 2, 3, 4
    body = bytearray(b"II*\0\0\0\0\0")

    def place(content: bytes) -> int:
        body.extend(b"\0" * (len(body) % 2))
        body.extend(content)
        return len(body) - len(content)

    def directory(*entries: tuple[int, int, int, int]) -> int:
        packed = b"".join(struct.pack("<HHII", *entry) for entry in sorted(entries))
        return place(struct.pack("<H", len(entries)) + packed + bytes(4))

    mosaic = b"".join(struct.pack("<H", level << 6) for level in shown.convert("L").tobytes())
    parts = [
        directory(
            (254, long, 1, 0),
            (256, long, 1, width),
            (257, long, 1, height),
            (258, short, 1, 16),
            (259, short, 1, 1),
            (262, short, 1, 32803),
            (273, long, 1, place(mosaic)),
            (277, short, 1, 1),
            (278, long, 1, height),
            (279, long, 1, len(mosaic)),
        )
    ]
    if preview_scale is not None:
        small = shown.resize((round(width * preview_scale), round(height * preview_scale)))
        buffer = io.BytesIO()
        _save_jpeg(small, buffer)
        jpeg = buffer.getvalue()
        parts.append(
            directory(
                (254, long, 1, 1),
                (256, long, 1, small.width),
                (257, long, 1, small.height),
                (259, short, 1, 7),
                (262, short, 1, 6),
                (273, long, 1, place(jpeg)),
                (277, short, 1, 3),
                (278, long, 1, small.height),
                (279, long, 1, len(jpeg)),
            )
        )
    icon = shown.resize((12, 8))
    maker = make.encode() + b"\0"
    # What fits four bytes stands in the entry itself.
    sub = place(struct.pack(f"<{len(parts)}I", *parts)) if len(parts) > 1 else parts[0]
    first = directory(
        (254, long, 1, 1),
        (256, long, 1, icon.width),
        (257, long, 1, icon.height),
        (258, short, 3, place(struct.pack("<HHH", 8, 8, 8))),
        (259, short, 1, 1),
        (262, short, 1, 2),
        (271, text, len(maker), place(maker)),
        (273, long, 1, place(icon.tobytes())),
        (274, short, 1, orientation),
        (277, short, 1, 3),
        (278, long, 1, icon.height),
        (279, long, 1, len(icon.tobytes())),
        (330, long, len(parts), sub),
        *([(50706, byte, 4, 0x0401)] if version else []),
    )
    body[4:8] = struct.pack("<I", first)
    dest.write_bytes(body)
    return dest


def grey(source: Path, dest: Path) -> Path:
    """The luma alone, as a JPEG of one component."""
    _save_jpeg(_shown(source).convert("L"), dest)
    return dest


def rgb_jpeg(source: Path, dest: Path) -> Path:
    """A JPEG that stores red, green and blue as they are."""
    _shown(source).save(dest, "JPEG", quality=95, keep_rgb=True)
    return dest


def cmyk_jpeg(source: Path, dest: Path, *, quality: int = 90) -> Path:
    _shown(source).convert("CMYK").save(dest, "JPEG", quality=quality)
    return dest


def with_sidecar(image: Path, *, rating: int = 3, tags: Sequence[str] = ()) -> Path:
    """Writes `<image>.xmp` beside the image and returns the sidecar's path."""
    items = "".join(f"     <rdf:li>{escape(tag)}</rdf:li>\n" for tag in tags)
    sidecar = image.with_name(f"{image.name}.xmp")
    sidecar.write_text(_SIDECAR.format(rating=rating, items=items), encoding="utf-8")
    return sidecar


def empty_file(dest: Path) -> Path:
    dest.write_bytes(b"")
    return dest


def text_named_jpg(dest: Path) -> Path:
    dest.write_text("Not a picture.\n", encoding="utf-8")
    return dest


def png_named_jpg(source: Path, dest: Path) -> Path:
    """A sound PNG; only the name the caller gives it is wrong."""
    return png_of(source, dest)


def bomb_png(dest: Path, *, width: int = 65535, height: int = 65535) -> Path:
    """A few dozen bytes whose valid header announces a picture of gigabytes."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = (
        _png_chunk(b"IHDR", header),
        _png_chunk(b"IDAT", zlib.compress(b"\0")),
        _png_chunk(b"IEND", b""),
    )
    dest.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(chunks))
    return dest


def twelve_bit_jpeg(source: Path, dest: Path) -> Path:
    """A baseline JPEG whose frame header is rewritten to say 12 bits a sample."""
    jpeg = bytearray(source.read_bytes())
    frame = next(segment for segment in _segments(bytes(jpeg)) if segment.marker == _SOF0)
    # Baseline frames allow 8 bits only; 12 are legal in an extended sequential frame.
    jpeg[frame.start + 1] = _SOF1
    jpeg[frame.start + 4] = 12
    dest.write_bytes(jpeg)
    return dest


def hostile_names(folder: Path, source: Path) -> list[Path]:
    """Copies under names that harm a careless display; some file systems refuse some of them."""
    names = (
        "line\nbreak.jpg",
        "\x1b[2Jclear.jpg",
        os.fsdecode(b"caf\xe9.jpg"),
        # A name cannot hold the slash of a closing tag, but a path across two levels can.
        "[red]name[/red].jpg",
        "[bold red]name.jpg",
        "IMG_\u202e2041gpj.jpg",
    )
    return [exact_copy(source, _with_parent(folder / name)) for name in names]


def hostile_metadata(source: Path, dest: Path) -> Path:
    """The same JPEG stream whose descriptions clear the screen and set the clipboard.

    XML forbids the escape character, so in XMP the single-character (C1) forms stand in for it;
    they survive reading, and some terminals obey them.
    """
    shutil.copyfile(source, dest)
    image = exiv2.ImageFactory.open(str(dest))
    image.readMetadata()
    image.exifData()["Exif.Image.ImageDescription"] = (
        "before\x1b[2J\x1b]52;c;aG9zdGlsZQ==\x07\x1b[31mafter"
    )
    image.xmpData()["Xmp.dc.description"] = (
        'lang="x-default" before\u009b2J\u009d52;c;aG9zdGlsZQ==\u009c\u009b31mafter'
    )
    image.writeMetadata()
    return dest


def build(folder: Path) -> dict[str, Path]:
    """Lays out a small photo library in an empty folder; returns its files by role.

    Originals come first and are the oldest; each further file is an hour younger.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise FileExistsError(f"not empty: {folder}")
    library = _Library(folder)
    for step in (_shoot, _scan, _back_up, _share, _edit, _rate):
        step(library)
    return library.files


@dataclass(frozen=True)
class _Library:
    root: Path
    files: dict[str, Path] = field(default_factory=dict)

    def __getitem__(self, role: str) -> Path:
        return self.files[role]

    def next_time(self) -> datetime:
        return _TAKEN + timedelta(hours=len(self.files))

    def keep(self, role: str, made: Path) -> None:
        when = self.next_time().timestamp()
        os.utime(made, (when, when))
        self.files[role] = made

    def place(self, role: str, where: str, make: Callable[[Path], Path]) -> None:
        self.keep(role, make(_with_parent(self.root / where)))


_HOLIDAY: Final = (
    ("coffee", "IMG_2038.jpg", 4, ("holiday", "breakfast")),
    ("chelsea", "IMG_2039.jpg", 5, ("holiday", "cat")),
    ("astronaut", "IMG_2040.jpg", 3, ("holiday", "museum")),
    ("brick", "IMG_2041.JPG", 1, ("holiday",)),
    ("grass", "IMG_2042.jpg", 2, ("holiday", "park")),
    ("camera", "IMG_2043.jpg", 4, ("holiday", "black and white")),
)


def _shoot(library: _Library) -> None:
    for number, (name, file_name, rating, tags) in enumerate(_HOLIDAY):
        make = partial(
            described,
            photo(name),
            taken=library.next_time(),
            position=(48.85 + number / 100, 2.29 + number / 100),
            rating=rating,
            tags=tags,
            description=f"Day one, picture {number + 1}",
        )
        library.place(name, f"Holiday 2024/{file_name}", make)
    library.place("clock", "Holiday 2024/IMG_2044.jpg", partial(exact_copy, photo("clock")))
    library.place("retina", "Scans/scan_001.jpg", partial(exact_copy, photo("retina")))
    library.place("brick_raw", "Holiday 2024/IMG_2041.CR2", _raw_like)
    library.place("grass_movie", "Holiday 2024/IMG_2042.MOV", _movie_like)


def _scan(library: _Library) -> None:
    retina, clock = library["retina"], library["clock"]
    library.place("retina_tiff", "Scans/scan_001.tif", partial(as_tiff_16bit, retina))
    library.place("retina_turned", "Scans/scan_001 turned.png", partial(exif_rotated_png, retina))
    library.place("retina_png", "Scans/scan_001.png", partial(png_of, retina))
    library.place("clock_cmyk", "Scans/print.jpg", partial(cmyk_jpeg, clock))


def _back_up(library: _Library) -> None:
    for role in (*(name for name, *_ in _HOLIDAY), "brick_raw", "grass_movie"):
        source = library[role]
        copy = partial(exact_copy, source)
        library.place(f"{role}_backup", f"Backup/Holiday/{source.name}", copy)


def _share(library: _Library) -> None:
    sent: tuple[tuple[str, Callable[[Path], Path]], ...] = (
        ("coffee_small", partial(resized, library["coffee"])),
        ("astronaut_small", partial(resized, library["astronaut"], factor=0.4)),
        ("chelsea_recompressed", partial(recompressed, library["chelsea"])),
        ("grass_recompressed", partial(recompressed, library["grass"], quality=40)),
        ("clock_recompressed", partial(recompressed, library["clock"], quality=50)),
        ("brick_stripped", partial(stripped, library["brick"])),
        ("camera_truncated", partial(truncated, library["camera"])),
    )
    for number, (role, make) in enumerate(sent, start=1):
        library.place(role, f"WhatsApp/IMG-20240715-WA{number:04}.jpg", make)
    again = partial(exact_copy, library["chelsea_recompressed"])
    library.place("chelsea_recompressed_again", "WhatsApp/IMG-20240715-WA0003(1).jpg", again)


def _edit(library: _Library) -> None:
    coffee, chelsea, camera = library["coffee"], library["chelsea"], library["camera"]
    astronaut, brick = library["astronaut"], library["brick"]
    library.place("coffee_again", "Holiday 2024/IMG_2038 (1).jpg", partial(exact_copy, coffee))
    library.place("camera_heic", "Holiday 2024/IMG_2043.heic", partial(heic_of, camera))
    library.place("coffee_cropped", "Edits/coffee crop.jpg", partial(cropped, coffee))
    library.place("coffee_webp", "Edits/coffee.webp", partial(webp_of, coffee))
    library.place("chelsea_watermarked", "Edits/chelsea web.jpg", partial(watermarked, chelsea))
    library.place("chelsea_avif", "Edits/chelsea.avif", partial(avif_of, chelsea))
    library.place("chelsea_png", "Edits/chelsea.png", partial(png_of, chelsea))
    library.place("astronaut_turned", "Edits/portrait.jpg", partial(exif_rotated, astronaut))
    library.place("brick_cropped", "Edits/wall.jpg", partial(cropped, brick, percent=10))


def _rate(library: _Library) -> None:
    for role, rating, tags in (
        ("chelsea", 5, ("cat", "Chelsea")),
        ("chelsea_backup", 2, ("cat",)),
        ("coffee_cropped", 4, ("print",)),
    ):
        library.keep(f"{role}_sidecar", with_sidecar(library[role], rating=rating, tags=tags))


def _with_parent(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def _raw_like(dest: Path) -> Path:
    dest.write_bytes(b"II*\0\x10\0\0\0CR\x02\0" + bytes(range(256)) * 64)
    return dest


def _movie_like(dest: Path) -> Path:
    dest.write_bytes(b"\0\0\0\x14ftypqt  \0\0\0\0qt  " + bytes(range(256)) * 64)
    return dest


def _shown(source: Path) -> Image.Image:
    with Image.open(source) as image:
        upright = ImageOps.exif_transpose(image).convert("RGB")
    # Savers write what they find here back into the new file.
    upright.info.clear()
    return upright


def _turned(source: Path, orientation: int) -> tuple[Image.Image, Image.Exif]:
    exif = Image.Exif()
    exif[_ORIENTATION_TAG] = orientation
    return _shown(source).transpose(_STORED_FOR_ORIENTATION[orientation]), exif


def _save_jpeg(image: Image.Image, dest: Path | io.BytesIO, quality: int = 90) -> None:
    image.save(dest, "JPEG", quality=quality, subsampling="4:2:0")


@dataclass(frozen=True)
class _Segment:
    marker: int
    start: int
    end: int


def _segments(jpeg: bytes) -> Iterator[_Segment]:
    """The segments of a JPEG from its start to the one that opens the compressed stream."""
    marker, start = 0, 2
    while marker != _SOS:
        marker = jpeg[start + 1]
        end = start + 2 + int.from_bytes(jpeg[start + 2 : start + 4], "big")
        yield _Segment(marker, start, end)
        start = end


def _exif_angle(degrees: float) -> str:
    hundredths = round(abs(degrees) * 360_000)
    whole, rest = divmod(hundredths, 360_000)
    minutes, seconds = divmod(rest, 6_000)
    return f"{whole}/1 {minutes}/1 {seconds}/100"


def _png_chunk(kind: bytes, content: bytes) -> bytes:
    checked = kind + content
    return struct.pack(">I", len(content)) + checked + struct.pack(">I", zlib.crc32(checked))


def _tiff(width: int, height: int, samples: bytes) -> bytes:
    """A little-endian TIFF of one deflated strip of 16-bit RGB samples."""
    short, long = 3, 4
    strip = zlib.compress(samples)
    bits = struct.pack("<HHH", 16, 16, 16)
    bits_at = 8
    strip_at = bits_at + len(bits)
    entries = (
        (256, long, 1, width),
        (257, long, 1, height),
        (258, short, 3, bits_at),
        (259, short, 1, 8),
        (262, short, 1, 2),
        (273, long, 1, strip_at),
        (277, short, 1, 3),
        (278, long, 1, height),
        (279, long, 1, len(strip)),
        (284, short, 1, 1),
    )
    body = bits + strip
    # A directory has to start at an even offset.
    body += b"\0" * (len(body) % 2)
    directory = struct.pack("<H", len(entries))
    directory += b"".join(struct.pack("<HHII", *entry) for entry in entries)
    directory += struct.pack("<I", 0)
    return b"II*\0" + struct.pack("<I", bits_at + len(body)) + body + directory


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m tests.gallery FOLDER")
    print(f"made {len(build(Path(sys.argv[1])))} files in {sys.argv[1]}")
