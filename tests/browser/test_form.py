"""The form of a story as a page: lists in their order, names, the picture, and all by keyboard."""

import pytest
from playwright.sync_api import expect

from articles.models import Author, Image, Page
from tests.factories import (
    make_admin,
    make_author,
    make_draft,
    make_picture,
    make_topic,
    make_user,
)


@pytest.fixture
def open_form(sign_in, site, page):
    """A function: an editor opens a story, coming from the desk."""
    make_user("editor")
    sign_in(page, "editor")

    def open_form(article):
        page.goto(f"{site}/admin/")
        page.click(f".title[href$='/{article.pk}/change/']")
        page.wait_for_function("() => document.querySelector('.ProseMirror')?.editor")
        return page

    return open_form


def points(page):
    return page.eval_on_selector_all(
        ".key-points textarea", "areas => areas.map(area => area.value)"
    )


def told(page, words):
    expect(page.locator("[data-toast] [role=status]")).to_have_text(words)


def test_key_points_are_written_moved_and_brought_back(open_form):
    article = make_draft()
    page = open_form(article)
    page.click("text=Add a point")
    page.keyboard.type("It opened on Monday")
    page.keyboard.press("Enter")
    page.keyboard.type("It has nine berths")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.keyboard.press("Backspace")  # the empty one goes
    page.keyboard.type("A hall follows")
    opened, berths, hall = points(page)
    assert (opened, hall) == ("It opened on Monday", "A hall follows")
    page.get_by_role("button", name="Move point 3", exact=True).focus()
    for key, words in (
        ("Space", "Lifted: place 3 of 3"),
        ("ArrowUp", "Moved: place 2 of 3"),
        ("ArrowUp", "Moved: place 1 of 3"),
        ("Escape", "Put back: place 3 of 3"),
        ("Space", "Lifted: place 3 of 3"),
        ("ArrowUp", "Moved: place 2 of 3"),
        ("Space", "Dropped: place 2 of 3"),
    ):
        page.keyboard.press(key)
        told(page, words)
    assert points(page) == [opened, hall, berths]
    page.get_by_role("button", name="Remove point 1").click()
    told(page, "Removed. Ctrl Z brings it back.")
    assert points(page) == [hall, berths]
    page.keyboard.press("Control+z")
    assert points(page) == [opened, hall, berths]
    grip, below = (page.locator(".key-points .grip").nth(n).bounding_box() for n in (0, 2))
    page.mouse.move(grip["x"] + 5, grip["y"] + 5)
    page.mouse.down()
    page.mouse.move(below["x"] + 5, below["y"] + below["height"] - 2, steps=5)
    page.mouse.up()
    told(page, "Moved: place 3 of 3")
    page.keyboard.press("Control+s")
    page.wait_for_selector("[data-saved]:text-matches('^Saved')")
    article.refresh_from_db()
    assert article.key_points == points(page) == [hall, berths, opened]
    page.eval_on_selector(  # as autosave fills the form with words that had waited in the browser
        "#id_key_points",
        "area => { area.value = 'One\\nTwo'; area.dispatchEvent(new Event('input')); }",
    )
    assert points(page) == ["One", "Two"]


def test_authors_and_topics_are_found_by_name_and_stand_in_their_order(open_form):
    jonas, mira = make_author("Jonas Berg"), make_author("Mira Lind")
    make_author("Sana Okafor", job_title="Climate")
    sana = Author.objects.create(name="Sana Okafor", slug="sana-okafor-2", job_title="Sport")
    make_topic("Kyiv").aliases.create(name="Kiev")
    article = make_draft(authors=[jonas], topics=[make_topic("Harbour")])
    page = open_form(article)
    page.click("label:text-is('Byline')")
    page.keyboard.type("sana")
    page.get_by_role("option", name="Sport").wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    told(page, "Added Sana Okafor")
    page.keyboard.type("Mira Lind")
    page.keyboard.press("Enter")  # before the list is there
    told(page, "Added Mira Lind")
    page.keyboard.type("Nobody")
    page.get_by_text("No author is called “Nobody”. Add an author…").wait_for()
    page.fill("#id_byline_add", "")
    page.get_by_role("button", name="Move Mira Lind", exact=True).focus()
    for key in ("Space", "ArrowUp", "ArrowUp", "Space"):
        page.keyboard.press(key)
    page.get_by_text("Readers see: By Mira Lind, Jonas Berg, and Sana Okafor").wait_for()
    assert page.evaluate("document.activeElement.ariaLabel") == "Move Mira Lind"
    page.fill("#id_topics_add", "kiev")
    page.press("#id_topics_add", "Tab")  # another name leads to its topic
    told(page, "Added Kyiv")
    page.get_by_role("button", name="Remove Harbour").click()
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+s")
    page.wait_for_selector("[data-saved]:text-matches('^Saved')")
    assert [byline.author for byline in article.bylines.all()] == [mira, jonas, sana]
    assert sorted(str(topic) for topic in article.topics.all()) == ["Harbour", "Kyiv"]
    expect(page.locator(".people li")).to_contain_text(["Mira Lind", "Jonas", "sana-okafor-2"])


@pytest.mark.parametrize("then", ["Tab", "Control+s"])
def test_a_name_taken_by_enter_signs_though_the_desk_answers_late(open_form, then):
    sana = make_author("Sana Okafor")
    article = make_draft(authors=[make_author("Jonas Berg")])
    page = open_form(article)
    asked = []
    page.route("**/names/**", lambda route: asked.append(route))
    page.fill("#id_byline_add", "sana")
    with page.expect_request("**/names/**"):
        page.keyboard.press("Enter")
    page.keyboard.press(then)  # while the desk still looks for her
    for route in asked:
        route.continue_()
    page.unroute("**/names/**")
    told(page, "Added Sana Okafor")
    expect(page.locator("#id_byline_add")).to_have_value("")
    page.keyboard.press("Control+s")
    page.wait_for_selector("[data-saved]:text-matches('^Saved')")
    assert article.bylines.last().author == sana


def test_whoever_leaves_another_form_with_words_in_it_is_asked_first(open_window, sign_in, site):
    make_admin()
    about = Page.objects.create(title="About us", slug="about", body="<p>We ask.</p>")
    page, asked = open_window(), []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    sign_in(page, "admin", f"/admin/articles/page/{about.pk}/change/")
    page.wait_for_selector(".prose-menubar")
    page.click(".back")
    page.wait_for_url("**/page/")
    assert not asked  # nothing was written
    page.go_back()
    page.click(".ProseMirror p")
    page.keyboard.type("Now. ")
    page.click(".back")
    page.wait_for_url("**/page/")
    assert asked == ["beforeunload"]
    page.go_back()
    page.fill("#id_title", "About the paper")
    page.click("[name=_save]")
    page.wait_for_selector(".messagelist .success")
    assert asked == ["beforeunload"]


def test_what_is_missing_or_too_long_is_found_with_one_key_and_mended(open_form, open_window):
    open_window.may_fail.append("/words/")  # which a colleague has written meanwhile
    picture = make_picture(credit="", alt_text="")
    article = make_draft("Port " * 15, lead_image=picture)
    page = open_form(article)
    here = "document.activeElement.id"
    expect(page.locator(".field-headline .guide.over")).to_have_text(
        "4 over about 70: may be cut in lists"
    )
    page.fill("#id_headline", "Port opens")
    expect(page.locator(".field-headline .guide")).to_have_text("10 of about 70")
    for field in ("id_standfirst", "picture_credit", "picture_alt"):
        page.keyboard.press("Alt+c")
        assert page.evaluate(here) == field
    page.fill("#picture_credit", "Dana Ruiz")
    expect(page.get_by_text("Saved with the picture, for every story")).to_be_visible()
    page.check("#picture_decorative")
    expect(page.locator("[data-missing]:visible")).to_have_count(0)
    picture.refresh_from_db()
    assert (picture.credit, picture.is_decorative) == ("Dana Ruiz", True)
    Image.objects.update(credit="Jo Ek", caption="A colleague’s boat.")
    page.fill("#picture_credit", "Dana Ruiz / NWA")
    expect(page.locator("[data-picture-said]")).to_contain_text("A colleague has written “Jo Ek”")
    page.keyboard.press("Control+Enter")  # the picture's words arrive before the question
    page.wait_for_selector("dialog[open] form.publish")
    picture.refresh_from_db()
    assert (picture.credit, picture.caption) == ("Dana Ruiz / NWA", "A colleague’s boat.")


def test_the_form_is_a_page_with_one_bar_that_leads_back(open_form, site):
    page = open_form(make_draft())
    assert page.locator(".submit-row").count() == page.locator(".desk-bar").count() == 1
    assert page.locator(".breadcrumbs, .object-tools, #content > h2").count() == 0
    assert page.locator("h1").inner_text() == "Port to open"
    rail, main = (page.locator(f".story-{part}").bounding_box() for part in ("rail", "main"))
    assert rail["x"] >= main["x"] + main["width"] - 1
    assert page.locator(".story-rail h2:visible").all_inner_texts()[0] == "State"
    page.fill("#id_slug", "elsewhere")
    page.click("text=Make it from the headline")
    page.wait_for_function("() => document.querySelector('#id_slug').value == 'port-to-open'")
    page.click(".back >> text=Desk")
    page.wait_for_url(f"{site}/admin/")
