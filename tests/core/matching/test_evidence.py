"""The cheap evidence of a pair, so that lists can put the likely ones first."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.catalog.pairs import Evidence, LookRow
from core.imaging.facts import examine
from core.matching.evidence import evidence_of
from tests import gallery


def look(path: Path) -> LookRow:
    facts, found = examine(path.read_bytes())
    size = facts.width, facts.height
    return LookRow(size, facts.orientation, facts.coding, facts.stream, found.thumb, found.chroma)


@pytest.mark.parametrize("make", [gallery.png_of, gallery.heic_of, gallery.resized])
def test_a_faithful_copy_has_the_same_colours_and_shape(make: object, tmp_path: Path) -> None:
    photo = gallery.photo("coffee")
    copy = make(photo, tmp_path / "copy")  # type: ignore[operator]
    found = evidence_of(look(photo), look(copy))
    assert found.colour_distance is not None
    assert found.colour_distance <= 2
    assert found.aspect_difference == 0


def test_a_grey_copy_is_told_by_its_colours_alone(tmp_path: Path) -> None:
    photo = gallery.photo("coffee")
    found = evidence_of(look(photo), look(gallery.grey(photo, tmp_path / "grey.jpg")))
    assert found.colour_distance is not None
    assert found.colour_distance > 15
    assert found.aspect_difference == 0


def test_the_colour_distance_is_the_root_mean_square_over_both_planes() -> None:
    one = LookRow((3, 2), 1, "", None, b"", bytes([128] * 128))
    other = LookRow((3, 2), 1, "", None, b"", bytes([131] * 64 + [124] * 64))
    assert evidence_of(one, other) == Evidence(round(((9 + 16) / 2) ** 0.5, 2), 0.0)


def test_a_shape_half_as_wide_again_differs_by_a_half() -> None:
    wide = LookRow((300, 200), 1, "", None, b"", bytes(128))
    square = LookRow((70, 70), 1, "", None, b"", bytes(128))
    assert evidence_of(wide, square).aspect_difference == 0.5
    assert evidence_of(square, wide).aspect_difference == 0.5


@pytest.mark.parametrize("turn", range(1, 9))
def test_turned_pictures_are_compared_as_they_lie_over_each_other(
    turn: int, tmp_path: Path
) -> None:
    # Without the tag that would turn it back, what `exif_rotated` stores is a turned picture.
    path, turned = tmp_path / "a.png", tmp_path / "b.png"
    gallery.png_of(gallery.photo("astronaut"), path)
    if turn == 1:
        turned = path
    else:
        with Image.open(gallery.exif_rotated_png(path, turned, orientation=turn)) as image:
            stored = np.asarray(image)
        Image.fromarray(stored).save(turned)
    found = evidence_of(look(path), look(turned), turn)
    # A resize rounds rows before columns.
    assert found.colour_distance == pytest.approx(0, abs=0.5)
    assert found.aspect_difference == 0


def test_without_a_chroma_thumb_nothing_is_said() -> None:
    old = LookRow((3, 2), 1, "", None, b"", None)
    new = LookRow((3, 2), 1, "", None, b"", bytes(128))
    assert evidence_of(old, new) == evidence_of(new, old) == Evidence(None, None)
