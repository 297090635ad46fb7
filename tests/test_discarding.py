"""Changes that readers have not seen can be thrown away, and come back."""

import pytest
from django.urls import reverse

from articles import publishing, words
from tests.factories import make_article, make_draft, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client):
    user = make_user()
    client.force_login(user)
    return user


def address(article, page="discard"):
    return reverse(f"admin:articles_article_{page}", args=[article.pk])


def test_the_desk_gets_the_words_back_that_readers_have(client, editor):
    article = make_article("Port opens")
    publishing.save_draft(article, {"headline": "Port opens too soon"}, by=editor)
    page = client.get(address(article)).content.decode()
    assert "<ins>too soon</ins>" in page.replace(" </ins>", "</ins>").replace("<ins> ", "<ins>")
    client.post(address(article), {"started_from": article.working})
    article.refresh_from_db()
    assert not article.has_changes
    assert words.working(article)["headline"] == "Port opens"
    assert "too soon" in client.get(address(article, "history") + "?a=1&b=2").content.decode()


def test_what_was_thrown_away_comes_back_from_history(editor):
    article = make_article("Port opens")
    thrown = publishing.save_draft(article, {"headline": "Port opens too soon"}, by=editor)
    publishing.discard(article, by=editor)
    publishing.restore(article, by=editor, number=thrown.number)
    assert words.working(article)["headline"] == "Port opens too soon"
    assert article.has_changes


def test_whoever_saved_meanwhile_is_not_thrown_away(client, editor):
    article = make_article("Port opens")
    publishing.save_draft(article, {"kicker": "Ships"}, by=editor)
    opened = article.working
    publishing.save_draft(article, {"kicker": "Ferries"}, by=None)
    page = client.post(address(article), {"started_from": opened}).content.decode()
    assert "Somebody saved this story after you opened it." in page
    article.refresh_from_db()
    assert words.working(article)["kicker"] == "Ferries"


def test_a_draft_has_nothing_to_throw_away(client, editor):
    article = make_draft()
    with pytest.raises(publishing.Refused):
        publishing.discard(article, by=editor)
    told = {"started_from": "9" * 50}
    assert client.post(address(article), told, follow=True).status_code == 200
