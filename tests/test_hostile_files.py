"""A file from outside is hostile until proven otherwise. The folder of such files is made here."""

import io
import json
import random
import struct
import subprocess
import sys
import time
import zipfile
import zlib
from pathlib import Path

import pytest
from PIL import Image

from articles import darkroom
from articles.darkroom import formats

pytestmark = pytest.mark.once


def picture(kind, size=(64, 48), **options):
    """A small honest file."""
    made = Image.radial_gradient("L").resize(size)
    made = Image.merge("RGB", (made, made.rotate(90), made.rotate(180)))
    file = io.BytesIO()
    made.save(file, kind, **options)
    return file.getvalue()


JPEG = picture("JPEG")
PROGRESSIVE = picture("JPEG", progressive=True)
PNG = picture("PNG")
GIF = picture("GIF")
WEBP = picture("WEBP")
LOSSLESS = picture("WEBP", lossless=True)
AVIF = picture("AVIF", speed=10)
HONEST = {
    "a.jpg": JPEG, "b.jpg": PROGRESSIVE, "c.png": PNG, "d.gif": GIF, "e.webp": WEBP,
    "f.webp": LOSSLESS, "g.avif": AVIF,
}  # fmt: skip


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width, height, *chunks, pixels=b""):
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    body = chunk(b"IDAT", zlib.compress(pixels))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(chunks) + body + chunk(b"IEND", b"")


def png_with(*chunks):
    return PNG[:33] + b"".join(chunks) + PNG[33:]


def jpeg_with(marker, body, of=JPEG):
    return of[:2] + bytes((0xFF, marker)) + struct.pack(">H", len(body) + 2) + body + of[2:]


def jpeg_sized(width, height):
    at = JPEG.index(b"\xff\xc0") + 5
    return JPEG[:at] + struct.pack(">HH", height, width) + JPEG[at + 4 :]


def gif_of(frames, size=(2, 2), canvas=None):
    head = b"GIF89a" + struct.pack("<HHBBB", *(canvas or size), 0x80, 0, 0) + bytes(6)
    frame = b"," + struct.pack("<HHHHB", 0, 0, *size, 0) + b"\2\3\x84\x51\0\0"
    return head + frame * frames + b";"


def webp_sized(width, height):
    body = b"VP8X" + struct.pack("<I", 10) + bytes(4)
    body += (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little") + WEBP[12:]
    return b"RIFF" + struct.pack("<I", 4 + len(body)) + b"WEBP" + body


def avif_sized(width, height):
    at = AVIF.index(b"ispe") + 8
    return AVIF[:at] + struct.pack(">II", width, height) + AVIF[at + 8 :]


def packed():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("index.html", "<script>alert(1)</script>" * 9)
    return file.getvalue()


def scans(times):
    """A progressive JPEG whose last scan comes again and again."""
    last = PROGRESSIVE.rindex(b"\xff\xda")
    return PROGRESSIVE[:-2] + PROGRESSIVE[last:-2] * times + b"\xff\xd9"


BOMB = zlib.compress(bytes(200_000_000), 9)
SMALL_BOMB = zlib.compress(bytes(3_000_000), 9)
PAGE = b"<html><script>alert(1)</script></html>"

REFUSED = {
    "empty": {"nothing.jpg": b""},
    "not-a-picture": {
        "words.jpg": b"Not a picture at all.",
        "page.jpg": b"<!DOCTYPE html>" + PAGE,
        "letter.jpg": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n",
        "archive.png": packed(),
        "film.jpg": b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + bytes(99),
        "program.gif": b"\x7fELF\2\1\1" + bytes(99),
        "script.gif": b"#!/bin/sh\necho\n",
    },
    "not-this-format": {
        "drawing.svg": b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>',
        "drawing.png": b'\xef\xbb\xbf <svg onload="alert(1)"/>',
        "scan.tiff": picture("TIFF"),
        "old.bmp": picture("BMP"),
        "mark.ico": picture("ICO"),
        "layers.psd": b"8BPS\0\1" + bytes(99),
        "new.jxl": b"\xff\x0a" + bytes(99),
        "odd.jp2": picture("JPEG2000"),
        "raw.cr2": b"II*\0\x10\0\0\0CR\2\0" + bytes(99),
        "raw.cr3": b"\0\0\0\x18ftypcrx \0\0\0\1crx isom" + bytes(99),
        "print.eps": b"%!PS-Adobe-3.0 EPSF-3.0\n",
    },
    "lies-about-type": {
        "photo.png": JPEG,
        "photo.jpg": PNG,
        "photo.webp": GIF,
        "photo.heic": AVIF,
        "photo.exe": JPEG,
        "photo.jpg.php": JPEG,
        "shell.php\0.jpg": JPEG,
    },
    "too-many-pixels": {
        "wide.png": png(60_000, 60_000),
        "square.png": png(10_001, 10_000),
        "long.png": png(12_001, 1),
        "wide.jpg": jpeg_sized(65_000, 65_000),
        "wide.gif": gif_of(1, canvas=(65_535, 65_535)),
        "hidden.gif": gif_of(1, size=(65_535, 65_535), canvas=(2, 2)),
        "wide.webp": webp_sized(16_000_000, 16),
        "wide.avif": avif_sized(50_000, 50_000),
    },
    "too-many-frames": {
        "film.gif": gif_of(600),
        "long.gif": gif_of(300, size=(2000, 2000)),
        "film.png": png_with(chunk(b"acTL", struct.pack(">II", 100_000, 0))),
    },
    "two-files-in-one": {
        "zip.jpg": JPEG + packed(),
        "zip.png": PNG + packed(),
        "zip.avif": AVIF + packed(),
        "zip inside.jpg": jpeg_with(0xFE, packed()),
        "pdf.jpg": jpeg_with(0xFE, b"%PDF-1.4\n1 0 obj"),
        "page.jpg": JPEG + PAGE,
        "page behind two.jpg": JPEG + JPEG + b"\0\0" + PAGE,
        "note.jpg": jpeg_with(0xFE, b"  <?php system($_GET[0]);"),
        "script.jpg": JPEG[:4] + b"/*" + JPEG[6:],
        "phar.jpg": jpeg_with(0xFE, b"x __HALT_COMPILER(); ?>"),
        "two.png": PNG + PNG,
        "more.png": PNG + chunk(b"IDAT", b"more"),
        "note.png": png_with(chunk(b"tEXt", b"Comment\0<script>alert(1)</script>")),
        "more.gif": GIF + b"alert(1)",
        "script.gif": b"GIF89a/*" + GIF[8:] + b"*/=1;alert(1)",
        "note.gif": GIF[:-1] + b"!\xfe\x1a<script>alert(1)</script> \0;",
        "more.webp": WEBP + PAGE,
    },
    "broken": {
        "nothing but a head.jpg": b"\xff\xd8\xff\xe0",
        "no pixels.png": PNG[:33] + chunk(b"IEND", b""),
        "no size.png": png(0, 10),
        "no size.jpg": jpeg_sized(64, 0),
        "two sizes.jpg": jpeg_with(0xC0, b"\x08\x00\x10\x00\x10\x01\x01\x11\x00"),
        "few pixels.png": png(9000, 9000, pixels=bytes(999)),
        "text bomb.png": png_with(chunk(b"zTXt", b"Comment\0\0" + BOMB)),
        "text bomb 2.png": png_with(chunk(b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + BOMB)),
        "profile bomb.png": png_with(chunk(b"iCCP", b"icc\0\0" + BOMB)),
        "many bombs.png": png_with(*[chunk(b"zTXt", b"Comment\0\0" + SMALL_BOMB)] * 9),
        "scans.jpg": scans(200),
        "boxes.avif": AVIF[:32] + b"\0\0\0\1meta" + bytes(99),
        "small boxes.avif": AVIF + b"\0\0\0\4free",
        "box in box.avif": AVIF.replace(b"iprp", b"iprq"),
    },
}
CASES = [(reason, name) for reason, files in REFUSED.items() for name in files]


def send(folder, name, data):
    """Send a file in as the site does: kept under a name of ours, and told the sender's."""
    path = folder / "upload"
    path.write_bytes(data)
    return darkroom.examine(path, name=name, into=folder)


def refusal(folder, name, data):
    with pytest.raises(darkroom.Refused) as refused:
        send(folder, name, data)
    assert [path.name for path in folder.iterdir()] == ["upload"], "it left something behind"
    return refused.value


@pytest.mark.parametrize(("reason", "name"), CASES)
def test_a_hostile_file_is_refused_for_what_it_is(reason, name, tmp_path):
    refused = refusal(tmp_path, name, REFUSED[reason][name])
    assert refused.reason == reason, refused.facts


@pytest.mark.parametrize("name", HONEST)
@pytest.mark.parametrize("part", [0.35, 0.8, 0.97])
def test_a_file_that_breaks_off_is_refused(name, part, tmp_path):
    data = HONEST[name]
    assert refusal(tmp_path, name, data[: int(len(data) * part)]).reason == "broken"


def test_a_file_over_the_limit_is_refused_unread(tmp_path):
    with (tmp_path / "upload").open("wb") as file:
        file.truncate(darkroom.LARGEST_FILE + 1)
    with pytest.raises(darkroom.Refused) as refused:
        darkroom.examine(tmp_path / "upload", name="photo.jpg", into=tmp_path)
    assert refused.value.reason == "too-large-file"
    assert refused.value.facts["size"] == darkroom.LARGEST_FILE + 1


@pytest.mark.parametrize(
    ("name", "format"),
    [("drawing.svg", "SVG"), ("scan.tiff", "TIFF"), ("layers.psd", "Photoshop"),
     ("old.bmp", "BMP"), ("mark.ico", "ICO"), ("raw.cr3", "Canon RAW"), ("new.jxl", "JPEG XL")],
)  # fmt: skip
def test_a_refusal_names_the_format(name, format, tmp_path):  # noqa: A002
    data = REFUSED["not-this-format"][name]
    assert refusal(tmp_path, name, data).facts == {"format": format}


def test_a_refused_lie_names_both_sides(tmp_path):
    facts = refusal(tmp_path, "photo.png", JPEG).facts
    assert facts == {"says": ".png", "format": "JPEG"}


# What looks odd and is honest

PHONE = {
    "a picture for each eye": JPEG + JPEG,
    "a film behind it": JPEG + b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + bytes(range(256)) * 9,
    "a maker's notes behind it": JPEG + b"\0\0\1\x0aImage_UTC_Data1700000000000SEFHk\0\0\0SEFT",
    "zeros behind it": JPEG + bytes(4096),
    "a comment": jpeg_with(0xFE, b"<3 from the <b>desk</b>"),
    "a notice that runs in circles": jpeg_with(
        0xE1,
        b"Exif\0\0MM\0*\0\0\0\x08\0\2\x87\x69\0\4\0\0\0\1\0\0\0\x08"
        b"\x88\x25\0\4\0\0\0\1\0\0\0\x08\0\0\0\x08",
    ),
    "a notice that is broken": jpeg_with(0xE1, b"Exif\0\0MM\0*\xff\xff\xff\xff"),
}  # fmt: skip


@pytest.mark.parametrize("what", PHONE)
def test_what_phones_add_to_a_photo_is_no_crime(what, tmp_path):
    assert send(tmp_path, "IMG_1.JPG", PHONE[what]).width == 64


@pytest.mark.parametrize(
    "name",
    ["photo", "photo.php.jpg", "../../etc/cron.d/x.jpg", "C:\\x\\photo.JPEG", "x.jpg\0.php",
     "No. 10", "a" * 5000 + ".jpg", "صورة.jpg", "-rf.jpg", ""],
)  # fmt: skip
def test_a_name_is_never_a_path(name, tmp_path):
    found = send(tmp_path, name, JPEG)
    made = {path.name for path in tmp_path.iterdir()} - {"upload"}
    assert made == {one.file for one in found.prints}


def test_a_gif_without_its_last_byte_is_shown(tmp_path):
    assert send(tmp_path, "old.gif", GIF[:-1]).width == 64


# Chance

DRIVER = """
import json, sys
from articles.darkroom import __main__ as process
process.limit(2 * 1024**3, 100, 0)
for path in json.load(sys.stdin):
    job = {"task": "examine", "path": path, "name": "", "into": sys.argv[1]}
    print(json.dumps([path, process.work(job)]), flush=True)
"""


def mutations(seed):
    """Seven honest files, each spoilt in many ways, the same ways every time."""
    chance = random.Random(seed)  # noqa: S311
    for name, data in HONEST.items():
        for number in range(45):
            spoilt = bytearray(data)
            # Heads are small and say the most, so every second wound is there.
            room = len(spoilt) if number % 2 else min(96, len(spoilt))
            for _ in range(chance.choice((1, 1, 2, 4, 16))):
                at = chance.randrange(room)
                how = chance.randrange(4)
                if how == 0:
                    spoilt[at] ^= 1 << chance.randrange(8)
                elif how == 1:
                    spoilt[at] = chance.choice((0, 1, 0x7F, 0x80, 0xFF))
                elif how == 2:
                    spoilt[at : at + 4] = chance.randbytes(4)
                else:
                    del spoilt[at : at + chance.randrange(1, 9)]
                room = min(room, len(spoilt))
            yield f"{number}-{name}", bytes(spoilt)


def test_a_few_hundred_spoilt_files_are_examined_or_refused_and_nothing_else(tmp_path):
    paths = []
    for name, data in mutations(20):
        (tmp_path / name).write_bytes(data)
        paths.append(str(tmp_path / name))
    into = tmp_path / "prints"
    into.mkdir()
    done = subprocess.run(
        [sys.executable, "-c", DRIVER, into],
        cwd=darkroom.ROOT, env=darkroom.ENVIRONMENT, input=json.dumps(paths).encode(),
        capture_output=True,
    )  # fmt: skip
    answers = dict(json.loads(line) for line in done.stdout.splitlines())
    assert done.returncode == 0, f"It died on the file after {list(answers)[-1:]}: {done.stderr}"
    assert len(answers) == len(paths) == 315
    for path, answer in answers.items():
        assert answer.get("sha256") or answer["refused"] in formats.REASONS, path
        ours = ("darkroom", "KeyError", "AttributeError", "NameError", "UnboundLocalError")
        assert not answer.get("facts", {}).get("detail", "").startswith(ours), (path, answer)
    outcomes = {answer.get("refused", "examined") for answer in answers.values()}
    assert {"examined", "broken"} <= outcomes, "the wounds were too light or too deep to tell"


# The process


def stand_in(tmp_path, monkeypatch, script):
    """Another program in the place of Python, that does what a decoder taken over might do."""
    path = tmp_path / "python"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(path))


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("kill -SEGV $$", "broken"),
        ("kill -KILL $$", "broken"),
        ("kill -XCPU $$", "took-too-long"),
        ("echo rubbish", "broken"),
        ("echo '[]'", "broken"),
        ("echo '{}'", "broken"),
        ("echo '{\"refused\": 1}'", "broken"),
        ("exit 3", "broken"),
        ("head -c 9000000 /dev/zero", "broken"),
    ],
)
def test_a_process_that_dies_or_babbles_is_a_refusal(script, reason, tmp_path, monkeypatch):
    stand_in(tmp_path, monkeypatch, script)
    with pytest.raises(darkroom.Refused) as refused:
        send(tmp_path, "photo.jpg", JPEG)
    assert refused.value.reason == reason


ANSWER = {
    "format": "JPEG", "suffix": ".jpg", "width": 64, "height": 48, "frames": 1,
    "is_transparent": False, "metadata": {}, "focal_x": 50, "focal_y": 50, "tone": "#777777",
    "sha256": "ab" * 32,
}  # fmt: skip


@pytest.mark.parametrize(
    "lie",
    [{"width": "64"}, {"width": 0}, {"sha256": "../../x"}, {"suffix": ".php"}, {"focal_x": 500},
     {"tone": "red;}"}, {"metadata": {"caption": 3}}, {"metadata": {"keywords": [3]}},
     {"more": 1}, {"frames": True}],
)  # fmt: skip
def test_what_a_process_says_is_not_believed_unseen(lie, tmp_path, monkeypatch):
    for one in darkroom.first_prints("ab" * 32, 64, 48):
        (tmp_path / one.file).write_bytes(JPEG)
    stand_in(tmp_path, monkeypatch, f"echo '{json.dumps(ANSWER)}'")
    assert send(tmp_path, "photo.jpg", JPEG).width == 64
    stand_in(tmp_path, monkeypatch, f"echo '{json.dumps(ANSWER | lie)}'")
    with pytest.raises(darkroom.Refused) as refused:
        send(tmp_path, "photo.jpg", JPEG)
    assert refused.value.reason == "broken"


@pytest.mark.parametrize("script", ["true", "ln -s /etc/passwd {file}", "mkdir {file}"])
def test_a_print_is_a_file_that_was_written_and_no_way_to_another(script, tmp_path, monkeypatch):
    (one,) = darkroom.first_prints("ab" * 32, 64, 48)
    script = script.format(file=tmp_path / one.file)
    stand_in(tmp_path, monkeypatch, f"{script}\necho '{json.dumps(ANSWER)}'")
    with pytest.raises(darkroom.Refused):
        send(tmp_path, "photo.jpg", JPEG)
    with pytest.raises(darkroom.Refused):
        darkroom.develop(tmp_path / "upload", prints=[one], into=tmp_path)


def test_a_fault_of_this_machine_is_not_blamed_on_the_file(tmp_path, monkeypatch):
    found = send(tmp_path, "photo.jpg", JPEG)
    (tmp_path / found.prints[0].file).unlink()
    (tmp_path / found.prints[0].file).mkdir()
    with pytest.raises(OSError, match="Is a directory"):
        send(tmp_path, "photo.jpg", JPEG)
    with pytest.raises(FileNotFoundError):
        darkroom.develop(tmp_path / "lost", prints=found.prints, into=tmp_path)
    stand_in(tmp_path, monkeypatch, "kill -TERM $$")
    with pytest.raises(InterruptedError):
        send(tmp_path, "photo.jpg", JPEG)


def test_a_process_that_hangs_is_killed_with_its_children(tmp_path, monkeypatch):
    stand_in(tmp_path, monkeypatch, f"sleep 60 & echo $! > {tmp_path}/child; sleep 60")
    monkeypatch.setattr(darkroom, "EXAMINING", darkroom.Patience(9, 1, 0))
    started = time.monotonic()
    with pytest.raises(darkroom.Refused) as refused:
        send(tmp_path, "photo.jpg", JPEG)
    assert refused.value.reason == "took-too-long"
    assert time.monotonic() - started < 10
    child = int((tmp_path / "child").read_text())
    for _ in range(100):
        stat = Path(f"/proc/{child}/stat")
        if not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] == "Z":
            break
        time.sleep(0.05)
    else:
        pytest.fail("its child lives on")


def test_a_picture_that_takes_too_long_is_given_up(tmp_path, monkeypatch):
    monkeypatch.setattr(darkroom, "DEVELOPING", darkroom.Patience(1, 60, 0))
    (tmp_path / "upload").write_bytes(picture("JPEG", (3000, 2000)))
    prints = darkroom.prints("ab" * 32, 3000, 2000)
    with pytest.raises(darkroom.Refused) as refused:
        darkroom.develop(tmp_path / "upload", prints=prints, into=tmp_path)
    assert refused.value.reason == "took-too-long"


def test_a_picture_that_takes_too_much_memory_is_given_up(tmp_path, monkeypatch):
    monkeypatch.setattr(darkroom, "EXAMINING", darkroom.Patience(20, 40, 0, 200 * 1024**2))
    data = png(9000, 9000, pixels=bytes(9000 * 3 * 9000 + 9000))
    assert refusal(tmp_path, "black.png", data).reason == "broken"


def test_the_largest_picture_that_is_taken_fits_into_its_memory(tmp_path):
    data = png(10_000, 10_000, pixels=bytes(10_000 * 3 * 10_000 + 10_000))
    assert send(tmp_path, "black.png", data).width == 10_000


def test_the_process_knows_no_secret_of_the_site(tmp_path, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "hush")
    monkeypatch.setenv("DATABASE_URL", "postgres://hush")
    stand_in(tmp_path, monkeypatch, f"env > {tmp_path}/environment")
    with pytest.raises(darkroom.Refused):
        send(tmp_path, "photo.jpg", JPEG)
    known = (tmp_path / "environment").read_text()
    assert "PATH=" in known
    assert "hush" not in known


def in_the_process(code):
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=darkroom.ROOT, env=darkroom.ENVIRONMENT, capture_output=True, check=True, text=True,
    ).stdout.split()  # fmt: skip


def test_the_process_bounds_itself_before_it_opens_anything():
    assert in_the_process("""
from articles.darkroom import __main__ as process
process.limit(300 * 1024**2, 60, 0)
import os, resource
def refused(what):
    try:
        what()
    except (MemoryError, OSError) as error:
        print(type(error).__name__)
    else:
        print("allowed")
refused(lambda: bytearray(400 * 1024**2))
refused(lambda: [os.dup(0) for _ in range(99)])
print(resource.getrlimit(resource.RLIMIT_CPU)[0], resource.getrlimit(resource.RLIMIT_CORE)[1])
""") == ["MemoryError", "OSError", "60", "0"]


def test_the_process_imports_no_django(tmp_path):
    (tmp_path / "photo.jpg").write_bytes(JPEG)
    job = {
        "task": "examine",
        "path": str(tmp_path / "photo.jpg"),
        "name": "",
        "into": str(tmp_path),
    }
    foreign = in_the_process(f"""
import sys
from articles.darkroom import __main__ as process
assert "sha256" in process.work({job})
print(*{{name.partition(".")[0] for name in sys.modules}} - sys.stdlib_module_names)
""")
    ours = {"articles", "PIL", "lxml", "cython_runtime"}  # the last is part of lxml
    assert {name for name in foreign if not name.startswith("_")} <= ours


def test_our_walkers_read_the_sizes_that_the_decoders_find():
    for name, data in HONEST.items():
        header = formats.judge(data, name=name)
        with Image.open(io.BytesIO(data)) as decoded:
            assert (header.width, header.height) == decoded.size, name
