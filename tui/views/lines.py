"""The top and the bottom line of a screen, and what has just been done."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.cells import cell_len
from textual.content import Content

from core.model import Decision, Fate, Plan
from core.text import human_duration
from core.workers.events import Progress
from tui.commands import Command
from tui.queue.lens import Lens
from tui.views.cells import cut

_NAME_TAG = " betterhalf  "


def header(
    title: str,
    position: int,
    total: int,
    lens: Lens,
    progress: Progress | None,
    problems: int,
    proposals: int,
    width: int,
) -> Content:
    """The top line: where we are, how far the scan is, what could not be read, what rules ask."""
    middle = f"pair {position:,} of {total:,}" if total else ""
    through = f" ▽ {lens} (Esc)" if not lens.is_plain else ""
    alarm = f" ! {problems:,} unreadable (p)" if problems else ""
    asks = f" ◆ {proposals:,} by rules" if proposals else ""
    room = width - len(_NAME_TAG) - len(middle) - len(alarm) - len(asks) - 2
    through = cut(through, room)
    room -= cell_len(through)
    stage = next((text for text in _stages(progress) if len(text) <= room), "")
    name = cut(title, room - len(stage) - 1) if room - len(stage) > 4 else ""
    gap = max(0, room - len(stage) - cell_len(name))
    return Content.assemble(
        (_NAME_TAG, "bold"),
        (name, "$faint"),
        (" " * gap, ""),
        (middle, "bold"),
        (through, "$attention"),
        (stage, "$faint"),
        (asks, "$attention"),
        (alarm, "$attention"),
    )


def listed(place: int, total: int, lens: Lens, looking: bool) -> Content:
    """The top line of a list of pairs."""
    return Content.assemble(
        (_NAME_TAG, "bold"),
        (f"pair {place:,} of {total:,}", "bold"),
        (f"  {lens}" if lens.is_plain is False else "", "$attention"),
        ("  looking …" if looking else "", "$faint"),
    )


def acted(plan: Plan, decision: Decision) -> str:
    """What a rule has just done, and how to take it back."""
    fate = decision.choice.outcome
    what = f"was settled as {decision.choice.kind}"
    if plan.moves:
        what = "went to the trash" if fate is Fate.TRASH else f"was replaced by a {fate}"
    rule = decision.choice.rule
    return f"rule {rule}: {plan.other.path.name} {what}; --undo {decision.id} undoes it"


def made_again(decisions: Sequence[Decision]) -> str:
    """What was decided again, as one, and how to take it back."""
    gone = [each.path_b.name for each in decisions if each.moves]
    if gone[1:]:
        return f"again: {gone[0]} and {len(gone) - 1} more → trash · `u` undoes"
    if gone:
        return f"again: {gone[0]} → trash · `u` undoes"
    return f"again: both kept as {decisions[0].choice.kind} · `u` undoes"


def _stages(progress: Progress | None) -> Iterator[str]:
    """How far the scan is, in fewer and fewer words."""
    if progress is None:
        return
    if not progress.total:
        yield f" · {progress.stage} …"
        return
    filled = 10 * progress.done // progress.total
    bar = f"▕{'█' * filled}{' ' * (10 - filled)}▏"
    done = f"{progress.done:,}/{progress.total:,}"
    pace = ""
    left = progress.seconds_left
    if progress.seconds > 1 and left is not None:
        speed = f" · {progress.megabytes_a_second:.0f} MB/s" if progress.bytes else ""
        pace = f" · {progress.rate:.0f}/s{speed} · {human_duration(left)} left"
    yield f" · {progress.stage} {bar} {done}{pace}"
    yield f" · {progress.stage} {done}{pace}"
    yield f" · {done}{pace}"
    yield f" · {done}"


def hinted(commands: Sequence[Command], width: int) -> list[Command]:
    """As many commands as fit in one line; the last two (help and quit) always do."""
    offered = [command for command in commands if command.hint and command.keys]
    while len(offered) > 2 and cell_len(hints(offered).plain) > width:
        del offered[-3]
    return offered


def hints(commands: Sequence[Command]) -> Content:
    """The first key of each, and two words for what it does."""
    parts: list[tuple[str, str]] = []
    for command in commands:
        parts += [(f" {command.key_names[0]}", "$accent bold"), (f" {command.hint} ", "$faint")]
    return Content.assemble(*parts)
