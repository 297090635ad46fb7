"""How a story changed: every save, and what readers saw of it."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models.fields import NoteField, WordsField


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
    SCHEDULED = "scheduled", _("Set for a moment")
    TIME = "time", _("Time set by hand")
    WITHDRAWAL = "withdrawal", _("Withdrawn")
    KILL = "kill", _("Killed")


LATE = timedelta(minutes=1)  # what happens within a minute of its moment was on time
PUBLICATIONS = [Kind.FIRST, Kind.FIX, Kind.UPDATE, Kind.CORRECTION]


class RevisionQuerySet(models.QuerySet):
    def newest_first(self):
        return self.order_by("-number")

    def publications(self):
        return self.filter(kind__in=PUBLICATIONS)

    def light(self):
        """Without the words, for lists."""
        return self.defer("content").select_related("by")

    def with_words(self):
        return self.filter(content__isnull=False)

    def seen_by_readers(self, at=None):
        """Publications that readers have seen or see: those whose moment came before their end."""
        at = at or timezone.now()
        lasted = Q(public_until__isnull=True) | Q(public_until__gt=F("public_from"))
        return self.publications().filter(lasted, public_from__lte=at)

    def to_put_together(self):
        """Words that could not be saved, with which nothing has been done yet."""
        return self.filter(kind=Kind.REFUSED, settled_at=None)

    def settle(self):
        return self.to_put_together().update(settled_at=timezone.now())

    def thin_out(self, before):
        """Take the words from autosaves older than this that the same person saved over.

        The last one of each run stays, and so does every version that the story, a waiting
        publication, a refused save or a preview still needs. Numbers stay without gaps.
        """
        ours = self.model.objects.filter(article=OuterRef("article"))
        following = ours.filter(number__gt=OuterRef("number")).order_by("number")
        needed = ours.filter(kind=Kind.REFUSED, started_from=OuterRef("number"))
        waiting = ScheduledPublication.objects.filter(
            Q(revision=OuterRef("pk")) | Q(base=OuterRef("pk"))
        )
        return (
            self.filter(kind=Kind.AUTOSAVE, at__lt=before)
            .with_words()
            .annotate(next_by=Subquery(following.values("by")[:1]))
            .filter(Q(next_by=F("by")), preview_links=None, preview_answers=None)
            .exclude(number=F("article__working"))
            .exclude(Exists(needed))
            .exclude(Exists(waiting))
            .update(content=None)
        )


class Revision(models.Model):
    """The words of a story and all that belongs to them, as somebody saved them at one moment.

    A row is written once. Few things come later: the end of what readers saw, whether they may
    still look at it, that refused words were put together with the others, and the words of an
    autosave that others followed may go (`thin_out`).
    """

    article = models.ForeignKey(
        "articles.Article", models.CASCADE, related_name="revisions", verbose_name=_("story")
    )
    number = models.PositiveIntegerField(_("number"), help_text=_("1, 2, 3 … of its story."))
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    content = WordsField(_("words"), null=True)
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
    hidden_at = models.DateTimeField(_("hidden"), null=True)
    hidden_because = NoteField(
        _("why it is hidden"), blank=True, max_length=1000, help_text=_("Readers see it.")
    )

    settled_at = models.DateTimeField(_("put together, or let go"), null=True)

    objects = RevisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version")
        verbose_name_plural = _("versions")
        ordering = ["-number"]
        indexes = [
            models.Index(
                fields=["by", "at"],
                name="refused_words_by_writer",
                condition=Q(kind="refused", settled_at=None),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["article", "number"], name="version_has_a_number_of_its_own"
            ),
            models.CheckConstraint(
                name="version_has_a_known_kind", condition=Q(kind__in=[kind.value for kind in Kind])
            ),
            models.CheckConstraint(name="version_counts_from_one", condition=Q(number__gte=1)),
            models.CheckConstraint(
                name="only_autosaves_are_thinned_out",
                condition=Q(content__isnull=False) | Q(kind=Kind.AUTOSAVE.value),
            ),
            models.CheckConstraint(
                name="only_refused_words_are_settled",
                condition=Q(settled_at__isnull=True) | Q(kind=Kind.REFUSED.value),
            ),
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


class ScheduledQuerySet(models.QuerySet):
    def waiting(self):
        """What still is to happen, earliest first."""
        return self.filter(state=ScheduledPublication.State.WAITING).order_by("at", "pk")

    def due(self, at=None):
        return self.waiting().filter(at__lte=at or timezone.now())

    def in_trouble(self):
        """What could not be done, will not fit, or clashed with a draft."""
        state = ScheduledPublication.State
        return self.filter(problem__gt="").exclude(state=state.CANCELLED).order_by("at", "pk")

    def missed(self):
        """What is late although nothing stands in its way: nobody was there to do it."""
        return self.waiting().filter(problem="", at__lt=timezone.now() - LATE)

    def needing_a_look(self):
        return (self.in_trouble() | self.missed()).order_by("at", "pk")


class ScheduledPublication(models.Model):
    """Words that wait for a moment to reach the readers of a published story, or its withdrawal.

    The first publication of a story waits in the story itself (`Article.scheduled_for`): there the
    question “published?” answers to the second, with nobody at work.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        DONE = "done", _("Done")
        LOOK = "look", _("Needs a look")
        CANCELLED = "cancelled", _("Taken off")

    KINDS = [Kind.FIRST, Kind.FIX, Kind.UPDATE, Kind.CORRECTION, Kind.WITHDRAWAL]

    article = models.ForeignKey(
        "articles.Article", models.CASCADE, related_name="scheduled", verbose_name=_("story")
    )
    kind = models.CharField(
        _("kind"), max_length=20, choices=[(kind.value, kind.label) for kind in KINDS]
    )
    at = models.DateTimeField(_("moment"))
    note = NoteField(_("note"), blank=True, max_length=1000)
    revision = models.ForeignKey(
        Revision, models.CASCADE, null=True, related_name="+", verbose_name=_("words")
    )
    base = models.ForeignKey(
        Revision,
        models.CASCADE,
        null=True,
        related_name="+",
        verbose_name=_("what readers saw when they were written"),
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("by"),
    )
    created_at = models.DateTimeField(_("made"), default=timezone.now)
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.WAITING)
    problem = NoteField(_("why it needs a look"), blank=True, max_length=1000)
    done_at = models.DateTimeField(_("done"), null=True)
    result = models.ForeignKey(
        Revision, models.SET_NULL, null=True, related_name="+", verbose_name=_("published as")
    )

    objects = ScheduledQuerySet.as_manager()

    class Meta:
        verbose_name = _("scheduled publication")
        verbose_name_plural = _("scheduled publications")
        ordering = ["at", "pk"]
        indexes = [
            models.Index(
                fields=["at", "id"], name="waiting_by_moment", condition=Q(state="waiting")
            ),
            models.Index(
                fields=["at", "id"], name="in_trouble_by_moment", condition=Q(problem__gt="")
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="scheduled_publication_has_a_known_state",
                condition=Q(state__in=["waiting", "done", "look", "cancelled"]),
            ),
            models.CheckConstraint(
                name="scheduled_publication_has_a_known_kind",
                condition=Q(kind__in=["first", "fix", "update", "correction", "withdrawal"]),
            ),
            models.CheckConstraint(
                name="only_a_withdrawal_waits_without_words",
                condition=Q(kind="withdrawal") | Q(revision__isnull=False),
            ),
            models.CheckConstraint(
                name="what_needs_a_look_says_why",
                condition=~Q(state="look") | ~Q(problem=""),
            ),
            models.CheckConstraint(
                name="what_is_done_says_when",
                condition=Q(state="done", done_at__isnull=False)
                | (~Q(state="done") & Q(done_at__isnull=True)),
            ),
        ]

    def __str__(self):
        return f"{self.article_id}: {self.kind} {self.at:%Y-%m-%d %H:%M}"

    @property
    def is_waiting(self):
        return self.state == self.State.WAITING

    @property
    def is_late(self):
        """Whether it happened, or has still not happened, well after its moment."""
        if self.state == self.State.CANCELLED:
            return False
        return (self.done_at or timezone.now()) - self.at > LATE
