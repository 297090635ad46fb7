"""A story is withdrawn for good."""

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _

from articles import publishing
from articles.models import Article, Status


class KillsStories:
    """For the ModelAdmin of stories: the page that says what a kill does, and the deed."""

    def get_urls(self):
        kill = self.admin_site.admin_view(self.kill)
        return [path("<int:pk>/kill/", kill, name="articles_article_kill"), *super().get_urls()]

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        context["may_kill"] = obj is not None and offers_to_kill(obj, request.user)
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    def kill(self, request, pk):
        """Say what it does and ask why, then take the story from readers for good."""
        article = get_object_or_404(Article.objects.select_related("section"), pk=pk)
        publishing.ask_to_kill(article, request.user)
        address = reverse("admin:articles_article_change", args=[pk])
        if not (article.is_public or article.status == Status.WITHDRAWN):
            sentence = _("No reader has seen this story yet. Withdraw it or spike it instead.")
            self.message_user(request, sentence, messages.ERROR)
            return HttpResponseRedirect(address)
        refusal, reason = "", request.POST.get("reason", article.withdrawal_reason)
        if request.method == "POST":
            try:
                publishing.kill(article, by=request.user, reason=reason)
            except publishing.NotAllowed:
                raise
            except publishing.Refused as refused:
                refusal = str(refused)
            else:
                self.log_change(request, article, _("Killed."))
                sentence = _("Killed. Readers no longer see it; what they saw is kept.")
                self.message_user(request, sentence, messages.SUCCESS)
                return HttpResponseRedirect(address)
        context = self.admin_site.each_context(request) | {
            "title": _("Kill the story"),
            "opts": self.opts,
            "article": article,
            "is_withdrawn": article.status == Status.WITHDRAWN,
            "reason": reason,
            "refusal": refusal,
        }
        return TemplateResponse(request, "admin/articles/article/kill.html", context)


def offers_to_kill(article, user):
    """Whether the menu has it: readers saw the story, nobody has killed it, and this person may."""
    is_out = article.is_public or article.status == Status.WITHDRAWN
    may = user.has_perm("articles.kill_article") and publishing.may_publish(article, user)
    return is_out and not article.is_killed and may
