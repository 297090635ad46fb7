"""Search: two databases, one door. Callers never learn which one answered."""

import re
import unicodedata
from collections import defaultdict
from functools import partial

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import F

from articles import richtext
from articles.models import Article, Author, FormerFile, Image, ImageUse, IndexCard, PictureCard
from articles.search import postgres, sqlite
from articles.search.postgres import ACCENTS

ENGINES = {"sqlite": sqlite, "postgresql": postgres}
LONGEST = 200  # characters of a reader's words; more is a mistake or an attack
MOST = 50  # stories that the desk is shown at once
# Chinese and Japanese write no spaces, so at the desk each of their signs is a word of its own.
SIGNS = re.compile(
    "[\u3041-\u30fa\u30fc\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff][\u3099\u309a]?"
)
ON_CARDS = [
    "kicker",
    "short_headline",
    "standfirst",
    "dateline",
    "slug",
    "agency",
    "lead_caption",
    "lead_alt",
]

ON_PICTURES = [
    *("code", "caption", "credit", "creator", "alt_text", "original_name", "place", "persons"),
    "keywords",
]


def keep_in_step(using=DEFAULT_DB_ALIAS, **kwargs):
    """See to it, after every `migrate`, that the indices follow their tables."""
    ENGINES[connections[using].vendor].keep_in_step(connections[using])


def find(words):
    """Published articles that have all the reader's words, the last of which may be unfinished."""
    tokens = plain(words[:LONGEST]).split()
    if not tokens:
        return Article.objects.none()
    return ENGINES[connection.vendor].matching(Article.objects.published(), tokens)


def find_at_desk(words, stories=Article.objects, *, most=MOST):
    """Stories of the desk that have all these words, those with them in the headline first.

    The words are those that the desk works on, whatever readers see. The last may be unfinished.
    """
    numbers = cards(words, in_headlines=True, most=most)
    if len(numbers) < most:
        numbers = list(dict.fromkeys([*numbers, *cards(words, most=most)]))[:most]
    found = (
        stories.filter(card__in=numbers)
        .annotate(number=F("card"))
        .defer("body", "key_points", "gallery")
    )
    return sorted(found, key=lambda story: numbers.index(story.number))


def cards(words, *, before=None, after=None, most=MOST, in_headlines=False):
    """Numbers of the index cards that have all these words: the last saves first.

    After a number they come the other way about, so that the nearest are found.
    """
    find = partial(ENGINES[connection.vendor].cards, in_headlines=in_headlines)
    return numbers(words, find, before, after, most)


def pictures(words, *, before=None, after=None, most=MOST):
    """Numbers of the pictures that have all these words, the last uploads first; see `cards`.

    The words are theirs, and the topics of the stories that show them.
    """
    return numbers(words, ENGINES[connection.vendor].pictures, before, after, most)


def numbers(words, find, before, after, most):
    phrases = [apart(token).split() for token in plain(words[:LONGEST]).split()]
    if not phrases:
        return []
    # Half of all stories have a word that begins with one letter: it is meant whole.
    table, key, matches, query = find(phrases, is_begun=len(phrases[-1][-1]) > 1)
    bounds = [
        f"{key} {sign} {int(n)}" for sign, n in (("<", before), (">", after)) if n is not None
    ]
    where, order = " AND ".join([matches, *bounds]), "DESC" if after is None else "ASC"
    select = f"SELECT {key} FROM {table} WHERE {where} ORDER BY {key} {order} LIMIT %s"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(select, [query, most])
        return [number for (number,) in cursor.fetchall()]


def plain(words):
    """Letters, their marks and digits, with accents off: who types cafe means café."""
    words = re.sub(ACCENTS, "", unicodedata.normalize("NFKD", words))
    return "".join(sign if unicodedata.category(sign)[0] in "LMN" else " " for sign in words)


def index(article):
    """Make an article's words findable as they now stand."""
    ENGINES[connection.vendor].index(article)


def index_at_desk(article, words):
    """Put a new card of a story in front, with the words that the desk works on."""
    headline, others = on_card(article.code, words, names_on(words))
    IndexCard.objects.filter(article=article).delete()
    IndexCard.objects.create(article=article, headline=headline, words=others)


def mend_card(article, words):
    """Write the card of a story anew where it stands: nobody saved the story."""
    headline, others = on_card(article.code, words, names_on(words))
    IndexCard.objects.filter(article=article).update(headline=headline, words=others)


def names_on(words):
    """The names that a story is signed with, whatever they were when it was saved."""
    authors = Author.objects.select_related("merged_into").filter(pk__in=words["byline"])
    return {author.signs_as.name for author in authors}


def on_card(code, words, names):
    """What stands on an index card: the headline, and all else that a story is known by."""
    texts = [code, *(words[name] for name in ON_CARDS), *words["key_points"]]
    texts += [*words["topics"], *names, *richtext.image_codes(words["body"])]
    texts += [text for use in words["gallery"] for text in use.values()]
    texts.append(richtext.plain_text(words["body"]))
    return apart(words["headline"]), apart(" ".join(texts))


def index_pictures(pks):
    """Make pictures findable by their words, the names their files had, and what stories are on."""
    tagged = ImageUse.objects.filter(image__in=pks, article__taggings__isnull=False)
    also = defaultdict(set)
    for pk, name in tagged.values_list("image", "article__taggings__tag__name").distinct():
        also[pk].add(name)
    for pk, name in FormerFile.objects.filter(image__in=pks).values_list("image", "original_name"):
        also[pk].add(name)
    images = Image.objects.filter(pk__in=pks).values_list("pk", *ON_PICTURES)
    cards = [
        PictureCard(image_id=pk, words=apart(" ".join([*texts, *sorted(also[pk])])))
        for pk, *texts in images
    ]
    told = {"unique_fields": ["image"], "update_fields": ["words"]}
    PictureCard.objects.bulk_create(cards, update_conflicts=True, **told)


def apart(text):
    """Words and signs with spaces between them."""
    return " ".join(SIGNS.sub(r" \g<0> ", plain(text)).split())
