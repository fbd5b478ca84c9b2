"""An asset as the server's JSON has it, in betterhalf's words.

What is known without the original is known; the rest is not guessed. A file that was uploaded is
known by its SHA-1, so one that is deleted and uploaded anew is the same content, with every
decision about it. Of a file in an external library the server's checksum is one of its path, so
there size and time have to tell whether it has changed.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from blake3 import blake3

from core.address import Address
from core.imaging.coding import RAW
from core.libraries.formats import RAW_SUFFIXES, suffix_of
from core.libraries.immich.versions import milliseconds, stars
from core.metadata.read import camera_name
from core.model import Facts, FoundFile, Listed, Metadata, Remote

Form = Mapping[str, Any]
"""JSON."""

_ID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")

_FORMATS = {
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/gif": "GIF",
    "image/webp": "WEBP",
    "image/tiff": "TIFF",
    "image/bmp": "BMP",
    "image/avif": "AVIF",
    "image/heic": "HEIF",
    "image/heif": "HEIF",
    "image/jxl": "JXL",
}
"""Media types to the decoders' names."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Tagged:
    """A tag or an album of an asset."""

    id: str
    name: str
    """Of a tag, with those above it: ``Places/Lisbon``."""


@dataclass(frozen=True, slots=True)
class Stacked:
    """The stack that an asset is in."""

    id: str
    primary: str
    """The asset that is shown for all."""
    count: int


@dataclass(frozen=True, slots=True)
class Shaped:
    """An asset as a server's answer has it."""

    id: str
    listed: Listed
    """As the catalog keeps it."""
    is_video: bool
    is_trashed: bool
    is_offline: bool
    """The server does not find its file."""
    tags: tuple[Tagged, ...] | None
    """None in an answer that leaves them out."""
    stack: Stacked | None
    local: datetime
    """When it was taken by the clock there; servers order their groups by it."""


@dataclass(frozen=True, slots=True)
class Group:
    """Assets that the server takes for duplicates, in its order."""

    id: str
    members: tuple[Shaped, ...]


def group(form: Form, address: Address) -> Group:
    """A group of ``GET /duplicates``.

    Raises:
        KeyError, TypeError, ValueError: it is none.
    """
    forms = form["assets"]
    # Whoever has a stale page, or none, goes by the rule itself.
    kept = form.get("suggestedKeepAssetIds", [suggested(forms)])
    members = (asset(each, address, suggested=each["id"] in kept) for each in forms)
    return Group(_id(form["duplicateId"]), tuple(members))


def suggested(forms: list[Form]) -> str | None:
    """The id of the asset that Immich keeps of a group: of the largest files the one with most
    EXIF, and of several such the last. None of no assets."""
    best = max(
        enumerate(forms),
        key=lambda each: (_size(each[1]), exif_count(each[1]), each[0]),
        default=None,
    )
    return best[1]["id"] if best else None


def exif_count(form: Form) -> int:
    """How many of the EXIF fields say something, as Immich counts them."""
    return sum(map(bool, (form.get("exifInfo") or {}).values()))


def _size(form: Form) -> int:
    return (form.get("exifInfo") or {}).get("fileSizeInByte") or 0


def asset(form: Form, address: Address, suggested: bool = False, people: bool = False) -> Shaped:
    """An asset, from whatever answer it is part of.

    Args:
        form: the server's JSON, with ``exifInfo``.
        address: of the server.
        suggested: the server would keep it of its group.
        people: the answer is of those that tell who is in it.

    Raises:
        KeyError, TypeError, ValueError: it is no asset.
    """
    exif: Form = form["exifInfo"] or {}
    path = address.asset(_id(form["id"]), str(form["originalFileName"]))
    modified = _time(form["fileModifiedAt"])
    tags = form.get("tags")
    stack = form.get("stack")
    remote = Remote(
        original_path=str(form["originalPath"]),
        external=form.get("libraryId") is not None,
        group=form.get("duplicateId"),
        suggested=suggested,
        exif_count=exif_count(form),
        thumbhash=_bytes(form.get("thumbhash")),
        live_video=form.get("livePhotoVideoId"),
        exposure=_exposure(exif),
        town=", ".join(filter(None, (exif.get(name) for name in ("city", "state", "country")))),
        people=len(form["people"]) if people else None,
    )
    listed = Listed(
        found=FoundFile(str(path), _size(form), _nanoseconds(modified), 0),
        digest=_digest(form, address),
        facts=_facts(form, exif),
        metadata=_metadata(form, exif),
        remote=remote,
        tagged=tags is not None,
    )
    return Shaped(
        id=form["id"],
        listed=listed,
        is_video=form["type"] == "VIDEO",
        is_trashed=bool(form["isTrashed"]),
        is_offline=bool(form.get("isOffline")),
        tags=None if tags is None else tuple(Tagged(each["id"], each["value"]) for each in tags),
        stack=stack and Stacked(stack["id"], stack["primaryAssetId"], int(stack["assetCount"])),
        local=_time(form["localDateTime"]),
    )


def _id(text: Any) -> str:
    if not isinstance(text, str) or not _ID.fullmatch(text):
        raise ValueError(f"{text!r} is no id")
    return text


def _bytes(text: str | None) -> bytes | None:
    return None if text is None else base64.b64decode(text)


def _digest(form: Form, address: Address) -> bytes:
    checksum = base64.b64decode(form["checksum"])
    if form.get("libraryId") is None:
        return content_of(checksum)
    state = f"{address}\0{_size(form)}\0{_time(form['fileModifiedAt']).isoformat()}"
    return blake3(b"immich external\0" + checksum + state.encode()).digest()


def content_of(sha1: bytes) -> bytes:
    """What the content of these bytes, by their SHA-1, is known by.

    The catalog knows contents by BLAKE3 digests of their bytes; this one is a BLAKE3 digest, too,
    of something that no picture begins with.
    """
    return blake3(b"immich sha1\0" + sha1).digest()


def _facts(form: Form, exif: Form) -> Facts | None:
    width, height = form.get("width"), form.get("height")
    if not (width and height):
        # What older databases lack is what EXIF says, before it is turned.
        width, height = exif.get("exifImageWidth"), exif.get("exifImageHeight")
        if str(exif.get("orientation")) in ("5", "6", "7", "8"):
            width, height = height, width
    if not (width and height and _size(form)):
        return None
    suffix = suffix_of(form["originalFileName"])
    is_raw = suffix in RAW_SUFFIXES
    mime = form.get("originalMimeType") or ""
    kind = suffix[1:].upper() if is_raw else _FORMATS.get(mime, mime.rpartition("/")[2].upper())
    return Facts(
        format=kind or "?",
        size=_size(form),
        width=int(width),
        height=int(height),
        coding=RAW if is_raw else "",
        duration=milliseconds(form.get("duration")),
        hearsay=True,
    )


def _exposure(exif: Form) -> str:
    said = (
        exif.get("lensModel"),
        f"f/{exif['fNumber']:g}" if exif.get("fNumber") else None,
        f"{exif['focalLength']:g} mm" if exif.get("focalLength") else None,
        f"ISO {exif['iso']}" if exif.get("iso") else None,
        f"{exif['exposureTime']} s" if exif.get("exposureTime") else None,
    )
    return " · ".join(filter(None, said))


def _metadata(form: Form, exif: Form) -> Metadata:
    latitude, longitude = exif.get("latitude"), exif.get("longitude")
    described = exif.get("description") or ""
    return Metadata(
        taken=_taken(form, exif),
        camera=camera_name(exif.get("make") or "", exif.get("model") or ""),
        description=described if described.strip() else None,
        rating=stars(exif.get("rating")),
        tags=tuple(sorted(each["value"] for each in form.get("tags") or ())),
        location=None if latitude is None or longitude is None else (latitude, longitude),
        favorite=bool(form["isFavorite"]),
        visibility=form.get("visibility"),
    )


def _taken(form: Form, exif: Form) -> str | None:
    """The camera's clock, and its zone where the server knows one.

    Of a picture without any date the server takes the file's own for one; that tells nothing of
    when it was taken.
    """
    if not exif.get("dateTimeOriginal"):
        return None
    local, modified = _time(form["localDateTime"]), _time(form["fileModifiedAt"])
    zone = exif.get("timeZone")
    if zone is None and local == modified and not (exif.get("make") or exif.get("model")):
        return None
    wall = local.strftime("%Y-%m-%d %H:%M:%S")
    if zone is None:
        return wall
    ahead = round((local - _time(form["fileCreatedAt"])) / timedelta(minutes=1))
    hours, minutes = divmod(abs(ahead), 60)
    return f"{wall}{'-' if ahead < 0 else '+'}{hours:02}:{minutes:02}"


def _time(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)


def _nanoseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1) * 1000
