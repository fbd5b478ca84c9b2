"""What made a rule fit a pair, said in a few short sentences.

A rule asks much that comes to one thing: five tests of headers are one list of what B lacks, and
four tests of a verdict are one verdict. So the tests that held are gathered first. Then come what
the two are to each other, which ranks first, what they share, how their values differ and what
each of them has, one sentence each at most.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from core.model import PairKind, Verdict
from core.rules.evaluate import one_test
from core.rules.fields import FIELDS, Field, Kind
from core.rules.language import (
    UNIT_OF,
    WORSE_IN,
    Alike,
    BetterJpeg,
    Different,
    Distance,
    Equal,
    Flag,
    FolderOrder,
    Has,
    HasTagOf,
    Leaf,
    NoRoles,
    Of,
    OneLeaf,
    RanksAbove,
    Relative,
    Same,
    Shares,
    SharesTagOf,
    Side,
    Trait,
    VerdictLeaf,
    Within,
    WithinPercent,
    Worse,
)
from core.rules.quantities import Unit
from core.rules.rule import Case
from core.rules.scoring import (
    Criterion,
    Prefer,
    PreferFlag,
    PreferType,
    rank,
)
from core.rules.verdicts import SAME_PIXELS
from core.rules.wording import bits_apart, shown
from core.text import printable

KINDS = {
    PairKind.EXACT: "they have the same bytes",
    PairKind.PIXELS: "they show the same pixels",
    PairKind.SIMILAR: "they are similar",
}

_NONE = "none"


def told(
    leaves: Iterable[Leaf], case: Case, names: Case, now_ns: int, keep: Sequence[Criterion]
) -> list[str]:
    """Sentences for the tests that made a rule fit.

    Args:
        leaves: the tests that held, or of which the negation held.
        case: the pair as they were asked of it.
        names: the pair as it is shown: what is A there is called A.
        now_ns: what ages are told by.
        keep: what the rule ranks by.
    """
    gathered = _Gathered(case)
    for leaf in leaves:
        gathered.add(leaf)
    alike, unlike = _compared(list(gathered.fields), names, now_ns)
    return [
        _to_each_other(gathered, names),
        *([_ranked(names, keep, now_ns)] if gathered.ranks else []),
        *([f"both have {_joined(alike, 'and')}"] if alike else []),
        *([", ".join(unlike)] if unlike else []),
        *_owned(gathered, names),
    ]


@dataclass(slots=True)
class _Gathered:
    """What was asked, each thing once, in the order in which it was asked first."""

    case: Case
    verdict: dict[VerdictLeaf, None] = field(default_factory=dict)
    asks_distance: bool = False
    ranks: bool = False
    fields: dict[str, None] = field(default_factory=dict)
    """Of both, by their words; no flags."""
    flags: dict[tuple[Side, OneLeaf], None] = field(default_factory=dict)
    """Of one side or the other, and what can be answered by yes or no."""

    def add(self, leaf: Leaf) -> None:
        if isinstance(leaf, VerdictLeaf):
            self.verdict[leaf] = None
        elif isinstance(leaf, Distance):
            self.asks_distance = True
        elif isinstance(leaf, RanksAbove):
            self.ranks = True
        elif isinstance(leaf, FolderOrder):
            self.fields["folder"] = None
        elif isinstance(leaf, BetterJpeg):
            self.fields |= {"JPEG quality": None, "subsampling": None}
        elif isinstance(leaf, Of):
            self._of_side(leaf)
        elif isinstance(leaf, Relative | Within | WithinPercent):
            self.fields[leaf.other.field] = None
        elif isinstance(leaf, Same | Different) and FIELDS[leaf.field].kind is Kind.FLAG:
            self.flags |= {(side, Flag(leaf.field)): None for side in (Side.A, Side.B)}
        elif isinstance(leaf, Shares | SharesTagOf):
            self.fields[field_of(leaf).word] = None
        elif isinstance(leaf, Same | Different):
            self.fields[leaf.field] = None
        else:
            # The kind of the pair says it already.
            assert isinstance(leaf, Equal), leaf

    def _of_side(self, leaf: Of) -> None:
        test = leaf.test
        if not says_all(test):
            self.fields[field_of(test).word] = None
            return
        sides = (Side.A, Side.B) if leaf.side is Side.EITHER else (leaf.side,)
        self.flags |= {(side, test): None for side in sides}


def _to_each_other(gathered: _Gathered, names: Case) -> str:
    ref, verdict = names.ref, names.verdict
    if ref.kind in SAME_PIXELS:
        return KINDS[ref.kind]
    parts = [said(verdict) if gathered.verdict and verdict is not None else KINDS[ref.kind]]
    if gathered.asks_distance:
        parts.append(bits_apart(ref))
    if gathered.verdict and verdict is not None:
        if any(isinstance(leaf, NoRoles) for leaf in gathered.verdict):
            parts.append("neither side the worse")
        traits = {leaf.trait for leaf in gathered.verdict if isinstance(leaf, Alike)}
        apart = [_apart(trait, verdict) for trait in Trait if trait in traits]
        parts += [f"{_joined(apart, 'and')} apart"] if apart else []
        worse = {leaf.trait for leaf in gathered.verdict if isinstance(leaf, Worse)}
        parts += [_worse(trait, verdict) for trait in Trait if trait in worse]
    return ", ".join(parts)


def said(verdict: Verdict) -> str:
    """A verdict in few words."""
    parts = (verdict.judgement, verdict.confidence, verdict.change)
    roles = [f"{each.side.upper()} is the {each.role}" for each in verdict.directions]
    return ", ".join([str(part) for part in parts if part] + roles)


def _more_in_a(trait: Trait, verdict: Verdict) -> float:
    return (verdict.blur if trait is Trait.BLUR else verdict.noise) or 0.0


def _apart(trait: Trait, verdict: Verdict) -> str:
    return f"{trait} {_steps(trait, abs(_more_in_a(trait, verdict)))}"


def _worse(trait: Trait, verdict: Verdict) -> str:
    more = _more_in_a(trait, verdict)
    side = Side.A if more > 0 else Side.B
    return f"{side} is {WORSE_IN[trait]} by {_steps(trait, abs(more))}"


def _steps(trait: Trait, amount: float) -> str:
    return f"{amount:.2f} {UNIT_OF[trait]}"


def _ranked(names: Case, keep: Sequence[Criterion], now_ns: int) -> str:
    ranking = rank((names.a, names.b), keep)
    first = "A" if ranking.king is names.a else "B"
    criterion = next((each for each in keep if str(each) == ranking.settled_by), None)
    if criterion is None:
        if ranking.settled_by == "the path":
            return f"{first} ranks first, by the path alone"
        moments = _values("modified", names, now_ns)
        return f"{first} is the older file: modified {moments[0]} against {moments[1]}"
    if isinstance(criterion, PreferFlag):
        return f"{first} ranks first, as only it {criterion}"
    if isinstance(criterion, Prefer):
        word, named = criterion.field, str(criterion)
    else:
        word = named = "type" if isinstance(criterion, PreferType) else "folder"
    one, other = _values(word, names, now_ns)
    return f"{first} ranks first by {named}: {one} against {other}"


def _compared(words: Sequence[str], names: Case, now_ns: int) -> tuple[list[str], list[str]]:
    """What the two have alike, and what they have not."""
    alike, unlike = [], []
    for word in words:
        if {"width", "height"} <= set(words) and word in ("width", "height"):
            if word == "height":
                continue
            sizes = [f"{each.facts.width} × {each.facts.height}" for each in (names.a, names.b)]
            label, (one, other) = "", (sizes[0], sizes[1])
        else:
            label, (one, other) = f"{word} ", _values(word, names, now_ns)
        if one == other:
            alike.append(f"{label}{one}")
        else:
            unlike.append(f"{label}{one} against {other}")
    return alike, unlike


def _values(word: str, names: Case, now_ns: int) -> tuple[str, str]:
    found = FIELDS[word]
    one, other = (shown(found, asset, now_ns) or _NONE for asset in (names.a, names.b))
    if one == other and found.unit is Unit.SIZE:
        # Rounding hides what may have decided.
        one, other = (f"{found.get(asset):,} bytes" for asset in (names.a, names.b))
    return one, other


def _owned(gathered: _Gathered, names: Case) -> list[str]:
    """What A has and has not, then the same of B."""
    found: dict[str, tuple[list[str], list[str]]] = {"A": ([], []), "B": ([], [])}
    for side, test in gathered.flags:
        asset = gathered.case.a if side is Side.A else gathered.case.b
        letter = "A" if asset is names.a else "B"
        if one_test(test, 0)(asset):
            found[letter][0].append(printable(str(test)))
        else:
            found[letter][1].append(lacking(printable(str(test))))
    return [
        f"{letter} {', '.join(parts)}"
        for letter, (yes, no) in found.items()
        if (parts := [*_together(yes, "has ", "and"), *_together(no, "has no ", "or")])
    ]


def _together(texts: Sequence[str], begin: str, word: str) -> list[str]:
    """Those that begin alike as one."""
    alike = [text.removeprefix(begin) for text in texts if text.startswith(begin)]
    joined = [f"{begin}{_joined(alike, word)}"] if alike else []
    return joined + [text for text in texts if not text.startswith(begin)]


def _joined(parts: Sequence[str], word: str) -> str:
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {word} {parts[-1]}"


def lacking(text: str) -> str:
    """What is said of an asset that fails a test which yes or no answers: *has no EXIF*."""
    text = re.sub("^has (an? )?", "has no ", text)
    text = re.sub("^is (in )?an? ", r"is \1no ", text)
    return re.sub("^is (?!(in )?no )", "is not ", text)


def field_of(leaf: OneLeaf | Same | Different | Shares | SharesTagOf) -> Field:
    """What a test looks at."""
    return FIELDS["tag" if isinstance(leaf, HasTagOf | SharesTagOf) else leaf.field]


def says_all(test: OneLeaf) -> bool:
    """Whether yes or no is all that there is to say of it."""
    return isinstance(test, Flag | Has | HasTagOf)
