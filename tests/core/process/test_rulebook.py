"""Rules from the command line: saved, tried, approved, denied, and their plans carried out."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from core.metadata.read import read_sidecar
from tests import gallery
from tests.core.desk import snapshot, trashed
from tests.core.headless import Headless
from tests.core.process.written import LARGER_WINS


@pytest.fixture
def files(library: Path) -> list[Path]:
    """A photo and two smaller ones."""
    photo = gallery.exact_copy(gallery.photo("coffee"), library / "large.jpg", modified=1)
    return [
        photo,
        gallery.resized(photo, library / "middle.jpg", factor=0.7),
        gallery.resized(photo, library / "small.jpg", factor=0.5),
    ]


@pytest.fixture
def semi(tmp_path: Path) -> Path:
    path = tmp_path / "semi.toml"
    path.write_text(LARGER_WINS.format(mode="semi-automatic"))
    return path


@pytest.fixture
def automatic(tmp_path: Path) -> Path:
    path = tmp_path / "automatic.toml"
    path.write_text(LARGER_WINS.format(mode="automatic"))
    return path


def pending(betterhalf: Headless, library: Path) -> list[dict[str, Any]]:
    outcome = betterhalf("--list", "pending", "--json", library)
    assert outcome.code == 0, outcome.stderr
    return outcome.of_type("proposal")


def test_a_semi_automatic_rule_proposes_and_does_what_is_approved(
    betterhalf: Headless, library: Path, files: list[Path], semi: Path
) -> None:
    before = snapshot(library)
    assert betterhalf("--rules-import", semi).code == 0
    outcome = betterhalf.process(library)
    assert (outcome.summary["decided"], outcome.summary["waiting"]) == (0, 3)
    assert snapshot(library) == before
    proposals = pending(betterhalf, library)
    assert {each["rule"] for each in proposals} == {"larger wins"}
    chosen = next(each for each in proposals if each["b"] == str(files[2]))
    assert betterhalf("--approve", chosen["id"], library).code == 0
    assert trashed(library) == ["small.jpg"]
    (decision,) = betterhalf("--list", "history", "--json").objects
    assert (decision["rule"], decision["approved"]) == ("larger wins", True)
    assert betterhalf("--undo", "last").code == 0
    assert snapshot(library) == before


def test_a_denied_pair_is_not_proposed_until_the_denial_is_taken_back(
    betterhalf: Headless, library: Path, files: list[Path], semi: Path, automatic: Path
) -> None:
    betterhalf("--rules-import", semi)
    betterhalf.process(library)
    proposals = pending(betterhalf, library)
    assert betterhalf("--deny", proposals[0]["id"], library).code == 0
    left = [each["id"] for each in pending(betterhalf, library)]
    assert left == [each["id"] for each in proposals[1:]]
    (denial,) = betterhalf("--list", "denied", "--json", library).of_type("denial")
    assert {denial["a"], denial["b"]} == {proposals[0]["a"], proposals[0]["b"]}
    # A denial outlives the edit that makes the rule automatic.
    betterhalf("--rules-import", automatic)
    assert [each["id"] for each in pending(betterhalf, library)] == left
    assert betterhalf("--undo", denial["id"]).code == 0
    assert len(pending(betterhalf, library)) == 3


def test_everything_can_be_approved_at_once(
    betterhalf: Headless, library: Path, files: list[Path], semi: Path
) -> None:
    betterhalf("--rules-import", semi)
    betterhalf.process(library)
    assert betterhalf("--approve", "all", library).code == 0
    assert trashed(library) == ["middle.jpg", "small.jpg"]


def test_a_strange_id_is_named_and_nothing_done(
    betterhalf: Headless, library: Path, files: list[Path], semi: Path
) -> None:
    betterhalf("--rules-import", semi)
    betterhalf.process(library)
    known = pending(betterhalf, library)[0]["id"]
    outcome = betterhalf("--approve", f"{known},deadbeef00", library)
    assert outcome.code == 2
    assert "deadbeef00: nothing with this id waits" in outcome.stderr.decode()
    assert trashed(library) == []


def test_an_automatic_rule_acts_and_says_so_in_its_ledger(
    betterhalf: Headless, library: Path, files: list[Path], automatic: Path
) -> None:
    betterhalf("--rules-import", automatic)
    assert betterhalf.process(library).summary["decided"] == 2
    (rule,) = betterhalf("--list", "rules", "--json", library).of_type("rule")
    assert (rule["name"], rule["mode"], rule["acted"]) == ("larger wins", "automatic", 2)
    assert rule["precision"] == 1.0
    assert sum(rule["days"].values()) == 2
    text = betterhalf("--list", "rules", library).stdout.decode()
    assert "acted 2" in text
    assert "█" in text


def test_a_file_of_rules_is_tried_before_it_is_saved(
    betterhalf: Headless, library: Path, files: list[Path], semi: Path
) -> None:
    betterhalf.process(library)
    betterhalf("--rules-import", semi)
    strict = semi.with_name("strict.toml")
    strict.write_text(
        semi.read_text().replace('"A pixels > B pixels"', '"A pixels > 3 x B pixels"')
    )
    betterhalf.process(library)
    outcome = betterhalf("--rules-import", strict, "--dry-run", "--json", library)
    assert outcome.code == 0, outcome.stderr
    (preview,) = outcome.of_type("preview")
    assert preview["counts"]["ready"] == 1
    assert preview["failed_at"] == {"A pixels > 3 x B pixels": 2}
    assert (preview["newly_count"], preview["no_longer_count"]) == (0, 2)
    assert len(pending(betterhalf, library)) == 3


def test_what_is_exported_can_be_imported(
    betterhalf: Headless, library: Path, files: list[Path], semi: Path, tmp_path: Path
) -> None:
    betterhalf("--rules-import", semi)
    first = tmp_path / "first.toml"
    assert betterhalf("--rules-export", first).code == 0
    assert betterhalf("--rules-export", first).code == 2
    betterhalf("--rules-import", first)
    again = betterhalf("--rules-export")
    assert again.stdout.decode() == first.read_text()


def test_a_broken_file_of_rules_changes_nothing(
    betterhalf: Headless, semi: Path, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.toml"
    broken.write_text(semi.read_text().replace("pixels >", "pixls >"))
    outcome = betterhalf("--rules-import", broken)
    assert outcome.code == 2
    said = outcome.stderr.decode()
    assert "larger wins" in said
    assert "pixels" in said
    assert "Traceback" not in said
    assert betterhalf("--rules-export").stdout.decode().count("[[rule]]") == 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (LARGER_WINS.format(mode="automatic") + "#" * 1_000_000, "this is too large for rules"),
        (LARGER_WINS.replace("larger wins", "recommended").format(mode="automatic"), "rename it"),
    ],
    ids=["too large", "reserved name"],
)
def test_a_file_of_rules_that_cannot_be_kept_is_refused(
    betterhalf: Headless, tmp_path: Path, text: str, said: str
) -> None:
    path = tmp_path / "rules.toml"
    path.write_text(text)
    outcome = betterhalf("--rules-import", path)
    assert outcome.code == 2
    (line,) = outcome.complaints
    assert said in line
    assert betterhalf("--rules-export").stdout.decode().count("[[rule]]") == 0


def test_a_rule_that_contradicts_a_saved_one_is_saved_with_a_warning(
    betterhalf: Headless, library: Path, files: list[Path], automatic: Path
) -> None:
    betterhalf("--rules-import", automatic)
    reverse = automatic.with_name("reverse.toml")
    reverse.write_text(
        automatic.read_text().replace("larger wins", "smaller wins").replace("pixels >", "pixels <")
    )
    outcome = betterhalf("--rules-import", reverse, "--json")
    assert outcome.code == 0
    (warning,) = outcome.of_type("warning")
    assert '"larger wins" and "smaller wins"' in warning["text"]
    assert betterhalf.process(library).summary["decided"] == 0


def test_three_hundred_rules_are_not_too_many(
    betterhalf: Headless, library: Path, files: list[Path], tmp_path: Path
) -> None:
    head, rule = LARGER_WINS.format(mode="automatic").split("\n\n", 1)
    many = [
        rule.replace("larger wins", f"rule {number}").replace(
            "B pixels", f"{900 - number} x B pixels"
        )
        for number in range(300)
    ]
    path = tmp_path / "many.toml"
    path.write_text("\n".join([head, *many, rule]))
    assert betterhalf("--rules-import", path).code == 0
    outcome = betterhalf.process(library)
    assert {each["rule"] for each in outcome.of_type("decision")} == {"larger wins"}


@pytest.mark.parametrize("named", ["", " , "])
@pytest.mark.parametrize("answer", ["--approve", "--deny"])
def test_an_answer_to_nothing_is_refused(
    betterhalf: Headless, library: Path, answer: str, named: str
) -> None:
    outcome = betterhalf(answer, named, library)
    assert outcome.code == 2
    assert outcome.complaints == [
        f"betterhalf: {answer}: no id is named; --list pending shows them; or say all"
    ]


def test_a_plan_is_carried_out_exactly(
    betterhalf: Headless, library: Path, files: list[Path], automatic: Path, tmp_path: Path
) -> None:
    before = snapshot(library)
    betterhalf("--rules-import", automatic)
    dry = betterhalf.process("--dry-run", library)
    assert len(dry.of_type("decision")) == 2
    assert snapshot(library) == before
    plan = tmp_path / "plan.jsonl"
    plan.write_bytes(dry.stdout)
    outcome = betterhalf("--apply", plan, "--json", library)
    assert outcome.code == 0
    assert len(outcome.of_type("decision")) == 2
    assert trashed(library) == ["middle.jpg", "small.jpg"]
    again = betterhalf("--apply", plan, "--json", library)
    assert again.code == 1
    assert len(again.of_type("refused")) == 2


def test_a_line_whose_file_has_changed_is_refused_and_the_rest_done(
    betterhalf: Headless, library: Path, files: list[Path], automatic: Path, tmp_path: Path
) -> None:
    betterhalf("--rules-import", automatic)
    plan = tmp_path / "plan.jsonl"
    plan.write_bytes(betterhalf.process("--dry-run", library).stdout)
    files[1].write_bytes(files[1].read_bytes() + b"more")
    outcome = betterhalf("--apply", plan, "--json", library)
    assert outcome.code == 1
    (refused,) = outcome.of_type("refused")
    assert refused["b"] == str(files[1])
    assert trashed(library) == ["small.jpg"]


def test_a_plan_that_would_move_other_files_is_refused(
    betterhalf: Headless, library: Path, files: list[Path], automatic: Path, tmp_path: Path
) -> None:
    betterhalf("--rules-import", automatic)
    plan = tmp_path / "plan.jsonl"
    plan.write_bytes(betterhalf.process("--dry-run", library).stdout)
    for path in files[1:]:
        gallery.with_sidecar(path)
    before = snapshot(library)
    outcome = betterhalf("--apply", plan, "--json", library)
    assert outcome.code == 1
    assert all(
        "something else than the plan" in each["cause"] for each in outcome.of_type("refused")
    )
    assert snapshot(library) == before


@pytest.fixture
def tagged(files: list[Path]) -> list[Path]:
    """Each of the smaller ones has a tag of its own, and one a rating."""
    gallery.with_sidecar(files[1], rating=4, tags=["middle"])
    gallery.with_sidecar(files[2], rating=2, tags=["small"])
    return files


def test_a_plan_says_what_the_one_that_stays_is_told_and_is_carried_out_so(
    betterhalf: Headless, library: Path, tagged: list[Path], automatic: Path, tmp_path: Path
) -> None:
    before = snapshot(library)
    betterhalf("--rules-import", automatic)
    dry = betterhalf.process("--dry-run", library)
    assert snapshot(library) == before
    planned = {Path(each["b"]).name: each for each in dry.of_type("decision")}
    middle = {each["field"]: each for each in planned["middle.jpg"]["metadata"]}
    assert (middle["tags"]["before"], middle["tags"]["after"]) == ("", "middle")
    assert (middle["rating"]["before"], middle["rating"]["after"]) == ("", "4")
    assert middle["rating"]["reason"] == "the highest rating"
    kinds = [each["kind"] for each in planned["middle.jpg"]["operations"]]
    assert kinds == ["write sidecar", "trash", "trash"]
    plan = tmp_path / "plan.jsonl"
    plan.write_bytes(dry.stdout)
    # The second line finds what the first has written, and adds to that.
    outcome = betterhalf("--apply", plan, "--json", library)
    assert outcome.code == 0, outcome.stdout
    assert len(outcome.of_type("decision")) == 2
    assert read_sidecar((library / "large.jpg.xmp").read_bytes()).tags == ("middle", "small")
    listed = betterhalf("--list", "history", "--json").objects
    assert {each["operations"][0]["kind"] for each in listed} == {"write sidecar"}
    assert betterhalf("--undo", "last").code == 0
    assert snapshot(library) == before


def test_a_plan_that_would_tell_something_else_is_refused(
    betterhalf: Headless, library: Path, tagged: list[Path], automatic: Path, tmp_path: Path
) -> None:
    betterhalf("--rules-import", automatic)
    plan = tmp_path / "plan.jsonl"
    plan.write_bytes(betterhalf.process("--dry-run", library).stdout)
    gallery.with_sidecar(tagged[1], rating=5, tags=["middle"])
    before = snapshot(library)
    outcome = betterhalf("--apply", plan, "--json", library)
    assert outcome.code == 1
    (refused,) = outcome.of_type("refused")
    assert refused["b"] == str(tagged[1])
    assert "something else than the plan" in refused["cause"]
    assert trashed(library) == ["small.jpg", "small.jpg.xmp"]
    assert betterhalf("--undo", "last").code == 0
    assert snapshot(library) == before


def test_a_rule_has_a_policy_of_its_own(
    betterhalf: Headless, library: Path, tagged: list[Path], automatic: Path
) -> None:
    automatic.write_text(automatic.read_text() + 'merge = "nothing, rating best"\n')
    betterhalf("--rules-import", automatic)
    outcome = betterhalf.process(library)
    # Tags would be lost by this policy.
    assert {each["state"] for each in outcome.of_type("refused")} == {"waiting"}
    assert outcome.summary["decided"] == 0
    assert all("tags" in each["cause"] for each in outcome.of_type("refused"))
    gallery.with_sidecar(tagged[1], rating=4)
    gallery.with_sidecar(tagged[2], rating=2)
    assert betterhalf.process(library).summary["decided"] == 2
    assert read_sidecar((library / "large.jpg.xmp").read_bytes()).rating == 4


def test_the_settings_have_a_policy_for_all_and_one_for_a_library(
    betterhalf: Headless, library: Path, tagged: list[Path], automatic: Path
) -> None:
    betterhalf("--rules-import", automatic)
    betterhalf.settings.parent.mkdir(parents=True)
    betterhalf.settings.write_text('merge = "nothing"\n')
    assert betterhalf.process(library).summary["decided"] == 0
    betterhalf.settings.write_text(
        f'merge = "nothing"\n[libraries."{library}"]\nmerge = "immich-3, rating keep"\n'
    )
    outcome = betterhalf.process("--dry-run", library)
    assert {each["cause"] for each in outcome.of_type("refused")} == {
        "only it says this of the picture: rating"
    }
    betterhalf.settings.write_text('merge = "immich-4"\n')
    assert betterhalf.process(library).code == 2


def test_a_plan_moves_nothing_of_a_library_that_is_not_named(
    betterhalf: Headless, library: Path, files: list[Path], automatic: Path, tmp_path: Path
) -> None:
    betterhalf("--rules-import", automatic)
    plan = tmp_path / "plan.jsonl"
    plan.write_bytes(betterhalf.process("--dry-run", library).stdout)
    other = tmp_path / "other"
    other.mkdir()
    before = snapshot(tmp_path / "library")
    outcome = betterhalf("--apply", plan, "--json", other)
    assert outcome.code == 1
    assert {each["cause"] for each in outcome.of_type("refused")} == {
        "it lies in none of the opened libraries"
    }
    assert snapshot(tmp_path / "library") == before


_NO_PATHS = {
    "type": "decision",
    "state": "planned",
    "action": "better",
    "rule": "x",
    "reasons": [],
    "a": "\ud800",
    "b": "b",
    "digests": ["00", "00"],
    "operations": [],
}


@pytest.mark.parametrize(
    "text",
    ["no json", '{"type": "decision", "state": "planned"}', "[1]", json.dumps(_NO_PATHS)],
)
def test_a_file_that_is_no_plan_is_refused_whole(
    betterhalf: Headless, library: Path, files: list[Path], tmp_path: Path, text: str
) -> None:
    plan = tmp_path / "plan.jsonl"
    plan.write_text(json.dumps({"type": "summary"}) + "\n" + text + "\n")
    outcome = betterhalf("--apply", plan, library)
    assert outcome.code == 2
    assert "line 2" in outcome.stderr.decode()
    assert trashed(library) == []


def test_the_recommended_templates_need_no_file(
    betterhalf: Headless, library: Path, files: list[Path]
) -> None:
    gallery.exact_copy(files[0], library / "copy.jpg", modified=9)
    outcome = betterhalf.process("--rule", "recommended", library)
    assert outcome.code == 0
    assert "copy.jpg" in trashed(library)
    assert (library / "large.jpg").exists()


def test_a_misspelt_rule_is_answered_with_the_nearest(betterhalf: Headless, library: Path) -> None:
    outcome = betterhalf("--process", "--rule", "recomended", library)
    assert outcome.code == 2
    assert "did you mean recommended?" in outcome.stderr.decode()


def test_a_removed_rule_is_gone_and_its_history_stays(
    betterhalf: Headless, library: Path, files: list[Path], automatic: Path
) -> None:
    betterhalf("--rules-import", automatic)
    betterhalf.process(library)
    outcome = betterhalf("--rules-remove", "larger-wins", "--json")
    assert (outcome.code, outcome.of_type("removed")[0]["name"]) == (0, "larger wins")
    assert betterhalf("--list", "rules", "--json", library).of_type("rule") == []
    history = betterhalf("--list", "history", "--json").of_type("decision")
    assert {each["rule"] for each in history} == {"larger wins"}
    again = betterhalf("--rules-remove", "larger wins")
    assert again.code == 2
    assert "there is no such rule" in again.stderr.decode()


def test_a_rule_of_a_newer_version_is_told_and_holds_back_only_what_is_behind_it(
    betterhalf: Headless, library: Path, files: list[Path], automatic: Path, tmp_path: Path
) -> None:
    betterhalf("--rules-import", automatic)
    with closing(sqlite3.connect(tmp_path / "catalog.db")) as connection:
        connection.execute(
            "INSERT INTO rule (name, position, definition) VALUES ('new', 9, 'format = 99')"
        )
        connection.commit()
    outcome = betterhalf("--process", "--json", library)
    assert "rule new: format: it was written for a newer betterhalf" in outcome.stderr.decode()
    assert (outcome.code, outcome.summary["decided"]) == (1, 2)
    betterhalf("--undo", "last")
    with closing(sqlite3.connect(tmp_path / "catalog.db")) as connection:
        connection.execute("UPDATE rule SET position = 0 WHERE name = 'new'")
        connection.execute("DELETE FROM denial")
        connection.commit()
    listed = betterhalf("--list", "rules", "--json", library)
    first, second = listed.of_type("rule")
    assert (listed.code, first["name"], "newer" in first["cause"]) == (1, "new", True)
    assert second["name"] == "larger wins"
    outcome = betterhalf("--process", "--json", library)
    assert (outcome.code, outcome.summary["decided"], outcome.summary["waiting"]) == (1, 0, 3)
    exported = betterhalf("--rules-export")
    assert exported.code == 1
    assert b"larger wins" in exported.stdout
    assert trashed(library) == []
