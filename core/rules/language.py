"""The language of rules: a tree of tests, each with one text that people, files and screens share.

A leaf is asked of one asset (`OneLeaf`, in a search) or of an ordered pair (`PairLeaf`, in a
comparison). `str` of it is what stands in a rules file, and `core.rules.parse` reads it back.
`All`, `AnyOf` and `Not` join leaves of either sort; in a file they are tables.

Every test is answered by yes, no or *not known yet*. What an asset does not have fails the test
and its negation alike: where there is doubt, the answer is no.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from enum import StrEnum

from core.model import Change, Judgement, PairKind, Role
from core.rules.fields import FIELDS
from core.rules.quantities import Unit, Value, span_of, write, write_number


class Op(StrEnum):
    """How two quantities are compared."""

    LESS = "<"
    AT_MOST = "<="
    EQUAL = "="
    UNEQUAL = "!="
    AT_LEAST = ">="
    MORE = ">"


OPPOSITE = {
    Op.LESS: Op.AT_LEAST,
    Op.AT_MOST: Op.MORE,
    Op.EQUAL: Op.UNEQUAL,
    Op.UNEQUAL: Op.EQUAL,
    Op.AT_LEAST: Op.LESS,
    Op.MORE: Op.AT_MOST,
}

MOMENT_WORDS = {Op.LESS: "before", Op.AT_LEAST: "since"}
"""How a moment is compared with a date."""


class Side(StrEnum):
    """Of whom of an ordered pair something is asked."""

    A = "A"
    B = "B"
    EITHER = "either"


class Level(StrEnum):
    """How far two pictures are the same, weakest first."""

    VERY_PROBABLE = "very probable"
    ALMOST_CERTAIN = "almost certain"
    NEAR_PERFECT = "near perfect"
    PIXELS = "pixel duplicate"


_BARE = re.compile(r'[^\s"\[\],]+(?: [^\s"\[\],]+)*')


def quoted(text: str) -> str:
    """A word or path as it stands in a test: in quotation marks only where it needs them."""
    if _BARE.fullmatch(text) and text.isprintable() and " or " not in f" {text} ":
        return text
    return json.dumps(text)


def _either(words: tuple[str, ...]) -> str:
    return " or ".join(map(quoted, words))


def listed(words: tuple[str, ...]) -> str:
    """Words or paths in an order."""
    return f"[{', '.join(map(quoted, words))}]"


# Of one asset.


@dataclass(frozen=True, slots=True)
class Amount:
    """``width > 128``, ``taken before 2010-01-01``."""

    field: str
    op: Op
    value: Value

    def __str__(self) -> str:
        unit = FIELDS[self.field].unit
        word = MOMENT_WORDS.get(self.op, self.op) if unit is Unit.MOMENT else self.op
        return f"{self.field} {word} {write(unit, self.value)}"


@dataclass(frozen=True, slots=True)
class Between:
    """``aspect between 1.3 and 1.4``, both ends included."""

    field: str
    low: Value
    high: Value

    def __str__(self) -> str:
        unit = FIELDS[self.field].unit
        return f"{self.field} between {write(unit, self.low)} and {write(unit, self.high)}"


@dataclass(frozen=True, slots=True)
class Is:
    """``type is JPEG or PNG``, ``camera is Canon EOS 5D``."""

    field: str
    words: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.field} is {_either(self.words)}"


@dataclass(frozen=True, slots=True)
class IsIn:
    """``path is in ~/Pictures/Camera``: in that folder or below it."""

    field: str
    folders: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.field} is in {_either(self.folders)}"


@dataclass(frozen=True, slots=True)
class Matches:
    """``name matches IMG_*``, ``tag matches hol*``; in ``path matches **/Export/*`` a star stops at
    a slash."""

    field: str
    pattern: str

    def __str__(self) -> str:
        return f"{self.field} matches {quoted(self.pattern)}"


@dataclass(frozen=True, slots=True)
class Flag:
    """``has EXIF``, ``is a favorite``."""

    field: str

    def __str__(self) -> str:
        return self.field


@dataclass(frozen=True, slots=True)
class Has:
    """``has tag holiday``, ``is in album Summer``."""

    field: str
    word: str

    def __str__(self) -> str:
        return f"{HAS[self.field]} {quoted(self.word)}"


@dataclass(frozen=True, slots=True)
class HasTagOf:
    """``has a tag of people``: people/Anna or people:Anna."""

    namespace: str

    def __str__(self) -> str:
        return f"has a tag of {quoted(self.namespace)}"


HAS = {"tag": "has tag", "album": "is in album"}
SAME_WORDS = {"taken": "capture second"}
"""Fields that two assets have the same of, where that is called otherwise."""
SHARES = {"tag": "shares a tag", "album": "shares an album"}

OneLeaf = Amount | Between | Is | IsIn | Matches | Flag | Has | HasTagOf


# Of an ordered pair.


@dataclass(frozen=True, slots=True)
class Of:
    """A test of one asset, asked of a side: ``A type is JPEG``."""

    side: Side
    test: OneLeaf

    def __str__(self) -> str:
        return f"{self.side} {self.test}"


@dataclass(frozen=True, slots=True)
class Scaled:
    """What A is compared with: ``2 x B size + 10 kB``."""

    field: str
    factor: float = 1.0
    delta: int | float = 0
    """In the unit of a difference of two such values."""

    def __str__(self) -> str:
        text = f"B {self.field}"
        if self.factor != 1:
            text = f"{write_number(self.factor)} x {text}"
        if self.delta:
            sign = "-" if self.delta < 0 else "+"
            text += f" {sign} {write(span_of(FIELDS[self.field].unit), abs(self.delta))}"
        return text

    @property
    def is_plain(self) -> bool:
        """Whether it is B's value as it is."""
        return self.factor == 1 and not self.delta


@dataclass(frozen=True, slots=True)
class Relative:
    """``A size >= 2 x B size + 10 kB``."""

    op: Op
    other: Scaled

    def __str__(self) -> str:
        return f"A {self.other.field} {self.op} {self.other}"


@dataclass(frozen=True, slots=True)
class WithinPercent:
    """``A width within 1% of B width``, of the larger of the two."""

    percent: float
    other: Scaled

    def __str__(self) -> str:
        return f"A {self.other.field} within {write_number(self.percent)}% of {self.other}"


@dataclass(frozen=True, slots=True)
class Within:
    """``A taken within 2 s of B taken``."""

    distance: int | float
    other: Scaled

    def __str__(self) -> str:
        unit = span_of(FIELDS[self.other.field].unit)
        return f"A {self.other.field} within {write(unit, self.distance)} of {self.other}"


@dataclass(frozen=True, slots=True)
class Same:
    """``same type``, ``same has EXIF``, ``same capture second``."""

    field: str

    def __str__(self) -> str:
        return f"same {SAME_WORDS.get(self.field, self.field)}"


@dataclass(frozen=True, slots=True)
class Different:
    """``different type``: both have one, and not the same."""

    field: str

    def __str__(self) -> str:
        return f"different {SAME_WORDS.get(self.field, self.field)}"


@dataclass(frozen=True, slots=True)
class Shares:
    """``shares a tag``, ``shares an album``."""

    field: str

    def __str__(self) -> str:
        return SHARES[self.field]


@dataclass(frozen=True, slots=True)
class SharesTagOf:
    """``shares a tag of people``."""

    namespace: str

    def __str__(self) -> str:
        return f"shares a tag of {quoted(self.namespace)}"


@dataclass(frozen=True, slots=True)
class FolderOrder:
    """``A comes before B in folders [~/Originals, ~/Phone]``; what lies in none comes last."""

    folders: tuple[str, ...]

    def __str__(self) -> str:
        return f"A comes before B in folders {listed(self.folders)}"


@dataclass(frozen=True, slots=True)
class BetterJpeg:
    """``A has clearly better JPEG quality``: both are JPEGs, A's steps at most 0.7 of B's."""

    def __str__(self) -> str:
        return "A has clearly better JPEG quality"


@dataclass(frozen=True, slots=True)
class RanksAbove:
    """``A ranks above B``, by what the rule would keep of a group."""

    def __str__(self) -> str:
        return "A ranks above B"


@dataclass(frozen=True, slots=True)
class Distance:
    """``distance <= 4``, of the fingerprints in bits."""

    op: Op
    bits: int

    def __str__(self) -> str:
        return f"distance {self.op} {self.bits}"


@dataclass(frozen=True, slots=True)
class Equal:
    """``the bytes are equal``, ``the pixels are equal``: as the search found them."""

    kind: PairKind
    """Exact or pixels."""

    def __str__(self) -> str:
        return EQUAL[self.kind]


EQUAL = {PairKind.EXACT: "the bytes are equal", PairKind.PIXELS: "the pixels are equal"}


@dataclass(frozen=True, slots=True)
class VerdictAtLeast:
    """``verdict at least almost certain``."""

    level: Level

    def __str__(self) -> str:
        return f"verdict at least {self.level}"


@dataclass(frozen=True, slots=True)
class VerdictIs:
    """``verdict is alternate or different``."""

    judgements: tuple[Judgement, ...]

    def __str__(self) -> str:
        return f"verdict is {' or '.join(self.judgements)}"


@dataclass(frozen=True, slots=True)
class Plays:
    """``B is the upscale``, by the verdict."""

    side: Side
    role: Role

    def __str__(self) -> str:
        return f"{self.side} is the {self.role}"


@dataclass(frozen=True, slots=True)
class NoRoles:
    """``the verdict names no side``: it calls neither the upscale, the re-encode ..."""

    def __str__(self) -> str:
        return "the verdict names no side"


@dataclass(frozen=True, slots=True)
class ChangeIs:
    """``the change is crop or border``, by the verdict."""

    changes: tuple[Change, ...]

    def __str__(self) -> str:
        return f"the change is {' or '.join(map(quoted, self.changes))}"


class Trait(StrEnum):
    """What a verdict measures of both sides of a visual duplicate."""

    BLUR = "blur"
    NOISE = "noise"


UNIT_OF = {Trait.BLUR: "octaves", Trait.NOISE: "levels"}
WORSE_IN = {Trait.BLUR: "blurrier", Trait.NOISE: "noisier"}


@dataclass(frozen=True, slots=True)
class Alike:
    """``blur within 0.2 octaves``, ``noise within 1.0 levels``: neither side has more of it."""

    trait: Trait
    limit: float

    def __str__(self) -> str:
        return f"{self.trait} within {self.limit!r} {UNIT_OF[self.trait]}"


@dataclass(frozen=True, slots=True)
class Worse:
    """``B is blurrier by 0.5 octaves``, or more; ``B is noisier by 3.0 levels``."""

    side: Side
    trait: Trait
    least: float

    def __str__(self) -> str:
        return f"{self.side} is {WORSE_IN[self.trait]} by {self.least!r} {UNIT_OF[self.trait]}"


VerdictLeaf = VerdictAtLeast | VerdictIs | Plays | NoRoles | ChangeIs | Alike | Worse

PairLeaf = (
    Of
    | Relative
    | WithinPercent
    | Within
    | Same
    | Different
    | Shares
    | SharesTagOf
    | FolderOrder
    | BetterJpeg
    | RanksAbove
    | Distance
    | Equal
    | VerdictLeaf
)

Leaf = OneLeaf | PairLeaf


# Of either sort.


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds."""

    parts: tuple[Node, ...]

    def __str__(self) -> str:
        return f"({' and '.join(map(str, self.parts))})"


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part holds."""

    parts: tuple[Node, ...]

    def __str__(self) -> str:
        return f"({' or '.join(map(str, self.parts))})"


@dataclass(frozen=True, slots=True)
class Not:
    """The part is known not to hold."""

    part: Node

    def __str__(self) -> str:
        return f"not ({self.part})" if isinstance(self.part, Leaf) else f"not {self.part}"


Node = Leaf | All | AnyOf | Not
