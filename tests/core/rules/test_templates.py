"""What each template does with pairs that a person would know the answer to."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.model import (
    Asset,
    Change,
    Confidence,
    Direction,
    Judgement,
    PairKind,
    PairRef,
    RelationKind,
    Role,
    Verdict,
)
from core.rules.check import errors, warnings, warnings_between
from core.rules.prepared import Prepared
from core.rules.rule import Case, Fate, Mode, Outcome, Stage
from core.rules.templates import RECOMMENDED, templates
from core.rules.toml_form import read_rules, write_rules
from tests.core.rules.drawn import DAY, NOW
from tests.core.rules.test_evaluate import asset, visual

NAMED = {rule.name: rule for rule in templates()}

HYDRUS = (
    "pixel-perfect jpegs vs pngs",
    "pixel-perfect gifs vs pngs",
    "pixel-perfect jpegs vs pngs - except when png is smaller",
    "pixel-perfect gifs vs pngs - except when png is smaller",
    "pixel-perfect pairs",
    "visually similar pairs",
    "visually similar pairs - only earlier imports",
    "near-perfect jpegs vs pngs",
)


def measured(
    confidence: Confidence, *directions: Direction, blur: float = 0.0, noise: float = 0.0
) -> Verdict:
    """A visual duplicate whose two sides are equally sharp and noisy, unless said otherwise."""
    return replace(visual(confidence, *directions), blur=blur, noise=noise)


CERTAIN = measured(Confidence.ALMOST_CERTAIN)
NEAR = measured(Confidence.NEAR_PERFECT)
PROBABLE = measured(Confidence.VERY_PROBABLE)
ALTERNATE = Verdict(Judgement.ALTERNATE, None, Change.MOMENT, (), ("so",), 9.0)


def certain(side: str, role: Role) -> Verdict:
    return measured(Confidence.ALMOST_CERTAIN, Direction(side, role))


def test_the_templates_are_all_there_and_valid() -> None:
    assert set(HYDRUS) | set(RECOMMENDED) < set(NAMED)
    assert len(NAMED) == len(templates())
    for rule in templates():
        assert errors(rule) == []
        assert rule.note
        assert rule.mode is Mode.SEMI
        assert not rule.paused
    assert read_rules(write_rules(templates()), "again.toml") == templates()


def test_no_template_needs_a_warning_and_none_reverses_another() -> None:
    assert {rule.name: warnings(rule) for rule in templates() if warnings(rule)} == {}
    assert warnings_between(templates()) == ()


@pytest.mark.parametrize("name", RECOMMENDED)
def test_what_is_recommended_trashes_one_of_two_that_are_known_to_be_one_picture(
    name: str,
) -> None:
    of = NAMED[name]
    assert of.action.kind is RelationKind.BETTER
    assert (of.action.a, of.action.b) == (Fate.KEEP, Fate.TRASH)
    a, b = asset(1, "/1.jpg", size=3_000_000, width=800, height=600), asset(2, "/2.jpg")
    same_size = replace(a, id=3, facts=replace(a.facts, size=1_000_000))
    for verdict in (PROBABLE, ALTERNATE, replace(ALTERNATE, judgement=Judgement.DIFFERENT)):
        for other in (b, same_size):
            stage = ask(name, a, other, verdict=verdict).stage
            assert stage in (Stage.NO_MATCH, Stage.FAILED)


def ask(
    name: str,
    a: Asset,
    b: Asset,
    kind: PairKind = PairKind.SIMILAR,
    verdict: Verdict | None = None,
    distance: int = 0,
) -> Outcome:
    case = Case(a, b, PairRef(a.id, b.id, kind, distance), verdict)
    return Prepared(NAMED[name], NOW).test(case)


KEPT_A, KEPT_B = Outcome(Stage.FITS), Outcome(Stage.FITS, swapped=True)

OLD = asset(1, "/b.jpg", modified_ns=NOW - DAY, size=3_000_000, exif_count=5, headers=("EXIF",))
NEW = asset(2, "/a.jpg", size=2_000_000, exif_count=0)
PNG = asset(3, "/c.png", format="PNG", size=9_000_000, exif_count=0)
SMALL = asset(4, "/d.jpg", width=200, height=150, size=500_000)
GIF = asset(5, "/e.gif", format="GIF", size=2_500_000)


def test_of_exact_copies_the_oldest_stays_then_the_first_path() -> None:
    assert ask("exact copies", OLD, NEW, PairKind.EXACT) == KEPT_A
    assert ask("exact copies", NEW, OLD, PairKind.EXACT) == KEPT_B
    twin = replace(NEW, id=9, path=NEW.path.with_name("z.jpg"))
    assert ask("exact copies", twin, NEW, PairKind.EXACT) == KEPT_B
    assert ask("exact copies", OLD, NEW, PairKind.PIXELS).stage is Stage.NO_MATCH


def test_of_exact_copies_that_of_the_first_folder_stays() -> None:
    name = "exact copies by folder priority"
    home = OLD.path.home()
    here = replace(NEW, path=home / "Originals" / "x.jpg")
    there = replace(OLD, path=home / "Pictures" / "x.jpg")
    assert ask(name, there, here, PairKind.EXACT) == KEPT_B
    assert ask(name, there, OLD, PairKind.EXACT) == KEPT_A
    assert ask(name, OLD, NEW, PairKind.EXACT).stage is Stage.FAILED


def test_of_pixel_duplicates_the_one_with_more_to_say_stays() -> None:
    assert ask("pixel duplicates", PNG, OLD, PairKind.PIXELS) == KEPT_B
    assert ask("pixel duplicates", PNG, NEW, PairKind.PIXELS) == KEPT_B
    profiled = replace(PNG, facts=replace(PNG.facts, headers=("ICC",)))
    assert ask("pixel duplicates", profiled, OLD, PairKind.PIXELS).stage is Stage.FAILED
    assert ask("pixel duplicates", PNG, OLD).stage is Stage.NO_MATCH
    # What a program wrote to say which way up is no reason to give up the JPEG it was made from.
    turned = replace(PNG, facts=replace(PNG.facts, headers=("EXIF",), exif_count=6))
    assert ask("pixel duplicates", turned, NEW, PairKind.PIXELS).stage is Stage.FAILED
    dated = replace(turned, metadata=replace(PNG.metadata, taken="2020-01-01 10:00:00"))
    assert ask("pixel duplicates", dated, NEW, PairKind.PIXELS) == KEPT_A


def test_an_upscale_loses_whatever_its_size() -> None:
    large, original = replace(OLD, facts=replace(OLD.facts, headers=())), SMALL
    assert ask("upscale loses", large, original, verdict=certain("a", Role.UPSCALE)) == KEPT_B
    assert ask("upscale loses", OLD, original, verdict=certain("a", Role.UPSCALE)).stage is (
        Stage.FAILED
    )
    assert ask("upscale loses", large, original, verdict=CERTAIN).stage is Stage.FAILED


def test_a_smaller_resize_loses_where_the_larger_one_shows_more() -> None:
    name = "smaller resize loses"
    assert ask(name, OLD, SMALL).stage is Stage.UNKNOWN
    assert ask(name, OLD, SMALL, verdict=certain("a", Role.LARGER)) == KEPT_A
    assert ask(name, OLD, SMALL, verdict=certain("a", Role.UPSCALE)).stage is Stage.FAILED
    assert ask(name, OLD, SMALL, verdict=CERTAIN).stage is Stage.FAILED
    with_exif = replace(SMALL, facts=replace(SMALL.facts, headers=("EXIF",)))
    verdict = certain("a", Role.LARGER)
    assert ask(name, NEW, with_exif, verdict=verdict).stage is Stage.FAILED


def test_a_re_encode_of_lower_quality_loses_even_if_it_is_the_larger_file() -> None:
    name = "lower-quality re-encode loses"
    bare = replace(OLD, facts=replace(OLD.facts, headers=()))
    assert ask(name, bare, NEW, verdict=certain("a", Role.REENCODED)) == KEPT_B
    assert ask(name, OLD, NEW, verdict=certain("b", Role.REENCODED)) == KEPT_A
    assert ask(name, OLD, NEW, verdict=certain("a", Role.REENCODED)).stage is Stage.FAILED


@pytest.mark.parametrize(("blur", "noise"), [(-0.4, 0.0), (0.4, 0.0), (0.0, -5.0)])
@pytest.mark.parametrize(
    ("name", "roles"),
    [
        ("lower-quality re-encode loses", [Direction("b", Role.REENCODED)]),
        ("smaller file of the same type loses", []),
        ("smaller file of a later type loses", []),
    ],
)
def test_what_was_blurred_sharpened_or_made_noisy_is_left_to_a_person(
    name: str, roles: list[Direction], blur: float, noise: float
) -> None:
    a = replace(OLD, facts=replace(OLD.facts, quality=90))
    b = replace(a, id=9, facts=replace(a.facts, size=a.facts.size // 2, quality=80))
    if "later type" in name:
        b = replace(b, facts=replace(b.facts, format="WEBP"))
    alike = measured(Confidence.NEAR_PERFECT, *roles)
    assert ask(name, a, b, verdict=alike).stage is Stage.FITS
    edited = replace(alike, blur=blur, noise=noise)
    assert ask(name, a, b, verdict=edited).stage is Stage.FAILED


def test_size_decides_only_where_the_verdict_names_no_side() -> None:
    name = "smaller file of the same type loses"
    a = replace(OLD, facts=replace(OLD.facts, quality=90))
    b = replace(NEW, facts=replace(NEW.facts, quality=80))
    assert ask(name, b, a, verdict=NEAR) == KEPT_B
    assert ask(name, b, a, verdict=CERTAIN).stage is Stage.FAILED
    assert ask(name, a, b, verdict=certain("a", Role.REENCODED)).stage is Stage.FAILED
    finer = replace(b, facts=replace(b.facts, quality=95))
    assert ask(name, a, finer, verdict=NEAR).stage is Stage.FAILED
    grey = replace(b, facts=replace(b.facts, mode="L"))
    assert ask(name, a, grey, verdict=NEAR).stage is Stage.FAILED


def test_a_smaller_file_of_a_type_that_cameras_do_not_write_loses() -> None:
    name = "smaller file of a later type loses"
    webp = asset(6, "/f.webp", format="WEBP", size=900_000)
    heic = asset(7, "/f.heic", format="HEIF", size=900_000, headers=("EXIF",))
    assert ask(name, webp, OLD, verdict=CERTAIN) == KEPT_B
    assert ask(name, webp, PNG, verdict=CERTAIN) == KEPT_B
    assert ask(name, heic, OLD, verdict=CERTAIN).stage is Stage.FAILED
    assert ask(
        name, replace(heic, facts=replace(heic.facts, headers=())), OLD, verdict=CERTAIN
    ) == (KEPT_B)
    large = replace(webp, facts=replace(webp.facts, size=9_000_000))
    assert ask(name, large, OLD, verdict=CERTAIN).stage is Stage.FAILED


def test_immich_s_preselection_is_the_larger_file_but_never_against_pixels() -> None:
    name = "Immich's preselection"
    assert ask(name, NEW, OLD, verdict=CERTAIN) == KEPT_B
    assert ask(name, NEW, OLD, verdict=PROBABLE).stage is Stage.NO_MATCH
    small = replace(SMALL, facts=replace(SMALL.facts, size=9_000_000))
    assert ask(name, small, OLD, verdict=CERTAIN).stage is Stage.FAILED
    raw = asset(8, "/raw/b.cr2", format="CR2", coding="raw", size=20_000_000)
    assert ask(name, raw, OLD, verdict=CERTAIN).stage is Stage.NO_MATCH


def test_a_heic_stays_before_its_export_and_only_that() -> None:
    name = "HEIC original over its JPEG export"
    heic = asset(7, "/x/b.heic", format="HEIF", size=900_000, headers=("EXIF",))
    assert ask(name, OLD, heic, verdict=CERTAIN) == KEPT_B
    assert ask(
        name, replace(OLD, path=OLD.path.with_name("q.jpg")), heic, verdict=CERTAIN
    ).stage is (Stage.FAILED)
    converted = replace(heic, facts=replace(heic.facts, headers=()))
    assert ask(name, OLD, converted, verdict=CERTAIN).stage is Stage.FAILED


def test_a_raw_and_its_jpeg_are_alternates() -> None:
    raw = asset(8, "/raw/b.cr2", format="CR2", coding="raw")
    assert NAMED["RAW and JPEG are alternates"].action.kind is RelationKind.ALTERNATES
    assert ask("RAW and JPEG are alternates", OLD, raw, verdict=PROBABLE) == KEPT_A
    assert ask("RAW and JPEG are alternates", NEW, raw, verdict=PROBABLE).stage is Stage.FAILED


def test_what_a_messenger_made_of_a_picture_loses() -> None:
    name = "messenger re-encodes"
    assert ask(name, SMALL, OLD, verdict=certain("b", Role.LARGER)) == KEPT_B
    assert ask(name, NEW, OLD, verdict=certain("a", Role.REENCODED)) == KEPT_B
    assert ask(name, SMALL, NEW, verdict=certain("b", Role.LARGER)).stage is Stage.FAILED


def test_the_frames_of_a_burst_are_alternates() -> None:
    name = "burst frames are alternates"
    first = asset(1, camera="Canon", taken="2020-01-01 10:00:00")
    next_ = asset(2, camera="Canon", taken="2020-01-01 10:00:02")
    later = asset(3, camera="Canon", taken="2020-01-01 10:00:03")
    assert NAMED[name].action.kind is RelationKind.ALTERNATES
    assert ask(name, first, next_, verdict=ALTERNATE) == KEPT_A
    assert ask(name, first, later, verdict=ALTERNATE).stage is Stage.FAILED
    assert ask(name, first, next_, verdict=CERTAIN).stage is Stage.FAILED


# Those of hydrus.


def test_a_jpeg_or_gif_stays_before_the_png_made_from_it() -> None:
    for name, lossy in (("jpegs", NEW), ("gifs", GIF)):
        rule = f"pixel-perfect {name} vs pngs"
        assert ask(rule, PNG, lossy, PairKind.PIXELS) == KEPT_B
        assert ask(rule, PNG, lossy).stage is Stage.NO_MATCH
        small = replace(PNG, facts=replace(PNG.facts, size=1_000))
        assert ask(rule, small, lossy, PairKind.PIXELS) == KEPT_B
        unless = f"{rule} - except when png is smaller"
        assert ask(unless, PNG, lossy, PairKind.PIXELS) == KEPT_B
        assert ask(unless, small, lossy, PairKind.PIXELS).stage is Stage.FAILED
        icon = replace(PNG, facts=replace(PNG.facts, width=128))
        assert ask(rule, icon, lossy, PairKind.PIXELS).stage is Stage.NO_MATCH


def test_of_pixel_perfect_pairs_the_larger_stays_then_the_one_seen_first() -> None:
    name = "pixel-perfect pairs"
    assert ask(name, NEW, OLD, PairKind.PIXELS) == KEPT_B
    assert ask(name, NEW, PNG, PairKind.PIXELS).stage is Stage.FAILED
    first = replace(NEW, first_seen_ns=NOW - DAY)
    second = replace(NEW, id=9, first_seen_ns=NOW)
    assert ask(name, second, first, PairKind.PIXELS) == KEPT_B
    assert ask(name, NEW, replace(NEW, id=9), PairKind.PIXELS).stage is Stage.FAILED
    stripped = replace(OLD, facts=replace(OLD.facts, headers=()))
    with_exif = replace(NEW, facts=replace(NEW.facts, headers=("EXIF",)))
    assert ask(name, stripped, with_exif, PairKind.PIXELS).stage is Stage.FAILED


def test_of_visually_similar_pairs_the_larger_stays_if_it_was_there_early_enough() -> None:
    name = "visually similar pairs"
    assert ask(name, NEW, OLD, verdict=CERTAIN) == KEPT_B
    assert ask(name, NEW, OLD, verdict=PROBABLE).stage is Stage.FAILED
    assert ask(name, NEW, OLD, verdict=CERTAIN, distance=2).stage is Stage.NO_MATCH
    assert ask(name, NEW, OLD, PairKind.PIXELS).stage is Stage.NO_MATCH
    early = f"{name} - only earlier imports"
    late = replace(OLD, first_seen_ns=NOW)
    assert ask(early, replace(NEW, first_seen_ns=NOW - 6 * DAY), late, verdict=CERTAIN) == KEPT_B
    long_ago = replace(NEW, first_seen_ns=NOW - 7 * DAY)
    assert ask(early, long_ago, late, verdict=CERTAIN).stage is Stage.FAILED


def test_a_png_that_shows_nearly_a_smaller_jpeg_loses() -> None:
    name = "near-perfect jpegs vs pngs"
    assert ask(name, PNG, OLD, verdict=NEAR) == KEPT_B
    assert ask(name, PNG, OLD, verdict=CERTAIN).stage is Stage.FAILED
    large = replace(OLD, facts=replace(OLD.facts, size=10_000_000))
    assert ask(name, PNG, large, verdict=NEAR).stage is Stage.FAILED
