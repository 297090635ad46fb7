"""How the desk says things: the names of fields, of people, and of what a field holds."""

from datetime import datetime

from django.conf.locale import LANG_INFO
from django.utils.translation import gettext as _

from articles import differences, merging, richtext, words
from articles.clock import Clock
from articles.models import Article, Author, Image, Section

# The words are the same; a link, a picture or the looks of them is not.
SHAPE_ONLY = [differences.Piece("in", "…")]


def name_of(user):
    return (user.get_full_name() or user.get_username()) if user else _("Somebody")


def title_of(field):
    """What the form calls a field of the words."""
    if field == "byline":
        return _("Byline")
    name = str(Article._meta.get_field(field).verbose_name)
    return name[:1].upper() + name[1:]


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
    if isinstance(value, list):
        return "\n".join(value)
    return value


def changes(before, after, fields=words.FIELDS):
    """What differs between two revisions: (field, its name, pieces) of each place."""
    for field in fields:
        old, new = before.content[field], after.content[field]
        if old == new:
            continue
        if field != "body":
            yield field, title_of(field), differences.pieces(said(field, old), said(field, new))
            continue
        for place, was, now in differences.pairs(merging.blocks(old), merging.blocks(new)):
            found = differences.pieces(richtext.plain_text(was), richtext.plain_text(now))
            is_same = all(piece.kind == "same" for piece in found)
            title = _("Body, paragraph %(n)s") % {"n": place}
            yield field, title, SHAPE_ONLY if is_same else found
