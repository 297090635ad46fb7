"""The verbs: what each does to a story, and whom it refuses."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from articles import publishing, search
from articles.models import Article, Correction, Kind, Status
from tests.factories import make_article, make_author, make_draft, make_user

pytestmark = pytest.mark.django_db


def test_a_story_is_first_published_once():
    article = make_draft()
    publishing.publish(article, by=None)
    first = article.first_published_at
    assert article.is_public
    assert article.updated_at == first
    assert not article.is_updated
    publishing.withdraw(article, by=None)
    assert not article.is_public
    publishing.publish(article, by=None)
    assert article.first_published_at == first


def test_an_update_moves_the_time_that_readers_see():
    article = make_article(minutes_old=90)
    first = article.first_published_at
    publishing.update(article, by=None)
    article.refresh_from_db()
    assert article.first_published_at == first
    assert article.is_updated
    assert timezone.now() - article.changed_at < timedelta(seconds=10)


def test_a_fix_moves_no_time_that_readers_see():
    article = make_article(minutes_old=90)
    before = article.updated_at, article.changed_at
    saved = article.saved_at
    publishing.fix(article, {"headline": "Port opens."}, by=None)
    article.refresh_from_db()
    assert (article.updated_at, article.changed_at) == before
    assert article.headline == "Port opens."
    assert article.saved_at > saved


def test_a_fix_brings_no_time_along_from_a_stale_row():
    article = make_article(minutes_old=90)
    article.updated_at = timezone.now()
    publishing.fix(article, by=None)
    article.refresh_from_db()
    assert not article.is_updated


def test_a_correction_moves_the_time_and_stands_on_the_story():
    article = make_article(minutes_old=90)
    publishing.correct(article, text="Nine berths, not eight.", by=None)
    article.refresh_from_db()
    assert article.is_updated
    assert article.corrections.get().made_at == article.updated_at


def test_a_correction_needs_its_note():
    with pytest.raises(publishing.Refused, match="A correction needs its note"):
        publishing.correct(make_article(), text="  ", by=None)
    assert not Correction.objects.exists()


def test_a_story_under_embargo_is_first_published_when_the_embargo_ends():
    moment = timezone.now() + timedelta(hours=2)
    article = make_draft(embargoed_until=moment)
    publishing.publish(article, by=None)
    assert article.first_published_at == article.updated_at == moment
    moment += timedelta(hours=1)
    publishing.update(article, {"embargoed_until": moment}, by=None)
    assert article.first_published_at == article.updated_at == moment
    publishing.fix(article, {"embargoed_until": None}, by=None)
    assert article.is_public
    assert not article.is_updated


def test_a_draft_keeps_its_state():
    article = make_draft()
    publishing.save_draft(article, {"headline": "Another"}, by=None)
    assert (article.headline, article.status) == ("Another", Status.DRAFT)


def test_a_draft_of_a_live_story_waits_at_the_desk_until_it_is_published():
    article = make_article("Port opens", body="<p>Zanzibar</p>")
    publishing.save_draft(article, {"headline": "Port closes", "body": "<p>Madeira</p>"}, by=None)
    assert article.headline == "Port opens"
    assert article.has_changes
    assert article not in search.find("madeira")
    publishing.fix(article, by=None)
    assert article.headline == "Port closes"
    assert not article.has_changes
    assert article in search.find("madeira")


def test_a_story_needs_a_section_to_be_published():
    with pytest.raises(publishing.Refused, match="No section chosen"):
        publishing.publish(make_draft(section=None), by=None)


@pytest.mark.parametrize(
    ("verb", "status"),
    [
        (publishing.publish, Status.PUBLISHED),
        (publishing.submit, Status.PUBLISHED),
        (publishing.submit, Status.WITHDRAWN),
        (publishing.update, Status.DRAFT),
        (publishing.fix, Status.DRAFT),
        (publishing.fix, Status.WITHDRAWN),
        (publishing.withdraw, Status.DRAFT),
    ],
)
def test_a_verb_that_does_not_fit_the_state_is_refused(verb, status):
    article = make_article(status=status)
    with pytest.raises(publishing.Refused):
        verb(article, by=None)
    article.refresh_from_db()
    assert article.status == status


def test_the_state_in_the_database_counts_not_the_one_in_hand():
    article = make_article()
    other = Article.objects.get(pk=article.pk)
    publishing.withdraw(other, by=None)
    with pytest.raises(publishing.Refused):
        publishing.update(article, by=None)


def test_a_save_that_started_from_an_old_version_is_refused():
    mine = make_draft()
    theirs = Article.objects.get(pk=mine.pk)
    publishing.save_draft(mine, by=None)
    theirs.refresh_from_db()
    publishing.save_draft(theirs, {"headline": "Theirs"}, by=None)
    with pytest.raises(publishing.Stale) as refused:
        publishing.save_draft(mine, {"headline": "Mine"}, by=None)
    mine.refresh_from_db()
    assert mine.headline == "Theirs"
    assert refused.value.kept.content["headline"] == "Mine"
    assert refused.value.kept.kind == Kind.REFUSED


def test_published_words_can_be_found_and_withdrawn_ones_cannot():
    article = make_draft(body="<p>Zanzibar</p>")
    publishing.publish(article, by=None)
    assert article in search.find("zanzibar")
    publishing.fix(article, {"body": "<p>Madeira</p>"}, by=None)
    assert article in search.find("madeira")
    assert article not in search.find("zanzibar")
    publishing.withdraw(article, by=None)
    assert article not in search.find("madeira")


VERBS = [
    (publishing.save_draft, Status.DRAFT),
    (publishing.submit, Status.DRAFT),
    (publishing.publish, Status.DRAFT),
    (publishing.update, Status.PUBLISHED),
    (publishing.fix, Status.PUBLISHED),
    (publishing.withdraw, Status.PUBLISHED),
]
WRITING = {publishing.save_draft, publishing.submit}


@pytest.mark.parametrize(("verb", "status"), VERBS)
@pytest.mark.parametrize("role", ["Reporters", "Editors", "Administrators", None])
@pytest.mark.parametrize("whose", ["own", "signed", "another's"])
def test_each_verb_asks_for_the_right_itself(verb, status, role, whose):
    user = make_user("someone", group=role)
    article = make_article(status=status, created_by=user if whose == "own" else None)
    if whose == "signed":
        article.bylines.create(author=make_author("Some One", user=user))
    allowed = role in {"Editors", "Administrators"} or (
        role == "Reporters" and verb in WRITING and whose != "another's"
    )
    if allowed:
        verb(article, by=user)
        assert article.saved_by == user
    else:
        with pytest.raises(PermissionDenied):
            verb(article, by=user)
        assert Article.objects.get(pk=article.pk).status == status


def test_a_story_taken_back_before_its_embargo_ended_is_a_draft_again():
    later = timezone.now() + timedelta(hours=2)
    article = make_draft(embargoed_until=later)
    publishing.publish(article, by=None)
    publishing.withdraw(article, by=None)
    assert (article.status, article.first_published_at) == (Status.DRAFT, None)
    publishing.publish(article, {"embargoed_until": None}, by=None)
    assert article.is_public
    assert article.first_published_at < later


def test_an_embargo_does_not_hide_what_readers_have_seen():
    article = make_article()
    hidden = {"embargoed_until": timezone.now() + timedelta(hours=2)}
    for verb in (publishing.fix, publishing.update):
        with pytest.raises(publishing.Refused, match="Readers have this story already"):
            verb(article, hidden, by=None)
    assert Article.objects.get().is_public


def test_nothing_is_corrected_before_readers_have_it():
    article = make_draft(embargoed_until=timezone.now() + timedelta(hours=2))
    publishing.publish(article, by=None)
    with pytest.raises(publishing.Refused, match="No reader has seen this story yet"):
        publishing.correct(article, text="Nine, not eight.", by=None)


def test_two_stories_in_one_language_are_no_translations_of_each_other():
    english = make_article()
    with pytest.raises(publishing.Refused, match="already told in this language"):
        publishing.link_translations(make_draft(), english, by=None)


def test_a_deleted_story_leaves_no_words_behind():
    article = make_draft("Zebra crossing")
    search.index(article)
    publishing.delete(article, by=None)
    again = make_article("Another", pk=article.pk)
    assert list(search.find("zebra")) == []
    assert list(search.find("another")) == [again]
