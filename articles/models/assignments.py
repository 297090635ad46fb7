"""Who is to do what, and by when."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models.fields import LineField


class AssignmentQuerySet(models.QuerySet):
    def open(self):
        return self.filter(done_at=None)

    def late(self, at=None):
        return self.open().filter(due_at__lt=at or timezone.now())

    def finish(self):
        """What was to be done with a story is done with its publication."""
        return self.open().update(done_at=timezone.now())


class Assignment(models.Model):
    """A story that somebody is to write or look after. It is theirs to change until then."""

    article = models.ForeignKey(
        "articles.Article", models.CASCADE, related_name="assignments", verbose_name=_("story")
    )
    to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="assignments",
        verbose_name=_("assigned to"),
    )
    what = LineField(_("what is to be done"), max_length=500, blank=True)
    due_at = models.DateTimeField(_("due"), null=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("by")
    )
    made_at = models.DateTimeField(_("made"), default=timezone.now)
    read_at = models.DateTimeField(_("read"), null=True)
    done_at = models.DateTimeField(_("done"), null=True)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        ordering = ["due_at", "pk"]
        indexes = [
            models.Index(
                fields=["due_at", "id"], name="open_assignments_by_due", condition=Q(done_at=None)
            ),
            models.Index(
                fields=["to", "due_at"],
                name="open_assignments_by_person",
                condition=Q(done_at=None),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["article", "to"],
                name="person_is_assigned_a_story_once_at_a_time",
                condition=Q(done_at=None),
            ),
        ]

    def __str__(self):
        return f"{self.article_id}: {self.to}"

    @property
    def is_late(self):
        return self.done_at is None and self.due_at is not None and self.due_at < timezone.now()
