"""Where crashes are tried out: a small library, what may be killed in it, and what must be true
afterwards. The tests kill at some lines, `tests.benchmarks.crash` at thousands."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from core.actions.effects import perform, take_back
from core.actions.recovery import recover
from core.catalog import assets, history, journal
from core.libraries.folder import look_at
from core.model import DecisionState, Metadata, OperationKind
from tests import gallery
from tests.core.desk import Desk, snapshot, trashed
from tests.core.headless import REPOSITORY

LOSERS = ["copies/a.CR2", "copies/a.jpg", "copies/a.jpg.xmp", "copies/a.mov"]
_SIDECAR = "kept/a.jpg.xmp"
_HEART = 'xmlns:fstop="http://www.fstopapp.com/xmp/" fstop:favorite="1" '
_TOLD = {"rating": 3, "tags": ("cat", "clock"), "favorite": True}
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
        with Desk(folder / "catalog.db", [folder / "library"]) as desk:
            desk.scan()
            said = desk.asset(keep).metadata
        return cls(folder, snapshot(folder / "library"), said)

    @property
    def library(self) -> Path:
        return self.folder / "library"

    @property
    def pair(self) -> tuple[Path, Path]:
        return self.library / "kept" / "a.jpg", self.library / "copies" / "a.jpg"

    def opened(self) -> Desk:
        return Desk(self.folder / "catalog.db", [self.library])

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
            [*command, self.folder / "catalog.db", self.library, *self.pair],
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

    def check(self, moment: int | float) -> DecisionState | None:
        """What a person finds on starting again after a crash; the state of the decision then."""
        keep, lose = self.pair
        with self.opened() as desk:
            recover(desk.catalog)
            assert desk.ask(history.unfinished) == [], moment
            state = desk.history()[0].state if desk.history() else None
            stands = state is DecisionState.DONE
            # Every file exists once, wherever it is, with its bytes and its time, and nothing
            # else does; only the keeper's sidecar says more where the decision stands.
            now, before = snapshot(self.library), dict(self.before)
            assert (_SIDECAR in now) == (stands or _SIDECAR in before), moment
            if stands:
                now.pop(_SIDECAR)
                before.pop(_SIDECAR, None)
            assert sorted(now.values()) == sorted(before.values()), moment
            assert trashed(self.library) == (LOSERS if stands else []), moment
            assert desk.known(lose).state == (assets.TRASHED if stands else assets.PRESENT), moment
            assert len(desk.pairs()) == (0 if stands else 1), moment
            told = desk.asset(keep).metadata
            assert all(getattr(told, name) == value for name, value in _TOLD.items()) == stands
            # What the catalog has of the keeper's folder is what is there (in a copy of it, with
            # other inodes), so that no scan reads anything again.
            (found,) = look_at([str(keep)])
            known = desk.known(keep).found
            assert replace(known, inode=found.inode) == found, moment
            if stands:
                desk.undo(desk.history()[0])
            assert snapshot(self.library) == self.before, moment
            assert desk.asset(keep).metadata == self.said, moment
            assert len(desk.pairs()) == 1, moment
        return state
