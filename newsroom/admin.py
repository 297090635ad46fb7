"""The desk: Django's admin site in the newsroom's words."""

from datetime import timedelta

from django.contrib import admin
from django.contrib.admin.apps import AdminConfig
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, F, OuterRef, Q
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

LISTED = 12  # stories in each list of the desk's first page
LATE = timedelta(minutes=1)
AT_HAND = {"Article", "Image", "Topic"}  # named in the masthead; the rest stands under More
DESKS = [
    (_("Stories"), ["Article", "Image", "Correction"]),
    (_("Subjects"), ["Section", "Topic"]),
    (_("House rules"), ["Check", "StyleEntry"]),
    (_("People"), ["Author", "User", "Group"]),
    (_("The site"), ["Page", "Site"]),
]


def forbidden(request, exception=None, reason=""):
    """The page that a person sees who may not do something, with the reason in words."""
    said = str(exception or "")
    if reason:  # of Django's check against forged forms
        said = _("This page was open for too long. Go back, reload it and try again.")
    context = admin.site.each_context(request) | {"title": _("You may not do that"), "said": said}
    return TemplateResponse(request, "admin/403.html", context, status=403)


class DeskConfig(AdminConfig):
    default_site = "newsroom.admin.Desk"


class Desk(admin.AdminSite):
    site_title = _("Desk")
    index_title = _("Desk")
    empty_value_display = "–"
    enable_nav_sidebar = False

    @property
    def site_header(self):
        from articles.models import Site

        return Site.current().name

    def get_urls(self):
        from articles.admin.finding import find

        look = self.admin_view(self.view_on_site)
        address = "r/<path:content_type_id>/<path:object_id>/"  # Django's own asks for no right
        ours = [
            path(address, look, name="view_on_site"),
            path("find/", self.admin_view(find), name="find"),
        ]
        return [*ours, *super().get_urls()]

    def view_on_site(self, request, content_type_id, object_id):
        """A record's own page: even its address is only for those who may see the record."""
        from django.contrib.contenttypes.models import ContentType

        number = int(content_type_id[:9]) if content_type_id.isdecimal() else None
        kind = ContentType.objects.filter(pk=number).first()
        model = kind.model_class() if kind else None
        record = None
        if self.is_registered(model) and hasattr(model, "get_absolute_url"):
            record = self._registry[model].get_object(request, object_id)
        if record is None:
            raise Http404
        if not self._registry[model].has_view_permission(request, record):
            raise PermissionDenied
        return redirect(record)

    def get_app_list(self, request, app_label=None):
        """The records by desk, whatever app of Django's they come from."""
        found = {
            model["object_name"]: model
            for app in super().get_app_list(request, app_label)
            for model in app["models"]
        }
        return [
            {"name": name, "app_label": "articles", "app_url": "", "models": models}
            for name, wanted in DESKS
            if (models := [found[model] for model in wanted if model in found])
        ]

    def each_context(self, request):
        from articles import brand
        from articles.admin.keys import keyboard
        from articles.models import Site

        context = super().each_context(request)
        desks = [
            app | {"models": [model for model in app["models"] if model["admin_url"]]}
            for app in context["available_apps"]
        ]
        more = [
            app | {"models": models}
            for app in desks
            if (models := [m for m in app["models"] if m["object_name"] not in AT_HAND])
        ]
        at_hand = [m for app in desks for m in app["models"] if m["object_name"] in AT_HAND]
        return context | {
            "at_hand": at_hand,
            "more": more,
            "site_style": brand.address(Site.current()),
            "keyboard": keyboard(request.user) if context["has_permission"] else None,
        }

    def index(self, request, extra_context=None):
        """What needs a look first, then what waits for a next step, and what readers got last."""
        from articles.admin.presence import people_here, with_who_is_here
        from articles.clock import Clock
        from articles.models import Article, Byline, ScheduledPublication, Status

        stories = Article.objects.select_related("section", "saved_by").defer("body", "key_points")
        stories = with_who_is_here(stories.prefetch_related("bylines__author"))
        is_mine = request.GET.get("whose") == "mine"
        if is_mine:
            signed = Byline.objects.filter(article=OuterRef("pk"), author__user=request.user)
            stories = stories.filter(Q(created_by=request.user) | Exists(signed))
        now = timezone.now()
        later = stories.filter(status=Status.PUBLISHED, first_published_at__gt=now)
        out = stories.filter(status=Status.PUBLISHED, first_published_at__lte=now)
        changed = out.exclude(working=F("live"))
        groups = [
            ("review", _("In review"), stories.filter(status=Status.REVIEW).order_by("saved_at")),
            ("ready", _("Ready"), stories.filter(status=Status.READY).order_by("saved_at")),
            ("scheduled", _("Scheduled"), later.order_by("first_published_at")),
            ("changes", _("With unpublished changes"), changed),
            ("draft", _("Drafts"), stories.filter(status=Status.DRAFT)),
            ("published", _("Published"), out.newest_first()),
        ]
        groups = [(name, title, list(found[:LISTED])) for name, title, found in groups]
        for story in (story for _name, _title, found in groups for story in found):
            story.people_here = people_here(story)
        waiting = ScheduledPublication.objects.select_related("article__section", "by")
        waiting = waiting.filter(article__in=stories) if is_mine else waiting
        if not request.user.has_perm("articles.kill_article"):
            waiting = waiting.filter(article__is_killed=False)
        ahead = waiting.waiting().filter(problem="", at__gte=now - LATE)
        context = {
            "look": list(waiting.needing_a_look()[:LISTED]),
            "groups": groups,
            "waiting": list(ahead[:LISTED]),
            "clock": Clock(),
            "is_mine": is_mine,
        }
        return super().index(request, context | (extra_context or {}))
