"""What the screen says, without a screen."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from core.errors import ImageError
from core.metadata.compare import FieldComparison, PairView, Standing
from core.model import (
    Asset,
    Change,
    Companion,
    CompanionKind,
    Confidence,
    Direction,
    Facts,
    Judgement,
    Metadata,
    PairKind,
    PairRef,
    Role,
    Verdict,
)
from core.workers.events import Progress
from tui import views
from tui.commands import REVIEW


def asset(name: str, **metadata: object) -> Asset:
    facts = Facts("JPEG", 1000, 400, 300)
    return Asset(1, Path("/p", name), 0, b"", 1, facts, Metadata(**metadata))  # type: ignore[arg-type]


def test_every_line_of_the_fields_fits_the_width() -> None:
    long = "a caption that goes on and on " * 20
    rows = [FieldComparison("description", long, long + "!", Standing.DIFFERS, "a note " * 9)]
    for width in (60, 80, 100, 160, 200):
        lines = views.fields(rows, width, everything=False).plain.split("\n")
        assert max(map(len, lines)) <= width
        assert "…" in lines[0]


def test_equal_fields_are_folded_until_all_are_wanted() -> None:
    rows = [
        FieldComparison("format", "JPEG", "JPEG", Standing.EQUAL),
        FieldComparison("rating", "★", "", Standing.ONLY_LEFT),
    ]
    folded = views.fields(rows, 80, everything=False).plain
    assert "format" not in folded
    assert "1 field equal" in folded
    assert "format" in views.fields(rows, 80, everything=True).plain


def test_better_worse_and_absent_are_said_by_glyphs() -> None:
    rows = [
        FieldComparison("dimensions", "4 × 4", "2 × 2", Standing.LEFT_BETTER, "4.0 × the pixels"),
        FieldComparison("tags", "", "beach", Standing.ONLY_RIGHT),
    ]
    first, second = views.fields(rows, 80, everything=False).plain.split("\n")
    assert first.index("▲") < first.index("4 × 4") < first.index("▼") < first.index("2 × 2")
    assert second.index("—") < second.index("+ beach")


def test_a_path_is_shown_from_its_library_and_can_do_nothing() -> None:
    shown = views.shown_path(Path("/photos/\x1b[2J\n[red]x.jpg"), [Path("/photos")])
    assert shown == "␛[2J␊[red]x.jpg"


def test_a_long_path_keeps_its_end() -> None:
    assert views.cut_path("Holiday/Lisbon/IMG_2041.JPG", 15) == "…n/IMG_2041.JPG"
    assert views.cut_path("a.jpg", 15) == "a.jpg"


def test_the_header_fits_and_shows_the_scan_with_rate_and_time_left() -> None:
    running = Progress("reading", 500, 1500, 10.0)
    for width in (80, 120, 200):
        text = views.header("a library with a long name " * 9, 3, 1904, running, 2, 0, width).plain
        assert len(text) <= width
        for part in ("pair 3 of 1,904", "500/1,500", "50/s", "20 s left", "2 unreadable"):
            assert part in text


def test_markup_in_a_library_name_is_only_text() -> None:
    assert "[bold]x" in views.header("[bold]x", 0, 0, None, 0, 0, 80).plain


def test_the_evidence_says_why_they_are_a_pair() -> None:
    left, right = asset("a.jpg"), asset("b.jpg")
    for kind, words in (
        (PairKind.EXACT, "byte for byte"),
        (PairKind.PIXELS, "pixel duplicates"),
        (PairKind.SIMILAR, "distance 2"),
    ):
        view = PairView.of(PairRef(1, 2, kind, 2), left, right)
        assert words in views.evidence(view, None, 80).plain


ALTERNATE = Verdict(
    judgement=Judgement.ALTERNATE,
    confidence=None,
    change=Change.MARK,
    directions=(Direction("b", Role.MARKED),),
    reasons=("B has a mark near its lower right corner.", "Everything else is coding noise."),
    score=9.0,
)


def test_the_verdict_is_a_sentence_with_as_many_reasons_as_fit() -> None:
    view = PairView.of(PairRef(1, 2, PairKind.SIMILAR, 2), asset("a.jpg"), asset("b.jpg"))
    shown = {width: views.evidence(view, ALTERNATE, width).plain for width in (80, 120, 200)}
    said = " the same picture, changed: watermark or text · B is the one with the mark · distance 2"
    assert shown[80] == said
    assert shown[120] == said
    assert shown[200].startswith(said)
    assert shown[200].endswith("lower right corner · Everything else is coding noise")
    assert len(shown[200]) <= 200


def test_how_sure_a_verdict_is_is_said() -> None:
    view = PairView.of(PairRef(1, 2, PairKind.SIMILAR, 0), asset("a.jpg"), asset("b.jpg"))
    said = {
        views.evidence(view, replace(ALTERNATE, judgement=judgement, confidence=confidence), 80)
        .plain.split(" · ")[0]
        .strip()
        for judgement, confidence in (
            *((Judgement.VISUAL, each) for each in Confidence),
            (Judgement.PIXELS, None),
            (Judgement.DIFFERENT, None),
        )
    }
    assert len(said) == 5
    assert "almost certainly the same picture" in said


def test_why_there_is_no_verdict_is_said() -> None:
    view = PairView.of(PairRef(1, 2, PairKind.SIMILAR, 2), asset("a.jpg"), asset("b.jpg"))
    error = ImageError("b.jpg", "the picture is cut off", "restore it from a backup")
    text = views.evidence(view, error, 120).plain
    assert "distance 2" in text
    assert "no verdict: the picture is cut off" in text


def test_a_raw_without_counterpart_is_said_first() -> None:
    raw = Companion(CompanionKind.RAW, Path("/p/b.CR2"))
    left = asset("a.jpg")
    right = Asset(2, Path("/p/b.jpg"), 0, b"", 1, left.facts, left.metadata, (raw,))
    view = PairView.of(PairRef(1, 2, PairKind.EXACT, 0), left, right)
    assert views.evidence(view, None, 80).plain.startswith(" ! b.CR2 has no counterpart")
    assert view.swapped().unmatched() == ("b.CR2",)


def test_the_hint_bar_fits_and_never_loses_help_and_quit() -> None:
    for width in (20, 40, 80, 120):
        text = views.hints(REVIEW, width).plain
        assert len(text) <= width
        assert "? help" in text
        assert "q quit" in text
    assert "u undo" in views.hints(REVIEW, 80).plain
