"""RAW files through the largest preview that the camera embedded in them.

What the sensor saw is developed differently by every program, so a RAW is searched for and shown
by its preview, and its pixels are never called equal to anything.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from core.errors import ImageError
from core.metadata.library import exiv2

_LEAST_SIDE = 64
"""Pixels of a preview's shorter edge below which it tells pictures apart no better than an icon."""

_SIGNATURES = (
    (0, b"FUJIFILMCCD-RAW", "RAF"),
    (0, b"IIRO", "ORF"),
    (0, b"IIRS", "ORF"),
    (0, b"MMOR", "ORF"),
    (0, b"IIU\0", "RW2"),
    (0, b"\0MRM", "MRW"),
    (0, b"FOVb", "X3F"),
    (4, b"ftypcrx ", "CR3"),
    (6, b"HEAPCCDR", "CRW"),
    (8, b"CR\2\0", "CR2"),
)
"""Where, which bytes, and what they say. All others are TIFF files by their first bytes."""

_TIFF = (b"II*\0", b"MM\0*")

_SENSOR = ("32803", "34892")
"""PhotometricInterpretation of a colour filter array (TIFF/EP) and of linear RAW (DNG 1.7)."""

_DIRECTORIES = ("Image", *(f"SubImage{number}" for number in range(1, 10)), "Image2", "Image3")
"""exiv2's groups for the directories of a TIFF that can hold a picture."""

_MAKERS = (
    ("nikon", "NEF"),
    ("sony", "ARW"),
    ("pentax", "PEF"),
    ("ricoh", "PEF"),
    ("samsung", "SRW"),
    ("hasselblad", "3FR"),
    ("seiko epson", "ERF"),
    ("eastman kodak", "DCR"),
    ("kodak", "DCR"),
    ("leica", "RWL"),
    ("phase one", "IIQ"),
    ("mamiya", "MEF"),
    ("leaf", "MOS"),
)
"""How ``Exif.Image.Make`` begins, in lower case, and the maker's kind of RAW."""


class Raw(NamedTuple):
    """What is known of a RAW without developing it."""

    format: str
    """``DNG``, ``CR2``, ``NEF`` ...; ``RAW`` where the maker is none we know."""
    size: tuple[int, int]
    """Pixels as stored."""
    orientation: int
    """EXIF 1..8, of the sensor's picture and of the preview."""
    preview: bytes
    """A JPEG, or rarely a TIFF."""


def is_raw(data: bytes) -> bool:
    """Whether the bytes are a camera's RAW, whatever the file is called."""
    return _kind(data) is not None


def read_raw(data: bytes) -> Raw | None:
    """The RAW in `data`; None where it is something else.

    Raises:
        ImageError: a RAW without a preview to compare it by.
    """
    kind = _kind(data)
    if kind is None:
        return None
    try:
        image = _parsed(data)
        manager = exiv2.PreviewManager(image)
        found = list(manager.getPreviewProperties())
        best = max(found, key=lambda each: each.width_ * each.height_, default=None)
        if best is None or min(best.width_, best.height_) < _LEAST_SIDE:
            raise _without_preview(kind)
        preview = _unwrapped(bytes(manager.getPreviewImage(best).data()))
    except exiv2.Exiv2Error as error:
        raise _without_preview(kind) from error
    exif = image.exifData()
    orientation = _number(exif, "Exif.Image.Orientation", "Exif.PanasonicRaw.Orientation")
    return Raw(
        kind,
        _size(image, exif) or (best.width_, best.height_),
        orientation if orientation in range(1, 9) else 1,
        preview,
    )


def _parsed(data: bytes) -> Any:
    image = exiv2.ImageFactory.open(data)
    image.readMetadata()
    return image


def _unwrapped(preview: bytes) -> bytes:
    """The JPEG that a TIFF holds in one strip, as DNGs keep their previews: it can be decoded
    at a smaller scale, and where its directory lacks half of the tags. Else `preview` itself."""
    if not preview.startswith(_TIFF):
        return preview
    exif = _parsed(preview).exifData()
    start, length = (_text(exif, f"Exif.Image.Strip{each}") for each in ("Offsets", "ByteCounts"))
    if not (start.isdecimal() and length.isdecimal()):
        return preview
    strip = preview[int(start) : int(start) + int(length)]
    return strip if strip.startswith(b"\xff\xd8") else preview


def _without_preview(kind: str) -> ImageError:
    return ImageError(
        "", f"a RAW ({kind}) without a preview that can be read", "develop it to compare it"
    )


def _kind(data: bytes) -> str | None:
    for at, signature, kind in _SIGNATURES:
        if data.startswith(signature, at):
            return kind
    if not data.startswith(_TIFF):
        return None
    try:
        image = _parsed(data)
    except exiv2.Exiv2Error:
        return None
    exif = image.exifData()
    # Where what the first directory says it is a small version of is lost, that is still no
    # picture of its own.
    is_icon = _text(exif, "Exif.Image.NewSubfileType") == "1"
    if not (is_icon or any(_is_sensor(exif, each) for each in _DIRECTORIES)):
        return None
    if _text(exif, "Exif.Image.DNGVersion"):
        return "DNG"
    make = _text(exif, "Exif.Image.Make").lower()
    return next((kind for name, kind in _MAKERS if make.startswith(name)), "RAW")


def _is_sensor(exif: Any, directory: str) -> bool:
    return _text(exif, f"Exif.{directory}.PhotometricInterpretation") in _SENSOR


def _size(image: Any, exif: Any) -> tuple[int, int] | None:
    """The sensor's picture, as the file says it is to be cropped where it does."""
    for directory in _DIRECTORIES:
        if _is_sensor(exif, directory):
            crop = _text(exif, f"Exif.{directory}.DefaultCropSize").split()
            if len(crop) == 2 and all(part.isdecimal() for part in crop):
                return int(crop[0]), int(crop[1])
            width = _number(exif, f"Exif.{directory}.ImageWidth")
            height = _number(exif, f"Exif.{directory}.ImageLength")
            if width and height:
                return width, height
    width, height = image.pixelWidth(), image.pixelHeight()
    return (width, height) if width and height else None


def _text(exif: Any, key: str) -> str:
    found = exif.findKey(exiv2.ExifKey(key))
    try:
        return str(found.value()) if found != exif.end() else ""
    except UnicodeDecodeError:
        return ""


def _number(exif: Any, *keys: str) -> int:
    texts = (_text(exif, key) for key in keys)
    return next((int(text) for text in texts if text.isdecimal()), 0)
