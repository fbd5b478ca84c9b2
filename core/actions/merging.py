"""What the better one is told by the one that goes, as operations.

Nothing is written here: a sidecar's new bytes are made ahead, so that a plan can be shown, and so
that nothing can go wrong with them once files have begun to move.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.errors import ActionRefused, ImageError, PersonNeeded
from core.libraries.formats import SIDECAR_SUFFIX, suffix_of
from core.libraries.reader import read_whole
from core.metadata.fields import MEANINGS, Value
from core.metadata.merge import Kept, Outcome, merge
from core.metadata.policies import Field, Policy
from core.metadata.write import WRITTEN, sidecar_bytes
from core.model import Asset, Companion, FieldChange, Operation, OperationKind


@dataclass(frozen=True, slots=True)
class Merger:
    """What a merge comes to for one pair."""

    operations: tuple[Operation, ...] = ()
    changes: tuple[FieldChange, ...] = ()
    lost: tuple[Field, ...] = ()
    """Fields in which the one that goes says something that will be said no more."""


def merge_into(
    keeper: Asset, other: Asset, own: str | None, policy: Policy, writable: bool
) -> Merger:
    """What `keeper` gets from `other`.

    Args:
        keeper: the better one, with its companions.
        other: the one that goes.
        own: what the catalog itself keeps of the keeper's metadata, as JSON.
        policy: how.
        writable: whether anything may be written beside the keeper.

    Raises:
        PersonNeeded: the policy wants a person to settle a field.
        ActionRefused: the keeper's sidecar cannot be read or is damaged.
    """
    merged = merge([keeper.metadata], [other.metadata], policy)
    if merged.conflicts:
        fields = ", ".join(each.field for each in merged.conflicts)
        raise PersonNeeded(
            str(keeper.path),
            f"the merge policy asks what to do with {fields}",
            "name another way for it",
        )
    (kept,) = merged.kept
    lost = tuple(each.field for each in kept.outcomes if each.left)
    if not kept.changed:
        return Merger(lost=lost)
    if not writable:
        unsaid = [each.field for each in kept.outcomes if each.changed]
        return Merger(lost=tuple(dict.fromkeys([*lost, *unsaid])))
    said = _to_say(keeper, kept)
    operations = [*_written(keeper, kept, said), *_recorded(keeper, kept, said, own)]
    changes = tuple(_change(each) for each in kept.outcomes if each.changed)
    return Merger(tuple(operations), changes, lost)


def _to_say(keeper: Asset, kept: Kept) -> tuple[Field, ...]:
    """The fields to write: those that change, or all of them where a sidecar of the keeper's own
    will from now on be read instead of one that it shares with another picture."""
    has_own = _own_sidecar(keeper) is not None
    reads_shared = not has_own and any(map(_is_xmp, keeper.companions))
    if not (reads_shared and any(field in WRITTEN for field in kept.changed)):
        return kept.changed
    return tuple(field for field in Field if MEANINGS[field].says(getattr(kept.metadata, field)))


def _written(keeper: Asset, kept: Kept, changed: Sequence[Field]) -> list[Operation]:
    fields = [field for field in changed if field in WRITTEN]
    if not fields:
        return []
    path = _own_sidecar(keeper) or keeper.path.with_name(keeper.path.name + SIDECAR_SUFFIX)
    if path.is_symlink():
        raise ActionRefused(
            str(path),
            "this sidecar is a link, and what it leads to may be another picture's",
            "put the file itself here, or merge nothing in this library",
        )
    try:
        before = read_whole(str(path))[0] if path.exists() else None
    except (ImageError, OSError) as error:
        cause = error.cause if isinstance(error, ImageError) else str(error)
        raise ActionRefused(str(path), cause, "check the sidecar") from error
    try:
        # An empty file is no XMP, but says nothing that could be lost either.
        after = sidecar_bytes(before or None, kept.metadata, fields)
    except ActionRefused as error:
        raise ActionRefused(str(path), error.cause, error.remedy) from error
    if after == before:
        return []
    return [Operation(OperationKind.WRITE, path, path, before, after)]


def _own_sidecar(asset: Asset) -> Path | None:
    """The XMP sidecar that belongs to `asset` alone; the most trusted one."""
    own = (each.path for each in asset.companions if _is_xmp(each) and not each.shared)
    return next(own, None)


def _is_xmp(companion: Companion) -> bool:
    return suffix_of(companion.path.name) == SIDECAR_SUFFIX


def _recorded(
    keeper: Asset, kept: Kept, changed: Sequence[Field], own: str | None
) -> list[Operation]:
    fields = [field for field in changed if field not in WRITTEN]
    if not fields:
        return []
    said: dict[str, Any] = json.loads(own) if own else {}
    said |= {str(field): getattr(kept.metadata, field) for field in fields}
    before = own.encode() if own else None
    after = json.dumps(said, sort_keys=True).encode()
    return [Operation(OperationKind.RECORD, keeper.path, keeper.path, before, after)]


def _change(outcome: Outcome) -> FieldChange:
    before, after = map(_text, (outcome.before, outcome.after))
    return FieldChange(str(outcome.field), before, after, outcome.reason)


def _text(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
