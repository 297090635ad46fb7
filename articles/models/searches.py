"""How the desk finds a story or a picture again."""

from django.conf import settings
from django.db import models
from django.db.models import Case, Q, When
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from articles.models.fields import LineField


class IndexCard(models.Model):
    """The words by which the desk finds a story: those it works on, whatever readers see.

    A save takes the card out and puts a new one in front, so cards stand in the order of the saves.
    The database keeps its full-text index of them in step (see `articles.search`).
    """

    article = models.OneToOneField(
        "articles.Article", models.CASCADE, related_name="card", verbose_name=_("story")
    )
    headline = models.TextField(_("headline"))
    words = models.TextField(_("words"))

    def __str__(self):
        return self.headline


class PictureCard(models.Model):
    """The words by which the desk finds a picture, in step as those of stories are.

    It has the number of its picture, so that cards stand in the order of the uploads.
    """

    image = models.OneToOneField(
        "articles.Image",
        models.CASCADE,
        primary_key=True,
        related_name="card",
        verbose_name=_("picture"),
    )
    words = models.TextField(_("words"))

    def __str__(self):
        return self.words


class KeptSearchQuerySet(models.QuerySet):
    def at_hand_for(self, person):
        """A person's own, and those that somebody shares with the desk."""
        at_hand = self.filter(Q(user=person) | Q(is_shared=True))
        return at_hand.order_by(Case(When(user=person, then=0), default=1), Lower("name"), "pk")


class KeptSearch(models.Model):
    """A search of the stories list that somebody comes back to."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="kept_searches",
        verbose_name=_("whose"),
    )
    name = LineField(_("name"), max_length=60)
    query = models.CharField(_("what it asks"), max_length=500, help_text=_("As in an address."))
    is_shared = models.BooleanField(_("for everybody at the desk"), default=False)

    objects = KeptSearchQuerySet.as_manager()

    class Meta:
        verbose_name = _("kept search")
        verbose_name_plural = _("kept searches")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "name"],
                name="person_keeps_one_search_of_a_name",
                violation_error_message=_("You keep another search under this name."),
            ),
            models.CheckConstraint(name="kept_search_has_a_name", condition=~Q(name="")),
            models.CheckConstraint(name="kept_search_asks_for_something", condition=~Q(query="")),
        ]

    def __str__(self):
        return self.name
