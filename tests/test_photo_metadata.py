"""What pictures say of themselves. They are written, and read once more, by ExifTool."""

import json
import os
import shutil
import struct
import subprocess
import time
import tracemalloc
import zlib
from dataclasses import FrozenInstanceError

import pytest
from PIL import Image, PngImagePlugin, features

from articles import darkroom
from articles.darkroom import metadata
from articles.darkroom.metadata import Metadata, read

pytestmark = pytest.mark.once

FULL = [
    "-XMP-dc:Description=The ferry Aurora leaves the old harbour.",
    "-XMP-photoshop:Credit=Mira Holm/Harbour Pictures",
    "-XMP-dc:Creator=Mira Holm",
    "-XMP-dc:Creator=Amal Nasser",
    "-XMP-dc:Rights=© 2024 Harbour Pictures",
    "-XMP-xmpRights:UsageTerms=Editorial use only.",
    "-XMP-photoshop:Source=Harbour Pictures",
    "-XMP-iptcExt:LocationShownSublocation=Old Harbour",
    "-XMP-iptcExt:LocationShownCity=Port Vale",
    "-XMP-iptcExt:LocationShownCountryName=Norland",
    "-XMP-photoshop:City=Elsewhere",
    "-XMP-photoshop:DateCreated=2024:05:01 10:20:30+02:00",
    "-XMP-dc:Subject=ferry",
    "-XMP-dc:Subject=harbour",
    "-XMP-iptcExt:PersonInImage=Doe, Jane",
    "-XMP-iptcCore:AltTextAccessibility=A white ferry between two stone piers.",
    "-XMP-iptcExt:DigitalSourceType="
    "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia",
    "-EXIF:GPSLatitude=59.123456",
    "-EXIF:GPSLongitude=10.654321",
    "-XMP-exif:GPSLatitude=59.123456",
]
AS_READ = Metadata(
    caption="The ferry Aurora leaves the old harbour.",
    credit="Mira Holm/Harbour Pictures",
    creator="Mira Holm, Amal Nasser",
    copyright="© 2024 Harbour Pictures",
    usage_terms="Editorial use only.",
    source="Harbour Pictures",
    place="Old Harbour, Port Vale, Norland",
    taken_at="2024-05-01T10:20:30+02:00",
    keywords=["ferry", "harbour"],
    persons=["Doe, Jane"],
    alt_text="A white ferry between two stone piers.",
    digital_source="compositeWithTrainedAlgorithmicMedia",
)


@pytest.fixture(scope="module")
def exiftool():
    """A function: run ExifTool with these arguments, and give what it prints. One process."""
    if shutil.which("exiftool") is None:
        if os.environ.get("CI"):
            pytest.fail("No ExifTool here, and CI never skips it.")
        pytest.skip("NO EXIFTOOL: pictures' metadata was not tested. Install exiftool.")
    with subprocess.Popen(
        ["exiftool", "-stay_open", "True", "-@", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
    ) as process:

        def run(*arguments):
            print(*arguments, "-execute", sep="\n", file=process.stdin, flush=True)
            answer = iter(process.stdout.readline, "{ready}\n")
            return "".join(answer)

        yield run
        print("-stay_open\nFalse", file=process.stdin, flush=True)


@pytest.fixture
def picture(tmp_path, exiftool):
    """A function: a small picture, with this written into it by ExifTool."""

    def make(*arguments, suffix="jpg", **saving):
        path = tmp_path / f"picture{len(list(tmp_path.iterdir()))}.{suffix}"
        Image.new("RGB", (16, 12), "teal").save(path, **saving)
        if arguments:
            said = exiftool("-overwrite_original", *arguments, str(path))
            assert "1 image files updated" in said, said
        return path

    return make


def packet(properties="", attributes="", head="", prefix="dc"):
    return (
        f'{head}<x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f'<r:Description r:about="" xmlns:{prefix}="http://purl.org/dc/elements/1.1/"'
        ' xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"'
        ' xmlns:ext="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"'
        f" {attributes}>{properties}</r:Description></r:RDF></x:xmpmeta>"
    )


# Every fact, in every format


@pytest.mark.parametrize("suffix", ["jpg", "png", "webp", "avif"])
def test_everything_a_sender_wrote_is_read(picture, exiftool, suffix):
    if suffix == "avif" and not features.check("avif"):
        pytest.skip("This Pillow knows no AVIF.")
    path = picture(*FULL, suffix=suffix)
    assert read(path) == read(path.read_bytes()) == AS_READ

    (told,) = json.loads(exiftool("-j", "-G1", "-struct", str(path)))
    assert told["XMP-dc:Description"] == read(path).caption
    assert ", ".join(told["XMP-dc:Creator"]) == read(path).creator
    assert told["XMP-dc:Subject"] == read(path).keywords
    assert told["XMP-iptcCore:AltTextAccessibility"] == read(path).alt_text


def test_the_darkroom_hands_it_on(picture, tmp_path):
    path = picture(*FULL)
    assert darkroom.examine(path, name="ferry.jpg", into=tmp_path).metadata == AS_READ


def test_the_form_of_the_nineties_is_read(picture):
    path = picture(
        "-IPTC:Caption-Abstract=The ferry leaves.",
        "-IPTC:Credit=Harbour Pictures",
        "-IPTC:By-line=Mira Holm",
        "-IPTC:By-line=Amal Nasser",
        "-IPTC:CopyrightNotice=© Harbour Pictures",
        "-IPTC:Source=Mira Holm",
        "-IPTC:Sub-location=Old Harbour",
        "-IPTC:City=Port Vale",
        "-IPTC:Province-State=Westland",
        "-IPTC:Country-PrimaryLocationName=Norland",
        "-IPTC:DateCreated=2024:05:01",
        "-IPTC:TimeCreated=10:20:30+02:00",
        "-IPTC:Keywords=ferry",
        "-IPTC:Keywords=harbour",
    )
    assert read(path) == Metadata(
        caption="The ferry leaves.",
        credit="Harbour Pictures",
        creator="Mira Holm, Amal Nasser",
        copyright="© Harbour Pictures",
        source="Mira Holm",
        place="Old Harbour, Port Vale, Norland",
        taken_at="2024-05-01T10:20:30+02:00",
        keywords=["ferry", "harbour"],
    )


@pytest.mark.parametrize("suffix", ["jpg", "png", "webp", "avif"])
def test_what_a_camera_wrote_is_read(picture, suffix):
    path = picture(
        "-EXIF:ImageDescription=The ferry leaves.",
        "-EXIF:Artist=Mira Holm; Amal Nasser",
        "-EXIF:Copyright=Harbour Pictures",
        "-EXIF:DateTimeOriginal=2024:05:01 10:20:30",
        "-EXIF:OffsetTimeOriginal=+02:00",
        "-EXIF:XPKeywords=ferry;harbour",
        "-EXIF:GPSLatitude=59.123456",
        suffix=suffix,
    )
    assert read(path) == Metadata(
        caption="The ferry leaves.",
        credit="Mira Holm, Amal Nasser",
        creator="Mira Holm, Amal Nasser",
        copyright="Harbour Pictures",
        taken_at="2024-05-01T10:20:30+02:00",
        keywords=["ferry", "harbour"],
    )


def test_a_png_from_imagemagick_keeps_its_words(picture, tmp_path):
    if shutil.which("convert") is None:
        if os.environ.get("CI"):
            pytest.fail("No ImageMagick here, and CI never skips it.")
        pytest.skip("NO IMAGEMAGICK: its pictures were not tested. Install imagemagick.")
    old = picture("-IPTC:Caption-Abstract=La jetée", "-EXIF:Artist=Mira Holm")
    new = tmp_path / "converted.png"
    subprocess.run(["convert", str(old), str(new)], check=True)
    assert read(new).caption == "La jetée"
    assert read(new).creator == "Mira Holm"


def test_a_png_is_read_behind_its_pixels(picture):
    """Where older tools put it."""
    path = picture(suffix="png")
    words = b"XML:com.adobe.xmp\0\1\0\0\0" + zlib.compress(
        packet("<dc:creator><r:Seq><r:li>Mira Holm</r:li></r:Seq></dc:creator>").encode()
    )
    chunk = struct.pack(">I", len(words)) + b"iTXt" + words
    chunk += struct.pack(">I", zlib.crc32(chunk[4:]))
    path.write_bytes(path.read_bytes()[:-12] + chunk + path.read_bytes()[-12:])
    assert read(path).creator == "Mira Holm"


def test_a_picture_that_says_nothing_says_nothing(picture):
    assert read(picture()) == Metadata()
    assert read(picture("-EXIF:GPSLatitude=59.1", "-EXIF:Make=Camera Works")) == Metadata()


def test_facts_travel_as_json_and_are_not_changed(picture):
    told = read(picture(*FULL))
    assert Metadata(**json.loads(json.dumps(told.as_dict()))) == told
    with pytest.raises(FrozenInstanceError):
        told.caption = "Another"


def test_what_is_no_picture_says_nothing(tmp_path):
    path = tmp_path / "words.jpg"
    path.write_text("Words.")
    assert read(path) == Metadata()
    path.unlink()
    with pytest.raises(FileNotFoundError):
        read(path)


# Which of three counts


def test_xmp_counts_before_iim_and_iim_before_exif(picture):
    exif = ["-EXIF:ImageDescription=Of the camera", "-EXIF:Artist=Exif", "-EXIF:Copyright=Exif"]
    iim = ["-IPTC:Caption-Abstract=Of the nineties", "-IPTC:By-line=Iim"]
    assert read(picture(*exif)).caption == "Of the camera"
    assert read(picture(*exif, *iim)).caption == "Of the nineties"
    told = read(picture(*exif, *iim, "-XMP-dc:Description=Of today"))
    assert (told.caption, told.creator, told.copyright) == ("Of today", "Iim", "Exif")


def test_iim_counts_first_when_its_digest_shows_that_it_was_changed_later(picture, exiftool):
    path = picture(
        "-XMP-dc:Description=Before",
        "-XMP-dc:Subject=before",
        "-XMP-photoshop:Country=Norland",
        "-XMP-xmpRights:UsageTerms=Only in XMP",
        "-IPTC:Caption-Abstract=Before the change",
        "-IPTC:Keywords=after",
        "-IPTC:City=Port Vale",
        "-IPTCDigest=new",
    )
    told = read(path)
    assert (told.caption, told.keywords, told.place) == ("Before", ["before"], "Norland")

    exiftool("-overwrite_original", "-IPTC:Caption-Abstract=Changed since", str(path))
    told = read(path)
    assert (told.caption, told.keywords, told.place) == ("Changed since", ["after"], "Port Vale")
    assert told.usage_terms == "Only in XMP"
    (said,) = json.loads(exiftool("-j", "-use", "MWG", "-MWG:Description", "-MWG:City", str(path)))
    assert (said["Description"], said["City"]) == ("Changed since", "Port Vale")

    exiftool("-overwrite_original", "-IPTCDigest=", str(path))
    assert read(path).caption == "Before"  # nothing says that IIM is newer


def test_what_iim_had_no_room_for_is_read_from_xmp(picture):
    name = "Mira Holm and Amal Nasser for Harbour Pictures"
    path = picture(
        f"-XMP-photoshop:Credit={name}",
        f"-IPTC:Credit={name[:32]}",
        "-XMP-photoshop:Source=Harbour Pictures, Port Vale",
        "-IPTC:Source=Harbour Pictures",
        "-IPTCDigest=00112233445566778899aabbccddeeff",
    )
    assert read(path).credit == name
    assert read(path).source == "Harbour Pictures"  # shorter on purpose


@pytest.mark.parametrize(
    ("xmp", "exif", "taken_at"),
    [
        ("2024:05:01", "2024:05:01 10:20:30", "2024-05-01T10:20:30"),
        ("1969", "2024:05:01 10:20:30", "1969"),  # scanned
        ("2024:05", "2023:01:02 10:20:30", "2024-05"),
        ("2024:05:01 10:20", "2024:05:01 11:22:33", "2024-05-01T10:20:00"),
        ("2024:05:01 08:20:30Z", "2024:05:01 10:20:30", "2024-05-01T08:20:30+00:00"),
        ("", "    :  :     :  :  ", ""),
        ("", "0000:00:00 00:00:00", ""),
        ("", "2024:13:41 25:61:61", ""),
        ("", "2024:05:01 10:20:30", "2024-05-01T10:20:30"),
    ],
)
def test_the_time_is_told_as_far_as_it_is_known(picture, xmp, exif, taken_at):
    path = picture(f"-XMP-photoshop:DateCreated={xmp}", f"-EXIF:DateTimeOriginal#={exif}")
    assert read(path).taken_at == taken_at


def test_a_time_that_only_xmp_took_over_from_the_camera_is_read(picture):
    path = picture("-XMP-exif:DateTimeOriginal=2024:05:01 10:20:30+02:00")
    assert read(path).taken_at == "2024-05-01T10:20:30+02:00"


def test_a_month_known_only_in_part_is_told_in_part():
    assert metadata._moment("20240500") == "2024-05"
    assert metadata._moment("19690000") == "1969"
    assert metadata._moment("2024-02-30") == ""


@pytest.mark.parametrize(
    ("written", "credit"),
    [
        (["-XMP-photoshop:Credit=Pool", "-XMP-dc:Creator=Mira Holm"], "Pool"),
        (["-XMP-dc:Creator=Mira Holm", "-XMP-photoshop:Source=Pool"], "Mira Holm / Pool"),
        (["-XMP-dc:Creator=Pool", "-XMP-photoshop:Source=Pool"], "Pool"),
        (["-XMP-dc:Creator=Mira Holm"], "Mira Holm"),
        (["-EXIF:Artist=Mira Holm", "-IPTC:Source=Pool"], "Mira Holm / Pool"),
        (["-XMP-photoshop:Source=Pool"], "Pool"),
        (["-EXIF:Artist=unknown", "-EXIF:Copyright=Pool"], ""),
    ],
)
def test_the_credit_is_the_line_asked_for_or_who_made_and_owns_it(picture, written, credit):
    assert read(picture(*written)).credit == credit


@pytest.mark.parametrize(
    ("written", "place"),
    [
        (["-XMP-photoshop:City=Port Vale", "-XMP-photoshop:State=Westland"], "Port Vale"),
        (["-XMP-photoshop:State=Westland", "-XMP-photoshop:Country=Norland"], "Westland, Norland"),
        (["-XMP-photoshop:City=Monaco", "-XMP-photoshop:Country=Monaco"], "Monaco"),
        (["-XMP-iptcCore:Location=Pier 3", "-XMP-photoshop:City=Vale"], "Pier 3, Vale"),
        (
            ["-XMP-iptcExt:LocationCreatedCity=Port Vale", "-XMP-photoshop:City=Elsewhere"],
            "Port Vale",
        ),
        (
            ["-XMP-iptcExt:LocationCreatedCity=Elsewhere", "-XMP-iptcExt:LocationShownCity=Vale"],
            "Vale",
        ),
        (["-XMP-iptcExt:LocationShownGPSLatitude=59.1"], ""),
    ],
)
def test_the_place_is_told_as_in_a_caption(picture, written, place):
    assert read(picture(*written)).place == place


# Charsets and languages

SENTENCES = [
    "Паром отходит от старой пристани.",
    "العبّارة تغادر الميناء القديم.",
    "渡轮驶离旧港口。",
    "Żółty prom odpływa ze Świnoujścia – «wreszcie».",
    "दीघा का पुराना बंदरगाह",
]


@pytest.mark.parametrize("sentence", SENTENCES)
@pytest.mark.parametrize(
    "written",
    [
        ["-XMP-dc:Description={}"],
        ["-IPTC:CodedCharacterSet=UTF8", "-IPTC:Caption-Abstract={}"],
        ["-charset", "iptc=UTF8", "-IPTC:Caption-Abstract={}"],  # and nobody says so
        ["-EXIF:ImageDescription={}"],
        ["-EXIF:XPTitle={}"],
        ["-EXIF:XPComment={}"],
        ["-EXIF:UserComment={}"],
        ["-ExifByteOrder=II", "-EXIF:UserComment={}"],
    ],
    ids=["XMP", "IIM", "IIM-undeclared", "Exif", "title", "comment", "user", "user-little-endian"],
)
def test_every_script_is_read(picture, written, sentence):
    path = picture(*(argument.format(sentence) for argument in written))
    assert read(path).caption == sentence


@pytest.mark.parametrize("sentence", SENTENCES[:3])
@pytest.mark.parametrize("suffix", ["png", "webp", "avif"])
def test_every_script_is_read_in_every_format(picture, sentence, suffix):
    path = picture(
        f"-XMP-dc:Description={sentence}", f"-EXIF:UserComment={sentence}", suffix=suffix
    )
    assert read(path).caption == sentence


@pytest.mark.parametrize(
    ("charset", "sentence"),
    [
        ("Latin", "Les élèves à l’école – « fête » de l'été, 5 €"),
        ("Latin", "Müller & Söhne"),
        ("Latin", "Café"),
        ("Latin", "It’s “here” – so…"),
        ("MacRoman", "Les élèves à l’école de l'été"),
        ("MacRoman", "Grüße aus Köln"),
    ],
)
def test_iim_in_an_old_charset_is_guessed(picture, exiftool, charset, sentence):
    path = picture("-charset", f"iptc={charset}", f"-IPTC:Caption-Abstract={sentence}")
    assert read(path).caption == sentence
    options = ("-j", "-charset", f"iptc={charset}", "-Caption-Abstract")
    assert json.loads(exiftool(*options, str(path)))[0]["Caption-Abstract"] == sentence


def test_iim_that_says_latin_1_is_taken_at_its_word(picture):
    path = picture(
        "-charset", "iptc=Latin", "-IPTC:CodedCharacterSet#=\x1b.A", "-IPTC:City=Malmö Ã¥"
    )
    assert read(path).place == "Malmö Ã¥"


def test_iim_that_says_utf_8_and_is_not_is_read_all_the_same(picture):
    path = picture("-charset", "iptc=Latin", "-IPTC:By-line=José Cafés", "-IPTC:City=Málaga")
    block = path.read_bytes()
    written = block.index(b"\x1c\x02\x50")
    assert b"\x1c\x01\x5a" not in block
    lie = b"\x1c\x01\x5a\x00\x03\x1b%G"
    size = block.rindex(b"8BIM\x04\x04", 0, written) + 8
    (length,) = struct.unpack(">I", block[size : size + 4])
    start = size + 4
    iim = lie + block[start : start + length]
    resources = b"Photoshop 3.0\x008BIM\x04\x04\0\0" + struct.pack(">I", len(iim)) + iim
    segment = b"\xff\xed" + struct.pack(">H", len(resources) + 2) + resources
    clean = picture()
    clean.write_bytes(b"\xff\xd8" + segment + clean.read_bytes()[2:])
    assert (read(clean).creator, read(clean).place) == ("José Cafés", "Málaga")


def test_iim_cut_off_within_a_letter_loses_that_letter_only():
    value = ("a" * 31 + "é").encode()[:32]
    assert metadata._decoded_as_declared(value) == "a" * 31


def test_the_default_language_comes_first(picture):
    path = picture(
        "-XMP-dc:Description-fr=Le bac quitte le port.",
        "-XMP-dc:Description-ar=العبّارة تغادر الميناء.",
        "-XMP-dc:Description=The ferry leaves.",
        "-XMP-iptcCore:AltTextAccessibility-de=Eine weiße Fähre.",
    )
    assert read(path).caption == "The ferry leaves."
    assert read(path).alt_text == "Eine weiße Fähre."


# XMP in all its forms


@pytest.mark.parametrize(
    "words",
    [
        packet(attributes='dc:description="Ferry" photoshop:Credit="Pool"'),
        packet("<dc:description>Ferry</dc:description><photoshop:Credit>Pool</photoshop:Credit>"),
        packet(
            '<dc:description><r:Alt><r:li xml:lang="fr">Bac</r:li>'
            '<r:li xml:lang="x-default">Ferry</r:li></r:Alt></dc:description>'
            "<photoshop:Credit><r:Description><r:value>Pool</r:value></r:Description>"
            "</photoshop:Credit>"
        ),
        packet(
            "<q:description><r:Bag><r:li> <!-- --> Ferry\n</r:li></r:Bag></q:description>",
            'photoshop:Credit="Pool"',
            prefix="q",
        ),
        packet(
            attributes='dc:description="Ferry" photoshop:Credit="Pool"',
            head='\ufeff<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n',
        )
        + " " * 2000
        + '\n<?xpacket end="w"?>\0\0',
        packet(
            attributes='dc:description="Ferry" photoshop:Credit="Pool"',
            head="<?xml version='1.0' encoding='UTF-16'?>",
        ),
    ],
    ids=["attributes", "elements", "nested", "prefix", "padding", "declaration"],
)
@pytest.mark.parametrize("charset", ["utf-8", "utf-16", "utf-16-be", "utf-16-le", "utf-32-be"])
def test_rdf_is_read_in_all_its_forms(picture, words, charset):
    if charset != "utf-8" and not charset.endswith("16"):
        words = words.lstrip("\ufeff")
    path = picture(xmp=words.encode(charset))
    assert (read(path).caption, read(path).credit) == ("Ferry", "Pool")


def test_a_source_is_named_by_code_or_by_address(picture):
    for source, code in {
        "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia": (
            "trainedAlgorithmicMedia"
        ),
        "digsrctype:digitalCapture": "digitalCapture",
        "javascript:alert(1)": "",
    }.items():
        for properties, attributes in [
            ("", f'ext:DigitalSourceType="{source}"'),
            (f'<ext:DigitalSourceType r:resource="{source}"/>', ""),
        ]:
            path = picture(xmp=packet(properties, attributes).encode())
            assert read(path).digital_source == code


def test_words_too_long_for_one_segment_are_read_from_the_next(picture, tmp_path):
    """XMP over 64 kB goes on in segments of its own, in JPEG."""
    long = tmp_path / "long.txt"
    long.write_text("Ferry. " * 20_000)
    path = picture(f"-XMP-dc:Description<={long}", "-XMP-photoshop:Credit=Pool")
    assert b"http://ns.adobe.com/xmp/extension/" in path.read_bytes()
    told = read(path)
    assert told.credit == "Pool"
    assert told.caption.startswith("Ferry. Ferry.")

    changed = path.read_bytes().replace(b"Ferry. Ferry.", b"Wreck. Wreck.")
    path.write_bytes(changed)
    assert read(path).caption == ""  # it is not what the first segment promises


# Words as we keep them


def test_what_is_too_long_is_cut_at_a_word(picture):
    long = "The ferry leaves the harbour, " * 90
    path = picture(
        *(f"-XMP-{name}={long}" for name in ("dc:Description", "photoshop:Credit", "dc:Creator")),
        f"-XMP-xmpRights:UsageTerms={long}",
        f"-XMP-iptcCore:AltTextAccessibility={'渡' * 900}",
    )
    told = read(path)
    assert told.caption.endswith(("harbour…", "the…", "ferry…", "leaves…", "The…"))
    assert 1980 < len(told.caption) <= 2000
    assert 180 < len(told.credit) <= 200
    assert 480 < len(told.usage_terms) <= 500
    assert told.alt_text == "渡" * 499 + "…"


def test_nothing_is_longer_than_the_library_keeps():
    from articles.models import Image as Picture

    for name in ("caption", "credit", "alt_text", "usage_terms"):
        assert metadata.LONGEST[name] == Picture._meta.get_field(name).max_length


@pytest.mark.parametrize(
    "words",
    [
        *("OLYMPUS DIGITAL CAMERA", "SONY DSC", "Default description", "DCIM", "DCIM\\100MEDIA"),
        *("KONICA MINOLTA DIGITAL CAMERA", "SAMSUNG CAMERA PICTURES", "dav"),
        *("Exif_JPEG_PICTURE", "charset=Ascii", "Screenshot", "untitled", "IMG_2034.JPG", "---"),
        *("Created with GIMP", "Processed with VSCO with a6 preset", "DSC_0012", "   "),
    ],
)
def test_what_a_machine_wrote_is_no_caption(picture, words):
    path = picture(f"-EXIF:ImageDescription={words}", f"-XMP-dc:Description={words}")
    assert read(path).caption == ""
    path = picture(f"-XMP-dc:Description={words}", "-IPTC:Caption-Abstract=The ferry leaves.")
    assert read(path).caption == "The ferry leaves."


def test_a_maker_of_cameras_may_be_credited(picture):
    path = picture("-XMP-photoshop:Credit=Samsung", "-XMP-dc:Subject=Canon")
    assert (read(path).credit, read(path).keywords) == ("Samsung", ["Canon"])


def test_words_come_on_one_line_without_signs_that_cannot_be_seen(picture):
    path = picture(
        xmp=packet(
            "<dc:description>The\u202e ferry\n\n leaves\x07\x00 the&#x85;\tharbour\u2066."
            "</dc:description>"
        ).encode()
    )
    assert read(path).caption == "The ferry leaves the harbour."
    joined = "می‌خواهم 👩‍🚀"
    assert read(picture(f"-XMP-dc:Description={joined}")).caption == joined


def test_keywords_are_told_once_and_not_without_end(picture):
    path = picture("-XMP-dc:Subject=Ferry", "-XMP-dc:Subject=ferry ", "-XMP-dc:Subject=Port, old")
    assert read(path).keywords == ["Ferry", "Port, old"]
    assert read(picture(xmp=packet(attributes='dc:subject="a, b;c"').encode())).keywords == [
        *("a", "b", "c")
    ]
    many = picture(*(f"-XMP-dc:Subject=word {number}" for number in range(300)))
    assert len(read(many).keywords) == 100


# Hostile pictures

BOMB = "<!DOCTYPE x [" + '<!ENTITY a0 "ha">'
BOMB += "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10)) + "]>"


@pytest.mark.parametrize(
    "words",
    [
        packet("<dc:description>&a9;</dc:description>", head=BOMB).encode(),
        packet(attributes='dc:description="&a9;"', head=BOMB).encode("utf-16"),
        packet(attributes='dc:description="&a1;"', head=BOMB).encode(),
        packet(
            "<dc:description>&f;</dc:description>",
            head='<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/hostname">]>',
        ).encode(),
        packet("<dc:description>Ferry</dc:subject>").encode(),
        packet("<dc:description>Ferry</dc:description>")[:-20].encode(),
        ("<a>" * 3000 + "</a>" * 3000).encode(),
        b"\xff\xfe\x00",
        b"<",
        b"\0" * 500,
    ],
    ids=[
        *(
            "bomb",
            "bomb in an attribute",
            "small",
            "file",
            "crossed",
            "cut",
            "deep",
            "odd",
            "open",
            "zeros",
        ),
    ],
)
def test_xmp_that_is_hostile_or_broken_counts_as_not_there(picture, words):
    path = picture("-EXIF:ImageDescription=The ferry leaves.", suffix="jpg")
    segment = b"http://ns.adobe.com/xap/1.0/\0" + words
    segment = b"\xff\xe1" + struct.pack(">H", len(segment) + 2) + segment
    path.write_bytes(b"\xff\xd8" + segment + path.read_bytes()[2:])
    assert read(path).caption == "The ferry leaves."


@pytest.mark.parametrize(
    ("filling", "credit"),
    [
        ("<dc:relation>" + "ancestor " * 500_000 + "</dc:relation>", "Pool"),
        ("<a/>" * 1_200_000, ""),  # more tags than anybody writes
        ('<a b="" />' * 500_000, ""),
        (f"<dc:subject><r:Bag>{'<r:li>a</r:li>' * 190_000}</r:Bag></dc:subject>", "Pool"),
        ("<dc:relation>" + "ancestor " * 1_200_000 + "</dc:relation>", ""),  # over 8 MB
    ],
    ids=["5 MB of text", "5 MB of tags", "5 MB of attributes", "keywords", "11 MB"],
)
def test_very_long_xmp_is_read_or_left_but_costs_little(picture, filling, credit):
    chunks = PngImagePlugin.PngInfo()
    words = packet(f"<photoshop:Credit>Pool</photoshop:Credit>{filling}")
    chunks.add_itxt("XML:com.adobe.xmp", words)
    path = picture(suffix="png", pnginfo=chunks)
    begun = time.perf_counter()
    assert read(path).credit == credit
    assert time.perf_counter() - begun < 2


def test_a_chunk_that_swells_is_left(picture):
    path = picture(suffix="png")
    words = b"XML:com.adobe.xmp\0\1\0\0\0" + zlib.compress(bytes(80_000_000), 1)
    chunk = struct.pack(">I", len(words)) + b"iTXt" + words + b"\0\0\0\0"
    path.write_bytes(path.read_bytes()[:33] + chunk + path.read_bytes()[33:])
    tracemalloc.start()
    try:
        assert read(path) == Metadata()
        assert tracemalloc.get_traced_memory()[1] < 40_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("suffix", ["jpg", "png", "webp", "avif"])
def test_a_picture_cut_or_garbled_anywhere_is_read_as_far_as_it_goes(picture, suffix):
    whole = picture(*FULL, "-EXIF:Artist=Mira Holm", suffix=suffix).read_bytes()
    path = picture(suffix=suffix)
    for at in range(0, len(whole), 131):
        for broken in (whole[:at], whole[:at] + b"\xff\x00\x80\x1c" + whole[at + 4 :]):
            path.write_bytes(broken)
            assert isinstance(read(path), Metadata)
