"""When a page cannot be shown."""

from contextlib import suppress
from pathlib import Path

from django.conf import settings
from django.http import HttpResponseServerError

from articles.models import Article
from articles.views.pages import render

SERVER_ERROR = Path(settings.BASE_DIR) / "static" / "500.html"


def not_found(request, exception=None):
    """404, with a search and what is in the news."""
    return render(
        request,
        "404.html",
        {"latest": list(Article.objects.published().newest_first().for_cards()[:4])},
        status=404,
    )


def server_error(request):
    """500. The page is a plain file, so it can be shown when nothing else works."""
    with suppress(OSError):
        return HttpResponseServerError(SERVER_ERROR.read_bytes())
    return HttpResponseServerError("Something went wrong on our side.")
