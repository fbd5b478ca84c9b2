"""``--push-groups``: near-copies that servers have missed, given to them as groups."""

from __future__ import annotations

import os

from core.actions.servers.pushing import Pushed, groups_to_push
from core.errors import ActionRefused
from core.matching.potential import potential_groups
from core.process.narration import Narrator
from core.process.order import Order
from core.process.report import Reporter
from core.process.tally import Tally
from core.text import counted


async def push_groups(order: Order) -> int:
    """Scan, lay the open pairs together into groups, and give servers what they lack of these.

    Raises:
        UnavailableError: the catalog or a server fails.
    """
    narrator, reporter = Narrator(), Reporter(order.as_json)
    tally = Tally(reporter, narrator)
    pushed = refused = 0
    async with order.session(order.roots(), repair=not order.dry) as (session, repaired):
        for text in repaired:
            narrator.line(text)
        result = await session.scan(tally)
        groups = potential_groups(await session.open_pairs())
        members = {each for group in groups for each in group.members}
        assets = {each.id: each for each in await session.assets(members)}
        for each in groups_to_push(groups, assets):
            try:
                if not order.dry:
                    await session.homes.server(each.root).actions.push(each)
            except ActionRefused as error:
                refused += 1
                narrator.error(error)
            else:
                pushed += 1
                _say(reporter, each, order.dry)
    narrator.clear()
    if order.as_json:
        reporter.object("summary", groups=pushed, refused=refused, dry_run=order.dry)
    else:
        verb = "would be given" if order.dry else "given"
        reporter.line(f"{counted(pushed, 'group')} {verb} to the server")
    return 1 if result.unreadable or refused else 0


def _say(reporter: Reporter, each: Pushed, dry: bool) -> None:
    if reporter.as_json:
        reporter.object(
            "group",
            state="planned" if dry else "done",
            id=each.group,
            added=[os.fspath(path) for path in each.paths],
            members=[os.fspath(path) for path in each.of],
        )
        return
    reporter.line(f"group {each.group}")
    for path in each.of:
        reporter.line(f"    {'+' if path in each.paths else ' '} {path}")
