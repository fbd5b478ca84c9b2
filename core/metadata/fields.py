"""Each field that is merged: when it says something, what it loses, and what several come to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, cast

from core.errors import UsageError
from core.metadata.moments import parse_moment, surely_not_later
from core.metadata.places import SAME_PLACE_METRES, Place, metres_apart, sound_place
from core.metadata.policies import Field

Value = str | int | bool | tuple[str, ...] | Place | None
"""What a field of `core.model.Metadata` holds; None and the empty tuple say nothing."""

VISIBILITIES = ("locked", "archive", "timeline", "hidden")
"""As Immich ranks them for a merge: the first that is present wins. Its *hidden* is the video of a
live photo, which no group of pictures holds; so it ranks last, not as the most restrictive."""

TEXT_LIMIT = 20_000
"""Characters that are read of one text; a caption longer than this is no caption."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What the values of one field mean; the functions are given the type that the field has."""

    says: Callable[[Any], bool]
    """Whether a value says anything."""
    holds: Callable[[Any, Any], bool]
    """Whether nothing of the second is lost where the first stays; both say something."""
    accepts: Callable[[Any], bool]
    """Whether a person may settle for it."""
    form: str
    """What they may settle for, in words."""
    together: Callable[[Any, Sequence[Any]], tuple[Any, str]] | None = None
    """What the first and all of its group (itself included, in the group's order) come to by union,
    best or combine, and why."""


def _united(_mine: tuple[str, ...], group: Sequence[tuple[str, ...]]) -> tuple[Value, str]:
    return tuple(sorted({text for value in group for text in value})), "all that any of them has"


def _any_favorite(mine: bool | None, group: Sequence[bool | None]) -> tuple[Value, str]:
    return (True, "one of them is a favorite") if any(group) else (mine, "none is a favorite")


def _highest(mine: int | None, group: Sequence[int | None]) -> tuple[Value, str]:
    # As in Immich, no rating is 0, so that *rejected* never wins.
    highest = max(value or 0 for value in group)
    return (highest, "the highest rating") if highest > 0 else (mine, "none is rated")


def _most_restrictive(mine: str | None, group: Sequence[str | None]) -> tuple[Value, str]:
    said = [value for value in group if value in VISIBILITIES]
    return min(said, key=_rank, default=mine), "the most restrictive visibility"


def _rank(visibility: str) -> int:
    return VISIBILITIES.index(visibility)


def lines(text: str | None) -> list[str]:
    """The lines of a text as Immich compares them: trimmed, without blanks and repeats."""
    trimmed = (line.strip() for line in (text or "").replace("\r\n", "\n").split("\n"))
    return list(dict.fromkeys(line for line in trimmed if line))


def _combined(mine: str | None, group: Sequence[str | None]) -> tuple[Value, str]:
    found = list(dict.fromkeys(line for text in group for line in lines(text)))
    if len(found) == len(lines(mine)):
        # Immich would trim it all the same; what a person wrote is not touched for nothing.
        return mine, "it has every line"
    text = "\n".join(found)
    if len(text) > TEXT_LIMIT:
        # It would not be read back whole, and the next merge would go on from a part.
        return mine, f"together they are longer than {TEXT_LIMIT:,} characters"
    return text, "the lines of all, without repeats"


def _earliest(mine: str | None, group: Sequence[str | None]) -> tuple[Value, str]:
    moments = {text: moment for text in group if text and (moment := parse_moment(text))}
    own = moments.get(mine) if mine else None
    # The more complete of equal ones first, then the own one.
    by_zone = sorted(moments, key=lambda text: (moments[text].tzinfo is None, text != mine))
    for text in by_zone:
        moment = moments[text]
        earlier = own is None or surely_not_later(moment, own)
        if earlier and all(surely_not_later(moment, each) for each in moments.values()):
            return text, "the earliest date"
    return mine, "which of the dates is the earliest cannot be told without their zones"


def _same_moment_or_earlier(held: str, value: str) -> bool:
    a, b = parse_moment(held), parse_moment(value)
    if a is None or b is None:
        return b is None
    more_complete = a.tzinfo is not None or b.tzinfo is None
    return surely_not_later(a, b) and (more_complete or a != b.replace(tzinfo=None))


def _is_texts(value: object) -> bool:
    return isinstance(value, tuple | list | set | frozenset) and all(
        isinstance(each, str) and each.strip() for each in value
    )


def _is_text(value: object) -> bool:
    return value is None or isinstance(value, str)


def _is_place(value: object) -> bool:
    return value is None or (
        isinstance(value, tuple | list)
        and len(value) == 2
        and all(isinstance(each, int | float) for each in value)
        and sound_place(*value) is not None
    )


def _is_rating(value: object) -> bool:
    return value is None or (type(value) is int and -1 <= value <= 5)


def _is_moment(value: object) -> bool:
    return value is None or (isinstance(value, str) and parse_moment(value) is not None)


def _says_text(value: str | None) -> bool:
    return bool(value and value.strip())


_TEXTS = Meaning(
    says=bool,
    holds=lambda held, value: set(value) <= set(held),
    accepts=_is_texts,
    form="texts",
    together=_united,
)

MEANINGS: Mapping[Field, Meaning] = MappingProxyType(
    {
        Field.ALBUMS: _TEXTS,
        Field.TAGS: _TEXTS,
        Field.FAVORITE: Meaning(
            says=lambda value: value is not None,
            holds=lambda held, value: held or not value,
            accepts=lambda value: value is None or isinstance(value, bool),
            form="true, false or nothing",
            together=_any_favorite,
        ),
        Field.RATING: Meaning(
            says=bool,
            holds=lambda held, value: held >= value,
            accepts=_is_rating,
            form="-1 to 5 or nothing",
            together=_highest,
        ),
        Field.DESCRIPTION: Meaning(
            says=_says_text,
            holds=lambda held, value: set(lines(value)) <= set(lines(held)),
            accepts=_is_text,
            form="a text or nothing",
            together=_combined,
        ),
        Field.VISIBILITY: Meaning(
            says=lambda value: value in VISIBILITIES,
            holds=lambda held, value: _rank(held) <= _rank(value),
            accepts=lambda value: value is None or value in VISIBILITIES,
            form=f"{', '.join(VISIBILITIES)} or nothing",
            together=_most_restrictive,
        ),
        Field.LOCATION: Meaning(
            says=lambda value: value is not None and sound_place(*value) is not None,
            holds=lambda held, value: metres_apart(held, value) <= SAME_PLACE_METRES,
            accepts=_is_place,
            form="latitude and longitude in degrees, or nothing",
        ),
        Field.TITLE: Meaning(
            says=_says_text,
            holds=lambda held, value: lines(held) == lines(value),
            accepts=_is_text,
            form="a text or nothing",
        ),
        Field.TAKEN: Meaning(
            says=lambda value: bool(value) and parse_moment(value) is not None,
            holds=_same_moment_or_earlier,
            accepts=_is_moment,
            form="YYYY-MM-DD HH:MM:SS, with +HH:MM where known, or nothing",
            together=_earliest,
        ),
    }
)


def settled_value(name: str, value: Value) -> tuple[Field, Value]:
    """What a person has chosen, in the form that `core.model.Metadata` has it.

    Raises:
        UsageError: `name` is no field, or the field cannot have `value`.
    """
    try:
        field = Field(name)
    except ValueError:
        raise UsageError(
            name, "this is no field that is merged", f"settle one of {', '.join(Field)}"
        ) from None
    meaning = MEANINGS[field]
    if not meaning.accepts(value):
        raise UsageError(field, f"it cannot be {value!r}", f"choose {meaning.form}")
    if field is Field.LOCATION and value is not None:
        latitude, longitude = cast(Place, value)
        return field, sound_place(latitude, longitude)
    if field in (Field.ALBUMS, Field.TAGS):
        return field, tuple(sorted(set(cast(tuple[str, ...], value))))
    return field, value
