from __future__ import annotations

import json
import shutil
import subprocess
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import ActionRefused
from core.metadata.policies import Field
from core.metadata.read import read_sidecar
from core.metadata.write import WRITTEN, as_written, sidecar_bytes, verify
from core.model import Metadata

FULL = Metadata(
    title="Opera <house> & harbour",
    description='First line,\nsecond "line"',
    rating=4,
    tags=("Places/Australia/Sydney", "opera"),
    location=(-33.856784, 151.215297),
    taken="2023-05-06 07:08:09+10:00",
)

OTHERS = """\
<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<!-- by hand -->
<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="XMP Core 6.0">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about="" xmlns:own="urn:own" own:attribute="&quot;kept&quot;"
    xmlns:xap="http://ns.adobe.com/xap/1.0/" xap:Rating="2" xap:Label="Red"
    xmlns:MicrosoftPhoto="http://ns.microsoft.com/photo/1.0/" MicrosoftPhoto:Rating="25">
   <own:structure rdf:parseType="Resource">
    <own:inner>  blanks kept  </own:inner>
    <own:link rdf:resource="urn:elsewhere"/>
   </own:structure>
   <own:qualified><rdf:Description><rdf:value>v</rdf:value><own:q>q</own:q></rdf:Description></own:qualified>
  </rdf:Description>
  <rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"
    xmlns:tiff="http://ns.adobe.com/tiff/1.0/">
   <dc:title>
    <rdf:Alt>
     <rdf:li xml:lang="x-default">Old</rdf:li>
     <rdf:li xml:lang="en-US">Old</rdf:li>
     <rdf:li xml:lang="de-DE">Alt</rdf:li>
    </rdf:Alt>
   </dc:title>
   <dc:subject><rdf:Bag><rdf:li>b/w</rdf:li><rdf:li>old</rdf:li></rdf:Bag></dc:subject>
   <dc:creator><rdf:Seq><rdf:li>Somebody</rdf:li></rdf:Seq></dc:creator>
   <tiff:ImageDescription>
    <rdf:Alt><rdf:li xml:lang="x-default">caption</rdf:li></rdf:Alt>
   </tiff:ImageDescription>
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>""".encode()
"""A sidecar with what programs, and people, write in the ways that XMP allows."""

exiftool = shutil.which("exiftool")


def exiftool_reads(data: bytes, path: Path, *options: str) -> dict[str, Any]:
    path.write_bytes(data)
    command = ["exiftool", "-json", "-n", "-G1", "-struct", *options, str(path)]
    result = subprocess.run(command, capture_output=True, check=True)
    (values,) = json.loads(result.stdout)
    return dict(values)


@pytest.mark.skipif(exiftool is None, reason="exiftool (libimage-exiftool-perl) is not installed")
def test_exiftool_reads_what_was_written(tmp_path: Path) -> None:
    read = exiftool_reads(sidecar_bytes(None, FULL, WRITTEN), tmp_path / "a.xmp")
    assert {name: value for name, value in read.items() if name.startswith("XMP-")} == {
        "XMP-dc:Title": FULL.title,
        "XMP-dc:Description": FULL.description,
        "XMP-xmp:Rating": 4,
        "XMP-dc:Subject": ["Sydney", "opera"],
        "XMP-digiKam:TagsList": ["Places/Australia/Sydney", "opera"],
        "XMP-lr:HierarchicalSubject": ["Places|Australia|Sydney", "opera"],
        "XMP-exif:GPSLatitude": pytest.approx(-33.856784, abs=1e-9),
        "XMP-exif:GPSLongitude": pytest.approx(151.215297, abs=1e-9),
        "XMP-exif:DateTimeOriginal": "2023:05:06 07:08:09+10:00",
        "XMP-photoshop:DateCreated": "2023:05:06 07:08:09+10:00",
    }


@pytest.mark.skipif(exiftool is None, reason="exiftool (libimage-exiftool-perl) is not installed")
def test_exiftool_finds_everything_that_was_not_ours(tmp_path: Path) -> None:
    before = exiftool_reads(OTHERS, tmp_path / "before.xmp")
    after = exiftool_reads(sidecar_bytes(OTHERS, FULL, WRITTEN), tmp_path / "after.xmp")
    ours = ("XMP-dc:Title", "XMP-dc:Subject", "XMP-xmp:Rating", "XMP-tiff", "XMP-microsoft:Rating")
    kept = {
        name: value
        for name, value in before.items()
        if name.startswith("XMP-") and not name.startswith(ours)
    }
    assert len(kept) >= 6
    assert kept.items() <= after.items()
    assert after["XMP-microsoft:RatingPercent"] == 75
    assert after["XMP-tiff:ImageDescription"] == FULL.description


def test_a_new_sidecar_says_what_is_wanted_and_no_more() -> None:
    data = sidecar_bytes(None, FULL, (Field.RATING, Field.TAGS))
    assert read_sidecar(data) == Metadata(rating=4, tags=FULL.tags)
    assert verify(data, FULL, (Field.RATING, Field.TAGS)) == ()
    assert verify(data, FULL, WRITTEN) == (
        Field.DESCRIPTION,
        Field.LOCATION,
        Field.TITLE,
        Field.TAKEN,
    )


def test_what_a_sidecar_says_already_is_not_touched() -> None:
    assert sidecar_bytes(OTHERS, read_sidecar(OTHERS), WRITTEN) is OTHERS
    assert sidecar_bytes(OTHERS, FULL, ()) is OTHERS


@pytest.mark.parametrize("field", WRITTEN)
def test_only_the_field_that_changes_is_touched(field: Field) -> None:
    data = sidecar_bytes(OTHERS, FULL, (field,))
    before, after = read_sidecar(OTHERS), read_sidecar(data)
    assert verify(data, FULL, (field,)) == ()
    assert {each for each in Field if getattr(before, each) != getattr(after, each)} == {field}


def test_every_line_that_is_not_ours_survives() -> None:
    data = sidecar_bytes(OTHERS, FULL, WRITTEN)
    for part in (
        b"<!-- by hand -->",
        b'x:xmptk="XMP Core 6.0"',
        b'own:attribute="&quot;kept&quot;"',
        b'xap:Label="Red"',
        b"<own:inner>  blanks kept  </own:inner>",
        b'<own:link rdf:resource="urn:elsewhere"/>',
        b"<rdf:value>v</rdf:value><own:q>q</own:q>",
        b"<rdf:li>Somebody</rdf:li>",
        b'<rdf:li xml:lang="de-DE">Alt</rdf:li>',
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'.encode(),
        b'<?xpacket end="w"?>',
    ):
        assert part in data
    assert data.count(b"Rating") == 2, "a property is changed where it is"


def test_a_language_that_repeated_the_old_text_follows_it() -> None:
    data = sidecar_bytes(OTHERS, Metadata(title="New"), (Field.TITLE,)).decode()
    assert '<rdf:li xml:lang="x-default">New</rdf:li>' in data
    assert '<rdf:li xml:lang="en-US">New</rdf:li>' in data
    assert '<rdf:li xml:lang="de-DE">Alt</rdf:li>' in data


def test_a_flat_name_with_a_slash_is_left_as_it_is() -> None:
    data = sidecar_bytes(OTHERS, Metadata(tags=("b/w", "Places/Rome")), (Field.TAGS,))
    subject = data[data.index(b"<dc:subject>") : data.index(b"</dc:subject>")]
    assert b"<rdf:li>b/w</rdf:li>" in subject
    assert b"<rdf:li>Rome</rdf:li>" in subject
    assert read_sidecar(data).tags == ("Places/Rome", "b/w")


def test_nothing_wanted_removes_what_is_there() -> None:
    full = sidecar_bytes(OTHERS, FULL, WRITTEN)
    data = sidecar_bytes(full, Metadata(), WRITTEN)
    assert read_sidecar(data) == Metadata()
    assert b"Somebody" in data


def test_writing_is_deterministic_and_once_is_enough() -> None:
    data = sidecar_bytes(OTHERS, FULL, WRITTEN)
    assert data == sidecar_bytes(OTHERS, FULL, WRITTEN)
    assert sidecar_bytes(data, FULL, WRITTEN) is data


def test_a_sidecar_in_utf_16_becomes_one_in_utf_8() -> None:
    old = b"\xff\xfe" + OTHERS.decode().replace("Red", "Réd").encode("utf-16-le")
    data = sidecar_bytes(old, FULL, WRITTEN)
    assert "Réd".encode() in data
    assert verify(data, FULL, WRITTEN) == ()


@pytest.mark.parametrize(
    ("data", "cause"),
    [
        (b"", "its XMP is damaged"),
        (b"<x:xmpmeta", "its XMP is damaged"),
        (b"no XMP at all", "its XMP is damaged"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "its XMP is damaged"),
        (b"<html/>", "it holds no XMP"),
        (b'<!DOCTYPE a [<!ENTITY e "x">]>' + OTHERS.partition(b"-->")[2], "document type"),
        (OTHERS.replace(b"caption", b"\xff\xfe"), "its XMP is damaged"),
        (OTHERS[: len(OTHERS) // 2], "its XMP is damaged"),
    ],
)
def test_a_damaged_sidecar_is_refused(data: bytes, cause: str) -> None:
    with pytest.raises(ActionRefused) as refused:
        sidecar_bytes(data, FULL, WRITTEN)
    assert cause in refused.value.cause
    assert refused.value.remedy


def test_a_text_that_was_not_read_whole_is_not_replaced() -> None:
    long = Metadata(description="word " * 2_000_000 + "end")
    data = sidecar_bytes(None, long, (Field.DESCRIPTION,))
    assert verify(data, long, (Field.DESCRIPTION,)) == ()
    with pytest.raises(ActionRefused, match="was not read whole"):
        sidecar_bytes(data, Metadata(description="new"), (Field.DESCRIPTION,))
    assert sidecar_bytes(data, FULL, (Field.RATING,)) != data


@pytest.mark.parametrize("field", [Field.ALBUMS, Field.FAVORITE, Field.VISIBILITY])
def test_what_no_file_holds_is_a_mistake_of_the_caller(field: Field) -> None:
    with pytest.raises(ValueError, match=f"no file holds {field}"):
        sidecar_bytes(None, FULL, (field,))


@pytest.mark.parametrize(
    ("field", "value"),
    [("rating", 99), ("location", (float("nan"), 0.0)), ("taken", "0000-00-00 00:00:00")],
)
def test_a_value_that_no_field_can_have_is_never_written(field: str, value: Any) -> None:
    with pytest.raises(ValueError, match=f"{field} cannot be"):
        sidecar_bytes(OTHERS, Metadata(**{field: value}), (Field(field),))


def test_what_xml_cannot_hold_is_left_out_and_lost_bytes_are_marked() -> None:
    wanted = Metadata(description="a\x00b\x1bc\ufffed\udce9e\tf\u0085g")
    assert as_written(wanted).description == "abcd\ufffde\tf\u0085g"
    data = sidecar_bytes(None, wanted, (Field.DESCRIPTION,))
    assert read_sidecar(data).description == "abcd\ufffde\tf\u0085g"


HARD = "\u202e\u0645\u05d0\U0001f469\u200d\U0001f52c\r\n\t\x00\x1b ]>&<\"'\ud800\udcff\ufffe|/"
"""Right-to-left, emoji with joiners, control characters, halves of pairs, and what XML means."""

texts = st.none() | st.text(max_size=200) | st.text(alphabet=HARD, max_size=40)
moments = st.none() | st.builds(
    lambda moment, zone: moment.isoformat(" ", "seconds") + zone,
    st.datetimes(min_value=datetime(1801, 1, 1)),
    st.sampled_from(["", "+00:00", "-09:30", "+14:00"]),
)
places = st.none() | (
    st.tuples(st.floats(-90, 90), st.floats(-180, 180))
    .map(lambda place: (round(place[0], 6), round(place[1], 6)))
    .filter(any)
)
tags = st.text(min_size=1, max_size=20) | st.text(alphabet=HARD + "ab", min_size=1, max_size=8)
anything = st.builds(
    Metadata,
    title=texts,
    description=texts,
    rating=st.none() | st.integers(-1, 5),
    tags=st.lists(tags.filter(str.strip), max_size=5).map(tuple),
    location=places,
    taken=moments,
)


@settings(max_examples=150, deadline=None)
@given(anything, st.sets(st.sampled_from(WRITTEN)), st.sampled_from([None, OTHERS]))
def test_whatever_is_written_reads_back(
    wanted: Metadata, fields: set[Field], existing: bytes | None
) -> None:
    data = sidecar_bytes(existing, wanted, fields)
    assert verify(data, wanted, fields) == ()
    said, before = read_sidecar(data), read_sidecar(existing) if existing else Metadata()
    for field in WRITTEN:
        source = as_written(wanted) if field in fields else before
        assert getattr(said, field) == getattr(source, field)


@settings(max_examples=50, deadline=None)
@given(anything, anything)
def test_one_sidecar_after_another_leaves_what_was_not_ours(a: Metadata, b: Metadata) -> None:
    data = sidecar_bytes(sidecar_bytes(OTHERS, a, WRITTEN), b, WRITTEN)
    assert verify(data, b, WRITTEN) == ()
    assert b"<own:inner>  blanks kept  </own:inner>" in data
    assert b"<rdf:li>Somebody</rdf:li>" in data
