"""The time that readers see, set by hand: seldom, by a senior editor, and written down."""

from django import forms
from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles import publishing
from articles.admin.labels import PlainLabels
from articles.admin.widgets import MomentField
from articles.clock import Clock
from articles.models import Article


class TimeForm(PlainLabels, forms.Form):
    at = MomentField(label=gettext_lazy("Updated"), required=True)
    note = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=500,
        help_text=gettext_lazy("It stands in History, with your name and the time before."),
    )


class SetsTimes:
    """For the ModelAdmin of stories: a page that sets the time readers see."""

    def get_urls(self):
        page = self.admin_site.admin_view(self.time_page)
        address = path("<int:pk>/time/", page, name="articles_article_time")
        return [address, *super().get_urls()]

    def time_page(self, request, pk):
        article = get_object_or_404(Article.objects.select_related("section"), pk=pk)
        publishing.ask_to_set_time(article, request.user)
        form = TimeForm(request.POST or None, initial={"at": article.updated_at})
        if request.method == "POST" and form.is_valid():
            told = form.cleaned_data
            try:
                publishing.set_updated_at(article, by=request.user, **told)
            except publishing.NotAllowed:
                raise
            except publishing.Refused as refusal:
                form.add_error("at", str(refusal))
            else:
                time = Clock().exact(article.changed_at)
                sentence = _("Readers see: %(time)s.") % {"time": time}
                self.log_change(request, article, f"{sentence} {told['note']}")
                self.message_user(request, sentence, messages.SUCCESS)
                address = reverse("admin:articles_article_change", args=[pk])
                return HttpResponseRedirect(address)
        context = self.admin_site.each_context(request) | {
            "title": _("Set the time readers see"),
            "opts": self.opts,
            "article": article,
            "form": form,
        }
        return TemplateResponse(request, "admin/articles/article/time.html", context)
