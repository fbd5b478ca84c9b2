"""Decisions against the disk: is what stands as it was left, and is back what was taken back?"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from core.actions.betters import Betters
from core.actions.doctor.findings import Check, Finding, Level, repaired
from core.actions.effects import LINKS, is_torn, perform, written
from core.actions.links import is_there
from core.actions.trash import is_away, trash_of
from core.catalog import assets, held, traces
from core.catalog.database import Catalog
from core.catalog.held import Held, HeldFile
from core.catalog.known import known_at
from core.errors import ActionRefused, explain_os_error
from core.libraries.formats import IMAGE_SUFFIXES, RAW_SUFFIXES, stem_of, suffix_of
from core.libraries.reader import file_digest
from core.model import DecisionState, Operation, OperationKind

_PAGE = 500
"""Operations that are loaded at once: each has two versions of a sidecar."""
_FAILED = (DecisionState.UNDONE, DecisionState.FAILED)
"""States of decisions whose files are where they were before."""


@dataclass(slots=True)
class Decisions:
    """Looks at all decisions below some roots. Blocks; use a thread."""

    catalog: Catalog
    roots: Sequence[Path]
    thorough: bool
    """Read files again instead of believing size and time."""
    dry: bool

    def findings(self) -> list[Finding]:
        """What is wrong, looked at twice: the second time nobody else moves files, and what is
        safe to mend is mended."""
        suspects = {each.decision for each in self._look(None) if each.decision is not None}
        if not suspects:
            return []
        with self.catalog.operations():
            return list(self._look(suspects))

    def _look(self, only: set[int] | None) -> Iterator[Finding]:
        standing = self.catalog.call_now(held.held, self.roots)
        # Of a chain of better ones the last is enough to be told of.
        in_trash = {each.content_b for each in standing if os.path.lexists(_first(each).target)}
        betters = Betters(self.catalog, trusting=not self.thorough)
        away: set[Path] = set()
        for each in standing:
            if only is not None and each.decision not in only:
                continue
            home = trash_of(_first(each).target).parent
            if is_away(home):
                if home not in away:
                    yield _away(home, each)
                away.add(home)
            else:
                yield from self._trashed(each, betters, in_trash)
        last = self.catalog.call_now(traces.last_touched, self.roots)
        yield from self._written(only, last)
        yield from self._linked(only, last)
        yield from self._taken_back(only, last)

    # What stands

    def _trashed(self, each: Held, betters: Betters, in_trash: set[int]) -> Iterator[Finding]:
        wrong = next(filter(None, (self._is_wrong(file, each) for file in each.files)), None)
        if wrong is not None:
            yield wrong
        if not (betters.may_stand_for(each) and os.path.lexists(_first(each).target)):
            return
        if betters.of(each).path is not None:
            return
        above = set(betters.upwards(each.content_a)) - {each.content_b}
        if in_trash.isdisjoint(above):
            yield _person(
                each,
                _first(each).target,
                f"THE BETTER ONE IS GONE, and this is what is left: {each.path_a} is not there, or "
                "not as it was",
                f"mount its disk, or scan if it has moved; else betterhalf --undo {each.decision}",
            )

    def _is_wrong(self, file: HeldFile, each: Held) -> Finding | None:
        """Whether a file is not in the trash as it was put there."""
        try:
            status = os.lstat(file.target)
        except FileNotFoundError:
            return self._not_there(file, each)
        except OSError as error:
            return _person(each, file.target, *explain_os_error(error))
        same = stat.S_ISREG(status.st_mode) and file.size in (None, status.st_size)
        try:
            if same and file.digest is not None and self.thorough:
                same = file_digest(file.target) == file.digest
        except OSError as error:
            return _person(each, file.target, *explain_os_error(error))
        if same:
            return None
        remedy = "restore it from a backup, or look at what it is"
        return _person(each, file.target, "this is not what was put there", remedy)

    def _not_there(self, file: HeldFile, each: Held) -> Finding:
        try:
            status = os.lstat(file.source)
            is_back = stat.S_ISREG(status.st_mode) and file.size in (None, status.st_size)
        except OSError:
            is_back = False
        if is_back:
            return Finding(
                Check.JOURNAL,
                Level.NOTE,
                str(file.source),
                f"decision {each.decision} sent it away, and somebody has put it back by hand",
                "scan, and decide it again",
                each.decision,
            )
        return _person(
            each,
            file.target,
            f"the trash no longer holds it, and decision {each.decision} cannot be undone",
            "restore it from a backup; if somebody removed it on purpose, --empty-trash notes that",
        )

    def _written(self, only: set[int] | None, last: Mapping[bytes, int]) -> Iterator[Finding]:
        for decision, operation in self._operations((OperationKind.WRITE,), only):
            if last.get(os.fsencode(operation.source)) != decision:
                continue
            finding = self._sidecar(decision, operation, mend=only is not None and not self.dry)
            if finding is not None:
                yield replace(finding, decision=decision)

    def _sidecar(self, decision: int, operation: Operation, mend: bool) -> Finding | None:
        """What somebody has written since is theirs; what a power cut left is nobody's."""
        path = operation.source
        try:
            now = written(path)
            if is_torn(operation, now):
                if mend:
                    perform(replace(operation, before=now))
                done = f"decision {decision} wrote it, and it is whole again"
                return repaired(Check.JOURNAL, self.dry, str(path), "it was cut off", done)
        except OSError as error:
            return Finding(Check.JOURNAL, Level.PERSON, str(path), *explain_os_error(error))
        except ActionRefused as error:
            return Finding(Check.JOURNAL, Level.PERSON, error.subject, error.cause, error.remedy)
        if now is not None or not _is_wanted(path):
            return None
        return Finding(
            Check.JOURNAL,
            Level.PERSON,
            str(path),
            f"this sidecar is gone, in which decision {decision} wrote what it merged",
            f"restore it, or --undo {decision} --leave-edited and decide again",
        )

    def _linked(self, only: set[int] | None, last: Mapping[bytes, int]) -> Iterator[Finding]:
        for decision, operation in self._operations((*LINKS, OperationKind.RELINK), only):
            source = operation.source
            if last.get(os.fsencode(source)) != decision or not source.parent.is_dir():
                continue
            try:
                stands = is_there(operation)
                leads = source.exists()
            except OSError as error:
                yield Finding(
                    Check.JOURNAL,
                    Level.PERSON,
                    str(source),
                    *explain_os_error(error),
                    decision=decision,
                )
                continue
            link = f"the {operation.kind} that decision {decision} put here"
            remedy = f"--undo {decision} puts the copy back"
            if operation.kind is OperationKind.RELINK:
                link = f"the symbolic link that decision {decision} led to {operation.target}"
                remedy = f"--undo {decision} leads it back"
            if not leads:
                cause = f"{link} {'leads nowhere' if os.path.lexists(source) else 'is gone'}"
                yield Finding(Check.JOURNAL, Level.PERSON, str(source), cause, remedy, decision)
            elif not stands:
                cause = f"it is no longer {link}"
                yield Finding(Check.JOURNAL, Level.NOTE, str(source), cause, decision=decision)

    def _operations(
        self, kinds: Sequence[OperationKind], only: set[int] | None
    ) -> Iterator[tuple[int, Operation]]:
        after = 0
        while page := self.catalog.call_now(
            traces.standing_operations, kinds, self.roots, after, _PAGE, only
        ):
            yield from ((decision, operation) for _, decision, operation in page)
            after = page[-1][0]

    # What was taken back

    def _taken_back(self, only: set[int] | None, last: Mapping[bytes, int]) -> Iterator[Finding]:
        owned = self.catalog.call_now(traces.owned, self.roots)
        for each in self.catalog.call_now(held.held, self.roots, _FAILED):
            if only is not None and each.decision not in only:
                continue
            undone = each.state is DecisionState.UNDONE
            what = "was taken back" if undone else "was not carried out"
            for file in each.files:
                source, target = file.source, file.target
                if os.fsencode(target) not in owned and os.path.lexists(target):
                    cause = f"decision {each.decision} {what}, and this is still in the trash"
                    remedy = f"move it to {source}"
                    if os.path.lexists(source):
                        remedy = f"compare it with {source}, and remove one of them by hand"
                    yield _person(each, target, cause, remedy)
                elif (
                    file.digest is not None
                    and os.fsencode(source) not in last
                    and self._lacks(source)
                ):
                    cause = f"decision {each.decision} {what}, and this is not in its place"
                    remedy = "scan, if you moved or removed it since; else look for a backup"
                    yield _person(each, source, cause, remedy)

    def _lacks(self, path: Path) -> bool:
        """Whether a picture is not where it was when it was last seen."""
        if os.path.lexists(path) or not path.parent.is_dir():
            return False
        known = self.catalog.call_now(known_at, [os.fspath(path)], ())
        return any(each.state == assets.PRESENT for each in known)


def _first(each: Held) -> HeldFile:
    """The picture, or what there is."""
    return next((file for file in each.files if file.digest is not None), each.files[0])


def _is_wanted(sidecar: Path) -> bool:
    """Whether a picture that it can belong to is still beside its place."""
    name = sidecar.name.lower()
    try:
        beside = [each.lower() for each in os.listdir(sidecar.parent)]
    except OSError:
        return False
    pictures = (each for each in beside if suffix_of(each) in IMAGE_SUFFIXES | RAW_SUFFIXES)
    return any(name in (f"{each}.xmp", f"{stem_of(each)}.xmp") for each in pictures)


def _away(home: Path, each: Held) -> Finding:
    return Finding(
        Check.LIBRARY,
        Level.PERSON,
        str(home),
        "this library is not there, so what is in its trash cannot be looked at",
        "mount its disk, or name the libraries to look at",
        each.decision,
    )


def _person(each: Held, path: Path, cause: str, remedy: str) -> Finding:
    return Finding(Check.JOURNAL, Level.PERSON, str(path), cause, remedy, each.decision)
