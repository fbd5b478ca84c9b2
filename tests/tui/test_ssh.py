"""A whole review over ssh, to an sshd on loopback that the test starts for itself."""

from __future__ import annotations

import getpass
import os
import shlex
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.model import DecisionState, RelationKind
from tests import gallery
from tests.core.desk import Desk, snapshot, trashed
from tests.tui.terminal import BETTERHALF, ROOT, Terminal

_SSHD = shutil.which("sshd") or "/usr/sbin/sshd"

pytestmark = pytest.mark.skipif(
    not os.path.exists(_SSHD) or shutil.which("ssh") is None,
    reason="there is no sshd and ssh (openssh-server, openssh-client)",
)


@pytest.fixture
def ssh(tmp_path: Path) -> Iterator[list[str]]:
    """The command that runs another one on this machine, over a server of its own."""
    for name in ("host", "person"):
        key = tmp_path / name
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
    authorized = tmp_path / "authorized"
    shutil.copy(tmp_path / "person.pub", authorized)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = [
        f"HostKey={tmp_path / 'host'}",
        f"AuthorizedKeysFile={authorized}",
        f"PidFile={tmp_path / 'pid'}",
        *("ListenAddress=127.0.0.1", "StrictModes=no", "UsePAM=no", "PasswordAuthentication=no"),
        *("PermitRootLogin=prohibit-password", "PrintMotd=no"),
    ]
    if os.geteuid() == 0:
        # Where sshd gives up its rights; distributions make it when the service starts.
        os.makedirs("/run/sshd", exist_ok=True)
    told = [part for option in options for part in ("-o", option)]
    server = subprocess.Popen(
        [_SSHD, "-D", "-e", "-f", os.devnull, "-p", str(port), *told],
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stderr is not None
        said = server.stderr.readline()
        if "listening" not in said:
            pytest.skip(f"sshd does not start here: {said.strip()}")
        yield [
            *(
                "ssh",
                "-tt",
                "-q",
                "-p",
                str(port),
                "-i",
                str(tmp_path / "person"),
                "-F",
                os.devnull,
            ),
            *("-o", "StrictHostKeyChecking=no", "-o", f"UserKnownHostsFile={tmp_path / 'known'}"),
            f"{getpass.getuser()}@127.0.0.1",
        ]
    finally:
        server.terminate()
        server.communicate()


def test_a_whole_review_over_ssh_leaves_files_and_catalog_as_it_said(
    ssh: list[str], library: Path, tmp_path: Path
) -> None:
    for number, name in enumerate(("coffee", "chelsea", "clock")):
        photo = gallery.exact_copy(gallery.photo(name), library / f"{name}.jpg", modified=1e9)
        gallery.exact_copy(photo, library / f"{name} copy.jpg", modified=2e9 + number)
    gallery.with_sidecar(library / "chelsea copy.jpg", rating=4, tags=["cat"])
    before = snapshot(library)
    database = tmp_path / "c.db"
    here = [*map(str, BETTERHALF), "--database", str(database), str(library)]
    remote = f"cd {shlex.quote(str(ROOT))} && HOME={shlex.quote(str(tmp_path))} {shlex.join(here)}"
    terminal = Terminal([*ssh, remote], tmp_path)
    try:
        terminal.skip_offers()
        terminal.until("pair 1 of 3")
        terminal.until("byte for byte")
        # What goes, what is kept as it is, what is taken back and made again.
        for key, shown in (
            ("\x1b[C", "pair 1 of 2"),
            ("n", "pair 1 of 1"),
            ("\r", "No pairs wait"),
            ("u", "pair 1 of 1"),
            ("\x12", "No pairs wait"),
        ):
            terminal.press(key)
            terminal.until(shown)
            terminal.until_quiet()
        terminal.press("q")
        assert terminal.end() == 0, terminal.emulator.text
    finally:
        terminal.close()
    assert b"Traceback" not in terminal.written
    with Desk(database, [library]) as desk:
        standing = [each for each in desk.history() if each.state is DecisionState.DONE]
        kinds = sorted(each.choice.kind for each in standing)
        assert kinds == [RelationKind.BETTER, RelationKind.BETTER, RelationKind.NOT_RELATED]
        assert desk.pairs() == []
        gone = [each.path_b.name for each in standing if each.moves]
        assert sorted(name for name in trashed(library) if name.endswith(".jpg")) == sorted(gone)
        for each in standing:
            desk.undo(each)
    assert snapshot(library) == before
