"""Relations from the command line: listed, explained, ended, and a king made by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests import gallery
from tests.core.desk import snapshot
from tests.core.headless import Headless, Outcome

NAMES = ("large.jpg", "middle.jpg", "small.jpg", "other.jpg")


@pytest.fixture
def files(betterhalf: Headless, library: Path) -> dict[str, Path]:
    """A photo, two smaller ones of it, and another one; scanned."""
    photo = gallery.exact_copy(gallery.photo("coffee"), library / "large.jpg", modified=1)
    gallery.resized(photo, library / "middle.jpg")
    gallery.resized(photo, library / "small.jpg", factor=0.4)
    gallery.exact_copy(gallery.photo("clock"), library / "other.jpg")
    betterhalf.process(library)
    return {name: library / name for name in NAMES}


@pytest.fixture
def say(betterhalf: Headless, library: Path, tmp_path: Path) -> Any:
    """Carry out lines as --decide takes them, with file names instead of paths."""

    def carry_out(**group: Any) -> list[int]:
        lines = tmp_path / "lines.jsonl"
        named = {
            role: [str(library / each) for each in value] if isinstance(value, list) else value
            for role, value in group.items()
        }
        lines.write_text(json.dumps(named))
        done = betterhalf("--decide", lines, "--json", library)
        assert done.code == 0, done.stderr
        return [each["id"] for each in done.of_type("decision")]

    return carry_out


def told(outcome: Outcome, name: str) -> dict[str, Any]:
    (found,) = [each for each in outcome.of_type("relations") if each["path"].endswith(name)]
    return found


def pairs(betterhalf: Headless, library: Path) -> set[tuple[str, str]]:
    listed = betterhalf("--list", "pairs", "--json", library).of_type("pair")
    return {(Path(each["a"]).name, Path(each["b"]).name) for each in listed}


def test_what_was_said_and_what_follows_is_told_with_who_and_why(
    betterhalf: Headless, library: Path, files: dict[str, Path], say: Any
) -> None:
    first, second = say(keep=["large.jpg", "middle.jpg"], trash=["small.jpg"], why="it is sharper")
    (third,) = say(keep=["middle.jpg"], alternates=["other.jpg"], set="Mornings", why="by eye")
    listed = betterhalf("--list", "relations", "--json", files["middle.jpg"], files["small.jpg"])
    middle, small = told(listed, "middle.jpg"), told(listed, "small.jpg")
    assert len(listed.objects) == 2
    assert middle["king"] == str(files["large.jpg"])
    assert set(middle["group"]) == {str(files["large.jpg"]), str(files["small.jpg"])}
    assert (middle["set"], middle["alternates"]) == ("Mornings", [str(files["other.jpg"])])
    same, alternates = middle["decisions"]
    assert (same["id"], same["relation"]) == (second, "as good as")
    assert same["other"] == str(files["large.jpg"])
    assert (same["rule"], same["reasons"]) == (None, ["it is sharper"])
    assert isinstance(same["distance"], int)
    assert (alternates["id"], alternates["relation"]) == (third, "an alternate of")
    assert middle["follows"] == [
        {
            "relation": "better than",
            "other": str(files["small.jpg"]),
            "decisions": [second, first],
        }
    ]
    assert small["state"] == "trashed"
    assert {each["relation"] for each in small["follows"]} == {"worse than", "an alternate of"}


def test_people_read_it_in_lines(
    betterhalf: Headless, library: Path, files: dict[str, Path], say: Any
) -> None:
    say(keep=["large.jpg", "middle.jpg"], trash=["small.jpg"])
    text = betterhalf("--list", "relations", library).stdout.decode()
    lines = [" ".join(line.split()) for line in text.splitlines()]
    assert str(files["large.jpg"]) in lines
    assert "person: said with --decide" in lines
    assert "as good as" in text
    assert f"{files['small.jpg']} (trashed)" in " ".join(lines)
    assert str(files["other.jpg"]) not in lines


def test_two_that_beat_the_same_one_are_rivals_until_somebody_decides(
    betterhalf: Headless, library: Path, files: dict[str, Path], say: Any
) -> None:
    middle = files["middle.jpg"].read_bytes()
    say(keep=["large.jpg"], trash=["middle.jpg"])
    (library / "again.jpg").write_bytes(middle)
    betterhalf.process(library)
    say(keep=["small.jpg"], trash=["again.jpg"])
    assert pairs(betterhalf, library) == {("large.jpg", "small.jpg")}
    listed = betterhalf("--list", "relations", "--json", files["small.jpg"])
    rivals = {str(files["large.jpg"]), str(files["small.jpg"])}
    assert told(listed, "small.jpg")["king"] is None
    assert set(told(listed, "small.jpg")["rivals"]) == rivals
    text = betterhalf("--list", "relations", files["small.jpg"]).stdout.decode()
    assert "not decided between" in text
    say(keep=["large.jpg", "small.jpg"])
    assert pairs(betterhalf, library) == set()
    listed = betterhalf("--list", "relations", "--json", files["small.jpg"])
    assert told(listed, "small.jpg")["king"] == str(files["large.jpg"])


def test_a_file_that_the_catalog_does_not_know_is_named(
    betterhalf: Headless, library: Path, files: dict[str, Path]
) -> None:
    listed = betterhalf("--list", "relations", library / "nowhere.jpg")
    assert listed.code == 2
    assert "the catalog has nothing of it" in listed.complaint_about("nowhere.jpg")
    assert betterhalf("--list", "relations", "--json", library).objects == []


def test_a_relation_that_is_ended_leaves_the_files_and_opens_the_pair(
    betterhalf: Headless, library: Path, files: dict[str, Path], say: Any
) -> None:
    was_open = pairs(betterhalf, library)
    first, second = say(keep=["large.jpg", "middle.jpg"], unrelated=["small.jpg"])
    assert pairs(betterhalf, library) == set()
    before = snapshot(library)
    ended = betterhalf("--dissolve", str(second), "--json")
    assert (ended.code, ended.objects[0]["id"]) == (0, second)
    assert snapshot(library) == before
    assert pairs(betterhalf, library) == {("large.jpg", "small.jpg")}
    assert betterhalf("--dissolve", str(first)).code == 0
    assert pairs(betterhalf, library) == was_open
    (history,) = {
        each["state"]
        for each in betterhalf("--list", "history", "--json").of_type("decision")
        if each["id"] in (first, second)
    }
    assert history == "dissolved"
    again = betterhalf("--dissolve", str(first))
    assert again.code == 1
    assert "it is dissolved and does not hold" in again.complaints[0]


def test_what_was_trashed_by_a_relation_that_was_ended_can_still_come_back(
    betterhalf: Headless, library: Path, files: dict[str, Path], say: Any
) -> None:
    before = snapshot(library)
    (number,) = say(keep=["large.jpg"], trash=["middle.jpg"])
    betterhalf("--dissolve", str(number))
    assert betterhalf("--undo", str(number)).code == 0
    assert snapshot(library) == before


@pytest.mark.parametrize("number", ["7", "x", str(1 << 70), "-1"])
def test_what_is_no_decision_is_not_ended(
    betterhalf: Headless, files: dict[str, Path], number: str
) -> None:
    ended = betterhalf(f"--dissolve={number}")
    assert ended.code == 2
    assert f"there is no decision {number}" in ended.stderr.decode()


def test_a_file_is_made_king_by_hand_and_nothing_moves(
    betterhalf: Headless, library: Path, files: dict[str, Path], say: Any
) -> None:
    say(keep=["large.jpg", "middle.jpg"])
    gallery.resized(files["large.jpg"], library / "new.jpg", factor=0.6)
    betterhalf.process(library)
    before = snapshot(library)
    assert ("large.jpg", "new.jpg") in pairs(betterhalf, library)
    planned = betterhalf("--king", files["middle.jpg"], "--dry-run", "--json", library)
    assert [each["state"] for each in planned.of_type("decision")] == ["planned"]
    made = betterhalf("--king", files["middle.jpg"], "--json", library)
    (decision,) = made.of_type("decision")
    assert (decision["action"], Path(decision["a"]).name) == ("better", "middle.jpg")
    assert snapshot(library) == before
    assert ("middle.jpg", "new.jpg") in pairs(betterhalf, library)
    assert ("large.jpg", "new.jpg") not in pairs(betterhalf, library)
    listed = betterhalf("--list", "relations", "--json", files["large.jpg"])
    assert told(listed, "large.jpg")["king"] == str(files["middle.jpg"])
    again = betterhalf("--king", files["middle.jpg"], library)
    assert "it is the king of its group already" in again.complaints[0]
    # What was overruled holds again.
    assert betterhalf("--undo", str(decision["id"])).code == 0
    assert ("large.jpg", "new.jpg") in pairs(betterhalf, library)


def test_who_has_no_duplicate_is_king_of_nothing(
    betterhalf: Headless, library: Path, files: dict[str, Path]
) -> None:
    made = betterhalf("--king", files["other.jpg"], library)
    assert made.code == 2
    assert "it has no duplicate" in made.complaint_about("other.jpg")
    gone = betterhalf("--king", library / "nowhere.jpg", library)
    assert gone.code == 2
    assert "it is not in the library" in gone.complaint_about("nowhere.jpg")
