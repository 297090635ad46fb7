"""A new story begins with the words of another."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.translation import gettext as _

from articles import publishing
from articles.models import Article


class DuplicatesStories:
    """For the ModelAdmin of stories: the button in the menu of a story."""

    def get_urls(self):
        duplicate = self.admin_site.admin_view(self.duplicate)
        address = path("<int:pk>/duplicate/", duplicate, name="articles_article_duplicate")
        return [address, *super().get_urls()]

    def duplicate(self, request, pk):
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        article = get_object_or_404(Article, pk=pk)
        if not self.has_view_permission(request, article):
            raise PermissionDenied
        try:
            made = publishing.duplicate(article, by=request.user)
        except publishing.NotAllowed:
            raise
        except publishing.Refused as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            made = article
        else:
            sentence = _("A draft with the same words. Only the desk sees it.")
            self.log_addition(request, made, _("Duplicated %(code)s.") % {"code": article.code})
            self.message_user(request, sentence, messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:articles_article_change", args=[made.pk]))
