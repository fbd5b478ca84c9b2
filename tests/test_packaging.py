"""The wheel, as a stranger gets it: built, installed into an empty environment, and used."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
import venv
from pathlib import Path

import pytest

from tests import gallery

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `betterhalf` command of a fresh environment that holds nothing but the wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--outdir", folder, ROOT]
    subprocess.run(build, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    venv.create(folder / "env", with_pip=True)
    python = folder / "env" / "bin" / "python"
    install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", wheel]
    subprocess.run(install, check=True, capture_output=True)
    return folder / "env" / "bin" / "betterhalf"


def run(command: list[str | Path], folder: Path) -> subprocess.CompletedProcess[str]:
    """`command` away from the checkout, so that only what is installed can answer."""
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_the_installed_command_knows_its_version(installed: Path, tmp_path: Path) -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    answer = run([installed, "--version"], tmp_path)
    assert (answer.returncode, answer.stdout) == (0, f"betterhalf {declared}\n")


def test_the_installed_command_explains_a_headless_run(installed: Path, tmp_path: Path) -> None:
    answer = run([installed, "--process", "--help"], tmp_path)
    assert answer.returncode == 0
    assert "--rule" in answer.stdout


def test_the_installed_command_processes_a_library(installed: Path, tmp_path: Path) -> None:
    library = tmp_path / "Pictures"
    library.mkdir()
    original = gallery.exact_copy(gallery.photo("coffee"), library / "a.jpg", modified=1e9)
    copy = gallery.exact_copy(original, library / "b.jpg", modified=2e9)
    database = tmp_path / "catalog.db"
    answer = run(
        [
            *(installed, "--process", "--json", "--rule", "exact-copies"),
            *("--database", database, library),
        ],
        tmp_path,
    )
    assert answer.returncode == 0, answer.stderr
    decision, summary = map(json.loads, answer.stdout.splitlines())
    assert (decision["a"], decision["b"]) == (str(original), str(copy))
    assert summary["decided"] == 1
    assert original.exists()
    assert not copy.exists()


def test_the_screens_and_themes_are_in_the_wheel(installed: Path, tmp_path: Path) -> None:
    python = installed.with_name("python")
    script = (
        "from tui.theming import shipped_themes;"
        "from tui.screens.review.screen import ReviewScreen;"
        "from importlib.resources import files;"
        "style = files('tui.screens.review').joinpath('review.tcss');"
        "print(len(shipped_themes()), style.is_file())"
    )
    answer = run([python, "-c", script], tmp_path)
    assert answer.stdout.split() == ["4", "True"], answer.stderr
