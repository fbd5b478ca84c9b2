"""Fields into the picture's own metadata: XMP, and EXIF and IPTC so far as they would contradict.

Sidecars are the default; this is for who asks for it. EXIF gets date and position always, as
programs read them there first, and what else it or IPTC says of a field only where it says
something (Metadata Working Group, *Guidelines* 2.0, section 5).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from core.errors import ActionRefused
from core.metadata.library import exiv2
from core.metadata.packet import Packet
from core.metadata.policies import Field
from core.metadata.read import read_embedded
from core.metadata.write import (
    as_written,
    differing,
    flat_names,
    refuse_unless_read_back,
    set_fields,
)
from core.model import Metadata

_FORMATS = {"image/jpeg", "image/png", "image/webp", "image/tiff"}
"""Those that exiv2 writes and leaves the pixels alone; it reads HEIC, AVIF and JPEG XL only."""

_RAW_MARKS = ("Exif.Image.DNGVersion", "Exif.SubImage1.", "Exif.MakerNote.", "Exif.Photo.MakerNote")
"""What tells a RAW from the TIFF that it is by its form."""

_UTF8 = "\x1b%G"
"""IPTC's mark for UTF-8 (IIM 4.2, dataset 1:90)."""

_IPTC_BYTES = {"ObjectName": 64, "Caption": 2000, "Keywords": 64}
"""The longest that IPTC IIM 4.2 allows; what is longer stays in the XMP alone."""


def embed(data: bytes, wanted: Metadata, fields: Collection[Field]) -> bytes:
    """The picture `data`, saying what `wanted` says of `fields`. Where nothing is to change, the
    very bytes of `data`.

    The coded pixels are copied as they are. Who replaces a file with the result compares the two
    pictures first all the same (`core.imaging.pixels`).

    Args:
        data: the whole file: JPEG, PNG, WebP or TIFF.
        wanted: what it shall say; None and no tags remove what is there.
        fields: which of `core.metadata.write.WRITTEN`; the others are not looked at.

    Raises:
        ActionRefused: another format or a RAW, or its metadata is damaged or too large.
        ValueError: a field that no file holds, or a value that no field can have.
    """
    changes = differing(read_embedded(data).metadata, wanted, fields)
    if not changes:
        return data
    try:
        image = exiv2.ImageFactory.open(data)
        image.readMetadata()
        _refuse_format(image)
        packet = Packet(image.xmpPacket().encode() or None)
        set_fields(packet, wanted, changes)
        written = as_written(wanted)
        _set_exif(image.exifData(), written, changes)
        _set_iptc(image.iptcData(), written, changes)
        image.setXmpPacket(bytes(packet).decode())
        # Else exiv2 would write its own understanding of the packet.
        image.writeXmpFromPacket(True)
        image.writeMetadata()
        result = _bytes_of(image)
    except exiv2.Exiv2Error as error:
        raise _refused(f"its metadata cannot be rewritten ({error.message})") from error
    except UnicodeError as error:
        raise _refused("its XMP or IPTC holds text that is not UTF-8") from error
    refuse_unless_read_back(result, wanted, changes)
    return result


def _refused(cause: str) -> ActionRefused:
    return ActionRefused("", cause, "write a sidecar instead")


def _refuse_format(image: Any) -> None:
    kind = image.mimeType()
    if kind not in _FORMATS:
        raise _refused(f"metadata cannot be written into {kind}")
    keys = {datum.key() for datum in image.exifData()} if kind == "image/tiff" else ()
    if any(key.startswith(_RAW_MARKS) for key in keys):
        raise _refused("a RAW keeps the bytes that the camera wrote")


def _bytes_of(image: Any) -> bytes:
    source = image.io()
    source.open()
    try:
        return bytes(source.mmap())
    finally:
        source.munmap()
        source.close()


def _set_exif(exif: Any, written: Metadata, changes: Collection[Field]) -> None:
    if Field.TAKEN in changes:
        taken = written.taken or ""
        _put(exif, "Exif.Photo.DateTimeOriginal", taken[:19].replace("-", ":"))
        _put(exif, "Exif.Photo.OffsetTimeOriginal", taken[19:])
        # It told the hundredths of another second.
        _put(exif, "Exif.Photo.SubSecTimeOriginal", "")
    if Field.LOCATION in changes:
        latitude, longitude = written.location or (None, None)
        _put(exif, "Exif.GPSInfo.GPSVersionID", "2 3 0 0" if written.location else "")
        _put_degrees(exif, "Exif.GPSInfo.GPSLatitude", latitude, "NS")
        _put_degrees(exif, "Exif.GPSInfo.GPSLongitude", longitude, "EW")
    if Field.RATING in changes and "Exif.Image.Rating" in exif:
        _put(exif, "Exif.Image.Rating", str(max(written.rating or 0, 0)))
        _put(exif, "Exif.Image.RatingPercent", "")
    if Field.DESCRIPTION in changes and "Exif.Image.ImageDescription" in exif:
        _put(exif, "Exif.Image.ImageDescription", written.description or "")
    if Field.TITLE in changes and "Exif.Image.XPTitle" in exif:
        # UTF-16 as numbers, which is how exiv2 takes bytes.
        units = f"{written.title}\0".encode("utf-16-le") if written.title else b""
        _put(exif, "Exif.Image.XPTitle", " ".join(map(str, units)))


def _put(exif: Any, key: str, text: str) -> None:
    """Set a property, or remove it where there is no text."""
    if text:
        exif[key] = text
    elif key in exif:
        del exif[key]


def _put_degrees(exif: Any, key: str, value: float | None, hemispheres: str) -> None:
    if value is None:
        _put(exif, key, "")
        _put(exif, key + "Ref", "")
        return
    # Ten-thousandths of a second are a hundredth of what `Metadata.location` tells apart.
    minutes, seconds = divmod(round(abs(value) * 36_000_000), 600_000)
    degrees, minutes = divmod(minutes, 60)
    _put(exif, key, f"{degrees}/1 {minutes}/1 {seconds}/10000")
    _put(exif, key + "Ref", hemispheres[value < 0])


def _set_iptc(iptc: Any, written: Metadata, changes: Collection[Field]) -> None:
    """
    Raises:
        UnicodeEncodeError: what is there already is in another encoding than UTF-8.
    """
    wanted: dict[str, tuple[Field, Sequence[str | None]]] = {
        "ObjectName": (Field.TITLE, [written.title]),
        "Caption": (Field.DESCRIPTION, [written.description]),
        "Keywords": (Field.TAGS, flat_names(written.tags, _texts(iptc, "Keywords"))),
    }
    for name, (field, texts) in wanted.items():
        key = f"Iptc.Application2.{name}"
        if field not in changes or key not in iptc:
            continue
        fitting = [text for text in texts if text and len(text.encode()) <= _IPTC_BYTES[name]]
        if any(texts) and not fitting:
            continue
        _declare_utf8(iptc)
        while key in iptc:
            del iptc[key]
        for text in fitting:
            datum = exiv2.Iptcdatum(exiv2.IptcKey(key))
            datum.setValue(text)
            iptc.add(datum)


def _texts(iptc: Any, name: str) -> list[str]:
    key = f"Iptc.Application2.{name}"
    return [str(datum.value()) for datum in iptc if datum.key() == key]


def _declare_utf8(iptc: Any) -> None:
    """
    Raises:
        UnicodeEncodeError: what is there already is in another encoding.
    """
    for datum in iptc:
        str(datum.value()).encode()
    iptc["Iptc.Envelope.CharacterSet"] = _UTF8
