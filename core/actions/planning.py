"""What choices will do, worked out before anything is done.

Choices that are made as one (a pair's, or all of a group) are planned together: what the kept ones
are told comes from all that go, and nobody is kept in place of what goes with it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import cast

from core.actions.embedding import plan_embedding
from core.actions.holdings import Holdings
from core.actions.links import SYMLINK_INSTEAD, TOO_FAR, are_hard_links
from core.actions.losses import refuse_loss, refuse_unmerged
from core.actions.merging import Embedder, Merger, merge_group
from core.actions.trash import AWAY, is_away, trash_operations
from core.catalog.journal import STANDS_AGAIN
from core.catalog.saying import Words
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
from core.metadata.fields import Value
from core.metadata.policies import Field, Policy, Reach
from core.model import (
    Asset,
    Choice,
    Companion,
    CompanionKind,
    Fate,
    Metadata,
    Operation,
    OperationKind,
    Plan,
    RelationKind,
    Writing,
)

_DUPLICATES = (RelationKind.BETTER, RelationKind.SAME_QUALITY)

_GOING = (CompanionKind.SIDECAR, CompanionKind.EDIT)
"""What goes with its picture, whatever the keeper has."""

_LINKS = {
    Fate.HARD_LINK: OperationKind.HARD_LINK,
    Fate.REFLINK: OperationKind.REFLINK,
    Fate.SYMLINK: OperationKind.SYMLINK,
}


def make_plans(
    choices: Sequence[Choice],
    assets: Mapping[int, Asset],
    words: Mapping[int, Words],
    holdings: Holdings,
    twins: Mapping[int, Path],
) -> list[Plan]:
    """The operations of `choices`, looking at the folders as they are now; one plan a choice.

    Args:
        choices: what is wanted, as one.
        assets: all that `choices` name, by their ids.
        words: of the same.
        holdings: what is open, and what its owner allows.
        twins: by asset, another file with its bytes, of which the choices say nothing.

    Raises:
        CompanionQuestion: an asset that goes has a RAW or video that its keeper has no equal of,
            and nobody has said yet that it may stay behind.
        MergeQuestion: a field of the metadata has to be settled by a person.
        PersonNeeded: a rule would let go what only the one that goes says of the picture, or let a
            RAW go for anything but a copy of its bytes.
        ContentChanged: an asset is gone.
        ActionRefused: two are one file, or one that goes is protected or somebody's keeper, or the
            folders or a kept one's sidecar cannot be looked at, or a choice names no policy.
    """
    choices = _as_wished(choices, assets, holdings)
    leaving = [choice for choice in choices if choice.trashes]
    refuse_lost_keepers(leaving, assets)
    for choice in leaving:
        _refuse_to_let_go(choice, assets, holdings)
    try:
        for choice in leaving:
            if choice.kind is not RelationKind.DISCARDED:
                _refuse_one_file(assets[choice.asset_a], assets[choice.asset_b])
        now = dict(assets) | _as_they_are(looked_at(choices, assets, holdings), assets, words)
        told = _told(choices, now, words, holdings, twins)
        return _plans(choices, now, told, holdings)
    except FileNotFoundError as error:
        raise _gone(error, choices, assets, holdings) from error
    except OSError as error:
        raise refusal(error, assets[choices[0].asset_b]) from error


def _as_wished(
    choices: Sequence[Choice], assets: Mapping[int, Asset], holdings: Holdings
) -> list[Choice]:
    """`choices` with what their owner wants of exact copies, where a person only said which one is
    better."""
    gone = {choice.asset_b for choice in choices if choice.trashes}
    found = []
    for choice in choices:
        keeper, other = assets[choice.asset_a], assets[choice.asset_b]
        open_ = choice.fate is None and choice.rule is None and choice.kind is RelationKind.BETTER
        if open_ and keeper.digest == other.digest and keeper.id not in gone:
            wish = holdings.wishes.losers.at(other.path)
            choice = choice if wish is Fate.TRASH else replace(choice, fate=wish)
        found.append(choice)
    return found


def refuse_lost_keepers(leaving: Sequence[Choice], assets: Mapping[int, Asset]) -> None:
    """Nothing goes for a keeper that goes as well, unless a person wants neither.

    Raises:
        ActionRefused: one would.
    """
    gone = {choice.asset_b for choice in leaving}
    discarded = {each.asset_b for each in leaving if each.kind is RelationKind.DISCARDED}
    for choice in leaving:
        if choice.asset_a in gone - discarded:
            keeper = assets[choice.asset_a].path
            raise ActionRefused(str(keeper), "it would be kept and go", "choose another keeper")


def _refuse_to_let_go(choice: Choice, assets: Mapping[int, Asset], holdings: Holdings) -> None:
    keeper, other = assets[choice.asset_a], assets[choice.asset_b]
    shelter = holdings.shelter(other.path)
    if shelter is not None:
        raise ActionRefused(str(other.path), f"{shelter} is protected", "keep this one")
    same = other.digest == keeper.digest
    if choice.rule is not None and other.facts.coding == RAW and not same:
        raise PersonNeeded(
            str(other.path),
            "a rule lets a RAW go for its own copy only",
            "decide the pair yourself",
        )
    if choice.fate in (Fate.HARD_LINK, Fate.REFLINK) and not same:
        raise ActionRefused(
            str(other.path), f"a {choice.fate} would change its bytes", SYMLINK_INSTEAD
        )
    shelter = holdings.shelter(keeper.path)
    if choice.fate is Fate.HARD_LINK and shelter is not None:
        raise ActionRefused(
            str(other.path),
            f"{shelter} is protected, and whoever writes to a hard link writes to both",
            SYMLINK_INSTEAD,
        )


def looked_at(
    choices: Sequence[Choice], assets: Mapping[int, Asset], holdings: Holdings
) -> list[int]:
    """Assets of which it matters what lies beside them."""
    duplicates = [each for each in choices if each.trashes or each.kind in _DUPLICATES]
    if not any(each.trashes for each in duplicates):
        duplicates = [
            each
            for each in duplicates
            if policy_of(each, assets[each.asset_a], holdings).reach is not Reach.ONLY
        ]
    return list(dict.fromkeys(side for each in duplicates for side in (each.asset_a, each.asset_b)))


def _told(
    choices: Sequence[Choice],
    assets: Mapping[int, Asset],
    words: Mapping[int, Words],
    holdings: Holdings,
    twins: Mapping[int, Path],
) -> list[Merger]:
    """What the kept ones are told, the best one first."""
    group = looked_at(choices, assets, holdings)
    gone = {choice.asset_b for choice in choices if choice.trashes}
    kept = [assets[each] for each in group if each not in gone]
    if not kept or len(group) < 2:
        return []
    first = next(each for each in choices if {each.asset_a, each.asset_b} <= set(group))
    mergers = merge_group(
        kept,
        [assets[each] for each in group if each in gone],
        policy_of(first, kept[0], holdings),
        dict(cast(tuple[tuple[str, Value], ...], first.settled)),
        {each: words[each].own for each in group},
        lambda path: holdings.shelter(path) is None,
        _embedder(choices, holdings, twins),
    )
    for choice in choices:
        if choice.trashes and choice.rule is not None and not choice.approved:
            refuse_loss(assets[choice.asset_a], assets[choice.asset_b], mergers[0])
            if choice.outcome is Fate.TRASH:
                refuse_unmerged(assets[choice.asset_a], assets[choice.asset_b])
    return mergers


def _embedder(choices: Sequence[Choice], holdings: Holdings, twins: Mapping[int, Path]) -> Embedder:
    linked = {each.asset_a for each in choices if each.outcome in (Fate.HARD_LINK, Fate.REFLINK)}

    def embed(keeper: Asset, said: Metadata, fields: Sequence[Field]) -> Operation | None:
        if holdings.wishes.writing.at(keeper.path) is Writing.SIDECAR:
            return None
        if keeper.id in linked:
            cause = "what takes its copy's place would not say the same"
            raise ActionRefused(str(keeper.path), cause, "")
        return plan_embedding(keeper, said, fields, holdings.roots, twins.get(keeper.id))

    return embed


def policy_of(choice: Choice, keeper: Asset, holdings: Holdings) -> Policy:
    """What becomes of the metadata of those that `keeper` is kept in place of.

    Raises:
        ActionRefused: `choice` names a policy that is none.
    """
    if choice.merge is None:
        return holdings.wishes.merging.at(keeper.path)
    try:
        return Policy.parse(choice.merge)
    except UsageError as error:
        subject = f"{error.subject} of rule {choice.rule}" if choice.rule else error.subject
        raise ActionRefused(subject, error.cause, error.remedy) from error


def _as_they_are(
    wanted: Sequence[int], assets: Mapping[int, Asset], words: Mapping[int, Words]
) -> dict[int, Asset]:
    """Assets with what lies beside them, and what that says, read now: people and programs edit
    sidecars between a scan and a decision, and what they wrote must not be merged away."""
    by_folder: dict[Path, list[int]] = {}
    for each in wanted:
        by_folder.setdefault(assets[each].path.parent, []).append(each)
    return {
        each: _as_it_is(assets[each], names, words[each])
        for folder, inside in by_folder.items()
        for names in [folder_names(folder, *(assets[each].path.name for each in inside))]
        for each in inside
    }


def _as_it_is(asset: Asset, names: FolderNames, words: Words) -> Asset:
    name, folder = asset.path.name, os.fspath(asset.path.parent)
    paths = [os.path.join(folder, sidecar) for sidecar in names.sidecars(name)]
    said = words.together(read_sidecars(paths, words.embedded))
    return replace(asset, metadata=said, companions=names.companions(name))


def _plans(
    choices: Sequence[Choice],
    assets: Mapping[int, Asset],
    told: Sequence[Merger],
    holdings: Holdings,
) -> list[Plan]:
    """One a choice; what stays behind of all of them is asked about at once."""
    plans: list[Plan] = []
    asked: list[CompanionQuestion] = []
    for number, choice in enumerate(choices):
        try:
            plans.append(_plan(choice, assets, told if number == 0 else [], holdings))
        except CompanionQuestion as question:
            asked.append(question)
    if asked:
        names = tuple(name for each in asked for name in each.names)
        raise CompanionQuestion(asked[0].subject, names)
    return plans


def _plan(
    choice: Choice, assets: Mapping[int, Asset], told: Sequence[Merger], holdings: Holdings
) -> Plan:
    keeper, other = assets[choice.asset_a], assets[choice.asset_b]
    # First what may fail for a full disk, and moves nothing; then what goes.
    operations = [operation for merger in told for operation in merger.operations]
    operations += [
        Operation(OperationKind.DISSOLVE, keeper.path, other.path, str(decision).encode())
        for decision in choice.overrules
    ]
    if choice.trashes:
        operations += _moves(choice, keeper, other, holdings)
    changes = tuple(change for merger in told for change in merger.changes)
    notes = tuple(note for merger in told for note in merger.notes)
    return Plan(choice, keeper, other, tuple(operations), changes, notes)


def _moves(choice: Choice, keeper: Asset, other: Asset, holdings: Holdings) -> list[Operation]:
    link = _LINKS.get(choice.fate) if choice.fate is not None else None
    if link is None:
        sources = [other.path, *_going_along(choice, keeper, other)]
        return list(trash_operations(sources, holdings.roots))
    if link in STANDS_AGAIN and are_hard_links(keeper.path, other.path):
        # There is nothing to gain: it is what a hard link would make of it.
        return []
    if link is OperationKind.HARD_LINK and _device(keeper.path) != _device(other.path.parent):
        raise ActionRefused(str(other.path), TOO_FAR, SYMLINK_INSTEAD)
    # What lies beside it stays: its name does, too.
    (trashed,) = trash_operations([other.path], holdings.roots)
    original = os.fsencode(trashed.target)
    return [trashed, Operation(link, other.path, keeper.path, original)]


def _device(path: Path) -> int:
    return os.lstat(path).st_dev


def _gone(
    error: FileNotFoundError,
    choices: Sequence[Choice],
    assets: Mapping[int, Asset],
    holdings: Holdings,
) -> ActionRefused:
    sides = [assets[side] for each in choices for side in (each.asset_a, each.asset_b)]
    absent = [each for each in sides if not os.path.lexists(each.path)]
    gone = absent[0] if absent else sides[1]
    away = next(
        (each for each in holdings.roots if each in gone.path.parents and is_away(each)), None
    )
    if away is not None:
        return ActionRefused(str(away), *AWAY)
    return ContentChanged(str(gone.path), *explain_os_error(error))


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
    """Companions that leave with `other`: its sidecars and edits, and contents the keeper has."""
    taken = {companion.path for companion in keeper.companions} if keeper is not other else set()
    own: list[Companion] = []
    for companion in other.companions:
        if companion.shared or companion.path in taken:
            continue
        if companion.kind in _GOING or _has_equal(companion, keeper, other):
            yield companion.path
        else:
            own.append(companion)
    if own and not choice.leave_companions:
        raise CompanionQuestion(str(other.path), tuple(each.path.name for each in own))


def _has_equal(companion: Companion, keeper: Asset, other: Asset) -> bool:
    if keeper is other:
        return False
    same_kind = [each.path for each in keeper.companions if each.kind is companion.kind]
    size = companion.path.stat().st_size
    same_size = [path for path in same_kind if path.stat().st_size == size]
    if not same_size:
        return False
    digest = file_digest(companion.path)
    return any(file_digest(path) == digest for path in same_size)
