"""Which questions the pairs of the search come to, once some of it has been decided.

A pair is asked of those who stand for its two groups, so that what is near a file that went comes
up against the one that was kept in its place. A group that has its king is asked nothing more;
but for rivals, for what was sent away and has come back, and for equal pixels that nobody has
decided about directly.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from itertools import combinations

from core.catalog.pairs import NearRow
from core.matching.groups import Group
from core.matching.relations import Relations

Leads = dict[tuple[int, int], NearRow]
"""By the two contents to ask about, the lower one first: the pair's own row where there is one,
else the nearest of the rows that led there."""


def questions(rows: Iterable[NearRow], relations: Relations, present: Container[int]) -> Leads:
    """What to ask.

    Args:
        rows: pairs of which at least one side is among `relations.contents`; with a pair all those
            between the groups of its two sides.
        relations: what holds.
        present: contents that have a file.
    """
    return _Asking(relations, present).all(rows)


class _Asking:
    def __init__(self, relations: Relations, present: Container[int]) -> None:
        self._relations = relations
        self._present = present
        self._best: dict[Group, int | None] = {}
        self._leads: Leads = {}

    def all(self, rows: Iterable[NearRow]) -> Leads:
        relations, present = self._relations, self._present
        group, best = relations.group, self._best_of
        settled: dict[tuple[Group, Group], list[NearRow]] = {}
        for row in rows:
            a, b = row[0], row[1]
            first, second = group(a), group(b)
            if first is not second and not relations.answered(first, second):
                self._ask(best(first), best(second), row)
                continue
            equal = row[5]
            if equal and a in present and b in present and not relations.between(a, b):
                self._ask(a, b, row)
            settled.setdefault((first, second), []).append(row)
        for (first, second), between in settled.items():
            if first is second:
                self._ask_rivals(first, between)
                self._ask_again(first, first, between)
            else:
                self._ask_again(first, second, between)
                self._ask_again(second, first, between)
        return self._leads

    def _ask_rivals(self, group: Group, rows: Sequence[NearRow]) -> None:
        between = self._relations.between
        # What was said of just the two goes before what follows.
        rivals = combinations(group.rivals(self._present), 2)
        self._ask_about((each for each in rivals if not between(*each)), rows)

    def _ask_again(self, group: Group, opposite: Group, rows: Sequence[NearRow]) -> None:
        """About what of `group` was sent away for the sake of `opposite` and is there again."""
        for content, other in self._relations.returns(group):
            if content not in self._present or other not in opposite.members:
                continue
            best = self._best_of(opposite)
            if best is not None and best != content:
                near = [row for row in rows if content in row[:2]] or rows
                self._ask_about([(best, content)], near)

    def _ask_about(self, asked: Iterable[tuple[int, int]], rows: Sequence[NearRow]) -> None:
        """Ask about each pair of `asked`, to which all `rows` lead."""
        nearest: NearRow | None = None
        for a, b in asked:
            if nearest is None:
                own = {row[:2]: row for row in rows}
                nearest = min(rows, key=_distance)
            self._ask(a, b, own.get((a, b) if a < b else (b, a), nearest))

    def _best_of(self, group: Group) -> int | None:
        try:
            return self._best[group]
        except KeyError:
            best = self._best[group] = group.best(self._present)
            return best

    def _ask(self, a: int | None, b: int | None, row: NearRow) -> None:
        if a is None or b is None or a == b:
            return
        key = (a, b) if a < b else (b, a)
        found = self._leads.get(key)
        if found is None or _strength(key, row) < _strength(key, found):
            self._leads[key] = row


def is_own(key: tuple[int, int], row: NearRow) -> bool:
    """Whether `row` tells of the very contents that are asked about."""
    return row[:2] == key


def _strength(key: tuple[int, int], row: NearRow) -> tuple[bool, bool, bool, int]:
    return not is_own(key, row), *_distance(row)


def _distance(row: NearRow) -> tuple[bool, bool, int]:
    return not row[5], row[2] is None, row[2] or 0
