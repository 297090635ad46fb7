"""What rows of the dashboard and of the list say alike: whose a story is, and what it lacks."""

from django.db.models import F, Prefetch
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from articles.admin.wording import name_of
from articles.models import UNPUBLISHED, Assignment


def who_is_to_do_it():
    """For a prefetch: what is still to be done for a story, the earliest first."""
    given = Assignment.objects.open().select_related("to")
    given = given.order_by(F("due_at").asc(nulls_last=True), "pk")
    return Prefetch("assignments", given, to_attr="given")


def due(story):
    """What has to be done for it first, if a time was set."""
    return next((each for each in story.given if each.due_at), None)


def whose(story):
    """Of a story that nobody signed: for whom it is meant, or else who made it."""
    if story.given:
        names = dict.fromkeys(name_of(each.to) for each in story.given)
        return _("for %(names)s") % {"names": ", ".join(names)}
    return _("made by %(name)s") % {"name": name_of(story.created_by)} if story.created_by else ""


def lacks(story):
    """What is missing, worst first: (whether it stops the publication, words)."""
    picture = story.lead_image
    if story.status in UNPUBLISHED:
        if not story.headline:
            yield True, _("No headline")
        if story.section_id is None:
            yield True, _("No section")
    if picture is None:
        yield False, _("No picture")
    else:
        if not picture.credit:
            yield True, _("No picture credit")
        if not picture.may_be_shown:
            yield story.status in UNPUBLISHED, end_of_rights(picture)
        if not story.alt_text and not picture.is_decorative:
            yield False, _("No alt text")
        if picture.rights_end_soon:
            yield False, end_of_rights(picture)


def end_of_rights(picture):
    sentence = _("Rights end %(day)s") if picture.may_be_shown else _("Rights ended %(day)s")
    return sentence % {"day": date_format(picture.rights_until, _("j F"))}
