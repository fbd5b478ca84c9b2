"""What two pictures are to each other: the same, the same coded again, changed, or different.

`subject` is all that comparing needs of a file, made once by `look` and kept by `packing`;
`registration` takes away what resizing did; `noise` says what coding may do; `measure` holds two
looks together; `judge` holds the measurements against their limits; `sharpness` tells which side
shows more; `compare` is the door: bytes in, verdict out. `difference` shows where.
"""

METHOD = 3
"""Version of the method; a verdict of another version is computed anew."""
