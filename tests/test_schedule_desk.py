"""Publishing at a moment, as an editor does it: on the publish page, and on that of what waits."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from articles import publishing, scheduling, words
from articles.models import Kind, ScheduledPublication, Status
from tests.factories import make_article, make_draft, make_picture, make_user

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
SIX = NINE + timedelta(hours=9)
pytestmark = pytest.mark.django_db


@pytest.fixture
def clock():
    with time_machine.travel(NINE, tick=False) as clock:
        yield clock


@pytest.fixture
def editor(client, clock):
    user = make_user("editor", first_name="Amal", last_name="Haddad")
    client.force_login(user)
    return user


def page_of(article, name, *more):
    return reverse(f"admin:articles_article_{name}", args=[article.pk, *more])


def press(client, address, **told):
    answer = client.post(address, told, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def publish(client, article, **told):
    client.get(page_of(article, "publish"))
    article.refresh_from_db()
    told = {"started_from": article.working} | told
    return press(client, page_of(article, "publish"), **told)


def test_a_first_publication_is_set_for_a_moment(client, editor):
    article = make_draft()
    said = publish(client, article, when="later", at="2026-03-02T18:00")
    assert "Readers see it from 2 March 2026, 18:00 UTC." in said
    article.refresh_from_db()
    assert article.first_published_at == SIX
    assert 'value="2026-03-02T18:00"' in client.get(page_of(article, "publish")).content.decode()


def test_an_update_is_set_for_a_moment_and_shown_in_the_story(client, editor):
    article = make_article(minutes_old=600)
    publishing.save_draft(article, {"kicker": "Port"}, by=editor)
    said = publish(
        client, article, kind="update", when="later", at="2026-03-02T18:00", news="More berths"
    )
    assert "Set for 2 March 2026, 18:00 UTC." in said
    assert "kept in step with what you publish now" in said
    waiting = ScheduledPublication.objects.get()
    assert (waiting.kind, waiting.at, waiting.note) == (Kind.UPDATE, SIX, "More berths")
    assert "waits for 2 March, 18:00" in client.get(page_of(article, "publish")).content.decode()
    assert "Amal Haddad" in client.get("/admin/").content.decode()


@pytest.mark.parametrize(
    ("at", "sentence"),
    [
        ("", "Choose a day and an hour."),
        ("soon", "Write a day and an hour"),
        ("2026-03-02T08:00", "That moment is over."),
    ],
)
def test_a_moment_that_cannot_be_is_refused_and_nothing_typed_is_lost(client, editor, at, sentence):
    article = make_article(minutes_old=600)
    said = publish(client, article, kind="correction", when="later", at=at, note="Nine, not eight.")
    assert sentence in said
    assert "Nine, not eight.</textarea>" in said
    assert not ScheduledPublication.objects.exists()


def waiting_update(article, editor, **changes):
    changes = changes or {"kicker": "Port"}
    return scheduling.schedule(article, changes, by=editor, at=SIX, kind=Kind.UPDATE)


def test_what_waits_is_moved(client, editor):
    article = make_article(minutes_old=600)
    waiting = waiting_update(article, editor)
    address = page_of(article, "scheduled", waiting.pk)
    assert "Port" in client.get(address).content.decode()
    assert "That moment is over" in press(client, address, _move="", at="2026-03-02T08:00")
    assert "Set for 2 March 2026, 19:30" in press(client, address, _move="", at="2026-03-02T19:30")
    waiting.refresh_from_db()
    assert waiting.at == SIX + timedelta(minutes=90)


def test_what_waits_is_published_at_once(client, editor):
    article = make_article(minutes_old=600)
    waiting = waiting_update(article, editor)
    press(client, page_of(article, "scheduled", waiting.pk), _now="")
    article.refresh_from_db()
    assert article.kicker == "Port"
    waiting.refresh_from_db()
    assert waiting.state == "done"


def test_what_waits_is_brought_to_the_desk_or_taken_off(client, editor):
    article = make_article(minutes_old=600)
    first, second = waiting_update(article, editor), waiting_update(article, editor, agency="NWA")
    press(client, page_of(article, "scheduled", first.pk), _desk="")
    press(client, page_of(article, "scheduled", second.pk), _cancel="")
    article.refresh_from_db()
    assert words.working(article)["kicker"] == "Port"
    assert words.working(article)["agency"] == ""
    assert not ScheduledPublication.objects.waiting().exists()


def test_what_clashes_is_put_together(client, editor):
    article = make_article("Port opens", minutes_old=600)
    waiting = waiting_update(article, editor, headline="Port opens early")
    publishing.fix(article, {"headline": "Port opens late"}, by=editor)
    board = client.get("/admin/").content.decode()
    assert "Needs a look" in board
    address = page_of(article, "scheduled", waiting.pk)
    assert "changed meanwhile in the same places" in client.get(address).content.decode()
    answer = client.post(address, {"_desk": ""}, follow=True)
    assert "needs a look until you have saved" in answer.content.decode()
    assert "Needs a look" in client.get("/admin/").content.decode()  # whoever leaves now finds it
    page, (place,) = answer.redirect_chain[-1][0], answer.context["clashes"]
    told = {"theirs": answer.context["theirs"].number, f"pick-{place['key']}": "mine"}
    assert "publish it, or schedule it again" in press(client, page, **told)
    assert "Needs a look" not in client.get("/admin/").content.decode()
    article.refresh_from_db()
    assert words.working(article)["headline"] == "Port opens early"


def test_only_a_kind_of_change_can_be_set_for_a_moment(client, editor):
    article = make_article(minutes_old=600)
    for kind in ("autosave", "kill", "withdrawal", "first", ""):
        publish(client, article, kind=kind, when="later", at="2026-03-02T18:00")
    assert not ScheduledPublication.objects.exists()


def test_what_happened_meanwhile_is_said_not_done_again(client, editor, clock):
    article = make_article(minutes_old=600)
    waiting = waiting_update(article, editor)
    clock.move_to(SIX)
    scheduling.apply_due()
    for button in ("_now", "_desk", "_cancel"):
        said = press(client, page_of(article, "scheduled", waiting.pk), **{button: ""})
        assert "It has happened already" in said


def test_a_new_moment_clears_what_was_wrong_with_the_old_one(client, editor):
    article = make_article(minutes_old=600)
    waiting = waiting_update(article, editor)
    publishing.withdraw(article, by=editor)
    publishing.publish(article, by=editor)
    press(client, page_of(article, "scheduled", waiting.pk), _move="", at="2026-03-02T19:00")
    waiting.refresh_from_db()
    assert (waiting.state, waiting.problem) == ("waiting", "")


def test_a_withdrawal_is_set_once_and_goes_with_the_story(client, editor):
    article = make_article(minutes_old=600)
    for _time in range(2):
        said = press(client, page_of(article, "withdraw"), when="later", at="2026-03-02T18:00")
    assert "Its withdrawal is set already." in said
    article.refresh_from_db()
    publishing.withdraw(article, by=editor)
    assert not ScheduledPublication.objects.needing_a_look().exists()


def test_no_odd_number_or_name_breaks_a_page(client, editor):
    article, huge = make_article(minutes_old=600), "9" * 30
    for number in ("-1", huge, "٣" * 30):
        form = {"headline": "New", "language": "en", "started_from": number}
        assert client.post("/admin/articles/article/autosave/", form).status_code < 500
    form |= {"byline": "x" * 100_000, "embargoed_until": "0001-01-01T00:00"}
    assert client.post("/admin/articles/article/autosave/", form).status_code < 500
    for address in (f"/admin/articles/article/{huge}/scheduled/1/", f"{huge}/scheduled/{huge}/"):
        assert client.get(address).status_code == 404
    assert client.get(page_of(article, "scheduled", 10**30)).status_code == 404


def test_what_is_late_is_shown_as_late(client, editor, clock):
    article = make_article(minutes_old=600)
    waiting = waiting_update(article, editor)
    clock.move_to(SIX + timedelta(minutes=5))
    assert "Is the worker running?" in client.get("/admin/").content.decode()
    scheduling.apply_due()
    said = client.get(page_of(article, "scheduled", waiting.pk)).content.decode()
    assert "It came late." in said


def test_a_draft_that_clashed_is_settled(client, editor, clock):
    article = make_article("Port opens", minutes_old=600)
    waiting = waiting_update(article, editor, headline="Port opens early")
    publishing.save_draft(article, {"headline": "Port opens today"}, by=editor)
    clock.move_to(SIX)
    scheduling.apply_due()
    assert "changes the same places" in client.get("/admin/").content.decode()
    press(client, page_of(article, "scheduled", waiting.pk), _settled="")
    assert "Needs a look" not in client.get("/admin/").content.decode()


def test_a_story_goes_through_review(client, editor):
    article = make_draft(lead_image=make_picture())
    for button, status in (
        ("_submit", Status.REVIEW),
        ("_approve", Status.READY),
        ("_reopen", Status.DRAFT),
        ("_spike", Status.SPIKED),
        ("_reopen", Status.DRAFT),
    ):
        article.refresh_from_db()
        form = client.get(page_of(article, "change")).context["adminform"].form
        told = {name: form[name].value() or "" for name in form.fields}
        told["key_points"] = ""
        press(client, page_of(article, "change"), **told, **{button: ""})
        article.refresh_from_db()
        assert article.status == status


def test_a_senior_editor_sets_the_time_readers_see(client, editor):
    article = make_article(minutes_old=600)
    assert client.get(page_of(article, "time")).status_code == 403
    client.force_login(make_user("senior", group=None, is_superuser=True))
    address = page_of(article, "time")
    assert "between the first publication and now" in press(
        client, address, at="2026-03-02T10:00", note="x"
    )
    told = press(client, address, at="2026-03-02T08:15", note="Saved by mistake as an update.")
    assert "Readers see: 2 March 2026, 08:15 UTC." in told
    article.refresh_from_db()
    assert article.updated_at == NINE - timedelta(minutes=45)
    written = article.revisions.get(kind=Kind.TIME)
    assert "Saved by mistake as an update." in written.note
    assert not article.has_changes


def test_a_story_is_withdrawn_at_a_moment(client, editor, clock):
    article = make_article(minutes_old=600)
    address = page_of(article, "withdraw")
    said = press(client, address, when="later", at="2026-03-02T08:00", reason="The rights end.")
    assert "That moment is over." in said
    assert "The rights end.</textarea>" in said
    said = press(client, address, when="later", at="2026-03-02T18:00", reason="The rights end.")
    assert "Readers see it until 2 March 2026, 18:00 UTC." in said
    clock.move_to(SIX)
    scheduling.apply_due()
    article.refresh_from_db()
    assert (article.status, article.withdrawal_reason) == (Status.WITHDRAWN, "The rights end.")
