"""What a choice will do, worked out before anything is done."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from core.actions.holdings import Holdings
from core.actions.merging import Merger, merge_into
from core.actions.trash import trash_operations
from core.catalog.assets import Words
from core.errors import (
    ActionRefused,
    CompanionQuestion,
    ContentChanged,
    PersonNeeded,
    UsageError,
    explain_os_error,
)
from core.imaging.coding import RAW
from core.libraries.companions import FolderNames, folder_names
from core.libraries.reader import file_digest, read_sidecars
from core.metadata.policies import Policy
from core.model import Asset, Choice, Companion, CompanionKind, Plan


def make_plan(
    choice: Choice, keeper: Asset, other: Asset, words: Mapping[int, Words], holdings: Holdings
) -> Plan:
    """The operations of `choice`, looking at the folders as they are now.

    Args:
        choice: what is wanted.
        keeper: the asset of `choice.asset_a`.
        other: the asset of `choice.asset_b`.
        words: of both, by their ids.
        holdings: what is open, and what its owner allows.

    Raises:
        CompanionQuestion: `other` has a RAW or video that the keeper has no equal of, and nobody
            has said yet that it may stay behind.
        PersonNeeded: a rule would let go what only `other` says of the picture, or let a RAW go
            for anything but a copy of its bytes; or a field has to be settled by a person.
        ContentChanged: one of the two is gone.
        ActionRefused: the two are one file, or `other` is protected, or the folders or the
            keeper's sidecar cannot be looked at, or `choice` names no policy.
    """
    if not choice.trashes:
        return Plan(choice, keeper, other)
    shelter = holdings.shelter(other.path)
    if shelter is not None:
        raise ActionRefused(str(other.path), f"{shelter} is protected", "keep this one")
    if choice.rule is not None and other.facts.coding == RAW and other.digest != keeper.digest:
        raise PersonNeeded(
            str(other.path),
            "a rule lets a RAW go for its own copy only",
            "decide the pair yourself",
        )
    try:
        _refuse_one_file(keeper, other)
        keeper, other = _as_they_are(keeper, other, words)
        policy = _policy(choice, keeper, holdings)
        writable = holdings.shelter(keeper.path) is None
        merged = merge_into(keeper, other, words[keeper.id].own, policy, writable)
        if choice.rule is not None and not choice.approved:
            _refuse_loss(keeper, other, merged)
        sources = [other.path, *_going_along(choice, keeper, other)]
        # First what may fail for a full disk, and moves nothing; then what goes.
        operations = (*merged.operations, *trash_operations(sources, holdings.roots))
        return Plan(choice, keeper, other, operations, merged.changes)
    except FileNotFoundError as error:
        gone = keeper if not os.path.lexists(keeper.path) else other
        raise ContentChanged(str(gone.path), *explain_os_error(error)) from error
    except OSError as error:
        raise refusal(error, other) from error


def _policy(choice: Choice, keeper: Asset, holdings: Holdings) -> Policy:
    if choice.merge is None:
        return holdings.merging.at(keeper.path)
    try:
        return Policy.parse(choice.merge)
    except UsageError as error:
        subject = f"{error.subject} of rule {choice.rule}" if choice.rule else error.subject
        raise ActionRefused(subject, error.cause, error.remedy) from error


def _as_they_are(keeper: Asset, other: Asset, words: Mapping[int, Words]) -> tuple[Asset, Asset]:
    """The two with what lies beside them, and what that says, read now: people and programs edit
    sidecars between a scan and a decision, and what they wrote must not be merged away."""
    if keeper.path.parent == other.path.parent:
        names = folder_names(keeper.path.parent, keeper.path.name, other.path.name)
        beside = names, names
    else:
        beside = (
            folder_names(keeper.path.parent, keeper.path.name),
            folder_names(other.path.parent, other.path.name),
        )
    return (
        _as_it_is(keeper, beside[0], words[keeper.id]),
        _as_it_is(other, beside[1], words[other.id]),
    )


def _as_it_is(asset: Asset, names: FolderNames, words: Words) -> Asset:
    name, folder = asset.path.name, os.fspath(asset.path.parent)
    paths = [os.path.join(folder, sidecar) for sidecar in names.sidecars(name)]
    said = words.together(read_sidecars(paths, words.embedded))
    return replace(asset, metadata=said, companions=names.companions(name))


def _refuse_loss(keeper: Asset, other: Asset, merged: Merger) -> None:
    """Raise `PersonNeeded` where with `other` something would go that it alone says, or may say."""
    remedy = "approve it, or decide the pair yourself"
    if merged.lost:
        cause = f"only it says this of the picture: {', '.join(merged.lost)}"
        raise PersonNeeded(str(other.path), cause, remedy)
    problem = other.metadata.problem
    if problem is not None and problem != keeper.metadata.problem:
        cause = f"what it says of the picture cannot all be read: {problem}"
        raise PersonNeeded(str(other.path), cause, remedy)


def refusal(error: OSError, other: Asset) -> ActionRefused:
    """`error` in words, naming the file it is about."""
    subject = str(error.filename or other.path)
    return ActionRefused(subject, *explain_os_error(error))


def _refuse_one_file(keeper: Asset, other: Asset) -> None:
    kept, lost = os.lstat(keeper.path), os.lstat(other.path)
    # More names than one are hard links, and each is a way to the photo.
    one_name = os.path.samestat(kept, lost) and kept.st_nlink == 1
    # Through a network or union mount one file has two devices, but no second time of change.
    mounted_twice = kept.st_dev != lost.st_dev and _times(kept) == _times(lost)
    if one_name or mounted_twice:
        raise ActionRefused(
            str(other.path), "this and its keeper are one file under two names", "keep both"
        )


def _times(status: os.stat_result) -> tuple[int, int]:
    return status.st_mtime_ns, status.st_ctime_ns


def _going_along(choice: Choice, keeper: Asset, other: Asset) -> Iterator[Path]:
    """Companions that leave with `other`: its sidecars, and contents the keeper has too."""
    taken = {companion.path for companion in keeper.companions}
    own: list[Companion] = []
    for companion in other.companions:
        if companion.shared or companion.path in taken:
            continue
        if companion.kind is CompanionKind.SIDECAR or _has_equal(companion, keeper.companions):
            yield companion.path
        else:
            own.append(companion)
    if own and not choice.leave_companions:
        raise CompanionQuestion(str(other.path), tuple(each.path.name for each in own))


def _has_equal(companion: Companion, candidates: Sequence[Companion]) -> bool:
    same_kind = [each.path for each in candidates if each.kind is companion.kind]
    size = companion.path.stat().st_size
    same_size = [path for path in same_kind if path.stat().st_size == size]
    if not same_size:
        return False
    digest = file_digest(companion.path)
    return any(file_digest(path) == digest for path in same_size)
