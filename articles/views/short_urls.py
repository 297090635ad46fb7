"""Short URLs: five letters that lead to a story."""

import segno
from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from articles.models import Article, Status
from articles.views.articles import withdrawn
from articles.views.pages import render

LIFETIME = 60  # seconds; a withdrawn story must not go on being found


def public_article(code):
    return get_object_or_404(Article.objects.published().select_related("section"), code=code)


@require_safe
def follow(request, code):
    """Lead the reader to the story, as a move that may change."""
    article = get_object_or_404(Article.objects.select_related("section"), code=code)
    if article.status == Status.WITHDRAWN:
        return mark(withdrawn(request, article))
    if not article.is_public:
        raise Http404
    site = "" if settings.SHORT_URL_BASE == settings.SITE_URL else settings.SITE_URL
    return mark(HttpResponseRedirect(site + article.get_absolute_url()))


@require_safe
def look(request, code):
    """Say where a short URL leads, for those who look before they go."""
    article = public_article(code)
    target = settings.SITE_URL + article.get_absolute_url()
    return mark(render(request, "short_url.html", {"article": article, "target": target}))


@require_safe
def qr_code(request, code):
    article = public_article(code)
    response = HttpResponse(content_type="image/svg+xml")
    segno.make(article.short_url, error="m").save(
        response,
        kind="svg",
        scale=8,
        border=4,
        light="#fff",
        title=article.short_url,
        xmldecl=False,
    )
    return mark(response)


def mark(response):
    """Stored for a minute, and found by no search engine: the story itself is what counts."""
    patch_cache_control(response, public=True, max_age=LIFETIME)
    response.headers["X-Robots-Tag"] = "noindex"
    return response
