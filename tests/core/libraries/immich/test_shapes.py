"""What recorded answers come to in betterhalf's words."""

from __future__ import annotations

from typing import Any

import pytest

from core.address import Address
from core.libraries.immich import shapes
from core.model import Asset, Remote
from core.rules.scoring import IMMICH, rank
from tests.immich import recorded

ADDRESS = Address.parse("immich+https://photos.example.org")


def listing(version: str) -> list[dict[str, Any]]:
    name = "001_duplicates" if version.endswith("edge") else "009_duplicates"
    found: list[dict[str, Any]] = recorded.exchange(version, name)["response"]
    return found


def odd(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = recorded.exchange("v3.1.0-edge", name)["response"]
    return found


def by_name(version: str) -> dict[str, shapes.Shaped]:
    groups = [shapes.group(form, ADDRESS) for form in listing(version)]
    return {
        each.listed.found.path.rpartition("/")[2]: each
        for group in groups
        for each in group.members
    }


def as_asset(number: int, shaped: shapes.Shaped) -> Asset:
    """As the catalog would give it out."""
    listed = shaped.listed
    assert listed.facts is not None
    return Asset(
        number,
        ADDRESS.asset(shaped.id, "x"),
        listed.found.modified_ns,
        listed.digest,
        number,
        listed.facts,
        listed.metadata,
        remote=listed.remote,
    )


@pytest.mark.parametrize("version", recorded.VERSIONS)
def test_what_an_asset_is_told_to_be(version: str) -> None:
    original = by_name(version)["IMG_0001.JPG"]
    facts, metadata = original.listed.facts, original.listed.metadata
    assert facts is not None
    assert facts.hearsay
    assert (facts.format, facts.width, facts.height, facts.size) == ("JPEG", 1600, 1200, 70452)
    assert facts.duration is None
    assert metadata.camera == "Canon EOS R6"
    # The camera's clock, and its zone, which the server has worked out.
    assert metadata.taken == "2024-05-17 10:30:00+02:00"
    assert metadata.location == (48.8566, 2.3522)
    assert (metadata.description, metadata.rating, metadata.tags) == (None, None, ())
    assert (metadata.favorite, metadata.visibility) == (False, "timeline")
    assert original.listed.remote.exif_count == 18
    assert not original.listed.remote.external
    assert original.tags == ()


@pytest.mark.parametrize("version", ["v2.7.5", "v3.1.0"])
def test_what_people_said_of_it(version: str) -> None:
    told = by_name(version)["IMG_0001 (1).JPG"]
    assert told.listed.metadata.tags == ("best", "family/paris")
    assert told.listed.metadata.description == "Holiday"
    assert told.listed.metadata.rating == 2
    assert told.tags is not None
    assert sorted(each.name for each in told.tags) == ["best", "family/paris"]


@pytest.mark.parametrize("version", recorded.VERSIONS)
def test_a_file_s_own_time_is_no_capture_time(version: str) -> None:
    assert by_name(version)["IMG-20240517-WA0001.jpg"].listed.metadata.taken is None


@pytest.mark.parametrize("version", recorded.VERSIONS)
def test_the_server_s_choice_is_told_in_every_group(version: str) -> None:
    for form in listing(version):
        group = shapes.group(form, ADDRESS)
        kept = [each.id for each in group.members if each.listed.remote.suggested]
        assert kept == form["suggestedKeepAssetIds"]


@pytest.mark.parametrize("version", recorded.VERSIONS)
def test_the_server_s_choice_is_ours_ties_included(version: str) -> None:
    forms = [*listing(version), *odd("020_dups_video"), *odd("027_dups_ext")]
    tied = 0
    for form in forms:
        (theirs,) = form["suggestedKeepAssetIds"]
        assert shapes.suggested(form["assets"]) == theirs
        members = shapes.group(form, ADDRESS).members
        assets = [as_asset(number, each) for number, each in enumerate(members)]
        for order in (assets, assets[::-1]):
            king = rank(order, IMMICH).king
            assert members[king.id].id == theirs
        tied += len({(a.facts.size, (a.remote or Remote("")).exif_count) for a in assets}) == 1
    assert tied


def exif(size: int | None, **more: Any) -> dict[str, Any]:
    return {"fileSizeInByte": size, **more}


@pytest.mark.parametrize(
    ("members", "kept"),
    [
        ([], None),
        ([exif(10)], 0),
        ([exif(10), exif(30), exif(20)], 1),
        # Fewer bytes with more EXIF lose all the same.
        ([exif(30), exif(20, make="Canon", model="R6", iso=200)], 0),
        ([exif(None), exif(1)], 1),
        ([None, exif(1)], 1),
        ([exif(30), exif(30, make="Canon")], 1),
        ([exif(30, make="Canon"), exif(30)], 0),
        # What is empty, zero or null does not count.
        ([exif(30, make="Canon"), exif(30, make="", iso=0, rating=None)], 0),
        ([exif(30, iso=200), exif(30, make="Canon", model="R6"), exif(10)], 1),
        # Of those that are alike in both the last.
        ([exif(30), exif(30)], 1),
        ([exif(30, make="Canon"), exif(30, iso=200), exif(30)], 1),
        ([exif(None), None], 1),
    ],
)
def test_the_server_s_rule_for_what_it_would_keep(
    members: list[dict[str, Any] | None], kept: int | None
) -> None:
    forms = [{"id": number, "exifInfo": each} for number, each in enumerate(members)]
    assert shapes.suggested(forms) == kept


def test_uploads_are_known_by_their_bytes_wherever_they_are() -> None:
    first, again = (by_name(version)["IMG_0001.JPG"] for version in ("v2.7.5", "v3.1.0"))
    assert first.id != again.id
    assert first.listed.digest == again.listed.digest
    assert first.listed.digest != by_name("v3.1.0")["IMG_0002.JPG"].listed.digest


def test_files_of_external_libraries_are_told_apart_by_path_size_and_time() -> None:
    forms = [each for group in odd("027_dups_ext") for each in group["assets"]]
    external = [each for each in forms if each["libraryId"]]
    one, other = (shapes.asset(each, ADDRESS) for each in external)
    assert one.listed.remote.external
    assert one.listed.remote.original_path == "/external/a/COPY_EXACT2.JPG"
    # Byte for byte the same file, but the server has not read them to know.
    assert one.listed.digest != other.listed.digest
    for change in ({"fileModifiedAt": "2026-11-21T07:37:24.379+00:00"}, {"libraryId": None}):
        assert shapes.asset({**external[0], **change}, ADDRESS).listed.digest != one.listed.digest
    bigger = {**external[0]["exifInfo"], "fileSizeInByte": 1}
    changed = shapes.asset({**external[0], "exifInfo": bigger}, ADDRESS)
    assert changed.listed.digest != one.listed.digest
    elsewhere = shapes.asset(external[0], Address.parse("immich+https://other.example.org"))
    assert elsewhere.listed.digest != one.listed.digest


def test_videos_are_told_to_be_videos() -> None:
    (group, _) = odd("020_dups_video")
    members = shapes.group(group, ADDRESS).members
    assert all(each.is_video for each in members)
    assert [each.listed.facts and each.listed.facts.duration for each in members] == [2000, 2000]


@pytest.mark.parametrize(
    ("change", "facts"),
    [
        ({"width": None, "height": None}, ("JPEG", 1600, 1200)),
        ({"originalFileName": "IMG_0001.CR2", "originalMimeType": "image/x-canon-cr2"}, ("CR2",)),
        ({"originalMimeType": "image/heic"}, ("HEIF",)),
        ({"duration": "0:00:01.50000"}, ("JPEG", 1600, 1200)),
    ],
)
def test_facts_of_odd_answers(change: dict[str, Any], facts: tuple[Any, ...]) -> None:
    form = listing("v3.1.0")[0]["assets"][0]
    found = shapes.asset({**form, **change}, ADDRESS).listed.facts
    assert found is not None
    assert (found.format, found.width, found.height)[: len(facts)] == facts


def test_a_turned_picture_is_as_wide_as_it_is_shown() -> None:
    form = listing("v3.1.0")[0]["assets"][0]
    turned = {**form["exifInfo"], "orientation": "6"}
    old = {**form, "width": None, "height": None, "exifInfo": turned}
    found = shapes.asset(old, ADDRESS).listed.facts
    assert found is not None
    assert (found.width, found.height) == (1200, 1600)


def test_what_the_server_has_not_measured_has_no_facts() -> None:
    form = listing("v3.1.0")[0]["assets"][0]
    empty = dict.fromkeys(form["exifInfo"])
    for change in ({"exifInfo": empty, "width": None}, {"exifInfo": None}):
        assert shapes.asset({**form, **change}, ADDRESS).listed.facts is None


@pytest.mark.parametrize(
    "change", [{"id": "../../users"}, {"id": None}, {"checksum": None}, {"localDateTime": "soon"}]
)
def test_what_is_no_asset_is_not_taken_for_one(change: dict[str, Any]) -> None:
    form = listing("v3.1.0")[0]["assets"][0]
    with pytest.raises((KeyError, TypeError, ValueError)):
        shapes.asset({**form, **change}, ADDRESS)
