"""The promise under test: kill it anywhere, and no photo is lost, doubled or half-moved, and no
word of a sidecar."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from core.model import DecisionState
from tests.core.actions.arena import OPERATIONS, Arena, GroupArena


@pytest.fixture(params=[True, False], ids=["a sidecar that is there", "a new one"])
def arena(tmp_path: Path, request: pytest.FixtureRequest) -> Arena:
    return Arena.make(tmp_path.resolve() / "arena", request.param)


def spread_over(kills: int) -> Callable[[int, float], Iterable[int]]:
    """Lines from the first to the last."""
    return lambda lines, _: [*range(1, lines + 1, max(1, lines // kills)), lines]


def test_a_crash_anywhere_while_a_decision_is_carried_out_loses_nothing(arena: Arena) -> None:
    states = {arena.check(line) for line in arena.each("apply", spread_over(25))}
    assert states == {None, DecisionState.FAILED, DecisionState.DONE}


def test_a_crash_anywhere_while_a_decision_is_undone_loses_nothing(arena: Arena) -> None:
    arena.decide()
    states = {arena.check(line) for line in arena.each("undo", spread_over(15))}
    assert states == {DecisionState.DONE, DecisionState.UNDONE}


def test_a_crash_anywhere_while_a_decision_is_made_again_loses_nothing(tmp_path: Path) -> None:
    arena = Arena.make(tmp_path.resolve() / "arena", has_sidecar=False)
    arena.decide()
    arena.take_back()
    states = {arena.check(line) for line in arena.each("redo", spread_over(12))}
    assert states == {DecisionState.UNDONE, DecisionState.FAILED, DecisionState.DONE}


def test_a_crash_anywhere_while_the_trash_is_emptied_loses_nothing(tmp_path: Path) -> None:
    arena = Arena.make(tmp_path.resolve() / "arena", has_sidecar=False)
    arena.decide()
    ends = {arena.check_emptied(line) for line in arena.each("empty", spread_over(15))}
    assert ends == {"whole", "emptied"}


@pytest.fixture
def group(tmp_path: Path) -> GroupArena:
    return GroupArena.make(tmp_path.resolve() / "arena", has_sidecar=True)


def test_a_crash_anywhere_while_a_group_is_decided_loses_nothing(group: GroupArena) -> None:
    states = {group.check(line) for line in group.each("apply", spread_over(15))}
    assert states == {None, DecisionState.FAILED, DecisionState.DONE}


def test_a_crash_anywhere_while_a_group_is_undone_loses_nothing(group: GroupArena) -> None:
    group.decide()
    states = {group.check(line) for line in group.each("undo", spread_over(10))}
    assert states == {DecisionState.DONE, DecisionState.UNDONE}


@pytest.mark.parametrize(
    ("state", "done", "expected"),
    [
        (DecisionState.APPLYING, 3, DecisionState.FAILED),
        (DecisionState.APPLYING, OPERATIONS, DecisionState.DONE),
        (DecisionState.UNDOING, 3, DecisionState.UNDONE),
    ],
)
def test_a_crash_anywhere_in_the_repair_of_a_crash_loses_nothing(
    arena: Arena, state: DecisionState, done: int, expected: DecisionState
) -> None:
    arena.leave_half_way(state, done)
    assert {arena.check(line) for line in arena.each("recover", spread_over(8))} == {expected}
