"""The README's tables of what can be asked of one file, and of the templates.

`python -m tests.core.rules.manual` renews them; a test holds them against the program.
"""

from __future__ import annotations

import re
from pathlib import Path

from core.rules.fields import FIELDS, Field, Kind
from core.rules.language import HAS, SHARES
from core.rules.templates import RECOMMENDED, templates

README = Path(__file__).parents[3] / "README.md"

_FIELDS = re.compile(r"(<!-- fields:.*?-->\n).*?(<!-- end of fields -->)", re.DOTALL)
_TEMPLATES = re.compile(r"(<!-- templates:.*?-->\n).*?(<!-- end of templates -->)", re.DOTALL)


def renewed(text: str) -> str:
    """The README's `text` with today's tables."""
    text = _FIELDS.sub(lambda found: found[1] + _fields() + found[2], text)
    return _TEMPLATES.sub(lambda found: found[1] + _templates() + found[2], text)


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


def _fields() -> str:
    rows = [
        f"| {_quoted(asked(field))} | {_means(field)} |\n"
        for field in FIELDS.values()
        if field.kind is not Kind.FLAG
    ]
    flags = [field.word for field in FIELDS.values() if field.kind is Kind.FLAG]
    rows.append(f"| {_quoted(flags)} | yes or no |\n")
    return "| test of one file | asks for |\n|---|---|\n" + "".join(rows)


def _templates() -> str:
    rows = [
        f"| {rule.name} | {'yes' if rule.name in RECOMMENDED else ''} | {rule.note} |\n"
        for rule in templates()
    ]
    return "| template | recommended | what it does |\n|---|---|---|\n" + "".join(rows)


def _quoted(texts: list[str]) -> str:
    return ", ".join(f"`{text}`" for text in texts)


def _means(field: Field) -> str:
    shares = f"; of two: `{SHARES[field.word]}`" if field.kind is Kind.WORDS else ""
    known = f": {', '.join(field.known)}" if field.known else ""
    return f"{field.means}{known}{shares}"


if __name__ == "__main__":
    README.write_text(renewed(README.read_text("utf-8")), "utf-8")
