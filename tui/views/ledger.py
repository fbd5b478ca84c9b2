"""What rules and people did: a line each, a plot of one, and the pairs by where they stand."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from textual.content import Content

from core.model import Ledger, LedgerDay, RelationKind
from core.text import counted, human_size, printable
from core.workers.records import Book
from tui.views import plot
from tui.views.cells import cut, padded


class Quantity(StrEnum):
    """What is plotted."""

    FREED = "freed"
    ACTS = "acts"
    RIGHT = "right"
    ONE_PER = "files an act"


class Span(StrEnum):
    """Of which time."""

    MONTHS = "last 12 months"
    ALL = "all months"
    DAYS = "last 30 days"


DAYS = 30
EVERYBODY = ""
"""The row of all rules and people together; no rule has no name."""
_MONTHS = 12

_COUNTS = ("acted", "approved", "denied", "undone", "right", "one per", "freed")
_COUNT = 9


@dataclass(frozen=True, slots=True)
class Accounts:
    """Ledgers in all and over time, added up from a book of all months."""

    book: Book
    rows: Mapping[str | None, Ledger] = field(default_factory=dict)
    """By rule; under None what people did without one; under `EVERYBODY` all."""

    @classmethod
    def of(cls, book: Book) -> Accounts:
        """Those who freed most first."""
        found: dict[str | None, Ledger] = {EVERYBODY: Ledger()}
        for each in book.days:
            found[each.rule] = found.get(each.rule, Ledger()) + each.ledger
            found[EVERYBODY] += each.ledger
        others = sorted(
            (rule for rule in found if rule != EVERYBODY),
            key=lambda rule: (-found[rule].freed, rule or ""),
        )
        return cls(book, {rule: found[rule] for rule in (EVERYBODY, *others)})


def columns(width: int) -> Content:
    """What stands above the rows."""
    names = _COUNTS[: _fitting(width)]
    rest = "".join(f"{name:>{_COUNT}}" for name in names)
    return Content.styled(padded("  who", width - len(rest) - 1) + rest + " ", "$faint")


def _fitting(width: int) -> int:
    """How many of the counts there is room for beside a name."""
    return min(len(_COUNTS), max(3, (width - 16) // _COUNT))


def line(rule: str | None, found: Ledger, files: int, width: int) -> Content:
    """What one rule did, or everybody."""
    one_per = f"{files / found.acts:,.0f}" if found.acts else "—"
    right = f"{100 * found.precision:.1f} %" if found.precision is not None else "—"
    shown = (
        f"{found.acted:,}",
        f"{found.approved:,}",
        f"{found.denied:,}",
        f"{found.undone:,}",
        right,
        one_per,
        human_size(found.freed),
    )
    rest = "".join(f"{text:>{_COUNT}}" for text in shown[: _fitting(width)])
    style = "bold" if rule == EVERYBODY else ""
    return Content.assemble(
        (padded(f"  {cut(name(rule), width - len(rest) - 4)}", width - len(rest) - 1), style),
        (rest + " ", style or "$faint"),
    )


def name(rule: str | None) -> str:
    """Whose row it is."""
    return "everybody" if rule == EVERYBODY else "you" if rule is None else printable(rule)


# Over time


def times(book: Book, span: Span, today: date) -> list[str]:
    """The days or months of a span, each as `core.model.LedgerDay` has it."""
    if span is Span.DAYS:
        return [f"{today - timedelta(days=ago)}" for ago in range(DAYS - 1, -1, -1)]
    first = min((each.day[:7] for each in book.days), default=f"{today:%Y-%m}")
    months: list[str] = []
    year, month = today.year, today.month
    while (text := f"{year}-{month:02}") >= first and (span is Span.ALL or len(months) < _MONTHS):
        months.append(text)
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)
    return months[::-1]


def over_time(rule: str | None, days: Sequence[LedgerDay], labels: Sequence[str]) -> list[Ledger]:
    """What a rule, or everybody, did at each of some times."""
    places = {label: place for place, label in enumerate(labels)}
    found = [Ledger() for _ in labels]
    for each in days:
        if rule not in (EVERYBODY, each.rule):
            continue
        place = places.get(each.day)
        if place is not None:
            found[place] += each.ledger
    return found


def values(
    quantity: Quantity, acts: int, found: Sequence[Ledger], files: Sequence[int]
) -> list[float | None]:
    """What is plotted of ledgers over time; `files` are how many there were at each, and `acts` had
    been made before."""
    match quantity:
        case Quantity.FREED:
            return [each.freed for each in found]
        case Quantity.ACTS:
            return [each.acts for each in found]
        case Quantity.RIGHT:
            return [each.precision and 100 * each.precision for each in found]
        case Quantity.ONE_PER:
            told: list[float | None] = []
            for each, many in zip(found, files, strict=True):
                acts += each.acts
                told.append(many / acts if acts else None)
            return told


def files_at(labels: Sequence[str], arrivals: Mapping[str, int]) -> list[int]:
    """How many of the pictures that are there now were there at the end of each time."""
    return [
        sum(count for day, count in arrivals.items() if day[: len(label)] <= label)
        for label in labels
    ]


_NAMED: Mapping[Quantity, Callable[[float], str]] = {
    Quantity.FREED: lambda value: human_size(round(value)),
    Quantity.ACTS: lambda value: f"{value:,.0f}",
    Quantity.RIGHT: lambda value: f"{value:.0f} %",
    Quantity.ONE_PER: lambda value: f"{value:,.0f}",
}
_SAYS = {
    Quantity.FREED: "bytes freed",
    Quantity.ACTS: "choices acted on",
    Quantity.RIGHT: "of its choices, those nobody objected to",
    Quantity.ONE_PER: "files for each time it has acted so far",
}


def caption(rule: str | None, quantity: Quantity, span: Span) -> Content:
    """What a plot is of."""
    return Content.assemble(
        (f" {name(rule)}", "bold"),
        (f" · {_SAYS[quantity]}, {span}", "$faint"),
    )


def drawn(
    quantity: Quantity,
    labels: Sequence[str],
    acts: int,
    found: Sequence[Ledger],
    files: Sequence[int],
    width: int,
    height: int,
) -> list[Content]:
    """The plot: neighbours are added up where there is no room for each."""
    named = _NAMED[quantity]
    most = 100.0 if quantity is Quantity.RIGHT else None
    runs = plot.merged(len(labels), plot.room(width, named, most or 1e12))
    together = [sum((found[at] for at in run), Ledger()) for run in runs]
    told = values(quantity, acts, together, [files[run[-1]] for run in runs])
    return plot.plot(told, [labels[run[0]] for run in runs], named, width, height, most)


# Pairs by where they stand


_KINDS = {
    RelationKind.BETTER: "one better",
    RelationKind.SAME_QUALITY: "equally good",
    RelationKind.ALTERNATES: "alternates",
    RelationKind.STACKED: "stacked",
    RelationKind.NOT_RELATED: "no duplicates",
    RelationKind.DISCARDED: "discarded",
}


def states(
    pairs: tuple[int, int, int], relations: Mapping[RelationKind, int] | None, width: int
) -> Content:
    """How many pairs are open, wait and were denied, and what was said of the others; None: that is
    not known yet."""
    if relations is None:
        return Content.styled(" pairs: counting …", "$faint")
    undecided, waiting, denied = pairs
    said = [f"{counted(undecided, 'pair')} open"]
    said += [f"{waiting:,} wait for you"] if waiting else []
    said += [f"{denied:,} denied"] if denied else []
    said += [f"{relations[kind]:,} {word}" for kind, word in _KINDS.items() if kind in relations]
    return Content(cut(" " + " · ".join(said), width))
