"""Changes that readers have not seen are thrown away."""

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _

from articles import publishing, words
from articles.admin.asked import number_in
from articles.admin.comparing import compare
from articles.models import Article


class DiscardsChanges:
    """For the ModelAdmin of stories: the page that shows what would go, and the deed."""

    def get_urls(self):
        discard = self.admin_site.admin_view(self.discard)
        address = path("<int:pk>/discard/", discard, name="articles_article_discard")
        return [address, *super().get_urls()]

    def discard(self, request, pk):
        """Show what readers have not seen and ask once more, then throw it away."""
        article = get_object_or_404(Article.objects.select_related("section"), pk=pk)
        publishing.ask_to_write(article, request.user)
        address = reverse("admin:articles_article_change", args=[pk])
        refusal = ""
        if request.method == "POST":
            started_from = number_in(request.POST.get("started_from", "")) or 0
            try:
                publishing.discard(article, by=request.user, started_from=started_from)
            except publishing.NotAllowed:
                raise
            except publishing.Refused as refused:
                refusal = str(refused)
                article.refresh_from_db()
            else:
                sentence = _("Thrown away. The desk has the words that readers have.")
                self.log_change(request, article, sentence)
                self.message_user(request, sentence, messages.SUCCESS)
                return HttpResponseRedirect(address)
        if not article.has_changes:
            self.message_user(request, refusal or _("Nothing has changed."), messages.ERROR)
            return HttpResponseRedirect(address)
        live = article.revisions.get(number=article.live).content
        context = self.admin_site.each_context(request) | {
            "title": _("Throw away unpublished changes"),
            "opts": self.opts,
            "article": article,
            "changes": compare(live, words.working(article)),
            "refusal": refusal,
        }
        return TemplateResponse(request, "admin/articles/article/discard.html", context)
