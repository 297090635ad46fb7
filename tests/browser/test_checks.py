"""What is missing is listed while somebody writes; what the style avoids is underlined."""

import pytest

from articles.models import StyleEntry
from tests.factories import make_draft, make_picture, make_user


@pytest.fixture
def draft(transactional_db, settings):
    settings.AUTOSAVE_AFTER = 0.1
    make_user("editor")
    StyleEntry.objects.create(avoid="utilise", write="use", why="Shorter.")
    StyleEntry.objects.create(avoid="Kiev", write="Kyiv")
    return make_draft(
        "Port to utilise cranes",
        standfirst="Nine cranes.",
        lead_image=make_picture(),
        body="<p>They <em>utilise</em> nine TK cranes.</p>",
    )


def test_style_is_underlined_and_mended_and_the_list_follows(draft, sign_in, site, page):
    sign_in(page, "editor")
    page.goto(f"{site}/admin/articles/article/{draft.pk}/change/")
    rail = page.locator("[data-checks]")
    assert "“TK” is left in the text." in rail.inner_text()
    page.wait_for_selector(".ProseMirror em .off-style:text-is('utilise')")

    # In the body: by keyboard, then as it is typed.
    rail.locator("li", has_text="utilise").locator("a").click()
    assert page.evaluate("document.activeElement.id") == "id_headline"
    assert page.evaluate("getSelection().toString()") == "utilise"
    page.click(".ProseMirror .off-style")
    assert "write “use”. Shorter." in page.inner_text(".style-tip")
    page.keyboard.press("Alt+Enter")
    page.wait_for_selector(".ProseMirror em:text-is('use')")
    page.keyboard.press("End")
    page.keyboard.type(" Kiev")
    page.hover(".ProseMirror .off-style:text-is('Kiev')")
    page.click(".style-tip button")
    page.wait_for_selector(".ProseMirror p:has-text('They use nine TK cranes. Kyiv')")

    # In the headline.
    page.click(".field-headline .style-notes button:text-is('Write “use”')")
    assert page.input_value("#id_headline") == "Port to use cranes"
    rail.locator("text=utilise").first.wait_for(state="detached")

    # From the list to the place.
    rail.locator("li", has_text="TK").locator("a").click()
    page.wait_for_selector(".ProseMirror:focus")
    assert page.evaluate("getSelection().toString()") == "TK"
    page.keyboard.type("old")
    rail.locator("text=TK").first.wait_for(state="detached")
    rail.locator("li", has_text="No topic.").locator("a").click()
    assert page.evaluate("document.activeElement.id") == "id_topics_add"

    # From the publish page back to the place.
    page.click("[data-go]")
    page.click("dialog li:has-text('No byline.') a")
    page.wait_for_selector("#id_byline_add:focus")
    draft.refresh_from_db()
    assert draft.body == "<p>They <em>use</em> nine old cranes. Kyiv</p>"
