"""``--doctor`` from the command line: its lines and its exit codes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from core.catalog import journal
from core.model import DecisionState
from tests import gallery
from tests.core.catalog.older import make_older
from tests.core.desk import Desk, snapshot
from tests.core.headless import Headless
from tests.core.mounts import mount

DOCTOR = "--doctor"


@pytest.fixture
def decided(betterhalf: Headless, library: Path) -> list[Path]:
    """A photo, and two copies of it that a rule has sent to the trash."""
    made = [
        gallery.exact_copy(gallery.photo("clock"), library / f"{name}.jpg", modified=age)
        for age, name in enumerate("abc", start=1)
    ]
    betterhalf.process("--rule", "exact-copies", library)
    return made


def test_a_healthy_library_is_one_line_and_zero(
    betterhalf: Headless, library: Path, decided: list[Path]
) -> None:
    for arguments in ((library,), (), ("--thorough", library)):
        outcome = betterhalf(DOCTOR, *arguments)
        assert (outcome.code, outcome.stdout, outcome.complaints) == (0, b"all is well\n", [])


def test_what_needs_a_person_is_told_with_the_command_to_use(
    betterhalf: Headless, library: Path, decided: list[Path]
) -> None:
    decided[0].unlink()
    outcome = betterhalf(DOCTOR, library)
    assert outcome.code == 1
    first, second, note, end = outcome.stdout.decode().splitlines()
    assert first.startswith("!! ")
    assert "THE BETTER ONE IS GONE" in first
    assert first.endswith("else betterhalf --undo 1")
    assert second.endswith("else betterhalf --undo 2")
    assert note.startswith("note ")
    assert end == "2 for you to see to"
    assert betterhalf("--undo", "1").code == 0


def test_what_is_repaired_needs_nobody(
    betterhalf: Headless, library: Path, decided: list[Path]
) -> None:
    with Desk(betterhalf.database, [library]) as desk:
        desk.ask(journal.set_decision_state, 1, DecisionState.UNDOING)
    (library / ".betterhalf-trash" / "empty").mkdir()
    before = snapshot(library)
    dry = betterhalf(DOCTOR, "--dry-run", "--json", library)
    assert (dry.code, snapshot(library)) == (1, before)
    assert dry.summary == {
        "type": "summary",
        "repaired": 0,
        "repairable": 2,
        "person": 0,
        "note": 0,
    }
    done = betterhalf(DOCTOR, "--json", library)
    assert (done.code, done.summary["repaired"], done.summary["person"]) == (0, 2, 0)
    assert [each["level"] for each in done.of_type("finding")] == ["repaired", "repaired"]
    assert betterhalf(DOCTOR, library).stdout == b"all is well\n"
    assert decided[1].exists()


def test_a_library_that_is_not_there_does_not_keep_it_from_the_others(
    betterhalf: Headless, library: Path, decided: list[Path]
) -> None:
    decided[0].unlink()
    outcome = betterhalf(DOCTOR, library / "gone", library)
    assert outcome.code == 1
    lines = outcome.stdout.decode().splitlines()
    assert lines[0].endswith("/gone: there is no such folder; check the name, or mount it")
    assert "THE BETTER ONE IS GONE" in lines[1]


def test_without_a_catalog_there_is_nothing_to_look_at(betterhalf: Headless, library: Path) -> None:
    outcome = betterhalf(DOCTOR, library)
    assert outcome.code == 3
    assert "there is no catalog here yet" in outcome.complaints[0]
    assert not betterhalf.database.exists()


def test_a_read_only_library_is_told_of_and_repaired_later(
    betterhalf: Headless, library: Path, decided: list[Path], mounted: Callable[[Path], Path]
) -> None:
    (library / ".betterhalf-trash" / "empty").mkdir()
    mount(mounted(library), "--bind", library)
    mount(library, "-o", "remount,ro,bind")
    for named in ([library], []):
        outcome = betterhalf(DOCTOR, *named)
        assert outcome.code == 1
        note, refused, _ = outcome.stdout.decode().splitlines()
        assert note.startswith("note")
        assert "nothing can be decided or taken back here; remount it writable" in note
        cause = ".betterhalf-trash: the file system is read-only; remount it writable"
        assert refused.endswith(cause)
    mount(library, "-o", "remount,rw,bind")
    assert betterhalf(DOCTOR, library).code == 0


def test_a_full_disk_is_told_of(
    betterhalf: Headless, library: Path, decided: list[Path], mounted: Callable[[Path], Path]
) -> None:
    disk = library / "disk"
    mount(mounted(disk), "-t", "tmpfs", "tmpfs", "-o", "size=64k")
    outcome = betterhalf(DOCTOR, disk)
    assert outcome.code == 1
    assert b"the disk is full" in outcome.stdout
    assert b"free some space" in outcome.stdout


def test_its_option_belongs_to_it(betterhalf: Headless, library: Path) -> None:
    outcome = betterhalf("--process", "--thorough", library)
    assert outcome.code == 2
    assert "add --doctor" in outcome.complaints[0]


def test_an_empty_folder_where_a_library_was_is_no_healthy_library(
    betterhalf: Headless, library: Path
) -> None:
    gallery.exact_copy(gallery.photo("clock"), library / "a.jpg")
    betterhalf.process(library)
    library.rename(library.with_name("away"))
    library.mkdir()
    outcome = betterhalf(DOCTOR, library)
    assert outcome.code == 1
    assert b"this library is not there, and 1 picture with it; mount its disk" in outcome.stdout


def test_the_scan_that_it_asks_for_is_one_of_a_folder(betterhalf: Headless, library: Path) -> None:
    gallery.exact_copy(gallery.photo("clock"), library / "a.jpg")
    betterhalf.process(library)
    (library / "a.jpg").unlink()
    line = betterhalf(DOCTOR).stdout.decode().splitlines()[0]
    assert line.endswith(f"scan again: betterhalf --process {library}")


def test_a_dry_run_leaves_the_catalog_of_an_older_betterhalf_as_it_is(
    betterhalf: Headless, library: Path, decided: list[Path]
) -> None:
    make_older(betterhalf.database)
    before = betterhalf.database.read_bytes()
    next((library / ".betterhalf-trash").rglob("b.jpg")).unlink()
    outcome = betterhalf(DOCTOR, "--dry-run")
    assert outcome.code == 1
    lines = outcome.stdout.decode().splitlines()
    assert "an older betterhalf wrote it, and the next command upgrades it" in lines[0]
    assert "the trash no longer holds it" in lines[1]
    assert betterhalf.database.read_bytes() == before
    assert list(betterhalf.database.parent.glob("*.before-*")) == []
    betterhalf(DOCTOR)
    assert betterhalf.database.read_bytes() != before
    assert b"older betterhalf" not in betterhalf(DOCTOR, "--dry-run").stdout
