"""What the chooser of pictures is told."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.factories import make_picture, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def asking(client):
    """A function: what the chooser is told, as it asks for an editor."""
    editor = make_user("editor")
    client.force_login(editor)

    def ask(**asked):
        answer = client.get("/admin/articles/image/choose/", asked)
        assert answer.status_code == 200
        return answer.json()

    ask.user = editor
    return ask


def names(told):
    return [picture["caption"] for picture in told["pictures"]]


def test_the_newest_come_first_and_the_rest_by_cursor(asking):
    for number in range(50):
        make_picture(f"{number}.png", caption=f"Boat {number}")
    for asked in ({}, {"q": "boat"}, {"only": "credited"}):
        seen, older = [], ""
        for shown in (24, 24, 2):
            told = asking(**asked, before=older)
            older = told["older"]
            assert len(told["pictures"]) == shown
            seen += names(told)
        assert seen == [f"Boat {number}" for number in reversed(range(50))]
        assert older == ""
    assert len(asking(before="nonsense")["pictures"]) == 24


def test_many_pictures_cost_no_more_than_few(asking):
    make_picture("0.png", caption="Boat")
    with CaptureQueriesContext(connection) as few:
        asking(q="boat")
    for number in range(1, 20):
        make_picture(f"{number}.png", caption="Boat")
    with CaptureQueriesContext(connection) as many:
        assert len(asking(q="boat")["pictures"]) == 20
    assert len(many) == len(few)


def test_they_are_narrowed_to_mine_to_those_credited_and_to_codes(asking):
    mine = make_picture("mine.png", caption="Mine", created_by=asking.user)
    bare = make_picture("bare.png", caption="Bare", credit="")
    make_picture("other.png", caption="Other")
    assert names(asking(only="mine")) == ["Mine"]
    assert names(asking(only="credited")) == ["Other", "Mine"]
    codes = f"{mine.code} {bare.code} zzzzz"
    assert names(asking(codes=codes)) == ["Bare", "Mine"]
    assert names(asking(codes=codes, only="story", q="mine")) == ["Mine"]
    assert names(asking(codes="", only="story")) == []


def test_each_says_what_it_lacks_and_whether_it_may_be_used(asking):
    today = timezone.localdate()
    ended = make_picture("ended.png", rights_until=today - timedelta(days=1))
    soon = make_picture("soon.png", rights_until=today, credit="", alt_text="")
    ai = make_picture(
        "ai.png", digital_source="trainedAlgorithmicMedia", is_decorative=True, alt_text=""
    )
    told = {picture["code"]: picture for picture in asking()["pictures"]}
    assert told[ended.code]["stops"].startswith("Rights to it ended on ")
    assert not told[ended.code]["warns"]
    assert told[soon.code]["warns"].startswith("Rights end on ")
    assert told[soon.code]["missing"] == ["credit", "alt"]
    assert told[ai.code]["is_made_with_ai"]
    assert not told[ai.code]["missing"]


def test_whoever_may_not_add_pictures_is_told_so(asking, client):
    assert asking()["may_add"]
    guest = make_user("guest", group=None)
    guest.user_permissions.add(Permission.objects.get(codename="view_image"))
    client.force_login(guest)
    assert not asking()["may_add"]
