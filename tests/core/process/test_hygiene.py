"""A headless run loads nothing of the screens, and each room only sees the rooms below it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests import gallery
from tests.core.headless import REPOSITORY

_RUN_AND_TELL = """
import sys
from tui.cli import main
code = main(sys.argv[1:])
print("modules:", *sorted({name.split(".")[0] for name in sys.modules}))
sys.exit(code)
"""


@pytest.mark.parametrize(
    ("arguments", "last"),
    [
        (("--process",), "."),
        (("--list", "pairs"), "."),
        (("--compare", gallery.photo("clock")), "a.jpg"),
    ],
)
def test_a_headless_run_loads_nothing_of_the_screens(
    library: Path, tmp_path: Path, arguments: tuple[str | Path, ...], last: str
) -> None:
    gallery.exact_copy(gallery.photo("clock"), library / "a.jpg")
    done = subprocess.run(
        [
            *(sys.executable, "-c", _RUN_AND_TELL),
            *("--database", tmp_path / "catalog.db"),
            *arguments,
            library / last,
        ],
        cwd=REPOSITORY,
        env={"HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = set(done.stdout.splitlines()[-1].split()[1:])
    assert {"core", "peewee"} <= loaded
    # OpenCV only in the workers that give verdicts.
    assert not loaded & {"textual", "textual_image", "rich", "themes", "cv2"}


def test_help_loads_no_library_at_all() -> None:
    code = "import sys, tui.cli; tui.cli.build_parser().format_help(); print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    loaded = {name.split(".")[0] for name in done.stdout.split()}
    assert not loaded & {"textual", "rich", "peewee", "PIL", "numpy", "exiv2", "pebble"}


def test_the_rooms_look_downwards_only() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout
