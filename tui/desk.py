"""The screens' side of the services about rules: what `tui.services` promises."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial

from core.catalog import rulebook
from core.errors import ActionRefused, BetterhalfError, UnavailableError
from core.metadata.compare import PairView
from core.metadata.policies import Policy
from core.model import Choice, Decision, PairRef, Plan, Verdict
from core.rules.rule import Rule
from core.rules.templates import preferring, templates
from core.workers import rules as rulebook_services
from core.workers.background import RulesAtWork
from core.workers.events import Acted, Event, Progress, RulesEdited, ScanEnded
from core.workers.findings import Proposal, RuleSummary
from core.workers.session import Session
from core.workers.sieve import BESIDE_A_PERSON
from core.workers.summaries import Record, summarise
from core.workers.trial import Trial
from tui.known import Outlook
from tui.outlook import outlook
from tui.rule_changes import RuleChanges
from tui.services import Answered, Overview, Waiting
from tui.turns import Change, Turns

_SCANNING = ("listing", "reading", "comparing pixels")
"""Stages in which more pairs may come."""


class Desk(RuleChanges):
    """Answers the screens about rules."""

    PLOTTED = 30

    def __init__(
        self,
        session: Session,
        rules: RulesAtWork,
        pairs: Callable[[], Sequence[PairRef]],
        do: Callable[[Change], None],
        touched: Callable[[Iterable[int]], None],
    ) -> None:
        """`pairs` are those that are open; `do` has something done after all decisions before it;
        `touched` hears of assets that were decided about."""
        self._session = session
        self._pairs = pairs
        self._turns = Turns(do)
        self._touched = touched
        self.roots = session.roots
        super().__init__(session.catalog, rules)
        self._record: Record | None = None
        self._summaries: tuple[object, tuple[RuleSummary, ...]] = (None, ())
        """Of which version and rules they are, and the rules at a glance."""
        self.last_overview: Overview | None = None
        self.preferred: tuple[str, ...] = ()
        """Folders that new rules prefer, the best first."""
        self.scanning = True
        self.progress: Progress | None = None
        self._answers: list[tuple[str, Change]] = []
        self.edition = 0
        """Another one whenever something was decided or taken back, or rules were changed."""

    def heard(self, event: Event) -> None:
        """The workers have said something."""
        if isinstance(event, Acted | RulesEdited):
            self.decided()
        elif isinstance(event, ScanEnded):
            self.scanning = False
            self.progress = None
            self.decided()
        elif isinstance(event, Progress) and event.stage in _SCANNING:
            self.scanning = True
            self.progress = event

    def decided(self) -> None:
        """Something was decided, or taken back: ledgers are other than they were."""
        self._record = None
        self.edition += 1

    @property
    def usual(self) -> Policy | None:
        return _usual(self._session)

    @property
    def pairs(self) -> int:
        return len(self._pairs())

    # The list

    async def overview(self) -> Overview:
        saved = await rulebook_services.saved_rules(self._catalog)
        resolver = self._rules.resolver
        pairs, version = len(resolver.standings.pairs), (self.edition, resolver.standings.edition)
        if self._summaries[0] != (version, saved):
            summaries = await summarise(await self._recorded(), resolver, saved)
            self._summaries = (version, saved), tuple(summaries)
        found = Overview(self._summaries[1], self._rules.working, self.scanning, pairs)
        self.last_overview = found
        return found

    async def _recorded(self) -> Record:
        record, edition = self._record, self.edition
        if record is None:
            since = datetime.now(UTC) - timedelta(days=self.PLOTTED)
            record = await Record.read(self._catalog, since.date().isoformat())
            if edition == self.edition:
                # What was decided meanwhile has made it old.
                self._record = record
        return record

    @property
    def version(self) -> object:
        rules = self._rules
        standings = rules.resolver.standings
        return self.edition, standings.edition, rules.passes, rules.working, self.scanning

    def templates(self) -> Sequence[Rule]:
        folders = self.preferred
        return [preferring(each, folders) for each in templates()] if folders else templates()

    def look_again(self) -> None:
        self.edition += 1
        self._rules.look_again()

    # A rule that is being made

    def try_rule(self, rule: Rule, instead_of: Rule | None) -> Trial:
        return Trial(self._session, rule, instead_of, list(self._pairs()), BESIDE_A_PERSON)

    async def plan(self, choice: Choice) -> Plan:
        return await self._session.plan(choice)

    # What waits for approval

    async def waiting(self, rule: str, text: str) -> Waiting:
        resolver = self._rules.resolver
        names = [each.name for each in resolver.rules]
        standings = resolver.standings
        if rule and rule not in names:
            keys = []
        else:
            keys = standings.ready_keys(names.index(rule) if rule else None)
        counts = zip(names, standings.ready_counts(), strict=True)
        if text:
            entries = await self._session.entries({asset_id for key in keys for asset_id in key})
            wanted = text.casefold()
            named = {key for key, each in entries.items() if wanted in each.path.casefold()}
            keys = [key for key in keys if not named.isdisjoint(key)]
        return Waiting(keys, {name: count for name, count in counts if count})

    async def proposals(self, keys: Iterable[tuple[int, int]]) -> list[Proposal]:
        return await self._rules.resolver.proposals_for(keys)

    def refs(self, keys: Iterable[tuple[int, int]]) -> list[PairRef]:
        standings = self._rules.resolver.standings
        places = map(standings.place, keys)
        return [standings.pairs[place] for place in places if place is not None]

    async def approve(self, proposals: Sequence[Proposal]) -> Answered:
        resolver = self._rules.resolver
        course = resolver.settled_by(proposals)
        made: list[Decision] = []
        refused: list[tuple[Proposal, BetterhalfError]] = []

        async def one(proposal: Proposal) -> None:
            try:
                _, decision = await resolver.approve(proposal, lambda _: None)
            except ActionRefused as error:
                refused.append((proposal, error))
            else:
                made.append(decision)
            self._touched((proposal.a.id, proposal.b.id))

        for proposal in course:
            await self._turns.take(partial(one, proposal))
        if made:
            self._answers.append((_told(made), partial(self._undo, made)))
        return Answered(len(made), len(proposals) - len(course), tuple(refused))

    async def _undo(self, made: Sequence[Decision]) -> None:
        for decision in reversed(made):
            undone = await self._session.undo(decision)
            for each in undone:
                self._touched((each.choice.asset_a, each.choice.asset_b))

    async def deny(self, proposals: Sequence[Proposal]) -> Answered:
        if not proposals:
            return Answered(0)
        await self._rules.resolver.deny(proposals)
        pairs = [(each.rule.name, rulebook.identity(each.a, each.b)) for each in proposals]

        async def back() -> None:
            await self._catalog.call(rulebook.withdraw_pairs, pairs)
            self._edited()

        names = proposals[0].b.path.name if len(proposals) == 1 else f"{len(proposals):,} pairs"
        self._answers.append((f"{names} may be proposed again", back))
        self.decided()
        return Answered(len(proposals))

    async def undo_answer(self) -> str:
        if not self._answers:
            return ""
        said, back = self._answers.pop()
        try:
            await self._turns.take(back)
        except UnavailableError:
            # The catalog may be there the next time.
            self._answers.append((said, back))
            raise
        return said

    # Pairs

    async def view(self, ref: PairRef) -> PairView | None:
        return await self._session.view(ref)

    async def verdict(self, ref: PairRef) -> Verdict | None:
        return await self._session.verdict(ref)

    async def outlook(self, ref: PairRef) -> Outlook:
        return await outlook(self._session, self._rules, ref)


def _told(made: Sequence[Decision]) -> str:
    if len(made) > 1:
        return f"{len(made):,} choices are taken back"
    decision = made[0]
    if decision.moves:
        return f"{decision.path_b.name} is back in its place"
    return "the pair is open again"


def _usual(session: Session) -> Policy | None:
    """What becomes of metadata in all libraries, where it is the same."""
    merging = session.wishes.merging
    found = {merging.at(root) for root in session.roots} or {merging.usual}
    return found.pop() if len(found) == 1 else None
