from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from core.rules.order import Edge, components, in_order


def test_of_unlike_pictures_the_best_acts_and_what_it_beat_chooses_no_more() -> None:
    middle_beats_worst, best_beats_middle = Edge(2, 3, False), Edge(1, 2, False)
    course = in_order([middle_beats_worst, best_beats_middle])
    assert course.acts == (1,)
    assert course.moot == (0,)


def test_what_the_best_was_compared_with_itself_goes_too() -> None:
    course = in_order([Edge(2, 3, False), Edge(1, 2, False), Edge(1, 3, False)])
    assert course.acts == (1, 2)
    assert course.moot == (0,)


def test_equal_pixels_are_settled_in_one_pass_the_worst_first() -> None:
    course = in_order([Edge(1, 2, True), Edge(2, 3, True)])
    assert course.acts == (1, 0)


def test_nothing_is_done_in_a_circle() -> None:
    course = in_order([Edge(1, 2, False), Edge(2, 3, True), Edge(3, 1, False), Edge(1, 9, False)])
    assert course.circles == (0, 1, 2)
    assert course.acts == (3,)


edges = st.lists(
    st.builds(Edge, st.integers(0, 9), st.integers(0, 9), st.booleans()).filter(
        lambda edge: edge.better != edge.worse
    ),
    max_size=25,
)


@given(edges)
def test_no_file_goes_without_the_one_it_was_compared_with(found: list[Edge]) -> None:
    course = in_order(found)
    assert sorted((*course.acts, *course.circles, *course.moot)) == list(range(len(found)))
    gone: set[int] = set()
    compared: dict[int, set[int]] = {}
    for place in course.acts:
        edge = found[place]
        assert edge.better not in gone
        assert edge.worse not in gone
        gone.add(edge.worse)
        # Whoever goes takes along only what shows the same pixels.
        assert edge.lossless or not compared.get(edge.worse)
        if not edge.lossless:
            compared.setdefault(edge.better, set()).add(edge.worse)
    for place in course.moot:
        assert {found[place].better, found[place].worse} & gone


@given(edges)
def test_the_same_choices_give_the_same_order(found: list[Edge]) -> None:
    assert in_order(found) == in_order(list(found))


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=20))
def test_groups_share_nothing(pairs: list[tuple[int, int]]) -> None:
    groups = components(pairs)
    assert sorted(place for group in groups for place in group) == list(range(len(pairs)))
    named = [{asset for place in group for asset in pairs[place]} for group in groups]
    for number, group in enumerate(named):
        assert all(group.isdisjoint(other) for other in named[number + 1 :])
