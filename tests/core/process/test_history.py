"""``--list history``: who decided what, when and why, and what was freed."""

from __future__ import annotations

import csv
import io
import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from core.catalog import journal
from core.model import RelationKind
from core.text import human_size
from tests import gallery
from tests.core.desk import Desk
from tests.core.headless import Headless, Outcome

LIST = ("--list", "history")


@pytest.fixture
def copies(library: Path) -> list[Path]:
    """A photo and four copies of it; the second has something to say."""
    made = [
        gallery.exact_copy(gallery.photo("clock"), library / f"{name}.jpg", modified=age)
        for age, name in enumerate("abcde", start=1)
    ]
    gallery.with_sidecar(made[1], rating=4)
    return made


def numbers(outcome: Outcome) -> list[int]:
    return [each["id"] for each in outcome.of_type("decision")]


def test_all_there_is_to_a_decision_is_told(
    betterhalf: Headless, office: Desk, copies: list[Path]
) -> None:
    with office:
        run = office.ask(journal.start_run)
        choice = office.choice(copies[0], copies[1], rule="mine", why="it is older; it is sharper")
        made = office.carry_out(choice, run)
    (told,) = betterhalf(*LIST, "--json").objects
    written, trashed, _ = told.pop("operations")
    assert told == {
        "type": "decision",
        "id": made.id,
        "state": "done",
        "who": "rule",
        "rule": "mine",
        "approved": False,
        "run": run,
        "batch": None,
        "redo_of": None,
        "decided_at": made.decided_at,
        "undone_at": None,
        "action": "better",
        "fate": "trash",
        "label": None,
        "set": None,
        "merge": None,
        "settled": {},
        "leave_companions": False,
        "a": str(copies[0]),
        "b": str(copies[1]),
        "reasons": ["it is older", "it is sharper"],
        "freed_bytes": copies[0].stat().st_size,
    }
    assert (written["kind"], written["before"]) == ("write sidecar", None)
    assert written["after"] == copies[0].with_name("a.jpg.xmp").read_text("utf-8")
    assert (trashed["source"], trashed["emptied_at"]) == (str(copies[1]), None)


def test_what_became_of_it_is_told(
    betterhalf: Headless, library: Path, office: Desk, copies: list[Path]
) -> None:
    with office:
        office.decide_group(keep=copies[:1], trash=copies[1:3])
        office.undo(office.history()[0])
    betterhalf("--redo", "1")
    betterhalf("--empty-trash", "--yes", library)
    told = betterhalf(*LIST, "--json").objects
    assert [(each["id"], each["batch"], each["redo_of"], each["state"]) for each in told] == [
        (4, 3, 2, "done"),
        (3, 3, 1, "done"),
        (2, 1, None, "undone"),
        (1, 1, None, "undone"),
    ]
    assert [each["freed_bytes"] > 0 for each in told] == [True, True, False, False]
    assert told[3]["undone_at"] == told[2]["undone_at"] > told[2]["decided_at"]
    emptied = {op["emptied_at"] is not None for each in told[:2] for op in each["operations"][-1:]}
    assert emptied == {True}


def test_one_rule_one_run_and_one_time_are_listed_alone(
    betterhalf: Headless, office: Desk, copies: list[Path]
) -> None:
    with office:
        runs = [office.ask(journal.start_run) for _ in range(2)]
        first = [office.choice(copies[0], lost, rule="exact copies") for lost in copies[1:3]]
        for choice, run in zip(first, runs, strict=True):
            office.carry_out(choice, run)
        office.carry_out(office.choice(copies[0], copies[3], rule="mine"), runs[1])
        office.decide(copies[0], copies[4])
    assert numbers(betterhalf(*LIST, "--json", "--rule", "Exact-Copies")) == [2, 1]
    assert numbers(betterhalf(*LIST, "--json", "--rule", "mine", "--rule", "exact copies")) == [
        3,
        2,
        1,
    ]
    assert numbers(betterhalf(*LIST, "--json", "--run", str(runs[1]))) == [3, 2]
    assert numbers(betterhalf(*LIST, "--json", "--run", "99")) == []
    tomorrow = datetime.now() + timedelta(days=1)
    assert numbers(betterhalf(*LIST, "--json", "--since", "2020-01-01")) == [4, 3, 2, 1]
    assert numbers(betterhalf(*LIST, "--json", "--since", f"{tomorrow:%Y-%m-%d}")) == []


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--rule", "nobody's"), "it has never decided anything"),
        (("--since", "soon"), "soon is no time"),
        (("--since", "2024-05"), "2024-05 is no time"),
        (("--run", "9" * 30), "no number of a run"),
    ],
)
def test_what_means_nothing_is_named(
    betterhalf: Headless, options: tuple[str, ...], words: str
) -> None:
    outcome = betterhalf(*LIST, *options)
    assert outcome.code == 2
    assert words in outcome.stderr.decode()


@pytest.mark.parametrize(
    "option", [("--since", "2020-01-01"), ("--run", "1"), ("--all",), ("--csv",)]
)
def test_its_options_belong_to_it(
    betterhalf: Headless, library: Path, option: tuple[str, ...]
) -> None:
    for command in (("--process",), ("--list", "pairs")):
        outcome = betterhalf(*command, *option, library)
        assert outcome.code == 2
        assert "add --list history" in outcome.complaints[0]


def test_the_latest_thousand_are_listed_unless_all_are_asked_for(
    betterhalf: Headless, office: Desk, copies: list[Path]
) -> None:
    with office:
        alternates = office.plan(office.choice(copies[0], copies[1], kind=RelationKind.ALTERNATES))
        office.ask(lambda: [journal.begin([alternates], None) for _ in range(1002)])
    some = betterhalf(*LIST, "--json")
    assert numbers(some) == list(range(1002, 2, -1))
    assert some.complaints[0] == "the latest 1,000 of 1,002 decisions; --all lists all"
    assert numbers(betterhalf(*LIST, "--json", "--all")) == list(range(1002, 0, -1))


def test_totals_say_what_was_freed_and_by_whom(
    betterhalf: Headless, office: Desk, copies: list[Path]
) -> None:
    size = copies[0].stat().st_size
    with office:
        for lost in copies[1:3]:
            office.decide(copies[0], lost, rule="exact copies", approved=True)
        office.decide(copies[0], copies[3])
        office.undo(office.decide(copies[0], copies[4]))
    for form in ((), ("--json",), ("--csv",)):
        assert betterhalf(*LIST, *form).complaints == [
            f"3 decisions standing, 1 taken back: {human_size(3 * size)} freed",
            f"  {human_size(2 * size)} by rule exact copies, 2 decisions",
            f"  {human_size(size)} by people, 1 decision",
        ]


def table(outcome: Outcome) -> list[dict[str, str]]:
    assert outcome.code == 0
    return list(csv.DictReader(io.StringIO(outcome.stdout.decode("utf-8"))))


def test_a_spreadsheet_gets_a_row_a_decision(
    betterhalf: Headless, office: Desk, copies: list[Path]
) -> None:
    with office:
        office.decide(copies[0], copies[1], rule="exact copies", why='it is "older", and larger')
        office.decide(copies[0], copies[2], kind=RelationKind.ALTERNATES, set_name="clocks")
    latest, first = table(betterhalf(*LIST, "--csv"))
    assert (latest["who"], latest["action"], latest["set"]) == ("person", "alternates", "clocks")
    assert (first["b"], first["why"]) == (str(copies[1]), 'it is "older", and larger')
    counted = first["freed_bytes"], first["trashed"], first["written"]
    assert counted == (str(copies[0].stat().st_size), "2", "1")
    assert first["approved"] == "no"


def test_no_name_becomes_a_formula(betterhalf: Headless, office: Desk, copies: list[Path]) -> None:
    evil = [f'{first}HYPERLINK("http://example.com")' for first in "=+-@"]
    with office:
        for name, lost in zip(evil, copies[1:], strict=True):
            office.decide(copies[0], lost, rule=name, why=name)
    rows = table(betterhalf(*LIST, "--csv"))
    assert [(row["rule"], row["why"]) for row in rows[::-1]] == [
        (f"'{name}", f"'{name}") for name in evil
    ]


def test_names_that_are_no_text_stay_on_their_line(betterhalf: Headless, tmp_path: Path) -> None:
    odd = tmp_path.resolve() / os.fsdecode(b"caf\xe9\n\x1b[2J")
    odd.mkdir()
    photo = gallery.exact_copy(gallery.photo("clock"), odd / "a.jpg", modified=1)
    gallery.exact_copy(photo, odd / "ä,b.jpg", modified=2)
    betterhalf.process("--rule", "exact-copies", odd)
    outcome = betterhalf(*LIST, "--csv")
    assert len(outcome.stdout.splitlines()) == 2
    (row,) = table(outcome)
    assert row["b"] == f"{tmp_path.resolve()}/caf\\udce9\\u000a\\u001b[2J/ä,b.jpg"
