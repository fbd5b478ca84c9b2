from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from core.actions.trash import home_of, tidy, trash_operations
from core.errors import ActionRefused
from core.libraries.folder import TRASH


def touch(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    return path


@pytest.mark.parametrize(
    ("roots", "home"),
    [
        (["."], "."),
        (["2024"], "2024"),
        (["elsewhere", "."], "."),
        (["elsewhere"], "2024/07"),
        ([], "2024/07"),
    ],
)
def test_the_trash_is_at_the_root_of_the_library(
    library: Path, roots: list[str], home: str
) -> None:
    path = touch(library / "2024" / "07" / "a.jpg")
    assert home_of(path, [library / root for root in roots]) == library / home


def test_the_trash_repeats_the_folders_of_the_library(library: Path) -> None:
    path = touch(library / "2024" / "07" / "a.jpg")
    (operation,) = trash_operations([path], [library])
    day = library / TRASH / date.today().isoformat()
    assert operation.target == day / "2024" / "07" / "a.jpg"


def test_a_name_that_the_trash_holds_already_gets_a_folder_of_its_own(library: Path) -> None:
    sources = [touch(library / "a.jpg"), touch(library / "a.jpg.xmp")]
    first = trash_operations(sources, [library])
    touch(first[1].target)
    second = trash_operations(sources, [library])
    assert {each.target.parent.name for each in second} == {f"{date.today().isoformat()}.2"}
    assert not {each.target for each in first} & {each.target for each in second}


@pytest.mark.parametrize("kind", ["a file", "a link to a folder", "a link that leads nowhere"])
def test_nothing_goes_where_something_else_has_the_name_of_the_trash(
    library: Path, tmp_path: Path, kind: str
) -> None:
    if kind == "a file":
        (library / TRASH).touch()
    else:
        (library / TRASH).symlink_to(tmp_path if "folder" in kind else tmp_path / "nowhere")
    with pytest.raises(ActionRefused, match="the trash has to be a folder; move it away"):
        trash_operations([touch(library / "a.jpg")], [library])


def test_an_emptied_trash_is_taken_away_and_a_used_one_is_not(library: Path) -> None:
    gone, stays = trash_operations(
        [touch(library / "a" / "a.jpg"), touch(library / "b.jpg")], [library]
    )
    gone.target.parent.mkdir(parents=True)
    touch(stays.target)
    tidy(gone.target)
    assert not gone.target.parent.exists()
    assert stays.target.exists()
    stays.target.unlink()
    tidy(stays.target)
    assert not (library / TRASH).exists()
