"""Who has a story open, and where in it they are. It warns and never locks."""

import re
import time

from django.db import IntegrityError
from django.db.models import Prefetch
from django.http import JsonResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _

from articles import publishing, words
from articles.admin.scripts import in_json, refusal
from articles.admin.wording import initials_of, name_of, title_of
from articles.models import Article, Presence
from articles.models.presence import AWAY

WINDOW = re.compile(r"[0-9a-z-]{8,36}")
TURN = re.compile(r"[0-9]{1,15}")
MOST = 50  # windows told of in one answer


class ShowsWhoIsHere:
    """For the ModelAdmin of stories: each open window gives a sign of life, and hears of others."""

    def get_urls(self):
        address = "<int:pk>/presence/"
        return [path(address, self.presence, name="articles_article_presence"), *super().get_urls()]

    @in_json
    def presence(self, request, pk):
        article = Article.objects.only("working", "is_killed").filter(pk=pk).first()
        if article is None:
            raise publishing.Refused(_("Somebody has deleted this story."))
        if not self.has_view_permission(request, article):
            return refusal(403, _("You may not see this story."))
        window = request.POST.get("window", "")
        if not WINDOW.fullmatch(window):
            return refusal(422, _("A window needs a name."))
        field = request.POST.get("field", "")
        told = {
            "user": request.user,
            "field": field if field in words.FIELDS else "",
            "has_left": "gone" in request.POST,
        }
        try:
            self.note_sign_of_life(article, window, turn_of(request), told)
        except IntegrityError:
            raise publishing.Refused(_("Somebody has deleted this story.")) from None
        if told["has_left"]:
            return JsonResponse({})
        others = article.presences.here().exclude(window=window).select_related("user")
        newest = article.revisions.light().filter(number=article.working).first()
        return JsonResponse(
            {
                "here": [self.told(one, request.user) for one in others.order_by("pk")[:MOST]],
                "working": article.working,
                "saved_by": name_of(newest.by) if newest and newest.by else "",
                "saved_by_you": bool(newest) and newest.by_id == request.user.pk,
            }
        )

    def note_sign_of_life(self, article, window, turn, told):
        """Keep what a window said last, which a slow line may bring before what it said first."""
        now = timezone.now()
        Presence.objects.filter(seen_at__lt=now - AWAY).delete()
        known = article.presences.filter(window=window)
        earlier = known.filter(turn__lt=turn)
        if told["has_left"]:  # nobody sends a colleague away
            earlier = earlier.filter(user=told["user"])
        said = told | {"turn": turn, "seen_at": now}
        if not earlier.update(**said):
            new = Presence(article=article, window=window, **said)
            Presence.objects.bulk_create([new], ignore_conflicts=True)

    def told(self, presence, user):
        name = name_of(presence.user)
        return {
            "name": name,
            "initials": initials_of(name),
            "field": presence.field,
            "title": title_of(presence.field) if presence.field else "",
            "is_you": presence.user_id == user.pk,
        }


def turn_of(request):
    """The moment by the clock of the window, in milliseconds; ours, if it tells none."""
    turn = request.POST.get("turn", "")
    return int(turn) if TURN.fullmatch(turn) else int(time.time() * 1000)


def with_who_is_here(articles):
    """Stories that know who has them open."""
    here = Presence.objects.here().select_related("user").order_by("pk")
    return articles.prefetch_related(Prefetch("presences", here, to_attr="open_windows"))


def people_here(article):
    """Who has a story open, each person once."""
    writes = {}
    for window in article.open_windows:
        writes[window.user] = writes.get(window.user, False) or bool(window.field)
    names = [(name_of(user), is_writing) for user, is_writing in writes.items()]
    return [
        {"name": name, "initials": initials_of(name), "writes": is_writing}
        for name, is_writing in names
    ]
