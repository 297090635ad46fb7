"""The front page: the newest stories in a composition, until editors choose."""

from collections import defaultdict

from django.views.decorators.http import require_safe

from articles.models import Article
from articles.views.pages import render

NEWEST = 90  # stories looked at; bounds the page whatever the archive holds
LATEST = 7
ROW = 4  # stories in a section's row
FEATURE = 5  # stories in the first section's row, whose first is large


@require_safe
def front_page(request):
    stories = list(Article.objects.published().newest_first().for_cards()[:NEWEST])
    return render(request, "front.html", compose(stories))


def compose(stories):
    """Give each story one place: lead, second or its section's row. Latest lists the next newest.

    The lead is the newest story with a picture, or simply the newest. `stories` come newest first.
    """
    waiting = list(stories)
    lead = next(
        (story for story in waiting[:12] if story.lead_image), waiting[0] if waiting else None
    )
    if lead:
        waiting.remove(lead)
    seconds, waiting = waiting[:2], waiting[2:]
    rows = defaultdict(list)
    for story in waiting:
        rows[story.section].append(story)
    ordered = sorted(rows.items(), key=lambda row: (row[0].position, row[0].name))
    return {
        "lead": lead,
        "seconds": seconds,
        "latest": waiting[:LATEST],
        "rows": [
            (section, row[: ROW if place else FEATURE])
            for place, (section, row) in enumerate(ordered)
        ],
    }
