"""How the desk finds a story again."""

from django.db import models
from django.utils.translation import gettext_lazy as _


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
