"""Atom feeds, read by a parser that is not ours."""

from datetime import datetime, timedelta
from xml.etree import ElementTree

import feedparser
import pytest
from django.utils import timezone

from articles import publishing
from articles.feeds import SIZE
from articles.models import Correction
from tests.factories import make_article, make_author, make_section, make_topic

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"
FEEDS = [
    "/feeds/latest/",
    "/feeds/section/world/",
    "/feeds/topic/harbour/",
    "/feeds/author/mira-lind/",
]


@pytest.fixture
def subjects():
    make_section("World"), make_topic("Harbour"), make_author("Mira Lind")


def parse(client, address):
    response = client.get(address)
    assert response.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    feed = feedparser.parse(response.content)
    assert not feed.bozo, feed.bozo_exception
    assert feed.version == "atom10"
    return feed


@pytest.mark.parametrize("address", FEEDS)
def test_a_feed_is_whole(client, subjects, address):
    """All that RFC 4287 demands: id, title, updated, author; links to itself and to its page."""
    for number in range(3):
        make_article(
            f"Boats & “quotes” <{number}>",
            topics=["Harbour"],
            authors=[make_author()],
            standfirst="Two & a half.",
            minutes_old=number,
        )
    feed = parse(client, address)
    root = ElementTree.fromstring(client.get(address).content)  # noqa: S314
    for element in [root, *root.findall(f"{ATOM}entry")]:
        for required in ("id", "title", "updated"):
            assert len(element.findall(ATOM + required)) == 1, required
    assert root.find(f"{ATOM}author/{ATOM}name").text == "Newsroom"
    links = {link.rel: link.href for link in feed.feed.links}
    assert links["self"] == f"http://localhost:8000{address}"
    assert links["alternate"].startswith("http://localhost:8000/")
    assert client.get(links["alternate"].removeprefix("http://localhost:8000")).status_code == 200
    assert [entry.title for entry in feed.entries] == [f"Boats & “quotes” <{n}>" for n in range(3)]
    assert feed.entries[0].summary == "Two & a half."
    assert feed.entries[0].author == "Mira Lind"
    assert feed.entries[0].tags[0].term == "Harbour"


@pytest.mark.parametrize("address", FEEDS)
def test_an_empty_feed_is_valid(client, subjects, address):
    feed = parse(client, address)
    assert feed.entries == []
    assert feed.feed.updated


def test_a_feed_keeps_an_entrys_id_when_its_headline_and_address_change(client):
    article = make_article()
    before = parse(client, "/feeds/latest/").entries[0]
    article.headline, article.slug = "Port opens at last", "port-opens-at-last"
    article.save()
    after = parse(client, "/feeds/latest/").entries[0]
    assert after.id == before.id
    assert after.link != before.link


@pytest.mark.parametrize("address", ["/feeds/latest/", "/feeds/corrections/"])
def test_an_entry_keeps_its_id_when_the_site_moves(client, settings, address):
    for number in range(2):
        article = make_article(f"Story {number}")
        Correction.objects.create(article=article, text="Nine berths, not eight.")
        Correction.objects.create(article=article, text="On Monday.")
    before = {entry.id for entry in parse(client, address).entries}
    settings.SITE_URL = settings.SHORT_URL_BASE = "https://news.example"
    settings.TIME_ZONE = "Asia/Tokyo"
    feed = parse(client, address)
    assert feed.entries[0].link.startswith("https://news.example/")
    assert {entry.id for entry in feed.entries} == before
    assert len(before) == len(feed.entries)
    assert all(entry.startswith("urn:uuid:") for entry in before)


def test_a_feed_changed_when_its_newest_change_did(client):
    moment = timezone.now() - timedelta(days=3)
    make_article(first_published_at=moment, updated_at=moment + timedelta(days=1))
    feed = parse(client, "/feeds/latest/")
    assert datetime.fromisoformat(feed.feed.updated) == datetime.fromisoformat(
        feed.entries[0].updated
    )


def test_a_feed_holds_the_newest_only(client):
    for number in range(SIZE + 5):
        make_article(f"Boats {number}", minutes_old=number)
    assert len(parse(client, "/feeds/latest/").entries) == SIZE


def test_an_entry_says_its_language(client):
    make_article("الميناء", language="ar")
    content = client.get("/feeds/latest/").content.decode()
    assert '<entry xml:lang="ar">' in content


def test_a_feed_of_nothing_we_have_is_not_found(client):
    for address in ("/feeds/section/no/", "/feeds/topic/no/", "/feeds/author/no/"):
        assert client.get(address).status_code == 404


def test_corrections_can_be_followed(client):
    article = make_article("Port opens", minutes_old=99)
    publishing.correct(article, text="Nine berths & no more.", by=None)
    feed = parse(client, "/feeds/corrections/")
    [entry] = feed.entries
    assert entry.title == "Correction: Port opens"
    assert entry.summary == "Nine berths & no more."
    assert "/feeds/corrections/" in client.get("/corrections/").content.decode()
    publishing.withdraw(article, by=None)
    assert not parse(client, "/feeds/corrections/").entries


def test_a_feed_of_no_corrections_is_whole(client):
    assert parse(client, "/feeds/corrections/").feed.updated
