"""Settings changed for a person: the file stays theirs, with its comments, order and blanks.

Loaded by whoever changes something, and by nobody else: a headless run reads settings only.
"""

from __future__ import annotations

import os
import stat
import tempfile
import tomllib
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import Array, Table

from core.errors import UnavailableError, UsageError, explain_os_error
from core.settings import Settings, config_path, from_table

_IN_ONE_TABLE = "keys"
"""What is below it has a line with dots: ``group.apply``, as commands are called."""
_PRIVATE = 0o600
"""Of a file that is made: it may come to hold an API key."""


def change(
    path: Path | None,
    place: tuple[str, ...],
    value: Any,
    check: Callable[[Settings], object] = lambda settings: None,
) -> Settings:
    """Have the file at `path`, or the default one, say `value`; returns what it then says.

    Args:
        path: the file; made where it is not there.
        place: the setting's name, or ``libraries``, the library and the setting's name.
        value: as in a file; None: nothing is said any more.
        check: raises UsageError for settings that must not be written.

    Raises:
        UsageError: the file is no TOML, or with that in it would be wrong; nothing is written.
        UnavailableError: it cannot be written.
    """
    path = path or config_path()
    before = _read(path)
    try:
        document = tomlkit.parse(before)
    except (TOMLKitError, UnicodeDecodeError) as error:
        raise UsageError(str(path), f"this is no TOML ({error})", "correct the line") from error
    said = tomllib.loads(before)
    place = as_said(said, place)
    wanted = from_table(_with(said, place, value), path)
    try:
        if value is None:
            _leave_out(document, place)
        else:
            _say(document, place, value)
        text = tomlkit.dumps(document)
        if text.endswith("\n\n") and not before.endswith("\n\n"):
            # The blank line before a table that has gone again.
            text = text[:-1]
        settings = from_table(tomllib.loads(text), path)
    except (UsageError, TOMLKitError, tomllib.TOMLDecodeError, TypeError, ValueError) as error:
        raise _unheard_of(path, place) from error
    if settings != wanted:
        raise _unheard_of(path, place)
    check(settings)
    try:
        _write(path, text, any(each.key is not None for each in settings.libraries))
    except OSError as error:
        raise UnavailableError(str(path), *explain_os_error(error)) from error
    return settings


def _unheard_of(path: Path, place: tuple[str, ...]) -> UsageError:
    """TOML has more ways to say a thing than can be changed without touching what is beside it."""
    cause = "the way that it is written there cannot be changed from here"
    return UsageError(f"{path}: {'.'.join(place)}", cause, "change the line by hand")


def as_said(table: Mapping[str, Any], place: tuple[str, ...]) -> tuple[str, ...]:
    """`place` as a file has it that says `table`: there ``"group.apply"`` may be one word."""
    outer, *inner = place
    known, word = table.get(outer), ".".join(inner)
    if outer == _IN_ONE_TABLE and isinstance(known, Mapping) and word in known:
        return outer, word
    return place


def _with(table: Mapping[str, Any], place: tuple[str, ...], value: Any) -> dict[str, Any]:
    """What a file says that said `table`, once it says `value`, too."""
    name, *inner = place
    if inner:
        known = table.get(name)
        known = known if isinstance(known, Mapping) else {}
        return {**table, name: _with(known, tuple(inner), value)}
    rest = {key: each for key, each in table.items() if key != name}
    return rest if value is None else {**rest, name: value}


def _read(path: Path) -> str:
    try:
        # As it is, line ends included.
        return path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise UnavailableError(str(path), *explain_os_error(error)) from error


def _say(table: MutableMapping[str, Any], place: tuple[str, ...], value: Any) -> None:
    *outer, name = place
    one_table = place[0] == _IN_ONE_TABLE
    for depth, each in enumerate(outer, start=1):
        if each not in table and depth > 1 and one_table:
            _say_in_a_line(table, place[depth - 1 :], value)
            return
        if each not in table:
            # Of tables in tables only the innermost has a line of its own.
            table[each] = tomlkit.table(is_super_table=depth < len(outer) and not one_table)
        table = table[each]
    if not isinstance(table, MutableMapping):
        raise TypeError(f"{place[0]} is no table")
    known = table.get(name)
    if isinstance(known, Array) and isinstance(value, list):
        _exchange(known, value)
    else:
        table[name] = value


def _say_in_a_line(table: MutableMapping[str, Any], names: Sequence[str], value: Any) -> None:
    if isinstance(table, Table):
        table.append(tomlkit.key(names), tomlkit.item(value))
    else:
        # One that is written in pieces, or within a line.
        table[".".join(names)] = value


def _exchange(known: Array, wanted: list[str]) -> None:
    """Make `known` what is `wanted`; what stays where it is keeps the comment behind it."""
    for place in reversed(range(len(known))):
        if known[place] not in wanted:
            del known[place]
    kept = len(known)
    if list(known) != wanted[:kept]:
        known.clear()
        kept = 0
    for each in wanted[kept:]:
        known.append(each)


def _leave_out(table: MutableMapping[str, Any], place: tuple[str, ...]) -> None:
    name, *inner = place
    if not inner:
        table.pop(name, None)
    elif name in table:
        _leave_out(table[name], tuple(inner))
        if _is_blank(table[name]):
            del table[name]


def _is_blank(table: MutableMapping[str, Any]) -> bool:
    """Whether a table holds nothing, and no comment either."""
    return not table and "#" not in tomlkit.dumps(table)


def _write(path: Path, text: str, is_secret: bool) -> None:
    # A settings file is often a link into a repository of them.
    file = Path(os.path.realpath(path))
    mode = file.stat().st_mode & 0o777 if file.exists() else _PRIVATE
    if not mode & stat.S_IWUSR:
        # The folder would let another file take its place; its owner would not.
        raise UnavailableError(str(file), "it is read-only", f"chmod u+w {file}")
    if is_secret:
        mode &= _PRIVATE
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        descriptor, aside = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)
    except OSError as error:
        raise UnavailableError(str(file.parent), *explain_os_error(error)) from error
    try:
        with open(descriptor, "wb") as stream:
            stream.write(text.encode("utf-8"))
            stream.flush()
            os.fchmod(stream.fileno(), mode)
            os.fsync(stream.fileno())
        os.replace(aside, file)
    except OSError:
        os.unlink(aside)
        raise


def as_written(folder: Path) -> str:
    """The name of `folder` for a settings file: from the person's home on, where it lies there."""
    home = Path.home()
    if home != folder and folder.is_relative_to(home):
        return f"~/{folder.relative_to(home)}"
    return os.fspath(folder)
