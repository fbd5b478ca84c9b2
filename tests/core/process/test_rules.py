from __future__ import annotations

import os
from pathlib import Path

import pytest

from core.catalog import assets, journal, recording
from core.model import DecisionState
from tests import gallery
from tests.core.desk import Desk, snapshot, trashed
from tests.core.headless import Headless

EXACT = ("--rule", "exact-copies")


@pytest.fixture
def files(library: Path) -> dict[str, Path]:
    return gallery.build(library / "photos")


@pytest.fixture
def three(library: Path) -> list[Path]:
    """A photo and two copies of it, oldest first."""
    return [
        gallery.exact_copy(gallery.photo("clock"), library / name, modified=modified)
        for modified, name in enumerate(("z.jpg", "b.jpg", "a.jpg"), start=1)
    ]


def test_nothing_is_decided_until_it_is_asked_for(
    betterhalf: Headless, library: Path, files: dict[str, Path]
) -> None:
    before = snapshot(library)
    outcome = betterhalf.process(library)
    assert outcome.of_type("decision") == []
    assert outcome.summary["open_pairs"]["exact"] == 8
    assert snapshot(library) == before


def test_the_rule_keeps_the_oldest_and_trashes_the_rest(
    betterhalf: Headless, library: Path, three: list[Path]
) -> None:
    outcome = betterhalf.process(*EXACT, library)
    assert outcome.code == 0
    assert trashed(library) == ["a.jpg", "b.jpg"]
    assert [each["state"] for each in outcome.of_type("decision")] == ["done", "done"]
    assert {each["a"] for each in outcome.of_type("decision")} == {str(three[0])}
    assert outcome.summary["decided"] == 2
    assert outcome.summary["freed_bytes"] == 2 * three[0].stat().st_size
    assert outcome.summary["open_pairs"]["exact"] == 0


def test_the_gallery_keeps_one_of_each_and_every_companion_set_whole(
    betterhalf: Headless, library: Path, files: dict[str, Path]
) -> None:
    before = snapshot(library)
    outcome = betterhalf.process(*EXACT, library)
    assert outcome.code == 1  # for the one that is cut off
    assert outcome.summary["decided"] == 8
    assert (outcome.summary["refused"], outcome.summary["waiting"]) == (0, 0)
    expected = set(
        "coffee_again chelsea_recompressed_again coffee_backup astronaut_backup chelsea_backup "
        "chelsea_backup_sidecar brick_backup grass_backup camera_backup brick_raw_backup "
        "grass_movie_backup".split()
    )
    assert {role for role, path in files.items() if not path.exists()} == expected
    assert sorted(snapshot(library).values()) == sorted(before.values())


def test_a_companion_of_its_own_waits_for_a_person(
    betterhalf: Headless, library: Path, three: list[Path]
) -> None:
    three[1].with_suffix(".cr2").write_bytes(b"a raw picture")
    outcome = betterhalf.process(*EXACT, library)
    assert outcome.code == 0
    (refused,) = outcome.of_type("refused")
    assert (refused["state"], refused["b"]) == ("waiting", str(three[1]))
    assert "b.cr2" in refused["cause"]
    assert outcome.summary["waiting"] == 1
    assert trashed(library) == ["a.jpg"]


def test_a_refused_choice_is_one_line_and_an_exit_code(
    betterhalf: Headless, library: Path, three: list[Path]
) -> None:
    (library / ".betterhalf-trash").write_text("a file where the trash should be")
    outcome = betterhalf.process(*EXACT, library)
    assert outcome.code == 1
    assert outcome.summary["refused"] == len(outcome.complaints) == 2
    assert all(path.exists() for path in three)


@pytest.mark.parametrize("json", [True, False])
def test_a_dry_run_prints_the_plan_and_changes_no_file(
    betterhalf: Headless, library: Path, files: dict[str, Path], json: bool
) -> None:
    before = snapshot(library)
    dry = betterhalf("--process", "--dry-run", *EXACT, *(["--json"] if json else []), library)
    assert snapshot(library) == before
    assert not list(library.rglob(".betterhalf-trash"))
    if json:
        assert dry.summary["dry_run"] is True
        planned = [each["operations"] for each in dry.of_type("decision")]
        done = betterhalf.process(*EXACT, library)
        assert planned == [each["operations"] for each in done.of_type("decision")]
        assert {each["state"] for each in dry.of_type("decision")} == {"planned"}
    else:
        lines = dry.stdout.decode().splitlines()
        assert len([line for line in lines if line.startswith("would trash ")]) == 8
        assert str(files["coffee_again"]) in dry.stdout.decode()
        assert "8 pairs would be settled" in dry.stdout.decode()


def test_undo_last_takes_a_whole_run_back(
    betterhalf: Headless, library: Path, files: dict[str, Path]
) -> None:
    before = snapshot(library)
    betterhalf.process(*EXACT, library)
    outcome = betterhalf("--undo", "last", "--json")
    assert outcome.code == 0
    assert len(outcome.of_type("undone")) == 8
    assert snapshot(library) == before
    assert betterhalf.process(library).summary["open_pairs"]["exact"] == 8
    again = betterhalf("--undo", "last")
    assert (again.code, len(again.complaints)) == (2, 1)


def test_undo_takes_one_decision_back_by_its_number(
    betterhalf: Headless, library: Path, three: list[Path]
) -> None:
    done = betterhalf.process(*EXACT, library).of_type("decision")
    (number,) = [each["id"] for each in done if each["b"] == str(three[1])]
    assert betterhalf("--undo", str(number)).code == 0
    assert trashed(library) == ["a.jpg"]
    twice = betterhalf("--undo", str(number))
    assert (twice.code, len(twice.complaints)) == (1, 1)
    assert "not standing" in twice.complaints[0]


@pytest.mark.parametrize("which", ["99", "first", "-1", "9" * 30, ""])
def test_undo_of_what_was_never_decided_is_wrong_use(betterhalf: Headless, which: str) -> None:
    outcome = betterhalf(f"--undo={which}")
    assert outcome.code == 2
    assert len(outcome.complaints) == 1


def test_undo_reports_a_taken_name_and_brings_the_others_back(
    betterhalf: Headless, library: Path, three: list[Path]
) -> None:
    betterhalf.process(*EXACT, library)
    three[1].write_bytes(b"another")
    outcome = betterhalf("--undo", "last")
    assert outcome.code == 1
    assert "another file has this name" in outcome.complaint_about(str(three[1]))
    assert three[1].read_bytes() == b"another"
    assert three[2].exists()


def test_undo_leaves_an_edited_sidecar_alone_where_that_is_wished(
    betterhalf: Headless, library: Path, three: list[Path]
) -> None:
    gallery.with_sidecar(three[1], rating=4)
    before = snapshot(library)
    betterhalf.process(*EXACT, library)
    sidecar = gallery.with_sidecar(three[0], rating=1)
    edited = sidecar.read_bytes()
    outcome = betterhalf("--undo", "last")
    assert outcome.code == 1
    assert "edited since; --leave-edited" in outcome.complaint_about(str(sidecar))
    assert betterhalf("--undo", "last", "--leave-edited").code == 0
    assert sidecar.read_bytes() == edited
    sidecar.unlink()
    assert snapshot(library) == before


def test_leave_edited_without_undo_is_wrong_use(betterhalf: Headless, library: Path) -> None:
    outcome = betterhalf.process("--leave-edited", library)
    assert outcome.code == 2
    assert "--undo ID --leave-edited" in outcome.stderr.decode()


def test_undo_last_counts_what_a_crash_left_half_way(
    betterhalf: Headless, library: Path, three: list[Path]
) -> None:
    before = snapshot(library)
    with Desk(betterhalf.database, [library]) as desk:
        desk.scan()
        run = desk.ask(journal.start_run)
        first, second = (desk.carry_out(desk.choice(three[0], lost), run) for lost in three[1:])
        desk.ask(journal.set_decision_state, second.id, DecisionState.APPLYING)
        desk.ask(recording.set_state, [second.choice.asset_b], assets.PRESENT)
    outcome = betterhalf("--undo", "last", "--json")
    assert {each["id"] for each in outcome.of_type("undone")} == {first.id, second.id}
    assert f"decision {second.id}" in outcome.complaints[0]
    assert snapshot(library) == before


def test_trashed_files_stay_away_and_new_copies_are_new_questions(
    betterhalf: Headless, library: Path, three: list[Path]
) -> None:
    betterhalf.process(*EXACT, library)
    assert betterhalf.process(library).summary["open_pairs"]["exact"] == 0
    gallery.exact_copy(three[0], three[1])
    assert betterhalf.process(library).summary["open_pairs"]["exact"] == 1


def test_the_same_folder_under_two_names_is_one_library(
    betterhalf: Headless, library: Path, three: list[Path], tmp_path: Path
) -> None:
    (library / "sub").mkdir()
    (tmp_path / "link").symlink_to(library)
    outcome = betterhalf.process(*EXACT, library, library / "sub", tmp_path / "link", library)
    assert outcome.summary["files"] == 3
    assert trashed(library) == ["a.jpg", "b.jpg"]


def test_two_libraries_have_each_their_own_trash(
    betterhalf: Headless, library: Path, three: list[Path], tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    gallery.exact_copy(three[0], other / "c.jpg", modified=9)
    betterhalf.process(*EXACT, library, other)
    assert (trashed(library), trashed(other)) == (["a.jpg", "b.jpg"], ["c.jpg"])


def test_people_read_what_happened(betterhalf: Headless, library: Path, three: list[Path]) -> None:
    text = betterhalf("--process", *EXACT, library).stdout.decode()
    assert f"trash #1  B {three[1]}\n    keep A {three[0]}\n    exact copies: they have the" in text
    assert "2 pairs settled" in text
    assert "--undo last takes it back" in text
    assert f"back    {three[1]}" in betterhalf("--undo", "last").stdout.decode()


def test_a_file_in_use_by_two_runs_at_once_is_moved_once(
    betterhalf: Headless, library: Path, three: list[Path]
) -> None:
    before = sorted(snapshot(library).values())
    runs = [betterhalf.popen("--process", *EXACT, library) for _ in range(3)]
    for run in runs:
        run.communicate(timeout=120)
    assert {run.returncode for run in runs} <= {0, 1}
    assert three[0].exists()
    assert trashed(library) == ["a.jpg", "b.jpg"]
    assert sorted(snapshot(library).values()) == before
    assert os.listdir(library).count("z.jpg") == 1
