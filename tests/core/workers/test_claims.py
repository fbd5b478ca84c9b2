"""Which rule has a pair, told from what each of them makes of it."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest

from core.workers.claims import NOBODY, Code, Settlement, Standing, settle

NO, FITS, SWAPPED, UNKNOWN = Code.NO_MATCH, Code.FITS, Code.FITS_SWAPPED, Code.UNKNOWN


def of_one(codes: list[Code], denied: tuple[int, ...] = (), alike: tuple[int, ...] = ()) -> object:
    """What comes of one pair: who has it, whether they may act, and where each rule stands. The
    rules at `denied` were denied it; those at `alike` do not say which side is better."""
    refused = np.array([[at in denied] for at in range(len(codes))], bool)
    better = np.array([at not in alike for at in range(len(codes))], bool)
    found = settle(np.array(codes, np.uint8)[:, None], refused, better)
    standing = [Standing(value) for value in found.standing[:, 0].tolist()]
    return int(found.first[0]), bool(found.ready[0]), standing


def test_the_first_that_fits_has_it() -> None:
    said = [Standing.NO_MATCH, Standing.READY, Standing.OVERRULED]
    assert of_one([NO, FITS, FITS]) == (1, True, said)


def test_one_that_may_still_fit_keeps_those_after_it_from_acting() -> None:
    said = [Standing.UNKNOWN, Standing.OVERRULED]
    assert of_one([UNKNOWN, FITS]) == (0, False, said)
    assert of_one([FITS, UNKNOWN]) == (0, True, [Standing.READY, Standing.OVERRULED])


def test_rules_that_say_the_opposite_keep_each_other_from_acting() -> None:
    said = [Standing.CONTRADICTED, Standing.CONTRADICTED]
    assert of_one([FITS, SWAPPED]) == (0, False, said)


def test_who_does_not_say_which_is_better_contradicts_nobody() -> None:
    assert of_one([FITS, SWAPPED], alike=(1,)) == (0, True, [Standing.READY, Standing.OVERRULED])


def test_what_was_denied_goes_to_the_next() -> None:
    assert of_one([FITS, FITS], denied=(0,)) == (1, True, [Standing.DENIED, Standing.READY])
    assert of_one([UNKNOWN, FITS], denied=(0,)) == (1, True, [Standing.DENIED, Standing.READY])
    # Who was denied it has no say in what is better, either.
    assert of_one([FITS, SWAPPED], denied=(1,)) == (0, True, [Standing.READY, Standing.DENIED])


def test_a_pair_that_nobody_wants_waits_for_nobody() -> None:
    assert of_one([NO, Code.FAILED]) == (NOBODY, False, [Standing.NO_MATCH, Standing.FAILED])
    assert of_one([]) == (NOBODY, False, [])


@pytest.mark.parametrize("rules", [0, 1, 7])
def test_pair_by_pair_it_comes_to_the_same(rules: int) -> None:
    random = np.random.default_rng(rules)
    codes = random.integers(0, len(Code), (rules, 300)).astype(np.uint8)
    denied = random.random((rules, 300)) < 0.2
    better = random.random(rules) < 0.5
    together = settle(codes, denied, better)
    piecemeal = Settlement.of_untested(rules, 300)
    for some in np.array_split(random.permutation(300), 40):
        piecemeal.put(some, settle(codes[:, some], denied[:, some], better))
    for each in fields(Settlement):
        assert np.array_equal(getattr(piecemeal, each.name), getattr(together, each.name))
