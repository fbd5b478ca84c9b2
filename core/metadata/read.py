"""EXIF, IPTC and XMP, embedded or in a sidecar, as one set of fields.

The three standards overlap. Where they do, XMP is asked first, then EXIF, then IPTC: XMP is what
photo managers write last, and it alone knows its text encoding (Metadata Working Group, *Guidelines
for Handling Image Metadata* 2.0, section 5). Bad metadata never spoils a good picture: what can be
read is kept, and `Metadata.problem` says what cannot.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

from core.metadata.exif_count import exif_count
from core.metadata.library import exiv2
from core.metadata.properties import Properties
from core.metadata.tags import tag_paths
from core.model import Metadata

_TITLES = ("Xmp.dc.title", "Iptc.Application2.ObjectName", "Exif.Image.XPTitle")
_DESCRIPTIONS = (
    "Xmp.dc.description",
    "Exif.Image.ImageDescription",
    "Iptc.Application2.Caption",
    "Exif.Photo.UserComment",
)
_TAGS = (
    "Xmp.dc.subject",
    "Xmp.digiKam.TagsList",
    "Xmp.lr.hierarchicalSubject",
    "Iptc.Application2.Keywords",
)
_RATINGS = ("Xmp.xmp.Rating", "Exif.Image.Rating")
_TAKEN = (
    ("Exif.Photo.DateTimeOriginal", "Exif.Photo.OffsetTimeOriginal"),
    ("Xmp.exif.DateTimeOriginal", ""),
    ("Xmp.photoshop.DateCreated", ""),
    ("Exif.Photo.DateTimeDigitized", "Exif.Photo.OffsetTimeDigitized"),
)

_FAVORITE = "Xmp.fstop.favorite"
"""The heart of the gallery F-Stop; PhotoPrism reads it, too. No standard has one."""

_ALBUMS, _ALBUM_NAME = "Xmp.mwg-coll.Collections[", ":CollectionName"
"""Collections of the Metadata Working Group (*Guidelines* 2.0): a bag of names and addresses, below
the first part of the key under whatever prefix the file has."""

_YES = ("1", "true")

_MOMENT = re.compile(
    r"(\d{4})[:-](\d\d)[:-](\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?\s*(Z|[+-]\d\d:?\d\d)?"
)
_BLANK_DESCRIPTIONS = {
    "OLYMPUS DIGITAL CAMERA",
    "SONY DSC",
    "DCIM\\100MEDIA\\DJI",
    "Default",
    "binary comment",
}
"""Captions that cameras fill in by themselves; nobody wrote them."""


def _moment(text: str, offset: str) -> str | None:
    """A date of EXIF or XMP in the form `Metadata.taken` promises; None for nonsense."""
    found = _MOMENT.search(text)
    if not found:
        return None
    year, month, day, hour, minute, second, zone = found.groups()
    if not (1 <= int(month) <= 12 and 1 <= int(day) <= 31 and int(year) > 1800):
        return None
    zone = zone or offset
    zone = "+00:00" if zone == "Z" else zone
    if not re.fullmatch(r"[+-]\d\d:?\d\d", zone):
        zone = ""
    elif ":" not in zone:
        zone = zone[:3] + ":" + zone[3:]
    return f"{year}-{month}-{day} {hour}:{minute}:{second or '00'}{zone}"


def _taken(found: Properties) -> str | None:
    for key, offset_key in _TAKEN:
        for text in found.texts(key):
            moment = _moment(text, found.first(offset_key) or "" if offset_key else "")
            if moment:
                return moment
    return None


def _rational(text: str) -> float:
    numerator, _, denominator = text.partition("/")
    return float(numerator) / float(denominator or 1)


def _degrees_exif(texts: list[str], reference: str) -> float:
    parts = [_rational(part) for part in " ".join(texts).split()]
    degrees = sum(part / 60.0**power for power, part in enumerate(parts[:3]))
    return -degrees if reference.strip().upper() in ("S", "W") else degrees


def _degrees_xmp(text: str) -> float:
    """XMP's ``DD,MM,SSk`` or ``DD,MM.mmk`` (XMP specification part 2, GPSCoordinate)."""
    parts = [float(part) for part in text[:-1].split(",")]
    degrees = sum(part / 60.0**power for power, part in enumerate(parts[:3]))
    return -degrees if text[-1].upper() in ("S", "W") else degrees


def _location(found: Properties) -> tuple[float, float] | None:
    candidates: tuple[Callable[[], tuple[float, float]], ...] = (
        lambda: (
            _degrees_exif(
                found.texts("Exif.GPSInfo.GPSLatitude"),
                found.texts("Exif.GPSInfo.GPSLatitudeRef")[0],
            ),
            _degrees_exif(
                found.texts("Exif.GPSInfo.GPSLongitude"),
                found.texts("Exif.GPSInfo.GPSLongitudeRef")[0],
            ),
        ),
        lambda: (
            _degrees_xmp(found.texts("Xmp.exif.GPSLatitude")[0]),
            _degrees_xmp(found.texts("Xmp.exif.GPSLongitude")[0]),
        ),
    )
    for candidate in candidates:
        try:
            latitude, longitude = candidate()
        except (ValueError, ZeroDivisionError, IndexError, OverflowError):
            continue
        sound = math.isfinite(latitude) and math.isfinite(longitude)
        # 0, 0 is what a receiver without a fix writes.
        if sound and abs(latitude) <= 90 and abs(longitude) <= 180 and (latitude or longitude):
            return round(latitude, 6), round(longitude, 6)
    return None


def _rating(found: Properties) -> int | None:
    text = found.first(*_RATINGS)
    try:
        value = round(float(text)) if text else 0
    except (ValueError, OverflowError):
        return None
    # 0 is how many programs write "not rated".
    return value if value == -1 or 1 <= value <= 5 else None


def _camera(found: Properties) -> str | None:
    make = found.first("Exif.Image.Make", "Xmp.tiff.Make") or ""
    model = found.first("Exif.Image.Model", "Xmp.tiff.Model") or ""
    if make and model.lower().startswith(make.split()[0].lower()):
        make = ""
    return f"{make} {model}".strip() or None


def _description(found: Properties) -> str | None:
    for key in _DESCRIPTIONS:
        for text in found.texts(key):
            if text not in _BLANK_DESCRIPTIONS:
                return text
    return None


def _favorite(found: Properties) -> bool | None:
    text = found.first(_FAVORITE)
    return None if text is None else text.lower() in _YES


def _albums(found: Properties) -> tuple[str, ...]:
    names = {
        name
        for key in found.keys(_ALBUMS)
        if key.endswith(_ALBUM_NAME)
        for name in found.texts(key)
    }
    return tuple(sorted(names))


def _fields(found: Properties) -> Metadata:
    return Metadata(
        taken=_taken(found),
        camera=_camera(found),
        title=found.first(*_TITLES),
        description=_description(found),
        rating=_rating(found),
        tags=tag_paths(text for key in _TAGS for text in found.texts(key)),
        location=_location(found),
        favorite=_favorite(found),
        albums=_albums(found),
        # Neither embedded nor beside a picture is there a convention for `visibility`.
    )


class Embedded(NamedTuple):
    """What a file carries beside its pixels."""

    metadata: Metadata = Metadata()
    headers: tuple[str, ...] = ()
    """``EXIF``, ``GPS``, ``ICC``, ``IPTC``, ``XMP``: those it has, sorted."""
    exif_count: int | None = None
    """By `core.metadata.exif_count`; None where nothing could be read."""


def read_embedded(data: bytes) -> Embedded:
    """Fields and names of headers of a file.

    Args:
        data: the whole file, of any format exiv2 knows; others yield empty fields.
    """
    try:
        image = exiv2.ImageFactory.open(data)
    except exiv2.Exiv2Error:
        # A format that exiv2 does not know; whether it is a picture is not said here.
        return Embedded()
    found = Properties()
    headers: set[str] = set()
    problem = None
    try:
        image.readMetadata()
    except exiv2.Exiv2Error as error:
        problem = f"damaged ({error.message})"
    parts = (("EXIF", image.exifData()), ("IPTC", image.iptcData()), ("XMP", image.xmpData()))
    for name, properties in parts:
        if not properties.empty():
            headers.add(name)
            found.extend(properties)
    if problem is None and image.xmpPacket() and "XMP" not in headers:
        problem = "its XMP packet is damaged"
    if image.iccProfileDefined():
        headers.add("ICC")
    if found.texts("Exif.GPSInfo.GPSLatitude"):
        headers.add("GPS")
    metadata = _fields(found)
    count = exif_count(found, metadata)
    return Embedded(replace(metadata, problem=problem), tuple(sorted(headers)), count)


def read_sidecar(data: bytes) -> Metadata:
    """Fields of an XMP sidecar; `Metadata.problem` says so where it is no XMP."""
    try:
        image = exiv2.ImageFactory.open(data)
        image.readMetadata()
    except exiv2.Exiv2Error as error:
        return Metadata(problem=f"the sidecar is damaged ({error.message})")
    if image.mimeType() != "application/rdf+xml":
        return Metadata(problem="the sidecar is no XMP")
    found = Properties()
    found.extend(image.xmpData())
    return _fields(found)


def with_sidecar(embedded: Metadata, sidecar: Metadata | None) -> Metadata:
    """What is shown of an asset: the sidecar's word where it has one, tags and albums of both."""
    if sidecar is None:
        return embedded
    return Metadata(
        taken=sidecar.taken or embedded.taken,
        camera=embedded.camera or sidecar.camera,
        title=sidecar.title or embedded.title,
        description=sidecar.description or embedded.description,
        rating=embedded.rating if sidecar.rating is None else sidecar.rating,
        tags=tuple(sorted({*embedded.tags, *sidecar.tags})),
        location=sidecar.location or embedded.location,
        favorite=embedded.favorite if sidecar.favorite is None else sidecar.favorite,
        albums=tuple(sorted({*embedded.albums, *sidecar.albums})),
        visibility=sidecar.visibility or embedded.visibility,
        problem=embedded.problem or sidecar.problem,
    )
