"""A story on the readers’ own page before readers see it."""

from django.utils import timezone

from articles import words
from articles.views.articles import around, story
from articles.views.pages import render


def preview(request, article, version, template="preview.html", **told):
    """The page of a version. A story that is not out yet looks as if it came out this moment."""
    content = version.content
    words.fill(article, content)
    if article.first_published_at is None:
        article.first_published_at = article.updated_at = timezone.now()
    topics = words.about(content)
    context = story(article, topics, words.signed_by(content)) | around(article, topics)
    context |= {"version": version, "is_preview": True} | told
    return kept_out(render(request, template, context, language=article.language))


def kept_out(page):
    """Out of every cache, and out of every search engine."""
    page.headers["Cache-Control"] = "no-store"
    page.headers["X-Robots-Tag"] = "noindex, nofollow"
    return page
