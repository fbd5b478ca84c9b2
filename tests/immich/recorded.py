"""What real servers answered, reduced: the state they had, and a session of requests on it.

`tests/data/immich` has a file a version: `assets` as they were when the session began, and the
exchanges in their order. Where the same groups are listed again, only ids are left of them
(``reduced``).
"""

from __future__ import annotations

import json
from copy import deepcopy
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from tests.immich.state import Album, Asset, State, Tag

_DATA = Path(__file__).parents[1] / "data" / "immich"

VERSIONS = ("v2.7.5", "v3.1.0", "v3.1.0-edge")
"""The last are odd cases on the same server as the one before."""


@cache
def _read(version: str) -> Any:
    return json.loads((_DATA / f"{version}.json").read_text("utf-8"))


def session(version: str) -> list[dict[str, Any]]:
    """The exchanges: method, path, body, status, response, name."""
    found: list[dict[str, Any]] = _read(version)["session"]
    return [each for each in found if each["method"]]


def exchange(version: str, name: str) -> dict[str, Any]:
    """The exchange of this name."""
    (found,) = [each for each in _read(version)["session"] if each["name"] == name]
    return deepcopy(found)


def state(version: str) -> State:
    """A server as it was when the session began."""
    found: list[dict[str, Any]] = _read(version)["assets"]
    major, minor, patch = map(int, version[1:6].split("."))
    made = State((major, minor, patch), found[0]["ownerId"])
    for place, form in enumerate(found):
        for each in form["tags"]:
            times = (_time(each["createdAt"]), _time(each["updatedAt"]))
            tag = Tag(each["id"], each["value"], each.get("parentId"), *times)
            made.tags[tag.id] = tag
        made.assets[form["id"]] = asset(form)
        made.tie_order[form["id"]] = place
    _add_parents(made)
    for each in _read(version)["session"]:
        if each["name"] == "029_albums_of_a_whatsapp":
            _add_album(made, each["response"][0])
    return made


def _add_parents(made: State) -> None:
    """Tags that none of the assets has, above those that they have."""
    for tag in list(made.tags.values()):
        if tag.parent is not None and tag.parent not in made.tags:
            above = tag.value.rpartition("/")[0]
            made.tags[tag.parent] = Tag(tag.parent, above, None, tag.created, tag.updated)


def _add_album(made: State, form: dict[str, Any]) -> None:
    """With the one picture that was in it."""
    times = (_time(form["createdAt"]), _time(form["updatedAt"]))
    cover = form["albumThumbnailAssetId"]
    made.albums[form["id"]] = Album(
        form["id"], form["albumName"], *times, thumbnail=cover, assets=[cover]
    )


def asset(form: dict[str, Any]) -> Asset:
    """The asset that is answered as `form`, outside trash and stack."""
    names = ("createdAt", "updatedAt", "localDateTime", "fileCreatedAt", "fileModifiedAt")
    created, updated, local, file_created, file_modified = (_time(form[name]) for name in names)
    return Asset(
        id=form["id"],
        name=form["originalFileName"],
        path=form["originalPath"],
        checksum=form["checksum"],
        created=created,
        updated=updated,
        local=local,
        file_created=file_created,
        file_modified=file_modified,
        exif=dict(form["exifInfo"]),
        thumbhash=form["thumbhash"],
        width=form["width"],
        height=form["height"],
        mime=form["originalMimeType"],
        type=form["type"],
        library=form["libraryId"],
        favorite=form["isFavorite"],
        visibility=form["visibility"],
        group=form["duplicateId"],
        tags=[each["id"] for each in form["tags"]],
    )


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)
