"""The jobs of the desk, done by keyboard in the presses that its design allows."""

import pytest
from playwright.sync_api import expect

from articles import publishing
from articles.models import Article, Kind, ScheduledPublication, Status
from tests.browser.test_autosave import waiting_in
from tests.browser.test_desk import a_moment
from tests.factories import make_article, make_author, make_draft, make_picture, make_user


@pytest.fixture
def article(transactional_db):
    return make_article("Port opens", body="<p>It has eight berths.</p>", minutes_old=600)


@pytest.fixture
def page(open_window, sign_in, site, article):
    """The story, opened by an editor: the first press."""
    make_user("editor")
    page = open_window()
    sign_in(page, "editor")
    page.goto(f"{site}/admin/articles/article/{article.pk}/change/")
    page.wait_for_function("() => document.querySelector('.ProseMirror')?.editor")
    return page


def type_at_the_end(page, words):
    page.fill("#id_kicker", words)


def ask_to_publish(page):
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("form.publish")


def test_a_fix_is_three_presses(page, article):
    type_at_the_end(page, "Harbour")
    ask_to_publish(page)
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("text=Published the fix")
    article.refresh_from_db()
    assert article.kicker == "Harbour"
    assert not article.is_updated
    page.click(".messagelist >> text=Undo?")
    page.wait_for_selector("text=/Bring back version [0-9]+ as a draft/")


def test_who_publishes_from_the_middle_of_a_long_story_stands_there_again(page, site, article):
    long = "".join(f"<p>Berth {n} is open.</p>" for n in range(200))
    article.refresh_from_db()
    publishing.fix(article, {"body": long}, by=None)
    page.goto(f"{site}/admin/articles/article/{article.pk}/change/")
    page.click(".ProseMirror p:text-is('Berth 120 is open.')")
    a_moment(page)
    page.keyboard.press("End")
    page.keyboard.type(" Now")
    top = page.evaluate("scrollY")
    ask_to_publish(page)
    assert waiting_in(page) == 0  # nothing has to come back once the page is drawn anew
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    page.wait_for_selector(".ProseMirror:focus")
    expect(page.locator("[data-toast]")).to_contain_text("Published the fix")
    assert abs(page.evaluate("scrollY") - top) < 100
    page.keyboard.type(", all day")
    line = page.locator(".ProseMirror p", has_text="Berth 120")
    expect(line).to_have_text("Berth 120 is open. Now, all day")


def test_who_looks_at_publishing_and_goes_back_has_saved(page, article, settings):
    settings.AUTOSAVE_AFTER = 60  # only Publish… sends words
    page.reload()
    page.wait_for_function("() => document.querySelector('.ProseMirror')?.editor")
    page.fill("#id_headline", "Port opens nine berths")
    ask_to_publish(page)
    page.keyboard.press("Escape")
    expect(page.locator(".bar-state")).to_contain_text("Published, changed")
    expect(page.locator("[data-saved]")).to_contain_text("Saved")
    assert waiting_in(page) == 0
    article.refresh_from_db()
    assert article.headline == "Port opens"


def test_half_a_correction_waits_for_whoever_looks_at_the_story_again(page, article):
    type_at_the_end(page, "Harbour")
    ask_to_publish(page)
    page.get_by_role("radio", name="Correction").check()
    page.fill("#note", "An earlier version said that it had nine.")
    page.keyboard.press("Escape")
    expect(page.locator("dialog.over-story")).to_have_count(0)
    ask_to_publish(page)
    assert page.get_by_role("radio", name="Correction").is_checked()
    assert page.input_value("#note") == "An earlier version said that it had nine."


def test_what_is_typed_while_the_page_opens_is_published_too(page, article):
    page.locator(".ProseMirror p").click()
    a_moment(page)
    page.keyboard.press("End")
    page.keyboard.type(" Now.")
    page.keyboard.press("Control+Enter")
    page.keyboard.type(" Late words.")
    page.wait_for_selector("form.publish")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("text=/Published the (fix|update)/")
    article.refresh_from_db()
    assert article.body == "<p>It has eight berths. Now. Late words.</p>"


def test_nothing_is_saved_beside_what_publish_is_sending(page, article, settings):
    settings.AUTOSAVE_AFTER = 0.3
    page.reload()
    page.wait_for_function("() => document.querySelector('.ProseMirror')?.editor")
    held, saved = [], []
    page.route(
        "**/change/",
        lambda route: held.append(route) if route.request.method == "POST" else route.continue_(),
    )
    page.on("request", lambda asked: asked.url.endswith("/autosave/") and saved.append(asked))
    page.fill("#id_kicker", "Harbour")
    page.keyboard.press("Control+Enter")
    page.evaluate("new Promise(done => setTimeout(done, 1000))")
    held.pop().continue_()
    page.wait_for_selector("form.publish")
    assert not saved
    assert waiting_in(page) == 0


def test_a_correction_is_four_presses(page, article):
    page.fill("#id_headline", "Port opens nine berths")
    page.fill("#id_headline", "Port of 9 berths opens")
    ask_to_publish(page)
    page.get_by_role("radio", name="Correction").check()
    assert page.evaluate("document.querySelector('#note').validationMessage") == (
        "A correction needs its note."
    )
    page.fill("#note", "Nine berths, not eight.")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("text=Published the correction")
    assert article.corrections.get().text == "Nine berths, not eight."


def test_an_update_is_scheduled_in_four_presses_and_a_fix_follows_in_three(page, article):
    type_at_the_end(page, "Tonight")
    ask_to_publish(page)
    page.get_by_role("radio", name="Update").check()
    page.get_by_role("radio", name="At a time").check()
    page.locator("[data-at]").first.click()
    page.wait_for_selector("role=button[name=/Schedule the update for/]")
    page.keyboard.press("Enter")  # the button has the focus now
    page.wait_for_selector("text=Set for")
    waiting = ScheduledPublication.objects.get()
    assert (waiting.kind, waiting.revision.content["kicker"]) == (Kind.UPDATE, "Tonight")
    assert page.input_value("#id_kicker") == ""  # the desk has the words that readers have
    page.fill("#id_headline", "Port opens.")
    ask_to_publish(page)
    expect(page.get_by_role("dialog")).to_contain_text("It will be kept in step.")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("text=Published the fix")


def test_back_to_writing_goes_on_with_the_same_story(page, article):
    type_at_the_end(page, "Harbour")
    ask_to_publish(page)
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.fill("#id_kicker", "Harbour news")
    ask_to_publish(page)
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("text=Published the fix")
    article.refresh_from_db()
    assert article.kicker == "Harbour news"
    assert not article.revisions.filter(kind=Kind.REFUSED).exists()


def test_a_stopped_publication_says_why_and_leads_back_to_the_very_words(page, site, article):
    page.locator(".ProseMirror").click()
    a_moment(page)
    page.keyboard.press("Control+Home")
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    a_moment(page)
    ask_to_publish(page)
    expect(page.get_by_role("button", name="Publish the fix")).to_be_disabled()
    page.keyboard.press("Control+Enter")  # a fix of nothing
    expect(page.locator("#nothing-new")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("dialog.over-story")).to_have_count(0)  # not only unseen: gone
    page.keyboard.type("rty")
    expect(page.locator(".ProseMirror p")).to_have_text("It rtyhas eight berths.")
    page.fill("#id_kicker", "x" * 80)
    expect(page.locator(".field-kicker .guide")).to_have_text("60: full, no more fits")

    page.goto(f"{site}/admin/articles/article/{make_draft(section=None).pk}/change/")
    page.focus("#id_headline")
    ask_to_publish(page)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#blocked")).to_be_focused()
    page.click("text=Back to writing")
    expect(page.locator("#id_headline")).to_be_focused()


def test_who_writes_and_does_not_publish_is_told_so(site, sign_in, open_window, article):
    amal = make_user("amal", "Reporters")
    window = open_window(viewport={"width": 390, "height": 700})
    sign_in(window, "amal")
    draft = make_draft(created_by=amal, body="<p>Nobody waved.</p>" * 30)
    window.goto(f"{site}/admin/articles/article/{draft.pk}/change/")
    window.wait_for_function("() => document.querySelector('.ProseMirror')?.editor")
    window.locator(".ProseMirror p").last.click()
    a_moment(window)
    window.keyboard.press("End")
    window.keyboard.press("Control+Enter")
    expect(window.locator("[data-toast]")).to_contain_text("You may write but not publish.")
    for _ in range(4):  # the line that is written stays above the bar of a phone
        window.keyboard.press("Enter")
        window.keyboard.type("Boats " * 12)
        foot = window.evaluate("getSelection().getRangeAt(0).getBoundingClientRect().bottom")
        assert foot < window.locator(".bar-acts").bounding_box()["y"]
    window.click("text=Send to review")
    window.click("[data-close-message]")
    expect(window.locator(".messagelist li")).to_have_count(0)


def test_who_came_too_late_is_led_from_the_button_to_both_texts(page, article, open_window):
    open_window.may_fail.append("/autosave/")  # if it comes first, it is told so
    article.refresh_from_db()
    publishing.save_draft(article, {"kicker": "Theirs"}, by=None)
    type_at_the_end(page, "Mine")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("text=saved while you were writing")


def test_a_new_story_is_written_and_published_in_seven_presses(page, site, article):
    make_author("Sana Okafor")
    make_picture("boat.png")
    page.click("text=New story")
    page.wait_for_url("**/add/")
    page.wait_for_function("() => document.querySelector('.ProseMirror')?.editor")
    page.keyboard.type("Ferries sail again")
    page.select_option("#id_section", label="World")
    page.fill("#id_byline_add", "sana")
    page.keyboard.press("Enter")
    page.click("text=Choose a picture…")
    page.locator(".chooser-list button").first.click()
    expect(page.locator("dialog.chooser")).to_have_count(0)
    ask_to_publish(page)
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(".messagelist .success")
    story = Article.objects.get(headline="Ferries sail again")
    assert story.status == Status.PUBLISHED
    assert str(story.bylines.get()) == "Sana Okafor"
    assert story.lead_image.caption == "The first boat."


def test_a_draft_is_reviewed_and_published_in_one_press_and_three(
    open_window, sign_in, site, transactional_db
):
    reporter, page = make_user("reporter", "Reporters"), open_window()
    draft = make_draft(created_by=reporter)
    sign_in(page, "reporter")
    page.goto(f"{site}/admin/articles/article/{draft.pk}/change/")
    page.click("text=Send to review")
    page.wait_for_selector("text=It waits for review")
    make_user("senior")
    page = open_window()
    sign_in(page, "senior")
    page.goto(f"{site}/admin/")
    page.click("#review .title")
    page.wait_for_url("**/change/")
    page.wait_for_function("() => document.querySelector('.ProseMirror')?.editor")
    ask_to_publish(page)
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(".messagelist .success")
    draft.refresh_from_db()
    assert draft.status == Status.PUBLISHED


def test_an_earlier_version_is_brought_back_in_five_presses(page, article):
    article.refresh_from_db()
    publishing.fix(article, {"headline": "Port closes"}, by=None)
    publishing.fix(article, {"kicker": "Harbour"}, by=None)
    page.reload()
    page.click(".next-step >> text=History")
    page.check("[name=a][value='1']")
    page.click("text=Bring back version 1 as a draft")
    page.wait_for_url("**/change/")
    page.wait_for_function("() => document.querySelector('.ProseMirror')?.editor")
    ask_to_publish(page)
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("text=Published the fix")
    article.refresh_from_db()
    assert (article.headline, article.kicker) == ("Port opens", "")
