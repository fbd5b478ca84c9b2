"""What was decided, and what can be chosen where a decision asks."""

from __future__ import annotations

import os
from collections.abc import Sequence

from textual.content import Content

from core.model import Decision, RelationKind
from core.text import printable
from tui.questions import Voice, who_says
from tui.views.cells import cut

_OPTION = 200
"""Characters of a value that are shown."""

_SAYS = {
    RelationKind.BETTER: "better than",
    RelationKind.SAME_QUALITY: "as good as",
    RelationKind.ALTERNATES: "an alternate of",
    RelationKind.STACKED: "stacked over",
    RelationKind.NOT_RELATED: "not related to",
    RelationKind.DISCARDED: "not wanted, like",
}


def told(decision: Decision) -> list[Content]:
    """A decision by number and in words: what it says, of which files, by whom and when."""
    choice = decision.choice
    by = f"by rule {choice.rule}" if choice.rule else "by you"
    when = decision.decided_at[:16].replace("T", " ")
    return [
        Content.assemble((f"#{decision.id} ", "$accent bold"), (f"{by}, {when} UTC", "$faint")),
        Content(f"  {printable(os.fspath(decision.path_a))}"),
        Content(f"  is {_SAYS[choice.kind]} {printable(os.fspath(decision.path_b))}"),
    ]


def options(
    field: str, values: Sequence[object], voices: Sequence[Voice], marked: int
) -> list[Content]:
    """The values that a field may become, numbered, with who says them; the last is nothing."""
    lines = []
    for place, value in enumerate((*values, None)):
        nothing = place == len(values)
        by = who_says(field, value, voices) if not nothing else ""
        note = f"said by {by}" if by else "" if nothing else "all of it together"
        glyph = "›" if place == marked else " "
        text = "say nothing" if nothing else cut(value_text(field, value), _OPTION)
        lines.append(
            Content.assemble(
                (f"{glyph} {0 if nothing else place + 1}  ", "$accent bold"),
                (text, "bold" if place == marked else ""),
                (f"   {note}" if note else "", "$faint"),
            )
        )
    return lines


def value_text(field: str, value: object) -> str:
    """A field's value on one line."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if field == "rating" and isinstance(value, int):
        return "rejected" if value < 0 else "★" * value + "☆" * (5 - value)
    if isinstance(value, tuple):
        return printable(", ".join(map(str, value)))
    return printable(str(value))
