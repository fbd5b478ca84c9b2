"""How much two files of one picture may differ in each measurement.

Found on generated pairs (`python -m tests.benchmarks pairs make --seed 1`) and one half of a
labelled corpus: each limit lies where at most 0.5 % to 3 % of 780 re-encoded and resized pairs
exceed it, the lower the more edits no other measurement sees. Those of tone and colour are a
third lower than that, since nothing else sees a slight change of hue or saturation. The corpus'
other half and generated pairs of other seeds took no part; they are where the figures come from.
"""

from __future__ import annotations

LIMITS = {
    "luma 3": 8.0,
    "luma 5": 6.27,
    "luma 9": 14.4,
    "luma 21": 8.0,
    "red 5": 7.2,
    "red 9": 5.7,
    "blue 5": 7.3,
    "blue 9": 7.0,
    "tone": 0.62,
    "colour": 0.83,
    "structure": 0.036,
    "flow": 0.404,
    "shift": 0.64,
    "stretch": 1.2,
    "detail": 12.5,
    "noise": 11.3,
    "unexplained": 0.37,
}
"""Largest value of each measurement between two files of one picture."""

ALIKE = 0.7
"""Correlation of thumbs, either way, below which only a common cut can make an alternate."""

NEAR_PERFECT, ALMOST_CERTAIN, VERY_PROBABLE = 0.5, 1.0, 1.5
"""Scores up to which a visual duplicate is so called. Of edits that a person would have to look
for, one in fifty lies below the second."""
