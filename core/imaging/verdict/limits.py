"""How much two files of one picture may differ in each measurement.

Found on generated pairs (`tests/benchmarks/hardpairs`) and half of a labelled corpus: each limit
lies where at most 0.2 % to 2 % of several hundred re-encoded and resized pairs exceed it, the
lower the fewer kinds of edits any other measurement sees. Nothing here was fitted to the other
half, nor to the second set of generated pairs; `python -m tests.benchmarks pairs` measures both.
"""

from __future__ import annotations

LIMITS = {
    "luma 3": 7.46,
    "luma 5": 6.31,
    "luma 9": 13.2,
    "luma 21": 8.08,
    "red 5": 7.29,
    "red 9": 7.06,
    "blue 5": 7.12,
    "blue 9": 6.81,
    "tone": 0.98,
    "colour": 1.40,
    "structure": 0.0357,
    "flow": 0.471,
    "shift": 0.75,
    "stretch": 1.2,
    "detail": 12.7,
    "noise": 12.3,
    "unexplained": 0.444,
}
"""Largest value of each measurement between two files of one picture."""

NEAR_PERFECT, ALMOST_CERTAIN, VERY_PROBABLE = 0.5, 1.0, 1.5
"""Scores up to which a visual duplicate is so called. Of edits that a person would have to look
for, one in fifty lies below the second."""
