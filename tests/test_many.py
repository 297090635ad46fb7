"""Many stories at once, each by its own verb; and a story that begins with another's words."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles import publishing, words
from articles.models import Article, Assignment, Status
from tests.factories import make_article, make_author, make_draft, make_section, make_user

pytestmark = pytest.mark.django_db
LIST = "/admin/articles/article/"


@pytest.fixture
def editor(client):
    editor = make_user("petra")
    client.force_login(editor)
    return editor


def do(client, action, *articles, **told):
    chosen = {"action": f"{action}_chosen", "_selected_action": [a.pk for a in articles]}
    return client.post(LIST, chosen | told, follow=True).content.decode()


@pytest.mark.parametrize(
    ("action", "before", "after", "sentence"),
    [
        ("submit", "draft", "review", "Sent to review: “One”."),
        ("approve", "review", "ready", "Ready: “One”."),
        ("reopen", "review", "draft", "A draft again: “One”."),
        ("spike", "draft", "spiked", "Spiked: “One”."),
    ],
)
def test_each_is_moved_on_and_whoever_cannot_is_named(
    client, editor, action, before, after, sentence
):
    one, out = make_draft("One"), make_article("Out")
    Article.objects.filter(pk=one.pk).update(status=before)
    page = do(client, action, one, out)
    assert sentence in page
    assert "“Out” is published; that cannot be done now." in page
    assert [Article.objects.get(pk=a.pk).status for a in (one, out)] == [after, "published"]


def test_section_topic_and_author_are_asked_for_and_given_to_each(client, editor):
    sport, mira = make_section("Sport"), make_author("Mira Lind")
    draft, out = make_draft("One", topics=["Harbour"]), make_article("Out")
    assert "Move to a section</h1>" in do(client, "move", draft, out)
    assert "Moved: " in do(client, "move", draft, out, sure="yes", section=sport.pk)
    assert "This field is required." in do(client, "topic", draft, sure="yes", topic=" ")
    do(client, "topic", draft, out, sure="yes", topic="Ferries")
    assert "Nobody here is called “No One”." in do(
        client, "author", draft, sure="yes", author="No One"
    )
    do(client, "author", draft, out, sure="yes", author="mira lind")
    assert "One: Mira Lind signs it already." in do(
        client, "author", draft, sure="yes", author="Mira Lind"
    )
    draft.refresh_from_db(), out.refresh_from_db()
    for article in (draft, out):
        desk = words.working(article)
        assert (desk["section"], desk["byline"]) == (sport.pk, [mira.pk])
        assert desk["topics"][-1] == "Ferries"
    assert words.working(draft)["topics"] == ["Harbour", "Ferries"]
    assert out.section == sport  # at once, as everywhere that stories move
    assert out.topics.count() == 0  # until it is published
    assert out.has_changes
    assert "Out: Changes of this story wait at the desk." in do(
        client, "move", out, sure="yes", section=make_section("World").pk
    )


@pytest.mark.parametrize("chosen", [["x"], ["1", "\0"], ["99999999999999999999"], []])
def test_a_choice_that_is_none_does_nothing_in_words(client, editor, chosen):
    told = {"action": "publish_chosen", "sure": "yes", "index": "0", "_selected_action": chosen}
    answer = client.post(LIST, told, follow=True)
    assert answer.status_code == 200
    assert "message" in answer.content.decode()


def test_nothing_is_done_to_a_whole_archive_at_once(client, editor):
    one, other = make_draft("One"), make_draft("Other")
    do(client, "submit", one, select_across="1")
    other.refresh_from_db()
    assert other.status == Status.DRAFT


def test_a_duplicate_is_a_draft_of_its_own(client, editor):
    article = make_article(
        topics=["Harbour"],
        authors=[make_author()],
        embargoed_until=timezone.now() - timedelta(days=1),
    )
    other = make_article("لميناء", language="ar")
    publishing.link_translations(article, other, by=editor)
    publishing.save_draft(article, {"kicker": "Desk"}, by=editor)
    answer = client.post(f"{LIST}{article.pk}/duplicate/")
    made = Article.objects.latest("pk")
    assert answer["Location"] == f"{LIST}{made.pk}/change/"
    assert (made.status, made.created_by, made.version) == (Status.DRAFT, editor, 1)
    assert (made.headline, made.kicker, made.slug) == ("Port opens", "Desk", "port-opens")
    assert made.code != article.code
    assert made.first_published_at is made.embargoed_until is made.translation_group is None
    assert [str(topic) for topic in made.topics.all()] == ["Harbour"]
    assert [str(byline.author) for byline in made.bylines.all()] == ["Mira Lind"]
    assert article.code in made.revisions.get().note
    assert client.get(f"{LIST}{article.pk}/duplicate/").status_code == 405
    assert client.post(f"{LIST}9999/duplicate/").status_code == 404


def test_the_list_tells_what_is_due(client, editor):
    now = timezone.now()
    late, soon, done = make_draft("Late"), make_draft("In a week"), make_draft("Done")
    for article, days in ((late, -1), (soon, 7), (done, -1)):
        Assignment.objects.create(article=article, to=editor, due_at=now + timedelta(days=days))
    Assignment.objects.filter(article=done).finish()
    page = client.get(LIST).content.decode()
    assert page.count(">by ") == 2
    assert page.count('class="late"') == 1
    due = client.get(f"{LIST}?due=today").context["cl"].result_list
    assert [article.headline for article in due] == ["Late"]


def test_the_list_asks_once_for_what_is_due(client, editor):
    def asked():
        with CaptureQueriesContext(connection) as asked:
            client.get(LIST)
        return len(asked)

    for n in range(6):
        Assignment.objects.create(article=make_draft(f"{n}"), to=editor, due_at=timezone.now())
        if n == 1:
            asked(), (few := asked())
    assert asked() == few


def test_the_question_before_publishing_many_asks_as_much_for_ten_as_for_two(client, editor):
    def asked(*articles):
        with CaptureQueriesContext(connection) as queries:
            page = do(client, "publish", *articles)
        assert page.count("No section chosen.") == len(articles)
        return len(queries)

    drafts = [make_draft(f"Draft {n}", section=None, topics=["Port"]) for n in range(10)]
    asked(*drafts[:2])
    assert asked(*drafts[:2]) == asked(*drafts)
    assert "It is published already." in do(client, "publish", make_article("Out"))
