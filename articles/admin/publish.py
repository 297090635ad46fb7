"""The page that says what readers will be told, before it is done."""

from django import forms
from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles import checks, kinds, merging, publishing, scheduling, words
from articles.admin.comparing import changes
from articles.admin.widgets import MomentField, soon
from articles.admin.wording import link_to, name_of
from articles.clock import Clock
from articles.models import PUBLICATIONS, Article, Kind, ScheduledPublication

LOGGED = {
    Kind.FIX: gettext_lazy("Published a fix."),
    Kind.UPDATE: gettext_lazy("Published an update."),
    Kind.CORRECTION: gettext_lazy("Published a correction."),
}


NOTHING_TO_FIX = gettext_lazy("Readers have these words already: there is nothing to fix.")


class WhenForm(forms.Form):
    """Now, or at a moment to come. What stands in the field counts only if it is asked for."""

    when = forms.ChoiceField(choices=[("now", "now"), ("later", "later")], required=False)
    at = MomentField(label=gettext_lazy("Date and time"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, auto_id="when_%s", **kwargs)

    def clean(self):
        told = super().clean()
        if told.get("when") == "later" and not told.get("at") and "at" not in self.errors:
            self.add_error("at", _("Choose a day and an hour."))
        if told.get("when") != "later":
            told["at"] = None
            self.errors.pop("at", None)
        return told

    def ready_times(self):
        """This evening and tomorrow morning, with whether the first of them is today."""
        found = soon(timezone.now())
        return [(moment, moment.date() == timezone.localdate()) for moment in found]


class PublishForm(WhenForm):
    """What an editor decides: the kind, the note that goes with it, and the moment."""

    kind = forms.ChoiceField(
        choices=[(kind.value, kind.label) for kind in PUBLICATIONS], required=False
    )
    note = forms.CharField(required=False, max_length=1000)
    news = forms.CharField(required=False, max_length=1000)
    started_from = forms.IntegerField(required=False)

    def clean(self):
        told = super().clean()
        told["said"] = told.get("news" if told.get("kind") == Kind.UPDATE else "note", "")
        return told


class PublishesStories:
    """For the ModelAdmin of stories: the kind, the line that readers will see, and the deed."""

    def get_urls(self):
        page = self.admin_site.admin_view(self.publish_page)
        address = path("<int:pk>/publish/", page, name="articles_article_publish")
        return [address, *super().get_urls()]

    def publish_page(self, request, pk):
        article = get_object_or_404(Article.objects.select_related("section"), pk=pk)
        publishing.ask_to_publish(article, request.user)
        if not article.working:
            publishing.adopt(article)
        if request.method == "POST":
            return self.publish_as_chosen(request, article)
        first = {"when": "later", "at": article.scheduled_for} if article.is_waiting else {}
        return self.ask_what_to_publish(request, article, PublishForm(initial=first))

    def ask_what_to_publish(self, request, article, form, *, refusal=""):
        is_live = article.is_public and article.live is not None
        new = article.revisions.select_related("by").get(number=article.working)
        old = article.revisions.filter(number=article.live).first() if is_live else None
        suggestion = kinds.suggest(old.content, new.content) if old else None
        clock = Clock()
        told = form.data if form.is_bound else form.initial
        context = self.admin_site.each_context(request) | {
            "title": _("Publish changes") if is_live else _("Publish this story"),
            "opts": self.opts,
            "article": article,
            "headline": new.content["headline"],
            "is_live": is_live,
            "is_same": old is not None and old.content == new.content,
            "nothing_to_fix": NOTHING_TO_FIX,
            "new": new,
            "changes": list(changes(old, new)) if old else [],
            "waiting": [
                (
                    waiting,
                    merging.merge(waiting.base.content, new.content, waiting.revision.content),
                )
                for waiting in waiting_for(article)
            ],
            "suggestion": suggestion,
            "chosen": told.get("kind") or (suggestion.kind if suggestion else Kind.FIX),
            "form": form,
            "refusal": refusal,
            "checks": checks.overview(new.content, article),
            "stops": publishing.what_stops(
                article, new.content, Kind.FIX if is_live else Kind.FIRST, is_seen=is_live
            ),
            "clock": clock,
            "now": clock.exact(clock.now),
            "settles_at": is_live and clock.now <= article.settles_at and article.settles_at,
        }
        return TemplateResponse(request, "admin/articles/article/publish.html", context)

    def publish_as_chosen(self, request, article):
        form = PublishForm(request.POST)
        if not form.is_valid():
            return self.ask_what_to_publish(request, article, form)
        told = form.cleaned_data
        is_live, kind = article.is_public, told["kind"] or Kind.FIRST
        started_from = told["started_from"]
        told["started_from"] = -1 if started_from is None else started_from
        try:
            waiting = self.publish(request, article, kind, told)
        except publishing.NotAllowed:
            raise
        except publishing.Refused as refusal:
            article = Article.objects.select_related("section").get(pk=article.pk)
            sentence = str(refusal)
            if isinstance(refusal, publishing.Stale):
                sentence = _("You saved meanwhile. Look again at what readers would get.")
                if article.saved_by != request.user:
                    sentence = _("%(who)s saved meanwhile. Look again at what readers would get.")
                    sentence %= {"who": name_of(article.saved_by)}
            return self.ask_what_to_publish(request, article, form, refusal=sentence)
        if waiting:
            sentence = _("Set for %(time)s.") % {"time": Clock().exact(waiting.at)}
            self.log_change(request, article, f"{waiting.get_kind_display()}: {sentence}")
        else:
            sentence = self.what_was_done(article, kind if is_live else Kind.FIRST)
            self.log_change(request, article, str(LOGGED.get(kind, _("Published."))))
        self.message_user(request, sentence, messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:articles_article_change", args=[article.pk]))

    def publish(self, request, article, kind, told):
        """Call the verb that does it. Returns what waits, if it waits beside the story."""
        start = {"by": request.user, "started_from": told["started_from"]}
        seen_before = article.first_published_at and article.first_published_at <= timezone.now()
        if told["at"] and not seen_before:
            publishing.publish(article, at=told["at"], **start)
            return None
        if told["at"]:
            return scheduling.schedule(
                article, kind=kind, at=told["at"], note=told["said"], **start
            )
        if kind == Kind.FIX:
            if article.is_public and readers_have(article):
                raise publishing.Refused(str(NOTHING_TO_FIX))
            publishing.fix(article, **start)
        elif kind == Kind.UPDATE:
            publishing.update(article, note=told["said"], **start)
        elif kind == Kind.CORRECTION:
            publishing.correct(article, text=told["said"], **start)
        else:
            publishing.publish(article, **start)
        return None

    def what_was_done(self, article, kind):
        """One sentence: what was published, and the line that readers see now."""
        if not article.is_public:
            sentence = _("Readers see it from %(time)s. Until then it can be changed.")
            return sentence % {"time": Clock().exact(article.visible_from)}
        link = link_to(article)
        word = _("Updated") if article.is_updated else _("Published")
        told = f"{word} {Clock().words(article.changed_at)}"
        undo = undo_of(article)
        if kind == Kind.FIX:
            return format_html(
                _("Published the fix. The time readers see stays: {}. {} {}"), told, link, undo
            )
        if kind == Kind.UPDATE:
            return format_html(_("Published the update. Readers see: {}. {} {}"), told, link, undo)
        if kind == Kind.CORRECTION:
            return format_html(
                _("Published the correction. Readers see: {}, and the note. {}"), told, link
            )
        return format_html(_("Published. Readers see it now: {}"), link)


def undo_of(article):
    """Leads to what readers saw before, beside what they see now, and the way back."""
    place = reverse("admin:articles_article_history", args=[article.pk])
    return format_html('<a href="{}" data-undo>{}</a>', place, _("Undo?"))


def readers_have(article):
    """Whether the words that the desk has open are what readers see already."""
    live = article.revisions.filter(number=article.live).first()
    return live is not None and live.content == words.working(article)


def waiting_for(article):
    """What waits for a moment and is to be kept in step, with its words."""
    waiting = ScheduledPublication.objects.waiting().filter(article=article).exclude(base=None)
    return waiting.select_related("revision", "base", "by")
