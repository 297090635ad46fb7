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
CREATE TRIGGER IF NOT EXISTS articles_search_forgets AFTER DELETE ON articles_article
BEGIN DELETE FROM articles_search WHERE rowid = old.id; END
"""

# The index of the desk's cards holds no words itself: it reads them where Django keeps them.
PUT_IN = (
    "INSERT INTO articles_cards (rowid, headline, words) VALUES (new.id, new.headline, new.words)"
)
TAKE_OUT = (
    "INSERT INTO articles_cards (articles_cards, rowid, headline, words)"
    " VALUES ('delete', old.id, old.headline, old.words)"
)
CREATE_CARDS = [
    """
    CREATE VIRTUAL TABLE articles_cards USING fts5 (
        headline, words, content = 'articles_indexcard', content_rowid = 'id',
        tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3'
    )
    """,
    f"CREATE TRIGGER IF NOT EXISTS card_goes_in AFTER INSERT ON articles_indexcard"
    f" BEGIN {PUT_IN}; END",
    f"CREATE TRIGGER IF NOT EXISTS card_goes_out AFTER DELETE ON articles_indexcard"
    f" BEGIN {TAKE_OUT}; END",
    f"CREATE TRIGGER IF NOT EXISTS card_is_written_anew AFTER UPDATE ON articles_indexcard"
    f" BEGIN {TAKE_OUT}; {PUT_IN}; END",
]
DROP_CARDS = [
    "DROP TRIGGER card_goes_in",
    "DROP TRIGGER card_goes_out",
    "DROP TRIGGER card_is_written_anew",
    "DROP TABLE articles_cards",
]

# So does the index of pictures, whose cards have the numbers of their pictures.
PUT_PICTURE_IN = "INSERT INTO articles_pictures (rowid, words) VALUES (new.image_id, new.words)"
TAKE_PICTURE_OUT = (
    "INSERT INTO articles_pictures (articles_pictures, rowid, words)"
    " VALUES ('delete', old.image_id, old.words)"
)
CREATE_PICTURES = [
    """
    CREATE VIRTUAL TABLE articles_pictures USING fts5 (
        words, content = 'articles_picturecard', content_rowid = 'image_id',
        tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3'
    )
    """,
    f"CREATE TRIGGER IF NOT EXISTS picture_goes_in AFTER INSERT ON articles_picturecard"
    f" BEGIN {PUT_PICTURE_IN}; END",
    f"CREATE TRIGGER IF NOT EXISTS picture_goes_out AFTER DELETE ON articles_picturecard"
    f" BEGIN {TAKE_PICTURE_OUT}; END",
    f"CREATE TRIGGER IF NOT EXISTS picture_is_described_anew AFTER UPDATE ON articles_picturecard"
    f" BEGIN {TAKE_PICTURE_OUT}; {PUT_PICTURE_IN}; END",
]
DROP_PICTURES = [
    "DROP TRIGGER picture_goes_in",
    "DROP TRIGGER picture_goes_out",
    "DROP TRIGGER picture_is_described_anew",
    "DROP TABLE articles_pictures",
]


def keep_in_step(database):
    """Make the triggers that are missing: a table that a migration made anew has lost its own."""
    indices = {"articles_search", "articles_cards", "articles_pictures"}
    if indices <= set(database.introspection.table_names()):
        with database.cursor() as cursor:
            for trigger in (FORGET, *CREATE_CARDS[1:], *CREATE_PICTURES[1:]):
                cursor.execute(trigger)


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


def cards(phrases, *, is_begun, in_headlines):
    """What finds the cards that have all these phrases: a table, its key and a condition."""
    query = all_of(phrases, is_begun=is_begun)
    query = f"headline : ({query})" if in_headlines else query
    return "articles_cards", "rowid", "articles_cards MATCH %s", query


def pictures(phrases, *, is_begun):
    """The same for pictures, by whose numbers their cards go."""
    query = all_of(phrases, is_begun=is_begun)
    return "articles_pictures", "rowid", "articles_pictures MATCH %s", query


def all_of(phrases, *, is_begun):
    return " ".join('"' + " ".join(phrase) + '"' for phrase in phrases) + "*" * is_begun
