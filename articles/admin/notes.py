"""Notes on a story: the thread, in the rail of its form and on a page of its own."""

from django.contrib import messages
from django.db.models import Case, Q, When
from django.http import Http404, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _

from articles import notes, publishing, richtext, roles
from articles.admin.asked import asks_in_json, next_place, number_in
from articles.admin.scripts import refusal
from articles.admin.wording import initials_of, name_of, title_of
from articles.clock import Clock
from articles.models import Article, Mention

OFFERED = 8  # names while somebody types
LISTED = 200  # notes of one story; older ones are settled and gone from the page


class KeepsNotes:
    """For the ModelAdmin of stories: what colleagues say of one, and who is told."""

    def get_urls(self):
        page = self.admin_site.admin_view(self.notes_page)
        names = self.admin_site.admin_view(self.colleagues)
        return [
            path("<int:pk>/notes/", page, name="articles_article_notes"),
            path("colleagues/", names, name="articles_article_colleagues"),
            *super().get_urls(),
        ]

    def notes_page(self, request, pk):
        article = get_object_or_404(Article.objects.select_related("section"), pk=pk)
        notes.ask_to_note(article, request.user)
        if request.POST.get("user", str(request.user.pk)) != str(request.user.pk):
            return refusal(401, _("Somebody else has signed in."))
        if request.method != "POST":
            notes.mark_read(Mention.objects.filter(note__article=article), by=request.user)
            return self.show_notes(request, article)
        refused = ""
        try:
            sentence = self.do_with_notes(request, article)
        except publishing.NotAllowed:
            raise
        except publishing.Refused as sentence_of_it:
            refused = str(sentence_of_it)
        if asks_in_json(request):
            if refused:
                return refusal(422, refused)
            context = {"notes": thread(article), "article": article, "clock": Clock()}
            html = render_to_string("admin/articles/article/thread.html", context)
            return JsonResponse({"thread": html, "sentence": sentence})
        if refused:
            return self.show_notes(request, article, refusal=refused)
        messages.success(request, sentence)
        here = reverse("admin:articles_article_notes", args=[pk])
        return HttpResponseRedirect(next_place(request) or here)

    def do_with_notes(self, request, article):
        told = request.POST
        is_about_one = told.keys() & {"note", "_settle", "_reopen"}
        about = self.note_of(article, told.get("note")) if is_about_one else None
        if "_settle" in told:
            notes.settle(about, by=request.user)
            return _("Settled.")
        if "_reopen" in told:
            notes.reopen(about, by=request.user)
            return _("Taken up again.")
        note = notes.write(
            article,
            told.get("text", ""),
            by=request.user,
            answers=about,
            field=told.get("field", ""),
            quoted=told.get("quoted", ""),
        )
        names = [name_of(mention.user) for mention in note.mentions.select_related("user")]
        if names:
            return _("Noted. Told: %(names)s.") % {"names": ", ".join(names)}
        return _("Noted.")

    def note_of(self, article, number):
        found = article.notes.select_related("article", "by").filter(pk=number_in(number)).first()
        if found is None:
            raise Http404
        return found

    def show_notes(self, request, article, *, refusal=""):
        context = self.admin_site.each_context(request) | {
            "title": _("Notes"),
            "opts": self.opts,
            "article": article,
            "notes": thread(article),
            "clock": Clock(),
            "refusal": refusal,
            "typed": richtext.printable(request.POST.get("text", "")),
            "answering": number_in(request.POST.get("note", "")),
        }
        return TemplateResponse(request, "admin/articles/article/notes_page.html", context)

    def colleagues(self, request):
        """People of the desk whose name begins so, for whoever types an @."""
        if not self.has_view_permission(request):
            raise publishing.NotAllowed(_("You may not see stories."))
        words = richtext.printable(request.GET.get("q", "")).strip()[:100]
        like = Q()
        for word in words.split():
            like &= (
                Q(username__istartswith=word)
                | Q(first_name__istartswith=word)
                | Q(last_name__istartswith=word)
            )
        first = words.split()[0] if words else ""
        nearest = Case(
            When(first_name__istartswith=first, then=0),
            When(last_name__istartswith=first, then=1),
            default=2,
        )
        found = roles.colleagues().filter(like)
        found = found.order_by(nearest, "first_name", "last_name", "username")
        people = [(name_of(person), person.get_username()) for person in found[:OFFERED]]
        people = [
            {"name": name, "username": username, "initials": initials_of(name)}
            for name, username in people
        ]
        return JsonResponse({"people": people})

    def render_change_form(self, request, context, *args, **kwargs):
        article = kwargs.get("obj")
        if article is not None:
            context["notes"] = thread(article)
        return super().render_change_form(request, context, *args, **kwargs)


def thread(article):
    """The notes of a story, oldest first, each with the place that it is about."""
    newest = article.notes.select_related("by", "settled_by", "answers__by").order_by("-at", "-pk")
    found = list(newest[:LISTED])[::-1]
    for note in found:
        note.place = title_of(note.field) if note.field else ""
        note.writer, note.settler = name_of(note.by), name_of(note.settled_by)
    return found
