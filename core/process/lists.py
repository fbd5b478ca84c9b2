"""``--list``: what the catalog knows. Nothing is scanned, and nothing is changed."""

from __future__ import annotations

import os

from core.catalog import rulebook
from core.process.narration import Narrator
from core.process.order import Order
from core.process.relations import list_relations
from core.process.report import Reporter
from core.process.rule_report import RuleReporter
from core.workers.findings import SavedRule
from core.workers.resolver import Resolver
from core.workers.rules import chosen_rules, saved_rules
from core.workers.summaries import Record, summarise

__all__ = [
    "list_denied",
    "list_pairs",
    "list_pending",
    "list_relations",
    "list_rules",
]


async def list_pairs(order: Order) -> int:
    """Print the open pairs."""
    reporter = Reporter(order.as_json)
    async with order.session(order.roots(), repair=False, connect=False) as (session, _):
        refs = await session.open_pairs()
        found = await session.assets({asset_id for ref in refs for asset_id in ref.key})
        by_id = {asset.id: asset for asset in found}
        told = await session.told_verdicts()
        for ref in refs:
            if ref.asset_a in by_id and ref.asset_b in by_id:
                a, b = by_id[ref.asset_a], by_id[ref.asset_b]
                contents = min(a.content_id, b.content_id), max(a.content_id, b.content_id)
                reporter.pair(os.fspath(a.path), os.fspath(b.path), ref, told.get(contents))
    return 0


async def list_rules(order: Order) -> int:
    """Print the rules, what they make of the open pairs, and their ledgers."""
    reporter = RuleReporter(order.as_json)
    async with order.session(order.roots(), repair=False, connect=False) as (session, _):
        chosen = await chosen_rules(session.catalog, order.rules)
        named = [SavedRule(rule.name, rule) for rule in chosen.rules]
        listed = named if order.rules else await saved_rules(session.catalog)
        resolver = Resolver(session, chosen.rules)
        await resolver.refresh()
        record = await Record.read(session.catalog)
        for summary in await summarise(record, resolver, listed):
            reporter.rule(summary)
    return 1 if chosen.problems else 0


async def list_pending(order: Order) -> int:
    """Print what rules would do and a person has not approved, with the ids that takes."""
    reporter = RuleReporter(order.as_json)
    async with order.session(order.roots(), repair=False, connect=False) as (session, _):
        resolver = Resolver(session, await order.asked_rules(session.catalog, Narrator().error))
        await resolver.refresh()
        for proposal in await resolver.proposals():
            reporter.proposal(proposal)
    return 0


async def list_denied(order: Order) -> int:
    """Print what people denied to rules, the latest first, with the numbers undo takes."""
    reporter = RuleReporter(order.as_json)
    async with order.session(order.roots(), repair=False, connect=False) as (session, _):
        names = order.rules or None
        found = await session.catalog.call(rulebook.denials, names)
        for denied in await session.catalog.call(rulebook.with_paths, found):
            reporter.denied(denied)
    return 0
