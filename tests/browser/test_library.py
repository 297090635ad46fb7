"""The library of pictures in a browser: files that are dropped, pasted and chosen, and the grid."""

import base64
from io import BytesIO

import pytest
from PIL import Image as PillowImage
from playwright.sync_api import expect

from articles.models import Image
from tests.browser.test_accessibility import faults
from tests.factories import make_draft, make_picture, make_user

DROP = """([name, files]) => {
    const transfer = new DataTransfer();
    for (const [file, kind, data] of files) {
        const bytes = Uint8Array.from(atob(data), sign => sign.charCodeAt(0));
        transfer.items.add(new File([bytes], file, { type: kind }));
    }
    const told = { bubbles: true, cancelable: true };
    const event = name == "paste"
        ? new ClipboardEvent(name, { ...told, clipboardData: transfer })
        : new DragEvent(name, { ...told, dataTransfer: transfer });
    document.querySelector("h1").dispatchEvent(event);
}"""


def photo(colour):
    file = BytesIO()
    PillowImage.new("RGB", (60, 40), colour).save(file, "JPEG")
    return file.getvalue()


def bring(page, files, how="drop"):
    files = [(name, "image/jpeg", base64.b64encode(data).decode()) for name, data in files]
    page.evaluate(DROP, [how, files])


@pytest.fixture
def library(sign_in, site, open_window):
    make_user("editor")
    page = open_window()
    sign_in(page, "editor")
    return page, f"{site}/admin/articles/image/"


def test_files_are_dropped_and_one_that_is_hostile_loses_none_of_the_others(library, open_window):
    open_window.may_fail.append("/upload/")
    page, place = library
    twin = make_picture("port.png", caption="The port", size=(60, 40))
    page.goto(place)
    with twin.file.open() as file:
        again = file.read()
    bring(
        page,
        [
            ("boat.jpg", photo("teal")),
            ("evil.jpg", b"<script>alert(1)</script>"),
            ("port.png", again),
            ("tram.jpg", photo("red")),
        ],
    )
    rows = page.locator("[data-uploads] > li")
    rows.nth(3).locator("text=Uploaded").wait_for()
    rows.nth(0).locator("text=Uploaded").wait_for()
    assert "No credit in the file" in rows.nth(0).inner_text()
    assert "This is not a picture." in rows.nth(1).inner_text()
    assert "The library has this file already. The port" in rows.nth(2).inner_text()
    assert (
        rows.nth(2)
        .locator("a", has_text="The port")
        .get_attribute("href")
        .endswith(f"/{twin.pk}/change/")
    )
    page.locator(".pic .name", has_text="tram.jpg").wait_for()
    assert Image.objects.count() == 3
    credit = rows.nth(0).get_by_placeholder("Credit: who took it?")
    credit.fill("Jo Ek")
    credit.press("Enter")
    page.locator(".pic .credit", has_text="Jo Ek").wait_for()
    rows.nth(0).get_by_text("Only decoration").click()
    rows.nth(0).get_by_role("link", name="Open").wait_for()
    boat = Image.objects.get(original_name="boat.jpg")
    assert (boat.credit, boat.is_decorative) == ("Jo Ek", True)
    assert page.locator("[data-uploads-told]").inner_text() == "2 of 4 uploaded, 2 refused"


def test_the_counts_follow_what_is_uploaded_and_mended(library):
    page, place = library
    page.goto(place)
    no_credit = page.locator(".chips a", has_text="No credit")
    about = page.locator(".page-top > .num")
    assert (no_credit.inner_text(), about.inner_text()) == ("No credit 0", "0")
    no_credit.focus()
    bring(page, [("boat.jpg", photo("teal")), ("tram.jpg", photo("red"))])
    page.locator(".chips a", has_text="No credit 2").wait_for()
    assert about.inner_text() == "2"
    assert page.locator(".paginator").inner_text().strip() == "2 pictures"
    assert page.evaluate("document.activeElement.textContent") == "No credit 2"
    page.get_by_role("button", name="Edit the words of").first.click()
    page.locator(".tile-words").get_by_label("Credit").fill("Jo Ek")
    page.keyboard.press("Enter")
    page.locator(".chips a", has_text="No credit 1").wait_for()


def test_a_credit_that_is_typed_while_the_file_is_on_its_way_is_kept(library):
    page, place = library
    page.goto(place)
    page.route("**/upload/", lambda route: (page.wait_for_timeout(500), route.continue_()))
    bring(page, [("boat.jpg", photo("teal"))])
    page.get_by_placeholder("Credit: who took it?").fill("Jo Ek")
    page.locator(".pic .credit", has_text="Jo Ek").wait_for()
    assert Image.objects.get().credit == "Jo Ek"


def test_many_of_one_photographer_get_their_credit_at_once_and_are_put_away(library, open_window):
    open_window.may_fail.append("/upload/")
    page, place = library
    page.goto(place)
    everyones = page.get_by_label("Credit for all of these")
    bring(page, [("boat.jpg", photo("teal"))])
    expect(page.locator("[data-uploads] .asked-for input").first).to_be_visible()
    expect(everyones).to_be_hidden()
    bring(page, [("tram.jpg", photo("red")), ("text.jpg", b"Milk, bread, ink.")])
    everyones.fill("Jo Ek")
    everyones.press("Enter")
    expect(page.locator(".pic .credit", has_text="Jo Ek")).to_have_count(2)
    assert list(Image.objects.values_list("credit", flat=True)) == ["Jo Ek"] * 2
    rows = page.locator("[data-uploads] > li")
    rows.last.get_by_label("Alt text for boat.jpg").fill("A boat")
    rows.last.get_by_label("Alt text for boat.jpg").press("Enter")
    expect(rows.last.get_by_role("link", name="Open")).to_be_visible()
    page.get_by_role("button", name="Put away what is finished").click()
    expect(rows).to_have_count(1)  # the one that still asks for its alt text
    expect(rows).to_contain_text("tram.jpg")


def test_files_are_sent_and_listed_as_they_were_chosen_the_last_choice_first(library):
    page, place = library
    page.goto(place)
    held, files = [], {"boat.jpg": "teal", "port.jpg": "red", "tram.jpg": "blue"}
    page.route("**/upload/", lambda route: held.append(route))
    bring(page, [(name, photo(colour)) for name, colour in files.items()])
    rows = page.locator("[data-uploads] > li")
    assert rows.locator("b").all_inner_texts() == [*files]
    for n in range(3):
        while not held:
            page.wait_for_timeout(20)
        held.pop(0).continue_()
        rows.nth(n).locator("text=Uploaded").wait_for()
    page.unroute("**/upload/")
    bring(page, [("quay.jpg", photo("gold"))])
    assert rows.locator("b").all_inner_texts() == ["quay.jpg", *files]
    page.locator(".pic .name", has_text="quay.jpg").wait_for()


def test_a_picture_is_pasted_and_words_are_not(library):
    page, place = library
    page.goto(place)
    bring(page, [("image.jpg", photo("blue"))], how="paste")
    page.locator(".pic .name", has_text="image.jpg").wait_for()
    page.evaluate(
        """() => {
            const transfer = new DataTransfer();
            transfer.items.add(new File(["x"], "table.png", { type: "image/png" }));
            transfer.setData("text/plain", "Words from a table");
            document.querySelector("h1").dispatchEvent(
                new ClipboardEvent("paste", { bubbles: true, clipboardData: transfer }));
        }"""
    )
    assert page.locator("[data-uploads] > li").count() == 1
    assert Image.objects.count() == 1


def test_leaving_while_a_file_is_on_its_way_asks_first(library):
    page, place = library
    page.goto(place)
    held = []
    page.route("**/upload/", lambda route: held.append(route))
    bring(page, [("boat.jpg", photo("teal"))])
    page.wait_for_function("() => document.querySelector('[data-uploads] > li')")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.goto(f"{place}?whose=mine")
    assert asked == ["beforeunload"]
    page.unroute_all(behavior="ignoreErrors")


def test_words_that_two_mend_in_the_grid_are_both_kept_or_asked_about(library, open_window):
    open_window.may_fail.append("/words/")
    page, place = library
    image = make_picture(credit="", caption="A boat")
    page.goto(place)
    edit = page.get_by_role("button", name="Edit the words of")
    Image.objects.update(caption="A colleague’s boat", credit="Jo Ek")
    edit.click()
    words = page.locator(".tile-words")
    words.get_by_label("Alt text").fill("A boat at a pier")
    words.get_by_role("button", name="Save").click()
    page.locator(".pic .credit", has_text="Jo Ek").wait_for()
    image.refresh_from_db()
    assert (image.caption, image.alt_text) == ("A colleague’s boat", "A boat at a pier")
    Image.objects.update(credit="Jo Ek / NWA")
    edit.click()
    words.get_by_label("Credit").fill("Dana Ruiz")
    save = words.get_by_role("button", name="Save")
    save.click()
    expect(words.get_by_role("alert")).to_contain_text("A colleague has written “Jo Ek / NWA”")
    save.click()
    page.locator(".pic .credit", has_text="Dana Ruiz").wait_for()


def test_words_are_mended_in_the_grid_and_what_is_refused_stays_typed(library, open_window):
    open_window.may_fail.append("/words/")
    page, place = library
    image = make_picture(credit="", alt_text="")
    page.goto(place)
    page.get_by_role("button", name="Edit the words of").press("Enter")
    assert page.evaluate("document.activeElement.closest('label').textContent") == "Credit"
    page.keyboard.type("Jo Ek")
    image_words = page.locator(".tile-words")
    image_words.get_by_label("Alt text").fill("A boat")
    page.evaluate("document.querySelector('.tile-words input').maxLength = 999")
    image_words.get_by_label("Credit").fill("x" * 201)
    image_words.get_by_role("button", name="Save").click()
    page.locator(".tile-words .errors-said", has_text="200").wait_for()
    image_words.get_by_label("Credit").fill("Jo Ek")
    page.keyboard.press("Enter")
    page.locator(".pic .credit", has_text="Jo Ek").wait_for()
    image.refresh_from_db()
    assert (image.credit, image.alt_text, image.caption) == ("Jo Ek", "A boat", "The first boat.")
    page.wait_for_function("() => document.activeElement.matches('[data-edit]')")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    assert page.locator(".tile-words").count() == 0


def test_several_are_chosen_by_mouse_and_by_keys_and_changed(library):
    page, place = library
    pictures = [make_picture(f"{n}.png", caption=f"Number {n}", credit="") for n in range(6)]
    make_draft(lead_image=pictures[0])
    page.goto(place)
    boxes, chosen = page.locator(".action-select"), page.locator("[data-chosen]")
    assert page.get_by_role("button", name="Change…").is_hidden()
    boxes.nth(0).click()
    boxes.nth(3).click(modifiers=["Shift"])
    assert chosen.inner_text() == "4 chosen"
    page.get_by_label("All on this page").click()
    assert chosen.inner_text() == "6 chosen"
    page.get_by_label("All on this page").click()
    boxes.nth(1).focus()
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    assert chosen.inner_text() == "3 chosen"
    boxes.nth(5).focus()
    page.keyboard.press("Shift+Space")
    assert chosen.inner_text() == "5 chosen"
    page.get_by_role("button", name="Change…").click()
    page.fill("[name=credit]", "Dana Ruiz / NWA")
    page.get_by_role("button", name="Change these pictures").click()
    page.locator(".messagelist", has_text="5 pictures changed.").wait_for()
    assert Image.objects.filter(credit="Dana Ruiz / NWA").count() == 5


def test_the_library_is_for_everybody_at_every_width(library):
    page, place = library
    make_picture(), make_picture("b.png", credit="", alt_text="", caption="Harbour" * 30)
    page.goto(place)
    page.locator("[data-edit]").first.click()
    page.locator(".action-select").first.check()
    bring(page, [(f"{'long-name' * 20}.jpg", photo("teal"))])
    page.locator("[data-uploads] >> text=Uploaded").wait_for()
    for direction in ("ltr", "rtl"):
        page.evaluate("dir => document.documentElement.dir = dir", direction)
        assert faults(page) == [], direction
        for width in (320, 768, 1024, 1440):
            page.set_viewport_size({"width": width, "height": 900})
            over = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert over <= 0, (direction, width)


def test_without_script_the_library_searches_chooses_and_uploads(sign_in, site, open_window):
    make_user("editor")
    make_picture()
    page = open_window()
    sign_in(page, "editor")
    bare = page.context.browser.new_context(
        java_script_enabled=False, storage_state=page.context.storage_state()
    )
    page = bare.new_page()
    page.goto(f"{site}/admin/articles/image/")
    assert page.locator("[data-dropzone]").is_hidden()
    page.check(".action-select")
    page.get_by_role("button", name="Change…").click()
    page.fill("[name=place]", "Port Alder")
    page.get_by_role("button", name="Change these pictures").click()
    page.locator("text=1 picture changed.").wait_for()
    page.fill("#searchbar", "alder")
    page.press("#searchbar", "Enter")
    assert page.locator(".pic").count() == 1
    page.get_by_role("link", name="Upload").click()
    assert page.url.endswith("/image/add/")
    bare.close()
