"""Where crashes are tried out: a small library, what may be killed in it, and what must be true
afterwards. The tests kill at some lines, `tests.benchmarks.crash` at thousands.

After each kill betterhalf starts again, and then the doctor has to find nothing for a person to do.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar

import pytest

from core.actions.doctor.examine import Examination, examine
from core.actions.doctor.findings import Level
from core.actions.effects import perform, take_back
from core.actions.recovery import recover
from core.catalog import assets, history, journal
from core.errors import ActionRefused
from core.libraries.folder import look_at
from core.model import DecisionState, Metadata, OperationKind
from tests import gallery
from tests.core.desk import Desk, snapshot, trashed
from tests.core.headless import REPOSITORY

LOSERS = ["copies/a.CR2", "copies/a.jpg", "copies/a.jpg.xmp", "copies/a.mov"]
_SIDECAR = "kept/a.jpg.xmp"
_HEART = 'xmlns:fstop="http://www.fstopapp.com/xmp/" fstop:favorite="1" '
OPERATIONS = 6


def _copy(folder: Path, new: Path) -> None:
    """Links stay what they are."""
    subprocess.run(["cp", "-a", folder, new], check=True)


@dataclass(frozen=True)
class Arena:
    """A library with a photo and its copy, each with companions, scanned; and its catalog."""

    folder: Path
    before: dict[str, tuple[str, int]]
    said: Metadata

    TRASHED: ClassVar = LOSERS
    """What is in the trash while the decision stands ..."""
    TOLD: ClassVar = {"rating": 3, "tags": ("cat", "clock"), "favorite": True}
    """... and what the keeper then says."""

    @classmethod
    def make(cls, folder: Path, has_sidecar: bool) -> Arena:
        """In the new folder `folder`; the keeper has a sidecar already, or will get its first."""
        for name in ("kept", "copies"):
            (folder / "library" / name).mkdir(parents=True)
        keep, lose = cls(folder, {}, Metadata()).pair
        gallery.exact_copy(gallery.photo("clock"), keep, modified=1)
        gallery.exact_copy(keep, lose, modified=2)
        for image in (keep, lose):
            image.with_suffix(".CR2").write_bytes(b"a raw picture")
            image.with_suffix(".mov").write_bytes(b"a live photo")
        # The heart has no place in a sidecar of ours: the catalog keeps it.
        loud = gallery.with_sidecar(lose, rating=3, tags=["cat", "clock"])
        loud.write_text(loud.read_text().replace("rdf:about=", f"{_HEART}rdf:about="))
        if has_sidecar:
            gallery.with_sidecar(keep, rating=1, tags=["cat"])
        cls.furnish(folder / "library")
        with Desk(folder / "catalog.db", [folder / "library"]) as desk:
            desk.scan()
            said = desk.asset(keep).metadata
        return cls(folder, snapshot(folder / "library"), said)

    @staticmethod
    def furnish(library: Path) -> None:
        """Add what else there is."""

    @property
    def library(self) -> Path:
        return self.folder / "library"

    @property
    def pair(self) -> tuple[Path, Path]:
        return self.library / "kept" / "a.jpg", self.library / "copies" / "a.jpg"

    def opened(self) -> Desk:
        return Desk(self.folder / "catalog.db", [self.library])

    @property
    def losers(self) -> list[Path]:
        """The pictures that go."""
        return [self.pair[1]]

    def decide(self) -> None:
        """Carry the decision out, in full."""
        with self.opened() as desk:
            decision = desk.decide(*self.pair)
        kinds = [each.kind for each in decision.operations]
        trash = [OperationKind.TRASH] * (OPERATIONS - 2)
        assert kinds == [OperationKind.WRITE, OperationKind.RECORD, *trash]

    def leave_half_way(self, state: DecisionState, done: int) -> None:
        """As a crash leaves it in `state`: the first `done` operations have happened."""
        self.decide()
        with self.opened() as desk:
            (decision,) = desk.history()
            if state is DecisionState.APPLYING:
                desk.undo(decision)
                for operation in decision.operations[:done]:
                    perform(operation)
            else:
                for operation in decision.operations[done:][::-1]:
                    take_back(operation)
            desk.ask(journal.set_decision_state, decision.id, state)

    @contextmanager
    def killer(self, action: str) -> Iterator[Callable[[int | float], str]]:
        """Kills `action` as `tests.core.actions.crashing` is told."""
        command = [sys.executable, "-m", "tests.core.actions.crashing", action]
        with subprocess.Popen(
            [*command, self.folder / "catalog.db", self.library, self.pair[0], *self.losers],
            cwd=REPOSITORY,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as process:

            def run_until(moment: int | float) -> str:
                assert process.stdin is not None
                assert process.stdout is not None
                process.stdin.write(f"{moment:.6f}\n" if type(moment) is float else f"{moment}\n")
                process.stdin.flush()
                return process.stdout.readline().strip()

            yield run_until
            process.communicate()

    def each(
        self, action: str, moments: Callable[[int, float], Iterable[int | float]]
    ) -> Iterator[int | float]:
        """Run `action` on a fresh copy of the arena, killed at each of `moments` (of so many
        lines, or seconds)."""
        saved = self.folder.with_name("saved")
        _copy(self.folder, saved)
        with self.killer(action) as run_until:
            lines, _ = run_until(0).split()
            self._restore(saved)
            _, seconds = run_until(-1).split()
            for moment in moments(int(lines), float(seconds)):
                self._restore(saved)
                assert run_until(moment) == "killed", moment
                yield moment
        shutil.rmtree(saved)

    def _restore(self, saved: Path) -> None:
        shutil.rmtree(self.folder)
        _copy(saved, self.folder)

    def repair(self, desk: Desk, moment: int | float) -> None:
        """Start betterhalf again, and see the doctor."""
        recover(desk.catalog)
        assert desk.ask(history.unfinished) == [], moment
        whole = Examination(desk.roots, thorough=True)
        found = list(examine(desk.catalog, whole))
        assert {each.level for each in found} <= {Level.REPAIRED}, (moment, found)
        assert list(examine(desk.catalog, whole)) == [], moment

    def check(self, moment: int | float) -> DecisionState | None:
        """What a person finds on starting again after a crash; the state of the decision then."""
        keep, _ = self.pair
        pairs = len(self.losers)
        with self.opened() as desk:
            self.repair(desk, moment)
            together = desk.ask(history.as_one, desk.history()[0]) if desk.history() else []
            (state,) = {each.state for each in together} or {None}
            stands = state is DecisionState.DONE
            # Every file exists once, wherever it is, with its bytes and its time, and nothing
            # else does; only the keeper's sidecar says more where the decision stands.
            now, before = snapshot(self.library), dict(self.before)
            assert (_SIDECAR in now) == (stands or _SIDECAR in before), moment
            if stands:
                now.pop(_SIDECAR)
                before.pop(_SIDECAR, None)
            assert sorted(now.values()) == sorted(before.values()), moment
            assert trashed(self.library) == (self.TRASHED if stands else []), moment
            states = {desk.known(lose).state for lose in self.losers}
            assert states == {assets.TRASHED if stands else assets.PRESENT}, moment
            assert len(desk.pairs()) == (0 if stands else pairs), moment
            told = desk.asset(keep).metadata
            assert all(getattr(told, name) == self.TOLD[name] for name in self.TOLD) == stands
            # What the catalog has of the keeper's folder is what is there (in a copy of it, with
            # other inodes), so that no scan reads anything again.
            (found,) = look_at([str(keep)])
            known = desk.known(keep).found
            assert replace(known, inode=found.inode) == found, moment
            if stands:
                desk.undo(desk.history()[0])
            assert snapshot(self.library) == self.before, moment
            assert desk.asset(keep).metadata == self.said, moment
            assert len(desk.pairs()) == pairs, moment
        return state

    def take_back(self) -> None:
        """Undo the decision, in full."""
        with self.opened() as desk:
            desk.undo(desk.history()[0])

    def check_emptied(self, moment: int | float) -> str:
        """As `check`, where the trash was being emptied of the decision: all of it stays and can
        be taken back, or all of it is gone, and the better one is there. Says which."""
        with self.opened() as desk:
            self.repair(desk, moment)
            (decision,) = desk.history()
            assert decision.state is DecisionState.DONE, moment
            emptied = {
                each.emptied_at is not None
                for each in decision.operations
                if each.kind is OperationKind.TRASH
            }
            (gone,) = emptied
            assert trashed(self.library) == ([] if gone else self.TRASHED), moment
            kept = {name: each for name, each in self.before.items() if "copies" not in name}
            now = snapshot(self.library)
            assert {name: now[name] for name in kept if name != _SIDECAR} == {
                name: each for name, each in kept.items() if name != _SIDECAR
            }, moment
            if gone:
                assert now.keys() == {*kept, _SIDECAR}, moment
                with pytest.raises(ActionRefused, match="when that was emptied"):
                    desk.undo(decision)
            else:
                desk.undo(decision)
                assert snapshot(self.library) == self.before, moment
        return "emptied" if gone else "whole"


class GroupArena(Arena):
    """The same library with a third copy, and all three are decided as one."""

    TRASHED: ClassVar = [*LOSERS, "more/a.jpg", "more/a.jpg.xmp"]
    TOLD: ClassVar = {"rating": 5, "tags": ("cat", "clock", "lens"), "favorite": True}

    @staticmethod
    def furnish(library: Path) -> None:
        third = library / "more" / "a.jpg"
        third.parent.mkdir()
        gallery.exact_copy(library / "kept" / "a.jpg", third, modified=3)
        gallery.with_sidecar(third, rating=5, tags=["lens"])

    @property
    def losers(self) -> list[Path]:
        return [self.pair[1], self.library / "more" / "a.jpg"]

    def decide(self) -> None:
        with self.opened() as desk:
            desk.decide_group(keep=[self.pair[0]], trash=self.losers)
