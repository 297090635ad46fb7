"""Notes of the desk: who is named is told, and no reader ever sees them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from articles import notes, publishing
from articles.models import Mention, Note
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
