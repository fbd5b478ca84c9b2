"""The rules at hand: those that were saved, and the templates that come with betterhalf."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import replace

from core.catalog import rulebook
from core.catalog.database import Catalog
from core.catalog.rulebook import StoredRule
from core.errors import UsageError
from core.rules.rule import Mode, Rule
from core.rules.templates import RECOMMENDED, templates
from core.rules.toml_form import read_rules, write_rules

RECOMMENDED_NAME = "recommended"
"""Stands for the recommended templates wherever a rule is named."""


async def saved_rules(catalog: Catalog) -> list[Rule]:
    """The saved rules, the first to act first.

    Raises:
        UsageError: one was written by a newer betterhalf, or is broken.
    """
    found: list[Rule] = []
    for stored in await catalog.call(rulebook.stored_rules):
        found.extend(read_rules(stored.definition, f"rule {stored.name}"))
    return found


def refuse_reserved(rules: Sequence[Rule]) -> None:
    """Raise UsageError where a rule has a name that stands for others."""
    for rule in rules:
        if plain_name(rule.name) == RECOMMENDED_NAME:
            raise UsageError(
                f"rule {rule.name}", "this name stands for the recommended templates", "rename it"
            )


async def save_rules(catalog: Catalog, rules: Sequence[Rule]) -> None:
    """Save `rules`, in place of those of the same names."""
    stored = [StoredRule(rule.name, write_rules([rule])) for rule in rules]
    await catalog.call(rulebook.save_rules, stored)


async def chosen_rules(catalog: Catalog, names: Sequence[str]) -> list[Rule]:
    """The rules to run: those of these names, in this order; all saved ones where none is named.

    A template that is named is automatic, as whoever names it wants it to act.

    Raises:
        UsageError: there is no rule of a name.
    """
    if not names:
        return await saved_rules(catalog)
    saved = {rule.name for rule in await saved_rules(catalog)}
    return [
        rule if rule.name in saved else replace(rule, mode=Mode.AUTOMATIC, paused=False)
        for rule in await named_rules(catalog, names)
    ]


async def named_rules(catalog: Catalog, names: Sequence[str]) -> list[Rule]:
    """The rules of these names as they were saved, or else as they are shipped.

    Raises:
        UsageError: there is no rule of a name.
    """
    everything = [*templates(), *await saved_rules(catalog)]
    known = {plain_name(rule.name): rule for rule in everything}
    # Where two names are typed alike, each still has its own to the letter.
    exact = {rule.name: rule for rule in everything}
    found: dict[str, Rule] = {}
    for name in names:
        for each in RECOMMENDED if name == RECOMMENDED_NAME else (name,):
            if each not in exact and plain_name(each) not in known:
                near = difflib.get_close_matches(plain_name(each), [*known, RECOMMENDED_NAME], 1)
                remedy = f"did you mean {near[0]}?" if near else "--rules-export shows the saved"
                raise UsageError(f"rule {each}", "there is no such rule", remedy)
            rule = exact.get(each) or known[plain_name(each)]
            found.setdefault(rule.name, rule)
    return list(found.values())


def plain_name(name: str) -> str:
    """A rule's name as it is typed without quotes: ``exact-copies`` is ``exact copies``."""
    return " ".join(re.findall(r"[^\s-]+", name.lower()))
