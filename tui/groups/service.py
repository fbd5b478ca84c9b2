"""What the group view asks of the core."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from functools import partial

from core.actions.grouping import pairwise
from core.errors import (
    ActionRefused,
    BetterhalfError,
    CompanionQuestion,
    Contradiction,
    MergeQuestion,
    UnavailableError,
)
from core.matching.potential import PotentialGroup, potential_groups
from core.model import GroupChoice, PairRef
from core.rules.survey import Proposal, Survey
from core.text import counted
from core.workers.background import RulesAtWork
from core.workers.deduplicating import Deduplication
from core.workers.events import Event
from core.workers.groups import known_group, verdict_of
from core.workers.session import Session
from tui.asking import Questions
from tui.display import PictureApp
from tui.groups.walk import GroupWalk
from tui.keymap import Keymap
from tui.messages import (
    DeduplicateAsked,
    DeduplicateStopped,
    DeduplicateWanted,
    GroupAsked,
    GroupDecided,
    GroupPlanWanted,
    GroupsWanted,
    GroupVerdictsWanted,
)
from tui.preview.loader import Fetch
from tui.questions import ASKED, Question
from tui.screens.group.compare import CompareScreen
from tui.screens.group.everything import DeduplicateScreen
from tui.screens.group.screen import GroupScreen
from tui.screens.review.screen import ReviewScreen
from tui.terminal import Terminal


class GroupApp(PictureApp):
    """The part of the app that serves groups."""

    review: ReviewScreen
    _session: Session
    _rules: RulesAtWork
    _jobs: asyncio.Queue[Callable[[], Awaitable[None]]]
    _pairs_dirty: asyncio.Event
    _exchange_pairs: Callable[[set[int]], Awaitable[None]]
    _complain: Callable[[BetterhalfError], None]
    _hear: Callable[[Event], None]
    _question: Callable[[CompanionQuestion | MergeQuestion | Contradiction], Awaitable[Question]]

    def __init__(self, terminal: Terminal, keymap: Keymap, fetch: Fetch | None = None) -> None:
        super().__init__(terminal, keymap, fetch)
        self.walk = GroupWalk()
        self._group_verdicts = Questions(self._give_group_verdict)
        self._proposals: list[Proposal] = []
        self._stopped = False

    def on_mount(self) -> None:
        self.run_worker(self._group_verdicts.run, group="group verdicts")

    @property
    def group_view(self) -> GroupScreen | None:
        """The group view, where it is open."""
        return next((each for each in self.screen_stack if isinstance(each, GroupScreen)), None)

    def say(self, text: str) -> None:
        """One line, on whichever screen is looked at."""
        self.review.flash(text)
        if self.group_view is not None:
            self.group_view.flash(text)

    def on_quit_asked(self) -> None:
        # Whoever leaves waits for the group that is being decided, and for no others.
        self._stopped = True

    # Groups

    def on_group_asked(self, message: GroupAsked) -> None:
        self.run_worker(partial(self._open_groups, message.ref), group="groups", exclusive=True)

    async def _open_groups(self, ref: PairRef) -> None:
        self.walk.update(await self._groups())
        if not self.walk.go_to(*ref.key):
            self.review.flash("This pair waits no more.")
        elif self.group_view is None:
            self.push_screen(GroupScreen(self.walk, self._session.roots, self.loader))

    async def _groups(self) -> list[PotentialGroup]:
        return await asyncio.to_thread(potential_groups, list(self.review.queue.shown))

    def reopened(self, *assets: int) -> None:
        """A decision was undone: go to the group of these two."""
        if self.group_view is not None:
            self.group_view.reopened(*assets)

    async def regroup(self) -> None:
        """The pairs are others."""
        if self.group_view is not None:
            groups = await self._groups()
            if self.group_view is not None:
                self.group_view.groups_changed(groups)

    def on_groups_wanted(self, message: GroupsWanted) -> None:
        self.run_worker(partial(self._load_groups, message.groups), group="groups", exclusive=True)

    async def _load_groups(self, groups: Iterable[PotentialGroup]) -> None:
        try:
            for group in groups:
                known = await known_group(self._session, group)
                if known is None:
                    self._pairs_dirty.set()
                elif self.group_view is not None:
                    self.group_view.group_ready(group, known)
        except UnavailableError as error:
            self._complain(error)

    def on_group_verdicts_wanted(self, message: GroupVerdictsWanted) -> None:
        self._group_verdicts.ask(message.refs)

    async def _give_group_verdict(self, ref: PairRef) -> None:
        try:
            verdict = await verdict_of(self._session, ref)
        except UnavailableError as error:
            self._complain(error)
            return
        for draft in self.walk.drafts_with(ref):
            draft.learn(draft.known.judged(ref, verdict))
        for screen in self.screen_stack:
            if isinstance(screen, GroupScreen | CompareScreen):
                screen.verdict_given(ref)

    def on_group_plan_wanted(self, message: GroupPlanWanted) -> None:
        self.run_worker(partial(self._plan, message.choice), group="group plan", exclusive=True)

    async def _plan(self, choice: GroupChoice) -> None:
        view = self.group_view
        if view is None:
            return
        try:
            plans = await self._session.plan_group(pairwise(choice))
        except ASKED as error:
            view.refused(choice, error, await self._question(error))
        except ActionRefused as error:
            view.refused(choice, error, None)
        except UnavailableError as error:
            self._complain(error)
        else:
            view.planned(choice, plans)

    # Decisions

    def on_group_decided(self, message: GroupDecided) -> None:
        self._jobs.put_nowait(lambda: self._decide_group(message.group, message.choice))

    async def _decide_group(self, group: PotentialGroup, choice: GroupChoice) -> None:
        try:
            await self._session.decide_group(pairwise(choice), self._hear)
        except ASKED as error:
            question = await self._question(error)
            self._put_back(group, question.in_short, question)
        except ActionRefused as error:
            self.walk.forget(group.members)
            self._put_back(group, f"not done: {error}")
        except UnavailableError as error:
            self._put_back(group, f"not done: {error}")
            self._complain(error)
        else:
            self._rules.look_again(group.members)
            self.walk.forget(group.members)
            await self._exchange_pairs(set(group.members))
            self.walk.settled(group)
            return
        self._pairs_dirty.set()

    def _put_back(self, group: PotentialGroup, why: str, question: Question | None = None) -> None:
        if self.group_view is not None:
            self.group_view.put_back(group, why, question)
        else:
            self.walk.settled(group)
            self.review.flash(why)

    # All of them

    def on_deduplicate_asked(self, message: DeduplicateAsked) -> None:
        self._stopped = False
        screen = DeduplicateScreen()
        self.push_screen(screen)
        self.run_worker(partial(self._weigh_all, screen), group="deduplicate", exclusive=True)

    async def _weigh_all(self, screen: DeduplicateScreen) -> None:
        groups = await self._groups()
        self._work, survey = Deduplication(self._session, by_person=True), Survey()
        self._proposals = []
        try:
            async for proposal in self._work.proposals(groups, lambda _: None):
                survey.add(proposal)
                self._proposals.append(proposal)
                screen.weighing(survey.groups, len(groups))
        except UnavailableError as error:
            screen.ended([str(error)])
            return
        screen.ask(list(survey.lines()), survey.acting > 0)

    def on_deduplicate_wanted(self, message: DeduplicateWanted) -> None:
        (screen,) = [each for each in self.screen_stack if isinstance(each, DeduplicateScreen)]
        self._jobs.put_nowait(lambda: self._carry_out_all(screen))

    def on_deduplicate_stopped(self, message: DeduplicateStopped) -> None:
        self._stopped = True
        self.workers.cancel_group(self, "deduplicate")
        for screen in self.screen_stack:
            if isinstance(screen, DeduplicateScreen):
                screen.dismiss(None)

    async def _carry_out_all(self, screen: DeduplicateScreen) -> None:
        """Every proposal, one after the other; the end of one is waited for, whatever happens."""
        todo = [each for each in self._proposals if each.choices]
        done, refused = Survey(), []
        for number, proposal in enumerate(todo):
            screen.working(number, len(todo))
            if self._stopped:
                break
            try:
                await self._work.carry_out(proposal, self._hear)
            except (ActionRefused, UnavailableError) as error:
                refused.append(str(error))
                if isinstance(error, UnavailableError):
                    break
                continue
            done.add(proposal)
            self._rules.look_again(tuple(proposal.marks))
        self.walk.forget([asset for each in todo for asset in each.marks])
        self._pairs_dirty.set()
        lines = list(_told(done, refused))
        screen.ended(lines)
        self.say(" · ".join(lines[:1]))


def _told(done: Survey, refused: Sequence[str]) -> Iterable[str]:
    yield from done.lines(done=True)
    if done.acting:
        yield "u takes back one group after the other; betterhalf --undo last all of them"
    if refused:
        yield f"{counted(len(refused), 'group')} not done:"
        yield from refused[:10]
