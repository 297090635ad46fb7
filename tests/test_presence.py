"""Who has a story open: seen by the others within seconds, and gone with the window."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles import publishing
from articles.models import Presence
from tests.factories import make_article, make_draft, make_user
from tests.test_desk import address

pytestmark = pytest.mark.django_db
MINE, OTHER = "11111111-mine", "22222222-other"


@pytest.fixture
def editor(client):
    user = make_user("editor", "Editors", first_name="Mira", last_name="Lind")
    client.force_login(user)
    return user


@pytest.fixture
def amal():
    return make_user("amal", first_name="Amal", last_name="Haddad")


def sign_of_life(client, article, window=MINE, **told):
    return client.post(address(article, "presence"), {"window": window} | told)


def test_a_colleague_is_seen_with_the_field_that_they_write_in(client, editor, amal):
    article = make_draft()
    Presence.objects.create(article=article, user=amal, window=OTHER, field="standfirst")
    here = sign_of_life(client, article, field="headline").json()["here"]
    assert here == [
        {
            "name": "Amal Haddad",
            "initials": "AH",
            "field": "standfirst",
            "title": "Standfirst",
            "is_you": False,
        }
    ]
    mine = Presence.objects.get(window=MINE)
    assert (mine.user, mine.field) == (editor, "headline")


def test_a_window_is_counted_once(client, editor):
    article = make_draft()
    for field in ("headline", "", "body"):
        sign_of_life(client, article, field=field)
    assert Presence.objects.get().field == "body"


def test_another_window_of_the_same_person_is_seen(client, editor):
    article = make_draft()
    sign_of_life(client, article, OTHER)
    (other,) = sign_of_life(client, article).json()["here"]
    assert (other["is_you"], other["field"]) == (True, "")


def test_a_window_without_a_sign_of_life_is_gone(client, editor, amal):
    article = make_draft()
    long_ago = timezone.now() - timedelta(seconds=30)
    Presence.objects.create(article=article, user=amal, window=OTHER, seen_at=long_ago)
    assert sign_of_life(client, article).json()["here"] == []
    assert [presence.window for presence in Presence.objects.all()] == [MINE]


def test_a_window_that_leaves_says_so(client, editor, amal):
    article = make_draft()
    sign_of_life(client, article)
    Presence.objects.create(article=article, user=amal, window=OTHER)
    sign_of_life(client, article, gone="yes")
    sign_of_life(client, article, OTHER, gone="yes")  # nobody sends a colleague away
    assert [presence.window for presence in Presence.objects.here()] == [OTHER]
    assert sign_of_life(client, article, "33333333-third", gone="yes").json() == {}
    assert [presence.window for presence in Presence.objects.here()] == [OTHER]


def test_a_window_that_left_is_not_called_back_by_what_it_said_before(client, editor):
    article = make_draft()
    sign_of_life(client, article, turn="1764000000100", field="body")
    sign_of_life(client, article, turn="1764000000300", gone="yes")
    sign_of_life(client, article, turn="1764000000200", field="body")
    assert not Presence.objects.here().exists()
    sign_of_life(client, article, turn="1764000000400", field="headline")  # it was opened again
    assert Presence.objects.here().get().field == "headline"


def test_a_window_hears_that_somebody_saved(client, editor, amal):
    article = make_draft()
    publishing.adopt(article)
    before = sign_of_life(client, article).json()
    assert (before["working"], before["saved_by"]) == (article.working, "")
    publishing.save_draft(article, {"kicker": "Harbour"}, by=amal)
    after = sign_of_life(client, article).json()
    assert (after["working"], after["saved_by"]) == (article.working, "Amal Haddad")
    assert not after["saved_by_you"]


def test_who_only_reads_is_seen_too(client, amal):
    client.force_login(make_user("reporter", "Reporters"))
    assert sign_of_life(client, make_article()).status_code == 200


def test_who_may_not_see_a_story_learns_nothing_of_it(client):
    client.force_login(make_user("guest", group=None))
    answer = sign_of_life(client, make_draft())
    assert answer.status_code == 403
    assert not Presence.objects.exists()


def test_a_hostile_sign_of_life_is_no_error(client, editor):
    article = make_draft()
    assert sign_of_life(client, article, window="\x00").status_code == 422
    assert sign_of_life(client, article, window="x" * 99).status_code == 422
    assert sign_of_life(client, article, field="\x00" * 99).status_code == 200
    assert sign_of_life(client, article, turn="9" * 99).status_code == 200
    assert Presence.objects.get().field == ""
    told = {"window": MINE}
    page = address(article, "presence")
    assert client.get(page).status_code == 405
    article.delete()
    assert client.post(page, told).status_code == 422


def test_a_sign_of_life_costs_the_same_however_many_are_here(client, editor):
    article = make_draft()

    def queries():
        with CaptureQueriesContext(connection) as asked:
            sign_of_life(client, article, field="body")
        return len(asked)

    queries()
    alone = queries()
    for number in range(12):
        user = make_user(f"colleague{number}")
        Presence.objects.create(
            article=article, user=user, window=f"window-{number}", field="standfirst"
        )
    assert queries() == alone <= 10


def test_the_desk_shows_who_has_a_story_open(client, editor, amal):
    article = make_draft()
    for window in ("one-window", "another-window"):
        Presence.objects.create(article=article, user=amal, window=window)
    for page in ("/admin/", "/admin/articles/article/"):
        shown = client.get(page).content.decode()
        assert shown.count("Amal Haddad has it open") == 2, page  # for the eye and for the ear


def test_lists_ask_the_same_however_many_stories_are_open(client, editor, amal):
    def queries(page):
        with CaptureQueriesContext(connection) as asked:
            client.get(page)
        return len(asked)

    pages = ("/admin/", "/admin/articles/article/")
    Presence.objects.create(article=make_draft(), user=amal, window=OTHER)
    few = [queries(page) for page in pages]
    for number in range(5):
        user = make_user(f"colleague{number}")
        Presence.objects.create(article=make_draft(), user=user, window=OTHER, field="body")
    assert [queries(page) for page in pages] == few
