"""The page of one picture in a browser: the point that stays in view, its crops, another file."""

import itertools

import pytest
from PIL import Image as PillowImage

from articles import darkroom
from articles.models import Image
from tests.browser.test_accessibility import AXE, CONTRAST, EVERYTHING, FOUND, SETTLED
from tests.factories import make_article, make_draft, make_picture, make_user

SIZES = [(1200, 800), (801, 1203), (3001, 401), (7, 5), (9, 9), (640, 360)]
POINTS = [0, 1, 33, 50, 62, 99, 100]


@pytest.fixture
def editor(transactional_db):
    return make_user()


@pytest.fixture
def at_picture(page, site, sign_in, editor):
    """A function that opens the page of a picture."""

    def at_picture(picture):
        sign_in(page, "editor")
        page.goto(f"{site}/admin/articles/image/{picture.pk}/change/")
        page.wait_for_selector(".focal[role]")
        return page

    return at_picture


def point(page):
    return int(page.input_value("#id_focal_x")), int(page.input_value("#id_focal_y"))


def test_the_crops_of_the_page_are_those_that_are_cut(at_picture, site):
    page = at_picture(make_picture())
    asked = [
        (*darkroom.CROPS[crop].ratio, *size, x, y)
        for crop in ("lead", "card", "square", "portrait", "social")
        for size in SIZES
        for x, y in itertools.product(POINTS, POINTS)
    ]
    boxes = page.evaluate(
        """async asked => {
            const script = document.querySelector("script[src*='desk/js/focal']").src;
            const { box } = await import(script);
            return asked.map(one => box(...one));
        }""",
        asked,
    )
    wanted = [
        list(darkroom.box(crop, *size, (x, y)))
        for crop in ("lead", "card", "square", "portrait", "social")
        for size in SIZES
        for x, y in itertools.product(POINTS, POINTS)
    ]
    assert boxes == wanted


DRAWN = """crop => {
    const frame = crop.getBoundingClientRect();
    const { left, top, width, height } = crop.querySelector("img").getBoundingClientRect();
    const across = [frame.left, frame.right].map(at => (at - left) / width);
    const down = [frame.top, frame.bottom].map(at => (at - top) / height);
    return [across[0], down[0], across[1], down[1]];
}"""


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_the_point_moves_by_press_keys_and_sliders_and_the_crops_follow(at_picture, direction):
    picture = make_picture(focal_x=20, focal_y=70)
    page = at_picture(picture)
    page.evaluate("direction => document.documentElement.dir = direction", direction)

    def crops_are_right():
        x, y = point(page)
        for crop in page.query_selector_all("[data-crop]"):
            name = crop.get_attribute("data-crop")
            left, upper, right, lower = darkroom.box(name, 1200, 800, (x, y))
            parts = [left / 1200, upper / 800, right / 1200, lower / 800]
            assert crop.evaluate(DRAWN) == pytest.approx(parts, abs=0.002), (name, x, y)
        dot, frame = (page.locator(one).bounding_box() for one in (".focal .dot", ".focal"))
        assert dot["x"] + dot["width"] / 2 == pytest.approx(
            frame["x"] + frame["width"] * x / 100, abs=1
        )
        assert dot["y"] + dot["height"] / 2 == pytest.approx(
            frame["y"] + frame["height"] * y / 100, abs=1
        )

    assert point(page) == (20, 70)
    crops_are_right()
    frame = page.locator(".focal").bounding_box()
    page.mouse.click(frame["x"] + frame["width"] * 0.8, frame["y"] + frame["height"] * 0.25)
    assert point(page) == (80, 25)
    crops_are_right()
    for key, wanted in [
        *(("ArrowLeft", (79, 25)), ("ArrowDown", (79, 26)), ("Shift+ArrowRight", (89, 26))),
        *(("Shift+ArrowUp", (89, 16)), ("Shift+ArrowRight", (99, 16))),
        *(("Shift+ArrowRight", (100, 16)), ("ArrowRight", (100, 16))),
    ]:
        page.keyboard.press(key)  # the focus is on the picture since the press
        assert point(page) == wanted, key
    page.focus("#id_focal_x")
    for key, wanted in [("ArrowLeft", 99), ("Shift+ArrowLeft", 89), ("ArrowRight", 90)]:
        page.keyboard.press(key)
        assert point(page) == (wanted, 16), key
    page.focus("#id_focal_y")
    page.keyboard.press("Shift+ArrowUp")
    assert point(page) == (90, 26)
    crops_are_right()
    page.click(".desk-bar .default")
    page.wait_for_selector(".messagelist")
    picture.refresh_from_db()
    assert (picture.focal_x, picture.focal_y) == (90, 26)
    assert "New prints are on the way" in page.inner_text(".messagelist")


def test_the_suggestion_is_taken_back(at_picture):
    page = at_picture(make_picture(focal_x=20, focal_y=70, suggested_x=61, suggested_y=44))
    page.click("[data-suggested]")
    assert point(page) == (61, 44)


def test_a_new_file_is_seen_beside_the_old_one_before_and_after(
    page, site, sign_in, editor, tmp_path
):
    picture = make_picture()
    PillowImage.new("RGB", (600, 300), "tomato").save(tmp_path / "better.png")
    sign_in(page, "editor")
    page.goto(f"{site}/admin/articles/image/{picture.pk}/change/")
    page.click("text=Replace file…")
    page.set_input_files("#id_file", tmp_path / "better.png")
    page.wait_for_selector("[data-new-shown]:not([hidden])")
    assert "600 × 300 pixels" in page.inner_text("[data-new-shown]")
    page.click("button:has-text('Replace')")
    page.wait_for_selector(".former-files")
    assert "better.png" in page.inner_text(".two-files")
    assert "boat.png" in page.inner_text(".former-files")
    page.click("text=Bring back")
    page.wait_for_selector(".former-files :text('better.png')")
    assert Image.objects.get().content_hash == picture.content_hash


def test_the_pages_of_a_picture_are_for_everybody(open_window, site, sign_in, editor):
    picture = make_picture(alt_text="", suggested_x=3, suggested_y=5)
    for number in range(3):
        make_article(f"Port opens {number}", lead_image=picture)
    make_draft("Port to open", lead_image=picture)
    page = open_window(reduced_motion="reduce", bypass_csp=True)
    sign_in(page, "editor")
    for part in ("change", "replace"):
        page.goto(f"{site}/admin/articles/image/{picture.pk}/{part}/")
        page.evaluate(AXE)
        for width, scheme, rules in [
            (1440, "light", EVERYTHING),
            (1440, "dark", CONTRAST),
            (320, "light", EVERYTHING),
        ]:
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            page.evaluate(SETTLED)
            assert page.evaluate(FOUND, {"runOnly": rules}) == [], (part, width, scheme)
        for width in (320, 390, 600, 768, 1024, 1280, 1440):
            page.set_viewport_size({"width": width, "height": 900})
            for direction in ("ltr", "rtl"):
                page.evaluate("direction => document.documentElement.dir = direction", direction)
                wide = page.evaluate("document.documentElement.scrollWidth")
                assert wide <= width, (part, width, direction)


def test_without_script_two_numbers_say_what_stays_in_view(open_window, site, sign_in, editor):
    picture = make_picture()
    page = open_window(java_script_enabled=False)
    sign_in(page, "editor")
    page.goto(f"{site}/admin/articles/image/{picture.pk}/change/")
    assert page.get_attribute("#id_focal_x", "type") == "number"
    assert not page.is_visible("text=How it will be cut")
    page.fill("#id_focal_x", "12")
    page.click(".desk-bar .default")
    picture.refresh_from_db()
    assert (picture.focal_x, picture.focal_y) == (12, 50)
