"""The desk: Django's admin site in the newsroom's words."""

from functools import partial
from urllib.parse import urlencode

from django.contrib import admin
from django.contrib.admin.actions import delete_selected
from django.contrib.admin.apps import AdminConfig
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _

WRITING = {"articles_article_add", "articles_article_change"}  # where scripts keep the words
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
    context = {"title": _("You may not do that"), "said": str(exception or "")}
    if reason:  # of Django's check against forged forms
        context["said"] = _("This page was open for too long. Go back, reload it and try again.")
    place = request.resolver_match
    is_at_the_desk = place and place.app_name == "admin" and place.url_name != "login"
    if reason and is_at_the_desk and not request.user.is_authenticated:
        context["title"] = _("You are signed out")
        context["said"] = _("Go back and copy what you wrote before you sign in and start again.")
        if place.url_name in WRITING:
            context["said"] = _("What you wrote is kept in this browser. Sign in to have it back.")
            context["login"] = f"{reverse('admin:login')}?{urlencode({'next': request.path})}"
    context = admin.site.each_context(request) | context
    return TemplateResponse(request, "admin/403.html", context, status=403)


@admin.action(description=_("Delete…"), permissions=["delete"])
def delete(model_admin, request, records):
    """Django's own action in our words. Lists with others name it last."""
    return delete_selected(model_admin, request, records)


class DeskConfig(AdminConfig):
    default_site = "newsroom.admin.Desk"


class Desk(admin.AdminSite):
    site_title = _("Desk")
    index_title = _("Desk")
    empty_value_display = "–"
    enable_nav_sidebar = False

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.add_action(delete, "delete_selected")

    @property
    def site_header(self):
        from articles.models import Site

        return Site.current().name

    def get_urls(self):
        from articles.admin import guide, inbox
        from articles.admin.finding import find
        from articles.admin.invitations import Welcome

        look = self.admin_view(self.view_on_site)
        address = "r/<path:content_type_id>/<path:object_id>/"  # Django's own asks for no right
        its_inbox = self.admin_view(partial(inbox.inbox, site=self))
        note, given = self.admin_view(inbox.open_note), self.admin_view(inbox.open_assignment)
        answer = self.admin_view(inbox.open_answer)
        ours = [
            path(address, look, name="view_on_site"),
            path("welcome/<uidb64>/<token>/", Welcome.as_view(), name="welcome"),
            path("guide/", self.admin_view(guide.contents), name="guide"),
            path("guide/<slug:slug>/", self.admin_view(guide.chapter), name="guide_chapter"),
            path("find/", self.admin_view(find), name="find"),
            path("inbox/", its_inbox, name="inbox"),
            path("inbox/note/<int:pk>/", note, name="inbox_note"),
            path("inbox/assignment/<int:pk>/", given, name="inbox_assignment"),
            path("inbox/answer/<int:pk>/", answer, name="inbox_answer"),
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
        """The records by desk, whatever app of Django’s they come from; a page asks twice."""
        known = request.__dict__.setdefault("desks", {})
        if app_label not in known:
            known[app_label] = self.desks(request, app_label)
        return known[app_label]

    def desks(self, request, app_label):
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
        from articles import brand, guide
        from articles.admin.keys import keyboard
        from articles.admin.wording import initials_of, name_of
        from articles.models import Site

        context, match = super().each_context(request), request.resolver_match
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
            "own_initials": initials_of(name_of(request.user)) if context["has_permission"] else "",
            "site_style": brand.address(Site.current()),
            "guide_chapter": guide.of_page(match.url_name) if match else "",
            "keyboard": keyboard(request.user) if context["has_permission"] else None,
            "unread": self.unread(request.user),
        }

    def unread(self, user):
        """How much of their inbox somebody has not opened yet."""
        from articles.admin import inbox

        return inbox.unread(user) if user.has_perm("articles.view_article") else 0

    def index(self, request, extra_context=None):
        """Today on the desk."""
        from articles.admin import board, inbox

        context = {}
        if request.user.has_perm("articles.view_article"):
            context = board.board_of(request) | {"newest": inbox.newest(request.user)}
        return super().index(request, context | (extra_context or {}))
