"""Folders and patterns as rules name them, made ready to compare with paths.

``~`` stands for the home of whoever runs the rule, so that rules can be shared.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

from core.address import is_remote


def is_rooted(text: str) -> bool:
    """Whether this names one place, wherever it is read."""
    return text.startswith("/") or text == "~" or text.startswith("~/") or is_remote(text)


def expanded(text: str) -> str:
    """A path without ``~`` and without a slash at its end."""
    if text == "~" or text.startswith("~/"):
        text = str(Path.home()) + text[1:]
    elif is_remote(text):
        # As paths have it, with one slash.
        text = str(Path(text))
    return text.rstrip("/") or "/"


def within(folders: Sequence[str]) -> Callable[[str], bool]:
    """Whether a path is one of `folders` or lies below one."""
    roots = tuple(expanded(each) for each in folders)
    below = tuple(root if root == "/" else root + "/" for root in roots)
    return lambda path: path.startswith(below) or path in roots


def folder_index(folders: Sequence[str]) -> Callable[[str], int]:
    """The place of the first of `folders` that a path lies in; their number where it is in none."""
    tests = [within((each,)) for each in folders]

    def index(path: str) -> int:
        for place, test in enumerate(tests):
            if test(path):
                return place
        return len(tests)

    return index


def matcher(pattern: str, is_path: bool) -> Callable[[str], bool]:
    """Whether a text is of the form of `pattern`.

    ``*`` is anything and ``?`` one character, neither a slash in a path; ``**`` is any folders.
    """
    if is_path and (pattern == "~" or pattern.startswith("~/")):
        pattern = str(Path.home()) + pattern[1:]
    any_one, any_many = ("[^/]", "[^/]*") if is_path else (".", ".*")
    parts = []
    for token in re.split(r"(\*\*/|\*\*|\*|\?)", pattern):
        if token == "**/" and is_path:
            parts.append("(?:.*/)?")
        elif token in ("**", "**/"):
            parts.append(".*" + token[2:])
        else:
            parts.append({"*": any_many, "?": any_one}.get(token) or re.escape(token))
    found = re.compile("".join(parts), re.DOTALL).fullmatch
    return lambda text: found(text) is not None
