"""The site as its owner has set it: its name, colours, languages and clock."""

from contextlib import contextmanager
from contextvars import ContextVar
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from articles import colours
from articles.models.fields import LineField
from articles.models.images import Image

ACCENT, ACCENT_ON_DARK = "#00606b", "#5fc9d4"  # those of static/newsroom.css
MOST_PROFILES = 12

in_force = ContextVar("in_force", default=None)  # the site that a request was read with


def name_of_environment():
    return settings.SITE_NAME


def zone_of_environment():
    return settings.TIME_ZONE


def language_of_environment():
    return settings.LANGUAGE_CODE


def languages_we_speak():
    return [code for code, _name in settings.LANGUAGES]


def zone_exists(name):
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        sentence = _("Name a zone such as Europe/Berlin, not “%(it)s”.")
        raise ValidationError(sentence, params={"it": name}) from None


def languages_are_spoken(languages):
    if not isinstance(languages, list) or not set(languages) <= set(languages_we_speak()):
        raise ValidationError(_("Readers’ pages do not speak one of these languages."))
    if not languages:
        raise ValidationError(_("Readers’ pages need a language."))


def profiles_are_addresses(profiles):
    """A list of pairs: what the place is called, and the address of the paper's page there."""
    if not isinstance(profiles, list):
        raise ValidationError(_("Profiles are a list of names and addresses."))
    if len(profiles) > MOST_PROFILES:
        raise ValidationError(_("Name twelve profiles at the most."))
    sentence = _("“%(value)s” is no address with https://.")
    is_address = URLValidator(["https"], message=sentence, code="no_address")
    for profile in profiles:
        if not isinstance(profile, list) or not all(isinstance(part, str) for part in profile):
            raise ValidationError(_("Profiles are a list of names and addresses."))
        _name, address = profile
        is_address(address)


class Site(models.Model):
    """One row. Until somebody saves it, the environment says how the site is called."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    name = LineField(_("name"), max_length=100, default=name_of_environment)
    tagline = LineField(
        _("tagline"),
        max_length=150,
        blank=True,
        help_text=_("One line about the paper: under its name, and in what search engines show."),
    )
    logo = models.ForeignKey(
        Image,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="logo_of",
        verbose_name=_("logo"),
    )
    logo_on_dark = models.ForeignKey(
        Image,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="dark_logo_of",
        verbose_name=_("logo on dark pages"),
    )
    is_wordmark = models.BooleanField(
        _("the logo holds the name"), default=False, help_text=_("Then it stands alone.")
    )
    accent = models.CharField(
        _("accent colour"),
        max_length=7,
        default=ACCENT,
        validators=[colours.readable_on_light],
    )
    accent_on_dark = models.CharField(
        _("accent colour on dark pages"),
        max_length=7,
        blank=True,
        default=ACCENT_ON_DARK,
        validators=[colours.readable_on_dark],
    )
    time_zone = models.CharField(
        _("time zone"),
        max_length=64,
        default=zone_of_environment,
        validators=[zone_exists],
    )
    language = models.CharField(
        _("language of the paper"), max_length=12, default=language_of_environment
    )
    languages = models.JSONField(
        _("languages of readers’ pages"),
        default=languages_we_speak,
        validators=[languages_are_spoken],
    )
    profiles = models.JSONField(
        _("profiles elsewhere"),
        default=list,
        blank=True,
        validators=[profiles_are_addresses],
    )
    email = models.EmailField(
        _("contact address"), blank=True, help_text=_("E-mail. Readers see it below every page.")
    )
    copyright = LineField(
        _("copyright line"),
        max_length=200,
        blank=True,
        help_text=_("If left empty: the year and the name."),
    )

    class Meta:
        verbose_name = _("site settings")
        verbose_name_plural = _("site settings")
        default_permissions = ("change",)
        constraints = [
            models.CheckConstraint(name="there_is_one_site", condition=Q(id=1)),
            models.CheckConstraint(
                name="site_has_a_name",
                condition=~Q(name=""),
                violation_error_message=_("The paper needs a name."),
            ),
            models.CheckConstraint(
                name="accent_is_a_colour",
                condition=Q(accent__regex="^#[0-9a-f]{6}$")
                & Q(accent_on_dark__regex="^(#[0-9a-f]{6})?$"),
                violation_error_message=_("Write a colour as six digits after #."),
            ),
        ]

    def __str__(self):
        return self.name

    @classmethod
    def current(cls):
        """The site as this request, or this round of the worker, began with it."""
        return in_force.get() or cls.read()

    @classmethod
    def read(cls):
        return cls.objects.select_related("logo", "logo_on_dark").first() or cls()

    @contextmanager
    def at_work(self):
        """Inside, this is the site: its clock tells the times, and its language is spoken."""
        token = in_force.set(self)
        try:
            with timezone.override(self.zone), translation.override(self.language):
                yield self
        finally:
            in_force.reset(token)

    @property
    def zone(self):
        try:
            return ZoneInfo(self.time_zone)
        except (ValueError, OSError, KeyError):  # of a server that knows fewer zones
            return ZoneInfo(settings.TIME_ZONE)

    @property
    def shown_logo(self):
        """The logo, if readers may see it: rights end, and the name stays."""
        return self.logo if self.logo and self.logo.may_be_shown else None

    @property
    def shown_logo_on_dark(self):
        return self.logo_on_dark if self.logo_on_dark and self.logo_on_dark.may_be_shown else None

    @property
    def colours(self):
        """The accent on light and on dark pages; nothing if they are those of our style sheets."""
        pair = self.accent, self.accent_on_dark or colours.on_dark(self.accent)
        return None if pair == (ACCENT, ACCENT_ON_DARK) else pair

    def spoken(self, language):
        """The language of the words round a story: its own, if readers' pages speak that."""
        return language if language in self.languages else self.language

    def clean(self):
        if self.language not in self.languages:
            raise ValidationError({"languages": _("Tick the language of the paper too.")})
