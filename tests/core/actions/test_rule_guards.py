"""What a rule may not do, however sure it is: that a person may is the point."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.catalog.schema import Asset as AssetRow
from core.errors import ActionRefused, ContentChanged, PersonNeeded
from core.model import Fate, PairKind, RelationKind
from tests import gallery
from tests.core.desk import Desk, snapshot, trashed


@pytest.fixture
def three(library: Path) -> list[Path]:
    """A photo, a smaller copy of it and a smaller one of that."""
    photo = gallery.exact_copy(gallery.photo("coffee"), library / "large.jpg")
    middle = gallery.resized(photo, library / "middle.jpg")
    return [photo, middle, gallery.resized(photo, library / "small.jpg", factor=0.4)]


def test_what_stands_for_another_picture_goes_only_if_a_person_agrees(
    desk: Desk, library: Path, three: list[Path]
) -> None:
    large, middle, small = three
    desk.scan()
    desk.decide(middle, small, rule="a rule")
    before = snapshot(library)
    with pytest.raises(PersonNeeded, match="in place of another picture"):
        desk.decide(large, middle, rule="a rule")
    assert snapshot(library) == before
    desk.decide(large, middle, rule="a rule", approved=True)
    assert trashed(library) == ["middle.jpg", "small.jpg"]


def test_what_stands_for_its_own_copies_may_go(
    desk: Desk, library: Path, three: list[Path]
) -> None:
    large, middle, _ = three
    copy = gallery.exact_copy(middle, library / "copy.jpg")
    desk.scan()
    desk.decide(middle, copy, rule="a rule")
    desk.decide(large, middle, rule="a rule")
    assert trashed(library) == ["copy.jpg", "middle.jpg"]


def test_after_an_undo_it_stands_for_nothing_any_more(
    desk: Desk, library: Path, three: list[Path]
) -> None:
    large, middle, small = three
    desk.scan()
    desk.undo(desk.decide(middle, small, rule="a rule"))
    desk.decide(large, middle, rule="a rule")
    assert trashed(library) == ["middle.jpg"]


def test_words_that_only_the_loser_has_go_only_if_a_person_agrees(
    desk: Desk, library: Path
) -> None:
    photo = gallery.exact_copy(gallery.photo("coffee"), library / "photo.jpg")
    copy = gallery.exact_copy(photo, library / "copy.jpg")
    gallery.with_sidecar(copy, rating=4, tags=["cup"])
    desk.scan()
    before = snapshot(library)
    # By this policy nobody tells the one that stays.
    with pytest.raises(PersonNeeded, match="rating, tags"):
        desk.decide(photo, copy, rule="a rule", merge="nothing")
    assert snapshot(library) == before
    desk.decide(photo, copy, rule="a rule", merge="nothing", approved=True)
    assert trashed(library) == ["copy.jpg", "copy.jpg.xmp"]
    assert not photo.with_name("photo.jpg.xmp").exists()


def test_words_that_the_one_that_stays_is_told_hold_no_rule_back(desk: Desk, library: Path) -> None:
    photo = gallery.exact_copy(gallery.photo("coffee"), library / "photo.jpg")
    copy = gallery.exact_copy(photo, library / "copy.jpg")
    gallery.with_sidecar(copy, rating=4, tags=["cup"])
    desk.scan()
    desk.decide(photo, copy, rule="a rule")
    told = desk.asset(photo).metadata
    assert (told.rating, told.tags) == (4, ("cup",))


def test_words_that_cannot_be_read_go_only_if_a_person_agrees(desk: Desk, library: Path) -> None:
    photo = gallery.exact_copy(gallery.photo("coffee"), library / "photo.jpg")
    copy = gallery.exact_copy(photo, library / "copy.jpg")
    copy.with_name("copy.jpg.xmp").write_text("<x:xmpmeta broken")
    desk.scan()
    before = snapshot(library)
    with pytest.raises(PersonNeeded, match="cannot all be read"):
        desk.decide(photo, copy, rule="a rule")
    assert snapshot(library) == before
    desk.decide(photo, copy, rule="a rule", approved=True)
    assert trashed(library) == ["copy.jpg", "copy.jpg.xmp"]


def test_words_that_came_after_the_scan_are_read_before_a_rule_acts_on_them(
    desk: Desk, library: Path
) -> None:
    photo = gallery.exact_copy(gallery.photo("coffee"), library / "photo.jpg")
    copy = gallery.exact_copy(photo, library / "copy.jpg")
    desk.scan()
    choice = desk.choice(photo, copy, rule="a rule")
    gallery.with_sidecar(copy, rating=4)
    with pytest.raises(ContentChanged, match="its sidecar has changed"):
        desk.carry_out(choice)
    desk.scan()
    desk.carry_out(choice)
    assert desk.asset(photo).metadata.rating == 4


def test_words_that_only_read_differently_by_now_hold_no_rule_back(
    desk: Desk, library: Path
) -> None:
    photo = gallery.exact_copy(gallery.photo("coffee"), library / "photo.jpg")
    copy = gallery.exact_copy(photo, library / "copy.jpg")
    gallery.with_sidecar(copy, rating=4, tags=["cup"])
    desk.scan()
    # As an older version, which knew no ratings, has read the very same sidecar.
    older = {"sidecar_metadata": '{"tags": ["cup"]}'}
    asset_id = desk.known(copy).asset_id
    desk.ask(AssetRow.update(older).where(AssetRow.id == asset_id).execute)
    assert desk.asset(copy).metadata.rating is None
    desk.decide(photo, copy, rule="a rule")
    assert desk.asset(photo).metadata.rating == 4


@pytest.mark.parametrize("rule", [None, "a rule"])
def test_a_protected_folder_can_win_and_not_lose(
    desk: Desk, library: Path, rule: str | None
) -> None:
    inside, outside = library / "originals", library / "copies"
    for folder in (inside, outside):
        folder.mkdir()
    original = gallery.exact_copy(gallery.photo("coffee"), inside / "photo.jpg")
    copy = gallery.exact_copy(original, outside / "photo.jpg")
    desk.scan()
    desk.protected = [inside]
    with pytest.raises(ActionRefused, match="is protected"):
        desk.decide(copy, original, rule=rule)
    desk.decide(original, copy, rule=rule)
    assert trashed(library) == ["copies/photo.jpg"]


def test_a_better_one_may_leave_the_other_where_it_is(
    desk: Desk, library: Path, three: list[Path]
) -> None:
    desk.scan()
    before = snapshot(library)
    was_open = desk.pairs()
    decision = desk.decide(three[0], three[1], fate=Fate.KEEP)
    assert decision.choice.kind is RelationKind.BETTER
    assert snapshot(library) == before
    # It stands for both of them now.
    assert desk.pairs() == [("large.jpg", "small.jpg", PairKind.SIMILAR)]
    desk.undo(decision)
    assert desk.pairs() == was_open


FACES = 'xmlns:mwg-rs="http://www.metadataworkinggroup.com/schemas/regions/" mwg-rs:Name="Ann"'
DEVELOPED = 'xmlns:crs="http://ns.adobe.com/camera-raw-settings/1.0/" crs:Exposure2012="+1"'


def mark(image: Path, words: str) -> None:
    """Have a sidecar beside `image` that holds `words`."""
    sidecar = gallery.with_sidecar(image, rating=3, tags=["cup"])
    sidecar.write_text(sidecar.read_text().replace("rdf:about=", f"{words} rdf:about="))


@pytest.mark.parametrize(
    ("words", "held"), [(FACES, "marked faces"), (DEVELOPED, "settings of Camera Raw")]
)
def test_what_no_merge_hands_on_goes_only_if_a_person_agrees(
    desk: Desk, library: Path, three: list[Path], words: str, held: str
) -> None:
    large, middle, small = three
    mark(middle, words)
    mark(small, words)
    desk.scan()
    before = snapshot(library)
    with pytest.raises(PersonNeeded, match=f"only its sidecar holds {held}; approve it"):
        desk.decide(large, middle, rule="a rule")
    assert snapshot(library) == before
    # It has the like of it.
    desk.decide(middle, small, rule="a rule")
    assert trashed(library) == ["small.jpg", "small.jpg.xmp"]
    desk.decide(large, middle, rule="a rule", approved=True)
    assert "middle.jpg.xmp" in trashed(library)


def test_an_edit_that_stays_beside_a_link_is_not_lost(desk: Desk, library: Path) -> None:
    photo = gallery.exact_copy(gallery.photo("coffee"), library / "a.jpg")
    copy = gallery.exact_copy(photo, library / "b.jpg", modified=9)
    mark(copy, DEVELOPED)
    desk.scan()
    desk.decide(photo, copy, rule="a rule", fate=Fate.HARD_LINK)
    assert trashed(library) == ["b.jpg"]


def test_an_edit_goes_along_and_a_rule_lets_go_none_that_the_better_one_lacks(
    desk: Desk, library: Path, three: list[Path]
) -> None:
    large, middle, small = three
    for photo in (middle, small):
        photo.with_suffix(".AAE").write_bytes(b"an edit")
    desk.scan()
    before = snapshot(library)
    with pytest.raises(PersonNeeded, match=r"only it has an edit beside it, middle\.AAE"):
        desk.decide(large, middle, rule="a rule")
    decisions = [desk.decide(middle, small, rule="a rule"), desk.decide(large, middle)]
    assert trashed(library) == ["middle.AAE", "middle.jpg", "small.AAE", "small.jpg"]
    for decision in reversed(decisions):
        desk.undo(decision)
    assert snapshot(library) == before
