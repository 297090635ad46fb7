"""Find anything: from every page of the desk, for whoever may look at it."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles import publishing
from articles.admin.image_uses import uses_of
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
FIND = "/admin/find/"


def groups(client, words):
    """What the field offers: the titles, kind by kind."""
    answer = client.get(FIND, {"q": words}, headers={"accept": "application/json"})
    assert answer.status_code == 200
    return {
        group["name"]: [one["title"] for one in group["found"]] for group in answer.json()["groups"]
    }


@pytest.fixture
def harbour():
    """A newsroom in which much is called so."""
    make_author("Ida Harbour"), make_picture(caption="The harbour."), make_section("Harbour news")
    make_user("harbour-master"), make_draft("Nothing of it")
    return make_draft("Harbour to open", topics=[make_topic("Harbour")])


def test_whatever_has_the_word_is_found_kind_by_kind(client, harbour):
    client.force_login(make_user("nia", "Administrators"))
    make_draft("Boats", body="<p>In the harbour.</p>")
    assert groups(client, "harb") == {
        "Stories": ["Harbour to open", "Boats"],
        "Pictures": ["The harbour."],
        "Topics": ["Harbour"],
        "Authors": ["Ida Harbour"],
        "Sections": ["Harbour news"],
        "People": ["harbour-master"],
    }
    assert groups(client, "pictur") == {"Pages of the desk": ["Pictures"]}
    page = client.get(FIND, {"q": "harbour"}).content.decode()
    assert "Harbour to open" in page
    assert "state-draft" in page


def test_nobody_finds_what_they_may_not_look_at(client, harbour):
    client.force_login(make_user("petra", "Editors"))
    assert "People" not in groups(client, "harbour")
    killed = make_article("Harbour secret")
    publishing.kill(killed, by=None, reason="A court said so.")
    assert groups(client, "secret") == groups(client, killed.code) == {}
    assert client.get(FIND, {"q": killed.code}).status_code == 200
    client.force_login(make_user("nobody", None))
    assert groups(client, "harbour") == {}
    client.logout()
    assert client.get(FIND, {"q": "harbour"}).status_code == 302


def test_a_pasted_code_or_address_goes_straight_there(client):
    client.force_login(make_user())
    article, picture = make_article(topics=[make_topic("Harbour")]), make_picture()
    story = f"/admin/articles/article/{article.pk}/change/"
    for words, place in {
        article.code: story,
        article.code.upper(): story,
        f"https://paper.example/{article.code}": story,
        f"https://paper.example{article.get_absolute_url()}?utm=1": story,
        picture.code: f"/admin/articles/image/{picture.pk}/change/",
        "/topic/harbour/": f"/admin/articles/topic/{make_topic('Harbour').pk}/change/",
        "http://paper.example/admin/articles/article/": "/admin/articles/article/",
    }.items():
        answer = client.get(FIND, {"q": words})
        assert answer.get("Location") == place, words


@pytest.mark.parametrize(
    "words", ["", " ", "\0", '"*', "//", "http://[", "/admin/nowhere/", "x" * 5000, "/world/", "%"]
)
def test_no_words_are_a_mistake(client, words):
    client.force_login(make_user())
    assert client.get(FIND, {"q": words}).status_code == 200
    groups(client, words)
    assert client.post(FIND, {"q": words}).status_code == 405


def test_finding_asks_as_much_for_thirty_as_for_three(client):
    client.force_login(make_user("nia", "Administrators"))

    def fill(numbers):
        for n in numbers:
            make_draft(f"Port {n}", authors=[make_author(f"Port {n}")], topics=[f"Port {n}"])

    def asked():
        with CaptureQueriesContext(connection) as asked:
            groups(client, "port")
        return len(asked)

    fill(range(2))
    asked()
    few = asked()
    fill(range(2, 30))
    assert asked() <= few  # a headline that matches spares a look at the texts


def test_every_page_has_the_field_and_the_table_of_keys(client):
    client.force_login(make_user())
    for place in ("/admin/", "/admin/articles/topic/", FIND):
        page = client.get(place).content.decode()
        assert 'id="find"' in page
        table = page.split('<script id="desk-keys" type="application/json">')[1].split("</script>")[
            0
        ]
        keys = [row["keys"] for group in json.loads(table)["groups"] for row in group["rows"]]
        assert ["/"] in keys
        assert ["G", "S"] in keys


def test_a_picture_knows_where_it_is_shown_without_reading_every_story():
    user, picture = make_user(), make_picture()
    figure = f'<figure data-image="{picture.code}"></figure><p>Boats.</p>'
    shown, changed = make_article("In the body", body=figure), make_article("Changed", body=figure)
    publishing.save_draft(shown, {"kicker": "Harbour"}, by=None)
    publishing.save_draft(changed, {"body": "<p>None.</p>"}, by=None)  # readers still see it
    publishing.save_draft(make_draft("Draft"), {"body": figure}, by=None)
    make_draft("Leads", lead_image=picture), make_draft("Without")
    found = {place.name for place in uses_of(picture, user)["places"]}
    assert found == {"In the body", "Changed", "Draft", "Leads"}
