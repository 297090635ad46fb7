"""What holds whatever anybody does, in any order, and at once."""

import json
import re
import threading
from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import feedparser
import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from articles import publishing, scheduling, words
from articles.models import PUBLICATIONS, Article, Kind, ScheduledPublication, Status
from tests.factories import make_admin, make_draft, make_user

SAVERS, THREADS = 100, 20
PERSON = st.integers(0, 3)
HOURS = st.sampled_from([-1, 1, 3])
TEXT = st.text("abc 7’é\u0002", min_size=1, max_size=12).map(lambda text: f"W{text}")
CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "headline": TEXT,
        "kicker": TEXT,
        "body": TEXT.map(lambda text: f"<p>{text}</p>"),
        "topics": st.lists(st.sampled_from(["Port", "Sea", "Storm"]), unique=True),
    },
)


class Newsroom(RuleBasedStateMachine):
    """One story, four people, a worker, and a clock that moves."""

    def __init__(self):
        super().__init__()
        self.clock = time_machine.travel(datetime(2026, 3, 2, 9, tzinfo=UTC), tick=False)
        self.time = self.clock.start()
        self.people = [
            get_or_make("mira", "Editors"),
            get_or_make("jonas", "Reporters"),
            None,
            get_or_make_chief(),
        ]
        self.set_by_hand = set()
        never_out = {"status": Status.DRAFT, "is_killed": False, "first_published_at": None}
        Article.objects.update(**never_out)  # what readers saw is not deleted
        Article.objects.all().delete()
        self.article = make_draft("Port to open", created_by=self.people[1])
        publishing.adopt(self.article)

    def teardown(self):
        self.clock.stop()

    @initialize(is_out=st.booleans())
    def begin(self, is_out):
        if is_out:
            publishing.publish(self.article, by=None)

    def do(self, verb, changes, who, **told):
        """A verb, two minutes later; who is refused changes nothing but the list of versions."""
        self.time.shift(timedelta(minutes=2))
        before = words.of(Article.objects.get(pk=self.article.pk))
        try:
            verb(self.article, changes, by=self.people[who], **told)
        except publishing.Refused:
            self.article.refresh_from_db()
            assert words.of(self.article) == before

    @rule(seconds=st.integers(1, 7200))
    def time_passes(self, seconds):
        self.time.shift(timedelta(seconds=seconds))

    @rule(changes=CHANGES, who=PERSON)
    def somebody_saves(self, changes, who):
        self.do(publishing.save_draft, changes, who)

    @rule(changes=CHANGES, who=PERSON)
    def somebody_types(self, changes, who):
        self.do(publishing.autosave, changes, who)

    @rule(
        verb=st.sampled_from(
            [publishing.submit, publishing.approve, publishing.reopen, publishing.spike]
        ),
        changes=CHANGES,
        who=PERSON,
    )
    def somebody_passes_it_on(self, verb, changes, who):
        self.do(verb, changes, who)

    @rule(changes=CHANGES, who=PERSON, hours=HOURS)
    def somebody_publishes_for_later(self, changes, who, hours):
        self.do(publishing.publish, changes, who, at=timezone.now() + timedelta(hours=hours))

    @rule(
        changes=CHANGES,
        who=PERSON,
        hours=HOURS,
        kind=st.sampled_from([Kind.FIRST, Kind.FIX, Kind.UPDATE, Kind.CORRECTION]),
        note=st.sampled_from(["", "Nine, not eight."]),
    )
    def somebody_schedules(self, changes, who, hours, kind, note):
        at = timezone.now() + timedelta(hours=hours)
        self.do(scheduling.schedule, changes, who, at=at, kind=kind, note=note)

    @rule(who=PERSON, hours=HOURS)
    def somebody_schedules_its_end(self, who, hours):
        self.do(scheduling.schedule_withdrawal, {}, who, at=timezone.now() + timedelta(hours=hours))

    @rule()
    def the_worker_looks(self):
        """It does what is due, and whatever the desk had of its own is still there."""
        self.article.refresh_from_db()
        desk, kept = words.working(self.article), self.kept_words()
        live = self.article.revisions.filter(number=self.article.live).first()
        has_draft = self.article.has_changes and desk != live.content
        scheduling.apply_due()
        self.article.refresh_from_db()
        assert not ScheduledPublication.objects.due().exists()
        if has_draft and self.article.status == Status.PUBLISHED:
            now = words.working(self.article)
            for name in ("headline", "kicker"):
                if desk[name] != live.content[name]:
                    assert desk[name] == now[name] or self.kept_words() > kept

    def kept_words(self):
        return self.article.revisions.filter(kind=Kind.REFUSED).count()

    @rule(who=PERSON, way=st.sampled_from(["cancel", "take_to_desk", "apply_now"]))
    def somebody_decides_what_waits(self, who, way):
        waiting = self.article.scheduled.exclude(revision=None).first()
        if waiting:
            with suppress(publishing.Refused):
                getattr(scheduling, way)(waiting, by=self.people[who])
            self.article.refresh_from_db()

    @rule(who=PERSON)
    def somebody_kills(self, who):
        self.do(publishing.kill, {}, who, reason="By law.")

    @rule(who=PERSON, minutes=st.integers(0, 90))
    def somebody_sets_the_time(self, who, minutes):
        at = timezone.now() - timedelta(minutes=minutes)
        before = self.article.updated_at
        self.do(publishing.set_updated_at, {}, who, at=at, note="A slip.")
        if self.article.updated_at != before:
            assert who in {2, 3}  # the newsroom itself, or somebody with the right
            self.set_by_hand.add(at)

    @rule(changes=CHANGES, who=PERSON, hours=st.sampled_from([None, None, -1, 1, 3]))
    def somebody_publishes(self, changes, who, hours):
        until = timezone.now() + timedelta(hours=hours) if hours else None
        self.do(publishing.publish, changes | {"embargoed_until": until}, who)

    @rule(changes=CHANGES, who=PERSON)
    def somebody_fixes(self, changes, who):
        seen, told = self.article.is_public, self.article.updated_at
        self.do(publishing.fix, changes, who)
        if seen:
            assert self.article.updated_at == told

    @rule(changes=CHANGES, who=PERSON)
    def somebody_updates(self, changes, who):
        self.do(publishing.update, changes, who)

    @rule(changes=CHANGES, who=PERSON, note=st.sampled_from(["", "Nine, not eight."]))
    def somebody_corrects(self, changes, who, note):
        self.do(publishing.correct, changes, who, text=note)

    @rule(who=PERSON)
    def somebody_withdraws(self, who):
        self.do(publishing.withdraw, {}, who, reason="Not ours.")

    @rule(who=PERSON, number=st.integers(1, 9))
    def somebody_restores(self, who, number):
        self.do(publishing.restore, {}, who, number=number)

    @rule(who=PERSON)
    def somebody_throws_changes_away(self, who):
        self.do(publishing.discard, {}, who)

    @precondition(lambda self: self.article.working > 1)
    @rule(changes=CHANGES, who=PERSON)
    def somebody_saves_too_late(self, changes, who):
        before = words.working(self.article)
        with pytest.raises(publishing.Refused):
            publishing.save_draft(
                self.article, changes, by=self.people[who], started_from=self.article.working - 1
            )
        self.article.refresh_from_db()
        assert words.working(self.article) == before

    @precondition(lambda self: self.article.is_public)
    @rule()
    def a_reader_looks(self):
        page = Client().get(self.article.get_absolute_url()).content.decode()
        marked = json.loads(re.search(r"ld\+json[^>]*>(.*?)</script>", page, re.DOTALL)[1])
        feed = feedparser.parse(Client().get("/feeds/latest/").content)
        (entry,) = feed.entries
        times = {
            marked["dateModified"],
            entry.updated,
            re.search(r'article:modified_time" content="([^"]+)"', page)[1],
        }
        told = {datetime.fromisoformat(moment).replace(microsecond=0) for moment in times}
        assert told == {self.article.changed_at.replace(microsecond=0)}

    @invariant()
    def numbers_have_no_gaps(self):
        numbers = list(self.article.revisions.order_by("number").values_list("number", flat=True))
        assert numbers == list(range(1, self.article.version + 1))

    @invariant()
    def readers_have_the_words_of_the_last_publication(self):
        if self.article.status == Status.PUBLISHED:
            live = self.article.revisions.get(number=self.article.live)
            assert live == self.article.revisions.publications().newest_first().first()
            assert words.of(Article.objects.get(pk=self.article.pk)) == live.content
            assert live.public_until is None

    @invariant()
    def readers_see_one_version_at_a_time(self):
        open_ended = self.article.revisions.filter(kind__in=PUBLICATIONS, public_until=None)
        assert open_ended.count() == (self.article.status == Status.PUBLISHED)

    @invariant()
    def nothing_is_public_before_its_moment(self):
        now = timezone.now()
        if Article.objects.published().filter(pk=self.article.pk).exists():
            article = Article.objects.get(pk=self.article.pk)
            assert article.first_published_at <= now
            assert article.embargoed_until is None or article.embargoed_until <= now

    @invariant()
    def the_time_moves_only_with_news(self):
        """Readers are told a later time after an update or a correction, and only then."""
        if self.article.is_public:
            last = self.article.revisions.filter(kind__in=[Kind.UPDATE, Kind.CORRECTION])
            last = last.newest_first().first()
            moments = {self.article.first_published_at} | ({last.at} if last else set())
            moments |= self.set_by_hand
            assert self.article.updated_at in moments


def get_or_make(name, group):
    from django.contrib.auth.models import User

    return User.objects.filter(username=name).first() or make_user(name, group)


def get_or_make_chief():
    from django.contrib.auth.models import User

    return User.objects.filter(username="chief").first() or make_admin("chief")


@pytest.mark.django_db
def test_any_sequence_of_verbs_by_anybody_keeps_the_promises():
    run_state_machine_as_test(
        Newsroom,
        settings=settings(
            max_examples=25,
            stateful_step_count=18,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.django_db(transaction=True)
def test_of_a_hundred_savers_at_once_nobody_loses_a_word():
    article = make_draft()
    publishing.adopt(article)
    waiting, done, guard = list(range(SAVERS)), {}, threading.Lock()
    start = threading.Barrier(THREADS)

    def save_some():
        start.wait()
        try:
            while True:
                with guard:
                    if not waiting:
                        return
                    number = waiting.pop()
                mine = Article.objects.get(pk=article.pk)
                try:
                    publishing.save_draft(mine, {"kicker": f"Saver {number}"}, by=None)
                    done[number] = Kind.DRAFT
                except publishing.Stale as stale:
                    done[number] = stale.kept.kind
        finally:
            connection.close()

    threads = [threading.Thread(target=save_some) for _number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(done) == SAVERS
    article.refresh_from_db()
    versions = list(article.revisions.order_by("number"))
    assert [version.number for version in versions] == list(range(1, SAVERS + 2))
    kept = {version.content["kicker"]: version.kind for version in versions[1:]}
    assert kept == {f"Saver {number}": kind for number, kind in done.items()}
    counted = Counter(done.values())
    assert counted[Kind.DRAFT] >= 1
    accepted = [version for version in versions if version.kind == Kind.DRAFT]
    assert article.kicker == accepted[-1].content["kicker"]
    # Each began with the words of the one before it, so none ran over another unseen.
    assert [v.started_from for v in accepted[1:]] == [v.number for v in accepted[:-1]]
