"""What readers may see of a story's versions, and what the desk keeps of what they saw."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

from articles import publishing, words
from articles.models import Article, Kind
from articles.views.articles import story, with_frames
from articles.views.pages import render


class TellsReaders:
    """For the ModelAdmin of stories: hide a version, tell no changes, read what readers saw."""

    def get_urls(self):
        def address(end, view, name):
            view = self.admin_site.admin_view(view)
            return path(f"<int:pk>/{end}/", view, name=f"articles_article_{name}")

        return [
            address("tells-changes", self.tells_changes, "tells_changes"),
            address("versions/<int:number>", self.as_readers_saw_it, "version"),
            address("versions/<int:number>/hide", self.hide_version, "hide_version"),
            *super().get_urls(),
        ]

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        if obj is not None and not obj.is_public:
            seen = obj.revisions.seen_by_readers().newest_first().values_list("number", flat=True)
            context["last_seen"] = seen.first()
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    def tells_changes(self, request, pk):
        """Whether readers may see what changed in this story."""
        article = get_object_or_404(Article.objects.select_related("section"), pk=pk)
        publishing.ask_to_publish(article, request.user)
        if request.method == "POST":
            told = request.POST.get("told") == "yes"
            publishing.tell_changes(article, by=request.user, told=told)
            sentence = _("Readers may see what changed.") if told else _("No change is shown.")
            self.log_change(request, article, sentence)
            self.message_user(request, sentence, messages.SUCCESS)
            return HttpResponseRedirect(reverse("admin:articles_article_change", args=[pk]))
        context = self.admin_site.each_context(request) | {
            "title": _("What readers may see of it"),
            "opts": self.opts,
            "article": article,
            "site_tells": settings.TELL_CHANGES,
        }
        return TemplateResponse(request, "admin/articles/article/tells_changes.html", context)

    def hide_version(self, request, pk, number):
        """Ask why, then take one version off the page that shows readers what changed."""
        article, version = seen_version(pk, number)
        publishing.ask_to_hide(article, request.user)
        refusal = ""
        if request.method == "POST":
            try:
                done = self.hide_or_show(request, article, number)
            except publishing.NotAllowed:
                raise
            except publishing.Refused as refused:
                refusal = str(refused)
            else:
                self.log_change(request, article, done)
                self.message_user(request, done, messages.SUCCESS)
                return HttpResponseRedirect(reverse("admin:articles_article_history", args=[pk]))
        context = self.admin_site.each_context(request) | {
            "title": _("Hide a version from readers"),
            "opts": self.opts,
            "article": article,
            "version": version,
            "refusal": refusal,
        }
        return TemplateResponse(request, "admin/articles/article/hide_version.html", context)

    def hide_or_show(self, request, article, number):
        if "again" in request.POST:
            publishing.unhide_version(article, number, by=request.user)
            return _("Version %(number)s is shown to readers again.") % {"number": number}
        because = request.POST.get("because", "")
        publishing.hide_version(article, number, by=request.user, because=because)
        return _("Version %(number)s is hidden from readers.") % {"number": number}

    def as_readers_saw_it(self, request, pk, number):
        """A version that readers saw, on their own page: a frozen copy, whatever became of it."""
        article, version = seen_version(pk, number)
        if not self.has_view_permission(request, article):
            raise PermissionDenied
        thaw(article, version)
        topics = words.about(version.content)
        corrections = article.corrections.all()
        if version.public_until:
            corrections = corrections.filter(made_at__lt=version.public_until)
        context = story(article, topics, words.signed_by(version.content))
        context |= {"corrections": corrections, "version": version}
        template = "admin/articles/article/as_readers_saw_it.html"
        page = render(request, template, context, language=article.language)
        add_never_cache_headers(page)
        page.headers["X-Robots-Tag"] = "noindex"
        return with_frames(page, article.body)


def seen_version(pk, number):
    """A story, and one of its versions that readers saw."""
    article = get_object_or_404(Article.objects.select_related("section", "lead_image"), pk=pk)
    seen = article.revisions.seen_by_readers()
    version = seen.filter(number=number).first() if number <= article.version else None
    if version is None:
        raise Http404
    return article, version


def thaw(article, version):
    """Give a story, without saving it, the words and the time that readers had then."""
    section = article.section
    words.fill(article, version.content)
    article.section = article.section or section  # the one of then may be gone
    if version.number == article.live:
        return
    news = article.revisions.filter(kind__in=[Kind.UPDATE, Kind.CORRECTION])
    last = news.filter(number__lte=version.number).newest_first().light().first()
    article.updated_at = last.public_from if last else article.first_published_at
