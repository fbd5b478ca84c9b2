"""Carrying a plan out: look again, write ahead, move, look once more, write that it is done.

The order is the promise. Both files are compared with what was recorded before anything moves;
the journal is on disk before the first rename; the keeper must still stand after the last, or
everything goes back; and what was done is on disk before the journal says so.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from core.actions.consistency import refuse_contradictions
from core.actions.effects import in_turn, make_durable, perform, take_back
from core.actions.embedding import stands
from core.actions.holdings import Holdings
from core.actions.leading import with_links_led_on
from core.actions.planning import make_plans, refusal
from core.actions.trash import tidy
from core.catalog import assets, held, history, journal, ledger, recording, saying
from core.catalog.database import Catalog
from core.catalog.handing_on import is_handed_on
from core.catalog.known import known_at
from core.errors import (
    ActionRefused,
    AssetGone,
    ContentChanged,
    ImageError,
    PersonNeeded,
    UnavailableError,
    explain_os_error,
)
from core.libraries.folder import look_at_one
from core.libraries.reader import file_digest, read_image, read_sidecars
from core.model import (
    Asset,
    Choice,
    Decision,
    DecisionState,
    Operation,
    OperationKind,
    Plan,
    Reading,
    Writing,
)


def plan_choices(catalog: Catalog, choices: Sequence[Choice], holdings: Holdings) -> list[Plan]:
    """The plans of `choices`, made as one, against the catalog and the folders as they are now.

    Raises:
        ActionRefused: they cannot be carried out; `AssetGone` where one of the assets is no longer
            there, `PersonNeeded` where a person has to be asked, `Contradiction` about what was
            decided before.
    """
    _refuse_made_again(catalog, choices)
    ids = list(dict.fromkeys(side for each in choices for side in (each.asset_a, each.asset_b)))
    found = catalog.call_now(assets.spoken, ids, holdings.roots)
    for gone in (asset_id for asset_id in ids if asset_id not in found):
        path = catalog.call_now(assets.path_of, gone)
        raise AssetGone(path or "", "it is no longer in the library", "scan again")
    scanned = {asset_id: asset for asset_id, (asset, _) in found.items()}
    for asset in scanned.values():
        if asset.library is None:
            raise ActionRefused(
                str(asset.path), "it lies in none of the opened libraries", "name its folder, too"
            )
    for choice in choices:
        _refuse_changed(catalog, choice, scanned)
    words = {asset_id: told for asset_id, (_, told) in found.items()}
    twins = _twins(catalog, scanned, holdings)
    plans = make_plans(choices, scanned, words, holdings, twins)
    plans = with_links_led_on(catalog, plans, holdings)
    refuse_contradictions(catalog, plans)
    for plan in plans:
        if plan.operations and plan.choice.rule is not None and not plan.choice.approved:
            pair = scanned[plan.keeper.id], scanned[plan.other.id]
            _refuse_other_words(catalog, pair, (plan.keeper, plan.other))
            if plan.moves:
                _refuse_chains(catalog, *pair)
    return plans


def _refuse_made_again(catalog: Catalog, choices: Sequence[Choice]) -> None:
    again = [each.redo_of for each in choices if each.redo_of is not None]
    if again and not catalog.call_now(history.all_waiting, again):
        raise ActionRefused(
            f"decision {again[0]}",
            "it is not undone, or was made again already",
            "--list history shows which are undone",
        )


def _refuse_changed(catalog: Catalog, choice: Choice, scanned: Mapping[int, Asset]) -> None:
    by_person = choice.rule is None or choice.approved
    for side, digest in zip((choice.asset_a, choice.asset_b), choice.seen or (), strict=False):
        now = scanned[side].digest
        # What a person saw is the same picture, if all that came since was written into it here.
        if now != digest and not (by_person and catalog.call_now(is_handed_on, digest, now)):
            raise ContentChanged(
                str(scanned[side].path),
                "it has changed since this was chosen",
                "look at the pair again",
            )


def _twins(catalog: Catalog, scanned: Mapping[int, Asset], holdings: Holdings) -> dict[int, Path]:
    """Another file with the same bytes, of which nothing is said now, of each that could be written
    into."""
    named = {each.path for each in scanned.values()}
    found: dict[int, Path] = {}
    for asset_id, asset in scanned.items():
        if holdings.wishes.writing.at(asset.path) is Writing.EMBEDDED:
            copies = catalog.call_now(held.copies, asset.content_id)
            others = [copy.path for copy in copies if copy.path not in named]
            found.update((asset_id, path) for path in others[:1])
    return found


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
        known = catalog.call_now(known_at, [os.fspath(after.path)], ())
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
    if catalog.call_now(ledger.stands_for, other.id) - {keeper.content_id}:
        raise PersonNeeded(
            str(other.path),
            "it was kept in place of another picture",
            "approve it, or decide the pair yourself",
        )


def carry_out(
    catalog: Catalog, choices: Sequence[Choice], holdings: Holdings, run: int | None = None
) -> list[tuple[Plan, Decision]]:
    """Plan `choices`, check all files, and do them as one; returns what was planned and what was
    done of each. Blocks; call it from a thread.

    Args:
        catalog: where the journal is.
        choices: what is wanted; all of it is done, or nothing.
        holdings: what is open, and what its owner allows.
        run: the headless run it belongs to.

    Raises:
        ActionRefused: nothing has moved; `ContentChanged` where a file must be read again.
        UnavailableError: the catalog cannot be written. If that happens after the last move, the
            next start completes the decisions.
    """
    with catalog.operations():
        plans = plan_choices(catalog, choices, holdings)
        standing = {each.keeper.path: each.keeper for each in plans if each.moves}
        leaving = {each.other.path: each.other for each in plans if each.moves}
        keepers = {path: _verify(asset) for path, asset in standing.items()}
        for path in leaving.keys() - keepers.keys():
            _verify(leaving[path])
        decisions = catalog.call_now(journal.begin, plans, run)
        staying = {path: status for path, status in keepers.items() if path not in leaving}
        _do_all(catalog, plans, decisions, staying)
        make_durable(operation for plan in plans for operation in plan.operations)
        done = catalog.call_now(journal.finish, decisions, beside_kept(catalog, decisions))
        return list(zip(plans, done, strict=True))


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
    catalog: Catalog,
    plans: Sequence[Plan],
    decisions: Sequence[Decision],
    keepers: Mapping[Path, os.stat_result],
) -> None:
    done: list[Operation] = []
    operations = in_turn(operation for plan in plans for operation in plan.operations)
    try:
        for operation in operations:
            perform(operation)
            done.append(operation)
        embedded = {each.source: each for each in done if each.kind is OperationKind.EMBED}
        for path, before in keepers.items():
            into = embedded.get(path)
            # What was written into is in the trash itself, and what says more in its place.
            if not _stands(into.target if into else path, before) or (into and not stands(into)):
                raise ActionRefused(str(path), "the keeper vanished with its copy", "keep both")
    except (OSError, ActionRefused) as error:
        put_back(done)
        for decision in decisions:
            catalog.call_now(journal.set_decision_state, decision.id, DecisionState.FAILED)
        for operation in operations:
            if operation.kind in (OperationKind.TRASH, OperationKind.EMBED):
                tidy(operation.target)
        if isinstance(error, ActionRefused):
            raise
        raise refusal(error, plans[0].other) from error


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
    done = in_turn(operations)
    for operation in reversed(done):
        try:
            take_back(operation)
        except OSError as error:
            cause, remedy = explain_os_error(error)
            raise UnavailableError(
                str(operation.target), f"it could not be put back: {cause}", remedy
            ) from error
    make_durable(done)


def beside_kept(catalog: Catalog, decisions: Sequence[Decision]) -> dict[int, journal.Beside]:
    """What lies beside the assets that stay, by asset, where `decisions`, made as one, have
    written there or put another file in an asset's place."""
    kinds = {each.kind for decision in decisions for each in decision.operations}
    other_bytes = {OperationKind.EMBED, *journal.STANDS_AGAIN}
    if kinds.isdisjoint({OperationKind.WRITE, *other_bytes}):
        return {}
    sides = {
        side: path
        for decision in decisions
        for side, path in (
            (decision.choice.asset_a, decision.path_a),
            (decision.choice.asset_b, decision.path_b),
        )
    }
    replaced = {
        each.source
        for decision in decisions
        for each in decision.operations
        if each.kind in other_bytes
    }
    beside: dict[int, journal.Beside] = {}
    for asset_id, path in sides.items():
        found = look_at_one(path)
        words = catalog.call_now(saying.words, asset_id) if found is not None else None
        # What is gone, or has changed, the next scan finds out.
        if found is not None and words is not None:
            said = read_sidecars(found.sidecars, words.embedded)
            digest, reading = _read_anew(catalog, path) if path in replaced else (None, None)
            beside[asset_id] = journal.Beside(found, said, digest, reading)
    return beside


def _read_anew(catalog: Catalog, path: Path) -> tuple[bytes | None, Reading | None]:
    """The digest of what stands at `path` now, and all of it where the catalog has never met it;
    None where the next scan has to find out."""
    try:
        digest = file_digest(path)
        if catalog.call_now(recording.has_met, digest):
            return digest, None
        reading = read_image(str(path))
    except (ImageError, OSError):
        return None, None
    return reading.digest, reading
