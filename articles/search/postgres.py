"""PostgreSQL's full text. Its parser passes over HTML tags, so the index stands on the row."""

from django.db.models.expressions import RawSQL

ACCENTS = "[\u0300-\u036f]"  # combining marks, once letters are taken apart
WORDS = (
    "articles_article.headline || ' ' || articles_article.standfirst"
    " || ' ' || articles_article.body"
)
VECTOR = f"to_tsvector('simple', regexp_replace(normalize({WORDS}, NFKD), '{ACCENTS}', '', 'g'))"
# OFFSET 0 keeps the planner from walking the stories by date and reading the words of each.
MATCHES = f"SELECT id FROM articles_article WHERE {VECTOR} @@ to_tsquery('simple', %s) OFFSET 0"  # noqa: S608
CREATE = f"CREATE INDEX articles_search ON articles_article USING gin (({VECTOR}))"

# The desk's cards keep their vector, so that those of a frequent word can be walked by number.
CREATE_CARDS = [
    "ALTER TABLE articles_indexcard ADD COLUMN vector tsvector GENERATED ALWAYS AS"
    " (setweight(to_tsvector('simple', headline), 'A') || to_tsvector('simple', words)) STORED",
    "ALTER TABLE articles_indexcard ALTER COLUMN vector SET STORAGE MAIN",
    "CREATE INDEX articles_cards ON articles_indexcard USING gin (vector)",
]
DROP_CARDS = [
    "DROP INDEX articles_cards",
    "ALTER TABLE articles_indexcard DROP COLUMN vector",
]

CREATE_PICTURES = [
    "ALTER TABLE articles_picturecard ADD COLUMN vector tsvector"
    " GENERATED ALWAYS AS (to_tsvector('simple', words)) STORED",
    "ALTER TABLE articles_picturecard ALTER COLUMN vector SET STORAGE MAIN",
    "CREATE INDEX articles_pictures ON articles_picturecard USING gin (vector)",
]
DROP_PICTURES = [
    "DROP INDEX articles_pictures",
    "ALTER TABLE articles_picturecard DROP COLUMN vector",
]


def keep_in_step(database):
    """Nothing to do: what keeps the indices is part of their tables."""


def matching(articles, tokens):
    query = " & ".join(f"'{token}'" for token in tokens) + ":*"
    return articles.filter(pk__in=RawSQL(MATCHES, [query]))  # noqa: S611


def index(article):
    """Nothing to do: the database keeps its own index in step."""


def cards(phrases, *, is_begun, in_headlines):
    """What finds the cards that have all these phrases: a table, its key and a condition."""
    query = all_of(phrases, "A" if in_headlines else "", is_begun=is_begun)
    return "articles_indexcard", "id", "vector @@ to_tsquery('simple', %s)", query


def pictures(phrases, *, is_begun):
    """The same for pictures, by whose numbers their cards go."""
    query = all_of(phrases, "", is_begun=is_begun)
    return "articles_picturecard", "image_id", "vector @@ to_tsquery('simple', %s)", query


def all_of(phrases, place, *, is_begun):
    last = len(phrases) - 1
    return " & ".join(
        phrase_of(phrase, place, is_begun=is_begun and number == last)
        for number, phrase in enumerate(phrases)
    )


def phrase_of(signs, place, *, is_begun):
    *others, last = [f"'{sign}'" for sign in signs]
    marks = [f"{sign}:{place}" if place else sign for sign in others]
    ending = ("*" if is_begun else "") + place
    return "(" + " <-> ".join([*marks, f"{last}:{ending}" if ending else last]) + ")"
