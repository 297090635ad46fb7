"""Topics: merging them, and their other names."""

import re

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from articles import publishing, words
from articles.models import Topic, TopicAlias
from articles.subjects import merge_topics
from tests.factories import make_admin, make_article, make_draft, make_topic, make_user

pytestmark = pytest.mark.django_db


def test_merged_topics_leave_their_stories_names_and_addresses_to_the_one_that_stays(client):
    kyiv, kiev = make_topic("Kyiv"), make_topic("Kiev")
    kiev.aliases.create(name="Kiew")
    one = make_article("One", topics=["Kiev"])
    both = make_article("Both", topics=["Kiev", "Kyiv"])
    merge_topics([kyiv, kiev], into=kyiv, by=None)
    assert list(one.topics.all()) == list(both.topics.all()) == [kyiv]
    assert set(kyiv.aliases.values_list("name", flat=True)) == {"Kiev", "Kiew"}
    for slug in ("kiev", "kiew"):
        response = client.get(f"/topic/{slug}/")
        assert (response.status_code, response.url) == (301, "/topic/kyiv/")


def test_two_topics_merged_into_each_other_at_once_leave_one():
    kyiv, kiev = make_topic("Kyiv"), make_topic("Kiev")
    merge_topics([kiev], into=kyiv, by=None)
    with pytest.raises(publishing.Refused, match="Somebody merged one of them just now"):
        merge_topics([kyiv], into=kiev, by=None)
    assert Topic.objects.get() == kyiv


def test_a_name_that_already_leads_elsewhere_comes_along(client):
    kyiv, kiev, capital = make_topic("Kyiv"), make_topic("Kiev"), make_topic("The capital")
    capital.aliases.create(name="Kiev", slug="kiev")  # an import may leave such a pair
    merge_topics([kyiv, kiev], into=kyiv, by=None)
    assert TopicAlias.objects.get().topic == kyiv


def test_another_name_typed_on_a_story_means_the_topic():
    kyiv = make_topic("Kyiv")
    kyiv.aliases.create(name="Kiev")
    article = make_article(topics=["KIEV", "Kyiv"])
    assert list(article.topics.all()) == [kyiv]
    assert Topic.objects.count() == 1


def test_another_name_typed_at_the_desk_is_kept_as_the_topics_own(client):
    kyiv = make_topic("Kyiv")
    kyiv.aliases.create(name="Kiev")
    article = make_draft()
    publishing.save_draft(article, {"topics": ["Kiev", "kyiv", "Trains"]}, by=None)
    article.refresh_from_db()
    assert words.working(article)["topics"] == ["Kyiv", "Trains"]
    assert {topic.name for topic in article.topics.all()} == {"Kyiv", "Trains"}


def test_topics_of_pictures_alone_are_told_apart(client):
    ship = make_topic("🚢")
    ship.aliases.create(name="⛵")
    article = make_article(topics=["🎉", "⛵"])
    assert {topic.name for topic in article.topics.all()} == {"🎉", "🚢"}
    assert len(set(Topic.objects.values_list("slug", flat=True))) == 2
    client.force_login(make_user())
    address = reverse("admin:articles_topic_change", args=[ship.pk])
    client.post(address, {"name": "🚢", "slug": "", "other_names": "⛵, ⚓"})
    assert set(ship.aliases.values_list("name", flat=True)) == {"⛵", "⚓"}


def test_topics_stand_in_the_order_of_the_alphabet_whatever_their_case(client):
    names = ["Boats", "policing", "Vladimir"]
    make_article("One", topics=names[::-1])
    client.force_login(make_user())
    for address in (
        "/admin/articles/topic/",
        "/search/?q=zzzz",
        "/admin/articles/topic/names/?q=i",
    ):
        page = client.get(address).content.decode()
        found = [page.find(name) for name in names if name in page]
        assert len(found) > 1, address
        assert found == sorted(found), address


def test_reporters_merge_nothing():
    kyiv, kiev = make_topic("Kyiv"), make_topic("Kiev")
    with pytest.raises(PermissionDenied):
        merge_topics([kiev], into=kyiv, by=make_user("reporter", "Reporters"))
    assert Topic.objects.count() == 2


def test_an_editor_merges_topics_on_the_list(client):
    kyiv, kiev = make_topic("Kyiv"), make_topic("Kiev")
    make_article(topics=["Kiev"])
    client.force_login(make_user())
    address = reverse("admin:articles_topic_changelist")
    chosen = {"action": "merge", "_selected_action": [kyiv.pk, kiev.pk]}
    asked = client.post(address, chosen).content.decode()
    assert "Which one stays?" in asked
    assert Topic.objects.count() == 2
    page = client.post(address, chosen | {"stays": kyiv.pk}, follow=True).content.decode()
    assert "Kiev is now another name of Kyiv." in page
    assert list(Topic.objects.all()) == [kyiv]


def test_deleting_stands_last_and_tells_of_what_people_know(client):
    kyiv = make_topic("Kyiv")
    kyiv.aliases.create(name="Kiev")
    make_article(topics=["Kyiv"])
    client.force_login(make_admin())
    address = reverse("admin:articles_topic_changelist")
    page = client.get(address).content.decode()
    actions = re.findall(r'<option value="(\w+)">([^<]+)', page)
    assert actions[-1] == ("delete_selected", "Delete…")
    told = {"action": "delete_selected", "_selected_action": [kyiv.pk]}
    for asked in (
        client.post(address, told),
        client.get(reverse("admin:articles_topic_delete", args=[kyiv.pk])),
    ):
        lost = asked.content.decode().split('id="deleted-objects">')[1].split("</ul>")[0]
        assert re.findall("<li>([^<]+)", lost) == ["Topics: 1", "Other names: 1"]
    client.post(address, told | {"post": "yes"})
    assert not Topic.objects.exists()


def test_one_topic_is_not_merged_with_itself(client):
    kyiv = make_topic("Kyiv")
    client.force_login(make_user())
    chosen = {"action": "merge", "_selected_action": [kyiv.pk]}
    page = client.post(reverse("admin:articles_topic_changelist"), chosen, follow=True)
    assert "Choose two topics or more." in page.content.decode()


def test_an_editor_gives_a_topic_other_names(client):
    kyiv = make_topic("Kyiv")
    kyiv.aliases.create(name="Kijów")
    client.force_login(make_user())
    address = reverse("admin:articles_topic_change", args=[kyiv.pk])
    client.post(address, {"name": "Kyiv", "slug": "kyiv", "other_names": "Kiev, Київ"})
    assert set(kyiv.aliases.values_list("name", "slug")) == {("Kiev", "kiev"), ("Київ", "київ")}


@pytest.mark.parametrize(
    ("name", "sentence"),
    [("odesa", "is a topic itself. Merge the two instead."), ("LEMBERG", "already means Lviv.")],
)
def test_a_name_means_one_topic_only(client, name, sentence):
    kyiv = make_topic("Kyiv")
    make_topic("Odesa")
    make_topic("Lviv").aliases.create(name="Lemberg")
    client.force_login(make_user())
    address = reverse("admin:articles_topic_change", args=[kyiv.pk])
    page = client.post(address, {"name": "Kyiv", "slug": "kyiv", "other_names": name})
    assert sentence in page.content.decode()
    assert TopicAlias.objects.count() == 1


def test_the_list_of_topics_asks_as_much_for_thirty_as_for_three(client):
    client.force_login(make_user())
    make_article(topics=[f"Topic {number}" for number in range(3)])
    address = reverse("admin:articles_topic_changelist")

    with CaptureQueriesContext(connection) as three:
        client.get(address)
    make_article("More", topics=[f"Topic {number}" for number in range(3, 30)])
    with CaptureQueriesContext(connection) as thirty:
        client.get(address)
    assert len(thirty) == len(three)


def test_a_topic_is_one_topic_in_either_case_of_any_script():
    make_article(topics=["Élection"])
    make_article("Again", topics=["élection"])
    assert Topic.objects.count() == 1


def test_a_new_topic_does_not_take_the_other_name_of_one(client):
    client.force_login(make_user())
    make_topic("Kyiv").aliases.create(name="Kiev")
    page = client.post(reverse("admin:articles_topic_add"), {"name": "KIEV"}).content.decode()
    assert "“KIEV” already means Kyiv." in page
    assert Topic.objects.count() == 1


def test_other_names_are_short_and_said_once(client):
    client.force_login(make_user())
    topic = make_topic("Odesa")
    change = reverse("admin:articles_topic_change", args=[topic.pk])
    told = {"name": "Odesa", "slug": "odesa"}
    client.post(change, told | {"other_names": "Odessa, ODESSA"})
    assert topic.aliases.count() == 1
    page = client.post(change, told | {"other_names": "x" * 150}).content.decode()
    assert "is too long for a topic" in page


def test_the_feed_of_a_merged_topic_leads_to_the_one_that_stays(client):
    stays, goes = make_topic("Kyiv"), make_topic("Kiev")
    merge_topics([goes], into=stays, by=None)
    moved = client.get("/feeds/topic/kiev/")
    assert (moved.status_code, moved.url) == (301, "/feeds/topic/kyiv/")


def test_topics_in_focus_stand_on_the_front_page_in_the_order_of_the_desk(client):
    make_article(topics=["Harbour", "Ferries", "Trains"])
    assert "In focus" not in client.get("/").content.decode()
    harbour, ferries = make_topic("Harbour"), make_topic("Ferries")
    client.force_login(make_user())
    for topic in (harbour, ferries):
        told = {"action": "put_in_focus", "_selected_action": [topic.pk]}
        client.post("/admin/articles/topic/", told)
    front = client.get("/").content.decode()
    line = front.split('class="focus')[1].split("</nav>")[0]
    assert line.index("Harbour") < line.index("Ferries")
    assert "Trains" not in line
    told = {"action": "take_out_of_focus", "_selected_action": [harbour.pk, ferries.pk]}
    client.post("/admin/articles/topic/", told)
    assert "In focus" not in client.get("/").content.decode()
