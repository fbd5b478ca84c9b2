"""Rules that are offered, in a line each, and how far the scan is that they are tried on."""

from __future__ import annotations

from textual.content import Content

from core.metadata.policies import Policy
from core.rules.rule import Rule
from core.rules.sentence import sentence
from core.text import counted, human_duration, human_size, printable
from core.workers.claims import Standing
from core.workers.events import Progress
from core.workers.findings import TrialCounts
from tui.views.cells import padded

_HIGH = 30
"""Lines of a terminal from which on there is room for whole sentences."""
_PAIRS, _SIZE, _COMPARE = 14, 10, 12


def columns(width: int) -> Content:
    """What stands above the rules."""
    rest = f"{'would act on':>{_PAIRS}}{'frees':>{_SIZE}}{'to compare':>{_COMPARE}} "
    return Content.styled(padded("     rule", width - len(rest)) + rest, "$faint")


def line(name: str, found: TrialCounts | None, chosen: bool, saved: bool, width: int) -> Content:
    """One rule; `found` is None where it has not been tried yet."""
    pairs = size = compare = "…"
    acts = 0
    if found is not None:
        acts = found.estimated(found.acts)
        pairs = counted(acts, "pair")
        size = human_size(found.estimated(found.freed)) if found.freed else "—"
        unknown = found.estimated(found.counts.get(Standing.UNKNOWN, 0))
        compare = f"{unknown:,}" if unknown else "—"
    rest = f"{pairs:>{_PAIRS}}{size:>{_SIZE}}{compare:>{_COMPARE}} "
    mark = ("  ✓  ", "$keep bold") if chosen else ("  ·  ", "$faint")
    if saved:
        mark, name = ("     ", ""), f"{name} (saved)"
    return Content.assemble(
        mark,
        (padded(printable(name), width - 5 - len(rest)), "bold" if chosen else ""),
        (rest, "" if acts else "$faint"),
    )


def detail(rule: Rule, usual: Policy | None, height: int) -> Content:
    """What the marked rule does, and when to leave it out; to the letter where there is room."""
    told = [Content(printable(rule.note))]
    if height >= _HIGH:
        told.append(Content.styled(sentence(rule, usual=usual), "$faint"))
    return Content("\n").join(told)


def progress(found: Progress | None, scanning: bool, pairs: int) -> Content:
    """How far the scan is, and that nothing is done meanwhile."""
    so_far = f"{counted(pairs, 'pair')} so far"
    if not scanning:
        first = f"The scan is done: {counted(pairs, 'pair')} of near-copies."
        if not pairs:
            first = "The scan is done: there are no near-copies here."
    elif found is None or not found.total:
        first = f"Looking for photos … {so_far}"
    else:
        left = found.seconds_left
        about = f" · {human_duration(left)} left" if left is not None else ""
        first = f"{found.stage.capitalize()} {found.done:,} of {found.total:,}{about} · {so_far}"
        if found.unreadable:
            first += f" · {found.unreadable:,} could not be read"
    second = (
        "Nothing is done before you say so: each rule that you choose here is saved as one that"
        " asks before it acts, and whatever it then does can be taken back."
    )
    return Content.assemble((f"{first}\n", "bold"), (second, "$faint"))
