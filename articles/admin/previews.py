"""A story as readers would see it: beside its form, alone, and where others show it."""

from datetime import timedelta
from urllib.parse import urlsplit

from csp.constants import SELF
from csp.decorators import csp_replace
from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from articles import previews, publishing
from articles.admin.asked import number_in
from articles.admin.labels import PlainLabels
from articles.admin.widgets import MomentField
from articles.clock import Clock
from articles.models import Article, PreviewAnswer, Site
from articles.views.previews import preview

# Characters that others show before they cut: search engines on a phone, then shared links.
CUT_AFTER = {"title": 60, "summary": 155, "headline": 70, "shared_summary": 110}
LISTED = 100  # links of a story: those that are open, then the newest that have ended
ANSWERS = 3  # that stand beside the form
DAYS = {"day": 1, "days": 3, "week": 7}


class LinkForm(PlainLabels, forms.Form):
    """For whom a preview link is, how long it lasts and what it shows."""

    label = forms.CharField(
        label=gettext_lazy("For whom"),
        max_length=100,
        error_messages={"required": gettext_lazy("Write down for whom it is.")},
    )
    ends = forms.ChoiceField(
        label=gettext_lazy("Ends"),
        choices=[
            ("day", gettext_lazy("after a day")),
            ("days", gettext_lazy("after three days")),
            ("week", gettext_lazy("after a week")),
            ("moment", gettext_lazy("at the moment below")),
        ],
        initial="days",
    )
    at = MomentField(
        label=gettext_lazy("Moment"),
        required=False,
        help_text=format_lazy(gettext_lazy("At most {n} days from now."), n=previews.LONGEST),
    )
    limit = forms.IntegerField(
        label=gettext_lazy("May be opened"),
        required=False,
        min_value=1,
        max_value=1000,
        help_text=gettext_lazy(
            "How often, counted once in a browser. Empty: as often as they like."
        ),
    )
    shows = forms.ChoiceField(
        label=gettext_lazy("Shows"),
        choices=[
            ("newest", gettext_lazy("the newest words, as the desk saves them")),
            ("this", gettext_lazy("the words of now, whatever comes later")),
        ],
    )
    may_approve = forms.BooleanField(label=gettext_lazy("They may approve it"), required=False)
    may_comment = forms.BooleanField(label=gettext_lazy("They may comment"), required=False)

    def clean(self):
        told = super().clean()
        if told.get("ends") == "moment" and not told.get("at") and "at" not in self.errors:
            self.add_error("at", _("Choose a day and an hour."))
        if told.get("ends") in DAYS:
            self.errors.pop("at", None)
            told["at"] = timezone.now() + timedelta(days=DAYS[told["ends"]])
        return told


class ShowsPreviews:
    """For the ModelAdmin of stories: what readers would see of it."""

    def get_urls(self):
        page = xframe_options_sameorigin(self.admin_site.admin_view(require_safe(self.preview)))
        page = csp_replace({"frame-ancestors": [SELF]})(page)  # the form frames it, nobody else
        links = self.admin_site.admin_view(self.preview_links)
        return [
            path("<int:pk>/preview/", page, name="articles_article_preview"),
            path("<int:pk>/previews/", links, name="articles_article_previews"),
            *super().get_urls(),
        ]

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        context["cards"] = cards(obj)
        if obj is not None:
            context["answers"] = answers().filter(link__article=obj)[:ANSWERS]
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

    def preview_links(self, request, pk):
        """The links through which people outside read it, and what they said."""
        article = get_object_or_404(Article.objects.select_related("section"), pk=pk)
        publishing.ask_to_write(article, request.user)
        form, refusal = LinkForm(), ""
        if request.method == "GET":
            seen = PreviewAnswer.objects.filter(link__article=article)
            previews.mark_read(seen, by=request.user)
        if request.method == "POST":
            try:
                if "_revoke" in request.POST:
                    return self.revoke_link(request, article)
                form = LinkForm(request.POST)
                if form.is_valid():
                    return self.make_link(request, article, form.cleaned_data)
            except publishing.NotAllowed:
                raise
            except publishing.Refused as refused:
                refusal = str(refused)
        links = article.preview_links.select_related("made_by", "revision")
        links = links.defer("revision__content").prefetch_related(Prefetch("answers", answers()))
        context = self.admin_site.each_context(request) | {
            "title": _("Preview links"),
            "opts": self.opts,
            "article": article,
            "links": links.open_first()[:LISTED],
            "form": form,
            "refusal": refusal,
            "clock": Clock(),
        }
        return TemplateResponse(request, "admin/articles/article/previews.html", context)

    def make_link(self, request, article, told):
        if told["shows"] == "this":
            publishing.adopt(article)
            told["revision"] = article.revisions.get(number=article.working)
        told["expires_at"] = told["at"]
        wanted = ("label", "expires_at", "limit", "revision", "may_approve", "may_comment")
        told = {name: told[name] for name in wanted if name in told}
        link = previews.make(article, by=request.user, **told)
        sentence = _("Made a preview link for %(whom)s.") % {"whom": link.label}
        return self.back_to_links(request, article, sentence)

    def revoke_link(self, request, article):
        link = article.preview_links.filter(pk=number_in(request.POST["_revoke"]) or 0).first()
        if link is None:
            raise publishing.Refused(_("There is no such link."))
        previews.revoke(link, by=request.user)
        sentence = _("Took back the preview link for %(whom)s.") % {"whom": link.label}
        return self.back_to_links(request, article, sentence)

    def back_to_links(self, request, article, sentence):
        self.log_change(request, article, sentence)
        self.message_user(request, sentence, messages.SUCCESS)
        address = reverse("admin:articles_article_previews", args=[article.pk])
        return HttpResponseRedirect(address)


def answers():
    """What people outside said, newest first, without the words that they read."""
    return PreviewAnswer.objects.select_related("link", "revision").defer("revision__content")


def cards(article):
    """What search engines and other sites would show of it: the same as its page tells them."""
    headline, site = article.headline if article else "", Site.current().name
    return {
        "site": site,
        "host": urlsplit(settings.SITE_URL).netloc,
        "section": article.section if article else None,
        "title": f"{headline} | {site}" if headline else "",
        "headline": headline,
        "summary": article.summary if article else "",
        "picture": article.picture.in_crop("social").url if article and article.picture else "",
        "limits": CUT_AFTER,
    }
