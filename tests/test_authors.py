"""Authors: staff, guests and agencies; their page, their portrait, and two names made one."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from articles import publishing, search, words
from articles.admin.widgets import AuthorsField
from articles.models import Author, Image, IndexCard
from articles.people import merge_authors
from tests.factories import (
    make_admin,
    make_article,
    make_author,
    make_picture,
    make_user,
)

pytestmark = pytest.mark.django_db
LIST = "/admin/articles/author/"


@pytest.fixture
def owner(client):
    client.force_login(make_admin("owner"))
    return client


def test_readers_see_the_portrait_and_profile_of_an_author(client):
    portrait = make_picture("mira.png", alt_text="Mira Lind at a harbour", credit="Ines Calder")
    mira = make_author(
        job_title="Standards editor",
        biography="She began as a court reporter.",
        portrait=portrait,
        email="mira@news.example",
        profiles=[["Mastodon", "https://social.example/@mira"]],
    )
    page = client.get(mira.get_absolute_url()).content.decode()
    for words_ in (
        f' src="{portrait.large.url}"',
        'alt="Mira Lind at a harbour"',
        "She began as a court reporter.",
        'href="mailto:mira@news.example"',
        '<a href="https://social.example/@mira" rel="me"><bdi>Mastodon</bdi></a>',
        "Portrait: <bdi>Ines Calder</bdi>",
        '"@type":"ProfilePage","mainEntity":{"@type":"Person","name":"Mira Lind"',
        '"jobTitle":"Standards editor"',
    ):
        assert words_ in page
    Author.objects.update(shows_email=False)
    assert "mira@news.example" not in client.get(mira.get_absolute_url()).content.decode()


def test_the_page_of_an_author_names_the_portrait_in_arabic(client, settings):
    settings.LANGUAGE_CODE = "ar"
    mira = make_author(portrait=make_picture(credit="Ines Calder"))
    assert "الصورة: <bdi>Ines Calder</bdi>" in client.get(mira.get_absolute_url()).content.decode()


def test_an_agency_signs_as_an_organisation_and_a_guest_as_a_guest(client):
    agency = make_author("Alder Wire", kind="agency")
    guest = make_author("Nils Harbour", kind="guest")
    article = make_article(authors=[agency, guest])
    page = client.get(article.get_absolute_url()).content.decode()
    assert '{"@type":"Organization","name":"Alder Wire"' in page
    assert '{"@type":"Person","name":"Nils Harbour"' in page
    profile = client.get("/author/nils-harbour/").content.decode()
    assert '<p class="kicker">Guest author</p>' in profile


def test_a_portrait_stays_in_the_library(owner):
    portrait = make_picture()
    make_author(portrait=portrait)
    page = owner.post(f"/admin/articles/image/{portrait.pk}/delete/", {"post": "yes"})
    assert "It is the portrait of Mira Lind, so it is kept." in page.content.decode()
    assert Image.objects.exists()


def test_an_author_is_written_at_the_desk(owner):
    portrait = make_picture()
    told = {
        "name": "Sana Okafor",
        "kind": "guest",
        "portrait": portrait.code,
        "profiles": "https://social.example/@sana",
    }
    assert owner.post(f"{LIST}add/", told).status_code == 302
    sana = Author.objects.get()
    assert (sana.slug, sana.kind, sana.portrait) == ("sana-okafor", "guest", portrait)
    assert sana.profiles == [["social.example", "https://social.example/@sana"]]
    slip = owner.post(f"{LIST}add/", told | {"profiles": "sana"}).content.decode()
    assert "“sana” is no address with https://." in slip


def test_merged_authors_leave_their_stories_names_and_addresses_to_the_one_that_stays(client):
    mira, old = make_author("Mira Lind"), make_author("M. Lind")
    one, both = make_article("One", authors=[old]), make_article("Both", authors=[old, mira])
    merge_authors([mira, old], into=mira, by=None)
    for story in (one, both):
        assert [byline.author for byline in story.bylines.all()] == [mira]
    for address in ("/author/{}/", "/feeds/author/{}/"):
        answer = client.get(address.format("m-lind"))
        assert (answer.status_code, answer.url) == (301, address.format("mira-lind"))
    assert "One" in client.get("/author/mira-lind/").content.decode()
    assert "M. Lind" not in client.get(one.get_absolute_url()).content.decode()


def test_a_name_that_was_merged_still_signs_as_the_one_that_stays():
    mira, old = make_author("Mira Lind"), make_author("M. Lind")
    article = make_article(authors=[old])
    publishing.fix(article, {"kicker": "Port"}, by=None)
    merge_authors([old], into=mira, by=None)
    assert AuthorsField().clean("M. Lind, m-lind, Mira Lind") == [mira]
    publishing.fix(article, {"kicker": "Harbour"}, by=None)  # these words name the old one
    assert [byline.author for byline in article.bylines.all()] == [mira]
    assert words.signed_by({"byline": [old.pk, mira.pk]}) == [mira]


def test_the_desk_finds_the_stories_of_a_merged_name_by_the_one_that_stays():
    mira, old = make_author("Mira Lind"), make_author("Em Lindqvist")
    out, waiting = make_article("Out", authors=[old]), make_article("Changed")
    publishing.save_draft(waiting, {"byline": [old.pk]}, by=None)
    publishing.save_draft(make_article("Newest"), {"kicker": "Port"}, by=None)
    cards = dict(IndexCard.objects.values_list("article", "pk"))
    assert set(search.find_at_desk("Lindqvist")) == {out, waiting}
    merge_authors([old], into=mira, by=None)
    assert set(search.find_at_desk("Mira Lind")) == {out, waiting}
    assert search.find_at_desk("Lindqvist") == []
    assert dict(IndexCard.objects.values_list("article", "pk")) == cards  # nobody saved a story


def test_two_names_merged_into_each_other_at_once_lead_to_one():
    mira, old = make_author("Mira Lind"), make_author("M. Lind")
    merge_authors([old], into=mira, by=None)
    with pytest.raises(publishing.Refused, match="Somebody merged one of them just now"):
        merge_authors([mira], into=old, by=None)
    assert Author.objects.signing().get() == mira


def test_an_administrator_merges_two_authors_from_the_list(owner):
    jonas = make_user("jonas", "Reporters")
    mira, old = make_author("Mira Lind"), make_author("M. Lind", user=jonas)
    told = {"action": "merge", "_selected_action": [mira.pk, old.pk]}
    assert "Which one stays?" in owner.post(LIST, told).content.decode()
    owner.post(LIST, told | {"stays": mira.pk})
    mira.refresh_from_db()
    assert mira.user == jonas
    page = owner.get(LIST).content.decode()
    assert "Mira Lind" in page.split('id="result_list"')[1]
    assert "M. Lind" not in page.split('id="result_list"')[1]
    change = owner.get(reverse("admin:articles_author_change", args=[mira.pk])).content.decode()
    assert "M. Lind" in change


def test_authors_with_two_accounts_are_not_made_one():
    mira = make_author("Mira Lind", user=make_user("mira", "Reporters"))
    jonah = make_author("Jonah Pell", user=make_user("jonah", "Reporters"))
    with pytest.raises(PermissionDenied, match="an account of its own"):
        merge_authors([jonah], into=mira, by=None)
    with pytest.raises(PermissionDenied, match="Only administrators"):
        merge_authors([jonah], into=mira, by=make_user("ed"))


def test_the_list_of_authors_asks_as_much_for_thirty_as_for_three(owner):
    def asked(numbers):
        for number in numbers:
            portrait = make_picture(f"face-{number}.png", size=(9, 9))
            user = make_user(f"person-{number}", "Reporters")
            make_author(f"Person {number}", portrait=portrait, user=user)
        with CaptureQueriesContext(connection) as queries:
            owner.get(LIST)
        return len(queries)

    few = asked(range(3))
    assert asked(range(3, 30)) == few
