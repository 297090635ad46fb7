"""What happens to a published story at a moment to come: an update, say, or its withdrawal.

The words wait as a revision. When their moment comes they are put together with whatever readers
see by then: places that changed on one side only fit; the same place changed on both needs a look,
and nothing is published. The row of the waiting publication decides that it is carried out once,
however many workers see it; their queue only wakes them in time.
"""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks import task

from articles import merging, publishing, words
from articles.clock import Clock
from articles.models import PUBLICATIONS, Article, Kind, Revision, ScheduledPublication, Status
from articles.publishing import Refused

State = ScheduledPublication.State
THIN_OUT_AFTER = timedelta(days=1)  # until then every autosave can be brought back


@publishing.verb
def schedule(article, changes, *, by, started_from, at, kind, note=""):
    """Let words reach the readers of a story at a moment to come.

    The desk goes back to the words that readers have, so that the story can be mended meanwhile.
    A story that no reader has seen is published with `publishing.publish(…, at=…)`.
    """
    publishing.expect_to_come(at)
    if kind not in PUBLICATIONS:
        raise Refused(_("Choose what kind of change it is."))
    story = publishing.begin(article, by, started_from, ask=publishing.ask_to_publish)
    publishing.expect(story, Status.WITHDRAWN if kind == Kind.FIRST else Status.PUBLISHED)
    if story.is_waiting:
        raise Refused(_("No reader has seen this story yet. Choose another moment for it."))
    if kind == Kind.CORRECTION and not note.strip():
        raise Refused(_("A correction needs its note."))
    content = publishing.lay(story, changes)
    publishing.ask_to_move(story, content["section"], by)
    words.fill(story, content)
    publishing.refuse_what_stops(story, content, kind, is_seen=story.status == Status.PUBLISHED)
    story = Article.objects.get(pk=story.pk)
    base = story.revisions.filter(number=story.live).first() if kind != Kind.FIRST else None
    revision = publishing.put_aside(
        story, Kind.SCHEDULED, content, by=by, started_from=started_from, note=note
    )
    Article.objects.filter(pk=story.pk).update(working=base.number if base else story.version)
    waiting = ScheduledPublication.objects.create(
        article=story, kind=kind, at=at, note=note.strip(), revision=revision, base=base, by=by
    )
    wake(waiting)
    return waiting


@publishing.verb
def schedule_withdrawal(article, changes, *, by, started_from, at, reason=""):
    """Take a story from readers at a moment to come."""
    publishing.ask_to_publish(article, by)
    publishing.expect_to_come(at)
    publishing.expect(article, Status.PUBLISHED)
    if article.visible_from >= at:
        raise Refused(_("No reader would ever see it. Take it off the schedule instead."))
    Article.objects.select_for_update().get(pk=article.pk)  # one after the other
    if article.scheduled.waiting().filter(kind=Kind.WITHDRAWAL).exists():
        raise Refused(_("Its withdrawal is set already. Choose another moment there."))
    waiting = ScheduledPublication.objects.create(
        article=article, kind=Kind.WITHDRAWAL, at=at, note=reason.strip(), by=by
    )
    wake(waiting)
    return waiting


@transaction.atomic
def move(waiting, *, by, at):
    """Choose another moment for what waits, or for what missed its own."""
    publishing.ask_to_publish(waiting.article, by)
    publishing.expect_to_come(at)
    change(waiting, at=at, state=State.WAITING, problem="")
    article = Article.objects.get(pk=waiting.article_id)
    if live := article.revisions.filter(number=article.live).first():
        publishing.keep_in_step(article, live.content)
    waiting.refresh_from_db()
    wake(waiting)


@transaction.atomic
def cancel(waiting, *, by):
    """Take it off the schedule. Its words stay in History."""
    publishing.ask_to_publish(waiting.article, by)
    change(waiting, state=State.CANCELLED)


@transaction.atomic
def apply_now(waiting, *, by):
    """Carry it out before its moment, or after it was mended."""
    publishing.ask_to_publish(waiting.article, by)
    change(waiting, state=State.WAITING, by=by)  # nobody comes between this and the next line
    return apply(waiting.pk, at_once=True)


@transaction.atomic
def settle(waiting, *, by):
    """Say that what needed a look after it was done has been looked at."""
    publishing.ask_to_publish(waiting.article, by)
    ScheduledPublication.objects.filter(pk=waiting.pk, state=State.DONE).update(problem="")
    if waiting.result:  # the next number is the draft that clashed with it
        waiting.article.revisions.filter(number=waiting.result.number + 1).settle()


def take_off_what_says(article, content, *, by):
    """What needed a look has been put together with the desk's text: it waits no longer.

    Returns whether there was any.
    """
    pending = article.scheduled.filter(state=State.LOOK).exclude(revision=None)
    settled = [row for row in pending.select_related("revision") if row.revision.content == content]
    for waiting in settled:
        cancel(waiting, by=by)
    return bool(settled)


def change(waiting, **fields):
    """Change what waits, unless it has happened: the row itself decides."""
    rows = ScheduledPublication.objects.filter(pk=waiting.pk)
    if not rows.filter(state__in=[State.WAITING, State.LOOK]).update(**fields):
        raise Refused(_("It has happened already, or was taken off."))


@transaction.atomic
def take_to_desk(waiting, *, by):
    """Bring words that waited back to the desk, and take them off the schedule.

    Returns the revision that the desk has open now; or, if both changed the same places, one that
    a person has to put together with what the desk has. Until that is done it needs a look.
    """
    cancel(waiting, by=by)
    article = Article.objects.get(pk=waiting.article_id)
    base, mine = waiting.base or waiting.revision, waiting.revision.content
    theirs = words.working(article)
    merge = merging.merge(base.content, theirs, mine)
    if merge.clashes:
        rows = ScheduledPublication.objects.filter(pk=waiting.pk)
        rows.update(state=State.LOOK, problem=publishing.clash_of(waiting))
        return publishing.keep(article, mine, by=by, started_from=base.number)
    return lay_on_the_desk(article, merge.words, waiting, kind=Kind.RESTORE, by=by)


@task(queue_name="due")
def carry_out(pk):
    """Do what waits, if its moment has come and nobody else was faster."""
    apply(pk)


@task
def thin_out_autosaves():
    """Let go of what autosaves of more than a day ago said, where later versions say it."""
    return Revision.objects.all().thin_out(timezone.now() - THIN_OUT_AFTER)


def wake(waiting):
    carry_out.using(run_after=waiting.at).enqueue(waiting.pk)


def apply_due():
    """Do all that is due. What was missed, while no worker was there or because one died, too."""
    due = ScheduledPublication.objects.due().values_list("pk", flat=True)
    return [pk for pk in list(due) if apply(pk)]


def apply(pk, *, at_once=False):
    """Carry out one scheduled publication, once. Returns it, or nothing if it was not the time.

    All in one transaction: a process that dies in the middle leaves it waiting for the next one.
    """
    with transaction.atomic():
        now = timezone.now()
        rows = ScheduledPublication.objects.filter(pk=pk, state=State.WAITING)
        rows = rows if at_once else rows.filter(at__lte=now)
        if not rows.update(state=State.DONE, done_at=now):
            return None
        waiting = ScheduledPublication.objects.select_related("revision", "base", "by").get(pk=pk)
        try:
            with transaction.atomic():
                waiting.result, waiting.problem = do(waiting)
        except Refused as refusal:
            waiting.state, waiting.done_at, waiting.problem = State.LOOK, None, why_not(refusal)
        waiting.save(update_fields=["state", "done_at", "problem", "result"])
    return waiting


def why_not(refusal):
    """A refusal in the words of whoever comes to look at it later."""
    if isinstance(refusal, publishing.Stopped):
        return _("Its time came, and a rule stopped it: %(sentence)s") % {"sentence": refusal}
    return str(refusal)


def do(waiting):
    """What the kind asks for. Returns the revision it made, and what needs a look, if anything."""
    # Held until the end, so that nobody saves between what is compared here and what is written.
    article = Article.objects.select_for_update().get(pk=waiting.article_id)
    if waiting.kind == Kind.WITHDRAWAL:
        return publishing.withdraw(article, by=waiting.by, reason=waiting.note), ""
    before = article.revisions.get(number=article.live) if waiting.base else waiting.revision
    draft = article.revisions.get(number=article.working)
    merge = merging.merge(
        (waiting.base or before).content, before.content, waiting.revision.content
    )
    if merge.clashes:
        raise Refused(publishing.clash_of(waiting))
    told = {"by": waiting.by, "started_from": article.working}
    if waiting.kind == Kind.FIRST:
        revision = publishing.publish(article, merge.words, **told)
    elif waiting.kind == Kind.CORRECTION:
        publishing.correct(article, merge.words, text=waiting.note, **told)
        revision = article.revisions.get(number=article.live)
    elif waiting.kind == Kind.UPDATE:
        revision = publishing.update(article, merge.words, note=waiting.note, **told)
    else:
        revision = publishing.fix(article, merge.words, **told)
    if draft.content == before.content:
        return revision, ""
    return revision, keep_draft(article, before, draft, waiting)


def keep_draft(article, before, draft, waiting):
    """Lay a draft, begun on what readers saw before, on what they see now; else say it clashes."""
    merge = merging.merge(before.content, words.working(article), draft.content)
    if merge.clashes:
        publishing.keep(article, draft.content, by=draft.by, started_from=before.number)
        return _("It was published. A draft of the story changes the same places.")
    if merge.words != words.working(article):
        lay_on_the_desk(article, merge.words, waiting, kind=Kind.DRAFT, by=draft.by)
    return ""


def lay_on_the_desk(article, content, waiting, *, kind, by):
    """Make these words the working copy, and note which moment they have to do with."""
    story = publishing.begin(article, None, article.working)
    note = _("Set for %(moment)s") % {"moment": Clock().exact(waiting.at)}
    content = publishing.lay(story, content)
    return publishing.record(story, kind, content, by=by, started_from=article.working, note=note)
