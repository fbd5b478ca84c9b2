"""The making of a rule: its steps, the rows of a form, counts, and pairs of a preview."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from itertools import zip_longest
from pathlib import Path

from rich.cells import cell_len
from textual.content import Content

from core.model import Asset, Plan
from core.rules.forms import Row, RowKind
from core.rules.keys import Step
from core.rules.table import Fault
from core.text import counted, human_size, printable
from core.workers.claims import Standing
from core.workers.findings import Proposal, TrialCounts, TrialRow
from tui.views.cells import cut, padded
from tui.views.pair import shown_path
from tui.views.rules import WORDS, named

_LABEL = 16
_INDENT = 3
_NAME = 34
_MORE = " … (w: all)"
"""At the end of a sentence that is cut."""


def heading(name: str, is_new: bool, step: Step, faulty: Mapping[Step, int], width: int) -> Content:
    """The top line: which rule, and at which step; ``!`` marks steps with something wrong."""
    number = list(Step).index(step) + 1
    parts: list[tuple[str, str]] = []
    for each in Step:
        mark = "!" if faulty.get(each) else ""
        shown = f"[{each}{mark}]" if each is step else f" {each}{mark} "
        style = "$attention" if mark else "bold" if each is step else "$faint"
        parts.append((shown, style))
    steps = sum(cell_len(text) for text, _ in parts) + 2
    what = "New rule" if is_new else "Rule"
    title = f" {what} · {number} of {len(Step)} · {printable(name)}"
    if width - steps < 20:
        return Content.assemble((padded(title, width), "bold"))
    room = width - steps
    return Content.assemble(
        (padded(cut(title, room - 1), room), "bold"), ("‹", "$faint"), *parts, ("›", "$faint")
    )


def sentence(text: str, width: int, lines: int) -> Content:
    """The rule so far, in at most so many lines."""
    wrapped = textwrap.wrap(text, max(20, width - 4)) or [""]
    if len(wrapped) > lines:
        last = cut(wrapped[lines - 1], width - 4 - len(_MORE)).removesuffix("…").rstrip()
        wrapped = [*wrapped[: lines - 1], last + _MORE]
    return Content("\n").join(Content(f" {line}") for line in wrapped)


def row(found: Row, width: int) -> Content:
    """One line of a form."""
    wrong = ("! ", "$attention") if found.fault else ("  ", "")
    if found.kind in (RowKind.MATCHING, RowKind.VALUE):
        return Content.assemble(
            wrong,
            (padded(printable(found.label), _LABEL), "$faint"),
            (cut(printable(found.shown), width - _LABEL - 2), "bold"),
        )
    if found.kind is RowKind.HEAD:
        shown = f"{found.label} ── all of" if found.label != "all of" else found.label
        if found.key == "keep":
            shown = "keep of a group, the most important first"
        return Content.assemble(wrong, (shown, "$faint"))
    indent = " " * _INDENT * max(0, found.depth - 1)
    branch = f"{indent}├─ "
    if found.kind is RowKind.ADD:
        return Content.assemble(wrong, (f"{indent}└─ ", "$faint"), (found.shown, "$accent"))
    if found.kind is RowKind.GROUP:
        return Content.assemble(wrong, (branch, "$faint"), (found.label, "$accent bold"))
    negated = f"{found.label} " if found.label else ""
    room = width - 2 - len(branch) - len(negated)
    return Content.assemble(
        wrong,
        (branch, "$faint"),
        (negated, "$accent bold"),
        (cut(printable(found.shown), room), "" if found.shown != "…" else "$attention"),
    )


def told(found: Row | None) -> Content:
    """What there is to say of a row: what is wrong with it, else what it is for."""
    if found is None:
        return Content("")
    if found.fault:
        return Content.styled(f"! {printable(found.fault)}", "$attention")
    return Content.styled(printable(found.means), "$faint")


def counts(found: TrialCounts | None, is_wrong: bool, width: int) -> Content:
    """How many pairs match and pass, as far as it is known; of a rule that `is_wrong`, none do."""
    if is_wrong:
        return Content.styled(" pairs are counted again once this is mended", "$faint")
    if found is None:
        return Content.styled(" counting …", "$faint")
    about = "" if found.done else "≈ "
    matched, acts = found.estimated(found.matched), found.estimated(found.acts)
    texts = [f"{about}{counted(matched, 'pair')} match", f"{acts:,} pass"]
    for standing in (
        Standing.UNKNOWN,
        Standing.FAILED,
        Standing.EITHER_WAY,
        Standing.DENIED,
        Standing.NO_VERDICT,
    ):
        number = found.counts.get(standing, 0)
        if number:
            texts.append(f"{found.estimated(number):,} {WORDS[standing]}")
    if found.failures:
        worst = max(found.failures.items(), key=lambda each: each[1])
        texts.append(f"most at {printable(worst[0])}")
    if not found.done and found.meant:
        texts.append(f"{100 * found.tested // found.meant} % tested")
    text = " · ".join(texts)
    while cell_len(text) > width - 2 and len(texts) > 2:
        texts.pop()
        text = " · ".join(texts)
    return Content(f" {text}")


def warned(
    faults: Sequence[Fault], warnings: Sequence[str] | None, width: int, lines: int
) -> Content:
    """What is wrong with the rule; else what a person should know before it is saved."""
    told = [f"{each.key}: {each.reason}" for each in faults] or warnings
    if told is None:
        return Content("")
    if not told:
        return Content.assemble(
            ("✓ ", "$keep"), ("nothing here is known to be dangerous", "$faint")
        )
    shown = [
        (mark, line)
        for each in told
        for mark, line in zip_longest("!", textwrap.wrap(printable(each), max(20, width - 4)))
    ]
    if len(shown) > lines:
        mark, last = shown[lines - 1]
        last = cut(last, width - 4 - len(_MORE)).removesuffix("…").rstrip() + _MORE
        shown = [*shown[: lines - 1], (mark, last)]
    return Content("\n").join(
        Content.assemble((f"{mark or ' '} ", "$attention"), (line or "", ""))
        for mark, line in shown
    )


# The preview

LISTS = ("acts", "others", "newly", "no_longer")
"""The lists of a trial, in the order in which they are gone through."""

_TITLES = {
    "acts": "will act",
    "others": "will not act, because …",
    "newly": "newly",
    "no_longer": "no longer",
}


def lists(found: TrialCounts | None, which: str, edited: bool) -> Content:
    """The lists of a preview, each with how many there are; the marked one in brackets."""
    numbers = {"acts": 0, "others": 0, "newly": 0, "no_longer": 0}
    if found is not None:
        numbers["acts"] = found.estimated(found.acts)
        numbers["others"] = found.estimated(found.matched - found.acts)
        numbers["newly"] = found.estimated(found.newly)
        numbers["no_longer"] = found.estimated(found.no_longer)
    parts: list[tuple[str, str]] = [(" ", "")]
    for name in LISTS if edited else LISTS[:2]:
        text = f"{_TITLES[name]} {numbers[name]:,}"
        parts.append(
            (f"[{text}] " if name == which else f" {text}  ", "bold" if name == which else "$faint")
        )
    return Content.assemble(*parts, ("  v", "$accent bold"), (" the next", "$faint"))


def pair(found: TrialRow, width: int) -> Content:
    """One pair of a preview in a line."""
    name = max(12, min(_NAME, (width - 30) // 2))
    goes = found.choice is not None and found.choice.trashes
    return Content.assemble(
        ("● " if found.choice is not None else "  ", "$keep"),
        (named(found.a, name), ""),
        ("○ " if goes else "  ", "$trash"),
        (named(found.b, name), ""),
        (cut(printable(found.why), max(0, width - 2 * name - 4)), "$faint"),
    )


def pair_detail(
    found: TrialRow | None, plan: Plan | None, refused: str, roots: Sequence[Path]
) -> list[Content]:
    """What there is to say of one pair: where the two are, why, and what would be done."""
    if found is None:
        return []
    said = _pair(found.a, found.b, found.why, roots)
    if refused:
        said.append(Content.styled(f"! {printable(refused)}", "$attention"))
    if plan is not None:
        said += operations(plan)
    return said


def _pair(a: Asset, b: Asset, why: str, roots: Sequence[Path]) -> list[Content]:
    return [
        Content.assemble(("A ", "$accent bold"), (shown_path(a.path, roots), "")),
        Content.assemble(("B ", "$accent bold"), (shown_path(b.path, roots), "")),
        Content.styled(printable(why), "$faint"),
    ]


def proposal_detail(
    found: Proposal | None, plan: Plan | None, refused: str, roots: Sequence[Path]
) -> list[Content]:
    """What there is to say of one choice that waits."""
    if found is None:
        return []
    said = _pair(found.a, found.b, found.choice.why, roots)
    said.append(Content.styled(f"by rule {printable(found.rule.name)}", "$faint"))
    if found.held:
        said.append(Content.styled(f"not done by itself: {printable(found.held)}", "$attention"))
    if refused:
        said.append(Content.styled(f"! {printable(refused)}", "$attention"))
    return said + (operations(plan) if plan is not None else [])


def operations(plan: Plan) -> list[Content]:
    """What a plan does, a line each."""
    said = [Content(f"{each.kind}: {printable(each.source.name)}") for each in plan.operations]
    said += [
        Content.assemble(
            (f"→ {each.field}: ", "$keep"),
            (printable(each.after), ""),
            (f" instead of {printable(each.before)}" if each.before else "", "$faint"),
        )
        for each in plan.changes
    ]
    said += [Content.styled(f"! {printable(each)}", "$attention") for each in plan.notes]
    if plan.freed:
        said.append(Content.styled(f"frees {human_size(plan.freed)}", "$faint"))
    return said or [Content.styled("both stay as they are", "$faint")]
