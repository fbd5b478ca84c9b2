from __future__ import annotations

import pytest

from core.text import (
    counted,
    human_duration,
    human_moment,
    human_size,
    human_span,
    joined_reasons,
    parted_reasons,
    printable,
)


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("IMG_2041.jpg", "IMG_2041.jpg"),
        ("Café – été.jpg", "Café – été.jpg"),
        ("line\nbreak", "line␊break"),
        ("\x1b[2Jclear", "␛[2Jclear"),
        ("rub\x7fout", "rub␡out"),
        ("caf\udce9.jpg", "caf\\xe9.jpg"),
        ("IMG_\u202egpj.exe", "IMG_\\u202egpj.exe"),
        ("eight\u009bbit", "eight\\u009bbit"),
        ("two\u2028lines", "two\\u2028lines"),
        ("tag \U000e0041", "tag \\U000e0041"),
        ("👩\u200d🚀", "👩\u200d🚀"),
    ],
)
def test_a_name_is_shown_and_does_nothing(raw: str, shown: str) -> None:
    assert printable(raw) == shown


@pytest.mark.parametrize("code", [*range(0x20), *range(0x7F, 0xA0), 0xAD, 0x061C, 0xFEFF])
def test_no_control_or_format_character_passes(code: int) -> None:
    assert chr(code) not in printable(f"a{chr(code)}b")


@pytest.mark.parametrize(
    ("size", "shown"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.0 KB"),
        (214_000, "214 KB"),
        (999_600, "1.0 MB"),
        (2_100_000, "2.1 MB"),
        (99_960_000, "100 MB"),
        (5_000_000_000_000_000_000, "5000 PB"),
    ],
)
def test_sizes_read_as_file_managers_show_them(size: int, shown: str) -> None:
    assert human_size(size) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0.2, "0 s"), (59.4, "59 s"), (59.6, "1 min"), (3599, "59 min"), (7500, "2 h 05 min")],
)
def test_durations_name_the_units_that_matter(seconds: float, shown: str) -> None:
    assert human_duration(seconds) == shown


@pytest.mark.parametrize("nanoseconds", [-(1 << 63), -1, 0, (1 << 63) - 1])
def test_every_time_the_catalog_can_hold_can_be_told(nanoseconds: int) -> None:
    assert human_moment(nanoseconds)[4] == "-"


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(30, "30 s"), (3600, "1 hour"), (2.5 * 86_400, "2 days"), (4.5e8, "14 years")],
)
def test_spans_name_the_largest_unit(seconds: float, shown: str) -> None:
    assert human_span(seconds) == shown


def test_numbers_agree_with_their_nouns() -> None:
    assert counted(1, "pair") == "1 pair"
    assert counted(1904, "pair") == "1,904 pairs"
    assert counted(0, "copy", "copies") == "0 copies"


def test_reasons_are_kept_as_one_text_and_given_out_one_by_one() -> None:
    reasons = ["they have the same bytes", "A is older"]
    assert parted_reasons(joined_reasons(reasons)) == reasons
