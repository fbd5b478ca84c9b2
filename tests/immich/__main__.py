"""`python -m tests.immich --groups 1000`: a server to try things on.

Its address is printed first. At the end of its input it stops, and says what has become of it; with
`--record FILE` it writes down what it was asked and what it answered. `python -m
tests.immich.session FILE` has betterhalf review, follow a rule and undo, and records that.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from tests.immich import made
from tests.immich.app import App, Fault, Kind
from tests.immich.recording import names_of, written
from tests.immich.running import serving
from tests.immich.state import State

_FAULTS = [kind for kind in Kind if kind is not Kind.GARBLED]


def _main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.immich")
    parser.add_argument("--groups", type=int, default=100)
    parser.add_argument("--members", type=int, default=2)
    parser.add_argument("--version", type=int, nargs=3, default=(3, 1, 0))
    parser.add_argument("--latency", type=float, default=0.0, help="seconds before each answer")
    parser.add_argument("--key", default="secret")
    parser.add_argument("--permission", action="append", help="of the key; none: all")
    parser.add_argument("--fail-every", type=int, help="one request of so many goes wrong")
    parser.add_argument("--faults", type=Kind, nargs="+", default=_FAULTS, help="in these ways")
    parser.add_argument("--record", type=Path, metavar="FILE", help="write the session down there")
    given = parser.parse_args()
    state = State(tuple(given.version))
    made.many(state, given.groups, given.members)
    app = App(state, given.latency, records=given.record is not None)
    if given.fail_every:
        every = given.fail_every * len(given.faults)
        app.faults = [
            Fault(kind, times=sys.maxsize, after=every + 7 * place, every=True)
            for place, kind in enumerate(given.faults)
        ]
    names = names_of(state)
    with serving(app, given.key) as server:
        if given.permission:
            state.keys[given.key].permissions[:] = given.permission
        print(server.address, flush=True)
        sys.stdin.read()
    print(json.dumps(_told(app)))
    if given.record:
        given.record.write_text(written(app.seen, names), "utf-8")


def _told(app: App) -> dict[str, Any]:
    sent = Counter(asset for each in app.made("DELETE", "/assets") for asset in each.body["ids"])
    assets = app.state.assets.values()
    return {
        "requests": len(app.seen),
        "failed": sum(each.status is None or each.status >= 429 for each in app.seen),
        "trashed": sum(each.trashed is not None for each in assets),
        "sent away again": sum(times > 1 for times in sent.values()),
        "grouped": len({each.group for each in assets if each.group is not None}),
        "whole groups": _whole(app.state),
    }


def _whole(state: State) -> int:
    """Groups of those made at the start of which nothing is left but the trash."""
    left = Counter(each.name[:10] for each in state.assets.values() if each.trashed is None)
    return len({each.name[:10] for each in state.assets.values()} - left.keys())


if __name__ == "__main__":
    _main()
