"""Search: two databases, one door. Callers never learn which one answered."""

import re
import unicodedata

from django.db import connection

from articles.models import Article
from articles.search import postgres, sqlite
from articles.search.postgres import ACCENTS

ENGINES = {"sqlite": sqlite, "postgresql": postgres}
LONGEST = 200  # characters of a reader's words; more is a mistake or an attack


def find(words):
    """Published articles that have all the reader's words, the last of which may be unfinished."""
    tokens = plain(words[:LONGEST]).split()
    if not tokens:
        return Article.objects.none()
    return ENGINES[connection.vendor].matching(Article.objects.published(), tokens)


def plain(words):
    """Letters, their marks and digits, with accents off: who types cafe means café."""
    words = re.sub(ACCENTS, "", unicodedata.normalize("NFKD", words))
    return "".join(sign if unicodedata.category(sign)[0] in "LMN" else " " for sign in words)


def index(article):
    """Make an article's words findable as they now stand."""
    ENGINES[connection.vendor].index(article)
