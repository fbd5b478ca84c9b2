"""Colour themes from TOML files: data in `themes/`, meaning here."""

from __future__ import annotations

import tomllib
from importlib.resources import files

from textual.theme import Theme


def shipped_themes() -> list[Theme]:
    """Every theme in the `themes` package, by name.

    Each file gives Textual's colours and, as variables, the meanings the screens speak of:
    keep, trash, attention, better, worse, faint.
    """
    themes = []
    for entry in sorted(files("themes").iterdir(), key=lambda entry: entry.name):
        if entry.name.endswith(".toml"):
            table = tomllib.loads(entry.read_text("utf-8"))
            variables = table.pop("variables")
            themes.append(Theme(**table, variables=variables))
    return themes
