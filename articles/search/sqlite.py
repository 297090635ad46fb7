"""SQLite's FTS5. `index` keeps its table, since a trigger could not take the HTML off a body."""

import unicodedata

from django.db import connection
from django.db.models.expressions import RawSQL

from articles import richtext

CREATE = """
CREATE VIRTUAL TABLE articles_search USING fts5 (
    headline, standfirst, body, tokenize = 'unicode61 remove_diacritics 2'
)
"""

FORGET = """
CREATE TRIGGER articles_search_forgets AFTER DELETE ON articles_article
BEGIN DELETE FROM articles_search WHERE rowid = old.id; END
"""


def matching(articles, tokens):
    query = " ".join(f'"{token}"' for token in tokens) + "*"
    found = RawSQL("SELECT rowid FROM articles_search WHERE articles_search MATCH %s", [query])
    return articles.filter(pk__in=found)


def index(article):
    texts = [article.headline, article.standfirst, richtext.plain_text(article.body)]
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM articles_search WHERE rowid = %s", [article.pk])
        cursor.execute(
            "INSERT INTO articles_search (rowid, headline, standfirst, body)"
            " VALUES (%s, %s, %s, %s)",
            [article.pk, *(unicodedata.normalize("NFKD", text) for text in texts)],
        )
