"""When a page cannot be shown."""

from contextlib import suppress
from pathlib import Path

from django.conf import settings
from django.http import HttpResponseServerError
from django.utils import timezone

from articles.models import Article, Status
from articles.views.pages import render

SERVER_ERROR = Path(settings.BASE_DIR) / "static" / "500.html"


def not_found(request, exception=None):
    """404, with a search and what is in the news.

    Stored no longer than until the next story comes out: it may be the one that was asked for.
    """
    latest = list(Article.objects.published().newest_first().for_cards()[:4])
    waiting = Article.objects.filter(status=Status.PUBLISHED).order_by("first_published_at")
    due = waiting.filter(first_published_at__gt=timezone.now()).values_list("first_published_at")
    until = [moment for (moment,) in due[:1]]
    return render(request, "404.html", {"latest": latest}, status=404, until=until)


def server_error(request):
    """500. The page is a plain file, so it can be shown when nothing else works."""
    with suppress(OSError):
        return HttpResponseServerError(SERVER_ERROR.read_bytes())
    return HttpResponseServerError("Something went wrong on our side.")
