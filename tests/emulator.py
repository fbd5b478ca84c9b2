"""A terminal that draws pictures, as far as this program speaks to one.

It keeps what real ones keep: cells with their colours, sixels that text wipes away, kitty pictures
by number with the cells that name them; it answers what it is asked, and `picture` shows what a
person would see. What it is sent and does not know is an error, so that nothing is sent in vain.
"""

from __future__ import annotations

import base64
import io
import re
from dataclasses import dataclass, field

import numpy as np
from PIL import Image, ImageDraw, ImageFont
from rich.cells import get_character_cell_size

from tui.preview.kitty import MOST_CELLS, PICTURE, marks
from tui.preview.protocol import Cell, Protocol

Colour = tuple[int, int, int]

_INK: Colour = (220, 220, 220)
_GROUND: Colour = (0, 0, 0)

_MARKS = {marks(0, number)[1]: number for number in range(MOST_CELLS)}

_SEQUENCE = re.compile(
    rb"\x1b(?:"
    rb"\[(?P<private>[?<>=]?)(?P<numbers>[\d;:]*)(?P<between>[ $]?)(?P<final>[@-~])"
    rb"|P(?P<dcs>[^\x1b]*(?:\x1b\x1b[^\x1b]*)*)\x1b\\"
    rb"|_(?P<apc>[^\x1b]*)\x1b\\"
    rb"|\](?P<osc>[^\x1b\x07]*)(?:\x1b\\|\x07)"
    rb"|(?P<other>[()][\dA-B]|[=>78MDEc])"
    rb")"
)
_BEGUN = re.compile(
    rb"\x1b(?:"
    rb"\[[?<>=]?[\d;:]*[ $]?"
    rb"|[P_\]][^\x1b\x07]*(?:\x1b\x1b[^\x1b]*)*\x1b?"
    rb"|[()]?"
    rb")?$"
)
"""What may yet become a sequence."""

_CELL = Cell(10, 20)


@dataclass(slots=True)
class Glyph:
    """What is in a cell."""

    text: str = " "
    colour: Colour = _INK
    ground: Colour = _GROUND

    @property
    def number(self) -> int:
        """The kitty picture that its colour names."""
        red, green, blue = self.colour
        return red << 16 | green << 8 | blue


@dataclass(slots=True)
class Sent:
    """A kitty picture in the terminal."""

    picture: Image.Image
    columns: int
    rows: int


@dataclass(slots=True)
class Emulator:
    """One screen. Feed it what a program writes; it says what to answer."""

    columns: int = 120
    rows: int = 40
    cell: Cell = _CELL
    protocol: Protocol = Protocol.HALF
    name: str = ""
    """What it calls itself where it is asked."""
    lies: bool = False
    """Whether it claims sixels and draws none."""
    kitty: dict[int, Sent] = field(default_factory=dict)
    left_behind: set[int] = field(default_factory=set)
    """Pictures that were still there when the alternate screen was left."""
    modes: set[int] = field(default_factory=set)
    """DEC private modes that are set."""
    cursor: tuple[int, int] = (0, 0)
    _glyphs: list[list[Glyph]] = field(default_factory=list)
    _layer: np.ndarray = field(default_factory=lambda: np.zeros(0))
    _colour: Colour = _INK
    _ground: Colour = _GROUND
    _reverse: bool = False
    _rest: bytes = b""
    _kitty_keys: dict[str, str] = field(default_factory=dict)
    _kitty_data: str = ""

    def __post_init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Empty the screen; what kitty was sent stays."""
        self._glyphs = [[Glyph() for _ in range(self.columns)] for _ in range(self.rows)]
        height, width = self.rows * self.cell.height, self.columns * self.cell.width
        self._layer = np.zeros((height, width, 4), np.uint8)

    def feed(self, data: bytes) -> bytes:
        """Take what a program has written; what the terminal answers to it."""
        data, answers = self._rest + data, []
        at = 0
        while at < len(data):
            if data[at] == 0x1B:
                found = _SEQUENCE.match(data, at)
                if found is None:
                    assert _BEGUN.match(data, at), f"unknown sequence {data[at : at + 40]!r}"
                    break
                answers.append(self._obey(found))
                at = found.end()
                continue
            end = data.find(b"\x1b", at)
            end = len(data) if end < 0 else end
            try:
                text = data[at:end].decode()
            except UnicodeDecodeError as error:
                # The rest of a character is still to come.
                text = data[at : at + error.start].decode()
                self._write(text)
                at += error.start
                break
            self._write(text)
            at = end
        self._rest = data[at:]
        return b"".join(answers)

    def line(self, y: int) -> str:
        """The text of a row."""
        return "".join(glyph.text for glyph in self._glyphs[y])

    @property
    def text(self) -> str:
        """The text of the screen."""
        return "\n".join(self.line(y) for y in range(self.rows))

    def pictures(self) -> list[Image.Image]:
        """What is drawn of pictures on the left half of the screen and on the right one, if any."""
        wide, high = self.cell
        sixels = self._layer[high // 2 :: high, wide // 2 :: wide, 3] > 0
        cells = [[self._shows_picture(glyph) for glyph in row] for row in self._glyphs]
        pictured = sixels | np.array(cells)
        screen, found = self.picture(), []
        middle = self.columns // 2
        for first, last in ((0, middle), (middle, self.columns)):
            rows = np.flatnonzero(pictured[:, first:last].any(axis=1))
            columns = np.flatnonzero(pictured[:, first:last].any(axis=0)) + first
            if len(rows):
                box = columns[0] * wide, rows[0] * high, columns[-1] * wide, rows[-1] * high
                found.append(screen.crop((*box[:2], box[2] + wide, box[3] + high)))
        return found

    def _shows_picture(self, glyph: Glyph) -> bool:
        return glyph.text == "▀" or (glyph.text[:1] == PICTURE and glyph.number in self.kitty)

    def _write(self, text: str) -> None:
        x, y = self.cursor
        for character in text:
            if character == "\r":
                x = 0
            elif character == "\n":
                y = min(self.rows - 1, y + 1)
            elif character == "\b":
                x = max(0, x - 1)
            elif character < " ":
                continue
            elif not (width := get_character_cell_size(character)):
                if x:
                    self._glyphs[y][x - 1].text += character
            elif x < self.columns:
                colour, ground = self._colour, self._ground
                if self._reverse:
                    colour, ground = ground, colour
                for part in range(min(width, self.columns - x)):
                    self._put(x + part, y, Glyph("" if part else character, colour, ground))
                x += width
        self.cursor = x, y

    def _put(self, x: int, y: int, glyph: Glyph) -> None:
        self._glyphs[y][x] = glyph
        wide, high = self.cell
        self._layer[y * high : (y + 1) * high, x * wide : (x + 1) * wide] = 0

    def _obey(self, found: re.Match[bytes]) -> bytes:
        if found["final"] is not None:
            return self._control(found)
        if found["apc"] is not None:
            return self._graphics(found["apc"].decode())
        if found["dcs"] is not None:
            return self._device(found["dcs"])
        return b""

    def _device(self, body: bytes) -> bytes:
        if body == b"$qm":
            codes = ":".join(map(str, self._colour))
            return f"\x1bP1$r0;38:2::{codes}m\x1b\\".encode()
        if re.match(rb"[\d;]*q", body):
            if self.protocol is Protocol.SIXEL and not self.lies:
                self._paint(decode_sixels(body.decode()))
            return b""
        raise AssertionError(f"unknown device control {body[:40]!r}")

    def _paint(self, picture: np.ndarray) -> None:
        x, y = self.cursor
        top, left = y * self.cell.height, x * self.cell.width
        place = self._layer[top : top + len(picture), left : left + picture.shape[1]]
        height, width = place.shape[:2]
        seen = picture[:height, :width, 3] > 0
        place[seen] = picture[:height, :width][seen]
        down = -(-len(picture) // self.cell.height) - 1
        self.cursor = x, min(self.rows - 1, y + down)

    def _graphics(self, body: str) -> bytes:
        """https://sw.kovidgoyal.net/kitty/graphics-protocol/"""
        control, _, payload = body.removeprefix("G").partition(";")
        keys = dict(part.split("=", 1) for part in control.split(","))
        if keys.get("a") == "q":
            known = self.protocol is Protocol.KITTY
            return f"\x1b_Gi={keys['i']};OK\x1b\\".encode() if known else b""
        assert self.protocol is Protocol.KITTY, "a kitty picture for another terminal"
        if keys.get("a") == "d":
            assert not self._kitty_keys, "a command within a picture"
            assert keys["d"] == "I", "only whole pictures are taken back"
            self.kitty.pop(int(keys["i"]), None)
            return b""
        if self._kitty_keys:
            assert set(keys) <= {"m", "q"}, "another command within a picture"
        else:
            self._kitty_keys = keys
        assert len(payload) <= 4096
        self._kitty_data += payload
        if keys.get("m") != "1":
            keys, data = self._kitty_keys, base64.standard_b64decode(self._kitty_data)
            self._kitty_keys, self._kitty_data = {}, ""
            if keys.get("a") == "T":
                try:
                    picture = Image.open(io.BytesIO(data)).convert("RGB")
                except (OSError, SyntaxError):
                    # Broken off.
                    return b""
                assert keys["U"] == "1"
                assert keys["q"] == "2", "its answer would be taken for keys"
                self.kitty[int(keys["i"])] = Sent(picture, int(keys["c"]), int(keys["r"]))
        return b""

    def _control(self, found: re.Match[bytes]) -> bytes:
        private, final = found["private"].decode(), (found["between"] + found["final"]).decode()
        numbers = [int(part or 0) for part in found["numbers"].decode().split(";")]
        if private == "?" and final in ("h", "l"):
            self._mode(numbers, final == "h")
        elif private == "?" and final == "$p":
            state = 2 if numbers[0] == 2026 else 0
            return f"\x1b[?{numbers[0]};{state}$y".encode()
        elif private == ">" and final == "q":
            return f"\x1bP>|{self.name}\x1b\\".encode() if self.name else b""
        elif private:
            # Keyboard protocols and secondary attributes.
            return b""
        elif final == "H":
            row, column = (*numbers, 1, 1)[:2]
            self.cursor = max(0, column - 1), max(0, row - 1)
        elif final == "m":
            self._dress(found["numbers"].decode())
        elif final == "c":
            return b"\x1b[?62;%sc" % (b"4" if self.protocol is Protocol.SIXEL else b"22")
        elif final == "n":
            x, y = self.cursor
            return f"\x1b[{y + 1};{x + 1}R".encode()
        elif final == "t" and numbers[0] == 16:
            return b"\x1b[6;%d;%dt" % (self.cell.height, self.cell.width)
        else:
            self._move(final, numbers[0])
        return b""

    def _move(self, final: str, number: int) -> None:
        """What only tmux writes."""
        x, y = self.cursor
        if final == "J":
            self.clear()
        elif final == "K":
            for column in range(0 if number else x, self.columns):
                self._put(column, y, Glyph(" ", self._colour, self._ground))
        elif final == "X":
            for column in range(x, min(self.columns, x + max(1, number))):
                self._put(column, y, Glyph(" ", self._colour, self._ground))
        else:
            steps = {"A": (0, -1), "B": (0, 1), "C": (1, 0), "D": (-1, 0)}
            across, down = steps.get(final, (0, 0))
            x, y = x + across * max(1, number), y + down * max(1, number)
            if final == "d":
                y = number - 1
            elif final == "G":
                x = number - 1
            else:
                assert final in (*steps, "r", "t", "l", "h"), f"unknown control {final}"
        self.cursor = max(0, min(self.columns - 1, x)), max(0, min(self.rows - 1, y))

    def _mode(self, numbers: list[int], on: bool) -> None:
        for number in numbers:
            (self.modes.add if on else self.modes.discard)(number)
            if number == 1049:
                if not on:
                    self.left_behind |= set(self.kitty)
                # kitty: the alternate screen starts without pictures.
                self.kitty.clear()
                self.clear()

    def _dress(self, codes: str) -> None:
        numbers = [int(part or 0) for part in codes.replace(":", ";").split(";")]
        while numbers:
            code = numbers.pop(0)
            if code == 0:
                self._colour, self._ground, self._reverse = _INK, _GROUND, False
            elif code in (7, 27):
                self._reverse = code == 7
            elif code in (38, 48):
                colour, numbers = _colour(numbers)
                if code == 38:
                    self._colour = colour
                else:
                    self._ground = colour
            elif code == 39:
                self._colour = _INK
            elif code == 49:
                self._ground = _GROUND

    def picture(self) -> Image.Image:
        """The screen as a person sees it."""
        wide, high = self.cell
        screen = Image.new("RGB", (self.columns * wide, self.rows * high))
        draw = ImageDraw.Draw(screen)
        font = _font(high)
        for y, row in enumerate(self._glyphs):
            piece: tuple[int, int, int] | None = None
            for x, glyph in enumerate(row):
                left, top = x * wide, y * high
                box = left, top, left + wide - 1, top + high - 1
                draw.rectangle(box, glyph.ground)
                if glyph.text[:1] == PICTURE:
                    piece = _piece(glyph, piece)
                    if piece is not None and piece[0] in self.kitty:
                        screen.paste(self._cut(*piece), (left, top))
                    continue
                piece = None
                if glyph.text == "▀":
                    draw.rectangle((left, top, left + wide - 1, top + high // 2 - 1), glyph.colour)
                elif glyph.text.strip():
                    draw.text((left, top), glyph.text, glyph.colour, font)
        layer = Image.fromarray(self._layer)
        screen.paste(layer, (0, 0), layer)
        return screen

    def _cut(self, number: int, row: int, column: int) -> Image.Image:
        """One cell of a kitty picture, which is fitted into its place as it was sent."""
        wide, high = self.cell
        sent = self.kitty[number]
        place = sent.columns * wide, sent.rows * high
        scale = min(place[0] / sent.picture.width, place[1] / sent.picture.height)
        size = round(sent.picture.width * scale), round(sent.picture.height * scale)
        if sent.picture.size != size:
            sent.picture = sent.picture.resize(size)
        left = column * wide - (place[0] - size[0]) // 2
        top = row * high - (place[1] - size[1]) // 2
        return sent.picture.crop((left, top, left + wide, top + high))


def _piece(glyph: Glyph, before: tuple[int, int, int] | None) -> tuple[int, int, int] | None:
    """Picture, row and column of a placeholder, of which the left neighbour is `before`."""
    numbers = [_MARKS[mark] for mark in glyph.text[1:]]
    if len(numbers) == 2:
        return glyph.number, numbers[0], numbers[1]
    if before is not None and before[0] == glyph.number and numbers in ([], [before[1]]):
        return before[0], before[1], before[2] + 1
    return glyph.number, numbers[0] if numbers else 0, 0


def _colour(numbers: list[int]) -> tuple[Colour, list[int]]:
    if numbers[0] == 2:
        # With colons there may be a colour space before the colours.
        return (numbers[1], numbers[2], numbers[3]), numbers[4:]
    return (numbers[1],) * 3, numbers[2:]


def _font(height: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    try:
        return ImageFont.truetype("DejaVuSansMono.ttf", height * 3 // 4)
    except OSError:
        return ImageFont.load_default(height * 3 // 5)


def decode_sixels(body: str) -> np.ndarray:
    """A picture, RGBA, from sixels (DEC STD 070): palette in percent, six rows a band."""
    header = re.match(r'[\d;]*q(?:"\d+;\d+(?:;(\d+);(\d+))?)?', body)
    assert header is not None
    width, height = (int(number) if number else 4096 for number in header.groups())
    picture = np.zeros((height + 6, width, 4), np.uint8)
    palette: dict[int, tuple[int, ...]] = {}
    x = y = colour = widest = 0
    body = body[header.end() :]
    for token in re.finditer(r"#(\d+)(?:;2;(\d+);(\d+);(\d+))?|!(\d+)(.)|([$-])|([?-~])", body):
        if token[1]:
            colour = int(token[1])
            if token[2]:
                palette[colour] = tuple(round(int(token[n]) * 2.55) for n in (2, 3, 4))
        elif token[7]:
            x, y = 0, y + 6 * (token[7] == "-")
        else:
            count = int(token[5]) if token[5] else 1
            bits = ord(token[6] or token[8]) - 63
            for row in range(6):
                if bits >> row & 1:
                    picture[y + row, x : x + count] = (*palette[colour], 255)
            x += count
            widest = max(widest, x)
    return picture[: min(height, y + 6), : min(width, widest)]
