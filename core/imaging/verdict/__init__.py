"""What two pictures are to each other: the same, the same coded again, changed, or different.

| module | what lives there |
|---|---|
| `compare` | the door: two subjects in, a verdict out |
| `subject`, `look`, `packing` | all that comparing needs of a file, made once, and kept |
| `registration`, `frames` | what resizing did is taken away, and where one lies in the other |
| `noise`, `limits` | what coding may do |
| `measure`, `regions`, `judge`, `kinds` | two looks held together, judged, and put in words |
| `sharpness`, `resolution`, `descent` | which side shows more, and was there before the other |
| `difference` | the picture of where they differ |
"""

METHOD = 3
"""Version of the method; a verdict of another version is computed anew."""
