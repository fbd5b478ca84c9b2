"""A rule made ready for many pairs.

Both orders of a pair are always tested, so that which one is A is proven. What a verdict could
change is left open until there is one, and whatever is settled without it stays settled: a pair's
outcome never hangs on when its verdict came.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from core.model import Asset, PairKind
from core.rules.evaluate import PairTest, Terms, cost_of, one_test, pair_test
from core.rules.language import VerdictAtLeast
from core.rules.rule import Case, Matching, Outcome, Pixels, Rule, Search, Stage
from core.rules.scoring import ranking_key

_NO_MATCH = Outcome(Stage.NO_MATCH)
_UNKNOWN = Outcome(Stage.UNKNOWN)
_EITHER_WAY = Outcome(Stage.EITHER_WAY)
_FITS = Outcome(Stage.FITS)
_FITS_SWAPPED = Outcome(Stage.FITS, swapped=True)

_SAME_PIXELS = (PairKind.EXACT, PairKind.PIXELS)


class Prepared:
    """A rule, compiled for the pairs of one moment."""

    def __init__(self, rule: Rule, now_ns: int) -> None:
        """`now_ns` is what ages are told by, ns since the epoch."""
        self.rule = rule
        terms = Terms(now_ns, ranking_key(rule.keep))
        self._finds = _finder(rule.search, now_ns)
        level = rule.search.verdict
        self._verdict = pair_test(VerdictAtLeast(level), terms, False) if level else None
        # A pass over the comparators ends at the first that fails: cheap ones come first.
        self._order = sorted(range(len(rule.comparison)), key=lambda i: cost_of(rule.comparison[i]))
        self._tests = [
            [pair_test(rule.comparison[i], terms, flipped) for i in self._order]
            for flipped in (False, True)
        ]
        self._failures = [Outcome(Stage.FAILED, failed=i) for i in self._order]
        self._ordered = rule.action.tells_sides_apart
        self._terms = terms

    def test(self, case: Case) -> Outcome:
        """What becomes of `case`; with its sides exchanged, the same of the same two files."""
        if case.verdict is None:
            return self._test(case)
        outcome = self._test(replace(case, verdict=None))
        return self._test(case) if outcome.stage is Stage.UNKNOWN else outcome

    def _test(self, case: Case) -> Outcome:
        if not self._finds(case):
            return _NO_MATCH
        forward, far = _walk(self._tests[0], case)
        backward, farther = _walk(self._tests[1], case)
        if forward is False and backward is False:
            return self._failures[max(far, farther)]
        if self._verdict is not None:
            found = self._verdict(case)
            if not found:
                return _UNKNOWN if found is None else _NO_MATCH
        if not self._ordered and (forward or backward):
            return _FITS if forward else _FITS_SWAPPED
        if forward is None or backward is None:
            return _UNKNOWN
        if forward and backward:
            return _EITHER_WAY
        return _FITS if forward else _FITS_SWAPPED


def _walk(tests: Sequence[PairTest], case: Case) -> tuple[bool | None, int]:
    """Whether all of `tests` hold, and the place of the first that does not."""
    answer: bool | None = True
    for place, test in enumerate(tests):
        found = test(case)
        if found is None:
            answer = None
        elif not found:
            return False, place
    return answer, -1


def _finder(search: Search, now_ns: int) -> Callable[[Case], bool]:
    kinds = set(search.kinds)
    if search.pixels is not Pixels.ALLOWED:
        required = search.pixels is Pixels.REQUIRED
        kinds = {kind for kind in kinds if (kind in _SAME_PIXELS) is required}
    farthest = search.distance
    matches = _assets_match(search, now_ns)

    def finds(case: Case) -> bool:
        ref = case.ref
        if ref.kind not in kinds:
            return False
        if farthest is not None and ref.distance > farthest and ref.kind is PairKind.SIMILAR:
            return False
        return matches(case.a, case.b)

    return finds


def _assets_match(search: Search, now_ns: int) -> Callable[[Asset, Asset], bool]:
    first = one_test(search.first, now_ns) if search.first is not None else _any
    if search.matching is Matching.BOTH:
        return lambda a, b: first(a) and first(b)
    if search.matching is Matching.AT_LEAST_ONE:
        return lambda a, b: first(a) or first(b)
    second = one_test(search.second, now_ns) if search.second is not None else _any
    return lambda a, b: (first(a) and second(b)) or (first(b) and second(a))


def _any(asset: Asset) -> bool:
    return True
