"""Colours that an owner chooses: whether words in them can be read, by day and in the dark.

Contrast is that of WCAG 2.2. Plain Python.
"""

import colorsys
import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# What words in a chosen colour may stand on, for readers and at the desk.
LIGHT = ("#ffffff", "#f6f3ed", "#ece8df")
DARK = ("#131517", "#1d2023", "#12343a")
LEAST = 4.5
SHADES = 256


def written(colour):
    """A colour as we keep it: `#00606b`, whichever of the usual ways it was typed in."""
    colour = colour.strip().lower().removeprefix("#")
    if re.fullmatch("[0-9a-f]{3}", colour):
        colour = "".join(sign * 2 for sign in colour)
    return f"#{colour}" if colour else ""


def contrast(one, other):
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def least_contrast(colour, papers):
    return min(contrast(colour, paper) for paper in papers)


def on_dark(colour):
    """The colour for dark pages: itself if it can be read there, else the nearest that can."""
    return nearest(colour, DARK)


def nearest(colour, papers):
    """The nearest shade of a colour that can be read on these papers."""
    hue, light, saturation = colorsys.rgb_to_hls(*parts(colour))
    end = 1 if papers is DARK else 0
    for step in range(SHADES + 1):
        shade = light + (end - light) * step / SHADES
        found = together(colorsys.hls_to_rgb(hue, shade, saturation)) if step else colour
        if least_contrast(found, papers) >= LEAST:
            return found
    return together((end, end, end))


def validate(colour):
    if not re.fullmatch("#[0-9a-f]{6}", colour):
        raise ValidationError(_("Write a colour as six digits after #, such as #00606b."))


def readable_on_light(colour):
    """For a field: words in this colour can be read on white and light paper."""
    validate(colour)
    ask(colour, LIGHT, _("%(colour)s is too pale for words on white paper"))


def readable_on_dark(colour):
    """For a field: words in this colour can be read on dark pages."""
    validate(colour)
    ask(colour, DARK, _("%(colour)s is too dark for words on dark pages"))


def ask(colour, papers, sentence):
    found = least_contrast(colour, papers)
    if found < LEAST:
        rest = _(": %(found).1f to 1, and it takes 4.5. The nearest that can be read is %(near)s.")
        told = {"colour": colour, "found": found, "near": nearest(colour, papers)}
        raise ValidationError((sentence + rest) % told)


def luminance(colour):
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in parts(colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def parts(colour):
    return [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]


def together(parts):
    return "#" + "".join(f"{round(part * 255):02x}" for part in parts)
