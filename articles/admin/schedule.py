"""What waits for its moment, and what missed it: looked at, moved, brought back or taken off."""

from django import forms
from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _

from articles import merging, publishing, scheduling
from articles.admin.comparing import changes
from articles.admin.widgets import MomentField
from articles.clock import Clock
from articles.models import Article, Kind, ScheduledPublication, Status


class MomentForm(forms.Form):
    at = MomentField(required=True)


class KeepsSchedule:
    """For the ModelAdmin of stories: a page for each thing that waits."""

    def get_urls(self):
        page = self.admin_site.admin_view(self.scheduled_page)
        address = path("<int:pk>/scheduled/<int:number>/", page, name="articles_article_scheduled")
        return [address, *super().get_urls()]

    def scheduled_page(self, request, pk, number):
        article = get_object_or_404(Article.objects.select_related("section"), pk=pk)
        rows = article.scheduled.select_related("revision", "base", "by", "result")
        waiting = get_object_or_404(rows, pk=number)
        publishing.ask_to_publish(article, request.user)
        if request.method == "POST":
            return self.decide(request, article, waiting)
        return self.show_what_waits(request, article, waiting)

    def decide(self, request, article, waiting):
        form, refusal = None, ""
        try:
            if "_move" in request.POST:
                form = MomentForm(request.POST)
                if form.is_valid():
                    scheduling.move(waiting, by=request.user, at=form.cleaned_data["at"])
                    moment = Clock().exact(waiting.at)
                    return self.decided(request, article, _("Set for %(time)s.") % {"time": moment})
            elif "_now" in request.POST:
                return self.do_it_now(request, article, waiting)
            elif "_desk" in request.POST:
                return self.bring_to_desk(request, article, waiting)
            elif "_settled" in request.POST:
                scheduling.settle(waiting, by=request.user)
                return self.decided(request, article, _("Settled."))
            elif "_cancel" in request.POST:
                scheduling.cancel(waiting, by=request.user)
                sentence = _("Taken off the schedule. Its words stay in History.")
                return self.decided(request, article, sentence)
        except publishing.NotAllowed:
            raise
        except publishing.Refused as sentence:
            refusal = str(sentence)
        return self.show_what_waits(request, article, waiting, form=form, refusal=refusal)

    def decided(self, request, article, sentence, address=None):
        self.log_change(request, article, sentence)
        self.message_user(request, sentence, messages.SUCCESS)
        change = reverse("admin:articles_article_change", args=[article.pk])
        return HttpResponseRedirect(address or change)

    def do_it_now(self, request, article, waiting):
        done = scheduling.apply_now(waiting, by=request.user)
        if done.state == ScheduledPublication.State.DONE:
            return self.decided(request, article, _("Done. Readers see it now."))
        raise publishing.Refused(done.problem)

    def bring_to_desk(self, request, article, waiting):
        revision = scheduling.take_to_desk(waiting, by=request.user)
        if revision.kind == Kind.REFUSED:
            sentence = _(
                "It waits no longer, and needs a look until you have saved the two together."
            )
            return self.decided(request, article, sentence, self.address_together(revision))
        sentence = _("It is at the desk now, and nothing waits. Publish or schedule it again.")
        return self.decided(request, article, sentence)

    def show_what_waits(self, request, article, waiting, *, form=None, refusal=""):
        old = article.revisions.filter(number=article.live).first()
        clashes = []
        if waiting.base and old and article.status == Status.PUBLISHED:
            merge = merging.merge(waiting.base.content, old.content, waiting.revision.content)
            clashes = merge.clashes
        before = waiting.base or old
        context = self.admin_site.each_context(request) | {
            "title": waiting.get_kind_display(),
            "opts": self.opts,
            "article": article,
            "waiting": waiting,
            "is_open": waiting.state in {"waiting", "look"},
            "changes": list(changes(before, waiting.revision))
            if before and waiting.revision
            else [],
            "clashes": clashes,
            "form": form or MomentForm(initial={"at": waiting.at}),
            "refusal": refusal,
            "clock": Clock(),
        }
        return TemplateResponse(request, "admin/articles/article/scheduled.html", context)
