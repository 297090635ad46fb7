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


def matching(articles, tokens):
    query = " & ".join(f"'{token}'" for token in tokens) + ":*"
    return articles.filter(pk__in=RawSQL(MATCHES, [query]))  # noqa: S611


def index(article):
    """Nothing to do: the database keeps its own index in step."""
