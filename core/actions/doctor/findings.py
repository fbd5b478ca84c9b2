"""What the doctor says: one line each, with what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """What is to be done about a finding."""

    REPAIRED = "repaired"
    """Nothing any more."""
    REPAIRABLE = "repairable"
    """It is left to the next run, as this one is dry."""
    PERSON = "person"
    """A person has to."""
    NOTE = "note"
    """Nothing; it is good to know."""


class Check(StrEnum):
    """What was looked at."""

    CATALOG = "catalog"
    LIBRARY = "library"
    JOURNAL = "journal"
    TRASH = "trash"
    FILES = "files"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it should be, or was not."""

    check: Check
    level: Level
    subject: str
    """A file, a folder or a decision."""
    cause: str
    remedy: str = ""
    decision: int | None = None
    """The one it is about, if it is about one."""


def repaired(check: Check, dry: bool, subject: str, cause: str, done: str) -> Finding:
    """A finding of something that is provably safe to repair, which was `done` unless `dry`."""
    if dry:
        return Finding(check, Level.REPAIRABLE, subject, cause, "--doctor without --dry-run")
    return Finding(check, Level.REPAIRED, subject, f"{cause}; {done}")
