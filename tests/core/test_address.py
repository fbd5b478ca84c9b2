"""A server's address, and what stands for its assets among paths."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.address import Address, id_of, is_remote, root_of, shown
from core.errors import UsageError


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("immich+https://Photos.example.org", "https://photos.example.org/api"),
        ("immich+https://photos.example.org:443/", "https://photos.example.org/api"),
        ("immich+https://photos.example.org/api/", "https://photos.example.org/api"),
        ("immich+http://192.0.2.7:2283", "http://192.0.2.7:2283/api"),
        ("immich+https://example.org//immich/", "https://example.org/immich/api"),
        ("immich+http://[2001:db8::1]:2283", "http://[2001:db8::1]:2283/api"),
        ("immich+https:/photos.example.org", "https://photos.example.org/api"),
    ],
)
def test_an_address_says_where_the_api_is(text: str, url: str) -> None:
    address = Address.parse(text)
    assert address.url == url
    assert Address.parse(str(address)) == address
    assert Address.parse(str(address.root)) == address


@pytest.mark.parametrize(
    "text",
    [
        "immich+https://",
        "immich+https://photos.example.org:port",
        "immich+https://photos.example.org/?key=1",
        "immich+ftp://photos.example.org",
        "immich+https://photos.example.org/#top",
    ],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        Address.parse(text)


def test_a_key_in_an_address_is_refused_and_not_repeated() -> None:
    with pytest.raises(UsageError) as refused:
        Address.parse("immich+https://me:s3cret@photos.example.org")
    assert "s3cret" not in str(refused.value)
    assert "me" not in str(refused.value).split("@")[0]


@pytest.mark.parametrize(
    "name", ["IMG_0001.JPG", "a/b.jpg", "..", "", " ", "über\n.jpg", "x\0.jpg"]
)
def test_an_asset_has_a_path_below_its_server_that_no_file_has(name: str) -> None:
    address = Address.parse("immich+https://photos.example.org/base")
    path = address.asset("0f1e", name)
    assert is_remote(path)
    assert not path.is_absolute()
    assert root_of(path) == address.root
    assert path.is_relative_to(address.root)
    assert id_of(path) == "0f1e"
    assert Path(str(path)) == path
    assert shown(path).startswith("immich+https://photos.example.org/base/assets/0f1e/")


def test_folders_are_no_servers() -> None:
    for text in (
        "/home/me/immich+https:",
        "immich",
        "immich+https",
        "~/Pictures",
        "./immich+http:/x",
    ):
        assert not is_remote(text)
