"""What one that is kept is told of those that go: as Immich's own tests have it, done by the server
itself and by us alike, on both generations."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.core.actions.office import Office
from tests.immich import made
from tests.immich.state import Album, State

NAMES = ["IMG_000000.JPG", "IMG_000000_1.JPG", "IMG_000000_2.JPG"]
"""In the order of their times; the first is kept."""

Said = dict[str, Any]

LISBON, PORTO = (
    {"latitude": 38.7223, "longitude": -9.1393},
    {"latitude": 41.1579, "longitude": -8.6291},
)

CASES: dict[str, tuple[Sequence[Said], Said]] = {
    "nothing is said": ([{}, {}], {"favorite": False, "rating": None, "description": ""}),
    "favorite if the one that goes is": ([{}, {"favorite": True}], {"favorite": True}),
    "favorite if the one that stays is": ([{"favorite": True}, {}], {"favorite": True}),
    "the highest rating": ([{"rating": 2}, {"rating": 5}, {"rating": 3}], {"rating": 5}),
    "its own rating is the highest": ([{"rating": 4}, {"rating": 1}], {"rating": 4}),
    "rejected never wins": ([{}, {"rating": -1}], {"rating": None}),
    "rejected stays rejected": ([{"rating": -1}, {}], {"rating": -1}),
    "a description": ([{}, {"description": "Beach"}], {"description": "Beach"}),
    "lines of all, trimmed and once": (
        [{"description": "  Alpha \r\nBeta\n\n"}, {"description": "Beta\nGamma"}],
        {"description": "Alpha\nBeta\nGamma"},
    ),
    "blank lines say nothing": ([{}, {"description": " \n\n"}], {"description": ""}),
    "archived if one is": ([{}, {"visibility": "archive"}], {"visibility": "archive"}),
    "on the timeline if all are": ([{}, {}], {"visibility": "timeline"}),
    "a location that only one has": ([{}, LISBON], LISBON),
    "a location that all agree on": ([{}, LISBON, LISBON], LISBON),
    "its own location": ([LISBON, {}], LISBON),
    "no location where they disagree": (
        [{}, LISBON, PORTO],
        {"latitude": None, "longitude": None},
    ),
    "its own location where they disagree": ([LISBON, PORTO], LISBON),
    "tags of all": (
        [{"tags": ["a"]}, {"tags": ["b/c"]}, {"tags": ["a", "d"]}],
        {"tags": ["a", "b/c", "d"]},
    ),
    "albums of all": ([{"albums": ["x"]}, {"albums": ["x", "y"]}], {"albums": ["x", "y"]}),
    "dates and names stay": (
        [{}, {"dateTimeOriginal": "2001-01-01T00:00:00+00:00"}],
        {"dateTimeOriginal": "2024-05-17T10:30:00+00:00"},
    ),
}
"""What is said of the one that stays, and of those that go, to what is said of it afterwards."""


def server(version: tuple[int, int, int], said: Sequence[Said]) -> State:
    state = State(version)
    made.many(state, 1, members=len(said))
    albums: dict[str, Album] = {}
    for asset, given in zip(state.assets.values(), said, strict=True):
        for name, value in given.items():
            if name == "tags":
                asset.tags = [state.upsert_tag(each).id for each in value]
            elif name == "albums":
                for each in value:
                    now = state.now()
                    album = albums.setdefault(each, Album(state.new_id(), each, now, now))
                    state.albums[album.id] = album
                    state.add_to_album(album, asset.id)
            elif name in asset.exif:
                asset.exif[name] = value
            else:
                setattr(asset, name, value)
    return state


def told(office: Office, name: str) -> Said:
    asset, state = office.remote(name), office.state
    return {
        **asset.exif,
        "favorite": asset.favorite,
        "visibility": asset.visibility,
        "tags": sorted(state.tags[each].value for each in asset.tags),
        "albums": sorted(album.name for album in state.albums_of(asset.id)),
    }


@pytest.mark.parametrize("merge", ["server", "ours"])
@pytest.mark.parametrize("version", [(2, 7, 5), (3, 1, 0)], ids=["2.7.5", "3.1.0"])
@pytest.mark.parametrize("case", CASES)
def test_what_the_one_that_stays_is_told(
    case: str, version: tuple[int, int, int], merge: str, tmp_path: Path
) -> None:
    said, expected = CASES[case]
    ours = "immich-3" if version >= (3, 0, 0) else "immich-2.7"
    with Office.opened(server(version, said), tmp_path) as office:
        before = office.told()
        names = NAMES[: len(said)]
        decisions = office.decide_group(
            keep=names[:1], trash=names[1:], merge=ours if merge == "ours" else merge
        )
        now = told(office, names[0])
        assert {name: now[name] for name in expected} == expected
        assert all(office.remote(name).trashed for name in names[1:])
        assert office.remote(names[0]).group is None
        lasting = {"latitude", "longitude"} if expected == LISBON and said[0] != LISBON else set()
        office.undo(decisions[0])
        after = office.told()
        if lasting:
            # What no request takes away, which the plan has said before.
            kept = office.remote(names[0])
            kept.exif |= dict.fromkeys(lasting)
            after = office.told()
        assert after == before


@pytest.mark.parametrize("version", [(2, 7, 5), (3, 1, 0)], ids=["2.7.5", "3.1.0"])
def test_several_that_stay_are_told_by_version_2_only(
    version: tuple[int, int, int], tmp_path: Path
) -> None:
    said: list[Said] = [{}, {"rating": 3}, {"rating": 5, "favorite": True, "tags": ["a"]}]
    with Office.opened(server(version, said), tmp_path) as office:
        office.decide_group(keep=NAMES[:2], trash=NAMES[2:], merge="server")
        found = [told(office, name) for name in NAMES[:2]]
    ratings = [each["rating"] for each in found]
    if version >= (3, 0, 0):
        assert (ratings, [each["tags"] for each in found]) == ([None, 3], [[], []])
    else:
        assert (ratings, [each["tags"] for each in found]) == ([5, 5], [["a"], ["a"]])


@pytest.mark.parametrize("version", [(2, 7, 5), (3, 1, 0)], ids=["2.7.5", "3.1.0"])
def test_all_of_a_group_go_and_come_back(version: tuple[int, int, int], tmp_path: Path) -> None:
    with Office.opened(server(version, [{}, {"rating": 5}]), tmp_path) as office:
        before = office.told()
        decisions = office.decide_group(trash=NAMES[:2], merge="server")
        assert all(office.remote(name).trashed for name in NAMES[:2])
        office.undo(decisions[0])
        assert office.told() == before
