from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import UsageError
from core.model import Fate, Writing
from core.settings import MAX_DISTANCE, LibrarySettings, Settings, load, parse_distance


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "settings.toml"


def test_an_absent_default_file_means_the_defaults(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert load(None) == Settings()


def test_every_setting_can_be_given(file: Path) -> None:
    file.write_text(
        'folders = ["/photos", "/more"]\ndistance = "very similar"\nmerge = "nothing"\n'
        'loser = "hard link"\nwrite = "embedded"\n'
        'rules = ["exact-copies"]\n'
        'workers = 3\nimages = "half"\ntheme = "own"\n'
        '[libraries."/scans"]\ndistance = "speculative"\nmerge = "immich-3, tags keep"\n'
        'loser = "symbolic link"\nwrite = "sidecar"\n'
    )
    assert load(file) == Settings(
        folders=("/photos", "/more"),
        distance=2,
        merge="nothing",
        loser=Fate.HARD_LINK,
        write=Writing.EMBEDDED,
        libraries=(
            LibrarySettings("/scans", 8, "immich-3, tags keep", Fate.SYMLINK, Writing.SIDECAR),
        ),
        rules=("exact-copies",),
        workers=3,
        images="half",
        theme="own",
    )


@pytest.mark.parametrize(
    ("text", "key", "hint"),
    [
        ("distence = 4", "distence", "did you mean distance?"),
        ("zzz = 4", "zzz", "known are"),
        ("distance = 17", "distance", "0 to 16"),
        ("distance = true", "distance", "0 to 16"),
        ("distance = 4.5", "distance", "0 to 16"),
        ('distance = "near"', "distance", "very similar"),
        ('folders = "/photos"', "folders", "list"),
        ("folders = [1]", "folders", "list"),
        ("rules = [true]", "rules", "list"),
        ("workers = -1", "workers", "0 to 64"),
        ("workers = true", "workers", "0 to 64"),
        ('workers = "2"', "workers", "0 to 64"),
        ('images = "ascii"', "images", "kitty"),
        ("theme = 1", "theme", "text"),
        ("libraries = 4", "libraries", "table for each folder"),
        ('libraries."/a" = 4', "libraries", "table for each folder"),
        ('[libraries."/a"]\ndistance = 40', "libraries", "0 to 16"),
        ('[libraries."/a"]\ndistence = 4', "libraries", "no setting distence"),
        ('[libraries."a"]\ndistance = 4', "libraries", "from / or ~ on"),
        ("merge = 4", "merge", "text"),
        ('[libraries."/a"]\nmerge = 4', "libraries", "merge: this needs a text"),
        ('loser = "keep"', "loser", "one of: trash, hard link, reflink, symbolic link"),
        ("loser = 4", "loser", "one of: trash"),
        ('write = "xmp"', "write", "one of: sidecar, embedded"),
        ('[libraries."/a"]\nloser = "link"', "libraries", "/a: loser: this is one of: trash"),
    ],
)
def test_a_wrong_setting_is_named_with_its_file(file: Path, text: str, key: str, hint: str) -> None:
    file.write_text(text)
    with pytest.raises(UsageError) as raised:
        load(file)
    assert raised.value.subject == f"{file}: {key}"
    assert hint in raised.value.reason


@pytest.mark.parametrize("content", [b"distance = ", b"a = 1\na = 2", b"theme = '\xff'"])
def test_a_file_that_is_no_toml_is_named(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    with pytest.raises(UsageError, match="this is no TOML") as raised:
        load(file)
    assert raised.value.subject == str(file)


def test_a_named_file_has_to_exist(file: Path) -> None:
    with pytest.raises(UsageError, match="no such settings file"):
        load(file)


def test_a_folder_is_no_settings_file(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as raised:
        load(tmp_path)
    assert raised.value.subject == str(tmp_path)


@pytest.mark.parametrize(
    ("given", "distance"),
    [
        ("exact", 0),
        ("very-similar", 2),
        ("very similar", 2),
        ("similar", 4),
        ("speculative", 8),
        ("0", 0),
        (str(MAX_DISTANCE), MAX_DISTANCE),
        (7, 7),
    ],
)
def test_a_distance_is_a_number_or_a_name(given: str | int, distance: int) -> None:
    assert parse_distance(given) == distance


def test_the_processors_are_counted_where_no_number_of_workers_is_set() -> None:
    assert Settings().worker_count >= 1
    assert Settings(workers=5).worker_count == 5


def test_a_library_has_its_distance_under_its_real_path(file: Path, tmp_path: Path) -> None:
    (tmp_path / "scans").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "scans")
    file.write_text(f'[libraries."{tmp_path}/link"]\ndistance = "speculative"\n')
    distances = load(file).distances()
    assert distances.at(tmp_path / "scans" / "a.jpg") == 8
    assert distances.at(tmp_path / "scans.jpg") == 4


def test_a_library_may_have_a_merge_policy_and_no_distance_of_its_own(
    file: Path, tmp_path: Path
) -> None:
    (tmp_path / "scans").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "scans")
    file.write_text(f'[libraries."{tmp_path}/link"]\nmerge = "nothing"\n')
    settings = load(file)
    assert settings.merges == [(tmp_path.resolve() / "scans", "nothing")]
    assert settings.distances().at(tmp_path / "scans" / "a.jpg") == 4


def test_the_distance_of_a_run_holds_in_every_library(file: Path) -> None:
    file.write_text('[libraries."/scans"]\ndistance = "speculative"\n')
    assert load(file).distances(2).at(Path("/scans/a.jpg")) == 2
