"""The versions of a story: who saved what when, what readers saw of it, and what changed."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from articles import publishing, words
from articles.admin.wording import changes, name_of, title_of
from articles.models import Article

LISTED = 100  # versions on a page


class KeepsHistory:
    """For the ModelAdmin of stories: any two versions side by side, and the way back to each."""

    def get_urls(self):
        restore = self.admin_site.admin_view(require_POST(self.restore))
        address = path("<int:pk>/restore/", restore, name="articles_article_restore")
        return [address, *super().get_urls()]

    def history_view(self, request, object_id, extra_context=None):
        article = self.get_object(request, object_id)
        if article is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_permission(request, article):
            raise PermissionDenied
        publishing.adopt(article)
        article.refresh_from_db()
        versions = article.revisions.newest_first().light()
        if (before := request.GET.get("before", "")).isdecimal():
            versions = versions.filter(number__lt=int(before))
        if request.GET.get("only") == "seen":
            versions = versions.publications()
        versions = list(versions[: LISTED + 1])
        old, new = self.chosen(request, article)
        found = list(changes(old, new)) if old and new else []
        context = self.admin_site.each_context(request) | {
            "title": _("History"),
            "opts": self.opts,
            "article": article,
            "versions": [(version, name_of(version.by)) for version in versions[:LISTED]],
            "older": versions[LISTED - 1].number if len(versions) > LISTED else None,
            "only": request.GET.get("only", ""),
            "old": old,
            "new": new,
            "changes": found,
            "fields": {field: title_of(field) for field, _name, _pieces in found},
            "put_in": count(found, "in"),
            "taken_out": count(found, "out"),
            "may_write": publishing.may_write(article, request.user),
        }
        page = "admin/articles/article/history.html"
        return TemplateResponse(request, page, context | (extra_context or {}))

    def chosen(self, request, article):
        """The two versions to compare: as asked, else what readers saw before and the newest."""
        new = self.version(article, request.GET.get("b")) or self.version(article, article.working)
        seen = article.revisions.publications().filter(number__lt=new.number).newest_first().first()
        before = seen.number if seen else new.number - 1
        old = self.version(article, request.GET.get("a")) or self.version(article, before)
        return old, new

    def version(self, article, number):
        if number is None or not str(number).isdecimal() or int(number) > article.version:
            return None
        return article.revisions.select_related("by").filter(number=int(number)).first()

    def restore(self, request, pk):
        """Make an earlier version, or one field of it, the working copy."""
        article = get_object_or_404(Article, pk=pk)
        told = request.POST
        if not all(told.get(name, "").isdecimal() for name in ("number", "started_from")):
            raise PermissionDenied(_("The form was not complete. Go back and try again."))
        fields = [told["field"]] if told.get("field") in words.FIELDS else words.FIELDS
        try:
            revision = publishing.restore(
                article,
                by=request.user,
                number=int(told["number"]),
                started_from=int(told["started_from"]),
                fields=fields,
            )
        except publishing.NotAllowed:
            raise
        except publishing.Refused as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return HttpResponseRedirect(reverse("admin:articles_article_history", args=[pk]))
        self.log_change(request, article, revision.note)
        sentence = _(
            "Version %(number)s is the draft now. Readers see no change until you publish."
        )
        self.message_user(request, sentence % {"number": told["number"]}, messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:articles_article_change", args=[pk]))


def count(found, kind):
    pieces = [piece for _field, _name, pieces in found for piece in pieces]
    return sum(len(piece.text.split()) for piece in pieces if piece.kind == kind)
