"""What the desk learns of the past of a story."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from articles import publishing, scheduling, words
from articles.admin.comparing import compare
from articles.models import Revision
from tests.factories import make_article, make_draft, make_picture, make_topic, make_user

NINE = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture
def editor(client, db):
    user = make_user(first_name="Mira", last_name="Lind")
    client.force_login(user)
    return user


def history(client, article, **asked):
    address = reverse("admin:articles_article_history", args=[article.pk])
    return client.get(address, asked).content.decode()


def write(article, by, *bodies):
    for body in bodies:
        publishing.autosave(article, {"body": f"<p>{body}</p>"}, by=by)


def test_autosaves_of_one_person_fold_into_one_row(client, editor):
    article, amal = make_draft(), make_user("amal", first_name="Amal", last_name="Haddad")
    write(article, editor, "One.", "One two.", "One two three.")
    write(article, amal, "Four.", "Four five.")
    write(article, editor, "Six.")
    page = history(client, article)
    assert page.count('<details class="v-run"') == 2
    assert "3 autosaves" in page
    assert "2 autosaves" in page
    assert page.count('name="a"') == 7  # inside a fold, too, any two can be compared


def test_a_fold_that_holds_what_is_compared_stands_open(client, editor):
    article = make_draft()
    write(article, editor, "One.", "One two.", "One two three.")
    publishing.save_draft(article, {"kicker": "Port"}, by=editor)
    assert '<details class="v-run">' in history(client, article, a=1, b=5)
    assert '<details class="v-run" open>' in history(client, article, a=3, b=5)


def test_folds_and_pages_leave_no_version_out(client, editor, monkeypatch):
    monkeypatch.setattr("articles.admin.history.LISTED", 3)
    article = make_draft()
    write(article, editor, *"abcdef")
    publishing.save_draft(article, {"kicker": "Port"}, by=editor)
    found, before = [], ""
    while before is not None:
        page = history(client, article, before=before)
        found += [n for n in range(8, 0, -1) if f'aria-label="Compare to version {n}"' in page]
        before = next((n for n in range(1, 9) if f'href="?before={n}"' in page), None)
        before = before if "Older versions" in page else None
    assert found == [8, 7, 6, 5, 4, 3, 2, 1]


def test_an_autosave_whose_words_are_gone_says_so(client, editor):
    article = make_draft()
    write(article, editor, "One.", "One two.", "One two three.")
    Revision.objects.filter(article=article).update(at=timezone.now() - timedelta(days=2))
    scheduling.thin_out_autosaves.call()
    page = history(client, article)
    assert page.count("Its words are gone") == 2
    assert 'aria-label="Compare to version 3"' not in page
    page = history(client, article, a=2, b=4)
    assert "Version 2 was an autosave; its words are gone." in page
    assert "Bring back version 2" not in page
    restore = reverse("admin:articles_article_restore", args=[article.pk])
    page = client.post(restore, {"number": "2", "started_from": article.working}, follow=True)
    assert "its words are gone" in page.content.decode()


def test_what_waits_for_a_moment_says_which_and_what_became_of_it(client, editor):
    with time_machine.travel(NINE, tick=False) as clock:
        article = make_article()
        waiting = scheduling.schedule(
            article,
            {"kicker": "Port"},
            by=editor,
            started_from=None,
            at=NINE + timedelta(hours=9),
            kind="update",
            note="Adds the charges.",
        )
        client.force_login(editor)
        page = history(client, article)
        assert "Update waiting" in page
        assert "for 18:00 UTC" in page
        assert "Adds the charges." in page
        clock.move_to(NINE + timedelta(hours=9, minutes=20))
        client.force_login(editor)
        scheduling.apply(waiting.pk)
        article.refresh_from_db()
        page = history(client, article)
        assert "Published as version 3" in page
        assert "late:" in page
        waiting = scheduling.schedule(
            article,
            {"kicker": "Sea"},
            by=editor,
            started_from=None,
            at=NINE + timedelta(days=2),
            kind="update",
        )
        scheduling.cancel(waiting, by=editor)
        assert "Taken off the schedule" in history(client, article)


def test_a_first_publication_to_come_has_been_seen_by_nobody(client, editor):
    article = make_draft(lead_image=make_picture())
    publishing.publish(article, by=editor, at=timezone.now() + timedelta(days=1))
    page = history(client, article)
    assert "Readers will see it from" in page
    assert "v-seen" not in page
    publishing.publish(article, by=editor, at=timezone.now() + timedelta(days=2))
    assert "No reader saw it" in history(client, article)
    assert "Nothing here." in history(client, article, only="seen")


def test_words_that_were_refused_lead_to_where_they_are_put_together(client, editor):
    article = make_draft()
    publishing.save_draft(article, {"kicker": "Port"}, by=editor)
    with pytest.raises(publishing.Stale) as refused:
        publishing.save_draft(article, {"kicker": "Sea"}, by=editor, started_from=1)
    page = history(client, article)
    kept = refused.value.kept.number
    assert "Kept, not saved" in page
    assert reverse("admin:articles_article_together", args=[article.pk, kept]) in page
    client.force_login(make_user("reporter", "Reporters"))
    assert "Put together" not in history(client, article)


def test_the_list_can_be_of_one_person_or_of_what_readers_saw(client, editor):
    article, amal = make_article(), make_user("amal", first_name="Amal", last_name="Haddad")
    publishing.save_draft(article, {"kicker": "Port"}, by=amal)
    publishing.fix(article, {"kicker": "Harbour"}, by=editor)
    assert history(client, article, by=amal.pk).count('name="b"') == 1
    assert history(client, article, only="seen").count('name="b"') == 2


@pytest.mark.parametrize("asked", ["x", "-1", "0", "99", "9" * 5000, "²", "١"])
def test_a_number_that_is_none_is_no_error(client, editor, asked):
    article = make_draft()
    for name in ("a", "b", "before", "by"):
        assert history(client, article, **{name: asked})
    restore = reverse("admin:articles_article_restore", args=[article.pk])
    assert client.post(restore, {"number": asked, "started_from": asked}).status_code in {302, 403}


def test_the_versions_cost_as_many_questions_however_many_they_are(client, editor):
    article, asked = make_article(lead_image=make_picture()), []
    for versions in (2, 10):
        for number in range(versions):
            told = {"by": make_user(f"{versions}-{number}"), "kind": "update"}
            moment = timezone.now() + timedelta(days=1)
            changes = {"kicker": f"Port {number}"}
            scheduling.schedule(article, changes, at=moment, started_from=None, **told)
        history(client, article)
        with CaptureQueriesContext(connection) as found:
            history(client, article)
        asked.append(len(found))
    assert asked[0] == asked[1]


def test_the_comparison_names_sections_people_and_topics(client, editor):
    article = make_draft(topics=[make_topic("Harbour")])
    publishing.save_draft(article, {"topics": ["Harbour", "Ferries"], "section": None}, by=editor)
    page = history(client, article)
    assert "Harbour<ins>, Ferries</ins>" in page
    assert "<del>World</del>" in page
    assert "2 fields, +1 and −1 words" in page


def told(before, after):
    """What a comparison says of one field, as (words with their marks, note) of each place."""
    signs = {"same": "{}", "out": "-{}-", "in": "+{}+"}
    return [
        ("".join(signs[piece.kind].format(piece.text) for piece in part.pieces), part.note)
        for change in compare(words.NONE | before, words.NONE | after)
        for part in change.parts
    ]


@pytest.mark.parametrize(
    ("before", "after", "note"),
    [
        ("See <em>this</em>.", "See this.", "Taken out: italic (“this”)."),
        (
            'See <a href="https://a.example/x">this</a>.',
            'See <a href="https://b.example/">this</a>.',
            "Put in: link to b.example (“this”). Taken out: link to a.example (“this”).",
        ),
        ("See this.", "See <strong>this</strong>.", "Put in: bold (“this”)."),
    ],
)
def test_a_change_of_looks_alone_says_what_it_was(db, before, after, note):
    found = told({"body": f"<p>{before}</p>"}, {"body": f"<p>{after}</p>"})
    assert found == [("See this.", f"Only the looks differ. {note}")]


def test_another_description_of_a_picture_is_told(db):
    one, other = (
        f'<figure data-alt="{alt}" data-image="abcde"></figure>' for alt in ("A boat", "A ferry")
    )
    ((_pieces, note),) = told({"body": one}, {"body": other})
    assert note.endswith("Put in: description “A ferry”. Taken out: description “A boat”.")


def test_a_paragraph_that_became_a_heading_says_so(db):
    found = told({"body": "<p>Costs</p>"}, {"body": "<h2>Costs</h2>"})
    assert found == [("Costs", "Only the looks differ. Put in: heading.")]


def test_another_link_among_other_words_is_told(db):
    one, other = (
        '<p>See <a href="https://{}.example/">{}</a>.</p>'.format(*it)
        for it in (
            ("a", "this"),
            ("b", "that"),
        )
    )
    ((pieces, note),) = told({"body": one}, {"body": other})
    assert pieces == "See -this-+that+."
    assert note == "The looks differ too. Put in: link to b.example. Taken out: link to a.example."


def test_the_order_of_key_points_is_told_as_such(db):
    found = told({"key_points": ["One", "Two"]}, {"key_points": ["Two", "One"]})
    assert found == [("Two\nOne", "Only the order differs.")]
    found = told({"key_points": ["One", "Two"]}, {"key_points": ["One", "Two boats"]})
    assert found == [("Two+ boats+", "")]


def test_long_unchanged_stretches_are_shortened(db):
    same = " ".join(f"word{n}" for n in range(200))
    ((pieces, _note),) = told({"body": f"<p>{same} old.</p>"}, {"body": f"<p>{same} new.</p>"})
    assert pieces.split()[:2] == ["…", "word170"]
    assert pieces.endswith("word199 -old-+new+.")


def test_a_paragraph_put_in_leaves_its_neighbours_alone(db):
    first, second = "<p>The ferry left at dawn.</p>", "<p>It cost a tenth less.</p>"
    changed = "<p>It cost a fifth less.</p>"
    found = told({"body": first + second}, {"body": f"{first}<p>All new words.</p>{changed}"})
    assert [pieces for pieces, _note in found] == [
        "+All new words.+",
        "It cost a -tenth-+fifth+ less.",
    ]


def test_pictures_stand_side_by_side_with_their_words(client, editor):
    old = make_picture("a.png", caption="The first boat.")
    new = make_picture("b.png", colour="red", caption="The hall.", credit="Ina Roth")
    figure = '<figure data-image="{}"></figure>'
    article = make_draft(lead_image=old, body=figure.format(old.code))
    told = {"lead_image": new.code, "body": figure.format(new.code)}
    publishing.save_draft(article, told, by=editor)
    page = history(client, article)
    assert page.count('<div class="two-pictures">') == 2
    assert page.count(f'src="{old.small.url}"') == page.count(f'src="{new.small.url}"') == 2
    assert ">The hall.</bdi> <span" in page
    assert "Ina Roth" in page


def test_a_picture_that_was_taken_out_or_is_gone_says_so(client, editor):
    picture = make_picture()
    article = make_draft(body=f'<figure data-image="{picture.code}"></figure>')
    publishing.save_draft(article, {"body": ""}, by=editor)
    assert "No picture." in history(client, article)
    picture.delete()
    assert "A picture that is gone from the library." in history(client, article)


def test_who_wrote_what_names_people_and_leads_to_what_they_changed(client, editor):
    amal = make_user("amal", first_name="Amal", last_name="Haddad")
    article = make_draft(body="<p>The first boats left at dawn.</p>", standfirst="")
    publishing.save_draft(article, {"body": "<p>The first boats left at noon.</p>"}, by=amal)
    publishing.save_draft(article, {"standfirst": "Two years early."}, by=editor)
    address = reverse("admin:articles_article_who", args=[article.pk])
    page = client.get(address).content.decode()
    assert "<b><bdi>Amal Haddad</bdi></b> changed it last" in page
    assert "<b><bdi>Mira Lind</bdi></b> wrote it" in page
    compared = reverse("admin:articles_article_history", args=[article.pk])
    assert f'href="{compared}?a=1&amp;b=2"' in page
    assert "dawn</del><ins>noon" in history(client, article, a=1, b=2)


def test_who_wrote_what_asks_as_much_for_forty_versions_as_for_four(client, editor):
    article = make_draft()
    address = reverse("admin:articles_article_who", args=[article.pk])
    asked = []
    for versions in (4, 36):
        for number in range(versions):
            told = {"body": f"<p>Boats {number}, {versions}.</p>"}
            publishing.save_draft(article, told, by=editor)
        with CaptureQueriesContext(connection) as found:
            client.get(address)
        asked.append(len(found))
    assert asked[0] == asked[1]


def test_a_story_that_is_gone_is_said_to_be_gone(client, editor):
    page = client.get("/admin/articles/article/999999/history/", follow=True).content.decode()
    assert "Somebody has deleted this story." in page


def test_people_are_called_by_their_full_names(client, editor):
    article = make_draft()
    publishing.save_draft(article, {"kicker": "Port"}, by=editor)
    page = client.get(f"/admin/articles/article/{article.pk}/change/").content.decode()
    assert '<span class="face me" aria-hidden="true">ML</span>' in page
    assert "by <bdi>Mira Lind</bdi>" in page
