"""What readers see and do, in a real browser."""

import re
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.request import urlopen

import pytest
import time_machine
from django.utils import timezone

from articles import publishing
from articles.models import Article
from tests.factories import make_article, make_author, make_picture, make_section

DESKTOP, TABLET, PHONE = 1280, 768, 360


def story(headline):
    return Article.objects.get(headline__startswith=headline)


def reader_pages():
    arabic = Article.objects.filter(language="ar").first()
    for article in (arabic, story("How an embargo")):
        change(article)
    return {
        "front": "/",
        "full story": story("Putin thanks Kim").get_absolute_url(),
        "brief story": story("Greta Thunberg").get_absolute_url(),
        "right-to-left story": arabic.get_absolute_url(),
        "changes": story("How an embargo").get_changes_url(),
        "changes compared": story("How an embargo").get_changes_url() + "?from=1&to=4",
        "right-to-left changes": arabic.get_changes_url(),
        "section": "/world/",
        "topic": "/topic/kursk/",
        "author": "/author/newsroom-staff/",
        "latest": "/latest/",
        "corrections": "/corrections/",
        "page about the house": "/about/",
        "search": "/search/?q=kursk",
        "nothing found": "/search/?q=zzzz",
        "short URL": "/" + story("Putin thanks Kim").code + "+",
    }


def change(article):
    """Give a story four versions that readers saw, of which one is hidden from them."""
    if article.revisions.seen_by_readers().count() > 1:
        return
    publishing.adopt(article)
    with time_machine.travel(datetime(2025, 5, 2, 9, tzinfo=UTC)):  # no time counts on
        publishing.update(article, {"standfirst": "7 " * 40}, by=None, note="7 berths")
        hidden = article.live
        publishing.fix(article, {"body": article.body.replace(" ", " 7 ", 3)}, by=None)
        publishing.hide_version(article, hidden, by=None, because="Removed on legal advice.")
        publishing.correct(article, {"kicker": "Nine" * 15}, by=None, text="Nine, not eight.")


def too_wide(page):
    """What makes a page wider than its window; nothing, if the page is not."""
    return page.evaluate(
        """() => document.documentElement.scrollWidth <= innerWidth ? [] :
        [...document.body.querySelectorAll("*")].map(e => [e, e.getBoundingClientRect()])
        .filter(([e, box]) => box.right > innerWidth || box.x < 0)
        .map(([e]) => e.outerHTML.slice(0, 80))"""
    )


def test_no_page_is_wider_than_the_window(paper, open_window):
    wide, page = [], open_window()
    for name, address in reader_pages().items():
        page.goto(paper + address)
        for width in (320, PHONE, TABLET, DESKTOP):
            page.set_viewport_size({"width": width, "height": 900})
            if found := too_wide(page):
                wide.append((name, width, found))
    assert not wide


WATCH_SHIFTS = (
    "window.shift = 0; new PerformanceObserver(list => list.getEntries().forEach("
    "entry => window.shift += entry.value)).observe({type: 'layout-shift', buffered: true})"
)


@pytest.fixture
def slow_line(paper):
    """The address of the same paper over a line that brings a story's head tag by tag."""

    class Slowly(BaseHTTPRequestHandler):
        def do_GET(self):
            with urlopen(paper + self.path) as answer:
                body, kind = answer.read(), answer.headers["Content-Type"]
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.end_headers()
            start, end = body.find(b"<body"), body.find(b'<div class="prose">')
            with suppress(ConnectionError):  # the browser has seen enough
                if "html" in kind:
                    self.wfile.write(body[:start])
                    for tag in re.findall(rb"<[^>]*>|[^<]+", body[start:end]):
                        self.wfile.write(tag)
                        time.sleep(0.04)  # two frames
                    body = body[end:]
                self.wfile.write(body)

        def log_message(self, *words):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Slowly)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_nothing_moves_however_slowly_a_story_arrives(slow_line, open_window, width):
    page = open_window(viewport={"width": width, "height": 1100})
    page.add_init_script(WATCH_SHIFTS)
    page.goto(slow_line + story("Putin thanks Kim").get_absolute_url(), timeout=60_000)
    assert page.evaluate("window.shift") == 0


def test_nothing_moves_while_a_page_loads(paper, open_window):
    page = open_window(viewport={"width": PHONE, "height": 700})
    page.add_init_script(WATCH_SHIFTS)
    shifts = {}
    for name, address in reader_pages().items():
        page.goto(paper + address, wait_until="networkidle")
        page.evaluate("scrollTo(0, document.body.scrollHeight)")
        page.wait_for_timeout(200)
        if shift := page.evaluate("window.shift"):
            shifts[name] = shift
    assert not shifts


def test_a_page_asks_nobody_but_us(paper, page):
    asked = set()
    page.on("request", lambda request: asked.add(request.url))
    for address in reader_pages().values():
        page.goto(paper + address, wait_until="networkidle")
    assert [url for url in asked if not url.startswith(paper)] == []


def test_no_script_holds_up_the_first_paint(paper, page):
    page.goto(paper + reader_pages()["full story"])
    blocking = page.evaluate(
        "[...document.scripts].filter(s => s.src && !s.defer && !s.async).length"
    )
    assert blocking == 0


def test_the_kursk_story_shows_all_that_its_editors_wrote(paper, page):
    page.goto(paper + story("Putin thanks Kim").get_absolute_url())
    assert page.inner_text("h1").startswith("Putin thanks Kim for North Korean troops’ part")
    assert "Updated 28 April 2025, 13:05 UTC" in page.inner_text(".byline")
    assert "Published 28 April 2025, 09:40 UTC" in page.inner_text(".byline")
    assert page.locator(".key-points li").count() == 2
    assert page.inner_text(".prose > p >> nth=0").startswith("MOSCOW: Russian President")
    assert page.inner_text("figcaption").endswith("Newsroom graphics")
    assert page.inner_text(".short bdi").endswith(story("Putin thanks Kim").code)
    lead = page.locator(".lead-image img")
    assert lead.evaluate("img => img.naturalWidth") > 0  # it has come
    assert lead.get_attribute("alt").startswith("Map of western Russia")


def test_an_open_page_goes_on_counting(site, transactional_db, page):
    now = timezone.now()
    article = make_article(first_published_at=now - timedelta(days=3), updated_at=now)
    page.goto(site + article.get_absolute_url())
    updated = page.locator(".times b").first
    first = updated.inner_text()
    assert re.fullmatch(r"Updated \d+ sec ago", first)
    page.wait_for_function(
        "text => document.querySelector('.times b').innerText != text", arg=first
    )
    assert re.fullmatch(r"Updated \d+ sec ago", updated.inner_text())


def test_the_server_and_the_script_use_the_same_words(site, transactional_db, open_window):
    """Whatever the age, the first words that the script writes are those that the server wrote."""
    now = timezone.now()
    for age in (
        timedelta(minutes=1),
        timedelta(minutes=13),
        timedelta(hours=1),
        timedelta(hours=5),
    ):
        make_article(f"Story of {age}", first_published_at=now - age - timedelta(seconds=5))
    with_script, without = open_window(), open_window(java_script_enabled=False)
    for address in ("/latest/",):
        with_script.goto(site + address)
        without.goto(site + address)
        words = [page.locator(".river time").all_inner_texts() for page in (with_script, without)]
        assert words[0] == words[1] == ["1 min ago", "13 min ago", "1 hour ago", "5 hours ago"]


def test_a_wrong_clock_on_the_readers_side_changes_no_time(site, transactional_db, page):
    make_article(first_published_at=timezone.now() - timedelta(minutes=13, seconds=5))
    page.add_init_script("const real = Date.now.bind(Date); Date.now = () => real() + 5 * 3600e3")
    page.goto(site + "/latest/")
    assert page.inner_text(".river time") == "13 min ago"


def test_the_copy_button_copies_the_short_url(paper, open_window):
    page = open_window(permissions=["clipboard-read", "clipboard-write"])
    page.goto(paper + story("Greta Thunberg").get_absolute_url())
    page.click("[data-copy]")
    page.wait_for_selector("text=Copied")
    assert page.evaluate("navigator.clipboard.readText()") == f"{paper}/{story('Greta').code}"
    page.wait_for_selector("[data-copy]:has-text('Copy the short URL')")


def test_follow_opens_and_closes_by_keyboard(paper, page):
    page.goto(paper + story("Putin thanks Kim").get_absolute_url())
    page.focus(".follow summary")
    page.keyboard.press("Enter")
    assert page.locator(".follow a").first.is_visible()
    page.keyboard.press("Escape")
    assert not page.locator(".follow a").first.is_visible()
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"


def test_a_story_is_whole_without_script(paper, open_window):
    page = open_window(java_script_enabled=False)
    page.goto(paper + story("Putin thanks Kim").get_absolute_url())
    page.click(".follow summary")
    assert page.locator(".follow a", has_text="Kursk").is_visible()
    assert page.locator(".short a").is_visible()
    assert not page.locator("[data-copy]").is_visible()
    assert "13:05 UTC" in page.inner_text(".byline")


def test_an_arabic_story_reads_from_the_right(paper, open_window):
    article = Article.objects.get(language="ar")
    for width in (DESKTOP, PHONE):
        page = open_window(viewport={"width": width, "height": 900})
        page.goto(paper + article.get_absolute_url())
        assert page.get_attribute("html", "dir") == "rtl"
        assert page.get_attribute("html", "lang") == "ar"
        assert "نُشر" in page.inner_text(".byline")
        box = page.locator("h1").bounding_box()
        right_edge = page.evaluate("document.querySelector('.story').getBoundingClientRect().right")
        assert abs(box["x"] + box["width"] - right_edge) < 2


def test_a_date_stands_on_the_side_of_its_headline(paper, page):
    """In Latest, on a page of either direction, whatever direction the story has."""
    make_article("المكتبة تفتح أبوابها", language="ar", section=make_section("World"))
    make_article("Port opens", section=make_section("World"))
    for address in ("/", Article.objects.filter(language="ar").last().get_absolute_url()):
        page.goto(paper + address)
        sides = page.evaluate(
            """() => [...document.querySelectorAll(".latest li")].map(li => {
                const lines = [li.querySelector("p"), li.querySelector("h3")].map(line => {
                    const range = document.createRange();
                    range.selectNodeContents(line);
                    return range.getClientRects()[0];
                });
                const side = getComputedStyle(li).direction == "rtl" ? "right" : "left";
                return Math.abs(lines[0][side] - lines[1][side]);
            })"""
        )
        assert sides
        assert max(sides) < 2, address


def test_the_parts_of_a_page_have_the_air_of_the_design(paper, page):
    page.goto(paper + story("Putin thanks Kim").get_absolute_url())
    first, second = (page.locator(f".key-points li >> nth={n}").bounding_box() for n in (0, 1))
    assert second["y"] - first["y"] - first["height"] == pytest.approx(12, abs=0.5)
    page.goto(f"{paper}/search/?q=kursk")
    count = page.locator(".count").bounding_box()
    first = page.locator(".river > li").first.bounding_box()
    assert first["y"] - count["y"] - count["height"] == pytest.approx(24, abs=0.5)


def test_a_phone_shows_the_picture_from_edge_to_edge(paper, open_window):
    page = open_window(viewport={"width": PHONE, "height": 700})
    page.goto(paper + story("Putin thanks Kim").get_absolute_url())
    box = page.locator(".lead-image img").bounding_box()
    assert abs(box["x"]) < 1
    assert abs(box["width"] - PHONE) < 1


@pytest.mark.parametrize(
    "headline",
    [
        "“Quotes” & <script>alert('x')</script> 'and' \"more\" {{ 7 }} %s 😀🚢",
        "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 3,
        "عنوان طويل " * 25,
        "Three hundred characters of news " * 9,
    ],
)
def test_no_headline_breaks_a_page(site, transactional_db, open_window, headline):
    headline = headline[:300].strip()
    picture = make_picture(caption=headline, credit=headline[:200])
    article = make_article(
        headline,
        standfirst=headline,
        kicker=headline[:60],
        key_points=[headline],
        dateline=headline[:60],
        topics=[headline[:100].replace(",", " ")],
        authors=[make_author(headline[:100])],
        lead_image=picture,
        section=make_section("World"),
        body=f"<p>{headline.replace('<', '&lt;')}</p>",
    )
    for width in (PHONE, DESKTOP):
        page = open_window(viewport={"width": width, "height": 900})
        for address in (article.get_absolute_url(), "/", "/world/", "/latest/"):
            page.goto(site + address)
            assert page.locator("h1, h2, h3").filter(has_text=headline).count()
            assert too_wide(page) == [], (address, width)


def test_print_leaves_out_what_paper_cannot_do(paper, page):
    page.goto(paper + story("Putin thanks Kim").get_absolute_url())
    page.emulate_media(media="print")
    assert page.locator(".prose").is_visible()
    assert page.locator(".short bdi").is_visible()
    assert not page.locator(".site-nav").is_visible()
    assert not page.locator(".follow").is_visible()
    assert not page.locator(".rail").is_visible()
