"""Fields into XMP: a sidecar's bytes, with every property that is not ours as it was.

Pure functions; `core.libraries.sidecars` replaces the file. What is written where, so that the
programs people use agree about it:

=========== ===================================================== ==============================
field       always                                                kept in step where it is there
=========== ===================================================== ==============================
title       dc:title
description dc:description                                        tiff:ImageDescription
rating      xmp:Rating                                            MicrosoftPhoto:Rating
tags        dc:subject, digiKam:TagsList, lr:hierarchicalSubject  MicrosoftPhoto:LastKeywordXMP
location    exif:GPSLatitude, exif:GPSLongitude
taken       exif:DateTimeOriginal, photoshop:DateCreated
=========== ===================================================== ==============================

dc:subject has the last name of a tag's path, as digiKam writes it. Albums, favorite and visibility
have no property that several programs agree on; the catalog keeps them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from core.errors import ActionRefused
from core.metadata.fields import MEANINGS, TEXT_LIMIT
from core.metadata.library import exiv2
from core.metadata.packet import Packet, xml_text
from core.metadata.policies import Field
from core.metadata.read import read_embedded, read_sidecar
from core.metadata.tags import leaf, tag_path, tag_paths
from core.model import Metadata

WRITTEN: Final = (
    Field.RATING,
    Field.DESCRIPTION,
    Field.LOCATION,
    Field.TAGS,
    Field.TITLE,
    Field.TAKEN,
)
"""The fields that a file can hold."""

_PERCENT = {1: "1", 2: "25", 3: "50", 4: "75", 5: "99"}
"""Stars as Windows writes them."""


def sidecar_bytes(existing: bytes | None, wanted: Metadata, fields: Collection[Field]) -> bytes:
    """An XMP sidecar that says what `wanted` says of `fields`. Where nothing is to change, the
    very bytes of `existing`.

    Args:
        existing: the sidecar as it is; None makes a new one.
        wanted: what it shall say; None and no tags remove what is there.
        fields: which of `WRITTEN`; the others are not looked at.

    Raises:
        ActionRefused: `existing` is damaged, or has a text to be changed that was not read whole.
        ValueError: a field that is not in `WRITTEN`, or a value that no field can have.
    """
    packet = Packet(existing)
    said = Metadata() if existing is None else read_sidecar(existing)
    changes = differing(said, wanted, fields)
    if existing is not None and not changes:
        return existing
    set_fields(packet, wanted, changes)
    result = bytes(packet)
    refuse_unless_read_back(result, wanted, changes)
    return result


def verify(data: bytes, wanted: Metadata, fields: Collection[Field]) -> tuple[Field, ...]:
    """Those of `fields` in which a sidecar or a picture does not read back as `wanted`.

    The reader is exiv2, which had no part in editing the XMP.
    """
    is_sidecar = exiv2.ImageFactory.getType(data) == exiv2.ImageType.xmp
    said = read_sidecar(data) if is_sidecar else read_embedded(data).metadata
    expected = as_written(wanted)
    return tuple(field for field in fields if not _reads_back(data, field, said, expected))


def as_written(wanted: Metadata) -> Metadata:
    """`wanted` as a file says it: texts without what XML cannot hold (`xml_text`) and without
    blanks at their ends, tags as paths, 0 as no rating."""
    return replace(
        wanted,
        title=_trimmed(wanted.title),
        description=_trimmed(wanted.description),
        rating=wanted.rating or None,
        tags=tag_paths(map(xml_text, wanted.tags)),
    )


def differing(said: Metadata, wanted: Metadata, fields: Collection[Field]) -> tuple[Field, ...]:
    """Those of `fields` in which a file that says `said` is to say something else.

    Raises:
        ValueError: a field that is not in `WRITTEN`, or a value that no field can have.
    """
    for field in fields:
        if field not in WRITTEN:
            raise ValueError(f"no file holds {field}")
        if not MEANINGS[field].accepts(getattr(wanted, field)):
            raise ValueError(f"{field} cannot be {getattr(wanted, field)!r}")
    written = as_written(wanted)
    return tuple(
        field
        for field in WRITTEN
        if field in fields and getattr(said, field) != getattr(written, field)
    )


def set_fields(packet: Packet, wanted: Metadata, fields: Collection[Field]) -> None:
    """Make `packet` say what `wanted` says of `fields`.

    Raises:
        ActionRefused: a text to be changed is so long that it was not read whole.
    """
    written = as_written(wanted)
    for field in fields:
        _SETTERS[field](packet, written)


def refuse_unless_read_back(data: bytes, wanted: Metadata, fields: Collection[Field]) -> None:
    """
    Raises:
        ActionRefused: `verify` finds a field that did not arrive.
    """
    wrong = verify(data, wanted, fields)
    if wrong:
        raise ActionRefused(
            "",
            f"{' and '.join(wrong)} cannot be written so that it reads back",
            "keep this field as it is",
        )


def flat_names(tags: Sequence[str], present: Sequence[str]) -> list[str]:
    """Tags for a list without paths: a name that is there already stays as it is (``b/w``), of
    others the last name of their path."""
    there = {tag_path(text): text for text in present}
    return sorted({there.get(tag) or leaf(tag) for tag in tags})


def _set_title(packet: Packet, written: Metadata) -> None:
    _set_text(packet, "dc:title", written.title)


def _set_description(packet: Packet, written: Metadata) -> None:
    _set_text(packet, "dc:description", written.description)
    if packet.has("tiff:ImageDescription"):
        _set_text(packet, "tiff:ImageDescription", written.description)


def _set_text(packet: Packet, name: str, text: str | None) -> None:
    if len(packet.text(name) or "") > TEXT_LIMIT:
        raise ActionRefused(
            "",
            f"its {name} is longer than {TEXT_LIMIT:,} characters and was not read whole",
            "shorten it, or keep this field as it is",
        )
    packet.set_default(name, text)


def _set_rating(packet: Packet, written: Metadata) -> None:
    rating = written.rating
    packet.set_text("xmp:Rating", None if rating is None else str(rating))
    if packet.has("MicrosoftPhoto:Rating"):
        packet.set_text("MicrosoftPhoto:Rating", _PERCENT.get(rating or 0))


def _set_tags(packet: Packet, written: Metadata) -> None:
    tags = written.tags
    packet.set_items("dc:subject", flat_names(tags, packet.items("dc:subject")))
    packet.set_items("digiKam:TagsList", tags, "Seq")
    packet.set_items("lr:hierarchicalSubject", [tag.replace("/", "|") for tag in tags])
    if packet.has("MicrosoftPhoto:LastKeywordXMP"):
        packet.set_items("MicrosoftPhoto:LastKeywordXMP", tags)


def _set_location(packet: Packet, written: Metadata) -> None:
    latitude, longitude = written.location or (None, None)
    packet.set_text("exif:GPSLatitude", _degrees(latitude, "NS"))
    packet.set_text("exif:GPSLongitude", _degrees(longitude, "EW"))


def _degrees(value: float | None, hemispheres: str) -> str | None:
    """XMP's ``DD,MM.mmmmmmk`` (XMP specification part 2, GPSCoordinate)."""
    if value is None:
        return None
    # Six decimals of a minute are a hundredth of what `Metadata.location` tells apart.
    whole, rest = divmod(round(abs(value) * 60_000_000), 60_000_000)
    return f"{whole},{rest / 1_000_000:.6f}{hemispheres[value < 0]}"


def _set_taken(packet: Packet, written: Metadata) -> None:
    text = written.taken.replace(" ", "T") if written.taken else None
    packet.set_text("exif:DateTimeOriginal", text)
    packet.set_text("photoshop:DateCreated", text)


_SETTERS: Mapping[Field, Callable[[Packet, Metadata], None]] = MappingProxyType(
    {
        Field.RATING: _set_rating,
        Field.DESCRIPTION: _set_description,
        Field.LOCATION: _set_location,
        Field.TAGS: _set_tags,
        Field.TITLE: _set_title,
        Field.TAKEN: _set_taken,
    }
)


def _reads_back(data: bytes, field: Field, said: Metadata, expected: Metadata) -> bool:
    value, wanted = getattr(said, field), getattr(expected, field)
    if isinstance(wanted, str) and len(wanted) > TEXT_LIMIT:
        # Where the reader stops.
        image = exiv2.ImageFactory.open(data)
        image.readMetadata()
        value = image.xmpData()[f"Xmp.dc.{field}"].value().toString("x-default")
    return bool(value == wanted)


def _trimmed(text: str | None) -> str | None:
    # What the reader takes for no part of a text.
    return xml_text(text or "").strip(" \t\r\n\0") or None
