"""The core on one desk: catalog, scan and actions without worker processes, for fast tests."""

from __future__ import annotations

import asyncio
import hashlib
import os
import stat
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from core.actions.carrying import carry_out, plan_choices
from core.actions.grouping import pairwise
from core.actions.holdings import Holdings, Wishes
from core.actions.undo import undo
from core.catalog import assets, history
from core.catalog.database import Catalog
from core.catalog.known import known_at
from core.matching import open_pairs
from core.metadata.policies import Merging
from core.model import (
    Asset,
    ByFolder,
    Choice,
    Decision,
    Distances,
    Fate,
    GroupChoice,
    KnownFile,
    PairKind,
    Plan,
    RelationKind,
    Writing,
)
from core.workers.events import Event, Listener
from core.workers.finder import Finder
from core.workers.pool import WorkerPool
from core.workers.scan import Scanner, ScanResult

P = ParamSpec("P")
T = TypeVar("T")


class HerePool(WorkerPool):
    """Runs the very functions of the workers, in this process."""

    def __init__(self) -> None:
        super().__init__(1)

    async def run(
        self,
        function: Callable[Concatenate[str, P], T],
        path: str,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        return function(path, *args, **kwargs)


class Desk:
    """A catalog with some libraries, and what a person does with them."""

    def __init__(self, database: Path, roots: Sequence[Path], distance: int = 4) -> None:
        self.catalog = Catalog.open(database)
        self.roots = list(roots)
        self.distance = distance
        self.protected: list[Path] = []
        self.merging = Merging()
        self.losers = ByFolder(Fate.TRASH)
        self.writing = ByFolder(Writing.SIDECAR)
        self.events: list[Event] = []

    def __enter__(self) -> Desk:
        return self

    def __exit__(self, *_: object) -> None:
        self.catalog.close()

    def scan(self, meanwhile: Listener = lambda _: None) -> ScanResult:
        """Bring the catalog up to date; what it says is in `events`, and goes to `meanwhile`."""
        self.events.clear()

        def listen(event: Event) -> None:
            self.events.append(event)
            meanwhile(event)

        scanner = Scanner(self.catalog, HerePool(), self.roots, Finder(self.catalog, self.distance))
        return asyncio.run(scanner.scan(listen))

    def ask(self, function: Callable[..., T], *args: Any) -> T:
        return self.catalog.call_now(function, *args)

    def known(self, path: Path) -> KnownFile:
        """What the catalog has at `path`."""
        (found,) = self.ask(known_at, [os.fspath(path)], [])
        return found

    def asset(self, path: Path) -> Asset:
        """The present asset at `path`."""
        (found,) = self.ask(assets.assets, [self.known(path).asset_id])
        return found

    def choice(self, keep: Path, lose: Path, **fields: Any) -> Choice:
        """A person prefers `keep`, unless `kind` says otherwise."""
        settings = {"kind": RelationKind.BETTER, "why": "it is sharper", **fields}
        return Choice(asset_a=self.asset(keep).id, asset_b=self.asset(lose).id, **settings)

    @property
    def holdings(self) -> Holdings:
        wishes = Wishes(self.protected, self.merging, self.losers, self.writing)
        return Holdings(self.roots, wishes)

    def plan(self, choice: Choice) -> Plan:
        return plan_choices(self.catalog, [choice], self.holdings)[0]

    def decide(self, keep: Path, lose: Path, **fields: Any) -> Decision:
        return self.carry_out(self.choice(keep, lose, **fields))

    def carry_out(self, choice: Choice, run: int | None = None) -> Decision:
        return self.carry_out_group([choice], run)[0]

    def carry_out_group(self, choices: Sequence[Choice], run: int | None = None) -> list[Decision]:
        done = carry_out(self.catalog, choices, self.holdings, run)
        return [decision for _, decision in done]

    def decide_group(self, **said: Any) -> list[Decision]:
        """What a person says of a group; files instead of assets."""
        ids = {
            name: tuple(self.asset(path).id for path in said.pop(name))
            for name in ("keep", "trash", "stack", "alternates", "unrelated")
            if name in said
        }
        group = GroupChoice(why="it is sharper", **ids, **said)
        return self.carry_out_group(pairwise(group))

    def undo(self, decision: Decision, leave_edited: bool = False) -> None:
        undo(self.catalog, decision, leave_edited)

    def decision(self, decision_id: int) -> Decision:
        (found,) = self.ask(history.decisions, [decision_id])
        return found

    def history(self) -> list[Decision]:
        return self.ask(history.latest, 1000)

    def pairs(self) -> list[tuple[str, str, PairKind]]:
        """The open pairs by file name."""
        found = []
        for ref in self.ask(open_pairs.open_pairs, self.roots, Distances(self.distance)):
            by_id = {each.id: each.path.name for each in self.ask(assets.assets, ref.key)}
            found.append((by_id[ref.asset_a], by_id[ref.asset_b], ref.kind))
        return found


def snapshot(folder: Path) -> dict[str, tuple[str, int]]:
    """Every file below `folder`, hidden ones too: its bytes (hashed) and modification time."""
    found = {}
    for path in folder.rglob("*"):
        status = path.lstat()
        if stat.S_ISREG(status.st_mode):
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            found[os.fspath(path.relative_to(folder))] = digest, status.st_mtime_ns
    return found


def trashed(folder: Path) -> list[str]:
    """What the trashes below `folder` hold, as paths of the library they came from."""
    found = []
    for path in folder.rglob(".betterhalf-trash/**/*"):
        if path.is_file():
            parts = path.relative_to(folder).parts
            at = parts.index(".betterhalf-trash")
            found.append(os.fspath(Path(*parts[:at], *parts[at + 2 :])))
    return sorted(found)
