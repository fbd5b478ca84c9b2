"""Colours: every theme says all that is meant, a broken one is told of, and none is needed."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.theme import BUILTIN_THEMES

from core.errors import UsageError
from tests import gallery
from tests.tui.review import reviewing
from tui.theming import chosen_theme, load_themes, meanings, shipped_themes

MEANT = {"keep", "trash", "attention", "better", "worse", "faint"}


def test_the_shipped_themes_say_all_that_is_meant() -> None:
    themes = shipped_themes()
    assert {theme.name for theme in themes} == {
        "betterhalf-dark", "betterhalf-light", "betterhalf-contrast", "betterhalf-ansi"
    }  # fmt: skip
    for theme in themes:
        assert theme.variables.keys() >= MEANT


def test_a_theme_of_ones_own_may_leave_out_what_its_colours_tell(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(
        'name = "mine"\nprimary = "#123456"\nsuccess = "green"\n[variables]\nfaint = "#777777"\n'
    )
    themes = load_themes(tmp_path)
    assert themes.problems == ()
    mine = themes.all[-1]
    assert mine.variables["keep"] == "green"
    assert mine.variables["faint"] == "#777777"
    assert chosen_theme(themes, "mine") == ("mine", [])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name = ", "Invalid value"),
        ('primary = "red"', "it has no name"),
        ('name = "x"', "it has no primary"),
        ('name = "x"\nprimary = "reddish"', "primary = 'reddish' is no colour"),
        ('name = "x"\nprimary = 3', "it has no primary"),
        ('name = "x"\nprimary = "red"\nerror = 3', "error is a text"),
        ('name = "x"\nprimary = "red"\nvariables = 3', "variables is a table"),
        ('name = "x"\nprimary = "red"\ncolour = "red"', "there is no colour in a theme"),
        ('name = "x"\nprimary = "red"\n[variables]\nkeep = "no"', "keep = 'no' is no colour"),
    ],
)
def test_a_broken_theme_is_told_of_in_one_line_and_left_out(
    text: str, said: str, tmp_path: Path
) -> None:
    (tmp_path / "bad.toml").write_text(text)
    themes = load_themes(tmp_path)
    (problem,) = themes.problems
    assert str(tmp_path / "bad.toml") in problem
    assert said in problem
    assert "\n" not in problem
    assert chosen_theme(themes, "x") == (
        "betterhalf-dark", [problem, "theme x is not there, so this is betterhalf-dark"]
    )  # fmt: skip


def test_a_file_that_is_no_text_and_a_folder_that_is_not_there_are_no_obstacle(
    tmp_path: Path,
) -> None:
    assert load_themes(tmp_path / "nowhere").problems == ()
    (tmp_path / "bad.toml").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "folder.toml").mkdir()
    assert len(load_themes(tmp_path).problems) == 2


def test_a_theme_that_nobody_has_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no theme purple"):
        chosen_theme(load_themes(tmp_path), "purple")


@pytest.mark.parametrize("theme", BUILTIN_THEMES.values(), ids=lambda theme: theme.name)
def test_textuals_own_themes_can_be_chosen_too(theme) -> None:  # type: ignore[no-untyped-def]
    assert meanings(theme).keys() == MEANT
    assert all(meanings(theme).values())


async def test_every_theme_draws_the_review(library: Path, tmp_path: Path) -> None:
    gallery.build(library)
    async with reviewing([library], tmp_path / "c.db") as review:
        for name in ("betterhalf-light", "betterhalf-ansi", "nord", "betterhalf-contrast"):
            review.app.theme = name
            await review.pilot.pause()
            assert "pair 1 of" in review.text("header")


async def test_without_colours_everything_is_still_said(
    library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    photo = gallery.exact_copy(gallery.photo("coffee"), library / "a.jpg", modified=1e9)
    gallery.exact_copy(photo, library / "b.jpg", modified=2e9)
    async with reviewing([library], tmp_path / "c.db") as review:
        colours = {
            channel
            for strip in review.screen._compositor.render_strips()
            for segment in strip
            if segment.style and segment.style.color and segment.style.color.triplet
            for channel in [segment.style.color.triplet]
        }
        assert all(max(each) - min(each) <= 1 for each in colours)
        assert review.text("paths").split() == ["A", "●", "a.jpg", "B", "○", "b.jpg"]
        assert "▲" in review.text("table")
