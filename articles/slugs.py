"""The readable end of an address, made from a headline in any script."""

import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

LONGEST = 80  # characters


def slugify(words, fallback="story"):
    """Letters, marks and digits in lower case with hyphens between.

    Django's own drops combining marks, and with them the vowels of Hindi, Thai or Bengali.
    """
    words = unicodedata.normalize("NFKC", words).lower().replace("’", "").replace("'", "")
    kept = "".join(sign if unicodedata.category(sign)[0] in "LMN" else " " for sign in words)
    slug = "-".join(kept.split())
    if len(slug) > LONGEST:
        slug = slug[: LONGEST + 1].rpartition("-")[0] or slug[:LONGEST]
    return slug or fallback


def validate(slug):
    if slug != slugify(slug, fallback=""):
        raise ValidationError(
            _("Letters, digits and hyphens only, for example %(example)s."),
            params={"example": slugify(slug)},
        )


def free(model, words):
    """A slug of these words that no row of the model has yet."""
    slug = first = slugify(words, fallback=model._meta.model_name)
    number = 1
    while model._default_manager.filter(slug=slug).exists():
        number += 1
        slug = f"{first[: LONGEST - 8]}-{number}"
    return slug
