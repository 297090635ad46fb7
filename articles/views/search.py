"""Search the published stories."""

from urllib.parse import urlencode

from django.views.decorators.http import require_safe

from articles import search
from articles.models import Topic
from articles.paging import page
from articles.views.pages import render


@require_safe
def search_page(request):
    words = " ".join(request.GET.get("q", "").split())[: search.LONGEST]
    found = page(search.find(words).for_cards(), request.GET)
    context = {
        "words": words,
        "page": found,
        "query": urlencode({"q": words}) + "&",
        "topics": [] if found else Topic.objects.in_the_news(),
    }
    return render(request, "search.html", context)
