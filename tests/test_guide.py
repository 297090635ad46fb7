"""The guide inside the desk: how each job is done, and the handbook of the paper."""

import re

import pytest
from django.core.management import call_command
from django.urls import resolve, reverse

from articles import guide
from articles.models import Article
from tests.factories import make_admin, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.once]
EVERYTHING = [*guide.DESK, *(chapter.slug for chapter in guide.handbook())]


@pytest.fixture
def desk(client):
    client.force_login(make_admin())
    return client


def read(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def test_every_chapter_is_named_and_opens_and_its_links_lead_somewhere(desk):
    contents, followed = read(desk, "/admin/guide/"), set()
    for slug in EVERYTHING:
        address = f"/admin/guide/{slug}/"
        assert f'href="{address}"' in contents
        text = read(desk, address).split('class="guide-text"')[1].split("</article>")[0]
        followed |= set(re.findall(r'href="(/[^"]*|\.\./[^"]*)"', text))
    for link in followed:
        place = link.replace("../", "/admin/guide/")
        assert desk.get(place).status_code == 200, link
    assert followed


def test_the_handbook_is_the_one_that_readers_get(printed):
    call_command("loaddata", "handbook", verbosity=0)
    told = {chapter.slug: chapter for chapter in guide.handbook()}
    stories = {story.code: story for story in Article.objects.all()}
    assert told.keys() == stories.keys()
    for code, story in stories.items():
        assert told[code].title == story.headline
        assert told[code].language == story.language


def test_the_guide_is_searched_by_its_words(desk):
    page = read(desk, "/admin/guide/?q=KILL+senior")
    assert "/admin/guide/taking-down/" in page
    assert "/admin/guide/pictures/" not in page.split('class="found"')[1].split("</ul>")[0]
    assert "0 chapters have" in read(desk, "/admin/guide/?q=zzzz%00")


def test_a_page_of_the_desk_leads_to_its_chapter(desk):
    for address, chapter in (
        ("/admin/", "the-desk"),
        (reverse("admin:articles_article_changelist"), "finding"),
        (reverse("admin:articles_article_add"), "writing"),
        (reverse("admin:auth_user_changelist"), "people"),
        ("/admin/articles/site/", "site"),
    ):
        assert f'href="/admin/guide/{chapter}/"' in read(desk, address)
    for begin, chapter in guide.OF_PAGE.items():
        assert chapter in guide.DESK, begin


def test_a_chapter_that_does_not_exist_is_not_found(desk):
    assert desk.get("/admin/guide/horoscopes/").status_code == 404


def test_the_guide_is_for_everybody_at_the_desk_and_nobody_else(client):
    assert client.get("/admin/guide/").status_code == 302
    client.force_login(make_user("nobody", None))
    assert "How it is done here" in read(client, "/admin/guide/")
    assert resolve("/admin/guide/").url_name == "guide"
