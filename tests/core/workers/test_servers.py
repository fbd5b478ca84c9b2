"""Scanning a server: what a person finds in the catalog afterwards."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from core.address import Address, id_of
from core.catalog import assets
from core.catalog.database import Catalog
from core.errors import ServerError
from core.libraries.immich.access import Access
from core.libraries.immich.client import Client
from core.libraries.immich.library import ImmichLibrary
from core.libraries.immich.pictures import Pictures
from core.libraries.immich.server import NEEDED, connect
from core.matching.open_pairs import open_pairs
from core.model import Asset, Distances, PairRef
from core.settings import Secret
from core.workers.events import Event, Notice, Problem
from core.workers.finder import Finder
from core.workers.servers import ServerScanner
from tests import gallery
from tests.core.catalog.older import without_told_by_servers
from tests.core.desk import HerePool
from tests.immich import made, recorded
from tests.immich.app import App, Kind
from tests.immich.running import Server, serving
from tests.immich.state import Album, Stack, State


@dataclass
class Scanned:
    """A server, a catalog, and the way between them."""

    server: Server
    catalog: Catalog
    folder: Path
    events: list[Event]
    patience: float = 0.2

    @property
    def state(self) -> State:
        return self.server.state

    @property
    def root(self) -> Path:
        return Address.parse(self.server.address).root

    def scan(self, look: bool = False, walk: bool = False) -> int:
        """List, and look at, what the server has, with `walk` all of it; returns how many assets it
        listed."""

        async def run() -> int:
            address = Address.parse(self.server.address)
            key = Secret(self.server.key)
            client = Client(address, key, patience=self.patience, first_pause=0.001)
            pictures = Pictures(await connect(client), self.folder / "pictures")
            library = ImmichLibrary(await connect(client), pictures, walk)
            scanner = ServerScanner(self.catalog, HerePool(), library, Finder(self.catalog, 4))
            try:
                listed = await scanner.list_groups(self.events.append)
                listed += await scanner.walk(self.events.append)
                if look:
                    await scanner.look(self.events.append)
            finally:
                await library.close()
            return listed

        self.events.clear()
        return asyncio.run(run())

    def refs(self) -> list[PairRef]:
        return self.catalog.call_now(open_pairs, [self.root], Distances(4))

    def asset(self, asset_id: int) -> Asset:
        (found,) = self.catalog.call_now(assets.assets, [asset_id], [self.root])
        return found

    def pairs(self) -> list[tuple[str, str]]:
        """The open pairs by file name, each and all of them sorted."""
        names = [
            tuple(sorted(self.asset(side).path.name for side in ref.key)) for ref in self.refs()
        ]
        return sorted((a, b) for a, b in names)

    def by_name(self, name: str) -> Asset:
        """The asset of the open pairs that is called `name`."""
        found = {
            self.asset(side).path.name: self.asset(side) for ref in self.refs() for side in ref.key
        }
        return found[name]


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Scanned]:
    """A server without assets."""
    catalog = Catalog.open(tmp_path / "catalog.db")
    with serving(App(State())) as server:
        yield Scanned(server, catalog, tmp_path, [])
    catalog.close()


@pytest.fixture(params=["v2.7.5", "v3.1.0"])
def scanned(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Scanned]:
    """A server of either generation, as it was when the recorded session began."""
    catalog = Catalog.open(tmp_path / "catalog.db")
    with serving(App(recorded.state(request.param))) as server:
        yield Scanned(server, catalog, tmp_path, [])
    catalog.close()


RECORDED = [
    ("IMG-20240517-WA0001.jpg", "IMG_0001 (1).JPG"),
    ("IMG-20240517-WA0001.jpg", "IMG_0001.JPG"),
    ("IMG_0001 (1).JPG", "IMG_0001.JPG"),
    ("IMG_0002-edit.JPG", "IMG_0002.JPG"),
    ("IMG_0003-copy.JPG", "IMG_0003.JPG"),
    ("IMG_0004.JPG", "IMG_0005.JPG"),
]


def test_every_two_of_a_group_are_a_pair(scanned: Scanned) -> None:
    assert scanned.scan() == 9
    assert scanned.pairs() == RECORDED
    assert {ref.distance for ref in scanned.refs()} == {None}
    original = scanned.by_name("IMG_0001.JPG")
    assert original.library == scanned.root
    assert original.remote is not None
    assert original.remote.suggested
    assert original.place.startswith("/data/upload/")
    assert original.facts.size == 70452
    whatsapp = scanned.by_name("IMG-20240517-WA0001.jpg")
    assert whatsapp.metadata.albums == ("From WhatsApp",)
    assert whatsapp.metadata.rating == 4
    assert scanned.by_name("IMG_0001 (1).JPG").metadata.tags == ("best", "family/paris")


def test_albums_that_others_share_are_listed_too(scanned: Scanned) -> None:
    state = scanned.state
    now = state.now()
    original = next(each for each in state.assets.values() if each.name == "IMG_0001.JPG")
    shared = Album(state.new_id(), "Family", now, now, assets=[original.id], shared=True)
    state.albums[shared.id] = shared
    scanned.scan()
    assert scanned.by_name("IMG_0001.JPG").metadata.albums == ("Family",)
    assert scanned.by_name("IMG-20240517-WA0001.jpg").metadata.albums == ("From WhatsApp",)


def test_what_only_the_server_knows_is_kept(scanned: Scanned) -> None:
    scanned.scan()
    original = scanned.by_name("IMG_0001.JPG").remote
    assert original is not None
    assert original.exposure == "RF 50mm · f/2.8 · 50 mm · ISO 200 · 1/250 s"
    assert original.town == "Paris, Île-de-France, France"
    assert original.people is None


def test_a_catalog_from_before_learns_it_with_the_next_listing(tmp_path: Path) -> None:
    path = tmp_path / "catalog.db"
    with serving(App(recorded.state("v3.1.0"))) as server:
        for older in (True, False):
            catalog = Catalog.open(path)
            scanned = Scanned(server, catalog, tmp_path, [])
            scanned.scan()
            before = scanned.refs()
            asset = scanned.by_name("IMG_0001.JPG")
            catalog.close()
            if older:
                without_told_by_servers(path)
    assert asset.remote is not None
    assert asset.remote.exposure.startswith("RF 50mm")
    assert len(before) == len(RECORDED)


def test_a_second_scan_finds_nothing_new(scanned: Scanned) -> None:
    scanned.scan()
    before = scanned.refs()
    assets_before = [scanned.asset(side) for ref in before for side in ref.key]
    scanned.scan()
    assert scanned.refs() == before
    assert [scanned.asset(side) for ref in before for side in ref.key] == assets_before


def test_what_changes_on_the_server_changes_here(scanned: Scanned) -> None:
    scanned.scan()
    kept = scanned.by_name("IMG_0002.JPG")
    state = scanned.state
    told = state.assets[id_of(kept.path)]
    told.exif |= {"description": "Paris", "rating": 3}
    told.favorite = True
    album = next(iter(state.albums.values()))
    state.add_to_album(album, told.id)
    scanned.scan()
    now = scanned.by_name("IMG_0002.JPG")
    assert now.id == kept.id
    assert (now.metadata.description, now.metadata.rating) == ("Paris", 3)
    assert now.metadata.favorite
    assert now.metadata.albums == ("From WhatsApp",)
    album.assets.remove(told.id)
    scanned.scan()
    assert scanned.by_name("IMG_0002.JPG").metadata.albums == ()


def test_a_file_that_is_called_otherwise_stays_the_same_asset(scanned: Scanned) -> None:
    scanned.scan()
    before = scanned.by_name("IMG_0004.JPG")
    scanned.state.assets[id_of(before.path)].name = "Lisbon.JPG"
    scanned.scan()
    after = scanned.by_name("Lisbon.JPG")
    assert (after.id, after.content_id) == (before.id, before.content_id)


def test_what_left_its_group_is_no_pair_and_comes_back_as_it_was(scanned: Scanned) -> None:
    scanned.scan()
    before = scanned.refs()
    gone = scanned.by_name("IMG_0005.JPG")
    remote = scanned.state.assets[id_of(gone.path)]
    group, remote.trashed = remote.group, scanned.state.now()
    scanned.scan()
    assert ("IMG_0004.JPG", "IMG_0005.JPG") not in scanned.pairs()
    remote.trashed = None
    other = scanned.state.assets[next(iter(scanned.state.assets))]
    for each in scanned.state.assets.values():
        if each.name in ("IMG_0004.JPG", "IMG_0005.JPG"):
            each.group = group
    scanned.scan()
    assert scanned.refs() == before
    assert other.id in scanned.state.assets


def test_one_that_was_deleted_and_uploaded_again_is_the_same_content(scanned: Scanned) -> None:
    scanned.scan()
    before = scanned.by_name("IMG_0005.JPG")
    state = scanned.state
    again = state.assets.pop(id_of(before.path))
    again.id = state.new_id()
    state.assets[again.id] = again
    scanned.scan()
    after = scanned.by_name("IMG_0005.JPG")
    assert after.id != before.id
    assert (after.content_id, after.digest) == (before.content_id, before.digest)


def test_a_list_that_breaks_off_is_begun_again(scanned: Scanned) -> None:
    scanned.server.app.fail(Kind.HALF, "/duplicates", times=2)
    assert scanned.scan() == 9
    assert scanned.pairs() == RECORDED
    assert len(scanned.server.app.made("GET", "/duplicates")) == 3


@pytest.mark.parametrize("kind", [Kind.HALF, Kind.GARBLED, Kind.DOWN])
def test_a_list_that_never_ends_loses_nothing_that_was_known(scanned: Scanned, kind: Kind) -> None:
    scanned.scan()
    scanned.server.app.fail(kind, "/duplicates", times=10_000)
    with pytest.raises(ServerError):
        scanned.scan()
    assert scanned.pairs() == RECORDED


def test_videos_are_left_to_the_server_and_counted(empty: Scanned) -> None:
    forms = recorded.exchange("v3.1.0-edge", "020_dups_video")["response"]
    for form in forms:
        for each in form["assets"]:
            empty.state.assets[each["id"]] = recorded.asset({**each, "tags": []})
    assert empty.scan() == 2
    assert empty.pairs() == [("IMG-20240517-WA0001.jpg", "IMG_0001.JPG")]
    (notice,) = [event for event in empty.events if isinstance(event, Notice)]
    assert "2 videos" in str(notice.error)


def test_what_the_server_has_not_measured_waits_until_it_has(empty: Scanned) -> None:
    made.many(empty.state, 1)
    half = list(empty.state.assets.values())[1]
    half.exif, exif = dict.fromkeys(half.exif), half.exif
    half.width = None
    empty.scan()
    assert empty.pairs() == []
    half.exif, half.width = exif, 4000
    empty.scan()
    assert len(empty.pairs()) == 1


def test_a_large_group_is_seen_from_the_one_that_its_server_would_keep(empty: Scanned) -> None:
    made.many(empty.state, 1, members=40)
    empty.scan()
    refs = empty.refs()
    assert len(refs) == 39
    kept = set(refs[0].key).intersection(*(ref.key for ref in refs))
    (suggested,) = [empty.asset(each) for each in kept]
    assert suggested.remote is not None
    assert suggested.remote.suggested


def test_what_is_seen_tells_how_far_apart_they_are_and_who_else_is_near(empty: Scanned) -> None:
    state = empty.state
    for name in ("clock", "coffee", "grass"):
        photo = gallery.exact_copy(gallery.photo(name), empty.folder / f"{name}.jpg", modified=1)
        small = gallery.recompressed(photo, empty.folder / f"{name}-small.jpg")
        for each in (photo, small):
            made.add_file(state, each)
    named = {each.name: each for each in state.assets.values()}
    # The server has found one pair, taken two strangers for one, and missed two pairs of these.
    made.group(state, (named["clock.jpg"], named["clock-small.jpg"]))
    made.group(state, (named["coffee.jpg"], named["grass.jpg"]))
    made.group(state, (named["coffee-small.jpg"], named["grass-small.jpg"]))
    empty.scan(look=True)
    found = {
        tuple(sorted(empty.asset(side).path.name for side in ref.key)): ref for ref in empty.refs()
    }
    near = {names for names, ref in found.items() if ref.distance is not None and ref.distance <= 4}
    assert near == {(f"{name}-small.jpg", f"{name}.jpg") for name in ("clock", "coffee", "grass")}
    strangers = [found["coffee.jpg", "grass.jpg"], found["coffee-small.jpg", "grass-small.jpg"]]
    assert all(ref.distance is not None and ref.distance > 4 for ref in strangers)
    assert all(ref.correlation is not None and ref.correlation < 0.9 for ref in strangers)
    fetched = len(empty.server.app.made("GET", ".*/thumbnail"))
    assert fetched == 6
    empty.scan(look=True)
    assert len(empty.server.app.made("GET", ".*/thumbnail")) == fetched


def test_a_picture_that_cannot_be_fetched_costs_nobody_else(empty: Scanned) -> None:
    for name in ("clock", "coffee"):
        photo = gallery.exact_copy(gallery.photo(name), empty.folder / f"{name}.jpg", modified=1)
        made.add_file(empty.state, photo)
    bad, _ = empty.state.assets.values()
    bad.small = lambda size: b"no picture"
    made.group(empty.state, empty.state.assets.values())
    empty.scan(look=True)
    (problem,) = [event for event in empty.events if isinstance(event, Problem)]
    assert problem.error.subject.endswith("clock.jpg")
    (ref,) = empty.refs()
    assert ref.distance is None


def test_a_key_that_may_not_look_at_pictures_lists_them_all_the_same(scanned: Scanned) -> None:
    scanned.state.keys[scanned.server.key].permissions = ["duplicate.read", "asset.read"]
    scanned.scan(look=True)
    assert scanned.pairs() == RECORDED
    assert scanned.server.app.made("GET", ".*/thumbnail") == []
    assert scanned.by_name("IMG-20240517-WA0001.jpg").metadata.albums == ()


@pytest.fixture
def library(empty: Scanned) -> Scanned:
    """A server that has grouped a photo and its copy, and missed two such pairs: one of them has
    its copy in an external library."""
    for name in ("clock", "coffee", "grass"):
        photo = gallery.exact_copy(gallery.photo(name), empty.folder / f"{name}.jpg", modified=1)
        small = gallery.recompressed(photo, empty.folder / f"{name}-small.jpg")
        for each in (photo, small):
            made.add_file(empty.state, each)
    named = {each.name: each for each in empty.state.assets.values()}
    made.group(empty.state, (named["clock.jpg"], named["clock-small.jpg"]))
    named["grass-small.jpg"].library = empty.state.new_id()
    return empty


MISSED = [("coffee-small.jpg", "coffee.jpg"), ("grass-small.jpg", "grass.jpg")]


def test_pairs_that_the_server_has_missed_are_found_in_all_its_libraries(library: Scanned) -> None:
    assert library.scan(look=True) == 2
    assert library.pairs() == [("clock-small.jpg", "clock.jpg")]
    assert library.scan(look=True, walk=True) == 6
    assert library.pairs() == [("clock-small.jpg", "clock.jpg"), *MISSED]
    clock = library.by_name("clock.jpg").remote
    assert clock is not None
    assert clock.group is not None
    assert library.by_name("grass-small.jpg").remote.external  # type: ignore[union-attr]
    # Nothing is fetched twice, and what is no longer looked for is no pair any more.
    fetched = len(library.server.app.made("GET", ".*/thumbnail"))
    assert library.scan(look=True, walk=True) == 6
    assert len(library.server.app.made("GET", ".*/thumbnail")) == fetched
    assert library.scan() == 2
    assert library.pairs() == [("clock-small.jpg", "clock.jpg")]


def test_what_is_said_of_pairs_outside_of_groups_is_known_in_full(library: Scanned) -> None:
    state = library.state
    named = {each.name: each for each in state.assets.values()}
    named["coffee.jpg"].tags = [state.upsert_tag("drinks/hot").id]
    now = state.now()
    album = Album(state.new_id(), "Lisbon", now, now, assets=[named["coffee.jpg"].id])
    state.albums[album.id] = album
    library.scan(look=True, walk=True)
    told = library.by_name("coffee.jpg").metadata
    assert (told.tags, told.albums) == (("drinks/hot",), ("Lisbon",))
    library.scan(walk=True)
    told = library.by_name("coffee.jpg").metadata
    assert (told.tags, told.albums) == (("drinks/hot",), ("Lisbon",))


def test_stacks_partners_and_the_trash_are_left_out_of_the_walk(library: Scanned) -> None:
    state = library.state
    named = {each.name: each for each in state.assets.values()}
    named["coffee-small.jpg"].owner = "00000000-0000-0000-0000-0000000000ff"
    stack = Stack(state.new_id(), [named["grass.jpg"].id, named["grass-small.jpg"].id])
    state.stacks[stack.id] = stack
    for name in ("grass.jpg", "grass-small.jpg"):
        named[name].stack = stack.id
    assert library.scan(look=True, walk=True) == 4
    assert library.pairs() == [("clock-small.jpg", "clock.jpg")]
    state.unstack(stack)
    named["grass.jpg"].trashed = state.now()
    assert library.scan(look=True, walk=True) == 4
    named["grass.jpg"].trashed = None
    library.scan(look=True, walk=True)
    assert library.pairs() == [("clock-small.jpg", "clock.jpg"), MISSED[1]]


def test_a_walk_goes_through_all_pages_and_starts_anew_where_it_broke_off(empty: Scanned) -> None:
    made.many(empty.state, 1100)
    for each in empty.state.assets.values():
        each.group = None
    empty.patience = 60.0
    empty.server.app.fail(Kind.HALF, "/search/metadata", times=2)
    assert empty.scan(walk=True) == 2200
    pages = {each.body["page"] for each in empty.server.app.made("POST", "/search/metadata")}
    assert pages == {1, 2, 3}
    empty.patience = 0.05
    empty.server.app.fail(Kind.DOWN, "/search/metadata", times=10_000)
    with pytest.raises(ServerError):
        empty.scan(walk=True)
    empty.patience = 60.0
    empty.server.app.faults.clear()
    assert empty.scan(walk=True) == 2200


def test_a_key_that_cannot_tell_partners_apart_walks_nowhere(library: Scanned) -> None:
    library.state.keys[library.server.key].permissions = [*NEEDED]
    assert library.scan(walk=True) == 2
    assert library.server.app.made("POST", "/search/metadata") == []


def test_access_holds_its_key_back() -> None:
    assert "s3cret" not in repr(Access(Secret("s3cret")))
