"""Colour themes from TOML files: data in `themes/` and in the person's own folder, meaning here.

Each file gives Textual's colours and, as variables, the meanings the screens speak of: keep, trash,
attention, better, worse, faint. What a file leaves out is made of its other colours.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, fields
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from textual.color import Color, ColorParseError
from textual.theme import Theme

from core.errors import UsageError

USUAL = "betterhalf-dark"

_SETTINGS = {each.name for each in fields(Theme)}
_COLOURS = _SETTINGS - {"name", "dark", "ansi", "luminosity_spread", "text_alpha", "variables"}


@dataclass(frozen=True, slots=True)
class Themes:
    """What there is to choose from."""

    all: tuple[Theme, ...]
    """Of two with one name the later one counts."""
    problems: tuple[str, ...] = ()
    """Which files are none, one line each."""

    @property
    def names(self) -> list[str]:
        """Each once."""
        return sorted({theme.name for theme in self.all})


def shipped_themes() -> list[Theme]:
    """Every theme in the `themes` package, by name."""
    return [_theme(entry.read_text("utf-8")) for entry in _toml(files("themes").iterdir())]


def load_themes(folder: Path) -> Themes:
    """The shipped themes and those of `folder`, which need not be there."""
    found, problems = shipped_themes(), []
    try:
        own = _toml(folder.iterdir())
    except OSError:
        own = []
    for entry in own:
        try:
            found.append(_theme(entry.read_text("utf-8")))
        except (OSError, ValueError, TypeError) as error:
            problems.append(f"theme {folder / entry.name}: {error}; it is left out")
    return Themes(tuple(found), tuple(problems))


def chosen_theme(themes: Themes, name: str) -> tuple[str, list[str]]:
    """The name of the theme to begin with, and what to tell of it.

    Raises:
        UsageError: there is no such theme, and no broken file that may be meant.
    """
    if name in themes.names:
        return name, list(themes.problems)
    if not themes.problems:
        raise UsageError("theme", f"there is no theme {name}", f"one of {themes.names}")
    return USUAL, [*themes.problems, f"theme {name} is not there, so this is {USUAL}"]


def meanings(theme: Theme) -> dict[str, str]:
    """What the screens' colours are where a theme does not say so."""
    better = theme.success or theme.primary
    worse = theme.error or theme.primary
    return {
        "keep": better,
        "trash": worse,
        "attention": theme.warning or theme.primary,
        "better": better,
        "worse": worse,
        "faint": theme.secondary or theme.primary,
    }


def _toml(entries: Iterable[Traversable]) -> list[Traversable]:
    return sorted(
        (entry for entry in entries if entry.name.endswith(".toml")), key=lambda entry: entry.name
    )


def _theme(text: str) -> Theme:
    """The theme that a file makes; raises ValueError or TypeError, with what is wrong with it."""
    table = tomllib.loads(text)
    unknown = sorted(table.keys() - _SETTINGS)
    if unknown:
        raise ValueError(f"there is no {unknown[0]} in a theme")
    for name in ("name", "primary"):
        if not isinstance(table.get(name), str):
            raise ValueError(f"it has no {name}")
    variables = table.get("variables", {})
    if not isinstance(variables, dict):
        raise ValueError("variables is a table")
    colours = {key: value for key, value in table.items() if key in _COLOURS}
    for key, value in (colours | {each: variables[each] for each in variables}).items():
        if not isinstance(value, str):
            raise ValueError(f'{key} is a text, as in {key} = "#7fc98b"')
        if key in colours or key in _MEANINGS:
            try:
                Color.parse(value)
            except ColorParseError:
                raise ValueError(f"{key} = {value!r} is no colour") from None
    theme = Theme(**{**table, "variables": {}})
    return Theme(**{**table, "variables": {**meanings(theme), **variables}})


_MEANINGS = ("keep", "trash", "attention", "better", "worse", "faint")
