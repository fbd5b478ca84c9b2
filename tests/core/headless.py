"""betterhalf as people and cron start it: a process, its streams and its exit code."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

REPOSITORY = Path(__file__).parents[2]


@dataclass(frozen=True)
class Outcome:
    """What a run left behind."""

    code: int
    stdout: bytes
    stderr: bytes

    @property
    def complaints(self) -> list[str]:
        """The lines of stderr."""
        return self.stderr.decode().split("\n")[:-1]

    def complaint_about(self, name: str) -> str:
        """The one line of stderr that names `name`."""
        (line,) = [line for line in self.complaints if name in line]
        return line

    @property
    def objects(self) -> list[dict[str, Any]]:
        """What --json printed."""
        return [json.loads(line) for line in self.stdout.splitlines()]

    def of_type(self, type_: str) -> list[dict[str, Any]]:
        return [each for each in self.objects if each["type"] == type_]

    @property
    def summary(self) -> dict[str, Any]:
        (found,) = self.of_type("summary")
        return found


@dataclass(frozen=True)
class Headless:
    """Starts betterhalf with a home and a catalog of its own."""

    home: Path
    database: Path
    prefix: tuple[str, ...] = ()
    """A command that starts the command."""

    def held_back(self) -> Headless:
        """The same, run by somebody whom file modes hold back, as they never do root."""
        if os.geteuid() != 0:
            return self
        prefix = ("setpriv", "--bounding-set=-dac_override,-dac_read_search,-fowner", "--")
        try:
            subprocess.run([*prefix, "true"], check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError) as error:
            pytest.skip(f"root cannot give up its rights here: {error}")
        return replace(self, prefix=prefix)

    @property
    def settings(self) -> Path:
        return self.home / "config" / "betterhalf" / "settings.toml"

    def command(self, *arguments: str | Path) -> list[str | Path]:
        return [
            *self.prefix,
            *(sys.executable, "-m", "tui.cli", "--database", self.database),
            *arguments,
        ]

    def popen(self, *arguments: str | Path, **options: Any) -> subprocess.Popen[bytes]:
        """Start it and return at once."""
        self.home.mkdir(exist_ok=True)
        environment = {
            "PATH": os.environ.get("PATH", ""),
            "PYTHONPATH": str(REPOSITORY),
            "PYTHONWARNINGS": "error::ResourceWarning",
            "LANG": "C.UTF-8",
            "TZ": "UTC",
            "HOME": str(self.home),
            "XDG_CONFIG_HOME": str(self.home / "config"),
            "XDG_DATA_HOME": str(self.home / "data"),
            "XDG_STATE_HOME": str(self.home / "state"),
            "XDG_CACHE_HOME": str(self.home / "cache"),
        }
        settings: dict[str, Any] = {
            "cwd": self.home,
            "env": environment,
            "stdin": subprocess.DEVNULL,
            "stdout": subprocess.PIPE,
            "stderr": subprocess.PIPE,
            **options,
        }
        return subprocess.Popen(self.command(*arguments), **settings)

    def __call__(self, *arguments: str | Path, **options: Any) -> Outcome:
        """Run it to its end."""
        with self.popen(*arguments, **options) as process:
            stdout, stderr = process.communicate(timeout=120)
        return Outcome(process.returncode, stdout or b"", stderr or b"")

    def process(self, *arguments: str | Path, **options: Any) -> Outcome:
        """A headless run that speaks JSON."""
        return self("--process", "--json", *arguments, **options)
