"""Groups with all that is known of them, and the verdicts that tell what to do with them."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from core.errors import ImageError
from core.matching.potential import PotentialGroup
from core.model import PairKind, PairRef, Verdict
from core.rules.group_suggestion import GroupSuggestion, KnownGroup, suggest_group
from core.workers.session import Session


async def known_group(session: Session, group: PotentialGroup) -> KnownGroup | None:
    """What is known of those of `group` that are still there; None where that is no group."""
    found = {each.id: each for each in await session.assets_with_companions(group.members)}
    left = group.among(found)
    if left is None:
        return None
    assets = {each: found[each] for each in left.members}
    shelters = {each: session.shelter_of(asset) for each, asset in assets.items()}
    spared = {each: f"{folder} is protected" for each, folder in shelters.items() if folder}
    known = KnownGroup(left, assets, {}, spared)
    similar = [known.contents(ref) for ref in left.pairs if ref.kind is PairKind.SIMILAR]
    return replace(known, verdicts=await session.verdicts_given(similar))


async def verdict_of(session: Session, pair: PairRef) -> Verdict | None:
    """The verdict of `pair`; None where there can be none.

    Raises:
        UnavailableError: as `Session.verdict`.
    """
    try:
        return await session.verdict(pair, originals=False)
    except ImageError:
        return None


async def settled(session: Session, known: KnownGroup) -> tuple[KnownGroup, GroupSuggestion]:
    """What is suggested for a group once all verdicts that may change it are given.

    Raises:
        UnavailableError: as `Session.verdict`.
    """
    while True:
        suggestion = suggest_group(known)
        if not suggestion.wanted:
            return known, suggestion
        verdicts = await asyncio.gather(*(verdict_of(session, each) for each in suggestion.wanted))
        for pair, verdict in zip(suggestion.wanted, verdicts, strict=True):
            known = known.judged(pair, verdict)
