"""What a rule must not let go: whatever would go with a picture, and is nowhere else."""

from __future__ import annotations

from collections.abc import Sequence

from core.actions.merging import Merger, is_xmp
from core.errors import PersonNeeded
from core.libraries.formats import suffix_of
from core.metadata.fields import MEANINGS
from core.metadata.unmerged import unmerged
from core.model import Asset, Companion, CompanionKind

_REMEDY = "approve it, or decide the pair yourself"


def refuse_loss(keeper: Asset, other: Asset, merged: Merger) -> None:
    """Raise `PersonNeeded` where with `other` something would go that it alone says, or may say."""
    own = [field for field in merged.lost if MEANINGS[field].says(getattr(other.metadata, field))]
    if own:
        cause = f"only it says this of the picture: {', '.join(own)}"
        raise PersonNeeded(str(other.path), cause, _REMEDY)
    problem = other.metadata.problem
    if problem is not None and problem != keeper.metadata.problem:
        cause = f"what it says of the picture cannot all be read: {problem}"
        raise PersonNeeded(str(other.path), cause, _REMEDY)


def refuse_unmerged(keeper: Asset, other: Asset) -> None:
    """Raise `PersonNeeded` where what goes along holds what no merge hands on, and nothing beside
    the keeper is like it."""
    going = [each for each in other.companions if not each.shared]
    lost = _unmerged(going) - _unmerged(keeper.companions)
    if lost:
        cause = f"only its sidecar holds {' and '.join(sorted(lost))}"
        raise PersonNeeded(str(other.path), cause, _REMEDY)
    forms = {suffix_of(each.path.name) for each in keeper.companions}
    for each in going:
        if each.kind is CompanionKind.EDIT and suffix_of(each.path.name) not in forms:
            cause = f"only it has an edit beside it, {each.path.name}"
            raise PersonNeeded(str(other.path), cause, _REMEDY)


def _unmerged(companions: Sequence[Companion]) -> set[str]:
    sidecars = [each.path for each in companions if is_xmp(each)]
    return {words for path in sidecars for words in unmerged(path.read_bytes())}
