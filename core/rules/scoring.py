"""Which of a group to keep: criteria asked in order, and why the king is the king.

The order is total: whatever the criteria leave open is settled by the older file, then by the
path. So the same group has the same king, in whatever order it comes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from core.model import Asset
from core.rules.fields import FIELDS
from core.rules.language import listed
from core.rules.paths import folder_index
from core.rules.quantities import Unit
from core.rules.wording import shown


class More(StrEnum):
    """Which end of a quantity is the better one."""

    LARGER = "larger"
    SMALLER = "smaller"
    LATER = "later"
    """Of moments."""
    EARLIER = "earlier"
    """Of moments."""


_SUPERLATIVE = {
    More.LARGER: "the largest",
    More.SMALLER: "the smallest",
    More.LATER: "the latest",
    More.EARLIER: "the earliest",
}


@dataclass(frozen=True, slots=True)
class Prefer:
    """``larger size``, ``earlier modified``."""

    more: More
    field: str

    def __str__(self) -> str:
        return f"{self.more} {self.field}"


@dataclass(frozen=True, slots=True)
class PreferFlag:
    """``has EXIF``."""

    field: str

    def __str__(self) -> str:
        return self.field


@dataclass(frozen=True, slots=True)
class PreferFolder:
    """``in folders [~/Originals, ~/Phone]``, in that order."""

    folders: tuple[str, ...]

    def __str__(self) -> str:
        return f"in folders {listed(self.folders)}"


@dataclass(frozen=True, slots=True)
class PreferType:
    """``type in order [RAW, HEIC, JPEG]``; what is not named comes last."""

    types: tuple[str, ...]

    def __str__(self) -> str:
        return f"type in order {listed(self.types)}"


Criterion = Prefer | PreferFlag | PreferFolder | PreferType

IMMICH = (
    Prefer(More.LARGER, "size"),
    Prefer(More.LARGER, "EXIF count"),
    PreferFlag("is suggested by its server"),
)
"""What Immich preselects. Between equals it takes whichever its database names last, so of a
server's group the server has the last word; elsewhere ours is settled."""

ORIGINAL_TYPES = ("RAW", "HEIC", "JPEG", "TIFF", "PNG", "JXL", "AVIF", "WEBP", "BMP", "GIF")
"""What cameras write comes first, then what programs save."""

BEST_ORIGINAL = (
    Prefer(More.LARGER, "pixels"),
    PreferType(ORIGINAL_TYPES),
    Prefer(More.LARGER, "EXIF count"),
    PreferFlag("has EXIF"),
    PreferFlag("has ICC"),
    Prefer(More.LARGER, "JPEG quality"),
    Prefer(More.LARGER, "size"),
)
"""The picture that the others most likely come from."""

PRESETS: dict[str, tuple[Criterion, ...]] = {"immich": IMMICH, "best original": BEST_ORIGINAL}

Key = Callable[[Asset], Any]


@dataclass(frozen=True, slots=True)
class Standing:
    """One asset of a ranking."""

    asset: Asset
    scores: tuple[str, ...]
    """By criterion, as *size 3.1 MB, the largest*."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """A group in order, the king first."""

    standings: tuple[Standing, ...]
    settled_by: str
    """What sets the king apart from the next: a criterion, or one of the last resorts."""

    @property
    def king(self) -> Asset:
        """The one to keep."""
        return self.standings[0].asset


def rank(assets: Sequence[Asset], criteria: Sequence[Criterion]) -> Ranking:
    """`assets`, at least one, from the best to the worst."""
    keys = [key_of(each) for each in criteria]
    ordered = sorted(assets, key=ranking_key(criteria))
    best = [min(key(asset) for asset in ordered) for key in keys]
    standings = tuple(
        Standing(
            asset,
            tuple(
                _score(criterion, asset, key(asset) == top, len(ordered))
                for criterion, key, top in zip(criteria, keys, best, strict=True)
            ),
        )
        for asset in ordered
    )
    return Ranking(standings, _settled(ordered, criteria, keys))


def reads_files(criteria: Sequence[Criterion]) -> bool:
    """Whether one of `criteria` asks what only the files themselves tell."""
    return any(
        FIELDS[each.field].of_bytes for each in criteria if isinstance(each, Prefer | PreferFlag)
    )


def ranking_key(criteria: Sequence[Criterion]) -> Key:
    """What to sort by, best first; no two files have the same."""
    keys = [key_of(each) for each in criteria]
    return lambda asset: (*[key(asset) for key in keys], asset.modified_ns, str(asset.path))


def key_of(criterion: Criterion) -> Key:
    """The smaller, the better; what has no value comes after all that have one."""
    if isinstance(criterion, PreferFolder):
        place = folder_index(criterion.folders)
        return lambda asset: place(asset.place)
    if isinstance(criterion, PreferType):
        places = {name: number for number, name in enumerate(criterion.types)}
        get = FIELDS["type"].get
        return lambda asset: places.get(get(asset), len(places))
    if isinstance(criterion, PreferFlag):
        get = FIELDS[criterion.field].get
        return lambda asset: not get(asset)
    # An age counts from a moment that is the same for all of a group.
    read = FIELDS[criterion.field].reader(0)
    sign = -1 if criterion.more in (More.LARGER, More.LATER) else 1

    def key(asset: Asset) -> tuple[bool, float]:
        value = read(asset)
        return value is None, 0 if value is None else sign * value

    return key


def _score(criterion: Criterion, asset: Asset, is_best: bool, among: int) -> str:
    if isinstance(criterion, PreferFlag):
        return str(criterion) if FIELDS[criterion.field].get(asset) else f"not: {criterion}"
    if isinstance(criterion, PreferFolder):
        place = folder_index(criterion.folders)(asset.place)
        if place == len(criterion.folders):
            return "in none of the folders"
        return f"in {criterion.folders[place]}"
    field = "type" if isinstance(criterion, PreferType) else criterion.field
    value = shown(FIELDS[field], asset)
    if value is None:
        return f"{field}: {FIELDS[field].absent}"
    if isinstance(criterion, PreferType) or not is_best or among == 1:
        return f"{field} {value}"
    return f"{field} {value}, {_SUPERLATIVE[criterion.more]}"


def _settled(ordered: Sequence[Asset], criteria: Sequence[Criterion], keys: Sequence[Key]) -> str:
    if len(ordered) == 1:
        return "there is no other"
    king, second = ordered[:2]
    for criterion, key in zip(criteria, keys, strict=True):
        if key(king) != key(second):
            return str(criterion)
    return "the older file" if king.modified_ns != second.modified_ns else "the path"


def allows(more: More, field: str) -> bool:
    """Whether the two go together: moments are earlier or later, all else smaller or larger."""
    of_time = more in (More.EARLIER, More.LATER)
    return of_time == (FIELDS[field].unit is Unit.MOMENT)
