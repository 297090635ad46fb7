"""Site settings: the name, colours, languages and clock that an owner sets without code."""

import re
from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from articles import brand, colours
from articles.clock import Clock
from articles.models import Image, Section, Site
from tests.factories import make_admin, make_article, make_picture, make_section, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.once]
PAGE = "/admin/articles/site/"


@pytest.fixture
def owner(client):
    client.force_login(make_admin("owner"))
    return client


def told(**changes):
    """The form as an owner sends it."""
    return {
        "name": "The Alder Post",
        "accent": "#00606b",
        "accent_on_dark": "",
        "time_zone": "Europe/Berlin",
        "language": "en",
        "languages": ["en", "ar"],
    } | changes


def test_until_an_owner_saves_the_environment_names_the_paper(client, settings):
    settings.SITE_NAME = "Town Crier"
    assert "Town Crier" in client.get("/").content.decode()
    assert not Site.objects.exists()


def test_what_the_owner_saves_stands_on_every_page_at_once(owner, client):
    article = make_article()
    answer = owner.post(
        PAGE,
        told(
            tagline="News of the river and its towns.",
            email="desk@alder.example",
            profiles="Mastodon https://social.example/@alder\nhttps://www.video.example/alder",
            copyright="© The people of Port Alder",
        ),
    )
    assert (answer.status_code, answer.url) == (302, PAGE)
    client.logout()
    for address in ("/", article.get_absolute_url(), "/latest/", "/nowhere/"):
        page = client.get(address).content.decode()
        for words in (
            "| The Alder Post</title>",
            "News of the river and its towns.",
            'href="mailto:desk@alder.example"',
            '<a href="https://social.example/@alder" rel="me"><bdi>Mastodon</bdi></a>',
            '<a href="https://www.video.example/alder" rel="me"><bdi>video.example</bdi></a>',
            "© The people of Port Alder",
        ):
            assert words in page, (address, words)
    feed = client.get("/feeds/latest/").content.decode()
    assert "<title>The Alder Post</title>" in feed
    assert "<subtitle>News of the river" in feed
    page = client.get(article.get_absolute_url()).content.decode()
    assert '"publisher":{"@type":"NewsMediaOrganization","name":"The Alder Post"' in page
    assert '"sameAs":["https://social.example/@alder","https://www.video.example/alder"]' in page


def test_the_newsrooms_clock_tells_readers_and_the_desk_their_times(owner, client):
    moment = datetime(2025, 7, 1, 10, 30, tzinfo=UTC)
    article = make_article(first_published_at=moment, updated_at=moment)
    assert "10:30 UTC" in client.get(article.get_absolute_url()).content.decode()
    owner.post(PAGE, told())
    assert "12:30 CEST" in client.get(article.get_absolute_url()).content.decode()
    change = reverse("admin:articles_article_change", args=[article.pk])
    assert "1 July 2025, 12:30 CEST" in owner.get(change).content.decode()
    with Site.read().at_work():
        assert Clock().hour(moment) == "12:30 CEST"


def test_a_page_speaks_the_language_of_the_paper_round_a_story_in_one_it_does_not_speak(
    owner, client
):
    arabic = make_article("وصلت القوارب", language="ar")
    assert '<html lang="ar" dir="rtl">' in client.get(arabic.get_absolute_url()).content.decode()
    owner.post(PAGE, told(languages=["en"]))
    assert '<html lang="en" dir="ltr">' in client.get(arabic.get_absolute_url()).content.decode()
    owner.post(PAGE, told(language="ar"))
    assert '<html lang="ar" dir="rtl">' in client.get("/").content.decode()
    desk = owner.get("/admin/articles/article/add/").content.decode()
    assert 'name="language"' in desk
    assert re.search(r'<html lang="en"[^>]* dir="ltr"', desk)  # whose sentences are not translated
    assert "Save draft" in desk
    assert (
        owner.get("/admin/articles/article/add/").context["adminform"].form["language"].value()
        == "ar"
    )


def test_a_logo_takes_the_place_of_the_mark_and_stays_in_the_library(owner, client):
    logo, dark = make_picture("logo.png"), make_picture("logo-dark.png")
    owner.post(PAGE, told(logo=logo.code, logo_on_dark=dark.code, is_wordmark="on"))
    page = client.get("/").content.decode()
    assert f'src="{logo.large.url}"' in page
    assert '<source media="(prefers-color-scheme: dark)" type="image/jpeg"' in page
    assert dark.large.url in page
    assert 'alt="The Alder Post"' in page
    gone = owner.post(reverse("admin:articles_image_delete", args=[logo.pk]), {"post": "yes"})
    assert "It is the logo of the site" in gone.content.decode()
    assert Image.objects.filter(pk=logo.pk).exists()


def test_colours_come_as_a_style_sheet_whose_address_changes_with_them(owner, client):
    client.logout()
    assert "site.css" not in client.get("/").content.decode()
    client.force_login(make_admin("second"))
    client.post(PAGE, told(accent="#7A1F3D"))
    section = make_section("World", colour="#8a5200")
    client.logout()
    assert "/site.css?v=" in client.get("/admin/login/").content.decode()
    address = brand.address(Site.read(), Section.objects.all())
    assert f'href="{address}"' in client.get("/").content.decode()
    answer = client.get(address)
    css = answer.content.decode()
    assert answer["Content-Type"] == "text/css"
    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
    assert ":root{--brand:#7a1f3d;--brand-on-dark:" in css
    assert f".section-{section.pk}{{--accent:#8a5200}}" in css
    guessed = client.get("/site.css?v=123456789abc")
    assert guessed.content == answer.content
    assert "immutable" not in guessed["Cache-Control"]


def test_a_colour_too_pale_is_refused_with_the_nearest_that_can_be_read(owner):
    page = owner.post(PAGE, told(accent="#9cd0d5", accent_on_dark="#101010")).content.decode()
    near = colours.nearest("#9cd0d5", colours.LIGHT)
    assert "#9cd0d5 is too pale for words on white paper: 1.4 to 1, and it takes 4.5." in page
    assert f"The nearest that can be read is {near}." in page
    assert "#101010 is too dark for words on dark pages" in page
    assert not Site.objects.exists()
    assert owner.post(PAGE, told(accent=near)).status_code == 302


@pytest.mark.parametrize(
    "colour", ["#ffff00", "#ff0000", "#808080", "#000000", "#ffffff", "#0000ff"]
)
def test_the_nearest_shade_of_any_colour_can_be_read(colour):
    for papers in (colours.LIGHT, colours.DARK):
        assert colours.least_contrast(colours.nearest(colour, papers), papers) >= 4.5


@pytest.mark.parametrize(
    ("slip", "sentence"),
    [
        ({"name": " "}, "This field is required."),
        ({"name": "\x00"}, "Null characters are not allowed."),
        ({"accent": "teal"}, "Write a colour as six digits after #"),
        ({"time_zone": "Mars/Olympus"}, "Mars/Olympus is not one of the available choices"),
        ({"language": "tlh"}, "tlh is not one of the available choices"),
        ({"languages": ["ar"]}, "Tick the language of the paper too."),
        ({"profiles": "http://social.example/@alder"}, "is no address with https://"),
        ({"profiles": "javascript:alert(1)"}, "is no address with https://"),
        ({"profiles": "https://a.example/\n" * 13}, "Name twelve profiles at the most."),
        ({"logo": "zzzzz"}, "There is no picture with this code in the library."),
    ],
)
def test_a_slip_is_answered_with_a_sentence_and_nothing_is_lost(owner, slip, sentence):
    answer = owner.post(PAGE, told(tagline="Kept.") | slip)
    assert answer.status_code == 200
    assert sentence in answer.content.decode()
    assert 'value="Kept."' in answer.content.decode()
    assert not Site.objects.exists()


def test_what_the_server_decides_is_read_there_and_no_secret_is(owner, settings):
    page = owner.get(PAGE).content.decode()
    assert settings.SITE_URL in page
    assert settings.SECRET_KEY not in page


def test_only_administrators_set_the_site(client):
    for name, group, status in (("ed", "Senior editors", 403), ("ada", "Administrators", 200)):
        client.force_login(make_user(name, group))
        assert client.get(PAGE).status_code == status
    assert "Site settings" in client.get("/admin/").content.decode()


def test_there_is_one_site():
    Site().save()
    with pytest.raises(IntegrityError), transaction.atomic():
        Site(id=2).save()


def test_a_page_asks_for_the_site_once(client):
    with CaptureQueriesContext(connection) as asked:
        client.get("/feeds/latest/")
    assert sum("articles_site" in query["sql"] for query in asked) == 1
