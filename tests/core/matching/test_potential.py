"""Which pictures are looked at together, and what is known of two of them."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.matching.potential import Bond, Bonds, PotentialGroup, potential_groups
from core.model import PairKind, PairRef


def near(*pairs: tuple[int, int]) -> list[PairRef]:
    return [PairRef(a, b, PairKind.SIMILAR, 2) for a, b in pairs]


def exact(*pairs: tuple[int, int]) -> list[PairRef]:
    return [PairRef(a, b, PairKind.EXACT, 0) for a, b in pairs]


def members(pairs: Sequence[PairRef]) -> list[tuple[int, ...]]:
    return [group.members for group in potential_groups(pairs)]


def only(pairs: Sequence[PairRef]) -> PotentialGroup:
    (group,) = potential_groups(pairs)
    return group


def of(group: PotentialGroup, asset: int) -> dict[int, Bond]:
    bonds = Bonds(group)
    return {each: bonds.between(asset, each) for each in group.members if each != asset}


FOUR = [(1, 2), (1, 3), (1, 4), (2, 3), (2, 4), (3, 4)]


@pytest.mark.parametrize(
    ("pairs", "groups"),
    [
        (near((1, 2)), [(1, 2)]),
        (near((1, 2), (3, 4)), [(1, 2), (3, 4)]),
        (near(*FOUR), [(1, 2, 3, 4)]),
        # One pair is missing: 3 and 4 share two partners.
        (near(*FOUR[:-1]), [(1, 2, 3, 4)]),
        # A chain falls apart, and its middle one is in both parts.
        (near((1, 2), (2, 3), (3, 4), (4, 5)), [(2, 1, 3), (4, 3, 5)]),
        # What one bridge joins is no group.
        (
            near(*FOUR, (4, 5), (5, 6), (5, 7), (6, 7)),
            [(4, 1, 2, 3, 5), (5, 6, 7)],
        ),
        # Copies go along, though only one of them has pairs.
        (exact((1, 5), (1, 6)), [(1, 5, 6)]),
        (exact((1, 5), (2, 6)) + near((1, 2)), [(1, 5, 2, 6)]),
        (exact((2, 6)) + near((1, 2), (2, 3), (3, 4)), [(2, 6, 1, 3), (3, 4)]),
    ],
)
def test_what_is_near_one_picture_is_a_group_and_a_chain_is_not(
    pairs: list[PairRef], groups: list[tuple[int, ...]]
) -> None:
    assert members(pairs) == groups


def test_groups_come_in_the_order_of_their_strongest_pairs() -> None:
    assert members(near((7, 8), (1, 2), (1, 3))) == [(7, 8), (1, 2, 3)]
    assert only(near((1, 2), (1, 3))).pairs == tuple(near((1, 2), (1, 3)))


def test_every_member_has_its_own_evidence_or_says_whom_it_came_with() -> None:
    group = only(near(*FOUR[:-1]))
    assert of(group, 3) == {
        1: Bond(PairRef(1, 3, PairKind.SIMILAR, 2)),
        2: Bond(PairRef(2, 3, PairKind.SIMILAR, 2)),
        4: Bond(None, by_way_of=1),
    }


def test_what_is_known_of_one_copy_is_known_of_all() -> None:
    group = only(exact((1, 5), (2, 6)) + near((1, 2)))
    assert of(group, 5) == {
        1: Bond(PairRef(5, 1, PairKind.EXACT, 0)),
        2: Bond(PairRef(5, 2, PairKind.SIMILAR, 2)),
        6: Bond(PairRef(5, 6, PairKind.SIMILAR, 2)),
    }


def test_a_group_without_those_that_are_gone_holds_whoever_has_a_pair_left() -> None:
    group = only(near((1, 2), (1, 3), (1, 4), (2, 3)))
    assert group.among({1, 2, 3, 4}) == group
    left = group.among({2, 3, 4})
    assert left is not None
    assert left.members == (2, 3)
    assert group.among({3, 4}) is None


graphs = st.lists(
    st.tuples(st.integers(1, 14), st.integers(1, 14)).filter(lambda pair: pair[0] != pair[1]),
    min_size=1,
    max_size=40,
    unique_by=lambda pair: frozenset(pair),
).map(lambda pairs: near(*pairs))


@given(graphs)
def test_every_pair_is_in_a_group_and_nobody_is_farther_than_one_picture_away(
    pairs: list[PairRef],
) -> None:
    groups = potential_groups(pairs)
    assert {ref for group in groups for ref in group.pairs} == set(pairs)
    for group in groups:
        middle = group.members[0]
        for bond in of(group, middle).values():
            assert bond.pair in group.pairs or bond.by_way_of in group.members


@given(graphs, st.randoms(use_true_random=False))
def test_the_same_pairs_make_the_same_groups(pairs: list[PairRef], random: Random) -> None:
    before = {frozenset(each) for each in members(pairs)}
    random.shuffle(pairs)
    assert {frozenset(each) for each in members(pairs)} == before
