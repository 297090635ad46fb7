"""What the desk looks at before a story is published, and which words it avoids."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Count, F, Max, Q
from django.utils.translation import gettext_lazy as _

from articles.models.articles import LONGEST_BODY, language_choices
from articles.models.fields import LineField

FIELDS = {
    "headline": _("Headline"),
    "short_headline": _("Short headline"),
    "kicker": _("Kicker"),
    "standfirst": _("Standfirst"),
    "lead_image": _("Lead picture"),
    "lead_caption": _("Caption"),
    "key_points": _("Key points"),
    "dateline": _("Dateline"),
    "body": _("Body"),
    "section": _("Section"),
    "topics": _("Topics"),
    "byline": _("Byline"),
}
WITHOUT_LENGTH = ["lead_image", "section", "topics", "byline"]


class CheckManager(models.Manager):
    def in_use(self):
        """The rules that say something, with the sections that each holds for."""
        return self.exclude(level=Check.Level.OFF).prefetch_related("sections")


class Check(models.Model):
    """A rule of the desk: what is looked for, where, and whether it stops or warns."""

    class Level(models.TextChoices):
        STOP = "stop", _("Stops")
        WARN = "warn", _("Warns")
        OFF = "off", _("Off")

    class Look(models.TextChoices):
        PRESENT = "present", _("A field is filled in")
        LENGTH = "length", _("A field is not too long")
        CREDIT = "credit", _("Pictures have a credit")
        ALT = "alt", _("Pictures have an alt text, or are only decoration")
        RIGHTS = "rights", _("Rights to pictures have not ended")
        LINKS = "links", _("Links to our own pages work")
        STYLE = "style", _("Words follow the house style")
        EMBARGO = "embargo", _("No embargo is broken")
        ADDRESS = "address", _("The address still fits the headline")
        TK = "tk", _("No “TK” is left in the text")

    look = models.CharField(_("what is looked for"), max_length=20, choices=Look)
    field = models.CharField(
        _("field"),
        max_length=20,
        choices=FIELDS,
        blank=True,
        help_text=_("Which field is filled in, or not too long. Empty for all other rules."),
    )
    limit = models.PositiveIntegerField(
        _("limit"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(LONGEST_BODY)],
        help_text=_("Characters. Only for a field that is not to be too long."),
    )
    level = models.CharField(_("level"), max_length=10, choices=Level, default=Level.WARN)
    sentence = LineField(
        _("sentence"),
        max_length=200,
        blank=True,
        help_text=_(
            "What the desk reads, in your own words; {found} stands for what was found."
            " Empty: the newsroom’s own sentence."
        ),
    )
    sections = models.ManyToManyField(
        "articles.Section",
        related_name="+",
        blank=True,
        verbose_name=_("only in"),
        help_text=_("Without a tick it holds in all sections."),
    )
    # Its name, if the newsroom came with it. Such a rule can be switched off, but not deleted.
    given = models.CharField(max_length=20, blank=True, editable=False)

    objects = CheckManager()

    class Meta:
        verbose_name = _("check")
        verbose_name_plural = _("checks before publishing")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="check_names_a_field_where_it_looks_at_one",
                condition=Q(look__in=["present", "length"]) & ~Q(field="")
                | ~Q(look__in=["present", "length"]) & Q(field=""),
                violation_error_message=_(
                    "“Filled in” and “not too long” look at one field; the others name none."
                ),
            ),
            models.CheckConstraint(
                name="check_of_a_length_has_a_limit",
                condition=Q(look="length", limit__isnull=False, limit__gt=0)
                & ~Q(field__in=WITHOUT_LENGTH)
                | ~Q(look="length") & Q(limit__isnull=True),
                violation_error_message=_(
                    "A limit belongs to “not too long”, and to a field of words."
                ),
            ),
            models.CheckConstraint(
                name="what_every_publication_needs_stays_a_stop",
                condition=~Q(look="embargo") & ~Q(look="present", field__in=["headline", "section"])
                | Q(level="stop"),
                violation_error_message=_(
                    "No story can be published without that, so it goes on to stop."
                ),
            ),
            models.UniqueConstraint(
                fields=["given"], name="check_is_given_once", condition=~Q(given="")
            ),
        ]

    def __str__(self):
        if self.look == self.Look.PRESENT:
            return _("%(field)s is filled in") % {"field": self.get_field_display()}
        if self.look == self.Look.LENGTH:
            return _("%(field)s: at most %(limit)s characters") % {
                "field": self.get_field_display(),
                "limit": self.limit,
            }
        return str(self.get_look_display())

    def validate_constraints(self, exclude=None):
        """Whichever fields a form shows: the level alone in a list, or not what is looked for."""
        super().validate_constraints(exclude={"limit"} & set(exclude or ()))

    @property
    def is_needed(self):
        """Whether no story can be published without it, whatever the desk thinks."""
        needed = self.field in {"headline", "section"} and self.look == self.Look.PRESENT
        return needed or self.look == self.Look.EMBARGO


class StyleManager(models.Manager):
    def version(self):
        """What is another after every change of the list."""
        found = self.aggregate(many=Count("pk"), last=Max("pk"), at=Max("changed_at"))
        return found["many"], found["last"], found["at"]

    def for_language(self, language):
        """What holds for stories in a language: its own entries, and those of every language."""
        return self.filter(language__in={"", language, language.partition("-")[0]})


class StyleEntry(models.Model):
    """A word, a phrase or a name, and how the paper writes it."""

    avoid = LineField(
        _("avoid"), max_length=100, help_text=_("A word, a phrase, or a spelling of a name.")
    )
    write = LineField(
        _("write"), max_length=100, blank=True, help_text=_("Empty if nothing takes its place.")
    )
    why = LineField(
        _("why"), max_length=200, blank=True, help_text=_("Shown to whoever writes it.")
    )
    language = models.CharField(
        _("language"),
        max_length=12,
        choices=language_choices,
        blank=True,
        help_text=_("Empty: in every language."),
    )
    is_whole = models.BooleanField(
        _("whole words only"), default=True, help_text=_("“cat” is not found in “catalogue”.")
    )
    minds_case = models.BooleanField(
        _("capitals matter"), default=False, help_text=_("“Internet” is found, “internet” is not.")
    )
    changed_at = models.DateTimeField(_("changed"), auto_now=True)

    objects = StyleManager()

    class Meta:
        verbose_name = _("entry of the house style")
        verbose_name_plural = _("house style")
        ordering = ["avoid", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["avoid", "language"],
                name="style_avoids_a_word_once_in_a_language",
                violation_error_message=_("The list has that word in this language already."),
            ),
            models.CheckConstraint(
                name="style_entry_says_what_to_avoid",
                condition=~Q(avoid=""),
                violation_error_message=_("Say what to avoid."),
            ),
            models.CheckConstraint(
                name="style_suggests_something_else",
                condition=~Q(avoid=F("write")),
                violation_error_message=_("That is what you want to avoid."),
            ),
        ]

    def __str__(self):
        return f"{self.avoid} → {self.write}" if self.write else self.avoid
