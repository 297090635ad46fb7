"""Where a picture is used: stories live and drafts, pages about the house, portraits, the logo."""

from dataclasses import dataclass

from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _

from articles import publishing, richtext
from articles.models import Article, Page, Revision, Site

NAMED = 20  # stories


@dataclass
class Use:
    """One place: what it is called, where it is mended, and how it shows the picture."""

    name: str
    address: str
    how: str
    language: str = ""
    direction: str = ""


def uses_of(image, user):
    """All places that somebody may know of, and how many more stories there are."""
    shown = Article.objects.filter(pk__in=image.uses.values("article"))
    shown = shown.filter(publishing.readable(user))
    stories = list(shown.order_by("-saved_at", "-pk")[:NAMED])
    n = len(stories) if len(stories) < NAMED else shown.count()
    return {
        "places": [*uses_in(stories, image), *elsewhere(image)],
        "more": n - len(stories),
    }


def uses_in(stories, image):
    """In these stories, as readers see them and as the desk has them now."""
    seen_by_readers = image.uses.filter(is_live=True, article__in=stories)
    live = set(seen_by_readers.values_list("article", flat=True))
    newest = Revision.objects.filter(article__in=stories, number=F("article__working"))
    at_desk = dict(newest.values_list("article", "content"))
    for story in stories:
        row = words_of(story, image)
        words = at_desk.get(story.pk) or row  # nobody has saved it at the desk yet
        now, seen = how(words, image), how(row, image)
        if story.pk not in live:
            told = _("%(how)s, not before readers") % {"how": now}
        elif not now:
            told = _("%(how)s, taken out in the draft") % {"how": seen}
        else:
            told = seen
        headline = words["headline"]
        place = reverse("admin:articles_article_change", args=[story.pk])
        yield Use(headline, place, told, story.language, story.direction)


def words_of(story, image):
    """What a row says of its pictures, spelled as `articles.words` has it."""
    leads = story.lead_image_id == image.pk
    told = {"lead_image": image.code if leads else "", "lead_caption": story.lead_caption}
    told |= {"headline": story.headline, "body": story.body}
    return told | {"gallery": getattr(story, "gallery", [])}


def how(words, image):
    """In which places a story shows the picture: "lead, own caption; in the text"."""
    found = []
    if words.get("lead_image") == image.code:
        found.append(_("lead, own caption") if words.get("lead_caption") else _("lead"))
    if image.code in richtext.image_codes(words.get("body", "")):
        found.append(_("in the text"))
    if image.code in {item.get("image") for item in words.get("gallery") or []}:
        found.append(_("in the gallery"))
    return "; ".join(found)


def elsewhere(image):
    for page in Page.objects.filter(pk__in=image.page_uses.values("page")).defer("body"):
        place = reverse("admin:articles_page_change", args=[page.pk])
        yield Use(page.title, place, _("page about the house"), page.language, page.direction)
    for author in image.portrays.all():
        place = reverse("admin:articles_author_change", args=[author.pk])
        yield Use(author.name, place, _("portrait"))
    for site in Site.objects.filter(logo=image) | Site.objects.filter(logo_on_dark=image):
        yield Use(site.name, reverse("admin:articles_site_changelist"), _("logo"))
