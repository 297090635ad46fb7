"""Who is to do what, and by when."""

from datetime import timedelta

import pytest
from django.utils import timezone

from articles import assignments, publishing
from articles.models import Article, Assignment
from tests.factories import make_article, make_draft, make_picture, make_section, make_user

pytestmark = pytest.mark.django_db


def soon(hours=1):
    return timezone.now() + timedelta(hours=hours)


@pytest.fixture
def mira(client):
    user = make_user("mira", first_name="Mira", last_name="Lind")
    client.force_login(user)
    return user


@pytest.fixture
def amal():
    return make_user("amal", "Reporters", first_name="Amal", last_name="Haddad")


def test_whoever_is_assigned_a_story_may_write_it(mira, amal):
    article = make_draft()
    assert not publishing.may_write(article, amal)
    assignments.assign(article, to=amal, by=mira, what="Ring the port", due_at=soon())
    assert publishing.may_write(article, amal)
    publishing.save_draft(article, {"kicker": "Harbour"}, by=amal)
    publishing.submit(article, by=amal)
    with pytest.raises(publishing.NotAllowed):
        publishing.publish(article, by=amal)


def test_what_is_done_gives_no_right_to_the_story_any_more(mira, amal):
    article = make_draft(section=make_section("Sport"))
    ed = make_user("ed", sections=[make_section("World")])
    for person in (amal, ed):
        given = assignments.assign(article, to=person, by=mira)
        assert publishing.may_write(article, person)
        assignments.done(given, by=person)
        assert not publishing.may_write(article, person)


def test_a_story_still_to_be_written_begins_as_a_draft_of_its_writer(mira, amal):
    changes = {"headline": "Port charges", "section": make_section().pk}
    made = assignments.begin(changes, to=amal, by=mira, what="600 words", due_at=soon())
    article = Article.objects.get()
    assert (article.headline, article.status, article.created_by) == ("Port charges", "draft", mira)
    assert (made.to, made.what, made.by, made.read_at) == (amal, "600 words", mira, None)


@pytest.mark.parametrize(
    ("name", "group", "fields"),
    [
        ("reader", None, {"is_staff": False}),
        ("retired", "Editors", {"is_active": False}),
        ("guest", None, {}),
    ],
)
def test_only_people_of_the_desk_are_assigned(mira, name, group, fields):
    person = make_user(name, group, **fields)
    with pytest.raises(publishing.Refused, match=f"{name} does not work at the desk"):
        assignments.assign(make_draft(), to=person, by=mira)
    with pytest.raises(publishing.Refused, match="does not work at the desk"):
        assignments.begin({"headline": "Port"}, to=person, by=mira)
    assert Article.objects.count() == 1


def test_nobody_is_assigned_a_killed_story_that_they_may_not_read(amal):
    chief, article = make_user("chief", "Senior editors"), make_article()
    publishing.kill(article, by=None, reason="A court said so.")
    with pytest.raises(publishing.Refused, match="Amal Haddad may not read this story"):
        assignments.assign(article, to=amal, by=chief)


def test_a_person_has_a_story_once_and_in_time(mira, amal):
    article = make_draft()
    with pytest.raises(publishing.Refused, match="That moment is over"):
        assignments.assign(article, to=amal, by=mira, due_at=soon(-1))
    assignments.assign(article, to=amal, by=mira)
    with pytest.raises(publishing.Refused, match="Amal Haddad has this story already"):
        assignments.assign(article, to=amal, by=mira)
    mine = assignments.take(article, by=mira)
    assert mine.read_at is not None
    with pytest.raises(publishing.Refused, match="Amal Haddad has this story already"):
        assignments.hand_over(mine, to=amal, by=mira)


def test_it_is_handed_over_done_or_dropped(mira, amal):
    given = assignments.assign(make_draft(), to=amal, by=mira)
    jonas = make_user("jonas", "Reporters")
    assignments.hand_over(given, to=jonas, by=amal)
    assert (given.to, given.by, given.read_at) == (jonas, amal, None)
    with pytest.raises(publishing.NotAllowed):
        assignments.done(given, by=amal)
    assignments.done(given, by=jonas)
    with pytest.raises(publishing.Refused, match="done already"):
        assignments.drop(given, by=mira)
    other = assignments.assign(make_draft(), to=amal, by=mira)
    assignments.drop(other, by=amal)
    assert list(Assignment.objects.all()) == [given]


def test_publishing_a_story_does_what_was_to_be_done_and_a_fix_does_not(mira, amal):
    article = make_draft(lead_image=make_picture(credit="", size=(9, 9)))
    given = assignments.assign(article, to=amal, by=mira, due_at=soon())
    with pytest.raises(publishing.Refused, match="no credit"):
        publishing.publish(article, by=mira)
    given.refresh_from_db()
    assert given.done_at is None
    publishing.publish(article, {"lead_image": ""}, by=mira)
    given.refresh_from_db()
    assert given.done_at is not None
    later = assignments.assign(article, to=amal, by=mira, what="Update it tonight")
    publishing.fix(article, {"kicker": "Harbour"}, by=mira)
    assert Assignment.objects.open().get() == later
    publishing.update(article, {"kicker": "Port"}, by=mira)
    assert not Assignment.objects.open().exists()


# At the desk


def page_of(article):
    return f"/admin/articles/article/{article.pk}/assignments/"


NEW = "/admin/articles/article/assignment/"


def test_an_editor_hands_out_a_story_that_is_still_to_be_written(client, mira, amal):
    section, due = make_section(), timezone.localtime(soon(2))
    told = {"headline": "Port  charges", "section": section.pk, "to": amal.pk}
    told |= {"what": "600 words", "due_at": f"{due:%Y-%m-%dT%H:%M}"}
    page = client.post(NEW, told, follow=True).content.decode()
    assert f"Assigned to Amal Haddad, by {due:%H:%M}" in page.replace(f"{due:%-d %b}, ", "")
    article = Article.objects.get()
    assert (article.headline, article.section) == ("Port charges", section)
    client.force_login(amal)
    assert "600 words" in client.get("/admin/inbox/").content.decode()
    assert (
        "600 words" in client.get(f"/admin/articles/article/{article.pk}/change/").content.decode()
    )


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"headline": ""}, "This field is required."),
        ({"to": ""}, "This field is required."),
        ({"to": "999999999999999999999999"}, "Select a valid choice."),
        ({"due_at": "yesterday"}, "Write a day and an hour"),
        ({"due_at": "2020-01-01T10:00"}, "That moment is over. Choose a later one."),
        ({"headline": "\x00"}, "Null characters are not allowed."),
    ],
)
def test_an_assignment_that_cannot_be_made_says_why_and_loses_nothing(
    client, mira, amal, changes, sentence
):
    told = {"headline": "Port", "to": amal.pk, "what": "600 words"} | changes
    page = client.post(NEW, told).content.decode()
    assert sentence in page
    assert "600 words</textarea>" in page
    assert not Article.objects.exists()


def test_a_story_is_assigned_taken_handed_over_and_done(client, mira, amal):
    article = make_draft()
    client.post(page_of(article), {"_take": ""})
    given = Assignment.objects.get()
    told = {"assignment": given.pk}
    client.post(page_of(article), told | {"_hand_over": "", "to": amal.pk})
    given.refresh_from_db()
    assert given.to == amal
    page = client.post(page_of(article), {"_assign": "", "to": amal.pk}).content.decode()
    assert "Amal Haddad has this story already." in page
    page = client.post(page_of(article), told | {"to": "x"}).content.decode()
    assert "Choose a colleague." in page
    client.force_login(amal)
    answer = client.post(page_of(article), told | {"_done": "", "next": "/admin/inbox/"})
    assert answer.url == "/admin/inbox/"
    page = client.post(page_of(article), told | {"_drop": ""}).content.decode()
    assert "That is done already, or was dropped." in page
    assert client.post(page_of(article), {"assignment": "9" * 30}).status_code == 404
