"""The walk through the pairs: numbers stay true, and nothing decided is shown twice."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from core.model import PairKind, PairRef
from tui.queue.lens import Lens
from tui.queue.run import Run
from tui.queue.walk import ReviewQueue


def ref(a: int, b: int) -> PairRef:
    return PairRef(a, b, PairKind.SIMILAR, 2)


def queue_of(*pairs: tuple[int, int]) -> ReviewQueue:
    queue = ReviewQueue()
    queue.update(Run([ref(*pair) for pair in pairs]))
    return queue


def walk(queue: ReviewQueue) -> list[tuple[int, int]]:
    found = []
    for _ in range(len(queue)):
        assert queue.current is not None
        found.append(queue.current.key)
        queue.move(1)
    return found


def test_an_empty_queue_shows_nothing() -> None:
    queue = ReviewQueue()
    queue.move(1)
    assert (queue.current, queue.position, len(queue), queue.around(1, 2)) == (None, 0, 0, [])


def test_new_pairs_join_at_the_end_and_the_current_one_stays() -> None:
    queue = queue_of((1, 2), (3, 4))
    queue.move(1)
    queue.update(Run([ref(9, 10), ref(1, 2), ref(3, 4)]))
    assert (queue.current, queue.position) == (ref(3, 4), 2)
    queue.move(1)
    assert queue.current == ref(9, 10)


def test_going_on_from_the_last_pair_comes_back_to_the_first() -> None:
    queue = queue_of((1, 2), (3, 4))
    queue.move(-1)
    assert queue.current == ref(3, 4)
    queue.move(1)
    assert queue.current == ref(1, 2)


def test_a_decided_pair_is_out_at_once_and_the_next_one_takes_its_place() -> None:
    queue = queue_of((1, 2), (3, 4), (5, 6))
    queue.move(1)
    queue.deciding(ref(3, 4), leaves=None)
    assert (queue.current, queue.position, len(queue)) == (ref(5, 6), 2, 2)


def test_the_other_pairs_of_a_file_that_leaves_are_out_too() -> None:
    queue = queue_of((1, 2), (2, 3), (1, 3), (4, 5))
    queue.deciding(ref(1, 2), leaves=2)
    assert walk(queue) == [(1, 3), (4, 5)]


def test_a_decision_on_its_way_is_not_undone_by_an_old_answer_of_the_catalog() -> None:
    queue = queue_of((1, 2), (2, 3))
    queue.deciding(ref(1, 2), leaves=2)
    queue.update(Run([ref(1, 2), ref(2, 3), ref(4, 5)]))
    assert walk(queue) == [(4, 5)]


def test_after_a_decision_the_catalog_knows_best() -> None:
    queue = queue_of((1, 2), (3, 4))
    queue.deciding(ref(1, 2), leaves=None)
    queue.settled(ref(1, 2))
    queue.update(Run([ref(1, 2), ref(3, 4)]))
    assert len(queue) == 2


def test_a_refused_decision_puts_its_pair_in_front_again() -> None:
    queue = queue_of((1, 2), (3, 4))
    queue.deciding(ref(1, 2), leaves=2)
    queue.put_back(ref(1, 2))
    assert (queue.current, len(queue)) == (ref(1, 2), 2)


def test_an_undone_pair_comes_in_front_whichever_way_round_it_is_named() -> None:
    queue = queue_of((1, 2), (3, 4), (5, 6))
    queue.move(1)
    assert queue.bring(6, 5)
    assert (queue.current, queue.position) == (ref(5, 6), 2)
    queue.move(1)
    assert queue.current == ref(3, 4)
    assert not queue.bring(7, 8)


def test_the_last_pair_leaves_an_empty_queue() -> None:
    queue = queue_of((1, 2))
    queue.deciding(ref(1, 2), leaves=None)
    assert (queue.current, queue.position) == (None, 0)


def test_what_lies_around_is_the_next_two_and_the_one_before() -> None:
    queue = queue_of((1, 2), (3, 4), (5, 6), (7, 8))
    assert queue.around(1, 2) == [ref(3, 4), ref(5, 6), ref(7, 8)]
    assert queue_of((1, 2)).around(1, 2) == []


def lensed(*pairs: tuple[int, int]) -> ReviewQueue:
    """A queue of six pairs, of which `pairs` are shown, in this order."""
    queue = queue_of((1, 2), (3, 4), (5, 6), (7, 8), (2, 9), (3, 9))
    queue.arrange(LENS, [ref(*pair) for pair in pairs])
    return queue


LENS = Lens(type="JPEG")


def test_under_a_lens_only_what_it_shows_is_walked_through_in_its_order() -> None:
    queue = lensed((7, 8), (1, 2), (5, 6))
    assert walk(queue) == [(7, 8), (1, 2), (5, 6)]
    assert (len(queue), len(queue.everything)) == (3, 6)
    queue.arrange(Lens(), None)
    assert len(queue) == 6


def test_a_new_lens_begins_at_its_first_pair_and_without_it_the_person_stays() -> None:
    queue = queue_of((1, 2), (3, 4), (5, 6))
    queue.move(1)
    queue.arrange(LENS, [ref(5, 6), ref(3, 4)])
    assert (queue.current, queue.position) == (ref(5, 6), 1)
    queue.arrange(LENS, [ref(3, 4), ref(5, 6)])
    assert (queue.current, queue.position) == (ref(5, 6), 2)
    queue.arrange(Lens(), None)
    assert (queue.current, queue.position) == (ref(5, 6), 3)


def test_what_is_decided_under_a_lens_is_out_without_it_too() -> None:
    queue = lensed((7, 8), (1, 2))
    queue.move(1)
    queue.deciding(ref(1, 2), leaves=2)
    assert walk(queue) == [(7, 8)]
    queue.arrange(Lens(), None)
    assert (1, 2) not in walk(queue)
    assert (2, 9) not in walk(queue)


def test_new_pairs_wait_until_the_lens_has_been_asked_about_them() -> None:
    queue = lensed((7, 8), (1, 2))
    assert not queue.unplaced
    queue.update(Run([*queue.everything, ref(10, 11)]))
    assert len(queue) == 2
    assert queue.unplaced
    queue.arrange(LENS, [ref(10, 11), ref(7, 8)])
    assert not queue.unplaced
    assert (queue.current, len(queue)) == (ref(7, 8), 2)


def test_an_undone_pair_is_shown_whatever_the_lens() -> None:
    queue = lensed((7, 8), (1, 2))
    assert queue.bring(3, 4)
    assert queue.current == ref(3, 4)


def test_a_look_at_some_assets_changes_their_pairs_only() -> None:
    queue = queue_of((1, 2), (3, 4), (5, 6), (2, 9))
    queue.move(2)
    equal = replace(ref(2, 9), kind=PairKind.PIXELS)
    queue.exchange({1, 2}, [equal, ref(2, 7)])
    assert (queue.current, queue.position) == (ref(5, 6), 2)
    assert walk(queue) == [(5, 6), (2, 9), (2, 7), (3, 4)]
    assert equal in queue.everything


def test_a_look_back_at_a_decision_that_is_not_done_yet_brings_nothing() -> None:
    queue = queue_of((1, 2), (3, 4))
    queue.deciding(ref(1, 2), leaves=2)
    queue.exchange({1, 2}, [ref(1, 2), ref(2, 7)])
    assert walk(queue) == [(3, 4)]


def test_everything_gone_leaves_an_empty_queue() -> None:
    queue = queue_of((1, 2), (3, 4))
    queue.update(Run([]))
    assert (queue.current, len(queue)) == (None, 0)
    queue.update(Run([ref(5, 6)]))
    assert queue.current == ref(5, 6)


_SOME = st.lists(
    st.tuples(st.integers(1, 6), st.integers(1, 6)).filter(lambda pair: pair[0] < pair[1]),
    unique=True,
)


@given(_SOME, _SOME, st.integers(0, 20))
def test_known_pairs_keep_their_order_and_new_ones_come_after(
    before: list[tuple[int, int]], after: list[tuple[int, int]], steps: int
) -> None:
    queue = queue_of(*before)
    queue.move(steps)
    current = queue.current
    queue.update(Run([ref(*pair) for pair in after]))
    kept = [pair for pair in before if pair in after]
    new = [pair for pair in after if pair not in before]
    assert [each.key for each in queue.shown] == kept + new
    if current is not None and current.key in after:
        assert queue.current == current
