from __future__ import annotations

from core.model import Direction, Judgement, Role, Verdict
from core.sides import swapped


def test_what_was_said_of_a_is_said_of_b() -> None:
    verdict = Verdict(
        judgement=Judgement.VISUAL,
        confidence=None,
        change=None,
        directions=(Direction("a", Role.LARGER), Direction("b", Role.UPSCALE)),
        reasons=("A has 4.0 times the pixels of B.", "B's edges are soft, as in ABBA's A4."),
        score=0.5,
        blur=0.75,
        noise=-2.0,
        real_size=(400, 300),
    )
    found = swapped(verdict)
    assert found.directions == (Direction("b", Role.LARGER), Direction("a", Role.UPSCALE))
    assert found.reasons == (
        "B has 4.0 times the pixels of A.",
        "A's edges are soft, as in ABBA's A4.",
    )
    assert (found.blur, found.noise, found.real_size) == (-0.75, 2.0, (400, 300))
    assert swapped(found) == verdict
