"""What speaks for one side of a pair, each in a sentence and with a score.

They are of facts, and of what a merge does not carry over: tags, ratings and albums reach the one
that stays, so they say nothing of which that should be. What a verdict has proven goes before what
numbers promise: more pixels, more bytes or a higher quality are worth nothing against it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from core.metadata.compare import unmatched
from core.model import Asset, Judgement, PairKind, Role, Verdict
from core.rules.fields import FIELDS
from core.rules.jpegs import is_clearly_better
from core.rules.rule import Case
from core.rules.scoring import ORIGINAL_TYPES
from core.text import human_span, printable


class Topic(StrEnum):
    """What a statement is about."""

    VERDICT = "verdict"
    PIXELS = "pixels"
    QUALITY = "quality"
    SHARPNESS = "sharpness"
    SIZE = "size"
    FORMAT = "format"
    RATIO = "ratio"
    EXIF = "EXIF"
    PLACE = "GPS"
    PROFILE = "ICC"
    TIME = "time"
    TRANSPARENCY = "transparency"
    COMPANIONS = "beside it"
    AGE = "age"


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing that tells the two apart."""

    topic: Topic
    says: str
    """In words; ``A`` and ``B`` are the sides."""
    score: int = 0
    """Above 0 it speaks for A, below for B; what cannot be meant as better has 0."""
    row: str = ""
    """The field of `core.metadata.compare` that it explains, where it is one."""


# Hydrus' weights, where it has one for the same thing; the others are set between them.
_MUCH_MORE, _MORE = 50, 20
"""Of pixels, more than twice as many or fewer."""
_UPSCALE, _MARKED, _WORSE, _CROPPED, _PROFILE = 50, 40, 30, 20, 10
"""Of what a verdict says of the other side."""
_DERIVED = 40
"""A lossless file with a lossy one's pixels was made from it."""
_FINER = 10
"""A JPEG clearly better coded, or more bytes of one lossy type."""
_BESIDE, _SHARPER, _NICE, _EXIF = 15, 10, 10, 10
_PLACE, _TIME, _OLDER, _MORE_EXIF = 5, 5, 4, 3
LITTLE = 1
"""What tips the scales where nothing else does."""

_CLEARLY = 1.05
"""Times as many bytes from which on it is no matter of headers (hydrus)."""
_TWICE = 2.0
_MANY_FIELDS = 3
"""EXIF fields that are no accident of one program."""
_LEAST_BLUR = 0.2
"""Octaves, as rules ask."""
_MONTH = 30 * 86_400 * 1_000_000_000
"""Nanoseconds below which an age is only a little different (hydrus)."""
_RATIOS = (
    *((1, 1), (5, 4), (4, 3), (3, 2), (16, 10), (16, 9), (2, 1), (21, 9), (47, 20)),
    *((4, 5), (3, 4), (2, 3), (10, 16), (9, 16), (1, 2)),
)
"""Shapes that cameras and screens have; hydrus', and those it forgot."""

_LOSSY = ("JPEG", "HEIC", "AVIF")
_LOSSLESS = ("PNG", "BMP", "TIFF")
"""Types of which the name says it."""

_ROLES = {
    Role.UPSCALE: (-_UPSCALE, "dimensions"),
    Role.MARKED: (-_MARKED, ""),
    Role.REENCODED: (-_WORSE, "format"),
    Role.CROPPED: (-_CROPPED, "dimensions"),
    Role.WITHOUT_PROFILE: (-_PROFILE, "headers"),
}
"""What it is worth to be that, and the row; a larger original has its score by the pixels."""

_ROWS = {
    Topic.PIXELS: "dimensions",
    Topic.RATIO: "dimensions",
    Topic.QUALITY: "format",
    Topic.FORMAT: "format",
    Topic.SIZE: "size",
    Topic.EXIF: "headers",
    Topic.PLACE: "headers",
    Topic.PROFILE: "headers",
    Topic.AGE: "modified",
}


def statements(case: Case) -> tuple[Statement, ...]:
    """All that can be said of the two, the strongest first."""
    found = [
        each if each.row else replace(each, row=_ROWS.get(each.topic, ""))
        for say in _ALL
        for each in say(case)
    ]
    return tuple(sorted(found, key=lambda each: -abs(each.score)))


def _verdict(case: Case) -> Iterator[Statement]:
    for direction in case.verdict.directions if case.verdict is not None else ():
        if direction.role in _ROLES:
            score, row = _ROLES[direction.role]
            says = f"{direction.side.upper()} is the {direction.role}"
            signed = score if direction.side == "a" else -score
            yield Statement(Topic.VERDICT, says, signed, row)


def _pixels(case: Case) -> Iterator[Statement]:
    a, b = case.a.facts, case.b.facts
    if a.pixels == b.pixels:
        return
    ratio = max(a.pixels, b.pixels) / min(a.pixels, b.pixels)
    says = _has_more(a.pixels > b.pixels, ratio, "pixels")
    # Whether they show more is for a verdict to say.
    proven = _is(case.verdict, Role.LARGER)
    score = (_MUCH_MORE if ratio > _TWICE else _MORE) if proven else 0
    yield Statement(Topic.PIXELS, says, score if a.pixels > b.pixels else -score)


def _quality(case: Case) -> Iterator[Statement]:
    a, b = case.a.facts, case.b.facts
    if a.quality is None or b.quality is None or a.quality == b.quality:
        return
    better = is_clearly_better(case.a, case.b) - is_clearly_better(case.b, case.a)
    if better:
        says = f"{_side(better > 0)} is the finer JPEG"
    else:
        says = f"{_side(a.quality > b.quality)} is hardly the finer JPEG"
    yield Statement(Topic.QUALITY, says, better * _FINER if _undecided(case) else 0)


def _sharpness(case: Case) -> Iterator[Statement]:
    blur = case.verdict.blur if case.verdict is not None else None
    if blur is not None and abs(blur) >= _LEAST_BLUR:
        says = f"{_side(blur < 0)} is sharper by {abs(blur):.1f} octaves"
        yield Statement(Topic.SHARPNESS, says, _signed(_SHARPER, -blur) if _undecided(case) else 0)


def _size(case: Case) -> Iterator[Statement]:
    a, b = case.a.facts, case.b.facts
    if a.size == b.size:
        return
    ratio = max(a.size, b.size) / min(a.size, b.size)
    says = _has_more(a.size > b.size, ratio, "bytes")
    # A JPEG's quality says the same, and says it better.
    counts = (
        _undecided(case)
        and _type(case.a) == _type(case.b) in _LOSSY
        and a.quality is None
        and ratio >= _CLEARLY
    )
    score = _FINER if counts else 0
    yield Statement(Topic.SIZE, says, _signed(score, a.size - b.size))


def _format(case: Case) -> Iterator[Statement]:
    a, b = _type(case.a), _type(case.b)
    if a == b:
        return
    if _shows_the_same(case):
        for first, other, sign in ((a, b, 1), (b, a, -1)):
            if first in _LOSSY and other in _LOSSLESS:
                says = f"{_side(sign < 0)} is a {other} of what the {first} shows"
                yield Statement(Topic.FORMAT, says, sign * _DERIVED)
                return
    if _undecided(case) and (a in _LOSSLESS) != (b in _LOSSLESS):
        # It may be the original, or have been made from the other: either way it lacks nothing.
        only = a in _LOSSLESS
        yield Statement(
            Topic.FORMAT, f"only {_side(only)} is lossless", _FINER if only else -_FINER
        )
        return
    places = [ORIGINAL_TYPES.index(each) for each in (a, b) if each in ORIGINAL_TYPES]
    score = _signed(LITTLE, places[1] - places[0]) if len(places) == 2 else 0
    yield Statement(Topic.FORMAT, f"A is a {a}, B a {b}", score)


def _ratio(case: Case) -> Iterator[Statement]:
    nice = [_nice_ratio(each.facts.width, each.facts.height) for each in (case.a, case.b)]
    if nice[0] != nice[1] and (nice[0] is None or nice[1] is None):
        shape = nice[0] or nice[1]
        says = f"{_side(nice[0] is not None)} is {shape}, the other of an odd shape"
        yield Statement(Topic.RATIO, says, _NICE if nice[0] else -_NICE)


def _headers(case: Case) -> Iterator[Statement]:
    for name, topic, score in (
        ("EXIF", Topic.EXIF, _EXIF),
        ("GPS", Topic.PLACE, _PLACE),
        ("ICC", Topic.PROFILE, _PROFILE),
    ):
        a, b = (FIELDS[f"has {name}"].get(each) for each in (case.a, case.b))
        if None not in (a, b) and a != b:
            yield Statement(topic, f"only {_side(a)} has {name}", score if a else -score)
    a_count, b_count = (FIELDS["EXIF count"].get(each) or 0 for each in (case.a, case.b))
    if abs(a_count - b_count) >= _MANY_FIELDS and a_count and b_count:
        says = f"A says {a_count} things in EXIF, B {b_count}"
        yield Statement(Topic.EXIF, says, _signed(_MORE_EXIF, a_count - b_count))
    taken = [each.metadata.taken is not None for each in (case.a, case.b)]
    if taken[0] != taken[1]:
        says = f"only {_side(taken[0])} says when it was taken"
        yield Statement(Topic.TIME, says, _TIME if taken[0] else -_TIME)


def _transparency(case: Case) -> Iterator[Statement]:
    a, b = case.a.facts.transparent, case.b.facts.transparent
    if bool(a) != bool(b):
        yield Statement(Topic.TRANSPARENCY, f"only {_side(bool(a))} is transparent")


def _companions(case: Case) -> Iterator[Statement]:
    for here, there, sign in ((case.a, case.b, 1), (case.b, case.a, -1)):
        names = unmatched(here, there)
        if names:
            says = printable(f"beside {_side(sign > 0)} lies {', '.join(names)}")
            yield Statement(Topic.COMPANIONS, says, sign * _BESIDE)


def _age(case: Case) -> Iterator[Statement]:
    apart = abs(case.a.modified_ns - case.b.modified_ns)
    if apart < 1_000_000_000:
        return
    older = case.a.modified_ns < case.b.modified_ns
    # Of two files with the same bytes the age is nearly all there is to go by.
    clear = apart >= _MONTH or case.ref.kind is PairKind.EXACT
    score = _OLDER if clear else LITTLE
    says = f"{_side(older)} is older by {human_span(apart / 1e9)}"
    yield Statement(Topic.AGE, says, score if older else -score)


_ALL: tuple[Callable[[Case], Iterator[Statement]], ...] = (
    *(_verdict, _pixels, _quality, _sharpness, _size, _format, _ratio),
    *(_headers, _transparency, _companions, _age),
)


def _side(is_a: bool) -> str:
    return "A" if is_a else "B"


def _signed(score: int, sign: float) -> int:
    return score if sign > 0 else -score if sign < 0 else 0


def _has_more(is_a: bool, ratio: float, noun: str) -> str:
    more = f"{ratio:.1f} × the {noun}" if ratio >= _CLEARLY else f"slightly more {noun}"
    return f"{_side(is_a)} has {more}"


def _type(asset: Asset) -> str:
    return str(FIELDS["type"].get(asset))


def _is(verdict: Verdict | None, role: Role) -> bool:
    return verdict is not None and any(each.role is role for each in verdict.directions)


def _shows_the_same(case: Case) -> bool:
    same = case.verdict is not None and case.verdict.judgement is Judgement.PIXELS
    return case.ref.kind is PairKind.PIXELS or same


def _undecided(case: Case) -> bool:
    """Whether the two show the same at one size, and a look at them has named no side: then, and
    only then, how they are coded may tell which is the better one."""
    verdict = case.verdict
    return (
        case.ref.kind is PairKind.SIMILAR
        and verdict is not None
        and not verdict.directions
        and case.a.facts.pixels == case.b.facts.pixels
    )


def _nice_ratio(width: int, height: int) -> str | None:
    """``3:2``, where the edges are that but for a pixel; None for any other shape."""
    for wide, high in _RATIOS:
        if abs(width * high - height * wide) <= max(wide, high):
            return f"{wide}:{high}"
    return None
