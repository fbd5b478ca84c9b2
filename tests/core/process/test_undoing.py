"""``--undo`` of more than one decision: by run, by rule, by time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core.catalog import journal
from core.model import Decision
from core.text import human_size
from tests import gallery
from tests.core.desk import Desk, snapshot, trashed
from tests.core.headless import Headless


@pytest.fixture
def copies(library: Path) -> list[Path]:
    """A photo and five copies of it, in a folder each."""
    for name in "abcdef":
        (library / name).mkdir()
    return [
        gallery.exact_copy(gallery.photo("clock"), library / name / f"{name}.jpg", modified=age)
        for age, name in enumerate("abcdef", start=1)
    ]


def lose(desk: Desk, copies: list[Path], *numbers: int, **said: object) -> list[Decision]:
    """The first of `copies` is better than those of these numbers: one run, if `rule` is said."""
    run = desk.ask(journal.start_run) if "rule" in said else None
    choices = [desk.choice(copies[0], copies[number], **said) for number in numbers]
    return [desk.carry_out(choice, run) for choice in choices]


def test_a_run_is_taken_back_by_its_number(
    betterhalf: Headless, library: Path, office: Desk, copies: list[Path]
) -> None:
    with office:
        lose(office, copies, 1, 2, rule="exact copies")
        run = lose(office, copies, 3, rule="exact copies")[0].run
        lose(office, copies, 4)
    assert betterhalf("--undo", f"run:{run}").code == 0
    assert trashed(library) == ["b/b.jpg", "c/c.jpg", "e/e.jpg"]
    assert betterhalf("--undo", f"run:{run}").code == 2


def test_what_a_rule_decided_is_taken_back_however_its_name_is_typed(
    betterhalf: Headless, library: Path, office: Desk, copies: list[Path]
) -> None:
    with office:
        lose(office, copies, 1, rule="exact copies")
        lose(office, copies, 2, rule="mine")
        lose(office, copies, 3, rule="exact copies")
    assert betterhalf("--undo", "rule:Exact-Copies").code == 0
    assert trashed(library) == ["c/c.jpg"]
    unknown = betterhalf("--undo", "rule:exact-copys")
    assert unknown.code == 2
    assert "did you mean exact copies?" in unknown.complaints[0]
    assert trashed(library) == ["c/c.jpg"]


def test_the_newest_goes_back_first_and_all_of_it_does(
    betterhalf: Headless, library: Path, copies: list[Path]
) -> None:
    before = snapshot(library)
    with Desk(betterhalf.database, [library]) as desk:
        desk.scan()
        start = datetime.now(UTC)
        chain = [desk.decide(copies[n + 1], copies[n]).id for n in range(4)]
    outcome = betterhalf("--undo", f"since:{start.isoformat()}", "--json")
    assert outcome.code == 0
    assert [each["id"] for each in outcome.of_type("undone")] == chain[::-1]
    assert snapshot(library) == before


@pytest.mark.parametrize("ahead", [timedelta(0), timedelta(hours=1)])
def test_only_what_was_decided_since_is_taken_back(
    betterhalf: Headless, library: Path, office: Desk, copies: list[Path], ahead: timedelta
) -> None:
    with office:
        lose(office, copies, 1)
        moment = datetime.now(UTC) + ahead
        lose(office, copies, 2)
    outcome = betterhalf("--undo", f"since:{moment:%Y-%m-%dT%H:%M:%S.%f}")
    assert outcome.code == (2 if ahead else 0)
    assert trashed(library) == (["b/b.jpg", "c/c.jpg"] if ahead else ["b/b.jpg"])


@pytest.mark.parametrize("when", ["today", "2024-13-01", "", "25:00"])
def test_what_is_no_time_is_named(betterhalf: Headless, when: str) -> None:
    outcome = betterhalf("--undo", f"since:{when}")
    assert outcome.code == 2
    assert len(outcome.complaints) == 1


def test_a_group_that_was_decided_as_one_goes_back_once(
    betterhalf: Headless, library: Path, office: Desk, copies: list[Path]
) -> None:
    before = snapshot(library)
    with office:
        office.decide_group(keep=copies[:1], trash=copies[1:4])
        lose(office, copies, 4)
    outcome = betterhalf("--undo", "since:2020-01-01", "--json")
    assert outcome.code == 0
    assert [each["id"] for each in outcome.of_type("undone")] == [4, 1, 2, 3]
    assert snapshot(library) == before


def test_it_says_first_what_comes_back_and_where_to(
    betterhalf: Headless, office: Desk, copies: list[Path]
) -> None:
    size = copies[1].stat().st_size
    with office:
        lose(office, copies, 1, 2, 3, 4, 5, rule="exact copies")
    (said,) = betterhalf("--undo", "last").complaints
    assert said.startswith(f"taking back 5 decisions: 5 pictures, {human_size(5 * size)}, to ")
    # The newest is the first to come back.
    assert said.endswith(
        f"to {', '.join(str(copies[n].parent) for n in (5, 4, 3))} and 2 further folders"
    )


def test_a_dry_run_lists_what_would_come_back_and_what_would_not(
    betterhalf: Headless, library: Path, office: Desk, copies: list[Path]
) -> None:
    with office:
        lose(office, copies, 1, 2, 3, rule="exact copies")
    copies[2].write_bytes(b"another")
    before = snapshot(library)
    outcome = betterhalf("--undo", "last", "--dry-run")
    assert outcome.code == 1
    assert snapshot(library) == before
    assert outcome.stdout.decode().splitlines() == [
        f"would be back    {copies[3]}",
        f"would be back    {copies[1]}",
    ]
    assert "another file has this name now" in outcome.complaint_about(str(copies[2]))


def test_a_dry_run_knows_that_the_later_word_goes_first(
    betterhalf: Headless, library: Path, office: Desk, copies: list[Path]
) -> None:
    for number in (1, 2):
        gallery.with_sidecar(copies[number], rating=number + 2, tags=[f"tag {number}"])
    before = snapshot(library)
    with office:
        office.scan()
        lose(office, copies, 1, 2, rule="exact copies")
    for flag in (("--dry-run",), ()):
        outcome = betterhalf("--undo", "last", *flag)
        assert (outcome.code, len(outcome.stdout.splitlines())) == (0, 2)
    assert snapshot(library) == before


def test_a_library_that_is_away_refuses_its_own_decisions_only(
    betterhalf: Headless, library: Path, tmp_path: Path
) -> None:
    other = tmp_path.resolve() / "other"
    other.mkdir()
    keep = gallery.exact_copy(gallery.photo("clock"), library / "a.jpg", modified=1)
    here = gallery.exact_copy(keep, library / "b.jpg", modified=2)
    there = gallery.exact_copy(keep, other / "c.jpg", modified=3)
    betterhalf.process("--rule", "exact-copies", library, other)
    assert (trashed(library), trashed(other)) == (["b.jpg"], ["c.jpg"])
    away = other.rename(other.with_name("away"))
    other.mkdir()  # as a mount point is left
    outcome = betterhalf("--undo", "last")
    assert outcome.code == 1
    assert "mount its disk" in outcome.complaint_about(f"{other}: this library is not there")
    assert here.exists()
    other.rmdir()
    away.rename(other)
    assert betterhalf("--undo", "last").code == 0
    assert there.exists()
