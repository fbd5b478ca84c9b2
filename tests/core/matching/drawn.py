"""Decisions, pairs and presence drawn at random, about a handful of contents."""

from __future__ import annotations

from hypothesis import strategies as draw

from core.catalog.relations import Live
from core.model import RelationKind

CONTENTS = "abcdefg"

KINDS = [each for each in RelationKind if each is not RelationKind.DISCARDED]

pairs = draw.permutations(CONTENTS).map(lambda each: (ord(each[0]), ord(each[1])))

decisions = draw.lists(
    # Better ones twice as often, as they make the groups.
    draw.tuples(draw.sampled_from([RelationKind.BETTER, *KINDS]), pairs, draw.booleans()),
    max_size=9,
).map(
    lambda drawn: [
        Live(number, kind, *pair, pair, moved)
        for number, (kind, pair, moved) in enumerate(drawn, start=1)
    ]
)
rows = draw.dictionaries(
    pairs.map(lambda each: (min(each), max(each))),
    draw.tuples(draw.sampled_from((0, 2, 4)), draw.sampled_from((True, False, None))),
    max_size=12,
).map(
    lambda drawn: [
        (*pair, distance, 0.9, 1, equal, None, None) for pair, (distance, equal) in drawn.items()
    ]
)
content = draw.sampled_from(CONTENTS).map(ord)
here = draw.sets(content)
