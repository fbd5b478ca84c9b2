"""One pair, whole: which files, their pictures, why they are a pair, and what differs."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.css.query import NoMatches
from textual.getters import query_one
from textual.widgets import Static

from tui.known import KnownPair
from tui.preview.loader import PictureLoader
from tui.views import pair
from tui.widgets.fields import Fields
from tui.widgets.pictures import PairPictures

_LAYOUTS = ("", "-pictures", "-fields")


class PairPanel(Vertical):
    """Pictures above, fields below, or one of them alone."""

    DEFAULT_CSS = """
    PairPanel {
        width: 1fr;
        height: 1fr;
        #paths, #evidence, #suggestion {
            height: 1; width: 1fr; text-wrap: nowrap; text-overflow: ellipsis;
        }
        #pictures { height: 1fr; min-height: 3; }
        #fields { height: 30%; min-height: 4; }
        &.-pictures #fields { display: none; }
        &.-fields {
            #pictures { display: none; }
            #fields { height: 1fr; }
        }
    }
    """

    paths = query_one("#paths", Static)
    pictures = query_one("#pictures", PairPictures)
    evidence = query_one("#evidence", Static)
    fields = query_one("#fields", Fields)
    suggestion = query_one("#suggestion", Static)

    def __init__(self, roots: Sequence[Path], loader: PictureLoader, *, id: str) -> None:  # noqa: A002
        super().__init__(id=id)
        self._roots = roots
        self._loader = loader
        self._layout = 0
        self._known: KnownPair | None = None

    def compose(self) -> ComposeResult:
        yield Static(id="paths")
        yield PairPictures(self._loader, id="pictures")
        yield Static(id="evidence")
        yield Fields(id="fields")
        yield Static(id="suggestion")

    def show(self, known: KnownPair) -> None:
        """Draw a pair: its text now, its pictures when they are made."""
        self.tell(known)
        self.fields.scroll_home(animate=False)
        self.pictures.show(known.view)

    def tell(self, known: KnownPair) -> None:
        """More is known of the pair that is shown: say it."""
        self._known = known
        # Where it is being taken down, one line after the other is gone.
        with suppress(NoMatches):
            width = self._width
            verdict = pair.evidence(known.view, known.verdict, width)
            self.evidence.update(verdict, layout=False)
            self.paths.update(pair.paths(known, self._roots, width), layout=False)
            self.suggestion.update(pair.suggestion(known, width), layout=False)
            self.fields.show(known)

    def on_resize(self) -> None:
        if self._known is not None:
            self.tell(self._known)

    def clear(self) -> None:
        """Draw nothing, while a pair is loaded."""
        self._known = None
        for line in (self.evidence, self.paths, self.suggestion):
            line.update("", layout=False)
        self.fields.clear()
        self.pictures.clear()

    def turn_layout(self) -> None:
        """More room for pictures, or for fields, or shared."""
        self.remove_class(*filter(None, _LAYOUTS))
        self._layout = (self._layout + 1) % len(_LAYOUTS)
        if _LAYOUTS[self._layout]:
            self.add_class(_LAYOUTS[self._layout])

    @property
    def _width(self) -> int:
        # Its own is not known before the first layout.
        return self.size.width or self.screen.size.width
