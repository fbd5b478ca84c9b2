from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

import pytest
from blake3 import blake3

from core.errors import ImageError
from core.libraries.reader import file_digest, read_image, read_pixel_digest
from core.metadata.policies import Field
from core.metadata.read import with_sidecar
from core.metadata.write import sidecar_bytes
from core.model import Metadata
from tests import gallery


def test_one_read_tells_everything(tmp_path: Path) -> None:
    path = gallery.described(gallery.photo("coffee"), tmp_path / "a.jpg", rating=2)
    os.utime(path, ns=(0, 42))
    sidecar = gallery.with_sidecar(path, rating=5, tags=("mine",))
    reading = read_image(str(path), str(sidecar))
    assert reading.digest == blake3(path.read_bytes()).digest() == file_digest(path)
    assert (reading.size, reading.modified_ns) == (path.stat().st_size, 42)
    assert reading.facts is not None
    assert reading.facts.headers == ("EXIF", "GPS", "XMP")
    assert reading.metadata.rating == 2
    assert reading.sidecar is not None
    assert (reading.sidecar.rating, reading.sidecar.tags) == (5, ("mine",))
    assert reading.problem is None


def test_a_bad_picture_still_has_its_digest_and_metadata(tmp_path: Path) -> None:
    whole = gallery.described(gallery.photo("coffee"), tmp_path / "whole.jpg", rating=2)
    path = gallery.truncated(whole, tmp_path / "cut.jpg")
    reading = read_image(str(path))
    assert reading.digest == file_digest(path)
    assert reading.metadata.rating == 2
    assert (reading.facts, reading.fingerprint) == (None, None)
    assert reading.problem is not None
    assert reading.problem.cause == "the picture is cut off"


def test_a_sidecar_that_cannot_be_read_does_not_spoil_the_picture(tmp_path: Path) -> None:
    path = gallery.exact_copy(gallery.photo("coffee"), tmp_path / "a.jpg")
    reading = read_image(str(path), str(tmp_path / "gone.xmp"))
    assert reading.facts is not None
    assert reading.sidecar is not None
    assert reading.sidecar.problem is not None
    assert "gone" in reading.sidecar.problem


TAKEOUT = b"""{
    "title": "a.jpg", "description": "from Google", "favorited": true,
    "photoTakenTime": {"timestamp": "1600000000"},
    "geoData": {"latitude": 1.5, "longitude": 2.5}
}"""


def test_all_sidecars_are_read_and_the_first_is_believed(tmp_path: Path) -> None:
    path = gallery.described(
        gallery.photo("coffee"), tmp_path / "a.jpg", taken=datetime(2020, 9, 13, 14, 26, 40)
    )
    first = gallery.with_sidecar(path, rating=5, tags=("mine",))
    second = tmp_path / "a.xmp"
    second.write_bytes(
        sidecar_bytes(None, Metadata(rating=2, title="t"), (Field.RATING, Field.TITLE))
    )
    takeout = tmp_path / "a.jpg.supplemental-metadata.json"
    takeout.write_bytes(TAKEOUT)
    reading = read_image(str(path), str(first), str(second), str(takeout))
    assert reading.sidecar == Metadata(
        rating=5,
        tags=("mine",),
        title="t",
        description="from Google",
        favorite=True,
        problem="a.jpg.xmp and a.xmp disagree about rating; the first is believed",
    )
    assert with_sidecar(reading.metadata, reading.sidecar).taken == "2020-09-13 14:26:40"


def test_google_dates_and_places_what_the_picture_does_not(tmp_path: Path) -> None:
    path = gallery.exact_copy(gallery.photo("coffee"), tmp_path / "a.jpg")
    takeout = tmp_path / "a.jpg.json"
    takeout.write_bytes(TAKEOUT)
    sidecar = read_image(str(path), str(takeout)).sidecar
    assert sidecar is not None
    assert sidecar.taken == "2020-09-13 12:26:40+00:00"
    assert sidecar.location == (1.5, 2.5)


@pytest.mark.parametrize("read", [read_image, read_pixel_digest])
def test_a_file_that_is_gone_is_named(tmp_path: Path, read: object) -> None:
    with pytest.raises(ImageError, match="it is gone") as raised:
        read(str(tmp_path / "gone.jpg"))  # type: ignore[operator]
    assert raised.value.subject == str(tmp_path / "gone.jpg")
