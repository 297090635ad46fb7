"""The words of a story, and all that belongs to them, as one dictionary: what a revision keeps.

language kicker headline short_headline standfirst dateline body slug agency
lead_caption lead_alt lead_crop
                 texts
key_points       texts, in order
topics           names, in order
byline           ids of authors, in order
section          id, or None
lead_image       code, or ""
gallery          pictures, in order: {"image": code, "caption": "", "alt": ""}, where an empty
                 text means the picture's own
embargoed_until  ISO 8601 with its zone, or None
"""

from collections import defaultdict
from datetime import UTC, datetime

from articles import richtext, slugs
from articles.models import (
    Author,
    Byline,
    Image,
    Kind,
    LeadCrop,
    Section,
    Tagging,
    Topic,
    TopicAlias,
)

TEXTS = [
    *("language", "kicker", "headline", "short_headline", "standfirst", "dateline", "body"),
    *("slug", "agency", "lead_caption", "lead_alt", "lead_crop"),
]
LISTS = ["key_points", "topics", "byline", "gallery"]
FIELDS = [*TEXTS, *LISTS, "section", "lead_image", "embargoed_until"]
NONE = dict.fromkeys(FIELDS, "") | {name: [] for name in LISTS}
NONE |= {"section": None, "embargoed_until": None}


def of(article):
    """The words as the row and its relations have them."""
    return of_each([article])[0]


def of_each(articles):
    """The words of many stories, in as many queries as for one."""
    topics, authors = defaultdict(list), defaultdict(list)
    if kept := [article.pk for article in articles if article.pk]:
        tagged = Tagging.objects.filter(content_object__in=kept)
        for pk, name in tagged.values_list("content_object", "tag__name"):
            topics[pk].append(name)
        for pk, author in Byline.objects.filter(article__in=kept).values_list("article", "author"):
            authors[pk].append(author)
    return [of_row(article, topics[article.pk], authors[article.pk]) for article in articles]


def of_row(article, topics, authors):
    words = {name: getattr(article, name) for name in TEXTS}
    words |= {"key_points": list(article.key_points), "topics": topics, "byline": authors}
    words["gallery"] = [dict(use) for use in article.gallery]
    words["section"] = article.section_id
    words["lead_image"] = article.lead_image.code if article.lead_image else ""
    words["embargoed_until"] = moment(article.embargoed_until)
    return words


def pictures(words):
    """Codes of the pictures that these words show."""
    in_gallery = [use["image"] for use in words["gallery"]]
    return {words["lead_image"], *in_gallery, *richtext.image_codes(words["body"])} - {""}


def working(article):
    """The words that the desk has open: those of the newest revision that was not refused."""
    found = article.revisions.filter(number=article.working).first() if article.working else None
    return found.content if found else of(article)


def before(article, number):
    """The words of a version. Of an autosave whose words are gone, those of the one before it."""
    found = article.revisions.with_words().filter(number__lte=number or 0)
    found = found.exclude(kind__in=[Kind.REFUSED, Kind.SCHEDULED]).newest_first()
    version = article.revisions.with_words().filter(number=number or 0).first() or found.first()
    return version.content if version else NONE


def clean(changes):
    """Changes as they may be kept. Unknown names are a mistake of the caller's."""
    if unknown := changes.keys() - set(FIELDS):
        raise ValueError(f"A story has no {', '.join(sorted(unknown))}.")
    cleaned = dict(changes)
    for name in TEXTS:
        if name in cleaned:
            cleaned[name] = richtext.printable(cleaned[name])
    if cleaned.get("lead_crop", "") not in {"", *LeadCrop.values}:
        raise ValueError(f"A lead picture is not shown “{cleaned['lead_crop']}”.")
    if "body" in cleaned:
        cleaned["body"] = richtext.clean(cleaned["body"])
    for name in ("key_points", "topics"):
        if name in cleaned:
            cleaned[name] = [richtext.printable(text) for text in cleaned[name]]
    if "gallery" in cleaned:
        cleaned["gallery"] = [
            {name: richtext.printable(use[name]) for name in ("image", "caption", "alt")}
            for use in cleaned["gallery"]
        ]
    if "topics" in cleaned:
        meant = [str(TopicAlias.meant_by(name)) for name in cleaned["topics"]]
        cleaned["topics"] = list(dict.fromkeys(meant))
    if isinstance(cleaned.get("embargoed_until"), datetime):
        cleaned["embargoed_until"] = moment(cleaned["embargoed_until"])
    return cleaned


def moment(value):
    """One spelling of a moment, so that the same moment is the same text."""
    return value.astimezone(UTC).isoformat() if value else None


def address(words, before=None):
    """The slug that these words should have before readers know the story.

    It follows the headline, unless somebody chose another one.
    """
    made = slugs.slugify(words["headline"])
    if not words["slug"]:
        return made
    if before and words["slug"] == before["slug"] == slugs.slugify(before["headline"]):
        return made
    return words["slug"]


def fill(article, words):
    """Put words into a row, without saving it. A section or picture that is gone is none."""
    for name in TEXTS:
        setattr(article, name, words[name])
    article.key_points = list(words["key_points"])
    article.gallery = [dict(use) for use in words["gallery"]]
    until = words["embargoed_until"]
    article.embargoed_until = datetime.fromisoformat(until) if until else None
    if article.section_id != words["section"]:
        article.section = Section.objects.filter(pk=words["section"]).first()
    if (article.lead_image.code if article.lead_image else "") != words["lead_image"]:
        article.lead_image = Image.objects.filter(code=words["lead_image"]).first()


def relate(article, words):
    """Give a saved row the topics and the byline of these words; whether the topics changed."""
    before = [tagging.tag.name for tagging in article.taggings.select_related("tag")]
    if before != words["topics"]:
        article.topics.set(words["topics"], clear=True)
    authors = signed_by(words)
    article.bylines.exclude(author__in=authors).delete()
    for position, author in enumerate(authors, 1):
        article.bylines.update_or_create(author=author, defaults={"position": position})
    return before != words["topics"]


def signed_by(words):
    """The authors of these words, in the order of the byline."""
    found = Author.objects.select_related("merged_into").in_bulk(words["byline"])
    return list(dict.fromkeys(found[pk].signs_as for pk in words["byline"] if pk in found))


def about(words):
    """The topics of these words, in their order. One that is still to be made has no row yet."""
    known = Topic.objects.in_bulk(words["topics"], field_name="name")
    return [
        known.get(name) or Topic(name=name, slug=slugs.slugify(name, fallback="topic"))
        for name in words["topics"]
    ]
