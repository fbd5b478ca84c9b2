"""Metadata into pictures, from the command line: by rules, by plans and by approval."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.metadata.read import read_embedded
from tests import gallery
from tests.core.desk import snapshot, trashed
from tests.core.headless import Headless
from tests.core.process.written import LARGER_WINS


@pytest.fixture
def files(library: Path) -> list[Path]:
    """A photo and two smaller ones, each with a tag of its own."""
    photo = gallery.exact_copy(gallery.photo("coffee"), library / "large.jpg", modified=1)
    found = [
        photo,
        gallery.resized(photo, library / "middle.jpg", factor=0.7),
        gallery.resized(photo, library / "small.jpg", factor=0.5),
    ]
    gallery.with_sidecar(found[1], rating=4, tags=["middle"])
    gallery.with_sidecar(found[2], rating=2, tags=["small"])
    return found


@pytest.fixture
def embedding(betterhalf: Headless, tmp_path: Path) -> Headless:
    """betterhalf for an owner who wants metadata in the pictures."""
    betterhalf.settings.parent.mkdir(parents=True)
    betterhalf.settings.write_text('write = "embedded"\n')
    return betterhalf


def save(betterhalf: Headless, tmp_path: Path, mode: str) -> None:
    path = tmp_path / "rule.toml"
    path.write_text(LARGER_WINS.format(mode=mode))
    assert betterhalf("--rules-import", path).code == 0


def told(files: list[Path]) -> tuple[int | None, tuple[str, ...]]:
    found = read_embedded(files[0].read_bytes()).metadata
    return found.rating, found.tags


def test_a_rule_tells_a_picture_what_two_copies_said_and_a_word_takes_it_back(
    embedding: Headless, library: Path, files: list[Path], tmp_path: Path
) -> None:
    before = snapshot(library)
    save(embedding, tmp_path, "automatic")
    outcome = embedding.process(library)
    assert (outcome.code, outcome.summary["decided"]) == (0, 2)
    assert told(files) == (4, ("middle", "small"))
    assert not list(library.glob("*.xmp"))
    assert trashed(library).count("large.jpg") == 2
    assert embedding.process(library).summary["read"] == 0
    kinds = {
        each["kind"]
        for decision in embedding("--list", "history", "--json").objects
        for each in decision["operations"]
    }
    assert kinds == {"write into the picture", "trash"}
    assert embedding("--undo", "last").code == 0
    assert snapshot(library) == before
    assert embedding.process("--dry-run", library).summary["read"] == 0


def test_a_plan_of_two_lines_for_one_picture_is_carried_out_whole(
    embedding: Headless, library: Path, files: list[Path], tmp_path: Path
) -> None:
    save(embedding, tmp_path, "automatic")
    dry = embedding.process("--dry-run", library)
    plan = tmp_path / "plan.jsonl"
    plan.write_bytes(dry.stdout)
    outcome = embedding("--apply", plan, "--json", library)
    assert (outcome.code, len(outcome.of_type("decision"))) == (0, 2)
    assert told(files) == (4, ("middle", "small"))


def test_all_that_waits_for_one_picture_is_approved_at_once(
    embedding: Headless, library: Path, files: list[Path], tmp_path: Path
) -> None:
    save(embedding, tmp_path, "semi-automatic")
    embedding.process(library)
    outcome = embedding("--approve", "all", "--json", library)
    assert outcome.code == 0, outcome.stderr
    assert told(files)[0] == 4
    assert len(list(library.glob("*.jpg"))) == 1


def test_why_a_sidecar_is_written_instead_is_said(
    embedding: Headless, library: Path, files: list[Path], tmp_path: Path
) -> None:
    gallery.with_sidecar(files[0], rating=1)
    save(embedding, tmp_path, "automatic")
    text = embedding("--process", "--dry-run", library).stdout.decode()
    assert "goes into a sidecar: large.jpg.xmp is beside it" in " ".join(text.split())
    for decision in embedding.process("--dry-run", library).of_type("decision"):
        if any(each["kind"] == "write sidecar" for each in decision["operations"]):
            assert decision["notes"]
