"""A gallery in a real browser: turned by readers, put together by editors."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from articles import publishing
from articles.models import Article, Image
from tests.browser.test_accessibility import EVERYTHING, faults, violations
from tests.browser.test_form import open_form, told  # noqa: F401
from tests.browser.test_reading import WATCH_SHIFTS
from tests.factories import drawn, make_article, make_draft, make_picture

COUNT = "[data-gallery] [role=status]"


def use(picture, caption="", alt=""):
    return {"image": picture.code, "caption": caption, "alt": alt}


@pytest.fixture
def boats(transactional_db):
    """Four pictures of the library; the second stands upright."""
    shapes = {"teal": (1200, 800), "maroon": (600, 900), "navy": (1200, 800), "olive": (900, 600)}
    return [
        make_picture(f"{colour}.png", colour=colour, size=size, caption=f"A {colour} boat.")
        for colour, size in shapes.items()
    ]


def first_seen(page):
    """The picture that stands where the list begins, counted from 1; once nothing moves."""
    return page.evaluate("""async () => {
        const list = document.querySelector('.gallery ol');
        for (let before; before != list.scrollLeft;) {
            before = list.scrollLeft;
            await new Promise(done => setTimeout(done, 200));
        }
        const side = getComputedStyle(list).direction == 'rtl' ? 'right' : 'left';
        const edge = list.getBoundingClientRect()[side];
        const far = item => Math.abs(item.getBoundingClientRect()[side] - edge);
        const items = [...list.children];
        return 1 + items.indexOf(items.toSorted((one, other) => far(one) - far(other))[0]);
    }""")


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_gallery_is_turned_by_buttons_and_by_arrow_keys(site, page, boats, language):
    article = make_article(gallery=[use(boat) for boat in boats], language=language)
    page.goto(site + article.get_absolute_url())
    previous, following = page.locator(".gallery button").all()
    said = {"en": "{} of 4", "ar": "{} من 4"}[language].format
    onward, back = {"en": ("Right", "Left"), "ar": ("Left", "Right")}[language]
    expect(page.locator(COUNT)).to_have_text(said(1))
    expect(previous).to_have_attribute("aria-disabled", "true")
    previous.click(force=True)
    expect(page.locator(COUNT)).to_have_text(said(1))
    following.click()
    following.click()
    expect(page.locator(COUNT)).to_have_text(said(3))
    expect(following).to_be_focused()
    assert first_seen(page) == 3
    page.focus(".gallery ol")
    for key, place in ((back, 2), (onward, 3), (onward, 4)):
        page.keyboard.press(f"Arrow{key}")
        expect(page.locator(COUNT)).to_have_text(said(place))
    expect(following).to_have_attribute("aria-disabled", "true")
    page.keyboard.press("Home")
    expect(page.locator(COUNT)).to_have_text(said(1))
    assert first_seen(page) == 1


def test_a_swipe_is_counted(site, open_window, boats):
    page = open_window(viewport={"width": 390, "height": 800}, has_touch=True, is_mobile=True)
    article = make_article(gallery=[use(boat) for boat in boats])
    page.goto(site + article.get_absolute_url())
    page.locator(".gallery").scroll_into_view_if_needed()
    for n in (2, 3, 4):
        page.evaluate(
            "() => { const list = document.querySelector('.gallery ol');"
            " list.scrollBy(list.clientWidth * .7, 0); }"
        )
        expect(page.locator(COUNT)).to_have_text(f"{n} of 4")
        assert n == 4 or first_seen(page) == n
    assert page.evaluate("document.documentElement.scrollWidth") == 390


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_gallery_has_no_faults(site, open_window, boats, language):
    page = open_window(reduced_motion="reduce")
    page.add_init_script(WATCH_SHIFTS)
    article = make_article(gallery=[use(boat) for boat in boats], language=language)
    page.goto(site + article.get_absolute_url())
    page.locator(".gallery").scroll_into_view_if_needed()
    page.wait_for_function("() => document.querySelector('.gallery img').naturalWidth")
    assert page.evaluate("window.shift") == 0
    assert faults(page) == []


def test_without_scripts_and_in_print_every_picture_stands_there(site, open_window, boats):
    article = make_article(gallery=[use(boat) for boat in boats])
    tops = "items => items.map(item => item.getBoundingClientRect().top)"
    page = open_window(java_script_enabled=False, viewport={"width": 390, "height": 800})
    page.goto(site + article.get_absolute_url())
    expect(page.locator(".gallery button").first).to_be_hidden()
    boxes = [item.bounding_box() for item in page.locator(".gallery li").all()]
    assert [box["y"] for box in boxes] == sorted({box["y"] for box in boxes})
    page = open_window()
    page.goto(site + article.get_absolute_url())
    page.emulate_media(media="print")
    expect(page.locator(".gallery button").first).to_be_hidden()
    assert len(set(page.eval_on_selector_all(".gallery li", tops))) == 2  # rows of two


def kept(name):
    """What the desk has of the one story."""
    return publishing.words.working(Article.objects.get())[name]


def saved(page, name, words):
    """Saved by hand; the desk then has these words."""
    page.keyboard.press("Control+s")
    for _ in range(300):
        if kept(name) == words:
            return
        page.wait_for_timeout(100)
    assert kept(name) == words


def test_an_editor_puts_a_gallery_together(open_form, boats):  # noqa: F811
    article = make_draft(gallery=[use(boats[0]), use(boats[1], "Second")])
    page = open_form(article)
    teal, maroon, navy, _olive = boats
    items = page.locator(".gallery li")
    expect(items).to_have_count(2)
    page.get_by_role("button", name="Add pictures…").click()
    page.fill(".chooser input", "navy")
    page.wait_for_function("() => document.querySelectorAll('.chooser-list button').length == 1")
    page.click(".chooser-list button")
    page.click("text=Add 1 picture")
    expect(items).to_have_count(3)
    page.get_by_label("Caption of picture 3, for this story").fill("Third | and last")
    page.get_by_label("Alt text of picture 1, for this story").fill("A boat at a pier")
    grip = page.get_by_role("button", name="Move picture 3", exact=True)
    grip.focus()
    for key in ("Space", "ArrowUp", "ArrowUp", "Space"):
        page.keyboard.press(key)
    told(page, "Dropped: place 1 of 3")
    written = [use(navy, "Third | and last"), use(teal, alt="A boat at a pier")]
    saved(page, "gallery", [*written, use(maroon, "Second")])
    page.get_by_role("button", name="Remove picture 2").click()
    expect(items).to_have_count(2)
    page.keyboard.press("Control+z")
    expect(items).to_have_count(3)
    page.get_by_role("button", name="Remove picture 3").click()
    saved(page, "gallery", written)
    assert not violations(page, EVERYTHING)
    page.reload()
    expect(page.get_by_label("Caption of picture 1, for this story")).to_have_value(
        "Third | and last"
    )


def test_several_pictures_go_into_a_gallery_in_the_order_of_pressing(open_form, boats):  # noqa: F811
    page = open_form(make_draft())
    teal, _maroon, navy, olive = boats
    add = page.locator(".chooser > .acts .default")
    page.get_by_role("button", name="Add pictures…").click()
    expect(page.locator(".chooser-list [role=option]")).to_have_count(4)
    expect(add).to_be_disabled()
    tiles = page.locator(".chooser-list [role=option]")  # the newest first
    for place in (0, 3, 2):
        tiles.nth(place).click()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")  # once more: left out again
    expect(page.locator(".chooser [role=status]")).to_have_text("3 pictures chosen")
    page.fill(".chooser input", "maroon")
    expect(tiles).to_have_count(1)
    expect(tiles.first).to_have_attribute("aria-selected", "false")
    page.fill(".chooser input", "olive")
    expect(page.locator(".chooser-list [aria-selected=true]")).to_have_count(1)
    assert not violations(page, EVERYTHING)
    add.click()
    expect(page.locator(".gallery li")).to_have_count(3)
    saved(page, "gallery", [use(olive), use(teal), use(navy)])


def test_pictures_uploaded_among_several_join_those_that_were_chosen(
    open_form,  # noqa: F811
    open_window,
    boats,
):
    open_window.may_fail.append("/upload/")  # the library has one of them already
    teal = Path(boats[0].file.path).read_bytes()
    page = open_form(make_draft())
    add = page.locator(".chooser > .acts .default")
    page.get_by_role("button", name="Add pictures…").click()
    tiles = page.locator(".chooser-list [role=option]")
    tiles.first.click()
    files = [("dawn.png", drawn((90, 60), "gold")[0]), ("teal.png", teal)]
    page.set_input_files(
        ".chooser [type=file]",
        [{"name": name, "mimeType": "image/png", "buffer": content} for name, content in files],
    )
    arrived = page.locator(".arrived")
    expect(arrived).to_have_count(2)
    expect(add).to_have_text("Add 3 pictures")
    expect(tiles.last).to_have_attribute("aria-selected", "true")
    arrived.last.get_by_role("button", name="Leave it out").click()
    expect(tiles.last).to_have_attribute("aria-selected", "false")
    tiles.last.click()
    arrived.get_by_label("Credit").fill("Dana Ruiz")
    add.click()  # with what was typed for them
    expect(page.locator(".gallery li")).to_have_count(3)
    new = Image.objects.latest("pk")
    assert new.credit == "Dana Ruiz"
    saved(page, "gallery", [use(boats[3]), use(new), use(boats[0])])


def test_a_figure_in_the_text_gets_a_shape_and_words_of_its_own(open_form, boats):  # noqa: F811
    figure = f'<figure data-image="{boats[0].code}"><figcaption>Dawn</figcaption></figure>'
    article = make_draft(body=f"<p>Words.</p>{figure}<p>End.</p>")
    page = open_form(article)
    page.get_by_label("Shape").select_option("Square")
    page.locator(".figure-uses").get_by_label("Alt text").press_sequentially("A boat at dawn")
    page.locator("figcaption").click()
    page.keyboard.press("End")
    page.keyboard.type(" breaks")
    with_shape = f'<figure data-image="{boats[0].code}" data-alt="A boat at dawn"'
    with_shape += ' data-crop="square"><figcaption>Dawn breaks</figcaption></figure>'
    saved(page, "body", f"<p>Words.</p>{with_shape}<p>End.</p>")
    page.get_by_label("Shape").select_option("Whole")
    page.locator(".figure-uses").get_by_label("Alt text").fill("")
    whole = with_shape.replace(' data-crop="square"', "").replace(' data-alt="A boat at dawn"', "")
    saved(page, "body", f"<p>Words.</p>{whole}<p>End.</p>")
    assert not violations(page, EVERYTHING)
