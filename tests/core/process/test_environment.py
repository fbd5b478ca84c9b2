"""What surrounds the photos: folders, disks, rights, settings, the catalog."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from core.model import Distances
from core.workers.session import open_session
from tests import gallery
from tests.core.desk import snapshot, trashed
from tests.core.headless import Headless, Outcome
from tests.core.mounts import mount


def only_line(outcome: Outcome) -> str:
    (line,) = outcome.complaints
    return line


@pytest.fixture
def photo(library: Path) -> Path:
    return gallery.exact_copy(gallery.photo("clock"), library / "a.jpg", modified=1)


@pytest.mark.parametrize("arguments", [("--process",), ("--list", "pairs")])
def test_a_missing_folder_is_named(
    betterhalf: Headless, library: Path, arguments: tuple[str, ...]
) -> None:
    outcome = betterhalf(*arguments, library / "gone")
    assert outcome.code == 3
    assert only_line(outcome) == (
        f"betterhalf: {library / 'gone'}: there is no such folder; check the name, or mount it"
    )


def test_a_folder_that_is_a_file_is_named(betterhalf: Headless, photo: Path) -> None:
    outcome = betterhalf.process(photo)
    assert outcome.code == 2
    assert "this is a file; name the folder that holds it" in only_line(outcome)


def test_one_missing_folder_stops_the_run_before_it_begins(
    betterhalf: Headless, library: Path, photo: Path
) -> None:
    gallery.exact_copy(photo, library / "b.jpg")
    before = snapshot(library)
    assert betterhalf.process("--rule", "exact-copies", library, library / "gone").code == 3
    assert snapshot(library) == before


def test_no_folder_at_all_is_wrong_use(betterhalf: Headless) -> None:
    outcome = betterhalf("--process")
    assert outcome.code == 2
    assert "no folder is named" in only_line(outcome)


def test_an_empty_library_is_nothing_to_complain_of(betterhalf: Headless, library: Path) -> None:
    outcome = betterhalf.process(library)
    assert (outcome.code, outcome.complaints, outcome.summary["files"]) == (0, [], 0)


def test_an_unknown_rule_is_named_with_the_known_ones(betterhalf: Headless, library: Path) -> None:
    outcome = betterhalf.process("--rule", "exact-copys", library)
    assert outcome.code == 2
    assert "exact-copys" in only_line(outcome)
    assert "exact copies" in only_line(outcome)


@pytest.mark.parametrize("option", [("--rule", "exact-copies"), ("--dry-run",)])
def test_options_of_a_headless_run_ask_for_one(
    betterhalf: Headless, library: Path, option: tuple[str, ...]
) -> None:
    outcome = betterhalf(*option, library)
    assert outcome.code == 2
    assert "add --process" in only_line(outcome)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("distance = 99", "distance: a distance is a number from 0 to 16"),
        ('them = "dark"', "them: there is no such setting; did you mean theme?"),
        ("folders = [", "this is no TOML"),
    ],
)
def test_a_settings_error_names_the_file_and_the_key(
    betterhalf: Headless, library: Path, text: str, words: str
) -> None:
    betterhalf.settings.parent.mkdir(parents=True)
    betterhalf.settings.write_text(text)
    outcome = betterhalf.process(library)
    assert outcome.code == 2
    assert only_line(outcome).startswith(f"betterhalf: {betterhalf.settings}: ")
    assert words in only_line(outcome)


def test_a_library_has_a_distance_of_its_own_and_a_run_another(
    betterhalf: Headless, library: Path
) -> None:
    photo = gallery.exact_copy(gallery.photo("chelsea"), library / "photo.jpg")
    gallery.cropped(photo, library / "cropped.jpg", percent=2)
    betterhalf.settings.parent.mkdir(parents=True)
    betterhalf.settings.write_text(f"distance = 16\n[libraries.'{library}']\ndistance = 'exact'\n")
    assert betterhalf.process(library).summary["open_pairs"]["similar"] == 0
    wide = betterhalf.process("--distance", "16", library)
    assert wide.summary["open_pairs"]["similar"] == 1
    assert betterhalf.process(library).summary["open_pairs"]["similar"] == 0


def test_settings_name_folders_and_rules(betterhalf: Headless, library: Path, photo: Path) -> None:
    gallery.exact_copy(photo, library / "b.jpg", modified=2)
    betterhalf.settings.parent.mkdir(parents=True)
    betterhalf.settings.write_text(f"folders = ['{library}']\nrules = ['exact-copies']\n")
    assert betterhalf("--process").code == 0
    assert trashed(library) == ["b.jpg"]


def test_a_catalog_of_a_newer_version_is_left_alone(
    betterhalf: Headless, library: Path, photo: Path
) -> None:
    betterhalf.process(library)
    with sqlite3.connect(betterhalf.database) as connection:
        connection.execute(
            "INSERT INTO schema_migration (name, applied) VALUES ('9999_more', '2031-01-01')"
        )
    connection.close()
    outcome = betterhalf.process("--rule", "exact-copies", library)
    assert outcome.code == 3
    assert "written by a newer betterhalf (9999_more); upgrade" in only_line(outcome)


def test_a_catalog_that_is_none_is_left_alone(betterhalf: Headless, library: Path) -> None:
    betterhalf.database.write_text("My diary. " * 1000)
    outcome = betterhalf.process(library)
    assert outcome.code == 3
    assert only_line(outcome) == (
        f"betterhalf: {betterhalf.database}: this file is no catalog; name another with --database"
    )
    assert betterhalf.database.read_text() == "My diary. " * 1000


def test_a_catalog_that_stays_locked_is_reported(
    betterhalf: Headless, library: Path, photo: Path
) -> None:
    betterhalf.process(library)
    other = sqlite3.connect(betterhalf.database, isolation_level=None)
    other.execute("PRAGMA locking_mode = EXCLUSIVE")
    other.execute("BEGIN EXCLUSIVE")
    outcome = betterhalf.process(library)
    other.close()
    assert outcome.code == 3
    assert "another program keeps it locked" in only_line(outcome)


@pytest.fixture
def closed(library: Path) -> Iterator[Callable[[Path, int], Path]]:
    """Takes rights from a file or folder until the test is over."""
    paths: list[Path] = []

    def close(path: Path, mode: int) -> Path:
        paths.append(path)
        path.chmod(mode)
        return path

    yield close
    for path in paths:
        path.chmod(0o755)


Close = Callable[[Path, int], Path]


def test_an_unreadable_file_and_folder_are_reported_and_found_once_they_can_be_read(
    betterhalf: Headless, library: Path, photo: Path, closed: Close
) -> None:
    (library / "sub").mkdir()
    unreadable = [
        closed(gallery.exact_copy(photo, library / "b.jpg"), 0),
        closed(gallery.exact_copy(photo, library / "sub" / "c.jpg").parent, 0),
    ]
    outcome = betterhalf.held_back().process(library)
    assert outcome.code == 1
    for path in unreadable:
        assert outcome.complaint_about(str(path)) == (
            f"{path}: permission denied; check its owner and mode"
        )
    assert len(outcome.complaints) == 2
    for path in unreadable:
        path.chmod(0o755)
    outcome = betterhalf.held_back().process(library)
    assert (outcome.code, outcome.complaints) == (0, [])
    assert outcome.summary["open_pairs"]["exact"] == 2


def test_a_library_that_may_not_be_entered_is_named(
    betterhalf: Headless, library: Path, closed: Close
) -> None:
    closed(library, 0)
    outcome = betterhalf.held_back().process(library)
    assert outcome.code == 3
    assert f"{library}: permission denied" in only_line(outcome)


def test_a_read_only_folder_is_compared_and_a_move_out_of_it_refused(
    betterhalf: Headless, library: Path, photo: Path, closed: Close
) -> None:
    gallery.exact_copy(photo, library / "b.jpg", modified=2)
    closed(library, 0o555)
    before = snapshot(library)
    outcome = betterhalf.held_back().process("--rule", "exact-copies", library)
    assert outcome.code == 1
    assert "permission denied" in only_line(outcome)
    assert outcome.summary["refused"] == 1
    assert snapshot(library) == before


def test_an_undo_into_a_read_only_folder_is_tried_again_later(
    betterhalf: Headless, library: Path, photo: Path, closed: Close
) -> None:
    gallery.exact_copy(photo, library / "sub.jpg", modified=2)
    (library / "sub").mkdir()
    gallery.exact_copy(photo, library / "sub" / "b.jpg", modified=2)
    before = snapshot(library)
    assert betterhalf.process("--rule", "exact-copies", library).summary["decided"] == 2
    closed(library / "sub", 0o555)
    outcome = betterhalf.held_back()("--undo", "last")
    assert outcome.code == 1
    assert "permission denied" in outcome.complaint_about("it could not be put back")
    closed(library / "sub", 0o755)
    assert betterhalf.held_back()("--undo", "last").code == 0
    assert snapshot(library) == before


def test_a_catalog_in_a_folder_without_rights_is_reported(
    betterhalf: Headless, library: Path, tmp_path: Path, closed: Close
) -> None:
    (tmp_path / "closed").mkdir()
    database = closed(tmp_path / "closed", 0o555) / "catalog.db"
    outcome = replace(betterhalf, database=database).held_back().process(library)
    assert outcome.code == 3
    assert str(database) in only_line(outcome)
    assert "owner and mode" in only_line(outcome)


@pytest.mark.parametrize("kilobytes", [16, 200])
def test_a_full_disk_under_the_catalog_is_reported_and_no_photo_is_touched(
    library: Path, tmp_path: Path, mounted: Callable[[Path], Path], kilobytes: int
) -> None:
    disk = tmp_path / "disk"
    mount(mounted(disk), "-t", "tmpfs", "tmpfs", "-o", f"size={kilobytes}k")
    gallery.build(library / "photos")
    before = snapshot(library)
    start = Headless(tmp_path / "home", disk / "catalog.db")
    outcome = start.process("--rule", "exact-copies", library)
    assert outcome.code == 3
    assert (
        "free some space" in (said := outcome.complaint_about("catalog.db")) or "free space" in said
    )
    assert b"Traceback" not in outcome.stderr
    assert sorted(snapshot(library).values()) == sorted(before.values())
    mount(disk, "-o", "remount,size=16m")
    assert start.process("--rule", "exact-copies", library).summary["open_pairs"]["exact"] == 0


def test_a_full_disk_under_the_trash_refuses_and_moves_nothing(
    betterhalf: Headless, library: Path, photo: Path, mounted: Callable[[Path], Path]
) -> None:
    disk = library / "disk"
    mount(mounted(disk), "-t", "tmpfs", "tmpfs", "-o", "size=1m,nr_inodes=2")
    copy = gallery.exact_copy(photo, disk / "b.jpg", modified=2)
    outcome = betterhalf.process("--rule", "exact-copies", library)
    assert outcome.code == 1
    assert "the disk is full; free some space" in only_line(outcome)
    assert copy.exists()


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no /dev/full here")
@pytest.mark.parametrize("json", [True, False])
def test_output_onto_a_full_disk_is_reported(
    betterhalf: Headless, library: Path, photo: Path, json: bool
) -> None:
    with open("/dev/full", "wb") as full:
        outcome = betterhalf("--process", *(["--json"] if json else []), library, stdout=full)
    assert outcome.code == 3
    assert only_line(outcome) == ("betterhalf: standard output: the disk is full; free some space")


def test_a_reader_that_goes_away_is_not_complained_about(
    betterhalf: Headless, library: Path
) -> None:
    gallery.build(library / "photos")
    process = betterhalf.popen("--process", "--json", "--rule", "exact-copies", library)
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    said = process.stderr.read().decode()
    process.stderr.close()
    # The gallery has a photo that is cut off.
    assert process.wait(timeout=60) == 1
    assert "Traceback" not in said
    assert betterhalf.process(library).summary["files"] > 0


def test_folders_with_odd_names_are_libraries_too(betterhalf: Headless, tmp_path: Path) -> None:
    odd = tmp_path / os.fsdecode(b"caf\xe9\n\x1b[2J")
    odd.mkdir()
    first = gallery.exact_copy(gallery.photo("clock"), odd / "a.jpg", modified=1)
    gallery.exact_copy(first, odd / "b.jpg", modified=2)
    outcome = betterhalf("--process", "--rule", "exact-copies", odd)
    assert outcome.code == 0
    assert b"\x1b" not in outcome.stdout
    assert trashed(odd) == ["b.jpg"]
    assert betterhalf("--undo", "last").code == 0
    assert (odd / "b.jpg").exists()


def test_an_empty_folder_name_is_not_the_current_folder(betterhalf: Headless) -> None:
    outcome = betterhalf("--process", "")
    assert outcome.code == 2
    assert "the name is empty" in only_line(outcome)


def test_undo_takes_no_folder(betterhalf: Headless, library: Path) -> None:
    outcome = betterhalf("--undo", "last", library)
    assert outcome.code == 2
    assert "it takes no folder" in only_line(outcome)


@pytest.mark.parametrize("name", ["/dev/null", "/proc/none/catalog.db"])
def test_a_catalog_that_cannot_be_a_file_is_one_line(
    betterhalf: Headless, library: Path, name: str
) -> None:
    outcome = replace(betterhalf, database=Path(name))("--process", library)
    assert outcome.code == 3
    assert only_line(outcome).startswith("betterhalf: /")


@pytest.mark.parametrize("closed", ["1", "2"])
def test_a_closed_stream_is_no_reason_to_fail(
    betterhalf: Headless, photo: Path, closed: str
) -> None:
    shell = replace(betterhalf, prefix=("sh", "-c", f'exec "$@" {closed}>&-', "sh"))
    outcome = shell("--process", photo.parent)
    assert outcome.code == 0
    assert b"Traceback" not in outcome.stdout + outcome.stderr


def test_decisions_are_listed_with_the_numbers_that_undo_takes(
    betterhalf: Headless, photo: Path
) -> None:
    copy = gallery.exact_copy(photo, photo.with_name("b.jpg"), modified=2)
    betterhalf("--process", "--rule", "exact-copies", photo.parent)
    (decision,) = betterhalf("--list", "history", "--json").objects
    assert (decision["b"], decision["state"], decision["rule"]) == (
        str(copy),
        "done",
        "exact copies",
    )
    assert betterhalf("--undo", str(decision["id"])).code == 0
    assert copy.exists()
    assert b"undone" in betterhalf("--list", "history").stdout


def test_pairs_are_listed_with_what_tells_likely_ones_from_unlikely(
    betterhalf: Headless, photo: Path
) -> None:
    gallery.exact_copy(gallery.photo("coffee"), photo)
    grey = gallery.grey(photo, photo.with_name("grey.jpg"))
    betterhalf("--process", photo.parent)
    (pair,) = betterhalf("--list", "pairs", "--json", photo.parent).objects
    assert {pair["a"], pair["b"]} == {str(photo), str(grey)}
    assert pair["distance"] <= 4
    assert pair["correlation"] > 0.9
    assert pair["colour_distance"] > 5
    assert pair["aspect_difference"] == 0


async def test_pairs_are_listed_with_the_verdict_where_one_has_been_given(
    betterhalf: Headless, photo: Path
) -> None:
    gallery.exact_copy(gallery.photo("coffee"), photo)
    gallery.resized(photo, photo.with_name("small.jpg"))

    def listed() -> tuple[object, ...]:
        (pair,) = betterhalf("--list", "pairs", "--json", photo.parent).objects
        return pair["verdict"], pair["confidence"], pair["score"]

    betterhalf("--process", photo.parent)
    assert listed() == (None, None, None)
    async with open_session(betterhalf.database, [photo.parent], Distances(4), 1) as (session, _):
        (ref,) = await session.open_pairs()
        verdict = await session.verdict(ref)
        assert verdict is not None
    told, confidence, score = listed()
    assert (told, confidence) == (verdict.judgement, verdict.confidence)
    assert score == pytest.approx(verdict.score, rel=1e-4)


def test_a_reader_that_has_had_enough_does_not_stop_the_work(
    betterhalf: Headless, photo: Path
) -> None:
    copies = [
        gallery.exact_copy(photo, photo.with_name(f"{number}.jpg"), modified=2 + number)
        for number in range(20)
    ]
    reader, writer = os.pipe()
    os.close(reader)
    outcome = betterhalf("--process", "--rule", "exact-copies", photo.parent, stdout=writer)
    os.close(writer)
    assert outcome.code == 0
    assert not any(copy.exists() for copy in copies)
