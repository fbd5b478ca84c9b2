"""What people change of the rules on the screens: saved at once, and taken back step by step.

Another process may have the same catalog open. So a change is made to what was seen, or not at all.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Sequence

from core.catalog import rulebook
from core.catalog.database import Catalog
from core.errors import UnavailableError, UsageError
from core.rules.rule import Rule
from core.rules.toml_form import read_rules, write_rules
from core.workers import rules as rulebook_services
from core.workers.background import RulesAtWork
from core.workers.findings import SavedRule
from core.workers.rule_texts import read_text, write_new


class RuleChanges:
    """Changes the saved rules, and tells the rules at work."""

    def __init__(self, catalog: Catalog, rules: RulesAtWork) -> None:
        self._catalog = catalog
        self._rules = rules
        self._changes: list[tuple[str, _Back]] = []

    def decided(self) -> None:
        """Ledgers are other than they were."""
        raise NotImplementedError

    async def saved(self, name: str) -> SavedRule | None:
        found = await rulebook_services.saved_rules(self._catalog)
        return next((each for each in found if each.name == name), None)

    async def save(self, rule: Rule, instead_of: Rule | None) -> None:
        if instead_of is None:
            rulebook_services.refuse_reserved([rule])
            if await self._called(rule.name):
                subject = f"rule {rule.name}"
                raise UsageError(subject, "there is one of this name", "choose another")
            await rulebook_services.save_rules(self._catalog, [rule])
            self._changed(f"{rule.name} was added", lambda: self._take_away(rule))
            return
        await self._replace(instead_of, rule)
        self._changed(f"{rule.name} was changed", lambda: self._replace(rule, instead_of))

    async def _replace(self, seen: Rule, rule: Rule) -> None:
        await self._still(seen)
        await rulebook_services.replace_rule(self._catalog, seen.name, rule)

    async def _take_away(self, seen: Rule) -> None:
        await self._still(seen)
        await self._remove(seen.name)

    async def _still(self, seen: Rule) -> None:
        """Refuse where a rule is not what somebody has seen: it was edited elsewhere."""
        saved = await self.saved(seen.name)
        if saved is None:
            raise _gone(seen.name)
        # As text, as what is made in memory may be written in other ways than what was read.
        if write_rules([saved.read()]) != write_rules([seen]):
            raise UsageError(
                f"rule {seen.name}", "it was edited elsewhere meanwhile", "look at it again"
            )

    async def _called(self, name: str) -> bool:
        found = await rulebook_services.saved_rules(self._catalog)
        return any(each.name.casefold() == name.casefold() for each in found)

    async def duplicate(self, name: str) -> str:
        saved = await self.saved(name)
        if saved is None:
            raise _gone(name)
        twin = await rulebook_services.duplicate_rule(self._catalog, name, saved.read())
        self._changed(f"{twin.name} was added", lambda: self._take_away(twin))
        return twin.name

    async def place(self, name: str, place: int) -> None:
        names = [each.name for each in await self._catalog.call(rulebook.stored_rules)]
        if name not in names:
            raise _gone(name)
        before = names.index(name) + 1
        await self._catalog.call(rulebook.place_rule, name, place)
        self._changed(
            f"{name} was moved", lambda: self._catalog.call(rulebook.place_rule, name, before)
        )

    async def remove(self, name: str) -> None:
        stored = await self._catalog.call(rulebook.stored_rules)
        names = [each.name for each in stored]
        if name not in names:
            raise _gone(name)
        place = names.index(name)
        await self._remove(name)

        async def back() -> None:
            if await self._called(name):
                cause = "there is another one of this name by now"
                raise UsageError(f"rule {name}", cause, "rename that one, then add this anew")
            await self._catalog.call(rulebook.save_rules, [stored[place]])
            await self._catalog.call(rulebook.place_rule, name, place + 1)

        self._changed(f"{name} was removed", back)

    async def _remove(self, name: str) -> None:
        await self._catalog.call(rulebook.remove_rule, name)

    async def reset_denied(self, name: str) -> int:
        taken = await self._catalog.call(rulebook.withdraw_denials, name)
        if taken:
            self._changed(
                f"{name} was allowed to ask again",
                lambda: self._catalog.call(rulebook.restore_denials, taken),
            )
            self.decided()
        return len(taken)

    async def add(self, rules: Sequence[Rule]) -> None:
        rulebook_services.refuse_reserved(rules)
        stored = await self._catalog.call(rulebook.stored_rules)
        before = {each.name.casefold(): each for each in stored}
        await rulebook_services.save_rules(self._catalog, rules)

        async def back() -> None:
            for rule in rules:
                await self._still(rule)
            for rule in rules:
                await self._remove(rule.name)
                if rule.name.casefold() in before:
                    await self._catalog.call(rulebook.save_rules, [before[rule.name.casefold()]])
            for place, each in enumerate(stored, start=1):
                await self._catalog.call(rulebook.place_rule, each.name, place)

        self._changed(f"{len(rules)} rules were saved", back)

    async def undo_change(self) -> str:
        if not self._changes:
            return ""
        said, back = self._changes.pop()
        try:
            await back()
        except UnavailableError:
            # The catalog may be there the next time; what was edited elsewhere stays so.
            self._changes.append((said, back))
            raise
        self._edited()
        return said

    def _changed(self, said: str, back: _Back) -> None:
        self._changes.append((said, back))
        self._edited()

    def _edited(self) -> None:
        # A renamed rule takes what it did along.
        self.decided()
        self._rules.rules_changed()

    # Files

    async def export(self, path: str, name: str | None) -> tuple[int, int]:
        saved = await rulebook_services.saved_rules(self._catalog)
        found = [each for each in saved if name is None or each.name == name]
        if name is not None:
            rules = [each.read() for each in found]
            if not rules:
                raise _gone(name)
        else:
            rules = [each.rule for each in found if each.rule is not None]
        await asyncio.to_thread(write_new, os.path.expanduser(path), write_rules(rules))
        return len(rules), len(found) - len(rules)

    async def load(self, path: str) -> list[Rule]:
        return await asyncio.to_thread(_load, path)


_Back = Callable[[], Awaitable[object]]
"""Takes a change back."""


def _load(path: str) -> list[Rule]:
    named = os.path.expanduser(path)
    if os.path.exists(named) and not os.path.isfile(named):
        # Of a pipe nobody may ever see the end.
        raise UsageError(path, "this is no file", "name one that holds rules")
    return list(read_rules(read_text(named), path))


def _gone(name: str) -> UsageError:
    cause = "it is gone: it was removed or renamed elsewhere"
    return UsageError(f"rule {name}", cause, "look at the list of rules")
