"""The README's table of what can be asked of one file.

`python -m tests.core.rules.manual` renews it; a test holds it against the program.
"""

from __future__ import annotations

import re
from pathlib import Path

from core.rules.fields import FIELDS, Field, Kind
from core.rules.language import HAS, SHARES

README = Path(__file__).parents[3] / "README.md"

_FIELDS = re.compile(r"(<!-- fields:.*?-->\n).*?(<!-- end of fields -->)", re.DOTALL)


def with_fields(text: str) -> str:
    """The README's `text` with today's table."""
    return _FIELDS.sub(lambda found: found[1] + _table() + found[2], text)


def asked(field: Field) -> list[str]:
    """How `field` is asked for, as it could stand in a search."""
    texts = [f"{field.word} {field.example}".rstrip()]
    if field.kind is Kind.PATH:
        texts.append(f"{field.word} is in ~/Originals")
    if field.kind is Kind.WORDS:
        texts.append(f"{HAS[field.word]} holiday")
    if field.word == "tag":
        texts.append("has a tag of people")
    return texts


def _table() -> str:
    rows = [
        f"| {_quoted(asked(field))} | {_means(field)} |\n"
        for field in FIELDS.values()
        if field.kind is not Kind.FLAG
    ]
    flags = [field.word for field in FIELDS.values() if field.kind is Kind.FLAG]
    rows.append(f"| {_quoted(flags)} | yes or no |\n")
    return "| test of one file | asks for |\n|---|---|\n" + "".join(rows)


def _quoted(texts: list[str]) -> str:
    return ", ".join(f"`{text}`" for text in texts)


def _means(field: Field) -> str:
    shares = f"; of two: `{SHARES[field.word]}`" if field.kind is Kind.WORDS else ""
    known = f": {', '.join(field.known)}" if field.known else ""
    return f"{field.means}{known}{shares}"


if __name__ == "__main__":
    README.write_text(with_fields(README.read_text("utf-8")), "utf-8")
