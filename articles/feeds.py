"""Atom feeds (RFC 4287): of everything, a section, a topic, an author, and the corrections."""

from datetime import UTC, datetime

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from articles.models import Article, Author, Correction, Section, Site, Topic, TopicAlias
from articles.paging import side_by_side

SIZE = 30  # stories in a feed
LIFETIME = 60  # seconds


@require_safe
def latest(request):
    return answer(
        Site.current().name, reverse("front"), reverse("feed"), Article.objects.published()
    )


@require_safe
def section(request, slug):
    found = get_object_or_404(Section, slug=slug)
    parts = Article.objects.published().in_each([found, *found.children.all()])
    newest, _end = side_by_side(parts, size=SIZE)(None, True)
    return answer_for(found, Article.objects.filter(newest))


@require_safe
def topic(request, slug):
    found = Topic.objects.filter(slug=slug).first()
    if found is None:
        alias = get_object_or_404(TopicAlias.objects.select_related("topic"), slug=slug)
        return keep(redirect(alias.topic.get_feed_url(), permanent=True))
    return answer_for(found, Article.objects.published().about(found))


@require_safe
def author(request, slug):
    found = get_object_or_404(Author.objects.select_related("merged_into"), slug=slug)
    if found.merged_into:
        return keep(redirect(found.merged_into.get_feed_url(), permanent=True))
    return answer_for(found, Article.objects.published().signed_by(found))


def answer_for(subject, articles):
    title = _("%(site)s: %(subject)s") % {"site": Site.current(), "subject": subject}
    return answer(title, subject.get_absolute_url(), subject.get_feed_url(), articles)


def answer(title, page, address, articles):
    """The newest of these public articles as a feed. `page` shows the same to people."""
    feed = empty(title, page, address)
    newest = articles.newest_first().select_related("section")
    for article in newest.with_names()[:SIZE]:
        link = settings.SITE_URL + article.get_absolute_url()
        feed.add_item(
            title=article.headline,
            link=link,
            description=article.summary,
            unique_id=article.uuid.urn,
            pubdate=article.first_published_at,
            updateddate=article.changed_at,
            categories=[tagging.tag.name for tagging in article.taggings.all()],
            authors=[byline.author for byline in article.bylines.all()],
            language=article.language,
        )
    return send(feed)


@require_safe
def corrections(request):
    """What we had wrong, and what is right."""
    title = _("%(site)s: %(subject)s") % {"site": Site.current(), "subject": _("Corrections")}
    feed = empty(title, reverse("corrections"), reverse("corrections_feed"))
    for correction in Correction.objects.public()[:SIZE]:
        article = correction.article
        feed.add_item(
            title=f"{correction.get_kind_display()}: {article.headline}",
            link=settings.SITE_URL + correction.get_absolute_url(),
            description=correction.text,
            unique_id=correction.uuid.urn,
            pubdate=correction.made_at,
            updateddate=correction.made_at,
            authors=[],
            language=article.language,
        )
    return send(feed)


def empty(title, page, address):
    site = Site.current()
    return Feed(
        title=title,
        link=settings.SITE_URL + page,
        description="",
        subtitle=site.tagline or None,
        language=site.language,
        feed_url=settings.SITE_URL + address,
        author_name=site.name,
    )


def send(feed):
    response = HttpResponse(content_type=feed.content_type)
    feed.write(response, "utf-8")
    return keep(response)


def keep(response):
    """Whatever a reader's program gets may be stored for a minute."""
    patch_cache_control(response, public=True, max_age=LIFETIME)
    return response


class Feed(Atom1Feed):
    """Django's Atom feed, with every author named and every entry in its own language."""

    def item_attributes(self, item):
        return super().item_attributes(item) | {"xml:lang": item["language"]}

    def add_item_elements(self, handler, item):
        summary, item["description"] = item["description"], None
        super().add_item_elements(handler, item)
        if summary:
            handler.addQuickElement("summary", summary, {"type": "text"})
        for author in item["authors"]:
            handler.startElement("author", {})
            handler.addQuickElement("name", author.name)
            handler.addQuickElement("uri", settings.SITE_URL + author.get_absolute_url())
            handler.endElement("author")

    def latest_post_date(self):
        """When the newest entry changed. An empty feed needs a moment too, and it must not move."""
        return super().latest_post_date() if self.items else datetime(2000, 1, 1, tzinfo=UTC)
