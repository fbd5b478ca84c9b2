"""Numbers of all open pairs, asked of the core when a person filters, sorts or searches."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence

from core.model import PairRef
from core.workers.background import RulesAtWork
from core.workers.look import Look
from tui.queue.table import PairTable, verdict_name


async def overview(look: Look, rules: RulesAtWork, refs: Sequence[PairRef]) -> PairTable:
    """The table of `refs` as things are now; takes seconds for a hundred thousand.

    Raises:
        UnavailableError: the catalog fails.
    """
    now = list(refs)
    told = await look.told_verdicts()
    judged = {key: verdict_name(each.judgement, each.confidence) for key, each in told.items()}
    entries = await look.entries({asset_id for ref in now for asset_id in ref.key})
    roots = [os.fspath(root) for root in look.roots]
    return await asyncio.to_thread(PairTable, now, entries, judged, rules.wanted(), roots)
