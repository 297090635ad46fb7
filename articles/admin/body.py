"""What the editor of a body asks the desk while somebody writes."""

import re

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import JsonResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from js_asset import ImportMap, Media

from articles import codes, embeds, publishing, richtext, search
from articles.admin.choosing import CHOOSER_MEDIA
from articles.clock import Clock
from articles.models import Article, Status

FOUND = 12  # stories that the finder shows
LOOKED_AT = 60  # some of which nobody links to
LINKED = [Status.DRAFT, Status.REVIEW, Status.READY, Status.PUBLISHED]
CODE = re.compile(rf"(?<![a-z0-9]){codes.PATTERN}(?![a-z0-9])")
KINDS = {
    "video": gettext_lazy("A video from %(site)s. Readers load it with a button."),
    "post": gettext_lazy("A post on %(site)s. Readers load it with a button."),
    "sound": gettext_lazy("A recording on %(site)s. Readers load it with a button."),
    "map": gettext_lazy("A map of %(site)s. Readers load it with a button."),
}


EDITOR_MEDIA = CHOOSER_MEDIA + Media(importmap=ImportMap({"desk/stories": "desk/js/stories.js"}))


class HasABody:
    """For a ModelAdmin whose form has a body: what its editor says and whom it asks."""

    body_prompt = gettext_lazy("Write the story here")

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "body":
            field.widget.attrs["placeholder"] = self.body_prompt
        return field

    def render_change_form(self, request, context, *args, **kwargs):
        media = context["media"] + EDITOR_MEDIA
        context |= {
            "media": Media.from_media(media, nonce=request.csp_nonce),
            "chooser": reverse("admin:articles_image_choose"),
            "asked": {
                "embeds": reverse("admin:articles_article_embed"),
                "stories": reverse("admin:articles_article_find"),
            },
            "our_sites": f"{settings.SITE_URL} {settings.SHORT_URL_BASE}",
        }
        return super().render_change_form(request, context, *args, **kwargs)


class HelpsToWrite:
    """For the ModelAdmin of stories: what the editor of any body asks."""

    def get_urls(self):
        embed = self.admin_site.admin_view(self.embed)
        find = self.admin_site.admin_view(self.find)
        return [
            path("embed/", embed, name="articles_article_embed"),
            path("find/", find, name="articles_article_find"),
            *super().get_urls(),
        ]

    def embed(self, request):
        """What readers get of an address, as JSON. Nobody is asked: its form tells."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        address = richtext.printable(request.GET.get("address", "")).strip()
        player = embeds.player(address, settings.EMBED_HOSTS)
        if player is None:
            return JsonResponse({"site": "", "words": _("For readers it is only a link.")})
        words = KINDS[player.kind] % {"site": player.site}
        return JsonResponse({"site": player.site, "words": words})

    def find(self, request):
        """Stories to link to, as JSON: those that readers have, and those that will come."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        words = richtext.printable(request.GET.get("q", "")).strip()[: search.LONGEST]
        stories = Article.objects.filter(publishing.readable(request.user), status__in=LINKED)
        stories = stories.for_cards()
        if words:
            coded = stories.filter(code__in=CODE.findall(words.lower())[:FOUND])
            found = [*coded, *search.find_at_desk(words, stories, most=LOOKED_AT)][:FOUND]
        else:
            is_out = Article.public_condition(timezone.now())
            found = stories.filter(is_out).newest_first()[:FOUND]
        clock = Clock()
        told = {story.code: tell(story, clock) for story in found}
        return JsonResponse({"stories": list(told.values())})


def tell(story, clock):
    """A story in the finder. Its short code leads to one that is not out yet once it is."""
    is_public = story.is_public
    about = [str(story.section)] if story.section else []
    about.append(clock.date(story.first_published_at) if is_public else _("not before readers yet"))
    return {
        "code": story.code,
        "headline": story.headline,
        "lang": story.language,
        "dir": story.direction,
        "about": " · ".join(about),
        "address": story.get_absolute_url()
        if is_public
        else reverse("short_url", args=[story.code]),
    }
