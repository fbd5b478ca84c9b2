"""Relations without a screen: listed and explained, ended one by one, and a king made by hand."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path

from core.address import is_remote
from core.catalog import assets, history, relations
from core.catalog.assets import in_chunks
from core.catalog.database import Catalog
from core.catalog.known import known_at
from core.catalog.relations import Place
from core.catalog.rows import listed
from core.errors import ActionRefused, AssetGone, UsageError
from core.matching.current import current_relations
from core.matching.kings import crown
from core.model import Asset, Choice, Fate, RelationKind
from core.process.narration import Narrator
from core.process.order import Order
from core.process.relation_report import RelationReporter
from core.process.report import Reporter
from core.workers.accounts import accounts, with_relations

_TOO_LARGE = 1 << 63
"""For a number in a database."""


async def list_relations(order: Order) -> int:
    """Print all that holds of the files and folders that are named, and from what it follows.

    Raises:
        UsageError: the catalog has nothing at one of them.
    """
    reporter = RelationReporter(order.as_json)
    catalog = await asyncio.to_thread(Catalog.open, order.database)
    try:
        named = [_located(each) for each in order.folders]
        for some in in_chunks(await catalog.call(_named, named)):
            for told in await catalog.call(accounts, some):
                reporter.account(told)
    finally:
        await asyncio.to_thread(catalog.close)
    return 0


def _named(paths: Sequence[Path]) -> list[Place]:
    for path in paths:
        if not relations.is_known(path):
            raise UsageError(str(path), "the catalog has nothing of it", "check the name, or scan")
    return with_relations(paths, paths or [Path("/")])


def _located(path: str) -> Path:
    """`path` as the catalog has it: links of its folder resolved, and none of its own followed."""
    if is_remote(path):
        return Path(path)
    folder, name = os.path.split(os.path.abspath(path))
    return Path(os.path.realpath(path) if os.path.isdir(path) else os.path.join(folder, name))


async def dissolve(which: str, database: Path, as_json: bool) -> int:
    """End the relation of the decision with the id `which`; no file is touched.

    Raises:
        UsageError: there is no such decision.
    """
    narrator, reporter = Narrator(), RelationReporter(as_json)
    number = int(which) if which.isdecimal() else 0
    catalog = await asyncio.to_thread(Catalog.open, database)
    try:
        ids = [number] if number < _TOO_LARGE else []
        for decision in await catalog.call(history.decisions, ids):
            if await catalog.call(relations.dissolve, decision.id):
                reporter.dissolved(decision)
                return 0
            remedy = "--list relations shows what holds"
            narrator.error(
                ActionRefused(
                    f"decision {which}", f"it is {decision.state} and does not hold", remedy
                )
            )
            return 1
    finally:
        await asyncio.to_thread(catalog.close)
    raise UsageError(
        "--dissolve", f"there is no decision {which}", "--list relations shows the numbers"
    )


async def make_king(order: Order, path: str) -> int:
    """Have the file at `path` stand for its group; everything stays where it is.

    Raises:
        AssetGone: it is in none of the libraries.
        UsageError: it has no duplicate.
    """
    narrator, reporter = Narrator(), Reporter(order.as_json)
    async with order.session(order.roots(), repair=not order.dry) as (session, repaired):
        for text in repaired:
            narrator.line(text)
        known = await session.catalog.call(known_at, [os.fspath(_located(path))], ())
        found = await session.assets(each.asset_id for each in known)
        if not found:
            raise AssetGone(path, "it is not in the library", "scan again, or check the name")
        choices = await session.catalog.call(_crowning, found[0], session.roots)
        if not choices:
            narrator.line(f"{path}: it is the king of its group already")
        elif order.dry:
            for plan in await session.plan_group(choices):
                reporter.planned(plan)
        else:
            for plan, decision in await session.decide_group(choices, narrator):
                reporter.decided(plan, decision)
    return 0


def _crowning(asset: Asset, roots: Sequence[Path]) -> list[Choice]:
    known = current_relations()
    members = known.group(asset.content_id).members
    if len(members) < 2:
        raise UsageError(
            str(asset.path), "it has no duplicate that it could be king of", "decide its pairs"
        )
    present = assets.oldest_present(listed(members), roots)
    return [
        Choice(
            RelationKind.BETTER,
            asset.id,
            present[step.beaten][1],
            "made king by hand",
            fate=Fate.KEEP,
            merge="nothing",
            overrules=step.overrules,
        )
        for step in crown(known, asset.content_id, present)
    ]
