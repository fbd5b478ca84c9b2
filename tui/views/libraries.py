"""Libraries in a line each, what could not be read, and settings with what they mean."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from textual.content import Content

from core.address import shown
from core.errors import BetterhalfError
from core.settings import Settings
from core.settings.schema import Setting, Shape, of_library
from core.settings.values import DISTANCES
from core.text import counted, human_duration, human_size, printable
from core.workers.events import Progress
from tui.shelves import Shelf
from tui.views.cells import cut_path, padded

_FILES, _SIZE, _UNREADABLE, _TRASHED = 11, 10, 12, 10
_LABEL = 12


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
        ("  ", ""),
        (padded(cut_path(shown(shelf.root), room - 3), room - 2), "bold"),
        (rest, ""),
        (alarm, "$attention" if shelf.unreadable else "$faint"),
        (trashed, "$faint"),
    )


def detail(shelf: Shelf, settings: Settings) -> list[Content]:
    """What holds for one library."""
    name = shown(shelf.root)
    told = []
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
    if shelf.protected:
        named = ", ".join(printable(str(each)) for each in shelf.protected)
        told.append(_pair("protected", named, "loses nothing, and is not written to"))
    return told


def preferred(settings: Settings) -> Content:
    """The folders that new rules prefer."""
    if not settings.preferred:
        return _pair("preferred", "no folder before another", "")
    return _pair("preferred", " › ".join(map(printable, settings.preferred)), "best first")


def _pair(label: str, value: str, more: str) -> Content:
    return Content.assemble(
        (padded(label, _LABEL), "$faint"), (value, "bold"), (f"  {more}" if more else "", "$faint")
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
        (printable(error.cause), "$faint"),
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


def setting(found: Setting, said: Any, usual: Any, width: int) -> Content:
    """One setting: what the file says of it, or else what holds anyway."""
    is_own = said is not None
    text = value_of(found, said if is_own else usual)
    return Content.assemble(
        ("● " if is_own else "  ", "$accent"),
        (padded(found.name, _LABEL), "" if is_own else "$faint"),
        (padded(text, max(0, width - _LABEL - 2)), "bold" if is_own else "$faint"),
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


def told(found: Setting, said: Any, at_once: bool) -> Content:
    """What a setting is for, what its value means, and from when on it holds."""
    means = found.words.get(said, "") if isinstance(said, str) else ""
    if found.shape is Shape.DISTANCE and said in DISTANCES.values():
        means = f"up to {said} bits apart"
    parts = [f"{found.means[:1].upper()}{found.means[1:]}."]
    parts += [f"{said}: {means}."] if means else []
    parts.append("A change holds at once." if at_once else "A change holds from the next start on.")
    return Content.styled(" ".join(parts), "$faint")
