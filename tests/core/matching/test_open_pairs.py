"""Which pairs are open, on real files."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as draw

from core.catalog import assets, pairs
from core.catalog.schema import Pair
from core.errors import ActionRefused
from core.matching import open_pairs
from core.model import DecisionState, Distances, Fate, PairKind, RelationKind
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


@pytest.fixture
def three(desk: Desk, library: Path) -> list[Path]:
    """A photo, a smaller copy of it and a smaller one of that; scanned."""
    photo = gallery.exact_copy(gallery.photo("coffee"), library / "large.jpg", modified=1)
    middle = gallery.resized(photo, library / "middle.jpg")
    small = gallery.resized(photo, library / "small.jpg", factor=0.4)
    desk.scan()
    return [photo, middle, small]


def test_a_new_copy_of_what_went_is_asked_about_once_against_the_king(
    desk: Desk, library: Path, three: list[Path]
) -> None:
    large, middle, small = three
    bytes_ = small.read_bytes()
    desk.decide(middle, small)
    desk.decide(large, middle)
    assert desk.pairs() == []
    again = library / "again.jpg"
    again.write_bytes(bytes_)
    desk.scan()
    assert desk.pairs() == [("large.jpg", "again.jpg", PairKind.SIMILAR)]
    desk.decide(large, again, fate=Fate.KEEP)
    assert desk.pairs() == []


def test_of_a_pair_that_others_led_to_only_the_distance_is_told(
    desk: Desk, three: list[Path]
) -> None:
    large, middle, small = three
    low, high = sorted(desk.asset(path).content_id for path in (large, small))
    # As if the search had never met these two.
    met = Pair.delete().where(Pair.content_a == low, Pair.content_b == high)
    assert desk.ask(met.execute) == 1
    desk.decide(large, middle)
    (ref,) = desk.ask(open_pairs.open_pairs, desk.roots, Distances(4))
    assert ref.key == (desk.asset(large).id, desk.asset(small).id)
    assert (ref.kind, ref.correlation, ref.colour_distance) == (PairKind.SIMILAR, None, None)
    assert ref.distance == (hash_of(desk, large) ^ hash_of(desk, small)).bit_count()


def hash_of(desk: Desk, path: Path) -> int:
    content = desk.asset(path).content_id
    return desk.ask(pairs.hashes, [content])[content]


def test_what_another_process_takes_back_and_does_again_is_seen(
    desk: Desk, three: list[Path]
) -> None:
    large, middle, small = three
    first = desk.decide(large, middle, kind=RelationKind.NOT_RELATED)
    second = desk.decide(large, small, kind=RelationKind.NOT_RELATED)
    desk.undo(second)
    was_open = desk.pairs()
    assert was_open == [
        ("large.jpg", "small.jpg", PairKind.SIMILAR),
        ("middle.jpg", "small.jpg", PairKind.SIMILAR),
    ]
    # As many decisions hold as before, and the last one has the same number.
    for decision, state in ((first, DecisionState.UNDONE), (second, DecisionState.DONE)):
        with closing(sqlite3.connect(desk.catalog.path)) as connection, connection:
            connection.execute(
                "UPDATE decision SET state = ? WHERE id = ?", (state.value, decision.id)
            )
    assert desk.pairs() == [
        ("large.jpg", "middle.jpg", PairKind.SIMILAR),
        ("middle.jpg", "small.jpg", PairKind.SIMILAR),
    ]


# Drawn at random

FILES = ("a.jpg", "b.jpg", "c.jpg", "d.png", "e.jpg")

KINDS = [each for each in RelationKind if each is not RelationKind.DISCARDED]

choices = draw.lists(
    draw.tuples(
        draw.sampled_from(KINDS),
        draw.permutations(FILES).map(lambda each: each[:2]),
        draw.sampled_from([None, Fate.KEEP]),
    ),
    min_size=1,
    max_size=4,
)


@contextmanager
def opened() -> Iterator[Desk]:
    """A desk on five near-copies of one picture, two of them with the same pixels; scanned."""
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder).resolve() / "library"
        library.mkdir()
        first = gallery.resized(gallery.photo("clock"), library / "a.jpg", factor=0.5)
        for number, name in enumerate(FILES[1:], start=1):
            if name.endswith(".png"):
                gallery.png_of(first, library / name)
            else:
                gallery.recompressed(first, library / name, quality=90 - number)
        with Desk(Path(folder) / "catalog.db", [library]) as desk:
            desk.scan()
            yield desk


@given(choices, draw.lists(draw.sampled_from(FILES), unique=True, max_size=3))
@settings(max_examples=40, deadline=None, derandomize=True)
def test_whatever_is_decided_and_taken_back_the_same_pairs_are_open(
    drawn: list[tuple[RelationKind, list[str], Fate | None]], hidden: list[str]
) -> None:
    with opened() as desk:
        (library,) = desk.roots
        was_open, decisions = [], []
        for kind, (a, b), fate in drawn:
            paths = library / a, library / b
            if not all(path.exists() for path in paths):
                continue
            before = desk.pairs()
            try:
                decisions.append(desk.decide(*paths, kind=kind, fate=fate))
            except ActionRefused:
                # It contradicts what was said before.
                continue
            was_open.append(before)
        standing = desk.pairs()
        assert_sound(desk)
        for name in hidden:
            hide(library, name)
            desk.scan()
        without = desk.pairs()
        assert_sound(desk)
        for name in hidden:
            show(library, name)
        desk.scan()
        assert desk.pairs() == standing
        for name in reversed(hidden):
            hide(library, name)
        desk.scan()
        assert desk.pairs() == without
        for name in hidden:
            show(library, name)
            desk.scan()
        for decision, before in zip(reversed(decisions), reversed(was_open), strict=True):
            desk.undo(decision)
            assert desk.pairs() == before


def hide(library: Path, name: str) -> None:
    if (library / name).exists():
        (library / name).rename(library / f".{name}")


def show(library: Path, name: str) -> None:
    if (library / f".{name}").exists():
        (library / f".{name}").rename(library / name)


def assert_sound(desk: Desk) -> None:
    """No pair twice, none with itself, and both are there."""
    refs = desk.ask(open_pairs.open_pairs, desk.roots, Distances(desk.distance))
    assert len({frozenset(ref.key) for ref in refs}) == len(refs)
    assert all(ref.asset_a != ref.asset_b for ref in refs)
    ids = {asset_id for ref in refs for asset_id in ref.key}
    present = desk.ask(assets.assets, ids)
    assert {each.id for each in present if each.path.exists()} == ids
