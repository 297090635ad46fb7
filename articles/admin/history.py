"""The versions of a story: who saved what when, what readers saw of it, and what changed."""

from dataclasses import dataclass, field
from itertools import groupby

from django.contrib import messages
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.db.models import BooleanField, ExpressionWrapper, Q
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from articles import origins, publishing, richtext, words
from articles.admin.asked import number_in
from articles.admin.comparing import compare, pictures_of, reading
from articles.admin.wording import name_of, title_of
from articles.clock import Clock
from articles.models import Article, Kind, ScheduledPublication

LISTED = 100  # versions on a page
HAS_WORDS = ExpressionWrapper(Q(content__isnull=False), output_field=BooleanField())
ASIDE = [Kind.REFUSED, Kind.SCHEDULED, Kind.TIME]  # no steps of the words that the desk has open

State = ScheduledPublication.State


@dataclass
class Row:
    """A line of the list: one version, or a run of autosaves by one person, newest first."""

    version: object
    who: str
    clock: Clock
    waiting: ScheduledPublication | None = None
    folded: list = field(default_factory=list)

    @property
    def kind(self):
        """The class of its name: what waits, or needs a look, is marked as such."""
        waits = self.waiting and self.waiting.state in {State.WAITING, State.LOOK}
        return "waits" if waits else self.version.kind

    @property
    def name(self):
        if self.folded:
            return ngettext("%(n)d autosave", "%(n)d autosaves", len(self.folded)) % {
                "n": len(self.folded)
            }
        if self.waiting and self.waiting.state == State.WAITING:
            return _("%(kind)s waiting") % {"kind": self.waiting.get_kind_display()}
        if self.waiting:
            return self.waiting.get_kind_display()
        return self.version.get_kind_display()

    @property
    def first(self):
        """The oldest version of a run."""
        return self.folded[-1].version

    @property
    def moment(self):
        """When it is to happen, of what waits."""
        zone = timezone.localtime(self.waiting.at).tzname()
        return f"{self.clock.brief(self.waiting.at)} {zone}"

    @property
    def seen(self):
        """What readers saw of it, as a sentence; empty if it never was published."""
        since, until = self.version.public_from, self.version.public_until
        if since is None:
            return ""
        told = {"since": self.clock.brief(since)}
        if not self.version.seen_by_readers:
            if until is None:
                return _("Readers will see it from %(since)s") % told
            return _("No reader saw it")
        if until is None:
            return _("Seen by readers since %(since)s") % told
        told["until"] = self.clock.brief(until, day=timezone.localdate(since))
        return _("Seen by readers %(since)s to %(until)s") % told


class KeepsHistory:
    """For the ModelAdmin of stories: any two versions side by side, and the way back to each."""

    def get_urls(self):
        restore = self.admin_site.admin_view(require_POST(self.restore))
        who = self.admin_site.admin_view(self.who_view)
        return [
            path("<int:pk>/restore/", restore, name="articles_article_restore"),
            path("<int:pk>/who/", who, name="articles_article_who"),
            *super().get_urls(),
        ]

    def _get_obj_does_not_exist_redirect(self, request, opts, object_id):
        self.message_user(request, _("Somebody has deleted this story."), messages.WARNING)
        return HttpResponseRedirect(reverse("admin:index"))

    def history_view(self, request, object_id, extra_context=None):
        article = self.get_object(request, object_id)
        if article is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_permission(request, article):
            raise PermissionDenied
        publishing.adopt(article)
        article.refresh_from_db()
        may_write = publishing.may_write(article, request.user)
        compared = self.compared(request, article, may_write)
        if request.GET.get("part") == "compare":
            return TemplateResponse(request, "admin/articles/article/compare.html", compared)
        versions = article.revisions.newest_first().light().annotate(has_words=HAS_WORDS)
        if before := number_in(request.GET.get("before")):
            versions = versions.filter(number__lt=before)
        if request.GET.get("only") == "seen":
            versions = versions.seen_by_readers()
        if by := number_in(request.GET.get("by")):
            versions = versions.filter(by=by)
        versions = list(versions[: LISTED + 1])
        people = {one.by_id: name_of(one.by) for one in versions[:LISTED] if one.by_id}
        clock = Clock()
        context = self.admin_site.each_context(request) | {
            "title": _("History"),
            "opts": self.opts,
            "rows": list(rows(article, versions[:LISTED], request.user, clock)),
            "older": versions[LISTED - 1].number if len(versions) > LISTED else None,
            "only": request.GET.get("only", ""),
            "by": by,
            "people": sorted(people.items(), key=lambda person: person[1]),
            "clock": clock,
            "may_write": may_write,
        }
        page = "admin/articles/article/history.html"
        return TemplateResponse(request, page, context | compared | (extra_context or {}))

    def compared(self, request, article, may_write):
        """What the page says of the two versions that are compared."""
        old, new = self.chosen(request, article)
        gone = next((one for one in (new, old) if one and one.content is None), None)
        changes = compare(old.content, new.content) if old and new and not gone else []
        earlier = [one for one in (old, new) if changes and one.number != article.working]
        return {
            "article": article,
            "old": old,
            "new": new,
            "gone": gone,
            "previous": self.before(article, new) if new else None,
            "changes": changes,
            "put_in": sum(change.count("in") for change in changes),
            "taken_out": sum(change.count("out") for change in changes),
            "bring_back": earlier if may_write else [],
        }

    def chosen(self, request, article):
        """The two versions to compare: as asked, else what readers saw before and the newest."""
        new = self.version(article, request.GET.get("b")) or self.version(article, article.working)
        old = self.version(article, request.GET.get("a"))
        if old is None and new is not None:
            seen = article.revisions.publications().filter(number__lt=new.number)
            old = seen.select_related("by").newest_first().first() or self.before(article, new)
        return old, new

    def version(self, article, number):
        number = number_in(number)
        return article.revisions.select_related("by").filter(number=number).first()

    def before(self, article, version):
        """The version that this one was made of: what its writer had open, if it has its words."""
        earlier = article.revisions.with_words().filter(number__lt=version.number)
        earlier = earlier.select_related("by").newest_first()
        started = earlier.filter(number=version.started_from or 0).first()
        return started or earlier.exclude(kind__in=ASIDE).first()

    def restore(self, request, pk):
        """Make an earlier version, or one field of it, the working copy."""
        article = get_object_or_404(Article, pk=pk)
        told = request.POST
        number, started_from = (number_in(told.get(name)) for name in ("number", "started_from"))
        if number is None or started_from is None:
            raise PermissionDenied(_("The form was not complete. Go back and try again."))
        fields = [told["field"]] if told.get("field") in words.FIELDS else words.FIELDS
        try:
            revision = publishing.restore(
                article, by=request.user, number=number, started_from=started_from, fields=fields
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
        self.message_user(request, sentence % {"number": number}, messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:articles_article_change", args=[pk]))

    def who_view(self, request, pk):
        """Who wrote each paragraph of the working text, and who changed it last."""
        article = self.get_object(request, str(pk))
        if article is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, str(pk))
        if not self.has_view_permission(request, article):
            raise PermissionDenied
        found, oldest = origins.of(article)
        told = [origin for texts in found.values() for _text, origin in texts]
        people = {by for origin in told for by in (origin.written.by, origin.changed.by) if by}
        people = get_user_model().objects.in_bulk(people)
        pictures = pictures_of(*(text for text, _origin in found.get("body", [])))
        context = self.admin_site.each_context(request) | {
            "title": _("Who wrote what"),
            "opts": self.opts,
            "article": article,
            "oldest": oldest,
            "clock": Clock(),
            "fields": [
                {
                    "name": name,
                    "title": title_of(name),
                    "texts": [
                        {
                            "words": reading(text) if name == "body" else text,
                            "picture": pictures.get(next(iter(richtext.image_codes(text)), None))
                            if name == "body"
                            else None,
                            "origin": origin,
                            "writer": name_of(people.get(origin.written.by)),
                            "changer": name_of(people.get(origin.changed.by)),
                        }
                        for text, origin in texts
                    ],
                }
                for name, texts in found.items()
                if texts
            ],
        }
        return TemplateResponse(request, "admin/articles/article/who.html", context)


def rows(article, versions, user, clock):
    """The versions as the list shows them, newest first: runs of autosaves by one person as one."""
    numbers = [one.pk for one in versions if one.kind == Kind.SCHEDULED]
    waiting = {
        one.revision_id: one
        for one in article.scheduled.filter(revision__in=numbers).select_related("result")
    }

    def row(version):
        who = _("You") if version.by_id == user.pk else name_of(version.by) if version.by_id else ""
        return Row(version, who, clock, waiting.get(version.pk))

    for (kind, _by), run in groupby(versions, key=lambda one: (one.kind, one.by_id)):
        run = [row(version) for version in run]
        if kind == Kind.AUTOSAVE and len(run) > 1:
            yield Row(run[0].version, run[0].who, clock, folded=run)
        else:
            yield from run
