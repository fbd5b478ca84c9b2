"""Where a picture was taken: which numbers can be a place, and when two are one."""

from __future__ import annotations

import math

Place = tuple[float, float]
"""Latitude and longitude in degrees, WGS 84."""

SAME_PLACE_METRES = 2.0
"""Up to here two positions are one that was written down in two ways. Five decimals of a degree are
the coarsest form in common use (XMP's minutes and EXIF's seconds are finer), and cutting the rest
off moves a position by up to 1.6 m. A receiver's own error is larger, but that two readings could
be of one place is no reason to call them one."""

_EARTH_METRES = 6_371_008.8
"""Mean radius (IUGG)."""


def sound_place(latitude: float, longitude: float) -> Place | None:
    """The place, to 0.1 m as `Metadata.location` has it; None for degrees that are on no globe.

    0, 0 is what a receiver without a fix writes, and so is no place.
    """
    if not (math.isfinite(latitude) and math.isfinite(longitude)):
        return None
    if abs(latitude) > 90 or abs(longitude) > 180 or not (latitude or longitude):
        return None
    return round(latitude, 6), round(longitude, 6)


def metres_apart(a: Place, b: Place) -> float:
    """Great-circle distance (haversine, exact for small ones)."""
    (latitude_a, longitude_a), (latitude_b, longitude_b) = (
        (math.radians(each[0]), math.radians(each[1])) for each in (a, b)
    )
    half = (
        math.sin((latitude_b - latitude_a) / 2) ** 2
        + math.cos(latitude_a)
        * math.cos(latitude_b)
        * math.sin((longitude_b - longitude_a) / 2) ** 2
    )
    return 2 * _EARTH_METRES * math.asin(min(1.0, math.sqrt(half)))
