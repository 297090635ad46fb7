"""The page that says what readers will be told, before it is done."""

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles import kinds, publishing, slugs
from articles.admin.wording import changes
from articles.clock import Clock
from articles.models import Article, Image, Kind, Status

LOGGED = {
    Kind.FIX: gettext_lazy("Published a fix."),
    Kind.UPDATE: gettext_lazy("Published an update."),
    Kind.CORRECTION: gettext_lazy("Published a correction."),
}


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
            return self.publish_chosen_kind(request, article)
        return self.ask_what_to_publish(request, article)

    def ask_what_to_publish(self, request, article, *, refusal="", kind="", note=""):
        is_live = article.status == Status.PUBLISHED and article.live is not None
        new = article.revisions.select_related("by").get(number=article.working)
        old = article.revisions.filter(number=article.live).first() if is_live else None
        suggestion = kinds.suggest(old.content, new.content) if old else None
        clock = Clock()
        context = self.admin_site.each_context(request) | {
            "title": _("Publish changes") if is_live else _("Publish"),
            "opts": self.opts,
            "article": article,
            "headline": new.content["headline"],
            "is_live": is_live,
            "new": new,
            "changes": list(changes(old, new)) if old else [],
            "suggestion": suggestion,
            "chosen": kind or (suggestion.kind if suggestion else Kind.FIX),
            "note": note,
            "refusal": refusal,
            "stops": list(stops(new.content)),
            "warnings": list(warnings(article, new.content)),
            "clock": clock,
            "now": clock.exact(timezone.now()),
        }
        return TemplateResponse(request, "admin/articles/article/publish.html", context)

    def publish_chosen_kind(self, request, article):
        told = request.POST
        kind, note = told.get("kind", Kind.FIRST), told.get("note", "").strip()
        started_from = int(told["started_from"]) if told.get("started_from", "").isdecimal() else -1
        try:
            if kind == Kind.FIX:
                publishing.fix(article, by=request.user, started_from=started_from)
            elif kind == Kind.UPDATE:
                note = told.get("news", "").strip()
                publishing.update(article, by=request.user, started_from=started_from, note=note)
            elif kind == Kind.CORRECTION:
                publishing.correct(article, by=request.user, started_from=started_from, text=note)
            else:
                publishing.publish(article, by=request.user, started_from=started_from)
        except publishing.NotAllowed:
            raise
        except publishing.Refused as refusal:
            article.refresh_from_db()
            sentence = str(refusal)
            if isinstance(refusal, publishing.Stale):
                sentence = _("Somebody saved meanwhile. Look again at what readers would get.")
            return self.ask_what_to_publish(
                request, article, refusal=sentence, kind=kind, note=note
            )
        self.log_change(request, article, str(LOGGED.get(kind, _("Published."))))
        self.message_user(request, self.what_was_done(article, kind), messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:articles_article_change", args=[article.pk]))

    def what_was_done(self, article, kind):
        """One sentence: what was published, and the line that readers see now."""
        if not article.is_public:
            sentence = _("Published under embargo. Readers see it from %(time)s.")
            return sentence % {"time": Clock().exact(article.visible_from)}
        link = format_html('<a href="{0}">{0}</a>', article.get_absolute_url())
        word = _("Updated") if article.is_updated else _("Published")
        told = f"{word} {Clock().words(article.changed_at)}"
        if kind == Kind.FIX:
            return format_html(
                _("Published the fix. The time readers see stays: {}. {}"), told, link
            )
        if kind == Kind.UPDATE:
            return format_html(_("Published the update. Readers see: {}. {}"), told, link)
        if kind == Kind.CORRECTION:
            return format_html(
                _("Published the correction. Readers see: {}, and the note. {}"), told, link
            )
        return format_html(_("Published. Readers see it now: {}"), link)


def stops(content):
    """What no publication may lack; the verb refuses the same."""
    if content["section"] is None:
        yield _("No section chosen.")
    picture = Image.objects.filter(code=content["lead_image"]).first()
    if picture and not picture.credit:
        yield _("The lead picture has no credit.")


def warnings(article, content):
    """What an editor would want to know first."""
    picture = Image.objects.filter(code=content["lead_image"]).first()
    if picture is None:
        yield _("No lead picture.")
    elif not picture.alt_text and not picture.is_decorative:
        yield _("The lead picture has no alt text.")
    if not content["standfirst"]:
        yield _("No standfirst.")
    if not content["topics"]:
        yield _("No topic.")
    if not content["byline"] and not content["agency"]:
        yield _("No byline.")
    if "TK" in content["headline"].split() or " TK " in f" {content['standfirst']} ":
        yield _("“TK” is left in the text.")
    if article.first_published_at and misleads(content):
        yield _("The address names a figure that the headline no longer has: %(address)s") % {
            "address": content["slug"]
        }


def misleads(content):
    """Whether the address has a number that the headline does not have."""
    told = set(slugs.slugify(content["headline"]).split("-"))
    return any(part.isdecimal() and part not in told for part in content["slug"].split("-"))
