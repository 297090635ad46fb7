"""The page on which two texts of one story are put together."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from articles import differences, merging, publishing
from articles.admin.wording import changes, name_of, said, title_of
from articles.clock import Clock
from articles.models import Article, Kind


class PutsTogether:
    """For the ModelAdmin of stories: a refused save is answered with a choice."""

    def get_urls(self):
        together = self.admin_site.admin_view(self.together)
        address = "<int:pk>/together/<int:number>/"
        return [path(address, together, name="articles_article_together"), *super().get_urls()]

    def together(self, request, pk, number):
        article = get_object_or_404(Article, pk=pk)
        if not publishing.may_write(article, request.user):
            raise PermissionDenied(_("You may change your own drafts."))
        if request.method == "POST":
            return self.save_together(request, article, number)
        return self.put_together(request, article, number)

    def address_together(self, kept):
        return reverse("admin:articles_article_together", args=[kept.article_id, kept.number])

    def three(self, article, number):
        """What both started from, what stands now, and what was refused."""
        mine = get_object_or_404(article.revisions, number=number, kind=Kind.REFUSED)
        theirs = get_object_or_404(article.revisions.select_related("by"), number=article.working)
        base = article.revisions.filter(number=mine.started_from).first() or theirs
        return base, theirs, mine

    def put_together(self, request, article, number, *, chosen=None, missing=()):
        base, theirs, mine = self.three(article, number)
        merge = merging.merge(base.content, theirs.content, mine.content)
        clashes = [
            {
                "clash": clash,
                "key": clash.key,
                "number": place,
                "title": place_of(clash),
                "is_text": clash.field not in merging.WHOLE,
                "base": said(clash.field, clash.base),
                "theirs": pieces(clash, clash.theirs),
                "mine": pieces(clash, clash.mine),
                "both": pieces(clash, clash.both) if clash.both is not None else None,
                "chosen": (chosen or {}).get(clash.key, ""),
                "is_missing": clash.key in missing,
            }
            for place, clash in enumerate(merge.clashes, 1)
        ]
        fitting = len(merge.from_theirs) + len(merge.from_mine)
        who = name_of(theirs.by)
        context = self.admin_site.each_context(request) | {
            "title": _("%(who)s saved while you were writing") % {"who": who},
            "opts": self.opts,
            "article": article,
            "who": who,
            "clock": Clock(),
            "base": base,
            "theirs": theirs,
            "mine": mine,
            "clashes": clashes,
            "places": ngettext(
                "the place where you both changed the same words",
                "the %(n)d places where you both changed the same words",
                len(clashes),
            )
            % {"n": len(clashes)},
            "fitting": fitting,
            "changes": [
                *((*change, who) for change in changes(base, theirs, merge.from_theirs)),
                *((*change, _("you")) for change in changes(base, mine, merge.from_mine)),
            ],
            "missing": missing,
        }
        page = "admin/articles/article/together.html"
        return TemplateResponse(request, page, context)

    def save_together(self, request, article, number):
        address = reverse("admin:articles_article_change", args=[article.pk])
        base, theirs, mine = self.three(article, number)
        if "_separate" in request.POST:
            return HttpResponseRedirect(self.separate(request, mine) or address)
        if request.POST.get("theirs") != str(theirs.number):  # a third person has saved meanwhile
            self.message_user(request, _("Somebody saved again. Here is the newest text."))
            return HttpResponseRedirect(request.path)
        merge = merging.merge(base.content, theirs.content, mine.content)
        chosen = {clash.key: self.choice(request, clash) for clash in merge.clashes}
        missing = [key for key, text in chosen.items() if text is None]
        if missing:
            return self.put_together(request, article, number, chosen=chosen, missing=missing)
        settled = merge.settled(chosen)
        try:
            publishing.save_draft(article, settled, by=request.user, started_from=theirs.number)
        except publishing.Stale as stale:
            return HttpResponseRedirect(self.address_together(stale.kept))
        self.log_change(request, article, _("Put two texts together."))
        sentence = _("Saved. Both texts are in it, and both are kept in History.")
        self.message_user(request, sentence, messages.SUCCESS)
        return HttpResponseRedirect(address)

    def choice(self, request, clash):
        """The text to save for a clash; nothing if none was chosen."""
        picked = request.POST.get(f"pick-{clash.key}")
        sides = {"theirs": clash.theirs, "mine": clash.mine, "both": clash.both}
        written = request.POST.get(f"result-{clash.key}", "").strip()
        if clash.field in merging.WHOLE:
            return sides.get(picked)
        return written.replace("\r\n", "\n") or (sides.get(picked) if picked else None)

    def separate(self, request, mine):
        """The refused words as a story of their own."""
        article = Article()
        publishing.save_draft(article, mine.content | {"slug": ""}, by=request.user)
        self.log_addition(request, article, _("Kept as a draft of its own."))
        self.message_user(request, _("Your text is a draft of its own now."), messages.SUCCESS)
        return reverse("admin:articles_article_change", args=[article.pk])


def place_of(clash):
    if clash.field == "body":
        return _("Body, paragraph %(n)s") % {"n": clash.place + 1}
    return title_of(clash.field)


def pieces(clash, text):
    return differences.pieces(str(said(clash.field, clash.base)), str(said(clash.field, text)))
