"""EXIF, IPTC and XMP, embedded or in a sidecar, as one set of fields.

The three standards overlap. Where they do, XMP is asked first, then EXIF, then IPTC: XMP is what
photo managers write last, and it alone knows its text encoding (Metadata Working Group, *Guidelines
for Handling Image Metadata* 2.0, section 5). Bad metadata never spoils a good picture: what can be
read is kept, and `Metadata.problem` says what cannot.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from core.metadata.exif_count import exif_count
from core.metadata.fields import MEANINGS, TEXT_LIMIT
from core.metadata.library import exiv2
from core.metadata.moments import parse_moment
from core.metadata.places import Place, sound_place
from core.metadata.policies import Field
from core.metadata.properties import Properties
from core.metadata.tags import tag_paths
from core.model import Metadata

_TITLES = ("Xmp.dc.title", "Iptc.Application2.ObjectName", "Exif.Image.XPTitle")
_DESCRIPTIONS = (
    "Xmp.dc.description",
    "Exif.Image.ImageDescription",
    "Xmp.tiff.ImageDescription",
    "Iptc.Application2.Caption",
    "Exif.Photo.UserComment",
)
_TAGS = (
    "Xmp.dc.subject",
    "Xmp.digiKam.TagsList",
    "Xmp.lr.hierarchicalSubject",
    "Xmp.MicrosoftPhoto.LastKeywordXMP",
    "Iptc.Application2.Keywords",
)
_RATINGS = ("Xmp.xmp.Rating", "Exif.Image.Rating")
_PERCENT_RATINGS = ("Xmp.MicrosoftPhoto.Rating", "Exif.Image.RatingPercent")
_PERCENT_A_STAR = 25
"""Windows writes 1, 25, 50, 75 and 99 for one star to five."""

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
    zone = zone or offset
    zone = "+00:00" if zone == "Z" else zone
    if not re.fullmatch(r"[+-]\d\d:?\d\d", zone):
        zone = ""
    elif ":" not in zone:
        zone = zone[:3] + ":" + zone[3:]
    moment = f"{year}-{month}-{day} {hour}:{minute}:{second or '00'}{zone}"
    return moment if int(year) > 1800 and parse_moment(moment) else None


def _taken(found: Properties, problems: list[str]) -> str | None:
    nonsense = None
    for key, offset_key in _TAKEN:
        for text in found.texts(key):
            moment = _moment(text, found.first(offset_key) or "" if offset_key else "")
            if moment:
                return moment
            # Blanks are EXIF's way to say that the clock was not set (EXIF 2.32, DateTimeOriginal).
            if nonsense is None and text.strip(" :"):
                nonsense = text
    if nonsense is not None:
        problems.append(f"its date {_quoted(nonsense)} is none")
    return None


def _rational(text: str) -> float:
    numerator, _, denominator = text.partition("/")
    return float(numerator) / float(denominator or 1)


def _degrees_exif(found: Properties, key: str) -> float | None:
    """Signed degrees of EXIF's three fractions; None where there are none, or where the receiver
    says so with fractions of 0/0.

    Raises:
        ValueError: it is no position.
    """
    parts = " ".join(found.texts(key)).split()
    if not parts or set(parts) <= {"0/0"}:
        return None
    reference = found.first(key + "Ref") or ""
    try:
        return _signed([_rational(part) for part in parts], reference)
    except ZeroDivisionError:
        raise ValueError(" ".join(parts)) from None


def _degrees_xmp(found: Properties, key: str) -> float | None:
    """Signed degrees of XMP's ``DD,MM,SSk`` or ``DD,MM.mmk`` (XMP specification part 2,
    GPSCoordinate), or of the plain number that some programs write; None where there are none.

    Raises:
        ValueError: it is no position.
    """
    text = found.first(key)
    if text is None:
        return None
    if text[-1].isalpha():
        return _signed([float(part) for part in text[:-1].split(",")], text[-1])
    return float(text)


def _signed(parts: list[float], hemisphere: str) -> float:
    degrees = sum(part / 60.0**power for power, part in enumerate(parts[:3]))
    if hemisphere.upper() not in ("N", "S", "E", "W") or any(part > 60 for part in parts[1:]):
        raise ValueError(f"{parts} {hemisphere}")
    return -degrees if hemisphere.upper() in ("S", "W") else degrees


def _location(found: Properties, problems: list[str]) -> Place | None:
    nonsense = False
    for degrees, prefix in ((_degrees_exif, "Exif.GPSInfo"), (_degrees_xmp, "Xmp.exif")):
        try:
            latitude = degrees(found, f"{prefix}.GPSLatitude")
            longitude = degrees(found, f"{prefix}.GPSLongitude")
        except (ValueError, OverflowError):
            nonsense = True
            continue
        if latitude is None or longitude is None or latitude == longitude == 0:
            continue
        place = sound_place(latitude, longitude)
        if place is not None:
            return place
        nonsense = True
    if nonsense:
        problems.append("its position is none on Earth")
    return None


def _rating(found: Properties, problems: list[str]) -> int | None:
    nonsense = None
    for text in (text for key in _RATINGS for text in found.texts(key)):
        try:
            value = round(float(text))
        except (ValueError, OverflowError):
            value = None
        if value is not None and -1 <= value <= 5:
            # 0 is how many programs write "not rated".
            return value or None
        nonsense = nonsense or text
    for text in (text for key in _PERCENT_RATINGS for text in found.texts(key)):
        if text.isdecimal() and 1 <= int(text) <= 100:
            return 1 + round(int(text) / _PERCENT_A_STAR)
    if nonsense:
        problems.append(f"its rating {_quoted(nonsense)} is none")
    return None


def _camera(found: Properties) -> str | None:
    make = found.first("Exif.Image.Make", "Xmp.tiff.Make") or ""
    model = found.first("Exif.Image.Model", "Xmp.tiff.Model") or ""
    return camera_name(make, model)


def camera_name(make: str, model: str) -> str | None:
    """Both in one, the make once; None of neither."""
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
    problems: list[str] = []
    return Metadata(
        taken=_taken(found, problems),
        camera=_camera(found),
        title=_shortened("title", found.first(*_TITLES), problems),
        description=_shortened("description", _description(found), problems),
        rating=_rating(found, problems),
        tags=tag_paths(text[:TEXT_LIMIT] for key in _TAGS for text in found.texts(key)),
        location=_location(found, problems),
        favorite=_favorite(found),
        albums=_albums(found),
        # Neither embedded nor beside a picture is there a convention for `visibility`.
        problem="; ".join(problems) or None,
    )


def _shortened(name: str, text: str | None, problems: list[str]) -> str | None:
    if text is None or len(text) <= TEXT_LIMIT:
        return text
    problems.append(f"of its {name} only {TEXT_LIMIT:,} characters are kept")
    return text[:TEXT_LIMIT]


def _quoted(text: str) -> str:
    return repr(text if len(text) <= 30 else text[:29] + "…")


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
    problem = problem or metadata.problem
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


def sidecars_together(readings: Sequence[tuple[str, Metadata]]) -> Metadata | None:
    """Several sidecars of one picture as one: an earlier one's word counts, later ones fill in.

    Args:
        readings: name and fields of each, the most trusted first.

    Returns:
        None without any. `Metadata.problem` names the fields in which they disagree.
    """
    if not readings:
        return None
    (first_name, together), *rest = readings
    for name, later in rest:
        disagreeing = [
            field
            for field in Field
            if field not in (Field.TAGS, Field.ALBUMS) and _disagree(field, together, later)
        ]
        problem = together.problem or later.problem
        if disagreeing and problem is None:
            fields = ", ".join(disagreeing)
            problem = f"{first_name} and {name} disagree about {fields}; the first is believed"
        together = replace(with_sidecar(later, together), problem=problem)
    return together


def _disagree(field: Field, a: Metadata, b: Metadata) -> bool:
    meaning, one, other = MEANINGS[field], getattr(a, field), getattr(b, field)
    if not (meaning.says(one) and meaning.says(other)):
        return False
    return not (meaning.holds(one, other) and meaning.holds(other, one))


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
