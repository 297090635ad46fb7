"""Who has a story open at the desk, and where in it they are."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

AWAY = timedelta(seconds=15)  # without a sign of life a window counts as closed


class PresenceQuerySet(models.QuerySet):
    def here(self):
        """Windows that gave a sign of life lately, and have not left since."""
        return self.filter(seen_at__gt=timezone.now() - AWAY, has_left=False)


class Presence(models.Model):
    """One window in which a person has a story open. It claims nothing and locks nothing."""

    article = models.ForeignKey("articles.Article", models.CASCADE, related_name="presences")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    window = models.CharField(
        _("window"), max_length=36, help_text=_("A name that the window made up for itself.")
    )
    field = models.CharField(
        _("field"), max_length=40, blank=True, help_text=_("Where they write; empty: they read.")
    )
    seen_at = models.DateTimeField(_("last sign of life"), default=timezone.now, db_index=True)
    turn = models.BigIntegerField(
        _("turn"),
        default=0,
        help_text=_("Milliseconds by the window’s own clock: what it said earlier counts no more."),
    )
    has_left = models.BooleanField(_("has left"), default=False)

    objects = PresenceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["article", "window"], name="window_is_counted_once_in_a_story"
            ),
        ]

    def __str__(self):
        return f"{self.user} in {self.article_id}"
