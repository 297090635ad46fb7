"""A story as readers would see it: at the desk, and through a link for people outside."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles import publishing
from articles.models import Article, Topic
from tests.factories import (
    make_article,
    make_author,
    make_draft,
    make_picture,
    make_section,
    make_topic,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client):
    user = make_user(first_name="Mira", last_name="Lind")
    client.force_login(user)
    return user


def preview(client, article, **asked):
    return client.get(f"/admin/articles/article/{article.pk}/preview/", asked)


# At the desk


def test_the_preview_shows_the_words_that_the_desk_has_open(client, editor):
    article, jonas = make_article(authors=[make_author()]), make_author("Jonas Berg")
    changes = {
        "headline": "Port opens early",
        "kicker": "Harbour",
        "topics": ["A new topic"],
        "byline": [jonas.pk],
        "lead_image": make_picture(size=(9, 9)).code,
    }
    publishing.autosave(article, changes, by=editor)
    page = preview(client, article).content.decode()
    for words in ("Port opens early", "Harbour", "A new topic", "Jonas Berg", "Dana Ruiz"):
        assert words in page
    assert "Mira Lind</b>" not in page
    assert not Topic.objects.exists()
    article.refresh_from_db()
    assert article.headline == "Port opens"


def test_a_draft_that_lacks_everything_has_a_preview(client, editor):
    article = make_draft(section=None, body="")
    page = preview(client, article)
    assert page.status_code == 200
    assert "Port to open" in page.content.decode()
    assert "None" not in page.content.decode()
    article.refresh_from_db()
    assert article.first_published_at is None


def test_any_version_has_a_preview(client, editor):
    article = make_draft()
    publishing.save_draft(article, {"headline": "Port opens late"}, by=editor)
    publishing.save_draft(article, {"headline": "Port opens"}, by=editor)
    assert "Port opens late" in preview(client, article, version=2).content.decode()
    for number in ("9", "0", "x", "9" * 30, "\x00"):
        assert preview(client, article, version=number).status_code == 404


def test_a_preview_is_kept_out_of_caches_search_and_frames_of_others(client, editor):
    article = make_draft()
    page = preview(client, article)
    assert "no-store" in page["Cache-Control"]
    assert page["X-Robots-Tag"] == "noindex, nofollow"
    assert page["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in page["Content-Security-Policy"]
    form = client.get(f"/admin/articles/article/{article.pk}/change/")
    assert "frame-ancestors 'none'" in form["Content-Security-Policy"]
    assert form["X-Frame-Options"] == "DENY"
    words = page.content.decode()
    assert 'rel="canonical"' not in words
    assert "application/ld+json" not in words
    assert '<div class="tools" inert>' in words  # its address leads nowhere yet


def test_beside_its_form_it_says_nothing_of_the_desk(client, editor):
    article = make_draft()
    assert "Preview of version 1" in preview(client, article).content.decode()
    assert "Preview of version 1" not in preview(client, article, beside="").content.decode()


def test_a_preview_asks_as_much_for_ten_topics_as_for_two(client, editor):
    asked = []
    for n in (2, 10):
        topics = [make_topic(f"Topic {i}") for i in range(n)]
        article = make_draft(topics=topics, authors=[make_author(f"Author {i}") for i in range(n)])
        preview(client, article)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            preview(client, article)
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_readers_never_meet_a_page_without_its_section(client):
    article = make_article(section=make_section("World"), kicker="Harbour")
    page = client.get(article.get_absolute_url()).content.decode()
    assert '<a href="/world/">World</a> <span>Harbour</span>' in page
    assert "inert" not in page


def test_the_form_shows_where_others_would_cut_it(client, editor):
    article = make_draft("Port opens " * 8, standfirst="")
    page = client.get(f"/admin/articles/article/{article.pk}/change/").content.decode()
    assert (
        'data-card-title="60">Port opens Port opens Port opens Port opens Port opens Port…' in page
    )
    assert '155">The first boats left at dawn.</span>' in page
    assert Article.objects.get().standfirst == ""
