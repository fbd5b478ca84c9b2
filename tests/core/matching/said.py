"""Decisions in few words: `a>b` a is better, `a=b` as good, `a~b` alternates, `a|b` not related,
`a+b` stacked; with `!` at the end B's file went, with `:name` it names a set. Contents are letters.
"""

from __future__ import annotations

from collections.abc import Iterable

from core.catalog.pairs import NearRow
from core.catalog.relations import Live
from core.matching.contradictions import contradictions
from core.matching.questions import questions
from core.matching.relations import Relations
from core.model import RelationKind

KINDS = {
    ">": RelationKind.BETTER,
    "=": RelationKind.SAME_QUALITY,
    "~": RelationKind.ALTERNATES,
    "|": RelationKind.NOT_RELATED,
    "+": RelationKind.STACKED,
}


def said(text: str, first: int = 1) -> list[Live]:
    """The decisions that `text` lists, numbered from `first` on."""
    return [_decision(number, word) for number, word in enumerate(text.split(), start=first)]


def _decision(number: int, word: str) -> Live:
    word, _, name = word.partition(":")
    a, b = ord(word[0]), ord(word[2])
    return Live(number, KINDS[word[1]], a, b, (a, b), word.endswith("!"), name or None)


def held(text: str) -> Relations:
    return Relations(said(text))


def without_contradictions(live: list[Live]) -> Relations:
    """What somebody has said who took back whatever would have contradicted what was said."""
    relations = Relations()
    for each in live:
        if not contradictions(relations, each.kind, each.a, each.b):
            relations = relations.changed((), [each])
    return relations


def near(text: str) -> list[NearRow]:
    """Pairs that the search has stored: `ab`, `ac4` at a distance, `bc=` with equal pixels."""
    return [_row(word) for word in text.split()]


def _row(word: str) -> NearRow:
    a, b = sorted(map(ord, word[:2]))
    distance = int(word[2:].rstrip("=") or 2)
    return a, b, distance, 0.9, 1, word.endswith("="), 1.0, 0.0


def asked(
    decisions: str | Relations, rows: str | Iterable[NearRow], present: str | None = None
) -> list[str]:
    """What is asked of `rows`, as `ab`; `present` are the contents with a file, None: all."""
    relations = held(decisions) if isinstance(decisions, str) else decisions
    found = near(rows) if isinstance(rows, str) else list(rows)
    here = {content for row in found for content in row[:2]} | set(relations.contents)
    if present is not None:
        here &= set(map(ord, present))
    told = [row for row in found if not relations.contents.isdisjoint(row[:2])]
    return sorted(f"{chr(a)}{chr(b)}" for a, b in questions(told, relations, here))
