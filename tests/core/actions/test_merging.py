"""What the one that stays is told when the other goes, and that undo takes it back to the byte."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from core.actions.effects import perform, take_back
from core.actions.recovery import recover
from core.catalog import journal
from core.errors import ActionRefused, PersonNeeded
from core.metadata.policies import Merging
from core.metadata.read import read_sidecar
from core.metadata.write import WRITTEN, sidecar_bytes
from core.model import Decision, DecisionState, Metadata, OperationKind, RelationKind
from tests import gallery
from tests.core.desk import Desk, snapshot, trashed
from tests.core.mounts import mount, unmount

KEPT = Metadata(description="mine", rating=2, tags=("cat",))
OTHER = Metadata(
    taken="2020-01-02 03:04:05",
    title="A title",
    description="theirs",
    rating=4,
    tags=("dog",),
    location=(48.85, 2.29),
)
HEART_AND_ALBUM = b"""\
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about="" xmlns:fstop="http://www.fstopapp.com/xmp/" fstop:favorite="1"
    xmlns:mwg-coll="http://www.metadataworkinggroup.com/schemas/collections/">
   <mwg-coll:Collections>
    <rdf:Bag>
     <rdf:li rdf:parseType="Resource">
      <mwg-coll:CollectionName>Trip</mwg-coll:CollectionName>
     </rdf:li>
    </rdf:Bag>
   </mwg-coll:Collections>
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
"""
"""What no sidecar of ours holds: it is kept in the catalog."""


def say(image: Path, words: Metadata, existing: bytes | None = None) -> Path:
    """Write the sidecar of `image`."""
    path = image.with_name(image.name + ".xmp")
    path.write_bytes(sidecar_bytes(existing, words, WRITTEN))
    return path


def beside(image: Path) -> Path:
    return image.with_name(image.name + ".xmp")


@pytest.fixture
def pair(library: Path) -> tuple[Path, Path]:
    """A photo and its copy, in folders of their own; not scanned."""
    for folder in ("kept", "copies"):
        (library / folder).mkdir()
    photo = gallery.exact_copy(gallery.photo("clock"), library / "kept" / "a.jpg", modified=1)
    return photo, gallery.exact_copy(photo, library / "copies" / "b.jpg", modified=2)


@pytest.fixture
def talking(pair: tuple[Path, Path]) -> tuple[Path, Path]:
    """The same, and each says something."""
    os.utime(say(pair[0], KEPT), (3, 3))
    say(pair[1], OTHER, HEART_AND_ALBUM)
    takeout = {"photoTakenTime": {"timestamp": "1577934245"}, "archived": True}
    pair[1].with_name("b.jpg.json").write_text(json.dumps(takeout))
    return pair


SEVEN = {
    "albums": ("Trip",),
    "favorite": True,
    "rating": 4,
    "description": "mine\ntheirs",
    "visibility": "archive",
    "location": (48.85, 2.29),
    "tags": ("cat", "dog"),
}
HYDRUS = {
    "favorite": True,
    "rating": 4,
    "description": "mine\ntheirs",
    "tags": ("cat", "dog"),
    "title": "A title",
    "taken": "2020-01-02 03:04:05",
}


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        (None, SEVEN),
        ("immich-3", SEVEN),
        ("immich-2.7", SEVEN),
        ("hydrus-better", HYDRUS),
        ("hydrus-same-quality", HYDRUS),
        ("nothing", {}),
        ("nothing, title copy if empty", {"title": "A title"}),
        ("immich-3, tags keep", SEVEN | {"tags": ("cat",)}),
    ],
)
def test_the_one_that_stays_is_told_by_the_policy_and_undo_takes_it_back(
    desk: Desk,
    library: Path,
    talking: tuple[Path, Path],
    policy: str | None,
    expected: dict[str, Any],
) -> None:
    desk.scan()
    before, said = snapshot(library), desk.asset(talking[0]).metadata
    decision = desk.decide(*talking, merge=policy)
    assert desk.asset(talking[0]).metadata == replace(said, **expected)
    in_file = {name: value for name, value in expected.items() if name in WRITTEN}
    assert read_sidecar(beside(talking[0]).read_bytes()) == replace(KEPT, **in_file)
    assert desk.scan().read == 0
    assert desk.asset(talking[0]).metadata == replace(said, **expected)
    desk.undo(decision)
    assert snapshot(library) == before
    assert desk.asset(talking[0]).metadata == said
    assert desk.scan().read == 0
    assert len(desk.pairs()) == 1


def test_a_library_has_a_policy_of_its_own(
    desk: Desk, library: Path, talking: tuple[Path, Path]
) -> None:
    desk.scan()
    desk.merging = Merging.parse("nothing", [(library / "kept", "nothing, title copy if empty")])
    decision = desk.decide(*talking)
    assert desk.asset(talking[0]).metadata.title == "A title"
    assert desk.asset(talking[0]).metadata.tags == ("cat",)
    desk.undo(decision)
    desk.merging = Merging.parse("nothing", [(library / "copies", "immich-3")])
    desk.decide(*talking)
    assert desk.asset(talking[0]).metadata == KEPT


def test_a_policy_that_asks_leaves_it_to_a_person(
    desk: Desk, library: Path, talking: tuple[Path, Path]
) -> None:
    desk.scan()
    before = snapshot(library)
    with pytest.raises(PersonNeeded, match="asks what to do with rating"):
        desk.decide(*talking, merge="immich-3, rating ask")
    assert snapshot(library) == before
    assert desk.history() == []


def test_a_policy_that_is_none_refuses(
    desk: Desk, library: Path, talking: tuple[Path, Path]
) -> None:
    desk.scan()
    before = snapshot(library)
    with pytest.raises(ActionRefused, match="rule a rule: there is no preset 'immich-4'"):
        desk.decide(*talking, rule="a rule", merge="immich-4")
    assert snapshot(library) == before


def test_where_nothing_new_is_said_nothing_is_written(
    desk: Desk, library: Path, pair: tuple[Path, Path]
) -> None:
    say(pair[0], KEPT)
    say(pair[1], replace(KEPT, rating=1, tags=()))
    desk.scan()
    before = snapshot(library / "kept")
    decision = desk.decide(*pair)
    assert {each.kind for each in decision.operations} == {OperationKind.TRASH}
    assert snapshot(library / "kept") == before


@pytest.fixture
def three(library: Path) -> list[Path]:
    """A photo and two copies, each with a tag and an album of its own but for the photo."""
    paths = [
        gallery.exact_copy(gallery.photo("clock"), library / f"{name}.jpg", modified=age)
        for age, name in enumerate("abc")
    ]
    say(paths[1], Metadata(tags=("b",)), HEART_AND_ALBUM)
    say(paths[2], Metadata(tags=("c",)), HEART_AND_ALBUM.replace(b"Trip", b"Home"))
    return paths


def test_what_was_told_first_is_still_said_after_a_second_decision(
    desk: Desk, library: Path, three: list[Path]
) -> None:
    desk.scan()
    before = snapshot(library)
    decisions = [desk.decide(three[0], lost) for lost in three[1:]]
    told = desk.asset(three[0]).metadata
    assert (told.tags, told.albums, told.favorite) == (("b", "c"), ("Home", "Trip"), True)
    for decision in decisions[::-1]:
        desk.undo(decision)
    assert snapshot(library) == before
    assert desk.asset(three[0]).metadata == Metadata()


def test_what_a_later_decision_added_to_is_taken_back_after_that_one(
    desk: Desk, library: Path, three: list[Path]
) -> None:
    desk.scan()
    before = snapshot(library)
    first, second = (desk.decide(three[0], lost) for lost in three[1:])
    after = snapshot(library)
    with pytest.raises(ActionRefused, match=f"decision {second.id} has added to its metadata"):
        desk.undo(first)
    assert snapshot(library) == after
    desk.undo(second)
    desk.undo(first)
    assert snapshot(library) == before


def test_what_only_the_catalog_keeps_is_not_forgotten_by_an_undo_out_of_turn(
    desk: Desk, library: Path, three: list[Path]
) -> None:
    beside(three[1]).write_bytes(HEART_AND_ALBUM)
    beside(three[2]).write_bytes(HEART_AND_ALBUM.replace(b"Trip", b"Home"))
    desk.scan()
    first, second = (desk.decide(three[0], lost) for lost in three[1:])
    assert OperationKind.WRITE not in {
        each.kind for each in (*first.operations, *second.operations)
    }
    with pytest.raises(ActionRefused, match=f"decision {second.id} has added"):
        desk.undo(first)
    desk.undo(first, leave_edited=True)
    assert three[1].exists()
    assert desk.asset(three[0]).metadata.albums == ("Home", "Trip")


def test_a_keeper_that_loses_later_hands_on_all_it_was_told(
    desk: Desk, library: Path, three: list[Path]
) -> None:
    desk.scan()
    before = snapshot(library)
    decisions = [desk.decide(three[0], three[1]), desk.decide(three[2], three[0])]
    told = desk.asset(three[2]).metadata
    assert (told.tags, told.albums) == (("b", "c"), ("Home", "Trip"))
    for decision in decisions[::-1]:
        desk.undo(decision)
    assert snapshot(library) == before


def test_a_sidecar_that_was_edited_since_is_left_to_a_person(
    desk: Desk, library: Path, talking: tuple[Path, Path]
) -> None:
    desk.scan()
    before = snapshot(library)
    decision = desk.decide(*talking)
    sidecar = beside(talking[0])
    edited = sidecar.read_bytes().replace(b"theirs", b"ours")
    sidecar.write_bytes(edited)
    with pytest.raises(ActionRefused, match="edited since; --leave-edited") as raised:
        desk.undo(decision)
    assert raised.value.subject == str(sidecar)
    assert trashed(library) == ["copies/b.jpg", "copies/b.jpg.json", "copies/b.jpg.xmp"]
    desk.undo(decision, leave_edited=True)
    assert sidecar.read_bytes() == edited
    left = snapshot(library)
    del left["kept/a.jpg.xmp"], before["kept/a.jpg.xmp"]
    assert left == before
    desk.scan()
    assert desk.asset(talking[0]).metadata.description == "mine\nours"


def test_what_was_written_after_the_scan_is_merged_and_not_overwritten(
    desk: Desk, talking: tuple[Path, Path]
) -> None:
    desk.scan()
    say(talking[0], replace(KEPT, rating=5, description="written later", tags=("late",)))
    say(talking[1], replace(OTHER, tags=("later",)))
    desk.decide(*talking)
    told = desk.asset(talking[0]).metadata
    assert told.rating == 5
    assert told.description == "written later\ntheirs"
    assert told.tags == ("late", "later")


def test_a_first_sidecar_of_its_own_says_all_that_a_shared_one_said(
    desk: Desk, library: Path, pair: tuple[Path, Path]
) -> None:
    # As editors name the sidecar of the RAW beside; it is read for the JPEG too.
    pair[0].with_suffix(".cr2").write_bytes(b"a raw picture")
    shared = pair[0].with_suffix(".xmp")
    shared.write_bytes(sidecar_bytes(HEART_AND_ALBUM, KEPT, WRITTEN))
    say(pair[1], OTHER)
    desk.scan()
    before, said = snapshot(library), desk.asset(pair[0]).metadata
    assert (said.rating, said.albums) == (2, ("Trip",))
    decision = desk.decide(*pair)
    assert shared.read_bytes() == sidecar_bytes(HEART_AND_ALBUM, KEPT, WRITTEN)
    told = desk.asset(pair[0]).metadata
    assert told == replace(said, **(SEVEN | {"visibility": None}))
    desk.scan()
    assert desk.asset(pair[0]).metadata == told
    desk.undo(decision)
    assert snapshot(library) == before
    assert desk.asset(pair[0]).metadata == said


@pytest.mark.parametrize("name", ["a.xmp", "A.XMP", "A.JPG.XMP", "a.jpg.xmp"])
def test_the_sidecar_that_is_there_is_the_one_that_is_written(
    desk: Desk, library: Path, pair: tuple[Path, Path], name: str
) -> None:
    sidecar = pair[0].with_name(name)
    say(pair[0], KEPT).rename(sidecar)
    say(pair[1], OTHER)
    desk.scan()
    before = snapshot(library)
    decision = desk.decide(*pair)
    assert sorted(path.name for path in pair[0].parent.iterdir()) == sorted(["a.jpg", name])
    assert read_sidecar(sidecar.read_bytes()).tags == ("cat", "dog")
    assert desk.asset(pair[0]).metadata.tags == ("cat", "dog")
    desk.undo(decision)
    assert snapshot(library) == before


def test_of_two_names_that_differ_in_case_only_each_keeps_its_own_sidecar(
    desk: Desk, library: Path, pair: tuple[Path, Path]
) -> None:
    twin = gallery.exact_copy(gallery.photo("coffee"), pair[0].with_name("A.jpg"))
    if len(os.listdir(pair[0].parent)) < 2:
        pytest.skip("this file system takes the two names for one")
    theirs = say(twin, replace(KEPT, rating=1)).read_bytes()
    say(pair[1], OTHER)
    desk.scan()
    desk.decide(*pair)
    assert beside(twin).read_bytes() == theirs
    assert desk.asset(pair[0]).metadata.rating == 4
    desk.scan()
    assert desk.asset(pair[0]).metadata.rating == 4
    assert desk.asset(twin).metadata.rating == 1


def test_an_empty_sidecar_is_filled_and_emptied_again(
    desk: Desk, library: Path, pair: tuple[Path, Path]
) -> None:
    beside(pair[0]).touch()
    say(pair[1], OTHER)
    desk.scan()
    before = snapshot(library)
    decision = desk.decide(*pair)
    assert desk.asset(pair[0]).metadata.rating == 4
    desk.undo(decision)
    assert snapshot(library) == before


def _make_read_only(sidecar: Path) -> None:
    sidecar.chmod(0o444)


def _break(sidecar: Path) -> None:
    sidecar.write_text("<x:xmpmeta broken")


def _link(sidecar: Path) -> None:
    sidecar.rename(sidecar.with_name("elsewhere"))
    sidecar.symlink_to("elsewhere")


def _dangle(sidecar: Path) -> None:
    sidecar.unlink()
    sidecar.symlink_to("nowhere")


def _make_folder(sidecar: Path) -> None:
    sidecar.unlink()
    sidecar.mkdir()


@pytest.mark.parametrize(
    ("spoil", "cause"),
    [
        (_make_read_only, "permission denied; check its owner and mode"),
        (_break, "XMP is damaged"),
        (_link, "is a link"),
        (_dangle, "is a link"),
        (_make_folder, "directory"),
    ],
)
def test_a_sidecar_that_cannot_be_written_refuses_and_nothing_moves(
    desk: Desk,
    library: Path,
    talking: tuple[Path, Path],
    spoil: Callable[[Path], None],
    cause: str,
) -> None:
    spoil(beside(talking[0]))
    desk.scan()
    before = snapshot(library)
    with pytest.raises(ActionRefused, match=cause) as raised:
        desk.decide(*talking)
    assert raised.value.subject == str(beside(talking[0]))
    assert snapshot(library) == before
    assert desk.known(talking[1]).state == "present"
    assert recover(desk.catalog) == []
    # Whoever wants nothing merged need not mend it.
    desk.decide(*talking, merge="nothing")
    assert "copies/b.jpg" in trashed(library)


def test_a_description_of_ten_megabytes_stops_a_rule_and_no_person(
    desk: Desk, library: Path, pair: tuple[Path, Path]
) -> None:
    say(pair[1], Metadata(description="word " * 2_000_000, rating=4))
    desk.scan()
    before = snapshot(library)
    with pytest.raises(PersonNeeded, match="20,000 characters"):
        desk.decide(*pair, rule="a rule")
    assert snapshot(library) == before
    decision = desk.decide(*pair)
    assert desk.asset(pair[0]).metadata.rating == 4
    desk.undo(decision)
    assert snapshot(library) == before


def test_a_keeper_in_a_protected_folder_is_not_written_to(
    desk: Desk, library: Path, talking: tuple[Path, Path]
) -> None:
    desk.scan()
    desk.protected = [library / "kept"]
    before = snapshot(library / "kept")
    with pytest.raises(PersonNeeded, match="only it says this"):
        desk.decide(*talking, rule="a rule")
    desk.decide(*talking)
    assert snapshot(library / "kept") == before
    assert "copies/b.jpg" in trashed(library)


@pytest.fixture
def two_disks(
    desk: Desk, library: Path, mounted: Callable[[Path], Path]
) -> tuple[Path, Path, Path]:
    """A disk of its own with one picture, and another picture elsewhere."""
    disk = library / "disk"
    mount(mounted(disk), "-t", "tmpfs", "tmpfs", "-o", "size=1m,nr_inodes=4")
    outside = gallery.exact_copy(gallery.photo("clock"), library / "outside.jpg", modified=1)
    return disk, gallery.exact_copy(outside, disk / "inside.jpg", modified=2), outside


@pytest.mark.parametrize("there", [True, False], ids=["a sidecar that is there", "a new one"])
def test_a_full_disk_under_the_keeper_refuses_and_nothing_moves(
    desk: Desk, library: Path, two_disks: tuple[Path, Path, Path], there: bool
) -> None:
    disk, keeper, other = two_disks
    if there:
        say(keeper, KEPT)
    say(other, OTHER)
    for name in ("filling", "more")[: 4 - 1 - len(os.listdir(disk))]:
        (disk / name).touch()
    desk.scan()
    before = snapshot(library)
    with pytest.raises(ActionRefused, match="the disk is full; free some space"):
        desk.decide(keeper, other)
    assert snapshot(library) == before
    assert desk.history()[0].state is DecisionState.FAILED
    for name in ("filling", "more"):
        (disk / name).unlink(missing_ok=True)
    before = snapshot(library)
    desk.undo(desk.decide(keeper, other))
    assert snapshot(library) == before


@pytest.mark.parametrize("there", [True, False], ids=["a sidecar that is there", "a new one"])
def test_a_full_disk_under_the_trash_takes_back_what_was_written(
    desk: Desk, library: Path, two_disks: tuple[Path, Path, Path], there: bool
) -> None:
    disk, other, keeper = two_disks
    if there:
        say(keeper, KEPT)
    say(other, OTHER)
    (disk / "filling").touch()
    desk.scan()
    before, said = snapshot(library), desk.asset(keeper).metadata
    with pytest.raises(ActionRefused, match="the disk is full"):
        desk.decide(keeper, other)
    assert snapshot(library) == before
    assert desk.asset(keeper).metadata == said
    assert desk.scan().read == 0


def test_a_library_that_went_away_after_the_choice_refuses(
    desk: Desk, library: Path, two_disks: tuple[Path, Path, Path]
) -> None:
    disk, keeper, other = two_disks
    say(other, OTHER)
    desk.scan()
    choice = desk.choice(keeper, other)
    unmount(disk)
    before = snapshot(library)
    with pytest.raises(ActionRefused):
        desk.carry_out(choice)
    assert snapshot(library) == before
    assert not list(disk.iterdir())


@pytest.mark.skipif(
    shutil.which("exiftool") is None,
    reason="exiftool (libimage-exiftool-perl) is not installed",
)
def test_exiftool_reads_what_the_keeper_was_told(desk: Desk, talking: tuple[Path, Path]) -> None:
    desk.scan()
    desk.decide(*talking)
    command = ["exiftool", "-json", "-n", str(beside(talking[0]))]
    done = subprocess.run(command, capture_output=True, check=True)
    (read,) = json.loads(done.stdout)
    assert (read["Rating"], read["Subject"]) == (4, ["cat", "dog"])
    assert read["Description"] == "mine\ntheirs"
    assert (read["GPSLatitude"], read["GPSLongitude"]) == pytest.approx((48.85, 2.29))


def _interrupted(desk: Desk, decision: Decision, done: int) -> None:
    """As a crash leaves it: the first `done` operations have happened."""
    desk.undo(decision)
    for operation in decision.operations[:done]:
        perform(operation)
    desk.ask(journal.set_decision_state, decision.id, DecisionState.APPLYING)


def test_repair_leaves_a_sidecar_alone_that_was_edited_after_the_crash(
    desk: Desk, library: Path, talking: tuple[Path, Path]
) -> None:
    desk.scan()
    _interrupted(desk, desk.decide(*talking), done=1)
    sidecar = beside(talking[0])
    edited = sidecar.read_bytes().replace(b"theirs", b"ours")
    sidecar.write_bytes(edited)
    (said,) = recover(desk.catalog)
    assert f"{sidecar} was edited meanwhile and left alone" in said
    assert sidecar.read_bytes() == edited
    assert trashed(library) == []
    assert desk.history()[0].state is DecisionState.FAILED
    desk.scan()
    assert desk.asset(talking[0]).metadata.description == "mine\nours"


def test_repair_writes_again_what_a_power_cut_forgot(
    desk: Desk, talking: tuple[Path, Path]
) -> None:
    desk.scan()
    decision = desk.decide(*talking)
    told = desk.asset(talking[0]).metadata
    _interrupted(desk, decision, done=len(decision.operations))
    # Another disk than that of the trash, and slower to write.
    take_back(next(each for each in decision.operations if each.kind is OperationKind.WRITE))
    (said,) = recover(desk.catalog)
    assert "completed" in said
    assert desk.asset(talking[0]).metadata == told
    assert desk.scan().read == 0


@pytest.mark.parametrize("left", [0, 100, -1])
@pytest.mark.parametrize("zeros", [0, 50])
@pytest.mark.parametrize("done", [1, 5])
def test_repair_makes_a_sidecar_whole_that_a_power_cut_tore(
    desk: Desk, library: Path, talking: tuple[Path, Path], left: int, zeros: int, done: int
) -> None:
    desk.scan()
    before = snapshot(library)
    decision = desk.decide(*talking)
    assert len(decision.operations) == 5
    whole = beside(talking[0]).read_bytes()
    _interrupted(desk, decision, done)
    beside(talking[0]).write_bytes(whole[:left] + bytes(zeros))
    recover(desk.catalog)
    (decision,) = desk.history()
    if done == 5:
        assert decision.state is DecisionState.DONE
        assert beside(talking[0]).read_bytes() == whole
        desk.undo(decision)
    now = snapshot(library)
    assert {name: digest for name, (digest, _) in now.items()} == {
        name: digest for name, (digest, _) in before.items()
    }


def test_repair_fills_the_holes_that_a_power_cut_left_in_a_sidecar(
    desk: Desk, library: Path, talking: tuple[Path, Path]
) -> None:
    note = beside(talking[1])
    note.write_text(note.read_text().replace("theirs", "theirs " * 1000))
    desk.scan()
    before = beside(talking[0]).read_bytes()
    _interrupted(desk, desk.decide(*talking), done=5)
    whole = beside(talking[0]).read_bytes()
    beside(talking[0]).write_bytes(whole[:1024] + bytes(512) + whole[1536:2048] + bytes(99))
    recover(desk.catalog)
    assert beside(talking[0]).read_bytes() == whole
    desk.undo(desk.history()[0])
    assert beside(talking[0]).read_bytes() == before


@pytest.mark.parametrize("done", range(3))
def test_repair_of_words_that_go_both_ways_has_all_of_them_or_none(
    desk: Desk, library: Path, talking: tuple[Path, Path], done: int
) -> None:
    desk.scan()
    before = snapshot(library)
    both = {"kind": RelationKind.SAME_QUALITY, "merge": "hydrus-same-quality"}
    decision = desk.decide(*talking, **both)
    told = snapshot(library)
    writes = [each for each in decision.operations if each.kind is OperationKind.WRITE]
    assert len(writes) == 2
    desk.undo(decision)
    for operation in writes[:done]:
        perform(operation)
    desk.ask(journal.set_decision_state, decision.id, DecisionState.APPLYING)
    recover(desk.catalog)
    names = {name: digest for name, (digest, _) in snapshot(library).items()}
    wanted = told if done == 2 else before
    assert names == {name: digest for name, (digest, _) in wanted.items()}


def test_repair_removes_the_half_of_a_sidecar(
    desk: Desk, library: Path, talking: tuple[Path, Path]
) -> None:
    desk.scan()
    before = snapshot(library)
    _interrupted(desk, desk.decide(*talking), done=0)
    (library / "kept" / ".betterhalf-0123456789abcdef").write_bytes(b"<x:xmp")
    recover(desk.catalog)
    assert snapshot(library) == before


def test_where_a_name_is_taken_after_a_crash_what_the_catalog_keeps_can_still_be_undone(
    desk: Desk, library: Path, talking: tuple[Path, Path]
) -> None:
    desk.scan()
    before, said = snapshot(library), desk.asset(talking[0]).metadata
    _interrupted(desk, desk.decide(*talking), done=3)
    talking[1].write_bytes(b"another")
    (told,) = recover(desk.catalog)
    assert "its name is taken" in told
    assert desk.asset(talking[0]).metadata.albums == ("Trip",)
    talking[1].unlink()
    desk.undo(desk.history()[0])
    assert snapshot(library) == before
    assert desk.asset(talking[0]).metadata == said
