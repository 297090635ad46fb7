"""Pictures go through the darkroom: upright, in their true colours, bare of what they carried.

ImageMagick and exiftool make the files, and judge what comes out.
"""

import io
import json
import os
import shutil
import struct
import subprocess
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from articles import darkroom
from articles.darkroom import crops

pytestmark = pytest.mark.once

PROFILES = Path("/usr/share/color/icc")


def missing(what):
    if os.environ.get("CI"):
        pytest.fail(f"No {what} here, and CI never skips the judges.")
    pytest.skip(f"NO {what}: no other program judged our pictures. Install imagemagick, exiftool.")


def run(program, *args):
    """What a program says that others wrote."""
    path = shutil.which(program) or missing(program)
    return subprocess.run([path, *map(str, args)], capture_output=True, check=True).stdout


def convert(*args):
    return run("convert", *args)


def icc(name):
    """A colour profile of the system."""
    return next(PROFILES.rglob(name), None) or missing(name)


def examine(path):
    return darkroom.examine(path, name=path.name, into=path.parent)


def shown(path):
    """A picture as examined, and its largest first print."""
    found = examine(path)
    with Image.open(path.parent / found.prints[-1].file) as made:
        made.load()
    return found, made


def judged(path):
    """A picture as ImageMagick shows it: upright, 8 bits, sRGB."""
    data = convert(f"{path}[0]", "-auto-orient", "-depth", "8", "-colorspace", "sRGB", "ppm:-")
    return Image.open(io.BytesIO(data))


def alike(one, other, by=6):
    """Whether two pictures agree, in every spot of a coarse net, within so many of 255 levels."""
    nets = [
        list(each.convert("RGB").resize((6, 6), Image.Resampling.BOX).tobytes())
        for each in (one, other)
    ]
    return max(abs(a - b) for a, b in zip(*nets, strict=True)) <= by


@pytest.fixture(scope="module")
def photo(tmp_path_factory):
    """A photograph-like picture of 1800x1200 pixels."""
    path = tmp_path_factory.mktemp("photo") / "photo.jpg"
    convert("-size", "900x600", "-seed", "7", "plasma:tomato-steelblue", "-resize", "200%", path)
    return path


# What is found out


def test_a_photo_is_examined_and_can_be_shown_at_once(photo):
    found, made = shown(photo)
    assert (found.format, found.suffix, found.width, found.height) == ("JPEG", ".jpg", 1800, 1200)
    assert found.frames == 1
    assert not found.is_transparent
    assert found.tone.startswith("#")
    assert [(one.width, one.height) for one in found.prints] == [(400, 267), (1280, 853)]
    assert alike(made, judged(photo))


@pytest.mark.parametrize("kind", ["png", "webp", "gif", "avif"])
def test_every_format_that_we_take_is_known_by_its_content(kind, tmp_path):
    path = tmp_path / f"photo.{kind}"
    source = Image.linear_gradient("L").resize((320, 200)).convert("RGB")
    source.save(path)
    found, made = shown(path)
    assert (found.suffix, found.width, found.height) == (f".{kind}", 320, 200)
    assert alike(made, source)


def test_the_tone_is_that_of_the_largest_part(tmp_path):
    path = tmp_path / "flag.png"
    convert(
        "-size", "300x200", "xc:#204080", "-fill", "#f0e0d0", "-draw", "circle 40,40 40,70", path
    )
    assert examine(path).tone == "#204080"


def test_a_flat_picture_has_its_focal_point_in_the_middle(tmp_path):
    path = tmp_path / "flat.png"
    convert("-size", "300x200", "xc:#777777", path)
    found = examine(path)
    assert (found.focal_x, found.focal_y) == (50, 50)


def test_the_focal_point_is_where_things_stand_out(tmp_path):
    path = tmp_path / "far.png"
    convert(
        "-size",
        "600x400",
        "xc:#8899aa",
        "(",
        "-size",
        "90x90",
        "pattern:checkerboard",
        ")",
        "-geometry",
        "+450+40",
        "-composite",
        path,
    )
    found = examine(path)
    assert abs(found.focal_x - 82) <= 5
    assert abs(found.focal_y - 21) <= 6


@pytest.mark.parametrize("skin", ["#f1c9a5", "#c68642", "#8d5524", "#5c3a21"])
def test_skin_of_any_shade_weighs_more_than_a_thing_of_equal_contrast(skin, tmp_path):
    path = tmp_path / "faces.png"
    with Image.new("RGB", (600, 300), "#777777") as made:
        pen = ImageDraw.Draw(made)
        pen.ellipse((60, 100, 140, 220), fill=skin)
        grey = Image.new("RGB", (1, 1), skin).convert("L").getpixel((0, 0))
        pen.ellipse((460, 100, 540, 220), fill=(grey - 12, grey, grey + 12))
        made.save(path)
    assert examine(path).focal_x < 45


# Upright


@pytest.fixture(scope="module")
def turned(tmp_path_factory):
    """One picture in each of EXIF's eight orientations, marked by exiftool: {number: path}."""
    folder = tmp_path_factory.mktemp("turned")
    base = folder / "base.jpg"
    convert(
        "-size",
        "240x160",
        "gradient:red-blue",
        "-fill",
        "lime",
        "-draw",
        "rectangle 0,0 60,40",
        "-fill",
        "white",
        "-draw",
        "rectangle 160,120 240,160",
        "-quality",
        "95",
        base,
    )
    paths = {number: folder / f"{number}.jpg" for number in range(1, 9)}
    marks = []
    for number, path in paths.items():
        shutil.copy(base, path)
        marks += ["-execute"] * bool(marks)
        marks += [f"-Orientation#={number}", "-n", "-overwrite_original", path]
    run("exiftool", *marks)
    return paths


@pytest.mark.parametrize("number", range(1, 9))
def test_a_picture_stands_upright_however_the_camera_was_held(number, turned):
    path = turned[number]
    judge = judged(path)
    found, made = shown(path)
    assert (found.width, found.height) == made.size == judge.size
    assert made.size == ((240, 160) if number < 5 else (160, 240))
    assert alike(made, judge, by=8)


@pytest.mark.parametrize("kind", ["png", "webp", "avif"])
def test_other_formats_are_turned_too(kind, turned, tmp_path):
    path = tmp_path / f"turned.{kind}"
    with Image.open(turned[6]) as source:
        source.save(path, exif=source.getexif(), lossless=True)
    found, made = shown(path)
    assert (found.width, found.height) == (160, 240)
    assert alike(made, judged(turned[6]), by=10)


def test_crops_are_cut_from_the_upright_picture(turned, tmp_path):
    path = turned[6]
    found = examine(path)
    (one,) = (
        one
        for one in darkroom.prints(found.sha256, 160, 240, focal=(100, 0), crops=["square"])
        if one.format == "JPEG"
    )
    darkroom.develop(path, prints=[one], into=tmp_path)
    judge = judged(path).crop((0, 0, 160, 160))
    with Image.open(tmp_path / one.file) as made:
        assert alike(made, judge, by=10)


# True colours


def matrix_profile():
    """A profile of Display P3 as Apple's phones embed it, written by hand from its numbers."""

    def s15(*numbers):
        return b"".join(struct.pack(">i", round(number * 65536)) for number in numbers)

    curve = b"para\0\0\0\0\0\3\0\0" + s15(2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)
    tags = {
        b"rXYZ": b"XYZ \0\0\0\0" + s15(0.51512, 0.24120, -0.00105),
        b"gXYZ": b"XYZ \0\0\0\0" + s15(0.29198, 0.69225, 0.04189),
        b"bXYZ": b"XYZ \0\0\0\0" + s15(0.15710, 0.06657, 0.78407),
        b"wtpt": b"XYZ \0\0\0\0" + s15(0.9642, 1.0, 0.8249),
        b"rTRC": curve,
        b"gTRC": curve,
        b"bTRC": curve,
        b"desc": b"desc\0\0\0\0" + struct.pack(">I", 3) + b"P3\0" + bytes(79),
        b"cprt": b"text\0\0\0\0none\0\0\0\0",
    }
    table, bodies = struct.pack(">I", len(tags)), b""
    for name, body in tags.items():
        body += bytes(-len(body) % 4)
        table += struct.pack(">4sII", name, 132 + 12 * len(tags) + len(bodies), len(body))
        bodies += body
    size = 128 + len(table) + len(bodies)
    head = struct.pack(">I4xI4s4s4s12x4s", size, 0x02400000, b"mntr", b"RGB ", b"XYZ ", b"acsp")
    return head.ljust(68, b"\0") + s15(0.9642, 1.0, 0.8249).ljust(60, b"\0") + table + bodies


def p3_as_srgb(*levels):
    """The sum by hand: from Display P3 to linear light, to sRGB's primaries, and back to levels."""

    def light(level):
        level /= 255
        return level / 12.92 if level <= 0.04045 else ((level + 0.055) / 1.055) ** 2.4

    def level(light):
        light = min(1, max(0, light))
        return 255 * (light * 12.92 if light <= 0.0031308 else 1.055 * light ** (1 / 2.4) - 0.055)

    red, green, blue = map(light, levels)
    rows = ((1.2249, -0.2247, 0), (-0.0420, 1.0419, 0), (-0.0197, -0.0786, 1.0979))
    return tuple(level(r * red + g * green + b * blue) for r, g, b in rows)


@pytest.mark.parametrize("kind", ["jpg", "png", "webp", "avif"])
def test_a_wide_gamut_photo_keeps_its_colours(kind, tmp_path):
    path = tmp_path / f"phone.{kind}"
    Image.new("RGB", (200, 100), (190, 110, 70)).save(
        path, icc_profile=matrix_profile(), quality=95
    )
    _, made = shown(path)
    wanted = p3_as_srgb(190, 110, 70)
    assert max(abs(a - b) for a, b in zip(made.getpixel((99, 49)), wanted, strict=True)) <= 4
    assert "icc_profile" not in made.info


def test_a_grey_photo_with_a_profile_stays_grey(tmp_path):
    path = tmp_path / "grey.jpg"
    convert(
        "-size",
        "200x100",
        "gradient:",
        "-colorspace",
        "gray",
        "-profile",
        icc("default_gray.icc"),
        path,
    )
    _, made = shown(path)
    assert made.mode == "L"
    assert alike(made, judged(path), by=10)


def test_a_print_shop_s_cmyk_is_shown_by_its_profile(tmp_path):
    path, judge = tmp_path / "cmyk.jpg", tmp_path / "judge.png"
    convert(
        "-size",
        "200x120",
        "-seed",
        "3",
        "plasma:orange-navy",
        "-blur",
        "0x20",
        "-profile",
        icc("srgb.icc"),
        "-profile",
        icc("default_cmyk.icc"),
        path,
    )
    convert(
        path, "-intent", "relative", "-black-point-compensation", "-profile", icc("srgb.icc"), judge
    )
    assert b"CMYK" in run("identify", "-format", "%[colorspace]", path)
    _, made = shown(path)
    assert made.mode == "RGB"
    assert alike(made, judged(judge))


def test_cmyk_without_a_profile_is_no_negative(tmp_path):
    path = tmp_path / "cmyk.jpg"
    convert("-size", "100x100", "gradient:orange-navy", "-colorspace", "CMYK", "-strip", path)
    _, made = shown(path)
    assert alike(made, judged(path), by=8)


@pytest.mark.parametrize("colours", ["black-white", "orange-navy"])
def test_sixteen_bits_become_eight_without_loss_of_light(colours, tmp_path):
    path = tmp_path / "deep.png"
    convert("-size", "100x100", f"gradient:{colours}", "-depth", "16", path)
    assert run("identify", "-format", "%[bit-depth]", path) == b"16"
    _, made = shown(path)
    assert alike(made, judged(path), by=3)


def test_a_drawing_in_black_and_white_is_shown_in_grey(tmp_path):
    path = tmp_path / "drawing.png"
    convert("-size", "64x64", "pattern:checkerboard", "-threshold", "50%", "-type", "bilevel", path)
    _, made = shown(path)
    assert alike(made, judged(path), by=8)


@pytest.mark.parametrize("profile", [b"rubbish", matrix_profile()[:200]])
def test_a_broken_profile_spoils_no_picture(profile, tmp_path):
    path = tmp_path / "photo.jpg"
    Image.new("RGB", (40, 40), (190, 110, 70)).save(path, icc_profile=profile, quality=95)
    _, made = shown(path)
    assert max(abs(a - b) for a, b in zip(made.getpixel((9, 9)), (190, 110, 70), strict=True)) <= 3


def test_a_profile_for_print_on_a_photo_for_screens_is_ignored(tmp_path):
    path = tmp_path / "photo.jpg"
    profile = icc("default_cmyk.icc").read_bytes()
    Image.new("RGB", (40, 40), (190, 110, 70)).save(path, icc_profile=profile, quality=95)
    _, made = shown(path)
    assert max(abs(a - b) for a, b in zip(made.getpixel((9, 9)), (190, 110, 70), strict=True)) <= 3


# Transparent


def cut_out(mode):
    """A red disc on nothing."""
    made = Image.new("RGBA", (300, 200))
    ImageDraw.Draw(made).ellipse((100, 50, 200, 150), fill=(200, 30, 30, 255))
    if mode == "P":
        return made.quantize(16)
    return made.convert(mode)


@pytest.mark.parametrize(
    ("kind", "mode"),
    [("png", "RGBA"), ("png", "LA"), ("png", "P"), ("gif", "P"), ("webp", "RGBA"),
     ("avif", "RGBA")],
)  # fmt: skip
def test_what_is_transparent_stays_so(kind, mode, tmp_path):
    path = tmp_path / f"disc.{kind}"
    cut_out(mode if kind != "gif" else "RGBA").save(path)
    found, made = shown(path)
    assert found.is_transparent
    assert found.tone == ""
    assert (found.prints[-1].format, made.mode[-1]) == ("PNG", "A")
    assert made.getpixel((2, 2))[-1] == 0
    assert made.getpixel((150, 100))[-1] >= 250


def test_prints_of_a_transparent_picture_are_avif_and_png_and_white_elsewhere(tmp_path):
    path = tmp_path / "disc.png"
    cut_out("RGBA").save(path)
    found = examine(path)
    prints = darkroom.prints(
        found.sha256, found.width, found.height, is_transparent=True, crops=["full", "social"]
    )
    assert [one.format for one in prints] == ["AVIF", "PNG", "JPEG"]
    darkroom.develop(path, prints=prints, into=tmp_path)
    corners = []
    for one in prints:
        with Image.open(tmp_path / one.file) as made:
            corners.append(made.getpixel((1, 1)))
    assert corners[0][3] <= 3
    assert corners[1][3] == 0
    assert min(corners[2]) >= 253


def test_alpha_that_hides_nothing_makes_no_picture_transparent(tmp_path):
    path = tmp_path / "photo.png"
    Image.new("RGBA", (300, 200), (90, 120, 60, 255)).save(path)
    found, made = shown(path)
    assert not found.is_transparent
    assert (made.format, made.mode) == ("JPEG", "RGB")


# Moving


@pytest.mark.parametrize("kind", ["gif", "webp", "png"])
def test_of_a_moving_picture_the_first_frame_is_shown(kind, tmp_path):
    path = tmp_path / f"film.{kind}"
    frames = [Image.new("RGB", (200, 100), colour) for colour in ("#c02020", "#20c020", "#2020c0")]
    frames[0].save(path, save_all=True, append_images=frames[1:], duration=100)
    found, made = shown(path)
    assert found.frames == 3
    assert alike(made, frames[0], by=8)


def test_a_moving_avif_is_counted(tmp_path):
    path = tmp_path / "film.avif"
    frames = [Image.new("RGB", (200, 100), colour) for colour in ("#c02020", "#20c020")]
    frames[0].save(path, save_all=True, append_images=frames[1:], duration=100)
    assert examine(path).frames == 2


# Prints


def test_prints_are_what_their_names_say_and_carry_nothing_else(photo, tmp_path):
    path = tmp_path / "told.jpg"
    shutil.copy(photo, path)
    run(
        "exiftool", "-overwrite_original", "-GPSLatitude=48.2", "-GPSLatitudeRef=N",
        "-XMP-dc:Creator=Ada", "-IPTC:By-line=Ada", "-EXIF:Artist=Ada", "-Comment=from Ada",
        "-SerialNumber=123", f"-ICC_Profile<={icc('srgb.icc')}", path,
    )  # fmt: skip
    found = examine(path)
    prints = darkroom.prints(found.sha256, found.width, found.height, focal=(80, 20))
    assert len({one.name for one in prints}) == len(prints) == 35
    assert darkroom.develop(path, prints=prints, into=tmp_path) == prints
    made = [*found.prints, *prints]
    said = json.loads(run("exiftool", "-j", "-G", "-a", "-u", *(tmp_path / x.file for x in made)))
    for one, facts in zip(made, said, strict=True):
        size = facts.get("File:ImageWidth") or facts["QuickTime:ImageWidth"]
        assert size == one.width
        assert facts["File:MIMEType"] == one.content_type
        if one.format == "JPEG":
            assert facts["File:EncodingProcess"].startswith("Progressive")
        groups = {fact.partition(":")[0] for fact in facts} - {"SourceFile"}
        assert groups <= {"ExifTool", "File", "Composite", "JFIF", "QuickTime"}, one.name
        assert not [fact for fact in facts if "Comment" in fact or "GPS" in fact]
        assert "Ada" not in json.dumps(facts).replace(str(tmp_path), "")
        assert b"Ada" not in (tmp_path / one.file).read_bytes()


def test_a_png_print_carries_nothing_either(tmp_path):
    path = tmp_path / "disc.png"
    cut_out("RGBA").save(path, icc_profile=matrix_profile(), dpi=(300, 300))
    run(
        "exiftool",
        "-overwrite_original",
        "-XMP-dc:Creator=Ada",
        "-Artist=Ada",
        "-PNG:Comment=from Ada",
        path,
    )
    found = examine(path)
    prints = [tmp_path / one.file for one in found.prints]
    for facts in json.loads(run("exiftool", "-j", "-G", "-a", "-u", *prints)):
        header = {
            "ImageWidth",
            "ImageHeight",
            "BitDepth",
            "ColorType",
            "Compression",
            "Filter",
            "Interlace",
        }
        told = {fact[4:] for fact in facts if fact.startswith("PNG:")}
        assert told == header


def test_only_the_prints_asked_for_are_made(photo, tmp_path):
    prints = darkroom.prints("ab" * 32, 1800, 1200, crops=["card"])[:2]
    darkroom.develop(photo, prints=prints, into=tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {one.file for one in prints}


def test_the_smallest_picture_has_prints_too(tmp_path):
    path = tmp_path / "dot.png"
    Image.new("RGB", (1, 1), "navy").save(path)
    found = examine(path)
    prints = darkroom.prints(found.sha256, 1, 1)
    darkroom.develop(path, prints=prints, into=tmp_path)
    assert {(one.width, one.height) for one in prints} == {(1, 1)}
    for one in prints:
        with Image.open(tmp_path / one.file) as made:
            assert made.size == (1, 1)


# Crops and names


@pytest.mark.parametrize("size", [(4000, 3000), (3000, 4000), (700, 500), (1, 9000), (9000, 1)])
@pytest.mark.parametrize("focal", [(0, 0), (50, 50), (100, 3), (97, 100)])
def test_a_crop_lies_within_the_picture_and_holds_its_focal_point(size, focal):
    for crop in darkroom.CROPS:
        left, upper, right, lower = darkroom.box(crop, *size, focal)
        assert 0 <= left <= size[0] * focal[0] / 100 <= right <= size[0]
        assert 0 <= upper <= size[1] * focal[1] / 100 <= lower <= size[1]
        assert left < right
        assert upper < lower


def test_a_crop_has_the_shape_the_design_asks_for():
    shapes = {name: darkroom.box(name, 4000, 3000, (50, 50)) for name in darkroom.CROPS}
    assert shapes["lead"] == (0, 375, 4000, 2625)
    assert shapes["card"] == (0, 166, 4000, 2833)
    assert shapes["square"] == (500, 0, 3500, 3000)
    assert shapes["portrait"] == (800, 0, 3200, 3000)
    assert shapes["full"] == (0, 0, 4000, 3000)
    assert darkroom.height_at("social", 1200, 4000, 3000) == 630


def test_what_phones_get_as_a_lead_is_light_however_busy_the_photo_is(tmp_path):
    path = tmp_path / "crowd.jpg"
    noise = ("-attenuate", "1", "+noise", "gaussian", "-blur", "0x0.8")
    convert("-size", "1000x1000", "-seed", "7", "plasma:fractal", *noise, "-quality", "92", path)
    found = examine(path)
    prints = darkroom.prints(found.sha256, 1000, 1000, crops=["square", "portrait"])
    light, heavy = (one for one in prints if (one.width, one.format) == (800, "AVIF"))
    darkroom.develop(path, prints=[light, heavy], into=tmp_path)
    sizes = [(tmp_path / one.file).stat().st_size for one in (light, heavy)]
    assert sizes[0] <= 40_000 < sizes[1]


def test_no_print_is_larger_than_what_it_is_cut_from():
    assert darkroom.widths("lead", 4000, 3000) == [480, 720, 960, 1600]
    assert darkroom.widths("lead", 900, 3000) == [480, 720, 900]
    assert darkroom.widths("square", 120, 3000) == [120]
    assert darkroom.widths("full", 1600, 10) == [400, 720, 1240, 1600]


def test_a_name_tells_the_content_the_crop_the_focal_point_and_the_recipe():
    names = [
        one.name
        for one in darkroom.prints(
            "0123456789" * 6 + "abcd", 900, 900, focal=(7, 93), crops=["portrait", "full"]
        )
    ]
    version = f"r{darkroom.RECIPE_VERSION}"
    assert names[:2] == [
        f"renditions/01/012345678901234567890123-portrait-7-93-400-{version}.avif",
        f"renditions/01/012345678901234567890123-portrait-7-93-400-{version}.jpg",
    ]
    assert names[-1] == f"renditions/01/012345678901234567890123-full-900-{version}.jpg"
    assert crops.SUFFIXES.keys() == {"AVIF", "JPEG", "PNG"}


# HEIC, an optional extra


def heic(folder):
    path = folder / "IMG_0001.HEIC"
    convert("-size", "200x120", "gradient:red-blue", f"heic:{path}")
    return path


def test_heic_is_developed_where_its_decoder_is_installed(tmp_path):
    path = heic(tmp_path)
    found, made = shown(path)
    assert (found.format, found.suffix, found.width, found.height) == ("HEIF", ".heic", 200, 120)
    assert alike(made, judged(path), by=8)


def test_heic_is_refused_by_name_where_it_is_not(tmp_path, monkeypatch):
    (tmp_path / "pillow_heif.py").write_text("raise ImportError")
    monkeypatch.setitem(darkroom.ENVIRONMENT, "PYTHONPATH", str(tmp_path))
    with pytest.raises(darkroom.Refused) as refused:
        examine(heic(tmp_path))
    assert refused.value.reason == "heic"
