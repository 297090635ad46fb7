"""The owner's colours as a style sheet, which readers' pages and the desk load after their own."""

import hashlib

from django.urls import reverse

from articles import colours


def sheet(site, sections=()):
    """The colours that differ from those of our own sheets; empty if none do."""
    rules = []
    if pair := site.colours:
        light, dark = pair
        rules += [
            f":root{{--brand:{light};--brand-on-dark:{dark}}}",
            f"html:has(.desk){{--brand:light-dark({light},{dark})}}",
        ]
    coloured = [section for section in sections if section.colour]
    rules += [f".section-{section.pk}{{--accent:{section.colour}}}" for section in coloured]
    if coloured:
        in_the_dark = "".join(
            f".section-{section.pk}{{--accent:{colours.on_dark(section.colour)}}}"
            for section in coloured
        )
        rules.append(f"@media(prefers-color-scheme:dark){{{in_the_dark}}}")
    return "\n".join(rules)


def address(site, sections=()):
    """Where the sheet is. The address changes with every colour; without any there is no sheet."""
    written = sheet(site, sections)
    return f"{reverse('site_style')}?v={mark(written)}" if written else ""


def mark(written):
    return hashlib.sha256(written.encode()).hexdigest()[:12]
