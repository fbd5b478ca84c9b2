"""Rules beside a person, on real files."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from core.model import Distances, Fate, RelationKind
from core.rules.parse import parse
from core.rules.rule import Action, Mode, Rule, Search
from core.workers.background import RulesAtWork
from core.workers.events import Acted, Event, RulesWorked
from core.workers.rules import save_rules
from core.workers.session import Session, open_session
from tests import gallery

OLDER = Rule(
    "older",
    Search(),
    (parse("the bytes are equal"), parse("A modified < B modified")),
    Action(RelationKind.BETTER, b=Fate.TRASH),
    mode=Mode.AUTOMATIC,
    audit=0,
)


@asynccontextmanager
async def at_work(
    library: Path, database: Path
) -> AsyncIterator[tuple[Session, RulesAtWork, asyncio.Queue[Event]]]:
    """A library of two copies of one picture, with a rule that is about to work there."""
    photo = gallery.exact_copy(gallery.photo("coffee"), library / "first.jpg", modified=1)
    gallery.exact_copy(photo, library / "later.jpg", modified=2)
    async with open_session(database, [library], Distances(4), 1) as (session, _):
        await session.scan(lambda _: None)
        await save_rules(session.catalog, [OLDER])
        heard: asyncio.Queue[Event] = asyncio.Queue()
        rules = RulesAtWork(session, heard.put_nowait)
        running = asyncio.create_task(rules.run())
        yield session, rules, heard
        running.cancel()


async def until(heard: asyncio.Queue[Event], kind: type[Event]) -> list[Event]:
    """What is heard up to the next event of a kind."""
    found: list[Event] = []
    async with asyncio.timeout(30):
        while not found or not isinstance(found[-1], kind):
            found.append(await heard.get())
    return found


async def test_what_somebody_looks_at_is_done_when_they_have_gone(
    library: Path, tmp_path: Path
) -> None:
    async with at_work(library, tmp_path / "catalog.db") as (session, rules, heard):
        (pair,) = await session.open_pairs()
        rules.spare(frozenset(pair.key))
        rules.look_again()
        assert not [each for each in await until(heard, RulesWorked) if isinstance(each, Acted)]
        assert (library / "later.jpg").exists()
        rules.spare(frozenset())
        await until(heard, Acted)
        assert not (library / "later.jpg").exists()
