"""The desk, one file a part."""

from django.contrib import admin
from taggit.models import Tag

from articles.admin import (
    articles,
    checks,
    corrections,
    images,
    pages,
    people,
    sections,
    site,
    subjects,
)

__all__ = [
    "articles",
    "checks",
    "corrections",
    "images",
    "pages",
    "people",
    "sections",
    "site",
    "subjects",
]

admin.site.unregister(Tag)  # taggit's own; ours are topics
