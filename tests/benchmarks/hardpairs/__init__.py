"""Pairs that are hard to tell apart, made with their labels, and what a verdict got wrong on them.

A false rate can only be bounded by numbers: no false verdict in 300 pairs says "below 1 %", so
thousands are made, from photos and from drawn pictures, each from a number and a seed alone.

    python -m tests.benchmarks pairs make --out FOLDER --count 1000 --seed 1
    python -m tests.benchmarks pairs table FOLDER ANSWERS.jsonl
    python -m tests.benchmarks pairs plot FOLDER ANSWERS.jsonl PLOT.png
    python -m tests.benchmarks pairs sheet FOLDER ANSWERS.jsonl SHEET.png

`FOLDER/labels.json` holds `pairs`, in the order the answers are expected: a and b (paths below
FOLDER), class, accept (verdicts that are no error), strict, critical (a duplicate verdict would
destroy something), transform (the kind), params (how it was made) and group (its source).

ANSWERS holds one JSON object a line, in that order: verdict, confidence, score (larger is more
different, 1 is the limit of *almost certain*), and difference (a picture's path), where there is
one.
"""
