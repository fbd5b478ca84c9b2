"""A rule made ready for many pairs.

Both orders of a pair are always tested, so that which one is A is proven. What a verdict could
change is left open until there is one, and whatever is settled without it stays settled: a pair's
outcome never hangs on when its verdict came.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from core.model import Asset, PairKind, PairRef
from core.rules.evaluate import Terms, cost_of, one_test, pair_test
from core.rules.explain import why_fails, why_fits, why_not_found
from core.rules.language import VerdictAtLeast
from core.rules.rule import Case, Matching, Outcome, PairTest, Pixels, Rule, Search, Stage
from core.rules.scoring import ranking_key, reads_files
from core.rules.verdicts import SAME_PIXELS
from core.rules.wording import bits_apart
from core.text import printable

_NO_MATCH = Outcome(Stage.NO_MATCH)
_UNKNOWN = Outcome(Stage.UNKNOWN)
_EITHER_WAY = Outcome(Stage.EITHER_WAY)
_FITS = Outcome(Stage.FITS)
_FITS_SWAPPED = Outcome(Stage.FITS, swapped=True)


class Prepared:
    """A rule, compiled for the pairs of one moment."""

    def __init__(self, rule: Rule, now_ns: int) -> None:
        """`now_ns` is what ages are told by, ns since the epoch."""
        self.rule = rule
        terms = Terms(now_ns, ranking_key(rule.keep), reads_files(rule.keep))
        self._kinds = _kinds(rule.search)
        self._farthest = rule.search.distance
        self._matches = _assets_match(rule.search, now_ns)
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

    def asks_for(self, ref: PairRef) -> bool:
        """Whether a pair may be meant, by what is known without a look at its files."""
        if ref.kind not in self._kinds:
            return False
        if self._farthest is None or ref.kind is not PairKind.SIMILAR:
            return True
        return ref.distance is not None and ref.distance <= self._farthest

    def explain(self, case: Case) -> tuple[str, ...]:
        """Why the outcome of `case` is what it is, with the values that were compared.

        Of a pair that fits, A is the one that stays, or else the rule's A; of one that failed, A is
        that of the order that got farther, which the first sentence names.
        """
        outcome = self.test(case)
        rule, terms = self.rule, self._terms
        if outcome.stage is Stage.NO_MATCH:
            return tuple(self._why_not_found(case))
        if outcome.stage is Stage.UNKNOWN:
            return ("its outcome hangs on a verdict, or on a file that is still on its server",)
        if outcome.stage is Stage.EITHER_WAY:
            return ("it fits either way round: nothing says which one is A",)
        if outcome.stage is Stage.FITS:
            arranged = case.exchanged() if outcome.swapped else case
            nodes = list(rule.comparison)
            if rule.search.verdict is not None:
                nodes.append(VerdictAtLeast(rule.search.verdict))
            names = arranged.exchanged() if rule.action.a_goes else arranged
            return tuple(why_fits(nodes, arranged, names, terms, rule.keep))
        assert outcome.failed is not None
        node = rule.comparison[outcome.failed]
        blind = replace(case, verdict=None)
        told = blind if self._test(blind) == outcome else case
        far, farther = (_walk(tests, told)[1] for tests in self._tests)
        arranged = case.exchanged() if farther > far else case
        sentences = why_fails(node, arranged, terms, rule.keep)
        return (f"with {printable(arranged.a.path.name)} as A:", *sentences)

    def _why_not_found(self, case: Case) -> list[str]:
        search, ref = self.rule.search, case.ref
        if ref.kind not in self._kinds:
            return [f"the search leaves out pairs of the kind {ref.kind}"]
        if not self.asks_for(ref):
            return [f"they are {bits_apart(ref)}, and the search wants {search.distance}"]
        misses = why_not_found(search, case, self._terms.now_ns)
        if misses or search.verdict is None:
            return misses
        node = VerdictAtLeast(search.verdict)
        return why_fails(node, case, self._terms, self.rule.keep)

    def test(self, case: Case) -> Outcome:
        """What becomes of `case`; with its sides exchanged, the same of the same two files."""
        if case.verdict is None:
            return self._test(case)
        outcome = self._test(replace(case, verdict=None))
        return self._test(case) if outcome.stage is Stage.UNKNOWN else outcome

    def _test(self, case: Case) -> Outcome:
        if not self.asks_for(case.ref):
            return _NO_MATCH
        matches = self._matches(case.a, case.b)
        if matches is False:
            return _NO_MATCH
        forward, far = _walk(self._tests[0], case)
        backward, farther = _walk(self._tests[1], case)
        if forward is False and backward is False:
            return self._failures[max(far, farther)]
        if self._verdict is not None:
            found = self._verdict(case)
            if not found:
                return _UNKNOWN if found is None else _NO_MATCH
        if matches is None:
            return _UNKNOWN
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


def _kinds(search: Search) -> frozenset[PairKind]:
    if search.pixels is Pixels.ALLOWED:
        return frozenset(search.kinds)
    required = search.pixels is Pixels.REQUIRED
    return frozenset(kind for kind in search.kinds if (kind in SAME_PIXELS) is required)


def _assets_match(search: Search, now_ns: int) -> Callable[[Asset, Asset], bool | None]:
    first = one_test(search.first, now_ns) if search.first is not None else _any
    if search.matching is Matching.BOTH:
        return lambda a, b: _and(first(a), first(b))
    if search.matching is Matching.AT_LEAST_ONE:
        return lambda a, b: _or(first(a), first(b))
    second = one_test(search.second, now_ns) if search.second is not None else _any
    return lambda a, b: _or(_and(first(a), second(b)), _and(first(b), second(a)))


def _and(one: bool | None, other: bool | None) -> bool | None:
    if one is False or other is False:
        return False
    return None if one is None or other is None else True


def _or(one: bool | None, other: bool | None) -> bool | None:
    if one or other:
        return True
    return None if one is None or other is None else False


def _any(asset: Asset) -> bool:
    return True
