"""Every bad input at once, through one real run: the rest of the library is processed."""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path

import pytest

from tests import gallery
from tests.core.desk import snapshot
from tests.core.headless import Headless, Outcome

BAD = {
    "truncated.jpg": "the picture is cut off; restore it from a backup",
    "empty.jpg": "the file is empty; restore it from a backup",
    "text.jpg": "its bytes are no picture of a known format; check what the file is",
    "bomb.png": "it claims 65535 × 65535 pixels, more than 268 million; "
    "check that it is no decompression bomb",
    "twelve.jpg": "a JPEG of 12 bits a sample; convert it to 8 bits to compare it",
}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bad").resolve() / "library"
    folder.mkdir()
    photo = gallery.exact_copy(gallery.photo("chelsea"), folder / "photo.jpg", modified=1)
    gallery.recompressed(photo, folder / "small.jpg")
    gallery.png_named_jpg(photo, folder / "png.jpg")
    gallery.cmyk_jpeg(gallery.photo("clock"), folder / "cmyk.jpg")
    gallery.exact_copy(gallery.photo("clock"), folder / "clock.jpg")
    gallery.hostile_metadata(gallery.photo("coffee"), folder / "metadata.jpg")
    gallery.truncated(photo, folder / "truncated.jpg")
    gallery.empty_file(folder / "empty.jpg")
    gallery.text_named_jpg(folder / "text.jpg")
    gallery.bomb_png(folder / "bomb.png")
    gallery.twelve_bit_jpeg(photo, folder / "twelve.jpg")
    (folder / "names").mkdir()
    (folder / "bad names").mkdir()
    gallery.hostile_names(folder / "names", gallery.photo("grass"))
    text = gallery.text_named_jpg(folder / "bad names" / "plain.jpg")
    gallery.hostile_names(folder / "bad names", text)
    return folder


@pytest.fixture(scope="module")
def start(library: Path) -> Headless:
    return Headless(library.parent / "home", library.parent / "catalog.db")


@pytest.fixture(scope="module")
def outcome(start: Headless, library: Path) -> Outcome:
    return start.process(library)


@pytest.mark.parametrize(("name", "reason"), BAD.items())
def test_a_bad_file_has_one_line_with_cause_and_remedy(
    outcome: Outcome, library: Path, name: str, reason: str
) -> None:
    assert outcome.complaint_about(f"/{name}") == f"{library / name}: {reason}"


@pytest.mark.parametrize(("name", "reason"), BAD.items())
def test_programs_are_told_of_a_bad_file(
    outcome: Outcome, library: Path, name: str, reason: str
) -> None:
    (problem,) = [each for each in outcome.of_type("problem") if each["path"].endswith(f"/{name}")]
    assert problem["path"] == str(library / name)
    assert f"{problem['cause']}; {problem['remedy']}" == reason


def test_a_wrong_suffix_is_noted_and_the_picture_is_compared(
    outcome: Outcome, library: Path
) -> None:
    assert outcome.complaint_about("/png.jpg").startswith(
        f"note: {library / 'png.jpg'}: its bytes are PNG"
    )
    assert outcome.summary["open_pairs"]["pixels"] == 1


@pytest.mark.parametrize("name", ["cmyk.jpg", "metadata.jpg", "clock.jpg", "small.jpg"])
def test_a_strange_but_sound_file_needs_no_words(outcome: Outcome, name: str) -> None:
    assert name not in outcome.stderr.decode()


def test_the_exit_code_says_that_something_could_not_be_read(outcome: Outcome) -> None:
    assert outcome.code == 1


def test_everything_else_is_processed(outcome: Outcome, library: Path) -> None:
    hostile = len(os.listdir(library / "names"))
    # The copies of one text have one content, and each of its names is reported.
    texts = sum(len(names) for _, _, names in os.walk(library / "bad names"))
    assert outcome.summary["unreadable"] == len(BAD) + texts
    assert outcome.summary["open_pairs"]["exact"] >= hostile - 1
    # photo and png against small, and the CMYK print against its source
    assert outcome.summary["open_pairs"]["similar"] == 3


def test_each_complaint_is_one_line(outcome: Outcome) -> None:
    assert len(outcome.complaints) == outcome.summary["unreadable"] + 1


def _harmless(stream: bytes) -> bool:
    text = stream.decode("utf-8")
    return all(
        unicodedata.category(character) not in ("Cc", "Cf", "Cs")
        for character in text.replace("\n", "")
    )


def test_no_name_and_no_caption_reaches_the_terminal_raw(
    outcome: Outcome, start: Headless, library: Path
) -> None:
    assert _harmless(outcome.stderr)
    for arguments in (["--process", "--dry-run", "--rule", "exact-copies"], ["--list", "pairs"]):
        people = start(*arguments, library)
        assert _harmless(people.stdout)
        assert _harmless(people.stderr)
        shown = people.stdout.decode()
        for visible in ("line␊break", "␛[2Jclear", "caf\\xe9", "\\u202e2041", "[bold red]"):
            assert visible in shown


def test_json_holds_each_name_exactly(start: Headless, library: Path) -> None:
    pairs = start("--list", "pairs", "--json", library).of_type("pair")
    named = {pair[side] for pair in pairs for side in "ab"}
    on_disk = {str(path) for path in (library / "names").rglob("*") if path.is_file()}
    assert on_disk <= named


def test_a_second_run_reports_the_same_and_reads_nothing(
    outcome: Outcome, start: Headless, library: Path
) -> None:
    again = start.process(library)
    assert again.code == 1
    assert again.summary["read"] == 0
    said = [line for line in outcome.complaints if not line.startswith("note: ")]
    assert sorted(again.complaints) == sorted(said)


def test_a_run_that_applies_no_rule_changes_no_file(start: Headless, library: Path) -> None:
    before = snapshot(library)
    start.process(library)
    assert snapshot(library) == before
