"""What a settings file says, or of one library: setting by setting, with what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from core.rules.keys import Shape as RuleShape
from core.settings import Settings
from core.settings.schema import SETTINGS, TABLES, Setting, Shape, of_library
from tui.screens.rules.writing import problem_of


@dataclass(frozen=True, slots=True)
class Said:
    """A file can say anything: what it says wrong holds nowhere."""

    whole: Settings
    """What holds by now."""
    themes: Sequence[str]
    """Names of those that there are."""
    library: str = ""
    """As the file names it; empty: all that is said of no library."""
    table: Mapping[str, Any] = field(default_factory=dict)
    """As it is in the file."""

    @classmethod
    def of(cls, file: Any, whole: Settings, themes: Sequence[str], library: str) -> Said:
        """What the whole `file` says of a library, or of all."""
        for name in ("libraries", library) if library else ():
            file = file.get(name) if isinstance(file, Mapping) else None
        return cls(whole, themes, library, file if isinstance(file, Mapping) else {})

    @property
    def settings(self) -> Mapping[str, Setting]:
        """All there are."""
        if self.library:
            return of_library(self.library)
        libraries = TABLES["libraries"]
        wrong = {"libraries": libraries} if self.problem(libraries) else {}
        return {**SETTINGS, "keys": TABLES["keys"], **wrong}

    @property
    def names(self) -> list[str]:
        """Of all settings, and behind them what is said of settings that there are not."""
        known = [*self.settings]
        tables = () if self.library else TABLES
        return [*known, *(name for name in self.table if name not in (*known, *tables))]

    def said(self, name: str) -> Any:
        """As it is in the file; None where it says nothing."""
        return self.table.get(name)

    def problem(self, setting: Setting) -> str:
        """Why what is said cannot be; empty where it can."""
        said = self.table.get(setting.name)
        if said is None:
            return ""
        if found := setting.problem(said):
            return found
        if setting.shape is Shape.POLICY:
            return problem_of(said, RuleShape.POLICY)
        if setting.shape is Shape.THEME and said not in self.themes:
            return f"there is no such theme; there are {', '.join(self.themes)}"
        return ""

    def usual(self, setting: Setting) -> Any:
        """What holds where nothing is said, as a file would say it."""
        whole = self.whole if self.library else Settings()
        return setting.said(getattr(whole, setting.name, None))

    def value(self, setting: Setting) -> Any:
        """What is said of it, or what holds anyway."""
        said = self.table.get(setting.name)
        return self.usual(setting) if said is None or self.problem(setting) else said

    def words(self, setting: Setting) -> Mapping[str, str]:
        """Those that it may be, each with what it means."""
        if setting.shape is Shape.THEME:
            return dict.fromkeys(self.themes, "")
        return setting.words
