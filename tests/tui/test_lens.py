"""What a lens lets through of a table of pairs, and in which order."""

from __future__ import annotations

from datetime import datetime

import pytest

from core.model import Confidence, Judgement, ListedAsset, PairKind, PairRef
from tui.queue.lens import Lens, Sort
from tui.queue.table import PairTable, day_range, verdict_name

NOON = int(datetime(2021, 3, 4, 12).timestamp()) * 1_000_000_000


def listed(
    number: int, path: str, size: int = 1000, kind: str = "JPEG", taken: str | None = None
) -> ListedAsset:
    return ListedAsset(path, size, NOON, kind, number, taken)


ASSETS = {
    1: listed(1, "/pictures/Holiday/a.jpg", 5_000_000, taken="2019-07-14"),
    2: listed(2, "/pictures/Backup/a.jpg", 4_000_000, taken="2019-07-14"),
    3: listed(3, "/pictures/Holiday/b.heic", 900_000, "HEIF", "2020-01-01"),
    4: listed(4, "/scans/Ünter/b.png", 50_000, "PNG"),
    5: listed(5, "/pictures/c.jpg", 2_000_000),
    6: listed(6, "/pictures/Holiday 2/c.jpg", 3_000_000),
}
EXACT = PairRef(1, 2, PairKind.EXACT, 0)
MIXED = PairRef(3, 4, PairKind.SIMILAR, 2)
PLAIN = PairRef(5, 6, PairKind.SIMILAR, 4)
UNKNOWN = PairRef(8, 9, PairKind.SIMILAR, 0)
ALL = [EXACT, MIXED, PLAIN, UNKNOWN]


def table() -> PairTable:
    judged = {(3, 4): verdict_name(Judgement.VISUAL, Confidence.ALMOST_CERTAIN)}
    return PairTable(ALL, ASSETS, judged, {(5, 6): "my rule"}, ["/pictures", "/scans"])


@pytest.mark.parametrize(
    ("lens", "shown"),
    [
        (Lens(), ALL),
        (Lens(library="/scans"), [MIXED]),
        (Lens(library="/pictures"), [EXACT, MIXED, PLAIN]),
        (Lens(folder="holiday"), [EXACT, MIXED, PLAIN]),
        (Lens(folder="ünTER"), [MIXED]),
        (Lens(folder="c.jpg"), []),
        (Lens(type="HEIC"), [MIXED]),
        (Lens(type="JPEG"), [EXACT, PLAIN]),
        (Lens(verdict="exact copies"), [EXACT]),
        (Lens(verdict="almost certain"), [MIXED]),
        (Lens(verdict="no verdict yet"), [PLAIN, UNKNOWN]),
        (Lens(distance=2), [EXACT, MIXED, UNKNOWN]),
        (Lens(rule="my rule"), [PLAIN]),
        (Lens(date="2019"), [EXACT]),
        (Lens(date="2020-01-01"), [MIXED]),
        # Where nobody says when it was taken, the file's own date stands in.
        (Lens(date="2021-03"), [MIXED, PLAIN]),
        (Lens(frees=1_000_000), [EXACT, PLAIN]),
        (Lens(folder="holiday", type="JPEG", distance=2), [EXACT]),
        (Lens(sort=Sort.FREED), [EXACT, PLAIN, MIXED, UNKNOWN]),
        (Lens(sort=Sort.NEWEST), [MIXED, PLAIN, EXACT, UNKNOWN]),
        (Lens(sort=Sort.FOLDER), [UNKNOWN, EXACT, MIXED, PLAIN]),
    ],
)
def test_a_lens_shows_what_fits_it_in_its_order(lens: Lens, shown: list[PairRef]) -> None:
    assert table().select(lens) == shown
    assert table().count(lens) == len(shown)


def test_what_there_is_to_choose_from_is_what_there_is() -> None:
    options = table().options()
    assert options["library"] == ["", "/pictures", "/scans"]
    assert options["type"] == ["", "HEIC", "JPEG", "PNG"]
    assert options["distance"] == [None, 0, 2, 4]
    assert options["rule"] == ["", "my rule"]
    assert options["verdict"] == ["", "exact copies", "almost certain", "no verdict yet"]


@pytest.mark.parametrize("field", ["library", "type", "distance", "rule", "verdict", "frees"])
def test_every_choice_shows_something(field: str) -> None:
    for value in table().options()[field]:
        assert table().count(Lens(**{field: value})) > 0  # type: ignore[arg-type]


def test_pairs_are_found_by_a_part_of_a_path_in_any_case() -> None:
    assert table().named("B.HEIC") == {MIXED.key}
    assert table().named("/holiday/") == {EXACT.key, MIXED.key}
    assert table().named("nowhere") == set()


def test_no_pairs_are_no_trouble() -> None:
    empty = PairTable([], {}, {}, {}, [])
    assert empty.select(Lens(type="JPEG", sort=Sort.FOLDER)) == []
    assert empty.options()["type"] == [""]


@pytest.mark.parametrize("text", ["20", "2019-7", "x", "2019-07-14-03", "²⁰¹⁹"])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="2019-07"):
        day_range(text)


def test_a_lens_says_in_words_what_it_shows() -> None:
    lens = Lens(library="/my/Pictures", type="HEIC", distance=2, rule="r", frees=10**6)
    assert str(lens) == "Pictures · HEIC · ≤ 2 bits · ◆ r · ≥ 1.0 MB"
    assert str(Lens(sort=Sort.FREED)) == "by bytes freed"
    assert Lens().is_plain
