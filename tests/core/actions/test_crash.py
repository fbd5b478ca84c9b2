"""The promise under test: kill it anywhere, and no photo is lost, doubled or half-moved."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from core.actions.undo import recover
from core.catalog import assets, journal
from core.model import DecisionState
from tests import gallery
from tests.core.desk import Desk, snapshot, trashed
from tests.core.headless import REPOSITORY

LOSERS = ["copies/a.CR2", "copies/a.jpg", "copies/a.jpg.xmp", "copies/a.mov"]


@pytest.fixture
def arena(tmp_path: Path) -> Path:
    """A library with a photo and its copy, each with companions, scanned; and its catalog."""
    arena = tmp_path.resolve() / "arena"
    for folder in ("kept", "copies"):
        (arena / "library" / folder).mkdir(parents=True)
    keep, lose = _pair(arena)
    gallery.exact_copy(gallery.photo("clock"), keep, modified=1)
    gallery.exact_copy(keep, lose, modified=2)
    for image in (keep, lose):
        image.with_suffix(".CR2").write_bytes(b"a raw picture")
        image.with_suffix(".mov").write_bytes(b"a live photo")
    gallery.with_sidecar(lose, rating=3)
    with _opened(arena) as desk:
        desk.scan()
    return arena


def _pair(arena: Path) -> tuple[Path, Path]:
    return arena / "library" / "kept" / "a.jpg", arena / "library" / "copies" / "a.jpg"


def _opened(arena: Path) -> Desk:
    return Desk(arena / "catalog.db", [arena / "library"])


@contextmanager
def _killer(arena: Path, action: str) -> Iterator[Callable[[int], str]]:
    command = [sys.executable, "-m", "tests.core.actions.crashing", action]
    with subprocess.Popen(
        [*command, arena / "catalog.db", arena / "library", *_pair(arena)],
        cwd=REPOSITORY,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:

        def run_until(line: int) -> str:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(f"{line}\n")
            process.stdin.flush()
            return process.stdout.readline().strip()

        yield run_until
        process.communicate()


def _everywhere(arena: Path, action: str, kills: int) -> Iterator[int]:
    """Run `action` on a fresh copy of the arena, killed at lines spread over the whole of it."""
    saved = shutil.copytree(arena, arena.with_name("saved"))
    with _killer(arena, action) as run_until:
        lines = int(run_until(0))
        step = max(1, lines // kills)
        for line in [*range(1, lines + 1, step), lines]:
            shutil.rmtree(arena)
            shutil.copytree(saved, arena)
            assert run_until(line) == "killed", line
            yield line


def _check(arena: Path, line: int, before: dict[str, tuple[str, int]]) -> DecisionState | None:
    """What a person finds on starting again after a crash at `line`."""
    library = arena / "library"
    with _opened(arena) as desk:
        recover(desk.catalog)
        assert desk.ask(journal.unfinished) == [], line
        # Every file exists once, wherever it is, with its bytes and its time.
        assert sorted(snapshot(library).values()) == sorted(before.values()), line
        state = desk.history()[0].state if desk.history() else None
        stands = state is DecisionState.DONE
        assert trashed(library) == (LOSERS if stands else []), line
        known = desk.known(_pair(arena)[1]).state
        assert known == (assets.TRASHED if stands else assets.PRESENT), line
        assert len(desk.pairs()) == (0 if stands else 1), line
        if stands:
            desk.undo(desk.history()[0])
        assert snapshot(library) == before, line
        assert len(desk.pairs()) == 1, line
    return state


def test_a_crash_anywhere_while_a_decision_is_carried_out_loses_nothing(arena: Path) -> None:
    before = snapshot(arena / "library")
    states = {_check(arena, line, before) for line in _everywhere(arena, "apply", 50)}
    assert states == {None, DecisionState.FAILED, DecisionState.DONE}


def test_a_crash_anywhere_while_a_decision_is_undone_loses_nothing(arena: Path) -> None:
    before = snapshot(arena / "library")
    with _opened(arena) as desk:
        desk.decide(*_pair(arena))
    states = {_check(arena, line, before) for line in _everywhere(arena, "undo", 30)}
    assert states == {DecisionState.DONE, DecisionState.UNDONE}


@pytest.mark.parametrize("state", [DecisionState.APPLYING, DecisionState.UNDOING])
def test_a_crash_anywhere_in_the_repair_of_a_crash_loses_nothing(
    arena: Path, state: DecisionState
) -> None:
    before = snapshot(arena / "library")
    with _opened(arena) as desk:
        decision = desk.decide(*_pair(arena))
        for operation in decision.operations[2:]:
            operation.target.rename(operation.source)
        desk.ask(journal.set_decision_state, decision.id, state)
        if state is DecisionState.APPLYING:
            desk.ask(assets.set_state, [decision.asset_b], assets.PRESENT)
    states = {_check(arena, line, before) for line in _everywhere(arena, "recover", 15)}
    rolled_back = DecisionState.FAILED if state is DecisionState.APPLYING else DecisionState.UNDONE
    assert states == {rolled_back}
