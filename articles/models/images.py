"""The library of pictures."""

from datetime import timedelta
from pathlib import PurePath
from secrets import token_hex

from django.conf import settings
from django.core.files.storage import default_storage, storages
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles import darkroom, richtext, slugs
from articles.models.fields import CodeField, LineField
from articles.richtext import Picture, Source

SOON = 7  # days before rights end that the desk is warned


def place(image, filename):
    """Where an original is kept: a name that we make, and an ending that we know.

    Cameras number alike, and two such files may come in at the same moment.
    """
    name = PurePath(filename)
    stem = slugs.slugify(name.stem, fallback="picture")[:50]
    return f"pictures/{stem}-{token_hex(4)}{name.suffix.lower()}"


def originals():
    """Where files are kept as they came. Readers never get them: they tell too much."""
    return storages["originals"]


class DigitalSource(models.TextChoices):
    """How a picture came about: the terms of IPTC's NewsCodes that a newsroom meets."""

    CAPTURED = "digitalCapture", _("Photograph")
    COMPUTED = "computationalCapture", _("Photograph, put together by the camera")
    SCANNED = "negativeFilm", _("Photograph on film")
    PRINTED = "print", _("Scan of a print")
    EDITED = "humanEdits", _("Edited by hand")
    DRAWN = "digitalCreation", _("Drawn or designed by a person")
    FROM_DATA = "dataDrivenMedia", _("Drawn from data")
    SCREEN = "screenCapture", _("Picture of a screen")
    COMPOSITE = "compositeCapture", _("Put together from photographs")
    RULES = "algorithmicMedia", _("Made by a program without training")
    PARTLY_AI = "compositeWithTrainedAlgorithmicMedia", _("Partly made with AI")
    AI = "trainedAlgorithmicMedia", _("Made with AI")


MADE_WITH_AI = {DigitalSource.AI, DigitalSource.PARTLY_AI}


class ImageQuerySet(models.QuerySet):
    def get_by_natural_key(self, code):
        return self.get(code=code)

    def without_credit(self):
        return self.filter(credit="")

    def without_alt_text(self):
        return self.filter(alt_text="", is_decorative=False)

    def rights_end_soon(self, today):
        return self.filter(rights_until__range=(today, today + timedelta(days=SOON)))

    def rights_ended(self, today):
        return self.filter(rights_until__lt=today)

    def never_used(self):
        """Those that no story shows, and nothing else of the site."""
        uses = (kind.objects.filter(image=OuterRef("pk")) for kind in (ImageUse, PageUse))
        elsewhere = {"portrays": None, "logo_of": None, "dark_logo_of": None}
        return self.filter(*(~Exists(use) for use in uses), **elsewhere)

    def unprinted(self):
        """Those that lack prints as they should be by now: new, or their focal point moved."""
        is_as_wanted = Q(recipe=darkroom.RECIPE_VERSION, printed_x=F("focal_x"))
        cannot_be = Q(refused=darkroom.RECIPE_VERSION)
        return self.exclude(is_as_wanted & Q(printed_y=F("focal_y"))).exclude(cannot_be)


class Image(models.Model):
    """A picture with the words and rights that travel with it.

    Its file is kept as it came, for the desk alone. Readers get prints of it (see
    `articles.darkroom`), whose names follow from the columns below, so that a page needs no query.
    """

    code = CodeField()
    file = models.FileField(_("file"), upload_to=place, storage=originals, editable=False)
    original_name = LineField(_("name of the file"), max_length=255, blank=True, editable=False)
    width = models.PositiveIntegerField(_("width"), editable=False, help_text=_("Pixels."))
    height = models.PositiveIntegerField(_("height"), editable=False, help_text=_("Pixels."))
    content_hash = models.CharField(max_length=64, editable=False, help_text=_("SHA-256."))
    is_transparent = models.BooleanField(default=False, editable=False)
    tone = models.CharField(
        max_length=7, blank=True, editable=False, help_text=_("Its main colour, as #rrggbb.")
    )

    caption = LineField(_("caption"), max_length=2000, blank=True)
    credit = LineField(
        _("credit"), max_length=200, blank=True, help_text=_("Who made it. Readers always see it.")
    )
    alt_text = LineField(
        _("alt text"),
        max_length=500,
        blank=True,
        help_text=_("What a reader who cannot see it should know. Not the caption again."),
    )
    is_decorative = models.BooleanField(
        _("only decoration"), default=False, help_text=_("It says nothing that the story does not.")
    )
    creator = LineField(_("creator"), max_length=200, blank=True)
    source = LineField(_("source"), max_length=200, blank=True)
    place = LineField(_("place"), max_length=200, blank=True)
    persons = LineField(
        _("people in it"), max_length=500, blank=True, help_text=_("With commas between them.")
    )
    keywords = LineField(
        _("keywords"), max_length=1000, blank=True, help_text=_("With commas between them.")
    )
    taken_at = LineField(
        _("taken"),
        max_length=35,
        blank=True,
        help_text=_("As far as it is known: 2025, 2025-04-28, 2025-04-28T12:30:00+02:00."),
    )
    digital_source = models.CharField(
        _("how it came about"), max_length=40, choices=DigitalSource, blank=True
    )

    copyright_notice = LineField(_("copyright"), max_length=200, blank=True)
    usage_terms = LineField(_("usage terms"), max_length=500, blank=True)
    rights_until = models.DateField(
        _("may be used until"),
        null=True,
        blank=True,
        help_text=_("The last day. After it stories are shown without the picture."),
    )

    focal_x = models.PositiveSmallIntegerField(
        _("focal point, across"),
        default=50,
        validators=[MaxValueValidator(100)],
        help_text=_("Percent."),
    )
    focal_y = models.PositiveSmallIntegerField(
        _("focal point, down"),
        default=50,
        validators=[MaxValueValidator(100)],
        help_text=_("Percent."),
    )
    # Where the darkroom would put it, so that this can be taken back.
    suggested_x = models.PositiveSmallIntegerField(null=True, editable=False)
    suggested_y = models.PositiveSmallIntegerField(null=True, editable=False)
    file_says = models.JSONField(default=dict, editable=False)  # darkroom.Metadata, as it came in
    # The prints that there are. Recipe 0: only the first ones, made while it was uploaded.
    recipe = models.PositiveSmallIntegerField(default=0, editable=False)
    printed_x = models.PositiveSmallIntegerField(default=50, editable=False)
    printed_y = models.PositiveSmallIntegerField(default=50, editable=False)
    # The recipe that the darkroom could not make of it, so that nobody tries again for nothing.
    refused = models.PositiveSmallIntegerField(default=0, editable=False)

    created_at = models.DateTimeField(_("added"), default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("added by"),
    )

    objects = ImageQuerySet.as_manager()

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        ordering = ["-created_at", "-pk"]
        permissions = [
            ("change_any_image", _("Can change pictures of other people, and those in the paper")),
        ]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="pictures_by_time"),
            models.Index(fields=["created_by", "-created_at", "-id"], name="pictures_by_who_added"),
            models.Index(
                fields=["-created_at", "-id"],
                name="pictures_without_credit",
                condition=Q(credit=""),
            ),
            models.Index(
                fields=["-created_at", "-id"],
                name="pictures_without_alt_text",
                condition=Q(alt_text="", is_decorative=False),
            ),
            models.Index(
                fields=["rights_until"],
                name="pictures_by_end_of_rights",
                condition=Q(rights_until__isnull=False),
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["file"], name="picture_has_a_file_of_its_own"),
            models.UniqueConstraint(
                fields=["content_hash"],
                name="file_is_in_the_library_once",
                violation_error_message=_("The library has this file already."),
            ),
            models.CheckConstraint(
                name="focal_point_is_inside_the_picture",
                condition=Q(focal_x__lte=100, focal_y__lte=100),
                violation_error_message=_("The focal point lies outside the picture."),
            ),
            models.CheckConstraint(
                name="decoration_has_no_alt_text",
                condition=Q(is_decorative=False) | Q(alt_text=""),
                violation_error_message=_(
                    "Only decoration needs no alt text. Clear one of the two."
                ),
            ),
        ]

    def __str__(self):
        return self.caption or self.original_name or PurePath(self.file.name).name

    def natural_key(self):
        return (self.code,)

    # What readers get of it

    @property
    def may_be_shown(self):
        """Whether readers may see it today, the newsroom's day."""
        return self.rights_until is None or timezone.localdate() <= self.rights_until

    @property
    def rights_end_soon(self):
        return self.rights_until is not None and 0 <= self.days_left <= SOON

    @property
    def days_left(self):
        """Of the rights to it, today not counted; below zero once they have ended."""
        return (self.rights_until - timezone.localdate()).days

    @property
    def is_made_with_ai(self):
        return self.digital_source in MADE_WITH_AI

    @property
    def suggestion(self):
        """The focal point that its file suggests; None of a picture older than suggestions."""
        return None if self.suggested_x is None else (self.suggested_x, self.suggested_y)

    @property
    def focal_point_was_moved(self):
        return self.suggestion is not None and self.suggestion != (self.focal_x, self.focal_y)

    @property
    def waits_for_prints(self):
        """Whether the worker has still to make what readers are to get."""
        as_wanted = self.printed_x == self.focal_x and self.printed_y == self.focal_y
        return not (self.has_all_prints and as_wanted)

    @property
    def has_all_prints(self):
        """Whether there are prints of every crop. They may show an earlier focal point."""
        return self.recipe == darkroom.RECIPE_VERSION

    def prints(self, crop):
        """What there is in a crop, the smallest first; until all are made, the whole picture."""
        about = {"is_transparent": self.is_transparent}
        if not self.has_all_prints:
            return darkroom.first_prints(self.content_hash, self.width, self.height, **about)
        about |= {"focal": (self.printed_x, self.printed_y), "crops": [crop]}
        return darkroom.prints(self.content_hash, self.width, self.height, **about)

    def in_crop(self, crop):
        """The picture as a page shows it in one shape, or in its own if that is "full"."""
        *_smaller, largest = plain = [one for one in self.prints(crop) if one.format != "AVIF"]
        avif = [one for one in self.prints(crop) if one.format == "AVIF"]
        return Picture(
            url=url_of(largest),
            width=largest.width,
            height=largest.height,
            sources=tuple(
                Source(several[0].content_type, [(url_of(one), one.width) for one in several])
                for several in (avif, plain)
                if several
            ),
            tone="clear" if self.is_transparent else tone_classes(self.tone),
            alt=self.alt_text,
            caption=self.caption,
            credit=self.credit,
            is_made_with_ai=self.is_made_with_ai,
        )

    @property
    def small(self):
        """The whole picture for lists at the desk: there from the moment it was uploaded."""
        return self.first_prints[0]

    @property
    def large(self):
        """The whole picture for a page of its own at the desk."""
        return self.first_prints[-1]

    @property
    def as_lead(self):
        """How a story leads with it: whole, until all prints are made."""
        return self.in_crop("lead")

    @property
    def as_card(self):
        """How a card shows it: whole, until all prints are made."""
        return self.in_crop("card")

    @property
    def first_prints(self):
        about = (self.content_hash, self.width, self.height)
        return [
            Picture(url=url_of(one), width=one.width, height=one.height, alt=self.alt_text)
            for one in darkroom.first_prints(*about, is_transparent=self.is_transparent)
        ]


def url_of(a_print):
    return default_storage.url(a_print.name)


def tone_classes(tone):
    """The classes of the style sheet for a colour "#rrggbb": six steps of each light."""
    if not tone:
        return ""
    steps = (round(int(tone[at : at + 2], 16) / 51) for at in (1, 3, 5))
    return "tone " + " ".join(f"{light}{step}" for light, step in zip("rgb", steps, strict=True))


class ImageUseManager(models.Manager):
    def follow(self, article, codes, *, is_live):
        """Note which pictures these words of a story show. Those that came or went are returned."""
        wanted = set(Image.objects.filter(code__in=codes).values_list("pk", flat=True))
        noted = self.filter(article=article, is_live=is_live)
        known = set(noted.values_list("image", flat=True))
        if gone := known - wanted:
            noted.filter(image__in=gone).delete()
        self.bulk_create(
            (ImageUse(image_id=pk, article=article, is_live=is_live) for pk in wanted - known),
            ignore_conflicts=True,
        )
        return wanted ^ known


class ImageUse(models.Model):
    """That a story shows a picture: in the words that the desk has, or in those of readers."""

    image = models.ForeignKey(Image, models.PROTECT, related_name="uses", verbose_name=_("picture"))
    article = models.ForeignKey(
        "articles.Article", models.CASCADE, related_name="+", verbose_name=_("story")
    )
    is_live = models.BooleanField(_("readers see it"))

    objects = ImageUseManager()

    class Meta:
        verbose_name = _("use of a picture")
        verbose_name_plural = _("uses of pictures")
        constraints = [
            models.UniqueConstraint(
                fields=["image", "article", "is_live"], name="use_of_a_picture_is_noted_once"
            )
        ]

    def __str__(self):
        return f"{self.image} · {self.article}"


class PageUseManager(models.Manager):
    def follow(self, page):
        """Note which pictures a page about the house shows, and which no longer."""
        shown = Image.objects.filter(code__in=richtext.image_codes(page.body))
        self.filter(page=page).exclude(image__in=shown).delete()
        self.bulk_create(
            (PageUse(image=image, page=page) for image in shown), ignore_conflicts=True
        )


class PageUse(models.Model):
    """That a page about the house shows a picture."""

    image = models.ForeignKey(
        Image, models.PROTECT, related_name="page_uses", verbose_name=_("picture")
    )
    page = models.ForeignKey(
        "articles.Page", models.CASCADE, related_name="+", verbose_name=_("page")
    )

    objects = PageUseManager()

    class Meta:
        verbose_name = _("use of a picture on a page")
        verbose_name_plural = _("uses of pictures on pages")
        constraints = [
            models.UniqueConstraint(fields=["image", "page"], name="picture_is_on_a_page_once")
        ]

    def __str__(self):
        return f"{self.image} · {self.page}"


# What belongs to the file of a picture, not to its words: with the file it is replaced, and comes
# back. How it came about is told of the file too.
OF_A_FILE = [
    *("file", "original_name", "content_hash", "width", "height", "is_transparent", "tone"),
    *("focal_x", "focal_y", "suggested_x", "suggested_y", "file_says", "digital_source"),
]


class FormerFile(models.Model):
    """A file that a picture had before it was replaced, kept for the desk."""

    image = models.ForeignKey(
        Image, models.CASCADE, related_name="former_files", verbose_name=_("picture")
    )
    file = models.FileField(_("file"), upload_to=place, storage=originals)
    original_name = LineField(_("name of the file"), max_length=255, blank=True)
    content_hash = models.CharField(max_length=64, db_index=True)
    width = models.PositiveIntegerField(_("width"))
    height = models.PositiveIntegerField(_("height"))
    is_transparent = models.BooleanField(default=False)
    tone = models.CharField(max_length=7, blank=True)
    focal_x = models.PositiveSmallIntegerField(default=50)
    focal_y = models.PositiveSmallIntegerField(default=50)
    suggested_x = models.PositiveSmallIntegerField(null=True)
    suggested_y = models.PositiveSmallIntegerField(null=True)
    file_says = models.JSONField(default=dict)
    digital_source = models.CharField(max_length=40, blank=True)
    replaced_at = models.DateTimeField(_("replaced"), default=timezone.now)
    replaced_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("former file")
        verbose_name_plural = _("former files")
        ordering = ["-replaced_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["file"], name="former_file_is_kept_once"),
        ]

    def __str__(self):
        return self.original_name or PurePath(self.file.name).name

    @property
    def small(self):
        """The whole picture as it was, for lists at the desk."""
        about = (self.content_hash, self.width, self.height)
        first = darkroom.first_prints(*about, is_transparent=self.is_transparent)[0]
        return Picture(url=url_of(first), width=first.width, height=first.height)
