from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from core.catalog import assets
from core.catalog.database import Catalog
from core.errors import ActionRefused, AssetGone, CompanionQuestion, ContentChanged
from core.model import DecisionState, OperationKind, PairKind, RelationKind
from tests import gallery
from tests.core.desk import Desk, snapshot, trashed
from tests.core.headless import REPOSITORY
from tests.core.mounts import mount


@pytest.fixture
def pair(desk: Desk, library: Path) -> tuple[Path, Path]:
    """A scanned photo and its copy, in folders of their own."""
    for folder in ("kept", "copies"):
        (library / folder).mkdir()
    photo = gallery.exact_copy(gallery.photo("chelsea"), library / "kept" / "a.jpg")
    copy = gallery.exact_copy(photo, library / "copies" / "a.jpg")
    desk.scan()
    return photo, copy


def beside(image: Path, suffix: str, content: bytes = b"content of its own") -> Path:
    path = image.with_suffix(suffix)
    path.write_bytes(content)
    return path


def test_the_loser_goes_to_the_trash_and_the_keeper_stays(
    desk: Desk, library: Path, pair: tuple[Path, Path]
) -> None:
    before = snapshot(library)
    decision = desk.decide(*pair)
    assert decision.state is DecisionState.DONE
    (operation,) = decision.operations
    assert operation.source == pair[1]
    assert operation.target.is_relative_to(library / ".betterhalf-trash")
    assert trashed(library) == ["copies/a.jpg"]
    assert desk.known(pair[1]).state == "trashed"
    assert sorted(snapshot(library).values()) == sorted(before.values())
    assert desk.pairs() == []


def test_a_rule_lets_a_raw_go_for_its_own_copy_only(desk: Desk, library: Path) -> None:
    photo = gallery.exact_copy(gallery.photo("coffee"), library / "photo.jpg")
    raw = gallery.dng_of(photo, library / "raw.dng")
    copy = gallery.exact_copy(raw, library / "copy.dng")
    desk.scan()
    before = snapshot(library)
    with pytest.raises(ActionRefused, match="RAW"):
        desk.decide(photo, raw, rule="larger files")
    assert snapshot(library) == before
    assert desk.history() == []
    desk.decide(raw, copy, rule="exact-copies")
    assert trashed(library) == ["copy.dng"]
    desk.decide(photo, raw)
    assert trashed(library) == ["copy.dng", "raw.dng"]


@pytest.mark.parametrize(
    "kind", [RelationKind.SAME_QUALITY, RelationKind.ALTERNATES, RelationKind.NOT_RELATED]
)
def test_a_relation_moves_nothing(
    desk: Desk, library: Path, pair: tuple[Path, Path], kind: RelationKind
) -> None:
    before = snapshot(library)
    decision = desk.decide(*pair, kind=kind)
    assert (decision.state, decision.operations) == (DecisionState.DONE, ())
    assert snapshot(library) == before


def test_a_decision_is_remembered_with_its_reason(desk: Desk, pair: tuple[Path, Path]) -> None:
    decision = desk.decide(*pair, why="its colours are right")
    assert desk.history() == [decision]
    assert (decision.path_a, decision.path_b) == pair
    assert (decision.choice.why, decision.choice.rule) == ("its colours are right", None)


@pytest.mark.parametrize("name", ["a.jpg.xmp", "a.xmp"])
def test_a_sidecar_goes_along(
    desk: Desk, library: Path, pair: tuple[Path, Path], name: str
) -> None:
    pair[1].with_name(name).write_text("sidecar")
    desk.decide(*pair)
    assert trashed(library) == ["copies/a.jpg", f"copies/{name}"]


@pytest.mark.parametrize("suffix", [".cr2", ".mov"])
def test_a_raw_or_video_goes_along_where_the_keeper_has_an_equal_one(
    desk: Desk, library: Path, pair: tuple[Path, Path], suffix: str
) -> None:
    for image in pair:
        beside(image, suffix)
    desk.decide(*pair)
    assert trashed(library) == sorted([f"copies/a{suffix}", "copies/a.jpg"])
    assert pair[0].with_suffix(suffix).exists()


@pytest.mark.parametrize("suffix", [".cr2", ".mov"])
@pytest.mark.parametrize("other", [None, b"other content here", b"longer content, not the same"])
def test_a_raw_or_video_without_an_equal_is_a_question(
    desk: Desk, library: Path, pair: tuple[Path, Path], suffix: str, other: bytes | None
) -> None:
    beside(pair[1], suffix)
    if other is not None:
        beside(pair[0], suffix, other)
    before = snapshot(library)
    with pytest.raises(CompanionQuestion) as raised:
        desk.decide(*pair)
    assert raised.value.names == (f"a{suffix}",)
    assert snapshot(library) == before
    assert desk.history() == []


def test_a_link_to_the_losers_raw_is_no_equal_of_it(
    desk: Desk, library: Path, pair: tuple[Path, Path]
) -> None:
    raw = beside(pair[1], ".cr2")
    pair[0].with_suffix(".cr2").symlink_to(raw)
    before = snapshot(library)
    with pytest.raises(CompanionQuestion):
        desk.decide(*pair)
    assert snapshot(library) == before


def test_a_person_may_leave_companions_where_they_are(
    desk: Desk, library: Path, pair: tuple[Path, Path]
) -> None:
    raw = beside(pair[1], ".cr2")
    sidecar = beside(pair[1], ".jpg.xmp")
    desk.decide(*pair, leave_companions=True)
    assert raw.exists()
    assert trashed(library) == ["copies/a.jpg", f"copies/{sidecar.name}"]


def test_what_a_third_image_shares_stays(
    desk: Desk, library: Path, pair: tuple[Path, Path]
) -> None:
    gallery.png_of(pair[0], pair[1].with_suffix(".png"))
    stay = [beside(pair[1], ".xmp"), beside(pair[1], ".cr2")]
    desk.decide(*pair)
    assert all(path.exists() for path in stay)
    assert trashed(library) == ["copies/a.jpg"]


def test_the_keepers_own_sidecar_in_the_same_folder_stays(desk: Desk, library: Path) -> None:
    photo = gallery.exact_copy(gallery.photo("chelsea"), library / "a.jpg")
    copy = gallery.exact_copy(photo, library / "a.jpeg")
    shared, own = library / "a.xmp", library / "a.jpg.xmp"
    shared.touch()
    own.touch()
    desk.scan()
    desk.decide(photo, copy)
    assert trashed(library) == ["a.jpeg"]
    assert shared.exists()
    assert own.exists()


def _edit(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"edited")


def _edit_secretly(path: Path) -> None:
    """As many bytes and the same time: only reading it tells."""
    status = path.stat()
    content = bytearray(path.read_bytes())
    content[-3] ^= 1
    path.write_bytes(content)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def _link(path: Path) -> None:
    moved = path.with_name("moved.jpg")
    path.rename(moved)
    path.symlink_to(moved)


def _dangle(path: Path) -> None:
    path.unlink()
    path.symlink_to("nowhere")


def _replace_by_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


_DECIDE_ON_A_WORD = """
import sys
from pathlib import Path
from core.errors import ActionRefused
from tests.core.desk import Desk
database, keep, lose = map(Path, sys.argv[1:])
with Desk(database, [keep.parent]) as desk:
    desk.scan()
    choice = desk.choice(keep, lose)
    print("ready", flush=True)
    sys.stdin.readline()
    try:
        desk.carry_out(choice)
    except ActionRefused:
        pass
"""

CHANGES = [Path.unlink, _edit, _edit_secretly, _link, _dangle, _replace_by_folder]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
@pytest.mark.parametrize("side", [0, 1], ids=["keeper", "loser"])
def test_nothing_moves_where_a_file_is_not_what_was_scanned(
    desk: Desk,
    library: Path,
    pair: tuple[Path, Path],
    side: int,
    change: Callable[[Path], None],
) -> None:
    change(pair[side])
    before = snapshot(library)
    with pytest.raises(ActionRefused) as raised:
        desk.decide(*pair)
    assert raised.value.subject == str(pair[side])
    assert snapshot(library) == before
    assert not (library / ".betterhalf-trash").exists()
    assert desk.history() == []


def test_a_keeper_whose_folder_became_a_link_to_the_losers_is_refused(
    desk: Desk, library: Path, pair: tuple[Path, Path]
) -> None:
    pair[0].unlink()
    pair[0].parent.rmdir()
    pair[0].parent.symlink_to(pair[1].parent)
    with pytest.raises(ActionRefused, match="one file under two names"):
        desk.decide(*pair)
    assert pair[1].exists()


def test_a_choice_does_not_outlive_the_bytes_it_was_made_on(desk: Desk, library: Path) -> None:
    keeper, *others = [
        gallery.exact_copy(gallery.photo("chelsea"), library / f"{name}.jpg", modified=modified)
        for modified, name in enumerate("kbcd")
    ]
    desk.scan()
    seen = desk.asset(keeper).digest, desk.asset(keeper).digest
    choices = [desk.choice(keeper, other, seen=seen) for other in others]
    # The keeper becomes another picture, and somebody scans that before the choices are applied.
    gallery.exact_copy(gallery.photo("coffee"), keeper)
    desk.scan()
    before = snapshot(library)
    for choice in choices:
        with pytest.raises(ContentChanged, match="since this was chosen"):
            desk.carry_out(choice)
    assert snapshot(library) == before
    assert all(other.exists() for other in others)


def test_of_hard_links_one_name_stays(desk: Desk, library: Path) -> None:
    photo = gallery.exact_copy(gallery.photo("chelsea"), library / "a.jpg")
    os.link(photo, library / "b.jpg")
    desk.scan()
    decision = desk.decide(photo, library / "b.jpg")
    assert photo.exists()
    assert trashed(library) == ["b.jpg"]
    desk.undo(decision)
    assert os.path.samefile(photo, library / "b.jpg")


@pytest.mark.parametrize("links", [1, 2])
def test_one_file_seen_through_two_mounts_is_not_moved(
    library: Path, tmp_path: Path, mounted: Callable[[Path], Path], links: int
) -> None:
    roots = [library / "real", library / "again"]
    for root in roots:
        root.mkdir()
    photo = gallery.exact_copy(gallery.photo("chelsea"), roots[0] / "a.jpg")
    if links == 2:
        os.link(photo, tmp_path / "second name")
    mount(mounted(roots[1]), "--bind", roots[0])
    with Desk(tmp_path / "catalog.db", roots) as desk:
        desk.scan()
        assert desk.pairs() == [("a.jpg", "a.jpg", PairKind.EXACT)]
        with pytest.raises(ActionRefused):
            desk.decide(photo, roots[1] / "a.jpg")
        with pytest.raises(ActionRefused):
            desk.decide(roots[1] / "a.jpg", photo)
    assert photo.exists()
    assert trashed(roots[0]) == []


def test_one_file_seen_through_a_union_mount_is_not_moved(
    library: Path, tmp_path: Path, mounted: Callable[[Path], Path]
) -> None:
    lower, upper, work, union = (tmp_path / name for name in ("lower", "upper", "work", "union"))
    for folder in (lower, upper, work, union):
        folder.mkdir()
    photo = gallery.exact_copy(gallery.photo("chelsea"), upper / "a.jpg")
    options = f"lowerdir={lower},upperdir={upper},workdir={work}"
    mount(mounted(union), "-t", "overlay", "overlay", "-o", options)
    with Desk(tmp_path / "catalog.db", [upper, union]) as desk:
        desk.scan()
        for keep, lose in ((upper, union), (union, upper)):
            with pytest.raises(ActionRefused):
                desk.decide(keep / "a.jpg", lose / "a.jpg")
    assert photo.exists()
    assert (union / "a.jpg").exists()


def test_a_folder_on_another_disk_has_a_trash_of_its_own(
    desk: Desk, library: Path, mounted: Callable[[Path], Path]
) -> None:
    disk = library / "disk"
    mount(mounted(disk), "-t", "tmpfs", "tmpfs", "-o", "size=4m")
    (disk / "deep").mkdir()
    photo = gallery.exact_copy(gallery.photo("chelsea"), library / "a.jpg")
    copy = gallery.exact_copy(photo, disk / "deep" / "a.jpg")
    desk.scan()
    decision = desk.decide(photo, copy)
    assert trashed(disk) == ["deep/a.jpg"]
    desk.undo(decision)
    assert copy.read_bytes() == photo.read_bytes()


def test_a_full_disk_refuses_and_moves_nothing(
    desk: Desk, library: Path, mounted: Callable[[Path], Path]
) -> None:
    disk = library / "disk"
    mount(mounted(disk), "-t", "tmpfs", "tmpfs", "-o", "size=1m,nr_inodes=4")
    photo = gallery.exact_copy(gallery.photo("clock"), library / "a.jpg")
    copy = gallery.exact_copy(photo, disk / "a.jpg")
    sidecar = copy.with_name("a.jpg.xmp")
    sidecar.touch()
    (disk / "filling").touch()
    desk.scan()
    with pytest.raises(ActionRefused, match="the disk is full"):
        desk.decide(photo, copy)
    assert sorted(path.name for path in disk.iterdir()) == ["a.jpg", "a.jpg.xmp", "filling"]
    assert desk.known(copy).state == "present"
    assert desk.history()[0].state is DecisionState.FAILED


def test_a_set_that_cannot_move_whole_does_not_move(
    desk: Desk, library: Path, pair: tuple[Path, Path], mounted: Callable[[Path], Path]
) -> None:
    sidecar = beside(pair[1], ".jpg.xmp")
    (library / "other.xmp").touch()
    # A file that is a mount point of its own cannot be renamed.
    mount(mounted(sidecar), "--bind", library / "other.xmp")
    with pytest.raises(ActionRefused):
        desk.decide(*pair)
    assert sorted(path.name for path in pair[1].parent.iterdir()) == ["a.jpg", "a.jpg.xmp"]
    assert trashed(library) == []
    assert desk.history()[0].state is DecisionState.FAILED
    assert desk.known(pair[1]).state == "present"


def test_names_that_are_no_text_are_moved_and_brought_back(desk: Desk, library: Path) -> None:
    paths = gallery.hostile_names(library, gallery.photo("clock"))
    desk.scan()
    before = snapshot(library)
    decisions = [desk.decide(paths[0], other) for other in paths[1:]]
    assert len(trashed(library)) == len(paths) - 1
    for decision in decisions:
        desk.undo(decision)
    assert snapshot(library) == before


def test_an_asset_that_is_gone_cannot_be_decided_on(desk: Desk, pair: tuple[Path, Path]) -> None:
    choice = desk.choice(*pair)
    pair[1].unlink()
    desk.scan()
    with pytest.raises(AssetGone, match="no longer in the library") as raised:
        desk.carry_out(choice)
    assert raised.value.subject == str(pair[1])


def test_the_plan_says_what_will_happen_and_does_nothing(
    desk: Desk, library: Path, pair: tuple[Path, Path]
) -> None:
    gallery.with_sidecar(pair[1])
    before = snapshot(library)
    plan = desk.plan(desk.choice(*pair))
    # The keeper's own sidecar, then what leaves.
    assert [(each.kind, each.source.parent.name) for each in plan.operations] == [
        (OperationKind.WRITE, "kept"),
        (OperationKind.TRASH, "copies"),
        (OperationKind.TRASH, "copies"),
    ]
    assert [each.source.name for each in plan.operations] == ["a.jpg.xmp", "a.jpg", "a.jpg.xmp"]
    assert [(each.field, each.before, each.after) for each in plan.changes] == [("rating", "", "3")]
    assert plan.freed == pair[1].stat().st_size
    assert snapshot(library) == before
    assert not (library / ".betterhalf-trash").exists()
    assert desk.carry_out(plan.choice).operations == plan.operations


@pytest.mark.parametrize("repeat", range(3))
def test_two_people_with_opposite_wishes_never_lose_both(
    library: Path, tmp_path: Path, repeat: int
) -> None:
    # Two catalogs know nothing of each other; only the files themselves can settle it.
    a = gallery.exact_copy(gallery.photo("clock"), library / "a.jpg")
    b = gallery.exact_copy(a, library / "b.jpg")
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", _DECIDE_ON_A_WORD, tmp_path / f"{number}.db", *wish],
            cwd=REPOSITORY,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        for number, wish in enumerate(((a, b), (b, a)))
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write(b"go\n")
        process.stdin.flush()
    for process in processes:
        process.communicate()
        assert process.returncode == 0
    assert a.exists() or b.exists()
    assert len(list(library.glob("*.jpg"))) + len(trashed(library)) == 2


def test_a_catalog_cannot_be_used_after_it_was_closed(tmp_path: Path) -> None:
    catalog = Catalog.open(tmp_path / "catalog.db")
    catalog.close()
    with pytest.raises(RuntimeError):
        catalog.call_now(assets.count_present)
