"""What the app tells the review: each method is one piece of news, drawn where it shows."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence, Set

from core.errors import BetterhalfError, ImageError
from core.metadata.compare import PairView
from core.model import Choice, PairRef, Verdict
from core.workers.events import Progress
from tui.known import Outlook
from tui.questions import Question
from tui.queue.lens import Lens
from tui.queue.run import Run
from tui.screens.review.deciding import DecidingCommands


class Answers(DecidingCommands):
    """News of pairs, of decisions, and of the work behind the screen."""

    # Pairs

    def pairs_changed(self, fresh: Run) -> None:
        """These are the open pairs now."""
        self._by_itself(lambda: self.queue.update(fresh))

    def pairs_exchanged(self, concerned: Set[int], refs: Sequence[PairRef]) -> None:
        """Of the pairs with one of the assets `concerned` these are open now."""
        self._by_itself(lambda: self.queue.exchange(concerned, refs))

    def go_on_at(self, key: tuple[int, int]) -> None:
        """A person left off at the pair with these assets; unless this one has begun elsewhere."""
        if self.queue.position == 1 and self.queue.go_to(key):
            self.refresh_pair()

    def arranged(self, lens: Lens, order: Sequence[PairRef] | None) -> None:
        """What the person wants to see, in its order; None: all, as it came."""
        self._now(lambda: self.queue.arrange(lens, order))

    def _by_itself(self, change: Callable[[], None]) -> None:
        before = self.queue.current
        self._now(change)
        after = self.queue.current
        if before is not None and after is not None and before.key != after.key:
            self.pace.changed_by_itself()

    def _now(self, change: Callable[[], None]) -> None:
        before = self.queue.current
        change()
        after = self.queue.current
        if before is None or after is None or before.key != after.key:
            self.refresh_pair()
        else:
            self.refresh_place()

    def view_ready(self, ref: PairRef, view: PairView | None) -> None:
        """A wanted pair has been loaded; None where it is gone."""
        self.known.learn_view(ref, view)
        if view is None:
            return
        if self.queue.current is not None and self.queue.current.key == ref.key:
            self.refresh_pair()
        elif self.panel.pictures.are_shown:
            self.prefetch()

    def verdict_ready(self, ref: PairRef, verdict: Verdict | ImageError) -> None:
        """The verdict of a pair has been given, or cannot be."""
        self.known.learn_verdict(ref, verdict)
        self._tell(ref)

    def outlook_ready(self, ref: PairRef, outlook: Outlook) -> None:
        """It has been worked out what would become of a pair."""
        self.known.learn_outlook(ref, outlook)
        self._tell(ref)

    def _tell(self, ref: PairRef) -> None:
        pair = self.pair
        if pair is not None and pair.view.ref.key == ref.key:
            self.panel.tell(pair)

    def assets_changed(self, asset_ids: Set[int]) -> None:
        """The files of these assets are not what they were."""
        self.known.assets_changed(asset_ids)
        self.pairs.forget(asset_ids)
        if self.queue.current is not None and self.pair is None:
            self.refresh_pair()

    # Decisions

    def put_back_with_question(self, ref: PairRef, choice: Choice, question: Question) -> None:
        """A decision has to be asked about: show its pair again, and ask at the next press.

        A dialog that opened by itself would be answered by keys meant for another pair.
        """
        self.drafts.ask_next_time(choice, question)
        self.put_back(ref, f"{question.in_short}; press again to decide")

    def put_back(self, ref: PairRef, why: str) -> None:
        """A decision was not carried out: show its pair again and say why."""
        self.known.forget(ref)
        self.queue.put_back(ref)
        self.pace.changed_by_itself()
        self.refresh_pair()
        self.flash(why)

    def reopened(self, asset_a: int, asset_b: int) -> None:
        """A decision was undone: go to its pair."""
        if self.queue.bring(asset_a, asset_b):
            self.refresh_pair()

    # Scan and rules

    def progressed(self, progress: Progress) -> None:
        """The scan has got on."""
        self.progress = progress
        # Under a dialog every change repaints the whole terminal; `on_screen_resume` is soon.
        if self.is_active:
            self.refresh_progress()

    def on_screen_resume(self) -> None:
        self.refresh_progress()

    def scan_ended(self) -> None:
        """Nothing is being read any more."""
        self.scanned, self.progress = True, None
        self.refresh_progress()

    def proposed(self, count: int) -> None:
        """So many choices of rules wait for a person."""
        self.heading.proposals = count

    def problem_found(self, error: BetterhalfError) -> None:
        """A file or folder could not be read."""
        self.problems.append(error)
        self.heading.problems = len(self.problems)

    def mended(self, subjects: Collection[str]) -> None:
        """These files can be read, or will be told again."""
        self.problems = [each for each in self.problems if each.subject not in subjects]
        self.heading.problems = len(self.problems)

    def noted(self, error: BetterhalfError) -> None:
        """Something is odd about a file that could be read."""
        self.notes.append(error)
