"""Mounts for tests that need a second way to a file, or a disk that is full."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest


def mount(point: Path, *arguments: str | Path) -> None:
    """Mount on `point`, or skip the test where that is not permitted."""
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("mounting needs root on Linux")
    if not point.exists():
        point.mkdir(parents=True)
    done = subprocess.run(["mount", *arguments, point], capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"mounting is not permitted here: {done.stderr.strip()}")


def unmount(point: Path) -> None:
    subprocess.run(["umount", "--lazy", point], check=False, capture_output=True)
