"""What readers learn: the versions that they saw, and the words that differ."""

import html
import json
import re
from datetime import timedelta

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from articles import differences, publishing
from articles.models import Article, Correction, Kind
from tests.factories import make_article, make_author, make_draft, make_picture, make_user

pytestmark = pytest.mark.django_db

BERTHS = "<p>The port has {} berths.</p><p>The first boats left at dawn.</p>"


@pytest.fixture
def story():
    """Out for an hour, then updated, mended and corrected."""
    article = make_article("Port opens", body=BERTHS.format("eight"), minutes_old=60)
    publishing.adopt(article)
    publishing.update(article, {"standfirst": "Two years early."}, by=None, note="The mayor spoke.")
    publishing.fix(article, {"kicker": "Harbour"}, by=None)
    publishing.correct(article, {"body": BERTHS.format("nine")}, by=None, text="Nine, not eight.")
    return article


def read(client, article, query="", status=200):
    response = client.get(article.get_changes_url() + query)
    assert response.status_code == status
    return response.content.decode()


def rows(page):
    """The listed versions, newest first, as a reader's eye takes them: words without markup."""
    found = page.split('<ol class="river">')[1].split("</ol>")[0]
    return [words(row) for row in found.split("<li>")[1:]]


def words(markup):
    markup = markup.replace("</del><ins>", "</del> <ins>")
    markup = re.sub(r"<(/?)(ins|del)>", lambda tag: "-+"[tag[2] == "ins"] * 2, markup)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", markup)).split())


def test_readers_see_every_version_with_its_kind_its_moment_and_the_words_that_differ(
    client, story
):
    correction, fix, update, first = rows(read(client, story))
    assert "Correction · Version 4" in correction
    assert "Nine, not eight." in correction
    assert "The port has --eight-- ++nine++ berths." in correction
    assert "first boats" not in correction  # what stayed is not told again
    assert "Fix · Version 3" in fix
    assert "Words above the headline ++Harbour++" in fix
    assert "Update · Version 2" in update
    assert "The mayor spoke." in update
    assert "Standfirst ++Two years early.++" in update
    assert "Published · Version 1" in first
    assert "The first version." in first
    seen = story.revisions.seen_by_readers().order_by("number")
    for row, version in zip((first, update, fix, correction), seen, strict=True):
        assert f"{version.public_from:%H:%M} UTC" in row
    assert f'datetime="{seen[3].public_from.isoformat(timespec="seconds")}"' in read(client, story)


def test_nothing_that_readers_did_not_see_is_told(client, story):
    mira = make_user("mira", "Editors", first_name="Mira", last_name="Quokka")
    publishing.save_draft(story, {"headline": "Numbat in the harbour"}, by=mira)
    publishing.autosave(story, {"headline": "Numbat in the harbours"}, by=mira)
    publishing.restore(story, by=mira, number=1)
    with pytest.raises(publishing.Stale):
        publishing.save_draft(story, {"headline": "Bilby"}, by=mira, started_from=1)
    page = read(client, story)
    for secret in ("Numbat", "Bilby", "Quokka", "mira", "Brought back", "Draft", "Autosave"):
        assert secret not in page
    assert len(rows(page)) == 4


def test_versions_are_counted_as_readers_saw_them(client):
    """The number of drafts in between is the desk's own."""
    article = make_draft()
    for number in range(5):
        publishing.save_draft(article, {"kicker": f"Draft {number}"}, by=None)
    publishing.publish(article, by=None)
    publishing.save_draft(article, {"kicker": "Draft again"}, by=None)
    publishing.fix(article, {"kicker": ""}, by=None)
    newest, first = rows(read(client, article))
    assert "Version 2" in newest
    assert "Version 1" in first


def test_what_was_replaced_before_its_moment_was_never_seen(client):
    article = make_draft(standfirst="Merger of quokkas")
    until = timezone.now() + timedelta(hours=1)
    publishing.publish(article, {"embargoed_until": until}, by=None)
    publishing.fix(article, {"standfirst": "Merger of numbats"}, by=None)
    assert client.get(article.get_changes_url()).status_code == 404
    with time_machine.travel(until + timedelta(minutes=1)):
        assert "quokkas" not in read(client, article)
        assert len(rows(read(client, article))) == 1


def test_a_story_links_to_its_changes_once_there_are_any(client):
    article = make_article()
    publishing.adopt(article)
    address = article.get_absolute_url()
    assert "/changes/" not in client.get(address).content.decode()
    publishing.fix(article, {"kicker": "Harbour"}, by=None)
    page = client.get(address).content.decode()
    assert re.search(r'class="times">.*<a href="[^"]*/changes/">What changed</a>', page)
    publishing.correct(article, {"kicker": "Port"}, by=None, text="A port, not a harbour.")
    page = client.get(address).content.decode()
    told = Correction.objects.get()
    assert (
        f'A port, not a harbour. <a href="{article.get_changes_url()}?correction={told.pk}">'
        in page
    )


def test_the_link_at_a_correction_leads_to_what_it_changed(client, story):
    publishing.update(story, {"kicker": "Port"}, by=None)
    page = words(read(client, story, f"?correction={story.corrections.get().pk}"))
    compared = page.split("From version 3 to version 4")[1].split("All versions")[0]
    assert "--eight-- ++nine++" in compared
    assert "Nine, not eight." in compared


def test_a_mended_correction_is_told_as_it_stands_on_the_story(client, story):
    Correction.objects.update(text="Nine berths.", kind=Correction.Kind.CLARIFICATION)
    newest = rows(read(client, story))[0]
    assert "Clarification · Version 4" in newest
    assert "Nine berths." in newest
    assert "Nine, not eight." not in newest


def test_any_two_versions_can_be_compared_in_either_order(client, story):
    for query in ("?from=1&to=4", "?from=4&to=1", "?from=1", "?from=1&to="):
        page = words(read(client, story, query))
        compared = page.split("From version 1 to version 4")[1].split("All versions")[0]
        assert "++Two years early.++" in compared
        assert "--eight-- ++nine++" in compared
    assert "From version 3 to version 4" in read(client, story, "?to=4")


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("?from=2&to=2", "Choose two versions."),
        ("?to=1", "This is the first version."),
        ("?from=0&to=2", "There are no such versions"),
        ("?from=1&to=5", "There are no such versions"),
        ("?from=-1&to=2", "There are no such versions"),
        ("?from=x&to=%00", "There are no such versions"),
        ("?from=" + "9" * 5000, "There are no such versions"),
        ("?from=²&to=٣", "There are no such versions"),
        ("?correction=x", "There are no such versions"),
        ("?correction=0", "There are no such versions"),
        ("?before=x", "Version 4"),
        ("?before=" + "9" * 40, "Version 4"),
    ],
)
def test_a_choice_that_makes_no_sense_is_answered_with_a_sentence(client, story, query, sentence):
    page = read(client, story, query)
    assert sentence in page
    assert len(rows(page)) == 4


def test_the_kind_of_a_story_that_came_back_says_so(client, story):
    publishing.withdraw(story, by=None, reason="Not ours.")
    publishing.publish(story, by=None)
    assert rows(read(client, story))[0].startswith("Published again · Version 5")


def test_a_changed_picture_byline_and_link_have_readers_names(client):
    boat, ferry = make_picture(), make_picture(alt_text="A ferry", caption="The first ferry.")
    article = make_article(
        lead_image=boat,
        authors=[make_author("Mira Lind")],
        body='<p>See <a href="https://a.example/">here</a>.</p>',
    )
    publishing.adopt(article)
    changes = {
        "lead_image": ferry.code,
        "byline": [make_author("Mira Lind").pk, make_author("Jonas Berg").pk],
        "key_points": ["Nine berths"],
        "body": '<p>See <a href="https://b.example/">here</a>.</p>',
        "embargoed_until": timezone.now() - timedelta(days=1),
        "slug": "ferries",
    }
    publishing.update(article, changes, by=None)
    newest = rows(read(client, article))[0]
    assert "Picture A --boat-- ++ferry++" in newest
    assert "Caption The first --boat-- ++ferry++" in newest
    assert "Byline Mira Lind++, Jonas Berg++" in newest
    assert "Key points ++Nine berths++" in newest
    assert "Text, paragraph 1 The words are the same. A link, a picture" in newest
    assert "mbargo" not in newest
    assert "ddress" not in newest


def test_long_words_that_stayed_are_shortened():
    before = " ".join(f"w{n}" for n in range(100))
    after = before.replace("w50", "new")
    found = differences.shortened(differences.pieces(before, after), 3)
    told = "".join(f"[{piece.text}]" if piece.kind != "same" else piece.text for piece in found)
    assert " ".join(told.split()) == "… w47 w48 w49 [w50][new] w51 w52 w53 …"
    assert differences.shortened(differences.pieces("a b c", "a b d"), 3) == differences.pieces(
        "a b c", "a b d"
    )


def test_a_time_set_by_hand_is_told_and_why_stays_at_the_desk(client, story):
    assert "set by hand" not in read(client, story)
    publishing.set_updated_at(story, by=None, at=story.first_published_at, note="Marsupial slip")
    page = read(client, story)
    assert "The time that the story shows was set by hand" in page
    assert "Marsupial" not in page
    publishing.update(story, {"kicker": "Port"}, by=None)
    assert "set by hand" not in read(client, story)


# What is not told


def test_a_story_may_tell_no_changes(client, story):
    publishing.tell_changes(story, by=None, told=False)
    assert client.get(story.get_changes_url()).status_code == 404
    assert "/changes/" not in client.get(story.get_absolute_url()).content.decode()


def test_a_site_may_tell_no_changes(client, story, settings):
    settings.TELL_CHANGES = False
    assert client.get(story.get_changes_url()).status_code == 404
    assert "/changes/" not in client.get(story.get_absolute_url()).content.decode()


def test_a_hidden_version_says_that_it_was_there_and_shows_none_of_its_words(client):
    article = make_article("Port opens", body="<p>Quiet.</p>")
    publishing.adopt(article)
    libel = {"body": "<p>Quiet.</p><p>Quokka did it.</p>", "headline": "Port shut"}
    publishing.update(article, libel, by=None, note="Who did it")
    hidden = article.live
    publishing.fix(article, {"body": "<p>Quiet again.</p>", "headline": "Port opens"}, by=None)
    publishing.hide_version(article, hidden, by=None, because="Removed on legal advice.")
    for query in ("", "?from=1&to=2", "?from=2&to=3", "?to=3", "?from=2"):
        page = read(client, article, query)
        assert "Quokka" not in page
        assert "shut" not in page
        assert "Who did it" not in page
        after, row, _first = rows(page)
        assert "Update · Version 2" in row
        assert "UTC This version cannot be read. Removed on legal advice." in row
        assert "Compared with version 1, the last before it that can be read." in after
        assert "Quiet++ again++." in after
    for query in ("?from=1&to=2", "?from=2&to=3"):
        assert "Version 2 cannot be read." in read(client, article, query)
    publishing.unhide_version(article, hidden, by=None)
    assert "Quokka" in read(client, article)


def test_after_a_hidden_first_version_there_is_nothing_to_compare(client, story):
    first = story.revisions.seen_by_readers().order_by("number").first()
    publishing.hide_version(story, first.number, by=None, because="Removed.")
    update = rows(read(client, story))[2]
    assert "No version before it can be read" in update
    assert "Two years early" not in update


@pytest.mark.parametrize("address", ["changes", "story"])
def test_a_stale_address_leads_to_the_right_one(client, story, address):
    stale = f"/old/{story.code}/words/" + ("changes/" if address == "changes" else "")
    response = client.get(stale)
    assert response.status_code == 301
    assert response.url == (
        story.get_changes_url() if address == "changes" else story.get_absolute_url()
    )


def test_a_withdrawn_storys_changes_are_gone_with_it(client, story):
    publishing.withdraw(story, by=None, reason="Not ours.")
    page = read(client, story, status=410)
    assert "Not ours." in page
    assert "berths" not in page


def test_the_page_is_not_for_search_engines_and_may_be_stored(client, story):
    response = client.get(story.get_changes_url())
    page = response.content.decode()
    assert '<meta name="robots" content="noindex">' in page
    assert f'<link rel="canonical" href="http://localhost:8000{story.get_changes_url()}">' in page
    assert "public" in response.headers["Cache-Control"]
    assert client.post(story.get_changes_url()).status_code == 405


def test_an_arabic_story_tells_its_changes_in_arabic(client):
    article = make_article("الميناء يفتح", language="ar")
    publishing.adopt(article)
    publishing.update(article, {"headline": "الميناء يفتح غدا"}, by=None)
    page = read(client, article)
    assert '<html lang="ar" dir="rtl">' in page
    assert 'lang="ar" dir="rtl">الميناء يفتح<ins> غدا</ins>' in page
    for english in ("What changed", "Version", "Update", "Compare", "Headline", "taken out"):
        assert english not in page, english


def test_a_story_in_a_language_our_pages_do_not_speak_keeps_its_direction(client):
    article = make_article("کراچی", language="ur")
    publishing.adopt(article)
    publishing.update(article, {"headline": "کراچی بندرگاہ"}, by=None)
    page = read(client, article)
    assert '<html lang="en" dir="ltr">' in page
    assert '<dt>Headline</dt><dd lang="ur" dir="rtl">' in page


def test_a_long_history_is_walked_to_its_end_and_costs_no_more_than_a_short_one(client):
    article = make_article(authors=[make_author()], lead_image=make_picture())
    publishing.adopt(article)

    def update(numbers):
        for number in numbers:
            publishing.update(
                article, {"kicker": f"Number {number}", "topics": [f"T{number}"]}, by=None
            )

    update(range(12))
    with CaptureQueriesContext(connection) as short:
        read(client, article, "?from=1&to=5")
    update(range(12, 45))
    with CaptureQueriesContext(connection) as long:
        page = read(client, article, "?from=1&to=5")
    assert len(long) == len(short) <= 20, "\n".join(q["sql"] for q in long)
    numbers, query = [], ""
    while query is not None:
        page = read(client, article, query)
        numbers += [int(re.search(r"Version (\d+)", row)[1]) for row in rows(page)]
        found = re.search(r'<a href="(\?[^"]*)" rel="next">', page)
        query = found and html.unescape(found[1])
    assert numbers == list(range(46, 0, -1))


def test_every_version_on_a_page_is_compared_with_the_one_before_it(client):
    """The last one on a page too, whose neighbour stands on the next."""
    article = make_article()
    publishing.adopt(article)
    for number in range(15):
        publishing.fix(article, {"kicker": f"Number{number}"}, by=None)
    page = read(client, article)
    assert "--Number4-- ++Number5++" in rows(page)[-1]


def test_loading_a_story_again_begins_a_version_now(client):
    article = make_article("Port opens")
    publishing.adopt(article)
    publishing.fix(article, {"kicker": "Harbour"}, by=None)
    Article.objects.filter(pk=article.pk).update(headline="Port shut", working=0, live=None)
    before = timezone.now()
    article.refresh_from_db()
    publishing.adopt(article)
    newest = article.revisions.seen_by_readers().newest_first().first()
    assert newest.kind == Kind.FIX
    assert newest.public_from >= before
    assert "--opens-- ++shut++" in rows(read(client, article))[0]


def test_machines_are_told_of_corrections(client, story):
    page = client.get(story.get_absolute_url()).content.decode()
    told = json.loads(re.search(r"ld\+json[^>]*>(.*?)</script>", page)[1])
    made_at = story.corrections.get().made_at.isoformat()
    assert told["correction"] == [
        {"@type": "CorrectionComment", "text": "Nine, not eight.", "datePublished": made_at}
    ]


@pytest.mark.once
def test_the_papers_first_stories_have_changes_pages(client, printed):
    call_command("loaddata", "initial_stories", "handbook", verbosity=0)
    for article in Article.objects.published():
        publishing.adopt(article)
        assert len(rows(read(client, article))) == 1


# At the desk


def at_desk(article, page, *numbers):
    return reverse(f"admin:articles_article_{page}", args=[article.pk, *numbers])


@pytest.fixture
def senior(client):
    user = make_user("senior", "Editors")
    user.user_permissions.add(Permission.objects.get(codename="hide_version"))
    client.force_login(user)
    return user


@pytest.fixture
def editor(client):
    user = make_user("editor", "Editors")
    client.force_login(user)
    return user


def test_a_senior_editor_hides_a_version_with_a_reason_and_shows_it_again(client, story, senior):
    number = story.revisions.seen_by_readers().order_by("number")[1].number
    address = at_desk(story, "hide_version", number)
    assert address in client.get(at_desk(story, "history")).content.decode()
    assert f"Hide version {number} from readers" in client.get(address).content.decode()
    refused = client.post(address, {"because": " "})
    assert "Readers are told why. Write a sentence." in refused.content.decode()
    client.post(address, {"because": "Removed on legal advice."})
    version = story.revisions.get(number=number)
    assert version.hidden_because == "Removed on legal advice."
    logged = LogEntry.objects.latest("pk")
    assert (logged.user, logged.change_message) == (
        senior,
        f"Version {number} is hidden from readers.",
    )
    assert "Show it again" in client.get(address).content.decode()
    assert "Hidden. Show again…" in client.get(at_desk(story, "history")).content.decode()
    client.post(address, {"again": "yes"})
    version.refresh_from_db()
    assert version.hidden_at is None


def test_an_editor_hides_no_version(client, story, editor):
    address = at_desk(story, "hide_version", story.live)
    assert address not in client.get(at_desk(story, "history")).content.decode()
    assert client.get(address).status_code == 403
    assert client.post(address, {"because": "So."}).status_code == 403
    assert story.revisions.get(number=story.live).hidden_at is None


@pytest.mark.parametrize("number", [0, 99, 10**30])
@pytest.mark.parametrize("page", ["version", "hide_version"])
def test_what_readers_never_saw_can_be_neither_hidden_nor_read_as_theirs(
    client, story, senior, page, number
):
    assert client.get(at_desk(story, page, number)).status_code == 404
    draft = publishing.save_draft(story, {"kicker": "Later"}, by=None)
    assert client.get(at_desk(story, page, draft.number)).status_code == 404


def test_an_editor_says_whether_readers_see_changes(client, story, editor):
    address = at_desk(story, "tells_changes")
    assert address in client.get(at_desk(story, "change")).content.decode()
    assert "Readers may see what changed in this story." in client.get(address).content.decode()
    version = story.version
    client.post(address, {"told": "no"})
    story.refresh_from_db()
    assert not story.tells_changes
    assert story.version == version  # it belongs to no version
    assert LogEntry.objects.latest("pk").change_message == "No change is shown."
    client.post(address, {"told": "yes"})
    story.refresh_from_db()
    assert story.tells_changes


def test_a_reporter_does_not(client, story):
    client.force_login(make_user("reporter", "Reporters"))
    assert client.post(at_desk(story, "tells_changes"), {"told": "no"}).status_code == 403
    story.refresh_from_db()
    assert story.tells_changes


def test_the_desk_reads_any_version_as_readers_saw_it(client, story, editor):
    first, update, _fix, correction = story.revisions.seen_by_readers().order_by("number")
    page = client.get(at_desk(story, "version", first.number))
    assert "no-store" in page.headers["Cache-Control"]
    assert page.headers["X-Robots-Tag"] == "noindex"
    text = page.content.decode()
    assert '<meta name="robots" content="noindex">' in text
    assert "ld+json" not in text
    assert f"Version {first.number}, as readers saw it" in text
    assert "eight berths" in text
    assert "Two years early" not in text
    assert "Updated" not in text.split("<main")[1]
    assert "Nine, not eight." not in text
    assert (
        "Two years early." in client.get(at_desk(story, "version", update.number)).content.decode()
    )
    text = client.get(at_desk(story, "version", correction.number)).content.decode()
    assert "nine berths" in text
    assert "Nine, not eight." in text
    story.refresh_from_db()
    assert "nine" in story.body


def test_no_stranger_reads_a_version_at_the_desk(client, story):
    response = client.get(at_desk(story, "version", story.live))
    assert response.status_code == 302
    assert response.url.startswith("/admin/login/")
    client.force_login(make_user("nobody", group=None))
    assert client.get(at_desk(story, "version", story.live)).status_code == 403
