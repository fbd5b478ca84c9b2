"""What a rule says, key by key: declared once, for rules files, their comments and the forms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from core.model import Fate, PairKind, RelationKind
from core.rules.language import Level
from core.rules.rule import Matching, Mode, Pixels, Rule

NO_LIMIT = "no limit"
LARGEST_DISTANCE = 64
"""Bits of a fingerprint."""


class Step(StrEnum):
    """Where a rule is made, in the order of a pair's way through it."""

    SEARCH = "search"
    COMPARISON = "comparison"
    ACTION = "action"
    PREVIEW = "preview"
    NAME = "name"


class Shape(StrEnum):
    """What sort of value a key has."""

    LINE = "line"
    FLAG = "flag"
    WORD = "word"
    """One of its words."""
    WORDS = "words"
    """Some of its words."""
    BITS = "bits"
    """0 to `LARGEST_DISTANCE`; left out: no matter."""
    LIMIT = "limit"
    """From 1 on, or `NO_LIMIT`."""
    COUNT = "count"
    """From 0 on."""
    POLICY = "policy"
    """For metadata, as `core.metadata.policies` reads it; left out: the library's."""
    ONE = "tests of one file"
    PAIR = "tests of a pair"
    CRITERIA = "criteria"


@dataclass(frozen=True, slots=True)
class Key:
    """One thing that a rule says."""

    name: str
    """As in a file."""
    step: Step
    shape: Shape
    means: str
    """For whoever reads a file or fills in a form."""
    label: str = ""
    """In a form."""
    words: Mapping[str, str] = field(default_factory=dict)
    """Those that there are, each with what it means."""
    default: Any = None
    """What holds where a file says nothing; None: nothing does, or it has to be said."""

    @property
    def inner(self) -> str:
        """The last part of the name."""
        return self.name.rpartition(".")[2]


_RULE = {each.name: each.default for each in fields(Rule)}

_ALL = (
    Key("name", Step.NAME, Shape.LINE, "what the rule is called", "name"),
    Key("note", Step.NAME, Shape.LINE, "what it does, and when not to use it", "note", default=""),
    Key(
        "mode",
        Step.NAME,
        Shape.WORD,
        "who has the last word",
        "mode",
        {Mode.SEMI: "a person approves each pair", Mode.AUTOMATIC: "it acts by itself"},
        Mode.SEMI,
    ),
    Key("paused", Step.NAME, Shape.FLAG, "it rests", "paused", default=False),
    Key("search.both", Step.SEARCH, Shape.ONE, "tests that both files pass; or", "both files"),
    Key("search.one", Step.SEARCH, Shape.ONE, "tests that one file passes, and", "one file"),
    Key(
        "search.other",
        Step.SEARCH,
        Shape.ONE,
        "tests that the other passes, whichever way round; or",
        "the other",
    ),
    Key(
        "search.at_least_one",
        Step.SEARCH,
        Shape.ONE,
        "tests that at least one file passes",
        "one or both",
    ),
    Key(
        "search.kinds",
        Step.SEARCH,
        Shape.WORDS,
        "kinds of pairs",
        "kinds of pairs",
        {
            PairKind.EXACT: "the same bytes",
            PairKind.PIXELS: "the same pixels in different files",
            PairKind.SIMILAR: "fingerprints near each other",
        },
        list(PairKind),
    ),
    Key(
        "search.pixels",
        Step.SEARCH,
        Shape.WORD,
        "pairs with the same pixels",
        "same pixels",
        {
            Pixels.REQUIRED: "only pairs that show the same pixels",
            Pixels.ALLOWED: "whether they show the same pixels or not",
            Pixels.EXCLUDED: "no pairs that show the same pixels",
        },
        Pixels.ALLOWED,
    ),
    Key(
        "search.distance",
        Step.SEARCH,
        Shape.BITS,
        "of the fingerprints of similar pairs, at most, in bits",
        "distance",
    ),
    Key(
        "search.verdict",
        Step.SEARCH,
        Shape.WORD,
        "what a look at the pixels says, at least",
        "verdict",
        {
            Level.VERY_PROBABLE: "most likely the same picture",
            Level.ALMOST_CERTAIN: "the same picture, coded or resized again",
            Level.NEAR_PERFECT: "the same picture, with hardly a trace of coding",
            Level.PIXELS: "the same pixels",
        },
    ),
    Key(
        "comparison",
        Step.COMPARISON,
        Shape.PAIR,
        "tests that all have to hold of A and B; both orders are tried, and a pair that fits in"
        " both is left alone where it matters which one is A",
        "tests",
    ),
    Key(
        "action",
        Step.ACTION,
        Shape.WORD,
        "what the two are to each other from then on",
        "action",
        {
            RelationKind.BETTER: "A is better than B",
            RelationKind.SAME_QUALITY: "duplicates, equally good",
            RelationKind.ALTERNATES: "the same picture, changed (both stay)",
            RelationKind.NOT_RELATED: "no duplicates at all (both stay)",
        },
    ),
    *(
        Key(
            side,
            Step.ACTION,
            Shape.WORD,
            f"what becomes of {side.upper()}",
            side.upper(),
            {
                Fate.KEEP: "it stays",
                Fate.TRASH: "it goes to the trash",
                Fate.HARD_LINK: "a hard link to the other takes its place (of exact copies)",
                Fate.REFLINK: "a reflink of the other takes its place (of exact copies)",
                Fate.SYMLINK: "a symbolic link to the other takes its place",
            },
            Fate.KEEP,
        )
        for side in ("a", "b")
    ),
    Key(
        "merge",
        Step.ACTION,
        Shape.POLICY,
        "the policy for their metadata; left out: the library's",
        "metadata",
    ),
    Key(
        "keep",
        Step.ACTION,
        Shape.CRITERIA,
        'what to keep of a whole group, the most important first; or "immich" or "best original".'
        ' "A ranks above B" asks by it',
        "keep",
        default=[],
    ),
    Key(
        "waiting_at_most",
        Step.NAME,
        Shape.LIMIT,
        f'pairs that wait for approval before it rests, or "{NO_LIMIT}"',
        "waiting at most",
        default=_RULE["waiting_at_most"],
    ),
    *(
        Key(
            f"acts_at_most_per_{time}",
            Step.NAME,
            Shape.LIMIT,
            f'how often it acts by itself in a {time}, or "{NO_LIMIT}"',
            f"acts a {time}",
            default=_RULE[f"acts_at_most_per_{time}"],
        )
        for time in ("run", "day")
    ),
    Key(
        "audit",
        Step.NAME,
        Shape.COUNT,
        "one in so many is held back for a person; 0: none",
        "one held in",
        default=_RULE["audit"],
    ),
)

KEYS: Mapping[str, Key] = MappingProxyType({key.name: key for key in _ALL})
"""All of them, in the order of a file."""

SEARCHES: Mapping[Matching, tuple[str, ...]] = MappingProxyType(
    {
        Matching.BOTH: ("search.both",),
        Matching.ONE_EACH: ("search.one", "search.other"),
        Matching.AT_LEAST_ONE: ("search.at_least_one",),
    }
)
"""The keys that say how two files are searched for."""
