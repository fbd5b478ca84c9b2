"""Carrying a plan out: look again, write ahead, move, look once more, write that it is done.

The order is the promise. Both files are compared with what was recorded before anything moves;
the journal is on disk before the first rename; the keeper must still stand after the last, or
everything goes back; and what was done is on disk before the journal says so.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from pathlib import Path

from core.actions.effects import make_durable, perform, take_back
from core.actions.holdings import Holdings
from core.actions.planning import make_plan, refusal
from core.actions.trash import tidy
from core.catalog import assets, journal, rulebook
from core.catalog.database import Catalog
from core.errors import (
    ActionRefused,
    AssetGone,
    ContentChanged,
    PersonNeeded,
    UnavailableError,
    explain_os_error,
)
from core.libraries.folder import look_at_one
from core.libraries.reader import file_digest, read_sidecars
from core.model import Asset, Choice, Decision, DecisionState, Operation, OperationKind, Plan


def plan_choice(catalog: Catalog, choice: Choice, holdings: Holdings) -> Plan:
    """The plan of `choice` against the catalog and the folders as they are now.

    Raises:
        ActionRefused: it cannot be carried out; `AssetGone` where one of the two is no longer
            there, `PersonNeeded` where a person has to be asked.
    """
    ids = choice.asset_a, choice.asset_b
    found = catalog.call_now(assets.spoken, ids, holdings.roots)
    for gone in (asset_id for asset_id in ids if asset_id not in found):
        path = catalog.call_now(assets.path_of, gone)
        raise AssetGone(path or "", "it is no longer in the library", "scan again")
    pair = found[choice.asset_a][0], found[choice.asset_b][0]
    for asset in pair:
        if asset.library is None:
            raise ActionRefused(
                str(asset.path), "it lies in none of the opened libraries", "name its folder, too"
            )
    for asset, digest in zip(pair, choice.seen or (), strict=False):
        if asset.digest != digest:
            raise ContentChanged(
                str(asset.path), "it has changed since this was chosen", "look at the pair again"
            )
    words = {asset_id: told for asset_id, (_, told) in found.items()}
    plan = make_plan(choice, *pair, words, holdings)
    if plan.operations and choice.rule is not None and not choice.approved:
        _refuse_other_words(catalog, pair, (plan.keeper, plan.other))
        _refuse_chains(catalog, *pair)
    return plan


def _refuse_other_words(
    catalog: Catalog, scanned: tuple[Asset, Asset], now: tuple[Asset, Asset]
) -> None:
    """Raise `ContentChanged` where a rule may have chosen by what a sidecar no longer says.

    Where the next scan would find nothing to read, the words only read differently to a newer
    version of the program, and to wait would be to wait for ever.
    """
    for before, after in zip(scanned, now, strict=True):
        if before.metadata == after.metadata:
            continue
        known = catalog.call_now(assets.known_at, [os.fspath(after.path)], ())
        if [each.found for each in known] != [look_at_one(after.path)]:
            raise ContentChanged(
                str(after.path), "its sidecar has changed since it was scanned", "scan again"
            )


def _refuse_chains(catalog: Catalog, keeper: Asset, other: Asset) -> None:
    """Raise `PersonNeeded` where `other` is what is left of a picture that `keeper` was never
    compared with: near and near again is no longer near."""
    pixels = keeper.facts.pixel_digest
    if keeper.digest == other.digest or (pixels and pixels == other.facts.pixel_digest):
        return
    if catalog.call_now(rulebook.stands_for, other.id) - {keeper.content_id}:
        raise PersonNeeded(
            str(other.path),
            "it was kept in place of another picture",
            "approve it, or decide the pair yourself",
        )


def carry_out(
    catalog: Catalog, choice: Choice, holdings: Holdings, run: int | None = None
) -> tuple[Plan, Decision]:
    """Plan `choice`, check both files, and do it; returns what was planned and what was done.
    Blocks; call it from a thread.

    Args:
        catalog: where the journal is.
        choice: what is wanted.
        holdings: what is open, and what its owner allows.
        run: the headless run it belongs to.

    Raises:
        ActionRefused: nothing has moved; `ContentChanged` where a file must be read again.
        UnavailableError: the catalog cannot be written. If that happens after the last move, the
            next start completes the decision.
    """
    with catalog.operations():
        plan = plan_choice(catalog, choice, holdings)
        keeper = None
        if plan.operations:
            keeper = _verify(plan.keeper)
            _verify(plan.other)
        decision = catalog.call_now(journal.begin, plan, run)
        _do_all(catalog, plan, decision, keeper)
        make_durable(plan.operations)
        done = catalog.call_now(journal.finish, decision, beside_keeper(catalog, decision))
        return plan, done


def _verify(asset: Asset) -> os.stat_result:
    """Raise `ContentChanged` unless the file is there with the recorded bytes."""
    try:
        status = os.lstat(asset.path)
        unchanged = stat.S_ISREG(status.st_mode) and file_digest(asset.path) == asset.digest
    except OSError as error:
        raise ContentChanged(str(asset.path), *explain_os_error(error)) from error
    if not unchanged:
        raise ContentChanged(
            str(asset.path), "it has changed since it was scanned", "look at the pair again"
        )
    return status


def _do_all(
    catalog: Catalog, plan: Plan, decision: Decision, keeper: os.stat_result | None
) -> None:
    done: list[Operation] = []
    try:
        for operation in plan.operations:
            perform(operation)
            done.append(operation)
        if keeper is not None and not _stands(plan.keeper.path, keeper):
            raise ActionRefused(
                str(plan.keeper.path), "the keeper vanished with its copy", "keep both"
            )
    except (OSError, ActionRefused) as error:
        put_back(done)
        catalog.call_now(journal.set_decision_state, decision.id, DecisionState.FAILED)
        if isinstance(error, ActionRefused):
            raise
        for operation in plan.operations:
            if operation.kind is OperationKind.TRASH:
                tidy(operation)
        raise refusal(error, plan.other) from error


def _stands(path: Path, before: os.stat_result) -> bool:
    try:
        now = os.lstat(path)
    except OSError:
        return False
    same_bytes = (now.st_size, now.st_mtime_ns) == (before.st_size, before.st_mtime_ns)
    return os.path.samestat(now, before) and same_bytes


def put_back(operations: Iterable[Operation]) -> None:
    """Take back what `operations` did, last first, durably.

    Raises:
        UnavailableError: a file could not be put back; it names where that file is.
    """
    done = list(operations)
    for operation in reversed(done):
        try:
            take_back(operation)
        except OSError as error:
            cause, remedy = explain_os_error(error)
            raise UnavailableError(
                str(operation.target), f"it could not be put back: {cause}", remedy
            ) from error
    make_durable(done)


def beside_keeper(catalog: Catalog, decision: Decision) -> journal.Beside | None:
    """What lies beside the better one now, where `decision` has written there."""
    if all(each.kind is not OperationKind.WRITE for each in decision.operations):
        return None
    found = look_at_one(decision.path_a)
    if found is None:
        # The next scan finds out what has become of it.
        return None
    words = catalog.call_now(assets.words, decision.asset_a)
    return (found, read_sidecars(found.sidecars, words.embedded)) if words else None
