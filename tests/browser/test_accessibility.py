"""What axe says of every page, and whether each fits its window."""

from datetime import timedelta
from importlib.resources import files

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone

from articles import assignments, notes, previews, publishing, scheduling
from articles.models import Article, Kind, Page, StyleEntry
from tests.browser.test_reading import reader_pages
from tests.factories import make_admin, make_draft

WIDE, PHONE = 1440, 390
AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text()
SETTLED = """async () => {
    const frame = () => new Promise(requestAnimationFrame);
    await frame(); await frame();
    await Promise.allSettled(document.getAnimations().map(change => change.finished));
    await frame(); await frame();
}"""  # the other colours and widths stand on the screen, and nothing fades any more
FOUND = """options => axe.run(document, options).then(said => said.violations.map(
    fault => `${fault.id}: ${fault.help}: ${fault.nodes.slice(0, 3).map(node => node.html)}`))"""
CONTRAST = {"type": "rule", "values": ["color-contrast"]}  # all that a colour scheme changes
EVERYTHING = {
    "type": "tag",
    "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}

# Colours hang on no width: in the dark they are looked at once.
LOOKS = [(WIDE, "light", EVERYTHING), (WIDE, "dark", CONTRAST), (PHONE, "light", EVERYTHING)]


@pytest.fixture
def desk_pages(paper):
    """The main pages of the desk, by address."""
    user = make_admin()
    StyleEntry.objects.create(avoid="port", write="harbour", why="Ports are for wine.")
    draft, live = make_draft(), Article.objects.get(headline__startswith="Everything a story")
    records = "/admin/articles"
    return [
        "/admin/",
        *(f"{records}/{name}/" for name in ("article", "image", "topic", "section", "author")),
        *(f"{records}/{name}/add/" for name in ("article", "image", "topic", "correction")),
        *(f"{records}/article/{article.pk}/change/" for article in (draft, live)),
        f"{records}/article/{live.pk}/withdraw/",
        *(f"{records}/article/{article.pk}/publish/" for article in (draft, live)),
        f"{records}/article/{live.pk}/together/{clashing(live).number}/",
        f"{records}/article/{live.pk}/history/?a=3",
        f"{records}/article/{live.pk}/who/",
        *(f"{records}/article/{live.pk}/{page}/" for page in ("kill", "tells-changes", "time")),
        f"{records}/article/{live.pk}/scheduled/{waiting_beside(live).pk}/",
        *(f"{records}/article/{live.pk}/{page}/" for page in versions(live)),
        *(f"{records}/article/{draft.pk}/{page}/" for page in ("preview", "previews")),
        answered(draft).get_absolute_url(),
        "/admin/inbox/",
        f"{records}/article/{told_of(draft, user).pk}/notes/",
        f"{records}/article/{draft.pk}/assignments/",
        f"{records}/article/assignment/",
        f"{records}/article/{draft.pk}/delete/",
        f"{records}/image/{live.lead_image_id}/change/",
        f"{records}/section/{live.section_id}/change/",
        "/admin/find/?q=port",
        *(f"{records}/{page}/" for page in ("check", "check/add", "styleentry/paste")),
        "/admin/auth/user/",
        "/admin/auth/user/add/",
        *(f"/admin/auth/user/{user.pk}/{page}/" for page in ("change", "password", "invite")),
        f"/admin/auth/group/{Group.objects.first().pk}/change/",
        "/admin/articles/site/",
        "/admin/guide/",
        *(f"/admin/guide/{chapter}/" for chapter in ("subjects", "pmy22")),
        f"{records}/section/order/",
        f"{records}/page/{Page.objects.first().pk}/change/",
        "/admin/password_change/",
    ]


@pytest.fixture
def page(open_window):
    """A window in which nothing fades: what axe measures is the colour that stays."""
    return open_window(reduced_motion="reduce")


def told_of(article, user):
    """A story with notes and people, some of which are in the inbox."""
    for text in ("@admin who says so?", "@admin and when?"):
        note = notes.write(article, text, by=None, quoted="Port")
    notes.settle(note, by=user)
    notes.mark_read(note.mentions.all(), by=user)
    assignments.assign(article, to=user, by=None, what="Ring the port")
    return article


def clashing(article):
    """Words of a save that came too late, and leave changes waiting at the desk."""
    publishing.save_draft(article, {"headline": "Theirs", "kicker": "Port"}, by=None)
    for kicker in ("Ports", "Port"):  # a run that folds
        publishing.autosave(article, {"kicker": kicker}, by=None)
    with pytest.raises(publishing.Stale) as refused:
        publishing.save_draft(article, {"headline": "Mine"}, by=None, started_from=1)
    return refused.value.kept


def answered(article):
    """A preview link that somebody outside has answered, and another that has ended."""
    told = {"by": None, "expires_at": timezone.now() + timedelta(days=1)}
    previews.revoke(previews.make(article, label="Sources", **told), by=None)
    link = previews.make(article, label="Legal", may_approve=True, may_comment=True, **told)
    said = {"revision": link.shown(), "name": "Lena Ortiz", "comment": "Nine, not eight."}
    previews.answer(link, is_approval=True, **said)
    return link


def waiting_beside(article):
    """An update that no longer fits, so that its page and the desk's first page say so."""
    other = Article.objects.filter(status="published").exclude(pk=article.pk).first()
    for story in (other, article):
        if not story.working:
            publishing.adopt(story)
        story.refresh_from_db()
        at, told = timezone.now() + timedelta(hours=1), {"headline": "Tonight"}
        waiting = scheduling.schedule(story, told, by=None, at=at, kind=Kind.UPDATE)
    publishing.fix(other, {"headline": "Now"}, by=None)
    return waiting


def versions(article):
    """Pages of two versions that readers saw, of which one is hidden from them."""
    number = article.live
    publishing.fix(article, {"kicker": "Harbour"}, by=None)
    publishing.hide_version(article, number, by=None, because="Removed on legal advice.")
    return [f"versions/{number}", f"versions/{number}/hide", f"versions/{article.live}/hide"]


def violations(page, rules):
    """What is wrong with a page for people who read it otherwise."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    # With preload, axe would load our style sheets again as inline ones, against our policy.
    options = {"preload": False, "resultTypes": ["violations"], "runOnly": rules}
    return page.evaluate(FOUND, options)


def faults(page):
    """Of the page that is open: at a desk, there in the dark too, and on a phone."""
    found = []
    for width, scheme, rules in LOOKS:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        page.evaluate(SETTLED)
        found += [f"{width} {scheme}: {fault}" for fault in violations(page, rules)]
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append(f"{width}: wider than the window")
    page.set_viewport_size({"width": WIDE, "height": 900})
    page.emulate_media(color_scheme="light")
    return found


def test_readers_pages_have_no_faults(paper, page):
    found = {}
    for name, address in reader_pages().items():
        page.goto(paper + address)
        page.evaluate("document.querySelectorAll('details.follow').forEach(d => d.open = true)")
        found[name] = faults(page)
    assert not any(found.values()), found


@pytest.mark.parametrize("half", [0, 1])
def test_the_desk_has_no_faults(desk_pages, sign_in, site, page, half):
    page.goto(f"{site}/admin/login/")
    found = {"login": faults(page)}
    sign_in(page, "admin")
    for address in desk_pages[half::2]:  # in two halves, which run side by side
        page.goto(site + address)
        found[address] = faults(page)
    assert not any(found.values()), found
