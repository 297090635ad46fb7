"""The keyboard map in a real browser."""

from tests.factories import make_draft, make_picture, make_user

LIST = "**/admin/articles/article/"


def test_single_keys_lead_through_the_desk_and_can_be_turned_off(page, site, sign_in):
    make_user(), make_draft("First port"), make_draft("Second port")
    sign_in(page, "editor", "/admin/guide/")
    page.keyboard.press("g")
    page.keyboard.press("s")
    page.wait_for_url(LIST)
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.textContent").strip() == "Second port"
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.textContent").strip() == "First port"
    page.keyboard.press("?")
    page.wait_for_selector("dialog.keys")
    assert "Its next step" in page.inner_text("dialog.keys")
    page.keyboard.press("n")  # asleep while the list of keys is open
    page.uncheck("#single-keys")
    page.keyboard.press("Escape")
    page.wait_for_selector("dialog.keys", state="detached")
    page.keyboard.press("n")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") != "find"
    page.click("details.menu summary:has(.face.me)")
    page.click("[data-keys]")
    page.check("#single-keys")
    page.click("dialog.keys .close")
    page.fill("#searchbar", "n")  # asleep while somebody types
    page.keyboard.press("n")
    assert page.input_value("#searchbar") == "nn"
    page.evaluate("document.activeElement.blur()")
    # A keyboard with Russian letters: the key that lies where N is.
    page.evaluate(
        "dispatchEvent(new KeyboardEvent('keydown', { key: 'т', code: 'KeyN', cancelable: true }))"
    )
    page.wait_for_url("**/admin/articles/article/add/")


def test_find_anything_offers_what_matches_and_goes_there_by_keyboard(page, site, sign_in):
    make_user(), make_draft("Harbour to open"), make_picture(caption="The harbour.")
    sign_in(page, "editor", "/admin/guide/")
    page.keyboard.press("/")
    page.keyboard.type("harb")
    page.wait_for_selector("#find-list [role=option]")
    assert page.inner_text("#find-list [role=group] >> nth=0").split("\n")[0] == "Stories"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    chosen = page.get_attribute("#find", "aria-activedescendant")
    assert "The harbour." in page.inner_text(f"#{chosen}")
    page.keyboard.press("Escape")
    page.wait_for_selector("#find-list", state="hidden")
    page.keyboard.press("Enter")
    page.wait_for_url("**/admin/find/?q=harb")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/change/")


def test_a_search_is_kept_by_its_name(page, site, sign_in):
    make_user(), make_draft("Harbour to open")
    sign_in(page, "editor")
    page.goto(f"{site}/admin/articles/article/?q=harbour")
    page.click("text=Keep this search")
    page.wait_for_selector("#search-name:focus")
    page.fill("#search-name", "Our harbour")
    page.keyboard.press("Enter")
    page.wait_for_selector("a[aria-current]:has-text('Our harbour')")
