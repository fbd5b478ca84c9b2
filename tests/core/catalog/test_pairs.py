from __future__ import annotations

from pathlib import Path

import pytest

from core.catalog import assets, pairs
from core.matching import open_pairs
from core.model import Distances, PairKind, RelationKind
from tests import gallery
from tests.core.desk import Desk

KEPT = (RelationKind.SAME_QUALITY, RelationKind.ALTERNATES, RelationKind.NOT_RELATED)


def test_pairs_come_strongest_first(desk: Desk, library: Path) -> None:
    photo = gallery.exact_copy(gallery.photo("chelsea"), library / "photo.jpg", modified=10)
    gallery.recompressed(photo, library / "similar.jpg")
    gallery.png_of(photo, library / "pixels.png")
    gallery.exact_copy(photo, library / "exact.jpg", modified=20)
    desk.scan()
    found = desk.pairs()
    assert found[:2] == [
        ("photo.jpg", "exact.jpg", PairKind.EXACT),
        ("photo.jpg", "pixels.png", PairKind.PIXELS),
    ]
    assert {frozenset(pair[:2]) for pair in found[2:]} == {
        frozenset({"photo.jpg", "similar.jpg"}),
        frozenset({"pixels.png", "similar.jpg"}),
    }
    assert {kind for *_, kind in found[2:]} == {PairKind.SIMILAR}


def test_pairs_within_the_distance_asked_for_are_open(library: Path, tmp_path: Path) -> None:
    photo = gallery.exact_copy(gallery.photo("chelsea"), library / "photo.jpg")
    gallery.cropped(photo, library / "cropped.jpg", percent=2)
    with Desk(tmp_path / "catalog.db", [library], distance=16) as wide:
        wide.scan()
        assert len(wide.pairs()) == 1
        wide.distance = 0
        assert wide.pairs() == []


def test_across_two_libraries_the_smaller_distance_holds(library: Path, tmp_path: Path) -> None:
    for percent, name in enumerate(("strict", "loose"), start=2):
        (library / name).mkdir()
        gallery.cropped(gallery.photo("chelsea"), library / name / "cut.jpg", percent=percent)
        for quality in (50 + percent, 60 + percent):
            small = library / name / f"{quality}.jpg"
            gallery.recompressed(gallery.photo("chelsea"), small, quality=quality)
    with Desk(tmp_path / "catalog.db", [library], distance=16) as desk:
        desk.scan()
        everywhere = {ref.key: ref for ref in desk.ask(open_pairs.open_pairs, [], Distances(16))}
        distances = Distances(16, ((library / "strict", 0),))
        kept = {ref.key for ref in desk.ask(open_pairs.open_pairs, [], distances)}
        met = {asset for key in everywhere for asset in key}
        folder = {each.id: each.path.parent.name for each in desk.ask(assets.assets, met)}
    strict = {key for key in everywhere if "strict" in {folder[each] for each in key}}
    assert {len({folder[each] for each in key}) for key in strict} == {1, 2}
    assert {key for key in everywhere if everywhere[key].distance == 0} & strict == kept & strict
    assert any(everywhere[key].distance for key in strict - kept)
    assert any(everywhere[key].distance for key in kept)
    assert everywhere.keys() - strict <= kept


def test_pairs_that_show_the_same_pixels_are_open_at_any_distance(
    library: Path, tmp_path: Path
) -> None:
    photo = gallery.exact_copy(gallery.photo("retina"), library / "photo.jpg")
    gallery.exif_rotated_png(photo, library / "turned.png")
    gallery.recompressed(photo, library / "recompressed.jpg", quality=20)
    with Desk(tmp_path / "catalog.db", [library], distance=0) as exact:
        exact.scan()
        assert ("photo.jpg", "turned.png", PairKind.PIXELS) in exact.pairs()


@pytest.mark.parametrize("kind", KEPT)
def test_a_decided_pair_does_not_come_back(desk: Desk, library: Path, kind: RelationKind) -> None:
    photo = gallery.exact_copy(gallery.photo("chelsea"), library / "photo.jpg")
    small = gallery.recompressed(photo, library / "small.jpg")
    desk.scan()
    desk.decide(photo, small, kind=kind)
    assert desk.pairs() == []
    # Copies, moves and rescans change nothing about what was said of the contents.
    gallery.exact_copy(small, library / "again.jpg")
    small.rename(library / "renamed.jpg")
    desk.scan()
    assert {kind for *_, kind in desk.pairs()} == {PairKind.EXACT}


@pytest.mark.parametrize("kind", KEPT)
def test_a_decision_that_was_undone_is_open_again(
    desk: Desk, library: Path, kind: RelationKind
) -> None:
    photo = gallery.exact_copy(gallery.photo("chelsea"), library / "photo.jpg")
    small = gallery.recompressed(photo, library / "small.jpg")
    desk.scan()
    before = desk.pairs()
    decision = desk.decide(photo, small, kind=kind)
    desk.undo(decision)
    assert desk.pairs() == before
    desk.scan()
    assert desk.pairs() == before


@pytest.mark.parametrize("kind", KEPT)
def test_of_three_copies_only_the_decided_two_are_settled(
    desk: Desk, library: Path, kind: RelationKind
) -> None:
    a, b, _ = (
        gallery.exact_copy(gallery.photo("clock"), library / name, modified=modified)
        for modified, name in enumerate(("a.jpg", "b.jpg", "c.jpg"))
    )
    desk.scan()
    desk.decide(a, b, kind=kind)
    assert desk.pairs() == [("a.jpg", "c.jpg", PairKind.EXACT)]


def test_an_edited_photo_is_a_new_question(desk: Desk, library: Path) -> None:
    photo = gallery.exact_copy(gallery.photo("chelsea"), library / "photo.jpg")
    small = gallery.recompressed(photo, library / "small.jpg")
    desk.scan()
    desk.decide(photo, small, kind=RelationKind.NOT_RELATED)
    gallery.recompressed(photo, small, quality=70)
    desk.scan()
    assert len(desk.pairs()) == 1


def test_pairs_of_files_outside_the_open_libraries_are_not_shown(desk: Desk, library: Path) -> None:
    (library / "a").mkdir()
    (library / "b").mkdir()
    photo = gallery.exact_copy(gallery.photo("chelsea"), library / "a" / "photo.jpg")
    gallery.recompressed(photo, library / "b" / "small.jpg")
    gallery.exact_copy(photo, library / "b" / "copy.jpg")
    desk.scan()
    assert len(desk.pairs()) > 1
    desk.roots = [library / "a"]
    assert desk.pairs() == []


def test_what_was_searched_farther_or_in_more_turns_stays_searched(
    desk: Desk, library: Path
) -> None:
    gallery.exact_copy(gallery.photo("chelsea"), library / "photo.jpg")
    desk.scan()
    (content,) = (row.content_id for row in desk.ask(pairs.search_rows))
    assert desk.ask(pairs.unsearched, 4) == []
    assert desk.ask(pairs.unsearched, 8) == [content]
    assert desk.ask(pairs.unsearched, 4, (3, 6)) == [content]
    desk.ask(pairs.store_candidates, [], [content], 8, (3, 6))
    desk.ask(pairs.store_candidates, [], [content], 2, (2,))
    assert desk.ask(pairs.unsearched, 8, (2, 3, 6)) == []
    assert desk.ask(pairs.unsearched, 8, (2, 3, 6, 8)) == [content]


@pytest.mark.parametrize("kind", [PairKind.EXACT, PairKind.SIMILAR])
def test_of_a_large_catalog_one_open_pair_is_there_at_once(
    desk: Desk, library: Path, kind: PairKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = gallery.exact_copy(gallery.photo("chelsea"), library / "photo.jpg", modified=1)
    gallery.recompressed(photo, library / "small.jpg")
    if kind is PairKind.EXACT:
        gallery.exact_copy(photo, library / "copy.jpg", modified=2)
    desk.scan()
    assert desk.ask(open_pairs.glimpse, desk.roots, Distances(4)) == []
    monkeypatch.setattr(open_pairs, "_LARGE", 1)
    (first,) = desk.ask(open_pairs.glimpse, desk.roots, Distances(4))
    assert first.kind is kind
    assert first in desk.ask(open_pairs.open_pairs, desk.roots, Distances(4))
    assert desk.ask(open_pairs.glimpse, [library / "elsewhere"], Distances(4)) == []
