"""The list of stories: what it finds, how it is sieved, and that it never counts or scans."""

import re
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles import assignments, paging, publishing
from articles.admin import long_lists
from articles.admin.articles import ArticleAdmin
from articles.admin.people import AccountAdmin, AuthorAdmin
from articles.admin.searches import KeptSearchForm
from articles.admin.subjects import TopicAdmin
from articles.models import Article, Correction, IndexCard, KeptSearch
from tests.factories import (
    make_admin,
    make_article,
    make_author,
    make_draft,
    make_picture,
    make_section,
    make_topic,
    make_user,
)

pytestmark = pytest.mark.django_db
LIST = "/admin/articles/article/"


@pytest.fixture
def editor(client):
    editor = make_user("petra")
    client.force_login(editor)
    return editor


def shown(client, query=""):
    """The headlines that the list shows, from top to bottom."""
    answer = client.get(f"{LIST}?{query}")
    assert answer.status_code == 200, (query, answer.get("Location"))
    return [story.headline for story in answer.context["cl"].result_list]


def test_a_draft_is_found_by_the_words_that_the_desk_works_on(client, editor):
    article = make_article("Port opens", body="<p>Nine <b>berths</b> for the café.</p>")
    publishing.save_draft(article, {"headline": "Port shuts", "kicker": "Harbour"}, by=editor)
    make_draft("Another")
    for words in ("berths", "CAFE", "cafés"[:3], "shuts", "harbour port", article.code):
        assert shown(client, f"q={words}") == ["Port opens"], words
    for words in ("berths another", "nowhere"):
        assert shown(client, f"q={words}") == [], words


@pytest.mark.parametrize(
    ("headline", "found", "not_found"),
    [
        ("الميناء يفتح أبوابه", "الميناء", "السفن"),
        ("東京湾に新しい港", "新しい港", "新港"),
        ("Порт открыт", "порт", "суда"),
    ],
)
def test_words_of_every_script_are_found(client, editor, headline, found, not_found):
    make_draft(headline)
    assert shown(client, f"q={found}") == [headline]
    assert shown(client, f"q={not_found}") == []


def test_a_story_is_found_by_its_address_its_people_and_its_subjects(client, editor):
    article = make_article(topics=["Harbour"], authors=[make_author("Mira Lind")])
    address = f"https://paper.example{article.get_absolute_url()}"
    make_draft("Another")
    for words in (article.code, address, f"/{article.code}", "mira", "harbour", "port-opens"):
        assert shown(client, f"q={words}") == ["Port opens"], words


@pytest.mark.parametrize(
    "words", ['"', "*", "AND", "port OR", "(", "a:b", "^x", "NEAR(a", "\0", "-", "'"]
)
def test_no_words_are_a_mistake(client, editor, words):
    make_draft()
    shown(client, f"q=port+{words}")
    assert client.get(LIST, {"q": words}).status_code == 200


def test_whoever_saves_puts_the_card_in_front_and_deleting_takes_it_out():
    first, second = make_draft("One port"), make_draft("Two ports")
    publishing.save_draft(first, {"kicker": "Again"}, by=None)
    assert list(IndexCard.objects.order_by("-pk").values_list("article", flat=True)) == [
        first.pk,
        second.pk,
    ]
    publishing.delete(first, by=make_user())
    assert IndexCard.objects.get().article == second


def test_the_index_is_written_anew_for_stories_that_came_past_the_desk(client, editor):
    article = make_draft("Bare")
    IndexCard.objects.all().delete()
    assert shown(client, "q=bare") == []
    call_command("rebuild_search", verbosity=0)
    assert shown(client, "q=bare") == ["Bare"]
    article.refresh_from_db()
    assert article.working == 1


def test_the_database_still_keeps_its_indices_in_step():
    """A table that a migration makes anew on SQLite loses its triggers, and gets them back."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            names = {name for (name,) in cursor.fetchall()}
        assert names >= {"articles_search_forgets", "card_goes_in", "card_goes_out"}


def test_each_sieve_leaves_what_it_says(client, editor):
    now, world, sport = timezone.now(), make_section("World"), make_section("Sport")
    mira, amal = make_author("Mira Lind"), make_user("amal")
    make_article("Out", section=world, topics=["Harbour"], authors=[mira], standfirst="Yes.")
    make_article("Later", section=sport, first_published_at=now + timedelta(hours=2))
    changed = make_article("Changed", section=sport, lead_image=make_picture())
    publishing.save_draft(changed, {"kicker": "New"}, by=amal)
    make_draft("Mine", created_by=editor, section=None, language="ar")
    old = make_draft("Old")
    publishing.spike(old, by=None)
    assignments.assign(old, to=editor, by=None)
    for query, headlines in {
        "state=published": {"Out", "Changed"},
        "state=scheduled": {"Later"},
        "state=changes": {"Changed"},
        "state=draft": {"Mine"},
        "state=spiked": {"Old"},
        "state=nonsense": set(),
        "section=world": {"Out", "Old"},
        "section=none": {"Mine"},
        "section=nowhere": set(),
        "missing=picture": {"Out", "Later", "Mine", "Old"},
        "missing=standfirst": {"Later", "Changed", "Mine", "Old"},
        "language=ar": {"Mine"},
        "author=mira lind": {"Out"},
        "author=nobody": set(),
        "topic=harbour": {"Out"},
        "saved_by=amal": {"Changed"},
        "whose=mine": {"Mine", "Old"},
        "until=2000-01-01": set(),
        "since=2000-01-01": {"Out", "Later", "Changed", "Mine", "Old"},
        "since=never": set(),
        "until=9999-12-31": set(),
        "section=sport&state=published": {"Changed"},
        "q=port&state=draft": set(),
        "q=boats&section=sport": {"Later", "Changed"},
        "author=%00": {"Out", "Later", "Changed", "Mine", "Old"},
    }.items():
        assert set(shown(client, query)) == headlines, query


def test_the_list_goes_on_by_cursor_and_comes_back(client, editor, monkeypatch):
    monkeypatch.setattr(ArticleAdmin, "list_per_page", 10)
    names = [f"Story {n:03}" for n in range(32)]
    moment = timezone.now()  # several are saved at one moment
    for n, name in enumerate(names):
        make_draft(name, saved_at=moment - timedelta(minutes=n // 7))
    expected = [s.headline for s in Article.objects.order_by("-saved_at", "-pk")]
    for query, whole in (("", expected), ("q=story", sorted(names, reverse=True)), ("o=7", None)):
        whole = whole or list(reversed(expected))
        seen, place = [], f"{LIST}?{query}"
        while True:
            lists = client.get(place).context["cl"]
            seen += [story.headline for story in lists.result_list]
            if not lists.older():
                break
            place = LIST + lists.older()
        assert seen == whole, query
        back = client.get(LIST + lists.newer()).context["cl"]
        assert [s.headline for s in back.result_list] == whole[20:30]
    assert len(shown(client, "p=2&all=")) == 10  # Django's own pages are gone
    assert shown(client, "before=nonsense") == expected[:10]


def test_a_page_looks_through_one_stretch_and_offers_to_look_further(client, editor, monkeypatch):
    monkeypatch.setattr(paging, "LOOK", 5)
    make_draft("الميناء", language="ar", body="<p>port</p>")
    for n in range(12):
        make_draft(f"Port {n}")
    for query in ("language=ar", "q=port&language=ar"):
        place, seen, pages = f"{LIST}?{query}", [], 0
        while True:
            answer = client.get(place)
            lists, pages = answer.context["cl"], pages + 1
            seen += lists.result_list
            if not lists.older():
                break
            assert "Look further" in answer.content.decode()
            place = LIST + lists.older()
        assert [story.language for story in seen] == ["ar"], query
        assert pages == 3


def test_a_large_table_is_not_counted(client, editor, monkeypatch):
    make_draft()
    assert '<span class="quiet num">1</span>' in client.get(LIST).content.decode()
    monkeypatch.setattr(long_lists, "COUNTED", 0)
    assert "about " in client.get(LIST).content.decode()
    with CaptureQueriesContext(connection) as asked:
        client.get(f"{LIST}?state=draft")
    counts = [q["sql"] for q in asked if "COUNT(" in q["sql"]]
    stories = [sql for sql in counts if 'FROM "articles_article"' in sql]
    assert [sql for sql in stories if "LIMIT" not in sql] == []


def test_the_list_says_when_a_story_was_corrected(client, editor):
    article = make_article()
    Correction.objects.create(article=article, text="Nine.", made_at=timezone.now())
    old = make_article("Long ago")
    Correction.objects.create(article=old, text="Nine.", made_at="2020-01-01T00:00Z")
    page = client.get(LIST).content.decode()
    assert page.count('<span class="flag">Correction ') == 1


@pytest.mark.once
def test_the_list_asks_as_much_for_thirty_stories_as_for_three(client, editor):
    def fill(numbers):
        for n in numbers:
            people = [make_author(f"Author {n}")]
            article = make_article(f"Boats {n}", authors=people, topics=[f"Topic {n}"])
            Correction.objects.create(article=article, text="Nine.")

    def asked(query):
        client.get(f"{LIST}?{query}")
        with CaptureQueriesContext(connection) as asked:
            client.get(f"{LIST}?{query}")
        return len(asked)

    queries = ["", "q=boats", "state=published&section=world", "missing=anything&topic=topic 1"]
    fill(range(3))
    three = {query: asked(query) for query in queries}
    fill(range(3, 30))
    assert {query: asked(query) for query in queries} == three


def test_killed_stories_are_listed_for_senior_editors_only(client, editor):
    article = make_article("Never was")
    publishing.kill(article, by=None, reason="A court said so.")
    assert shown(client) == shown(client, "q=never") == shown(client, "state=withdrawn") == []
    client.force_login(make_user("sana", "Senior editors"))
    assert shown(client) == shown(client, "q=never") == ["Never was"]


def test_a_list_that_finds_nothing_says_what_to_do(client, editor):
    def said(model, query=""):
        page = client.get(f"/admin/articles/{model}/?{query}").content.decode()
        return re.sub("<[^>]+>", "", page.partition('<p class="empty">')[2].partition("</p>")[0])

    told = "No story matches. Try fewer words, or look in Withdrawn."
    assert said("article", "q=harbour") == told
    assert said("image", "q=harbour") == "No pictures match “harbour”. Upload one?"
    assert said("topic", "q=harbour") == "Nothing matches. Try fewer words."
    client.force_login(make_user("sana", "Senior editors"))
    assert said("styleentry").startswith("The house style has no entry yet.")
    assert said("styleentry").endswith("Add the first one")


# Kept searches


def keep(client, name, query, **told):
    told = {"name": name, "query": query} | told
    return client.post(f"{LIST}searches/keep/", told, follow=True).content.decode()


def test_a_search_is_kept_under_a_name_and_taken_away(client, editor):
    make_draft("Port one"), make_article("Port two")
    assert "Keep this search" not in client.get(LIST).content.decode()
    assert "Keep this search" in client.get(f"{LIST}?q=port&state=draft&p=3").content.decode()
    page = keep(client, "Our port", "state=draft&q=port")
    assert "Kept. It stands above the list." in page
    assert '<a href="?q=port&amp;state=draft" aria-current="true" dir="auto">Our port</a>' in page
    assert "Port two" not in page
    kept = KeptSearch.objects.get()
    client.post(f"{LIST}searches/{kept.pk}/forget/")
    assert "Our port" not in client.get(LIST).content.decode()


def test_what_is_kept_asks_only_for_what_the_list_knows(client, editor):
    keep(client, "Odd", "q=port&next=//evil.example&saved_by__password=x&state=")
    assert KeptSearch.objects.get().query == "q=port"
    assert "Search for something or filter the list first." in keep(client, "Bare", "nonsense=1")
    assert "You keep another search under this name." in keep(client, "Odd", "q=boats")
    for name, query in (("", "q=x"), ("x" * 99, "q=x"), ("\0", "q=\0"), ("Long", "q=" + "x" * 999)):
        keep(client, name, query)
    assert KeptSearch.objects.count() == 1
    assert client.get(f"{LIST}searches/keep/").status_code == 405


def test_a_search_kept_twice_at_once_is_kept_once(client, editor, monkeypatch):
    checked = KeptSearchForm.is_valid

    def then_another_press_is_faster(form):
        is_good = checked(form)
        KeptSearch.objects.get_or_create(user=editor, name="Port", query="q=port")
        return is_good

    monkeypatch.setattr(KeptSearchForm, "is_valid", then_another_press_is_faster)
    assert "You keep another search under this name." in keep(client, "Port", "q=port")
    assert KeptSearch.objects.count() == 1


def test_a_search_is_ones_own_unless_it_is_shared(client, editor):
    keep(client, "Mine alone", "q=boats")
    keep(client, "For all", "q=port", is_shared="on")
    client.force_login(make_user("amal", "Reporters"))
    page = client.get(f"{LIST}?q=port").content.decode()
    assert "For all" in page
    assert "Mine alone" not in page
    assert "Take this search away" not in page
    kept = KeptSearch.objects.get(name="For all")
    assert client.post(f"{LIST}searches/{kept.pk}/forget/").status_code == 403
    keep(client, "For all", "q=ferry")  # the name is free for another person
    assert KeptSearch.objects.count() == 3


def test_whoever_looks_after_accounts_takes_a_shared_search_away(client, editor):
    keep(client, "Mine alone", "q=boats")
    keep(client, "For all", "q=port", is_shared="on")
    client.force_login(make_admin())
    assert "Take this search away" in client.get(f"{LIST}?q=port").content.decode()
    alone, shared = KeptSearch.objects.order_by("-name")
    assert client.post(f"{LIST}searches/{alone.pk}/forget/").status_code == 403
    assert client.post(f"{LIST}searches/{shared.pk}/forget/").status_code == 302
    assert KeptSearch.objects.get() == alone


# Other lists


@pytest.mark.parametrize("name", ["articles/topic", "articles/author", "auth/user"])
def test_other_long_lists_go_on_by_name(client, name, monkeypatch):
    client.force_login(make_user("zed", None, is_superuser=True))
    for n in range(12):
        label = f"{'aB'[n % 2]}{n:02}"
        make_author(label), make_topic(label), make_user(label)
    place, seen = f"/admin/{name}/", []
    for kind in (TopicAdmin, AuthorAdmin, AccountAdmin):
        monkeypatch.setattr(kind, "list_per_page", 5)
    while True:
        lists = client.get(place).context["cl"]
        seen += [str(one) for one in lists.result_list]
        if not lists.older():
            break
        place = f"/admin/{name}/" + lists.older()
    assert len(seen) == len(set(seen)) >= 12
    if name == "articles/topic":
        assert seen == sorted(seen, key=str.lower)
    assert client.get(f"/admin/{name}/?q=a0&o=1").status_code == 200
