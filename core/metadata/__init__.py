"""What people and devices wrote about a picture: EXIF, IPTC and XMP in, fields out.

Plain functions over bytes that a worker process can run: no database, no event loop, no settings.

| module | what lives there |
|---|---|
| `read`, `properties`, `takeout`, `library` | from bytes to fields, by one door to exiv2 |
| `moments`, `places`, `tags`, `exif_count` | what single fields mean, and when two are one |
| `fields`, `policies`, `merge`, `unmerged` | what the kept ones get, and what no merge hands on |
| `write`, `packet`, `embed` | from fields to bytes, with all else left as it was |
| `compare`, `shown` | two assets side by side, as people read them |
"""
