from __future__ import annotations

import json
from typing import Any

import pytest

from core.metadata.fields import TEXT_LIMIT
from core.metadata.takeout import read_takeout, takeout_names
from core.model import Metadata

LONG = "x" * 42
"""With ``.jpg`` 46 characters."""


@pytest.mark.parametrize(
    ("image", "name"),
    [
        ("a.jpg", "a.jpg.json"),
        ("a.jpg", "a.jpg.supplemental-metadata.json"),
        ("IMG_1.HEIC", "img_1.heic.supplemental-metadata.json"),
        *(("a.jpg", f"a.jpg{'.supplemental-metadata'[:cut]}.json") for cut in range(23)),
        # Cut off after 46 characters.
        (f"{LONG}.jpg", f"{LONG}.jpg.json"),
        (f"{LONG}1.jpg", f"{LONG}1.jp.json"),
        (f"{LONG}12345.jpg", f"{LONG}1234.json"),
        (f"{LONG[3:]}.jpg", f"{LONG[3:]}.jpg.su.json"),
        (f"{LONG[1:]}.jpg", f"{LONG[1:]}.jpg..json"),
        # Numbers go behind it.
        ("a(1).jpg", "a.jpg(1).json"),
        ("a(12).jpg", "a.jpg.supplemental-metadata(12).json"),
        ("a(1).jpg", "a.jpg.suppl(1).json"),
        ("a(1).jpg", "a(1).jpg.json"),
        ("a(1).jpg", "a(1).jpg.supplemental-metadata.json"),
        ("img(18).jpg", "img(18).jpg.supple(18).json"),
        (f"{LONG}12345(2).jpg", f"{LONG}1234(2).json"),
        (f"{LONG}12345(2).jpg", f"{LONG}1(2).json"),
    ],
)
def test_every_name_that_google_gives_is_known(image: str, name: str) -> None:
    assert name in takeout_names(image)


@pytest.mark.parametrize(
    ("image", "name"),
    [
        ("a.jpg", "a.json"),
        ("a.jpg", "a.jpg(1).json"),
        ("a.jpg", "a.jpg.supplemental-metadata(1).json"),
        ("a(1).jpg", "a.jpg.json"),
        ("a.jpg", "a.png.json"),
        ("a.jpg", "a.jpg.metadata.json"),
        ("a.jpg", "metadata.json"),
    ],
)
def test_the_json_of_another_file_is_not_taken(image: str, name: str) -> None:
    assert name not in takeout_names(image)


def takeout(**said: Any) -> bytes:
    return json.dumps({"photoTakenTime": {"timestamp": "1600000000"}, **said}).encode()


TAKEN = "2020-09-13 12:26:40+00:00"


def test_what_google_knows_of_a_photo_is_read() -> None:
    data = takeout(
        title="IMG_1.jpg",
        description=" From the ferry \n",
        geoData={"latitude": -33.8567844, "longitude": 151.213108, "altitude": 0.0},
        favorited=True,
        archived=True,
        people=[{"name": "Somebody"}],
    )
    assert read_takeout(data) == Metadata(
        taken=TAKEN,
        description="From the ferry",
        location=(-33.856784, 151.213108),
        favorite=True,
        visibility="archive",
    )


@pytest.mark.parametrize(
    ("said", "field", "value"),
    [
        ({"title": "Opera house"}, "title", "Opera house"),
        ({"title": "IMG_1.JPG"}, "title", None),
        ({"title": 5}, "title", None),
        ({"description": ""}, "description", None),
        ({"favorited": False}, "favorite", None),
        ({"photoTakenTime": {"timestamp": "-86400"}}, "taken", "1969-12-31 00:00:00+00:00"),
        ({"geoData": {"latitude": 0.0, "longitude": 0.0}}, "location", None),
        (
            {
                "geoData": {"latitude": 0.0, "longitude": 0.0},
                "geoDataExif": {"latitude": 1.0, "longitude": 2.0},
            },
            "location",
            (1.0, 2.0),
        ),
    ],
)
def test_what_says_nothing_is_nothing(said: dict[str, Any], field: str, value: Any) -> None:
    metadata = read_takeout(takeout(**said))
    assert getattr(metadata, field) == value
    assert metadata.problem is None


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "the JSON beside it is damaged"),
        (b'{"title": ', "the JSON beside it is damaged"),
        (b"\xff\xfe\xff", "the JSON beside it is damaged"),
        (b"[" * 100_000, "the JSON beside it is damaged"),
        (takeout(photoTakenTime={}), "its date in the JSON beside it is none"),
        (takeout(photoTakenTime=None), "its date in the JSON beside it is none"),
        (takeout(photoTakenTime={"timestamp": "1" * 30}), "its date in the JSON"),
        (takeout(geoData={"latitude": 91.0, "longitude": 2.0}), "its position in the JSON"),
        (takeout(geoData={"latitude": float("nan"), "longitude": 2}), "its position in the JSON"),
        (takeout(geoData={"latitude": "north", "longitude": 2}), "its position in the JSON"),
        (takeout(geoData={"latitude": 1}), "its position in the JSON"),
        (takeout(description="x" * 10_000_000), "of its description only 20,000 characters"),
    ],
)
def test_what_makes_no_sense_is_a_problem_and_no_value(data: bytes, problem: str) -> None:
    metadata = read_takeout(data)
    assert metadata.problem is not None
    assert metadata.problem.startswith(problem)
    assert metadata.location is None
    assert len(metadata.description or "") in (0, TEXT_LIMIT)


@pytest.mark.parametrize("data", [b"{}", b"[]", b'"text"', b'{"title": "an album"}'])
def test_other_json_beside_a_picture_says_nothing(data: bytes) -> None:
    assert read_takeout(data) == Metadata()
