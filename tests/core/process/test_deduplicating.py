"""``--deduplicate``: all suggestions followed in one run, and taken back in one."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from core.metadata.write import WRITTEN, sidecar_bytes
from core.model import Metadata
from tests import gallery
from tests.core.desk import snapshot, trashed
from tests.core.headless import Headless


@pytest.fixture
def groups(library: Path) -> Path:
    """Two groups: a photo with a small copy, a re-encoded one and its own bytes once more; and one
    with a crop."""
    original = gallery.described(gallery.photo("coffee"), library / "coffee.jpg")
    gallery.resized(original, library / "small.jpg")
    gallery.recompressed(original, library / "worse.jpg", quality=40)
    gallery.exact_copy(original, library / "copy.jpg", modified=os.stat(original).st_mtime + 9)
    other = gallery.described(gallery.photo("chelsea"), library / "chelsea.jpg")
    gallery.cropped(other, library / "cropped.jpg", percent=2)
    return library


def test_all_groups_are_deduplicated_in_one_run_that_one_undo_takes_back(
    betterhalf: Headless, groups: Path
) -> None:
    before = snapshot(groups)
    dry = betterhalf("--deduplicate", "--dry-run", "--json", groups)
    assert dry.code == 0
    assert snapshot(groups) == before
    done = betterhalf("--deduplicate", "--json", groups)
    assert done.code == 0
    assert trashed(groups) == ["copy.jpg", "small.jpg", "worse.jpg"]
    counts = {name: done.summary[name] for name in ("groups", "decided", "kept", "trashed")}
    assert counts == {"groups": 2, "decided": 2, "kept": 2, "trashed": 3}
    assert done.summary["alternates"] == 1
    for name in ("a", "b", "action", "reasons"):
        assert [each[name] for each in dry.of_type("decision")] == [
            each[name] for each in done.of_type("decision")
        ]
    assert {each["rule"] for each in done.of_type("decision")} == {"deduplicate all"}
    assert betterhalf("--undo", "last").code == 0
    assert snapshot(groups) == before


def test_what_was_taken_back_is_not_done_again(betterhalf: Headless, groups: Path) -> None:
    betterhalf("--deduplicate", groups)
    betterhalf("--undo", "last")
    again = betterhalf("--deduplicate", "--json", groups)
    assert again.summary["decided"] == 0
    assert again.summary["undecided_because"] == {"this was taken back before": 4}
    assert trashed(groups) == []


def test_who_alone_says_something_or_has_a_raw_is_left_and_the_rest_of_its_group_goes(
    betterhalf: Headless, groups: Path
) -> None:
    title = sidecar_bytes(None, Metadata(title="Only here"), WRITTEN)
    (groups / "small.jpg.xmp").write_bytes(title)
    (groups / "worse.CR2").write_bytes(b"raw")
    done = betterhalf("--deduplicate", "--json", groups)
    assert trashed(groups) == ["copy.jpg"]
    assert done.summary["undecided"] == 2
    assert done.summary["undecided_because"] == {
        "a RAW or video of its own lies beside it": 1,
        "only it says this of the picture": 1,
    }


def test_one_group_that_cannot_be_decided_stops_no_other(
    betterhalf: Headless, groups: Path
) -> None:
    betterhalf.settings.parent.mkdir(parents=True)
    betterhalf.settings.write_text('merge = "immich-3, rating ask"')
    gallery.with_sidecar(groups / "small.jpg", rating=5)
    gallery.with_sidecar(groups / "worse.jpg", rating=2)
    done = betterhalf("--deduplicate", "--json", groups)
    (refused,) = done.of_type("refused")
    assert refused["state"] == "waiting"
    assert done.summary["left_because"] == {"the merge policy asks what to do with fields": 1}
    assert trashed(groups) == []
    assert done.summary["decided"] == 1


def test_people_are_told_what_it_comes_to_before_and_after(
    betterhalf: Headless, groups: Path
) -> None:
    done = betterhalf("--deduplicate", groups)
    before = [line for line in done.complaints if "would be decided" in line]
    assert before == [
        line.replace("groups decided", "groups would be decided")
        for line in done.stdout.decode().splitlines()
        if line.startswith("2 of 2 groups")
    ]
    assert "3 to the trash" in before[0]
    assert done.stdout.decode().endswith("betterhalf --undo last takes all of it back\n")
