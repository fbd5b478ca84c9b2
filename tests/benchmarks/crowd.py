"""A catalog of a hundred thousand pairs of pictures that are nowhere, as a scan would leave it."""

from __future__ import annotations

import os
from pathlib import Path
from random import Random

from core.catalog.pairs import Candidate, Evidence, store_candidates
from core.catalog.schema import Asset, Content, database

PAIRS = 100_000


def fill(root: Path) -> None:
    """Fill the open catalog with pictures below `root`. Call it on the database thread."""
    random = Random(1)
    contents, assets = [], []
    for number in range(1, 2 * PAIRS + 1):
        width = random.choice((1600, 2000, 4000))
        contents.append(
            {
                "id": number,
                "digest": random.randbytes(32),
                "size": random.randrange(500_000, 5_000_000),
                "format": random.choice(("JPEG", "JPEG", "PNG")),
                "width": width,
                "height": width * 3 // 4,
                "orientation": 1,
                "mode": "RGB",
                "frames": 1,
                "coding": "lossy:jpeg",
                "headers": random.choice(("EXIF,XMP", "")),
                "hash": random.randrange(1 << 62),
                "thumb": bytes(1024),
                "chroma": bytes(128),
                "detail": 40.0,
                "metadata": '{"taken": "2024-07-14 10:00:00", "camera": "Canon EOS 80D"}',
                "searched": 4,
            }
        )
        assets.append(
            {
                "path": os.fsencode(root / f"{number // 1000:04}" / f"IMG_{number:07}.jpg"),
                "size": 3_000_000,
                "modified_ns": 1_720_000_000_000_000_000 + random.randrange(10**15),
                "inode": number,
                "content": number,
            }
        )
    with database.atomic():
        for model, rows in ((Content, contents), (Asset, assets)):
            for start in range(0, len(rows), 1000):
                model.insert_many(rows[start : start + 1000]).execute()
    candidates = []
    for first in range(1, 2 * PAIRS, 2):
        distance = random.choice((0, 2, 4))
        candidates.append(Candidate(first, first + 1, distance, 0.99, False, Evidence(2.5, 0.0)))
    store_candidates(candidates, [], 4)
