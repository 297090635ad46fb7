"""The library of pictures."""

import hashlib
from pathlib import PurePath

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import FileExtensionValidator, MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from articles import slugs
from articles.models.fields import CodeField, LineField
from articles.richtext import Picture

LARGEST_FILE = 40 * 1024 * 1024  # bytes
LARGEST_SIDE = 12_000  # pixels
LARGEST_AREA = 100_000_000  # pixels
FORMATS = ["jpg", "jpeg", "png", "webp", "gif", "avif"]


def place(image, filename):
    """Where an uploaded file is kept: a name that we make, and an ending that we know."""
    name = PurePath(filename)
    return f"pictures/{slugs.slugify(name.stem, fallback='picture')[:50]}{name.suffix.lower()}"


def refuse_large_file(file):
    if file.size > LARGEST_FILE:
        raise ValidationError(_("The picture is over 40 MB. Export it at 6000 pixels or less."))


class ImageManager(models.Manager):
    def get_by_natural_key(self, code):
        return self.get(code=code)


class Image(models.Model):
    """A picture with the words and rights that travel with it."""

    code = CodeField()
    file = models.ImageField(
        _("file"),
        upload_to=place,
        width_field="width",
        height_field="height",
        validators=[refuse_large_file, FileExtensionValidator(FORMATS)],
    )
    width = models.PositiveIntegerField(_("width"), editable=False, help_text=_("Pixels."))
    height = models.PositiveIntegerField(_("height"), editable=False, help_text=_("Pixels."))
    content_hash = models.CharField(max_length=64, editable=False, blank=True, db_index=True)
    caption = LineField(_("caption"), max_length=500, blank=True)
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
    usage_terms = LineField(_("usage terms"), max_length=500, blank=True)
    rights_until = models.DateField(_("rights end on"), null=True, blank=True)
    created_at = models.DateTimeField(_("added"), auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("added by"),
    )

    objects = ImageManager()

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        ordering = ["-created_at", "-pk"]
        permissions = [
            ("change_any_image", _("Can change pictures of other people, and those in the paper")),
        ]
        indexes = [models.Index(fields=["-created_at", "-id"], name="pictures_by_time")]
        constraints = [
            models.UniqueConstraint(fields=["file"], name="picture_has_a_file_of_its_own"),
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
        return self.caption or PurePath(self.file.name).name

    def save(self, **kwargs):
        if not self.file._committed:
            digest = hashlib.sha256()
            for chunk in self.file.chunks():
                digest.update(chunk)
            self.content_hash = digest.hexdigest()
        super().save(**kwargs)

    def clean(self):
        width, height = self.width or 0, self.height or 0
        if max(width, height) > LARGEST_SIDE or width * height > LARGEST_AREA:
            sentence = _("The picture is too large to handle. Export it at 6000 pixels or less.")
            raise ValidationError({"file": sentence})

    def natural_key(self):
        return (self.code,)

    @cached_property
    def picture(self):
        """What a page needs to show it."""
        return Picture(
            url=self.file.url,
            width=self.width,
            height=self.height,
            alt=self.alt_text,
            caption=self.caption,
            credit=self.credit,
        )
