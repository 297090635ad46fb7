"""What the newsroom keeps."""

from articles.models.articles import UNPUBLISHED, Article, LeadCrop, RetiredCode, Status
from articles.models.assignments import Assignment
from articles.models.checks import Check, StyleEntry
from articles.models.corrections import Correction
from articles.models.images import DigitalSource, FormerFile, Image, ImageUse, PageUse
from articles.models.notes import Mention, Note
from articles.models.pages import Page
from articles.models.people import Author, Byline, GivenRight, Remit
from articles.models.presence import Presence
from articles.models.previews import PreviewAnswer, PreviewLink
from articles.models.revisions import PUBLICATIONS, Kind, Revision, ScheduledPublication
from articles.models.searches import IndexCard, KeptSearch, PictureCard
from articles.models.site import Site
from articles.models.subjects import Section, Tagging, Topic, TopicAlias

__all__ = [
    "PUBLICATIONS",
    "UNPUBLISHED",
    "Article",
    "Assignment",
    "Author",
    "Byline",
    "Check",
    "Correction",
    "DigitalSource",
    "FormerFile",
    "GivenRight",
    "Image",
    "ImageUse",
    "IndexCard",
    "KeptSearch",
    "Kind",
    "LeadCrop",
    "Mention",
    "Note",
    "Page",
    "PageUse",
    "PictureCard",
    "Presence",
    "PreviewAnswer",
    "PreviewLink",
    "Remit",
    "RetiredCode",
    "Revision",
    "ScheduledPublication",
    "Section",
    "Site",
    "Status",
    "StyleEntry",
    "Tagging",
    "Topic",
    "TopicAlias",
]
