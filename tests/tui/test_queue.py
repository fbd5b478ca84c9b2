"""The walk through the pairs: numbers stay true, and nothing decided is shown twice."""

from __future__ import annotations

from core.model import PairKind, PairRef
from tui.queue import ReviewQueue


def ref(a: int, b: int) -> PairRef:
    return PairRef(a, b, PairKind.SIMILAR, 2)


def queue_of(*pairs: tuple[int, int]) -> ReviewQueue:
    queue = ReviewQueue()
    queue.update([ref(*pair) for pair in pairs])
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
    queue.update([ref(9, 10), ref(1, 2), ref(3, 4)])
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
    queue.update([ref(1, 2), ref(2, 3), ref(4, 5)])
    assert walk(queue) == [(4, 5)]


def test_after_a_decision_the_catalog_knows_best() -> None:
    queue = queue_of((1, 2), (3, 4))
    queue.deciding(ref(1, 2), leaves=None)
    queue.settled(ref(1, 2))
    queue.update([ref(1, 2), ref(3, 4)])
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
