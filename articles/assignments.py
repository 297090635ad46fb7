"""Who is to do what with a story, and by when.

A story that is assigned to somebody is theirs until that is done: they may change it as if they had
made it.
"""

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from articles import publishing, richtext, roles
from articles.models import Article, Assignment
from articles.publishing import NotAllowed, Refused

LONGEST = Assignment._meta.get_field("what").max_length


@transaction.atomic
def begin(changes, *, to, by, what="", due_at=None):
    """Make a draft for a story that is still to be written, and say who writes it."""
    article = Article()
    publishing.save_draft(article, changes, by=by)
    return assign(article, to=to, by=by, what=what, due_at=due_at)


@transaction.atomic
def assign(article, *, to, by, what="", due_at=None):
    """Say who is to do something with a story. Whoever may change it may say so."""
    publishing.ask_to_write(article, by)
    ask_for_colleague(article, to)
    what = " ".join(richtext.printable(what).split())
    if len(what) > LONGEST:
        raise Refused(_("Say it in at most %(n)d characters.") % {"n": LONGEST})
    if due_at is not None and due_at <= timezone.now():
        raise Refused(_("That moment is over. Choose a later one."))
    now = timezone.now()
    try:
        with transaction.atomic():
            return Assignment.objects.create(
                article=article,
                to=to,
                what=what,
                due_at=due_at,
                by=by,
                made_at=now,
                read_at=now if to == by else None,
            )
    except IntegrityError:
        raise Refused(_("%(name)s has this story already.") % {"name": roles.called(to)}) from None


def take(article, *, by, what="", due_at=None):
    """Say that one does it oneself."""
    return assign(article, to=by, by=by, what=what, due_at=due_at)


@transaction.atomic
def hand_over(assignment, *, to, by):
    """Give what somebody was to do to somebody else."""
    ask_to_change(assignment, by)
    ask_for_colleague(assignment.article, to)
    read_at = timezone.now() if to == by else None
    try:
        with transaction.atomic():
            change(assignment, to=to, by=by, read_at=read_at)
    except IntegrityError:
        raise Refused(_("%(name)s has this story already.") % {"name": roles.called(to)}) from None


@transaction.atomic
def done(assignment, *, by):
    """Say that it is done."""
    ask_to_change(assignment, by)
    change(assignment, done_at=timezone.now())


@transaction.atomic
def drop(assignment, *, by):
    """Say that nobody needs to do it."""
    ask_to_change(assignment, by)
    if not Assignment.objects.open().filter(pk=assignment.pk).delete()[0]:
        raise over()


def mark_read(assignments, *, by):
    """Whoever is to do it has seen it."""
    return assignments.filter(to=by, read_at=None).update(read_at=timezone.now())


def change(assignment, **fields):
    """Change what is still to be done: the row itself decides."""
    if not Assignment.objects.open().filter(pk=assignment.pk).update(**fields):
        raise over()
    assignment.refresh_from_db()


def over():
    return Refused(_("That is done already, or was dropped."))


def ask_to_change(assignment, by):
    """Whoever is to do it decides, and whoever may change the story."""
    publishing.ask_for("view_article", by, _("You may not see stories."))
    publishing.ask_to_read(assignment.article, by)
    if by is None or assignment.to != by:
        publishing.ask_to_write(assignment.article, by)


def ask_for_colleague(article, person):
    if not roles.colleagues().filter(pk=person.pk).exists():
        raise Refused(_("%(name)s does not work at the desk.") % {"name": roles.called(person)})
    if not publishing.may_read(article, person):
        raise NotAllowed(_("%(name)s may not read this story.") % {"name": roles.called(person)})
