"""What can be asked of one asset, each declared once.

Tests, comparisons, the parser, its suggestions, the documentation and the forms of the wizard all
come from `FIELDS`. A getter answers None where an asset does not have what is asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any

from core.model import Asset
from core.rules.quantities import Unit


class Kind(StrEnum):
    """How a field is asked for."""

    QUANTITY = "quantity"
    FLAG = "flag"
    """Yes or no; the word is the whole question."""
    WORD = "word"
    PATH = "path"
    """A file or folder, from the root on."""
    WORDS = "set of words"


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that can be asked of an asset."""

    word: str
    kind: Kind
    get: Callable[[Asset], Any]
    """Quantities as in `core.rules.quantities`, but moments in ns; flags as bool, words as str,
    sets as tuples. None where there is none."""
    means: str
    """A line for the documentation."""
    absent: str = ""
    """What is said of an asset where `get` has no answer, as in *has no capture time*."""
    phrase: str = ""
    """How a rule's sentence says that something has a quantity; ``{}`` is how much."""
    noun: str = ""
    """What the sentence calls it, where not by its word."""
    example: str = ""
    """What may follow the word, for the documentation and for forms."""
    unit: Unit = Unit.NUMBER
    least: int | None = 0
    """The smallest value of a quantity, where there is one."""
    known: tuple[str, ...] = ()
    """The words that there are; empty where there are any."""
    only_of: str | None = None
    """The one type of pictures that have it."""
    of_both: Callable[[Asset, Asset], tuple[Any, Any] | None] | None = None
    """`get` of two assets to be compared, where that is more than `get` of each."""
    is_wall_time: bool = False
    """Whether a moment is what a clock showed, wherever that was."""
    is_age: bool = False
    """Whether `get` answers the moment that an age counts from."""
    of_bytes: bool = False
    """Whether nobody but who has read the file can tell."""

    def is_open(self, asset: Asset) -> bool:
        """Whether `get` may have an answer once the file of `asset` has been read."""
        return self.of_bytes and asset.facts.hearsay

    def reader(self, now_ns: int) -> Callable[[Asset], Any]:
        """`get`, for what changes as time goes by at the time `now_ns`."""
        if not self.is_age:
            return self.get
        get = self.get
        return lambda asset: now_ns - get(asset)

    def constant(self, value: Any) -> Any:
        """A value of the field, as it stands in a rule, in the terms of `get`."""
        if not isinstance(value, datetime):
            return value
        moment = value.replace(tzinfo=UTC) if self.is_wall_time else value.astimezone()
        return int(moment.timestamp()) * 1_000_000_000


TYPES = ("JPEG", "PNG", "GIF", "WEBP", "TIFF", "BMP", "AVIF", "HEIC", "JXL", "RAW")
"""Words for the types of files; RAW is whatever a sensor saw."""

TYPE_ALIASES = {"HEIF": "HEIC", "JPG": "JPEG", "TIF": "TIFF", "JPEG XL": "JXL"}

_RAW = "raw"
"""`core.imaging.coding.RAW`, which loading would cost every start the decoders."""


def _type(asset: Asset) -> str:
    if asset.facts.coding == _RAW:
        return "RAW"
    name = asset.facts.format
    return TYPE_ALIASES.get(name, name)


@lru_cache(maxsize=8192)
def _clock(taken: str) -> tuple[int, int | None] | None:
    """What the camera's clock showed, in ns since 1970, and how far it was ahead of UTC in ns."""
    try:
        moment = datetime.fromisoformat(taken)
    except ValueError:
        return None
    ahead = moment.utcoffset()
    wall = int(moment.replace(tzinfo=UTC).timestamp()) * 1_000_000_000
    return wall, None if ahead is None else int(ahead.total_seconds()) * 1_000_000_000


def _taken(asset: Asset) -> int | None:
    taken = asset.metadata.taken
    clock = _clock(taken) if taken else None
    return clock[0] if clock else None


def _both_taken(a: Asset, b: Asset) -> tuple[int, int] | None:
    """Where only one clock's zone is known, both are read as they stand."""
    if not a.metadata.taken or not b.metadata.taken:
        return None
    one, other = _clock(a.metadata.taken), _clock(b.metadata.taken)
    if one is None or other is None:
        return None
    if one[1] is None or other[1] is None:
        return one[0], other[0]
    return one[0] - one[1], other[0] - other[1]


def _folder(asset: Asset) -> str:
    return asset.place.rpartition("/")[0] or "/"


def _stem(asset: Asset) -> str:
    name = asset.path.name
    dot = name.rfind(".")
    return name[:dot] if dot > 0 else name


def _duration(asset: Asset) -> int | None:
    length = asset.facts.duration
    return None if length is None else length * 1_000_000


def _frame_rate(asset: Asset) -> float | None:
    length = asset.facts.duration
    return asset.facts.frames * 1000 / length if length else None


def _exif_count(asset: Asset) -> int | None:
    return asset.facts.exif_count if asset.remote is None else asset.remote.exif_count


def _read(get: Callable[[Asset], Any]) -> Callable[[Asset], Any]:
    """`get`, of assets whose bytes have been read: no other way leads to an answer."""
    return lambda asset: None if asset.facts.hearsay else get(asset)


def _frames(asset: Asset) -> int | None:
    if asset.facts.hearsay:
        return 1 if asset.facts.format in _STILL else None
    return asset.facts.frames


def _header(name: str) -> Callable[[Asset], bool | None]:
    return _read(lambda asset: name in asset.facts.headers)


def _quantity(
    word: str, get: Callable[[Asset], Any], means: str, absent: str = "", **more: Any
) -> Field:
    return Field(word, Kind.QUANTITY, get, means, absent, **more)


def _flag(
    word: str, get: Callable[[Asset], bool | None], means: str, absent: str = "", **more: Any
) -> Field:
    return Field(word, Kind.FLAG, get, means, absent, **more)


def _word(word: str, get: Callable[[Asset], str | None], means: str, **more: Any) -> Field:
    return Field(word, Kind.WORD, get, means, **more)


_STILL = ("JPEG", "BMP")
"""Formats that hold one picture, whatever is in the file."""

_UNREAD = "has not been fetched from its server"

_ALL = (
    _word(
        "type",
        _type,
        "what its bytes are, whatever its name says",
        known=TYPES,
        example="is JPEG or PNG",
    ),
    _quantity(
        "size",
        lambda a: a.facts.size,
        "bytes of the file",
        unit=Unit.SIZE,
        least=1,
        phrase="has {}",
        example=">= 2 MB",
    ),
    _quantity(
        "width",
        lambda a: a.facts.width,
        "pixels across, as shown",
        least=1,
        phrase="is {} pixels wide",
        example="> 128",
    ),
    _quantity(
        "height",
        lambda a: a.facts.height,
        "pixels down, as shown",
        least=1,
        phrase="is {} pixels high",
        example="> 128",
    ),
    _quantity(
        "pixels",
        lambda a: a.facts.pixels,
        "width times height",
        unit=Unit.PIXELS,
        least=1,
        phrase="has {}",
        noun="number of pixels",
        example=">= 2 MP",
    ),
    _quantity(
        "aspect",
        lambda a: a.facts.width / a.facts.height,
        "width by height: 1.5 of 3:2",
        unit=Unit.RATIO,
        phrase="has an aspect of {}",
        example="between 1.3 and 1.4",
    ),
    _quantity(
        "frames",
        _frames,
        "of an animation; 1 of a still",
        _UNREAD,
        of_bytes=True,
        least=1,
        phrase="has {} frames",
        noun="number of frames",
        example="> 1",
    ),
    _quantity(
        "duration",
        _duration,
        "of an animation",
        "is no animation",
        of_bytes=True,
        unit=Unit.DURATION,
        phrase="lasts {}",
        example=">= 1.5 s",
    ),
    _quantity(
        "frame rate",
        _frame_rate,
        "frames a second of an animation",
        "is no animation",
        of_bytes=True,
        unit=Unit.RATIO,
        phrase="shows {} frames a second",
        example="> 12",
    ),
    _quantity(
        "modified",
        lambda a: a.modified_ns,
        "when the file was last written to",
        unit=Unit.MOMENT,
        least=None,
        phrase="was modified {}",
        noun="time of modification",
        example="before 2010-01-01",
    ),
    _quantity(
        "first seen",
        lambda a: a.first_seen_ns,
        "when a scan first met it",
        "was seen before that was recorded",
        unit=Unit.MOMENT,
        least=None,
        phrase="was first seen {}",
        noun="first sighting",
        example="since 2024-01-01",
    ),
    _quantity(
        "taken",
        _taken,
        "capture time by the camera's clock; two with their zones known by UTC",
        "has no capture time",
        unit=Unit.MOMENT,
        least=None,
        of_both=_both_taken,
        is_wall_time=True,
        phrase="was taken {}",
        noun="capture time",
        example="before 2010-01-01 18:30:00",
    ),
    _quantity(
        "age",
        lambda a: a.modified_ns,
        "time since it was modified",
        unit=Unit.DURATION,
        least=None,
        is_age=True,
        phrase="is {} old",
        example="> 7 days",
    ),
    _quantity(
        "EXIF count",
        _exif_count,
        "of the 22 fields that Immich counts, those that say something",
        "has not had its EXIF fields counted",
        phrase="has {} EXIF fields",
        example="> 5",
    ),
    _quantity(
        "JPEG quality",
        lambda a: a.facts.quality,
        "1 to 100, of its last save",
        "is no JPEG",
        of_bytes=True,
        only_of="JPEG",
        least=1,
        phrase="has a JPEG quality of {}",
        example=">= 80",
    ),
    _quantity(
        "rating",
        lambda a: a.metadata.rating,
        "0 to 5, -1 rejected",
        "has no rating",
        least=-1,
        phrase="is rated {}",
        example=">= 3",
    ),
    _quantity(
        "tag count",
        lambda a: len(a.metadata.tags),
        "how many tags it has",
        phrase="has {} tags",
        example="> 3",
    ),
    _quantity(
        "album count",
        lambda a: len(a.metadata.albums),
        "how many albums it is in",
        phrase="is in {} albums",
        example="> 0",
    ),
    _word(
        "mode",
        _read(lambda a: a.facts.mode),
        "how its pixels are stored: RGB, L, CMYK ...",
        absent=_UNREAD,
        of_bytes=True,
        example="is L or LA",
    ),
    _word("name", lambda a: a.path.name, "the file's name", example="matches IMG_*"),
    _word("stem", _stem, "the file's name without its suffix", example="is IMG_0001"),
    _word(
        "camera",
        lambda a: a.metadata.camera,
        "make and model",
        absent="names no camera",
        example="is Canon EOS 5D",
    ),
    _word(
        "title",
        lambda a: a.metadata.title,
        "its title",
        absent="has no title",
        example="matches Summer*",
    ),
    _word(
        "subsampling",
        lambda a: a.facts.subsampling,
        "of a JPEG's colours",
        absent="is no JPEG",
        of_bytes=True,
        known=("4:4:4", "4:2:2", "4:4:0", "4:2:0", "4:1:1", "grey"),
        only_of="JPEG",
        example="is 4:4:4",
    ),
    _word(
        "visibility",
        lambda a: a.metadata.visibility or "timeline",
        "where it is shown",
        known=("timeline", "archive", "hidden", "locked"),
        example="is archive",
    ),
    Field(
        "path",
        Kind.PATH,
        lambda a: a.place,
        "the file, from the root on; of an Immich server's, where the server has it",
        example="matches **/Export/*",
    ),
    Field("folder", Kind.PATH, _folder, "the folder it lies in", example="is /photos/2024"),
    Field(
        "library",
        Kind.PATH,
        lambda a: None if a.library is None else str(a.library),
        "the opened library it lies in",
        "lies in no opened library",
        example="is ~/Pictures",
    ),
    _word(
        "server group",
        lambda a: None if a.remote is None else a.remote.group,
        "an Immich server's id of the duplicates that it has it among",
        absent="is in no group of a server",
        example="is 4f2c1e0a-0000-4000-8000-000000000000",
    ),
    Field(
        "tag",
        Kind.WORDS,
        lambda a: a.metadata.tags,
        "its tags; people/Anna is one of people",
        example="matches hol*",
    ),
    Field(
        "album",
        Kind.WORDS,
        lambda a: a.metadata.albums,
        "the albums it is in",
        example="matches Summer*",
    ),
    *(
        _flag(f"has {name}", _header(name), f"it carries {name} data", _UNREAD, of_bytes=True)
        for name in ("EXIF", "XMP", "IPTC", "ICC", "GPS")
    ),
    _flag(
        "has transparency",
        lambda a: a.facts.transparent,
        "a shown pixel lets through what is behind it",
        "has not been looked at for transparency",
        of_bytes=True,
    ),
    _flag("has a sidecar", lambda a: a.has_sidecar, "an XMP file lies beside it"),
    _flag(
        "is progressive",
        lambda a: a.facts.progressive,
        "a JPEG coded in several passes",
        "is no JPEG",
        of_bytes=True,
    ),
    _flag("is a favorite", lambda a: bool(a.metadata.favorite), "marked as one"),
    _flag(
        "is suggested by its server",
        lambda a: None if a.remote is None or a.remote.group is None else a.remote.suggested,
        "an Immich server would keep it of its group",
        "is in no group of a server",
    ),
    _flag(
        "is external",
        lambda a: None if a.remote is None else a.remote.external,
        "in a library that an Immich server reads, and does not own",
        "is on no server",
    ),
    _flag("is seen", lambda a: a.seen, "a person has decided about its content"),
    _flag("has a description", lambda a: bool(a.metadata.description), "a caption"),
    _flag("has a title", lambda a: bool(a.metadata.title), "a title"),
    _flag("has a rating", lambda a: a.metadata.rating is not None, "stars, or a rejection"),
    _flag("has a location", lambda a: a.metadata.location is not None, "latitude and longitude"),
    _flag("has a capture time", lambda a: _taken(a) is not None, "when it was taken"),
    _flag("has a camera", lambda a: bool(a.metadata.camera), "make or model"),
    _flag("has tags", lambda a: bool(a.metadata.tags), "at least one tag"),
    _flag("is in an album", lambda a: bool(a.metadata.albums), "at least one album"),
)

FIELDS: dict[str, Field] = {field.word: field for field in _ALL}
