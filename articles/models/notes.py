"""What the desk says of a story among itself."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models.fields import NoteField

LONGEST_NOTE = 2000  # characters
LONGEST_QUOTE = 500


class NoteQuerySet(models.QuerySet):
    def unsettled(self):
        return self.filter(settled_at=None)


class Note(models.Model):
    """Something that one of the desk tells the others about a story. Readers never see it.

    It is no part of the words of a version, so it neither saves the story nor clashes with a save.
    """

    article = models.ForeignKey(
        "articles.Article", models.CASCADE, related_name="notes", verbose_name=_("story")
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("at"), default=timezone.now)
    text = NoteField(_("note"), max_length=LONGEST_NOTE)
    field = models.CharField(_("where in the story"), max_length=40, blank=True)
    quoted = NoteField(_("words it is about"), max_length=LONGEST_QUOTE, blank=True)
    answers = models.ForeignKey(
        "self", models.SET_NULL, null=True, related_name="answered_by", verbose_name=_("answers")
    )
    settled_at = models.DateTimeField(_("settled"), null=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("settled by"),
    )

    objects = NoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="note_says_something",
                condition=~Q(text=""),
                violation_error_message=_("Write a sentence."),
            ),
            models.CheckConstraint(
                name="note_is_settled_at_a_moment",
                condition=Q(settled_by__isnull=True) | Q(settled_at__isnull=False),
            ),
        ]

    def __str__(self):
        return self.text


class MentionQuerySet(models.QuerySet):
    def unread(self):
        return self.filter(read_at=None)


class Mention(models.Model):
    """A note that somebody is told of: it names them, or answers a note of theirs."""

    note = models.ForeignKey(Note, models.CASCADE, related_name="mentions")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="mentions")
    read_at = models.DateTimeField(_("read"), null=True)

    objects = MentionQuerySet.as_manager()

    class Meta:
        verbose_name = _("mention")
        verbose_name_plural = _("mentions")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["user"], name="unread_by_person", condition=Q(read_at=None)),
            models.Index(F("user"), F("id").desc(), name="mentions_by_person"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["note", "user"], name="person_is_told_of_a_note_once"),
        ]

    def __str__(self):
        return f"{self.user}: {self.note_id}"
