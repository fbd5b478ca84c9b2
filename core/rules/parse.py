"""From a test's text to the test, or to what is wrong with it and what was probably meant."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Callable, Iterable
from typing import TypeVar

from core.model import Change, Judgement, Role
from core.rules.fields import FIELDS, TYPE_ALIASES, Field, Kind
from core.rules.language import (
    EQUAL,
    HAS,
    MOMENT_WORDS,
    SAME_WORDS,
    SHARES,
    UNIT_OF,
    WORSE_IN,
    Alike,
    Amount,
    BetterJpeg,
    Between,
    ChangeIs,
    Different,
    Distance,
    Equal,
    Flag,
    FolderOrder,
    Has,
    HasTagOf,
    Is,
    IsIn,
    Leaf,
    Level,
    Matches,
    NoRoles,
    Of,
    OneLeaf,
    Op,
    PairLeaf,
    Plays,
    RanksAbove,
    Relative,
    Same,
    Scaled,
    Shares,
    SharesTagOf,
    Side,
    Trait,
    VerdictAtLeast,
    VerdictIs,
    Within,
    WithinPercent,
    Worse,
)
from core.rules.paths import is_rooted
from core.rules.quantities import Unit, read, read_number, span_of
from core.rules.scoring import (
    Criterion,
    More,
    Prefer,
    PreferFlag,
    PreferFolder,
    PreferType,
    allows,
)

T = TypeVar("T")


class WordingError(ValueError):
    """A text is no test; says why, and what is near it."""


def nearest(word: str, known: Iterable[str]) -> str:
    """``did you mean ...?``, or all that is known."""
    known = sorted(set(known))
    folded = {each.casefold(): each for each in known}
    found = difflib.get_close_matches(word.casefold(), folded, 1)
    if found:
        return f'did you mean "{folded[found[0]]}"?'
    return f"known are {', '.join(known)}"


def parse(text: str) -> Leaf:
    """The test that `text` stands for, of one asset or of a pair.

    Raises:
        WordingError: it stands for none.
    """
    text = text.strip()
    if not text:
        raise WordingError("a test is empty")
    for side in Side:
        if text.startswith(f"{side} "):
            return _of_side(side, text[len(side) :].strip())
    return _symmetric(text) or _one(text)


def parse_one(text: str) -> OneLeaf:
    """The test of one asset that `text` stands for.

    Raises:
        WordingError: it stands for none.
    """
    leaf = parse(text)
    if isinstance(leaf, PairLeaf):
        raise WordingError(f'"{text}" is about two files; it belongs into the comparison')
    return leaf


def parse_pair(text: str) -> PairLeaf:
    """The test of a pair that `text` stands for.

    Raises:
        WordingError: it stands for none.
    """
    leaf = parse(text)
    if not isinstance(leaf, PairLeaf):
        raise WordingError(f'"{text}": say of which side, as in "A {text}", B or either')
    return leaf


# Of a pair.


def _symmetric(text: str) -> PairLeaf | None:
    for kind, words in EQUAL.items():
        if text == words:
            return Equal(kind)
    if text == str(NoRoles()):
        return NoRoles()
    for field, words in SHARES.items():
        if text == words:
            return Shares(field)
    starts: dict[str, Callable[[str], PairLeaf]] = {
        "shares a tag of ": lambda rest: SharesTagOf(_word(rest)),
        "same ": lambda rest: Same(_comparable(rest)),
        "different ": lambda rest: Different(_comparable(rest)),
        "verdict at least ": lambda rest: VerdictAtLeast(_of(Level, rest)),
        "verdict is ": lambda rest: VerdictIs(_some_of(Judgement, rest)),
        "the change is ": lambda rest: ChangeIs(_some_of(Change, rest)),
        "distance ": _distance,
        "blur within ": lambda rest: Alike(Trait.BLUR, _measure(Trait.BLUR, rest)),
        "noise within ": lambda rest: Alike(Trait.NOISE, _measure(Trait.NOISE, rest)),
    }
    for start, build in starts.items():
        if text.startswith(start):
            return build(text[len(start) :].strip())
    return None


def _comparable(text: str) -> str:
    called = {words: word for word, words in SAME_WORDS.items()}
    word = called.get(text) or _known_word(text, FIELDS)
    field = FIELDS.get(word) if word else None
    if word is None or field is None:
        kinds = (Kind.WORD, Kind.PATH, Kind.FLAG)
        known = [*(each.word for each in FIELDS.values() if each.kind in kinds), *called]
        raise WordingError(f'there is no "{text}" to be the same; {nearest(text, known)}')
    if field.kind is Kind.QUANTITY and word not in SAME_WORDS:
        raise WordingError(f'of numbers say "A {word} = B {word}", or !=')
    if field.kind is Kind.WORDS:
        raise WordingError(f'of several words say "{SHARES[word]}"')
    return word


def _measure(trait: Trait, text: str) -> float:
    number, _, unit = text.partition(" ")
    if unit.strip() != UNIT_OF[trait]:
        raise WordingError(f'{trait} is told in {UNIT_OF[trait]}, as in "1.0 {UNIT_OF[trait]}"')
    found = _checked(read_number, number)
    if found < 0:
        raise WordingError(f'"{text}" is below 0; say how much more, and of which side')
    return found


def _distance(text: str) -> Distance:
    found = re.fullmatch(r"(<=|>=|!=|<|>|=)\s*(\d+)", text)
    if found is None:
        raise WordingError('say the bits that fingerprints are apart, as in "distance <= 4"')
    return Distance(Op(found[1]), int(found[2]))


_FOLDERS_BEFORE = "comes before B in folders"


def _of_side(side: Side, text: str) -> PairLeaf:
    if text.startswith("is the "):
        return Plays(side, _of(Role, text[7:].strip()))
    for trait, word in WORSE_IN.items():
        if text.startswith(f"is {word} by "):
            return Worse(side, trait, _measure(trait, text[len(f"is {word} by ") :].strip()))
    of_a: dict[str, PairLeaf] = {
        "has clearly better JPEG quality": BetterJpeg(),
        "ranks above B": RanksAbove(),
    }
    if text in of_a or text.startswith(_FOLDERS_BEFORE):
        if side is not Side.A:
            raise WordingError(f'"{side} {text}": say it of A')
        return of_a.get(text) or FolderOrder(_folder_list(text[len(_FOLDERS_BEFORE) :]))
    relation = _relation(side, text)
    return relation or Of(side, _one(text))


_SCALED = re.compile(
    r"(?:(?P<factor>\S+)\s*x\s+)?B\s+(?P<field>.+?)(?:\s+(?P<sign>[+-])\s+(?P<delta>\S.*))?"
)


def _relation(side: Side, text: str) -> PairLeaf | None:
    found = _field_of(text)
    if found is None or found[0].kind is not Kind.QUANTITY:
        return None
    field, rest = found
    for pattern in (r"(<=|>=|!=|<|>|=)\s*(.+)", r"(before|since)\s+(.+)"):
        compared = re.fullmatch(pattern, rest)
        scaled = _SCALED.fullmatch(compared[2]) if compared else None
        if compared and scaled:
            _only_a(side, text)
            op = next((op for op, word in MOMENT_WORDS.items() if word == compared[1]), None)
            return Relative(op or Op(compared[1]), _scaled(field, scaled))
    near = re.fullmatch(r"within\s+(.+?)\s*(%?)\s+of\s+(.+)", rest)
    scaled = _SCALED.fullmatch(near[3]) if near else None
    if near is None or scaled is None:
        return None
    _only_a(side, text)
    other = _scaled(field, scaled)
    if near[2]:
        if field.unit is Unit.MOMENT:
            raise WordingError(f'"{text}": moments have no percent; say "within 2 s of"')
        return WithinPercent(_checked(read_number, near[1]), other)
    return Within(_delta(field, near[1]), other)


def _only_a(side: Side, text: str) -> None:
    if side is not Side.A:
        raise WordingError(f'"{side} {text}": say it of A, with B behind')


def _scaled(field: Field, found: re.Match[str]) -> Scaled:
    if _known_word(found["field"], FIELDS) != field.word:
        raise WordingError(f'A\'s {field.word} is compared with "B {field.word}"')
    factor = _checked(read_number, found["factor"]) if found["factor"] else 1.0
    if factor != 1 and field.unit is Unit.MOMENT:
        raise WordingError('moments have no multiples; say "+ 7 days" or "- 7 days"')
    delta = _delta(field, found["delta"]) if found["delta"] else 0
    return Scaled(field.word, factor, -delta if found["sign"] == "-" else delta)


def _delta(field: Field, text: str) -> int | float:
    value = _checked(lambda each: read(span_of(field.unit), each), text)
    assert isinstance(value, int | float)
    if value < 0:
        raise WordingError(f'"{text}" is less than nothing')
    return value


# Of one asset.


def _one(text: str) -> OneLeaf:
    if text.startswith("has a tag of "):
        return HasTagOf(_word(text[len("has a tag of ") :]))
    for field, words in HAS.items():
        if text.startswith(f"{words} "):
            return Has(field, _word(text[len(words) :]))
    flag = _known_word(text, (each for each in FIELDS if FIELDS[each].kind is Kind.FLAG))
    if flag is not None:
        return Flag(flag)
    found = _field_of(text)
    if found is None:
        raise _unknown(text)
    field_, rest = found
    if field_.kind is Kind.QUANTITY:
        return _amount(field_, rest)
    return _text(field_, rest)


def _field_of(text: str) -> tuple[Field, str] | None:
    """The field whose word `text` begins with, and the rest."""
    words = sorted(FIELDS, key=len, reverse=True)
    for word in words:
        if text[: len(word)].casefold() == word.casefold() and text[len(word) :][:1] in " <=>!":
            field = FIELDS[word]
            if field.kind is not Kind.FLAG:
                return field, text[len(word) :].strip()
    return None


def _unknown(text: str) -> WordingError:
    phrases = [*FIELDS, *HAS.values(), *SHARES.values(), *EQUAL.values(), "has a tag of"]
    phrases += ["same", "different", "verdict at least", "verdict is", "the change is", "distance"]
    words = text.split()
    best, score = "", 0.0
    for phrase in phrases:
        start = " ".join(words[: len(phrase.split())])
        ratio = difflib.SequenceMatcher(None, start.casefold(), phrase.casefold()).ratio()
        best, score = (phrase, ratio) if ratio > score else (best, score)
    meant = f'; did you mean "{best} ..."?' if score >= 0.6 else ""
    return WordingError(f'"{text}" is no test that is known{meant}')


def _amount(field: Field, rest: str) -> OneLeaf:
    between = re.fullmatch(r"between\s+(.+?)\s+and\s+(.+)", rest)
    if between:
        low, high = (
            _checked(lambda each: read(field.unit, each), text) for text in between.groups()
        )
        if not low <= high:  # type: ignore[operator]
            raise WordingError(f'"{field.word} {rest}": the smaller one comes first')
        return Between(field.word, low, high)
    found = re.fullmatch(r"(<=|>=|!=|<|>|=|before\b|since\b)\s*(.+)", rest)
    if found is None:
        example = "before 2010-01-01" if field.unit is Unit.MOMENT else "> ..."
        raise WordingError(
            f'"{field.word} {rest}": compare it by <, <=, =, !=, >=, > or between,'
            f' as in "{field.word} {example}"'
        )
    op = next((op for op, word in MOMENT_WORDS.items() if word == found[1]), None)
    if op is not None and field.unit is not Unit.MOMENT:
        raise WordingError(f'"{field.word} {rest}": {found[1]} is for moments; say {op}')
    value = _checked(lambda each: read(field.unit, each), found[2])
    return Amount(field.word, op or Op(found[1]), value)


def _text(field: Field, rest: str) -> OneLeaf:
    if rest.startswith("matches "):
        pattern = _word(rest[8:])
        if field.kind is Kind.PATH and not (is_rooted(pattern) or pattern.startswith("**")):
            raise WordingError(f'"{pattern}": begin a pattern of paths with /, ~/ or **/')
        return Matches(field.word, pattern)
    if field.kind is Kind.WORDS:
        raise WordingError(f'"{field.word} {rest}": say "{HAS[field.word]} ..." or "matches"')
    if rest.startswith("is in ") and field.kind is Kind.PATH:
        return IsIn(field.word, tuple(map(_rooted, _words(rest[6:]))))
    if not rest.startswith("is "):
        more = ', "is in"' if field.kind is Kind.PATH else ""
        raise WordingError(f'"{field.word} {rest}": say "is"{more} or "matches"')
    words = _words(rest[3:])
    if field.kind is Kind.PATH:
        return Is(field.word, tuple(map(_rooted, words)))
    return Is(field.word, tuple(_one_of(field, word) for word in words))


def _one_of(field: Field, word: str) -> str:
    if not field.known:
        return word
    word = TYPE_ALIASES.get(word.upper(), word) if field.word == "type" else word
    found = _known_word(word, field.known)
    if found is None:
        raise WordingError(f'there is no {field.word} "{word}"; {nearest(word, field.known)}')
    return found


def _type_order(text: str) -> tuple[str, ...]:
    return tuple(_one_of(FIELDS["type"], word) for word in _list(text))


def _folder_list(text: str) -> tuple[str, ...]:
    return tuple(map(_rooted, _list(text)))


def _rooted(text: str) -> str:
    if not is_rooted(text):
        raise WordingError(f'"{text}": name a folder from / or ~/ on')
    return text


# What to keep.


def parse_criterion(text: str) -> Criterion:
    """What of a group to keep, as ``larger size`` or ``in folders [~/Originals]``.

    Raises:
        WordingError: it is none.
    """
    text = text.strip()
    flag = _known_word(text, (each for each in FIELDS if FIELDS[each].kind is Kind.FLAG))
    if flag is not None:
        return PreferFlag(flag)
    for start, build in (
        ("in folders ", lambda rest: PreferFolder(_folder_list(rest))),
        ("type in order ", lambda rest: PreferType(_type_order(rest))),
    ):
        if text.startswith(start):
            return build(text[len(start) :])
    more, _, name = text.partition(" ")
    wanted = [each for each in FIELDS if FIELDS[each].kind is Kind.QUANTITY]
    word = _known_word(name, wanted)
    if more not in list(More):
        examples = "larger size, smaller size, earlier taken, later modified, has EXIF"
        raise WordingError(
            f'"{text}" is nothing to keep by; say as in {examples}, in folders [...] or'
            " type in order [...]"
        )
    if word is None:
        raise WordingError(f'there is no "{name}" to be {more}; {nearest(name, wanted)}')
    if not allows(More(more), word):
        of_time = FIELDS[word].unit is Unit.MOMENT
        raise WordingError(f"{word} is {'earlier or later' if of_time else 'larger or smaller'}")
    return Prefer(More(more), word)


# Words.

_JSON = json.JSONDecoder()


def _words(text: str) -> tuple[str, ...]:
    """Words joined by *or*, in quotation marks where they need them."""
    return _split(text.strip(), r"\s+or\s+", r'[^"\[\],]+?(?=\s+or\s|$)')


def _list(text: str) -> tuple[str, ...]:
    text = text.strip()
    if not (text.startswith("[") and text.endswith("]")):
        raise WordingError(f'"{text}": list them in brackets, as in [one, two]')
    return _split(text[1:-1].strip(), r"\s*,\s*", r'[^"\[\],]+?(?=\s*(?:,|$))')


def _split(text: str, joint: str, bare: str) -> tuple[str, ...]:
    words, rest = [], text
    while True:
        found = re.match(bare, rest)
        if rest.startswith('"'):
            try:
                word, end = _JSON.raw_decode(rest)
            except ValueError:
                raise WordingError(f"{rest}: the quotation marks do not close") from None
        elif found:
            word, end = found[0].strip(), found.end()
        else:
            raise WordingError(f'"{text}": a word is missing, or needs quotation marks')
        words.append(word)
        if end == len(rest):
            return tuple(words)
        between = re.match(joint, rest[end:])
        if between is None:
            raise WordingError(f'"{text}": "{rest[end:].strip()}" is one too many')
        rest = rest[end + between.end() :]


def _word(text: str) -> str:
    words = _words(text)
    if len(words) != 1:
        raise WordingError(f'"{text.strip()}" are several; give each a test, in an any = [...]')
    return words[0]


def _known_word(word: str, known: Iterable[str]) -> str | None:
    """The one of `known` that `word` is, whatever its case."""
    return next((each for each in known if each.casefold() == word.strip().casefold()), None)


def _of(kind: type[T], word: str) -> T:
    """The member of the enum `kind` whose text is `word`."""
    members: dict[str, T] = {str(each): each for each in kind}  # type: ignore[attr-defined]
    found = _known_word(word, members)
    if found is None:
        raise WordingError(f'"{word}" is unknown; {nearest(word, members)}')
    return members[found]


def _some_of(kind: type[T], text: str) -> tuple[T, ...]:
    return tuple(_of(kind, word) for word in _words(text))


def _checked(reader: Callable[[str], T], text: str) -> T:
    try:
        return reader(text.strip())
    except ValueError as error:
        raise WordingError(str(error)) from None
