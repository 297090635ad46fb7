"""Lists of stories: a section, a topic, an author, everything; and the corrections."""

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from articles import structured_data
from articles.models import Article, Author, Correction, Section, Site, Topic, TopicAlias
from articles.paging import page, side_by_side
from articles.views.pages import moved, render
from articles.views.site import house_page

IN_RAIL = 6


class Everything:
    """The whole paper, as something to follow."""

    def __str__(self):
        return Site.current().name

    def get_feed_url(self):
        return reverse("feed")


class Corrections:
    """What we had wrong, as something to follow."""

    def __str__(self):
        return _("Corrections")

    def get_feed_url(self):
        return reverse("corrections_feed")


def stories():
    return Article.objects.published().for_cards()


def latest_beside(found):
    """The newest stories of the paper that the list does not show already."""
    return stories().exclude(pk__in=[story.pk for story in found]).newest_first()[:IN_RAIL]


@require_safe
def latest(request):
    return render(
        request, "latest.html", {"page": page(stories(), request.GET), "feeds": [Everything()]}
    )


@require_safe
def section_page(request, slug):
    sections = list(Section.objects.in_order())
    section = next((section for section in sections if section.slug == slug), None)
    if section is None:
        return house_page(request, slug)
    section.parent = next((each for each in sections if each.pk == section.parent_id), None)
    under_it = [each for each in sections if each.parent_id == section.pk]
    parts = Article.objects.published().in_each([section, *under_it])
    found = page(Article.objects.for_cards(), request.GET, window=side_by_side(parts))
    context = {
        "sections": sections,
        "section": section,
        "under_it": under_it,
        "feeds": [section],
        "page": found,
        "latest": latest_beside(found),
    }
    return render(request, "section.html", context)


@require_safe
def topic_page(request, slug):
    topic = Topic.objects.filter(slug=slug).first()
    if topic is None:
        alias = get_object_or_404(TopicAlias.objects.select_related("topic"), slug=slug)
        return moved(alias.topic)
    found = page(stories().about(topic), request.GET)
    nearby = Topic.objects.by_name().filter(
        taggings__content_object__in=[story.pk for story in found]
    )
    context = {
        "topic": topic,
        "feeds": [topic],
        "page": found,
        "nearby": nearby.exclude(pk=topic.pk).distinct()[:12],
    }
    return render(request, "topic.html", context)


@require_safe
def author_page(request, slug):
    author = get_object_or_404(Author.objects.select_related("portrait", "merged_into"), slug=slug)
    if author.merged_into:
        return moved(author.merged_into)
    found = page(stories().signed_by(author), request.GET)
    context = {
        "author": author,
        "structured_data": structured_data.author(author),
        "feeds": [author],
        "page": found,
        "latest": latest_beside(found),
    }
    return render(request, "author.html", context)


@require_safe
def corrections(request):
    found = page(Correction.objects.public(), request.GET, by="made_at")
    return render(request, "corrections.html", {"page": found, "feeds": [Corrections()]})
