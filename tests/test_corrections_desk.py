"""Corrections at the desk: found by section, kind and time, and mended."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.models import Correction
from tests.factories import make_article, make_section, make_user

pytestmark = pytest.mark.django_db
LIST = "/admin/articles/correction/"


@pytest.fixture
def editor(client):
    client.force_login(make_user())
    return client


def correct(text, days=0, **fields):
    made_at = timezone.now() - timedelta(days=days)
    return Correction.objects.create(
        article=make_article(f"About {text}", **fields), text=text, made_at=made_at
    )


def test_corrections_are_found_by_section_and_time(editor):
    sport = make_section("Sport")
    correct("Nine boats", section=sport)
    correct("Ten trains", days=400)
    page = editor.get(LIST).content.decode()
    assert "By section" in page
    assert "<bdi>About Nine boats</bdi></a>" in page
    found = editor.get(f"{LIST}?article__section__id__exact={sport.pk}").content.decode()
    assert "Nine boats" in found
    assert "Ten trains" not in found
    since = (timezone.now() - timedelta(days=7)).strftime("%Y-%m-%d 00:00:00+00:00")
    recent = editor.get(LIST, {"made_at__gte": since}).content.decode()
    assert "Nine boats" in recent
    assert "Ten trains" not in recent


def test_the_list_asks_as_much_for_thirty_corrections_as_for_three(editor):
    def asked(numbers):
        for number in numbers:
            correct(f"Number {number}", section=make_section(f"Part {number % 3}"))
        with CaptureQueriesContext(connection) as queries:
            editor.get(LIST)
        return len(queries)

    few = asked(range(3))
    assert asked(range(3, 30)) == few
