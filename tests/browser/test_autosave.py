"""Nothing that an editor types is lost, whatever happens to the window, the login or the server."""

import re
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from articles import publishing
from articles.models import Article, Kind, Presence, Revision
from tests.browser.test_desk import a_moment
from tests.factories import PASSWORD, make_article, make_author, make_draft, make_topic, make_user

AT_ONCE = 0.1  # seconds; an editor waits longer
WAITING = "Object.keys(localStorage).filter(key => /^newsroom:/.test(key)).length"
SAVED = "[data-saved]:text-matches('^Saved [0-9:]{8}$')"


@pytest.fixture(autouse=True)
def at_once(settings):
    settings.AUTOSAVE_AFTER, settings.PRESENCE_EVERY = AT_ONCE, 0.3


@pytest.fixture
def later(settings):
    """Nothing is sent before the test is over."""
    settings.AUTOSAVE_AFTER = 60


@pytest.fixture
def editor(transactional_db):
    return make_user("editor", first_name="Mira", last_name="Lind")


FULL = """
    const { setItem } = Storage.prototype;
    Storage.prototype.setItem = function (key, value) {
        if (this == localStorage && key.startsWith("newsroom:")) throw new Error("full");
        setItem.call(this, key, value);
    };"""


def address(site, article):
    return f"{site}/admin/articles/article/{article.pk}/change/"


def open_story(page, site, article):
    page.goto(address(site, article))
    page.wait_for_selector(".ProseMirror")


def says(page, words):
    page.wait_for_selector(f"[data-saved]:has-text('{words}')")


def waiting_in(page):
    """Stories of which words wait in this browser."""
    return page.evaluate(WAITING)


def headline(article):
    article.refresh_from_db()
    return article.headline


def test_typing_and_waiting_saves(sign_in, site, page, editor):
    article = make_draft()
    sign_in(page, "editor")
    open_story(page, site, article)
    page.focus(".ProseMirror")
    page.keyboard.type("Nobody waved. ")
    page.wait_for_selector(SAVED)
    article.refresh_from_db()
    assert article.body == "<p>Nobody waved. The first boats left at dawn.</p>"
    assert page.inner_text("[data-words]") == "8"
    assert waiting_in(page) == 0
    page.fill("#id_headline", "Port opens early")
    page.wait_for_function("() => document.querySelector('#id_slug').value == 'port-opens-early'")
    page.click("text=Save draft")
    page.wait_for_selector(SAVED)
    assert headline(article) == "Port opens early"
    assert article.revisions.latest("number").kind == Kind.DRAFT
    assert not Revision.objects.filter(kind=Kind.REFUSED).exists()


def test_words_typed_before_the_scripts_ran_are_saved(sign_in, site, page, editor):
    held, article = [], make_draft()
    page.route("**/desk/js/autosave.js", lambda route: held.append(route))
    sign_in(page, "editor")
    page.goto(address(site, article), wait_until="commit")
    page.fill("#id_headline", "Port opens early")
    with page.expect_response("**/autosave/"):
        held.pop().continue_()
    page.wait_for_selector(SAVED)
    assert headline(article) == "Port opens early"


def test_who_saves_by_key_stays_in_the_text(sign_in, site, page, editor, later):
    article = make_draft(body="<p>The first boats left at dawn.</p>" * 40)
    sign_in(page, "editor")
    open_story(page, site, article)
    page.locator(".ProseMirror p").last.click()
    a_moment(page)
    page.keyboard.press("End")
    page.keyboard.type(" Nobody")
    place = page.evaluate("scrollY")
    page.keyboard.press("Control+s")
    page.keyboard.type(" waved, no, not one")  # n would begin a new story
    page.keyboard.press("Control+s")
    page.wait_for_selector(SAVED)
    assert page.url == address(site, article)
    assert page.evaluate("scrollY") == place > 0
    article.refresh_from_db()
    assert article.body.endswith("<p>The first boats left at dawn. Nobody waved, no, not one</p>")
    assert set(article.revisions.values_list("kind", flat=True)) == {Kind.DRAFT}
    page.keyboard.press("Control+s")  # nothing to say a second time
    page.wait_for_selector(SAVED)
    assert article.revisions.count() == article.version

    page.goto(f"{site}/admin/articles/article/add/")
    page.wait_for_selector(".ProseMirror")
    page.fill("#id_headline", "Port to open")
    page.keyboard.press("Control+s")
    page.wait_for_url("**/change/")
    assert page.evaluate("document.activeElement.id") == "id_headline"
    assert Article.objects.latest("pk").revisions.get().kind == Kind.DRAFT


def test_a_live_story_has_changes_once_it_is_saved(sign_in, site, page, editor):
    article = make_article()
    sign_in(page, "editor")
    open_story(page, site, article)
    page.fill("#id_headline", "Port opens early")
    page.wait_for_selector(".bar-state >> text=Published, changed")
    page.wait_for_selector("text=There are changes that readers do not see yet.")
    assert headline(article) == "Port opens"
    page.click("text=Publish changes…")
    page.click("text=Publish the fix")
    page.wait_for_selector("text=Published the fix.")
    assert headline(article) == "Port opens early"
    assert waiting_in(page) == 0


def test_what_is_read_out_is_news(sign_in, site, open_window, editor):
    open_window.may_fail += ["/autosave/", "/presence/"]
    article, page = make_draft(), open_window()
    sign_in(page, "editor")
    open_story(page, site, article)
    loud = "[aria-live=polite]"
    page.fill("#id_kicker", "Harbour")
    page.wait_for_selector(f"{loud}{SAVED}")  # the first time: it saves by itself
    page.fill("#id_kicker", "Harbours")
    page.wait_for_selector(f"[aria-live=off]{SAVED}")
    page.route("**/autosave/", lambda route: route.abort())
    page.fill("#id_kicker", "Harbour")
    page.wait_for_selector(f"{loud} >> text=Could not reach the desk.")
    page.unroute("**/autosave/")
    page.wait_for_selector(f"{loud}{SAVED}")


def test_words_that_are_typed_and_taken_back_are_saved_already(sign_in, site, page, editor, later):
    article = make_draft()
    sign_in(page, "editor")
    open_story(page, site, article)
    before = page.inner_text("[data-saved]")
    page.fill("#id_kicker", "Harbour")
    says(page, "Not saved yet …")
    page.wait_for_function(f"() => {WAITING} == 1")
    page.fill("#id_kicker", "")
    says(page, before)
    page.wait_for_function(f"() => {WAITING} == 0")


def test_half_a_name_is_no_topic(sign_in, site, page, editor):
    article = make_draft()
    sign_in(page, "editor")
    open_story(page, site, article)
    page.fill("#id_kicker", "Harbour")
    page.focus("#id_topics_add")
    page.keyboard.type("Harb")
    page.wait_for_function("() => document.querySelector('[name=started_from]').value == '2'")
    assert not article.topics.exists()
    page.press("#id_topics_add", "Tab")
    page.wait_for_selector("text=“Harb” is no topic yet.")
    page.focus("#id_topics_add")
    page.keyboard.press("End")
    page.keyboard.type("our")
    page.wait_for_selector("role=option[name='New topic: Harbour']")
    page.keyboard.press("Enter")  # the only offer
    page.wait_for_selector("text=Added Harbour")
    page.wait_for_function("() => document.querySelector('[name=started_from]').value == '3'")
    assert [str(topic) for topic in article.topics.all()] == ["Harbour"]


def test_a_field_that_cannot_be_saved_says_why(sign_in, site, page, editor):
    article = make_draft()
    make_author("Mira Lind")
    sign_in(page, "editor")
    open_story(page, site, article)
    page.fill("#id_kicker", "Harbour")
    page.fill("#id_embargoed_until", "0800-01-01T10:00")
    says(page, "but not Embargo")
    page.wait_for_selector(".field-embargoed_until >> text=Write a day and an hour")
    article.refresh_from_db()
    assert article.kicker == "Harbour"
    page.fill("#id_embargoed_until", "2099-01-01T10:00")
    page.wait_for_selector(SAVED)
    assert page.locator(".left-out").count() == 0


@pytest.mark.parametrize(
    ("field", "sentence"),
    [
        ("topics", "“Harb” is no topic yet. The story goes without"),
        ("byline", "No author is called “Harb”. The byline goes without"),
    ],
)
def test_what_is_half_typed_stops_neither_a_draft_nor_a_publication(
    sign_in, site, page, editor, field, sentence
):
    article = make_draft(authors=[make_author("Mira Lind")], topics=["Ships"])
    make_topic("Harbour")
    sign_in(page, "editor")
    open_story(page, site, article)
    typed, said = page.locator(f"#id_{field}_add"), page.locator(f"#id_{field}_nobody")
    page.fill("#id_kicker", "Port")
    typed.focus()
    page.keyboard.type("Harb")
    page.keyboard.press("Control+s")
    page.wait_for_selector(SAVED)
    expect(said).to_contain_text(sentence)
    expect(said).to_have_class("left-out")
    expect(page.locator(f"#id_{field}_offered")).to_be_hidden()
    expect(typed).to_be_focused()
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("form.publish")
    page.click("form.publish button.default")
    page.wait_for_selector(".messagelist .success")
    article.refresh_from_db()
    assert article.is_public
    assert [str(topic) for topic in article.topics.all()] == ["Ships"]
    assert article.bylines.count() == 1
    expect(typed).to_have_value("Harb")  # it waits on the page that was drawn anew
    expect(said).to_contain_text(sentence)
    typed.fill("")
    typed.press("Tab")
    expect(said).to_be_hidden()


def test_a_new_story_becomes_a_draft_at_its_own_address(sign_in, site, page, editor):
    sign_in(page, "editor", "/admin/guide/")
    page.click("text=New story")
    page.wait_for_selector(".ProseMirror")
    page.focus(".ProseMirror")
    page.keyboard.type("The first boats left at dawn.")
    says(page, "Not saved yet: there is no headline.")
    page.fill("#id_headline", "Port opens")
    page.wait_for_selector(SAVED)
    article = Article.objects.get()
    assert page.url == address(site, article)
    assert page.title().startswith("Port opens")
    assert page.locator(".bar-acts >> text=History").count() == 1
    expect(page.locator(".story-rail .assigned")).to_contain_text("Nobody yet.")
    page.fill("#new-note", "Who says so?")
    page.click("text=Note it")
    page.wait_for_selector("[data-thread] >> text=Who says so?")
    assert article.notes.count() == 1
    page.fill("#id_headline", "Port opens early")
    page.wait_for_function("() => document.querySelector('[name=started_from]').value == '2'")
    page.click("text=Publish…")
    page.wait_for_selector("text=No section chosen.")
    assert headline(article) == "Port opens early"
    assert article.body == "<p>The first boats left at dawn.</p>"
    assert Article.objects.count() == 1


def test_two_windows_of_one_person_are_two_editors(sign_in, site, open_window, editor):
    open_window.may_fail.append("/autosave/")
    article = make_draft()
    one = open_window()
    sign_in(one, "editor")
    other = one.context.new_page()
    for page in (one, other):
        open_story(page, site, article)
    other.wait_for_selector(".face[title='You, in another window']")
    one.fill("#id_headline", "In one window")
    one.wait_for_selector(SAVED)
    other.wait_for_selector("[data-saved] >> text=Show it")
    other.fill("#id_headline", "In the other window")
    other.wait_for_selector("text=You saved in another window.")
    other.click("text=Put the two together")
    other.wait_for_selector("text=You have two texts of this story")
    assert headline(article) == "In one window"


def test_words_typed_after_a_refused_autosave_are_put_together_too(
    sign_in, site, open_window, editor
):
    open_window.may_fail.append("/autosave/")
    article, amal = make_draft(), make_user("amal", first_name="Amal", last_name="Haddad")
    page = open_window()
    sign_in(page, "editor")
    open_story(page, site, article)
    article.refresh_from_db()
    publishing.save_draft(article, {"headline": "Amal’s headline"}, by=amal)
    page.fill("#id_headline", "Mira’s headline")
    says(page, "Amal Haddad saved. Put the two together")
    page.fill("#id_headline", "Mira’s own headline")
    page.fill("#id_kicker", "Harbour")
    page.click("text=Put the two together")
    page.wait_for_selector("text=Amal Haddad saved while you were writing")
    assert "Mira’s own headline" in page.inner_text(".clash")
    page.wait_for_selector("[name=_save]:disabled")  # the script is there, and waits for a choice
    page.keyboard.press("2")
    page.click("[name=_save]")
    page.wait_for_selector("text=Both texts are in it")
    assert page.input_value("#id_headline") == "Mira’s own headline"
    assert waiting_in(page) == 0


def test_an_expired_login_loses_no_word(sign_in, site, open_window, editor):
    open_window.may_fail += ["/autosave/", "/presence/"]
    article, page = make_draft(), open_window()
    sign_in(page, "editor")
    open_story(page, site, article)
    Session.objects.all().delete()
    page.fill("#id_headline", "Typed after the login expired")
    says(page, "Signed out. Kept in this browser. Sign in")
    page.focus(".ProseMirror")
    page.keyboard.type("More. ")
    page.click("[data-saved] >> text=Sign in")
    come_in(page)
    says(page, "were waiting in this browser. They are saved now.")
    assert page.url == address(site, article)
    assert page.input_value("#id_headline") == headline(article) == "Typed after the login expired"
    assert article.body.startswith("<p>More. The first boats")
    assert page.inner_text(".ProseMirror").startswith("More. The first boats")
    assert waiting_in(page) == 0


def come_in(page):
    page.fill("#id_username", "editor")
    page.fill("#id_password", PASSWORD)
    page.keyboard.press("Enter")


@pytest.mark.parametrize("button", ["_save_draft", "_go"])
def test_pressing_save_after_the_login_expired_loses_no_word(
    sign_in, site, open_window, editor, later, button
):
    open_window.may_fail += ["/autosave/", "/presence/"]
    article, page = make_draft(), open_window()
    sign_in(page, "editor")
    open_story(page, site, article)
    page.fill("#id_headline", "Typed after the login expired")
    Session.objects.all().delete()
    page.click(f"[name={button}]")
    come_in(page)
    says(page, "were waiting in this browser. They are saved now.")
    assert page.input_value("#id_headline") == headline(article) == "Typed after the login expired"


def test_pressing_save_without_any_cookie_loses_no_word(sign_in, site, open_window, editor, later):
    open_window.may_fail += ["/autosave/", "/presence/", "/change/"]
    article, page = make_draft(), open_window()
    sign_in(page, "editor")
    open_story(page, site, article)
    page.fill("#id_headline", "Typed before the cookies went")
    page.context.clear_cookies()
    page.keyboard.press("Control+s")
    page.wait_for_selector("text=What you wrote is kept in this browser.")
    page.get_by_role("link", name="Sign in", exact=True).click()
    come_in(page)
    says(page, "were waiting in this browser. They are saved now.")
    assert page.input_value("#id_headline") == headline(article) == "Typed before the cookies went"


def test_a_login_in_another_window_is_enough(sign_in, type_in, site, open_window, editor):
    open_window.may_fail += ["/autosave/", "/presence/"]
    article, page = make_draft(), open_window()
    sign_in(page, "editor")
    open_story(page, site, article)
    Session.objects.all().delete()
    page.fill("#id_headline", "Typed after the login expired")
    says(page, "Signed out.")
    other = page.context.new_page()
    type_in(other, "editor")  # which gives every form a new token
    page.bring_to_front()
    page.evaluate("dispatchEvent(new Event('focus'))")  # which no hand gives it here
    page.wait_for_selector(SAVED)
    Session.objects.all().delete()
    says(page, "Signed out.")  # told before anything more is typed
    type_in(other, "editor")
    page.evaluate("dispatchEvent(new Event('focus'))")
    page.wait_for_selector(SAVED)
    assert headline(article) == "Typed after the login expired"
    page.click("text=Save draft")
    page.wait_for_selector(SAVED)
    assert article.revisions.latest("number").kind == Kind.DRAFT


def test_a_new_story_survives_an_expired_login(sign_in, site, open_window, editor):
    open_window.may_fail += ["/autosave/", "/presence/"]
    page = open_window()
    sign_in(page, "editor", "/admin/guide/")
    page.click("text=New story")
    page.wait_for_selector(".ProseMirror")
    Session.objects.all().delete()
    page.fill("#id_headline", "Typed after the login expired")
    says(page, "Signed out.")
    page.click("[data-saved] >> text=Sign in")
    come_in(page)
    says(page, "They are saved now.")
    assert page.url == address(site, Article.objects.get())


def test_a_server_that_is_away_loses_no_word(sign_in, site, open_window, editor):
    open_window.may_fail += ["/autosave/", "/presence/"]
    article, page = make_draft(), open_window()
    sign_in(page, "editor")
    open_story(page, site, article)
    page.route("**/autosave/", lambda route: route.abort())
    page.fill("#id_headline", "Typed while the server was away")
    says(page, "Could not reach the desk. Your text is kept in this browser and will be sent.")
    page.fill("#id_kicker", "Harbour")
    page.unroute("**/autosave/")
    page.wait_for_selector(SAVED)
    assert headline(article) == "Typed while the server was away"
    assert article.kicker == "Harbour"


def test_a_line_that_is_cut_loses_no_word(sign_in, site, open_window, editor):
    open_window.may_fail += ["/autosave/", "/presence/"]
    article, page = make_draft(), open_window()
    sign_in(page, "editor")
    open_story(page, site, article)
    page.context.set_offline(True)
    page.fill("#id_headline", "Typed on a train")
    says(page, "Offline. Kept in this browser until ")
    assert re.search(r"until \d\d:\d\d:\d\d$", page.inner_text("[data-saved]"))
    page.context.set_offline(False)
    page.wait_for_selector(SAVED)
    assert headline(article) == "Typed on a train"


def test_an_answer_that_is_lost_makes_nobody_a_stranger_to_himself(
    sign_in, site, open_window, editor
):
    open_window.may_fail += ["/autosave/", "/presence/"]
    article, page = make_draft(), open_window()
    sign_in(page, "editor")
    open_story(page, site, article)

    def lose_the_answer(route):
        route.fetch()
        route.abort()

    page.route("**/autosave/", lose_the_answer, times=1)
    page.fill("#id_headline", "Sent twice")
    page.wait_for_function("() => document.querySelector('[name=started_from]').value == '2'")
    page.fill("#id_headline", "Sent twice, then changed")
    page.wait_for_function("() => document.querySelector('[name=started_from]').value == '3'")
    assert headline(article) == "Sent twice, then changed"
    assert not Revision.objects.filter(kind=Kind.REFUSED).exists()


def test_words_of_a_window_that_was_closed_come_back(sign_in, site, open_window, editor, later):
    article, page = make_draft(body="<p>Old</p>"), open_window()
    sign_in(page, "editor")
    open_story(page, site, article)
    page.route("**/autosave/", lambda route: route.abort())
    open_window.may_fail.append("/autosave/")
    page.fill("#id_headline", "Typed before the crash")
    page.focus(".ProseMirror")
    page.keyboard.type("New. ")
    page.wait_for_function("() => /New/.test(JSON.stringify(localStorage))")
    other = page.context.new_page()
    page.close()
    open_story(other, site, article)
    says(other, "were waiting in this browser. They are saved now.")
    assert other.input_value("#id_headline") == headline(article) == "Typed before the crash"
    assert article.body == "<p>New. Old</p>"
    assert other.inner_text(".ProseMirror").strip() == "New. Old"
    assert waiting_in(other) == 0


def test_words_of_a_window_that_is_open_stay_its_own(sign_in, site, open_window, editor, later):
    article, page = make_draft(), open_window()
    sign_in(page, "editor")
    open_story(page, site, article)
    page.fill("#id_headline", "Still being typed")
    page.wait_for_function(f"() => {WAITING} == 1")
    other = page.context.new_page()
    open_story(other, site, article)
    other.wait_for_selector(".faces .live")
    assert other.input_value("#id_headline") == "Port to open"
    assert waiting_in(page) == 1


def test_words_that_come_back_after_somebody_saved_are_put_together(
    sign_in, site, open_window, editor, later
):
    open_window.may_fail.append("/autosave/")
    article, page = make_draft(), open_window()
    sign_in(page, "editor")
    open_story(page, site, article)
    page.route("**/autosave/", lambda route: route.abort())
    page.fill("#id_headline", "Mira’s headline")
    page.wait_for_function(f"() => {WAITING} == 1")
    other = page.context.new_page()
    page.close()
    article.refresh_from_db()
    publishing.save_draft(article, {"headline": "Amal’s headline"}, by=make_user("amal"))
    other.goto(address(site, article))
    other.wait_for_selector("text=amal saved while you were writing")
    assert "Mira’s headline" in other.inner_text(".clash")


def test_leaving_by_a_link_saves(sign_in, site, page, editor, later):
    article = make_draft()
    sign_in(page, "editor")
    open_story(page, site, article)
    page.fill("#id_headline", "Typed just before leaving")
    page.click("#desk-nav >> text=Desk")
    page.wait_for_url(f"{site}/admin/")
    open_story(page, site, article)
    page.wait_for_function("() => /leaving/.test(document.querySelector('#id_headline')?.value)")
    page.wait_for_function(f"() => {WAITING} == 0")
    assert headline(article) == "Typed just before leaving"


def test_a_browser_that_keeps_nothing_warns_before_the_page_is_left(
    sign_in, site, page, editor, later
):
    article = make_draft()
    sign_in(page, "editor")
    page.add_init_script(FULL)
    open_story(page, site, article)
    page.route("**/autosave/", lambda route: route.abort())
    page.click("#id_headline")
    page.keyboard.type("Typed ")
    asked = []
    page.once("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.close(run_before_unload=True)
    page.wait_for_timeout(300)
    assert asked == ["beforeunload"]


def test_a_colleague_is_seen_at_the_field_and_goes_with_the_window(
    sign_in, site, open_window, editor, monkeypatch
):
    for module in ("articles.models.presence", "articles.admin.presence"):
        monkeypatch.setattr(f"{module}.AWAY", timedelta(minutes=9))  # it says so itself
    article = make_draft()
    make_user("amal", first_name="Amal", last_name="Haddad")
    mira, amal = open_window(), open_window()
    for page, name in ((mira, "editor"), (amal, "amal")):
        sign_in(page, name)
        open_story(page, site, article)
    mira.wait_for_selector(".face[title='Amal Haddad is reading']")
    amal.focus("#id_standfirst")
    mira.wait_for_selector(".face.live[title='Amal Haddad is in Standfirst']")
    assert mira.inner_text(".field-standfirst.claimed .claim") == "Amal Haddad is here"
    assert "Amal Haddad is in Standfirst" in mira.inner_text(".here")
    amal.focus(".ProseMirror")
    mira.wait_for_selector(".field-body.claimed")
    assert mira.locator(".claim").count() == 1
    amal.close(run_before_unload=True)
    mira.wait_for_selector(".faces .face", state="detached")
    assert mira.locator(".claimed").count() == 0
    assert not mira.is_visible(".here")
    assert Presence.objects.here().get().user == editor


def test_a_window_hears_that_a_colleague_saved(sign_in, site, page, editor):
    article, amal = make_draft(), make_user("amal", first_name="Amal", last_name="Haddad")
    sign_in(page, "editor")
    open_story(page, site, article)
    article.refresh_from_db()
    publishing.save_draft(article, {"headline": "Amal’s headline"}, by=amal)
    says(page, "Amal Haddad saved. Show it")
    page.click("[data-saved] >> text=Show it")
    page.wait_for_function("() => /Amal/.test(document.querySelector('#id_headline')?.value)")


def test_words_that_may_not_be_saved_any_more_can_be_copied(
    sign_in, site, open_window, transactional_db, later
):
    reporter = make_user("reporter", "Reporters")
    article, page = make_draft(created_by=reporter), open_window(permissions=["clipboard-write"])
    sign_in(page, "reporter")
    open_story(page, site, article)
    page.fill("#id_headline", "Typed just before it was published")
    page.wait_for_function(f"() => {WAITING} == 1")
    page.route("**/autosave/", lambda route: route.abort())
    open_window.may_fail.append("/autosave/")
    publishing.publish(Article.objects.get(), by=None)
    page.goto(address(site, article))
    says(page, "are waiting in this browser.")
    page.click("text=Copy them")
    page.wait_for_selector("[data-saved] >> text=✓")
    assert waiting_in(page) == 1


def test_who_may_only_read_is_seen_and_saves_nothing(sign_in, site, open_window, editor):
    article = make_article()
    make_user("reporter", "Reporters", first_name="Jonas", last_name="Berg")
    reporter, mira = open_window(), open_window()
    sign_in(reporter, "reporter")
    reporter.goto(address(site, article))
    sign_in(mira, "editor")
    open_story(mira, site, article)
    mira.wait_for_selector(".face[title='Jonas Berg is reading']")
    assert article.revisions.count() == 1
