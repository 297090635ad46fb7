"""How a story changed: every save, and what readers saw of it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models.fields import NoteField


class Kind(models.TextChoices):
    """What a save was."""

    AUTOSAVE = "autosave", _("Autosave")
    DRAFT = "draft", _("Draft")
    FIRST = "first", _("Published")
    FIX = "fix", _("Fix")
    UPDATE = "update", _("Update")
    CORRECTION = "correction", _("Correction")
    RESTORE = "restore", _("Brought back")
    REFUSED = "refused", _("Kept, not saved")
    WITHDRAWAL = "withdrawal", _("Withdrawn")


PUBLICATIONS = [Kind.FIRST, Kind.FIX, Kind.UPDATE, Kind.CORRECTION]


class RevisionQuerySet(models.QuerySet):
    def newest_first(self):
        return self.order_by("-number")

    def publications(self):
        return self.filter(kind__in=PUBLICATIONS)

    def light(self):
        """Without the words, for lists."""
        return self.defer("content").select_related("by")


class Revision(models.Model):
    """The words of a story and all that belongs to them, as somebody saved them at one moment.

    A row is written once. Only the end of what readers saw is added later, and the person's
    account may go.
    """

    article = models.ForeignKey(
        "articles.Article", models.CASCADE, related_name="revisions", verbose_name=_("story")
    )
    number = models.PositiveIntegerField(_("number"), help_text=_("1, 2, 3 … of its story."))
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    content = models.JSONField(_("words"))
    note = NoteField(_("note"), blank=True, max_length=1000)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("by"),
    )
    at = models.DateTimeField(_("at"), default=timezone.now)
    started_from = models.PositiveIntegerField(
        _("started from"), null=True, help_text=_("The number that its writer had open.")
    )
    public_from = models.DateTimeField(_("seen by readers from"), null=True)
    public_until = models.DateTimeField(_("seen by readers until"), null=True)

    objects = RevisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version")
        verbose_name_plural = _("versions")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["article", "number"], name="version_has_a_number_of_its_own"
            ),
            models.CheckConstraint(
                name="version_has_a_known_kind", condition=Q(kind__in=[kind.value for kind in Kind])
            ),
            models.CheckConstraint(name="version_counts_from_one", condition=Q(number__gte=1)),
            models.CheckConstraint(
                name="only_publications_are_seen_by_readers",
                condition=Q(public_from__isnull=True) | Q(kind__in=[k.value for k in PUBLICATIONS]),
            ),
            models.CheckConstraint(
                name="version_is_seen_before_it_is_replaced",
                condition=Q(public_until__isnull=True) | Q(public_until__gte=F("public_from")),
            ),
        ]

    def __str__(self):
        return f"{self.article_id}/{self.number} {self.kind}"

    @property
    def is_publication(self):
        return self.kind in PUBLICATIONS

    @property
    def seen_by_readers(self):
        """Whether readers saw it: its moment came before another version took its place."""
        if self.public_from is None or self.public_from > timezone.now():
            return False
        return self.public_until is None or self.public_until > self.public_from
