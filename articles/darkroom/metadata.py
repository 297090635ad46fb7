"""What a picture says of itself: caption, credit, rights, place, time, in the words of its sender.

The same fact may stand in three places, and often stands there differently. Which one counts:

1.  XMP, the form in which the IPTC Photo Metadata Standard (Core 1.5, Extension 1.9) lives today.
2.  IPTC IIM, its form of the 1990s. It comes before XMP when the picture holds a digest of the IIM
    as it was when both were last written together, and the IIM is no longer that: then somebody
    changed it with a tool that knows no XMP. Metadata Working Group, "Guidelines for Handling
    Image Metadata" 2.0 (2010), on reconciling; Adobe's XMP Toolkit reads alike. Without a digest
    XMP counts. IIM is short of room: what is XMP's text cut off at IIM's length is read from XMP.
3.  Exif. Here we part from the Guidelines, which put Exif first for description, creator, copyright
    and date: they were written for what people photograph themselves. Cameras fill these fields
    with names of their own, and Exif before 3.0 knows no charset but ASCII, while agencies and
    desks write XMP and IIM. What only Exif says is still read.

A fact is taken whole from one place: no city from here with a country from there. A time is the one
exception: if another place tells the same day with its hour, or the same hour with its zone, that
is taken.

Credit is what the supplier asks to be printed (IPTC: Credit Line). Where there is none it is made
of who took the picture and who owns it: "Creator / Source".

Positions (GPS) are never read. Nothing here decodes a picture; all of it minds hostile files.
"""

import codecs
import hashlib
import io
import re
import struct
import unicodedata
import warnings
import zlib
from collections import defaultdict
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path

from lxml import etree
from PIL import Image

LARGEST_PACKET = 8 * 1024 * 1024  # bytes of XMP; Photoshop's lists of ancestors do get that long
MOST_MARKS = 400_000  # tags, or attributes, in it: what a small packet could cost in memory
MOST_ITEMS = 1_000  # of one property
MOST_CHUNKS = 100_000  # of a PNG
LONGEST_READ = 20_000  # signs of one text; the rest is not looked at
MOST_NAMES = 100  # keywords, persons
LONGEST = {  # signs; those of articles/models/images.py
    "caption": 2000,
    "credit": 200,
    "creator": 200,
    "copyright": 500,
    "usage_terms": 500,
    "source": 200,
    "place": 200,
    "alt_text": 500,
    "name": 100,
}
IIM_ROOM = {"creator": 32, "credit": 32, "source": 32, "copyright": 128}  # bytes; IIM 4.2


@dataclass(frozen=True)
class Metadata:
    """What a picture says of itself. "" and [] where it says nothing."""

    caption: str = ""
    credit: str = ""
    creator: str = ""
    copyright: str = ""
    usage_terms: str = ""
    source: str = ""
    place: str = ""  # "sublocation, city, country"
    taken_at: str = ""  # ISO 8601 as far as it is known: "1969", or to the second with its zone
    keywords: list[str] = field(default_factory=list)
    persons: list[str] = field(default_factory=list)
    alt_text: str = ""
    digital_source: str = ""  # IPTC NewsCode of how it was made, such as trainedAlgorithmicMedia

    def as_dict(self):
        """For JSON; `Metadata(**words)` is the way back."""
        return asdict(self)


def read(path_or_bytes) -> Metadata:
    """What a picture says of itself.

    What is broken counts as not there, even the whole picture: to tell that is not our work here.
    Changes how the whole process warns while it works, so it is not for threads.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow warns of what is broken or large
        if isinstance(path_or_bytes, bytes):
            blocks = _blocks(io.BytesIO(path_or_bytes))
        else:
            with Path(path_or_bytes).open("rb") as file:
                blocks = _blocks(file)
        xmp, iim, exif = _xmp(blocks), _iim(blocks.iim), _exif(blocks.exif)
    told = [iim, xmp, exif] if blocks.iim_is_newer else [xmp, iim, exif]
    facts = {name: _first(source.get(name) for source in told) for name in Metadata.__match_args__}
    for name, room in IIM_ROOM.items():
        cut, whole = iim.get(name, ""), xmp.get(name, "")
        if cut and whole.startswith(cut) and len(cut.encode()) >= room - 3:
            facts[name] = whole
    for source in told:
        if source.get("taken_at", "").startswith(facts["taken_at"] or "?"):
            facts["taken_at"] = max(facts["taken_at"], source["taken_at"], key=len)
    facts["credit"] = facts["credit"] or _shorten(
        " / ".join(dict.fromkeys(filter(None, [facts["creator"], facts["source"]]))),
        LONGEST["credit"],
    )
    return Metadata(**{name: fact for name, fact in facts.items() if fact})


def _first(values):
    return next((value for value in values if value), "")


# Where a file keeps it


@dataclass
class _Blocks:
    xmp: bytes = b""
    extended_xmp: dict[str, bytes] = field(default_factory=dict)  # by MD5, in hexadecimal
    iim: bytes = b""
    iim_digest: bytes = b""
    exif: bytes = b""

    @property
    def iim_is_newer(self):
        digest = hashlib.md5(self.iim, usedforsecurity=False).digest()
        return len(self.iim_digest) == 16 and self.iim_digest != digest


def _blocks(file):
    if file.read(8) == b"\x89PNG\r\n\x1a\n":
        # Pillow reads what stands behind the pixels only after it has decoded them.
        return _png_blocks(file)
    try:
        file.seek(0)
        picture = Image.open(file)
    except Exception:
        return _Blocks()  # each of Pillow's readers fails in ways of its own
    with picture:
        if picture.format in {"JPEG", "MPO"}:
            return _jpeg_blocks(picture.applist, picture.info.get("exif", b""))
        blocks = _Blocks(exif=picture.info.get("exif") or b"")
        xmp = picture.info.get("xmp") or b""
        blocks.xmp = xmp.encode() if isinstance(xmp, str) else xmp
        return blocks


def _jpeg_blocks(segments, exif):
    """XMP Specification Part 3, 1.1.3: APP1 for XMP and its extension, APP13 for Photoshop's."""
    blocks = _Blocks(exif=exif)
    parts, photoshop = defaultdict(dict), []
    for marker, content in segments:
        head, _, rest = content.partition(b"\0")
        if marker == "APP1" and head == b"http://ns.adobe.com/xap/1.0/":
            blocks.xmp = blocks.xmp or rest
        elif marker == "APP1" and head == b"http://ns.adobe.com/xmp/extension/" and len(rest) > 40:
            name, (size, start) = rest[:32].decode("latin-1"), struct.unpack(">II", rest[32:40])
            if size <= LARGEST_PACKET:
                parts[name][start] = rest[40:]
        elif marker == "APP13" and head == b"Photoshop 3.0":
            photoshop.append(rest)
    for name, pieces in parts.items():
        whole = b"".join(pieces[start] for start in sorted(pieces))
        if hashlib.md5(whole, usedforsecurity=False).hexdigest().upper() == name.upper():
            blocks.extended_xmp[name.upper()] = whole
    _read_photoshop(b"".join(photoshop), blocks)
    return blocks


def _read_photoshop(resources, blocks):
    """Image resources: "8BIM", number, a name of even length, size, content of even length."""
    start = 0
    while resources[start : start + 4] == b"8BIM" and len(resources) >= start + 12:
        number, named = struct.unpack_from(">HB", resources, start + 4)
        start += 6 + (named + 2) // 2 * 2
        if len(resources) < start + 4:
            return
        (size,) = struct.unpack_from(">I", resources, start)
        content = resources[start + 4 : start + 4 + size]
        start += 4 + (size + 1) // 2 * 2
        if number == 0x0404:
            blocks.iim = blocks.iim or content
        elif number == 0x0425:
            blocks.iim_digest = content


def _png_blocks(file):
    """PNG 11.3: iTXt, eXIf, and the "raw profiles" of tools older than these."""
    blocks = _Blocks()
    for _ in range(MOST_CHUNKS):
        head = file.read(8)
        if len(head) < 8 or head[4:] == b"IEND":
            break
        size, kind = struct.unpack(">I4s", head)
        if kind not in {b"iTXt", b"zTXt", b"tEXt", b"eXIf"} or size > LARGEST_PACKET:
            file.seek(size + 4, 1)
            continue
        content = file.read(size)
        file.seek(4, 1)
        if kind == b"eXIf":
            blocks.exif = content
            continue
        keyword, _, rest = content.partition(b"\0")
        if kind == b"iTXt" and keyword == b"XML:com.adobe.xmp":
            is_packed, *words = rest[:1], *rest[2:].split(b"\0", 2)
            blocks.xmp = _unpacked(words[-1]) if is_packed == b"\1" else words[-1]
        elif keyword.startswith(b"Raw profile type ") and kind != b"iTXt":
            profile = _raw_profile(_unpacked(rest[1:]) if kind == b"zTXt" else rest)
            match keyword.split()[-1].lower():
                case b"iptc" | b"8bim":
                    if profile.startswith(b"8BIM"):
                        _read_photoshop(profile, blocks)
                    else:
                        blocks.iim = profile
                case b"xmp":
                    blocks.xmp = blocks.xmp or profile
                case b"exif" | b"app1":
                    if profile.startswith(b"http://ns.adobe.com/xap/1.0/\0"):
                        blocks.xmp = blocks.xmp or profile.partition(b"\0")[2]
                    else:
                        blocks.exif = blocks.exif or profile
    return blocks


def _unpacked(content):
    try:
        words = zlib.decompressobj().decompress(content, LARGEST_PACKET + 1)
    except zlib.error:
        return b""
    return words if len(words) <= LARGEST_PACKET else b""


def _raw_profile(words):
    """A name, a length and hexadecimal digits, on lines."""
    try:
        return bytes.fromhex(b"".join(words.split()[2:]).decode("ascii"))
    except ValueError:
        return b""


# XMP: ISO 16684-1; the properties are those of the IPTC Photo Metadata Standard

RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
DC = "{http://purl.org/dc/elements/1.1/}"
PHOTOSHOP = "{http://ns.adobe.com/photoshop/1.0/}"
RIGHTS = "{http://ns.adobe.com/xap/1.0/rights/}"
CORE = "{http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/}"
EXTENSION = "{http://iptc.org/std/Iptc4xmpExt/2008-02-29/}"
EXIF = "{http://ns.adobe.com/exif/1.0/}"
EXTENDED = "{http://ns.adobe.com/xmp/note/}HasExtendedXMP"
ARRAYS = ("Alt", "Bag", "Seq")
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


def _xmp(blocks):
    described = _descriptions(blocks.xmp)
    for name in _texts(described, EXTENDED):
        described += _descriptions(blocks.extended_xmp.get(name.strip().upper(), b""))
    shown = _values(described, EXTENSION + "LocationShown")
    made = _values(described, EXTENSION + "LocationCreated")
    return {
        "caption": _line(_texts(described, DC + "description"), "caption"),
        "credit": _line(_texts(described, PHOTOSHOP + "Credit"), "credit"),
        "creator": _listed(_texts(described, DC + "creator"), "creator"),
        "copyright": _line(_texts(described, DC + "rights"), "copyright"),
        "usage_terms": _line(_texts(described, RIGHTS + "UsageTerms"), "usage_terms"),
        "source": _line(_texts(described, PHOTOSHOP + "Source"), "source"),
        "place": _first(_location(found) for found in [*shown, *made]) or _legacy_place(described),
        "taken_at": _first(
            _moment(text)
            for name in (PHOTOSHOP + "DateCreated", EXIF + "DateTimeOriginal")
            for text in _texts(described, name)
        ),
        "keywords": _names(_texts(described, DC + "subject")),
        "persons": _names(_texts(described, EXTENSION + "PersonInImage"), parted_by=None),
        "alt_text": _line(_texts(described, CORE + "AltTextAccessibility"), "alt_text"),
        "digital_source": _newscode(_texts(described, EXTENSION + "DigitalSourceType")),
    }


def _descriptions(packet):
    """The elements and attributes of a packet that say something; none if it cannot be trusted."""
    if not packet or len(packet) > LARGEST_PACKET:
        return []
    if max(packet.count(b"<"), packet.count(b"=")) > MOST_MARKS:
        return []
    words = re.sub(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", _xml(packet))
    words = re.sub(r"^[^<]*(<\?xml\b[^>]*>)?", "", words)
    if re.search(r"<!(DOCTYPE|ENTITY)", words, re.IGNORECASE):
        return []  # XMP needs none, and every attack by entities does
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        packet = etree.fromstring(words.encode(), parser)
    except (etree.XMLSyntaxError, ValueError):
        return []
    return [
        described
        for rdf in packet.iter(RDF + "RDF")
        for described in rdf.iterchildren(tag=etree.Element)
    ]


def _xml(packet):
    """UTF-8 but for a mark, or for zeros where UTF-16 and UTF-32 have them."""
    for mark, charset in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF32_LE, "utf-32"),
        (codecs.BOM_UTF32_BE, "utf-32"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
        (b"<\0\0\0", "utf-32-le"),
        (b"\0\0\0<", "utf-32-be"),
        (b"<\0", "utf-16-le"),
        (b"\0<", "utf-16-be"),
    ):
        if packet.startswith(mark):
            return packet.decode(charset, "ignore")
    return _decoded(packet)


def _values(holders, name):
    """What a property holds, in whichever of RDF's forms: text, or elements that hold more."""
    for holder in holders:
        if found := holder.get(name):
            return [found]
        element = holder.find(name)
        if element is None:
            continue
        items = [item for kind in ARRAYS for item in element.findall(f"{RDF}{kind}/{RDF}li")]
        if not items:
            return [element]
        return sorted(items, key=lambda item: item.get(LANGUAGE) != "x-default")[:MOST_ITEMS]
    return []


def _fields(value):
    """A structure's fields stand in the element or in a description inside it."""
    return [] if isinstance(value, str) else [value, *value.findall(RDF + "Description")]


def _texts(holders, name):
    return [_text(value) for value in _values(holders, name)]


def _text(value):
    if isinstance(value, str):
        return value
    for holder in _fields(value):
        if text := holder.get(RDF + "value") or holder.findtext(RDF + "value"):
            return text
    return value.get(RDF + "resource") or value.text or ""


def _location(value):
    def part(*names):
        return _first(text for name in names for text in _texts(_fields(value), EXTENSION + name))

    return _place(
        part("Sublocation", "LocationName"),
        part("City"),
        part("ProvinceState"),
        part("CountryName"),
    )


def _legacy_place(described):
    return _place(
        _first(_texts(described, CORE + "Location")),
        *(_first(_texts(described, PHOTOSHOP + name)) for name in ("City", "State", "Country")),
    )


def _place(sublocation, city, state, country):
    """As in a caption. The state stands in for a city that is not told."""
    parts = (_line([part], "place") for part in (sublocation, city or state, country))
    return _shorten(", ".join(dict.fromkeys(filter(None, parts))), LONGEST["place"])


def _newscode(texts):
    """The last part of "http://cv.iptc.org/newscodes/digitalsourcetype/…" or "digsrctype:…"."""
    code = re.split(r"[/:#]", _first(texts).strip().rstrip("/"))[-1]
    return code if re.fullmatch(r"[A-Za-z][A-Za-z0-9]{0,63}", code) else ""


# IIM: IPTC-NAA Information Interchange Model 4.2

IIM_TEXTS = (25, 80, 90, 92, 95, 101, 110, 115, 116, 120)


def _iim(block):
    sets = _datasets(block)
    charset = sets.get((1, 90), [b""])[0]
    told = b"\n".join(value for number in IIM_TEXTS for value in sets.get((2, number), []))
    if charset in {b"\x1b.A", b"\x1b-A"}:
        decode = _decoded_as_windows
    elif charset == b"\x1b%G":
        decode = _decoded_as_declared
    else:
        decode = _charset_of(told)

    def texts(number):
        return [decode(value) for value in sets.get((2, number), [])]

    day, time = _first(texts(55)), _first(texts(60))
    return {
        "caption": _line(texts(120), "caption"),
        "credit": _line(texts(110), "credit"),
        "creator": _listed(texts(80), "creator"),
        "copyright": _line(texts(116), "copyright"),
        "source": _line(texts(115), "source"),
        "place": _place(*(_first(texts(number)) for number in (92, 90, 95, 101))),
        "taken_at": _moment(f"{day} {time}") or _moment(day),
        "keywords": _names(texts(25)),
    }


def _datasets(block):
    """{(record, dataset): [content, …]}; a dataset that runs out of the block ends the reading."""
    sets, start = defaultdict(list), 0
    while block[start : start + 1] == b"\x1c" and len(block) >= start + 5:
        record, number, size = struct.unpack_from(">BBH", block, start + 1)
        start += 5
        if size & 0x8000:  # the size follows, in so many bytes
            length = size & 0x7FFF
            size = int.from_bytes(block[start : start + length], "big")
            start += length
        if start + size > len(block):
            break
        sets[record, number].append(block[start : start + size].rstrip(b"\0"))
        start += size
    return sets


def _decoded_as_declared(value):
    """UTF-8 as said; its last sign may have been cut in two; and some who say so do not mean it."""
    try:
        return value.decode()
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data" and len(value) >= min(IIM_ROOM.values()) - 3:
            return value[: error.start].decode()
        return _decoded(value)


def _decoded_as_windows(value):
    return value.decode("windows-1252", "replace")


def _decoded(value):
    return _charset_of(value)(value)


def _charset_of(words):
    """How to decode words of which nobody said in which charset they are.

    UTF-8 if they are that: other text hardly ever is by chance. Else Windows-1252, which holds
    Latin-1; or Mac Roman, which older Macintosh tools wrote, if more bytes are letters there and
    unlikely here than the other way about. Typographic marks of Windows-1252 (quotes, dashes,
    dots, euro, trade mark) do not count. It stays a guess: a text whose only such letters are
    Mac Roman's í, ñ or ó is read wrong, and so is all that is neither Latin-1 nor Unicode.
    """
    try:
        words.decode()
    except UnicodeDecodeError:
        mac = len(re.findall(rb"[\x81-\x84\x86-\x90\x98\x9a-\x9f]", words))
        windows = len(re.findall(rb"[\xc0-\xff]", words))
        charset = "mac_roman" if mac > windows else "windows-1252"
        return lambda value: value.decode(charset, "replace")
    return lambda value: value.decode("utf-8", "replace")


# Exif: CIPA DC-008; tags from 0x9C9B are those of Windows

EXIF_TEXTS = (0x010E, 0x013B, 0x8298, 0x9C9B, 0x9C9C, 0x9C9D, 0x9C9E)


def _exif(block):
    try:
        exif = Image.Exif()
        exif.load(block)
        main = {tag: exif.get(tag) for tag in EXIF_TEXTS}
        more, endian = exif.get_ifd(0x8769), exif.endian
    except Exception:
        return {}  # Pillow stumbles over broken Exif in many ways; none of them may lose a picture
    captions = [
        _ascii(main[0x010E]),
        _utf16(main[0x9C9C]),
        _utf16(main[0x9C9B]),
        _user_comment(more.get(0x9286), endian),
    ]
    taken, zone = _ascii(more.get(0x9003)), _ascii(more.get(0x9011))
    return {
        "caption": _line(captions, "caption"),
        "creator": _listed(_ascii(main[0x013B]).split(";"), "creator")
        or _listed(_utf16(main[0x9C9D]).split(";"), "creator"),
        # Photographer's and editor's copyright are parted by a zero.
        "copyright": _listed(_ascii(main[0x8298]).split("\0"), "copyright"),
        "taken_at": _moment(taken + zone) or _moment(taken),
        "keywords": _names(_utf16(main[0x9C9E]).split(";")),
    }


def _ascii(value):
    """Said to be ASCII. Pillow gives bytes as signs of Latin-1."""
    if isinstance(value, str):
        try:
            value = value.encode("latin-1")
        except UnicodeEncodeError:
            return value
    return _decoded(value) if isinstance(value, bytes) else ""


def _utf16(value):
    return value.decode("utf-16-le", "ignore") if isinstance(value, bytes) else ""


def _user_comment(value, endian):
    """Eight bytes name the charset; the order of UTF-16 is that of the Exif, or a mark's."""
    if not isinstance(value, bytes):
        return ""
    charset, words = value[:8], value[8:]
    if charset == b"UNICODE\0":
        if words.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return words.decode("utf-16", "ignore")
        return words.decode("utf-16-le" if endian == "<" else "utf-16-be", "ignore")
    if charset == b"JIS\0\0\0\0\0":
        return words.decode("iso2022_jp", "ignore")
    return _decoded(words)


# Words as we keep them

TURNING = r"[\u202a-\u202e\u2066-\u2069\ufeff\ufffd-\uffff]"  # and signs that are none

# Written by cameras, phones and programs where somebody's words should be. Names of files too.
BOILERPLATE = {
    "caption": r"""
        (?:olympus|minolta|konica\ minolta|samsung|kodak|pentax|fujifilm|nikon|canon|casio|ricoh)
          (?:\ digital(?:\ still)?\ camera|\ camera\ pictures|\ camera|\ dsc)?
        | digital\ camera | sony\ dsc | mavica | camera360 | applemark | lead\ technologies\ inc\..*
        | default\ description | image\ ?description | charset=\w+ | exif[_ ]jpeg(?:[_ ]picture)?
        | dcim(?:\W.*)? | dav | cof | cav | edf | fbt | hdrp?l? | mde | oznor\w* | rhdr | sdr | bty
        | screenshot | scanned\ document | untitled | picture | image | photo | unknown | null
        | created\ with\ (?:the\ )?gimp | file\ written\ by\ adobe.* | processed\ with\ \w+.*preset
        | (?:img|dsc|dscn|dscf|dscp|mvimg|pxl|pict|_mg|_dsc|gopr|dji)[-_ ]?[\d_]+(?:\.\w{3,4})?
        """,
    "creator": "unknown | none | null | picasa | photographer | owner",
    "copyright": r"unknown | none | null | copyright | \(c\)",
}
BOILERPLATE = {
    what: re.compile(pattern, re.IGNORECASE | re.VERBOSE) for what, pattern in BOILERPLATE.items()
}


def _line(texts, what):
    """The first of these that says something, on one line and no longer than we keep."""
    return _first(_shorten(_said(text, what), LONGEST[what]) for text in texts)


def _listed(texts, what):
    said = dict.fromkeys(filter(None, (_said(text, what) for text in texts[:MOST_NAMES])))
    return _shorten(", ".join(said), LONGEST[what])


def _names(texts, parted_by=r"[,;،؛，、；]"):
    """Each once, however it is written. A lone text may hold them all, with commas between."""
    if len(texts) == 1 and parted_by:
        texts = re.split(parted_by, texts[0][:LONGEST_READ])
    names = {}
    for text in texts:
        if name := _line([text], "name"):
            names.setdefault(name.casefold(), name)
        if len(names) == MOST_NAMES:
            break
    return list(names.values())


def _said(text, what):
    """On one line, of signs that a page may show; "" for what no person wrote.

    Besides control characters, those that turn the direction of what follows are left out:
    unclosed they would turn the page.
    """
    text = re.sub(TURNING, "", unicodedata.normalize("NFC", text[:LONGEST_READ]))
    text = "".join(
        sign for sign in text if sign.isspace() or unicodedata.category(sign) not in {"Cc", "Cs"}
    )
    text = " ".join(text.split())
    is_boilerplate = what in BOILERPLATE and BOILERPLATE[what].fullmatch(text)
    return "" if is_boilerplate or not re.search(r"\w", text) else text


def _shorten(text, longest):
    """Cut at a word, or where that would lose half of it, at a sign."""
    if len(text) <= longest:
        return text
    text = text[: longest - 1]
    words = text.rpartition(" ")[0]
    return (words if len(words) > longest // 2 else text).rstrip(" ,;:–—-") + "…"


MOMENT = re.compile(
    r"(?P<year>\d{4})(?:[-:]?(?P<month>\d\d)(?:[-:]?(?P<day>\d\d)"
    r"(?:[T ]+(?P<hour>\d\d):?(?P<minute>\d\d)(?::?(?P<second>\d\d)(?:[.,]\d+)?)?"
    r"\ *(?P<zone>Z|[+-]\d\d:?\d\d)?)?)?)?",
    re.ASCII,
)


def _moment(text):
    """ISO 8601 of a moment in the ways of XMP, IIM and Exif; "" if there is no such moment."""
    found = MOMENT.fullmatch(text.strip(" \0\t\n\r"))
    if not found:
        return ""
    year, month, day, hour, minute, second, zone = found.groups()
    if "00" in {month, day}:  # IIM and Exif: not known
        month, day, hour = None if month == "00" else month, None, None
    try:
        datetime(*(int(part or 1) for part in (year, month, day)))  # noqa: DTZ001
        whole = f"{year}-{month}-{day}T{hour}:{minute}:{second or '00'}"
        if hour:
            zone = "+00:00" if zone == "Z" else f"{zone[:3]}:{zone[-2:]}" if zone else ""
            return datetime.fromisoformat(whole + zone).isoformat()
    except ValueError:
        return ""
    return "-".join(filter(None, [year, month, day]))
