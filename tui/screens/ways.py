"""The ways from one page to another."""

from __future__ import annotations

from textual.screen import Screen

from tui.messages import PlaceAsked


class Ways(Screen[None]):
    """What leads to the pages about rules, and about what was decided."""

    def action_rules(self) -> None:
        self.post_message(PlaceAsked("rules"))

    def action_pending(self) -> None:
        self.post_message(PlaceAsked("pending"))

    def action_libraries(self) -> None:
        self.post_message(PlaceAsked("libraries"))

    def action_history(self) -> None:
        self.post_message(PlaceAsked("history"))

    def action_ledger(self) -> None:
        self.post_message(PlaceAsked("ledger"))

    def action_trash(self) -> None:
        self.post_message(PlaceAsked("trash"))
