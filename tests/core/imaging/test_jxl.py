"""JPEG XL says before it is decoded what its plug-in does not say at all."""

from __future__ import annotations

import base64
import io

import pytest
from PIL import Image

from core.errors import ImageError
from core.imaging.decode import MAX_PIXELS, open_image
from core.imaging.facts import examine
from core.imaging.jxl import CODESTREAM, Header, read_header
from core.imaging.pixels import pixel_digest
from tests import gallery

pytest.importorskip("pillow_jxl")

MOVING = base64.b85decode(
    b"0000CN?1%F4GM<}0000KW^{RQYItlQ00000YItlQ0002*YItmL00000{|Z3_O#mP!2m}EDR0B&WGTl6jM&b5fK|x"
    b"7TFp6k)jEatkVMJ7n(J^@O*s2(ViJ@W)av(;;7#U-9jIs2L7=uMy16?3~01%7-0G|mA!!O<gJir40qN4`@4*<w89"
    b"{@Z60MmW|@BqNi^Z~#FAbW!c01rSW?*Sf$aRxB>s3&;fua6q|2Tt1aANcpRLIeH>u6z9-=s)-i!2f`M`~9H*V1dA"
    b"Y;Ku$x=mGOi931Wd0B=wKFW>z~-2L|hVSWEs7w~`IsO<kA6#Tx|!0^fL$iy_<WmI1DF~<VX6CeNp008G|cx-Th00"
    b"0391O)(814|f_j)Q|K3P!piMny-&Fd{0(=oq|uY(<R0M1(O0HH;C8F*e33o-PnSK(BQt0EWT6;Q{^-AK(E%H0lF@"
    b"cexG#4*(WV9{^CJJ^*;|tq1S`ppx?ez%xAufCqq<{s0dHkL?(@Ys142re1&e((4~C`TqyYdi~)y{CfDbUl0CD?}P"
    b"soN%+4i3IFdB;J;!LJ}5c+@Q)}A-p~)A0~P?7ivR!`)c^oUm;(T0U;zM}_5c94A^^Y<4FCki8$}HapX?Bon1Z{A%"
    b"8NdxSO9tg1ON"
)
"""Two frames of 8 x 8 pixels, made by imagecodecs 2025 as DEEP was."""

DEEP = base64.b85decode(
    b"0000CN?1%F4GM<}0000KW^{RQYItlQ00000YItlQ00009YItmH3IG5Bdun)WWB&?4@B>h^2nYlL0F(twI70O@J@_"
    b"b`zQ2NklB8e+&5lvg5iyL2iZMC{FP?U-7=xWD#xTYh!x+sN!5AH5?6@Pw;GxC^;s@vgmH?oPhrk0s-~k};0w4ea2"
    b"IVgR0wC}NK>!3m;0fYdf&d7Bz#9Ys5C8#0+b0MDAOHey5ClK~1k7%pAP9f}2)scM00EOv5O{(h00JQJ20>s54+KE"
    b"q34#C!fWQ+3flh7^cmWUqffoRQ2Y|o>QUW0G03g7p^8<i@7XSo20I&5000AHH0>D7W{Rh0j3jhNj@B(EIF8~nmfD"
    b"d>9V4x$@176?-fPx<IfRcw700?-%2fP4apquam9`FJ{K@WJq3!uva2S4Be9{?Em0Jqf#yZ}(p10H}m1Oy)N0Wg4*"
    b"`T!7k00bsrAMk(=fXw}X7kB}5gCFn$Ki~z-Fn_=c{D2pLJb8f+_<#pIfaTx!vVcR`Eu5UC3$4s+2Ie&Yya5IP"
)
"""8 x 8 pixels of 16-bit colour."""


def encoded(image: Image.Image, kind: str) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, lossless=True)
    return buffer.getvalue()


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "I;16"])
@pytest.mark.parametrize(
    "size", [(8, 8), (600, 400), (1920, 1080), (801, 601), (1, 5000), (4000, 3000)]
)
def test_the_header_says_what_the_decoder_finds(mode: str, size: tuple[int, int]) -> None:
    buffer = io.BytesIO()
    Image.new(mode, size).save(buffer, "JXL", lossless=True, effort=1)
    assert read_header(buffer.getvalue()) == Header(*size, False, 16 if mode == "I;16" else 8)


def test_an_animation_is_refused_as_only_its_end_can_be_read() -> None:
    with pytest.raises(ImageError, match="animated JPEG XL"):
        examine(MOVING)


def test_sixteen_bits_are_not_the_eight_they_are_shown_as() -> None:
    with Image.open(io.BytesIO(DEEP)) as image:
        shown = encoded(image.convert("RGB"), "PNG")
    assert examine(DEEP)[0].pixel_digest is None
    assert pixel_digest(DEEP) != pixel_digest(shown)


def test_eight_bits_meet_whatever_holds_them() -> None:
    with Image.open(gallery.photo("coffee")) as image:
        plain = Image.frombytes("RGB", image.size, image.tobytes())
    assert pixel_digest(encoded(plain, "JXL")) == pixel_digest(encoded(plain, "PNG"))


def test_a_bomb_is_refused_before_it_is_decoded() -> None:
    # Height in 30 bits (selector 3), as wide as high (ratio 1), everything else as usual.
    side = int(MAX_PIXELS**0.5) + 1
    bits = 3 << 1 | (side - 1) << 3 | 1 << 33 | 1 << 36
    with pytest.raises(ImageError, match="decompression bomb"):
        open_image(CODESTREAM + bits.to_bytes(8, "little"))


@pytest.mark.parametrize("cut", range(0, 60, 3))
def test_a_cut_header_is_refused_and_harms_nobody(cut: int) -> None:
    with pytest.raises(ImageError):
        examine(DEEP[:cut])
