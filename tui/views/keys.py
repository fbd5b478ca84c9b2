"""Commands in a line each with the keys that do them, and what is wrong with keys."""

from __future__ import annotations

from dataclasses import dataclass

from textual.content import Content

from core.text import printable
from tui.command import Command, key_name
from tui.keymap import Ruling
from tui.views.cells import cut, padded

_SCREEN, _NAME, _KEYS = 12, 18, 14
_WIDE = 110
"""Cells from which on names have more room."""


@dataclass(frozen=True, slots=True)
class Key:
    """One command, as it is listed."""

    screen: str
    """Empty for one that the settings name, and that there is not."""
    id: str
    """As the settings call it."""
    command: Command | None
    usual: tuple[str, ...]
    """The keys that it is declared with."""
    is_own: bool
    """Whether the settings say something of it."""
    faults: tuple[str, ...]
    """What of that cannot be."""


def line(found: Key, is_first: bool, width: int) -> Content:
    """One command; the first of a screen tells which screen that is."""
    more = 4 if width >= _WIDE else 0
    mark = ("! ", "$attention") if found.faults else ("● " if found.is_own else "  ", "$accent")
    screen = found.screen.replace("_", " ") if is_first else ""
    if found.command is None:
        room = _SCREEN + _NAME + 2 * more
        said = cut(printable(found.faults[0]), width - 2 - room)
        return Content.assemble(mark, (padded(printable(found.id), room), ""), (said, "$attention"))
    name = found.command.title.lower()
    keys = "  ".join(found.command.key_names)
    said = found.command.help
    if found.faults:
        said = printable(found.faults[0].removeprefix(f"{found.id}: "))
    room = width - 2 - _SCREEN - _NAME - _KEYS - 3 * more
    return Content.assemble(
        mark,
        (padded(screen, _SCREEN + more), "$accent"),
        (padded(name, _NAME + more), "bold" if found.is_own else ""),
        (padded(keys or "none", _KEYS + more), "$accent bold" if keys else "$faint"),
        (cut(said, room), "$attention" if found.faults else "$faint"),
    )


def detail(found: Key) -> Content:
    """All there is to say of one."""
    if found.command is None:
        return Content.assemble(
            (f"{printable(found.faults[0])}.", "$attention"), (" d takes it out.", "$faint")
        )
    named = f"{found.id} in the settings · usually {_named(found.usual)}"
    return Content("\n").join(
        [
            Content.assemble((found.command.help, ""), (f"  {named}", "$faint")),
            *(Content.styled(f"! {printable(each)}", "$attention") for each in found.faults),
        ]
    )


def asked(usual: tuple[str, ...], pressed: tuple[str, ...], is_new: bool) -> Content:
    """The keys that a command has, or is to have."""
    return Content.assemble(
        ("keys     ", "$faint"),
        (_named(pressed), "$accent bold"),
        ("" if is_new else "  as they are; press others", "$faint"),
        (f"\nusually  {_named(usual)}", "$faint"),
    )


def ruled(ruling: Ruling) -> Content:
    """What would become of that."""
    if ruling.problem:
        return Content.styled(f"! {printable(ruling.problem)}", "$attention")
    return Content.styled(ruling.note, "$faint")


def _named(keys: tuple[str, ...]) -> str:
    return "  ".join(map(key_name, keys)) or "none"
