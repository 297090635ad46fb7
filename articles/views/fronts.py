"""The front page: the newest stories in a composition, until editors choose."""

from collections import defaultdict
from datetime import timedelta

from django.views.decorators.http import require_safe

from articles.models import Article, Topic
from articles.views.pages import render

NEWEST = 90  # stories looked at; bounds the page whatever the archive holds
LATEST = 7
LEADS = timedelta(hours=12)  # how much older than the newest story one with a picture may lead
ROW = 4  # stories in a section's row
FEATURE = 5  # stories in the first section's row, whose first is large


@require_safe
def front_page(request):
    stories = list(Article.objects.published().newest_first().for_cards()[:NEWEST])
    in_focus = list(Topic.objects.in_focus())
    return render(request, "front.html", compose(stories) | {"in_focus": in_focus})


def compose(stories):
    """Give each story one place: lead, second or its section's row. Latest lists the next newest.

    The lead is the newest story with a picture, unless that is old beside the newest of all.
    `stories` come newest first.
    """
    waiting = list(stories)
    lead = lead_of(waiting)
    if lead:
        waiting.remove(lead)
    seconds, waiting = waiting[:2], waiting[2:]
    rows = defaultdict(list)
    for story in waiting:
        rows[story.section.main].append(story)
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


def lead_of(stories):
    if not stories:
        return None
    newest = stories[0]
    for story in stories:
        if newest.first_published_at - story.first_published_at > LEADS:
            break
        if story.picture:
            return story
    return newest
