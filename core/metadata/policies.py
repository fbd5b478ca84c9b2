"""What becomes of metadata when copies go: one way for each field, and who receives.

A policy is written as a preset and what differs from it: ``immich-3``, or ``immich-3, tags keep,
location ask``. So it stands in rules, in settings and on the command line.

The presets describe what two programs do. Where they say less than what people need, or what has no
sense for files, we say so:

- **immich-3**: Immich from 3.0.0 on. Its seven fields are merged where exactly one is kept and at
  least one goes; several kept ones stay as they are. Immich merges neither title nor date.
- **immich-2.7**: Immich 2.7, which gave the same seven fields to every kept one.
- **hydrus-better**: hydrus' merge for *this is better*: the best one kept gets tags, the higher
  rating, what the others' texts add, and the earlier date. Where hydrus *moves* a field, the loser
  loses it; a file in our trash can come back and must then be what it was, so moving is copying.
- **hydrus-same-quality**: the same between duplicates that both stay, *two-way*: each gets what the
  other has.
- **server**: on an Immich server what it does itself when it resolves a group, and by its own hand;
  in folders as immich-3.
- **nothing**: every field stays as it is.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType

from core.errors import UsageError
from core.model import ByFolder


class Field(StrEnum):
    """What is merged, each by the name it has in `core.model.Metadata`."""

    ALBUMS = "albums"
    FAVORITE = "favorite"
    RATING = "rating"
    DESCRIPTION = "description"
    VISIBILITY = "visibility"
    LOCATION = "location"
    TAGS = "tags"
    TITLE = "title"
    TAKEN = "taken"


class Way(StrEnum):
    """How one field is merged."""

    UNION = "union"
    """All that any of them has."""
    BEST = "best"
    """The highest rating, the earliest date, the most restrictive visibility, favorite if any."""
    COMBINE = "combine"
    """Line by line without repeats, the keeper's lines first."""
    COPY = "copy if empty"
    """What the others agree on, where the keeper says nothing."""
    KEEP = "keep"
    ASK = "ask"
    """A person says, wherever the others have something that the keeper has not."""


class Reach(StrEnum):
    """Who of the kept ones receives."""

    ONLY = "only"
    """The one that is kept, where exactly one is and another goes."""
    FIRST = "first"
    """The best of those kept."""
    EVERY = "every"


WAYS: Mapping[Field, tuple[Way, ...]] = MappingProxyType(
    {
        Field.ALBUMS: (Way.UNION, Way.COPY, Way.KEEP, Way.ASK),
        Field.FAVORITE: (Way.BEST, Way.COPY, Way.KEEP, Way.ASK),
        Field.RATING: (Way.BEST, Way.COPY, Way.KEEP, Way.ASK),
        Field.DESCRIPTION: (Way.COMBINE, Way.COPY, Way.KEEP, Way.ASK),
        Field.VISIBILITY: (Way.BEST, Way.COPY, Way.KEEP, Way.ASK),
        Field.LOCATION: (Way.COPY, Way.KEEP, Way.ASK),
        Field.TAGS: (Way.UNION, Way.COPY, Way.KEEP, Way.ASK),
        Field.TITLE: (Way.COPY, Way.KEEP, Way.ASK),
        Field.TAKEN: (Way.BEST, Way.COPY, Way.KEEP, Way.ASK),
    }
)
"""The ways that make sense for a field."""

_SEVEN = {
    Field.ALBUMS: Way.UNION,
    Field.FAVORITE: Way.BEST,
    Field.RATING: Way.BEST,
    Field.DESCRIPTION: Way.COMBINE,
    Field.VISIBILITY: Way.BEST,
    Field.LOCATION: Way.COPY,
    Field.TAGS: Way.UNION,
}
_HYDRUS = {
    Field.FAVORITE: Way.BEST,
    Field.RATING: Way.BEST,
    Field.DESCRIPTION: Way.COMBINE,
    Field.TAGS: Way.UNION,
    Field.TITLE: Way.COPY,
    Field.TAKEN: Way.BEST,
}

SERVER = "server"
"""The preset by which a server merges itself."""

_PRESETS: Mapping[str, tuple[Reach, Mapping[Field, Way]]] = MappingProxyType(
    {
        "immich-3": (Reach.ONLY, _SEVEN),
        "immich-2.7": (Reach.EVERY, _SEVEN),
        "hydrus-better": (Reach.FIRST, _HYDRUS),
        "hydrus-same-quality": (Reach.EVERY, _HYDRUS),
        SERVER: (Reach.ONLY, _SEVEN),
        "nothing": (Reach.ONLY, {}),
    }
)
"""Fields that a preset does not name are kept."""

PRESETS = tuple(_PRESETS)


@dataclass(frozen=True, slots=True)
class Policy:
    """A preset and the fields that are merged in another way.

    Raises:
        UsageError: no such preset, or a way that makes no sense for its field.
    """

    preset: str = "immich-3"
    others: tuple[tuple[Field, Way], ...] = ()
    """Only what differs from the preset, in the order of `Field`."""

    def __post_init__(self) -> None:
        if self.preset not in _PRESETS:
            raise UsageError(
                "merge policy",
                f"there is no preset {self.preset!r}",
                f"begin with one of {', '.join(PRESETS)}",
            )
        given = dict(self.others)
        if len(given) < len(self.others):
            raise UsageError("merge policy", "it names a field twice", "name each field once")
        for field, way in given.items():
            if way not in WAYS[field]:
                raise UsageError(
                    "merge policy", f"{field} cannot be merged by {way}", _choice(field)
                )
        usual = _PRESETS[self.preset][1]
        differing = tuple(
            (field, given[field])
            for field in Field
            if field in given and given[field] is not usual.get(field, Way.KEEP)
        )
        object.__setattr__(self, "others", differing)

    @classmethod
    def parse(cls, text: str) -> Policy:
        """The policy that `text` names; `str` of it is its shortest form.

        Raises:
            UsageError: `text` is no policy.
        """
        preset, *rest = (" ".join(part.lower().split()) for part in text.split(","))
        return cls(preset, tuple(_field_and_way(part) for part in rest))

    def __str__(self) -> str:
        return ", ".join((self.preset, *(f"{field} {way}" for field, way in self.others)))

    @property
    def reach(self) -> Reach:
        """Who of the kept ones receives."""
        return _PRESETS[self.preset][0]

    def way(self, field: Field) -> Way:
        """How `field` is merged."""
        return dict(self.others).get(field, _PRESETS[self.preset][1].get(field, Way.KEEP))


@dataclass(frozen=True, slots=True)
class Merging:
    """Which policy holds where."""

    usual: Policy = dataclasses.field(default_factory=Policy)
    libraries: tuple[tuple[Path, Policy], ...] = ()
    """Folders for which another one holds, and for all below them."""

    @classmethod
    def parse(cls, usual: str, libraries: Iterable[tuple[Path, str]]) -> Merging:
        """As settings say it: the usual policy, and those of some folders.

        Raises:
            UsageError: a text is no policy.
        """
        return cls(
            Policy.parse(usual), tuple((path, Policy.parse(text)) for path, text in libraries)
        )

    def at(self, path: Path) -> Policy:
        """The policy for the file at `path`: the innermost library's."""
        return ByFolder(self.usual, self.libraries).at(path)


def _field_and_way(part: str) -> tuple[Field, Way]:
    name, _, way = part.partition(" ")
    try:
        field = Field(name)
    except ValueError:
        raise UsageError(
            "merge policy",
            f"{part!r} names no field that is merged",
            f"write one of {', '.join(Field)} and a way",
        ) from None
    try:
        return field, Way(way)
    except ValueError:
        cause = f"{way!r} is no way to merge {field}" if way else f"it says no way for {field}"
        if way == "move":
            cause = "moving would take it from a file that the trash can give back"
        raise UsageError("merge policy", cause, _choice(field)) from None


def _choice(field: Field) -> str:
    return f"write {field} and one of {', '.join(WAYS[field])}"
