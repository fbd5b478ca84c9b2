"""What choices will do on a server, worked out before anything is done, of assets as they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

from core.actions.holdings import Holdings
from core.actions.losses import refuse_loss
from core.actions.merging import Merger, value_text
from core.actions.planning import looked_at, policy_of, refuse_lost_keepers
from core.actions.servers import operations as made
from core.actions.servers.now import ALBUMS, Now
from core.actions.servers.resolving import as_its_version_does, corrected
from core.address import id_of, root_of
from core.errors import (
    ActionRefused,
    CompanionQuestion,
    ContentChanged,
    MergeQuestion,
    PersonNeeded,
    UsageError,
)
from core.imaging.coding import RAW
from core.libraries.immich.server import Server
from core.libraries.immich.shapes import Tagged
from core.metadata.fields import Value
from core.metadata.merge import Kept, merge
from core.metadata.policies import Field, Policy, Reach, Way
from core.model import (
    Asset,
    Choice,
    Companion,
    CompanionKind,
    Fate,
    FieldChange,
    Operation,
    OperationKind,
    Plan,
    RelationKind,
)

_UPDATED: Mapping[Field, str] = {
    Field.FAVORITE: "isFavorite",
    Field.RATING: "rating",
    Field.DESCRIPTION: "description",
    Field.VISIBILITY: "visibility",
}
"""Fields to what the server calls them."""

_NO_PLACE = (Field.TITLE, Field.TAKEN)
"""Fields that a server has no place for, or of which it makes something else: dates and zones."""


@dataclass(frozen=True, slots=True)
class Situation:
    """What plans are made of."""

    server: Server
    holdings: Holdings
    assets: Mapping[int, Asset]
    """As they were listed, by id."""
    now: Mapping[Path, Now | None]
    """As they are, by path."""
    videos: Mapping[str, bytes | None]
    """What the content of the videos of live photos is known by, by the server's ids."""


def make_plans(choices: Sequence[Choice], situation: Situation) -> list[Plan]:
    """The operations of `choices`, made as one; one plan a choice.

    Raises:
        ContentChanged: an asset is not what was listed.
        CompanionQuestion: an asset that goes is a live photo, and nobody has said yet that its
            video may go.
        MergeQuestion: a field of the metadata has to be settled by a person.
        PersonNeeded: a rule would let go what only the one that goes says of the picture, or let a
            RAW go for anything but a copy of its bytes.
        ActionRefused: it cannot be done, or not be taken back.
    """
    assets = {key: _as_it_is(asset, situation) for key, asset in situation.assets.items()}
    situation = replace(situation, assets=assets)
    leaving = [choice for choice in choices if choice.trashes]
    refuse_lost_keepers(leaving, assets)
    for choice in leaving:
        _refuse_to_let_go(choice, situation)
    told = _told(choices, situation)
    plans = []
    for number, choice in enumerate(choices):
        operations = [each for merger in told for each in merger.operations] if not number else []
        operations += _stacked(choices, situation) if not number else []
        operations += [
            Operation(
                OperationKind.DISSOLVE,
                assets[choice.asset_a].path,
                assets[choice.asset_b].path,
                str(decision).encode(),
            )
            for decision in choice.overrules
        ]
        if choice.trashes:
            other = assets[choice.asset_b]
            group = other.remote.group if other.remote is not None else None
            operations.append(made.trash(other.path, group))
        changes = tuple(change for merger in told for change in merger.changes)
        keeper, other = assets[choice.asset_a], assets[choice.asset_b]
        plans.append(Plan(choice, keeper, other, tuple(operations), changes if not number else ()))
    return [finished(plan, situation.server) for plan in plans]


def finished(plan: Plan, server: Server) -> Plan:
    """`plan` with what a person should know of its operations, all of which the key may do.

    Raises:
        ActionRefused: the key may not do one.
    """
    for each in plan.operations:
        permission = made.PERMISSIONS.get(each.kind, ("", ""))[0]
        if permission and not server.may(permission):
            raise made.lacking(each.source, permission)
    acting = [each for each in plan.operations if each.kind in made.PERMISSIONS]
    return replace(plan, notes=tuple(dict.fromkeys(made.warnings(server, acting))))


def _as_it_is(asset: Asset, situation: Situation) -> Asset:
    """`asset` as it is now.

    Raises:
        ContentChanged: it is not what was listed, or no longer there.
    """
    now = situation.now.get(asset.path)
    if now is None or now.shaped.is_trashed:
        where = "it is in the server's trash" if now else "it is gone from the server"
        raise ContentChanged(str(asset.path), where, "scan again")
    listed = now.shaped.listed
    if listed.digest != asset.digest:
        cause = "its file has changed since it was listed"
        raise ContentChanged(str(asset.path), cause, "look at the pair again")
    # Which of its group the server would keep, only the list of the groups tells.
    suggested = asset.remote is not None and asset.remote.suggested
    remote = replace(listed.remote, suggested=suggested)
    video = remote.live_video
    companions = (
        (Companion(CompanionKind.VIDEO, root_of(asset.path) / "assets" / video / "video"),)
        if video
        else ()
    )
    return replace(asset, metadata=now.metadata, remote=remote, companions=companions)


def _refuse_to_let_go(choice: Choice, situation: Situation) -> None:
    keeper, other = situation.assets[choice.asset_a], situation.assets[choice.asset_b]
    subject, server = str(other.path), situation.server
    if not server.has_trash:
        raise ActionRefused(
            subject,
            "the server's trash is off, so nothing could bring it back",
            "turn the trash on in Immich's settings",
        )
    for path in (other.path, Path(other.place)):
        shelter = situation.holdings.shelter(path)
        if shelter is not None:
            raise ActionRefused(subject, f"{shelter} is protected", "keep this one")
    if choice.outcome is not Fate.TRASH:
        raise ActionRefused(
            subject, f"a server has no {choice.outcome}s", "let it go to the trash, or keep both"
        )
    kept = situation.now[keeper.path]
    if kept is not None and kept.shaped.is_offline:
        raise ActionRefused(
            subject,
            f"the server does not find the file of its keeper {keeper.path.name}",
            "bring that file back, or keep this one",
        )
    if keeper is not other and keeper.place == other.place:
        # Two external libraries can hold one folder; emptying the trash would remove its file.
        raise ActionRefused(subject, "this and its keeper are one file on the server", "keep both")
    same = other.digest == keeper.digest
    if choice.rule is not None and other.facts.coding == RAW and not same:
        raise PersonNeeded(
            subject, "a rule lets a RAW go for its own copy only", "decide the pair yourself"
        )
    _refuse_own_video(choice, keeper, other, situation)
    now = situation.now[other.path]
    stack = now.shaped.stack if now is not None else None
    if stack is not None and choice.rule is not None and not choice.approved:
        cause = f"it is in a stack of {stack.count}"
        raise PersonNeeded(subject, cause, "approve it, or decide the pair yourself")


def _refuse_own_video(choice: Choice, keeper: Asset, other: Asset, situation: Situation) -> None:
    """Raise `CompanionQuestion` where a live photo's video would go that its keeper has not."""
    videos = [asset.remote.live_video if asset.remote else None for asset in (keeper, other)]
    kept, lost = (situation.videos.get(each) if each else None for each in videos)
    own = videos[1] is not None and (keeper is other or lost is None or lost != kept)
    if own and not choice.leave_companions:
        raise CompanionQuestion(str(other.path), ("its moving half",))


def _told(choices: Sequence[Choice], situation: Situation) -> list[Merger]:
    """What the kept ones are told, the best one first."""
    assets, holdings = situation.assets, situation.holdings
    group = looked_at(_by_its_version(choices, situation), assets, holdings)
    gone = {choice.asset_b for choice in choices if choice.trashes}
    kept = [assets[each] for each in group if each not in gone]
    if not kept or len(group) < 2:
        return []
    first = next(each for each in choices if {each.asset_a, each.asset_b} <= set(group))
    wanted = policy_of(first, kept[0], holdings)
    policy = as_its_version_does(wanted, situation.server)
    _refuse_unseen_albums(policy, kept[0], situation.server)
    lost = [assets[each] for each in group if each in gone]
    settled = dict(cast(tuple[tuple[str, Value], ...], first.settled))
    try:
        said = [each.metadata for each in kept], [each.metadata for each in lost]
        merged = merge(*said, policy, settled)
    except UsageError as error:
        cause = f"{error.subject}: {error.cause}"
        raise ActionRefused(str(kept[0].path), cause, error.remedy) from error
    if merged.conflicts:
        asked = tuple((str(each.field), each.choices) for each in merged.conflicts)
        raise MergeQuestion(str(kept[0].path), asked)
    known = _labels([*kept, *lost], situation)
    told = list(zip(kept, merged.kept, strict=True))
    if wanted is not policy and (policy.reach is Reach.EVERY or len(kept) == 1):
        there = [now for each in (*kept, *lost) if (now := situation.now[each.path]) is not None]
        keepers = (situation.now[each.path] for each in kept)
        pairs = zip(told, keepers, strict=True)
        told = [(asset, corrected(each, now, there)) for (asset, each), now in pairs if now]
    mergers = [_merger(asset, result, known, situation) for asset, result in told]
    for choice in choices:
        if choice.trashes and choice.rule is not None and not choice.approved:
            refuse_loss(assets[choice.asset_a], assets[choice.asset_b], mergers[0])
    return mergers


def _by_its_version(choices: Sequence[Choice], situation: Situation) -> list[Choice]:
    """`choices` with policies in terms of what this server does, where it is to do it."""
    found = []
    for each in choices:
        policy = policy_of(each, situation.assets[each.asset_a], situation.holdings)
        own = as_its_version_does(policy, situation.server)
        found.append(each if own is policy else replace(each, merge=str(own)))
    return found


def _refuse_unseen_albums(policy: Policy, keeper: Asset, server: Server) -> None:
    if policy.way(Field.ALBUMS) is not Way.KEEP and not server.may(ALBUMS):
        raise ActionRefused(
            str(keeper.path),
            f"which albums are to be merged cannot be seen without the permission {ALBUMS}",
            "give it to the API key, or merge with: albums keep",
        )


_Labels = Mapping[tuple[Field, str], tuple[Tagged, ...]]
"""Albums and tags by their names; several albums may have one."""


def _labels(assets: Sequence[Asset], situation: Situation) -> _Labels:
    found: dict[tuple[Field, str], dict[str, Tagged]] = {}
    for asset in assets:
        now = situation.now[asset.path]
        if now is None:
            continue
        for field, several in (
            (Field.ALBUMS, now.albums or ()),
            (Field.TAGS, now.shaped.tags or ()),
        ):
            for each in several:
                found.setdefault((field, each.name), {})[each.id] = each
    return {key: tuple(each.values()) for key, each in found.items()}


def _merger(asset: Asset, kept: Kept, known: _Labels, situation: Situation) -> Merger:
    lost = [each.field for each in kept.outcomes if each.left]
    changed = [each for each in kept.outcomes if each.changed]
    sheltered = any(situation.holdings.shelter(path) for path in (asset.path, Path(asset.place)))
    unsaid = [each.field for each in changed if sheltered or each.field in _NO_PLACE]
    changed = [each for each in changed if each.field not in unsaid]
    operations = [*_update(asset, kept, [each.field for each in changed], situation)]
    for outcome in changed:
        if outcome.field in (Field.ALBUMS, Field.TAGS):
            operations += _labelled(asset, outcome.field, kept, known, situation)
    changes = tuple(
        FieldChange(
            str(each.field),
            value_text(each.before),
            value_text(each.after),
            each.reason,
            str(asset.path),
        )
        for each in changed
    )
    return Merger(tuple(operations), changes, tuple(dict.fromkeys([*lost, *unsaid])))


def _update(
    asset: Asset, kept: Kept, changed: Sequence[Field], situation: Situation
) -> Iterator[Operation]:
    now = situation.now[asset.path]
    assert now is not None
    after: dict[str, Any] = {
        name: getattr(kept.metadata, field) for field, name in _UPDATED.items() if field in changed
    }
    if Field.DESCRIPTION in changed:
        after["description"] = after["description"] or ""
    if Field.FAVORITE in changed:
        after["isFavorite"] = bool(after["isFavorite"])
    if Field.VISIBILITY in changed:
        after["visibility"] = after["visibility"] or "timeline"
    if Field.RATING in changed:
        after["rating"] = after["rating"] or None
    if Field.LOCATION in changed:
        if kept.metadata.location is None:
            cause = "the server takes no location away"
            raise ActionRefused(str(asset.path), cause, "leave it, or choose another")
        after |= dict(zip(made.PLACE, kept.metadata.location, strict=True))
    said = now.fields
    before = {name: said[name] for name in after}
    if after != before:
        yield made.update(asset.path, before, after)


def _labelled(
    asset: Asset, field: Field, kept: Kept, known: _Labels, situation: Situation
) -> Iterator[Operation]:
    """Into albums by their own ids, as several may share a name; only what is added."""
    now = situation.now[asset.path]
    assert now is not None
    names = getattr(kept.metadata, field)
    has = {each.id for each in (now.albums if field is Field.ALBUMS else now.shaped.tags) or ()}
    taken = set(getattr(asset.metadata, field)) - set(names)
    if taken:
        cause = f"{field} are only added on a server, and {sorted(taken)[0]!r} would be taken away"
        raise ActionRefused(str(asset.path), cause, "do that in Immich")
    for name in names:
        found = known.get((field, name))
        if found is None:
            cause = f"none of them has {name!r} among its {field}"
            raise ActionRefused(str(asset.path), cause, "choose of what they have")
        for each in found:
            if each.id not in has:
                add = made.add_to_album if field is Field.ALBUMS else made.tag
                yield add(asset.path, each)


def _stacked(choices: Sequence[Choice], situation: Situation) -> Iterator[Operation]:
    stacked = [each for each in choices if each.kind is RelationKind.STACKED]
    if not stacked:
        return
    top = situation.assets[stacked[0].asset_a]
    paths = [top.path, *(situation.assets[each.asset_b].path for each in stacked)]
    shown = [situation.now[path] for path in paths]
    stacks = [now.shaped.stack for now in shown if now is not None]
    wanted = id_of(top.path), len(paths)
    if len(set(stacks)) == 1 and stacks[0] and (stacks[0].primary, stacks[0].count) == wanted:
        return
    if any(stacks):
        at = next(path for path, each in zip(paths, stacks, strict=True) if each is not None)
        raise ActionRefused(str(at), "it is in a stack already", "end that stack in Immich first")
    yield made.stack(paths)
