"""Words are kept while they are written."""

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.http import JsonResponse
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles import checks, codes, publishing, richtext
from articles.admin.scripts import in_json, refusal
from articles.admin.widgets import SENTENCES as OF_THE_FIELDS
from articles.admin.wording import name_of
from articles.models import Article, Status

NOT_TOLD = -1  # a save that does not say what it started from counts as an old one
NEW_STORY = Signer(salt="articles.new-story")
SENTENCES = {
    "not_yet": gettext_lazy("Not saved yet …"),
    "no_headline": gettext_lazy("Not saved yet: there is no headline."),
    "saving": gettext_lazy("Saving …"),
    "saved": gettext_lazy("Saved %(time)s"),
    "saved_but": gettext_lazy("Saved %(time)s, but not %(fields)s"),
    "offline": gettext_lazy("Offline. Kept in this browser until %(time)s"),
    "unreachable": gettext_lazy(
        "Could not reach the desk. Your text is kept in this browser and will be sent."
    ),
    "not_kept": gettext_lazy("Not saved. This browser keeps nothing: do not close the page."),
    "signed_out": gettext_lazy("Signed out. Kept in this browser."),
    "other_person": gettext_lazy("Somebody else has signed in. Kept in this browser."),
    "sign_in": gettext_lazy("Sign in"),
    "refused": gettext_lazy("%(sentence)s Kept in this browser."),
    "somebody": gettext_lazy("Someone else saved."),
    "colleague": gettext_lazy("%(name)s saved."),
    "yourself": gettext_lazy("You saved in another window."),
    "together": gettext_lazy("Put the two together"),
    "show": gettext_lazy("Show it"),
    "came_back": gettext_lazy(
        "Words of %(time)s were waiting in this browser. They are saved now."
    ),
    "waiting": gettext_lazy("Words of %(time)s are waiting in this browser. %(sentence)s"),
    "copy": gettext_lazy("Copy them"),
    "reading": gettext_lazy("%(name)s is reading"),
    "writing": gettext_lazy("%(name)s is in %(field)s"),
    "own_window": gettext_lazy("You, in another window"),
    "here": gettext_lazy("%(name)s is here"),
}


class SavesByItself:
    """For the ModelAdmin of stories: the addresses that the form sends its words to."""

    def get_urls(self):
        return [
            path("autosave/", self.autosave, name="articles_article_autosave_new"),
            path("<int:pk>/autosave/", self.autosave, name="articles_article_autosave"),
            *super().get_urls(),
        ]

    @in_json
    def autosave(self, request, pk=None):
        """The fields of the form, or some of them. What one field lacks does not stop the others.

        A new story is made by the first of them. Its code came with the page, so that a save whose
        answer was lost makes no second story. Whoever pressed Save draft gets a version that stays.
        """
        article = self.meant(request, pk)
        known = article if article.pk else None
        form = self.get_form(request, known, change=known is not None)(
            request.POST, instance=self.get_object(request, str(article.pk)) if known else None
        )
        form.is_valid()
        changes = {name: value for name, value in form.words().items() if name in request.POST}
        left_out = self.left_out(request, form, article, changes)
        if not article.pk and not changes.get("headline"):
            raise publishing.Refused(_("There is no headline."))
        started_from = form.cleaned_data.get("started_from")
        if pk is not None and started_from is None:
            started_from = NOT_TOLD
        is_new, version = article.pk is None, article.version
        try:
            revision = publishing.autosave(
                article,
                changes,
                by=request.user,
                started_from=started_from or 0,
                is_asked_for="_save_draft" in request.POST,
            )
        except publishing.Stale as stale:
            return self.somebody_was_faster(request, stale, list(left_out))
        if is_new:
            self.log_addition(request, article, _("Begun."))
        return JsonResponse(
            {
                "number": revision.number,
                "is_new": revision.number > version,
                "is_working": revision.number == article.working,
                "time": to_the_second(revision.at),
                "words": richtext.word_count(revision.content["body"]),
                "slug": revision.content["slug"],
                "state": self.state(article),
                "left_out": [
                    {"field": name, "title": str(form.fields[name].label), "why": why}
                    for name, why in left_out.items()
                ],
                "pages": pages_of(article),
                "checks": self.found(revision.content, article),
            }
        )

    def found(self, content, article):
        """What the rules say of the words, as the form lists it."""
        told = {"checks": checks.overview(content, article), "acts": True}
        return render_to_string("admin/articles/article/findings.html", told)

    def meant(self, request, pk):
        """The story that the words belong to; for a new one, whatever has its code by now."""
        if pk is not None:
            found = Article.objects.filter(pk=pk).first()
            if found is None:
                raise publishing.Refused(_("Somebody has deleted this story."))
            if not found.working:
                publishing.adopt(found)
            return found
        try:
            code = NEW_STORY.unsign(request.POST.get("code", ""))
        except BadSignature:
            return Article()
        made = Article.objects.filter(code=code, created_by=request.user).first()
        return made or Article(code=code)

    def left_out(self, request, form, article, changes):
        """What cannot be saved, by field, and why. It is taken out of the changes."""
        why = {
            name: " ".join(errors) for name, errors in form.errors.items() if name in request.POST
        }
        if "translation_of" in form.changed_data and "translation_of" in request.POST:
            why.setdefault("translation_of", _("It is linked once you press Save draft."))
        if "translation_of" in form.errors and "language" in form.changed_data:
            why["language"] = " ".join(form.errors["translation_of"])
        section = changes.get("section")
        if "section" in changes and section is None:
            if article.status in {Status.PUBLISHED, Status.WITHDRAWN}:
                why["section"] = _("No section chosen.")
        elif section not in {None, article.section_id}:
            try:
                publishing.ask_for_section(section, request.user)
            except publishing.NotAllowed as no:
                why["section"] = str(no)
        for name in why:
            changes.pop(name, None)
        return {name: sentence for name, sentence in why.items() if name in form.fields}

    def somebody_was_faster(self, request, stale, left_out):
        kept = stale.kept
        if kept is None:  # nothing of it could be kept, so nothing is lost that is not in the form
            raise stale
        newest = kept.article.revisions.light().filter(number=kept.article.working).first()
        by = newest.by if newest else None
        return refusal(
            409,
            str(stale),
            who=name_of(by) if by else "",
            is_own=by == request.user,
            left_out=left_out,
            address=self.address_together(kept),
        )


def of_the_form(request, article):
    """What the scripts of the form have to know."""
    known = article is not None
    return {
        "user": request.user.pk,
        "working": article.working if known else 0,
        "code": "" if known else NEW_STORY.sign(codes.mint()),
        "zone": timezone.get_current_timezone_name(),
        "after": settings.AUTOSAVE_AFTER * 1000,
        "at_the_latest": settings.AUTOSAVE_AT_THE_LATEST * 1000,
        "presence_every": settings.PRESENCE_EVERY * 1000,
        "login": reverse("admin:login"),
        "pages": pages_of(article) if known else {"autosave": reverse(f"{PAGES}_autosave_new")},
        "sentences": {n: str(sentence) for n, sentence in (SENTENCES | OF_THE_FIELDS).items()},
    }


PAGES = "admin:articles_article"


def pages_of(article):
    return {
        "story": article.pk,
        **{
            page: reverse(f"{PAGES}_{page}", args=[article.pk])
            for page in ("change", "autosave", "presence", "preview")
        },
    }


def to_the_second(moment):
    """The time of day; of another day, its date."""
    moment = timezone.localtime(moment)
    is_today = moment.date() == timezone.localdate()
    return f"{moment:%H:%M:%S}" if is_today else date_format(moment, "j F Y")
