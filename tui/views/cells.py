"""Texts cut and padded by the cells they take: those of East Asia take two a character."""

from __future__ import annotations

from collections.abc import Iterator

from rich.cells import cell_len, set_cell_size


def cut(text: str, width: int) -> str:
    """`text` in at most `width` cells, its end replaced by ``…`` where it is longer."""
    if cell_len(text) <= width:
        return text
    return "" if width < 1 else set_cell_size(text, width - 1).rstrip() + "…"


def cut_path(text: str, width: int) -> str:
    """`text` in at most `width` cells, its beginning replaced: a path's end tells more."""
    if cell_len(text) <= width:
        return text
    if width < 1:
        return ""
    kept = len(text)
    room = width - 1
    while kept and (room := room - cell_len(text[kept - 1])) >= 0:
        kept -= 1
    return "…" + text[kept:]


def padded(text: str, width: int) -> str:
    """`text`, cut or with spaces after it, in exactly `width` cells."""
    shown = cut(text, width)
    return shown + " " * (width - cell_len(shown))


def wrapped(text: str, width: int) -> Iterator[str]:
    """`text` in lines of at most `width` cells, broken wherever one is full."""
    line, room = "", width
    for character in text:
        taken = cell_len(character)
        if taken > room and line:
            yield line
            line, room = "", width
        line += character
        room -= taken
    yield line
