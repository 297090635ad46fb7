"""The page on which two texts of one story are put together."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from articles import merging, publishing, scheduling, words
from articles.admin.comparing import Part, compare_texts, pictures_of, place_in_body
from articles.admin.wording import name_of, said, title_of
from articles.models import Article, Kind


@dataclass
class Choice:
    """One text that may be taken in a place of the page."""

    side: str  # "theirs", "mine" or "both"
    key: int  # to press
    title: str
    part: Part
    text: str
    is_chosen: bool = False


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
        if article.revisions.filter(number=number, settled_at__isnull=False).exists():
            self.message_user(request, _("These two texts were put together already."))
            address = reverse("admin:articles_article_change", args=[article.pk])
            return HttpResponseRedirect(address)
        if request.method == "POST":
            return self.save_together(request, article, number)
        return self.put_together(request, article, number)

    def address_together(self, kept):
        return reverse("admin:articles_article_together", args=[kept.article_id, kept.number])

    def three(self, article, number):
        """The words that both started from; the version that stands now, and the refused one."""
        versions = article.revisions.select_related("by")
        mine = get_object_or_404(versions, number=number, kind=Kind.REFUSED)
        theirs = get_object_or_404(versions, number=article.working)
        return words.before(article, mine.started_from), theirs, mine

    def put_together(self, request, article, number, *, wrong=None):
        """The page. `wrong` has a sentence for each place that could not be saved as it was."""
        base, theirs, mine = self.three(article, number)
        merge = merging.merge(base, theirs.content, mine.content)
        is_yours = mine.by_id == request.user.pk
        them = name_of(theirs.by)
        me = _("you") if is_yours else name_of(mine.by)
        pictures = pictures_of(*texts_of(merge))
        context = self.admin_site.each_context(request) | {
            "title": title(theirs, mine, is_yours=is_yours),
            "opts": self.opts,
            "article": article,
            "started": article.revisions.light().filter(number=mine.started_from).first(),
            "theirs": theirs,
            "mine": mine,
            "them": them,
            "me": me,
            "is_yours": is_yours,
            "clashes": [
                {
                    "key": clash.key,
                    "number": place,
                    "title": place_of(clash),
                    "is_text": clash.is_text,
                    "is_body": clash.field == "body",
                    "base": said(clash.field, clash.as_text(clash.base)),
                    "choices": list(choices(request, clash, pictures, me if not is_yours else "")),
                    "written": request.POST.get(f"result-{clash.key}", ""),
                    "wrong": (wrong or {}).get(clash.key),
                }
                for place, clash in enumerate(merge.clashes, 1)
            ],
            "places": places_of(merge.clashes, is_yours=is_yours),
            "fits": [
                {
                    "title": place_of(fit),
                    "who": them if fit.side == "theirs" else me,
                    "part": compare_texts(fit.field, fit.before, fit.after, pictures).shortened(),
                }
                for fit in merge.fits
            ],
            "wrong": list(dict.fromkeys((wrong or {}).values())),
        }
        page = "admin/articles/article/together.html"
        return TemplateResponse(request, page, context)

    def save_together(self, request, article, number):
        address = reverse("admin:articles_article_change", args=[article.pk])
        base, theirs, mine = self.three(article, number)
        if "_separate" in request.POST:
            return HttpResponseRedirect(self.separate(request, article, mine))
        if request.POST.get("theirs") != str(theirs.number):  # a third person has saved meanwhile
            self.message_user(request, _("Somebody saved again. Here is the newest text."))
            return HttpResponseRedirect(request.path)
        merge = merging.merge(base, theirs.content, mine.content)
        chosen = {clash.key: self.choice(request, clash) for clash in merge.clashes}
        sentence = _("Choose a text in every place, or write one.")
        wrong = {key: sentence for key, text in chosen.items() if text is None}
        if not wrong:
            settled = merge.settled(chosen)
            wrong = dict(faults(settled))
        if wrong:
            return self.put_together(request, article, number, wrong=wrong)
        try:
            publishing.save_draft(article, settled, by=request.user, started_from=theirs.number)
        except publishing.Stale as stale:
            return HttpResponseRedirect(self.address_together(stale.kept))
        except publishing.NotAllowed:
            raise
        except publishing.Refused as refusal:
            return self.put_together(request, article, number, wrong={None: str(refusal)})
        mine.article.revisions.filter(by=mine.by).settle()
        self.log_change(request, article, _("Put two texts together."))
        sentence = _("Saved. Both texts are in it, and both are kept in History.")
        if scheduling.take_off_what_says(article, mine.content, by=request.user):
            sentence += " " + _("Nothing waits any more: publish it, or schedule it again.")
        self.message_user(request, sentence, messages.SUCCESS)
        return HttpResponseRedirect(address)

    def choice(self, request, clash):
        """The text to save for a clash; nothing if none was chosen."""
        picked = clash.side(request.POST.get(f"pick-{clash.key}"))
        written = request.POST.get(f"result-{clash.key}", "").strip().replace("\r\n", "\n")
        if not (written and clash.is_text):
            return picked
        return clash.from_text(written, clash.mine if picked is None else picked)

    def separate(self, request, story, mine):
        """The refused words as a story of their own."""
        article, headline = Article(), mine.content["headline"] or story.headline
        content = mine.content | {"slug": "", "headline": headline}
        publishing.save_draft(article, content, by=request.user)
        story.revisions.filter(by=mine.by).settle()
        self.log_addition(request, article, _("Kept as a draft of its own."))
        self.message_user(request, _("Your text is a draft of its own now."), messages.SUCCESS)
        return reverse("admin:articles_article_change", args=[article.pk])


def title(theirs, mine, *, is_yours):
    """Who was faster."""
    told = {"who": name_of(theirs.by), "writer": name_of(mine.by)}
    if theirs.by_id == mine.by_id:
        if is_yours:
            return _("You have two texts of this story")
        return _("%(who)s has two texts of this story") % told
    if is_yours:
        return _("%(who)s saved while you were writing") % told
    return _("%(who)s saved while %(writer)s was writing") % told


def places_of(clashes, *, is_yours):
    """How many places are asked about."""
    if is_yours:
        sentence = ngettext(
            "the place where you both changed the same sentence",
            "the %(n)d places where you both changed the same sentence",
            len(clashes),
        )
    else:
        sentence = ngettext(
            "the place where both changed the same sentence",
            "the %(n)d places where both changed the same sentence",
            len(clashes),
        )
    return sentence % {"n": len(clashes)}


def place_of(place):
    if place.field == "body":
        return place_in_body(place.place + 1)
    return title_of(place.field)


def choices(request, clash, pictures, writer):
    """The texts that may be taken: theirs, yours (or the writer's), and both where they fit."""
    yours = _("Keep that of %(who)s") % {"who": writer} if writer else _("Keep yours")
    titles = [
        ("theirs", _("Take theirs")),
        ("mine", yours),
        ("both", _("Use both, they fit together")),
    ]
    for key, (side, title) in enumerate(titles, 1):
        value = clash.side(side)
        if value is None and side == "both":
            continue
        before, after, text = clash.base, value, clash.as_text(value)
        is_chosen = request.POST.get(f"pick-{clash.key}") == side
        part = compare_texts(clash.field, before, after, pictures)
        yield Choice(side, key, title, part, text, is_chosen)


def texts_of(merge):
    """All in which pictures may stand, of the body."""
    for place in (*merge.fits, *merge.clashes):
        if place.field == "body":
            sides = ("before", "after") if isinstance(place, merging.Fit) else ("theirs", "mine")
            yield from (getattr(place, side) for side in sides)


def faults(content):
    """What the columns of a story refuse of these words: (place, sentence)."""
    for name in words.TEXTS:
        try:
            Article._meta.get_field(name).clean(content[name], None)
        except ValidationError as refusal:
            yield name, f"{title_of(name)}: {' '.join(refusal.messages)}"
