"""Pictures are chosen from the library, and uploaded where they are missed."""

import base64
from datetime import timedelta
from io import BytesIO

import pytest
from django.utils import timezone
from PIL import Image as PillowImage

from articles.models import Image
from tests.browser.test_accessibility import EVERYTHING, PHONE, violations
from tests.browser.test_desk import a_moment
from tests.factories import make_author, make_draft, make_picture, make_user


def photograph(colour="navy", size=(60, 40)):
    file = BytesIO()
    PillowImage.new("RGB", size, colour).save(file, "PNG")
    return file.getvalue()


def files(*named):
    return [(name, "image/png", base64.b64encode(data).decode()) for name, data in named]


def carry(page, event, onto, *named, html=""):
    """Drop or paste files, as a browser does."""
    page.evaluate(
        """([event, onto, files, html]) => {
            const told = new DataTransfer();
            for (const [name, type, data] of files) {
                const bytes = Uint8Array.from(atob(data), sign => sign.charCodeAt(0));
                told.items.add(new File([bytes], name, { type }));
            }
            if (html) told.setData("text/html", html);
            const place = document.querySelector(onto), usual = { bubbles: true, cancelable: true };
            const { left, bottom } = place.getBoundingClientRect();
            const at = { clientX: left + 9, clientY: bottom - 9 };
            const made = event == "paste"
                ? [new ClipboardEvent(event, { clipboardData: told, ...usual })]
                : ["dragenter", "dragover", "drop"].map(name =>
                    new DragEvent(name, { dataTransfer: told, ...at, ...usual }));
            for (const one of made) place.dispatchEvent(one);
        }""",
        [event, onto, files(*named), html],
    )


@pytest.fixture
def write(sign_in, site, page):
    """A function: open a draft, as an editor, and give its picture field to choose in."""
    user = make_user("editor")
    sign_in(page, "editor")

    def write(**fields):
        draft = make_draft(created_by=user, **fields)
        page.goto(f"{site}/admin/articles/article/{draft.pk}/change/")
        page.wait_for_function("() => document.querySelector('.ProseMirror')?.editor")
        return draft

    return write


def choose(page, shown=1):
    page.click("[data-choose]")
    wait_for_tiles(page, shown)


def wait_for_tiles(page, number):
    page.wait_for_function(
        "n => document.querySelector('.chooser-list').ariaBusy == 'false'"
        " && document.querySelectorAll('[role=option]').length == n",
        arg=number,
    )


def here(page):
    return page.evaluate("document.activeElement.textContent.trim()")


def body(page):
    return page.evaluate("document.querySelector('.ProseMirror').editor.getHTML()")


def test_keys_walk_the_grid_in_two_dimensions(write, page):
    for number in range(13, 0, -1):
        make_picture(f"{number}.png", caption=f"Boat {number}", credit="")
    write()
    choose(page, 13)
    page.keyboard.press("ArrowDown")
    assert here(page).startswith("Boat 1 ")
    columns = page.evaluate(
        """() => [...document.querySelectorAll("[role=option]")]
            .filter((one, _, all) => one.offsetTop == all[0].offsetTop).length"""
    )
    assert 2 < columns < 13
    for key, number in (
        ("ArrowRight", 2),
        ("ArrowDown", 2 + columns),
        ("ArrowLeft", 1 + columns),
        ("ArrowUp", 1),
        ("End", 13),
        ("ArrowDown", 13),
        ("Home", 1),
    ):
        page.keyboard.press(key)
        assert here(page).startswith(f"Boat {number} "), key
        assert page.locator("[role=option][tabindex='0']").count() == 1
    page.evaluate("document.documentElement.dir = 'rtl'")
    page.keyboard.press("ArrowLeft")
    assert here(page).startswith("Boat 2 ")
    page.keyboard.press("Home")
    page.keyboard.press("ArrowUp")
    assert page.evaluate("document.activeElement.type") == "search"


def test_escape_leads_back_and_changes_nothing(write, page):
    lead = make_picture("lead.png")
    make_picture("other.png")
    write(lead_image=lead)
    page.focus("[data-choose]")
    page.keyboard.press("Enter")
    wait_for_tiles(page, 2)
    assert page.locator("[role=option][aria-selected=true]").count() == 1
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.activeElement.role == 'option'")
    page.keyboard.press("Escape")
    page.wait_for_selector("dialog.chooser", state="detached")
    assert page.evaluate("document.activeElement.matches('[data-choose]')")
    assert page.input_value("[name=lead_image]") == lead.code


def test_a_picture_whose_rights_ended_can_be_read_and_not_chosen(write, page):
    yesterday = timezone.localdate() - timedelta(days=1)
    make_picture("ended.png", caption="Ended", rights_until=yesterday)
    make_picture("soon.png", caption="Soon", rights_until=timezone.localdate(), credit="")
    make_picture("ai.png", caption="Drawn", digital_source="trainedAlgorithmicMedia")
    write()
    choose(page, 3)
    ended = page.get_by_role("option", name="Ended")
    assert ended.get_attribute("aria-disabled") == "true"
    ended.focus()
    page.keyboard.press("Enter")
    told = f"Rights to it ended on {yesterday.day} {yesterday:%B %Y}. Choose another picture."
    page.wait_for_selector(f".told >> text={told}")
    assert "Rights end on" in page.get_by_role("option", name="Soon").inner_text()
    assert "No credit" in page.get_by_role("option", name="Soon").inner_text()
    assert "Made with AI" in page.get_by_role("option", name="Drawn").inner_text()
    page.get_by_role("option", name="Soon").click()
    page.wait_for_selector("dialog.chooser", state="detached")


def test_the_grid_goes_on_and_is_narrowed(write, page):
    reporter = make_user("reporter", "Reporters")
    for number in range(30):
        make_picture(f"{number}.png", caption=f"Boat {number}", created_by=reporter)
    lead = Image.objects.get(caption="Boat 0")
    write(lead_image=lead, body=f'<figure data-image="{Image.objects.first().code}"></figure>')
    choose(page, 24)
    assert page.inner_text(".told [role=status]") == "24 pictures, and more"
    page.click("text=More pictures")
    wait_for_tiles(page, 30)
    assert here(page).startswith("Boat 5 ")
    assert page.locator("text=More pictures").is_hidden()
    page.click(".chooser .chips >> text=In this story")
    wait_for_tiles(page, 2)
    page.click(".chooser .chips >> text=Mine")
    page.wait_for_selector(".told >> text=You have added no pictures yet.")
    page.click(".chooser .chips >> text=Newest")
    page.fill(".chooser [type=search]", "harbour")
    page.wait_for_selector(".told >> text=No pictures match “harbour”.")
    assert page.locator("text=Upload one?").is_visible()
    page.fill(".chooser [type=search]", "boat 29")
    wait_for_tiles(page, 1)


def test_a_library_that_cannot_be_reached_is_asked_again(write, page, open_window):
    open_window.may_fail.append("/choose/")
    make_picture()
    write()
    page.route("**/image/choose/**", lambda route: route.abort())
    page.click("[data-choose]")
    page.wait_for_selector(".told >> text=Could not reach the library.")
    page.unroute("**/image/choose/**")
    page.click(".told >> text=Try again")
    wait_for_tiles(page, 1)
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.activeElement.role == 'option'")


@pytest.mark.parametrize(
    ("width", "scheme", "direction"), [(1280, "light", "ltr"), (PHONE, "dark", "rtl")]
)
def test_axe_finds_nothing_in_the_open_dialog(write, page, open_window, width, scheme, direction):
    open_window.may_fail.append("/upload/")
    long = "Donaudampfschifffahrtsgesellschaft" * 8
    yesterday = timezone.localdate() - timedelta(days=1)
    make_picture("a.png", caption=long, credit=long[:200])
    make_picture("b.png", credit="", alt_text="", rights_until=yesterday)
    write()
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.set_viewport_size({"width": width, "height": 844})
    page.evaluate("dir => document.documentElement.dir = dir", direction)
    choose(page, 2)
    named = (("new.png", photograph()), ("words.png", b"no picture"))
    carry(page, "drop", ".chooser", *named)
    page.wait_for_selector(".arrived")
    page.wait_for_selector(".arriving [role=alert]")
    assert not violations(page, EVERYTHING)
    assert page.evaluate(
        "() => [document.documentElement, document.querySelector('.chooser')]"
        ".every(one => one.scrollWidth <= one.clientWidth)"
    )


def test_a_picture_is_uploaded_in_the_dialog_and_asked_for_its_words(write, page):
    draft = write()
    choose(page, 0)
    page.set_input_files(
        ".chooser [type=file]",
        {"name": "dawn.png", "mimeType": "image/png", "buffer": photograph()},
    )
    page.wait_for_function("() => document.activeElement.closest('.words-asked')")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=It has no credit yet. Who took it?")
    page.keyboard.type("Dana Ruiz")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.click("text=Use this picture")
    page.wait_for_selector("dialog.chooser", state="detached")
    image = Image.objects.get()
    assert (image.credit, image.is_decorative) == ("Dana Ruiz", True)
    page.wait_for_selector("[data-picture-shown]:visible")
    page.click("text=Save draft")
    page.wait_for_selector("[data-saved]:text-matches('^Saved')")
    draft.refresh_from_db()
    assert draft.lead_image == image


def test_a_file_that_the_library_has_is_offered_for_use(write, page, open_window):
    open_window.may_fail.append("/upload/")
    write()
    choose(page, 0)
    carry(page, "drop", ".chooser", ("dawn.png", photograph()))
    page.wait_for_selector("text=Use this picture")
    page.keyboard.press("Escape")
    page.wait_for_selector("dialog.chooser", state="detached")
    image = Image.objects.get()
    Image.objects.update(credit="Dana Ruiz", is_decorative=True)
    choose(page, 1)
    carry(page, "paste", ".chooser [type=search]", ("again.png", photograph()))
    page.wait_for_selector(".arrived >> text=The library has this file already.")
    page.wait_for_function("() => document.activeElement.textContent == 'Use it'")
    page.keyboard.press("Enter")
    page.wait_for_selector("dialog.chooser", state="detached")
    assert page.input_value("[name=lead_image]") == image.code


def test_a_file_dropped_on_the_lead_picture_leads_the_story(write, page, open_window):
    open_window.may_fail.append("/upload/")
    before = make_picture("before.png")
    write(lead_image=before)
    carry(page, "drop", "[data-lead-picture]", ("words.png", b"no picture"))
    page.wait_for_selector("[data-lead-picture] .arriving [role=alert]")
    assert page.input_value("[name=lead_image]") == before.code
    page.click("[data-lead-picture] .arriving .close")
    carry(page, "drop", "[data-lead-picture]", ("dawn.png", photograph()))
    page.wait_for_selector("text=The picture leads the story.")
    assert page.input_value("[name=lead_image]") == Image.objects.first().code
    page.click("[data-toast] >> text=Undo")
    assert page.input_value("[name=lead_image]") == before.code


def test_a_picture_pasted_into_the_text_becomes_a_figure_and_undo_takes_it_away(write, page):
    write(body="<p>One</p><p>Two</p>")
    page.click(".ProseMirror p >> nth=0")
    a_moment(page)
    carry(
        page, "paste", ".ProseMirror", ("dawn.png", photograph()), ("dusk.png", photograph("red"))
    )
    page.wait_for_function("() => document.querySelectorAll('.ProseMirror figure').length == 2")
    dawn, dusk = (Image.objects.get(original_name=f"{name}.png") for name in ("dawn", "dusk"))
    pair = "".join(f'<figure data-image="{one.code}"></figure>' for one in (dawn, dusk))
    assert body(page) == f"<p>One</p>{pair}<p>Two</p>"
    page.wait_for_selector("figure >> text=No credit")
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    page.wait_for_function("() => !document.querySelector('.ProseMirror figure')")
    assert body(page) == "<p>One</p><p>Two</p>"


def test_whoever_writes_on_finds_the_picture_where_it_was_put(write, page):
    write(body="<p>One</p><p>Two</p>")
    waiting = []
    page.route("**/image/upload/", lambda route: waiting.append(route))
    page.click(".ProseMirror p >> nth=0")
    a_moment(page)
    carry(page, "paste", ".ProseMirror", ("dawn.png", photograph()))
    page.wait_for_selector(".ProseMirror .arriving progress")
    assert body(page) == "<p>One</p><p>Two</p>"
    page.keyboard.press("Control+Home")
    page.keyboard.type("Zero ")
    for _ in range(100):
        if waiting:
            break
        page.wait_for_timeout(50)
    waiting[0].continue_()
    page.wait_for_selector(".ProseMirror figure")
    figure = f'<figure data-image="{Image.objects.get().code}"></figure>'
    assert body(page) == f"<p>Zero One</p>{figure}<p>Two</p>"


def test_a_picture_refused_in_the_text_says_why_where_it_would_have_stood(write, page, open_window):
    open_window.may_fail.append("/upload/")
    write(body="<p>One</p><p>Two</p>")
    carry(page, "drop", ".ProseMirror p", ("words.png", b"no picture"))
    page.wait_for_selector(".ProseMirror .arriving >> text=This is not a picture.")
    assert body(page) == "<p>One</p><p>Two</p>"
    page.click(".ProseMirror .arriving .close")
    assert not page.locator(".ProseMirror .arriving").count()
    assert page.evaluate("document.activeElement.matches('.ProseMirror')")


def test_words_that_bring_a_picture_along_are_pasted_as_words(write, page):
    write(body="<p>One</p>")
    page.click(".ProseMirror p")
    a_moment(page)
    html = "<p>Two <b>bold</b></p>"
    carry(page, "paste", ".ProseMirror", ("image.png", photograph()), html=html)
    page.wait_for_selector(".ProseMirror strong")
    assert not Image.objects.exists()


def test_a_figure_shows_what_readers_get_and_what_is_missing(write, page):
    picture = make_picture(caption="The first boat.", credit="", alt_text="")
    write(body=f'<p>One</p><figure data-image="{picture.code}"></figure>')
    page.wait_for_selector("figure >> text=No credit")
    assert page.get_attribute("figure figcaption", "data-placeholder") == "The first boat."
    link = page.get_by_role("link", name="All about this picture")
    assert link.get_attribute("href") == f"/admin/articles/image/{picture.pk}/change/"
    page.click("figure >> text=Fill in…")
    page.keyboard.type("Dana Ruiz")
    page.keyboard.press("Enter")
    page.wait_for_selector("dialog.chooser", state="detached")
    page.wait_for_selector("figure .credit >> text=Dana Ruiz")
    assert page.locator("figure >> text=No credit").count() == 0
    picture.refresh_from_db()
    assert picture.credit == "Dana Ruiz"


def test_a_portrait_is_dropped_on_its_field(sign_in, site, page):
    make_user("editor")
    author = make_author("Sana Okafor")
    sign_in(page, "editor")
    page.goto(f"{site}/admin/articles/author/{author.pk}/change/")
    page.wait_for_selector("[data-picture-choose]:visible")
    carry(page, "drop", "[data-picture]", ("sana.png", photograph()))
    page.wait_for_selector("[data-picture-shown]:visible")
    assert page.input_value("[name=portrait]") == Image.objects.get().code
