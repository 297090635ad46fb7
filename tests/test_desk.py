"""The desk: what each button does, whom it serves, and that nothing typed is ever lost."""

import re
import zlib
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, User
from django.contrib.contenttypes.models import ContentType
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from PIL import Image as PillowImage

from articles import publishing
from articles.admin.widgets import AuthorsField
from articles.models import Article, Author, Correction, Image, Page, Section, Site, Status, Topic
from tests.factories import (
    make_admin,
    make_article,
    make_author,
    make_draft,
    make_picture,
    make_section,
    make_topic,
    make_user,
)

pytestmark = [pytest.mark.django_db, pytest.mark.once]
ADD = "/admin/articles/article/add/"


def address(article, page="change"):
    return reverse(f"admin:articles_article_{page}", args=[article.pk])


def form_of(article, **changes):
    """What a browser would send for a story that an editor has open."""
    if not article.working:
        publishing.adopt(article)  # as the page does on opening it
    filled = {
        "headline": article.headline,
        "standfirst": article.standfirst,
        "body": article.body,
        "section": article.section_id or "",
        "slug": article.slug,
        "language": article.language,
        "started_from": article.working,
    }
    return {name: value for name, value in (filled | changes).items() if value is not None}


def publish(client, article, kind="first", *, told=None, **changes):
    """What a browser does when an editor presses Publish…, chooses a kind and presses again."""
    client.post(address(article), form_of(article, _go="", **changes))
    article.refresh_from_db()
    chosen = {"kind": kind, "started_from": article.working} | (told or {})
    page = client.post(address(article, "publish"), chosen, follow=True).content.decode()
    article.refresh_from_db()
    return page


@pytest.fixture
def editor(client):
    user = make_user("editor", "Editors")
    client.force_login(user)
    return user


@pytest.fixture
def reporter(client):
    user = make_user("reporter", "Reporters")
    client.force_login(user)
    return user


def test_a_new_story_is_saved_as_a_draft(client, editor):
    section = make_section()
    new = {
        "headline": "Port opens",
        "body": "<p>Words</p><script>alert(1)</script>",
        "key_points": "Nine berths\n\n- No fee on Mondays\n",
        "topics": "Harbour, Ferries, harbour",
        "byline": "jonas berg, Mira Lind",
        "section": section.pk,
        "language": "en",
    }
    make_author("Mira Lind"), make_author("Jonas Berg")
    page = client.post(ADD, new | {"_save_draft": ""}, follow=True).content.decode()
    assert "Saved. Only the desk sees it." in page
    article = Article.objects.get()
    assert article.status == Status.DRAFT
    assert article.created_by == article.saved_by == editor
    assert article.body == "<p>Words</p>"
    assert article.key_points == ["Nine berths", "No fee on Mondays"]
    assert [str(byline) for byline in article.bylines.all()] == ["Jonas Berg", "Mira Lind"]
    assert sorted(map(str, article.topics.all())) == ["Ferries", "Harbour"]
    assert article.slug == "port-opens"
    assert client.get(article.get_absolute_url()).status_code == 404


def test_publishing_says_what_readers_see(client, editor):
    article = make_draft()
    page = publish(client, article)
    assert article.is_public
    assert "Published. Readers see it now" in page
    assert article.get_absolute_url() in page


def test_a_published_story_is_told_of_in_the_letters_of_its_address(client, editor):
    page = publish(client, make_draft("المكتبة تفتح", language="ar"))
    article = Article.objects.get()
    link = (
        f'<a href="{article.get_absolute_url()}"><bdi dir="ltr">/world/{article.code}/المكتبة-تفتح/'
    )
    assert link in page


def test_a_fix_moves_no_time_that_readers_see(client, editor):
    article = make_article(first_published_at=timezone.now() - timedelta(days=3))
    before = article.updated_at
    page = publish(client, article, "fix", headline="Port opens.")
    assert article.headline == "Port opens."
    assert article.updated_at == before
    assert "Published the fix. The time readers see stays: Published" in page
    undo = re.search(r'<a href="([^"]+)" data-undo>Undo\?</a>', page)[1]
    there = client.get(undo).content.decode()
    assert "<ins>.</ins>" in there
    assert "Bring back" in there


def test_an_update_moves_the_time_that_readers_see(client, editor):
    article = make_article(first_published_at=timezone.now() - timedelta(days=3))
    page = publish(client, article, "update", headline="Port opens early")
    assert article.is_updated
    assert "Published the update. Readers see: Updated" in page
    assert "sec ago" in page


def test_withdrawing_asks_first(client, editor):
    article = make_article()
    asked = client.get(address(article, "withdraw")).content.decode()
    assert "goes from every page and feed at once" in asked
    assert Article.objects.get().status == Status.PUBLISHED
    told = {"reason": "Its source was <not> who he said."}
    page = client.post(address(article, "withdraw"), told, follow=True).content.decode()
    assert "Withdrawn. Readers no longer see it." in page
    gone = client.get(article.get_absolute_url())
    assert gone.status_code == 410
    assert "Its source was &lt;not&gt; who he said." in gone.content.decode()
    assert client.get(f"/{article.code}").status_code == 410
    article.refresh_from_db()
    publish(client, article)
    assert client.get(article.get_absolute_url()).status_code == 200


def test_enter_in_a_field_publishes_nothing(client, editor):
    article = make_article(first_published_at=timezone.now() - timedelta(days=3))
    changed = form_of(article, headline="Half a thou")
    client.post(address(article), changed)
    article.refresh_from_db()
    assert article.headline == "Port opens"
    assert article.has_changes
    assert "Half a thou" in client.get(address(article)).content.decode()


def test_a_refused_publication_keeps_every_word(client, editor):
    article = make_draft(section=None)
    page = publish(client, article, headline="A new thought", body="<p>Long words</p>")
    assert "No section chosen." in page
    kept = client.get(address(article)).content.decode()
    assert "A new thought" in kept
    assert "Long words" in kept
    assert Article.objects.get().status == Status.DRAFT


def test_a_lead_picture_without_a_credit_stops_a_publication(client, editor):
    article = make_draft()
    picture = make_picture(credit="")
    page = publish(client, article, lead_image=picture.code.upper())
    assert "The lead picture has no credit." in page
    assert (article.lead_image, article.status) == (picture, Status.DRAFT)


def test_a_save_from_an_old_version_is_refused_and_nothing_is_lost(client, editor):
    article = make_article()
    mine = form_of(article, headline="Mine", byline="", topics="Mine too", _go="")
    amal = make_user("amal")
    publishing.fix(article, {"headline": "Theirs"}, by=amal)
    refused = client.post(address(article), mine, follow=True)
    page = refused.content.decode()
    assert "amal saved while you were writing" in page
    assert "Choose in the place where you both changed the same sentence." in page
    assert "Mine" in page
    article.refresh_from_db()
    assert article.headline == "Theirs"
    assert not article.topics.exists()
    kept = article.revisions.first()
    assert (kept.kind, kept.content["headline"], kept.by) == ("refused", "Mine", editor)
    assert kept.content["topics"] == ["Mine too"]


def test_a_save_that_does_not_say_what_it_started_from_counts_as_an_old_one(client, editor):
    article = make_draft()
    told = form_of(article, started_from=None, headline="Mine", _save_draft="")
    page = client.post(address(article), told, follow=True).content.decode()
    assert "saved while you were writing" in page
    assert Article.objects.get().headline == "Port to open"


def test_an_author_that_nobody_knows_is_named(client, editor):
    article = make_draft()
    page = client.post(address(article), form_of(article, byline="Noone Known", _save_draft=""))
    assert "No author is called “Noone Known”." in page.content.decode()


def test_an_embargoed_story_is_published_for_later(client, editor, settings):
    settings.TIME_ZONE = "Europe/Berlin"
    article = make_draft()
    tomorrow = timezone.localtime() + timedelta(days=1)
    page = publish(client, article, embargoed_until=f"{tomorrow:%Y-%m-%dT%H:%M}")
    assert "Until then it can be changed." in page
    assert "Europe/Berlin" in page
    assert client.get(article.get_absolute_url()).status_code == 404
    assert Article.objects.published(at=tomorrow + timedelta(minutes=1)).exists()


@pytest.mark.parametrize(
    "moment", ["2026-03-29T02:30", "2026-10-25T02:30", "soon", "2026-02-31T10:00"]
)
def test_a_local_time_that_is_not_one_is_refused_with_the_words_kept(
    client, editor, settings, moment
):
    settings.TIME_ZONE = "Europe/Berlin"
    article = make_draft()
    changed = form_of(article, headline="Kept", embargoed_until=moment, _save_draft="")
    response = client.post(address(article), changed)
    assert response.status_code == 200
    assert "errorlist" in response.content.decode()
    assert "Kept" in response.content.decode()


def test_translations_find_each_other(client, editor):
    english, arabic = make_article("Port opens"), make_draft("الميناء", language="ar")
    told = form_of(arabic, translation_of=f"https://x.example/world/{english.code}/port-opens/")
    client.post(address(arabic), told | {"_save_draft": ""})
    english.refresh_from_db(), arabic.refresh_from_db()
    assert english.translation_group == arabic.translation_group is not None
    linked = {"initial-translation_of": english.code}
    client.post(address(arabic), form_of(arabic, translation_of="", _save_draft="") | linked)
    arabic.refresh_from_db()
    assert arabic.translation_group is None


def test_a_form_opened_before_undoes_no_link_between_translations(client, editor):
    english, arabic = make_draft("Port opens"), make_draft("الميناء", language="ar")
    opened_before = form_of(english, translation_of="", _save_draft="")
    client.post(address(arabic), form_of(arabic, translation_of=english.code, _save_draft=""))
    client.post(address(english), opened_before)
    english.refresh_from_db()
    assert english.translation_group is not None


def test_the_languages_of_the_paper_stand_before_all_others(client, editor):
    site = Site.current()
    site.language, site.languages = "uk", ["en", "uk"]
    site.save()
    page = client.get("/admin/articles/article/add/").content.decode()
    names = page.split('<select name="language"')[1].split("</select>")[0]
    ours, others = names.split('<optgroup label="Other languages">')
    assert re.findall(r'<option value="([\w-]+)"', ours) == ["uk", "en"]
    assert 'value="af"' in others
    assert 'value="en"' not in others
    assert '<option value="uk" selected>' in ours


def test_a_group_of_translations_tells_a_story_once_in_a_language(client, editor):
    english, arabic = make_draft("Port opens"), make_draft("الميناء", language="ar")
    client.post(address(arabic), form_of(arabic, translation_of=english.code, _save_draft=""))
    second = make_draft("ميناء", language="ar")
    told = form_of(second, translation_of=english.code, headline="Kept", _save_draft="")
    page = client.post(address(second), told).content.decode()
    assert f"({arabic.code}) tells it in this language already." in page
    assert "Kept" in page


@pytest.mark.parametrize(
    ("other", "sentence"),
    [
        ("22222", "No story has the code or address"),
        ("same", "tells it in this language already."),
    ],
)
def test_a_wrong_translation_is_explained(client, editor, other, sentence):
    article, same = make_draft(), make_article()
    told = form_of(article, translation_of=same.code if other == "same" else other, _save_draft="")
    assert sentence in client.post(address(article), told).content.decode()


def test_a_hostile_form_is_no_error(client, editor):
    article = make_article()
    for changes in (
        {"slug": "Not A Slug!"},
        {"language": "tlh"},
        {"section": "999999"},
        {"started_from": "x"},
        {"headline": "x" * 301},
        {"headline": "\x00"},
        {"headline": "\x02"},
        {"dateline": "\x00"},
        {"topics": "x" * 101},
        {"body": "<p>" + "x" * 300_001},
        {"lead_image": "zzzzz"},
        {"lead_image": "\x00"},
        {"byline": "\x00"},
        {"translation_of": "zzzzz-" * 9999},
    ):
        response = client.post(address(article), form_of(article, **changes, _go=""))
        assert response.status_code == 200, changes
        assert "errorlist" in response.content.decode() or "errornote" in response.content.decode()


@pytest.mark.parametrize("name", ["byline", "topics"])
def test_a_story_has_fifty_names_at_most(client, editor, name):
    names = ", ".join(f"Name {number}" for number in range(1500))
    page = client.post(address(make_draft()), form_of(make_draft(), **{name: names}, _go=""))
    assert "Write at most 50 names." in page.content.decode()


def test_a_form_that_is_sent_asks_as_much_for_thirty_authors_as_for_three():
    asked = []
    for n in (3, 30):
        typed = ", ".join(make_author(f"Name {number}").name.upper() for number in range(n))
        with CaptureQueriesContext(connection) as queries:
            assert len(AuthorsField().clean(typed)) == n
        asked.append(len(queries))
    assert asked == [1, 1]


def test_a_name_shared_by_two_authors_stays_with_the_right_one(client, editor):
    make_author("John Smith")
    second = Author.objects.create(name="John Smith", slug="john-smith-2")
    article = make_article(authors=[second])
    page = client.get(address(article)).content.decode()
    assert 'value="john-smith-2"' in page
    publish(client, article, "fix", byline="john-smith-2")
    assert [byline.author for byline in article.bylines.all()] == [second]
    told = form_of(article, byline="John Smith", _save_draft="")
    assert "Write one of: john-smith, john-smith-2." in client.post(
        address(article), told
    ).content.decode().replace("&#x27;", "'")


@pytest.mark.parametrize("name", ["author", "topic"])
def test_a_name_with_a_comma_is_refused(client, editor, name):
    add = reverse(f"admin:articles_{name}_add")
    page = client.post(add, {"name": "Washington, D.C."}).content.decode()
    assert "Leave the comma out" in page


def test_a_reporter_changes_no_picture_that_readers_see(client, reporter):
    picture = make_picture(created_by=reporter)
    change = reverse("admin:articles_image_change", args=[picture.pk])
    assert 'name="_continue"' in client.get(change).content.decode()
    make_article(lead_image=picture)
    assert 'name="_continue"' not in client.get(change).content.decode()
    assert client.post(change, {"credit": ""}).status_code == 403


def test_a_file_that_lies_about_its_format_is_refused(client, editor):
    file = BytesIO()
    PillowImage.new("RGB", (8, 8)).save(file, "TIFF")
    boat = SimpleUploadedFile("boat.png", file.getvalue(), "image/png")
    told = {"upload": boat, "credit": "A", "focal_x": 50, "focal_y": 50}
    page = client.post(reverse("admin:articles_image_add"), told)
    assert "The format of this file is TIFF." in page.content.decode()
    assert not Image.objects.exists()


def test_a_picture_that_breaks_off_is_refused(client, editor):
    file = BytesIO()
    PillowImage.effect_noise((200, 200), 90).save(file, "JPEG")
    boat = SimpleUploadedFile("boat.jpg", file.getvalue()[:-2000], "image/jpeg")
    told = {"upload": boat, "credit": "A", "focal_x": 50, "focal_y": 50}
    page = client.post(reverse("admin:articles_image_add"), told)
    assert "The picture is broken. Export or upload it again." in page.content.decode()
    assert not Image.objects.exists()


def test_an_address_follows_the_headline_until_readers_have_it(client, editor):
    article = make_draft("TK working title")
    publish(client, article, headline="Minister resigns")
    assert article.slug == "minister-resigns"
    publish(client, article, "fix", headline="Minister goes")
    assert article.slug == "minister-resigns"


def test_an_address_that_somebody_chose_stays(client, editor):
    article = make_draft("TK working title", slug="resignation")
    publish(client, article, headline="Minister resigns")
    assert article.slug == "resignation"


def test_a_draft_without_a_section_is_viewed_on_site_without_an_error(client, editor):
    article = make_draft(section=None)
    shortcut = client.get(reverse("admin:view_on_site", args=[*kind_of(article), article.pk]))
    assert client.get(f"/{article.code}").status_code == 404
    assert shortcut.url.endswith(f"/{article.code}")


def kind_of(record):
    return [ContentType.objects.get_for_model(record).pk]


@pytest.mark.parametrize("place", ["topic_names", "author_names", "image_choose"])
def test_a_question_with_a_nul_is_answered(client, editor, place):
    asked = client.get(reverse(f"admin:articles_{place}"), {"q": "\x00"})
    assert asked.status_code == 200
    strange = reverse("admin:articles_image_in_form", args=["\x00"])
    assert client.get(strange).status_code == 404


def test_a_correction_is_published_with_its_story(client, editor):
    article = make_article(first_published_at=timezone.now() - timedelta(days=3))
    add = reverse("admin:articles_correction_add")
    told = {"article": article.code, "kind": "correction", "text": "Nine berths, not eight."}
    client.post(add, told)
    article.refresh_from_db()
    assert article.is_updated
    correction = Correction.objects.get()
    assert correction.made_at == article.updated_at
    assert "Nine berths, not eight." in client.get(article.get_absolute_url()).content.decode()
    change = reverse("admin:articles_correction_change", args=[correction.pk])
    client.post(change, {"kind": "correction", "text": "Nine berths."})
    correction.refresh_from_db()
    assert correction.text == "Nine berths."
    assert correction.made_at == article.updated_at


def test_a_correction_of_a_draft_is_refused_in_words(client, editor):
    told = {"article": make_draft().code, "kind": "correction", "text": "Nine, not eight."}
    page = client.post(reverse("admin:articles_correction_add"), told).content.decode()
    assert "that cannot be done now" in page
    assert "Nine, not eight." in page


def test_many_stories_are_published_at_once_and_each_refusal_is_named(client, editor):
    fine, homeless = make_draft("Fine"), make_draft("Homeless", section=None)
    chosen = {"action": "publish_chosen", "_selected_action": [fine.pk, homeless.pk]}
    asked = client.post("/admin/articles/article/", chosen).content.decode()
    assert "Readers will see them at once." in asked
    assert asked.count("No section chosen.") == 1  # said before, and only of the one
    assert not Article.objects.published().exists()
    chosen |= {"sure": "yes"} | {f"seen-{a.pk}": a.working for a in (fine, homeless)}
    page = client.post("/admin/articles/article/", chosen, follow=True).content.decode()
    assert "Published: “Fine”." in page
    assert "Homeless: No section chosen." in page
    assert list(Article.objects.published()) == [fine]


def test_many_stories_published_at_once_keep_the_rule_about_credits(client, editor):
    article = make_draft(lead_image=make_picture(credit=""))
    chosen = {"action": "publish_chosen", "_selected_action": [article.pk], "sure": "yes"}
    chosen[f"seen-{article.pk}"] = article.working
    page = client.post("/admin/articles/article/", chosen, follow=True).content.decode()
    assert "The lead picture has no credit." in page
    assert not Article.objects.published().exists()


def test_many_stories_are_published_as_they_were_seen(client, editor):
    article = make_draft("Seen")
    publishing.adopt(article)
    chosen = {"action": "publish_chosen", "_selected_action": [article.pk]}
    asked = client.post("/admin/articles/article/", chosen).content.decode()
    assert f'name="seen-{article.pk}" value="{article.working}"' in asked
    chosen |= {"sure": "yes", f"seen-{article.pk}": article.working}
    publishing.autosave(article, {"headline": "Unseen"}, by=editor)
    page = client.post("/admin/articles/article/", chosen, follow=True).content.decode()
    assert "Somebody saved this story after you opened it." in page
    assert not Article.objects.published().exists()


def test_many_stories_are_withdrawn_at_once_after_a_question(client, editor):
    articles = [make_article("One"), make_article("Two")]
    chosen = {"action": "withdraw_chosen", "_selected_action": [a.pk for a in articles]}
    asked = client.post("/admin/articles/article/", chosen).content.decode()
    assert "Withdraw them" in asked
    assert Article.objects.published().count() == 2
    client.post("/admin/articles/article/", chosen | {"sure": "yes"})
    assert set(Article.objects.values_list("status", flat=True)) == {Status.WITHDRAWN}


def test_a_published_story_is_not_deleted(client, editor):
    article = make_article()
    refused = client.post(address(article, "delete"), {"post": "yes"})
    assert refused.status_code == 403
    assert "before readers, so it is kept. Withdraw it instead." in refused.content.decode()
    chosen = {"action": "delete_selected", "_selected_action": [article.pk], "post": "yes"}
    page = client.post("/admin/articles/article/", chosen, follow=True).content.decode()
    assert "Port opens: This story is before readers, so it is kept. Withdraw it instead." in page
    assert Article.objects.filter(pk=article.pk).exists()
    draft = make_draft()
    client.post(address(draft, "delete"), {"post": "yes"})
    assert not Article.objects.filter(pk=draft.pk).exists()


def test_history_says_what_was_done(client, editor):
    article = make_article()
    publish(client, article, "fix", headline="Port opens.")
    said = list(LogEntry.objects.values_list("change_message", flat=True))
    assert said[0] == "Published a fix."
    page = client.get(address(article, "history")).content.decode()
    assert '<span class="kind k-fix">Fix</span>' in page
    assert '<dt lang="en">Headline</dt>' in page
    assert "Port opens<ins>.</ins>" in page
    assert page.count("Seen by readers ") == 2


def test_an_earlier_version_comes_back_as_a_draft(client, editor):
    article = make_article(body="<p>One two three.</p>")
    publishing.fix(article, {"headline": "Port shut", "kicker": "Harbour"}, by=editor)
    restore = reverse("admin:articles_article_restore", args=[article.pk])
    page = client.get(address(article, "history")).content.decode()
    assert "Bring back version 1 as a draft" in page
    client.post(restore, {"number": "1", "started_from": "2", "field": "headline"})
    article.refresh_from_db()
    assert (article.headline, article.has_changes) == ("Port shut", True)
    brought_back = article.revisions.first().content
    assert (brought_back["headline"], brought_back["kicker"]) == ("Port opens", "Harbour")
    client.post(restore, {"number": "1", "started_from": "3"})
    assert article.revisions.first().content["kicker"] == ""
    missing = client.post(restore, {"number": "77", "started_from": "4"}, follow=True)
    assert "There is no version 77." in missing.content.decode()
    assert client.post(restore, {"number": "x"}).status_code == 403


def test_a_correction_does_not_publish_what_waits_at_the_desk(client, editor):
    article = make_article()
    publishing.save_draft(article, {"headline": "Not ready"}, by=editor)
    told = {"article": article.code, "kind": "correction", "text": "Nine, not eight."}
    page = client.post(reverse("admin:articles_correction_add"), told).content.decode()
    assert "Changes of this story wait at the desk." in page
    assert Article.objects.get().headline == "Port opens"


# Who may


def test_who_may_not_open_a_page_is_told_so_in_words(client, reporter):
    page = client.get("/admin/auth/user/").content.decode()
    assert "Your account has no right to this page." in page
    assert "Back to the desk" in page


def test_the_masthead_names_only_what_a_person_may_see(client, reporter):
    page = client.get("/admin/").content.decode()
    assert "/admin/articles/article/add/" in page
    assert "/admin/auth/user/" not in page


def test_a_reporter_writes_drafts_and_hands_them_over(client, reporter):
    new = {"headline": "Port opens", "language": "en", "_save_draft": ""}
    client.post(ADD, new)
    article = Article.objects.get()
    client.post(address(article), form_of(article, headline="Port opens today", _submit=""))
    article.refresh_from_db()
    assert article.headline == "Port opens today"
    assert article.status == Status.REVIEW


def test_a_reporter_publishes_nothing_even_by_hand(client, reporter):
    article = make_draft(created_by=reporter)
    page = publish(client, article, headline="Kept")
    assert "You may write but not publish. Send it to review." in page
    assert "Kept" in client.get(address(article)).content.decode()
    assert client.get(address(article, "withdraw")).status_code == 403
    live = make_article(created_by=reporter)
    for action in ("publish_chosen", "withdraw_chosen"):
        chosen = {"action": action, "_selected_action": [live.pk], "sure": "yes"}
        client.post("/admin/articles/article/", chosen)
    assert set(Article.objects.values_list("status", flat=True)) == {"draft", "published"}


def test_a_reporter_reads_but_does_not_change_what_others_wrote(client, reporter):
    article = make_draft("Another’s")
    page = client.get(address(article)).content.decode()
    assert "Another’s" in page
    assert 'name="_save_draft"' not in page
    refused = client.post(address(article), form_of(article, headline="Mine", _save_draft=""))
    assert "You may change your own drafts." in refused.content.decode()
    assert "Mine" in refused.content.decode()
    assert Article.objects.get().headline == "Another’s"


def test_a_reporter_whose_story_is_out_asks_an_editor(client, reporter):
    article = make_article(created_by=reporter)
    page = client.get(address(article)).content.decode()
    assert 'name="_go"' not in page
    refused = client.post(address(article), form_of(article, headline="Typed late", _go=""))
    assert "You may change your own drafts." in refused.content.decode()
    assert "Typed late" in refused.content.decode()
    assert Article.objects.get().headline == "Port opens"


def test_an_administrator_opens_accounts_and_gives_them_a_group(client):
    client.force_login(make_user("boss", "Administrators"))
    reporters = Group.objects.get(name="Reporters")
    told = {"username": "nia", "is_staff": "on", "groups": [reporters.pk]}
    client.post("/admin/auth/user/add/", told | {"is_superuser": "on"})
    nia = User.objects.get(username="nia")
    assert nia.is_staff
    assert not nia.is_superuser
    assert list(nia.groups.all()) == [reporters]


def test_only_a_superuser_touches_the_account_of_one(client):
    owner, boss = make_admin("owner"), make_user("boss", "Administrators")
    client.force_login(boss)
    for page in ("password", "delete"):
        assert client.get(f"/admin/auth/user/{owner.pk}/{page}/").status_code == 403
    account = {"username": "boss", "is_active": "on", "is_staff": "on", "is_superuser": "on"}
    client.post(f"/admin/auth/user/{boss.pk}/change/", account)
    boss.refresh_from_db()
    assert not boss.is_superuser


def test_saving_a_group_takes_no_right_from_it(client):
    client.force_login(make_admin())
    for group in Group.objects.all():
        before = set(group.permissions.all())
        told = {"name": group.name, "permissions": [right.pk for right in before]}
        client.post(f"/admin/auth/group/{group.pk}/change/", told)
        assert set(group.permissions.all()) == before


# Lists


@pytest.mark.parametrize("page", ["article", "image", "correction", "author", "section", ""])
def test_a_list_at_the_desk_asks_as_much_for_thirty_as_for_three(client, page):
    client.force_login(make_admin())

    def fill(numbers):
        for number in numbers:
            article = make_article(
                f"Boats {number}",
                lead_image=make_picture(f"boat-{number}.png", size=(12, 8)),
                authors=[make_author(f"Author {number}")],
                section=make_section(f"Part {number}"),
                saved_by=make_user(f"user{number}"),
            )
            Correction.objects.create(article=article, text="Nine, not eight.")

    place = f"/admin/articles/{page}/" if page else "/admin/"
    fill(range(3))
    client.get(place)
    with CaptureQueriesContext(connection) as three:
        client.get(place)
    fill(range(3, 30))
    with CaptureQueriesContext(connection) as thirty:
        client.get(place)
    assert len(thirty) == len(three), "\n".join(query["sql"] for query in thirty)


def test_the_first_page_shows_everybody_or_only_oneself(client, editor):
    make_draft("Another’s"), make_draft("Begun by me", created_by=editor)
    make_draft("Signed by me", authors=[make_author("Mira Lind", user=editor)])
    everybody, mine = (client.get(f"/admin/{q}").content.decode() for q in ("", "?whose=mine"))
    assert "Another’s" in everybody
    assert "Another’s" not in mine
    assert "Begun by me" in mine
    assert "Signed by me" in mine


def test_the_list_of_stories_is_searched_and_sieved(client, editor):
    make_article("Port opens", topics=["Harbour"], authors=[make_author("Mira Lind")])
    bare = make_draft("Bare", standfirst="")
    for query in ("q=harbour", "q=mira", "q=port", "state=published"):
        page = client.get(f"/admin/articles/article/?{query}").content.decode()
        assert "Port opens" in page, query
        assert "Bare" not in page.split('id="result_list"')[1].split("</table>")[0]
    for missing in ("picture", "standfirst"):
        assert "Bare" in client.get(f"/admin/articles/article/?missing={missing}").content.decode()
    assert "Bare" in client.get(f"/admin/articles/article/?q={bare.code}").content.decode()
    make_draft("الميناء", language="ar")
    for language, headline in (("ar", "الميناء"), ("en", "Bare"), ("xx", "No such language")):
        page = client.get(f"/admin/articles/article/?language={language}")
        assert (headline in page.content.decode()) == (language != "xx")


# Pictures


def upload(client, name, content, **fields):
    file = SimpleUploadedFile(name, content, "image/png")
    fields = {"credit": "Dana Ruiz", "focal_x": 50, "focal_y": 50} | fields
    return client.post("/admin/articles/image/add/", {"upload": file} | fields)


def png(size=(60, 40)):
    file = BytesIO()
    PillowImage.new("RGB", size, "teal").save(file, "PNG")
    return file.getvalue()


def bomb():
    """A small file that says it is a picture of 30,000 by 30,000 pixels."""
    head = (30_000).to_bytes(4) * 2 + bytes([8, 2, 0, 0, 0])
    chunk = b"IHDR" + head
    return b"\x89PNG\r\n\x1a\n" + len(head).to_bytes(4) + chunk + zlib.crc32(chunk).to_bytes(4)


def test_a_picture_comes_into_the_library(client, reporter):
    assert upload(client, "Boat at dawn.PNG", png()).status_code == 302
    image = Image.objects.get()
    assert (image.width, image.height) == (60, 40)
    assert image.created_by == reporter
    assert image.file.name.startswith("pictures/boat-at-dawn")
    pictures = client.get("/admin/articles/image/choose/?q=boat").json()["pictures"]
    assert [picture["code"] for picture in pictures] == [image.code]


def test_a_file_that_the_library_has_already_is_told_of(client, editor):
    upload(client, "boat.png", png(), caption="The first boat")
    first = Image.objects.get()
    upload(client, "tram.png", png((61, 40)))
    page = upload(client, "again.png", png()).content.decode()
    link = f'<a href="/admin/articles/image/{first.pk}/change/"><bdi>The first boat</bdi></a>'
    assert f"The library has this file already: {link}" in page
    assert Image.objects.count() == 2


@pytest.mark.parametrize(
    "page",
    [
        *("articles/section/add/", "articles/topic/add/", "articles/image/add/"),
        *("articles/author/add/", "articles/correction/add/", "articles/article/add/"),
        *("auth/user/add/", "auth/group/add/", "password_change/"),
    ],
)
def test_no_label_ends_in_a_colon(client, page):
    client.force_login(make_admin())
    form = client.get(f"/admin/{page}").content.decode()
    labels = re.findall(r"<(?:label|legend)[^>]*>(.*?)</", form, re.DOTALL)
    assert labels
    assert [label for label in labels if label.strip().endswith(":")] == []


def test_the_cursor_waits_where_something_is_to_be_mended(client, editor):
    page = client.get("/admin/articles/article/add/").content.decode()
    assert re.findall(r"name=.([a-z_]+).[^>]* autofocus", page) == ["headline"]
    page = client.post(
        "/admin/articles/article/add/", form_of(make_draft(), byline="Nobody")
    ).content.decode()
    assert re.findall(r"name=.([a-z_]+).[^>]* autofocus", page) == ["byline"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("text.png", b"no picture at all"),
        ("cut.png", png()[:60]),
        ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"),
        ("page.html", b"<script>alert(1)</script>"),
        ("bomb.png", bomb()),
        ("empty.png", b""),
        ("double.png.exe", png()),
    ],
)
def test_a_file_that_is_no_good_picture_is_refused_in_words(client, editor, name, content):
    response = upload(client, name, content)
    assert response.status_code == 200
    assert "errorlist" in response.content.decode()
    assert "Dana Ruiz" in response.content.decode()
    assert not Image.objects.exists()


def test_a_picture_in_use_is_not_deleted(client, editor):
    led, shown, unused = (make_picture(f"{name}.png") for name in ("led", "shown", "unused"))
    make_article(lead_image=led, body=f'<figure data-image="{shown.code}"></figure>')
    for picture, status in ((led, 403), (shown, 403), (unused, 302)):
        place = reverse("admin:articles_image_delete", args=[picture.pk])
        assert client.post(place, {"post": "yes"}).status_code == status


# Subjects and people


def test_a_section_makes_its_own_address_in_any_script(client, editor):
    client.post("/admin/articles/section/add/", {"name": "Культура", "position": 50})
    assert Section.objects.get().slug == "культура"
    page = client.post(
        "/admin/articles/section/add/", {"name": "X", "slug": "admin", "position": 5}
    )
    assert "belongs to the site itself" in page.content.decode()


def test_sections_and_authors_with_stories_stay(client):
    client.force_login(make_admin())
    author = make_author()
    article = make_article(authors=[author])
    for record in (article.section, author):
        place = reverse(f"admin:articles_{record._meta.model_name}_delete", args=[record.pk])
        assert client.post(place, {"post": "yes"}).status_code == 403


def test_signing_in_says_what_is_wrong_and_keeps_the_name(client):
    page = client.post("/admin/login/", {"username": "mira", "password": "wrong"}).content.decode()
    assert "That name and password do not match." in page
    assert 'value="mira"' in page
    assert "No account, or no password? Ask your managing editor." in page


@pytest.mark.parametrize("place", ["articles/author", "auth/user"])
def test_an_account_and_a_role_are_chosen_and_not_made_in_a_small_window(client, place):
    client.force_login(make_admin())
    page = client.get(f"/admin/{place}/add/").content.decode()
    assert "related-widget-wrapper-link" not in page


def test_every_record_of_the_desk_opens(client):
    client.force_login(make_admin())
    picture, topic, author = make_picture(), make_topic(), make_author()
    article = make_article(lead_image=picture, topics=[topic], authors=[author])
    correction = Correction.objects.create(article=article, text="Nine, not eight.")
    for record in (article, picture, topic, author, correction, article.section):
        name = record._meta.model_name
        for page in ("change", "history"):
            place = reverse(f"admin:articles_{name}_{page}", args=[record.pk])
            assert client.get(place).status_code == 200, place


def test_an_editor_sees_the_page_with_a_way_to_the_desk_and_no_cache_keeps_it(client):
    article = make_article()
    client.force_login(make_user())
    response = client.get(article.get_absolute_url())
    assert f"/admin/articles/article/{article.pk}/change/" in response.content.decode()
    assert response.headers["Cache-Control"] == "private, no-store"


# What readers will be told


@pytest.mark.parametrize(
    ("before", "after", "kind", "reason"),
    [
        ("The boats left at dwan.", "The boats left at dawn.", "fix", "1 word differs"),
        ("It takes 2,000 people.", "It takes 2,400 people.", "correction", "2,000 became 2,400"),
        ("The mayor, Ana Reis.", "The mayor, Eva Reis.", "correction", "Ana became Eva"),
        ("Boats left.", "Boats left. " + "More news came. " * 9, "update", "27 words put in"),
        ("Boats left.", "Ships left.", "fix", "1 word differs"),
        (
            "Reis opened it. The mayor, Ana Reis, smiled.",
            "Lund opened it. The mayor, Ana Reis, smiled.",
            "correction",
            "Reis became Lund",
        ),
        ("Boats left.", "Boats left. It cost 400 crowns.", "update", "4 words put in"),
        (
            "Boats left at dawn.",
            "Boats left. Nobody waved. They left at dawn.",
            "update",
            "4 words put in",
        ),
        ("The pier is closed.", "The pier of 1904 is closed.", "update", "2 words put in"),
        ("Boats left at dawn.", "Boats left early at dawn.", "fix", "1 word differs"),
        ("Pier A is shut. A boat left.", "Pier A is shut. Ferries left.", "fix", "2 words differ"),
    ],
)
def test_the_kind_is_suggested_from_the_change(client, editor, before, after, kind, reason):
    article = make_article(body=f"<p>{before}</p>")
    publishing.save_draft(article, {"body": f"<p>{after}</p>"}, by=editor)
    page = client.get(address(article, "publish")).content.decode()
    assert f'value="{kind}" checked' in page
    assert f"Suggested: {reason}" in page


def test_in_a_long_story_a_fix_of_one_word_is_suggested_as_a_fix(client, editor):
    body = "<p>The boats left at dwan and came back at night.</p>" * 300
    article = make_article(body=body)
    publishing.save_draft(article, {"body": body.replace("dwan", "dawn", 1)}, by=editor)
    page = client.get(address(article, "publish")).content.decode()
    assert 'value="fix" checked' in page
    assert "Suggested: 1 word differs" in page


def test_a_change_in_the_first_minute_is_told_as_part_of_the_publication(client, editor):
    now = timezone.now()
    article = make_article(first_published_at=now - timedelta(seconds=20))
    publishing.save_draft(article, {"headline": "Port opens."}, by=editor)
    page = client.get(address(article, "publish")).content.decode()
    assert "Updated" not in page.partition("for-now")[2].partition("</b>")[0]
    assert page.count("part of the first publication until") == 2
    publishing.update(article, by=editor)
    assert not Article.objects.get().is_updated
    Article.objects.update(first_published_at=now - timedelta(seconds=61))
    publishing.save_draft(article, {"headline": "Port opened."}, by=editor)
    assert "part of the first" not in client.get(address(article, "publish")).content.decode()


def test_the_page_says_what_readers_will_see(client, editor):
    article = make_article(first_published_at=timezone.now() - timedelta(days=3))
    publishing.save_draft(article, {"headline": "Port opens."}, by=editor)
    page = client.get(address(article, "publish")).content.decode()
    moment = timezone.localtime(article.changed_at)
    assert f"Published {moment.day} {moment:%B %Y, %H:%M}" in page
    assert "does not move" in page
    assert "Port opens<ins>.</ins>" in page


def test_a_correction_is_published_with_its_note_and_not_without(client, editor):
    article = make_article(first_published_at=timezone.now() - timedelta(days=3))
    page = publish(client, article, "correction", headline="Port shut")
    assert "A correction needs its note." in page
    assert article.headline == "Port opens"
    note = {"note": "An earlier version said that it opened."}
    page = publish(client, article, "correction", told=note)
    assert "Published the correction. Readers see: Updated" in page
    assert article.corrections.get().text == note["note"]
    assert note["note"] in client.get(article.get_absolute_url()).content.decode()


def test_what_somebody_saved_meanwhile_is_not_published_unseen(client, editor):
    article = make_article()
    publishing.save_draft(article, {"headline": "Port opens."}, by=editor)
    chosen = {"kind": "fix", "started_from": article.working}
    publishing.save_draft(article, {"headline": "Port opens!!"}, by=make_user("amal"))
    page = client.post(address(article, "publish"), chosen, follow=True).content.decode()
    assert "amal saved meanwhile." in page
    assert Article.objects.get().headline == "Port opens"
    assert not article.revisions.filter(kind="refused").exists()


def test_a_fix_that_changes_nothing_is_not_published(client, editor):
    article = make_article()
    chosen = {"kind": "fix", "started_from": article.working}
    page = client.post(address(article, "publish"), chosen, follow=True).content.decode()
    assert "Readers have these words already: there is nothing to fix." in page
    assert article.revisions.count() == 1
    article.refresh_from_db()
    chosen = {"kind": "correction", "started_from": article.working}
    note = {"note": "An earlier version had it wrong."}
    client.post(address(article, "publish"), chosen | note)
    assert article.corrections.get().text == note["note"]


def test_before_its_moment_a_story_has_no_changes_to_publish_and_nothing_to_correct(client, editor):
    article = make_draft(section=make_section("Business"))
    publishing.publish(article, by=None, at=timezone.now() + timedelta(hours=3))
    page = client.get(address(article)).content.decode()
    assert "Publish now or later…" in page
    assert "Publish changes…" not in page
    assert "Add a correction…" not in page


def test_going_on_to_publish_without_a_change_saves_nothing(client, editor):
    article = make_article()
    form = form_of(article, byline="", topics="", _go="")
    client.post(address(article), form)
    assert article.revisions.count() == 1


def names_of(client, kind, words):
    address = reverse(f"admin:articles_{kind}_names")
    return client.get(address, {"q": words}).json()["names"]


def test_namesakes_are_told_apart_when_they_are_offered(client, editor):
    make_author("Sana Okafor", slug="sana-okafor", job_title="Climate")
    Author.objects.create(name="Sana Okafor", slug="sana-okafor-2", job_title="Sport")
    make_author("Ana Sanader")
    assert [(one["value"], one["about"]) for one in names_of(client, "author", "sana")] == [
        ("sana-okafor", "Climate · sana-okafor"),
        ("sana-okafor-2", "Sport · sana-okafor-2"),
        ("Ana Sanader", ""),
    ]


def test_another_name_of_a_topic_leads_to_it(client, editor):
    make_topic("Kyiv").aliases.create(name="Kiev")
    assert names_of(client, "topic", "kie") == [{"name": "Kyiv", "value": "Kyiv", "about": "Kiev"}]
    assert names_of(client, "topic", "kyi") == [{"name": "Kyiv", "value": "Kyiv", "about": ""}]


def test_two_thousand_topics_cost_as_much_to_offer_as_three(client, editor):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            assert names_of(client, "topic", "port")
        return len(queries)

    make_topic("Port 1").aliases.create(name="Old port")
    three = asked()
    Topic.objects.bulk_create(Topic(name=f"Port {n}", slug=f"port-{n}") for n in range(2, 2000))
    assert asked() == three
    assert len(names_of(client, "topic", "port")) == 12


def test_a_form_asks_as_much_for_nine_authors_as_for_two(client, editor):
    article = make_draft(authors=[make_author("Mira"), make_author("Jonas")])
    address = reverse("admin:articles_article_change", args=[article.pk])

    def asked():
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    two = asked()
    article.refresh_from_db()
    authors = [make_author(f"Author {n}").pk for n in range(9)]
    publishing.save_draft(article, {"byline": authors}, by=None)
    assert asked() == two


def mend(client, picture, **words):
    return client.post(reverse("admin:articles_image_words", args=[picture.pk]), words)


def test_the_words_of_a_picture_are_mended_from_the_form_of_a_story(client, editor):
    picture = make_picture(credit="", alt_text="")
    assert mend(client, picture, credit="Dana Ruiz", alt_text="A boat").json()["now"] == {
        "caption": "The first boat.",
        "credit": "Dana Ruiz",
        "alt_text": "A boat",
        "is_decorative": False,
    }
    picture.refresh_from_db()
    assert (picture.credit, picture.caption) == ("Dana Ruiz", "The first boat.")
    refused = mend(client, picture, is_decorative="on")
    assert refused.status_code == 422
    assert "needs no alt text" in refused.json()["sentence"]
    for credit in ("x" * 999, "Da\x00na"):
        assert mend(client, picture, credit=credit).status_code == 422
    picture.refresh_from_db()
    assert picture.alt_text == "A boat"
    picture.pk = 10**9
    assert mend(client, picture, credit="Dana").status_code == 404


def test_the_words_of_a_picture_replace_no_colleagues_that_were_not_seen(client, editor):
    picture = make_picture(credit="Jo Ek", caption="A boat.\nAt dawn.")
    refused = mend(client, picture, credit="Dana Ruiz", was_credit="")
    assert refused.status_code == 409
    assert "A colleague has written “Jo Ek” meanwhile." in refused.json()["sentence"]
    assert refused.json()["now"]["credit"] == "Jo Ek"
    assert (
        mend(client, picture, alt_text="", was_alt_text="", is_decorative="on").status_code == 409
    )
    picture.refresh_from_db()
    assert (picture.credit, picture.alt_text) == ("Jo Ek", "A boat")
    seen = {"was_credit": "Jo Ek", "was_caption": "A boat.\r\nAt dawn."}
    assert mend(client, picture, credit="Dana Ruiz", caption="Dawn.", **seen).status_code == 200
    picture.refresh_from_db()
    assert (picture.credit, picture.caption) == ("Dana Ruiz", "Dawn.")


def test_a_reporter_mends_own_pictures_until_the_paper_shows_them(client, reporter):
    picture = make_picture(created_by=reporter)
    make_draft(lead_image=picture)
    assert mend(client, picture, credit="Mine").status_code == 200
    make_article(lead_image=picture)
    refused = mend(client, picture, credit="Mine again")
    assert refused.status_code == 403
    assert refused.json()["sentence"] == "You may not change this picture."
    page = client.get(reverse("admin:articles_image_in_form", args=[make_picture("a.png").code]))
    assert "data-may-change" not in page.content.decode()


def test_a_record_tells_its_moments_as_the_paper_writes_them(client):
    client.force_login(make_admin())
    at = datetime(2026, 4, 1, 13, 5, tzinfo=UTC)
    correction = Correction.objects.create(article=make_article(), text="It was nine.", made_at=at)
    page = client.get(f"/admin/articles/correction/{correction.pk}/change/").content.decode()
    assert "1 April 2026, 13:05 UTC" in page


def test_deleting_several_records_names_them_and_what_goes_with_them(client):
    client.force_login(make_admin())
    topics = [make_topic("Harbour"), make_topic("<b>Ports</b>")]
    make_article(topics=topics)
    chosen = {"action": "delete_selected", "_selected_action": [topic.pk for topic in topics]}
    page = client.post("/admin/articles/topic/", chosen).content.decode()
    for words in ("<h1>Delete topics</h1>", "<bdi>Harbour</bdi>", "Topics: 2"):
        assert words in page
    assert "<bdi>&lt;b&gt;Ports" in page
    assert "Keep them" in page
    client.post("/admin/articles/topic/", chosen | {"post": "yes"})
    assert not Topic.objects.exists()


def filled_in(page):
    """What a browser would send of the form on this page."""
    form = page.context["adminform"].form
    told = {form.add_prefix(name): form[name].value() for name in form.fields}
    for inline in page.context["inline_admin_formsets"]:
        told |= {field.html_name: field.value() for field in inline.formset.management_form}
    told["as_it_was"] = page.context["as_it_was"]
    return {name: value for name, value in told.items() if value not in {None, False}}


@pytest.mark.parametrize("kind", ["page", "topic", "section", "author"])
def test_the_slower_of_two_people_replaces_nothing_unseen_in_any_record(client, kind):
    client.force_login(make_admin())
    make = {"topic": make_topic, "section": make_section, "author": make_author}
    record = make[kind]("Harbour") if kind in make else Page.objects.create(title="Harbour")
    place = f"/admin/articles/{kind}/{record.pk}/change/"
    name = "title" if kind == "page" else "name"
    theirs, mine = (filled_in(client.get(place)) for _ in range(2))
    assert client.post(place, theirs | {name: "Harbours"}).status_code == 302
    page = client.post(place, mine | {name: "Old harbour"})
    assert "Somebody changed this meanwhile: " in page.content.decode()
    assert filled_in(page)[name] == "Old harbour"
    record.refresh_from_db()
    assert getattr(record, name) == "Harbours"
    assert client.post(place, filled_in(page)).status_code == 302
    record.refresh_from_db()
    assert getattr(record, name) == "Old harbour"


def test_an_old_save_that_made_up_what_it_started_from_is_no_error(client):
    client.force_login(make_admin())
    topic = make_topic()
    place = f"/admin/articles/topic/{topic.pk}/change/"
    for made_up in ("\x00", "[]", "{", '{"name": {}}'):
        told = filled_in(client.get(place)) | {"as_it_was": made_up}
        assert client.post(place, told).status_code in {200, 302}, made_up
