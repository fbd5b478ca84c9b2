"""A rule tried before it is saved: what it would do, what not, and why."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from core.model import Distances, Fate, PairKind, RelationKind
from core.rules.parse import parse_one, parse_pair
from core.rules.rule import Action, Rule, Search
from core.workers.claims import Standing
from core.workers.events import Event, Progress
from core.workers.resolver import Resolver
from core.workers.rules import save_rules
from core.workers.session import Session, open_session
from core.workers.sieve import BESIDE_A_PERSON
from core.workers.trial import Trial
from tests import gallery
from tests.core.desk import snapshot

BETTER = Action(RelationKind.BETTER, b=Fate.TRASH)


def rule(*tests: str, search: Search | None = None) -> Rule:
    return Rule("tried", search or Search(), tuple(map(parse_pair, tests)), BETTER, audit=0)


@pytest.fixture
async def session(library: Path, tmp_path: Path) -> AsyncIterator[Session]:
    """A photo with a copy, a smaller one and one that is smaller still."""
    photo = gallery.exact_copy(gallery.photo("coffee"), library / "large.jpg", modified=1)
    gallery.exact_copy(photo, library / "copy.jpg", modified=2)
    gallery.resized(photo, library / "middle.jpg", factor=0.7)
    gallery.resized(photo, library / "small.jpg", factor=0.5)
    async with open_session(tmp_path / "c.db", [library], Distances(4), 1) as (session, _):
        await session.scan(lambda _: None)
        yield session


async def tried(session: Session, rule: Rule, before: Rule | None = None, **more: int) -> Trial:
    trial = Trial(session, rule, before, pace=BESIDE_A_PERSON, **more)
    await trial.run()
    return trial


def names(trial: Trial, rows: str) -> list[tuple[str, str]]:
    return sorted((row.a.path.name, row.b.path.name) for row in getattr(trial, rows))


async def test_it_says_what_it_would_do_and_does_nothing(session: Session, library: Path) -> None:
    before = snapshot(library)
    trial = await tried(session, rule("A pixels > B pixels"))
    assert names(trial, "acts") == [
        ("large.jpg", "middle.jpg"),
        ("large.jpg", "small.jpg"),
        ("middle.jpg", "small.jpg"),
    ]
    counts = trial.counts
    assert (counts.pairs, counts.tested, counts.acts, counts.done) == (4, 4, 3, True)
    # Of what loses to two of them the bytes go once.
    gone = sum({row.b.id: row.b.facts.size for row in trial.acts}.values())
    assert counts.freed == gone
    assert all(row.choice is not None and row.why for row in trial.acts)
    assert snapshot(library) == before


async def test_what_it_would_not_do_is_told_with_its_reason(session: Session) -> None:
    trial = await tried(session, rule("A pixels > 2 x B pixels"))
    (other,) = [row for row in trial.others if row.ref.kind is PairKind.EXACT]
    assert other.standing is Standing.FAILED
    assert '"A pixels > 2 x B pixels" fails' in other.why
    assert trial.counts.failures == {"A pixels > 2 x B pixels": 2}


async def test_pairs_of_other_kinds_are_left_out_without_a_look(session: Session) -> None:
    copies = rule("A modified < B modified", search=Search(kinds=(PairKind.EXACT,)))
    counts = (await tried(session, copies)).counts
    assert (counts.pairs, counts.meant, counts.matched, counts.acts) == (4, 1, 1, 1)
    narrow = rule("A pixels > B pixels", search=Search(parse_one("width < 10")))
    counts = (await tried(session, narrow)).counts
    assert (counts.meant, counts.matched, counts.acts) == (4, 0, 0)


async def test_an_edit_tells_what_it_changes(session: Session) -> None:
    before = rule("A pixels > B pixels")
    trial = await tried(session, rule("A pixels > 2 x B pixels"), before)
    assert (trial.counts.newly, trial.counts.no_longer) == (0, 1)
    assert names(trial, "no_longer") == [("middle.jpg", "small.jpg")]
    back = await tried(session, before, rule("A pixels > 2 x B pixels"))
    assert (back.counts.newly, names(back, "newly")) == (1, [("middle.jpg", "small.jpg")])


async def test_what_was_denied_is_not_done(session: Session) -> None:
    tested = rule("A pixels > B pixels")
    await save_rules(session.catalog, [tested])
    resolver = Resolver(session, [tested])
    await resolver.refresh()
    await resolver.deny((await resolver.proposals())[:1])
    trial = await tried(session, replace(tested, note="edited"))
    assert (trial.counts.acts, trial.counts.counts[Standing.DENIED]) == (2, 1)
    assert "it was denied" in [row.why for row in trial.others]


async def test_lists_are_cut_off_and_counts_are_not(session: Session) -> None:
    trial = await tried(session, rule("A pixels > B pixels"), rows=1)
    assert (len(trial.acts), trial.counts.acts) == (1, 3)


async def test_it_is_told_how_far_it_is(session: Session) -> None:
    heard: list[Event] = []
    trial = Trial(session, rule("A pixels > B pixels"))
    await trial.run(heard.append)
    last = heard[-1]
    assert isinstance(last, Progress)
    assert (last.done, last.total) == (4, 4)


def test_what_is_known_so_far_is_counted_up() -> None:
    from core.workers.findings import TrialCounts

    counts = TrialCounts(1000, 800, 200, {Standing.READY: 50}, {}, 0, 0, 0, done=False)
    assert counts.estimated(counts.acts) == 200
    assert replace(counts, done=True).estimated(50) == 50
