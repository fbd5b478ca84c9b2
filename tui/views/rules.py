"""Rules in a line each, and what there is to say of one."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

from rich.cells import cell_len
from textual.content import Content

from core.errors import BetterhalfError
from core.metadata.policies import Policy
from core.model import Asset
from core.rules.check import warnings
from core.rules.rule import Mode, Rule
from core.rules.sentence import searched, sentence
from core.text import counted, human_size, printable
from core.workers.claims import Standing
from core.workers.findings import Proposal, RuleState, RuleSummary
from tui.services import Answered
from tui.views.cells import cut, padded

_BARS = "▁▂▃▄▅▆▇█"

GLYPHS = {
    RuleState.UNREADABLE: ("!", "$attention"),
    RuleState.PAUSED: ("‖", "$faint"),
    RuleState.SEARCHING: ("…", "$faint"),
    RuleState.TESTING: ("…", "$accent"),
    RuleState.WORKING: ("»", "$accent"),
    RuleState.WAITING: ("◆", "$attention"),
    RuleState.QUEUED: ("◇", "$attention"),
    RuleState.DONE: ("✓", "$keep"),
}
"""A state's glyph and its style."""

MODES = {Mode.SEMI: "asks", Mode.AUTOMATIC: "acts"}

WORDS = {
    Standing.READY: "ready",
    Standing.UNKNOWN: "to be compared",
    Standing.EITHER_WAY: "either way round",
    Standing.CONTRADICTED: "contradicted",
    Standing.OVERRULED: "left to an earlier rule",
    Standing.DENIED: "denied",
    Standing.NO_VERDICT: "not comparable",
    Standing.FAILED: "failed",
    Standing.NO_MATCH: "no match",
    Standing.UNTESTED: "to be tested",
}
"""Where a pair stands, for people; the most interesting first."""

_COLUMNS = (
    ("ready", Standing.READY, 80),
    ("compare", Standing.UNKNOWN, 100),
    ("failed", Standing.FAILED, 110),
    ("denied", Standing.DENIED, 120),
    ("no match", Standing.NO_MATCH, 140),
)
"""Counts in a line, each from so many cells on."""
_COUNT = 10
_STATE = 17
_NAME, _SEARCH, _ACTS = 34, 26, 24
"""Cells that a rule's name has, where there is room for more beside it; and what that needs."""
_MODE = 6


def columns(width: int) -> Content:
    """What stands above the rules."""
    counts = "".join(f"{name:>{_COUNT}}" for name, _, least in _COLUMNS if width >= least)
    rest = f"{'mode':<{_MODE}}{'state':<{_STATE}}{counts} "
    name, search, acts = _rooms(width - 5 - len(rest))
    heads = padded(" rule", name) + padded("looks for", search) + padded("has done", acts)
    return Content.styled(f"     {heads}{rest}", "$faint")


def _rooms(room: int) -> tuple[int, int, int]:
    """Cells for a rule's name, for what it looks for and for what it has done, of so many."""
    if room < _NAME + _SEARCH:
        return room, 0, 0
    acts = _ACTS if room >= _NAME + _SEARCH + _ACTS else 0
    return _NAME, room - _NAME - acts, acts


def line(summary: RuleSummary, state: RuleState, width: int) -> Content:
    """One rule among all."""
    glyph, style = GLYPHS[state]
    rule = summary.saved.rule
    counts = "".join(
        f"{_count(summary, standing):>{_COUNT}}"
        for _, standing, least in _COLUMNS
        if width >= least
    )
    mode = MODES[rule.mode] if rule is not None else ""
    name, search, acts = _rooms(width - 5 - _MODE - _STATE - len(counts) - 1)
    resting = state in (RuleState.PAUSED, RuleState.UNREADABLE)
    looks_for = searched(rule.search) if rule is not None else ""
    return Content.assemble(
        (f"{summary.place:>3} ", "$faint"),
        (f"{glyph} ", style),
        (
            padded(cut(printable(summary.saved.name), name - 2), name - 1),
            "$faint" if resting else "",
        ),
        (padded(cut(looks_for, search - 2), search), "$faint"),
        (padded(_in_short(summary), acts), "$faint"),
        (f"{mode:<{_MODE}}", "bold" if mode == "acts" else "$faint"),
        (padded(str(state), _STATE), style),
        (counts + " ", "$faint" if resting else ""),
    )


def _in_short(summary: RuleSummary) -> str:
    """What a rule has done so far, in a few cells."""
    found = summary.ledger
    right = f" · {100 * found.precision:.0f} % right" if found.precision is not None else ""
    return f"{found.acts:,} times{right}"


def _count(summary: RuleSummary, standing: Standing) -> str:
    if not summary.counts:
        return "—"
    return f"{summary.counts.get(standing, 0):,}"


def detail(summary: RuleSummary, since: int, usual: Policy | None) -> list[Content]:
    """What there is to say of one rule, a paragraph each.

    Args:
        summary: the rule.
        usual: as in `core.rules.sentence.sentence`.
        since: days that its plot is of.
    """
    rule, problem = summary.saved.rule, summary.saved.problem
    if rule is None:
        cause = problem.reason if problem is not None else ""
        return [
            Content.styled(f"! {printable(cause)}", "$attention"),
            Content.styled("What stands below it asks before it acts, until this is mended.", ""),
        ]
    said = [Content(sentence(rule, usual=usual))]
    if rule.note:
        said.append(Content.styled(printable(rule.note), "$faint"))
    said.append(Content(counts(summary.counts)))
    if summary.failures:
        said.append(Content.styled(failures(summary.failures), "$faint"))
    said.append(Content(ledger(summary, since)))
    return said


def before_automatic(summary: RuleSummary) -> Content:
    """What a person should know before a rule acts by itself."""
    found, ready = summary.ledger, summary.counts.get(Standing.READY, 0)
    told = [
        f"So far you approved {counted(found.approved, 'choice')} of"
        f" {printable(summary.saved.name)} and denied {found.denied:,}; what was done was taken"
        f" back {counted(found.undone, 'time')}."
    ]
    if not found.approved:
        told.append("You have not approved anything of it yet: look at some of it first.")
    if found.denied or found.undone:
        told.append("A rule that had to be denied wants a tighter search or comparison.")
    told.append(
        f"{counted(ready, 'pair')} {'is' if ready == 1 else 'are'} ready, and would be acted on"
        " now; what comes later, as it comes. Everything can be taken back from the history."
    )
    rule = summary.saved.rule
    if rule is not None:
        told += [f"Mind: {each}." for each in warnings(rule)]
        if rule.audit:
            told.append(f"One pair in {rule.audit} is held back for you to check it by.")
    return Content("\n\n").join(Content(each) for each in told)


def before_import(found: Sequence[Rule], known: Mapping[str, object]) -> Content:
    """What a person should know before rules of a file are saved."""
    names = {name.casefold() for name in known}
    told = []
    for rule in found:
        which = "replaces yours" if rule.name.casefold() in names else "new"
        acts = "acts by itself" if rule.mode is Mode.AUTOMATIC else "asks"
        told.append(Content(f"{printable(rule.name)} ({which}, {acts})"))
        told += [Content.styled(f"  mind: {each}", "$attention") for each in warnings(rule)]
    return Content("\n").join(told) if told else Content("There is no rule in it.")


def counts(found: Mapping[Standing, int]) -> str:
    """How many pairs stand where."""
    parts = [f"{found[each]:,} {word}" for each, word in WORDS.items() if found.get(each)]
    return " · ".join(parts) or "not at work"


def failures(found: Mapping[str, int]) -> str:
    """Which tests turned pairs away, the strictest first."""
    ordered = sorted(found.items(), key=lambda each: -each[1])
    return "failed at " + " · ".join(f"{printable(text)}: {count:,}" for text, count in ordered)


def ledger(summary: RuleSummary, since: int) -> str:
    """What a rule has done so far."""
    found = summary.ledger
    if not (found.acts or found.denied):
        return "has not acted yet"
    parts = [
        f"acted {found.acted:,}",
        f"approved {found.approved:,}",
        f"denied {found.denied:,}",
        f"undone {found.undone:,}",
        f"{human_size(found.freed)} freed",
    ]
    if found.precision is not None:
        parts.append(f"{100 * found.precision:.1f} % right")
    if summary.files_an_act is not None:
        parts.append(f"once per {counted(round(summary.files_an_act), 'file')}")
    bars = plot([each.ledger.acts for each in summary.days])
    return " · ".join(parts) + (f" · last {since} days {bars}" if bars else "")


def plot(values: Sequence[int]) -> str:
    """`values` as a row of bars."""
    most = max(values, default=0)
    return "".join(_BARS[(len(_BARS) - 1) * value // most] for value in values) if most else ""


def title(name: str, told: str, width: int) -> Content:
    """The top line of a page: where one is, and what is going on."""
    room = width - cell_len(told) - 2
    return Content.assemble(
        (padded(f" {cut(name, room - 1)}", room), "bold"), (f"{told} ", "$faint")
    )


# What waits for approval

_WIDE_RULE, _RULE = 24, 15
"""Cells of a rule's name, where there is room and where there is not."""
_FOR_WHY = 50
"""Cells from which on names leave a third of the room to the reason."""


def pending_columns(width: int, with_rule: bool) -> Content:
    """What stands above proposals."""
    rule = padded("rule", _rule_width(width)) if with_rule else ""
    name = _name_width(width, with_rule)
    why = "why" if _why_width(width, with_rule) else ""
    rest = f"{padded('● stays', name + 2)}{padded('○ goes', name + 2)}{why}"
    return Content.styled(cut(f"   {rule}{rest}", width), "$faint")


def _rule_width(width: int) -> int:
    return _WIDE_RULE if width >= 100 else _RULE


def _name_width(width: int, with_rule: bool) -> int:
    room = _room(width, with_rule)
    return max(10, min(40, room // (3 if room >= _FOR_WHY else 2)))


def _why_width(width: int, with_rule: bool) -> int:
    room = _room(width, with_rule)
    return room - 2 * _name_width(width, with_rule) if room >= _FOR_WHY else 0


def _room(width: int, with_rule: bool) -> int:
    """Cells for two names and the reason."""
    return width - 3 - (_rule_width(width) if with_rule else 0) - 4


def proposal(found: Proposal | None, chosen: bool, with_rule: bool, width: int) -> Content:
    """One choice of a rule in a line; None: it is being loaded."""
    mark = ("✓ ", "$accent bold") if chosen else ("  ", "")
    if found is None:
        return Content.assemble((" ", ""), mark, ("…", "$faint"))
    name = _name_width(width, with_rule)
    goes = found.choice.trashes
    rule = _rule_width(width) if with_rule else 0
    return Content.assemble(
        (" ", ""),
        mark,
        (padded(cut(printable(found.rule.name), max(0, rule - 1)), rule), "$faint"),
        ("● ", "$keep"),
        (named(found.a, name), ""),
        ("○ " if goes else "● ", "$trash" if goes else "$keep"),
        (named(found.b, name), ""),
        (cut(printable(found.choice.why), _why_width(width, with_rule)), "$faint"),
    )


def named(asset: Asset, width: int) -> str:
    """The file's name in so many cells, the last of which stays empty."""
    return padded(cut(printable(asset.path.name), width - 1), width)


def refusal(goes: Asset, error: BetterhalfError) -> str:
    """Why something is not done, with the name of the file that stands in the way: `goes`, unless
    it is another."""
    return f"{os.path.basename(error.subject) or goes.path.name}: {error.reason}"


def answered(told: Answered, word: str, one: Proposal | None) -> str:
    """What became of some answers, and how to take them back."""
    parts = []
    if one is not None and told.done:
        goes = one.choice.trashes and word == "approved"
        parts.append(f"{word}: {one.b.path.name}{' → trash' if goes else ''} · `u` undoes")
    elif told.done:
        parts.append(f"{word} {counted(told.done, 'choice')} · `u` undoes")
    if told.moot:
        parts.append(f"{told.moot:,} settled by them")
    if told.refused:
        first, error = told.refused[0]
        parts.append(f"{len(told.refused):,} refused: {refusal(first.b, error)}")
    return " · ".join(parts) or "nothing waits there any more"
