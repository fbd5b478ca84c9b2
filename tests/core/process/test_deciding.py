"""``--decide``: groups decided by lines, as a script would."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests import gallery
from tests.core.desk import snapshot, trashed
from tests.core.headless import Headless


@pytest.fixture
def four(library: Path) -> list[Path]:
    first = gallery.exact_copy(gallery.photo("clock"), library / "a.jpg", modified=1)
    rest = [
        gallery.recompressed(first, library / f"{name}.jpg", quality=quality)
        for name, quality in (("b", 90), ("c", 85), ("d", 80))
    ]
    gallery.with_sidecar(rest[0], rating=4, tags=["cat"])
    return [first, *rest]


@pytest.fixture
def lines(tmp_path: Path) -> Path:
    return tmp_path / "lines.jsonl"


def write(path: Path, *groups: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(group, default=str) + "\n" for group in groups))
    return path


def test_a_line_decides_a_group_and_undo_last_takes_it_back(
    betterhalf: Headless, library: Path, four: list[Path], lines: Path
) -> None:
    betterhalf("--process", library)
    before = snapshot(library)
    write(lines, {"keep": [four[0]], "trash": four[1:3], "alternates": [four[3]]})
    planned = betterhalf("--decide", lines, "--dry-run", "--json", library)
    assert snapshot(library) == before
    assert [each["action"] for each in planned.of_type("decision")] == [
        "better",
        "better",
        "alternates",
    ]
    assert [each["after"] for each in planned.objects[0]["metadata"]] == ["4", "cat"]
    done = betterhalf("--decide", lines, "--json", library)
    assert done.code == 0
    assert [each["state"] for each in done.of_type("decision")] == ["done"] * 3
    assert trashed(library) == ["b.jpg", "b.jpg.xmp", "c.jpg"]
    assert betterhalf("--list", "pairs", library).stdout == b""
    assert betterhalf("--undo", "last").code == 0
    assert snapshot(library) == before


def test_a_group_that_cannot_be_decided_does_not_stop_the_next(
    betterhalf: Headless, library: Path, four: list[Path], lines: Path
) -> None:
    betterhalf("--process", library)
    gone = library / "gone.jpg"
    write(lines, {"keep": [four[0]], "trash": [gone]}, {"keep": [four[2]], "trash": [four[3]]})
    done = betterhalf("--decide", lines, "--json", library)
    assert done.code == 1
    assert done.complaint_about("gone.jpg").endswith("scan again, or mend the line")
    assert trashed(library) == ["d.jpg"]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[]", "this says nothing of a group"),
        ("{", "line 1: Expecting"),
        ('{"keep": ["a"], "bin": ["b"]}', "there is no 'bin' to say"),
        ('{"keep": ["a"], "trash": ["a"]}', "one thing is said of each"),
        ('{"keep": ["a"], "trash": [3]}', "line 1: expected str"),
        ('{"keep": ["a"], "trash": ["b"], "merge": 3}', "merge cannot be 3"),
    ],
)
def test_a_line_that_cannot_be_understood_is_named_before_anything_is_done(
    betterhalf: Headless, library: Path, four: list[Path], lines: Path, text: str, complaint: str
) -> None:
    betterhalf("--process", library)
    before = snapshot(library)
    lines.write_text(text)
    done = betterhalf("--decide", lines, library)
    assert done.code == 2
    assert complaint in done.stderr.decode()
    assert snapshot(library) == before


def test_a_value_is_settled_in_the_line(
    betterhalf: Headless, library: Path, four: list[Path], lines: Path
) -> None:
    betterhalf("--process", library)
    group = {"keep": [four[0]], "trash": [four[1]], "merge": "immich-3, rating ask"}
    asked = betterhalf("--decide", write(lines, group), "--json", library)
    assert asked.code == 1
    (refused,) = asked.of_type("refused")
    assert refused["cause"] == "the merge policy asks what to do with rating"
    settled = {**group, "settled": {"rating": 5, "tags": ["dog", "cat"]}}
    done = betterhalf("--decide", write(lines, settled), "--json", library)
    changes = {each["field"]: each["after"] for each in done.objects[0]["metadata"]}
    assert changes == {"rating": "5", "tags": "cat, dog"}


def test_what_a_field_cannot_have_is_named_with_the_field(
    betterhalf: Headless, library: Path, four: list[Path], lines: Path
) -> None:
    betterhalf("--process", library)
    write(lines, {"keep": [four[0]], "trash": [four[1]], "settled": {"rating": 99}})
    outcome = betterhalf("--decide", lines, library)
    assert outcome.code == 1
    assert outcome.complaint_about("a.jpg").endswith(
        "rating: it cannot be 99; choose -1 to 5 or nothing"
    )


def test_a_file_of_lines_that_is_not_there_is_named_as_that(
    betterhalf: Headless, library: Path
) -> None:
    outcome = betterhalf("--decide", "nowhere.jsonl", library)
    assert (outcome.code, outcome.complaints) == (
        2,
        ["betterhalf: nowhere.jsonl: there is no such file; check the name"],
    )


def test_lines_can_come_through_standard_input(
    betterhalf: Headless, library: Path, four: list[Path], lines: Path
) -> None:
    betterhalf("--process", library)
    write(lines, {"keep": [four[0]], "trash": [four[3]]})
    with lines.open("rb") as stream:
        done = betterhalf("--decide", "-", library, stdin=stream)
    assert done.code == 0
    assert trashed(library) == ["d.jpg"]


@pytest.mark.parametrize("command", ["--decide", "--apply", "--rules-import"])
def test_standard_input_that_is_closed_is_said(
    betterhalf: Headless, library: Path, command: str
) -> None:
    outcome = betterhalf(command, "-", library, preexec_fn=lambda: os.close(0))
    assert outcome.code == 2
    assert b"standard input is closed" in outcome.stderr
