"""`make demo`: a small library in a temporary folder, processed, then opened for review."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from tests import gallery


def main() -> None:
    """Build the gallery, let the headless run do the obvious part, review the rest."""
    with tempfile.TemporaryDirectory(prefix="betterhalf-demo-") as folder:
        library = Path(folder, "Pictures")
        library.mkdir()
        gallery.build(library)
        command = [sys.executable, "-m", "tui.cli", "--database", str(Path(folder, "catalog.db"))]
        headless = [*command, "--process", "--rule", "exact-copies", str(library)]
        print("$ betterhalf --process --rule exact-copies Pictures", flush=True)
        subprocess.run(headless, check=False)
        if sys.stdin.isatty() and sys.stdout.isatty():
            input("\nEnter opens the review of what is left: ")
            subprocess.run([*command, str(library)], check=False)
        else:
            print("\nIn a terminal, the review of these pairs would open now.")


if __name__ == "__main__":
    main()
