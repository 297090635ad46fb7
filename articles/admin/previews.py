"""A story as readers would see it: beside its form, alone, and where others show it."""

from urllib.parse import urlsplit

from csp.constants import SELF
from csp.decorators import csp_replace
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.urls import path
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from articles.admin.history import number_in
from articles.views.previews import preview

# Characters that others show before they cut: search engines on a phone, then shared links.
CUT_AFTER = {"title": 60, "summary": 155, "headline": 70, "shared_summary": 110}


class ShowsPreviews:
    """For the ModelAdmin of stories: what readers would see of it."""

    def get_urls(self):
        page = xframe_options_sameorigin(self.admin_site.admin_view(require_safe(self.preview)))
        page = csp_replace({"frame-ancestors": [SELF]})(page)  # the form frames it, nobody else
        return [
            path("<int:pk>/preview/", page, name="articles_article_preview"),
            *super().get_urls(),
        ]

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        context["cards"] = cards(obj)
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    def preview(self, request, pk):
        """The words that the desk has open, or those of a version, on the readers’ own page."""
        article = self.get_object(request, str(pk))
        if article is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, str(pk))
        if not self.has_view_permission(request, article):
            raise PermissionDenied
        number = number_in(request.GET["version"]) if "version" in request.GET else article.working
        version = article.revisions.with_words().filter(number=number).first()
        if version is None:
            raise Http404
        return preview(request, article, version, is_beside="beside" in request.GET)


def cards(article):
    """What search engines and other sites would show of it: the same as its page tells them."""
    headline = article.headline if article else ""
    return {
        "site": settings.SITE_NAME,
        "host": urlsplit(settings.SITE_URL).netloc,
        "section": article.section if article else None,
        "title": f"{headline} | {settings.SITE_NAME}" if headline else "",
        "headline": headline,
        "summary": article.summary if article else "",
        "picture": article.lead_image.file.url if article and article.lead_image else "",
        "limits": CUT_AFTER,
    }
