"""What the editor of a body asks the desk: stories to link to."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from articles import publishing
from articles.admin.comparing import compare_blocks
from articles.models import Status
from tests.factories import make_admin, make_article, make_draft, make_section, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def find(client):
    """A function: the stories that an editor finds by words."""

    def find(words, name="editor"):
        client.force_login(make_user(name) if isinstance(name, str) else name)
        return client.get(reverse("admin:articles_article_find"), {"q": words}).json()["stories"]

    return find


def test_a_published_story_is_found_by_its_words_with_its_own_address(find):
    story = make_article("Harbour bridge opens", section=make_section("Business"))
    make_article("Tram stops")
    (found,) = find("bridge harb")
    assert found["headline"] == "Harbour bridge opens"
    assert found["address"] == story.get_absolute_url()
    assert found["about"].startswith("Business · ")


def test_stories_with_the_words_in_their_headline_are_offered_first(find):
    make_article("Harbour bridge opens", minutes_old=600)
    make_article("Tram stops", body="<p>It crosses the harbour bridge.</p>", minutes_old=1)
    found = [story["headline"] for story in find("harbour bridge")]
    assert found == ["Harbour bridge opens", "Tram stops"]


def test_a_story_to_come_is_linked_by_its_short_code(find):
    draft = make_draft("Harbour bridge to open", section=None)
    make_article("Harbour bridge dropped", status=Status.SPIKED)
    make_article("Harbour bridge withdrawn", status=Status.WITHDRAWN)
    (found,) = find("bridge")
    assert found["address"] == f"/{draft.code}"
    assert found["about"] == "not before readers yet"


def test_a_story_is_found_by_its_code_or_address(find):
    story = make_article("Harbour bridge opens")
    editor = make_user("mira")
    for words in (story.code, story.code.upper(), f"https://paper.example/x/{story.code}/y/"):
        assert [found["code"] for found in find(words, editor)] == [story.code], words


def test_a_killed_story_is_not_offered(find):
    story = make_article("Harbour bridge opens")
    publishing.kill(story, by=make_admin(), reason="By law.")
    assert find("bridge") == []
    assert find(story.code, make_user("mira")) == []


def test_whatever_is_typed_is_answered(find):
    editor = make_user("mira")
    make_article()
    assert len(find("", editor)) == 1
    for words in ("\x00", "%", "'\"", "x" * 5000, "<p>"):
        assert isinstance(find(words, editor), list), words


def test_thirty_stories_cost_as_much_as_three(find):
    editor = make_user("mira")
    for n in range(3):
        make_article(f"Harbour {n}"), make_draft(f"Harbour plan {n}")
    find("harbour", editor)  # signs in
    with CaptureQueriesContext(connection) as few:
        find("harbour", editor)
    for n in range(27):
        make_article(f"Harbour {n}"), make_draft(f"Harbour plan {n}")
    with CaptureQueriesContext(connection) as many:
        find("harbour", editor)
    assert len(many) <= len(few)


def test_versions_tell_of_a_card_that_was_put_in():
    card = '<aside data-story="7k3fq"></aside>'
    (piece,) = compare_blocks("", card, {}, 1).pieces
    assert (piece.kind, piece.text) == ("in", "Read also: 7k3fq")
    other = compare_blocks(card, card.replace("7k3fq", "ab2cd"), {}, 1)
    assert [piece.text for piece in other.pieces if piece.kind != "same"] == ["7k3fq", "ab2cd"]
