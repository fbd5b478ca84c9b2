"""Which file names are images, and which belong beside one.

A name only decides what is looked at; what a file is, its bytes say.
"""

from __future__ import annotations

IMAGE_SUFFIXES = frozenset(
    ".jpg .jpeg .jpe .jfif .png .webp .gif .tif .tiff .bmp .avif .heic .heif .hif .mpo .jxl".split()
)
RAW_SUFFIXES = frozenset(
    ".3fr .arw .cr2 .cr3 .crw .dcr .dng .erf .fff .gpr .iiq .kdc .mef .mos .mrw .nef .nrw .orf"
    " .pef .raf .raw .rw2 .rwl .sr2 .srf .srw .x3f".split()
)
VIDEO_SUFFIXES = frozenset(".mov .mp4 .m4v".split())
"""Containers that phones use for the moving half of a live photo."""
SIDECAR_SUFFIX = ".xmp"
EDIT_SUFFIXES = frozenset(".aae .arp .dop .on1 .pp3".split())
"""Of what Apple's Photos, ART, DxO PhotoLab, ON1 and RawTherapee have done to a picture."""

SUFFIXES_OF_FORMAT = {
    "JPEG": {".jpg", ".jpeg", ".jpe", ".jfif", ".mpo"},
    "PNG": {".png"},
    "WEBP": {".webp"},
    "GIF": {".gif"},
    "TIFF": {".tif", ".tiff"},
    "BMP": {".bmp"},
    "AVIF": {".avif"},
    "JXL": {".jxl"},
    "HEIF": {".heic", ".heif", ".hif"},
    **{name: {f".{name.lower()}"} for name in "3FR CR2 CR3 ERF IIQ MEF MOS MRW ORF".split()},
    **{name: {f".{name.lower()}"} for name in "PEF RAF RWL SRW X3F CRW".split()},
    "ARW": {".arw", ".sr2", ".srf"},
    "DCR": {".dcr", ".kdc"},
    "DNG": {".dng", ".gpr"},
    "NEF": {".nef", ".nrw"},
    "RAW": RAW_SUFFIXES,
    "RW2": {".rw2", ".rwl", ".raw"},
}
"""Decoder's format name, or `core.imaging.raw`'s, to the suffixes that say so."""


def suffix_of(name: str) -> str:
    """The lower-case suffix with its dot, or an empty string."""
    dot = name.rfind(".")
    return name[dot:].lower() if dot > 0 else ""


def stem_of(name: str) -> str:
    """The name without its suffix, lower-case: cameras and file systems mix the cases."""
    dot = name.rfind(".")
    return (name[:dot] if dot > 0 else name).lower()
