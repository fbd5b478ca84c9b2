"""Google Takeout's JSON beside each photo: the names it has, and what it says.

Google documents neither; this is what exports from 2018 to 2026 show. ``a.jpg`` has ``a.jpg.json``,
since 2024 ``a.jpg.supplemental-metadata.json``. The name before ``.json`` is cut off after 46
characters, wherever that falls, and the number of ``a(1).jpg`` moves behind it:
``a.jpg.supplemental-metadata(1).json``.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from core.metadata.fields import TEXT_LIMIT
from core.metadata.places import Place, sound_place
from core.model import Metadata

TAKEOUT_SUFFIX = ".json"

_WORDS = ".supplemental-metadata"
_CUT = 46
"""Characters, so that the whole name has at most 51."""

_NUMBERED = re.compile(r"(.+)(\(\d+\))(\.[^.]+)")
_FILE_NAME = re.compile(r".+\.\w{2,5}")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def takeout_names(image: str) -> tuple[str, ...]:
    """The names, in lower case, that the JSON of the file `image` can have."""
    name = image.lower()
    bodies = [(name, "")]
    numbered = _NUMBERED.fullmatch(name)
    if numbered:
        stem, number, suffix = numbered.groups()
        bodies += [(stem + suffix, number), (name, number)]
    names = [
        whole + number + TAKEOUT_SUFFIX
        for body, number in bodies
        for whole in (
            # Some exports count the number among the 46.
            body[:_CUT],
            body[: _CUT - len(number)],
            # Where the limit was another one, any part of the words may be left.
            *(body + _WORDS[:length] for length in range(1, len(_WORDS) + 1)),
        )
    ]
    return tuple(dict.fromkeys(names))


def read_takeout(data: bytes) -> Metadata:
    """Fields of a Takeout JSON; `Metadata.problem` says what of it makes no sense.

    Its title is the file's name in Google Photos, and a title only where it does not look like one.
    People are left out: a name is no tag until somebody says so.
    """
    try:
        said = json.loads(data)
    except (ValueError, RecursionError) as error:
        return Metadata(problem=f"the JSON beside it is damaged ({error})")
    if not isinstance(said, dict) or "photoTakenTime" not in said:
        # Other programs name theirs alike.
        return Metadata()
    problems: list[str] = []
    description = _text(said, "description")
    if description is not None and len(description) > TEXT_LIMIT:
        problems.append(f"of its description only {TEXT_LIMIT:,} characters are kept")
        description = description[:TEXT_LIMIT]
    title = _text(said, "title")
    return Metadata(
        taken=_taken(said, problems),
        title=None if title is None or _FILE_NAME.fullmatch(title) else title[:TEXT_LIMIT],
        description=description,
        location=_location(said, problems),
        favorite=True if said.get("favorited") is True else None,
        visibility="archive" if said.get("archived") is True else None,
        problem="; ".join(problems) or None,
    )


def beneath(takeout: Metadata, other: Metadata) -> Metadata:
    """`takeout` without what the picture's header and XMP, together `other`, know better: Google
    tells the time without the camera's zone, and fills in a place that it guessed."""
    return replace(
        takeout,
        taken=None if other.taken else takeout.taken,
        location=None if other.location else takeout.location,
    )


def _text(said: dict[str, Any], name: str) -> str | None:
    text = said.get(name)
    return text.strip(" \t\r\n\0") or None if isinstance(text, str) else None


def _taken(said: dict[str, Any], problems: list[str]) -> str | None:
    try:
        seconds = int(said["photoTakenTime"]["timestamp"])
        moment = _EPOCH + timedelta(seconds=seconds)
    except (KeyError, TypeError, ValueError, OverflowError):
        problems.append("its date in the JSON beside it is none")
        return None
    return moment.isoformat(" ", "seconds")


def _location(said: dict[str, Any], problems: list[str]) -> Place | None:
    for name in ("geoData", "geoDataExif"):
        place = said.get(name)
        if not isinstance(place, dict):
            continue
        latitude, longitude = place.get("latitude"), place.get("longitude")
        if latitude == longitude and latitude in (0, None):
            continue
        try:
            found = sound_place(float(latitude), float(longitude))  # type: ignore[arg-type]
        except (TypeError, ValueError, OverflowError):
            found = None
        if found is not None:
            return found
        problems.append(f"its position in the JSON beside it is none ({latitude}, {longitude})")
    return None
