"""Search: two databases, one door. Callers never learn which one answered."""

from django.db import connection

from articles.models import Article
from articles.search import postgres, sqlite

ENGINES = {"sqlite": sqlite, "postgresql": postgres}
LONGEST = 200  # characters of a reader's words; more is a mistake or an attack


def find(words):
    """Published articles that have all the reader's words, the last of which may be unfinished."""
    tokens = "".join(sign if sign.isalnum() else " " for sign in words[:LONGEST]).split()
    if not tokens:
        return Article.objects.none()
    return ENGINES[connection.vendor].matching(Article.objects.published(), tokens)


def index(article):
    """Make an article's words findable as they now stand."""
    ENGINES[connection.vendor].index(article)
