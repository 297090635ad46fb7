"""What editors see and do at the desk, in a real browser."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from articles import publishing, richtext, scheduling
from articles.models import (
    Article,
    Correction,
    KeptSearch,
    Kind,
    Section,
    Site,
    Status,
    StyleEntry,
)
from tests.browser.test_reading import too_wide
from tests.factories import (
    make_admin,
    make_article,
    make_author,
    make_draft,
    make_picture,
    make_section,
    make_topic,
    make_user,
)
from tests.test_richtext import EVERY_BLOCK

PHONE = 390


def a_moment(page):
    """Until the editor has heard of a key or a click, by the page’s clock. A hand is slower."""
    page.evaluate("new Promise(done => setTimeout(done, 150))")


def open_story(page, site, article):
    page.goto(f"{site}/admin/articles/article/{article.pk}/change/")
    page.wait_for_selector(".prose-menubar")


def test_an_editor_writes_and_publishes_a_story_by_keyboard(type_in, site, page):
    make_user("editor")
    make_section("Business")
    type_in(page, "editor")
    page.click("text=New story")
    page.wait_for_selector(".prose-menubar")
    page.keyboard.type("Port opens two years early")  # the cursor waits in the headline
    page.focus("#id_dateline")
    page.keyboard.type("PORT ALDER")
    page.focus(".ProseMirror")
    page.keyboard.type("The first boats left at dawn.\nNobody waved.")
    page.select_option("#id_section", label="Business")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("text=Publish now")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(".messagelist .success")
    article = Article.objects.get()
    assert article.body == "<p>The first boats left at dawn.</p><p>Nobody waved.</p>"
    page.click(".messagelist a")
    assert page.inner_text("h1") == "Port opens two years early"
    assert page.inner_text(".prose > p >> nth=0") == "PORT ALDER: The first boats left at dawn."


def test_a_changed_headline_is_seen_on_the_page(sign_in, site, page, printed):
    call_command("loaddata", "initial_stories", verbosity=0)
    make_user("editor")
    article = Article.objects.get(headline__startswith="Putin thanks Kim")
    sign_in(page, "editor")
    open_story(page, site, article)
    page.fill("#id_headline", "Putin thanks Kim for troops")
    page.click("text=Publish changes…")
    page.click("text=Publish the fix")
    page.wait_for_selector("text=The time readers see stays: Updated 28 April 2025")
    page.goto(site + article.get_absolute_url())
    assert page.inner_text("h1") == "Putin thanks Kim for troops"
    assert "Updated 28 April 2025, 13:05 UTC" in page.inner_text(".byline")


def test_opening_and_saving_a_story_changes_no_block_of_it(sign_in, site, page):
    make_user("editor")
    picture = make_picture(code="7k3fq")
    article = make_article(body=EVERY_BLOCK, lead_image=picture)
    sign_in(page, "editor")
    open_story(page, site, article)
    page.wait_for_function(
        "() => document.querySelector('.ProseMirror figure img').naturalWidth > 0"
    )
    page.focus(".ProseMirror")
    a_moment(page)
    page.keyboard.press("Control+Home")
    page.keyboard.type("More ")
    page.click("text=Publish changes…")
    page.click("text=Publish the fix")
    page.wait_for_selector(".messagelist .success")
    article.refresh_from_db()
    assert article.body == EVERY_BLOCK.replace("<p>Words", "<p>More Words", 1)


READ_AND_WRITTEN = """body => {
    const { editor } = document.querySelector('.ProseMirror');
    editor.commands.setContent(body);
    return editor.getHTML();
}"""


def test_the_handbook_survives_the_editor(sign_in, site, page, printed):
    call_command("loaddata", "initial_stories", "handbook", verbosity=0)
    make_user("editor")
    sign_in(page, "editor")
    open_story(page, site, Article.objects.first())
    page.wait_for_function("() => document.querySelector('.ProseMirror')?.editor")
    for article in Article.objects.all():
        made = page.evaluate(READ_AND_WRITTEN, article.body)
        assert richtext.clean(made) == article.body, article


def test_an_editor_builds_each_kind_of_block(sign_in, site, page):
    make_user("editor")
    picture = make_picture("boat.png", caption="The first boat")
    article = make_draft(body="<p>Words</p>")
    sign_in(page, "editor")
    open_story(page, site, article)

    def at_the_end():
        page.focus(".ProseMirror")
        a_moment(page)
        page.keyboard.press("Control+End")

    at_the_end()
    page.click(".prose-menubar >> text=Picture")
    page.fill(".chooser input", "boat")
    page.click(".chooser-list button")
    a_moment(page)
    page.keyboard.type("At dawn")
    page.click(".prose-menubar >> text=Embed")
    page.fill("dialog input", "https://video.example/port")
    page.keyboard.press("Enter")
    page.wait_for_selector(".embed-card >> text=only a link")
    page.locator(".ProseMirror > p").first.click()
    a_moment(page)
    page.keyboard.press("End")
    a_moment(page)
    page.click(".prose-menubar >> text=Pull quote")
    a_moment(page)
    page.keyboard.type("We sail")
    page.click("text=Save draft")
    page.wait_for_selector("[data-saved]:text-matches('^Saved')")
    article.refresh_from_db()
    assert (
        f'<figure data-image="{picture.code}"><figcaption>At dawn</figcaption></figure>'
        in article.body
    )
    assert '<div data-embed="https://video.example/port"></div>' in article.body
    assert '<aside class="pullquote"><p>We sail</p>' in article.body


def test_blocks_are_left_and_removed_by_keyboard(sign_in, site, page):
    make_user("editor")
    figure = f'<figure data-image="{make_picture().code}"><figcaption>Dawn</figcaption></figure>'
    quote = '<aside class="pullquote"><p>We sail</p><footer>Captain</footer></aside>'
    box = '<aside class="factbox"><h2>The port</h2><p>Nine berths</p></aside>'
    article = make_draft(body=figure + quote + box)
    sign_in(page, "editor")
    open_story(page, site, article)
    page.wait_for_function("() => document.querySelector('figure img').naturalWidth > 0")
    for place, presses in (("figcaption", 1), ("aside footer", 1), (".factbox p", 2)):
        page.click(f".ProseMirror {place}")
        a_moment(page)
        page.keyboard.press("End")
        a_moment(page)
        for _ in range(presses):
            page.keyboard.press("Enter")
        page.keyboard.type("More.")
        a_moment(page)
    made = page.evaluate("document.querySelector('.ProseMirror').editor.getHTML()")
    assert richtext.clean(made) == "".join(block + "<p>More.</p>" for block in (figure, quote, box))
    page.click(".ProseMirror figcaption")
    a_moment(page)
    page.keyboard.press("Home")
    page.keyboard.press("Shift+End")
    a_moment(page)
    for _ in range(3):  # the words, then the picture is selected, then it goes
        page.keyboard.press("Backspace")
        a_moment(page)
    assert page.locator(".ProseMirror figure").count() == 0


def paste(page, html):
    page.focus(".ProseMirror")
    page.evaluate(
        """html => {
            const clipboardData = new DataTransfer();
            clipboardData.setData("text/html", html);
            document.querySelector(".ProseMirror").dispatchEvent(
                new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
        }""",
        html,
    )
    return page.evaluate("document.querySelector('.ProseMirror').editor.getHTML()")


def test_a_pasted_page_leaves_its_scripts_and_loses_no_space(sign_in, site, page):
    """The console stays silent too: the window listens to it."""
    make_user("editor")
    sign_in(page, "editor")
    page.add_init_script("localStorage.clear()")  # else the words of the page before come back
    js = '<a title="a>b" onclick=\'no()\' href="javascript:no()">js link</a>'
    ok = '<a href="https://ok.example/"onfocus=no()>ok link</a>'
    link = '<a href="https://ok.example/">ok link</a>'
    for html, kept in (
        (f"<p onclick='no()'>One {js} {ok}</p>", f"<p>One js link {link}</p>"),
        (f"{js} {ok}", f"<p>js link {link}</p>"),
        (
            f"<p>One</p><!--x-->{js} {ok} <i>two</i>",
            f"<p>One</p><p>js link {link} <em>two</em></p>",
        ),
        ("<img/onerror=no() src=x><svg onload='no()'/>It's", "<p>It's</p>"),
        ("<b ONCLICK = no() style='font-weight:400'>A < b</b>", "<p>A &lt; b</p>"),
        ('<p title=it\'s onclick=no() style="font-style:italic">A', "<p><em>A</em></p>"),
        ("<script>no('<p onclick=1>')</script><p =x onclick=no()>A</p>", "<p>A</p>"),
    ):
        page.goto(f"{site}/admin/articles/article/add/")
        page.wait_for_selector(".prose-menubar")
        assert paste(page, html) == kept, html


def test_the_lead_picture_is_chosen_from_the_library(sign_in, site, page):
    make_user("editor")
    (
        make_picture("tram.png", caption="Tram", alt_text="Tram"),
        make_picture("boat.png", caption="The boat"),
    )
    article = make_draft()
    sign_in(page, "editor")
    open_story(page, site, article)
    page.click("text=Choose a picture…")
    page.fill(".chooser input", "boat")
    page.wait_for_function("() => document.querySelectorAll('.chooser-list button').length == 1")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-picture-shown]:visible")
    assert page.input_value("#picture_credit") == "Dana Ruiz"
    page.click("text=Save draft")
    page.wait_for_selector("[data-saved]:text-matches('^Saved')")
    article.refresh_from_db()
    assert article.lead_image.caption == "The boat"


def test_the_toolbar_is_one_stop_for_tab(sign_in, site, page):
    make_user("editor")
    sign_in(page, "editor")
    open_story(page, site, make_draft())
    page.focus(".ProseMirror")
    page.keyboard.press("Alt+F10")
    first = page.evaluate("document.activeElement.dataset.name")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.dataset.name") != first
    assert page.locator(".prose-menubar button[tabindex='0']").count() == 1
    unnamed = "button:not([aria-label]), button[aria-label='']"
    assert page.locator(f".prose-menubar {unnamed}").count() == 0
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.classList.contains('ProseMirror')")


@pytest.mark.twice
def test_the_slower_of_two_editors_loses_no_word(sign_in, site, open_window):
    open_window.may_fail.append("/autosave/")  # on a slow machine it is refused before the save is
    make_user("mira"), make_user("amal")
    article = make_article()
    mira, amal = open_window(), open_window()
    for page, name in ((mira, "mira"), (amal, "amal")):
        sign_in(page, name)
        open_story(page, site, article)
    amal.fill("#id_headline", "Amal’s headline")
    amal.click("text=Publish changes…")
    amal.click("text=Publish the fix")
    amal.wait_for_selector(".messagelist .success")
    mira.fill("#id_headline", "Mira’s headline")
    mira.focus(".ProseMirror")
    mira.keyboard.type("Mira’s words. ")
    mira.click("text=Publish changes…")
    mira.wait_for_selector("text=amal saved while you were writing")
    article.refresh_from_db()
    assert article.headline == "Amal’s headline"
    assert mira.inner_text("[data-count]") == "1 left to choose"
    mira.wait_for_selector("[name=_save]:disabled")
    mira.keyboard.press("2")
    assert mira.input_value("[data-result]") == "Mira’s headline"
    assert mira.inner_text("[data-count]") == "All chosen"
    mira.keyboard.press("Enter")  # the button has the focus now
    mira.wait_for_selector(".messagelist .success")
    assert mira.input_value("#id_headline") == "Mira’s headline"
    assert "Mira’s words." in mira.inner_text(".ProseMirror")
    article.refresh_from_db()
    assert article.headline == "Amal’s headline"  # what readers see waits for a publication


def test_enter_in_a_field_sends_nothing(sign_in, site, page):
    make_user("editor")
    article = make_article()
    sign_in(page, "editor")
    open_story(page, site, article)
    page.fill("#id_kicker", "Harbour")
    page.press("#id_kicker", "Enter")
    page.wait_for_timeout(300)
    assert page.input_value("#id_kicker") == "Harbour"
    assert Article.objects.get().kicker == ""


def test_a_fix_is_published_from_a_phone(sign_in, site, open_window):
    make_user("editor")
    article = make_article()
    page = open_window(viewport={"width": PHONE, "height": 800}, has_touch=True, is_mobile=True)
    sign_in(page, "editor")
    open_story(page, site, article)
    page.fill("#id_headline", "Port opens.")
    page.tap("text=Details")  # the side column waits behind it
    page.fill("#id_agency", "Port Alder News")
    page.tap(".checks li:has-text('No standfirst.') a")  # leads to the words, and back to them
    page.wait_for_selector("#id_standfirst:focus")
    assert not page.is_visible("#id_agency")
    for name in ("[data-details]", "summary[aria-label='More for this story']", "[name=_go]"):
        box = page.locator(name).bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= PHONE, name
        assert box["height"] >= 44, name
        assert box["y"] > 700, name  # within the reach of a thumb
    page.tap("text=Publish changes…")
    page.tap("text=Publish the fix")
    page.wait_for_selector(".messagelist .success")
    article.refresh_from_db()
    assert article.headline == "Port opens."
    assert article.agency == "Port Alder News"


def test_the_form_works_without_script(sign_in, site, open_window):
    make_user("editor")
    article = make_draft()
    page = open_window(java_script_enabled=False)
    sign_in(page, "editor")
    page.goto(f"{site}/admin/articles/article/{article.pk}/change/")
    page.fill("#id_body", "<p>Typed by hand.</p>")
    page.click("[name=_go]")
    page.click("[name=_sure]")
    article.refresh_from_db()
    assert article.status == Status.PUBLISHED
    assert article.body == "<p>Typed by hand.</p>"


ENDLESS = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbau" * 5


def pages_with_an_endless_word():
    """Addresses of every page of the desk that shows a headline, all of one word."""
    editor = make_user("editor")
    article = make_article(ENDLESS, topics=[ENDLESS[:100]], authors=[make_author(ENDLESS[:100])])
    publishing.adopt(article)
    changes = {"headline": ENDLESS[::-1], "standfirst": ENDLESS, "body": f"<p>{ENDLESS}</p>"}
    publishing.save_draft(article, changes, by=editor, started_from=article.working)
    waiting = scheduling.schedule(
        article,
        kind=Kind.UPDATE,
        at=timezone.now() + timedelta(hours=3),
        note=ENDLESS,
        by=editor,
        started_from=article.working,
    )
    published, draft = make_article(ENDLESS), make_draft(ENDLESS)
    make_article("Long ago", minutes_old=600 * 24 * 60)
    make_section(ENDLESS[:60], slug="endless")
    make_user("endless", first_name=ENDLESS[:150], last_name=ENDLESS[:150])
    StyleEntry.objects.create(avoid=ENDLESS[:100], write=ENDLESS[1:101], why=ENDLESS[:200])
    Correction.objects.create(article=article, text=ENDLESS, made_at=timezone.now())
    KeptSearch.objects.create(user=editor, name=ENDLESS[:60], query="q=port", is_shared=True)
    publishing.adopt(draft)
    started_from = draft.working
    publishing.save_draft(draft, {"headline": "Mine"}, by=editor, started_from=started_from)
    try:
        publishing.save_draft(
            draft, {"headline": ENDLESS[::-1]}, by=make_admin(), started_from=started_from
        )
    except publishing.Stale as stale:
        kept = stale.kept

    def of(name, *args):
        return reverse(f"admin:articles_{name}", args=args)

    return [
        *(reverse("admin:index"), of("article_changelist"), of("topic_changelist")),
        *(of("article_change", article.pk), of("article_change", draft.pk)),
        *(of("article_history", article.pk), of("article_publish", article.pk)),
        *(of("article_publish", draft.pk), of("article_scheduled", article.pk, waiting.pk)),
        *(of("article_withdraw", published.pk), of("article_delete", draft.pk)),
        *(of("article_time", article.pk), of("article_together", draft.pk, kept.number)),
        *(of("author_changelist"), of("topic_change", article.topics.get().pk)),
        *(of("section_changelist"), of("styleentry_changelist"), of("correction_changelist")),
        reverse("admin:auth_user_changelist"),
        *(
            of("article_notes", draft.pk),
            of("article_assignments", draft.pk),
            of("article_who", draft.pk),
        ),
    ]


def test_no_page_of_the_desk_is_wider_than_the_window(sign_in, site, open_window):
    addresses, wide = pages_with_an_endless_word(), []
    page = open_window(reduced_motion="reduce")
    sign_in(page, "admin")
    for address in addresses:
        page.goto(site + address)
        for width in (320, PHONE, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            if found := too_wide(page) or beside_its_list(page):
                wide.append((width, address, found))
    assert not wide


def beside_its_list(page):
    """The columns of a list that are seen only after scrolling it sideways."""
    return page.evaluate(
        """() => [...document.querySelectorAll(".results")].flatMap(list =>
        [...list.querySelectorAll("tbody tr:first-child > *, tbody tr:first-child bdi")]
        .filter(part => part.getBoundingClientRect().right > list.getBoundingClientRect().right + 1)
        .map(part => part.className || part.outerHTML.slice(0, 80)))"""
    )


def test_what_a_story_is_published_with_stands_inside_the_narrowest_phone(
    sign_in, site, open_window
):
    make_user("editor")
    live, waiting = make_article(), make_article("Later", minutes_old=-60)
    page = open_window(viewport={"width": 320, "height": 800})
    sign_in(page, "editor")
    for story in (live, waiting, make_draft()):
        open_story(page, site, story)
        box = page.locator("[data-go]").bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 320, story


def test_the_rights_of_a_group_stand_in_rows_by_subject(sign_in, site, page):
    make_admin()
    sign_in(page, "admin")
    page.goto(f"{site}/admin/auth/group/{Group.objects.first().pk}/change/")
    first = page.locator("#id_permissions > div", has_text="Authors")
    boxes = [label.bounding_box() for label in first.locator("label:has(input)").all()]
    assert len(boxes) == 4
    assert len({box["y"] for box in boxes}) == 1
    assert [box["x"] for box in boxes] == sorted(box["x"] for box in boxes)


def test_a_long_name_of_a_section_leaves_the_head_of_the_desk_in_one_line(sign_in, site, page):
    make_admin()
    make_section(ENDLESS[:60], slug="endless")
    sign_in(page, "admin")
    page.goto(f"{site}/admin/")
    page.set_viewport_size({"width": 1280, "height": 800})
    head, choice = page.locator(".page-top h1"), page.locator("#desk-section")
    assert choice.bounding_box()["width"] <= 256
    assert abs(head.bounding_box()["y"] - choice.bounding_box()["y"]) < 20


def test_a_long_name_of_the_paper_leaves_room_for_the_masthead(sign_in, site, page):
    make_admin()
    Site.objects.update_or_create(defaults={"name": "Gazette " * 12})
    sign_in(page, "admin", "/admin/guide/")
    for width in (320, 900, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        assert too_wide(page) == [], width
        name, own = page.locator("#site-name"), page.locator("#user-tools")
        assert name.bounding_box()["height"] <= 48, width
        box = own.bounding_box()
        assert box["x"] + box["width"] <= width


def test_the_menu_of_a_draft_opens_inside_a_phone(sign_in, site, open_window):
    make_user("editor")
    page = open_window(viewport={"width": PHONE, "height": 800})
    sign_in(page, "editor")
    open_story(page, site, make_draft())
    page.click(".bar-acts .menu summary")
    box = page.locator(".bar-acts .menu > div").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= PHONE


PLACES = """selector => [...document.querySelectorAll(selector)].map(line => {
    const found = [], walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
    for (let text; (text = walker.nextNode()); ) for (let i = 0; i < text.length; i++) {
        const range = document.createRange();
        range.setStart(text, i);
        range.setEnd(text, i + 1);
        const box = range.getBoundingClientRect();
        const sign = text.data[i].trim();
        if (sign) found.push({ sign, x: box.x, y: box.y + box.height / 2 });
    }
    const isBelow = (one, other) => Math.abs(one.y - other.y) > 8;  // on another line
    found.sort((one, other) => isBelow(one, other) ? one.y - other.y : one.x - other.x);
    return found.map(({ sign }) => sign).join("");
})"""


def test_names_of_either_direction_turn_no_words_round(sign_in, site, page):
    """What is read on the desk, sign by sign from the left."""
    editor = make_user("editor", first_name="ليلى")
    make_draft(authors=[make_author("ليلى"), make_author("Mira")], body="<p>word word word</p>")
    make_picture("boat.png", caption="القارب.", credit="ليلى.")
    make_topic("كييف"), make_topic("Kyiv")
    sign_in(page, "editor")
    page.goto(f"{site}/admin/")
    assert page.evaluate(PLACES, "#draft .meta") == ["Worldىليل,Mira3words"]
    page.goto(f"{site}/admin/articles/article/")
    assert page.evaluate(PLACES, ".field-by") == ["ىليل,Mira"]
    page.goto(f"{site}/admin/articles/image/")
    assert page.evaluate(PLACES, ".pic .name, .pic .credit") == [".براقلا", ".ىليل"]
    page.goto(f"{site}/admin/articles/topic/")
    page.click("#action-toggle")
    page.select_option("[name=action]", "merge")
    page.click("[name=index]")
    page.wait_for_selector(".check-line")
    assert set(page.evaluate(PLACES, ".check-line")) == {"فييك0stories", "Kyiv0stories"}
    article = make_article()
    publishing.adopt(article)
    waiting = scheduling.schedule(
        article,
        kind=Kind.UPDATE,
        at=timezone.now() + timedelta(hours=3),
        by=editor,
        started_from=article.working,
    )
    page.goto(f"{site}/admin/articles/article/{article.pk}/scheduled/{waiting.pk}/")
    said = page.evaluate(PLACES, ".publish-cols p.quiet")
    assert said[0].startswith(f"Setbyىليل,{timezone.localtime().day}")


def test_no_ring_of_the_focus_cuts_through_a_label(sign_in, site, page):
    make_user("editor")
    sign_in(page, "editor")
    open_story(page, site, make_draft(lead_image=make_picture()))
    for name in ("headline", "lead_caption", "section", "agency"):
        page.focus(f"#id_{name}")
        assert page.evaluate(
            """name => {
                const field = document.getElementById(name), style = getComputedStyle(field);
                const ring = parseFloat(style.outlineWidth) + parseFloat(style.outlineOffset);
                const label = document.querySelector(`label[for=${name}]`);
                return field.getBoundingClientRect().top - ring
                    >= label.getBoundingClientRect().bottom - 1;  // the label's own leading
            }""",
            f"id_{name}",
        ), name


def test_a_long_headline_stays_whole_in_its_field(sign_in, site, open_window):
    make_user("editor")
    article = make_draft("Three hundred letters of news " * 9)
    for width in (PHONE, 1280):
        page = open_window(viewport={"width": width, "height": 900})
        sign_in(page, "editor")
        open_story(page, site, article)
        hidden = page.evaluate(
            "() => { const field = document.getElementById('id_headline');"
            " return field.scrollHeight - field.clientHeight; }"
        )
        assert hidden <= 0, width


def test_sections_are_put_into_another_order_without_a_mouse(sign_in, site, page):
    make_admin()
    for position, name in enumerate(("World", "Sport", "Culture"), 1):
        make_section(name, position=position)
    sign_in(page, "admin")
    page.goto(f"{site}/admin/articles/section/order/")
    page.get_by_role("button", name="Move Culture").focus()
    for key in ("Space", "ArrowUp", "ArrowUp", "Space"):
        page.keyboard.press(key)
    assert page.locator("[data-toast] [role=status]").inner_text() == "Dropped. Place 1 of 3."
    page.get_by_role("button", name="Keep this order").click()
    page.wait_for_url("**/articles/section/")
    assert [section.name for section in Section.objects.all()] == ["Culture", "World", "Sport"]


def test_a_colour_that_is_left_empty_shows_none(sign_in, site, page):
    make_admin()
    sign_in(page, "admin")
    page.goto(f"{site}/admin/articles/section/add/")
    choice = page.locator("[data-colour] .is-empty")
    assert choice.count() == 1
    page.fill("#id_colour", "#aa0000")
    assert choice.count() == 0
    assert page.input_value("[data-colour] [type=color]") == "#aa0000"
    page.fill("#id_colour", "#a0F")
    assert page.input_value("[data-colour] [type=color]") == "#aa00ff"


def test_after_an_error_the_cursor_stands_in_its_field(sign_in, site, page):
    make_admin()
    sign_in(page, "admin")
    page.goto(f"{site}/admin/articles/section/add/")
    page.fill("#id_name", "Harbour")
    page.fill("#id_colour", "#ff0")
    page.click("[name=_save]")
    page.wait_for_selector("text=#ffff00 is too pale")
    page.wait_for_selector("#id_colour:focus")


def test_the_buttons_of_a_record_stand_where_its_fields_begin_on_a_phone(
    sign_in, site, open_window
):
    make_admin()
    page = open_window(viewport={"width": PHONE, "height": 800})
    sign_in(page, "admin")
    page.goto(f"{site}/admin/articles/topic/add/")
    field, save = page.locator("#id_name"), page.locator("[name=_save]")
    assert abs(field.bounding_box()["x"] - save.bounding_box()["x"]) <= 1
