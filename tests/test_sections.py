"""Sections: two levels, their order, their colour, and stories that move from one to another."""

import re

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from articles import publishing, subjects
from articles.models import Article, Remit, Revision, Section
from tests.factories import make_admin, make_article, make_draft, make_section, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def europe():
    return make_section("Europe", parent=make_section("World", position=1), position=2)


@pytest.fixture
def editor(client):
    client.force_login(make_user())
    return client


def read(client, address):
    return client.get(address).content.decode()


def test_a_section_shows_the_stories_of_those_under_it(client, europe):
    make_article("Boats leave Bergen", section=europe)
    make_article("Boats leave Lagos", section=europe.parent)
    for address in ("/world/", "/feeds/section/world/"):
        page = read(client, address)
        assert "Bergen" in page
        assert "Lagos" in page
    for address in ("/europe/", "/feeds/section/europe/"):
        page = read(client, address)
        assert "Bergen" in page
        assert "Lagos" not in page.split('class="rail"')[0]


def test_a_section_goes_on_by_cursor_with_the_stories_of_those_under_it_among_its_own(
    client, europe
):
    places = [europe, europe.parent, make_section("Asia", parent=europe.parent)]
    for number in range(45):  # some of one moment
        make_article(f"Boat {number}.", section=places[number % 3], minutes_old=number // 2 + 1)
    make_article("Elsewhere", section=make_section("Sport"))
    every = Article.objects.filter(section__in=places).newest_first()
    every = [story.headline for story in every]
    first = client.get("/world/").context["page"]
    second = client.get("/world/", {"before": first.older}).context["page"]
    third = client.get("/world/", {"before": second.older}).context["page"]
    assert [story.headline for page in (first, second, third) for story in page] == every
    assert not third.older
    back = client.get("/world/", {"after": third.newer}).context["page"]
    assert [story.headline for story in back] == [story.headline for story in second]


def test_an_index_has_the_stories_of_a_section_and_those_under_it(client, europe):
    if connection.vendor != "sqlite":
        return
    for number in range(3):
        make_article(f"Boat {number}.", section=[europe, europe.parent][number % 2])
    for address in ("/world/", "/europe/", "/feeds/section/world/"):
        with CaptureQueriesContext(connection) as queries:
            read(client, address)
        asked = [query["sql"] for query in queries]
        found = [sql for sql in asked if re.search(r'"section_id" = \d', sql)]
        assert len(found) == 1
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {found[0]}")
            plan = [row[3] for row in cursor.fetchall()]
        read_whole = [step for step in plan if "articles_article" in step]
        assert all("PRIMARY KEY (rowid=?)" in step for step in read_whole), plan
        parts = [step for step in plan if "published_in_section_by_time (section_id=?" in step]
        assert len(parts) == (1 if address == "/europe/" else 2), plan


def test_the_navigation_names_main_sections_and_a_section_those_under_it(client, europe):
    def navigation(page):
        return page.split('<nav class="site-nav"')[1].split("</nav>")[0]

    world, below = read(client, "/world/"), read(client, "/europe/")
    assert 'href="/europe/"' not in navigation(world)
    assert '<li><a href="/europe/">Europe</a></li>' in world
    assert 'href="/world/" aria-current="true"' in navigation(below)
    assert '<p class="kicker"><a href="/world/">World</a></p><h1>Europe</h1>' in below


def test_search_engines_are_told_the_way_to_a_story(client, europe):
    article = make_article(section=europe)
    page = read(client, article.get_absolute_url())
    assert '"articleSection":["World","Europe"]' in page
    assert '"position":2,"name":"Europe","item":"http://localhost:8000/europe/"' in page


def test_the_front_page_has_one_row_for_a_section_and_those_under_it(client, europe):
    for number in range(12):
        make_article(f"Boats {number}", section=europe if number % 2 else europe.parent)
    page = read(client, "/")
    assert 'id="world"' in page
    assert 'id="europe"' not in page


def test_there_are_two_levels_and_no_third(europe):
    for wrong in (
        Section(name="Norway", slug="norway", parent=europe),
        Section(pk=europe.parent.pk, name="World", slug="world", parent=make_section("Sport")),
    ):
        with pytest.raises(ValidationError) as refused:
            wrong.full_clean()
        assert "parent" in refused.value.message_dict
    with pytest.raises(IntegrityError), transaction.atomic():
        Section.objects.filter(pk=europe.pk).update(parent=europe)


def test_who_works_in_a_section_works_in_those_under_it(europe):
    ed, article = make_user(sections=[europe.parent]), make_article(section=europe)
    assert publishing.may_publish(article, ed)
    assert Remit.objects.of(ed) == {europe.pk, europe.parent.pk}
    assert not publishing.may_publish(make_article(section=make_section("Sport")), ed)


def test_a_section_is_put_under_another_by_who_works_in_both(client, europe):
    sport, both = make_section("Sport"), make_user("both")
    ed, article = make_user(sections=[sport]), make_article(section=sport)
    client.force_login(ed)
    told = {"name": "Sport", "slug": "sport", "description": "Games", "parent": europe.parent.pk}
    page = client.post(f"/admin/articles/section/{sport.pk}/change/", told).content.decode()
    assert "Select a valid choice" in page
    sport.parent = europe.parent
    for by in (ed, make_user("of-world", sections=[europe.parent])):
        with pytest.raises(publishing.NotAllowed):
            subjects.save_section(sport, by=by)
    assert not publishing.may_publish(article, make_user("world", sections=[europe.parent]))
    subjects.save_section(sport, by=both)
    told["description"] = "Games and races"  # where it stands it may stay
    assert client.post(f"/admin/articles/section/{sport.pk}/change/", told).status_code == 302
    sport.refresh_from_db()
    assert (sport.parent, sport.description) == (europe.parent, "Games and races")
    sport.parent = None
    with pytest.raises(publishing.NotAllowed):  # nor does it leave those who work above it
        subjects.save_section(sport, by=ed)


def test_two_sections_put_under_each_other_at_once_make_no_circle():
    sport, world = make_section("Sport"), make_section("World")
    first, second = Section.objects.get(pk=sport.pk), Section.objects.get(pk=world.pk)
    first.parent, second.parent = world, sport
    subjects.save_section(first, by=None)
    with pytest.raises(publishing.Refused, match="stands under another section itself"):
        subjects.save_section(second, by=None)
    assert Section.objects.get(parent=None) == world


def test_the_form_of_an_account_ticks_what_was_ticked(client, europe):
    client.force_login(make_admin())
    ed = make_user(sections=[europe.parent])
    form = client.get(f"/admin/auth/user/{ed.pk}/change/").context["adminform"].form
    assert [section.pk for section in form.initial["sections"]] == [europe.parent.pk]


def test_an_editor_puts_the_sections_into_another_order(editor, europe):
    sport = make_section("Sport", position=3)
    page = read(editor, "/admin/articles/section/order/")
    assert page.index("World") < page.index("Sport")
    told = {f"place-{sport.pk}": "1", f"place-{europe.parent.pk}": "2", f"place-{europe.pk}": "x"}
    assert editor.post("/admin/articles/section/order/", told).status_code == 302
    assert [section.name for section in Section.objects.all()] == ["Sport", "World", "Europe"]


def test_stories_move_to_another_section_and_old_addresses_lead_there(editor):
    world, sport = make_section("World"), make_section("Sport")
    live, draft, waiting = make_article("Out"), make_draft("Not yet"), make_article("Changed")
    publishing.save_draft(waiting, {"kicker": "Port"}, by=None)
    before, told = live.get_absolute_url(), live.updated_at
    page = editor.post(f"/admin/articles/section/{world.pk}/move/", {"to": sport.pk}, follow=True)
    words = page.content.decode()
    assert "2 stories stand in Sport now." in words
    assert "Changes of this story wait at the desk." in words
    for story in (live, draft, waiting):
        story.refresh_from_db()
    assert [story.section for story in (live, draft, waiting)] == [sport, sport, world]
    assert live.updated_at == told
    assert Revision.objects.filter(article=live).latest("number").kind == "fix"
    assert editor.get(before).url == live.get_absolute_url()


def test_stories_that_refuse_to_move_hold_up_no_others(editor, monkeypatch):
    monkeypatch.setattr("articles.admin.sections.MOVED_AT_ONCE", 2)
    world, sport = make_section("World"), make_section("Sport")
    for story in (make_article("One"), make_article("Two")):
        publishing.save_draft(story, {"kicker": "Port"}, by=None)
    last = make_article("Three")
    address = f"/admin/articles/section/{world.pk}/move/"
    page = editor.post(address, {"to": sport.pk}, follow=True)
    assert "2 stories stay where they are." in page.content.decode()
    assert "1 story stands here." in page.content.decode()
    editor.post(page.redirect_chain[0][0], {"to": sport.pk})
    last.refresh_from_db()
    assert last.section == sport
    for strange in ("x", "9" * 40, "%00", "-1"):
        assert editor.get(f"{address}?after={strange}").status_code == 200


def test_nobody_moves_stories_to_where_they_do_not_work(client):
    world, sport = make_section("World"), make_section("Sport")
    article = make_article()
    client.force_login(make_user(sections=[world]))
    page = client.post(f"/admin/articles/section/{world.pk}/move/", {"to": sport.pk})
    assert "Select a valid choice" in page.content.decode()
    with pytest.raises(publishing.NotAllowed):
        publishing.move(article, sport, by=make_user("ed", sections=[world]))


def test_a_section_with_others_under_it_is_kept(client, europe):
    client.force_login(make_admin())
    page = client.post(f"/admin/articles/section/{europe.parent.pk}/delete/", {"post": "yes"})
    assert "Other sections stand under this one." in page.content.decode()
    assert Section.objects.filter(pk=europe.parent.pk).exists()


def test_a_section_asks_as_much_for_thirty_under_it_as_for_three(client, europe):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            read(client, "/world/")
            read(client, "/europe/")
            read(client, "/")
        return len(queries)

    def fill(numbers):
        for number in numbers:
            section = make_section(f"Part {number}", slug=f"part-{number}", parent=europe.parent)
            make_article(f"Story {number}", section=section)

    fill(range(3))
    few = asked()
    fill(range(3, 30))
    assert asked() == few


def test_a_new_section_stands_under_its_parent_wherever_sections_are_listed(client):
    admin = make_admin()
    client.force_login(admin)
    world, sport = make_section("World", position=1), make_section("Sport", position=2)
    new = make_section("Asia", parent=world)  # without a place of its own
    assert list(Section.objects.in_order()) == [world, new, sport]
    page = client.get("/admin/articles/section/")
    assert list(page.context["cl"].result_list) == [world, new, sport]
    form = read(client, "/admin/articles/article/add/")
    names = re.search(r'<select name="section".*?</select>', form, re.DOTALL)[0]
    assert re.findall(r">([^<>\n]+)</option>", names)[1:] == ["World", "\u2003Asia", "Sport"]
    foot = read(client, "/").partition('class="site-foot"')[2]
    assert foot.index("World") < foot.index("Asia") < foot.index("Sport")
    assert f'<li class="under"><a href="{new.get_absolute_url()}"' in foot
