"""The body of a story in a real browser: what an editor writes, and what readers do with it."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Error

from articles import richtext
from tests.browser.test_accessibility import EVERYTHING, violations
from tests.browser.test_desk import a_moment, open_story, paste
from tests.factories import make_article, make_draft, make_picture, make_user
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
    assert not violations(page, EVERYTHING)
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
        a_moment(page)

    return write


def made(page):
    """The body as it stands when a dialog that asked something has closed and given its answer."""
    page.wait_for_selector("dialog.chooser", state="detached")
    return page.evaluate("document.querySelector('.ProseMirror').editor.getHTML()")


def test_a_link_to_a_story_outlives_the_name_of_the_site(write, site, page):
    story = make_article("Harbour bridge opens")
    write("<p>The bridge</p>")
    page.keyboard.press("Control+a")
    a_moment(page)
    page.keyboard.press("Control+k")
    page.keyboard.type("bridge harb")
    page.wait_for_selector(".story-list button")
    assert not violations(page, EVERYTHING)
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


def test_what_is_no_address_is_refused_where_it_is_typed(write, page):
    write("<p>Words</p>")
    page.click(".prose-menubar >> text=Embed")
    for typed in ("javascript:alert(1)", "notaurl", "https://", ""):
        page.fill("dialog input", typed)
        page.keyboard.press("Enter")
        refusal = page.inner_text("dialog [role=alert]")
        assert refusal == "Write an address such as https://example.org/video.", typed
    assert not violations(page, EVERYTHING)
    page.fill("dialog input", "video.example/port")
    page.keyboard.press("Enter")
    page.wait_for_selector(".embed-card")
    assert made(page) == '<p>Words</p><div data-embed="https://video.example/port"></div>'


def test_typing_beside_a_block_that_is_chosen_leaves_it_where_it_is(write, page):
    picture, story = make_picture(), make_article("Harbour bridge opens")
    figure, card = f'<figure data-image="{picture.code}">', f'<aside data-story="{story.code}">'
    write(f"<p>Words</p>{figure}</figure>{card}</aside><p>End</p>")
    page.click(".ProseMirror figure img")
    a_moment(page)
    page.keyboard.type("At dawn")
    page.click(".ProseMirror .embed-card")
    a_moment(page)
    page.keyboard.type("Then")
    written = f"{figure}<figcaption>At dawn</figcaption></figure>{card}</aside><p>Then</p>"
    assert made(page) == f"<p>Words</p>{written}<p>End</p>"
    page.click(".ProseMirror figure img")
    a_moment(page)
    page.keyboard.press("Delete")
    assert made(page) == f"<p>Words</p>{card}</aside><p>Then</p><p>End</p>"


SAID = "place => getComputedStyle(document.querySelector(place), '::before').content"


def test_an_empty_place_says_what_it_is_for_and_a_table_moves_nothing(write, page):
    write()
    assert "Write the story here" in page.evaluate(SAID, ".ProseMirror p")
    assert page.inner_text(".bar-count").strip() == "0 words"
    text, bar = page.locator(".ProseMirror"), page.locator(".prose-menubar")
    before = text.bounding_box()["y"] - bar.bounding_box()["y"]
    page.click(".prose-menubar [data-name=table]")
    assert page.inner_text("dialog h2") == "Insert a table"
    assert not violations(page, EVERYTHING)
    page.keyboard.press("Enter")
    page.wait_for_selector(".ProseMirror table tr:first-child th")
    assert page.locator(".prose-menubar [data-name='table:addRowAfter']").is_visible()
    assert text.bounding_box()["y"] - bar.bounding_box()["y"] == before
    assert page.locator(".ProseMirror td").first.bounding_box()["width"] > 60
    page.click(".prose-menubar >> text=Fact box")
    page.click(".prose-menubar >> text=Pull quote")
    assert "Title of the box" in page.evaluate(SAID, ".factbox h2")
    assert "Who said it" in page.evaluate(SAID, ".pullquote footer")
    a_moment(page)
    assert not re.search("Title|Who|Write", made(page))


def test_a_page_about_the_house_is_saved_by_its_shortcut(sign_in, site, page):
    make_user("editor", is_superuser=True)
    sign_in(page, "editor")
    page.goto(f"{site}/admin/articles/page/add/")
    page.fill("#id_title", "Who we are")
    page.focus(".ProseMirror")
    assert "Write the page here" in page.evaluate(SAID, ".ProseMirror p")
    page.keyboard.type("We sail")
    page.keyboard.press("Control+s")
    page.wait_for_selector(".messagelist .success")
    assert made(page) == "<p>We sail</p>"


def test_a_card_of_another_story_is_chosen_by_keyboard(write, page):
    story = make_article("Harbour bridge opens")
    write("<p>Words</p>")
    page.click(".prose-menubar >> text=Read also")
    a_moment(page)
    page.keyboard.type("bridge")
    page.wait_for_selector(".story-list button")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_selector(".embed-card >> text=Harbour bridge opens")
    assert made(page) == f'<p>Words</p><aside data-story="{story.code}"></aside>'
    assert richtext.clean(made(page)) == made(page)


CLIPS = Path(__file__).parent.parent / "clips"  # as those programs put them on the clipboard


def test_what_other_programs_write_is_pasted_as_it_was_meant(write, page):
    write()
    for clean in sorted(CLIPS.glob("*.clean.html")):
        page.evaluate("document.querySelector('.ProseMirror').editor.commands.clearContent()")
        program = clean.name.removesuffix(".clean.html")
        pasted = paste(page, (CLIPS / f"{program}.html").read_text())
        assert pasted == clean.read_text().replace("\n", ""), program
        assert richtext.clean(pasted).replace("\u00a0", "&nbsp;") == pasted, program


def test_marks_typed_as_in_plain_text_become_what_they_mean(write, page):
    for typed, meant in (
        ("## Heading", "<h2>Heading</h2>"),
        ("### Lesser", "<h3>Lesser</h3>"),
        ("> Quoted", "<blockquote><p>Quoted</p></blockquote>"),
        ("- One\nTwo", "<ul><li><p>One</p></li><li><p>Two</p></li></ul>"),
        ("3. Three\nFour", '<ol start="3"><li><p>Three</p></li><li><p>Four</p></li></ol>'),
        ("A **bold** and _fine_ word", "<p>A <strong>bold</strong> and <em>fine</em> word</p>"),
        ("---Then", "<hr><p>Then</p>"),
        ('"As typed" -- it\'s...', '<p>"As typed" -- it\'s...</p>'),
    ):
        if page.url == "about:blank":
            write()
        page.evaluate("document.querySelector('.ProseMirror').editor.commands.clearContent(true)")
        page.focus(".ProseMirror")
        page.keyboard.type(typed)
        assert made(page) == meant


def test_every_button_says_what_it_does_and_makes_what_is_kept(write, page):
    """One list sets up editor and cleaner: what is made by any button is kept to the letter."""
    picture, story = make_picture(caption="The first boat"), make_article("Harbour bridge opens")
    write()
    buttons = page.locator(".prose-menubar button")
    names = buttons.evaluate_all("all => all.map(button => button.dataset.name)")
    assert all(buttons.evaluate_all("all => all.map(b => b.ariaLabel && b.title)"))

    def answer(name):
        if name == "figure":
            page.click(".chooser-list button")
        elif name == "embed":
            page.fill("dialog input", VIDEO)
            page.click("dialog [type=submit]")
        elif name == "readAlso":
            page.click(".story-list button")
        elif name == "link":
            page.keyboard.type("https://port.example/")
            page.keyboard.press("Enter")
        elif name == "table":
            page.click("dialog [type=submit]")

    seen = set()
    for name in names:
        page.evaluate(
            """isTable => {
                const { editor } = document.querySelector(".ProseMirror");
                editor.commands.setContent("<p>Words</p>");
                if (isTable) editor.commands.insertTable({ rows: 3, cols: 2, withHeaderRow: true });
                else editor.commands.setTextSelection({ from: 1, to: 6 });
            }""",
            name.startswith("table:"),
        )
        button = page.locator(f".prose-menubar [data-name='{name}']")
        if name == "history:redo":  # there is nothing to do again
            assert button.get_attribute("aria-disabled") == "true"
            continue
        button.click()
        answer(name)
        page.wait_for_selector("dialog", state="detached")
        a_moment(page)
        found = made(page)
        assert richtext.clean(found) == found, name
        seen |= set(re.findall("<([a-z0-9]+)", found))
        if button.get_attribute("aria-pressed") == "true":
            button.click()
            assert set(re.findall("<([a-z0-9]+)", made(page))) == {"p"}, name
    assert richtext.TAGS - seen <= {"br", "figcaption", "footer", "p"}
    assert picture.code
    assert story.code


def test_the_toolbar_stays_in_view_of_a_long_story(write, page, open_window):
    write("<p>Nine berths and a crane.</p>" * 600)
    page.keyboard.press("Control+End")
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 800})
        page.evaluate("scrollTo(0, document.body.scrollHeight / 2)")
        a_moment(page)
        bar, head = (
            page.locator(place).bounding_box() for place in (".prose-menubar", ".desk-bar")
        )
        assert 0 <= bar["y"] - (head["y"] + head["height"]) < 2, width
        assert bar["height"] < 110, width
        assert bar["x"] + bar["width"] <= width
    assert page.inner_text(".bar-count") == "" or page.inner_text("[data-words]") == "3000"


LINE = """() => {
  const line = getSelection().getRangeAt(0).getBoundingClientRect();
  const bar = document.querySelector('.prose-menubar').getBoundingClientRect();
  return line.height > 0 && line.top >= bar.bottom && line.bottom <= innerHeight;
}"""


RESTS = """async () => {
  const frame = () => new Promise(requestAnimationFrame);
  for (let top = null; top != scrollY;) { top = scrollY; await frame(); await frame(); }
}"""
PLACES = """() => JSON.stringify({
  line: getSelection().getRangeAt(0).getBoundingClientRect(), height: innerHeight, scrollY,
  bar: document.querySelector('.prose-menubar').getBoundingClientRect(),
  at: document.activeElement.outerHTML.slice(0, 99),
})"""


def the_line_is_seen(page, after):
    page.evaluate(RESTS)  # a page that still scrolls for one key takes no other well
    try:
        page.wait_for_function(LINE)
    except Error:
        pytest.fail(f"After {after} the line is not seen: {page.evaluate(PLACES)}")


@pytest.mark.parametrize("width", [1280, 390])
def test_the_line_that_is_written_is_never_under_the_bars(write, page, width):
    page.set_viewport_size({"width": width, "height": 800})
    write("<p>Nine berths and a crane, and a harbour that opens at dawn.</p>" * 60)
    page.keyboard.press("Control+End")
    a_moment(page)
    for key in ["ArrowUp"] * 30 + ["PageUp", "Control+Home", "ArrowDown", "Control+End"]:
        page.keyboard.press(key)
        the_line_is_seen(page, key)
    page.keyboard.press("Control+Home")
    a_moment(page)
    page.keyboard.type("First ")
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    page.keyboard.press("Control+z")
    the_line_is_seen(page, "Control+z")


def test_a_bar_that_grows_does_not_cover_the_line_that_is_written(write, page):
    write("<p>Nine berths and a crane, and a harbour that opens at dawn.</p>" * 60)
    page.keyboard.press("Control+End")
    a_moment(page)
    for _ in range(30):
        page.keyboard.press("ArrowUp")
    the_line_is_seen(page, "ArrowUp")
    page.evaluate("document.querySelector('.prose-menubar').style.paddingBlock = '40px'")
    the_line_is_seen(page, "the bar grew")


def test_a_fact_box_is_written_and_left_with_enter_alone(write, page):
    write("<p>Before</p>")
    page.click(".prose-menubar >> text=Fact box")
    for words in ("In figures", "Three boats.", "- One pier"):
        page.keyboard.type(words)
        page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.keyboard.type("After")
    inside = "<h2>In figures</h2><p>Three boats.</p><ul><li><p>One pier</p></li></ul>"
    assert made(page) == f'<p>Before</p><aside class="factbox">{inside}</aside><p>After</p>'


def test_a_pull_quote_is_written_and_left_with_enter_alone(write, page):
    write("<p>Before</p>")
    page.click(".prose-menubar >> text=Pull quote")
    for words in ("We waited.", "The mayor", "After"):
        page.keyboard.type(words)
        page.keyboard.press("Enter")
    page.keyboard.press("Backspace")
    inside = "<p>We waited.</p><footer>The mayor</footer>"
    assert made(page) == f'<p>Before</p><aside class="pullquote">{inside}</aside><p>After</p>'


@pytest.mark.parametrize(
    "around",
    [
        '<aside class="factbox"><h2>Figures</h2><p>Three boats.</p><p>Two piers.</p></aside>',
        '<aside class="pullquote"><p>Three boats.</p><footer>The mayor</footer></aside>',
        "<ul><li><p>Three boats.</p></li><li><p>Two piers.</p></li></ul>",
    ],
)
@pytest.mark.parametrize("insert", ["table", "horizontalRule"])
def test_what_is_put_in_from_inside_a_box_or_list_stands_below_it(write, page, around, insert):
    write(f"{around}<p>After</p>")
    page.click(".ProseMirror >> text=Three boats.")
    a_moment(page)
    page.click(f".prose-menubar [data-name={insert}]")
    if insert == "table":
        page.keyboard.press("Enter")
        page.wait_for_selector(".ProseMirror td")
    assert made(page).startswith(around)
    assert made(page).endswith("<p>After</p>")
    page.click(".ProseMirror >> text=Three boats.")
    a_moment(page)
    page.keyboard.press("End")
    a_moment(page)
    page.keyboard.press("Enter")
    page.keyboard.type("---")
    assert "<p>---</p>" in made(page)


def test_a_story_is_written_in_the_direction_of_the_language_that_is_chosen(write, page):
    write("<p>Words</p>")
    page.click("text=Add a point")
    for language, direction in (("ar", "rtl"), ("he", "rtl"), ("fr", "ltr")):
        page.select_option("#id_language", language)
        for place in ("#id_headline", "#id_standfirst", ".key-points textarea", ".ProseMirror"):
            field = page.locator(place).first
            assert field.get_attribute("dir") == direction, place
            assert field.get_attribute("lang") == language, place


def test_on_a_phone_the_story_stands_where_it_stood_when_details_close(write, page):
    page.set_viewport_size({"width": 390, "height": 800})
    write("<p>Nine berths and a crane, and a harbour that opens at dawn.</p>" * 60)
    page.keyboard.press("Control+End")
    page.wait_for_function("scrollY > 1000")
    before = page.evaluate("scrollY")
    page.click("text=Details")
    assert page.evaluate("scrollY") == 0
    page.click("text=Details")
    assert abs(page.evaluate("scrollY") - before) < 3


def test_save_draft_pressed_by_hand_leaves_the_cursor_in_the_text(write, page):
    write("<p>Words</p>")
    page.keyboard.press("Control+End")
    page.keyboard.type(" and")
    page.click("text=Save draft")
    page.wait_for_selector("[data-saved]:has-text('Saved ')")
    page.keyboard.type(" news")
    assert made(page) == "<p>Words and news</p>"
