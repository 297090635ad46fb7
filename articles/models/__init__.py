"""What the newsroom keeps."""

from articles.models.articles import Article, RetiredCode, Status
from articles.models.corrections import Correction
from articles.models.images import Image
from articles.models.people import Author, Byline
from articles.models.revisions import PUBLICATIONS, Kind, Revision
from articles.models.subjects import Section, Tagging, Topic, TopicAlias

__all__ = [
    "PUBLICATIONS",
    "Article",
    "Author",
    "Byline",
    "Correction",
    "Image",
    "Kind",
    "RetiredCode",
    "Revision",
    "Section",
    "Status",
    "Tagging",
    "Topic",
    "TopicAlias",
]
