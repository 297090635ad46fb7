"""Who wrote each paragraph, and when."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as some

from articles import origins, publishing, scheduling
from tests.factories import make_article, make_draft, make_user

FERRY = "The first ferry left the new terminal at dawn with nine hundred people on board."
FERRY_LATE = "The first ferry left the new terminal at noon with nine hundred people on board."
COST = "It cost a tenth less than planned, the port authority said in its yearly report."
MIRA, AMAL, JONAS = 1, 2, 3


def paragraphs(*texts):
    return "".join(f"<p>{text}</p>" for text in texts)


def versions(*told):
    """Versions as (who, paragraphs), numbered from one."""
    return [
        SimpleNamespace(
            number=number,
            by_id=who,
            at=datetime(2026, 11, 23, 12, number % 60, tzinfo=UTC),
            content={
                "headline": "Port opens",
                "standfirst": "",
                "key_points": [],
                "body": paragraphs(*texts),
            },
        )
        for number, (who, *texts) in enumerate(told, 1)
    ]


def traced(*told):
    """Of each paragraph in the newest version: who wrote it, who changed it, in which version."""
    found = origins.trace(versions(*told), len(told))["body"]
    return [(one.written.by, one.changed.by, one.changed.number) for _text, one in found]


def test_a_paragraph_belongs_to_who_put_it_in():
    assert traced((MIRA, FERRY), (AMAL, FERRY, COST)) == [(MIRA, MIRA, 1), (AMAL, AMAL, 2)]


def test_who_changes_a_word_changed_it_and_did_not_write_it():
    assert traced((MIRA, FERRY), (AMAL, COST, FERRY_LATE)) == [(AMAL, AMAL, 2), (MIRA, AMAL, 2)]


def test_a_paragraph_cut_in_two_keeps_its_writer():
    one, other = FERRY.split(" with ")
    assert traced((MIRA, FERRY), (AMAL, one, other)) == [(MIRA, AMAL, 2), (MIRA, AMAL, 2)]


def test_a_paragraph_that_moved_or_came_back_is_as_old_as_it_is():
    assert traced((MIRA, FERRY, COST), (AMAL, COST, FERRY)) == [(MIRA, MIRA, 1)] * 2
    assert traced((MIRA, FERRY), (AMAL,), (JONAS, FERRY)) == [(MIRA, MIRA, 1)]
    assert traced((MIRA, FERRY), (AMAL, FERRY_LATE), (JONAS, FERRY)) == [(MIRA, MIRA, 1)]


def test_other_words_in_its_place_are_another_paragraph():
    assert traced((MIRA, FERRY), (AMAL, COST)) == [(AMAL, AMAL, 2)]


texts = some.lists(some.sampled_from([FERRY, FERRY_LATE, COST, "Yes.", "No."]), max_size=5)
saves = some.lists(some.tuples(some.sampled_from([MIRA, AMAL]), texts), min_size=1, max_size=8)


@given(saves)
def test_every_paragraph_has_a_writer_whose_version_has_it(saves):
    told = versions(*((who, *texts) for who, texts in saves))
    found = origins.trace(told, len(told))["body"]
    assert [text for text, _origin in found] == [paragraphs(text) for text in saves[-1][1]]
    for text, origin in found:
        first = next(version for version in told if text in version.content["body"])
        assert (origin.changed.number, origin.changed.by) == (first.number, first.by_id)
        assert origin.written.number <= origin.changed.number


def test_what_was_refused_or_never_came_wrote_nothing(db):
    mira, amal = make_user("mira"), make_user("amal")
    article = make_article(body=paragraphs(FERRY))
    publishing.fix(article, {"kicker": "Port"}, by=mira)
    told = {"by": amal, "started_from": article.working}
    waiting = scheduling.schedule(
        article,
        {"body": paragraphs(FERRY, COST)},
        at=timezone.now() + timedelta(days=1),
        kind="update",
        **told,
    )
    publishing.save_draft(article, {"body": paragraphs(FERRY, COST)}, by=mira)
    with pytest.raises(publishing.Stale):
        publishing.save_draft(article, {"body": paragraphs(COST)}, by=amal, started_from=1)
    found, oldest = origins.of(article)
    assert (found["body"][1][1].written.by, oldest) == (mira.pk, None)
    scheduling.cancel(waiting, by=amal)
    assert origins.of(article)[0] == found


def test_only_the_newest_versions_are_read(db, monkeypatch):
    monkeypatch.setattr(origins, "READ", 3)
    article = make_draft(body=paragraphs(FERRY))
    for kicker in "abcde":
        publishing.save_draft(article, {"kicker": kicker}, by=None)
    found, oldest = origins.of(article)
    assert (oldest, found["body"][0][1].written.number) == (4, 4)
