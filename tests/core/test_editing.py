"""Settings that are changed for a person, in a file that stays theirs."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as draw

from core.errors import UnavailableError, UsageError
from core.settings import Settings, load
from core.settings.editing import as_written, change
from core.settings.schema import SETTINGS
from tests.core.mounts import mount

MINE = """\
# mine, and kept so
distance = 4   # near
protected = [
    "/photos/originals",  # never
    "/photos/wedding",
]

[keys]
skip = ["s"]  # as ever

[libraries."/scans"]
# faded
merge = "nothing"
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "settings.toml"
    path.write_text(MINE)
    return path


@pytest.mark.parametrize(
    ("place", "value", "before", "after"),
    [
        (("distance",), "exact", "distance = 4   # near", 'distance = "exact"   # near'),
        (("distance",), None, "distance = 4   # near\n", ""),
        (("libraries", "/scans", "merge"), "immich-3", '"nothing"', '"immich-3"'),
        (("libraries", "/scans", "merge"), None, 'merge = "nothing"\n', ""),
        (
            ("protected",),
            ["/photos/originals", "/x"],
            '    "/photos/wedding",\n',
            '    "/x",\n',
        ),
    ],
)
def test_only_what_is_changed_is_other_than_it_was(
    file: Path, place: tuple[str, ...], value: Any, before: str, after: str
) -> None:
    change(file, place, value)
    assert file.read_text() == MINE.replace(before, after)


KEYS = (
    "",
    MINE,
    '[keys]\npairs.close = "z"  # c\n\n[libraries."/x"]\nmerge = "nothing"\n',
    '[keys.pairs]\n# c\nclose = "z"\n\n[libraries."/x"]\nmerge = "nothing"\n',
    '[keys]\nskip = "s"\n\n[libraries."/x"]\nmerge = "nothing"\n\n[keys.pairs]\nclose = "z"\n',
    '[keys.pairs]\nclose = "z"\n[libraries."/x"]\nmerge = "nothing"\n[keys]\nskip = "s"\n',
    'keys = { skip = "s" }\nrules = ["a"]\n',
    'keys.skip = "s"  # c\nkeys.pairs.close = "z"\nrules = ["a"]\n',
    '[keys]\n"pairs.close" = "z"  # c\n',
    'distance = 2\n\n[libraries."/x"]\nmerge = "nothing"\n',
)
"""The ways in which a file can say the same."""


@pytest.mark.parametrize("before", KEYS)
@pytest.mark.parametrize("command", ["skip", "why", "pairs.close", "pairs.open", "group.apply"])
def test_keys_are_changed_however_they_are_written(file: Path, before: str, command: str) -> None:
    file.write_text(before)
    whole = load(file)
    place = ("keys", *command.split("."))
    others = {name: keys for name, keys in whole.keys.items() if name != command}
    for wanted in (["x"], ["f5", "y"], None):
        settings = change(file, place, wanted)
        assert settings == load(file)
        assert settings.keys == others | ({} if wanted is None else {command: tuple(wanted)})
        assert settings == replace(whole, keys=settings.keys)
    if command not in whole.keys and before != KEYS[3]:
        assert file.read_text() == before
    for comment in ("# as ever", "# c"):
        kept = command not in ("skip", "pairs.close") or before == KEYS[3]
        assert not kept or (comment in file.read_text()) == (comment in before)


def test_what_cannot_be_said_in_the_file_as_it_is_is_left_to_the_person(file: Path) -> None:
    file.write_text("keys = 5\n")
    with pytest.raises(UsageError, match="change the line by hand"):
        change(file, ("keys", "skip"), ["x"])
    assert file.read_text() == "keys = 5\n"


def test_what_is_new_goes_where_it_belongs(file: Path) -> None:
    settings = change(file, ("libraries", "/new", "loser"), "hard link")
    settings = change(file, ("theme",), "own")
    assert settings == load(file)
    assert settings.theme == "own"
    assert [each.folder for each in settings.libraries] == ["/scans", "/new"]
    text = file.read_text()
    assert text.index("theme") < text.index("[keys]")
    for line in MINE.splitlines():
        assert line in text


@pytest.mark.parametrize(
    ("place", "value", "hint"),
    [
        (("distance",), 99, "0 to 16"),
        (("libraries", "scans", "merge"), "nothing", "from / or ~ on"),
        (("protected",), ["relative"], "from / or ~ on"),
    ],
)
def test_what_would_be_wrong_is_not_written(
    file: Path, place: tuple[str, ...], value: Any, hint: str
) -> None:
    with pytest.raises(UsageError, match=hint):
        change(file, place, value)
    assert file.read_text() == MINE


def test_a_file_that_is_no_toml_is_left_as_it_is(file: Path) -> None:
    file.write_text("distance = \n")
    with pytest.raises(UsageError, match="this is no TOML"):
        change(file, ("theme",), "own")
    assert file.read_text() == "distance = \n"


def test_a_file_is_made_that_others_cannot_read(tmp_path: Path) -> None:
    file = tmp_path / "config" / "settings.toml"
    change(file, ("folders",), ["/photos"])
    assert file.read_text() == 'folders = ["/photos"]\n'
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    change(file, ("libraries", "/scans", "merge"), "nothing")
    assert file.read_text() == 'folders = ["/photos"]\n\n[libraries."/scans"]\nmerge = "nothing"\n'


def test_a_link_and_the_rights_of_its_file_stay(file: Path, tmp_path: Path) -> None:
    file.chmod(0o640)
    link = tmp_path / "link.toml"
    link.symlink_to(file)
    change(link, ("workers",), 2)
    assert link.is_symlink()
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert load(file).workers == 2


def test_a_read_only_file_stays_as_it_is(file: Path, tmp_path: Path) -> None:
    file.chmod(0o444)
    link = tmp_path / "link.toml"
    link.symlink_to(file)
    with pytest.raises(UnavailableError, match=f"{file}: it is read-only; chmod u\\+w {file}"):
        change(link, ("workers",), 2)
    assert file.read_text() == MINE


def test_a_full_disk_leaves_the_file_as_it_was(
    tmp_path: Path, mounted: Callable[[Path], Path]
) -> None:
    disk = mounted(tmp_path / "disk")
    mount(disk, "-t", "tmpfs", "-o", "size=16k", "tmpfs")
    file = disk / "settings.toml"
    file.write_text(MINE)
    with pytest.raises(OSError, match="No space"):
        (disk / "others").write_bytes(bytes(20_000))
    with pytest.raises(UnavailableError, match="the disk is full; free some space"):
        change(file, ("workers",), 2)
    assert file.read_text() == MINE
    assert {each.name for each in disk.iterdir()} == {"settings.toml", "others"}


def test_a_folder_that_takes_no_files_is_named(
    tmp_path: Path, mounted: Callable[[Path], Path]
) -> None:
    disk = mounted(tmp_path / "disk")
    mount(disk, "-t", "tmpfs", "-o", "ro", "tmpfs")
    with pytest.raises(UnavailableError, match=f"{disk}: the file system is read-only; remount"):
        change(disk / "settings.toml", ("workers",), 2)


def test_links_that_run_in_a_circle_are_named(tmp_path: Path) -> None:
    link = tmp_path / "settings.toml"
    link.symlink_to(link)
    with pytest.raises(UnavailableError, match="its links run in a circle; remove the link"):
        change(link, ("workers",), 2)


def test_a_file_that_is_told_a_key_is_read_by_nobody_else(file: Path) -> None:
    file.chmod(0o644)
    settings = change(file, ("libraries", "immich+https://photos.example", "key"), "secret")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert load(file) == settings


def test_what_is_refused_is_not_written(file: Path) -> None:
    def refuse(settings: Settings) -> None:
        raise UsageError("", f"no {settings.workers}")

    with pytest.raises(UsageError, match="no 2"):
        change(file, ("workers",), 2, refuse)
    assert file.read_text() == MINE


def test_a_folder_in_the_way_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnavailableError) as raised:
        change(tmp_path, ("workers",), 2)
    assert raised.value.subject == str(tmp_path)


@settings(deadline=None)
@given(draw.lists(draw.sampled_from("abcdef"), unique=True))
def test_a_list_is_what_was_wanted(wanted: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "settings.toml")
        file.write_text('rules = [\n  "a",  # first\n  "b",\n  "c",\n]\n')
        assert list(change(file, ("rules",), wanted).rules) == wanted


def test_a_folder_is_named_from_home_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/anna")
    assert as_written(Path("/home/anna/Pictures")) == "~/Pictures"
    assert as_written(Path("/home/anna")) == "/home/anna"
    assert as_written(Path("/mnt/photos")) == "/mnt/photos"
    assert os.path.expanduser("~/Pictures") == "/home/anna/Pictures"


def test_every_setting_says_its_default_as_a_file_does(tmp_path: Path) -> None:
    for setting in SETTINGS.values():
        default = getattr(Settings(), setting.name)
        file = tmp_path / f"{setting.name}.toml"
        assert (
            getattr(change(file, (setting.name,), setting.said(default)), setting.name) == default
        )
