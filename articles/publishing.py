"""What journalists do with a story.

Each verb is one function and one transaction, and asks for the right itself.
"""

import uuid

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from articles import search, slugs
from articles.models import Article, Correction, Status


class Refused(Exception):  # noqa: N818
    """A verb that does not fit the state of the story. Its text is for the editor."""


class NotAllowed(Refused, PermissionDenied):
    """A verb that this person has no right to."""


class Stale(Refused):
    """Somebody saved the story after this editor opened it."""


@transaction.atomic
def save_draft(article, *, by):
    """Keep the words of a story that readers do not see."""
    ask_to_write(article, by)
    if article.status == Status.PUBLISHED:
        raise Refused(_("This story is before readers. Publish a fix or an update."))
    write(article, by)


@transaction.atomic
def submit(article, *, by):
    """Hand a draft over for review."""
    ask_to_write(article, by)
    expect(article, Status.DRAFT, Status.WITHDRAWN, Status.REVIEW)
    article.status = Status.REVIEW
    write(article, by)


@transaction.atomic
def publish(article, *, by):
    """Put a story before readers. The moment of its first publication is set once, for ever."""
    ask_to_publish(article, by)
    expect(article, Status.DRAFT, Status.REVIEW, Status.WITHDRAWN)
    if article.section is None:
        raise Refused(_("No section chosen."))
    if article.lead_image and not article.lead_image.credit:
        raise Refused(_("The lead picture has no credit."))
    if article.first_published_at is None or article.first_published_at > timezone.now():
        come_out(article)
    article.status = Status.PUBLISHED
    write(article, by)
    search.index(article)


@transaction.atomic
def update(article, *, by):
    """Publish news in a story that is out: the time that readers see moves to now."""
    ask_to_publish(article, by)
    expect(article, Status.PUBLISHED)
    if article.first_published_at > timezone.now():
        come_out(article)
    else:
        refuse_to_hide(article)
        article.updated_at = timezone.now()
    write(article, by)
    search.index(article)


@transaction.atomic
def fix(article, *, by):
    """Publish spelling, a broken link or style: no time that readers see moves."""
    ask_to_publish(article, by)
    expect(article, Status.PUBLISHED)
    if article.first_published_at > timezone.now():
        come_out(article)
    else:
        refuse_to_hide(article)
        told = Article.objects.values_list("updated_at", flat=True)
        article.updated_at = told.get(pk=article.pk)
    write(article, by)
    search.index(article)


@transaction.atomic
def correct(article, *, text, by, kind=Correction.Kind.CORRECTION):
    """Tell readers what was wrong and what is right; the time that they see moves to now."""
    if not text.strip():
        raise Refused(_("A correction needs its note."))
    if article.status == Status.PUBLISHED and article.first_published_at > timezone.now():
        raise Refused(_("No reader has seen this story yet. Change it without a note."))
    update(article, by=by)
    return Correction.objects.create(
        article=article, kind=kind, text=text.strip(), made_at=article.updated_at
    )


@transaction.atomic
def withdraw(article, *, by):
    """Take a story from readers. Its address says so; its words stay at the desk.

    One that was still under embargo is a draft again, as if it had never been published: no reader
    has seen it.
    """
    ask_to_publish(article, by)
    expect(article, Status.PUBLISHED)
    if article.first_published_at > timezone.now():
        article.status, article.first_published_at = Status.DRAFT, None
    else:
        article.status = Status.WITHDRAWN
    write(article, by)


@transaction.atomic
def link_translations(article, other, *, by):
    """Say that a story tells in its language what another tells in its own.

    Readers learn of it once both are out, so it takes no right to change the other one.
    """
    ask_to_write(article, by)
    alone = Article.objects.filter(pk=other.pk, translation_group=None)
    alone.update(translation_group=uuid.uuid4())
    other.refresh_from_db(fields=["translation_group"])
    article.translation_group = other.translation_group
    try:
        with transaction.atomic():
            article.save(update_fields=["translation_group"])
    except IntegrityError:
        raise Refused(_("That story is already told in this language.")) from None


def may_write(article, by):
    """Whether this person may change these words. `None` is the newsroom itself."""
    if by is None:
        return True
    if article.pk is None:
        return by.has_perm("articles.add_article")
    if not by.has_perm("articles.change_article"):
        return False
    if by.has_perm("articles.change_any_article"):
        return True
    return article.status in {Status.DRAFT, Status.REVIEW} and (
        article.created_by_id == by.pk or article.bylines.filter(author__user=by).exists()
    )


def ask_to_write(article, by):
    if not may_write(article, by):
        raise NotAllowed(_("You may change your own drafts. Ask an editor about this story."))


def ask_to_publish(article, by):
    if by is not None and not by.has_perm("articles.publish_article"):
        raise NotAllowed(_("You may write but not publish. Send it to review."))
    ask_to_write(article, by)


def expect(article, *statuses):
    """Refuse a verb that the state of the story does not allow, by what the database says of it."""
    status = (
        Article.objects.filter(pk=article.pk).values_list("status", flat=True).first()
        or article.status
    )
    if status not in statuses:
        raise Refused(
            _("“%(headline)s” is %(state)s; that cannot be done now.")
            % {"headline": article.headline, "state": Status(status).label.lower()}
        )


def refuse_to_hide(article):
    """An embargo keeps what is not out yet. What readers have seen can only be withdrawn."""
    if article.embargoed_until and article.embargoed_until > timezone.now():
        raise Refused(
            _("Readers have this story already; an embargo cannot hide it. Withdraw it instead.")
        )


def follow_headline(article):
    """Until a story is out its address follows its headline, unless somebody chose another."""
    before = Article.objects.filter(pk=article.pk).values("headline", "slug").first()
    if before and article.slug == before["slug"] == slugs.slugify(before["headline"]):
        article.slug = slugs.slugify(article.headline)


def come_out(article):
    """Set the moment at which readers first see a story: now, or when its embargo ends."""
    follow_headline(article)
    now = timezone.now()
    article.first_published_at = article.updated_at = max(now, article.embargoed_until or now)


def write(article, by):
    """Save the row, if it is still the version that the writer started from."""
    article.saved_at, article.saved_by = timezone.now(), by
    if article.first_published_at is None:
        follow_headline(article)
    if article.pk is None:
        article.created_by = article.created_by or by
        article.save()
        return
    claim = Article.objects.filter(pk=article.pk, version=article.version)
    if not claim.update(version=F("version") + 1):
        raise Stale(_("Somebody saved this story after you opened it."))
    article.version += 1
    article.save()
