"""betterhalf beside an Immich server, without screens: what cron does."""

from __future__ import annotations

import json
import subprocess
import sys
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from core.libraries.immich.server import NEEDED, WALKING
from tests import gallery
from tests.core.headless import REPOSITORY, Headless, Outcome
from tests.immich import made, recorded
from tests.immich.app import App, Kind
from tests.immich.running import Server, serving
from tests.immich.state import State

IMMICH = """
format = 1

[[rule]]
name = "as Immich would"
comparison = [
    "same server group",
    "A is suggested by its server",
    { not = "B is suggested by its server" },
]
action = "better"
b = "trash"
mode = "automatic"
audit = 0
"""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """With a photo and its smaller copy, another two, and two strangers that it takes for one."""
    state = State()
    for name in ("coffee", "clock"):
        photo = gallery.exact_copy(gallery.photo(name), tmp_path / f"{name}.jpg", modified=1)
        small = gallery.resized(photo, tmp_path / f"{name}-small.jpg", factor=0.6)
        group = [made.add_file(state, each) for each in (photo, small)]
        made.group(state, group)
        group[1].exif["rating"] = 4
    strangers = [
        gallery.exact_copy(gallery.photo(name), tmp_path / f"{name}.jpg", modified=1)
        for name in ("grass", "brick")
    ]
    made.group(state, [made.add_file(state, each) for each in strangers])
    with serving(App(state), key="s3cretKey") as running:
        yield running


@pytest.fixture
def betterhalf(betterhalf: Headless, server: Server) -> Headless:
    """With the server's key in the settings."""
    return with_settings(betterhalf, server)


def with_settings(betterhalf: Headless, server: Server, more: str = "") -> Headless:
    betterhalf.settings.parent.mkdir(parents=True, exist_ok=True)
    table = f'[libraries."{server.address}"]\nkey = "{server.key}"\n{more}'
    betterhalf.settings.write_text(table)
    betterhalf.settings.chmod(0o600)
    return betterhalf


def file_of(path: str) -> str:
    return path.rpartition("/")[2]


def import_rule(betterhalf: Headless, text: str, server: Server) -> Outcome:
    rules = betterhalf.home / "rules.toml"
    betterhalf.home.mkdir(exist_ok=True)
    rules.write_text(text)
    return betterhalf("--rules-import", rules, server.address)


def test_groups_are_listed_and_nothing_is_changed(betterhalf: Headless, server: Server) -> None:
    run = betterhalf.process(server.address)
    assert run.code == 0
    assert run.summary["open_pairs"]["similar"] == 3
    assert run.summary["decided"] == 0
    listed = betterhalf("--list", "pairs", "--json", server.address)
    pairs = {
        tuple(sorted((file_of(each["a"]), file_of(each["b"])))): each["distance"]
        for each in listed.of_type("pair")
    }
    assert pairs.keys() == {
        ("clock-small.jpg", "clock.jpg"),
        ("coffee-small.jpg", "coffee.jpg"),
        ("brick.jpg", "grass.jpg"),
    }
    assert pairs["coffee-small.jpg", "coffee.jpg"] <= 4 < pairs["brick.jpg", "grass.jpg"]
    methods = {each.method for each in server.app.seen if not each.path.startswith("/search")}
    assert methods == {"GET"}


def test_the_key_is_nowhere_but_in_the_settings(betterhalf: Headless, server: Server) -> None:
    runs = [betterhalf("--process", server.address)]
    server.state.keys[server.key] = replace(server.state.keys[server.key], permissions=[])
    runs.append(betterhalf("--process", server.address))
    server.state.keys.clear()
    runs.append(betterhalf("--process", server.address))
    assert [each.code for each in runs] == [0, 3, 3]
    for outcome in runs:
        assert server.key.encode() not in outcome.stdout + outcome.stderr
    for path in betterhalf.home.parent.rglob("*"):
        if path.is_file() and path != betterhalf.settings:
            assert server.key.encode() not in path.read_bytes(), path


def test_a_dry_run_says_what_a_rule_would_do_and_tell(betterhalf: Headless, server: Server) -> None:
    import_rule(betterhalf, IMMICH, server)
    run = betterhalf.process("--dry-run", server.address)
    decisions = run.of_type("decision")
    sizes = {
        name: server.state.named(name).exif["fileSizeInByte"] for name in ("grass.jpg", "brick.jpg")
    }
    smaller = min(sizes, key=sizes.__getitem__)
    assert {file_of(each["b"]) for each in decisions} == {
        "clock-small.jpg",
        "coffee-small.jpg",
        smaller,
    }
    assert all(each["state"] == "planned" for each in decisions)
    told = {file_of(each["path"]): each["after"] for d in decisions for each in d["metadata"]}
    assert told == {"clock.jpg": "4", "coffee.jpg": "4"}
    assert server.state.trashed() == set()


def test_a_rule_does_what_immich_s_own_button_does_and_undo_takes_all_of_it_back(
    betterhalf: Headless, server: Server
) -> None:
    import_rule(betterhalf, IMMICH, server)
    before = {each.id: (dict(each.exif), each.group) for each in server.state.assets.values()}
    run = betterhalf.process(server.address)
    assert run.code == 0, run.stderr
    assert run.summary["decided"] == 3
    assert {"clock-small.jpg", "coffee-small.jpg"} < server.state.trashed()
    assert server.state.named("coffee.jpg").exif["rating"] == 4
    again = betterhalf.process(server.address)
    assert (again.summary["decided"], sum(again.summary["open_pairs"].values())) == (0, 0)
    undone = betterhalf("--undo", "last", "--json")
    assert undone.code == 0, undone.stderr
    assert len(undone.of_type("undone")) == 3
    assert server.state.trashed() == set()
    after = {each.id: (dict(each.exif), each.group) for each in server.state.assets.values()}
    assert after == before
    redone = betterhalf("--redo", "last", "--json", server.address)
    assert redone.code == 0, redone.stderr
    assert len(server.state.trashed()) == 3


def test_a_server_that_does_not_answer_is_said_once_and_the_redo_waits(
    betterhalf: Headless, server: Server
) -> None:
    import_rule(betterhalf, IMMICH, server)
    betterhalf.process(server.address)
    assert betterhalf("--undo", "last").code == 0
    server.app.fail(Kind.GARBLED, times=1000)
    refused = betterhalf("--redo", "last", "--json", server.address)
    assert refused.code == 1
    assert len(refused.of_type("refused")) == 3
    assert refused.complaint_about(server.address)
    server.app.faults.clear()
    assert betterhalf("--redo", "last", server.address).code == 0
    assert len(server.state.trashed()) == 3


def test_without_a_server_s_key_all_else_of_a_run_is_taken_back(
    betterhalf: Headless, server: Server, library: Path
) -> None:
    photo = gallery.exact_copy(gallery.photo("astronaut"), library / "a.jpg", modified=1)
    gallery.exact_copy(photo, library / "b.jpg", modified=2)
    # What is newest is taken back first, and that is the server's.
    betterhalf.process("--rule", "exact-copies", library)
    import_rule(betterhalf, IMMICH, server)
    betterhalf.process(server.address)
    assert not (library / "b.jpg").exists()
    betterhalf.settings.unlink()
    undone = betterhalf("--undo", "since:2024-01-01", "--json")
    assert undone.code == 1
    assert len(undone.of_type("undone")) == 1
    assert (library / "b.jpg").exists()
    assert server.address in undone.complaint_about("IMMICH_API_KEY")
    assert len(server.state.trashed()) == 3


def test_only_a_server_itself_empties_its_trash(betterhalf: Headless, server: Server) -> None:
    import_rule(betterhalf, IMMICH, server)
    betterhalf.process(server.address)
    kept = betterhalf("--empty-trash", "--yes", "--json", server.address)
    assert kept.code == 0
    (stays,) = kept.of_type("stays")
    assert stays["path"] == server.address
    assert "only the server itself empties its trash" in stays["cause"]
    assert len(server.state.trashed()) == 3


KEEP_ALL = (
    IMMICH.replace("as Immich would", "keep all")
    .replace(
        """
    "A is suggested by its server",
    { not = "B is suggested by its server" },
""",
        "",
    )
    .replace("""action = "better"\nb = "trash"\n""", """action = "same quality"\n""")
)


def test_a_rule_keeps_all_groups_after_a_dry_run(betterhalf: Headless, server: Server) -> None:
    import_rule(betterhalf, KEEP_ALL, server)
    groups = [each.group for each in server.state.assets.values()]
    dry = betterhalf.process("--dry-run", server.address)
    assert len(dry.of_type("decision")) == 3
    assert [each.group for each in server.state.assets.values()] == groups
    betterhalf.process(server.address)
    assert server.state.trashed() == set()
    assert {each.group for each in server.state.assets.values()} == {None}
    # As a forced rescan on the server does.
    for asset, group in zip(server.state.assets.values(), groups, strict=True):
        asset.group = group
    again = betterhalf.process(server.address)
    assert sum(again.summary["open_pairs"].values()) == 0
    assert betterhalf("--undo", "last").code == 0
    assert [each.group for each in server.state.assets.values()] == groups


def test_recommended_rules_look_at_the_originals_and_spare_strangers(
    betterhalf: Headless, server: Server
) -> None:
    run = betterhalf.process("--rule", "smaller-resize-loses", server.address)
    assert run.code == 0, run.stderr
    assert server.state.trashed() == {"clock-small.jpg", "coffee-small.jpg"}
    assert len(server.app.made("GET", ".*/original")) == 4


def test_lines_about_groups_are_carried_out(betterhalf: Headless, server: Server) -> None:
    betterhalf.process(server.address)
    listed = betterhalf("--list", "pairs", "--json", server.address).of_type("pair")
    paths = {file_of(path): path for each in listed for path in (each["a"], each["b"])}
    lines = [
        {"keep": paths["coffee-small.jpg"], "trash": paths["coffee.jpg"]},
        # Also as a person writes an address.
        {"unrelated": paths["grass.jpg"], "keep": paths["brick.jpg"].replace(":/", "://", 1)},
    ]
    file = betterhalf.home / "lines.jsonl"
    file.write_text("\n".join(map(json.dumps, lines)))
    outcome = betterhalf("--decide", file, "--json", server.address)
    assert outcome.code == 0, outcome.stderr
    assert server.state.trashed() == {"coffee.jpg"}
    assert server.state.named("grass.jpg").group is None


def test_a_plan_that_was_read_is_carried_out(betterhalf: Headless, server: Server) -> None:
    import_rule(betterhalf, IMMICH, server)
    planned = betterhalf.process("--dry-run", server.address)
    plan = betterhalf.home / "plan.jsonl"
    plan.write_bytes(b"\n".join(planned.stdout.splitlines()[:-2]))
    outcome = betterhalf("--apply", plan, "--json", server.address)
    assert outcome.code == 0, outcome.stderr
    decided = [each for each in outcome.of_type("decision") if each["state"] == "done"]
    assert len(server.state.trashed()) == len(decided) > 0


def test_a_server_that_is_away_is_said_in_one_line(betterhalf: Headless, tmp_path: Path) -> None:
    state = State()
    with serving(App(state)) as gone:
        address = gone.address
        with_settings(betterhalf, gone)
    outcome = betterhalf("--process", address)
    assert outcome.code == 3
    assert outcome.complaint_about(address).startswith(f"betterhalf: {address}: no connection")


def test_a_server_that_is_cut_off_in_the_middle_is_asked_the_next_time(
    betterhalf: Headless, server: Server
) -> None:
    import_rule(betterhalf, IMMICH, server)

    class Dying(App):
        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            if len(self.made("DELETE", "/assets")) >= 2:
                send.__self__.transport.abort()
                return
            await super().__call__(scope, receive, send)

    server.app.__class__ = Dying
    with betterhalf.popen("--process", "--json", server.address) as process:
        while len(server.app.made("DELETE", "/assets")) < 2:
            pass
        process.kill()
    assert len(server.state.trashed()) >= 1
    server.app.__class__ = App
    server.app.seen.clear()
    run = betterhalf.process(server.address)
    assert run.code == 0, run.stderr
    assert len(server.state.trashed()) == 3
    # Whatever was sent away before is not sent away again.
    ids = [each for seen in server.app.made("DELETE", "/assets") for each in seen.body["ids"]]
    assert len(ids) == len(set(ids)) < 3
    assert "interrupted" in run.stderr.decode()
    undone = [betterhalf("--undo", "last") for _ in range(2)]
    assert all(each.code == 0 for each in undone[:1])


def test_folders_and_a_server_are_opened_together_and_never_lose_to_each_other(
    betterhalf: Headless, server: Server, library: Path
) -> None:
    mine = gallery.exact_copy(gallery.photo("coffee"), library / "mine.jpg", modified=1)
    run = betterhalf.process("--rule", "recommended", library, server.address)
    assert mine.exists()
    assert run.summary["files"] == 7
    listed = betterhalf("--list", "pairs", "--json", library, server.address).of_type("pair")
    mixed = [each for each in listed if str(mine) in (each["a"], each["b"])]
    assert mixed
    line = json.dumps(
        {
            "keep": [each for each in (mixed[0]["a"], mixed[0]["b"]) if "immich" in each],
            "trash": [str(mine)],
        }
    )
    file = betterhalf.home / "lines.jsonl"
    file.write_text(line)
    refused = betterhalf("--decide", file, library, server.address)
    assert refused.code == 1
    assert b"different libraries" in refused.stderr
    assert mine.exists()


def test_several_servers_are_opened_at_once_each_with_its_own_key(
    betterhalf: Headless, server: Server, tmp_path: Path
) -> None:
    import_rule(betterhalf, IMMICH, server)
    state = State((2, 7, 5))
    photos = [
        gallery.resized(gallery.photo("clock"), tmp_path / f"other-{factor}.jpg", factor=factor)
        for factor in (0.8, 0.5)
    ]
    made.group(state, [made.add_file(state, each) for each in photos])
    with serving(App(state), key="0therKey") as other:
        settings = betterhalf.settings.read_text()
        table = f'[libraries."{other.address}"]\nkey = "{other.key}"\n'
        betterhalf.settings.write_text(settings + table)
        run = betterhalf.process(server.address, other.address)
        assert run.code == 0, run.stderr
        gone = {file_of(each["b"]) for each in run.of_type("decision")}
        assert gone == server.state.trashed() | {"other-0.5.jpg"}
        assert other.state.trashed() == {"other-0.5.jpg"}
        assert {each.status for each in (*server.app.seen, *other.app.seen)} <= {200, 204, 304}
        keys = dict(other.state.keys)
        other.state.keys.clear()
        undone = betterhalf("--undo", "last")
        # One that does not let us in keeps nobody from the other.
        assert undone.code == 1
        assert undone.stderr.decode().count("does not know this API key") == 1
        assert server.state.trashed() == set()
        other.state.keys |= keys
        assert betterhalf("--undo", "last").code == 0
        assert other.state.trashed() == set()


def test_a_server_that_is_away_keeps_nobody_from_the_other_libraries(
    betterhalf: Headless, server: Server, library: Path
) -> None:
    gallery.exact_copy(gallery.photo("grass"), library / "a.jpg", modified=1)
    gallery.exact_copy(gallery.photo("grass"), library / "b.jpg", modified=2)
    server.state.keys.clear()
    run = betterhalf.process("--rule", "exact copies", library, server.address)
    assert run.code == 1
    assert "does not know this API key" in run.complaint_about(server.address)
    assert run.summary["decided"] == 1
    assert run.summary["unreadable"] == 1


def test_a_folder_alone_loads_no_http(betterhalf: Headless, library: Path) -> None:
    code = (
        "import sys; from tui.cli import main; "
        f"main(['--database', {str(betterhalf.database)!r}, '--process', {str(library)!r}]); "
        "assert not {'httpx', 'ijson', 'certifi'} & sys.modules.keys()"
    )
    betterhalf.home.mkdir(exist_ok=True)
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=REPOSITORY,
        env={"HOME": str(betterhalf.home), "PATH": "/usr/bin:/bin"},
        capture_output=True,
    )
    assert done.returncode == 0, done.stderr


def test_what_a_key_may_not_do_is_said_at_the_start(betterhalf: Headless, server: Server) -> None:
    few = ["duplicate.read", "asset.read", "asset.view"]
    server.state.keys[server.key] = replace(server.state.keys[server.key], permissions=few)
    run = betterhalf.process(server.address)
    assert run.code == 0
    assert "asset.delete" in run.complaint_about("the API key may not")


def test_what_the_server_has_missed_is_found_and_given_to_it(
    betterhalf: Headless, server: Server, tmp_path: Path
) -> None:
    with_settings(betterhalf, server, more="walk = true\n")
    state = server.state
    for name in ("coffee.jpg", "coffee-small.jpg"):
        server.state.named(name).group = None
    third = gallery.recompressed(gallery.photo("clock"), tmp_path / "clock-messenger.jpg")
    made.add_file(state, third)
    groups = {each.group for each in state.assets.values()}

    dry = betterhalf("--push-groups", "--dry-run", "--json", server.address)
    assert dry.code == 0, dry.stderr
    assert {each.group for each in state.assets.values()} == groups
    planned = {
        frozenset(map(file_of, each["added"])): frozenset(map(file_of, each["members"]))
        for each in dry.of_type("group")
    }
    coffee, clock = {"coffee.jpg", "coffee-small.jpg"}, {"clock.jpg", "clock-small.jpg"}
    assert planned == {
        frozenset(coffee): frozenset(coffee),
        # What has a group stays in it, and gets company.
        frozenset({third.name}): frozenset({third.name, *clock}),
    }
    done = betterhalf("--push-groups", "--json", server.address)
    assert done.summary["groups"] == 2
    groups = state.groups()
    assert {each.name for each in groups[state.named("clock.jpg").group]} == {*clock, third.name}
    assert {each.name for each in groups[state.named("coffee.jpg").group]} == coffee
    # Of the only form that servers of version 3 resolve.
    assert uuid.UUID(server.state.named("coffee.jpg").group).version == 4
    again = betterhalf("--push-groups", "--json", server.address)
    assert (again.code, again.summary["groups"]) == (0, 0)


def test_groups_are_not_given_with_a_key_that_may_not(betterhalf: Headless, server: Server) -> None:
    with_settings(betterhalf, server, more="walk = true\n")
    for each in server.state.assets.values():
        each.group = None
    few = [each for each in (*NEEDED, *WALKING) if each != "asset.update"]
    server.state.keys[server.key] = replace(server.state.keys[server.key], permissions=few)
    outcome = betterhalf("--push-groups", "--json", server.address)
    assert outcome.code == 1
    assert b"lacks the permission asset.update" in outcome.stderr
    assert server.app.made("PUT", "/assets") == []


def test_rules_decide_what_the_server_has_not_grouped(betterhalf: Headless, server: Server) -> None:
    with_settings(betterhalf, server, more="walk = true\n")
    for each in server.state.assets.values():
        each.group = None
    server.state.named("coffee-small.jpg").tags = [server.state.upsert_tag("drinks/hot").id]
    run = betterhalf.process("--rule", "smaller-resize-loses", server.address)
    assert run.code == 0, run.stderr
    assert server.state.trashed() == {"clock-small.jpg", "coffee-small.jpg"}
    tags = {server.state.tags[each].value for each in server.state.named("coffee.jpg").tags}
    assert tags == {"drinks/hot"}


def test_watching_a_server_alone_is_refused_in_words(betterhalf: Headless, server: Server) -> None:
    outcome = betterhalf("--process", "--watch", server.address)
    assert outcome.code == 2
    assert b"tells nobody of what arrives" in outcome.stderr


@pytest.mark.parametrize("version", ["v2.7.5", "v3.1.0"])
def test_immich_s_choice_in_every_recorded_group(
    betterhalf: Headless, version: str, tmp_path: Path
) -> None:
    app = App(recorded.state(version))
    photo = gallery.photo("coffee").read_bytes()
    for asset in app.state.assets.values():
        asset.small = lambda size: made._small(photo, size)
    with serving(app) as server:
        with_settings(betterhalf, server)
        import_rule(betterhalf, IMMICH, server)
        run = betterhalf.process("--dry-run", server.address)
    copies = ("IMG_0003.JPG", "IMG_0003-copy.JPG")
    if version == "v2.7.5":  # The server answers ties in the order its database has them.
        copies = copies[::-1]
    assert pairs_of(run, "decision") == {
        ("IMG_0001 (1).JPG", "IMG_0001.JPG"),
        ("IMG-20240517-WA0001.jpg", "IMG_0001.JPG"),
        copies,
    }
    # Where Immich's choice would lose a place or a time, the guards of every rule ask a person.
    assert pairs_of(run, "refused") == {
        ("IMG_0002-edit.JPG", "IMG_0002.JPG"),
        ("IMG_0004.JPG", "IMG_0005.JPG"),
    }


def pairs_of(run: Outcome, event: str) -> set[tuple[str, str]]:
    """Whoever loses, and to whom."""
    return {(file_of(each["b"]), file_of(each["a"])) for each in run.of_type(event)}
