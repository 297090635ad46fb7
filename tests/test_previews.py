"""A story as readers would see it: at the desk, and through a link for people outside."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles import codes, previews, publishing
from articles.models import Article, PreviewAnswer, PreviewLink, Revision, Topic
from articles.models.previews import ANSWERS_A_LINK
from tests.factories import (
    make_article,
    make_author,
    make_draft,
    make_picture,
    make_section,
    make_topic,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client):
    user = make_user(first_name="Mira", last_name="Lind")
    client.force_login(user)
    return user


def preview(client, article, **asked):
    return client.get(f"/admin/articles/article/{article.pk}/preview/", asked)


# At the desk


def test_the_preview_shows_the_words_that_the_desk_has_open(client, editor):
    article, jonas = make_article(authors=[make_author()]), make_author("Jonas Berg")
    changes = {
        "headline": "Port opens early",
        "kicker": "Harbour",
        "topics": ["A new topic"],
        "byline": [jonas.pk],
        "lead_image": make_picture(size=(9, 9)).code,
    }
    publishing.autosave(article, changes, by=editor)
    page = preview(client, article).content.decode()
    for words in ("Port opens early", "Harbour", "A new topic", "Jonas Berg", "Dana Ruiz"):
        assert words in page
    assert "Mira Lind</b>" not in page
    assert not Topic.objects.exists()
    article.refresh_from_db()
    assert article.headline == "Port opens"


def test_a_draft_that_lacks_everything_has_a_preview(client, editor):
    article = make_draft(section=None, body="")
    page = preview(client, article)
    assert page.status_code == 200
    assert "Port to open" in page.content.decode()
    assert "None" not in page.content.decode()
    article.refresh_from_db()
    assert article.first_published_at is None


def test_the_way_back_to_the_desk_is_told_in_the_language_of_the_story(client, editor):
    page = preview(client, make_draft("كيف", language="ar")).content.decode()
    assert "العودة إلى القصة" in page
    assert "معاينة النسخة" in page


def test_any_version_has_a_preview(client, editor):
    article = make_draft()
    publishing.save_draft(article, {"headline": "Port opens late"}, by=editor)
    publishing.save_draft(article, {"headline": "Port opens"}, by=editor)
    assert "Port opens late" in preview(client, article, version=2).content.decode()
    for number in ("9", "0", "x", "9" * 30, "\x00"):
        assert preview(client, article, version=number).status_code == 404


def test_a_preview_is_kept_out_of_caches_search_and_frames_of_others(client, editor):
    article = make_draft()
    page = preview(client, article)
    assert "no-store" in page["Cache-Control"]
    assert page["X-Robots-Tag"] == "noindex, nofollow"
    assert page["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in page["Content-Security-Policy"]
    form = client.get(f"/admin/articles/article/{article.pk}/change/")
    assert "frame-ancestors 'none'" in form["Content-Security-Policy"]
    assert form["X-Frame-Options"] == "DENY"
    words = page.content.decode()
    assert 'rel="canonical"' not in words
    assert "application/ld+json" not in words


def test_the_preview_of_a_story_never_out_says_so_and_has_nothing_to_share(client, editor):
    draft, out = make_draft(), make_article()
    link = make_link(draft)
    for page in (preview(client, draft), open_link(link)):
        words = page.content.decode()
        assert "Not published yet" in words
        for said in (draft.short_url, 'class="tools"', "sec ago"):
            assert said not in words
    words = preview(client, out).content.decode()
    assert "Not published yet" not in words
    assert '<div class="tools" inert>' in words
    assert out.short_url in words


def test_beside_its_form_it_says_nothing_of_the_desk(client, editor):
    article = make_draft()
    assert "Preview of version 1" in preview(client, article).content.decode()
    assert "Preview of version 1" not in preview(client, article, beside="").content.decode()


def test_a_preview_asks_as_much_for_ten_topics_as_for_two(client, editor):
    asked = []
    for n in (2, 10):
        topics = [make_topic(f"Topic {i}") for i in range(n)]
        article = make_draft(topics=topics, authors=[make_author(f"Author {i}") for i in range(n)])
        preview(client, article)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            preview(client, article)
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_readers_never_meet_a_page_without_its_section(client):
    article = make_article(section=make_section("World"), kicker="Harbour")
    page = client.get(article.get_absolute_url()).content.decode()
    assert '<a href="/world/">World</a> <span>Harbour</span>' in page
    assert "inert" not in page


def test_the_form_shows_where_others_would_cut_it(client, editor):
    article = make_draft("Port opens " * 8, standfirst="")
    page = client.get(f"/admin/articles/article/{article.pk}/change/").content.decode()
    assert (
        'data-card-title="60">Port opens Port opens Port opens Port opens Port opens Port…' in page
    )
    assert '155">The first boats left at dawn.</span>' in page
    assert Article.objects.get().standfirst == ""


# For people outside


def make_link(article, label="Legal", **told):
    told = {"expires_at": timezone.now() + timedelta(days=3)} | told
    return previews.make(article, by=told.pop("by", None), label=label, **told)


def open_link(link, client=None):
    return (client or Client()).get(link.get_absolute_url())


def door(client, link):
    return client.post(link.get_absolute_url(), {"open": "yes"})


def seen_in(page):
    return page.content.decode().partition('name="seen" value="')[2].partition('"')[0]


def answer(link, client=None, **told):
    client = client or Client()
    told = {"name": "Lena Ortiz", "seen": seen_in(open_link(link, client))} | told
    return client.post(link.get_absolute_url(), told)


def is_over(answer, headline="Port to open"):
    words = answer.content.decode()
    return answer.status_code == 404 and "shows no preview" in words and headline not in words


def test_a_link_shows_the_newest_words_to_somebody_without_an_account():
    article, mira = make_draft(), make_user(first_name="Mira", last_name="Lind")
    link = make_link(article, by=mira)
    publishing.autosave(article, {"headline": "Port opens early"}, by=mira)
    page = open_link(link)
    words = page.content.decode()
    for told in (
        "Port opens early",
        "This is a preview. It is not published.",
        "From <bdi>Mira Lind",
    ):
        assert told in words
    assert page["X-Robots-Tag"] == "noindex, nofollow"
    assert "no-store" in page["Cache-Control"]
    assert page["Referrer-Policy"] == "same-origin"
    assert not page.cookies
    assert "/admin/" not in words


def test_a_preview_speaks_the_language_of_its_story():
    link = make_link(make_draft("كيف", language="ar"), may_approve=True)
    assert "هذه معاينة لنص لم يُنشر." in open_link(link).content.decode()
    assert "اكتب اسمك." in answer(link, name=" ", approve="yes").content.decode()


def test_a_section_called_preview_and_preview_links_never_meet():
    section = make_section("Preview", slug="preview")
    article, link = make_article("Films to come", section=section), make_link(make_draft())
    assert len(link.token) != codes.LENGTH
    assert "Port to open" in open_link(link).content.decode()
    for address in (section.get_absolute_url(), article.get_absolute_url()):
        assert "Films to come" in Client().get(address).content.decode()
    assert Client().get(f"/preview/{article.code}/").url == article.get_absolute_url()


def test_a_link_may_show_one_version_whatever_comes_later():
    article = make_draft()
    publishing.adopt(article)
    link = make_link(article, revision=Revision.objects.get())
    publishing.autosave(article, {"headline": "Port opens early"}, by=None)
    assert "Port to open" in open_link(link).content.decode()
    Revision.objects.thin_out(timezone.now() + timedelta(days=1))
    assert "Port to open" in open_link(link).content.decode()


def test_a_link_for_outsiders_ends_when_its_time_is_over():
    link = make_link(make_draft(), expires_at=timezone.now() + timedelta(hours=1))
    with time_machine.travel(timezone.now() + timedelta(minutes=59)):
        assert open_link(link).status_code == 200
    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        assert is_over(open_link(link))
        assert is_over(answer(link, name="Lena", approve="yes"))


def test_an_answer_is_taken_though_the_story_came_out_while_it_was_written(editor):
    article = make_draft()
    publishing.adopt(article)
    link = make_link(article, may_comment=True)
    seen = seen_in(open_link(link))
    publishing.publish(article, by=editor)
    sent = answer(link, seen=seen, comment="Stop: paragraph three is libel.")
    assert "Thank you." in sent.content.decode()
    said = link.answers.get()
    assert said.comment == "Stop: paragraph three is libel."
    assert said.revision.content["headline"] == "Port to open"


def test_an_answer_that_comes_too_late_is_not_sent_and_its_words_are_shown(editor):
    link = make_link(make_draft(), may_comment=True)
    seen = seen_in(open_link(link))
    previews.revoke(link, by=editor)
    page = answer(link, seen=seen, comment="Nine, <b>not</b> eight.")
    assert is_over(page)
    assert "Nine, &lt;b&gt;not&lt;/b&gt; eight." in page.content.decode()
    assert not link.answers.exists()


def test_what_ended_says_no_more_than_what_never_was():
    article = make_draft()
    revoked, used_up, unknown = make_link(article), make_link(article, limit=1), make_link(article)
    previews.revoke(revoked, by=None)
    door(Client(), used_up)
    unknown.token = "x" * 32
    pages = [open_link(link) for link in (revoked, used_up, unknown)]
    assert all(is_over(page) for page in pages)
    assert (
        len(
            {
                page.content.replace(link.token.encode(), b"")
                for page, link in zip(pages, (revoked, used_up, unknown), strict=True)
            }
        )
        == 1
    )
    assert len({tuple(sorted(page.headers.items())) for page in pages}) == 1
    with CaptureQueriesContext(connection) as first:
        open_link(revoked)
    with CaptureQueriesContext(connection) as second:
        open_link(unknown)
    assert len(first) == len(second)


def test_looking_at_a_limited_link_does_not_open_it():
    link, reader = make_link(make_draft(), limit=1), Client()
    for _chat_program in range(3):
        page = open_link(link)
        assert "Open the preview" in page.content.decode()
        assert "Port to open" not in page.content.decode()
    assert "Port to open" not in door(reader, link).content.decode()  # leads to the page
    for _again in range(3):
        assert "Port to open" in open_link(link, reader).content.decode()
    assert is_over(open_link(link))
    assert is_over(door(Client(), link))
    link.refresh_from_db()
    assert link.opened == 1


def test_an_opening_of_one_link_opens_no_other():
    article, reader = make_draft(), Client()
    one, other = make_link(article, limit=5), make_link(article, limit=5)
    door(reader, one)
    reader.cookies["preview"]["path"] = "/"
    assert "Open the preview" in open_link(other, reader).content.decode()
    assert answer(other, reader, approve="yes").status_code == 302  # an opening, not an answer
    assert not PreviewAnswer.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_who_open_at_once_are_no_more_than_the_limit():
    link, start, let = make_link(make_draft(), limit=1), Barrier(4), []

    def press():
        start.wait()
        let.append(previews.let_in(link))
        connection.close()

    threads = [Thread(target=press) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(let) == [False, False, False, True]


def test_once_the_story_is_public_the_link_leads_to_it():
    article = make_draft()
    link, brief = (
        make_link(article),
        make_link(article, expires_at=timezone.now() + timedelta(minutes=1)),
    )
    taken_back = make_link(article)
    previews.revoke(taken_back, by=None)
    publishing.publish(article, by=None, at=timezone.now() + timedelta(hours=1))
    assert open_link(link).status_code == 200
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        for one in (link, brief):
            led = open_link(one)
            assert (led.status_code, led["Location"]) == (302, article.get_absolute_url())
            assert "no-store" in led["Cache-Control"]
        assert is_over(open_link(taken_back))


def test_a_link_to_changes_of_a_live_story_lasts_until_they_are_out():
    article = make_article()
    with pytest.raises(publishing.Refused, match="Readers see all of it already"):
        make_link(article)
    article.refresh_from_db()
    publishing.save_draft(article, {"headline": "Port opens early"}, by=None)
    link = make_link(article)
    page = open_link(link).content.decode()
    assert "Port opens early" in page
    assert "This is a preview of changes." in page
    publishing.fix(article, by=None)
    assert open_link(link)["Location"] == article.get_absolute_url()


def test_what_is_taken_from_readers_is_taken_from_outsiders():
    for end in ("spike", "withdraw", "kill"):
        article = make_draft()
        link = make_link(article)
        if end == "spike":
            publishing.spike(article, by=None)
        else:
            publishing.publish(article, by=None)
            told = {"reason": "A court said so."} if end == "kill" else {}
            getattr(publishing, end)(article, by=None, **told)
        assert is_over(open_link(link)), end
        with pytest.raises(publishing.Refused):
            previews.answer(link, revision=link.shown(), name="Lena", comment="Fine")


def test_somebody_outside_approves_a_version_and_comments(client, editor):
    article = make_draft()
    link = make_link(article, may_approve=True, may_comment=True)
    reader = Client()
    seen = seen_in(open_link(link, reader))
    publishing.autosave(article, {"kicker": "Harbour"}, by=editor)
    sent = answer(link, reader, seen=seen, comment=" Nine, not eight. ", approve="yes")
    assert sent["Location"].endswith("?sent#answer")
    page = reader.get(sent["Location"]).content.decode()
    assert "Sent to the newsroom." in page
    assert 'required value="Lena Ortiz"' in page  # they need not write their name again
    said = PreviewAnswer.objects.select_related("revision").get()
    assert (said.is_approval, said.comment, said.revision.number) == (True, "Nine, not eight.", 1)
    form = client.get(f"/admin/articles/article/{article.pk}/change/").content.decode()
    assert "Approved" in form
    assert "Lena Ortiz" in form
    assert "(version 1)" in form
    page = client.get(f"/admin/articles/article/{article.pk}/previews/").content.decode()
    assert "Nine, not eight." in page
    assert f"/admin/articles/article/{article.pk}/history/?a=1&amp;b=2" in page


def test_whoever_made_a_link_finds_in_the_inbox_what_is_said_through_it(client, editor):
    article, other = make_draft("Port to open"), make_user("other")
    link = make_link(article, by=editor, may_approve=True, may_comment=True)
    answer(link, approve="yes")
    answer(link, comment="Nine, not eight.")
    answer(make_link(article, by=other, may_comment=True), comment="To somebody else.")
    page = client.get("/admin/inbox/").content.decode()
    assert '<span class="count">2<' in page
    assert "Approved by <bdi>Lena Ortiz</bdi>" in page
    assert "Nine, not eight." in page
    assert "To somebody else." not in page
    board = client.get("/admin/").content.decode()
    assert "Approved by Lena Ortiz" in board
    comment = PreviewAnswer.objects.get(comment="Nine, not eight.")
    opened = client.get(f"/admin/inbox/answer/{comment.pk}/")
    assert opened.url == f"/admin/articles/article/{article.pk}/previews/#answer-{comment.pk}"
    assert '<span class="count">1<' in client.get("/admin/").content.decode()
    assert f'id="answer-{comment.pk}"' in client.get(opened.url).content.decode()
    page = client.get("/admin/inbox/").content.decode()
    assert '<span class="count">' not in page  # the page of links showed the approval too
    assert "Nine, not eight." in page
    unread = PreviewAnswer.objects.unread().get()
    assert client.get(f"/admin/inbox/answer/{unread.pk}/").status_code == 404
    client.post("/admin/inbox/", {"answer": [unread.pk]})
    assert PreviewAnswer.objects.unread().exists()


def test_all_answers_of_people_outside_are_read_at_once(client, editor):
    link = make_link(make_draft(), by=editor, may_approve=True)
    answer(link, approve="yes")
    page = client.get("/admin/inbox/").content.decode()
    said = PreviewAnswer.objects.get()
    assert f'name="answer" value="{said.pk}"' in page
    client.post("/admin/inbox/", {"answer": [said.pk, "x", "9" * 30]})
    assert not PreviewAnswer.objects.unread().exists()


def test_an_answer_leads_to_the_story_whoever_may_no_longer_show_it(client):
    reporter = make_user("jonas", "Reporters")
    client.force_login(reporter)
    link = make_link(make_draft(created_by=reporter), by=reporter, may_comment=True)
    answer(link, comment="Fine.")
    publishing.submit(link.article, by=reporter)
    publishing.approve(link.article, by=None)
    said = PreviewAnswer.objects.get()
    opened = client.get(f"/admin/inbox/answer/{said.pk}/")
    assert opened.url == f"/admin/articles/article/{link.article_id}/change/"
    assert client.get(opened.url).status_code == 200
    publishing.publish(link.article, by=None)
    publishing.kill(link.article, by=None, reason="A court said so.")
    assert client.get(f"/admin/inbox/answer/{said.pk}/").status_code == 404
    assert "Fine." not in client.get("/admin/inbox/").content.decode()


def test_the_inbox_asks_as_much_for_ten_answers_of_people_outside_as_for_two(client, editor):
    asked = []
    for n in (2, 10):
        while PreviewAnswer.objects.count() < n:
            link = make_link(make_draft(), may_comment=True, by=editor)
            previews.answer(link, revision=link.shown(), name="Lena", comment="Fine")
        for page in ("/admin/inbox/", "/admin/"):
            client.get(page)
            with CaptureQueriesContext(connection) as queries:
                client.get(page)
            asked.append(len(queries))
    assert asked[:2] == asked[2:]


def test_an_answer_that_does_not_fit_is_refused_and_its_words_are_kept():
    article = make_draft()
    link = make_link(article, may_comment=True)
    for told, sentence in (
        ({"comment": "Fine.", "name": " "}, "Write your name."),
        ({"comment": " "}, "Write a comment."),
        ({"comment": "Fine.", "name": "\x00"}, "Write your name."),
        ({"comment": "\x00\x01"}, "Write a comment."),
        ({"comment": "Fine.", "approve": "yes"}, "This link asks for no approval."),
        ({"comment": "Fine.", "seen": "1.1:made-up"}, "The form was not complete."),
    ):
        page = answer(link, **told)
        assert page.status_code == 422
        assert sentence in page.content.decode()
        assert told["comment"].strip(" \x00\x01") in page.content.decode()
    assert answer(make_link(article), comment="Fine.").status_code == 422  # it asks for none
    assert not PreviewAnswer.objects.exists()
    page = answer(link, name="A\x00B" * 99, comment="x\x00" * 9999)
    assert page.status_code == 302
    for strange in ({"open": "yes"}, {"seen": "é" * 9}, {}):
        assert Client().post(link.get_absolute_url(), strange).status_code == 422
    assert Client().put(link.get_absolute_url()).status_code == 405


def test_an_answer_is_kept_once_and_a_link_takes_only_so_many():
    link = make_link(make_draft(), may_approve=True, may_comment=True)
    for _double in range(2):
        answer(link, approve="yes")
    assert PreviewAnswer.objects.count() == 1
    for n in range(ANSWERS_A_LINK + 1):
        page = answer(link, comment=f"Word {n}")
    assert "takes no more answers" in page.content.decode()
    assert PreviewAnswer.objects.count() == ANSWERS_A_LINK


def test_an_answer_is_asked_for_with_a_token_of_its_page():
    link, reader = make_link(make_draft(), may_approve=True), Client(enforce_csrf_checks=True)
    page = open_link(link, reader)
    told = {"name": "Lena", "seen": seen_in(page), "approve": "yes"}
    assert reader.post(link.get_absolute_url(), told).status_code == 403
    token = page.content.decode().partition('csrfmiddlewaretoken" value="')[2].partition('"')[0]
    assert (
        reader.post(link.get_absolute_url(), told | {"csrfmiddlewaretoken": token}).status_code
        == 302
    )


def test_the_database_keeps_what_a_link_promises():
    link = make_link(make_draft(), limit=1)
    for wrong in ({"opened": 2}, {"limit": 0}, {"expires_at": link.made_at}):
        with pytest.raises(IntegrityError), transaction.atomic():
            PreviewLink.objects.filter(pk=link.pk).update(**wrong)


# Links, at the desk


def links_page(client, article, **told):
    address = f"/admin/articles/article/{article.pk}/previews/"
    if told:
        told = {"label": "Legal", "ends": "days", "shows": "newest"} | told
        return client.post(address, told, follow=True).content.decode()
    return client.get(address).content.decode()


def test_an_editor_makes_copies_and_takes_back_a_link(client, editor):
    article = make_draft()
    page = links_page(client, article, may_approve="on", limit="5", shows="this", ends="week")
    link = PreviewLink.objects.get()
    assert "Made a preview link for Legal." in page
    assert f'data-copy="{link.address}"' in page
    assert "opened 0 of 5 times" in page
    assert (link.made_by, link.may_approve, link.may_comment) == (editor, True, False)
    assert (link.expires_at - link.made_at).days in (6, 7)
    assert link.revision.number == 1
    page = links_page(client, article, _revoke=link.pk)
    assert "Took back the preview link for Legal." in page
    assert link.address not in page
    assert is_over(open_link(link))


def test_a_link_that_cannot_be_made_is_refused_with_a_sentence(client, editor):
    article = make_draft()
    for told, sentence in (
        ({"label": " "}, "Write down for whom it is."),
        ({"label": "A\x00"}, "Null characters are not allowed."),
        ({"label": "\x01"}, "Write down for whom it is."),
        ({"ends": "moment", "at": "2999-01-01T10:00"}, "A link lasts at most 30 days."),
        ({"ends": "moment"}, "Choose a day and an hour."),
        ({"ends": "moment", "at": "2020-01-01T10:00"}, "That moment is over."),
        ({"ends": "never"}, "never is not one of the available choices."),
        ({"limit": "0"}, "greater than or equal to 1"),
        ({"limit": "9" * 400}, "less than or equal to 1000"),
        ({"_revoke": "x"}, "There is no such link."),
        ({"_revoke": "9" * 30}, "There is no such link."),
    ):
        assert sentence in links_page(client, article, **told), told
    other = make_link(make_draft("Another"))
    assert "There is no such link." in links_page(client, article, _revoke=other.pk)
    other.refresh_from_db()
    assert other.revoked_at is None
    assert list(PreviewLink.objects.all()) == [other]
    assert "At most 30 days from now." in links_page(client, article)


def test_the_page_of_links_asks_as_much_for_thirty_as_for_three(client, editor):
    article, asked = make_draft(), []
    for n in (3, 30):
        while PreviewLink.objects.count() < n:
            link = make_link(article, may_comment=True, by=editor)
            previews.answer(link, revision=link.shown(), name="Lena", comment="Fine")
        links_page(client, article)
        with CaptureQueriesContext(connection) as queries:
            links_page(client, article)
        asked.append(len(queries))
    assert asked[0] == asked[1]
