"""Decisions about a server's assets: a catalog, a server, and what a person does with them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from core.actions.grouping import pairwise
from core.actions.holdings import Holdings, Wishes
from core.actions.servers.carrying import ServerActions
from core.actions.servers.hold import Hold
from core.address import Address, id_of
from core.catalog import assets, history
from core.catalog.database import Catalog
from core.catalog.known import known_at
from core.libraries.immich.client import Client
from core.libraries.immich.library import ImmichLibrary
from core.libraries.immich.pictures import Pictures
from core.libraries.immich.server import connect
from core.matching.open_pairs import open_pairs
from core.model import (
    Asset,
    Choice,
    Decision,
    DecisionState,
    Distances,
    GroupChoice,
    Plan,
    RelationKind,
)
from core.settings import Secret
from core.workers.finder import Finder
from core.workers.servers import ServerScanner
from tests.core.desk import HerePool
from tests.immich.app import App
from tests.immich.running import Server, serving
from tests.immich.state import Asset as RemoteAsset
from tests.immich.state import State

T = TypeVar("T")


@dataclass
class Office:
    """A catalog beside a server."""

    server: Server
    catalog: Catalog
    folder: Path
    wishes: Wishes = field(default_factory=Wishes)
    patience: float = 5.0

    @classmethod
    @contextmanager
    def opened(cls, state: State, folder: Path) -> Iterator[Office]:
        """Beside a server with `state`, listed once."""
        catalog = Catalog.open(folder / "catalog.db")
        try:
            with serving(App(state)) as server:
                office = cls(server, catalog, folder)
                office.scan()
                yield office
        finally:
            catalog.close()

    @property
    def state(self) -> State:
        return self.server.state

    @property
    def root(self) -> Path:
        return Address.parse(self.server.address).root

    def with_actions(self, work: Callable[[ServerActions], Awaitable[T]]) -> T:
        """`work` in a fresh process, as far as a server can tell."""

        async def run() -> T:
            client = self._client()
            hold = Hold(self.catalog)
            try:
                server = await connect(client)
                holdings = Holdings([self.root], self.wishes)
                return await work(ServerActions(self.catalog, holdings, server, hold))
            finally:
                hold.close()
                await client.close()

        return asyncio.run(run())

    def _client(self) -> Client:
        address = Address.parse(self.server.address)
        return Client(address, Secret(self.server.key), patience=self.patience, first_pause=0.001)

    def scan(self, look: bool = False) -> None:
        """List what the server has, and `look` at it."""

        async def run() -> None:
            client = self._client()
            server = await connect(client)
            library = ImmichLibrary(server, Pictures(server, self.folder / "pictures"), False)
            scanner = ServerScanner(self.catalog, HerePool(), library, Finder(self.catalog, 4))
            try:
                await scanner.list_groups(lambda _: None)
                if look:
                    await scanner.look(lambda _: None)
            finally:
                await library.close()

        asyncio.run(run())

    def ask(self, function: Callable[..., T], *args: Any) -> T:
        return self.catalog.call_now(function, *args)

    # What is known

    def remote(self, name: str) -> RemoteAsset:
        """The asset called `name`, as the server has it."""
        return self.state.named(name)

    def path(self, name: str) -> Path:
        return Address.parse(self.server.address).asset(self.remote(name).id, name)

    def asset(self, name: str) -> Asset:
        """The asset called `name`, as the catalog has it."""
        (known,) = self.ask(known_at, [str(self.path(name))], [])
        (found,) = self.ask(assets.assets, [known.asset_id], [self.root])
        return found

    def is_known(self, name: str) -> bool:
        """Whether the catalog takes it for present."""
        known = self.ask(known_at, [str(self.path(name))], [])
        return any(each.state == assets.PRESENT for each in known)

    def pairs(self) -> list[tuple[str, str]]:
        """The open pairs by file name, each and all of them sorted."""
        found = []
        for ref in self.ask(open_pairs, [self.root], Distances(4)):
            two = self.ask(assets.assets, ref.key, [self.root])
            found.append(tuple(sorted(each.path.name for each in two)))
        return sorted((a, b) for a, b in found)

    def history(self) -> list[Decision]:
        return self.ask(history.latest, 1000)

    def states(self) -> list[DecisionState]:
        """Of the decisions, the latest first."""
        return [each.state for each in self.history()]

    def told(self) -> dict[str, Any]:
        """All that the server says, but for times and order: what undo has to bring back."""
        state = self.state
        return deepcopy(
            {
                each.id: (
                    each.favorite,
                    each.visibility,
                    each.group,
                    sorted(each.tags),
                    each.exif,
                    each.trashed is not None,
                    [state.stacks[each.stack].assets] if each.stack else [],
                    sorted(album.name for album in state.albums_of(each.id)),
                )
                for each in state.assets.values()
            }
        )

    # What is done

    def choice(self, keep: str, lose: str, **fields: Any) -> Choice:
        """A person prefers `keep`, unless `kind` says otherwise."""
        settings = {"kind": RelationKind.BETTER, "why": "it is sharper", **fields}
        return Choice(asset_a=self.asset(keep).id, asset_b=self.asset(lose).id, **settings)

    def plan(self, choices: Sequence[Choice]) -> list[Plan]:
        return self.with_actions(lambda actions: actions.plan(choices))

    def carry_out(self, choices: Sequence[Choice]) -> list[Decision]:
        done = self.with_actions(lambda actions: actions.carry_out(choices))
        return [decision for _, decision in done]

    def decide(self, keep: str, lose: str, **fields: Any) -> Decision:
        return self.carry_out([self.choice(keep, lose, **fields)])[0]

    def group(self, **said: Any) -> list[Choice]:
        """What a person says of a group; names instead of assets."""
        ids = {
            role: tuple(self.asset(name).id for name in said.pop(role))
            for role in ("keep", "trash", "stack", "alternates", "unrelated")
            if role in said
        }
        return pairwise(GroupChoice(why="it is sharper", **ids, **said))

    def decide_group(self, **said: Any) -> list[Decision]:
        return self.carry_out(self.group(**said))

    def undo(self, decision: Decision, leave_edited: bool = False) -> list[Decision]:
        return self.with_actions(lambda actions: actions.undo(decision, leave_edited))

    def recover(self) -> list[str]:
        return self.with_actions(lambda actions: actions.recover())

    def asked(self) -> list[tuple[str, str]]:
        """The requests so far that were to change something."""
        return [
            (each.method, each.path)
            for each in self.server.app.seen
            if each.method != "GET" and not each.path.startswith("/search")
        ]


__all__ = ["Office", "id_of"]
