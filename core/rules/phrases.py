"""How tests are written, piece by piece: what may come next of one that somebody is typing.

Every phrase is made of the fields, units and words that the parser knows them by, so a form offers
what a rules file may say, and nothing else. What a finished text means is for the parser to say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from core.metadata.policies import PRESETS as POLICIES
from core.metadata.policies import WAYS
from core.model import Change, Judgement, PairKind, Role
from core.rules.clauses import HOW_MUCH, SURE, WHEN
from core.rules.fields import FIELDS, Field, Kind
from core.rules.keys import Shape
from core.rules.language import (
    EQUAL,
    HAS,
    MOMENT_WORDS,
    SAME_WORDS,
    SHARES,
    UNIT_OF,
    WORSE_IN,
    BetterJpeg,
    Level,
    NoRoles,
    Op,
    RanksAbove,
    Side,
    Trait,
)
from core.rules.quantities import EXAMPLES, UNITS, Unit, span_of
from core.rules.scoring import More, allows


@dataclass(frozen=True, slots=True)
class Option:
    """One of the pieces that may stand at a place."""

    text: str
    means: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of some pieces; or several of them, joined."""

    options: tuple[Option, ...]
    joint: str = ""


@dataclass(frozen=True, slots=True)
class Blank:
    """Whatever a person writes."""

    example: str
    means: str
    pattern: str
    units: tuple[str, ...] = ()
    """What may stand behind its number."""


Piece = Choice | Blank
Phrase = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Completion:
    """One way to go on."""

    text: str
    """All of it, with what is added."""
    shown: str
    """What is added."""
    means: str


_MOST = 60
"""Completions that anybody looks through."""


def completions(text: str, shape: Shape) -> list[Completion]:
    """How `text` may go on, as far as it is one; else where something like it is said.

    Args:
        text: what stands there, up to the cursor.
        shape: of what it is to be: `Shape.ONE`, `Shape.PAIR`, `Shape.CRITERIA` or `Shape.POLICY`.
    """
    found: dict[tuple[int, str], Completion] = {}
    for phrase in PHRASES[shape]:
        for start, option in _walk(phrase, text):
            found.setdefault(
                (start, option.text),
                Completion(_joined(text[:start], option.text), option.text, option.means),
            )
    if found or not text.strip():
        return list(found.values())[:_MOST]
    words = text.casefold().split()
    return [
        Completion(f"{each.text} ", each.text, each.means)
        for each in _beginnings(shape)
        if all(word in f"{each.text} {each.means}".casefold() for word in words)
    ][:_MOST]


def _joined(before: str, piece: str) -> str:
    before = before.rstrip()
    gap = "" if not before or piece.startswith(",") else " "
    return f"{before}{gap}{piece} "


def _walk(phrase: Phrase, text: str) -> Iterator[tuple[int, Option]]:
    """What may come next where `text` is the beginning of `phrase`, with where it begins."""
    at = 0
    for piece in phrase:
        while text[at : at + 1] == " ":
            at += 1
        rest = text[at:]
        if isinstance(piece, Blank):
            if not rest:
                yield at, Option(piece.example, piece.means)
                return
            filled = re.match(piece.pattern, rest, re.IGNORECASE)
            if filled is None:
                return
            if piece.units and re.fullmatch(r"[-+]?[\d.]+ ", rest):
                yield from ((len(text), Option(unit)) for unit in piece.units)
            at += filled.end()
            continue
        taken, open_ = _taken(piece, rest)
        yield from ((at + start, option) for start, option in open_)
        if taken is None:
            return
        at += taken


def _taken(piece: Choice, rest: str) -> tuple[int | None, list[tuple[int, Option]]]:
    """How many characters of `rest` the piece takes, None where it is not finished; and how it may
    go on."""
    at = 0
    while True:
        word = _whole(piece.options, rest[at:])
        if word is None:
            near = [each for each in piece.options if _begins(each.text, rest[at:])]
            return None, [(at, each) for each in near]
        at += len(word.text)
        if not piece.joint:
            return at, []
        joint = re.match(rf"\s*{piece.joint.strip()}\s+", rest[at:])
        if joint is None:
            wants = rest[at:].strip() and not _begins(piece.joint.strip(), rest[at:].strip())
            option = Option(piece.joint.strip(), "one more")
            ends = rest[at:].endswith(" ") or bool(rest[at:].strip())
            return at, [] if wants or not ends else [(at + 1, option)]
        at += joint.end()


def _whole(options: Sequence[Option], rest: str) -> Option | None:
    """The longest of `options` that `rest` begins with as whole words."""
    fitting = [
        each
        for each in options
        if rest.casefold().startswith(each.text.casefold()) and rest[len(each.text) :][:1] in " ,"
    ]
    return max(fitting, key=lambda each: len(each.text), default=None)


def _begins(word: str, typed: str) -> bool:
    return word.casefold().startswith(typed.casefold()) and word.casefold() != typed.casefold()


@cache
def _beginnings(shape: Shape) -> tuple[Option, ...]:
    """Each phrase as far as it is the same for all, with what it asks for."""
    found: dict[str, Option] = {}
    for phrase in PHRASES[shape]:
        texts, means = [], ""
        for piece in phrase:
            if isinstance(piece, Blank) or len(piece.options) > 1:
                break
            texts.append(piece.options[0].text)
            means = piece.options[0].means or means
        if texts:
            text = " ".join(texts)
            found.setdefault(text, Option(text, means))
    return tuple(found.values())


# Pieces.


def _say(text: str, means: str = "") -> Choice:
    return Choice((Option(text, means),))


def _words(words: Sequence[str], joint: str = "") -> Choice:
    return Choice(tuple(Option(str(word)) for word in words), joint)


_NUMBER = r"[-+]?\d+(?:\.\d+)?"
_MOMENT = r"\d{4}-\d\d-\d\d(?: \d\d:\d\d(?::\d\d)?)?"
_QUOTED = r'"(?:[^"\\]|\\.)*"'
_WORD = rf'(?:{_QUOTED}|[^"]+)'
_LIST = r"\[[^\]]*\]"


def _amount(unit: Unit) -> Blank:
    if unit is Unit.MOMENT:
        return Blank("2010-01-01", EXAMPLES[unit], _MOMENT)
    return Blank(_FIRST[unit], EXAMPLES[unit], rf"{_NUMBER}(?: ?[a-z]+)?", UNITS[unit])


_FIRST = {
    Unit.NUMBER: "3",
    Unit.RATIO: "1.5",
    Unit.PIXELS: "2 MP",
    Unit.SIZE: "2 MB",
    Unit.DURATION: "7 days",
}


def _operators(unit: Unit) -> Choice:
    if unit is not Unit.MOMENT:
        return Choice(tuple(Option(str(op), HOW_MUCH[op]) for op in _OPS))
    return Choice(tuple(Option(MOMENT_WORDS.get(op, str(op)), WHEN[op]) for op in _OPS))


_OPS = (Op.MORE, Op.AT_LEAST, Op.EQUAL, Op.UNEQUAL, Op.AT_MOST, Op.LESS)


def _free(example: str, means: str) -> Blank:
    return Blank(example, means, _WORD)


# Phrases of one file.


def _of_one() -> Iterator[Phrase]:
    for field in FIELDS.values():
        word = _say(field.word, field.means)
        if field.kind is Kind.FLAG:
            yield (word,)
        elif field.kind is Kind.QUANTITY:
            amount = _amount(field.unit)
            yield word, _operators(field.unit), amount
            yield word, _say("between", "both ends included"), amount, _say("and"), amount
        else:
            yield from _of_text(field, word)
    yield _say("has a tag of", "people/Anna is one of people"), _free("people", "the namespace")


def _of_text(field: Field, word: Choice) -> Iterator[Phrase]:
    example = field.example.rpartition(" ")[2]
    if field.kind is Kind.WORDS:
        has = _say(HAS[field.word], f"one of {field.means}")
        yield has, _free("holiday" if field.word == "tag" else "Summer", "the whole word")
    elif field.known:
        yield word, _say("is"), _words(field.known, " or ")
    else:
        yield word, _say("is", "to the letter"), _free(example, "or several: one or other")
    if field.kind is Kind.PATH:
        yield word, _say("is in", "that folder or below it"), _free("~/Pictures", "a folder")
    pattern = "**/Export/*" if field.kind is Kind.PATH else "IMG_*"
    yield word, _say("matches", "with * for anything"), _free(pattern, "a pattern")


# Phrases of a pair.

_SIDES = {
    Side.A: "of the one that the rule calls A",
    Side.B: "of the other",
    Side.EITHER: "of at least one of the two",
}


def _of_pair() -> Iterator[Phrase]:
    a, b, either = (_say(str(side), means) for side, means in _SIDES.items())
    for side in (a, b, either):
        for phrase in _ONE:
            yield side, *phrase
        yield side, _say("is the", "by the verdict"), _words(tuple(Role))
        for trait in Trait:
            worse = _say(f"is {WORSE_IN[trait]} by", "by the verdict, or more")
            unit = _say(UNIT_OF[trait])
            yield side, worse, Blank("0.5", f"how many {UNIT_OF[trait]}", _NUMBER), unit
    for field in FIELDS.values():
        if field.kind is Kind.QUANTITY:
            yield from _relations(a, field)
    yield _literally(RanksAbove(), "by what the rule would keep of a group")
    yield _literally(BetterJpeg(), "both are JPEGs, and A's is coded finer")
    yield (
        a,
        _say("comes before B in folders", "what lies in none of them comes last"),
        Blank("[~/Originals, ~/Phone]", "folders in brackets, the best first", _LIST),
    )
    same = [
        SAME_WORDS.get(each.word, each.word)
        for each in FIELDS.values()
        if each.kind in (Kind.WORD, Kind.PATH, Kind.FLAG) or each.word in SAME_WORDS
    ]
    yield _say("same", "both have one, and it is the same"), _words(same)
    yield _say("different", "both have one, and not the same"), _words(same)
    for shares in SHARES.values():
        yield (_say(shares),)
    yield _say("shares a tag of"), _free("people", "the namespace")
    yield (
        _say("verdict at least", "how sure it is that they are one picture"),
        Choice(tuple(Option(str(level), SURE[level]) for level in Level)),
    )
    yield _say("verdict is", "what a look at the pixels says"), _words(tuple(Judgement), " or ")
    yield (_say(str(NoRoles()), "none is the upscale, the re-encode ..."),)
    yield _say("the change is", "of an alternate"), _words(tuple(Change), " or ")
    for kind in (PairKind.EXACT, PairKind.PIXELS):
        yield (_say(EQUAL[kind]),)
    bits = Blank("4", "bits that the fingerprints are apart", r"\d+")
    yield _say("distance", "of the fingerprints"), _operators(Unit.NUMBER), bits
    for trait in Trait:
        unit = _say(UNIT_OF[trait])
        limit = Blank("0.2", f"how many {UNIT_OF[trait]} at most", _NUMBER)
        yield _say(f"{trait} within", "neither has more of it"), limit, unit


def _literally(leaf: object, means: str) -> Phrase:
    side, _, rest = str(leaf).partition(" ")
    return _say(side, _SIDES[Side.A]), _say(rest, means)


def _relations(a: Choice, field: Field) -> Iterator[Phrase]:
    word, b = _say(field.word, field.means), _say(f"B {field.word}", "that of the other")
    operators, span = _operators(field.unit), _amount(span_of(field.unit))
    sign = Choice((Option("+", "and so much more"), Option("-", "less so much")))
    yield a, word, operators, b
    yield a, word, operators, b, sign, span
    if field.unit is not Unit.MOMENT:
        times = Blank("2", "how many times", _NUMBER)
        yield a, word, operators, times, _say("x", "times"), b
        yield a, word, operators, times, _say("x", "times"), b, sign, span
        percent = Blank("1%", "of the larger of the two", rf"{_NUMBER}\s*%")
        yield a, word, _say("within", "about the same"), percent, _say("of"), b
    yield a, word, _say("within", "about the same"), span, _say("of"), b


# What to keep, and policies.


def _of_criteria() -> Iterator[Phrase]:
    quantities = [each for each in FIELDS.values() if each.kind is Kind.QUANTITY]
    for more in More:
        fitting = [each for each in quantities if allows(more, each.word)]
        options = tuple(Option(each.word, each.means) for each in fitting)
        yield _say(str(more), "is kept"), Choice(options)
    for field in FIELDS.values():
        if field.kind is Kind.FLAG:
            yield (_say(field.word, field.means),)
    folders = Blank("[~/Originals, ~/Phone]", "folders in brackets, the best first", _LIST)
    yield _say("in folders"), folders
    types = Blank("[RAW, HEIC, JPEG]", "types in brackets, the best first", _LIST)
    yield _say("type in order"), types


def _of_policies() -> Iterator[Phrase]:
    preset = _words(POLICIES)
    yield (preset,)
    for field, ways in WAYS.items():
        yield preset, _say(f", {field}"), _words(ways)


_ONE = tuple(_of_one())

PHRASES: Mapping[Shape, tuple[Phrase, ...]] = MappingProxyType(
    {
        Shape.ONE: _ONE,
        Shape.PAIR: tuple(_of_pair()),
        Shape.CRITERIA: tuple(_of_criteria()),
        Shape.POLICY: tuple(_of_policies()),
    }
)
"""All that may be written, for each shape of text."""
