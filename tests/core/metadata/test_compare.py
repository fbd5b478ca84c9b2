from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from core.metadata.compare import FieldComparison, Standing, compare
from core.model import Asset, Companion, CompanionKind, Facts, Metadata

PLAIN = Asset(
    id=1,
    path=Path("/photos/a.jpg"),
    modified_ns=1_700_000_000_000_000_000,
    digest=bytes(32),
    content_id=1,
    facts=Facts(format="JPEG", size=2_000_000, width=4000, height=3000),
    metadata=Metadata(),
)


def facts(**changes: object) -> Asset:
    return replace(PLAIN, facts=replace(PLAIN.facts, **changes))


def metadata(**fields: object) -> Asset:
    return replace(PLAIN, metadata=Metadata(**fields))


def field(name: str, left: Asset, right: Asset) -> FieldComparison:
    (found,) = [row for row in compare(left, right) if row.name == name]
    return found


def test_an_asset_equals_itself_in_every_field() -> None:
    assert {row.standing for row in compare(PLAIN, PLAIN)} == {Standing.EQUAL}


def test_fields_that_neither_side_has_are_left_out() -> None:
    names = [row.name for row in compare(PLAIN, PLAIN)]
    assert names == ["dimensions", "size", "format", "modified"]


@pytest.mark.parametrize(
    ("name", "left", "right", "standing"),
    [
        ("dimensions", facts(), facts(width=2000, height=1500), Standing.DIFFERS),
        ("dimensions", facts(width=3000, height=4000), facts(), Standing.DIFFERS),
        ("size", facts(), facts(size=1_000_000), Standing.DIFFERS),
        ("size", facts(), facts(size=1_999_999), Standing.DIFFERS),
        ("format", facts(), facts(mode="CMYK"), Standing.DIFFERS),
        ("format", facts(quality=92), facts(quality=60), Standing.DIFFERS),
        ("frames", facts(frames=3), facts(), Standing.ONLY_LEFT),
        ("albums", metadata(albums=("a",)), metadata(), Standing.ONLY_LEFT),
        ("favorite", metadata(favorite=True), metadata(favorite=False), Standing.ONLY_LEFT),
        ("visibility", metadata(), metadata(visibility="archive"), Standing.ONLY_RIGHT),
        ("headers", facts(), facts(headers=("EXIF", "ICC")), Standing.ONLY_RIGHT),
        ("modified", PLAIN, replace(PLAIN, modified_ns=0), Standing.DIFFERS),
        ("tags", metadata(tags=("a",)), metadata(tags=("b",)), Standing.DIFFERS),
        ("rating", metadata(rating=5), metadata(), Standing.ONLY_LEFT),
        ("place", metadata(location=(1.0, 2.0)), metadata(location=(1.0, 2.0)), Standing.EQUAL),
    ],
)
def test_a_field_is_equal_or_differs_or_only_one_side_has_it(
    name: str, left: Asset, right: Asset, standing: Standing
) -> None:
    assert field(name, left, right).standing is standing


def test_exchanging_the_sides_exchanges_the_verdicts() -> None:
    other = replace(facts(width=100, size=9), modified_ns=0, metadata=Metadata(title="x"))
    mirror = {
        Standing.ONLY_LEFT: Standing.ONLY_RIGHT,
        Standing.ONLY_RIGHT: Standing.ONLY_LEFT,
    }
    there = {row.name: row.standing for row in compare(PLAIN, other)}
    back = {row.name: mirror.get(row.standing, row.standing) for row in compare(other, PLAIN)}
    assert there == back


@pytest.mark.parametrize(
    ("asset", "text"),
    [
        (facts(), "JPEG"),
        (facts(quality=92, subsampling="4:2:0", progressive=False), "JPEG q92 4:2:0"),
        (facts(quality=75, subsampling="4:4:4", progressive=True), "JPEG q75 4:4:4 progressive"),
        (facts(quality=75, subsampling="grey", mode="L"), "JPEG L q75"),
        (facts(format="PNG", mode="RGBA"), "PNG RGBA"),
    ],
)
def test_a_format_tells_how_a_jpeg_was_saved(asset: Asset, text: str) -> None:
    assert field("format", asset, PLAIN).left == text


@pytest.mark.parametrize(
    ("asset", "text"), [(facts(frames=3), "3"), (facts(frames=12, duration=1250), "12 in 1.25 s")]
)
def test_frames_that_move_tell_for_how_long(asset: Asset, text: str) -> None:
    assert field("frames", asset, PLAIN).left == text


@pytest.mark.parametrize(("rating", "shown"), [(3, "★★★☆☆"), (5, "★★★★★"), (-1, "rejected")])
def test_ratings_are_shown_as_stars(rating: int, shown: str) -> None:
    assert field("rating", metadata(rating=rating), PLAIN).left == shown


def test_what_is_nearly_equal_is_shown_as_exactly_as_it_takes() -> None:
    row = field("size", facts(), facts(size=1_999_999))
    assert (row.left, row.right) == ("2,000,000 B", "1,999,999 B")
    near = metadata(location=(41.385, 2.1734)), metadata(location=(41.385001, 2.1734))
    row = field("place", *near)
    assert (row.left, row.right) == ("41.385000, 2.173400", "41.385001, 2.173400")


@pytest.mark.parametrize(
    ("left", "right", "shown", "standing"),
    [
        # One moment, written down by clocks of two zones.
        ("2019-07-14 16:02:00+02:00", "2019-07-14 14:02:00+00:00",
         "2019-07-14 16:02:00+02:00", Standing.EQUAL),
        ("2019-07-14 16:02:00+02:00", "2019-07-14 15:02:00+00:00",
         "2019-07-14 17:02:00+02:00", Standing.DIFFERS),
        # Nobody knows where the other clock was.
        ("2019-07-14 16:02:00+02:00", "2019-07-14 16:02:00",
         "2019-07-14 16:02:00", Standing.DIFFERS),
        ("0001-01-01 00:00:00-12:00", "0001-01-01 00:00:00+14:00",
         "0001-01-01 00:00:00+14:00", Standing.DIFFERS),
    ],
)  # fmt: skip
def test_dates_are_shown_in_one_zone(left: str, right: str, shown: str, standing: Standing) -> None:
    row = field("taken", metadata(taken=left), metadata(taken=right))
    assert (row.left, row.right, row.standing) == (left, shown, standing)


def test_hostile_texts_are_made_harmless() -> None:
    row = field("title", metadata(title="\x1b[2J\u202e"), PLAIN)
    assert row.left == "␛[2J\\u202e"


def test_companions_are_named_with_their_kind() -> None:
    folder = Path("/photos")
    asset = replace(
        PLAIN,
        companions=(
            Companion(CompanionKind.SIDECAR, folder / "a.jpg.xmp"),
            Companion(CompanionKind.RAW, folder / "a.CR2"),
        ),
    )
    assert field("beside it", asset, PLAIN).left == "a.jpg.xmp, a.CR2 (RAW)"
