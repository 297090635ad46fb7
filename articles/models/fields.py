"""Kinds of column that the newsroom needs and Django does not have."""

import copy

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.fields.json import KeyTransform
from django.utils.translation import gettext_lazy as _
from django_prose_editor.fields import ProseEditorField

from articles import codes, richtext, slugs


class Printable:
    """For a field of words: no character gets in that no page or feed can show.

    Minded where forms check and at the last door before the database, so in questions too.
    """

    def to_python(self, value):
        return self.printable(super().to_python(value))

    def get_prep_value(self, value):
        return self.printable(super().get_prep_value(value))

    def printable(self, value):
        return richtext.printable(value) if isinstance(value, str) else value


class LineField(Printable, models.CharField):
    """A line of words."""


def has_no_comma(name):
    if "," in name or "،" in name:
        raise ValidationError(_("Leave the comma out: commas stand between names."))


class NameField(LineField):
    """A name that stories are given in a list with commas between."""

    default_validators = [has_no_comma]


class NoteField(Printable, models.TextField):
    """Lines of words."""


class BodyField(ProseEditorField):
    """A story's HTML, cleaned at the last door before the database.

    Every way in passes `get_db_prep_save`: forms, `save`, `bulk_create`, `update`, `loaddata`.
    """

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("extensions", richtext.EXTENSIONS)
        kwargs.setdefault("sanitize", richtext.clean)
        super().__init__(*args, **kwargs)

    def get_db_prep_save(self, value, connection):
        if isinstance(value, str):
            value = richtext.clean(value)
        return super().get_db_prep_save(value, connection)


# What stories did not have from the first. Versions of before say nothing of it.
ADDED_TO_WORDS = {"lead_alt": "", "lead_crop": "", "gallery": []}


class WordsField(models.JSONField):
    """The words of a version (`articles.words`), all of them, however old the version is."""

    def from_db_value(self, value, expression, connection):
        value = super().from_db_value(value, expression, connection)
        if isinstance(value, dict) and not isinstance(expression, KeyTransform):
            value = copy.deepcopy(ADDED_TO_WORDS) | value
        return value

    def deconstruct(self):
        """To the database it is the same as JSON."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.JSONField", args, kwargs


class CodeField(Printable, models.CharField):
    """Five letters that name a record for ever, minted with it."""

    def __init__(self, *args, **kwargs):
        kwargs |= {"max_length": codes.LENGTH, "unique": True, "editable": False}
        kwargs.setdefault("default", codes.mint)
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        for fixed in ("max_length", "unique", "editable"):
            kwargs.pop(fixed, None)
        return name, path, args, kwargs


class SlugField(LineField):
    """The readable end of an address, in any script."""

    default_validators = [slugs.validate]

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("max_length", slugs.LONGEST)
        kwargs.setdefault("verbose_name", _("address"))
        super().__init__(*args, **kwargs)
