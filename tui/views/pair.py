"""Which files a pair is, why it is one, and which side is suggested."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from rich.cells import cell_len
from textual.content import Content

from core.address import is_remote
from core.errors import ImageError
from core.metadata.compare import PairView
from core.model import Asset, Confidence, Judgement, PairKind, PairRef, RelationKind, Verdict
from core.rules.suggestion import Suggestion
from core.text import parted_reasons, printable
from tui.known import KnownPair, RuleWish
from tui.views.cells import cut, cut_path, padded


def shown_path(path: Path, roots: Sequence[Path]) -> str:
    """`path` as seen from its library, harmless; of what is on a server, its name."""
    if is_remote(path):
        return printable(path.name)
    for root in roots:
        if root in path.parents:
            return printable(os.fspath(path.relative_to(root)))
    return printable(os.fspath(path))


def shown_place(asset: Asset, roots: Sequence[Path]) -> str:
    """Where `asset` is, as seen from its library; of one on a server, where that has its file, and
    what it is called, where that is not the same."""
    if asset.remote is None:
        return shown_path(asset.path, roots)
    there = asset.remote.original_path
    same = there.rpartition("/")[2] == asset.path.name
    return printable(there if same else f"{there} · {asset.path.name}")


def paths(known: KnownPair, roots: Sequence[Path], width: int) -> Content:
    """The line above the pictures: which file each of them is, and which of them is suggested."""
    view, side = known.view, known.suggestion.side
    half = width // 2
    parts: list[tuple[str, str]] = []
    for letter, asset in (("A", view.left), ("B", view.right)):
        glyph, style = _FATES[None if side is None else side == letter]
        shown = cut_path(shown_place(asset, roots), half - 7)
        parts += [
            (f" {letter} ", "$accent bold"),
            (f"{glyph} ", style),
            (padded(shown, half - 5), ""),
        ]
    return Content.assemble(*parts)


_FATES = {True: ("●", "$keep"), False: ("○", "$trash"), None: (" ", "")}


def suggestion(known: KnownPair, width: int) -> Content:
    """The line below the fields: what a rule would do, and which side is suggested by how much."""
    wish = known.outlook.wish if known.outlook is not None else None
    rule = cut(f" ◆ {_wished(wish, known.view)}", width - 1) if wish is not None else ""
    room = width - cell_len(rule) - 1
    told = next((text for text in _suggested(known.suggestion) if len(text) < room), "")
    return Content.assemble(
        (rule, "$attention"),
        (" " * (width - cell_len(rule) - len(told) - 1), ""),
        (told, "bold" if known.suggestion.side else "$faint"),
    )


def _suggested(found: Suggestion) -> Sequence[str]:
    """The suggestion in fewer and fewer words."""
    if found.side is None:
        return f"no suggestion: {found.doubt}", "no suggestion"
    sign = 1 if found.score > 0 else -1
    parts = ", ".join(f"{topic} {score * sign:n}" for topic, score in found.parts)
    short = f"{found.side} by {abs(found.score)}"
    return f"{short}: {parts.replace('-', '−')}", short


_ACTS = {
    RelationKind.BETTER: "would keep {}",
    RelationKind.SAME_QUALITY: "would keep both as equally good",
    RelationKind.ALTERNATES: "would keep both as alternates",
    RelationKind.STACKED: "would stack both, {} on top",
    RelationKind.NOT_RELATED: "would call them no duplicates",
}


def _wished(wish: RuleWish, view: PairView) -> str:
    letter = "A" if wish.keeps == view.left.id else "B"
    act = _ACTS.get(wish.kind, f"says {wish.kind}").format(letter)
    held = f", but asks: {wish.held}" if wish.held else ""
    return printable(f"{wish.rule} {act}{held}")


def why(known: KnownPair) -> Content:
    """All that was weighed, for who wants to know."""
    found = known.suggestion
    lines = [Content.styled(_suggested(found)[0], "bold"), Content("")]
    for each in found.statements:
        side, score = ("A", each.score) if each.score > 0 else ("B", -each.score)
        weight = f"{side} {score:>3}" if score else "    0"
        lines.append(Content.assemble((f"{weight}  ", "$accent"), (printable(each.says), "")))
    if isinstance(known.verdict, Verdict):
        lines += [Content(""), Content.styled(judged(known.verdict), "bold")]
        lines += [Content(printable(reason)) for reason in known.verdict.reasons]
    wish = known.outlook.wish if known.outlook is not None else None
    if wish is not None:
        lines += [Content(""), Content.styled(f"◆ {_wished(wish, known.view)}", "$attention")]
        lines += [Content(printable(reason)) for reason in parted_reasons(wish.why)]
    return Content("\n").join(lines)


_EVIDENCE = {
    PairKind.EXACT: "exact copies, byte for byte",
    PairKind.PIXELS: "pixel duplicates: the same picture, dot for dot",
}


def evidence(view: PairView, verdict: Verdict | ImageError | None, width: int) -> Content:
    """The line that says why the two are a pair, and what to beware of.

    Args:
        view: the pair.
        verdict: of a similar pair, as it is shown; why there is none; or None: not yet.
        width: cells of the line.
    """
    parts: list[tuple[str, str]] = [(" ", "")]
    unmatched = view.unmatched()
    if unmatched:
        names = printable(", ".join(unmatched))
        parts.append((f"! {names} has no counterpart · ", "$attention"))
    if view.ref.kind in _EVIDENCE:
        parts.append((_EVIDENCE[view.ref.kind], "bold"))
    elif isinstance(verdict, Verdict):
        parts += _verdict(verdict, view.ref, width - sum(len(text) for text, _ in parts))
    else:
        parts.append((_similar(view.ref), "bold"))
        if verdict is not None:
            parts.append((f" · no verdict: {printable(verdict.reason)}", "$faint"))
    return Content.assemble(*parts)


_SAME = {
    Confidence.NEAR_PERFECT: "the same picture, near perfect",
    Confidence.ALMOST_CERTAIN: "almost certainly the same picture",
    Confidence.VERY_PROBABLE: "very probably the same picture",
}


def _verdict(verdict: Verdict, ref: PairRef, width: int) -> list[tuple[str, str]]:
    """What the verdict says, and as many of its reasons as fit."""
    text = judged(verdict)
    for direction in verdict.directions[:1]:
        text += f" · {direction.side.upper()} is the {direction.role}"
    if ref.distance is not None:
        text += f" · distance {ref.distance}"
    parts = [(text, "bold")]
    room = width - len(text)
    for reason in map(printable, verdict.reasons):
        added = f" · {reason.rstrip('.')}"
        if len(added) > room:
            break
        parts.append((added, "$faint"))
        room -= len(added)
    return parts


def judged(verdict: Verdict) -> str:
    """A verdict in a few words."""
    match verdict.judgement:
        case Judgement.PIXELS:
            return _EVIDENCE[PairKind.PIXELS]
        case Judgement.VISUAL:
            return _SAME[verdict.confidence or Confidence.VERY_PROBABLE]
        case Judgement.ALTERNATE:
            return "the same picture, changed" + (f": {verdict.change}" if verdict.change else "")
        case Judgement.DIFFERENT:
            return "different pictures"


_TURNS = {3: "upside down", 6: "turned by a quarter", 8: "turned by a quarter"}


def _similar(ref: PairRef) -> str:
    if ref.distance is None:
        return "their server takes them for duplicates"
    if ref.turn != 1:
        how = _TURNS.get(ref.turn, "mirrored")
        return f"they look alike, one of them {how} · distance {ref.distance}"
    sure = "look alike" if ref.distance else "look the same at a glance"
    return f"they {sure} · distance {ref.distance}"
