"""What is marked in a group: the suggestion, and what a person said by hand."""

from __future__ import annotations

from collections import Counter

from core.errors import CompanionQuestion
from core.metadata.compare import unmatched
from core.model import Asset, GroupChoice
from core.rules.group_suggestion import Advice, GroupSuggestion, KnownGroup, suggest_group
from core.rules.marks import Mark, group_choice
from tui.questions import Answer, Question, Voice

_ACCEPTED = "suggested in the group view, and accepted"
_BY_HAND = "decided in the group view"


class GroupDraft:
    """One group's marks; what was marked by hand stays when more is known."""

    def __init__(self, known: KnownGroup) -> None:
        self.by_hand: dict[int, Mark] = {}
        self.marks: dict[int, Mark] = {}
        self.asked: Question | None = None
        """What the app would not do unasked."""
        self._answer = Answer()
        self._primary: int | None = None
        self.learn(known)

    def learn(self, known: KnownGroup) -> None:
        """More is known of the group."""
        self.known = known
        self.by_hand = {each: m for each, m in self.by_hand.items() if each in known.assets}
        if self._primary not in known.assets:
            self._primary = None
        self._worked_out: dict[tuple[int | None, frozenset[int]], GroupSuggestion] = {}
        self._renew()

    def _renew(self) -> None:
        self.suggestion = self._suggested()
        marks = self.suggestion.marks | self.by_hand
        if marks != self.marks:
            # What was asked and answered was about others.
            self.marks, self.asked, self._answer = marks, None, Answer()

    def _suggested(self) -> GroupSuggestion:
        """What is suggested beside what a person said of who is kept."""
        if self._primary is not None:
            return self._suggest(self._primary)
        suggestion = self._suggest()
        if self.by_hand.get(suggestion.best, Mark.KEEP) is Mark.KEEP:
            return suggestion
        # The best of those that are kept, or may be.
        members = set(self.known.group.members)
        kept = {each for each, mark in self.by_hand.items() if mark is Mark.KEEP}
        unwanted = frozenset(members - kept if kept else self.by_hand)
        return self._suggest(unwanted=unwanted) if unwanted < members else suggestion

    def _suggest(
        self, best: int | None = None, unwanted: frozenset[int] = frozenset()
    ) -> GroupSuggestion:
        """As `suggest_group`, once for the same question: of hundreds of pictures it takes a
        while."""
        key = best, unwanted
        if key not in self._worked_out:
            self._worked_out[key] = suggest_group(self.known, best, unwanted)
        return self._worked_out[key]

    @property
    def best(self) -> int:
        """The one that the others are compared with."""
        return self.suggestion.best

    @property
    def members(self) -> tuple[Asset, ...]:
        """In the order in which they are shown and numbered."""
        return self.known.members

    def advice(self, asset: int) -> Advice:
        """What is suggested for one of them."""
        return next(each for each in self.suggestion.advices if each.asset == asset)

    def number(self, asset: int) -> int:
        """Of one of them on the screen, from 1."""
        return self.known.group.members.index(asset) + 1

    # By hand

    def mark(self, asset: int, mark: Mark) -> None:
        """A person marks one; the same mark once more takes that back."""
        if self.by_hand.get(asset) is mark:
            del self.by_hand[asset]
        else:
            self.by_hand[asset] = mark
        if self._primary == asset and self.by_hand.get(asset) is not Mark.KEEP:
            self._primary = None
        self._renew()

    def keep_or_trash(self, asset: int) -> None:
        """Keep one that was not kept; let go one that was."""
        self.by_hand[asset] = Mark.TRASH if self.marks[asset] is Mark.KEEP else Mark.KEEP
        if self._primary == asset:
            self._primary = None
        self._renew()

    def make_best(self, asset: int) -> None:
        """Keep one, and compare the others with it."""
        self.by_hand[asset], self._primary = Mark.KEEP, asset
        self._renew()

    def keep_only(self, asset: int) -> None:
        """Keep one, and let all others go."""
        self.by_hand = dict.fromkeys(self.known.group.members, Mark.TRASH)
        self.make_best(asset)

    def mark_all(self, mark: Mark) -> None:
        """The same for all."""
        self.by_hand, self._primary = dict.fromkeys(self.known.group.members, mark), None
        self._renew()

    def forget_marks(self) -> None:
        """Back to what is suggested."""
        self.by_hand, self._primary = {}, None
        self._renew()

    # What it comes to

    @property
    def counts(self) -> Counter[Mark]:
        """How many of them have which mark."""
        return Counter(self.marks.values())

    @property
    def freed(self) -> int:
        """Bytes of those that go."""
        return sum(each.facts.size for each in self.members if self.marks[each.id] is Mark.TRASH)

    @property
    def all_go(self) -> bool:
        """Whether nothing stays of what is decided."""
        return set(self.marks.values()) - {Mark.UNDECIDED} == {Mark.TRASH}

    @property
    def objection(self) -> str:
        """Why this cannot be done; empty where it can."""
        counts = self.counts
        if counts[Mark.UNDECIDED] > len(self.marks) - 2:
            return "Nothing is decided yet: mark two of them or more."
        stays = counts[Mark.KEEP] or counts[Mark.STACK]
        if not (stays or self.all_go):
            return "Keep one of them: the others are marked by what they are to it."
        return ""

    def choice(self) -> GroupChoice | None:
        """What the marks and answers come to; None where nothing is said of two of them."""
        why = _BY_HAND if self.by_hand else _ACCEPTED
        choice = group_choice(self.best, self.marks, self.members, why)
        return None if choice is None else self._answer.applied(choice)

    @property
    def question(self) -> Question | None:
        """What a person has to be asked before."""
        if self.asked is not None:
            return self.asked
        best = self.known.assets[self.best]
        leaving = [each for each in self.members if self.marks[each.id] is Mark.TRASH]
        names = tuple(name for each in leaving for name in unmatched(each, best))
        if not names or self._answer.leave_companions:
            return None
        return Question(CompanionQuestion(str(leaving[0].path), names))

    def answered(self, answer: Answer) -> None:
        """A person has answered the question."""
        self.asked = None
        self._answer = self._answer.and_then(answer)

    @property
    def voices(self) -> tuple[Voice, ...]:
        """All of them, the best one first, by their numbers."""
        ordered = sorted(self.members, key=lambda each: each.id != self.best)
        return tuple(Voice(str(self.number(each.id)), each) for each in ordered)
