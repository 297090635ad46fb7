"""Day and hour on the newsroom's clock, on ordinary days and on the two that are not."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from articles import moments
from articles.admin.widgets import MomentField, MomentInput

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def in_berlin():
    with timezone.override(BERLIN):
        yield


def read(text, which=""):
    return MomentField(required=False).clean((text, which))


def test_an_ordinary_time_is_one_moment(in_berlin):
    assert read("2026-04-28T18:00").isoformat() == "2026-04-28T18:00:00+02:00"
    assert read("") is None


def test_an_hour_that_the_clocks_leave_out_is_refused_with_the_reason(in_berlin):
    with pytest.raises(ValidationError, match="02:30 does not come on 29 March 2026"):
        read("2026-03-29T02:30")


def test_an_hour_that_comes_twice_asks_which(in_berlin):
    with pytest.raises(ValidationError, match="02:30 comes twice on 25 October 2026"):
        read("2026-10-25T02:30")
    assert read("2026-10-25T02:30", "0").isoformat() == "2026-10-25T02:30:00+02:00"
    assert read("2026-10-25T02:30", "1").isoformat() == "2026-10-25T02:30:00+01:00"


def test_the_question_stands_under_the_field_and_remembers_the_answer(in_berlin):
    drawn = MomentInput().render("at", ("2026-10-25T02:30", ""), {"id": "id_at"})
    assert "CEST, UTC+2" in drawn
    assert "CET, UTC+1" in drawn
    assert "checked" not in drawn
    again = MomentInput().render("at", read("2026-10-25T02:30", "1"), {"id": "id_at"})
    assert 'value="1" checked' in again
    assert 'value="2026-10-25T02:30"' in again
    ordinary = MomentInput().render("at", read("2026-04-28T18:00"), {"id": "id_at"})
    assert "Europe/Berlin, CEST, UTC+2" in ordinary
    assert "radio" not in ordinary


@pytest.mark.parametrize("text", ["tomorrow", "2026-13-01T00:00", "2026-04-28T18:00+02:00", "0"])
def test_what_is_no_time_is_refused_in_words(in_berlin, text):
    with pytest.raises(ValidationError, match="Write a day and an hour"):
        read(text)


@given(st.datetimes(datetime(1980, 1, 1), datetime(2060, 1, 1)))  # noqa: DTZ001
def test_what_a_written_time_means_is_written_so_again(written):
    for zone in (BERLIN, ZoneInfo("America/St_Johns"), ZoneInfo("Australia/Lord_Howe")):
        found = moments.meant(written, zone)
        assert len(found) <= 2
        assert found == sorted(found, key=lambda moment: moment.timestamp())
        for moment in found:
            back = datetime.fromtimestamp(moment.timestamp(), zone)
            assert back.replace(tzinfo=None, fold=0) == written.replace(
                microsecond=back.microsecond, fold=0
            )
