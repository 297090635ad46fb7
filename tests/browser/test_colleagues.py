"""Colleagues who tell each other of stories, in a real browser."""

from datetime import timedelta

import pytest
from django.utils import timezone

from articles import assignments, notes, publishing
from articles.models import Article, Note, Status
from tests.browser.test_desk import a_moment
from tests.factories import make_draft, make_user

PHONE = {"viewport": {"width": 390, "height": 800}, "has_touch": True, "is_mobile": True}
NOTHING_IS_SELECTED = "() => document.querySelector('.ProseMirror').editor.state.selection.empty"


@pytest.fixture
def amal(transactional_db):
    return make_user("amal", "Reporters", first_name="Amal", last_name="Haddad")


@pytest.fixture
def mira(transactional_db):
    return make_user("mira", first_name="Mira", last_name="Lind")


def test_on_a_phone_a_note_is_answered_and_a_story_approved_by_taps(
    sign_in, open_window, mira, amal
):
    article = make_draft("Port to open")
    publishing.submit(article, by=mira)
    notes.write(article, "@mira is nine right?", by=amal)
    assignments.assign(article, to=mira, by=None, due_at=timezone.now() + timedelta(hours=1))
    page = open_window(**PHONE)
    sign_in(page, "mira", "/admin/guide/")
    page.tap(".to-inbox")
    page.fill("[name=text]", "Yes, nine.")
    page.tap("text=Send the answer")
    page.wait_for_selector("text=Told: Amal Haddad.")
    page.tap("#desk-nav >> text=Desk")
    assert "by " in page.inner_text("#review .when")
    page.tap("#review [data-row-next]")
    page.tap("summary[aria-label='More for this story']")
    page.tap("text=Ready for readers")
    page.wait_for_selector(".messagelist .success")
    assert Article.objects.get().status == Status.READY
    assert Note.objects.last().text == "Yes, nine."


def test_half_a_note_waits_and_a_note_is_sent_once(sign_in, site, page, mira):
    article = make_draft()
    sign_in(page, "mira", f"/admin/articles/article/{article.pk}/change/")
    page.fill("#new-note", "Who says")
    page.goto(f"{site}/admin/")
    page.goto(f"{site}/admin/articles/article/{article.pk}/change/")
    page.wait_for_function("() => document.querySelector('#new-note').value == 'Who says'")
    page.fill("#new-note", "Who says so?")
    held = []
    page.route("**/notes/", lambda route: held.append(route))
    page.keyboard.press("Control+Enter")
    page.keyboard.press("Control+Enter")
    page.keyboard.type(" And when?")
    (sent,) = held
    sent.continue_()
    page.wait_for_selector(".thread >> text=Who says so?")
    page.wait_for_function("() => document.querySelector('#new-note').value == 'And when?'")
    assert Note.objects.get().text == "Who says so?"


def test_a_note_about_selected_words_names_somebody_from_the_list(sign_in, site, page, mira, amal):
    article = make_draft(body="<p>The first boats left at dawn.</p>")
    sign_in(page, "mira")
    page.goto(f"{site}/admin/articles/article/{article.pk}/change/")
    page.wait_for_selector(".prose-menubar")
    page.click(".ProseMirror p")
    a_moment(page)
    page.keyboard.press("Control+a")
    a_moment(page)
    page.keyboard.press("Control+Alt+m")
    assert page.inner_text("[data-quote]") == "The first boats left at dawn."
    page.keyboard.type("Who says so, @am")
    page.wait_for_selector(".names [aria-selected=true]")
    page.keyboard.press("Enter")
    assert page.input_value("#new-note") == "Who says so, @amal "
    page.keyboard.type(" please")  # the space that everybody types stands there already
    assert page.input_value("#new-note") == "Who says so, @amal please"
    page.keyboard.press("Control+Enter")  # sends the note, and publishes nothing
    page.wait_for_selector("text=Noted. Told: Amal Haddad.")
    note = Note.objects.get()
    assert (note.field, note.quoted) == ("body", "The first boats left at dawn.")
    page.keyboard.press("Escape")  # leads back to the words
    page.wait_for_selector(".ProseMirror:focus")
    a_moment(page)
    page.keyboard.press("ArrowRight")
    page.wait_for_function(
        "() => document.querySelector('.ProseMirror').editor.state.selection.empty"
    )
    page.keyboard.type(" And more.")
    assert page.inner_text(".ProseMirror") == "The first boats left at dawn. And more."
    page.click(".thread >> text=Settle it")
    page.wait_for_selector(".thread >> text=Settled by Mira Lind")
    assert page.get_attribute("[data-saved]", "data-mood") in {None, "fine"}
    article.refresh_from_db()
    assert (article.status, article.revisions.count()) == (Status.DRAFT, 1)
