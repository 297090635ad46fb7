"""Pages about the house: who we are, how to reach us, what we do with what readers tell us."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from articles.models.articles import LONGEST_BODY, language_choices, language_of_the_paper
from articles.models.fields import BodyField, LineField, SlugField
from articles.models.subjects import BySlug, Section, first_word


class Page(models.Model):
    """A page that stays, with an address like a section's."""

    title = LineField(_("title"), max_length=100)
    slug = SlugField(unique=True, help_text=_("The whole address, after that of the site."))
    language = models.CharField(
        _("language"), max_length=12, choices=language_choices, default=language_of_the_paper
    )
    body = BodyField(_("text"), blank=True, validators=[MaxLengthValidator(LONGEST_BODY)])
    is_in_footer = models.BooleanField(
        _("named below every page"), default=True, help_text=_("Else it is found by links alone.")
    )
    position = models.PositiveSmallIntegerField(
        _("position"), default=100, help_text=_("Small numbers stand first.")
    )
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    objects = BySlug()
    dateline = ""  # readers get its text as they get a story's, which may have one

    class Meta:
        verbose_name = _("page")
        verbose_name_plural = _("pages")
        ordering = ["position", "title"]
        constraints = first_word("page")

    def __str__(self):
        return self.title

    def clean(self):
        """No constraint reaches another table. Of two with one address, readers get the section."""
        if taken := Section.objects.filter(slug=self.slug).first():
            sentence = _("That address belongs to the section “%(name)s”. Choose another.")
            raise ValidationError({"slug": sentence % {"name": taken}})

    def get_absolute_url(self):
        return reverse("section", args=[self.slug])

    def natural_key(self):
        return (self.slug,)

    @property
    def direction(self):
        return "rtl" if get_language_info(self.language)["bidi"] else "ltr"
