"""What waits for its moment: it comes once, to the second, and runs over nobody's words."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.management import call_command

from articles import publishing, scheduling, words
from articles.models import Article, Kind, ScheduledPublication, Status
from tests.factories import make_article, make_draft, make_user

NINE, SIX = datetime(2026, 3, 2, 9, tzinfo=UTC), datetime(2026, 3, 2, 18, tzinfo=UTC)
State = ScheduledPublication.State
pytestmark = pytest.mark.django_db


@pytest.fixture
def clock():
    with time_machine.travel(NINE, tick=False) as clock:
        yield clock


def test_a_first_publication_comes_to_the_second_with_nobody_at_work(clock, client):
    article = make_draft()
    publishing.publish(article, by=None, at=SIX)
    assert article.is_waiting
    assert article.first_published_at == article.updated_at == SIX
    clock.move_to(SIX - timedelta(seconds=1))
    assert client.get(article.get_absolute_url()).status_code == 404
    clock.move_to(SIX)
    assert client.get(article.get_absolute_url()).status_code == 200


def test_a_waiting_story_can_be_fixed_and_keeps_its_moment(clock):
    article = make_draft()
    publishing.publish(article, by=None, at=SIX)
    publishing.fix(article, {"headline": "Better"}, by=None)
    assert (article.headline, article.first_published_at) == ("Better", SIX)
    publishing.publish(article, by=None, at=SIX + timedelta(hours=1))
    assert article.first_published_at == SIX + timedelta(hours=1)
    publishing.publish(article, by=None)
    assert article.is_public
    assert article.first_published_at == NINE


def test_the_address_follows_the_headline_until_readers_know_it(clock):
    article = make_draft("Port to open in June")
    publishing.publish(article, by=None, at=SIX)
    publishing.fix(article, {"headline": "Port to open in July"}, by=None)
    assert article.slug == "port-to-open-in-july"
    clock.move_to(SIX)
    publishing.fix(article, {"headline": "Port to open in August"}, by=None)
    assert article.slug == "port-to-open-in-july"


def test_an_embargo_outlasts_an_earlier_moment(clock):
    article = make_draft()
    until = SIX + timedelta(hours=2)
    publishing.publish(article, {"embargoed_until": until}, by=None, at=SIX)
    assert article.visible_from == article.first_published_at == until
    publishing.fix(article, {"embargoed_until": None}, by=None)
    assert article.visible_from == SIX


def test_what_is_taken_off_the_schedule_is_a_draft_again(clock):
    article = make_draft()
    publishing.publish(article, by=None, at=SIX)
    publishing.withdraw(article, by=None)
    assert (article.status, article.scheduled_for) == (Status.DRAFT, None)


def test_a_moment_that_is_over_is_refused(clock):
    with pytest.raises(publishing.Refused, match="That moment is over"):
        publishing.publish(make_draft(), by=None, at=NINE)
    with pytest.raises(publishing.Refused, match="That moment is over"):
        scheduling.schedule(make_article(), by=None, at=NINE, kind=Kind.UPDATE)


def scheduled(article, changes, at=SIX, kind=Kind.UPDATE, by=None, **told):
    return scheduling.schedule(article, changes, by=by, at=at, kind=kind, **told)


def test_an_update_waits_while_typing_errors_are_mended(clock):
    article = make_article("Prot opens", body="<p>One.</p><p>Two.</p>")
    scheduled(article, {"body": "<p>One.</p><p>Two, and news.</p>"}, note="More berths")
    assert not article.has_changes
    clock.shift(60)
    publishing.fix(article, {"headline": "Port opens"}, by=None)
    told = article.updated_at
    clock.move_to(SIX)
    assert len(scheduling.apply_due()) == 1
    article.refresh_from_db()
    assert article.headline == "Port opens"
    assert article.body == "<p>One.</p><p>Two, and news.</p>"
    assert article.updated_at == SIX > told
    live = article.revisions.get(number=article.live)
    assert (live.kind, live.note) == (Kind.UPDATE, "More berths")


def test_several_updates_wait_for_one_story(clock):
    article = make_article(body="<p>One.</p><p>Two.</p><p>Three.</p>")
    scheduled(article, {"body": "<p>One.</p><p>Two.</p><p>Three!</p>"}, at=SIX)
    scheduled(article, {"body": "<p>One!</p><p>Two.</p><p>Three.</p>"}, at=SIX, kind=Kind.FIX)
    clock.move_to(SIX)
    assert len(scheduling.apply_due()) == 2
    article.refresh_from_db()
    assert article.body == "<p>One!</p><p>Two.</p><p>Three!</p>"


def test_what_no_longer_fits_needs_a_look_and_overwrites_nothing(clock):
    article = make_article("Port opens")
    waiting = scheduled(article, {"headline": "Port opens early"})
    publishing.fix(article, {"headline": "Port opens late"}, by=None)
    waiting.refresh_from_db()
    assert "same places" in waiting.problem  # told at once, not only at six
    clock.move_to(SIX)
    scheduling.apply_due()
    waiting.refresh_from_db()
    article.refresh_from_db()
    assert waiting.state == State.LOOK
    assert article.headline == "Port opens late"
    kept = scheduling.take_to_desk(waiting, by=None)
    assert kept.kind == Kind.REFUSED
    assert kept.content["headline"] == "Port opens early"


def test_a_draft_that_was_begun_meanwhile_is_kept_in_step(clock):
    article = make_article("Port opens", body="<p>One.</p><p>Two.</p>")
    scheduled(article, {"body": "<p>One.</p><p>Two, and news.</p>"})
    publishing.save_draft(article, {"body": "<p>One, better.</p><p>Two.</p>"}, by=None)
    clock.move_to(SIX)
    scheduling.apply_due()
    article.refresh_from_db()
    assert article.body == "<p>One.</p><p>Two, and news.</p>"
    assert words.working(article)["body"] == "<p>One, better.</p><p>Two, and news.</p>"
    assert article.has_changes


def test_a_draft_that_clashes_with_what_came_out_is_kept_and_said(clock):
    article = make_article("Port opens")
    waiting = scheduled(article, {"headline": "Port opens early"})
    publishing.save_draft(article, {"headline": "Port opens today"}, by=None)
    clock.move_to(SIX)
    scheduling.apply_due()
    article.refresh_from_db()
    waiting.refresh_from_db()
    assert article.headline == words.working(article)["headline"] == "Port opens early"
    assert "changes the same places" in waiting.problem
    kept = article.revisions.get(kind=Kind.REFUSED)
    assert kept.content["headline"] == "Port opens today"


def test_a_correction_waits_with_its_note(clock):
    article = make_article()
    with pytest.raises(publishing.Refused, match="A correction needs its note"):
        scheduled(article, {"kicker": "Port"}, kind=Kind.CORRECTION)
    scheduled(article, {"kicker": "Port"}, kind=Kind.CORRECTION, note="Nine, not eight.")
    clock.move_to(SIX)
    scheduling.apply_due()
    assert article.corrections.get().made_at == SIX


def test_a_story_goes_at_its_moment(clock, client):
    article = make_article()
    scheduling.schedule_withdrawal(article, by=None, at=SIX, reason="The rights end.")
    clock.move_to(SIX)
    scheduling.apply_due()
    page = client.get(article.get_absolute_url())
    assert page.status_code == 410
    assert "The rights end." in page.content.decode()


def test_an_update_of_a_withdrawn_story_needs_a_look(clock):
    article = make_article()
    waiting = scheduled(article, {"kicker": "Port"})
    publishing.withdraw(article, by=None)
    waiting.refresh_from_db()
    assert waiting.state == State.LOOK
    assert "withdrawn before" in waiting.problem


def test_a_withdrawn_story_comes_back_at_its_moment(clock):
    article = make_article()
    publishing.withdraw(article, by=None)
    scheduled(article, {"kicker": "Port"}, kind=Kind.FIRST)
    assert not article.is_public
    publishing.save_draft(article, {"kicker": "Harbour"}, by=None)
    clock.move_to(SIX)
    scheduling.apply_due()
    article.refresh_from_db()
    assert article.is_public
    assert article.kicker == "Port"
    assert words.working(article)["kicker"] == "Harbour"


def test_what_waits_can_be_moved_taken_off_or_brought_to_the_desk(clock):
    article = make_article()
    waiting = scheduled(article, {"kicker": "Port"})
    scheduling.move(waiting, by=None, at=SIX + timedelta(hours=1))
    clock.move_to(SIX)
    assert scheduling.apply_due() == []
    scheduling.take_to_desk(waiting, by=None)
    article.refresh_from_db()
    assert words.working(article)["kicker"] == "Port"
    assert article.kicker == ""
    with pytest.raises(publishing.Refused, match="happened already, or was taken off"):
        scheduling.cancel(waiting, by=None)


def test_whoever_may_not_publish_may_not_schedule(clock):
    reporter = make_user("reporter", "Reporters")
    with pytest.raises(publishing.NotAllowed):
        scheduled(make_article(), {"kicker": "Port"}, by=reporter)


def test_the_right_is_asked_again_when_the_moment_comes(clock):
    editor = make_user("editor")
    article = make_article()
    waiting = scheduled(article, {"kicker": "Port"}, by=editor)
    editor.groups.clear()
    clock.move_to(SIX)
    scheduling.apply_due()
    waiting.refresh_from_db()
    assert waiting.state == State.LOOK
    assert Article.objects.get(pk=article.pk).kicker == ""


def test_it_happens_once_and_says_when_it_was_late(clock):
    waiting = scheduled(make_article(), {"kicker": "Port"})
    clock.move_to(SIX + timedelta(minutes=20))
    assert scheduling.apply(waiting.pk).is_late
    assert scheduling.apply(waiting.pk) is None
    assert waiting.article.revisions.filter(kind=Kind.UPDATE).count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_worker_does_what_is_due_and_leaves_the_rest(clock):
    due = scheduled(make_article("Due"), {"kicker": "Port"})
    later = scheduled(make_article("Later"), {"kicker": "Port"}, at=SIX + timedelta(hours=1))
    clock.move_to(SIX)
    call_command("worker", once=True, verbosity=0)
    states = ScheduledPublication.objects.in_bulk([due.pk, later.pk])
    assert [states[row.pk].state for row in (due, later)] == [State.DONE, State.WAITING]


def test_old_autosaves_lose_their_words_and_keep_their_numbers(clock):
    article, editor = make_draft(), make_user("editor")
    for number in range(5):
        publishing.autosave(article, {"kicker": f"Port {number}"}, by=editor)
    publishing.save_draft(article, {"kicker": "Port"}, by=editor)
    publishing.autosave(article, {"kicker": "Port again"}, by=editor)
    assert scheduling.thin_out_autosaves.call() == 0
    clock.shift(timedelta(days=2))
    assert scheduling.thin_out_autosaves.call() == 5
    versions = list(article.revisions.order_by("number"))
    assert [version.number for version in versions] == list(range(1, article.version + 1))
    assert words.working(article)["kicker"] == "Port again"
    thinned = next(version for version in versions if version.content is None)
    with pytest.raises(publishing.Refused, match="its words are gone"):
        publishing.restore(article, by=editor, number=thinned.number)
