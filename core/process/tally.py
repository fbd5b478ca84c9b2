"""What rules do in a headless run: told line by line as it happens, and counted."""

from __future__ import annotations

import os

from core.model import Asset
from core.process.narration import Narrator
from core.process.report import Reporter
from core.workers.events import Acted, Event, LeftAlone, Planned, Problem


class Tally:
    """Hears every event of a run; a `core.workers.events.Listener`."""

    def __init__(self, reporter: Reporter, narrator: Narrator) -> None:
        self._reporter = reporter
        self._narrator = narrator
        self.decided = self.refused = self.freed = 0
        self.discarded: dict[int, tuple[str, Asset]] = {}
        """By asset: the rule that sent it away, and what it kept instead."""

    def __call__(self, event: Event) -> None:
        self._narrator(event)
        if isinstance(event, Problem):
            self._reporter.problem(event.error)
        elif isinstance(event, Planned):
            self._count(event.plan.freed)
            self._reporter.planned(event.plan)
        elif isinstance(event, Acted):
            self._count(event.plan.freed)
            self._reporter.decided(event.plan, event.decision)
            if event.plan.operations:
                rule = event.plan.choice.rule or ""
                self.discarded[event.plan.other.id] = rule, event.plan.keeper
        elif isinstance(event, LeftAlone):
            paths = os.fspath(event.a.path), os.fspath(event.b.path)
            if not event.waits:
                self.refused += 1
                self._narrator.error(event.error)
            self._reporter.refused(event.choice.rule or "", paths, event.error, event.waits)

    def _count(self, freed: int) -> None:
        self.decided += 1
        self.freed += freed
