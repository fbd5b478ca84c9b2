"""Files of rules, as people name them to a command or on a screen."""

from __future__ import annotations

from pathlib import Path
from typing import TextIO

from core.errors import UnavailableError, UsageError, explain_named_file, explain_os_error

_LARGEST = 1_000_000
"""Characters: thousands of rules."""


def read_text(path: str) -> str:
    """What stands in the file at `path`.

    Raises:
        UsageError: it is none that could hold rules.
    """
    try:
        with open(path, encoding="utf-8") as stream:
            return text_of(path, stream)
    except OSError as error:
        raise UsageError(path, *explain_named_file(error)) from error
    except ValueError as error:
        raise UsageError(path, "this is no name of a file", "check the name") from error


def text_of(path: str, stream: TextIO) -> str:
    """What stands in `stream`, which is at `path`.

    Raises:
        UsageError: it is nothing that could be rules.
    """
    try:
        text = stream.read(_LARGEST + 1)
    except UnicodeDecodeError as error:
        raise UsageError(path, "this is no text in UTF-8", "save it as such") from error
    if len(text) > _LARGEST:
        raise UsageError(path, "this is too large for rules", "give at most a million characters")
    return text


def write_new(path: str, text: str) -> None:
    """Write `text` to a file that is not there yet; nothing is left of one that failed.

    Raises:
        UsageError: it is there, or its name is none.
        UnavailableError: it cannot be written.
    """
    try:
        stream = open(path, "x", encoding="utf-8")  # noqa: SIM115
    except FileExistsError as error:
        raise UsageError(path, "this file is there already", "name a new one") from error
    except FileNotFoundError as error:
        raise UsageError(path, "there is no such folder", "make it, or name another") from error
    except OSError as error:
        raise UnavailableError(path, *explain_os_error(error)) from error
    except ValueError as error:
        raise UsageError(path, "this is no name of a file", "check the name") from error
    try:
        with stream:
            stream.write(text)
    except OSError as error:
        Path(path).unlink(missing_ok=True)
        raise UnavailableError(path, *explain_os_error(error)) from error
