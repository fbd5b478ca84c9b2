"""Where a key comes from, and whose eyes it is kept from."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from core import settings as settings_file
from core.actions.servers.operations import RESOLVING
from core.address import Address
from core.errors import UsageError
from core.libraries.immich.keys import key_of, variable_of
from core.libraries.immich.server import NEEDED, WALKING
from core.settings import Secret

PHOTOS = Address.parse("immich+https://photos.example.org")
OTHER = Address.parse("immich+http://192.0.2.7:2283/base")


@pytest.fixture(autouse=True)
def _no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("IMMICH_API_KEY")]:
        monkeypatch.delenv(name)


def test_the_environment_goes_before_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    assert key_of(PHOTOS, Secret("set"), alone=True) == Secret("set")
    monkeypatch.setenv("IMMICH_API_KEY", " exported \n")
    assert key_of(PHOTOS, Secret("set"), alone=True) == Secret("exported")


def test_each_of_several_servers_has_a_variable_of_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("IMMICH_API_KEY", "whose")
    monkeypatch.setenv("IMMICH_API_KEY_192_0_2_7_2283_BASE", "other")
    assert variable_of(PHOTOS) == "IMMICH_API_KEY_PHOTOS_EXAMPLE_ORG"
    assert key_of(OTHER, None, alone=False) == Secret("other")
    # A key without a name may belong to the other one, which must not see it.
    with pytest.raises(UsageError, match="IMMICH_API_KEY_PHOTOS_EXAMPLE_ORG"):
        key_of(PHOTOS, None, alone=False)


def test_a_person_is_asked_last() -> None:
    asked: list[str] = []

    def ask(question: str) -> str:
        asked.append(question)
        return "typed"

    assert key_of(PHOTOS, Secret("set"), alone=True, ask=ask) == Secret("set")
    assert key_of(PHOTOS, None, alone=True, ask=ask) == Secret("typed")
    assert asked == ["API key of immich+https://photos.example.org: "]
    with pytest.raises(UsageError, match="no API key"):
        key_of(PHOTOS, None, alone=True, ask=lambda _: "")


def test_what_can_be_no_key_is_not_sent() -> None:
    with pytest.raises(UsageError) as refused:
        key_of(PHOTOS, Secret("a key\nX-Other: header"), alone=True)
    assert "header" not in str(refused.value)


def test_settings_with_a_key_are_refused_where_others_may_read_them(tmp_path: Path) -> None:
    server = '[libraries."immich+https://photos.example.org"]\n'
    path = tmp_path / "settings.toml"
    path.write_text(f'{server}key = "s3cret"\nwalk = true\n')
    path.chmod(0o644)
    with pytest.raises(UsageError, match="chmod 600") as refused:
        settings_file.load(path)
    assert "s3cret" not in str(refused.value)
    path.chmod(0o600)
    found = settings_file.load(path).of(PHOTOS.root)
    assert found.key == Secret("s3cret")
    assert found.walk
    assert "s3cret" not in repr(found)
    # Without a key anybody may read them.
    path.write_text(f'{server}ca = "~/ca.pem"\n')
    path.chmod(0o644)
    assert settings_file.load(path).of(PHOTOS.root).ca == os.path.expanduser("~/ca.pem")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[libraries."immich+https://"]\nwalk = true', "no address of an Immich server"),
        ('[libraries."immich+https://x"]\nkeys = "y"', "there is no setting keys"),
        ('[libraries."immich+https://x"]\nkey = 1', "key: this needs a text"),
        ('[libraries."immich+https://x"]\nwalk = 1', "walk: this needs true or false"),
        ('[libraries."/photos"]\nkey = "y"', "there is no setting key"),
        ('protected = ["immich+https://"]', "no address of an Immich server"),
    ],
)
def test_settings_of_servers_are_checked(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(text)
    with pytest.raises(UsageError, match=said):
        settings_file.load(path)


def test_a_server_can_be_protected_and_merge_in_its_own_way(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(
        'protected = ["immich+https://Photos.example.org/"]\n'
        '[libraries."immich+https://photos.example.org"]\nmerge = "nothing"\ndistance = 2\n'
    )
    found = settings_file.load(path)
    assert found.protected_folders == (PHOTOS.root,)
    asset = PHOTOS.asset("0f1e", "a.jpg")
    assert found.distances().at(asset) == 2
    assert found.merges == [(PHOTOS.root, "nothing")]


def test_the_readme_names_every_permission_and_no_other() -> None:
    text = (Path(__file__).parents[4] / "README.md").read_text("utf-8")
    table = text.partition("| for | permissions |")[2].partition("\n\n")[0]
    named = set(re.findall(r"`([a-zA-Z]+\.[a-z]+)`", table))
    assert named == {*NEEDED, *WALKING, RESOLVING}
