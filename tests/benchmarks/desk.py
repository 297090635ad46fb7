"""What the pages of the desk cost, with a thousand stories and with a hundred thousand.

    python tests/benchmarks/desk.py [--stories 100000]

It needs an empty database: a folder of its own if none is named, or the one of DATABASE_URL. It is
no test of pytest's, takes minutes, and wants a machine with nothing else to do. For each page it
prints the queries and the processor time of the web process, median of seven; with SQLite that is
the database too. A page that asks more, or takes over 100 ms, with the large archive is marked.
"""

# ruff: noqa: E402  # Django wants to know its settings first

import argparse
import os
import random
import re
import statistics
import sys
import tempfile
import time
from datetime import timedelta
from itertools import accumulate
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")
os.environ.setdefault("NEWSROOM_DATA", tempfile.mkdtemp(prefix="newsroom-benchmark-"))

import django

django.setup()

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import Group, User
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles import codes, search, words
from articles.models import (
    Article,
    Assignment,
    Author,
    Byline,
    Correction,
    Image,
    ImageUse,
    IndexCard,
    Kind,
    Note,
    Revision,
    Section,
    Status,
    Tagging,
    Topic,
)

FEW, TOPICS, AUTHORS, PEOPLE = 1_000, 2_000, 500, 60
TIMES, LIMIT, PACKET = 7, 100, 2_000  # runs of a page; milliseconds; stories made at once
chance = random.Random(7)  # noqa: S311  # the same archive each time
VOCABULARY = [
    "".join(chance.choices("aeioubcdfglmnprst", k=chance.randint(2, 9))) for _ in range(20_000)
]
WEIGHTS = list(accumulate(1 / rank for rank in range(1, len(VOCABULARY) + 1)))  # as in any language
RARE = VOCABULARY[15_000]
FREQUENT = max(VOCABULARY[:20], key=len)


def sentence(size):
    return " ".join(chance.choices(VOCABULARY, cum_weights=WEIGHTS, k=size))


def code(number):
    """A code of its own for each number: made at once, two of so many would be the same."""
    letters = codes.ALPHABET
    return "".join(letters[number // len(letters) ** place % len(letters)] for place in range(5))


def make_people():
    """All that does not grow with the archive."""
    Section.objects.bulk_create(
        Section(name=name, slug=name.lower())
        for name in ("World", "Politics", "Business", "Climate", "Science", "Health", "Culture")
    )
    Topic.objects.bulk_create(Topic(name=f"Topic {n}", slug=f"topic-{n}") for n in range(TOPICS))
    Author.objects.bulk_create(Author(name=f"Author {n}", slug=f"a-{n}") for n in range(AUTHORS))
    people = [User(username=f"person{n}", is_staff=True, password="!") for n in range(PEOPLE)]
    User.objects.bulk_create(people)
    editor = User.objects.get(username="person0")
    editor.groups.add(Group.objects.get(name="Administrators"))
    Author.objects.filter(slug="a-0").update(user=editor)
    return editor


def make_pictures(first, last, people):
    """As many pictures as stories; an agency's rights to a fifth of them end on one day."""
    today, moment = timezone.localdate(), timezone.now() - timedelta(days=365)
    for start in range(first, last, PACKET):
        images = [
            Image(
                code=code(n),
                file=f"pictures/{n}.jpg",
                original_name=f"dsc-{n}.jpg",
                content_hash=f"{n:064x}",
                width=1200,
                height=800,
                caption=sentence(8),
                place=chance.choice(VOCABULARY[:500]),
                keywords=", ".join(chance.choices(VOCABULARY, cum_weights=WEIGHTS, k=5)),
                credit="" if n % 50 == 0 else "Dana Ruiz",
                alt_text="" if n % 7 == 0 else "A boat",
                rights_until=today + timedelta(days=n % 10 - 3) if n % 5 == 0 else None,
                created_at=moment + timedelta(minutes=5 * n),
                created_by=people[n % len(people)],
            )
            for n in range(start, min(start + PACKET, last))
        ]
        Image.objects.bulk_create(images)
        search.index_pictures([image.pk for image in images])


def fill(first, last, editor):
    """Stories, the newest of which are drafts, each with a version, a card and its relations."""
    make_pictures(first, last, list(User.objects.all()))
    sections, images = list(Section.objects.all()), list(Image.objects.only("pk", "code"))
    authors, topics = list(Author.objects.all()), list(Topic.objects.all())
    people, moment = list(User.objects.all()), timezone.now() - timedelta(days=365)
    for start in range(first, last, PACKET):
        articles, texts = [], []
        for n in range(start, min(start + PACKET, last)):
            at = moment + timedelta(minutes=5 * n)
            status = ["draft", "review", "ready", "spiked"][n % 4] if n % 50 == 0 else "published"
            headline, body = f"{sentence(8)} {n}", sentence(300)
            is_out = status == "published"
            articles.append(
                Article(
                    code=code(n),
                    headline=headline,
                    slug=f"story-{n}",
                    standfirst="" if n % 9 == 0 else sentence(15),
                    body=f"<p>{body}</p>",
                    word_count=300,
                    language="ar" if n % 5_000 == 0 else "en",
                    section=chance.choice(sections),
                    lead_image=None if n % 11 == 0 else chance.choice(images),
                    status=status,
                    first_published_at=at if is_out else None,
                    updated_at=at,
                    saved_at=at,
                    saved_by=chance.choice(people),
                    created_by=chance.choice(people),
                    version=2 if n % 400 == 1 else 1,
                    working=2 if n % 400 == 1 else 1,
                    live=1 if is_out else None,
                )
            )
            texts.append(body)
        Article.objects.bulk_create(articles)
        revisions, taggings, bylines = [], [], []
        for article in articles:
            content = words.of(Article()) | {name: getattr(article, name) for name in words.TEXTS}
            content["section"] = article.section_id
            kind = Kind.FIRST if article.live else Kind.DRAFT
            moments = {"public_from": article.saved_at} if article.live else {}
            told = {"article": article, "content": content, "by": editor, "at": article.saved_at}
            revisions.append(Revision(number=1, kind=kind, **told, **moments))
            if article.working == 2:
                revisions.append(Revision(number=2, kind=Kind.DRAFT, **told))
            # Topics and authors are as uneven as words: one stands on a quarter of all stories.
            two = {topics[0 if chance.random() < 0.25 else chance.randrange(TOPICS)] for _ in "12"}
            taggings += [Tagging(content_object=article, tag=topic) for topic in two]
            author = authors[0 if chance.random() < 0.1 else chance.randrange(AUTHORS)]
            bylines.append(Byline(article=article, author=author))
        Revision.objects.bulk_create(revisions)
        Tagging.objects.bulk_create(taggings)
        Byline.objects.bulk_create(bylines)
        ImageUse.objects.bulk_create(
            ImageUse(article=article, image_id=article.lead_image_id, is_live=is_live)
            for article in articles
            if article.lead_image_id
            for is_live in (False, True)
        )
        IndexCard.objects.bulk_create(
            IndexCard(article=article, headline=article.headline, words=text)
            for article, text in zip(articles, texts, strict=True)
        )
        kind = ContentType.objects.get_for_model(Article)
        LogEntry.objects.bulk_create(
            LogEntry(
                user=editor,
                content_type=kind,
                object_id=article.pk,
                object_repr=article.headline[:200],
                action_flag=CHANGE,
                change_message="Published.",
            )
            for article in articles[::2]
        )
        some = articles[:: PACKET // 20]
        Correction.objects.bulk_create(Correction(article=a, text="Nine.") for a in some)
        Note.objects.bulk_create(Note(article=a, by=editor, text="Who says so?") for a in some)
        soon = timezone.now() + timedelta(hours=2)
        Assignment.objects.bulk_create(
            Assignment(article=a, to=editor, due_at=soon, done_at=None if a is some[0] else soon)
            for a in some
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # as PostgreSQL does by itself in the night


def pages(client):
    """Every page of the desk that lists or shows something, by its address."""
    draft = Article.objects.filter(status=Status.DRAFT).first()
    live = Article.objects.filter(status=Status.PUBLISHED).first()
    changed = Article.objects.filter(working=2).first()
    stories = "/admin/articles/article/"
    older = re.search(r'rel="next" href="(.*?)"', client.get(stories).content.decode())[1]
    asked = [
        *("", f"q={FREQUENT}", f"q={RARE}", f"q={FREQUENT}+{RARE}", f"q={VOCABULARY[9][:2]}"),
        *("state=draft", "state=published", "state=changes", "state=scheduled", "state=withdrawn"),
        *("section=world", "section=world&state=draft", "missing=anything", "missing=standfirst"),
        *("missing=credit", "language=ar", "author=author+0", "author=author+7", "topic=topic+0"),
        *("topic=topic+7", "saved_by=person3", "whose=mine", "due=today", "o=6"),
        *("until=2020-01-01", f"q={FREQUENT}&language=ar&topic=topic+7"),
    ]
    of_pictures = [
        *(f"q={FREQUENT}", f"q={RARE}", f"q={FREQUENT}+{RARE}", f"q={VOCABULARY[9][:2]}", "q=dana"),
        *("missing=credit", "missing=alt", "whose=mine", "added=today", "rights=soon"),
        *("rights=ended", "uses=none", f"q={FREQUENT}&uses=none", f"q={RARE}&missing=alt"),
    ]
    lists = ("topic", "author", "image", "section", "correction")
    return [
        *("/admin/", "/admin/?whose=mine", f"/admin/find/?q={FREQUENT}", f"/admin/find/?q={RARE}"),
        *(f"{stories}?{query}" for query in asked),
        stories + older,
        f"{stories}add/",
        *(f"{stories}{article.pk}/change/" for article in (draft, live, changed)),
        *(f"{stories}{live.pk}/{page}/" for page in ("publish", "history", "who", "withdraw")),
        f"{stories}{changed.pk}/publish/",
        *(f"/admin/articles/{name}/" for name in lists),
        "/admin/articles/topic/?q=topic+1",
        *(f"/admin/articles/image/?{query}" for query in of_pictures),
        *(f"/admin/articles/{name}/names/?q=1" for name in ("topic", "author")),
        *(f"/admin/articles/image/choose/?q={words}" for words in (FREQUENT, RARE)),
        f"/admin/articles/topic/{Topic.objects.first().pk}/change/",
        f"/admin/articles/image/{live.lead_image_id or 1}/change/",
        f"/admin/articles/section/{live.section_id}/change/",
        *("/admin/auth/user/", "/admin/auth/group/"),
    ]


def cost(client, place):
    """Queries and milliseconds of one page."""
    answer = client.get(place)
    if answer.status_code != 200:
        return answer.status_code, 0, 0
    with CaptureQueriesContext(connection) as asked:
        client.get(place)
        queries = len(asked)
    spent, waited = [], []
    for _ in range(TIMES):
        begun, at = time.process_time(), time.perf_counter()
        client.get(place)
        spent.append(1000 * (time.process_time() - begun))
        waited.append(1000 * (time.perf_counter() - at))
    return queries, statistics.median(spent), statistics.median(waited)


def main():
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--stories", type=int, default=100_000)
    many = asked.parse_args().stories
    call_command("migrate", verbosity=0)
    if Article.objects.exists():
        sys.exit("This database has stories. Take an empty one.")
    editor, client, measured = make_people(), Client(HTTP_HOST="localhost"), {}
    client.force_login(editor)
    done = 0
    for size in (FEW, many):
        begun = time.perf_counter()
        fill(done, size, editor)
        done = size
        print(f"{size:,} stories after {time.perf_counter() - begun:.0f} s", file=sys.stderr)
        measured[size] = [cost(client, place) for place in pages(client)]
    print(f"{'queries':>12}  {'CPU ms':>14}  {'waited':>8}  page")
    for few, large, place in zip(measured[FEW], measured[many], pages(client), strict=True):
        is_slow = large[1] > LIMIT or large[0] > few[0]
        print(
            f"{few[0]:>4} → {large[0]:>4}  {few[1]:>5.0f} → {large[1]:>5.0f}  {large[2]:>8.0f}"
            f"  {place[:90]}{'  <<<' if is_slow else ''}"
        )


if __name__ == "__main__":
    main()
