"""What readers are told when we had it wrong."""

from datetime import UTC
from uuid import uuid5

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models.fields import NoteField


class CorrectionQuerySet(models.QuerySet):
    def public(self, at=None):
        """Corrections of stories that readers may see, newest first."""
        from articles.models.articles import Article

        at = at or timezone.now()
        return (
            self.filter(Article.public_condition(at, prefix="article__"), made_at__lte=at)
            .select_related("article__section")
            .order_by("-made_at", "-pk")
        )


class CorrectionManager(models.Manager.from_queryset(CorrectionQuerySet)):
    def get_by_natural_key(self, code, made_at):
        return self.get(article__code=code, made_at=made_at)


class Correction(models.Model):
    """A note on a story: what was wrong, and what is right."""

    class Kind(models.TextChoices):
        CORRECTION = "correction", _("Correction")
        CLARIFICATION = "clarification", _("Clarification")

    article = models.ForeignKey(
        "articles.Article", models.CASCADE, related_name="corrections", verbose_name=_("story")
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.CORRECTION)
    text = NoteField(
        _("what was wrong, and what is right"),
        max_length=1000,
        help_text=_("Readers see it on the story."),
    )
    made_at = models.DateTimeField(_("made"), default=timezone.now)

    objects = CorrectionManager()

    class Meta:
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        ordering = ["made_at", "pk"]
        indexes = [models.Index(fields=["-made_at", "-id"], name="corrections_by_time")]
        constraints = [
            models.CheckConstraint(
                name="correction_says_something",
                condition=~Q(text=""),
                violation_error_message=_("A correction needs its note."),
            ),
            models.CheckConstraint(
                name="correction_has_a_known_kind",
                condition=Q(kind__in=["correction", "clarification"]),
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()}: {self.text[:60]}"

    def get_absolute_url(self):
        return f"{self.article.get_absolute_url()}#correction-{self.pk}"

    @property
    def uuid(self):
        """Its name for feeds, like that of its story."""
        return uuid5(self.article.uuid, self.made_at.astimezone(UTC).isoformat())

    def natural_key(self):
        return (self.article.code, self.made_at.isoformat())

    natural_key.dependencies = ["articles.article"]
