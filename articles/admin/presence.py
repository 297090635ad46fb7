"""Who has a story open, and where in it they are. It warns and never locks."""

import re

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
        if "gone" in request.POST:
            article.presences.filter(window=window, user=request.user).delete()
            return JsonResponse({})
        try:
            self.give_sign_of_life(article, request.user, window, request.POST.get("field", ""))
        except IntegrityError:
            raise publishing.Refused(_("Somebody has deleted this story.")) from None
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

    def give_sign_of_life(self, article, user, window, field):
        now = timezone.now()
        Presence.objects.filter(seen_at__lt=now - AWAY).delete()
        field = field if field in words.FIELDS else ""
        Presence.objects.bulk_create(
            [Presence(article=article, user=user, window=window, field=field, seen_at=now)],
            update_conflicts=True,
            unique_fields=["article", "window"],
            update_fields=["user", "field", "seen_at"],
        )

    def told(self, presence, user):
        name = name_of(presence.user)
        return {
            "name": name,
            "initials": initials_of(name),
            "field": presence.field,
            "title": title_of(presence.field) if presence.field else "",
            "is_you": presence.user_id == user.pk,
        }


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
