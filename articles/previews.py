"""Verbs of preview links: a story is shown to people outside before readers see it.

Whoever may write a story may let others look at it, and take that back.
"""

from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from articles import publishing, richtext
from articles.models import UNPUBLISHED, PreviewAnswer, PreviewLink, Status
from articles.models.previews import ANSWERS_A_LINK

LONGEST = 30  # days that a link lasts


@transaction.atomic
def make(article, *, by, label, expires_at, limit=None, revision=None, **may):
    """Make an address that shows the story, or one version of it, to whoever knows it.

    `may` says what those people may do beside reading: `may_approve`, `may_comment`.
    """
    publishing.ask_to_write(article, by)
    publishing.expect(article, *UNPUBLISHED, Status.PUBLISHED)
    if expires_at <= timezone.now():
        raise publishing.Refused(_("That moment is over. Choose a later one."))
    if expires_at > timezone.now() + timedelta(days=LONGEST):
        raise publishing.Refused(_("A link lasts at most %(n)d days.") % {"n": LONGEST})
    label = richtext.printable(label).strip()
    if not label:
        raise publishing.Refused(_("Write down for whom it is."))
    publishing.adopt(article)
    link = PreviewLink(article=article, label=label, made_by=by, expires_at=expires_at)
    link.limit, link.revision = limit, revision
    link.may_approve, link.may_comment = (
        may.get("may_approve", False),
        may.get("may_comment", False),
    )
    if link.leads_to_the_story:
        raise publishing.Refused(_("Readers see all of it already. Send them the story."))
    link.save()
    return link


@transaction.atomic
def revoke(link, *, by):
    """Take a link back: from now on it shows nothing."""
    publishing.ask_to_write(link.article, by)
    PreviewLink.objects.filter(pk=link.pk, revoked_at=None).update(revoked_at=timezone.now())
    link.refresh_from_db(fields=["revoked_at"])


def let_in(link):
    """Count one opening, if there is one left: the row itself decides who got the last of them."""
    rows = PreviewLink.objects.valid().with_room().filter(pk=link.pk)
    return bool(rows.update(opened=F("opened") + 1))


@transaction.atomic
def answer(link, *, revision, name, comment="", is_approval=False):
    """Write down what somebody outside says of the version that they saw. Once is enough.

    Whoever made the link finds it in their inbox.
    """
    link = PreviewLink.objects.valid().select_for_update().filter(pk=link.pk).first()
    if link is None or not link.shows_something:
        raise publishing.Refused(_("This preview has ended."))
    name, comment = (richtext.printable(text) for text in (name, comment))
    name, comment = " ".join(name.split()), comment.strip()
    if not name:
        raise publishing.Refused(_("Write your name."))
    if is_approval and not link.may_approve:
        raise publishing.Refused(_("This link asks for no approval."))
    if comment and not link.may_comment:
        raise publishing.Refused(_("This link takes no comments."))
    if not is_approval and not comment:
        raise publishing.Refused(_("Write a comment."))
    said = {"revision": revision, "name": name, "comment": comment, "is_approval": is_approval}
    if known := link.answers.filter(**said).first():
        return known
    if link.answers.count() >= ANSWERS_A_LINK:
        raise publishing.Refused(
            _("This link takes no more answers. Write to whoever sent it to you.")
        )
    return PreviewAnswer.objects.create(link=link, **said)


def mark_read(answers, *, by):
    """Whoever made the links has seen what was said."""
    return answers.filter(link__made_by=by).unread().update(read_at=timezone.now())
