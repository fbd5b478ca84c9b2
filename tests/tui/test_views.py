"""What the screen says, without a screen."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from rich.cells import cell_len

from core.errors import ImageError
from core.metadata.compare import PairView
from core.model import (
    Asset,
    Change,
    Companion,
    CompanionKind,
    Confidence,
    Direction,
    Facts,
    Fate,
    FieldChange,
    Judgement,
    Metadata,
    PairKind,
    PairRef,
    RelationKind,
    Role,
    Verdict,
)
from core.workers.events import Progress
from tui.commands import REVIEW
from tui.known import KnownPair, Outlook, RuleWish
from tui.queue.lens import Lens
from tui.views import cells, fields, lines
from tui.views import pair as pair_lines


def asset(name: str, **metadata: object) -> Asset:
    facts = Facts("JPEG", 1000, 400, 300)
    number = ord(name[0])
    return Asset(number, Path("/p", name), 0, b"", 1, facts, Metadata(**metadata))  # type: ignore[arg-type]


def known(
    left: Asset,
    right: Asset,
    verdict: Verdict | ImageError | None = None,
    gains: dict[int, tuple[FieldChange, ...]] | None = None,
    wish: RuleWish | None = None,
    kind: PairKind = PairKind.SIMILAR,
) -> KnownPair:
    """A pair with all that is known of it."""
    view = PairView.of(PairRef(left.id, right.id, kind, 2), left, right)
    outlook = None if gains is None and wish is None else Outlook(gains or {}, wish)
    return KnownPair(view, verdict, outlook)


def table(pair: KnownPair, width: int = 120, everything: bool = False) -> list[str]:
    return fields.table(pair, width, everything).plain.split("\n")


def line(name: str, pair: KnownPair, width: int = 120) -> str:
    (found,) = [each for each in table(pair, width) if each.startswith(f" {name} ")]
    return found


@pytest.mark.parametrize("everything", [False, True])
def test_every_line_of_the_fields_fits_the_width(everything: bool) -> None:
    long = "a caption that goes on and on " * 20
    wide = "日本の写真 " * 40
    a, b = asset("a.jpg", description=long), asset("b.jpg", description=long + "!", title=wide)
    change = FieldChange("rating", "", "4", "", "")
    pair = known(a, b, gains={a.id: (change,)})
    for width in (60, 80, 100, 160, 200):
        lines = table(pair, width, everything)
        assert max(map(cell_len, lines)) <= width
        assert any("…" in each for each in lines) is not everything


def test_where_everything_is_wanted_nothing_of_a_text_is_missing() -> None:
    long = " ".join(f"word{number}" for number in range(200))
    pair = known(asset("a.jpg", description=long), asset("b.jpg"))
    shown = "".join("".join(table(pair, 80, everything=True)).split())
    for word in ("word0", "word99", "word199"):
        assert word in shown
    assert "/p/a.jpg" in shown


def test_equal_fields_are_folded_until_all_are_wanted() -> None:
    pair = known(asset("a.jpg", rating=1), asset("b.jpg"))
    folded = "\n".join(table(pair))
    assert "format" not in folded
    assert "4 fields equal" in folded
    assert "format" in "\n".join(table(pair, everything=True))


def test_better_worse_and_absent_are_said_by_glyphs() -> None:
    left = replace(asset("a.jpg"), facts=Facts("JPEG", 1000, 800, 600))
    pair = known(left, asset("b.jpg", tags=("beach",)), sure(Direction("a", Role.LARGER)))
    first = line("dimensions", pair)
    assert first.index("▲") < first.index("800 × 600") < first.index("▼") < first.index("400 × 300")
    assert "A has 4.0 × the pixels" in first
    second = line("tags", pair)
    assert second.index("—") < second.index("+ beach")


def test_an_upscale_is_not_called_the_better_one_for_its_pixels() -> None:
    left = replace(asset("a.jpg"), facts=Facts("JPEG", 1000, 800, 600))
    row = line("dimensions", known(left, asset("b.jpg"), sure(Direction("a", Role.UPSCALE))))
    assert row.index("▼") < row.index("800 × 600") < row.index("▲") < row.index("400 × 300")
    assert "A is the upscale" in row
    assert "▲" not in line("dimensions", known(left, asset("b.jpg")))


def test_a_long_text_is_shown_where_it_begins_to_differ() -> None:
    same = "the same words over and over again " * 9
    pair = known(asset("a.jpg", title=f"{same}in Rome"), asset("b.jpg", title=f"{same}in Oslo"))
    shown = fields.table(pair, 120, everything=False)
    row = next(each for each in shown.split("\n") if "title" in each.plain)
    assert "Rome" in row.plain
    assert "Oslo" in row.plain
    marked = {
        row.plain[span.start : span.end] for span in row.spans if "underline" in str(span.style)
    }
    assert marked == {"Rome", "Oslo"}


def test_what_the_kept_one_will_receive_is_promised() -> None:
    a, b = asset("a.jpg", tags=("sun",)), asset("b.jpg", tags=("beach",), rating=5)
    gains = {
        a.id: (
            FieldChange("tags", "sun", "beach, sun", "", ""),
            FieldChange("rating", "", "5", "", ""),
        ),
        b.id: (FieldChange("tags", "beach", "beach, sun", "", ""),),
    }
    sided = known(a, b, sure(Direction("b", Role.REENCODED)), gains)
    assert line("tags", sided).rstrip().endswith("→ A will receive: beach")
    assert line("rating", sided).rstrip().endswith("→ A will receive: ★★★★★")
    doubtful = known(a, b, None, gains)
    assert "→ A: beach → B: sun" in line("tags", doubtful)
    assert "→ A would receive: ★★★★★" in line("rating", doubtful)
    assert "→ A: ★★★★★" in line("rating", sided, 80)


def test_the_suggestion_names_its_side_and_its_parts() -> None:
    left = replace(asset("a.jpg"), facts=Facts("JPEG", 1000, 800, 600, headers=("EXIF",)))
    right = replace(asset("b.jpg"), modified_ns=-1_000_000_000)
    pair = known(left, right, sure(Direction("a", Role.LARGER)))
    assert pair_lines.suggestion(pair, 80).plain.endswith("A by 59: pixels 50, EXIF 10, age −1")
    assert pair_lines.suggestion(pair, 20).plain.endswith(" A by 59")
    assert pair_lines.paths(pair, [Path("/p")], 80).plain.split() == [
        "A",
        "●",
        "a.jpg",
        "B",
        "○",
        "b.jpg",
    ]
    assert "EXIF" in pair_lines.why(pair).plain


def test_a_doubt_is_said_instead_of_a_suggestion() -> None:
    pair = known(asset("a.jpg"), asset("b.jpg"))
    assert pair_lines.suggestion(pair, 80).plain.endswith("no suggestion: there is no verdict")
    assert pair_lines.paths(pair, [Path("/p")], 80).plain.split() == ["A", "a.jpg", "B", "b.jpg"]


def test_the_rule_that_would_act_is_named_with_its_reasons() -> None:
    a, b = asset("a.jpg"), asset("b.jpg")
    wish = RuleWish(
        "exact copies", RelationKind.BETTER, b.id, Fate.TRASH, "they have the same bytes", ""
    )
    pair = known(a, b, wish=wish)
    assert pair_lines.suggestion(pair, 80).plain.startswith(" ◆ exact copies would keep B ")
    assert "they have the same bytes" in pair_lines.why(pair).plain
    held = known(a, b, wish=replace(wish, held="one in fifty is for you"))
    assert "but asks: one in fifty" in pair_lines.suggestion(held, 120).plain


@pytest.mark.parametrize("width", [40, 80, 120, 200])
def test_wide_names_do_not_shift_the_other_path(width: int) -> None:
    names = "abc.jpg", "a" + "日本語" * 30 + ".jpg", "aé̀.jpg", "a👩‍👩‍👧.jpg"
    for name in names:
        shown = pair_lines.paths(known(asset(name), asset("b.jpg")), [Path("/p")], width).plain
        before, _, _ = shown.rpartition(" B ")
        assert cell_len(before) == width // 2
        assert cell_len(shown) <= width


def test_a_path_is_shown_from_its_library_and_can_do_nothing() -> None:
    shown = pair_lines.shown_path(Path("/photos/\x1b[2J\n[red]x.jpg"), [Path("/photos")])
    assert shown == "␛[2J␊[red]x.jpg"


def test_a_long_path_keeps_its_end() -> None:
    assert cells.cut_path("Holiday/Lisbon/IMG_2041.JPG", 15) == "…n/IMG_2041.JPG"
    assert cells.cut_path("a.jpg", 15) == "a.jpg"


def test_the_header_fits_and_shows_the_scan_with_rate_and_time_left() -> None:
    running = Progress("reading", 500, 1500, 10.0)
    for width in (80, 120, 200):
        text = lines.header(
            "a library with a long name " * 9, 3, 1904, Lens(), running, 2, 0, width
        ).plain
        assert len(text) <= width
        for part in ("pair 3 of 1,904", "500/1,500", "50/s", "20 s left", "2 unreadable"):
            assert part in text


def test_markup_in_a_library_name_is_only_text() -> None:
    assert "[bold]x" in lines.header("[bold]x", 0, 0, Lens(), None, 0, 0, 80).plain


def test_the_evidence_says_why_they_are_a_pair() -> None:
    left, right = asset("a.jpg"), asset("b.jpg")
    for kind, words in (
        (PairKind.EXACT, "byte for byte"),
        (PairKind.PIXELS, "pixel duplicates"),
        (PairKind.SIMILAR, "distance 2"),
    ):
        view = PairView.of(PairRef(1, 2, kind, 2), left, right)
        assert words in pair_lines.evidence(view, None, 80).plain


def sure(*directions: Direction) -> Verdict:
    return Verdict(Judgement.VISUAL, Confidence.ALMOST_CERTAIN, None, directions, (), 0.5)


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
    shown = {width: pair_lines.evidence(view, ALTERNATE, width).plain for width in (80, 120, 200)}
    said = " the same picture, changed: watermark or text · B is the one with the mark · distance 2"
    assert shown[80] == said
    assert shown[120] == said
    assert shown[200].startswith(said)
    assert shown[200].endswith("lower right corner · Everything else is coding noise")
    assert len(shown[200]) <= 200


def test_how_sure_a_verdict_is_is_said() -> None:
    view = PairView.of(PairRef(1, 2, PairKind.SIMILAR, 0), asset("a.jpg"), asset("b.jpg"))
    said = {
        pair_lines.evidence(
            view, replace(ALTERNATE, judgement=judgement, confidence=confidence), 80
        )
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
    text = pair_lines.evidence(view, error, 120).plain
    assert "distance 2" in text
    assert "no verdict: the picture is cut off" in text


def test_a_raw_without_counterpart_is_said_first() -> None:
    raw = Companion(CompanionKind.RAW, Path("/p/b.CR2"))
    left = asset("a.jpg")
    right = Asset(2, Path("/p/b.jpg"), 0, b"", 1, left.facts, left.metadata, (raw,))
    view = PairView.of(PairRef(1, 2, PairKind.EXACT, 0), left, right)
    assert pair_lines.evidence(view, None, 80).plain.startswith(" ! b.CR2 has no counterpart")
    assert view.swapped().unmatched() == ("b.CR2",)


def test_the_hint_bar_fits_and_never_loses_help_and_quit() -> None:
    for width in (20, 40, 80, 120):
        text = lines.hints(lines.hinted(REVIEW, width)).plain
        assert len(text) <= width
        assert "? help" in text
        assert "q quit" in text
    assert "u undo" in lines.hints(lines.hinted(REVIEW, 80)).plain
