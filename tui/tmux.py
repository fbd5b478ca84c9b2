"""What tmux knows of the terminal outside, and whether it lets pictures through to it."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass

from tui.preview.protocol import Cell

_FORMAT = "\t".join(
    (
        # tmux 3.3 and later; empty before, when it let nothing through
        "#{allow-passthrough}",
        "#{client_termname}",
        # what the terminal says of itself (XTVERSION)
        "#{client_termtype}",
        "#{client_termfeatures}",
        "#{client_cell_width}",
        "#{client_cell_height}",
    )
)

_SECONDS = 1.0

_PLACEHOLDERS = ("kitty", "ghostty")
"""Terminals that draw kitty's pictures where its placeholders are."""


@dataclass(frozen=True, slots=True)
class Outside:
    """The terminal outside of tmux."""

    name: str
    """As it calls itself, or the name of its entry in terminfo."""
    passthrough: bool
    """Whether tmux hands on what is meant for it alone."""
    truecolor: bool
    draws_sixels: bool
    cell: Cell | None

    @property
    def draws_placeholders(self) -> bool:
        """Whether it draws kitty's pictures at placeholders."""
        return any(name in self.name.lower() for name in _PLACEHOLDERS)


def ask() -> Outside | None:
    """The terminal that shows the pane we are in; None where tmux does not say."""
    command = ["tmux", "display-message", "-p"]
    if pane := os.environ.get("TMUX_PANE"):
        command += ["-t", pane]
    try:
        answer = subprocess.run(
            [*command, _FORMAT],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return read(answer.stdout.rstrip("\n"))


def read(answer: str) -> Outside | None:
    """What tmux's answer to `_FORMAT` says."""
    fields = answer.split("\t")
    if len(fields) != 6:
        return None
    passthrough, entry, itself, features, width, height = fields
    known = features.split(",")
    sized = width.isdecimal() and height.isdecimal() and int(width) and int(height)
    return Outside(
        name=itself or entry,
        passthrough=passthrough in ("1", "on", "all"),
        truecolor="RGB" in known,
        draws_sixels="sixel" in known,
        cell=Cell(int(width), int(height)) if sized else None,
    )
