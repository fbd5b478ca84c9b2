"""What people and devices wrote about a picture: EXIF, IPTC and XMP in, fields out.

Plain functions over bytes that a worker process can run: no database, no event loop, no settings.
"""
