"""Rules that come with betterhalf, all off until somebody asks for them."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from importlib.resources import files

from core.rules.language import FolderOrder
from core.rules.rule import Rule
from core.rules.scoring import PreferFolder
from core.rules.toml_form import read_rules

RECOMMENDED = (
    "exact copies",
    "pixel duplicates",
    "upscale loses",
    "smaller resize loses",
    "lower-quality re-encode loses",
    "smaller file of the same type loses",
    "smaller file of a later type loses",
)
"""Safe enough to run automatically on anyone's library, in the order in which they are asked."""


def preferring(rule: Rule, folders: tuple[str, ...]) -> Rule:
    """`rule`, going by these folders wherever it goes by some."""
    return replace(
        rule,
        comparison=tuple(
            replace(each, folders=folders) if isinstance(each, FolderOrder) else each
            for each in rule.comparison
        ),
        keep=tuple(
            replace(each, folders=folders) if isinstance(each, PreferFolder) else each
            for each in rule.keep
        ),
    )


@cache
def templates() -> tuple[Rule, ...]:
    """All of them, by their place in the file."""
    text = files("core.rules").joinpath("templates.toml").read_text("utf-8")
    return read_rules(text, "templates.toml")
