"""A story's own page."""

from functools import wraps
from urllib.parse import unquote

from django.conf import settings
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import translation
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from articles import embeds, richtext, structured_data
from articles.models import Article, Image, Status
from articles.views.pages import moved, render, spoken

GONE_FOR = 60  # seconds that a cache may say so: it may be taken up again


def of_a_story(stories):
    """For a page that tells of one story, found among `stories` by its code.

    Of a withdrawn one every page says that it is gone; of a draft, as if there were nothing.
    """

    def decorate(view):
        @require_safe
        @wraps(view)
        def answer(request, code, **address):
            article = get_object_or_404(stories, code=code)
            if article.status == Status.WITHDRAWN:
                return withdrawn(request, article)
            if not article.is_public:
                raise Http404
            return view(request, article)

        return answer

    return decorate


@of_a_story(Article.objects.for_page())
def article_page(request, article):
    if request.path != unquote(article.get_absolute_url()):
        return moved(article)
    return show(request, article)


def withdrawn(request, article):
    """Gone, and said so with the reason. Not a word of the story is told, not even its headline."""
    seen = article.revisions.seen_by_readers().newest_first()
    context = {
        "article": article,
        "withdrawn_at": seen.values_list("public_until", flat=True).first(),
    }
    page = render(request, "withdrawn.html", context, language=article.language, status=410)
    patch_cache_control(page, max_age=GONE_FOR)
    page.headers["X-Robots-Tag"] = "noindex"
    return page


def show(request, article):
    topics = [tagging.tag for tagging in article.taggings.all()]
    authors = [byline.author for byline in article.bylines.all()]
    context = story(article, topics, authors) | around(article, topics)
    context |= {
        "changes": changes_address(article),
        "structured_data": structured_data.article(article, context["gallery"]),
    }
    page = render(request, "article.html", context, language=article.language)
    return with_frames(page, article.body)


def with_frames(page, body):
    """Let a page show the players that its body embeds, and no other site."""
    found = (embeds.player(address, settings.EMBED_HOSTS) for address in richtext.embedded(body))
    if hosts := sorted({player.host for player in found if player}):
        page._csp_update = {"frame-src": hosts}  # as django-csp's own decorators say it
    return page


def around(article, topics):
    """What stands beside the story on its page, as its template wants it."""
    related = Article.objects.published().exclude(pk=article.pk).newest_first().for_cards()
    known = [topic for topic in topics if topic.pk]
    more = list(related.about_any(known)[:4]) if known else []
    is_alone = more or article.section is None
    return {
        "corrections": article.corrections.all(),
        "translations": translations(article),
        "more": more,
        "more_in_section": [] if is_alone else list(related.in_section(article.section)[:4]),
        "latest": list(related[:6]),
    }


def story(article, topics, authors):
    """The story itself, as its template wants it."""
    images = pictures_in(article.body, article.gallery)
    return {
        "article": article,
        "body": body(article, images),
        "gallery": gallery(article, images),
        "topics": topics,
        "authors": authors,
        "feeds": [feed for feed in (article.section, *topics) if feed],
        "shared_picture": structured_data.shared_picture(article),
    }


def pictures_in(body, gallery=()):
    """The pictures of a body and a gallery that readers may see, by their codes."""
    codes = {use["image"] for use in gallery} | {*richtext.image_codes(body)}
    found = Image.objects.filter(code__in=codes) if codes else []
    return {image.code: image for image in found if image.may_be_shown}


def gallery(article, images):
    """The gallery as its template wants it: what each picture is, and what is said of it here."""
    return [
        {
            "image": image,
            "picture": image.in_crop("full"),
            "caption": use["caption"] or image.caption,
            "alt": use["alt"] or image.alt_text,
        }
        for use in article.gallery
        if (image := images.get(use["image"]))
    ]


def body(article, images=None):
    images = pictures_in(article.body) if images is None else images
    codes = richtext.story_codes(article.body)
    stories = Article.objects.published().filter(code__in=codes).for_cards() if codes else []
    with translation.override(spoken(article.language)):
        return richtext.render(
            article.body,
            pictures={
                (code, crop): images[code].in_crop(crop)
                for code, crop in richtext.shapes(article.body)
                if code in images
            },
            stories={story.code: read_also(story) for story in stories},
            dateline=article.dateline,
            labels=labels(),
            hosts=settings.EMBED_HOSTS,
        )


def read_also(story):
    """What the card of a story says that readers may see."""
    return richtext.Story(
        url=story.get_absolute_url(),
        headline=story.card_headline,
        section=story.kicker or str(story.section),
        language=story.language,
        direction=story.direction,
        picture=story.picture and story.picture.in_crop("card"),
    )


def labels():
    """The words of `richtext.LABELS`, in the language that is spoken."""
    return {
        "table": _("Table"),
        "embed": _("Open on {site}"),
        "video": _("Load the video from {site}"),
        "post": _("Load the post from {site}"),
        "sound": _("Load the recording from {site}"),
        "map": _("Load the map from {site}"),
        "learns": _("{site} then learns of your visit."),
        "read_also": _("Read also"),
        "made_with_ai": _("Made with AI"),
    }


def translations(article):
    """The same story in each language that it is told in, its own included; or nothing."""
    if article.translation_group is None:
        return []
    told = Article.objects.published().filter(translation_group=article.translation_group)
    told = list(told.select_related("section").defer("body").order_by("language"))
    return told if len(told) > 1 else []


def changes_address(article):
    """The page that tells what changed in it, if there is something to tell."""
    if not article.readers_may_see_changes:
        return ""
    seen = article.revisions.seen_by_readers().values("pk")
    return article.get_changes_url() if len(seen[:2]) > 1 else ""
