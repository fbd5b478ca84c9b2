"""How much two files of one picture may differ in each measurement.

Found on generated pairs (`python -m tests.benchmarks pairs make`, seeds 1, 2, 7, 91 and 92) and a
labelled corpus: each limit lies where 0.5 % to 3 % of some 2700 re-encoded and resized pairs exceed
it, the lower the more edits no other measurement sees. Those of tone and colour lie below the
slightest change of hue or saturation, which nothing else sees. Pairs of further seeds took no part;
they are where the figures come from.
"""

from __future__ import annotations

LIMITS = {
    "luma 3": 7.0,
    "luma 5": 4.9,
    "luma 9": 8.9,
    "luma 21": 4.8,
    "red 5": 5.4,
    "red 9": 4.6,
    "blue 5": 5.6,
    "blue 9": 6.7,
    "tone": 0.56,
    "colour": 0.7,
    "structure": 0.0325,
    "flow": 0.365,
    "shift": 0.61,
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
