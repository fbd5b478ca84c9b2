"""``--decide``: what a person, or a program of theirs, says of groups, one a line.

A line is an object with lists of paths: ``keep`` (the best one first), ``trash``, ``stack``,
``alternates``, ``unrelated``; and, if wanted, ``why``, ``merge`` (a policy), ``settled`` (values by
field), ``set`` (the name of a set of alternates) and ``leave_companions``. A line is carried out as
one, or refused as one and named; the others go on.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.actions.grouping import pairwise
from core.address import is_remote
from core.catalog.known import known_at
from core.errors import ActionRefused, AssetGone, PersonNeeded
from core.model import Asset, Choice, GroupChoice
from core.process.given import given_lines
from core.process.narration import Narrator
from core.process.order import Order
from core.process.report import Reporter
from core.workers.session import Session

_ROLES = ("keep", "trash", "stack", "alternates", "unrelated")
_WORDS = {"why": str, "merge": str, "settled": dict, "set": str, "leave_companions": bool}
_WHY = "said with --decide"


@dataclass(frozen=True, slots=True)
class _Line:
    """One line as it was read."""

    paths: Mapping[str, tuple[str, ...]]
    """By role."""
    words: Mapping[str, Any]

    @property
    def all_paths(self) -> list[str]:
        return [path for paths in self.paths.values() for path in paths]


async def decide(order: Order, path: str) -> int:
    """Carry out, or with a dry order plan, what the lines of the file at `path` (``-``: standard
    input) say.

    Raises:
        UsageError: it cannot be read, or a line says nothing of a group; nothing has been done.
    """
    lines = given_lines(path, _read, lambda error: (str(error), _FORM))
    narrator, reporter = Narrator(), Reporter(order.as_json)
    refused = 0
    async with order.session(order.roots(), repair=not order.dry) as (session, repaired):
        for text in repaired:
            narrator.line(text)
        run = None
        for line in lines:
            try:
                choices = await _choices(session, line)
                if order.dry:
                    for plan in await session.plan_group(choices):
                        reporter.planned(plan)
                    continue
                if run is None:
                    run = await session.start_run()
                for plan, decision in await session.decide_group(choices, narrator, run):
                    reporter.decided(plan, decision)
            except ActionRefused as error:
                refused += 1
                narrator.error(error)
                first, *others = line.all_paths
                waits = isinstance(error, PersonNeeded)
                reporter.refused(_WHY, (first, others[0]), error, waits)
    return 1 if refused else 0


async def _choices(session: Session, line: _Line) -> list[Choice]:
    known = await session.catalog.call(known_at, line.all_paths, ())
    found = await session.assets(each.asset_id for each in known)
    present = {os.fspath(asset.path): asset for asset in found}
    for path in line.all_paths:
        if path not in present:
            raise AssetGone(path, "it is not in the library", "scan again, or mend the line")
    return pairwise(_group(line, present))


def _group(line: _Line, present: Mapping[str, Asset]) -> GroupChoice:
    roles = {role: tuple(present[path].id for path in paths) for role, paths in line.paths.items()}
    return GroupChoice(
        line.words.get("why", _WHY),
        **roles,
        merge=line.words.get("merge"),
        settled=tuple(
            (field, tuple(value) if isinstance(value, list) else value)
            for field, value in line.words.get("settled", {}).items()
        ),
        set_name=line.words.get("set"),
        leave_companions=line.words.get("leave_companions", False),
        seen=tuple((asset.id, asset.digest) for asset in present.values()),
    )


_FORM = 'write {"keep": ["a.jpg"], "trash": ["b.jpg", "c.jpg"]}'


def _read(found: Any) -> Iterator[_Line]:
    if not isinstance(found, dict):
        raise TypeError("this says nothing of a group")
    unknown = found.keys() - {*_ROLES, *_WORDS}
    if unknown:
        raise ValueError(f"there is no {sorted(unknown)[0]!r} to say")
    paths = {role: tuple(_paths(found[role])) for role in _ROLES if role in found}
    named = [path for each in paths.values() for path in each]
    if len(named) < 2 or len(set(named)) < len(named):
        raise ValueError("a group has two files or more, and one thing is said of each")
    words = {name: found[name] for name in _WORDS if name in found}
    for name, word in words.items():
        if not isinstance(word, _WORDS[name]):
            raise TypeError(f"{name} cannot be {word!r}")
    yield _Line(paths, words)


def _paths(found: Any) -> Iterator[str]:
    for path in [found] if isinstance(found, str) else found:
        # What is no path at all is a mistake of the file, and raises one of `ValueError`.
        name = os.fsdecode(os.fsencode(path))
        yield str(Path(name)) if is_remote(name) else os.path.abspath(name)
