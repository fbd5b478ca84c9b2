"""The rules at hand: those that were saved, and the templates that come with betterhalf."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain, count

from core.catalog import rulebook
from core.catalog.database import Catalog
from core.catalog.rulebook import StoredRule
from core.errors import UsageError
from core.rules.rule import Mode, Rule
from core.rules.templates import RECOMMENDED, templates
from core.rules.toml_form import read_rules, write_rules
from core.workers.findings import SavedRule

RECOMMENDED_NAME = "recommended"
"""Stands for the recommended templates wherever a rule is named."""


async def saved_rules(catalog: Catalog) -> list[SavedRule]:
    """The saved rules, the first to act first; also those that cannot be used."""
    return [read_stored(stored) for stored in await catalog.read(rulebook.stored_rules)]


@lru_cache(maxsize=1000)
def read_stored(stored: StoredRule) -> SavedRule:
    """A rule of the catalog, or why it cannot be used."""
    try:
        (rule,) = read_rules(stored.definition, f"rule {stored.name}")
    except UsageError as error:
        return SavedRule(stored.name, None, error)
    return SavedRule(stored.name, rule)


@dataclass(frozen=True, slots=True)
class ChosenRules:
    """The rules to run, the first to act first."""

    rules: tuple[Rule, ...]
    problems: tuple[UsageError, ...] = ()
    """Why others that were saved are not among them."""


def usable(saved: Sequence[SavedRule]) -> ChosenRules:
    """Those of `saved` that can be used. What comes behind one that cannot be read waits for a
    person: that one may have wanted its pairs first."""
    rules: list[Rule] = []
    problems: list[UsageError] = []
    for each in saved:
        try:
            rule = each.read()
        except UsageError as problem:
            problems.append(problem)
        else:
            rules.append(replace(rule, mode=Mode.SEMI) if problems else rule)
    return ChosenRules(tuple(rules), tuple(problems))


def refuse_reserved(rules: Sequence[Rule]) -> None:
    """Raise UsageError where a rule has a name that stands for others."""
    for rule in rules:
        if plain_name(rule.name) == RECOMMENDED_NAME:
            raise UsageError(
                f"rule {rule.name}", "this name stands for the recommended templates", "rename it"
            )


async def save_rules(catalog: Catalog, rules: Sequence[Rule]) -> None:
    """Save `rules`, in place of those of the same names."""
    await catalog.call(rulebook.save_rules, [_stored(rule) for rule in rules])


def _stored(rule: Rule) -> StoredRule:
    return StoredRule(rule.name, write_rules([rule]))


async def replace_rule(catalog: Catalog, name: str, rule: Rule) -> None:
    """Save `rule` in place of the one called `name`, which keeps its place, its ledger and what it
    was denied.

    Raises:
        UsageError: the name is taken, or stands for others.
    """
    refuse_reserved([rule])
    await catalog.call(rulebook.rename_rule, name, _stored(rule))


async def duplicate_rule(catalog: Catalog, name: str, rule: Rule) -> Rule:
    """Save a copy of `rule` behind the one called `name`, under a name of its own; semi-automatic,
    as it has proven nothing yet."""
    saved = await saved_rules(catalog)
    twin = replace(rule, name=free_name(rule.name, [each.name for each in saved]), mode=Mode.SEMI)
    await save_rules(catalog, [twin])
    places = {each.name: place for place, each in enumerate(saved, start=1)}
    await catalog.call(rulebook.place_rule, twin.name, places.get(name, len(saved)) + 1)
    return twin


def free_name(name: str, taken: Iterable[str]) -> str:
    """`name`, with a number behind it where it is taken."""
    known = {each.casefold() for each in taken}
    names = chain([name], (f"{name} {number}" for number in count(2)))
    return next(each for each in names if each.casefold() not in known)


async def remove_rules(catalog: Catalog, names: Sequence[str]) -> list[str]:
    """Forget the saved rules of these names, as they are typed; returns their names to the letter.

    Raises:
        UsageError: one is not saved; then none is removed.
    """
    known = [each.name for each in await saved_rules(catalog)]
    found = []
    for name in names:
        exact = name if name in known else None
        plain = (each for each in known if plain_name(each) == plain_name(name))
        which = exact or next(plain, None)
        if which is None:
            raise _unknown(name, known, "--list rules shows the saved ones")
        found.append(which)
    for name in found:
        await catalog.call(rulebook.remove_rule, name)
    return found


async def chosen_rules(catalog: Catalog, names: Sequence[str]) -> ChosenRules:
    """The rules to run: those of these names, in this order; all saved ones where none is named.

    A template that is named is automatic, as whoever names it wants it to act.

    Raises:
        UsageError: there is no rule of a name, or it cannot be read.
    """
    saved = await saved_rules(catalog)
    if not names:
        return usable(saved)
    own = {each.name for each in saved}
    return ChosenRules(
        tuple(
            rule if rule.name in own else replace(rule, mode=Mode.AUTOMATIC, paused=False)
            for rule in await named_rules(catalog, names)
        )
    )


async def named_rules(catalog: Catalog, names: Sequence[str]) -> list[Rule]:
    """The rules of these names as they were saved, or else as they are shipped.

    Raises:
        UsageError: there is no rule of a name, or it cannot be read.
    """
    shipped = [SavedRule(rule.name, rule) for rule in templates()]
    everything = [*shipped, *await saved_rules(catalog)]
    known = {plain_name(each.name): each for each in everything}
    # Where two names are typed alike, each still has its own to the letter.
    exact = {each.name: each for each in everything}
    found: dict[str, Rule] = {}
    for name in names:
        for each in RECOMMENDED if name == RECOMMENDED_NAME else (name,):
            saved = exact.get(each) or known.get(plain_name(each))
            if saved is None:
                raise _unknown(each, [*known, RECOMMENDED_NAME], "--rules-export shows the saved")
            found.setdefault(saved.name, saved.read())
    return list(found.values())


async def rule_names(catalog: Catalog) -> list[str]:
    """All names by which a rule can be chosen."""
    saved = [each.name for each in await saved_rules(catalog)]
    return [*saved, *(rule.name for rule in templates()), RECOMMENDED_NAME]


def no_rule(name: str, names: Sequence[str]) -> str:
    """Why no rule of these `names` is called so, as it is typed; empty where one is."""
    if name in names or plain_name(name) in map(plain_name, names):
        return ""
    return _unknown(name, names, "").reason


def _unknown(name: str, known: Sequence[str], remedy: str) -> UsageError:
    near = difflib.get_close_matches(plain_name(name), [plain_name(each) for each in known], 1)
    meant = f"did you mean {near[0]}?" if near else remedy
    return UsageError(f"rule {name}", "there is no such rule", meant)


def plain_name(name: str) -> str:
    """A rule's name as it is typed without quotes: ``exact-copies`` is ``exact copies``."""
    return " ".join(re.findall(r"[^\s-]+", name.lower()))
