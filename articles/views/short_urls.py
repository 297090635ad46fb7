"""Short URLs: five letters that lead to a story."""

import segno
from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.cache import patch_cache_control

from articles.models import Article
from articles.views.articles import of_a_story
from articles.views.pages import render

LIFETIME = 60  # seconds; a withdrawn story must not go on being found


@of_a_story(Article.objects.for_cards())
def follow(request, article):
    """Lead the reader to the story, as a move that may change."""
    site = "" if settings.SHORT_URL_BASE == settings.SITE_URL else settings.SITE_URL
    return mark(HttpResponseRedirect(site + article.get_absolute_url()))


@of_a_story(Article.objects.for_cards())
def look(request, article):
    """Say where a short URL leads, for those who look before they go."""
    target = settings.SITE_URL + article.get_absolute_url()
    return mark(render(request, "short_url.html", {"article": article, "target": target}))


@of_a_story(Article.objects.for_cards())
def qr_code(request, article):
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
