"""The walk through groups: nobody loses their place or their marks, whatever arrives."""

from __future__ import annotations

from core.matching.potential import PotentialGroup, potential_groups
from core.model import PairKind, PairRef
from core.rules.group_suggestion import KnownGroup
from core.rules.marks import Mark
from tests.core.rules.test_evaluate import asset
from tui.groups.walk import GroupWalk


def groups(*members: tuple[int, ...]) -> list[PotentialGroup]:
    """One of each, all of its members pairs of one another."""
    return potential_groups(
        [PairRef(a, b, PairKind.PIXELS, 0) for each in members for a in each for b in each if a < b]
    )


def known(group: PotentialGroup) -> KnownGroup:
    assets = {each: asset(each, f"/p/{each}.jpg") for each in group.members}
    return KnownGroup(group, assets, {})


def walk(*members: tuple[int, ...]) -> GroupWalk:
    made = GroupWalk()
    made.update(groups(*members))
    for group in groups(*members):
        made.learn(group, known(group))
    return made


def current(found: GroupWalk) -> set[int]:
    assert found.current is not None
    return set(found.current.members)


def test_new_groups_before_the_current_one_leave_the_person_where_they_are() -> None:
    found = walk((1, 2), (3, 4))
    found.move(1)
    found.update(groups((8, 9), (1, 2), (3, 4)))
    assert current(found) == {3, 4}
    assert found.position == 3
    # One that has grown is still the same.
    found.update(groups((8, 9), (1, 2), (3, 4, 5)))
    assert current(found) == {3, 4, 5}


def test_a_group_that_is_being_decided_is_out_until_it_is_put_back() -> None:
    found = walk((1, 2), (3, 4))
    first = found.current
    assert first is not None
    found.deciding(first)
    assert (current(found), len(found)) == ({3, 4}, 1)
    found.update(groups((1, 2), (3, 4)))
    assert len(found) == 1
    found.put_back(first)
    assert (current(found), len(found)) == ({1, 2}, 2)


def test_marks_survive_what_has_to_be_loaded_again_but_not_those_of_files_that_are_gone() -> None:
    found = walk((1, 2, 3))
    group = found.current
    assert group is not None
    assert found.draft is not None
    found.draft.mark(2, Mark.STACK)
    found.draft.mark(3, Mark.STACK)
    found.forget([2])
    assert not found.has(group)
    left = group.among({1, 2})
    assert left is not None
    found.learn(group, KnownGroup(left, known(group).assets | {}, {}))
    assert found.draft.marks[2] is Mark.STACK
    without = {each: made for each, made in known(group).assets.items() if each != 3}
    found.learn(group, KnownGroup(left, without, {}))
    assert set(found.draft.marks) == {1, 2}


def test_marks_survive_another_order_of_the_same_members() -> None:
    found = walk((1, 2, 3), (4, 5))
    assert found.current is not None
    before = found.current.members
    draft = found.draft
    assert draft is not None
    draft.mark(2, Mark.STACK)
    # As when it becomes known how near they are.
    stars = [PairRef(3, 1, PairKind.PIXELS, 0), PairRef(3, 2, PairKind.PIXELS, 0)]
    changed = [*potential_groups(stars), *groups((4, 5))]
    assert changed[0].members != before
    found.update(changed)
    assert found.draft is draft
    assert draft.marks[2] is Mark.STACK
    assert [each.id for each in draft.members] == list(changed[0].members)


def test_an_end_leads_to_the_other() -> None:
    found = walk((1, 2), (3, 4))
    found.move(-1)
    assert current(found) == {3, 4}
    found.move(1)
    assert current(found) == {1, 2}
    found.update([])
    assert (found.current, found.position, found.draft) == (None, 0, None)
