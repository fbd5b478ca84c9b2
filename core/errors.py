"""Every error a person can meet, each naming the file, the cause and the remedy in one line.

BetterhalfError
├── UsageError           the command line or a settings file is wrong        exit 2
├── UnavailableError     a needed thing is locked, missing or too new        exit 3
│   └── ServerError          ... because a server does not answer, or refuses
├── ImageError           one picture cannot be read; the run goes on         exit 1
└── ActionRefused        a decision was not carried out; nothing has moved
    ├── ContentChanged      ... because a file is not what it was when it was scanned
    └── PersonNeeded        ... because no rule may decide this by itself
        ├── CompanionQuestion   ... before a person says what becomes of a companion
        ├── MergeQuestion       ... before a person settles fields of the metadata
        └── Contradiction       ... before a person says which of two statements holds
"""

from __future__ import annotations

import errno


class BetterhalfError(Exception):
    """The base: `subject` (a file, a setting), `cause` and `remedy` (may be empty)."""

    def __init__(self, subject: str, cause: str, remedy: str = "") -> None:
        super().__init__(subject, cause, remedy)
        self.subject = subject
        self.cause = cause
        self.remedy = remedy

    @property
    def reason(self) -> str:
        """Cause and remedy, for places that show the subject beside it."""
        return f"{self.cause}; {self.remedy}" if self.remedy else self.cause

    def __str__(self) -> str:
        return f"{self.subject}: {self.reason}" if self.subject else self.reason


class UsageError(BetterhalfError):
    """Wrong command line or settings."""


class UnavailableError(BetterhalfError):
    """Something the program cannot work without is locked, missing, full or too new."""


class ServerError(UnavailableError):
    """A server does not answer, or refuses."""


class ImageError(BetterhalfError):
    """One picture cannot be read. Raised without a subject where only its bytes are known."""


class ActionRefused(BetterhalfError):
    """A decision was not carried out, and everything is where it was."""


class ContentChanged(ActionRefused):
    """A file is not, or no longer is, what the catalog recorded; it has to be read again."""


class AssetGone(ActionRefused):
    """One of the two has left the library since this was chosen."""


class PersonNeeded(ActionRefused):
    """A rule may not decide this pair by itself; a person can."""


class CompanionQuestion(PersonNeeded):
    """The losing picture has companions of its own (`names`) that its keeper has no equal of."""

    def __init__(self, subject: str, names: tuple[str, ...]) -> None:
        listed = " and ".join(names)
        super().__init__(
            subject,
            f"{listed} beside it {'has' if len(names) == 1 else 'have'} no equal beside the keeper",
            "decide this pair in the review",
        )
        self.names = names


class MergeQuestion(PersonNeeded):
    """The merge policy leaves fields to a person: `fields` has each with what it may become."""

    def __init__(self, subject: str, fields: tuple[tuple[str, tuple[object, ...]], ...]) -> None:
        names = ", ".join(name for name, _ in fields)
        super().__init__(
            subject,
            f"the merge policy asks what to do with {names}",
            "decide this pair in the review, or name another way for it",
        )
        self.fields = fields


class Contradiction(PersonNeeded):
    """Earlier decisions (`decisions`, by number) say otherwise."""

    def __init__(self, subject: str, cause: str, decisions: tuple[int, ...]) -> None:
        numbers = ", ".join(f"--dissolve {each}" for each in decisions)
        super().__init__(subject, cause, f"{numbers} ends what was said before")
        self.decisions = decisions


_CAUSES = {
    errno.ENOENT: ("it is gone", "scan again"),
    errno.EACCES: ("permission denied", "check its owner and mode"),
    errno.EPERM: ("permission denied", "check its owner and mode"),
    errno.EROFS: ("the file system is read-only", "remount it writable"),
    errno.ENOSPC: ("the disk is full", "free some space"),
    errno.EDQUOT: ("the disk quota is used up", "free some space"),
    errno.EXDEV: ("it lies on another file system", "open that folder as a library of its own"),
    errno.EIO: ("the disk reports a read error", "check the disk"),
    errno.ENOTDIR: ("it is not a folder", "name a folder"),
    errno.ELOOP: ("its links run in a circle", "remove the link"),
    errno.ENAMETOOLONG: ("its name is too long", "shorten its name or its folder's"),
}


def explain_os_error(error: OSError) -> tuple[str, str]:
    """Cause and remedy of an operating-system error, in words a person can act on."""
    known = _CAUSES.get(error.errno or 0)
    if known:
        return known
    return (error.strerror or str(error) or type(error).__name__).lower(), "check the file"


def explain_named_file(error: OSError) -> tuple[str, str]:
    """As `explain_os_error`, of a file that somebody has named to a command."""
    if error.errno == errno.ENOENT:
        return "there is no such file", "check the name"
    return explain_os_error(error)
