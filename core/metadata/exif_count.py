"""How much EXIF a picture has, counted as Immich does where it chooses which duplicate to keep.

Immich counts those of 22 fields of an asset that say something: nothing, an empty text and 0 do
not. Its fields come from the file and its sidecar; here they come from the file alone, as a count
is a fact of its bytes.

| Immich's field | counted here |
|---|---|
| fileSizeInByte, exifImageWidth, exifImageHeight, modifyDate, dateTimeOriginal | always: Immich \
has them of every image, the last one from the file system where the file does not say it |
| make, model | EXIF, else XMP (tiff) |
| orientation | EXIF, else XMP (tiff); upright counts, too |
| timeZone | the capture time's zone or another EXIF offset; also where there is a place, which \
tells Immich the zone |
| lensModel | EXIF, Canon's and Nikon's notes, else XMP (exifEX, aux) |
| fNumber, focalLength, iso, exposureTime | EXIF, else XMP (exif, exifEX) |
| latitude, longitude | `Metadata.location` |
| city, state, country | XMP (photoshop), else IPTC; Immich looks them up on its map instead |
| description | `Metadata.description` |
| projectionType | XMP (GPano) |
| rating | `Metadata.rating` |
"""

from __future__ import annotations

from core.metadata.properties import Properties
from core.model import Metadata

_ALWAYS = 5

_TEXTS = (
    ("Exif.Image.Make", "Xmp.tiff.Make"),
    ("Exif.Image.Model", "Xmp.tiff.Model"),
    ("Exif.Image.Orientation", "Xmp.tiff.Orientation"),
    (
        "Exif.Photo.LensModel",
        "Exif.Photo.LensSpecification",
        "Exif.Canon.LensModel",
        "Exif.Nikon3.Lens",
        "Xmp.exifEX.LensModel",
        "Xmp.aux.Lens",
    ),
    ("Xmp.photoshop.City", "Iptc.Application2.City"),
    ("Xmp.photoshop.State", "Iptc.Application2.ProvinceState"),
    ("Xmp.photoshop.Country", "Iptc.Application2.CountryName"),
    ("Xmp.GPano.ProjectionType",),
)
"""Fields that say something wherever there is a text."""

_NUMBERS = (
    ("Exif.Photo.FNumber", "Exif.Image.FNumber", "Xmp.exif.FNumber"),
    ("Exif.Photo.FocalLength", "Exif.Image.FocalLength", "Xmp.exif.FocalLength"),
    (
        "Exif.Photo.ISOSpeedRatings",
        "Exif.Image.ISOSpeedRatings",
        "Xmp.exif.ISOSpeedRatings",
        "Xmp.exifEX.PhotographicSensitivity",
    ),
    ("Exif.Photo.ExposureTime", "Exif.Image.ExposureTime", "Xmp.exif.ExposureTime"),
)
"""Fields that say something unless they are 0."""

_ZONES = ("Exif.Photo.OffsetTime", "Exif.Photo.OffsetTimeDigitized")

_WITHOUT_ZONE = len("YYYY-MM-DD HH:MM:SS")


def exif_count(found: Properties, metadata: Metadata) -> int:
    """How many of Immich's fields say something of a picture.

    Args:
        found: what its file carries.
        metadata: what was made of it.
    """
    latitude, longitude = metadata.location or (0.0, 0.0)
    zone = len(metadata.taken or "") > _WITHOUT_ZONE or metadata.location or found.first(*_ZONES)
    given = (latitude, longitude, zone, metadata.description, metadata.rating)
    return (
        _ALWAYS
        + sum(map(bool, given))
        + sum(found.first(*keys) is not None for keys in _TEXTS)
        + sum(_is_some(found.first(*keys)) for keys in _NUMBERS)
    )


def _is_some(text: str | None) -> bool:
    """Whether a whole number or a fraction, ``0/1`` and ``0/0`` among them, is more than 0."""
    return bool((text or "").split("/")[0].strip("0. "))
