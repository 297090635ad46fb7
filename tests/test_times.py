"""“Updated”: what readers are told of time, and how long a page may say it."""

import re
from datetime import UTC, datetime, timedelta

import feedparser
import pytest
import time_machine
from django.utils import translation

from articles.clock import Clock
from tests.factories import make_article

NOW = datetime(2025, 4, 28, 13, 5, 7, tzinfo=UTC)

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("age", "words", "lifetime"),
    [
        (timedelta(seconds=0), "1 sec ago", 1),
        (timedelta(seconds=7), "7 sec ago", 1),
        (timedelta(seconds=59), "59 sec ago", 1),
        (timedelta(seconds=60), "1 min ago", 60),
        (timedelta(minutes=13), "13 min ago", 60),
        (timedelta(minutes=13, seconds=50), "13 min ago", 10),
        (timedelta(minutes=59, seconds=59), "59 min ago", 1),
        (timedelta(hours=1), "1 hour ago", 60 * 60),
        (timedelta(hours=3), "3 hours ago", 60 * 60),
        (timedelta(hours=23, minutes=59, seconds=30), "23 hours ago", 30),
        (timedelta(hours=24), "27 April 2025", 24 * 60 * 60),
        (timedelta(days=400), "24 March 2024", 24 * 60 * 60),
    ],
)
def test_a_moment_is_told_in_words_and_the_page_lives_as_long_as_they_are_true(
    age, words, lifetime
):
    clock = Clock(now=NOW, lifetime=24 * 60 * 60)
    assert clock.words(NOW - age) == words
    assert clock.lifetime == lifetime


def test_words_stay_true_until_the_page_expires():
    for seconds in range(0, 2 * 24 * 60 * 60, 37):
        clock = Clock(now=NOW, lifetime=24 * 60 * 60)
        moment = NOW - timedelta(seconds=seconds)
        words = clock.words(moment)
        last = Clock(now=NOW + timedelta(seconds=clock.lifetime - 1))
        assert last.words(moment) == words, seconds


def test_the_shortest_lived_words_decide_for_the_page():
    clock = Clock(now=NOW, lifetime=300)
    clock.words(NOW - timedelta(hours=2))
    clock.words(NOW - timedelta(minutes=2, seconds=20))
    assert clock.lifetime == 40


def test_the_day_in_the_masthead_ends_at_midnight():
    clock = Clock(now=datetime(2025, 4, 28, 23, 59, 50, tzinfo=UTC), lifetime=300)
    assert clock.today() == "Monday 28 April 2025"
    assert clock.lifetime == 10


def test_the_exact_moment_names_its_zone(settings):
    settings.TIME_ZONE = "Europe/Berlin"
    assert Clock(now=NOW).exact(NOW) == "28 April 2025, 15:05 CEST"


@pytest.mark.parametrize(
    ("age", "words"),
    [
        (1, "قبل ثانية واحدة"),
        (2, "قبل ثانيتين"),
        (7, "قبل 7 ثوانٍ"),
        (23, "قبل 23 ثانية"),
        (13 * 60, "قبل 13 دقيقة"),
        (3 * 60 * 60, "قبل 3 ساعات"),
    ],
)
def test_arabic_counts_as_arabic_does(age, words):
    with translation.override("ar"):
        assert Clock(now=NOW).words(NOW - timedelta(seconds=age)) == words


@pytest.fixture
def told(db, client):
    """A function: what each output says of a story's times, a year later."""

    def told(**fields):
        article = make_article(**fields)
        page = client.get(article.get_absolute_url()).content.decode()
        feed = feedparser.parse(client.get("/feeds/latest/").content)
        return article, page, feed.entries[0]

    return told


def test_a_story_that_never_changed_is_published_not_updated(told):
    article, page, _ = told(first_published_at=NOW, updated_at=NOW + timedelta(seconds=60))
    assert "Updated" not in page
    assert re.search(r"Published <time[^>]*>28 April 2025</time>", page)
    assert article.changed_at == NOW


def test_the_first_publication_is_told_to_the_second_as_the_last_change_is(told):
    _, page, _ = told(first_published_at=NOW + timedelta(microseconds=123456))
    assert f'property="article:published_time" content="{NOW.isoformat()}"' in page
    assert f'property="article:modified_time" content="{NOW.isoformat()}"' in page
    assert f'"datePublished":"{NOW.isoformat()}"' in page


def test_page_markup_and_feed_tell_one_time(told):
    later = NOW + timedelta(hours=4)
    _, page, entry = told(first_published_at=NOW, updated_at=later)
    assert re.search(r"Updated <time[^>]*>28 April 2025</time></b>, 17:05 UTC", page)
    assert f'"dateModified":"{later.isoformat()}"' in page
    assert f'property="article:modified_time" content="{later.isoformat()}"' in page
    assert datetime.fromisoformat(entry.updated) == later
    assert datetime.fromisoformat(entry.published) == NOW


def test_every_time_carries_its_exact_moment(told):
    _, page, _ = told(first_published_at=NOW, updated_at=NOW + timedelta(hours=1))
    times = re.findall(r"<time ([^>]*)>", page)
    assert times
    for attributes in times:
        stamp = re.search(r'datetime="([^"]+)"', attributes)[1]
        assert datetime.fromisoformat(stamp).tzinfo
        assert re.search(r'title="\d+ \w+ \d{4}, \d\d:\d\d:\d\d UTC"', attributes)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("age", "lifetime"), [(timedelta(seconds=7), 1), (timedelta(minutes=13, seconds=50), 10)]
)
def test_a_stored_page_never_lies(client, age, lifetime):
    with time_machine.travel(NOW, tick=False):
        article = make_article(first_published_at=NOW - timedelta(days=2), updated_at=NOW - age)
        for address in (article.get_absolute_url(), "/", "/world/", "/latest/"):
            header = client.get(address).headers["Cache-Control"]
            assert set(header.split(", ")) == {"public", f"max-age={lifetime}"}


@pytest.mark.django_db
def test_a_page_of_old_stories_lives_for_the_default(client, settings):
    article = make_article(first_published_at=NOW)
    header = client.get(article.get_absolute_url()).headers["Cache-Control"]
    assert f"max-age={settings.PAGE_LIFETIME}" in header
