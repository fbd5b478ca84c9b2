"""Libraries in a line each, what could not be read, and settings with what they mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.cells import cell_len
from textual.content import Content

from core.address import shown
from core.errors import BetterhalfError
from core.settings import NO_SUCH, Settings, meant
from core.settings.schema import Setting, Shape, of_library
from core.settings.values import DISTANCES
from core.text import counted, human_duration, human_size, printable
from core.workers.events import Progress
from tui.shelves import Shelf
from tui.views.cells import cut, cut_path, padded

_FILES, _SIZE, _UNREADABLE, _TRASHED = 11, 10, 12, 10
_LABEL = 12
_VALUE = 20
"""Cells for one that is wrong, beside what is wrong with it."""


# Libraries


def columns(width: int) -> Content:
    """What stands above the libraries."""
    rest = f"{'photos':>{_FILES}}{'size':>{_SIZE}}{'unreadable':>{_UNREADABLE}}"
    rest += f"{'in trash':>{_TRASHED}} "
    return Content.styled(padded("  library", width - len(rest)) + rest, "$faint")


def line(shelf: Shelf, width: int) -> Content:
    """One library."""
    rest = f"{shelf.files:>{_FILES},}{human_size(shelf.size):>{_SIZE}}"
    alarm = f"{shelf.unreadable or '—':>{_UNREADABLE}}"
    trashed = f"{shelf.trashed or '—':>{_TRASHED}} "
    room = width - len(rest) - len(alarm) - len(trashed)
    return Content.assemble(
        ("! ", "$attention") if shelf.trouble else ("  ", ""),
        (padded(cut_path(printable(shown(shelf.root)), room - 3), room - 2), "bold"),
        (rest, ""),
        (alarm, "$attention" if shelf.unreadable else "$faint"),
        (trashed, "$faint"),
    )


def detail(shelf: Shelf, settings: Settings) -> list[Content]:
    """What holds for one library."""
    name = shown(shelf.root)
    told = []
    if shelf.trouble is not None:
        told.append(Content.styled(f"! {printable(shelf.trouble.reason)}", "$attention"))
    own = settings.of(shelf.root)
    for setting in of_library(name).values():
        if setting.shape is Shape.SECRET:
            continue
        value = getattr(own, setting.name)
        usual = getattr(settings, setting.name, False)
        told.append(
            _pair(
                setting.name,
                value_of(setting, setting.said(usual if value is None else value)),
                "" if value is None else "its own",
            )
        )
    there = [printable(str(each)) for each in shelf.protected if each not in shelf.absent]
    if there:
        told.append(_pair("protected", ", ".join(there), "loses nothing, and is not written to"))
    for each in sorted(shelf.absent):
        told.append(_pair("protected", printable(str(each)), f"! {ABSENT}", "$attention"))
    return told


def preferred(settings: Settings) -> Content:
    """The folders that new rules prefer."""
    if not settings.preferred:
        return _pair("preferred", "no folder before another", "")
    return _pair("preferred", " › ".join(map(printable, settings.preferred)), "best first")


def _pair(label: str, value: str, more: str, style: str = "$faint") -> Content:
    return Content.assemble(
        (padded(label, _LABEL), "$faint"), (value, "bold"), (f"  {more}" if more else "", style)
    )


ABSENT = "there is no such folder now"
"""Its drive may be away, or its name be wrong."""


def listed(place: int, text: str, lacks: str, width: int) -> Content:
    """One line of a setting that is a list, and what is not there of what it names."""
    told = f"  ! {printable(lacks)}" if lacks else ""
    return Content.assemble(
        f" {place + 1:>3}  {cut_path(printable(text), width - 6 - cell_len(told))}",
        (told, "$attention"),
    )


def scan(found: Progress | None, scanning: bool) -> str:
    """How far the scan is."""
    if not scanning:
        return "scanned"
    if found is None or not found.total:
        return "looking for photos …"
    left = found.seconds_left
    about = f" · {human_duration(left)} left" if left is not None else ""
    return f"{found.stage} {found.done:,} of {found.total:,}{about}"


# What could not be read


def problem(error: BetterhalfError, busy: bool, width: int) -> Content:
    """One file, folder or server that could not be read."""
    name = min(60, width // 2)
    return Content.assemble(
        ("… " if busy else "! ", "$accent" if busy else "$attention"),
        (padded(cut_path(printable(shown(error.subject)), name - 1), name), ""),
        (cut(printable(error.cause), width - name - 2), "$faint"),
    )


def problem_detail(error: BetterhalfError) -> Content:
    """All there is to say of it."""
    return Content.assemble(
        (f"{printable(shown(error.subject))}\n", "bold"),
        (printable(error.cause), "$attention"),
        (f"\n{printable(error.remedy)}" if error.remedy else "", ""),
    )


def unreadable(count: int) -> str:
    """How many there are."""
    return f"{count:,} could not be read" if count else ""


# Settings


def setting(found: Setting, said: Any, usual: Any, problem: str, width: int) -> Content:
    """One setting: what the file says of it, or else what holds anyway."""
    if problem:
        return _wrong(found.name, said, problem, width)
    is_own = said is not None
    text = value_of(found, said if is_own else usual)
    return Content.assemble(
        ("● " if is_own else "  ", "$accent"),
        (padded(found.name, _LABEL), "" if is_own else "$faint"),
        (padded(text, max(0, width - _LABEL - 2)), "bold" if is_own else "$faint"),
    )


def no_setting(name: str, said: Any, width: int) -> Content:
    """What the file says of something that cannot be set."""
    return _wrong(name, said, f"{NO_SUCH}; {meant(name)}", width)


def _wrong(name: str, said: Any, problem: str, width: int) -> Content:
    value = "" if isinstance(said, Mapping) else cut(printable(str(said)), _VALUE)
    room = max(0, width - max(_LABEL, cell_len(printable(name)) + 1) - cell_len(value) - 4)
    return Content.assemble(
        ("! ", "$attention"),
        (padded(printable(name), max(_LABEL, cell_len(printable(name)) + 1)), ""),
        (f"{value}  " if value else "", "bold"),
        (cut(printable(problem), room), "$attention"),
    )


def value_of(found: Setting, value: Any) -> str:
    """A value as a file says it, for people."""
    if found.shape is Shape.SECRET:
        return "set" if value else "none"
    if found.shape is Shape.TABLE:
        return f"{counted(len(found.read(value)), 'command')} not as usual" if value else "as usual"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(printable(str(each)) for each in value) or "none"
    return "none" if value is None else printable(str(value))


def told(found: Setting, said: Any, problem: str) -> Content:
    """What a setting is for, what its value means, and from when on it holds."""
    means = found.words.get(said, "") if isinstance(said, str) else ""
    if found.shape is Shape.DISTANCE and said in DISTANCES.values():
        means = f"up to {said} bits apart"
    parts = [f"{found.means[:1].upper()}{found.means[1:]}."]
    parts += [f"{said}: {means}."] if means else []
    when = "at once" if found.at_once else "from the next start on"
    parts.append(f"A change holds {when}.")
    wrong = Content.styled(f"\n! {printable(problem)}" if problem else "", "$attention")
    return Content.styled(" ".join(parts), "$faint") + wrong


def told_wrong(name: str) -> Content:
    """What to do about something that cannot be set."""
    return Content.assemble(
        (f"{NO_SUCH.capitalize()}; {printable(meant(name))}.", "$attention"),
        (" d takes it out of the file.", "$faint"),
    )


def unreadable_file(error: BetterhalfError) -> str:
    """Instead of settings, where their file cannot be read."""
    held = "What was set before holds on. This page looks again by itself."
    return f"\n  {printable(error.cause)}\n  {printable(error.remedy)}\n\n  {held}"
