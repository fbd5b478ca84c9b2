"""Groups with all that is known of them, and the verdicts that tell what to do with them."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from core.catalog.verdicts import fetch_verdicts
from core.errors import ImageError
from core.imaging.verdict import METHOD
from core.matching.potential import PotentialGroup
from core.model import PairKind, PairRef, Verdict
from core.rules.group_suggestion import GroupSuggestion, KnownGroup, suggest_group
from core.workers.look import Look


async def known_group(look: Look, group: PotentialGroup) -> KnownGroup | None:
    """What is known of those of `group` that are still there; None where that is no group."""
    found = {each.id: each for each in await look.assets_with_companions(group.members)}
    left = group.among(found)
    if left is None:
        return None
    assets = {each: found[each] for each in left.members}
    shelters = {each: look.shelter_of(asset) for each, asset in assets.items()}
    spared = {each: f"{folder} is protected" for each, folder in shelters.items() if folder}
    known = KnownGroup(left, assets, {}, spared)
    similar = [known.contents(ref) for ref in left.pairs if ref.kind is PairKind.SIMILAR]
    return replace(known, verdicts=await look.catalog.call(fetch_verdicts, similar, METHOD))


async def verdict_of(look: Look, pair: PairRef) -> Verdict | None:
    """The verdict of `pair`; None where there can be none.

    Raises:
        UnavailableError: as `Look.verdict`.
    """
    try:
        return await look.verdict(pair, originals=False)
    except ImageError:
        return None


async def settled(look: Look, known: KnownGroup) -> tuple[KnownGroup, GroupSuggestion]:
    """What is suggested for a group once all verdicts that may change it are given.

    Raises:
        UnavailableError: as `Look.verdict`.
    """
    while True:
        suggestion = suggest_group(known)
        if not suggestion.wanted:
            return known, suggestion
        verdicts = await asyncio.gather(*(verdict_of(look, each) for each in suggestion.wanted))
        for pair, verdict in zip(suggestion.wanted, verdicts, strict=True):
            known = known.judged(pair, verdict)
