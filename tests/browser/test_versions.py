"""Two texts of one story are put together, and its past is looked through, in a real browser."""

import pytest

from articles import publishing
from tests.factories import make_draft, make_user

BODY = (
    "<p>The first boats left at dawn.</p>"
    '<p>It can take 2,000 passengers an hour, twice as many as the <a href="/sheds">sheds</a>.</p>'
)


@pytest.fixture
def refused(transactional_db):
    """Words of Mira's that came after Amal's: three places clash, one in both ways at once."""
    mira, amal = make_user("mira"), make_user("amal", first_name="Amal", last_name="Haddad")
    article = make_draft("Port opens", standfirst="It cost less than planned.", body=BODY)
    publishing.save_draft(article, {"kicker": "Port"}, by=mira)
    started = article.working
    theirs = {
        "headline": "Port opens under budget",
        "standfirst": "It cost a tenth less than planned.",
        "body": BODY.replace("2,000", "2,400").replace("dawn", "noon"),
    }
    publishing.save_draft(article, theirs, by=amal)
    mine = {
        "headline": "Port opens two years early",
        "standfirst": "It cost less than planned, and halves the wait.",
        "body": BODY.replace("an hour", "an hour, the port says"),
    }
    with pytest.raises(publishing.Stale) as refused:
        publishing.save_draft(article, mine, by=mira, started_from=started)
    return refused.value.kept


def test_a_conflict_of_three_places_is_settled_in_four_presses(refused, sign_in, site, page):
    article = refused.article
    sign_in(page, "mira")
    page.goto(f"{site}/admin/articles/article/{article.pk}/together/{refused.number}/")
    assert page.text_content("h1") == "Amal Haddad saved while you were writing"
    assert page.text_content("[data-count]") == "3 left to choose"
    assert page.is_disabled("[name=_save]")
    # The headline takes theirs or yours, so the first press is one of them.
    for key in "231":
        page.keyboard.press(key)
    assert page.text_content("[data-count]") == "All chosen"
    page.keyboard.press("Enter")
    page.wait_for_url("**/change/")
    article.refresh_from_db()
    assert article.headline == "Port opens two years early"
    assert article.standfirst == "It cost a tenth less than planned, and halves the wait."
    assert article.body == BODY.replace("2,000", "2,400").replace("dawn", "noon")


def test_what_will_be_saved_can_be_written_and_keys_sleep_meanwhile(refused, sign_in, site, page):
    article = refused.article
    sign_in(page, "mira")
    page.goto(f"{site}/admin/articles/article/{article.pk}/together/{refused.number}/")
    page.keyboard.press("j")
    page.keyboard.press("k")
    assert page.evaluate("document.activeElement.closest('.clash').id") == "place-1"
    for key in "133":
        page.keyboard.press(key)
    page.fill("#result-1", "Port opens in 2")
    page.press("#result-1", "1")
    assert page.input_value("#result-1").replace("1", "") == "Port opens in 2"
    page.fill("#result-2", "")
    assert page.text_content("[data-count]") == "1 left to choose"
    page.click("#place-2 .theirs")
    page.fill("#result-3", "It takes 2,400 passengers an hour, twice as many as the sheds.")
    page.click("[name=_save]")
    page.wait_for_url("**/change/")
    article.refresh_from_db()
    assert article.standfirst == "It cost a tenth less than planned."
    assert '<p>It takes 2,400 passengers an hour, twice as many as the <a href="/sheds">' in (
        article.body
    )


def test_choosing_another_version_shows_at_once_what_changed(refused, sign_in, site, page):
    sign_in(page, "mira")
    page.goto(f"{site}/admin/articles/article/{refused.article_id}/history/")
    page.check("[name=a][value='1']")
    page.wait_for_selector("#compared:has-text('from 1 to 3')")
    assert "b=3" in page.url
    assert page.locator(".compare dt", has_text="Kicker").is_visible()
    page.press("[name=a][value='1']", "ArrowUp")
    page.wait_for_selector("#compared:has-text('from 2 to 3')")
    assert page.evaluate("document.activeElement.value") == "2"
    page.reload()
    assert "from 2 to 3" in page.text_content("#compared")


def test_a_version_that_was_chosen_before_the_scripts_ran_is_compared(refused, sign_in, site, page):
    held = []
    page.route("**/desk/js/history.js", lambda route: held.append(route))
    sign_in(page, "mira")
    page.goto(f"{site}/admin/articles/article/{refused.article_id}/history/", wait_until="commit")
    page.check("[name=a][value='1']")
    held.pop().continue_()
    page.wait_for_selector("#compared:has-text('from 1 to 3')")


def test_history_works_without_script(refused, sign_in, site, open_window):
    page = open_window(java_script_enabled=False)
    sign_in(page, "mira")
    page.goto(f"{site}/admin/articles/article/{refused.article_id}/history/")
    page.check("[name=a][value='1']")
    page.click("text=Compare A with B")
    assert "from 1 to 3" in page.text_content("#compared")
    page.click(".timeline >> text=Who wrote what")
    assert "Amal Haddad" in page.text_content("#content-main")
    page.goto(f"{site}/admin/articles/article/{refused.article_id}/together/{refused.number}/")
    for number in (1, 2, 3):
        page.check(f"#place-{number} [value=mine]")
    page.click("[name=_save]")
    article = refused.article
    article.refresh_from_db()
    assert article.headline == "Port opens two years early"
    assert "the port says" in article.body
