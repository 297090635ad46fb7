"""Words are kept while they are written, and what the answer says of them is true."""

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles import publishing
from articles.admin.autosave import NEW_STORY
from articles.models import Article, Kind, Remit, Revision, Status, Topic
from tests.factories import make_article, make_author, make_draft, make_section, make_user
from tests.test_desk import address, form_of

pytestmark = pytest.mark.django_db
NEW = "/admin/articles/article/autosave/"


@pytest.fixture
def editor(client):
    user = make_user("editor", "Editors", first_name="Mira", last_name="Lind")
    client.force_login(user)
    return user


def autosave(client, article, **changes):
    """What the form sends while somebody writes."""
    return client.post(address(article, "autosave"), form_of(article, **changes))


def test_an_autosave_keeps_the_words_and_says_when(client, editor):
    article = make_draft()
    answer = autosave(client, article, body="<p>Nobody waved.</p>").json()
    article.refresh_from_db()
    revision = article.revisions.get(number=answer["number"])
    assert (revision.kind, revision.by) == (Kind.AUTOSAVE, editor)
    assert revision.content["body"] == article.body == "<p>Nobody waved.</p>"
    assert answer["number"] == article.working
    assert answer["time"] == f"{timezone.localtime(revision.at):%H:%M:%S}"
    assert answer["words"] == 2
    assert "Draft" in answer["state"]
    assert answer["left_out"] == []


def test_readers_see_nothing_of_an_autosave(client, editor):
    article = make_article()
    answer = autosave(client, article, headline="Half a thou").json()
    article.refresh_from_db()
    assert article.headline == "Port opens"
    assert article.has_changes
    assert "Published, changed" in answer["state"]


def test_an_ordinary_save_follows_an_autosave(client, editor):
    article = make_draft()
    number = autosave(client, article, headline="Port opens").json()["number"]
    told = form_of(article, headline="Port opens early", started_from=number, _save_draft="")
    page = client.post(address(article), told, follow=True).content.decode()
    assert "Saved. Only the desk sees it." in page
    assert Article.objects.get().headline == "Port opens early"


def test_an_autosave_of_known_words_makes_no_version(client, editor):
    article = make_draft()
    first = autosave(client, article, headline="Port opens").json()
    article.refresh_from_db()
    again = autosave(client, article).json()
    assert again["number"] == first["number"]
    assert article.revisions.count() == 2


def test_words_that_somebody_asked_to_save_are_a_version_that_stays(client, editor):
    article = make_draft()
    first = autosave(client, article, headline="Port opens").json()["number"]
    asked = form_of(article, headline="Port opens", started_from=first, _save_draft="")
    number = client.post(address(article, "autosave"), asked).json()["number"]
    assert article.revisions.get(number=number).kind == Kind.DRAFT
    assert number > first
    for started_from in (first, number):  # once more, whether the answer was lost or not
        again = client.post(address(article, "autosave"), asked | {"started_from": started_from})
        assert again.json()["number"] == number


def test_an_autosave_whose_answer_was_lost_may_be_sent_again(client, editor):
    article = make_draft()
    typed = form_of(article, headline="Port opens", topics="Harbour")
    first = client.post(address(article, "autosave"), typed).json()
    assert client.post(address(article, "autosave"), typed).json()["number"] == first["number"]
    publishing.save_draft(Article.objects.get(), {"kicker": "Theirs"}, by=None)
    assert client.post(address(article, "autosave"), typed).json()["number"] == first["number"]
    assert not Revision.objects.filter(kind=Kind.REFUSED).exists()


def test_the_address_follows_the_headline_until_readers_know_it(client, editor):
    article = make_draft("Port to open")
    answer = autosave(client, article, headline="Port opens").json()
    assert answer["slug"] == "port-opens"
    article.refresh_from_db()
    assert autosave(client, article, headline="Port opens early").json()["slug"] == (
        "port-opens-early"
    )


def test_what_one_field_lacks_does_not_stop_the_others(client, editor):
    make_section("World")
    article = make_draft(language="ar")
    publishing.adopt(article)
    answer = autosave(
        client,
        article,
        headline="",
        standfirst="Kept.",
        byline="Mira Li",
        embargoed_until="2026-03-29T99:30",
        lead_image="zzzzz",
        topics="x" * 101,
        section="999999",
        slug="Not A Slug!",
        language="tlh",
    ).json()
    article.refresh_from_db()
    assert article.standfirst == "Kept."
    assert (article.headline, article.language) == ("Port to open", "ar")
    why = {left["field"]: left["why"] for left in answer["left_out"]}
    assert why.keys() == {
        *("headline", "byline", "embargoed_until", "lead_image", "topics", "section", "slug"),
        "language",
    }
    assert why["byline"] == "No author is called “Mira Li”. Add them under Authors first."
    titles = {left["field"]: left["title"] for left in answer["left_out"]}
    assert titles["lead_image"] == "Lead picture"


def test_a_field_that_is_not_sent_stays_as_it_is(client, editor):
    article = make_draft(topics=["Harbour"], authors=[make_author()])
    publishing.adopt(article)
    sent = {"started_from": article.working, "headline": "Port opens", "kicker": ""}
    assert client.post(address(article, "autosave"), sent).status_code == 200
    article.refresh_from_db()
    assert [str(topic) for topic in article.topics.all()] == ["Harbour"]
    assert article.bylines.count() == 1
    assert article.body == "<p>The first boats left at dawn.</p>"
    assert Topic.objects.count() == 1


def test_a_link_between_translations_waits_for_a_save_by_hand(client, editor):
    english, arabic = make_article("Port opens"), make_draft("الميناء", language="ar")
    answer = autosave(client, arabic, translation_of=english.code, kicker="ميناء").json()
    assert [left["field"] for left in answer["left_out"]] == ["translation_of"]
    arabic.refresh_from_db()
    assert (arabic.kicker, arabic.translation_group) == ("ميناء", None)


def test_a_language_that_the_story_is_told_in_already_is_left_out(client, editor):
    english, arabic = make_draft("Port opens"), make_draft("الميناء", language="ar")
    publishing.link_translations(arabic, english, by=None)
    answer = autosave(client, arabic, language="en", kicker="ميناء", translation_of=english.code)
    assert "language" in [left["field"] for left in answer.json()["left_out"]]
    arabic.refresh_from_db()
    assert (arabic.kicker, arabic.language) == ("ميناء", "ar")


@pytest.mark.parametrize("status", [Status.PUBLISHED, Status.WITHDRAWN])
def test_a_story_that_readers_know_stays_in_a_section(client, editor, status):
    article = make_article(status=status)
    answer = autosave(client, article, section="", kicker="Harbour").json()
    assert [left["why"] for left in answer["left_out"]] == ["No section chosen."]
    content = Revision.objects.newest_first().first().content
    assert (content["kicker"], content["section"]) == ("Harbour", article.section_id)


def test_a_section_of_other_people_is_left_out(client, editor):
    world, sport = make_section("World"), make_section("Sport")
    Remit.objects.create(user=editor).sections.set([world])
    article = make_draft(section=world, created_by=editor)
    answer = autosave(client, article, section=sport.pk, kicker="Harbour").json()
    assert [left["why"] for left in answer["left_out"]] == [
        "You work in: World. Choose one of them."
    ]
    article.refresh_from_db()
    assert (article.kicker, article.section) == ("Harbour", world)


def test_a_slower_autosave_is_kept_and_leads_to_the_page_that_puts_both_together(client, editor):
    article = make_draft()
    typed = form_of(article, headline="Mine", byline="Mira Li")
    amal = make_user("amal", first_name="Amal", last_name="Haddad")
    publishing.save_draft(article, {"headline": "Theirs"}, by=amal)
    answer = client.post(address(article, "autosave"), typed)
    assert answer.status_code == 409
    told = answer.json()
    assert (told["who"], told["is_own"]) == ("Amal Haddad", False)
    assert told["left_out"] == ["byline"]
    page = client.get(told["address"]).content.decode()
    assert "Amal Haddad saved while you were writing" in page
    article.refresh_from_db()
    assert article.headline == "Theirs"
    kept = Revision.objects.get(kind=Kind.REFUSED)
    assert (kept.content["headline"], kept.by) == ("Mine", editor)


def test_refused_words_are_kept_once_however_often_they_are_sent(client, editor):
    article = make_draft()
    typed = form_of(article, headline="Mine")
    publishing.save_draft(article, {"headline": "Theirs"}, by=None)
    addresses = {
        client.post(address(article, "autosave"), typed).json()["address"] for _ in range(3)
    }
    assert len(addresses) == 1
    article.refresh_from_db()
    assert article.version == article.revisions.count() == 3


def test_words_that_started_from_a_thinned_out_version_are_kept(client, editor):
    article = make_draft()
    first = autosave(client, article, headline="One").json()["number"]
    article.refresh_from_db()
    autosave(client, article, headline="Two")
    assert Revision.objects.thin_out(timezone.now()) == 1
    typed = form_of(article, headline="Mine", started_from=first)
    answer = client.post(address(article, "autosave"), typed)
    assert answer.status_code == 409
    assert client.get(answer.json()["address"]).status_code == 200


def test_two_windows_of_one_person_are_two_editors(client, editor):
    article = make_draft()
    opened = form_of(article)
    autosave(client, article, headline="In one window")
    answer = client.post(address(article, "autosave"), opened | {"headline": "In the other"})
    assert answer.status_code == 409
    assert answer.json()["is_own"]


def test_a_save_that_does_not_say_what_it_started_from_is_an_old_one(client, editor):
    article = make_draft()
    assert autosave(client, article, started_from=None, headline="Mine").status_code == 409


def test_who_may_not_write_is_told_so(client):
    reporter = make_user("reporter", "Reporters")
    client.force_login(reporter)
    answer = autosave(client, make_article(), headline="Mine")
    assert answer.status_code == 403
    assert answer.json()["sentence"] == (
        "You may change your own drafts. Ask an editor about this story."
    )
    assert not Revision.objects.filter(content__headline="Mine").exists()


def test_an_expired_login_is_told_in_json(client, editor):
    article = make_draft()
    client.logout()
    for page in (address(article, "autosave"), address(article, "presence"), NEW):
        answer = client.post(page, form_of(article, headline="Mine"))
        assert answer.status_code == 401
        assert answer.json()["sentence"] == "Signed out."


def test_words_are_not_saved_in_the_name_of_somebody_who_signed_in_since(client, editor):
    article = make_draft()
    told = form_of(article, headline="Mine", user=editor.pk)
    client.force_login(make_user("amal"))
    answer = client.post(address(article, "autosave"), told)
    assert answer.status_code == 401
    assert answer.json()["is_other"]
    assert Article.objects.get().headline == "Port to open"


def test_only_a_post_saves(client, editor):
    article = make_draft()
    answer = client.get(address(article, "autosave"))
    assert (answer.status_code, answer["Allow"]) == (405, "POST")


def test_a_deleted_story_is_named_as_the_reason(client, editor):
    article = make_draft()
    told, page = form_of(article), address(article, "autosave")
    article.delete()
    answer = client.post(page, told)
    assert answer.status_code == 422
    assert answer.json()["sentence"] == "Somebody has deleted this story."


def test_a_new_story_is_made_by_its_first_autosave(client, editor):
    code = NEW_STORY.sign("7k3fq")
    refused = client.post(NEW, {"code": code, "headline": " ", "language": "en"})
    assert refused.status_code == 422
    assert refused.json()["sentence"] == "There is no headline."
    typed = {"code": code, "headline": "Port opens", "body": "<p>Words</p>", "language": "en"}
    answer = client.post(NEW, typed).json()
    article = Article.objects.get()
    assert (article.code, article.status) == ("7k3fq", Status.DRAFT)
    assert article.created_by == editor
    assert answer["pages"] == {
        "story": article.pk,
        **{page: address(article, page) for page in ("change", "autosave", "presence", "preview")},
    }
    assert client.post(NEW, typed).json()["number"] == answer["number"]
    assert Article.objects.count() == LogEntry.objects.count() == 1
    later = {"headline": "Port opens early", "started_from": answer["number"]}
    client.post(answer["pages"]["autosave"], typed | later)
    assert Article.objects.get().headline == "Port opens early"


def test_a_code_that_the_desk_did_not_give_is_not_taken(client, editor):
    typed = {"code": "7k3fq", "headline": "Port opens", "language": "en"}
    assert client.post(NEW, typed).status_code == 200
    assert Article.objects.get().code != "7k3fq"


def test_a_reader_makes_no_story(client):
    client.force_login(make_user("guest", group=None))
    answer = client.post(NEW, {"headline": "Port opens", "language": "en"})
    assert answer.status_code == 403
    assert not Article.objects.exists()


def test_a_hostile_autosave_is_no_error(client, editor):
    article = make_article()
    for changes in (
        {"started_from": "x"},
        {"started_from": "99999999999999999999"},
        {"headline": "\x00"},
        {"body": "<p>" + "x" * 300_001},
        {"user": "\x00"},
        {"translation_of": "22222"},
        {"embargoed_until": "\x00", "embargoed_until_which": "9"},
    ):
        assert autosave(client, article, **changes).status_code in {200, 401, 409}, changes
        article.refresh_from_db()
    assert client.post(NEW, {"code": "\x00", "headline": "\x00"}).status_code == 422


def test_an_autosave_asks_the_same_of_a_story_with_many_versions(client, editor):
    article, asked = make_draft(), []
    for number in range(3):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            autosave(client, article, headline=f"Port opens {number}")
        asked.append(len(queries))
        article.refresh_from_db()
    assert asked[1] == asked[2]
