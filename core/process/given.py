"""What a person or a program gives a command to read: a file, or standard input.

Lines of JSON are all read before anything is done, so that a mistake in the last one leaves nothing
half-done.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TextIO, TypeVar

from core.errors import UsageError, explain_named_file

STANDARD = "-"
"""Standard input, or output, in place of a file."""

T = TypeVar("T")


@contextmanager
def given(path: str, errors: str = "strict") -> Iterator[TextIO]:
    """What is at `path`, as UTF-8; `errors` as `open` takes it.

    Raises:
        UsageError: it cannot be opened or read.
    """
    if path == STANDARD and sys.stdin is None:
        raise UsageError(path, "standard input is closed", "send it there, or name a file")
    file = sys.stdin.fileno() if path == STANDARD else path
    try:
        with open(file, encoding="utf-8", errors=errors, closefd=path != STANDARD) as stream:
            yield stream
    except OSError as error:
        raise UsageError(path, *explain_named_file(error)) from error


def given_lines(
    path: str,
    read: Callable[[Any], Iterable[T]],
    explain: Callable[[Exception], tuple[str, str]],
) -> list[T]:
    """What `read` makes of the lines at `path`; empty ones say nothing.

    Args:
        path: as in `given`.
        read: takes the value of a line; what it raises of `ValueError`, `KeyError` and `TypeError`
            is the line's mistake.
        explain: cause and remedy of such a mistake.

    Raises:
        UsageError: they cannot be read, or one is wrong.
    """
    name = "standard input" if path == STANDARD else path
    found: list[T] = []
    # Bytes that are no text may be a part of a path.
    with given(path, errors="surrogateescape") as stream:
        for number, text in enumerate(stream, start=1):
            if not text.strip():
                continue
            try:
                found += read(json.loads(text))
            except (ValueError, KeyError, TypeError) as error:
                raise UsageError(f"{name}, line {number}", *explain(error)) from error
    return found
