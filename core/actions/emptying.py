"""Removing from the trash what a decision put there, as long as something better is seen to stand.

It is the one act that nothing takes back. So each file is looked at again immediately before, and
so is the better one; the journal says that it goes before it does; and whatever is in doubt stays.
What a person let go though nothing better was kept goes only if that is asked for as well.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from core.actions.betters import Betters, Signature, signature
from core.actions.trash import AWAY, is_away, opened_in_trash, tidy, trash_of
from core.catalog import held, journal, traces
from core.catalog.database import Catalog
from core.catalog.held import Held, HeldFile
from core.catalog.journal import STANDING
from core.errors import ActionRefused, explain_os_error
from core.libraries.companions import companions_of
from core.libraries.formats import RAW_SUFFIXES, VIDEO_SUFFIXES, suffix_of
from core.libraries.moves import sync
from core.libraries.reader import file_digest
from core.model import DecisionState, RelationKind

_CONTENTS = RAW_SUFFIXES | VIDEO_SUFFIXES
"""Companions that hold pictures of their own."""


@dataclass(frozen=True, slots=True)
class Removal:
    """What can go of one decision."""

    held: Held
    there: tuple[tuple[HeldFile, Signature], ...]
    """The files, as they were looked at."""
    gone: tuple[HeldFile, ...]
    """What somebody else has removed already."""
    size: int
    """Bytes of those that are there."""
    discarded: bool = False
    """Nothing better is kept, and nobody wants it."""


@dataclass(frozen=True, slots=True)
class Emptying:
    """What emptying comes to, before it is done."""

    removals: Sequence[Removal]
    staying: Sequence[ActionRefused]
    """What does not go, and why."""
    ended: int
    """Decisions that can be taken back now, and not after."""

    @property
    def files(self) -> int:
        """How many go."""
        return sum(len(each.there) for each in self.removals)

    @property
    def last(self) -> int:
        """How many of those are the last there is of a picture, as far as betterhalf knows."""
        return sum(len(each.there) for each in self.removals if each.discarded)

    @property
    def size(self) -> int:
        """Bytes that go."""
        return sum(each.size for each in self.removals)


def plan_emptying(
    catalog: Catalog, roots: Sequence[Path], before: str | None = None, discarded: bool = False
) -> Emptying:
    """What would leave the trashes below `roots`, of decisions made before a moment of the journal.
    Reads all of it, and what stands for it. Blocks; use a thread.

    Args:
        catalog: where the journal is.
        roots: the libraries.
        before: the moment; None: all.
        discarded: also what a person let go with nothing better kept.
    """
    betters = Betters(catalog)
    removals: list[Removal] = []
    staying: list[ActionRefused] = []
    found = catalog.call_now(held.held, roots, STANDING, before)
    unwanted = _unwanted(found) if discarded else set()
    for each in found:
        try:
            removals.append(_look_at(each, betters, discarded=each.decision in unwanted))
        except ActionRefused as error:
            staying.append(error)
    ended = catalog.call_now(held.undoable_with, [each.held.decision for each in removals])
    return Emptying(removals, staying, ended)


def _unwanted(found: Sequence[Held]) -> set[int]:
    """The decisions by which a person let go all there was: the best one, and others with it."""
    best = [each for each in found if each.kind is RelationKind.DISCARDED]
    batches = {each.batch for each in best if each.batch is not None}
    return {
        each.decision
        for each in found
        if each.state is not DecisionState.DISSOLVED
        and (each.kind is RelationKind.DISCARDED or each.batch in batches)
    }


def remove(
    catalog: Catalog, removals: Iterable[Removal], betters: Betters, moment: str
) -> tuple[list[Removal], list[ActionRefused]]:
    """Remove what was planned, if it is still so; returns what has gone and what has not.

    Args:
        catalog: where the journal is.
        removals: what to remove; of all the journal says so at once.
        betters: looks once more.
        moment: when the emptying began.

    Raises:
        UnavailableError: the catalog cannot be written. The next start completes what has begun.
    """
    planned = {each.held.decision: each for each in removals}
    refused: list[ActionRefused] = []
    with catalog.operations():
        betters.renew()
        ready: list[Removal] = []
        for each in catalog.call_now(held.of_decisions, list(planned)):
            try:
                was = planned[each.decision]
                now = _look_at(each, betters, was, was.discarded)
            except ActionRefused as error:
                refused.append(error)
            else:
                ready.append(now)
        operations = [file.operation for each in ready for file in each.held.files]
        catalog.call_now(journal.begin_emptying, operations, moment)
        failed = _unlink(file for each in ready for file, _ in each.there)
        catalog.call_now(journal.abandon_emptying, [file.operation for file, _ in failed])
        catalog.call_now(journal.finish_emptying, operations)
    refused += [_refusal(file, error) for file, error in failed]
    return [_without(each, dict(failed)) for each in ready], refused


def _without(removal: Removal, failed: Collection[HeldFile]) -> Removal:
    there = tuple(each for each in removal.there if each[0] not in failed)
    return replace(removal, there=there, size=_bytes(there))


def complete_emptying(catalog: Catalog) -> list[str]:
    """Remove what a crash has left of an emptying, or keep it where nothing better stands any
    more; returns what was done, in words. The right to move files is held."""
    pending = catalog.call_now(held.leaving)
    if not pending:
        return []
    betters = Betters(catalog)
    # Of a name that another file has got since, the journal's own file is gone.
    others = catalog.call_now(traces.owned)
    return [_completed(catalog, each, betters, others) for each in pending]


def _completed(catalog: Catalog, each: Held, betters: Betters, others: set[bytes]) -> str:
    name = f"decision {each.decision}: the trash was being emptied of it"
    home = trash_of(each.files[0].target).parent
    if is_away(home):
        return f"{name}, and {home} is not there; mount its disk"
    left = [
        file
        for file in each.files
        if os.fsencode(file.target) not in others and os.path.lexists(file.target)
    ]
    stays: set[int] = set()
    said = "completed"
    try:
        removal = _look_at(each, betters)
    except ActionRefused as error:
        stays = {file.operation for file in left}
        said = f"what was left stays: {error}" if stays else said
    else:
        known = {file.operation for file in left}
        failed = _unlink(file for file, _ in removal.there if file.operation in known)
        stays = {file.operation for file, _ in failed}
        said = f"what was left stays: {_refusal(*failed[0])}" if failed else said
    # Also what went before it was interrupted.
    sync({file.target.parent for file in each.files})
    catalog.call_now(journal.abandon_emptying, list(stays))
    catalog.call_now(journal.finish_emptying, [file.operation for file in each.files])
    return f"{name}; {said}"


def _look_at(
    each: Held, betters: Betters, planned: Removal | None = None, discarded: bool = False
) -> Removal:
    """What can go of a decision, all of it; where it is `discarded`, with nothing better kept.

    Raises:
        ActionRefused: something must stay, and so all of it does; or it is not as it was `planned`.
    """
    first = each.files[0].target
    home = trash_of(first).parent
    if is_away(home):
        raise ActionRefused(str(home), *AWAY)
    better = betters.of(each)
    if better.path is None and not (discarded and each.state is not DecisionState.DISSOLVED):
        raise ActionRefused(str(first), better.cause, better.remedy)
    before = dict(planned.there) if planned else {}
    there: list[tuple[HeldFile, Signature]] = []
    gone: list[HeldFile] = []
    for file in each.files:
        try:
            seen = _seen(file)
            if seen is None:
                gone.append(file)
                continue
            if better.path is not None:
                _refuse_one_file(file, seen, better.path)
            if seen != before.get(file):
                _verify(file, seen, each, better.path)
        except OSError as error:
            raise _refusal(file, error) from error
        there.append((file, seen))
    return Removal(each, tuple(there), tuple(gone), _bytes(there), better.path is None)


def _bytes(there: Iterable[tuple[HeldFile, Signature]]) -> int:
    return sum(size for _, (_, _, size, *_) in there)


def _seen(file: HeldFile) -> Signature | None:
    """What is at the file's place; None where there is nothing."""
    try:
        with opened_in_trash(file.target) as folder:
            status = os.stat(file.target.name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(status.st_mode):
        raise _strange(file)
    return signature(status)


def _refuse_one_file(file: HeldFile, seen: Signature, better: Path) -> None:
    """Raise ActionRefused where what stands for a file is the file itself, seen through a second
    mount of its folder."""
    status = better.lstat()
    if (status.st_dev, status.st_ino) == seen[:2] and status.st_nlink == 1:
        raise ActionRefused(
            str(file.target),
            f"{better} is this very file under another name",
            "open no trash as a library",
        )


def _verify(file: HeldFile, seen: Signature, each: Held, better: Path | None) -> None:
    """Raise ActionRefused unless what is at the file's place is what was put there, and what it
    holds of its own is beside the better one, too."""
    if file.digest is None and suffix_of(file.target.name) not in _CONTENTS:
        return
    with opened_in_trash(file.target) as folder:
        flags = os.O_RDONLY | os.O_NOFOLLOW
        digest = file_digest(os.open(file.target.name, flags, dir_fd=folder))
    if file.digest is not None:
        if digest != file.digest:
            raise _strange(file)
    elif better is None or not _has_equal(better, seen[2], digest):
        raise ActionRefused(
            str(file.target),
            f"nothing beside {better or 'a better one'} has its content any more",
            f"--undo {each.decision} brings it back",
        )


def _strange(file: HeldFile) -> ActionRefused:
    return ActionRefused(
        str(file.target), "this is not what was put there", "look at it, and remove it by hand"
    )


def _has_equal(better: Path, size: int, digest: bytes) -> bool:
    return any(
        each.path.lstat().st_size == size and file_digest(each.path) == digest
        for each in companions_of(better)
    )


def _unlink(files: Iterable[HeldFile]) -> list[tuple[HeldFile, OSError]]:
    """Remove files from the trash, durably; returns those that could not be."""
    failed: list[tuple[HeldFile, OSError]] = []
    folders: dict[Path, Path] = {}
    for file in files:
        try:
            with opened_in_trash(file.target) as folder:
                os.unlink(file.target.name, dir_fd=folder)
            folders[file.target.parent] = file.target
        except FileNotFoundError:
            continue
        except OSError as error:
            failed.append((file, error))
    sync(folders)
    for target in folders.values():
        tidy(target)
    return failed


def _refusal(file: HeldFile, error: OSError) -> ActionRefused:
    return ActionRefused(str(file.target), *explain_os_error(error))
