"""The words everyone shares: frozen dataclasses and enums that cross the borders of the rooms.

What is measured from bytes (`Facts`, `Fingerprint`) is kept apart from what a person gave
(`Metadata`): facts are never merged, metadata is. Nothing here does any work.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Generic, NamedTuple, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ByFolder(Generic[T]):
    """What holds usually, and what holds instead in some folders, and in all below them."""

    usual: T
    others: tuple[tuple[Path, T], ...] = ()

    def at(self, path: Path) -> T:
        """What holds for the file or folder `path`: the innermost folder's."""
        around = [each for each in self.others if path.is_relative_to(each[0])]
        return max(around, key=lambda each: len(each[0].parts), default=(path, self.usual))[1]


@dataclass(frozen=True, slots=True)
class Facts:
    """What is measured from an image's bytes; true as long as the bytes are the same."""

    format: str
    """The decoder's name of it: ``JPEG``, ``PNG``, ``HEIF`` ..., whatever the file is called."""
    size: int
    """Bytes."""
    width: int
    """Pixels as shown, after the EXIF orientation."""
    height: int
    """Pixels as shown, after the EXIF orientation."""
    orientation: int = 1
    """EXIF orientation 1..8 that was still to be applied to the stored pixels."""
    mode: str = "RGB"
    """Pillow's mode of the stored pixels: ``RGB``, ``L``, ``CMYK``, ``I;16`` ..."""
    frames: int = 1
    """Pictures in an animation or a page stack; only the first is compared."""
    coding: str = ""
    """How the pixels are coded, by `core.imaging.coding`."""
    stream: bytes | None = None
    """Digest of all that decides a JPEG's pixels, by `core.imaging.coding`."""
    pixel_digest: bytes | None = None
    """By `core.imaging.pixels`, where reading the file decoded it in full anyway."""
    headers: tuple[str, ...] = ()
    """Which of ``EXIF``, ``GPS``, ``ICC``, ``IPTC``, ``XMP`` the file carries, sorted."""
    duration: int | None = None
    """Milliseconds that an animation takes; None where nothing moves."""
    transparent: bool | None = None
    """Whether a shown pixel lets through what is behind it; None where nobody has looked."""
    exif_count: int | None = None
    """Of the 22 fields that Immich counts, those that say something; None: not counted."""
    quality: int | None = None
    """Of a JPEG, 1..100 on the IJG scale, estimated from its quantisation tables."""
    subsampling: str | None = None
    """Of a JPEG's chroma: ``4:4:4``, ``4:2:2``, ``4:2:0`` ...; ``grey`` where it has none."""
    progressive: bool | None = None
    """Whether a JPEG is coded in several passes; None of anything else."""
    hearsay: bool = False
    """Somebody's word for a file whose bytes nobody here has read: what they cannot tell stands at
    its default, and means nothing."""

    @property
    def pixels(self) -> int:
        """Width times height."""
        return self.width * self.height


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What the search compares."""

    hash: int
    """64-bit DCT hash, unsigned; see `core.imaging.fingerprint`."""
    thumb: bytes
    """32 x 32 luma of the shown picture, uint8, row by row."""
    detail: float
    """Standard deviation of the thumb in levels of 255: below some, the hash is rounding noise."""
    chroma: bytes
    """8 x 8 Cb of the shown picture, then as much Cr, uint8, row by row; 128 is colourless."""


@dataclass(frozen=True, slots=True)
class Metadata:
    """What people and devices wrote about a picture, embedded and from its sidecar."""

    taken: str | None = None
    """Capture time, ``YYYY-MM-DD HH:MM:SS`` in the camera's zone, with ``+HH:MM`` where known."""
    camera: str | None = None
    """Make and model, as the device wrote them; shown and never merged."""
    title: str | None = None
    description: str | None = None
    rating: int | None = None
    """0..5 stars, -1 rejected."""
    tags: tuple[str, ...] = ()
    """Sorted, without repeats."""
    location: tuple[float, float] | None = None
    """Latitude and longitude in degrees, WGS 84."""
    favorite: bool | None = None
    albums: tuple[str, ...] = ()
    """Sorted, without repeats."""
    visibility: str | None = None
    """``timeline``, ``archive``, ``hidden`` or ``locked``, the first where None."""
    problem: str | None = None
    """Why a part of it could not be read, if so."""


@dataclass(frozen=True, slots=True)
class FoundFile:
    """An image file as the file system describes it, with the sidecars to read."""

    path: str
    size: int
    """Bytes."""
    modified_ns: int
    inode: int
    sidecar: str | None = None
    """The most trusted one."""
    sidecar_modified_ns: int = 0
    """Of the one that was modified last."""
    sidecar_size: int = 0
    """Bytes of all together."""
    further_sidecars: tuple[str, ...] = field(default=(), compare=False)
    """The others, the most trusted first. Only a listing knows them; the catalog, to which their
    sizes and times tell of every change, does not."""

    @property
    def sidecars(self) -> tuple[str, ...]:
        """All, the most trusted first."""
        return () if self.sidecar is None else (self.sidecar, *self.further_sidecars)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Why a file is kept out of everything, and what a person can do about it."""

    cause: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything one read of a file yields."""

    digest: bytes
    """BLAKE3 of the bytes, 32 bytes."""
    size: int
    """Bytes."""
    modified_ns: int
    """Modification time when it was read, ns since the epoch."""
    facts: Facts | None
    """None where the bytes are no picture we can read."""
    fingerprint: Fingerprint | None
    metadata: Metadata
    """Embedded."""
    sidecar: Metadata | None = None
    """The sidecar's, where there is one."""
    problem: Unreadable | None = None
    """Why `facts` is None, where it is."""


@dataclass(frozen=True, slots=True)
class Examined:
    """What became of one file of a scan: a reading, or why there is none."""

    found: FoundFile
    reading: Reading | None
    problem: Unreadable | None = None
    """Why the file itself could not be read."""


class Size(StrEnum):
    """How much of a server's picture is wanted."""

    THUMBNAIL = "thumbnail"
    """250 pixels a side: what a fingerprint needs."""
    PREVIEW = "preview"
    """1440 pixels a side: what a screen needs."""
    ORIGINAL = "original"
    """The file itself, byte by byte."""


@dataclass(frozen=True, slots=True)
class Remote:
    """What only its server tells of an asset."""

    original_path: str
    """Where the server has the file."""
    external: bool = False
    """The file is in a library that the server reads, and does not own."""
    group: str | None = None
    """The duplicates among which the server has it, by their id."""
    suggested: bool = False
    """It is the one of its group that the server would keep."""
    exif_count: int | None = None
    """As `Facts.exif_count`, by what the server says now."""
    thumbhash: bytes | None = None
    """A blurred picture of some 25 bytes."""
    live_video: str | None = None
    """The server's id of the video of a live photo."""
    exposure: str = ""
    """Lens and settings: ``RF 50mm · f/2.8 · 50 mm · ISO 200 · 1/250 s``."""
    town: str = ""
    """City, state and country of its location, as far as the server knows them."""
    people: int | None = None
    """How many people the server knows in it; None where it was not asked."""


@dataclass(frozen=True, slots=True)
class Listed:
    """An asset as its server tells of it, without anybody having read its file."""

    found: FoundFile
    """By the path that `core.address` gives it; nothing lies beside it."""
    digest: bytes
    """What its content is known by, 32 bytes."""
    facts: Facts | None
    """None where the server has not measured it yet."""
    metadata: Metadata
    """Its albums, which servers tell of elsewhere, are added later."""
    remote: Remote
    tagged: bool = True
    """Whether its server has told its tags; else they are what they were."""


@dataclass(frozen=True, slots=True)
class KnownFile:
    """A path of the catalog, as it was when it was last seen."""

    asset_id: int
    found: FoundFile
    state: str
    """``present``, ``missing`` or ``trashed``."""
    problem: Unreadable | None
    """Why its file or picture could not be read, where it could not."""
    read: bool = True
    """Whether its bytes have been read. Where they have not, only trying again can tell."""


class CompanionKind(StrEnum):
    """What lies beside an image and belongs to it."""

    SIDECAR = "sidecar"
    EDIT = "edit"
    """What was done to it in a program that keeps that in a file of its own form."""
    RAW = "RAW"
    VIDEO = "video"


@dataclass(frozen=True, slots=True)
class Companion:
    """A file beside an image that belongs to it."""

    kind: CompanionKind
    path: Path
    shared: bool = False
    """Another image of the folder has the same claim to it, so it never moves with one."""


@dataclass(frozen=True, slots=True)
class Asset:
    """One image in a library, as the catalog knows it."""

    id: int
    path: Path
    modified_ns: int
    digest: bytes
    content_id: int
    facts: Facts
    metadata: Metadata
    """Embedded and sidecar together, the sidecar's word first."""
    companions: tuple[Companion, ...] = ()
    first_seen_ns: int | None = None
    """When a scan first met it, ns since the epoch; None where that was before it was recorded."""
    library: Path | None = None
    """The opened library it lies in."""
    has_sidecar: bool = False
    seen: bool = False
    """Whether a person has decided about its content."""
    remote: Remote | None = None
    """Of an asset on a server."""

    @property
    def place(self) -> str:
        """The path that people know it by: that of its file, wherever that is."""
        return str(self.path) if self.remote is None else self.remote.original_path


@dataclass(frozen=True, slots=True)
class ListedAsset:
    """What lists, filters and sorts need of an asset: light enough to hold a hundred thousand."""

    path: str
    size: int
    """Bytes."""
    modified_ns: int
    format: str
    """As `Facts.format`."""
    content_id: int
    taken: str | None
    """The day, ``YYYY-MM-DD``."""


class PairKind(StrEnum):
    """Why two assets form a potential pair, strongest first."""

    EXACT = "exact"
    """The same bytes."""
    PIXELS = "pixels"
    """The same shown pixels in different files."""
    SIMILAR = "similar"
    """Fingerprints within the distance, or a server takes them for duplicates."""


@dataclass(frozen=True, slots=True)
class PairRef:
    """A potential pair, light enough to hold a hundred thousand of them."""

    asset_a: int
    asset_b: int
    kind: PairKind
    distance: int | None
    """Hamming distance of the fingerprints, 0..64; None of two that a server takes for duplicates
    as long as nobody has looked at both."""
    correlation: float | None = 1.0
    """Of the two thumbs, -1..1: what tells pairs of one distance apart. None where the search has
    not met the two: one stands for another picture of its group, or a server groups them."""
    turn: int = 1
    """The EXIF orientation that lays one picture over the other; 1: they lie alike."""
    colour_distance: float | None = 0.0
    """Root mean square difference of the two chroma thumbs, in levels of 255. None where one was
    read before there were any, until the next scan reads it again; or as above."""
    aspect_difference: float | None = 0.0
    """By how much the wider shape is wider than the other, laid over it: 0.5 between 3:2 and 1:1.
    None as above."""

    @property
    def key(self) -> tuple[int, int]:
        """The two assets, in the order that names this pair."""
        return self.asset_a, self.asset_b

    @property
    def is_met(self) -> bool:
        """Whether the search has found the two near each other."""
        return self.correlation is not None


@dataclass(frozen=True, slots=True)
class Distances:
    """How far apart the fingerprints of a potential pair may be, in bits of 64."""

    usual: int
    libraries: tuple[tuple[Path, int], ...] = ()
    """Folders for which another one holds, and for all below them."""

    def at(self, path: Path) -> int:
        """The distance that holds for the file or folder `path`: the innermost library's."""
        return ByFolder(self.usual, self.libraries).at(path)

    def largest(self, roots: Sequence[Path]) -> int:
        """The largest one that holds anywhere below `roots`; none means everywhere."""
        if not roots:
            return max(self.usual, *(distance for _, distance in self.libraries), 0)
        inside = [
            distance
            for folder, distance in self.libraries
            if any(folder.is_relative_to(root) for root in roots)
        ]
        return max(*map(self.at, roots), *inside, 0)


class RelationKind(StrEnum):
    """What was decided of a pair."""

    BETTER = "better"
    """A is better than B."""
    SAME_QUALITY = "same quality"
    """Duplicates, both kept."""
    ALTERNATES = "alternates"
    """The same picture with changed content, both kept."""
    STACKED = "stacked"
    """Both kept as one, A on top."""
    NOT_RELATED = "not related"
    """No duplicates at all."""
    DISCARDED = "discarded"
    """Not wanted, in spite of there being no better one: A and B are the same asset."""


class Fate(StrEnum):
    """What becomes of the file that is not the better one."""

    KEEP = "keep"
    TRASH = "trash"
    HARD_LINK = "hard link"
    """A further name of the better one's file takes its place."""
    REFLINK = "reflink"
    """A file that shares the better one's blocks on the disk takes its place."""
    SYMLINK = "symbolic link"
    """A link to the better one takes its place."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person or a rule wants of a pair, before it is planned."""

    kind: RelationKind
    asset_a: int
    """The better one where `kind` says so."""
    asset_b: int
    why: str
    """One sentence for people."""
    rule: str | None = None
    """The rule that chose; None for a person."""
    approved: bool = False
    """A person has agreed to what the rule chose."""
    fate: Fate | None = None
    """What becomes of B; None: it goes where A is better, and stays else."""
    merge: str | None = None
    """The policy for their metadata, as `core.metadata.policies` reads it; None: the library's."""
    settled: tuple[tuple[str, object], ...] = ()
    """What a person chose for fields of metadata, by their names."""
    leave_companions: bool = False
    """A person agreed that companions without an equal stay where they are."""
    label: str | None = None
    """Of alternates: what B is of A."""
    set_name: str | None = None
    """Of alternates: the name of the set they form."""
    overrules: tuple[int, ...] = ()
    """Decisions that contradict this one, and end with it."""
    seen: tuple[bytes, bytes] | None = None
    """Digests of the two when this was chosen: it says nothing of what they become later."""
    redo_of: int | None = None
    """The decision that was taken back, and is made again by this choice."""

    @property
    def outcome(self) -> Fate:
        """What becomes of B, said or not."""
        if self.fate is not None:
            return self.fate
        goes = self.kind in (RelationKind.BETTER, RelationKind.DISCARDED)
        return Fate.TRASH if goes else Fate.KEEP

    @property
    def trashes(self) -> bool:
        """Whether B's file goes to the trash, whatever takes its place."""
        return self.outcome is not Fate.KEEP


@dataclass(frozen=True, slots=True)
class GroupChoice:
    """What a person wants of a whole group, before it is planned; by asset ids."""

    why: str
    """One sentence for people."""
    keep: tuple[int, ...] = ()
    """Duplicates that stay, the best one first: it is kept in place of what goes, and is on top of
    what is stacked."""
    trash: tuple[int, ...] = ()
    stack: tuple[int, ...] = ()
    """Under the best one, or under the first of them where nothing is simply kept."""
    alternates: tuple[int, ...] = ()
    """Of the best one."""
    unrelated: tuple[int, ...] = ()
    """No duplicates of the best one at all."""
    merge: str | None = None
    """This and what follows: as in `Choice`."""
    settled: tuple[tuple[str, object], ...] = ()
    leave_companions: bool = False
    set_name: str | None = None
    overrules: tuple[int, ...] = ()
    seen: tuple[tuple[int, bytes], ...] = ()
    """Assets with their digests when this was chosen."""


class Writing(StrEnum):
    """Where merged metadata are written."""

    SIDECAR = "sidecar"
    EMBEDDED = "embedded"
    """Into the picture itself, where that can be done without harm; else beside it."""


class OperationKind(StrEnum):
    """One reversible step."""

    TRASH = "trash"
    """A file moves to the trash."""
    WRITE = "write sidecar"
    """A sidecar says more than it did, or is new."""
    EMBED = "write into the picture"
    """The picture is exchanged for one that says more. `target` is where it goes itself, `before`
    its digest, `after` JSON with that of the new one (`core.actions.embedding`)."""
    RECORD = "record metadata"
    """The catalog keeps what no file has a place for."""
    HARD_LINK = "hard link"
    REFLINK = "reflink"
    SYMLINK = "symbolic link"
    RELINK = "lead link on"
    """A symbolic link of an earlier decision leads to `target` from now on, as what it led to goes;
    `before` and `after` are what it says."""
    DISSOLVE = "dissolve"
    """An earlier decision's relation holds no longer; `before` is its number."""
    SERVER_TRASH = "trash on the server"
    """This and what follows is of servers, as `core.actions.servers.operations` writes it."""
    UPDATE = "update"
    """A server says something else of an asset."""
    ALBUM = "add to album"
    TAG = "tag"
    STACK = "stack"
    GROUP = "end group"
    """A server takes its members for duplicates no longer."""


LEAVING = frozenset({OperationKind.TRASH, OperationKind.SERVER_TRASH})
"""By what a picture leaves its library."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One reversible step on one file."""

    kind: OperationKind
    source: Path
    target: Path
    """Where it goes; of one that does not move, where it is."""
    before: bytes | None = None
    """What was written there; None where nothing was."""
    after: bytes | None = None
    """What will be."""
    emptied_at: str | None = None
    """When its file was removed from the trash, ISO 8601, UTC."""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """What a kept one's metadata get from the others': one field, ready to show."""

    field: str
    before: str
    """Empty where it said nothing."""
    after: str
    reason: str
    path: str
    """The picture that says it from then on."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The operations a choice will cause, shown before they happen."""

    choice: Choice
    keeper: Asset
    other: Asset
    operations: tuple[Operation, ...] = field(default=())
    changes: tuple[FieldChange, ...] = ()
    """What the operations write of metadata."""
    notes: tuple[str, ...] = ()
    """Why something is done otherwise than its owner wants, and what of it cannot be taken back."""

    @property
    def freed(self) -> int:
        """Bytes of the picture that leaves the library."""
        return self.other.facts.size if self.moves else 0

    @property
    def moves(self) -> bool:
        """Whether a picture goes to the trash."""
        return any(each.kind in LEAVING for each in self.operations)


class DecisionState(StrEnum):
    """Where a decision stands; written ahead, so that a crash can be repaired."""

    APPLYING = "applying"
    DONE = "done"
    FAILED = "failed"
    UNDOING = "undoing"
    UNDONE = "undone"
    DISSOLVED = "dissolved"
    """Its files are where it put them, and its relation holds no longer."""


@dataclass(frozen=True, slots=True)
class Decision:
    """A choice that was carried out, as the journal keeps it."""

    id: int
    choice: Choice
    """Without `seen` and `overrules`, which are of the moment."""
    path_a: Path
    path_b: Path
    """Where the two were when it was decided."""
    run: int | None
    state: DecisionState
    decided_at: str
    """ISO 8601, UTC."""
    operations: tuple[Operation, ...] = ()
    batch: int | None = None
    """The number of the first of those that were decided as one; None: this one alone."""
    undone_at: str | None = None
    """When it was taken back, ISO 8601, UTC."""
    freed: int = 0
    """Bytes that it took out of the library, as long as it is not taken back."""

    @property
    def moves(self) -> bool:
        """Whether a picture went to the trash."""
        return any(each.kind in LEAVING for each in self.operations)


@dataclass(frozen=True, slots=True)
class DecisionFilter:
    """Which decisions are meant; what is left as it is says nothing."""

    run: int | None = None
    rules: tuple[str, ...] = ()
    """One of these, as they are in the journal; see `core.catalog.history.rule_names`."""
    since: str | None = None
    """Decided then or later; as `core.catalog.journal.now` has it."""
    until: str | None = None
    """Decided before that."""
    people: bool = False
    """What people decided without a rule."""
    runs: bool = False
    """What was decided in any headless run."""
    kinds: tuple[RelationKind, ...] = ()
    states: tuple[DecisionState, ...] = ()
    text: str = ""
    """Stands in the path of one of the two, whatever its case."""


class Judgement(StrEnum):
    """What a close look at the pixels says of two pictures."""

    PIXELS = "pixel duplicate"
    """They show the same pixels."""
    VISUAL = "visual duplicate"
    """The same picture, coded or resized again."""
    ALTERNATE = "alternate"
    """The same picture with changed content."""
    DIFFERENT = "different"


class Confidence(StrEnum):
    """How sure a visual duplicate is; rules may trust *almost certain* and better."""

    NEAR_PERFECT = "near perfect"
    ALMOST_CERTAIN = "almost certain"
    VERY_PROBABLE = "very probable"


class Change(StrEnum):
    """What makes an alternate one."""

    CROP = "crop"
    BORDER = "border"
    MARK = "watermark or text"
    EDIT = "local edit"
    RECOLOUR = "recolour"
    GREYSCALE = "greyscale"
    TONE = "brightness or contrast"
    MIRRORED = "mirrored"
    ROTATED = "rotated"
    TRANSPARENCY = "transparency"
    RATIO = "other ratio"
    MOMENT = "another moment"


class Role(StrEnum):
    """What one side of a pair is to the other."""

    LARGER = "larger original"
    UPSCALE = "upscale"
    REENCODED = "re-encode of lower quality"
    MARKED = "one with the mark"
    CROPPED = "cropped one"
    WITHOUT_PROFILE = "one without its colour profile"


@dataclass(frozen=True, slots=True)
class Direction:
    """Which side is what."""

    side: str
    """``a`` or ``b``."""
    role: Role


@dataclass(frozen=True, slots=True)
class Region:
    """A part of a picture, in shares of its shown width and height."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Where it ends."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """Where it ends."""
        return self.top + self.height

    @property
    def percent(self) -> float:
        """Of the picture's area."""
        return 100 * self.width * self.height

    def shared(self, other: Region) -> Region | None:
        """What both cover, if anything."""
        left, top = max(self.left, other.left), max(self.top, other.top)
        width = min(self.right, other.right) - left
        height = min(self.bottom, other.bottom) - top
        return Region(left, top, width, height) if width > 0 and height > 0 else None

    def seen_from(self, whole: Region) -> Region:
        """The same part in shares of another one."""
        return Region(
            (self.left - whole.left) / whole.width,
            (self.top - whole.top) / whole.height,
            self.width / whole.width,
            self.height / whole.height,
        )

    def pixels(self, size: tuple[int, int]) -> tuple[float, float, float, float]:
        """Left, top, right and bottom edge in a picture of that width and height."""
        width, height = size
        return self.left * width, self.top * height, self.right * width, self.bottom * height


WHOLE = Region(0.0, 0.0, 1.0, 1.0)
"""All of a picture."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What two pictures are to each other, and why."""

    judgement: Judgement
    confidence: Confidence | None
    """Of a visual duplicate, else None."""
    change: Change | None
    """Of an alternate, where it can be told."""
    directions: tuple[Direction, ...]
    """The most telling first."""
    reasons: tuple[str, ...]
    """Sentences for people, the most telling first; ``A`` and ``B`` are the sides."""
    score: float
    """The largest measurement in units of its limit: up to 1 is *almost certain* or better."""
    regions: tuple[Region, ...] = ()
    """Where they differ, the strongest first."""
    measurements: tuple[tuple[str, float], ...] = ()
    """By name, each in units of its limit."""
    blur: float | None = None
    """Octaves of detail that A shows less of than B, below 0 where B shows less, of a visual
    duplicate; by `core.imaging.verdict.sharpness`. None: not asked, or too small to tell."""
    noise: float | None = None
    """Standard deviation of A's noise minus that of B's, in levels of 255; None as above."""
    real_size: tuple[int, int] | None = None
    """Of an upscale: width and height that would show at least as much as it does."""

    @property
    def is_sure(self) -> bool:
        """Whether a rule may trust in the two being one picture."""
        sure = (Confidence.NEAR_PERFECT, Confidence.ALMOST_CERTAIN)
        return self.judgement is Judgement.PIXELS or self.confidence in sure


class Identity(NamedTuple):
    """What a pair is, however its files are called and whichever copies stand for it."""

    content_a: int
    """The lower id."""
    content_b: int
    asset_a: int = 0
    """Of two copies of one content the lower asset id, else 0."""
    asset_b: int = 0


@dataclass(frozen=True, slots=True)
class DeniedPair:
    """One denial."""

    id: int
    rule: str
    pair: Identity
    denied_at: str
    """ISO 8601, UTC."""
    paths: tuple[str | None, str | None] = (None, None)
    """Where the two are; None of one that is nowhere now."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """What a rule has done, or people without one, in some time."""

    acted: int = 0
    """Decisions by itself."""
    approved: int = 0
    """Decisions that a person agreed to."""
    undone: int = 0
    """Of both, those that were taken back."""
    denied: int = 0
    freed: int = 0
    """Bytes that left the libraries by what still stands."""

    @property
    def acts(self) -> int:
        """Decisions of either sort, taken back or not."""
        return self.acted + self.approved

    @property
    def precision(self) -> float | None:
        """Share of its choices that nobody objected to; None before the first."""
        judged = self.acts + self.denied
        return (self.acts - self.undone) / judged if judged else None

    def __add__(self, other: Ledger) -> Ledger:
        return Ledger(
            self.acted + other.acted,
            self.approved + other.approved,
            self.undone + other.undone,
            self.denied + other.denied,
            self.freed + other.freed,
        )


@dataclass(frozen=True, slots=True)
class LedgerDay:
    """What one rule did on one day."""

    rule: str | None
    """None: people did it without one."""
    day: str
    """``2026-03-01``, of UTC; or all of a month, ``2026-03``."""
    ledger: Ledger
