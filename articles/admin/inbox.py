"""What somebody of the desk is told of.

Notes that name them or answer theirs, assignments, and what people outside said of a preview.
"""

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from articles import assignments, notes, previews, publishing
from articles.admin.asked import number_in
from articles.admin.wording import name_of
from articles.clock import Clock
from articles.models import Article, Assignment, Mention, PreviewAnswer

LISTED = 50  # notes on a page
ANSWERS = 10  # of people outside that were read; the others stand with their links
NEWEST = 5  # beside the board


@dataclass
class Entry:
    """One line of the inbox beside the board."""

    article: Article
    at: datetime
    time: str
    who: str
    text: str
    is_unread: bool
    address: str


def told_of(user):
    """The notes that somebody is told of and may read, newest first."""
    found = Mention.objects.filter(readable(user, "note__article__"), user=user)
    return found.select_related("note__article__section", "note__by", "note__answers").order_by(
        "-pk"
    )


def assigned_to(user):
    """What somebody is to do, the earliest first; without a time last."""
    found = Assignment.objects.open().filter(readable(user, "article__"), to=user)
    return found.select_related("article__section", "by").order_by("due_at", "pk")


def answers_to(user):
    """What people outside said through the links that somebody made, newest first."""
    found = PreviewAnswer.objects.filter(readable(user, "link__article__"), link__made_by=user)
    found = found.select_related("link__article__section", "revision")
    return found.defer("revision__content").order_by("-pk")


def readable(user, prefix):
    may = user.has_perm("articles.kill_article")
    return Q() if may else Q(**{f"{prefix}is_killed": False})


def unread(user):
    """How much of it somebody has not opened yet: one question, on every page of the desk."""
    mentions = told_of(user).unread().order_by().values("pk")
    given = assigned_to(user).filter(read_at=None).order_by().values("pk")
    answers = answers_to(user).unread().order_by().values("pk")
    return mentions.union(given, answers, all=True).count()


def newest(user):
    """What the board shows of the inbox."""
    clock = Clock()
    found = [
        Entry(
            mention.note.article,
            mention.note.at,
            clock.brief(mention.note.at),
            name_of(mention.note.by),
            mention.note.text,
            mention.read_at is None,
            reverse("admin:inbox_note", args=[mention.pk]),
        )
        for mention in told_of(user)[:NEWEST]
    ]
    given = assigned_to(user).order_by("-made_at", "-pk")
    found += [
        Entry(
            each.article,
            each.made_at,
            clock.brief(each.made_at),
            name_of(each.by),
            each.what or _("Assigned to you"),
            each.read_at is None,
            reverse("admin:inbox_assignment", args=[each.pk]),
        )
        for each in given[:NEWEST]
        if each.by_id != user.pk
    ]
    found += [
        Entry(
            answer.link.article,
            answer.at,
            clock.brief(answer.at),
            answer.name,
            answer.comment or _("Approved by %(who)s") % {"who": answer.name},
            answer.read_at is None,
            reverse("admin:inbox_answer", args=[answer.pk]),
        )
        for answer in answers_to(user)[:NEWEST]
    ]
    return sorted(found, key=lambda entry: entry.at, reverse=True)[:NEWEST]


def inbox(request, site):
    """The page. Posted to, it says that what it showed has been read."""
    ask_for_desk(request.user)
    if request.method == "POST":
        with transaction.atomic():
            shown = numbers_in(request.POST.getlist("mention"))
            notes.mark_read(Mention.objects.filter(pk__in=shown), by=request.user)
            shown = numbers_in(request.POST.getlist("assignment"))
            assignments.mark_read(Assignment.objects.filter(pk__in=shown), by=request.user)
            shown = numbers_in(request.POST.getlist("answer"))
            previews.mark_read(PreviewAnswer.objects.filter(pk__in=shown), by=request.user)
        is_more = unread(request.user)
        told = _("Read. There is more that you have not seen.") if is_more else _("All read.")
        messages.success(request, told)
        return HttpResponseRedirect(reverse("admin:inbox"))
    mentions = told_of(request.user)
    read = mentions.exclude(read_at=None)
    if before := number_in(request.GET.get("before")):
        read = read.filter(pk__lt=before)
    read = list(read[: LISTED + 1])
    new = mentions.unread()
    if unread_before := number_in(request.GET.get("unread")):
        new = new.filter(pk__lt=unread_before)
    new = [] if before else list(new[: LISTED + 1])
    is_first = not before and not unread_before
    answers = answers_to(request.user)
    new_answers = list(answers.unread()[:LISTED]) if is_first else []
    for mention in new + read:
        mention.writer = name_of(mention.note.by)
    context = site.each_context(request) | {
        "title": _("Inbox"),
        "new": new[:LISTED],
        "older_new": new[LISTED - 1].pk if len(new) > LISTED else None,
        "earlier": read[:LISTED],
        "older": read[LISTED - 1].pk if len(read) > LISTED else None,
        "assigned": list(assigned_to(request.user)[:LISTED]) if is_first else [],
        "new_answers": new_answers,
        "shown": len(new[:LISTED]) + len(new_answers),
        "answers": list(answers.exclude(read_at=None)[:ANSWERS]) if is_first else [],
        "clock": Clock(),
    }
    return TemplateResponse(request, "admin/inbox.html", context)


def numbers_in(texts):
    return {number for text in texts[: 2 * LISTED] if (number := number_in(text)) is not None}


def open_note(request, pk):
    """To a note on its story. Whoever comes there has read it."""
    ask_for_desk(request.user)
    mention = get_object_or_404(told_of(request.user), pk=pk)
    notes.mark_read(Mention.objects.filter(pk=pk), by=request.user)
    story = reverse("admin:articles_article_notes", args=[mention.note.article_id])
    return HttpResponseRedirect(f"{story}#note-{mention.note_id}")


def open_assignment(request, pk):
    """To the story that somebody is assigned. Whoever comes there knows of it."""
    ask_for_desk(request.user)
    given = get_object_or_404(assigned_to(request.user), pk=pk)
    assignments.mark_read(Assignment.objects.filter(pk=pk), by=request.user)
    return HttpResponseRedirect(reverse("admin:articles_article_change", args=[given.article_id]))


def open_answer(request, pk):
    """To the links of the story that somebody outside answered, or to the story itself for whoever
    may no longer show it.
    """
    ask_for_desk(request.user)
    answer = get_object_or_404(answers_to(request.user), pk=pk)
    previews.mark_read(PreviewAnswer.objects.filter(pk=pk), by=request.user)
    article = answer.link.article
    if not publishing.may_write(article, request.user):
        return HttpResponseRedirect(reverse("admin:articles_article_change", args=[article.pk]))
    links = reverse("admin:articles_article_previews", args=[article.pk])
    return HttpResponseRedirect(f"{links}#answer-{pk}")


def ask_for_desk(user):
    if not user.has_perm("articles.view_article"):
        raise PermissionDenied(_("You may not see stories, so nobody can tell you of them."))
