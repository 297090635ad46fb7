"""Notes of the desk: who is named is told, and no reader ever sees them."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles import assignments, notes, publishing
from articles.admin import inbox
from articles.models import Assignment, Mention, Note
from tests.factories import make_admin, make_article, make_draft, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def mira(client):
    user = make_user("mira.lind", first_name="Mira", last_name="Lind")
    client.force_login(user)
    return user


@pytest.fixture
def amal():
    return make_user("amal", "Reporters", first_name="Amal", last_name="Haddad")


def told(note):
    return {mention.user.username for mention in note.mentions.all()}


@pytest.mark.parametrize(
    "text",
    [
        "@amal who says so?",
        "Who says so, @Amal Haddad?",
        "(@amal haddad) @AMAL.",
        "@amal, see desk@amal.example",
    ],
)
def test_who_is_named_is_told(mira, amal, text):
    note = notes.write(make_draft(), text, by=mira)
    assert told(note) == {"amal"}


def test_nobody_is_told_of_what_they_wrote_themselves(mira):
    note = notes.write(make_draft(), "@mira.lind: ring the port", by=mira)
    assert told(note) == set()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("@amla?", "Nobody at the desk is called @amla. Did you mean @amal?"),
        ("@haddad", "Nobody at the desk is called @haddad. Did you mean @amal?"),
        ("@mi", "Nobody at the desk is called @mi. Did you mean @mira.lind?"),
        ("@amalia", "Nobody at the desk is called @amalia."),
        ("@zzz", "Nobody at the desk is called @zzz."),
        ("", "Write a sentence."),
        ("\x00 \n", "Write a sentence."),
        ("x" * 2001, "A note has at most 2000 characters."),
    ],
)
def test_a_note_that_cannot_be_sent_says_why(mira, amal, text, sentence):
    with pytest.raises(publishing.Refused) as refused:
        notes.write(make_draft(), text, by=mira)
    assert str(refused.value).startswith(sentence)
    assert not Note.objects.exists()


def test_two_of_one_name_are_told_apart(mira, amal):
    make_user("amal2", first_name="Amal", last_name="Haddad")
    with pytest.raises(publishing.Refused, match="More than one is called @Amal Haddad"):
        notes.write(make_draft(), "@Amal Haddad", by=mira)


def test_only_people_of_the_desk_are_named(mira):
    make_user("reader", None, is_staff=False)
    make_user("retired", is_active=False)
    make_user("guest", None)
    for name in ("reader", "retired", "guest"):
        with pytest.raises(publishing.Refused, match="Nobody at the desk"):
            notes.write(make_draft(), f"@{name}", by=mira)


def test_nobody_is_told_of_a_story_that_they_may_not_read(amal):
    chief, article = make_admin(), make_article("A libel")
    publishing.kill(article, by=None, reason="A court said so.")
    with pytest.raises(publishing.Refused, match="Amal Haddad may not read this story"):
        notes.write(article, "@amal", by=chief)


def test_an_answer_tells_whoever_asked_and_counts_as_read(mira, amal):
    article = make_draft()
    question = notes.write(article, "@amal who says so?", by=mira)
    answer = notes.write(article, "The harbour master.", by=amal, answers=question)
    assert told(answer) == {"mira.lind"}
    assert not Mention.objects.filter(user=amal).unread().exists()
    other = notes.write(make_draft("Another"), "Hm", by=mira)
    with pytest.raises(publishing.Refused, match="another story"):
        notes.write(article, "Yes", by=amal, answers=other)


def test_a_note_is_settled_and_taken_up_again(mira, amal):
    note = notes.write(make_draft(), "Who says so?", by=mira)
    notes.settle(note, by=amal)
    assert note.settled_by == amal
    first = note.settled_at
    notes.settle(note, by=mira)  # too late
    assert (note.settled_by, note.settled_at) == (amal, first)
    notes.reopen(note, by=mira)
    assert note.settled_at is None


def test_a_note_is_no_part_of_the_words_and_no_reader_sees_it(client, mira):
    article = make_article()
    publishing.adopt(article)
    notes.write(article, "A secret of the desk", by=mira, field="headline", quoted="Port  opens")
    assert article.revisions.count() == 1
    client.logout()
    for page in (article.get_absolute_url(), article.get_changes_url()):
        assert "A secret" not in client.get(page).content.decode()
    note = Note.objects.get()
    assert (note.field, note.quoted) == ("headline", "Port opens")
    assert timezone.now() - note.at < timedelta(minutes=1)


# At the desk


def page_of(article, page="notes"):
    return f"/admin/articles/article/{article.pk}/{page}/"


def test_notes_are_written_answered_and_settled_on_a_page_of_their_own(client, mira, amal):
    article = make_draft()
    page = client.post(page_of(article), {"text": "@amal who says so?"}, follow=True)
    assert "Noted. Told: Amal Haddad." in page.content.decode()
    note = Note.objects.get()
    client.force_login(amal)
    page = client.post(page_of(article), {"text": "The port.", "note": note.pk}, follow=True)
    assert "Told: Mira Lind." in page.content.decode()
    client.post(page_of(article), {"note": note.pk, "_settle": ""})
    assert "Settled by" in client.get(page_of(article)).content.decode()
    client.post(page_of(article), {"note": note.pk, "_reopen": ""})
    note.refresh_from_db()
    assert note.settled_at is None


def test_a_refused_note_is_not_lost(client, mira):
    article = make_draft()
    page = client.post(page_of(article), {"text": "@nobody knows"}).content.decode()
    assert "Nobody at the desk is called @nobody." in page
    assert "@nobody knows</textarea>" in page
    json = {"headers": {"accept": "application/json"}}
    answer = client.post(page_of(article), {"text": "@nobody knows"}, **json)
    assert (answer.status_code, "@nobody" in answer.json()["sentence"]) == (422, True)
    assert client.post(page_of(article), {"text": "Yes"}, **json).json()["sentence"] == "Noted."
    other = {"text": "Mine", "user": mira.pk + 1}
    assert client.post(page_of(article), other, **json).status_code == 401
    for odd in ({"note": "x"}, {"note": "9" * 40, "_settle": ""}, {"_settle": ""}):
        assert client.post(page_of(article), odd).status_code == 404
    assert client.post(page_of(article), {"text": "a", "next": "//evil.example"}).url == page_of(
        article
    )


def test_names_are_offered_while_somebody_types(client, mira, amal):
    make_user("reader", None, is_staff=False, first_name="Amal")
    for typed in ("am", "Amal Had", "hadd", "AMAL"):
        answer = client.get("/admin/articles/article/colleagues/", {"q": typed}).json()
        assert [one["username"] for one in answer["people"]] == ["amal"], typed
    make_user("boss", first_name="Ada", last_name="Min")
    answer = client.get("/admin/articles/article/colleagues/", {"q": "mi"}).json()
    assert [one["username"] for one in answer["people"]] == ["mira.lind", "boss"]
    assert client.get("/admin/articles/article/colleagues/", {"q": "\x00zz"}).status_code == 200


def test_the_inbox_has_what_is_new_first_and_forgets_it_once_opened(client, mira, amal):
    article = make_draft("Port to open")
    notes.write(article, "@mira.lind old", by=amal)
    for mention in Mention.objects.all():
        client.get(f"/admin/inbox/note/{mention.pk}/")
    notes.write(article, "@mira.lind new", by=amal)
    assignments.assign(make_draft("Ferry"), to=mira, by=None, what="600 words")
    page = client.get("/admin/inbox/").content.decode()
    assert page.index("600 words") < page.index("@mira.lind new") < page.index("@mira.lind old")
    assert '<span class="count">2<' in page
    opened = client.get(f"/admin/inbox/note/{Mention.objects.first().pk}/")
    assert opened.url.startswith(page_of(article))
    given = Assignment.objects.get()
    assert client.get(f"/admin/inbox/assignment/{given.pk}/").url == page_of(
        given.article, "change"
    )
    assert '<span class="count">' not in client.get("/admin/").content.decode()
    assert client.get("/admin/inbox/?before=xyz").status_code == 200


def test_what_somebody_wrote_who_has_gone_stays(client, mira, amal):
    article = make_draft()
    note = notes.write(article, "@mira.lind who says so?", by=None)
    notes.settle(note, by=None)
    for page in ("/admin/", "/admin/inbox/", page_of(article), page_of(article, "change")):
        shown = client.get(page).content.decode()
        assert "Somebody" in shown, page


def all_read(client, page):
    """A press on the button of a page that was loaded before."""
    form = page.split('<form method="post">')[1].split("</form>")[0]
    names = re.findall(r'name="(mention|assignment)" value="(\d+)"', form)
    shown = {name: [value for each, value in names if each == name] for name, _value in names}
    return client.post("/admin/inbox/", shown, follow=True).content.decode()


def test_all_of_it_is_read_at_once_and_only_ones_own(client, mira, amal):
    notes.write(make_draft(), "@mira.lind @amal", by=None)
    given = assignments.assign(make_draft(), to=mira, by=None)
    assert "All read." in all_read(client, client.get("/admin/inbox/").content.decode())
    given.refresh_from_db()
    assert given.read_at
    assert told(Note.objects.get()) == {"mira.lind", "amal"}
    others = Mention.objects.unread().get()
    assert others.user == amal
    client.post("/admin/inbox/", {"mention": [others.pk, "x", "9" * 30]})
    assert Mention.objects.unread().exists()


def test_nothing_is_read_that_was_not_shown(client, mira, amal, monkeypatch):
    monkeypatch.setattr(inbox, "LISTED", 2)
    article = make_draft()
    for n in range(3):
        notes.write(article, f"@mira.lind note {n}", by=amal)
    page = client.get("/admin/inbox/").content.decode()
    oldest = client.get("/admin/inbox/" + re.search(r'href="(\?unread=\d+)"', page)[1])
    assert "note 0" in oldest.content.decode()
    notes.write(article, "@mira.lind meanwhile", by=amal)
    assert "There is more that you have not seen." in all_read(client, page)
    unread = Mention.objects.unread().values_list("note__text", flat=True)
    assert set(unread) == {"@mira.lind note 0", "@mira.lind meanwhile"}


def test_a_note_is_answered_in_the_inbox(client, mira, amal):
    note = notes.write(make_draft(), "@mira.lind who says so?", by=amal)
    told_there = {"text": "The port.", "note": note.pk, "next": "/admin/inbox/"}
    answer = client.post(page_of(note.article), told_there)
    assert answer.url == "/admin/inbox/"
    assert told(Note.objects.last()) == {"amal"}
    assert not Mention.objects.filter(user=mira).unread().exists()


def test_a_killed_story_is_gone_from_the_inbox(client, mira, amal):
    article = make_article("A libel")
    notes.write(article, "@mira.lind look", by=amal)
    mention = Mention.objects.get()
    publishing.kill(article, by=None, reason="A court said so.")
    page = client.get("/admin/inbox/").content.decode()
    assert "A libel" not in page
    assert '<span class="count">' not in page
    assert client.get(f"/admin/inbox/note/{mention.pk}/").status_code == 404


def test_the_inbox_and_a_thread_ask_the_same_however_long_they_are(client, mira, amal):
    article = make_draft()

    def asked(page):
        with CaptureQueriesContext(connection) as queries:
            client.get(page)
        return len(queries)

    pages = ("/admin/inbox/", page_of(article), page_of(article, "change"))

    def write(n):
        for _ in range(n):
            note = notes.write(article, "@mira.lind", by=amal)
            notes.write(article, "@mira.lind", by=amal, answers=note)
            notes.settle(note, by=amal)
            assignments.assign(make_draft(), to=mira, by=None)

    write(2)
    _first, few = [[asked(page) for page in pages] for _time in range(2)]
    write(6)
    assert [asked(page) for page in pages] == few
