"""Whoever opens a room is told what lives there: all of it, and nothing that has moved out."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def guide(room: Path) -> str:
    return ast.get_docstring(ast.parse((room / "__init__.py").read_text())) or ""


def named(room: Path) -> list[str]:
    """What the first column of the room's table names."""
    rows = re.findall(r"^\| (`.+?`) \|", guide(room), re.MULTILINE)
    return [name for row in rows for name in re.findall(r"`(\w+)`", row)]


ROOMS = [
    init.parent
    for top in ("core", "tui")
    for init in sorted((ROOT / top).rglob("__init__.py"))
    if named(init.parent)
]


def test_the_large_rooms_have_guides() -> None:
    rooms = {room.relative_to(ROOT).as_posix() for room in ROOMS}
    assert rooms >= {"core", "core/workers", "core/rules", "core/catalog", "tui"}


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.relative_to(ROOT).as_posix())
def test_a_guide_names_what_lives_in_its_room(room: Path) -> None:
    modules = [each.stem for each in room.glob("*.py") if each.stem != "__init__"]
    rooms = [each.parent.name for each in room.glob("*/__init__.py")]
    said = guide(room)
    assert [name for name in named(room) if name not in {*modules, *rooms}] == []
    assert [name for name in sorted({*modules, *rooms}) if f"`{name}`" not in said] == []
    assert len(named(room)) == len(set(named(room)))
