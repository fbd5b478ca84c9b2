"""What can be proven of two numbers, A's and B's value of a field, of which inequalities are known:
exactly, by elimination (Fourier and Motzkin)."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from core.rules.language import Op


class Bound(NamedTuple):
    """``a * A + b * B <= limit``, or ``<`` where it is strict."""

    a: Fraction
    b: Fraction
    limit: Fraction
    strict: bool


B_HAS_MORE = Bound(Fraction(1), Fraction(-1), Fraction(0), True)
"""B's value is larger than A's."""


def bounds_of(op: Op, a: Fraction, b: Fraction, limit: Fraction) -> list[Bound]:
    """``a * A + b * B`` compared with `limit`; to be unequal bounds nothing."""
    if op is Op.UNEQUAL:
        return []
    if op is Op.EQUAL:
        return bounds_of(Op.AT_MOST, a, b, limit) + bounds_of(Op.AT_LEAST, a, b, limit)
    strict = op in (Op.LESS, Op.MORE)
    if op in (Op.LESS, Op.AT_MOST):
        return [Bound(a, b, limit, strict)]
    return [Bound(-a, -b, -limit, strict)]


def feasible(bounds: Sequence[Bound]) -> bool:
    """Whether some A and B satisfy all of `bounds`: exact, by eliminating one after the other."""
    return _solvable([(each.a, each.b, each.limit, each.strict) for each in bounds], 0)


_Row = tuple[Fraction, Fraction, Fraction, bool]


def _solvable(rows: Sequence[_Row], variable: int) -> bool:
    if variable == 2:
        return all(limit > 0 or (limit == 0 and not strict) for _, _, limit, strict in rows)
    kept = [row for row in rows if row[variable] == 0]
    above = [row for row in rows if row[variable] > 0]
    below = [row for row in rows if row[variable] < 0]
    for up in above:
        for down in below:
            by, of = Fraction(1) / up[variable], Fraction(-1) / down[variable]
            kept.append(
                (
                    up[0] * by + down[0] * of,
                    up[1] * by + down[1] * of,
                    up[2] * by + down[2] * of,
                    up[3] or down[3],
                )
            )
    return _solvable(kept, variable + 1)
