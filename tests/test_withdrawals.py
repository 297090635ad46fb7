"""A story that readers may not have is gone from everything they can ask for, and says why."""

import re
import uuid
from datetime import timedelta

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.core.cache import cache
from django.urls import URLResolver, get_resolver, reverse
from django.utils import timezone

from articles import publishing
from articles.models import Article, Kind, Status
from tests.factories import (
    make_article,
    make_author,
    make_draft,
    make_picture,
    make_topic,
    make_user,
)

pytestmark = pytest.mark.django_db

WORDS = re.compile("quokka|wombat|numbat|bilby|quoll|dunnart|potoroo", re.IGNORECASE)
# The desk; files of pictures, which are the library's; and links that the desk hands to people
# outside: what these tell, and of a story that is gone, is asked in test_previews.py.
PRIVATE = {"admin", "media", "preview"}


def make_secret(**fields):
    """A story with something telling in every part, and a neighbour of everything it touches."""
    group = uuid.uuid4()
    make_article("Der Hafen", language="de", translation_group=group, topics=["Harbour"])
    make_article("Port opens", topics=["Harbour"], authors=[make_author()])
    picture = make_picture("plain.png", alt_text="A dunnart", caption="A potoroo")
    secret = make_article(
        "Quokka merger",
        standfirst="A wombat knew.",
        key_points=["A bilby paid"],
        body="<p>The numbat signed at dawn.</p>",
        lead_image=picture,
        topics=["Harbour", "Quoll"],
        authors=[make_author()],
        translation_group=group,
        minutes_old=5,
        **fields,
    )
    publishing.adopt(secret)
    return secret


SUBJECTS = ["world", "harbour", "quoll", "mira-lind"]


def addresses():
    """Every address that a reader can ask for, with all that can stand in it. Walks the routes."""
    of_stories = [
        {"section": "world", "code": story.code, "slug": slug}
        for story in Article.objects.all()
        for slug in (story.slug, "old-words")
    ]

    def walk(resolver, path):
        for route in resolver.url_patterns:
            ahead = path + str(route.pattern)
            if ahead.split("/")[0] in PRIVATE:
                continue
            if isinstance(route, URLResolver):
                yield from walk(route, ahead)
                continue
            names = re.findall(r"<(?:\w+:)?(\w+)>", ahead)
            assert set(names) <= {"section", "code", "slug"}, f"Say here what {ahead} may hold."
            choices = of_stories if "code" in names else [{"slug": slug} for slug in SUBJECTS]
            for chosen in choices:
                yield "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda name: chosen[name[1]], ahead)  # noqa: B023

    for address in dict.fromkeys(walk(get_resolver(), "")):
        yield from (address, f"{address}?q=dawn&from=1&to=2")
    yield "/nothing/here/"


def tell_tales(client, secret):
    """Addresses whose answer, or where it leads, gives away anything of the story."""
    cache.clear()
    found = []
    for address in addresses():
        answer = client.get(address)
        told = answer.content.decode() + answer.headers.get("Location", "")
        own = secret.code in address.lower()
        # The name of a topic is no part of the story; a page that asks for it may say it.
        if "quoll" in address:
            told = told.replace("Quoll", "").replace("quoll", "")
        if WORDS.search(told) or (secret.code in told and not own):
            found.append(address)
    return found


@pytest.mark.once
def test_the_walk_knows_a_tell_tale_when_it_meets_one(client):
    secret = make_secret()
    publishing.correct(secret, {"kicker": "A bilby"}, by=None, text="A bilby, not a wombat.")
    found = tell_tales(client, secret)
    code, section = secret.code, secret.section
    for address in (
        *("/", "/latest/", "/search/?q=dawn&from=1&to=2", "/nothing/here/"),
        *(section.get_absolute_url(), "/topic/harbour/", "/author/mira-lind/", "/corrections/"),
        *("/feeds/latest/", "/feeds/section/world/", "/feeds/topic/harbour/"),
        *("/feeds/author/mira-lind/", "/feeds/corrections/"),
        *(f"/{code}", f"/{code}/", f"/{code}+", f"/world/{code}/{secret.slug}/"),
        f"/world/{code}/{secret.slug}/changes/",
        Article.objects.get(headline="Port opens").get_absolute_url(),  # More on this
        Article.objects.get(headline="Der Hafen").get_absolute_url(),  # translations
    ):
        assert address in found, address


def withdraw(secret):
    publishing.withdraw(secret, by=None, reason="We could not stand by it.")


def kill(secret):
    publishing.kill(secret, by=None, reason="A court forbids it.")


def put_under_embargo(secret):
    publishing.withdraw(secret, by=None)
    until = timezone.now() + timedelta(hours=1)
    publishing.publish(secret, {"embargoed_until": until}, by=None)


TAKEN_AWAY = [withdraw, kill, put_under_embargo]


@pytest.mark.parametrize("take_away", TAKEN_AWAY)
def test_a_story_taken_from_readers_is_gone_from_every_output_at_once(client, take_away):
    secret = make_secret()
    publishing.correct(secret, {"kicker": "A bilby"}, by=None, text="A bilby, not a wombat.")
    assert tell_tales(client, secret)
    take_away(secret)
    assert tell_tales(client, secret) == []


@pytest.mark.once
@pytest.mark.parametrize(
    "status", [Status.DRAFT, Status.REVIEW, Status.READY, Status.SPIKED, Status.PUBLISHED]
)
def test_a_story_that_is_not_out_is_in_no_output(client, status):
    secret = make_secret()
    moment = timezone.now() + timedelta(hours=1) if status == Status.PUBLISHED else None
    Article.objects.filter(pk=secret.pk).update(
        status=status, first_published_at=moment, updated_at=moment or timezone.now()
    )
    assert tell_tales(client, secret) == []


def test_a_first_publication_at_a_moment_to_come_is_in_no_output_before_it(client):
    secret = make_secret()
    Article.objects.filter(pk=secret.pk).update(status=Status.DRAFT, first_published_at=None)
    at = timezone.now() + timedelta(hours=1)
    publishing.publish(Article.objects.get(pk=secret.pk), by=None, at=at)
    assert tell_tales(client, secret) == []
    with time_machine.travel(at, tick=False):
        assert "/" in tell_tales(client, secret)


# What its own addresses say


@pytest.mark.parametrize("take_away", [withdraw, kill])
def test_every_address_of_a_story_that_is_gone_says_so_and_why(client, take_away):
    secret = make_secret()
    take_away(secret)
    code = secret.code
    for address in (
        *(f"/{code}", f"/{code}/", f"/{code}+", f"/{code}.svg", f"/{code.upper()}"),
        secret.get_absolute_url(),
        f"/old-section/{code}/any-words/",
        secret.get_changes_url(),
    ):
        answer = client.get(address)
        page = answer.content.decode()
        assert answer.status_code == 410, address
        assert secret.withdrawal_reason in page
        assert '<meta name="robots" content="noindex">' in page
        assert answer.headers["X-Robots-Tag"] == "noindex"
        assert int(re.search(r"max-age=(\d+)", answer.headers["Cache-Control"])[1]) <= 60
        assert not WORDS.search(page)


def test_the_page_says_when_readers_lost_the_story(client):
    secret = make_secret()
    gone_at = timezone.now()
    with time_machine.travel(gone_at, tick=False):
        withdraw(secret)
    for later in (lambda: publishing.save_draft(secret, {"kicker": "New"}, by=None), None):
        page = client.get(f"/{secret.code}").content.decode()
        assert f"{gone_at:%H:%M} UTC" in page
        assert f'datetime="{gone_at.isoformat(timespec="seconds")}"' in page
        if later:
            later()
    with time_machine.travel(gone_at + timedelta(hours=3)):
        kill(secret)  # no reader had it any more
        assert f"{gone_at:%H:%M} UTC" in client.get(f"/{secret.code}").content.decode()


def test_a_withdrawn_story_without_a_known_moment_names_none(client):
    article = make_article(status=Status.WITHDRAWN)
    page = client.get(f"/{article.code}").content.decode()
    assert "<time" not in page.split("<main")[1]


def test_a_story_that_comes_back_is_there_again(client):
    secret = make_secret()
    withdraw(secret)
    publishing.publish(secret, by=None)
    assert client.get(secret.get_absolute_url()).status_code == 200
    assert client.get(f"/{secret.code}+").status_code == 200
    assert "/" in tell_tales(client, secret)


def test_a_reason_is_shown_as_words_and_never_as_markup(client):
    secret = make_secret()
    publishing.withdraw(secret, by=None, reason="<script>alert(1)</script>\nSecond line")
    page = client.get(f"/{secret.code}").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


# Kill, at the desk


def at_desk(article, page, *numbers):
    return reverse(f"admin:articles_article_{page}", args=[article.pk, *numbers])


@pytest.fixture
def editor(client):
    user = make_user("editor", "Editors")
    client.force_login(user)
    return user


@pytest.fixture
def senior(client):
    user = make_user("senior", "Editors")
    user.user_permissions.add(Permission.objects.get(codename="kill_article"))
    client.force_login(user)
    return user


def test_a_senior_editor_kills_a_story_with_a_reason(client, senior):
    secret = make_secret()
    address = at_desk(secret, "kill")
    assert address in client.get(at_desk(secret, "change")).content.decode()
    assert "only a senior editor may change it" in client.get(address).content.decode()
    refused = client.post(address, {"reason": "  "}).content.decode()
    assert "Readers are told why. Write a sentence." in refused
    page = client.post(address, {"reason": "A court forbids it."}, follow=True).content.decode()
    secret.refresh_from_db()
    assert secret.is_killed
    assert secret.withdrawal_reason == "A court forbids it."
    assert "Killed. Readers no longer see it; what they saw is kept." in page
    assert at_desk(secret, "version", secret.live) in page  # What readers saw last
    assert "Quokka merger" in client.get(at_desk(secret, "version", secret.live)).content.decode()
    logged = LogEntry.objects.latest("pk")
    assert (logged.user, logged.change_message) == (senior, "Killed.")
    assert secret.revisions.newest_first().first().kind == Kind.KILL


def test_a_withdrawn_story_can_be_killed_too(client, senior):
    secret = make_secret()
    withdraw(secret)
    page = client.get(at_desk(secret, "kill")).content.decode()
    assert "Readers do not see it already" in page
    assert "We could not stand by it." in page
    client.post(at_desk(secret, "kill"), {"reason": "A court forbids it."})
    secret.refresh_from_db()
    assert secret.is_killed


def test_an_editor_kills_nothing_and_takes_up_nothing_that_was_killed(client, editor):
    secret = make_secret()
    address = at_desk(secret, "kill")
    assert address not in client.get(at_desk(secret, "change")).content.decode()
    assert client.get(address).status_code == 403
    assert client.post(address, {"reason": "Because."}).status_code == 403
    secret.refresh_from_db()
    assert not secret.is_killed
    kill(secret)
    for page in ("change", "publish", "history"):
        assert client.get(at_desk(secret, page)).status_code == 403
    said = client.get(at_desk(secret, "version", secret.live))
    assert said.status_code == 403
    assert "Quokka" not in said.content.decode()


def test_a_draft_is_not_killed(client, senior):
    draft = make_draft()
    assert at_desk(draft, "kill") not in client.get(at_desk(draft, "change")).content.decode()
    for ask in (client.get, client.post):
        page = ask(at_desk(draft, "kill"), follow=True).content.decode()
        assert "No reader has seen this story yet." in page
    draft.refresh_from_db()
    assert draft.status == Status.DRAFT


def test_what_readers_saw_last_is_not_what_they_never_saw(client, senior):
    """It came back under an embargo, and was withdrawn again before anybody saw it."""
    secret = make_secret()
    seen = secret.live
    put_under_embargo(secret)
    withdraw(secret)
    secret.refresh_from_db()
    assert secret.live != seen
    assert (
        at_desk(secret, "version", seen) in client.get(at_desk(secret, "change")).content.decode()
    )
    assert client.get(at_desk(secret, "version", secret.live)).status_code == 404


def test_a_topic_that_only_a_hidden_story_has_is_offered_nowhere(client):
    secret = make_secret()
    make_topic("Quoll")
    withdraw(secret)
    for address in ("/topic/harbour/", "/search/?q=zzzz"):
        assert "Quoll" not in client.get(address).content.decode()
