"""``--rules-export`` and ``--rules-import``: rules as a file that people keep and share."""

from __future__ import annotations

import asyncio
import sys

from core.catalog.database import Catalog
from core.process.given import STANDARD, given
from core.process.narration import Narrator
from core.process.order import Order
from core.process.report import write_line
from core.process.rule_report import RuleReporter
from core.rules.check import warnings, warnings_between
from core.rules.rule import Mode
from core.rules.toml_form import read_rules, write_rules
from core.workers import rules as rulebook
from core.workers.findings import SavedRule
from core.workers.resolver import Resolver
from core.workers.rule_texts import text_of, write_new
from core.workers.rules import named_rules, refuse_reserved, save_rules, saved_rules
from core.workers.summaries import Record, summarise
from core.workers.trial import Trial

_HELD_AGAINST_EACH_OTHER = 60
"""Rules of which every two are; of more it takes many seconds, and whether two contradict each
other on a pair is found out by every run anyway."""


async def export_rules(order: Order, path: str) -> int:
    """Write the saved rules, or the named ones, to a new file at `path`, or `STANDARD`. Of all that
    are saved, those that cannot be read are left out, and said.

    Raises:
        UsageError: there is such a file already, or no rule of a name.
        UnavailableError: the catalog cannot be read, or the file not be written.
    """
    catalog = await asyncio.to_thread(Catalog.open, order.database)
    try:
        saved = await saved_rules(catalog)
        named = await named_rules(catalog, order.rules) if order.rules else None
    finally:
        await asyncio.to_thread(catalog.close)
    broken = [each.problem for each in saved if each.problem] if named is None else []
    for problem in broken:
        Narrator().error(problem)
    rules = named or [each.rule for each in saved if each.rule]
    text = write_rules(rules)
    if path == STANDARD:
        write_line(sys.stdout, text.rstrip())
        return 1 if broken else 0
    write_new(path, text)
    return 1 if broken else 0


async def remove_rules(order: Order) -> int:
    """Forget the named rules. What they did and were denied stays on record."""
    reporter = RuleReporter(order.as_json)
    catalog = await asyncio.to_thread(Catalog.open, order.database)
    try:
        for name in await rulebook.remove_rules(catalog, order.rules):
            reporter.removed(name)
    finally:
        await asyncio.to_thread(catalog.close)
    return 0


async def import_rules(order: Order, path: str) -> int:
    """Save the rules of the file at `path`, in place of those of their names; in a dry run say
    what each would do with the open pairs, and save nothing."""
    rules = read_rules(_read(path), path)
    reporter = RuleReporter(order.as_json)
    async with order.session(order.roots(), repair=False, connect=False) as (session, _):
        known = [each.rule for each in await saved_rules(session.catalog)]
        saved = {rule.name.casefold(): rule for rule in known if rule is not None}
        refuse_reserved(rules)
        for rule in rules:
            before = saved.get(rule.name.casefold())
            reporter.warned(rule, warnings(rule))
            if order.dry:
                narrator = Narrator()
                found = Trial(session, rule, before)
                await found.run(narrator, in_order=True)
                narrator.clear()
                reporter.preview(rule, found)
            elif rule.mode is Mode.AUTOMATIC and (before is None or before.mode is Mode.SEMI):
                resolver = Resolver(session, [])
                record = await Record.read(session.catalog)
                named = [SavedRule(rule.name, rule)]
                (summary,) = await summarise(record, resolver, named)
                reporter.becomes_automatic(summary)
        together = {**saved, **{rule.name.casefold(): rule for rule in rules}}
        if len(together) <= _HELD_AGAINST_EACH_OTHER:
            reporter.warned_of_all(warnings_between(list(together.values())))
        if not order.dry:
            await save_rules(session.catalog, rules)
    return 0


def _read(path: str) -> str:
    with given(path) as stream:
        return text_of(path, stream)
