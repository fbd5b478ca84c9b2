"""Rules at work on real files, with real workers."""

from __future__ import annotations

import asyncio
import gc
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from core.actions.holdings import Wishes
from core.catalog import history, relations, rulebook
from core.catalog.schema import Pair
from core.model import Choice, Distances, Fate, RelationKind
from core.rules.parse import parse
from core.rules.rule import Action, Mode, Rule, Search
from core.workers.claims import Standing
from core.workers.events import Acted, Event, LeftAlone, Planned
from core.workers.resolver import Resolver
from core.workers.session import Session, open_session
from tests import gallery
from tests.core.desk import snapshot, trashed
from tests.core.headless import Headless


def rule(name: str, *tests: str, **more: object) -> Rule:
    """An automatic rule: A is better where all `tests` hold."""
    made = Rule(
        name,
        Search(),
        tuple(parse(text) for text in tests),
        Action(RelationKind.BETTER, b=Fate.TRASH),
        mode=Mode.AUTOMATIC,
        audit=0,
    )
    return replace(made, **more)  # type: ignore[arg-type]


LARGER = rule("larger", "A pixels > B pixels", "verdict at least almost certain")
OLDER = rule("older", "the bytes are equal", "A modified < B modified")


@dataclass
class Bench:
    """A session on a library, and what rules said to it."""

    session: Session
    heard: list[Event] = field(default_factory=list)

    async def work(self, *rules: Rule, dry: bool = False) -> Resolver:
        """Have `rules` do all they can."""
        self.heard.clear()
        resolver = Resolver(self.session, rules)
        await resolver.refresh()
        await resolver.work(self.heard.append, dry)
        return resolver

    @property
    def acted(self) -> list[tuple[str, str]]:
        """(A, B) by file name of what was done."""
        return [
            (each.plan.keeper.path.name, each.plan.other.path.name)
            for each in self.heard
            if isinstance(each, Acted | Planned)
        ]

    @property
    def left_alone(self) -> list[tuple[str, str]]:
        """(B, cause) of what was not."""
        return [
            (each.b.path.name, each.error.cause)
            for each in self.heard
            if isinstance(each, LeftAlone)
        ]


@asynccontextmanager
async def opened(library: Path, database: Path) -> AsyncIterator[Bench]:
    async with open_session(database, [library], Distances(4), 2) as (session, _):
        await session.scan(lambda _: None)
        yield Bench(session)


@pytest.fixture
def files(library: Path) -> list[Path]:
    """A photo, a copy of it, and two smaller ones."""
    photo = gallery.exact_copy(gallery.photo("coffee"), library / "large.jpg", modified=1)
    return [
        photo,
        gallery.exact_copy(photo, library / "copy.jpg", modified=2),
        gallery.resized(photo, library / "middle.jpg", factor=0.7),
        gallery.resized(photo, library / "small.jpg", factor=0.5),
    ]


@pytest.fixture
async def bench(library: Path, files: Sequence[Path], tmp_path: Path) -> AsyncIterator[Bench]:
    async with opened(library, tmp_path / "catalog.db") as bench:
        yield bench


async def test_each_goes_in_favour_of_what_it_was_compared_with(
    bench: Bench, library: Path
) -> None:
    resolver = await bench.work(OLDER, LARGER)
    assert sorted(bench.acted) == [
        ("large.jpg", "copy.jpg"),
        ("large.jpg", "middle.jpg"),
        ("large.jpg", "small.jpg"),
    ]
    assert trashed(library) == ["copy.jpg", "middle.jpg", "small.jpg"]
    assert await bench.session.open_pairs() == []
    assert resolver.run is not None


async def test_a_dry_run_says_the_same_and_does_nothing(bench: Bench, library: Path) -> None:
    before = snapshot(library)
    await bench.work(OLDER, LARGER, dry=True)
    planned = bench.acted
    assert snapshot(library) == before
    assert await bench.session.catalog.call(history.latest, 1000) == []
    await bench.work(OLDER, LARGER)
    assert bench.acted == planned


async def test_a_dry_run_looks_at_what_would_be_left(bench: Bench, library: Path) -> None:
    """Of three copies the middle one is preferred, so two steps are needed."""
    gallery.exact_copy(library / "large.jpg", library / "later.jpg", modified=3)
    await bench.session.scan(lambda _: None)
    preferred = rule("named", "the bytes are equal", "A name matches copy.*")
    await bench.work(preferred, dry=True)
    assert sorted(bench.acted) == [("copy.jpg", "large.jpg"), ("copy.jpg", "later.jpg")]


async def test_a_semi_automatic_rule_waits_and_does_what_is_approved(
    bench: Bench, library: Path
) -> None:
    resolver = await bench.work(replace(LARGER, mode=Mode.SEMI))
    assert bench.acted == []
    proposals = await resolver.proposals()
    assert {(each.a.path.name, each.b.path.name) for each in proposals} == {
        ("large.jpg", "middle.jpg"),
        ("large.jpg", "small.jpg"),
        ("middle.jpg", "small.jpg"),
    }
    first = proposals[0]
    _, decision = await resolver.approve(first, bench.heard.append)
    assert (decision.choice.rule, decision.choice.approved) == ("larger", True)
    assert trashed(library) == [first.b.path.name]


async def test_what_was_denied_is_never_proposed_again(
    library: Path, files: Sequence[Path], tmp_path: Path
) -> None:
    semi = replace(LARGER, mode=Mode.SEMI)
    async with opened(library, tmp_path / "catalog.db") as bench:
        resolver = await bench.work(semi)
        proposals = await resolver.proposals()
        await resolver.deny(proposals[:1])
        assert await resolver.proposals() == proposals[1:]
    async with opened(library, tmp_path / "catalog.db") as bench:
        changed = replace(semi, note="edited since", mode=Mode.AUTOMATIC)
        resolver = Resolver(bench.session, [changed])
        await resolver.refresh()
        assert [each.id for each in await resolver.proposals()] == [
            each.id for each in proposals[1:]
        ]
        counts = resolver.standings.counts(0)
        assert counts[Standing.DENIED] == 1


async def test_the_first_rule_in_order_has_the_pair(bench: Bench) -> None:
    alternates = rule("keep all", "A pixels != B pixels", action=Action(RelationKind.ALTERNATES))
    resolver = await bench.work(alternates, LARGER, dry=True)
    assert set(resolver.standings.counts(1)) <= {
        Standing.OVERRULED,
        Standing.NO_MATCH,
        Standing.FAILED,
    }
    assert all(isinstance(each, Planned) for each in bench.heard if hasattr(each, "plan"))
    assert bench.acted
    assert {each.plan.choice.rule for each in bench.heard if isinstance(each, Planned)} == {
        "keep all"
    }


async def test_rules_that_say_the_opposite_do_nothing(bench: Bench, library: Path) -> None:
    before = snapshot(library)
    smaller = rule("smaller", "A size < B size", "A pixels < B pixels")
    resolver = await bench.work(smaller, rule("larger files", "A size > B size"))
    assert bench.acted == []
    assert snapshot(library) == before
    for number in range(2):
        assert resolver.standings.counts(number)[Standing.CONTRADICTED] == 3


async def test_no_verdict_is_asked_for_where_a_cheaper_test_fails(bench: Bench) -> None:
    never = rule("never", "verdict at least very probable", "A width > 2 x B width")
    resolver = await bench.work(never)
    assert await bench.session.told_verdicts() == {}
    assert Standing.UNKNOWN not in resolver.standings.counts(0)


async def test_a_verdict_serves_all_rules_and_all_runs(bench: Bench) -> None:
    await bench.work(replace(LARGER, mode=Mode.SEMI), dry=True)
    told = await bench.session.told_verdicts()
    assert len(told) == 3
    other = rule("other", "A size > B size", "verdict at least very probable", mode=Mode.SEMI)
    resolver = Resolver(bench.session, [other])
    await resolver.refresh()
    assert resolver.standings.counts(0)[Standing.READY] == 3


async def test_no_more_is_compared_than_may_wait(bench: Bench) -> None:
    resolver = await bench.work(replace(LARGER, mode=Mode.SEMI, waiting_at_most=1))
    counts = resolver.standings.counts(0)
    assert (counts[Standing.READY], counts[Standing.UNKNOWN]) == (1, 2)
    assert len(await bench.session.told_verdicts()) == 1


async def test_no_more_is_done_than_the_rule_may(bench: Bench, library: Path) -> None:
    await bench.work(replace(LARGER, acts_at_most_per_run=1))
    assert len(trashed(library)) == 1
    assert any("which is its most" in cause for _, cause in bench.left_alone)
    await bench.work(replace(LARGER, acts_at_most_per_day=1))
    assert len(trashed(library)) == 1
    assert any("in a day" in cause for _, cause in bench.left_alone)


async def test_a_sample_is_held_back_for_a_person(bench: Bench, library: Path) -> None:
    resolver = await bench.work(replace(LARGER, audit=1))
    assert trashed(library) == []
    assert {cause for _, cause in bench.left_alone} == {
        "one in 1 is held back for you to check the rule by"
    }
    assert len(await resolver.proposals()) == 3


async def test_what_was_taken_back_waits_for_a_person(bench: Bench, library: Path) -> None:
    await bench.work(OLDER)
    (decision,) = await bench.session.catalog.call(history.latest, 1000)
    await bench.session.undo(decision)
    await bench.work(OLDER)
    assert trashed(library) == []
    assert bench.left_alone == [
        ("copy.jpg", "what the rule did with it was taken back before, or denied")
    ]


async def test_a_relation_that_was_ended_is_not_made_again_by_its_rule(bench: Bench) -> None:
    alternates = rule("keep all", "A pixels > B pixels", action=Action(RelationKind.ALTERNATES))
    await bench.work(alternates)
    (first, *_) = reversed(await bench.session.catalog.call(history.latest, 10))
    assert await bench.session.catalog.call(relations.dissolve, first.id)
    names = first.path_a.name, first.path_b.name
    await bench.work(alternates)
    cause = "what the rule did with it was taken back before, or denied"
    assert bench.left_alone == [(names[1], cause)]


async def test_what_is_taken_back_while_the_rules_work_is_not_done_again(
    bench: Bench, library: Path
) -> None:
    resolver = await bench.work(OLDER)
    (decision,) = await bench.session.catalog.call(history.latest, 1000)
    await bench.session.undo(decision)
    await resolver.refresh()
    await resolver.work(bench.heard.append)
    assert trashed(library) == []


async def test_rules_in_a_circle_do_nothing(bench: Bench, library: Path) -> None:
    (library / "copy.jpg").unlink()
    await bench.session.scan(lambda _: None)
    names = ["large.jpg", "middle.jpg", "small.jpg"]
    circle = [
        rule(f"{a} before {b}", f"A name matches {a}", f"B name matches {b}")
        for a, b in zip(names, names[1:] + names[:1], strict=True)
    ]
    await bench.work(*circle)
    assert bench.acted == []
    assert trashed(library) == []
    assert [cause for _, cause in bench.left_alone] == [
        "by the rules each of these files is better than the next, round in a circle"
    ] * 3


async def test_a_file_that_changed_is_left_alone_and_the_rest_goes_on(
    bench: Bench, library: Path
) -> None:
    resolver = Resolver(bench.session, [OLDER, LARGER])
    await resolver.refresh()
    middle = library / "middle.jpg"
    middle.write_bytes(middle.read_bytes() + b"more")
    await resolver.work(bench.heard.append)
    assert "middle.jpg" not in trashed(library)
    assert "small.jpg" in trashed(library)


async def test_what_another_run_has_settled_is_no_longer_asked_for(
    bench: Bench, library: Path, tmp_path: Path
) -> None:
    resolver = Resolver(bench.session, (OLDER, LARGER))
    await resolver.refresh()
    async with opened(library, tmp_path / "catalog.db") as other:
        await other.work(OLDER, LARGER)
    settled = trashed(library)
    await resolver.work(bench.heard.append)
    assert (bench.acted, bench.left_alone) == ([], [])
    assert resolver.standings.count_ready() == 0
    assert trashed(library) == settled == ["copy.jpg", "middle.jpg", "small.jpg"]


async def test_a_picture_that_cannot_be_compared_stops_nothing(bench: Bench, library: Path) -> None:
    resolver = Resolver(bench.session, [LARGER])
    await resolver.refresh()
    (library / "middle.jpg").write_bytes(b"no picture any more")
    await resolver.work(bench.heard.append)
    assert trashed(library) == ["small.jpg"]
    counts = resolver.standings.counts(0)
    assert counts[Standing.NO_VERDICT] >= 1


async def test_a_paused_rule_does_nothing(bench: Bench, library: Path) -> None:
    resolver = await bench.work(replace(OLDER, paused=True))
    assert resolver.rules == []
    assert trashed(library) == []


async def test_a_protected_folder_loses_nothing(
    library: Path, files: Sequence[Path], tmp_path: Path
) -> None:
    async with open_session(
        tmp_path / "catalog.db", [library], Distances(4), 2, wishes=Wishes([library])
    ) as (session, _):
        await session.scan(lambda _: None)
        bench = Bench(session)
        await bench.work(OLDER)
        assert trashed(library) == []
        assert bench.left_alone == [("copy.jpg", f"{library} is protected")]


async def test_what_follows_from_a_decision_is_known_without_looking_at_everything(
    bench: Bench, library: Path
) -> None:
    (library / "copy.jpg").unlink()
    gallery.resized(library / "large.jpg", library / "tiny.jpg", factor=0.3)
    await bench.session.scan(lambda _: None)
    refs = await bench.session.open_pairs()
    found = await bench.session.assets({asset_id for ref in refs for asset_id in ref.key})
    ids = {each.path.name: each.id for each in found}
    resolver = Resolver(bench.session, [LARGER])
    await resolver.refresh()
    assert len(resolver.standings.pairs) == 6

    async def as_if_new() -> bool:
        fresh = Resolver(bench.session, [LARGER])
        await fresh.refresh()
        return set(resolver.standings.pairs) == set(fresh.standings.pairs)

    decisions = []
    for kind, a, b in (
        (RelationKind.ALTERNATES, "large.jpg", "middle.jpg"),
        (RelationKind.ALTERNATES, "small.jpg", "tiny.jpg"),
        # And so the middle and the tiny one.
        (RelationKind.NOT_RELATED, "large.jpg", "small.jpg"),
    ):
        choice = Choice(kind, ids[a], ids[b], "it is", fate=Fate.KEEP)
        decisions.append((await bench.session.decide(choice, lambda _: None))[1])
        await resolver.refresh(changed={ids[a], ids[b]})
        assert await as_if_new()
    assert resolver.standings.pairs == []
    for decision in reversed(decisions):
        await bench.session.undo(decision)
        await resolver.refresh(changed={decision.choice.asset_a, decision.choice.asset_b})
        assert await as_if_new()
    assert len(resolver.standings.pairs) == 6


@pytest.fixture
async def chain(bench: Bench, library: Path) -> Bench:
    """As if the search had found neither the large nor the small one near each other, but both
    near the middle one."""
    (library / "copy.jpg").unlink()
    await bench.session.scan(lambda _: None)
    refs = await bench.session.open_pairs()
    found = await bench.session.assets({asset_id for ref in refs for asset_id in ref.key})
    contents = {each.path.name: each.content_id for each in found}
    low, high = sorted((contents["large.jpg"], contents["small.jpg"]))
    met = Pair.delete().where(Pair.content_a == low, Pair.content_b == high)
    await bench.session.catalog.call(met.execute)
    return bench


async def test_a_dry_run_says_what_follows_from_what_it_would_do(chain: Bench) -> None:
    await chain.work(LARGER, dry=True)
    planned = chain.acted
    assert planned == [("large.jpg", "middle.jpg"), ("large.jpg", "small.jpg")]
    await chain.work(LARGER)
    assert chain.acted == planned


async def test_what_only_stands_near_another_goes_by_a_verdict_alone(
    chain: Bench, library: Path
) -> None:
    await chain.work(rule("larger", "A pixels > B pixels"))
    assert trashed(library) == ["middle.jpg"]
    assert chain.left_alone == [
        (
            "small.jpg",
            "one of the two stands for another picture, and they were never compared",
        )
    ]


async def test_what_is_known_is_not_tested_again_for_other_rules(bench: Bench) -> None:
    semi = replace(LARGER, mode=Mode.SEMI)
    resolver = await bench.work(semi)
    assert resolver.standings.counts(0)[Standing.READY] == 3
    renamed = replace(semi, name="renamed", waiting_at_most=7)
    await resolver.change_rules([OLDER, renamed])
    older, larger = map(resolver.standings.counts, range(2))
    assert set(older) == {Standing.UNTESTED}
    assert larger[Standing.READY] == 3
    await resolver.refresh(changed=frozenset())
    assert Standing.UNTESTED not in resolver.standings.counts(0)
    assert {each.rule.name for each in await resolver.proposals()} == {"older", "renamed"}


async def test_a_copy_of_a_rule_was_denied_nothing(bench: Bench) -> None:
    semi = replace(LARGER, mode=Mode.SEMI)
    resolver = await bench.work(semi)
    await resolver.deny((await resolver.proposals())[:1])
    await resolver.change_rules([replace(semi, name="twin"), semi])
    twin, original = map(resolver.standings.counts, range(2))
    assert Standing.DENIED not in twin
    assert original[Standing.DENIED] == 1


async def test_a_denied_pair_stays_denied_when_it_is_looked_at_again(bench: Bench) -> None:
    semi = replace(LARGER, mode=Mode.SEMI)
    resolver = await bench.work(semi)
    denied, *others = await resolver.proposals()
    await resolver.deny([denied])
    # Somebody has looked at the pair in the review, and gone on.
    await resolver.refresh(changed={denied.a.id, denied.b.id})
    assert {each.id for each in await resolver.proposals()} == {each.id for each in others}
    counts = resolver.standings.counts(0)
    assert counts[Standing.DENIED] == 1
    assert counts.get(Standing.UNTESTED, 0) == 0


async def test_who_halts_the_rules_has_them_do_nothing_more(bench: Bench, library: Path) -> None:
    resolver = Resolver(bench.session, [OLDER, LARGER])
    await resolver.refresh()

    def once(event: Event) -> None:
        bench.heard.append(event)
        if isinstance(event, Acted):
            resolver.halt()

    await resolver.work(once)
    assert len(bench.acted) == len(trashed(library)) == 1
    resolver.go_on()
    await resolver.work(bench.heard.append)
    assert trashed(library) == ["copy.jpg", "middle.jpg", "small.jpg"]


async def test_what_is_denied_while_rules_change_stays_denied(bench: Bench) -> None:
    semi = replace(LARGER, mode=Mode.SEMI)
    resolver = await bench.work(semi)
    denied, *others = await resolver.proposals()
    first = rule("before it", "A size > 2 x B size", mode=Mode.SEMI)
    await asyncio.gather(resolver.change_rules([first, semi]), resolver.deny([denied]))
    await resolver.refresh(changed=frozenset())
    assert resolver.standings.counts(1)[Standing.DENIED] == 1
    ready = {(each.rule.name, each.id) for each in await resolver.proposals()}
    assert (denied.rule.name, denied.id) not in ready
    assert len(others) == 2


async def test_what_another_process_decides_is_open_no_longer(
    bench: Bench, betterhalf: Headless, library: Path, tmp_path: Path
) -> None:
    resolver = await bench.work(replace(LARGER, mode=Mode.SEMI))
    one, *others = await resolver.proposals()
    lines = tmp_path / "lines.jsonl"
    lines.write_text(json.dumps({"keep": [str(one.a.path)], "alternates": [str(one.b.path)]}))
    done = await asyncio.to_thread(betterhalf, "--decide", lines, library)
    assert done.code == 0
    await resolver.refresh(changed={one.a.id, one.b.id})
    assert one.id not in {each.id for each in await resolver.proposals()}
    assert others


async def test_rules_that_are_others_by_now_act_no_more(bench: Bench) -> None:
    """Somebody edited them in another process, after the first of several acts."""

    async def still_hold() -> bool:
        return not bench.acted

    resolver = Resolver(bench.session, [OLDER, LARGER], still_hold=still_hold)
    await resolver.refresh()
    await resolver.work(bench.heard.append)
    assert len(bench.acted) == 1
    assert resolver.is_halted
    # By the same rules there was more to do.
    await bench.work(OLDER, LARGER)
    assert len(bench.acted) == 2


async def test_what_is_halted_while_it_looks_ends_without_a_sound(bench: Bench) -> None:
    """Python writes to the terminal of what ended with an error that nobody heard of."""
    heard: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: heard.append(context))
    resolver = Resolver(bench.session, [LARGER])
    await resolver.refresh()
    working = asyncio.create_task(resolver.work(bench.heard.append))
    while not bench.session._verdicts._judging:
        await asyncio.sleep(0)
    resolver.halt()
    await working
    gc.collect()
    await asyncio.sleep(0)
    assert heard == []


async def test_a_no_that_another_process_has_heard_holds_at_once(
    bench: Bench, library: Path
) -> None:
    waiting = await (await bench.work(replace(LARGER, mode=Mode.SEMI))).proposals()
    all_of_it = [rulebook.identity(each.a, each.b) for each in waiting]
    resolver = Resolver(bench.session, [LARGER])
    await resolver.refresh()

    def at_work(event: Event) -> None:
        if isinstance(event, Acted):
            bench.session.catalog.call_now(rulebook.deny, LARGER.name, all_of_it)

    await resolver.work(at_work)
    assert len(waiting) > 1
    assert len(trashed(library)) == 1


async def test_what_is_approved_is_proposed_no_longer(bench: Bench) -> None:
    semi = replace(LARGER, mode=Mode.SEMI)
    resolver = await bench.work(semi)
    waiting = await resolver.proposals()
    (one, *_) = [each for each in waiting if each.b.path.name == "small.jpg"]
    await resolver.approve(one, bench.heard.append)
    assert {each.id for each in await resolver.proposals()} == {
        each.id for each in waiting if one.b.id not in (each.a.id, each.b.id)
    }
    (undone,) = await bench.session.undo((await bench.session.catalog.call(history.latest, 1))[0])
    await resolver.refresh(changed={undone.choice.asset_a, undone.choice.asset_b})
    await resolver.work(bench.heard.append)
    assert {each.id for each in await resolver.proposals()} == {each.id for each in waiting}
