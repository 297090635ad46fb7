"""How the desk says things: the names of fields, of people, and of what a field holds."""

from datetime import datetime

from django.conf.locale import LANG_INFO
from django.utils.encoding import uri_to_iri
from django.utils.html import format_html
from django.utils.translation import gettext as _

from articles.clock import Clock
from articles.models import Article, Author, Image, LeadCrop, Section


def name_of(user):
    return (user.get_full_name() or user.get_username()) if user else _("Somebody")


def link_to(article):
    """A link to the story on the site, its address in its own letters."""
    address = article.get_absolute_url()
    return format_html('<a href="{}"><bdi dir="ltr">{}</bdi></a>', address, uri_to_iri(address))


def initials_of(name):
    """What stands for a person where there is little room."""
    words = name.split()
    letters = words[0][0] + words[-1][0] if len(words) > 1 else name[:2]
    return letters.upper()


def title_of(field):
    """What the form calls a field of the words."""
    if field == "byline":
        return _("Byline")
    name = str(Article._meta.get_field(field).verbose_name)
    return name[:1].upper() + name[1:]


def named(gallery):
    """The codes of the pictures in a gallery, in their order."""
    return [use["image"] for use in gallery]


def said_of_each(gallery, images):
    """What a gallery says of each picture, a line for each: its caption, and its own alt text."""
    told = []
    for use in gallery:
        image = images.get(use["image"])
        caption = use["caption"] or (str(image) if image else use["image"])
        alt = _("description “%(text)s”") % {"text": use["alt"]} if use["alt"] else ""
        told.append(f"{caption} ({alt})" if alt else caption)
    return told


def said(field, value):
    """What a field of the words holds, as one text."""
    if value in (None, "", []):
        return ""
    if field == "section":
        section = Section.objects.filter(pk=value).first()
        return section.name if section else ""
    if field == "lead_image":
        return str(Image.objects.filter(code=value).first() or "")
    if field == "byline":
        found = Author.objects.in_bulk(value)
        return ", ".join(found[pk].name for pk in value if pk in found)
    if field == "embargoed_until":
        return Clock().exact(datetime.fromisoformat(value))
    if field == "language":
        return LANG_INFO.get(value, {}).get("name", value)
    if field == "topics":
        return ", ".join(value)
    if field == "lead_crop":
        return str(dict(LeadCrop.choices).get(value, value))
    if field == "gallery":
        return "\n".join(
            said_of_each(value, Image.objects.in_bulk(named(value), field_name="code"))
        )
    if isinstance(value, list):
        return "\n".join(value)
    return value
