"""Kinds of column that the newsroom needs and Django does not have."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_prose_editor.fields import ProseEditorField

from articles import codes, richtext, slugs


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


class CodeField(models.CharField):
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


class SlugField(models.CharField):
    """The readable end of an address, in any script."""

    default_validators = [slugs.validate]

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("max_length", slugs.LONGEST)
        kwargs.setdefault("verbose_name", _("address"))
        super().__init__(*args, **kwargs)
