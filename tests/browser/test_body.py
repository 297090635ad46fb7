"""The body of a story in a real browser: what an editor writes, and what readers do with it."""

from tests.factories import make_article
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
