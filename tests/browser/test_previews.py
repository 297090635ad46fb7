"""The story beside its form, as readers would see it."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from articles import previews
from articles.models import PreviewAnswer
from tests.browser.test_desk import a_moment
from tests.factories import make_article, make_draft, make_user

AT_ONCE = 0.1  # seconds; an editor waits longer


@pytest.fixture(autouse=True)
def editor(transactional_db, settings):
    settings.AUTOSAVE_AFTER = AT_ONCE
    return make_user("editor", first_name="Mira", last_name="Lind")


def open_story(page, site, article):
    page.goto(f"{site}/admin/articles/article/{article.pk}/change/")
    page.wait_for_selector(".ProseMirror")


def inside(page):
    return page.frame_locator("[data-preview-panel] iframe")


def test_the_preview_follows_the_typing_at_once(sign_in, site, page, settings):
    settings.AUTOSAVE_AFTER = 60  # nothing is saved meanwhile
    sign_in(page, "editor")
    open_story(page, site, make_article(kicker="Harbour"))
    page.focus("#id_headline")
    page.keyboard.press("Alt+p")
    inside(page).locator("h1", has_text="Port opens").wait_for()
    assert page.evaluate("document.activeElement.id") == "id_headline"
    page.fill("#id_headline", "Port opens early")
    page.fill("#id_standfirst", "Nobody waved.")
    page.fill("#id_kicker", "")
    assert inside(page).locator("h1").inner_text() == "Port opens early"
    assert inside(page).locator(".standfirst").inner_text() == "Nobody waved."
    assert inside(page).locator(".kicker span").count() == 0


def test_the_preview_is_drawn_again_after_each_save_where_it_stood(sign_in, site, page):
    sign_in(page, "editor")
    article = make_draft(body="<p>The first boats left at dawn.</p>" * 60)
    open_story(page, site, article)
    page.keyboard.press("Alt+p")
    inside(page).locator("h1").wait_for()
    open_story(page, site, article)  # in this browser it stands open from now on
    inside(page).locator("h1").wait_for()
    frame = page.query_selector("[data-preview-panel] iframe").content_frame()
    frame.evaluate("scrollTo({ top: 500, behavior: 'instant' })")
    page.focus(".ProseMirror")
    page.keyboard.type("Gulls cried. ")
    inside(page).locator(".prose >> text=Gulls cried.").wait_for()
    assert frame.evaluate("scrollY") == 500


def test_the_preview_opens_at_the_words_that_are_being_written(sign_in, site, page):
    sign_in(page, "editor")
    body = "".join(f"<p>Boat {n} left at dawn.</p>" for n in range(100, 200))
    open_story(page, site, make_draft(body=body))
    page.click(".ProseMirror p:text-is('Boat 170 left at dawn.')")
    a_moment(page)
    page.keyboard.press("Alt+p")
    words = inside(page).locator(".prose p", has_text="Boat 170 left at dawn.")
    expect(words).to_be_in_viewport()


def test_the_preview_has_three_widths_and_closes_by_the_keyboard(sign_in, site, page):
    sign_in(page, "editor")
    open_story(page, site, make_draft())
    page.click("[data-preview]")
    inside(page).locator("h1").wait_for()
    for name, width in (("Desktop", 1280), ("Tablet", 820), ("Phone", 390)):
        page.click(f"[data-preview-panel] >> text={name}")
        assert page.evaluate("document.querySelector('.screen iframe').clientWidth") == width
        shown = page.locator(".screen iframe").bounding_box()
        place = page.locator(".screen").bounding_box()
        assert shown["width"] == pytest.approx(place["width"], abs=1)
        assert shown["height"] == pytest.approx(place["height"], abs=1)
    inside(page).locator("h1").click()
    page.keyboard.press("Alt+p")  # pressed in the frame
    page.wait_for_selector("[data-preview-panel]", state="hidden")
    assert page.get_attribute("[data-preview]", "aria-pressed") == "false"


def test_what_leads_into_the_covered_side_closes_the_preview(sign_in, site, page):
    sign_in(page, "editor")
    article = make_draft(standfirst="Nobody waved.")
    open_story(page, site, article)
    page.keyboard.press("Alt+p")
    page.click("[data-details]")
    assert page.evaluate("document.activeElement.id") == "rail"
    for lead in ("dialog", "key"):
        page.keyboard.press("Alt+p")
        page.wait_for_selector("[data-preview-panel]")
        if lead == "dialog":
            page.click("[data-go]")
            page.click("dialog li:has-text('No byline.') a")
        else:
            page.focus(".ProseMirror")
            page.keyboard.press("Alt+c")
        page.wait_for_selector("#rail :focus")
        assert page.is_hidden("[data-preview-panel]")
    page.keyboard.press("Alt+p")
    page.goto(f"{site}/admin/articles/article/add/")
    page.wait_for_selector(".ProseMirror")
    assert page.is_hidden("[data-preview-panel]")


def test_a_link_in_the_preview_leaves_it_where_it_is(sign_in, site, page):
    sign_in(page, "editor")
    open_story(page, site, make_article())
    page.keyboard.press("Alt+p")
    with page.context.expect_page() as opened:
        inside(page).locator(".kicker a").click()
    opened.value.wait_for_url("**/world/")
    assert inside(page).locator("h1").inner_text() == "Port opens"


def test_on_a_phone_the_preview_of_a_new_story_covers_the_page(sign_in, site, open_window):
    page = open_window(viewport={"width": 390, "height": 800})
    sign_in(page, "editor")
    page.goto(f"{site}/admin/articles/article/add/")
    page.wait_for_selector(".ProseMirror")
    page.click("[data-preview]")
    page.wait_for_selector("text=The preview begins with the first save.")
    assert page.evaluate("document.activeElement.hasAttribute('data-preview-close')")
    assert page.evaluate("document.querySelector('.story-main').inert")
    page.keyboard.press("Escape")
    page.fill("#id_headline", "Port to open")
    page.wait_for_url("**/change/")
    page.click("[data-preview]")
    inside(page).locator("h1", has_text="Port to open").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_search_and_shared_links_follow_the_typing(sign_in, site, page):
    sign_in(page, "editor")
    open_story(page, site, make_draft())
    page.fill("#id_headline", "Port opens " * 8)
    page.wait_for_selector("[data-card-title]:text-is('" + ("Port opens " * 6)[:59] + "…')")
    page.fill("#id_standfirst", "Nobody waved.")
    page.wait_for_selector(".card-search [data-card-summary]:text-is('Nobody waved.')")
    page.click("text=Shared link")
    assert page.inner_text(".card-shared [data-card-summary]") == "Nobody waved."


def test_somebody_outside_opens_a_link_and_approves(site, open_window, editor):
    link = previews.make(
        make_draft(),
        by=editor,
        label="Legal",
        expires_at=timezone.now() + timedelta(days=1),
        limit=1,
        may_approve=True,
        may_comment=True,
    )
    page = open_window(viewport={"width": 390, "height": 800})
    page.goto(site + link.get_absolute_url())
    page.click("text=Open the preview")
    page.wait_for_selector("text=This is a preview. It is not published.")
    page.fill("#answer-name", "Lena Ortiz")
    page.keyboard.press("Enter")  # approves nothing
    page.fill("#answer-comment", "Nine, not eight.")
    page.click("text=Approve")
    page.wait_for_selector("text=Sent to the newsroom. Thank you.")
    said = PreviewAnswer.objects.get()
    assert (said.name, said.is_approval, said.comment) == ("Lena Ortiz", True, "Nine, not eight.")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
