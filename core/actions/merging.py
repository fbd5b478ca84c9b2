"""What the kept ones of a group are told by the others, as operations.

Nothing is written here: a sidecar's new bytes are made ahead, so that a plan can be shown, and so
that nothing can go wrong with them once files have begun to move.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.errors import ActionRefused, ContentChanged, ImageError, MergeQuestion, UsageError
from core.libraries.formats import SIDECAR_SUFFIX, suffix_of
from core.libraries.reader import read_whole
from core.metadata.fields import MEANINGS, Value
from core.metadata.merge import Kept, Outcome, merge
from core.metadata.policies import Field, Policy
from core.metadata.write import WRITTEN, sidecar_bytes
from core.model import Asset, Companion, FieldChange, Metadata, Operation, OperationKind


@dataclass(frozen=True, slots=True)
class Merger:
    """What a merge comes to for one kept asset."""

    operations: tuple[Operation, ...] = ()
    changes: tuple[FieldChange, ...] = ()
    lost: tuple[Field, ...] = ()
    """Fields in which those that go say something that it will not say."""
    notes: tuple[str, ...] = ()
    """Why something is written otherwise than was asked for."""


Embedder = Callable[[Asset, Metadata, Sequence[Field]], Operation | None]
"""Plans to write into a picture what is said of fields; None where its owner wants sidecars."""


def _never(keeper: Asset, said: Metadata, fields: Sequence[Field]) -> None:
    return None


def merge_group(
    kept: Sequence[Asset],
    gone: Sequence[Asset],
    policy: Policy,
    settled: Mapping[str, Value],
    owns: Mapping[int, str | None],
    writable: Callable[[Path], bool],
    embed: Embedder = _never,
) -> list[Merger]:
    """What each of `kept` gets from the others of its group, in their order.

    Args:
        kept: those that stay, the best one first, with their companions.
        gone: those that go.
        policy: how.
        settled: by the names of fields, what a person has chosen.
        owns: by asset, what the catalog itself keeps of its metadata, as JSON.
        writable: whether anything may be written beside the picture at a path.
        embed: what writes into a kept one.

    Raises:
        MergeQuestion: the policy wants a person to settle a field.
        ActionRefused: a kept one's sidecar cannot be read or is damaged, or `settled` says what a
            field cannot hold.
    """
    first = str(kept[0].path)
    try:
        said = [each.metadata for each in kept], [each.metadata for each in gone]
        merged = merge(*said, policy, settled)
    except UsageError as error:
        raise ActionRefused(first, f"{error.subject}: {error.cause}", error.remedy) from error
    if merged.conflicts:
        raise MergeQuestion(
            first, tuple((str(each.field), each.choices) for each in merged.conflicts)
        )
    return [
        _merger(asset, result, owns.get(asset.id), writable(asset.path), embed)
        for asset, result in zip(kept, merged.kept, strict=True)
    ]


def _merger(
    keeper: Asset,
    kept: Kept,
    own: str | None,
    writable: bool,
    embed: Embedder,
) -> Merger:
    lost = tuple(each.field for each in kept.outcomes if each.left)
    if not kept.changed:
        return Merger(lost=lost)
    if not writable:
        unsaid = [each.field for each in kept.outcomes if each.changed]
        return Merger(lost=tuple(dict.fromkeys([*lost, *unsaid])))
    said = _to_say(keeper, kept)
    changes = tuple(_change(keeper, each) for each in kept.outcomes if each.changed)
    recorded = _recorded(keeper, kept, said, own)
    into = [field for field in said if field in WRITTEN]
    notes: tuple[str, ...] = ()
    if into:
        try:
            embedded = embed(keeper, kept.metadata, into)
            if embedded is not None:
                return Merger((embedded, *recorded), changes, lost)
        except ContentChanged:
            raise
        except ActionRefused as error:
            name = keeper.path.name
            notes = (f"what {name} is told goes into a sidecar: {error.cause}",)
    return Merger((*_written(keeper, kept, said), *recorded), changes, lost, notes)


def _to_say(keeper: Asset, kept: Kept) -> tuple[Field, ...]:
    """The fields to write: those that change, or all of them where a sidecar of the keeper's own
    will from now on be read instead of one that it shares with another picture."""
    has_own = _own_sidecar(keeper) is not None
    reads_shared = not has_own and any(map(is_xmp, keeper.companions))
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
    own = (each.path for each in asset.companions if is_xmp(each) and not each.shared)
    return next(own, None)


def is_xmp(companion: Companion) -> bool:
    """Whether this is an XMP sidecar."""
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


def _change(asset: Asset, outcome: Outcome) -> FieldChange:
    before, after = map(value_text, (outcome.before, outcome.after))
    path = os.fspath(asset.path)
    return FieldChange(str(outcome.field), before, after, outcome.reason, path)


def value_text(value: Value) -> str:
    """A field's value ready to show; empty where it says nothing."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
