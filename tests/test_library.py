"""The library of pictures at the desk: files that come in, the grid, and many pictures at once."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.formats import date_format

from articles import publishing, search, subjects
from articles.models import Image, Page
from tests.factories import (
    make_article,
    make_author,
    make_draft,
    make_picture,
    make_topic,
    make_user,
)
from tests.test_desk import bomb, png

pytestmark = pytest.mark.django_db
PLACE = "/admin/articles/image/"


@pytest.fixture
def editor(client):
    user = make_user("editor")
    client.force_login(user)
    return user


def send(client, content, name="boat.png", **fields):
    file = SimpleUploadedFile(name, content, "image/png")
    return client.post(f"{PLACE}upload/", {"file": file} | fields)


# Files that come in


def test_a_script_sends_a_picture_and_is_told_what_it_lacks(client, editor):
    answer = send(client, png(), "Boat at dawn.PNG")
    assert answer.status_code == 201
    image, told = Image.objects.get(), answer.json()["picture"]
    assert (told["pk"], told["code"], told["width"], told["height"]) == (
        *(image.pk, image.code),
        *(60, 40),
    )
    assert told["caption"] == "Boat at dawn.PNG"
    assert told["missing"] == ["credit", "alt"]
    assert client.get(told["address"]).status_code == 200
    assert image.created_by == editor
    assert LogEntry.objects.filter(object_id=image.pk, user=editor).exists()


def test_a_file_that_is_there_already_comes_back_as_the_picture_that_it_is(client, editor):
    first = send(client, png()).json()["picture"]
    answer = send(client, png(), "again.png")
    assert answer.status_code == 409
    assert answer.json()["sentence"] == "The library has this file already."
    assert answer.json()["picture"] == first
    assert Image.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.png", bomb(), "The picture is broken."),
        ("a.jpg", png(), "Its name ends in .jpg, but it is a PNG file."),
        ("a.png", b"", "The file is empty."),
        ("a.png", b"MZ\x90\x00 an end of the world", "not a picture"),
    ],
)
def test_a_file_that_is_refused_is_told_of_in_a_sentence(name, content, sentence, client, editor):
    answer = send(client, content, name)
    assert answer.status_code == 422
    assert sentence in answer.json()["sentence"]
    assert not Image.objects.exists()


def test_a_request_without_a_file_is_told_so(client, editor):
    assert client.post(f"{PLACE}upload/", {"file": "boat"}).status_code == 422


def test_who_is_signed_out_is_told_so_where_a_script_asks(client):
    answer = send(client, png())
    assert (answer.status_code, answer.json()["sentence"]) == (401, "Signed out.")


def test_a_file_over_the_limit_is_not_kept_and_the_rest_of_the_request_is(
    client, editor, monkeypatch, settings
):
    """The limit is lowered: what counts is where the file goes, not how long a test takes."""
    monkeypatch.setattr("articles.uploads.LARGEST_FILE", 200_000)
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 1000
    large = SimpleUploadedFile("large.png", b"\x89PNG" + bytes(3_000_000), "image/png")
    answer = send(client, large.read(), "large.png")
    assert answer.status_code == 422
    assert answer.json()["sentence"].startswith("The picture is over 40 MB.")
    large.seek(0)
    page = client.post(f"{PLACE}add/", {"upload": large, "caption": "The first boat"})
    assert page.status_code == 200
    assert 'value="The first boat"' in page.content.decode() or re.search(
        r"<textarea[^>]*>\s*The first boat", page.content.decode()
    )
    assert not Image.objects.exists()


def test_a_caption_is_mended_where_the_picture_is_shown(client, editor):
    image = make_picture(size=(9, 9))
    client.post(f"{PLACE}{image.pk}/words/", {"caption": "The last boat."})
    image.refresh_from_db()
    assert (image.caption, image.credit) == ("The last boat.", "Dana Ruiz")


# Finding them again


def found(client, words):
    return [one["code"] for one in client.get(f"{PLACE}choose/", {"q": words}).json()["pictures"]]


def test_a_picture_is_found_by_all_that_is_known_of_it(client, editor):
    make_picture("tram.png", size=(9, 9))
    told = {
        "caption": "Ferry at the rebuilt quay",
        "credit": "Zoë Ek / NWA",
        "creator": "Zoë Ek",
        "alt_text": "A ship beside cranes",
        "place": "Port Alder",
        "persons": "Amal Haddad, 王芳",
        "keywords": "storm surge, Ilva",
    }
    image = make_picture("storm-ilva_pier07.PNG", size=(9, 9), **told)
    for words in (
        *("ferry quay", "zoe", "NWA", "cranes", "alder", "haddad", "surge", "pier07", "fer"),
        *("王芳", "王", image.code, image.code.upper(), "Port quay Ek"),
    ):
        assert search.pictures(words) == [image.pk], words
    assert search.pictures("ferry tram") == search.pictures("!") == []
    assert [one.pk for one in Image.objects.filter(pk__in=search.pictures("png"))]


def test_a_picture_is_found_by_the_topics_of_the_stories_that_show_it():
    image = make_picture(size=(9, 9))
    article = make_draft(topics=["Budget"], lead_image=image)
    assert search.pictures("budget") == [image.pk]
    publishing.save_draft(article, {"topics": ["Weather"]}, by=None)
    assert (search.pictures("budget"), search.pictures("weather")) == ([], [image.pk])
    make_draft(topics=["Climate"]), make_topic("Climate")
    subjects.merge_topics([make_topic("Weather")], into=make_topic("Climate"), by=None)
    assert (search.pictures("weather"), search.pictures("climate")) == ([], [image.pk])
    publishing.save_draft(article, {"lead_image": ""}, by=None)
    assert search.pictures("climate") == []


def test_the_last_uploads_are_found_first_and_one_by_one():
    pks = [make_picture(f"{n}.png", size=(9, 9)).pk for n in range(3)]
    assert search.pictures("boat") == pks[::-1]
    assert search.pictures("boat", before=pks[2], most=1) == [pks[1]]
    assert search.pictures("boat", after=pks[0], most=1) == [pks[1]]


def test_the_index_follows_its_pictures():
    image = make_picture(size=(9, 9))
    Image.objects.filter(pk=image.pk).update(caption="A lighthouse")
    assert search.pictures("lighthouse") == []
    call_command("rebuild_search", verbosity=0)
    assert search.pictures("lighthouse") == [image.pk]
    image.delete()
    assert search.pictures("lighthouse") == []


# Where they are used


def test_a_picture_on_a_page_about_the_house_is_used_and_kept(client):
    client.force_login(make_user("owner", None, is_superuser=True))
    image, other = make_picture(size=(9, 9)), make_picture("b.png", size=(9, 9))
    body = f'<figure data-image="{image.code}"></figure>'
    told = {"title": "About us", "slug": "about", "language": "en", "position": "30"}
    client.post("/admin/articles/page/add/", told | {"body": body})
    assert list(Image.objects.never_used()) == [other]
    page = client.post(f"{PLACE}{image.pk}/delete/", {"post": "yes"})
    assert page.status_code == 403
    assert "The page “About us” shows this picture" in page.content.decode()
    client.post(
        f"/admin/articles/page/{Page.objects.get().pk}/change/", told | {"body": "<p>a</p>"}
    )
    assert Image.objects.never_used().count() == 2


# The grid


def shown(client, query=""):
    page = client.get(f"{PLACE}?{query}").content.decode()
    return re.findall(r'class="name" dir="auto">([^<]*)<', page), page


def ago(image, **time):
    Image.objects.filter(pk=image.pk).update(created_at=timezone.now() - timedelta(**time))


def test_each_picture_says_what_it_lacks_and_how_often_it_is_used(client, editor):
    today = timezone.localdate()
    fine, bare = make_picture(size=(720, 405)), make_picture("b.png", size=(9, 9), credit="")
    for_nobody = {"alt_text": "", "is_decorative": True}
    make_picture("c.png", size=(9, 9), **for_nobody, rights_until=today + timedelta(days=3))
    make_picture("d.png", size=(9, 9), alt_text="", rights_until=today - timedelta(days=1))
    make_article(lead_image=fine), make_draft("One", lead_image=fine)
    make_draft("Two", body=f'<figure data-image="{fine.code}"></figure>')
    make_author("Jo Ek", portrait=bare)
    tiles = shown(client)[1].split('class="pic"')[1:]
    said = [re.findall(r'class="flag(?: (\w+))?">([^<]*)<', tile) for tile in tiles]
    until, ended = (date_format(today + timedelta(days=days), "j F") for days in (3, -1))
    small = ("quiet", "Small: 9 × 9 pixels")
    assert said == [
        [("stop", f"Rights ended {ended}"), ("", "No alt text"), small],
        [("", f"Rights end {until}"), small],
        [("stop", "No credit"), ("stop", "Cannot be published"), small],
        [],
    ]
    uses = [re.search(r'"quiet">([^<]*)<', tile).group(1) for tile in tiles]
    assert uses == ["no use", "no use", "1 use", "3 uses"]


def test_chips_show_some_of_the_library_and_count_where_that_is_cheap(client, editor):
    today = timezone.localdate()
    rights = {name: today + timedelta(days=days) for name, days in (("soon", 2), ("ended", -2))}
    make_picture(size=(9, 9), caption="Mine", created_by=editor)
    for name, fields in {
        "Bare": {"credit": "", "alt_text": ""},
        "Soon": {"rights_until": rights["soon"]},
        "Ended": {"rights_until": rights["ended"]},
        "Later": {"rights_until": today + timedelta(days=90)},
        "Decoration": {"alt_text": "", "is_decorative": True},
    }.items():
        image = make_picture(f"{name}.png", size=(9, 9), caption=name, **fields)
        ago(image, days=2)
    make_draft(lead_image=image)
    for query, names in {
        "": ["Mine", "Decoration", "Later", "Ended", "Soon", "Bare"],
        "whose=mine": ["Mine"],
        "added=today": ["Mine"],
        "missing=credit": ["Bare"],
        "missing=alt": ["Bare"],
        "rights=soon": ["Soon"],
        "rights=ended": ["Ended"],
        "uses=none": ["Mine", "Later", "Ended", "Soon", "Bare"],
        "missing=nothing": [],
        "q=ended&rights=ended": ["Ended"],
        "q=ended&missing=credit": [],
        "q=png": ["Decoration", "Later", "Ended", "Soon", "Bare", "Mine"],
        "whose=mine&uses=none": ["Mine"],
    }.items():
        assert sorted(shown(client, query)[0]) == sorted(names), query
    page = shown(client)[1]
    for words in ("No credit", "No alt text", "Rights end soon", "Rights ended"):
        assert re.search(rf'{words} <span class="num"[^>]*>1</span>', page), words
    assert re.search(r'All <span class="num"[^>]*>5</span>', shown(client, "q=dana")[1])


def test_the_library_goes_on_page_by_page(client, editor):
    for n in range(40):
        make_picture(f"{n}.png", size=(9, 9), caption=f"Number {n}")
    for query in ("", "q=number"):
        first, page = shown(client, query)
        assert (first[0], first[-1], len(first)) == ("Number 39", "Number 4", 36)
        older = unescape(re.search(r'rel="next" href="\?([^"]+)"', page).group(1))
        assert shown(client, older)[0] == [f"Number {n}" for n in (3, 2, 1, 0)]


def test_the_grid_asks_as_much_for_thirty_pictures_as_for_three(client, editor):
    def fill(numbers):
        for n in numbers:
            image = make_picture(f"{n}.png", size=(9, 9))
            make_article(f"Port {n}", lead_image=image), make_author(f"A {n}", portrait=image)

    def asked(query):
        with CaptureQueriesContext(connection) as asked:
            shown(client, query)
        return len(asked)

    fill(range(3))
    queries = ("", "q=boat", "whose=mine", "rights=ended", "uses=none")
    few = [asked(query) for query in queries]
    fill(range(3, 30))
    assert [asked(query) for query in queries] <= few


def test_an_empty_library_says_so_and_offers_an_upload(client, editor):
    assert "No pictures yet." in shown(client)[1]
    assert "No pictures match “harbour”." in shown(client, "q=harbour")[1]
    assert "No pictures match." in shown(client, "missing=credit")[1]
    assert "Upload one?" in shown(client)[1]


# Many at once


def act(client, action, images, **fields):
    told = {"action": action, "index": "0", "_selected_action": [image.pk for image in images]}
    return client.post(PLACE, told | fields, follow=True).content.decode()


def test_several_pictures_get_the_same_words(client, editor):
    one = make_picture(size=(9, 9), keywords="Harbour, storm")
    two = make_picture("b.png", size=(9, 9), credit="")
    page = act(client, "change_chosen", [one, two])
    assert "Change these pictures" in page
    assert "Empty fields change nothing." in act(client, "change_chosen", [one, two], sure="yes")
    words = {
        "credit": "Jo Ek / NWA",
        "keywords": "STORM, quay",
        "rights_until": "2031-05-05",
        "digital_source": "digitalCapture",
    }
    assert "2 pictures changed." in act(client, "change_chosen", [one, two], sure="yes", **words)
    one.refresh_from_db(), two.refresh_from_db()
    for image in (one, two):
        assert (image.credit, str(image.rights_until)) == ("Jo Ek / NWA", "2031-05-05")
        assert (image.digital_source, image.caption) == ("digitalCapture", "The first boat.")
    assert (one.keywords, two.keywords) == ("Harbour, storm, quay", "STORM, quay")
    assert search.pictures("nwa quay") == [two.pk, one.pk]
    assert LogEntry.objects.filter(object_id=one.pk, user=editor).count() == 1


def test_those_that_may_not_be_changed_are_left_out_and_told_why(client):
    reporter = make_user("jonas", "Reporters")
    client.force_login(reporter)
    own = make_picture(size=(9, 9), created_by=reporter)
    out = make_picture("b.png", size=(9, 9), created_by=reporter, caption="Out")
    other = make_picture("c.png", size=(9, 9), caption="Other")
    make_article(lead_image=out)
    images, words = [own, out, other], {"credit": "Jonas"}
    asked = act(client, "change_chosen", images)
    assert "It is in the paper." in asked
    assert "It is not yours." in asked
    page = act(client, "change_chosen", images, sure="yes", **words)
    assert "1 picture changed." in page
    assert "Left out: “Out”. It is in the paper." in page
    assert "Left out: “Other”. It is not yours." in page
    assert set(Image.objects.filter(credit="Jonas")) == {own}


def test_keywords_that_find_no_room_are_told_of(client, editor):
    full = make_picture(size=(9, 9), keywords="x" * 990, caption="Full")
    page = act(client, "change_chosen", [full], sure="yes", keywords="lighthouse, quay")
    assert "Left out: “Full”. It has no room for more keywords." in page


@pytest.mark.django_db(transaction=True)
def test_only_pictures_that_nothing_shows_are_deleted(client, editor):
    unused, shown = make_picture(size=(9, 9)), make_picture("b.png", size=(9, 9), caption="Shown")
    make_draft(lead_image=shown)
    asked = act(client, "delete_selected", [unused, shown])
    assert "shows this picture, so it is kept. Take it out there first." in asked
    assert Image.objects.count() == 2
    page = act(client, "delete_selected", [unused, shown], post="yes")
    assert "1 picture deleted." in page
    assert "Left out: “Shown”. “Port to open” shows this picture" in page
    assert list(Image.objects.all()) == [shown]
    call_command("worker", "--once")
    assert not storages["originals"].exists(unused.file.name)
    assert storages["originals"].exists(shown.file.name)
