"""The body of a story in a real browser: what an editor writes, and what readers do with it."""

import pytest

from articles import richtext
from tests.browser.test_desk import open_story
from tests.factories import make_article, make_draft, make_user
from tests.test_embeds import VIDEO

PLAYER = "<title>Player</title><button>Play</button>"


def test_a_video_loads_when_a_reader_asks_and_nothing_moves(site, page):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.route(
        "https://www.youtube-nocookie.com/**",
        lambda route: route.fulfill(content_type="text/html", body=PLAYER),
    )
    body = f'<p>Before</p><div data-embed="{VIDEO}"></div><p>After</p>'
    page.goto(site + make_article(body=body).get_absolute_url())
    page.wait_for_load_state("networkidle")
    assert all(address.startswith(site) for address in asked), asked
    before = page.locator("text=After").bounding_box()
    page.click("text=Load the video from YouTube")
    frame = page.frame_locator(".embed iframe")
    assert frame.locator("button").inner_text() == "Play"
    assert page.evaluate("document.activeElement.title").startswith("YouTube: ")
    assert "allow-top-navigation" not in page.get_attribute("iframe", "sandbox")
    assert page.locator("text=After").bounding_box() == before
    assert page.get_by_text("Open on youtube.com").is_visible()


def test_without_script_an_embed_is_a_link(site, open_window):
    page = open_window(java_script_enabled=False)
    page.goto(site + make_article(body=f'<div data-embed="{VIDEO}"></div>').get_absolute_url())
    assert page.get_by_text("Open on youtube.com").get_attribute("href") == VIDEO
    assert not page.get_by_text("Load the video").is_visible()


@pytest.fixture
def write(sign_in, site, page):
    """A function: open a draft with this body, the cursor in it."""

    def write(body=""):
        make_user("editor")
        sign_in(page, "editor")
        open_story(page, site, make_draft(body=body))
        page.focus(".ProseMirror")

    return write


def made(page):
    return page.evaluate("document.querySelector('.ProseMirror').editor.getHTML()")


def test_a_link_to_a_story_outlives_the_name_of_the_site(write, site, page):
    story = make_article("Harbour bridge opens")
    write("<p>The bridge</p>")
    page.keyboard.press("Control+a")
    page.keyboard.press("Control+k")
    page.keyboard.type("bridge harb")
    page.wait_for_selector(".story-list button")
    page.keyboard.press("Enter")  # to the story that was found
    page.keyboard.press("Enter")
    inside = f'<p><a href="{story.get_absolute_url()}">The bridge</a></p>'
    assert made(page) == inside
    page.keyboard.press("Control+k")
    page.keyboard.press("Control+a")
    page.keyboard.type(f"{site}/latest/")
    page.keyboard.press("Enter")
    assert made(page) == '<p><a href="/latest/">The bridge</a></p>'
    page.keyboard.press("Control+k")
    page.keyboard.press("Control+a")
    page.keyboard.type("no address")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Write an address such as")
    page.click("text=Remove the link")
    assert made(page) == "<p>The bridge</p>"


def test_a_card_of_another_story_is_chosen_by_keyboard(write, page):
    story = make_article("Harbour bridge opens")
    write("<p>Words</p>")
    page.click(".prose-menubar >> text=Read also")
    page.keyboard.type("bridge")
    page.wait_for_selector(".story-list button")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_selector(".embed-card >> text=Harbour bridge opens")
    assert made(page) == f'<p>Words</p><aside data-story="{story.code}"></aside>'
    assert richtext.clean(made(page)) == made(page)
