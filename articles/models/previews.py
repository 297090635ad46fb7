"""Links through which people outside read a story before it is public, and what they say of it."""

import secrets
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Case, F, Q, When
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models.articles import UNPUBLISHED, Status
from articles.models.fields import LineField, NoteField
from articles.models.revisions import Revision

TOKEN_BYTES = 24  # 192 bits, written as 32 letters
ANSWERS_A_LINK = 20  # somebody outside can write no more than this to the desk


def mint():
    return secrets.token_urlsafe(TOKEN_BYTES)


def in_three_days():
    return timezone.now() + timedelta(days=3)


class PreviewLinkQuerySet(models.QuerySet):
    def valid(self, at=None):
        """What nobody took back and whose time is not over."""
        return self.filter(revoked_at=None, expires_at__gt=at or timezone.now())

    def open_first(self):
        """Those that somebody may still take back, then the others, each the newest first."""
        is_open = Case(When(pk__in=self.valid().values("pk"), then=1), default=0)
        return self.order_by(is_open.desc(), "-made_at", "-pk")

    def with_room(self):
        """What may be opened once more."""
        return self.filter(Q(limit=None) | Q(opened__lt=F("limit")))


class PreviewLink(models.Model):
    """An address that shows a story, or one version of it, to whoever knows it, for a time.

    The address itself is kept, not a digest of it: the desk copies it again. Whoever may see it
    there may read the story anyway.
    """

    article = models.ForeignKey(
        "articles.Article", models.CASCADE, related_name="preview_links", verbose_name=_("story")
    )
    token = models.CharField(max_length=43, unique=True, default=mint, editable=False)
    label = LineField(_("for whom"), max_length=100)
    revision = models.ForeignKey(
        Revision,
        models.CASCADE,
        null=True,
        related_name="preview_links",
        verbose_name=_("version"),
        help_text=_("Without one it shows the newest words."),
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("made by"),
    )
    made_at = models.DateTimeField(_("made"), default=timezone.now)
    expires_at = models.DateTimeField(_("ends"), default=in_three_days)
    limit = models.PositiveIntegerField(_("may be opened"), null=True)
    opened = models.PositiveIntegerField(_("opened"), default=0)
    may_approve = models.BooleanField(_("may approve"), default=False)
    may_comment = models.BooleanField(_("may comment"), default=False)
    revoked_at = models.DateTimeField(_("revoked"), null=True)

    objects = PreviewLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("preview link")
        verbose_name_plural = _("preview links")
        default_permissions = ()
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="preview_link_ends_after_it_is_made",
                condition=Q(expires_at__gt=F("made_at")),
            ),
            models.CheckConstraint(
                name="preview_link_is_opened_no_more_than_its_limit",
                condition=Q(limit__isnull=True) | Q(limit__gte=1, opened__lte=F("limit")),
            ),
        ]

    def __str__(self):
        return self.label

    def get_absolute_url(self):
        return reverse("preview", args=[self.token])

    @property
    def address(self):
        return settings.SITE_URL + self.get_absolute_url()

    @property
    def is_over(self):
        return self.revoked_at is not None or self.expires_at <= timezone.now()

    @property
    def is_used_up(self):
        return self.limit is not None and self.opened >= self.limit

    @property
    def shows_something(self):
        """Whether its story is one that is on its way to readers, or with them."""
        return self.article.status in {*UNPUBLISHED, Status.PUBLISHED}

    @property
    def asks_for_an_answer(self):
        """Whether people outside may say something."""
        return self.may_approve or self.may_comment

    @property
    def leads_to_the_story(self):
        """Whether readers have it by now: the story came out since, or what the link shows did."""
        article = self.article
        if not article.is_public:
            return False
        shown = self.revision.number if self.revision else article.working
        return article.visible_from > self.made_at or shown <= (article.live or 0)

    def shown(self):
        """The version that it shows now."""
        return self.revision or self.article.revisions.filter(number=self.article.working).first()


class PreviewAnswerQuerySet(models.QuerySet):
    def unread(self):
        return self.filter(read_at=None)


class PreviewAnswer(models.Model):
    """What somebody outside said of a version."""

    link = models.ForeignKey(PreviewLink, models.CASCADE, related_name="answers")
    revision = models.ForeignKey(
        Revision, models.CASCADE, related_name="preview_answers", verbose_name=_("version")
    )
    name = LineField(_("name"), max_length=100)
    is_approval = models.BooleanField(_("approved"), default=False)
    comment = NoteField(_("comment"), blank=True, max_length=2000)
    at = models.DateTimeField(_("at"), default=timezone.now)
    read_at = models.DateTimeField(_("read"), null=True)  # by whoever made the link

    objects = PreviewAnswerQuerySet.as_manager()

    class Meta:
        verbose_name = _("answer to a preview")
        verbose_name_plural = _("answers to previews")
        default_permissions = ()
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["link"], name="unread_answers", condition=Q(read_at=None)),
        ]
        constraints = [
            models.CheckConstraint(
                name="answer_to_a_preview_says_something",
                condition=Q(is_approval=True) | ~Q(comment=""),
            ),
            models.CheckConstraint(name="answer_to_a_preview_has_a_name", condition=~Q(name="")),
        ]

    def __str__(self):
        return f"{self.name}: {self.revision_id}"
