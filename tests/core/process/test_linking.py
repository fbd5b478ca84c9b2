"""Rules that put links in the place of copies, from the command line."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests import gallery
from tests.core.desk import snapshot, trashed
from tests.core.headless import Headless

RULE = """\
format = 1

[[rule]]
name = "copies become links"
mode = "{mode}"
audit = 0
search.kinds = ["exact"]
comparison = ["A ranks above B"]
action = "better"
b = "hard link"
"""


@pytest.fixture
def copies(library: Path) -> list[Path]:
    """A photo and two copies of it, one with a rating."""
    photo = gallery.exact_copy(gallery.photo("coffee"), library / "a.jpg", modified=1)
    found = [photo, *(gallery.exact_copy(photo, library / f"{each}.jpg") for each in "bc")]
    for age, path in enumerate(found):
        os.utime(path, (age, age))
    gallery.with_sidecar(found[1], rating=4)
    return found


@pytest.fixture
def saved(betterhalf: Headless, tmp_path: Path) -> Headless:
    """betterhalf with the rule, which acts by itself."""
    path = tmp_path / "rule.toml"
    path.write_text(RULE.format(mode="automatic"))
    outcome = betterhalf("--rules-import", path)
    assert (outcome.code, b"mind" in outcome.stdout) == (0, False)
    return betterhalf


def test_a_rule_puts_links_and_one_word_takes_them_back(
    saved: Headless, library: Path, copies: list[Path]
) -> None:
    before = snapshot(library)
    outcome = saved.process(library)
    done = outcome.of_type("decision")
    assert {each["fate"] for each in done} == {"hard link"}
    assert [each["kind"] for each in done[-1]["operations"]][-2:] == ["trash", "hard link"]
    assert all(os.path.samefile(copies[0], each) for each in copies[1:])
    assert trashed(library) == ["b.jpg", "c.jpg"]
    again = saved.process(library).summary
    assert (again["decided"], again["read"], again["open_pairs"]["exact"]) == (0, 0, 0)
    history = saved("--list", "history", "--json").objects
    assert {each["fate"] for each in history} == {"hard link"}
    assert b"better, hard link" in saved("--list", "history").stdout
    assert b"2 ready" not in saved("--list", "rules", library).stdout
    assert saved("--undo", "last").code == 0
    assert snapshot(library) == before
    assert saved.process("--dry-run", library).summary["read"] == 0


def test_a_plan_of_links_is_shown_and_carried_out_exactly(
    saved: Headless, library: Path, copies: list[Path], tmp_path: Path
) -> None:
    before = snapshot(library)
    assert b"would replace by a hard link" in saved("--process", "--dry-run", library).stdout
    dry = saved.process("--dry-run", library)
    assert {each["fate"] for each in dry.of_type("decision")} == {"hard link"}
    assert snapshot(library) == before
    plan = tmp_path / "plan.jsonl"
    # Who strikes the link out of it gets neither that nor the trash.
    struck = dry.stdout.replace(b'"kind": "hard link"', b'"kind": "record metadata"')
    plan.write_bytes(struck)
    refused = saved("--apply", plan, "--json", library).of_type("refused")
    assert {each["cause"] for each in refused} == {"it would do something else than the plan says"}
    assert snapshot(library) == before
    plan.write_bytes(dry.stdout)
    assert saved("--apply", plan, library).code == 0
    assert all(os.path.samefile(copies[0], each) for each in copies[1:])


def test_what_waits_says_that_a_link_will_take_its_place(
    betterhalf: Headless, library: Path, copies: list[Path], tmp_path: Path
) -> None:
    path = tmp_path / "rule.toml"
    path.write_text(RULE.format(mode="semi-automatic"))
    betterhalf("--rules-import", path)
    betterhalf.process(library)
    waiting = betterhalf("--list", "pending", "--json", library).of_type("proposal")
    assert {each["fate"] for each in waiting} == {"hard link"}
    assert b"a hard link takes the place of B" in betterhalf("--list", "pending", library).stdout
    assert betterhalf("--approve", "all", library).code == 0
    assert os.path.samefile(*copies[:2])


def test_names_of_one_file_are_left_as_they_are_and_it_says_so(
    saved: Headless, library: Path
) -> None:
    photo = gallery.exact_copy(gallery.photo("coffee"), library / "a.jpg")
    os.link(photo, library / "b.jpg")
    outcome = saved("--process", library)
    assert b"leave as the hard link that it is" in outcome.stdout
    assert trashed(library) == []
    assert saved.process(library).summary["open_pairs"]["exact"] == 0
