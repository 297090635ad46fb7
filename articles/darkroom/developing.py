"""From the bytes of a file that was judged to prints: decoded once, upright, 8 bits, sRGB, bare.

Runs in the darkroom's own process only.
"""

import math
from io import BytesIO

from PIL import Image, ImageCms

from articles.darkroom.formats import LARGEST_TEXT, LARGEST_TEXTS, Refused, refuse_size

# How each format is written. Whoever changes this raises RECIPE_VERSION in crops.py.
# LANCZOS keeps edges as they are, so nothing is sharpened afterwards.
# Why these: tests/benchmarks/pictures.py with photographs of 8 to 20 megapixels. Bytes where SSIM
# is equal, and seconds of a processor for three prints of 1.6 megapixels together:
#   AVIF at speed 4   0.91 to 0.97   3.6        AVIF at speed 10  1.1 to 1.4   0.06
#   AVIF at speed 6   1              0.6        WebP              1.1 to 1.4   0.1
#   AVIF at speed 8   1.0 to 1.4     0.2        JPEG              1.5 to 2.0   0.02
# Speed 4 takes six times as long to save a twelfth; WebP loses to AVIF on every photo, and what
# knows no AVIF is so rare that JPEG will do. At quality 50 SSIM is 0.91 to 0.97, that of a JPEG at
# 55 to 66 without its blocks; beside an uncompressed print we saw no difference on a page.
RECIPE = {
    "AVIF": {"quality": 50, "speed": 6, "subsampling": "4:2:0", "max_threads": 1},
    "JPEG": {"quality": 72, "subsampling": "4:2:0", "progressive": True, "optimize": True},
    "PNG": {"compress_level": 9},
}
# Phones show a lead in this crop, on lines that may be slow. One photo in seven needs the lower
# qualities to keep to these bytes: it is so full of detail that the loss drowns in it.
ON_PHONES, LARGEST_ON_PHONES, LOWER = "square", 40_000, (42, 34, 26)
PAPER = (255, 255, 255)  # what shows through where JPEG cannot be transparent
OPAQUE = 250  # alpha from here on is opaque: lossy formats never keep 255
# A large JPEG is decoded at half its size or less if that is still so many times what the prints
# need. At 2.0 a print keeps 39 dB to one from all pixels, at 1.25 only 34 (a worst case of thin
# coloured lines), which is good enough for a first look.
SLACK = 2.0
FIRST_SLACK = 1.25
LARGEST_PROFILE = 4 * 1024 * 1024  # bytes
TURNS = {  # EXIF orientation: what makes it upright
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


class Negative:
    """A picture that is open but not decoded yet: its upright size is known."""

    def __init__(self, data, header):
        self._image = open_picture(data, header)
        refuse_size(*self._image.size)
        if header.format not in ("AVIF", "HEIF") and self._image.size != (
            header.width,
            header.height,
        ):
            raise Refused("broken", detail="Its header and its decoder differ on its size.")
        self._orientation = orientation(self._image)
        width, height = self._image.size
        self.size = (height, width) if self._orientation >= 5 else (width, height)

    def expose(self, prints, slack=SLACK):
        """The decoded picture in L, LA, RGB or RGBA, as large as these prints need it or larger."""
        scale = max(one.width / (one.box[2] - one.box[0]) for one in prints)
        least = [math.ceil(side * min(1, scale * slack)) for side in self._image.size]
        image, profile = self._image, self._image.info.get("icc_profile")
        if image.format in ("JPEG", "MPO"):
            image.draft(None, tuple(least))  # decodes an eighth, a quarter or half of each side
        image = in_eight_bits(image)
        image.info.clear()
        shrink = min(have // need for have, need in zip(image.size, least, strict=True))
        if shrink > 1:
            image = image.reduce(shrink)
        image = without_idle_alpha(image)
        image = in_srgb(image, profile)
        if self._orientation in TURNS:
            image = image.transpose(TURNS[self._orientation])
        image.info.clear()
        return image


def open_picture(data, header):
    """The one decoder that fits, with its threads and its packed texts limited."""
    if header.format == "JPEG":
        from PIL.JpegImagePlugin import JpegImageFile as Decoder
    elif header.format == "PNG":
        from PIL import PngImagePlugin

        PngImagePlugin.MAX_TEXT_CHUNK = LARGEST_TEXT
        PngImagePlugin.MAX_TEXT_MEMORY = LARGEST_TEXTS
        Decoder = PngImagePlugin.PngImageFile  # noqa: N806
    elif header.format == "GIF":
        from PIL.GifImagePlugin import GifImageFile as Decoder
    elif header.format == "WEBP":
        from PIL.WebPImagePlugin import WebPImageFile as Decoder
    elif header.format == "AVIF":
        from PIL import AvifImagePlugin

        AvifImagePlugin.DEFAULT_MAX_THREADS = 1
        Decoder = AvifImagePlugin.AvifImageFile  # noqa: N806
    else:
        try:
            import pillow_heif
            from pillow_heif.as_plugin import HeifImageFile as Decoder
        except ImportError:
            raise Refused("heic") from None
        pillow_heif.options.DECODE_THREADS = 1
        pillow_heif.options.THUMBNAILS = False
    return Decoder(BytesIO(data))


def orientation(image):
    """1 to 8 as EXIF says it; 1 when it says nothing readable. XMP's copy does not count."""
    for name in ("xmp", "XML:com.adobe.xmp"):
        image.info.pop(name, None)
    try:
        said = image.getexif().get(0x0112, 1)
    except Exception:  # a notice that is broken does not spoil the picture
        return 1
    return said if said in TURNS else 1


def in_eight_bits(image):
    """Decode it, to L, LA, RGB, RGBA or CMYK."""
    image.load()
    if image.mode in ("L", "LA", "RGB", "RGBA", "CMYK") and "transparency" not in image.info:
        return image
    if image.mode in ("I;16", "I;16B", "I;16L", "I;16N", "I"):
        image.info.pop("transparency", None)
        return image.point(lambda grey: grey * (1 / 257) + 0.5).convert("L")
    if image.has_transparency_data:
        return image.convert("RGBA")
    return image.convert("L" if image.mode == "1" else "RGB")


def without_idle_alpha(image):
    if image.mode not in ("LA", "RGBA") or image.getchannel("A").getextrema()[0] < OPAQUE:
        return image
    return image.convert(image.mode[:-1])


def in_srgb(image, profile):
    """Its colours as screens show them. A profile that is broken or does not fit is ignored."""
    converted = None
    alpha = image.getchannel("A") if image.mode in ("LA", "RGBA") else None
    colours = image.convert(image.mode[:-1]) if alpha else image
    if profile and len(profile) <= LARGEST_PROFILE:
        try:
            converted = ImageCms.profileToProfile(
                colours,
                BytesIO(profile),
                ImageCms.createProfile("sRGB"),
                renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
                outputMode="RGB",
                flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
            )
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            converted = None
    if converted is None:
        if colours.mode != "CMYK":
            return image
        return colours.convert("RGB")
    if colours.mode == "L":
        converted = converted.convert("L")
    if alpha:
        converted.putalpha(alpha)
    return converted


def write(image, size, prints, folder):
    """Cut, shrink and write prints of an exposed picture whose upright size is given."""
    on_paper = flat(image) if any(one.format == "JPEG" for one in prints) else None
    scaled = {}  # what was cut out of which picture: its prints so far, the largest first
    for one in sorted(prints, key=lambda one: -one.width):
        source = on_paper if one.format == "JPEG" else image
        alike = scaled.setdefault((one.box, id(source)), {})
        if (one.width, one.height) not in alike:
            larger = next(iter(alike.values()), None)
            alike[one.width, one.height] = scale(source, size, one, larger)
        save(alike[one.width, one.height], one, folder / one.file)


def scale(image, size, one, larger):
    """One print from a picture of an upright size; or from a print of twice the width or more."""
    if larger and larger.width >= 2 * one.width:
        return larger.resize((one.width, one.height), Image.Resampling.LANCZOS)
    across, down = image.width / size[0], image.height / size[1]
    left, upper, right, lower = one.box
    cut = (left * across, upper * down, right * across, lower * down)
    return image.resize(
        (one.width, one.height), Image.Resampling.LANCZOS, box=cut, reducing_gap=3.0
    )


def flat(image):
    if image.mode not in ("LA", "RGBA"):
        return image
    paper = Image.new("RGB", image.size, PAPER)
    paper.paste(image.convert("RGBA"), mask=image.getchannel("A"))
    return paper


def save(image, one, path):
    recipe, lower = RECIPE[one.format], []
    if one.format == "AVIF":
        from PIL import AvifImagePlugin  # noqa: F401  else Pillow would import all it has

        lower = LOWER if one.crop == ON_PHONES else []
    image.save(path, one.format, **recipe)
    for quality in lower:
        if path.stat().st_size <= LARGEST_ON_PHONES:
            break
        image.save(path, one.format, **recipe | {"quality": quality})


def tone(image):
    """Its dominant colour as #rrggbb: of five groups of alike pixels, the mean of the largest."""
    if image.mode in ("LA", "RGBA"):
        return ""
    small = image.convert("RGB").resize((64, 64), Image.Resampling.BOX)
    grouped = small.quantize(5, Image.Quantize.MEDIANCUT)
    _, largest = max(grouped.getcolors())
    return "#{:02x}{:02x}{:02x}".format(*grouped.getpalette()[largest * 3 : largest * 3 + 3])
