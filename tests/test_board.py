"""Today on the desk: what needs a look, each state, and one next step a row."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles import assignments, notes, publishing, scheduling
from articles.models import Assignment, Kind, Presence
from tests.factories import (
    make_article,
    make_author,
    make_draft,
    make_picture,
    make_section,
    make_user,
)

pytestmark = pytest.mark.django_db
ROW = re.compile(r'<li class="row" data-row>(.*?)</li>', re.DOTALL)
GROUP = re.compile(r'<section class="group group-(\w+) module"(.*?)</section>', re.DOTALL)


@pytest.fixture
def mira(client):
    user = make_user("mira", first_name="Mira", last_name="Lind")
    client.force_login(user)
    return user


@pytest.fixture
def amal():
    return make_user("amal", "Reporters", first_name="Amal", last_name="Haddad")


def plain(html):
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def board(client, **asked):
    """The rows of each group, as plain words."""
    page = client.get("/admin/", asked).content.decode()
    return {name: [plain(row) for row in ROW.findall(html)] for name, html in GROUP.findall(page)}


def soon(minutes=60):
    return timezone.now() + timedelta(minutes=minutes)


def step_of(client, group, place=0, **asked):
    page = client.get("/admin/", asked).content.decode()
    html = dict(GROUP.findall(page))[group]
    return re.findall(r'data-row-next href="([^"]+)">([^<]+)<', html)[place]


def test_each_state_has_its_group_and_its_next_step(client, mira):
    review, ready, draft = make_draft("Review me"), make_draft("I am ready"), make_draft("A draft")
    publishing.submit(review, by=mira)
    publishing.approve(ready, by=mira)
    later, changed = make_draft("Later"), make_article("Changed", minutes_old=0)
    out = make_article("Out", minutes_old=0)
    publishing.publish(later, by=mira, at=soon())
    publishing.save_draft(changed, {"kicker": "Port"}, by=mira)
    found = board(client)
    assert [len(rows) for rows in found.values()] == [1, 1, 1, 1, 1, 1]
    assert list(found) == ["review", "ready", "scheduled", "changes", "draft", "published"]
    place = "/admin/articles/article/{}/{}/"
    assert step_of(client, "review") == (place.format(review.pk, "change"), "Review")
    assert step_of(client, "ready") == (place.format(ready.pk, "publish"), "Publish…")
    assert step_of(client, "scheduled") == (place.format(later.pk, "change"), "Open")
    changes = (place.format(changed.pk, "publish"), "Publish changes…")
    assert step_of(client, "changes") == changes
    assert step_of(client, "draft") == (place.format(draft.pk, "change"), "Write on")
    assert step_of(client, "published") == (place.format(out.pk, "change"), "Edit")
    assert "All 6" in plain(client.get("/admin/").content.decode())  # each once


def test_a_reporter_is_led_to_no_page_that_refuses_them(client, mira, amal):
    own, other = make_draft("Own", created_by=amal), make_draft("Other")
    ready = make_draft("Ready")
    publishing.approve(ready, by=mira)
    client.force_login(amal)
    assert step_of(client, "ready")[1] == "Open"
    steps = {step_of(client, "draft", place) for place in (0, 1)}
    place = "/admin/articles/article/{}/change/"
    assert steps == {(place.format(own.pk), "Write on"), (place.format(other.pk), "Open")}
    for address, _step in steps:
        assert client.get(address).status_code == 200


def test_a_row_says_what_is_missing_who_is_there_and_when_it_is_due(client, mira, amal):
    bare = make_draft("Bare", authors=[make_author("Sana Okafor")])
    named = make_draft("Unnamed", lead_image=make_picture(credit="", alt_text="", size=(9, 9)))
    Presence.objects.create(article=bare, user=amal, window="amals-window")
    assignments.assign(bare, to=amal, by=mira, due_at=timezone.now() + timedelta(minutes=1))
    rows = {row.split()[0]: row for row in board(client)["draft"]}
    due = timezone.localtime(Assignment.objects.get().due_at)
    assert "World Sana Okafor 6 words No picture" in rows["Bare"]
    assert "Amal Haddad has it open" in rows["Bare"]
    assert f"{due:%H:%M} Write on" in rows["Bare"]
    assert " by " in rows["Bare"]
    assert "No picture credit No alt text" in rows["Unnamed"]
    assert named.pk != bare.pk


def test_a_row_says_whose_story_it_is_that_nobody_signed(client, mira, amal):
    given, own = make_draft("Given", section=None), make_draft("Own", created_by=mira)
    make_draft("Wire", agency="Coast Wire", created_by=mira)
    assignments.assign(given, to=amal, by=mira)
    rows = {row.split()[0]: row for row in board(client)["draft"]}
    assert "for Amal Haddad" in rows["Given"]
    assert "No section No picture" in rows["Given"]
    assert "made by Mira Lind" in rows["Own"]
    assert "No section" not in rows["Own"]
    assert "made by" not in rows["Wire"]
    page = plain(client.get("/admin/articles/article/").content.decode())
    assert "for Amal Haddad" in page
    assert "made by Mira Lind" in page
    assert "Coast Wire" in page
    assert own.created_by == mira


def test_texts_to_put_together_wait_for_their_writer_until_it_is_done(client, mira, amal):
    article = make_article()
    publishing.adopt(article)
    publishing.save_draft(article, {"headline": "Port opens early"}, by=make_user("jonas"))
    with pytest.raises(publishing.Stale) as stale:
        publishing.save_draft(article, {"headline": "Port opens late"}, by=mira, started_from=1)
    (row,) = board(client)["look"]
    assert "You and jonas changed it at the same time" in row
    address, step = step_of(client, "look")
    assert step == "Put together"
    client.force_login(amal)
    assert "look" not in board(client)
    client.force_login(mira)
    theirs = article.revisions.get(kind=Kind.DRAFT).number
    key = re.search(r'name="pick-([^"]+)"', client.get(address).content.decode())[1]
    client.post(address, {"theirs": theirs, f"pick-{key}": "mine"})
    assert "look" not in board(client)
    assert stale.value.kept.kind == Kind.REFUSED


def test_words_kept_as_a_draft_of_their_own_wait_no_longer(client, mira):
    article = make_draft()
    publishing.adopt(article)
    publishing.save_draft(article, {"headline": "Theirs"}, by=None)
    with pytest.raises(publishing.Stale):
        publishing.save_draft(article, {"headline": "Mine"}, by=mira, started_from=1)
    client.post(step_of(client, "look")[0], {"_separate": "yes"})
    assert "look" not in board(client)


def test_what_stopped_and_what_is_late_needs_a_look(client, mira, amal):
    stopped = make_article("Stopped")
    waiting = scheduling.schedule(
        stopped, {"kicker": "Tonight"}, by=mira, at=soon(), kind=Kind.UPDATE
    )
    publishing.fix(stopped, {"kicker": "Now"}, by=mira)
    late = make_draft("Late")
    assignments.assign(late, to=amal, by=mira, what="Ring the port", due_at=soon(1))
    Assignment.objects.update(due_at=soon(-10))
    page = client.get("/admin/").content.decode()
    assert "All <span>2</span>" in page
    assert board(client)["draft"] == board(client)["published"] == []  # it stands in one group
    first, second = board(client)["look"]
    assert "The story changed after its update was written" in first
    assert "Amal Haddad is late: Ring the port" in second
    assert "was due" in second
    page = f"/admin/articles/article/{stopped.pk}/scheduled/{waiting.pk}/"
    assert step_of(client, "look") == (page, "Compare")
    publishing.publish(late, by=mira)
    assert len(board(client)["look"]) == 1


def test_mine_are_those_that_i_began_signed_or_am_to_look_after(client, mira):
    make_draft("Of somebody")
    make_draft("Begun", created_by=mira)
    make_draft("Signed", authors=[make_author("Mira", user=mira)])
    assignments.assign(make_draft("Assigned"), to=mira, by=mira)
    rows = board(client, whose="mine")["draft"]
    assert {row.split()[0] for row in rows} == {"Begun", "Signed", "Assigned"}
    page = client.get("/admin/").content.decode()
    assert "All <span>4</span>" in page
    assert "Mine <span>3</span>" in page


def test_the_board_shows_one_section_and_begins_with_ones_own(client, mira):
    world, sport = make_section("World"), make_section("Sport")
    make_draft("Of the world", section=world), make_draft("Of sport", section=sport)
    make_draft("Of none", section=None)
    assert len(board(client)["draft"]) == 3
    assert [row[:8] for row in board(client, section=sport.pk)["draft"]] == ["Of sport"]
    for odd in ("x", "999999", "9" * 30, "-1", "\x00"):
        assert len(board(client, section=odd)["draft"]) == 3
    client.force_login(make_user("nia", "Editors", sections=[world]))
    assert {row[:8] for row in board(client)["draft"]} == {"Of the w", "Of none "}
    assert len(board(client, section="all")["draft"]) == 3


def test_a_long_group_leads_to_all_of_it(client, mira):
    for number in range(14):
        make_draft(f"Draft {number}")
    page = client.get("/admin/").content.decode()
    assert len(board(client)["draft"]) == 12
    address = re.search(r'href="([^"]+)">All 14 …</a>', page)[1]
    assert "Draft 13" in client.get(address).content.decode()


def test_who_may_see_nothing_is_told_whom_to_ask(client):
    client.force_login(make_user("guest", None))
    page = client.get("/admin/").content.decode()
    assert "Ask an administrator to put you into a group." in page
    assert 'class="row"' not in page


def fill(mira, amal, n):
    """Something in every group, n times."""
    picture = make_picture(size=(9, 9))
    for number in range(n):
        fields = {"authors": [make_author(f"Sana {number}")], "lead_image": picture}
        publishing.submit(make_draft("Review", **fields), by=mira)
        publishing.approve(make_draft("Ready", **fields), by=mira)
        publishing.publish(make_draft("Later", **fields), by=mira, at=soon())
        live = make_article("Live", minutes_old=0, **fields)
        scheduling.schedule(live, {"kicker": "a"}, by=mira, at=soon(), kind=Kind.UPDATE)
        publishing.fix(live, {"kicker": "b"}, by=mira)
        publishing.save_draft(live, {"kicker": "c"}, by=mira)
        draft = make_draft("Draft", **fields)
        assignments.assign(draft, to=mira, by=mira, due_at=soon(5))
        Assignment.objects.filter(article=draft).update(due_at=soon(-5))
        publishing.save_draft(draft, {"kicker": "x"}, by=mira)
        with pytest.raises(publishing.Stale):
            publishing.save_draft(draft, {"kicker": "y"}, by=mira, started_from=1)
        notes.write(draft, "@mira look", by=amal)
        Presence.objects.create(article=draft, user=amal, window=f"window-{number}")


def test_the_board_asks_as_much_for_many_stories_as_for_few_and_scans_no_archive(
    client, mira, amal
):
    def asked(**told):
        with CaptureQueriesContext(connection) as queries:
            client.get("/admin/", told)
        return [query["sql"] for query in queries]

    fill(mira, amal, 2)
    few = asked()
    fill(mira, amal, 5)
    many = asked()
    assert len(many) == len(few) <= 48
    if connection.vendor != "sqlite":
        return
    many += asked(section=make_section().pk)
    changed = [sql for sql in many if '"working" > ' in sql]
    assert len(changed) >= 2
    with connection.cursor() as cursor:
        for sql in many:
            if "articles_" not in sql or not sql.startswith("SELECT"):
                continue
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
            plan = " / ".join(row[3] for row in cursor.fetchall())
            whole = r"SCAN articles_(article|revision|scheduledpublication|assignment)(?! USING)\b"
            assert not re.search(whole, plan), f"{plan}\n{sql}"
            if sql in changed:  # not all that was ever published
                assert "USING INDEX stories_with_unpublished_words" in plan, f"{plan}\n{sql}"
                assert "stories_by_state_and_save" not in plan, f"{plan}\n{sql}"
