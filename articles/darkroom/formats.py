"""What a file really is, and whether it may be opened: judged from its bytes before any decoder.

Each walker follows one format's own structure and answers with a Header; it decodes nothing. What
it cannot follow it leaves to the decoder, but a size it reads is a size that was checked.
"""

import re
import struct
import zlib
from dataclasses import dataclass
from pathlib import PurePath

LARGEST_FILE = 40 * 1024 * 1024  # bytes
LARGEST_SIDE = 12_000  # pixels
LARGEST_AREA = 100_000_000  # pixels
MOST_FRAMES = 500
LARGEST_FILM = 1_000_000_000  # pixels of all frames together
LARGEST_TEXT = 4 * 1024 * 1024  # bytes that one packed text or profile may unpack to
LARGEST_TEXTS = 16 * 1024 * 1024  # and all of them together
MOST_SCANS = 100  # a progressive JPEG has about ten; each costs a pass over all pixels

SUFFIXES = {  # the first is the one we give
    "JPEG": (".jpg", ".jpeg", ".jpe", ".jfif", ".mpo"),
    "PNG": (".png", ".apng"),
    "WEBP": (".webp",),
    "GIF": (".gif",),
    "AVIF": (".avif", ".avifs"),
    "HEIF": (".heic", ".heif", ".hif", ".heics"),
}

HEIF_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
OTHER_PICTURES = (  # pictures that we do not take, by the name people know them under
    (rb"II\*\0....CR|....ftypcrx ", "Canon RAW"),
    (rb"II\*\0|MM\0\*|II\+\0|MM\0\+", "TIFF"),
    (rb"IIRO|IIRS|IIU\0|FUJIFILMCCD-RAW", "RAW"),
    (rb"BM....\0\0\0\0", "BMP"),
    (rb"8BPS", "Photoshop"),
    (rb"\0\0\x01\0|\0\0\x02\0", "ICO"),
    (rb"\xff\x0a|\0\0\0\x0cJXL ", "JPEG XL"),
    (rb"\0\0\0\x0cjP  |\xff\x4f\xff\x51", "JPEG 2000"),
    (rb"%!PS|\xc5\xd0\xd3\xc6", "EPS"),
    (rb"gimp xcf", "GIMP"),
    (rb"P[1-7]\s", "PNM"),
)
OTHER_FILES = (
    (rb"%PDF-", "PDF"),
    (rb"PK\x03\x04|PK\x05\x06", "ZIP"),
    (rb"....ftyp|....moov|RIFF....AVI |\x1a\x45\xdf\xa3", "video"),
    (rb"RIFF....WAVE|ID3|OggS|fLaC", "sound"),
    (rb"\xd0\xcf\x11\xe0", "Office"),
    (rb"\x1f\x8b|Rar!|7z\xbc\xaf", "archive"),
    (rb"MZ|\x7fELF|#!", "program"),
)
# Long enough that compressed pixels never say them by chance.
SECOND_FILE = re.compile(
    rb"PK\x03\x04[\x0a-\x3f]\0..[\0\x08\x09\x0c\x0e\x5d-\x63]\0"
    rb"|PK\x05\x06\0\0\0\0"
    rb"|%PDF-[12]\.\d|Rar!\x1a\x07[\0\x01]|7z\xbc\xaf\x27\x1c|\x7fELF[\x01\x02][\x01\x02]\x01|__HALT_COMPILER",
    re.DOTALL,
)
MARKUP = re.compile(rb"<(?:script|html|!doctype html|\?php|svg|iframe|body)\b", re.IGNORECASE)
END_OF_SCAN = re.compile(rb"\xff[^\0\xff\xd0-\xd7]")
PADDING = b"\0\t\n\r "


REASONS = {  # and the facts that may come with each
    "empty": (),
    "too-large-file": ("size", "limit"),  # bytes
    "not-a-picture": ("format",),  # if it is known
    "not-this-format": ("format",),  # a picture, but of a kind that we do not take
    "lies-about-type": ("says", "format"),  # its ending, and what it is
    "too-many-pixels": ("width", "height"),
    "too-many-frames": ("frames",),
    "two-files-in-one": (),
    "broken": ("detail",),  # English, for the log
    "took-too-long": (),
    "heic": (),  # the extra that reads it is not installed
}


class Refused(Exception):  # noqa: N818  a verdict, not an error of ours
    """A file that is not taken: a reason of REASONS, and facts. Its sentence is made elsewhere."""

    def __init__(self, reason, **facts):
        super().__init__(reason, facts)
        self.reason = reason
        self.facts = facts


@dataclass(frozen=True)
class Header:
    """What a file's structure says before anything is decoded; sizes as stored, not yet upright."""

    format: str
    width: int
    height: int
    frames: int = 1

    @property
    def suffix(self):
        return SUFFIXES[self.format][0]


def judge(data: bytes, *, name) -> Header:
    """What this file is, or Refused. The name is only ever compared with the content."""
    if not data:
        raise Refused("empty")
    if len(data) > LARGEST_FILE:
        raise Refused("too-large-file", size=len(data), limit=LARGEST_FILE)
    kind = recognise(data)
    says = ending(name)
    if says and says not in SUFFIXES[kind]:
        raise Refused("lies-about-type", says=says, format=kind)
    if SECOND_FILE.search(data):
        raise Refused("two-files-in-one")
    try:
        header, end = WALKERS[kind](data)
    except (struct.error, IndexError) as error:
        raise breaks_off(error) from error
    refuse_size(header.width, header.height)
    film = header.width * header.height * header.frames
    if header.frames > MOST_FRAMES or (header.frames > 1 and film > LARGEST_FILM):
        raise Refused("too-many-frames", frames=header.frames)
    if kind in ("PNG", "GIF", "WEBP") and data[end:].strip(PADDING):
        raise Refused("two-files-in-one")
    if MARKUP.search(data, end):
        raise Refused("two-files-in-one")
    return header


def recognise(data):
    """The format by its first bytes: a key of SUFFIXES, or Refused."""
    head = data[:1024]
    if head.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if head[:6] in (b"GIF87a", b"GIF89a"):
        return "GIF"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WEBP"
    if head[4:8] == b"ftyp":
        length = min(int.from_bytes(head[:4], "big"), len(head))
        brands = {head[8:12], *(head[at : at + 4] for at in range(16, length, 4))}
        if brands & {b"avif", b"avis"}:
            return "AVIF"
        if brands & HEIF_BRANDS:
            return "HEIF"
    for pattern, known in OTHER_PICTURES:
        if re.match(pattern, head, re.DOTALL):
            raise Refused("not-this-format", format=known)
    text = head.lstrip(b"\xef\xbb\xbf" + PADDING).lower()
    if re.match(rb"(<\?xml|<!--|<!doctype svg|<svg)", text) and b"<svg" in data[:65_536].lower():
        raise Refused("not-this-format", format="SVG")
    if re.match(rb"<(!doctype|html|head|body|script|!--)", text):
        raise Refused("not-a-picture", format="HTML")
    for pattern, known in OTHER_FILES:
        if re.match(pattern, head, re.DOTALL):
            raise Refused("not-a-picture", format=known)
    raise Refused("not-a-picture")


def ending(name):
    """The ending a name shows to whoever stops reading at a NUL, as C does; "" if there is none."""
    suffix = PurePath(name.partition("\0")[0]).suffix.lower()
    return suffix if re.fullmatch(r"\.[a-z0-9]{1,8}", suffix) else ""


def refuse_size(width, height):
    if width < 1 or height < 1:
        raise Refused("broken", detail="It has no size.")
    if max(width, height) > LARGEST_SIDE or width * height > LARGEST_AREA:
        raise Refused("too-many-pixels", width=width, height=height)


def breaks_off(detail="It breaks off in the middle."):
    return Refused("broken", detail=str(detail))


def refuse_markup(comment):
    if MARKUP.match(comment.lstrip(PADDING)):
        raise Refused("two-files-in-one")


def walk_jpeg(data):
    if data[4:6] == b"/*":  # the head of a script; a real first segment is far shorter
        raise Refused("two-files-in-one")
    size, end = walk_one_jpeg(data, 0)
    # Behind it phones keep more pictures (MPO, gain maps), films and notes. Only a second file of
    # another trade is foreign, and what a further picture says about itself is its own.
    while data.startswith(b"\xff\xd8\xff", end := skip_padding(data, end)):
        try:
            end = walk_one_jpeg(data, end)[1]
        except (Refused, struct.error, IndexError):
            break
    return Header("JPEG", *size), end


def walk_one_jpeg(data, at):
    """Its size, and where it ends: behind its end marker, or with the file."""
    at += 2
    size, scans = None, 0
    while True:
        at = data.find(b"\xff", at)
        if at < 0 or at + 1 >= len(data):
            if scans:
                return size, len(data)  # no end marker: whether all rows are there, decoding tells
            raise breaks_off()
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        at += 2
        if marker == 0xD9:
            if not scans:
                raise Refused("broken", detail="It ends before its picture.")
            return size, at
        if marker in (0x00, 0x01, 0xD8) or 0xD0 <= marker <= 0xD7:
            continue
        (length,) = struct.unpack_from(">H", data, at)
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            if size:
                raise Refused("broken", detail="It says its size twice.")
            height, width = struct.unpack_from(">HH", data, at + 3)
            size = width, height
        elif marker == 0xFE:
            refuse_markup(data[at + 2 : at + length])
        at += length
        if marker == 0xDA:
            scans += 1
            if size is None or scans > MOST_SCANS:
                raise Refused("broken", detail="Its scans are out of order.")
            found = END_OF_SCAN.search(data, at)
            at = found.start() if found else len(data)


def skip_padding(data, at):
    while at < len(data) and data[at] == 0:
        at += 1
    return at


def walk_png(data):
    at, frames, unpacked, has_pixels = 8, 1, 0, False
    width, height = struct.unpack_from(">II", data, 16)
    if data[8:16] != b"\0\0\0\x0dIHDR":
        raise Refused("broken", detail="Its header is missing.")
    while True:
        length, kind = struct.unpack_from(">I4s", data, at)
        body = at + 8
        at = body + length + 4
        if at > len(data):
            raise breaks_off()
        if kind == b"IEND":
            break
        if kind == b"IDAT":
            has_pixels = True
        elif kind == b"acTL":
            (frames,) = struct.unpack_from(">I", data, body)
        elif kind in (b"zTXt", b"iTXt", b"iCCP"):
            unpacked += unpacked_length(kind, data[body : body + length])
            if unpacked > LARGEST_TEXTS:
                raise Refused("broken", detail="Its texts unpack without end.")
        elif kind == b"tEXt":
            refuse_markup(data[body : body + length].partition(b"\0")[2])
    if not has_pixels:
        raise Refused("broken", detail="It holds no pixels.")
    return Header("PNG", width, height, max(1, frames)), at


def unpacked_length(kind, chunk):
    """How many bytes a packed chunk unpacks to; Refused when it is a bomb."""
    rest = chunk.partition(b"\0")[2]
    if kind == b"iTXt":
        if rest[:1] != b"\1":
            return 0
        rest = rest[2:].partition(b"\0")[2].partition(b"\0")[2]
    else:
        rest = rest[1:]
    try:
        length = len(zlib.decompressobj().decompress(rest, LARGEST_TEXT + 1))
    except zlib.error:
        return 0  # the decoder will not read it either
    if length > LARGEST_TEXT:
        raise Refused("broken", detail="Its texts unpack without end.")
    return length


def walk_gif(data):
    if data[6:8] == b"/*":  # a script that begins with a width of 10,799 pixels
        raise Refused("two-files-in-one")
    width, height, flags = struct.unpack_from("<HHB", data, 6)
    at, frames = 13 + palette_length(flags), 0
    while True:
        mark = data[at] if at < len(data) or not frames else 0x3B  # many forget the last byte
        at += 1
        if mark == 0x3B:
            break
        if mark == 0x2C:
            left, upper, across, down, flags = struct.unpack_from("<HHHHB", data, at)
            if not frames:  # a first frame that stands over the edge makes the picture larger
                width, height = max(width, left + across), max(height, upper + down)
            refuse_size(max(1, left + across), max(1, upper + down))
            frames += 1
            if frames > MOST_FRAMES:
                raise Refused("too-many-frames", frames=frames)
            at = end_of_blocks(data, at + 9 + palette_length(flags) + 1)
        elif mark == 0x21:
            if data[at] == 0xFE:
                refuse_markup(data[at + 2 : at + 2 + data[at + 1]])
            at = end_of_blocks(data, at + 1)
        elif mark:
            raise Refused("broken", detail="An unknown block.")
    if not frames:
        raise Refused("broken", detail="It holds no pixels.")
    return Header("GIF", width, height, frames), min(at, len(data))


def palette_length(flags):
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def end_of_blocks(data, at):
    while length := data[at]:
        at += 1 + length
    return at + 1


def walk_webp(data):
    (length,) = struct.unpack_from("<I", data, 4)
    if data[4:6] == b"/*":  # a script; a true length is even
        raise Refused("two-files-in-one")
    at, end = 12, length + 8
    if end > len(data) + 1:  # some leave out the last padding byte
        raise breaks_off()
    size, frames = None, 0
    while at + 8 <= end:
        kind, length = struct.unpack_from("<4sI", data, at)
        body, at = at + 8, at + 8 + length + (length & 1)
        if body + length > end:
            raise breaks_off()
        if kind == b"VP8X":
            size = tuple(
                1 + int.from_bytes(data[body + start : body + start + 3], "little")
                for start in (4, 7)
            )
        elif kind == b"VP8L" and not size:
            (bits,) = struct.unpack_from("<I", data, body + 1)
            size = 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
        elif kind == b"VP8 " and not size:
            across, down = struct.unpack_from("<HH", data, body + 6)
            size = across & 0x3FFF, down & 0x3FFF
        elif kind == b"ANMF":
            frames += 1
    if not size:
        raise Refused("broken", detail="It holds no pixels.")
    return Header("WEBP", *size, max(1, frames)), min(end, len(data))


def walk_avif(data):
    return walk_boxes(data, "AVIF")


def walk_heif(data):
    return walk_boxes(data, "HEIF")


def walk_boxes(data, kind):
    """ISO 14496-12 boxes. All sizes that the file declares are checked, and the largest told."""
    sizes, frames, end = [(0, 0)], 1, 0
    for name, start, end in boxes(data, 0, len(data)):
        if name == b"meta":
            for body, stop in inside(data, start + 4, end, b"iprp", b"ipco", b"ispe"):
                if stop - body >= 12:
                    sizes.append(struct.unpack_from(">II", data, body + 4))
        elif name == b"moov":
            for body, _ in inside(data, start, end, b"trak", b"tkhd"):
                at = body + (88 if data[body] else 76)
                sizes.append(tuple(side >> 16 for side in struct.unpack_from(">II", data, at)))
            table = inside(data, start, end, b"trak", b"mdia", b"minf", b"stbl", b"stsz")
            for body, _ in table:
                frames = max(frames, *struct.unpack_from(">I", data, body + 8))
    for width, height in sizes[1:]:
        refuse_size(max(1, width), max(1, height))
    width, height = max(sizes, key=lambda size: size[0] * size[1])
    return Header(kind, width, height, frames), end


def inside(data, start, end, name, *deeper):
    """Where boxes stand that are reached through boxes of these names."""
    for found, body, stop in boxes(data, start, end):
        if found == name:
            if deeper:
                yield from inside(data, body, stop, *deeper)
            else:
                yield body, stop


def boxes(data, start, end):
    while start < end:
        length, name = struct.unpack_from(">I4s", data, start)
        body = start + 8
        if length == 1:
            (length,) = struct.unpack_from(">Q", data, body)
            body += 8
        elif length == 0:
            length = end - start
        if length < body - start:
            raise Refused("broken", detail="A box has no length.")
        if start + length > end:
            raise breaks_off()
        yield name, body, start + length
        start += length


WALKERS = {
    "JPEG": walk_jpeg,
    "PNG": walk_png,
    "WEBP": walk_webp,
    "GIF": walk_gif,
    "AVIF": walk_avif,
    "HEIF": walk_heif,
}
