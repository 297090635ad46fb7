"""Rights to pictures end: the desk is warned, no new story shows them, and readers' pages go on."""

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone

from articles import checks, publishing, words
from articles.clock import Clock
from articles.models import Article, Author, Page, Site
from tests.factories import make_article, make_author, make_draft, make_picture, make_user

pytestmark = pytest.mark.django_db


def in_days(days):
    return timezone.localdate() + timedelta(days=days)


def ended(name="over.png", **fields):
    return make_picture(name, rights_until=in_days(-1), **fields)


def shows(picture):
    return f'<p>Boats.</p><figure data-image="{picture.code}"></figure>'


def said(picture, article=None):
    article = article or make_article()
    found = checks.look(words.of(article) | {"lead_image": picture.code}, article)
    return [(one.stops, one.sentence) for one in found if one.look == "rights"]


@pytest.mark.parametrize(
    ("days", "stops", "verb"),
    [(-1, True, "ended"), (0, False, "end"), (7, False, "end"), (8, None, ""), (None, None, "")],
)
def test_the_end_of_rights_is_told_a_week_before_and_then_stops(days, stops, verb):
    until = None if days is None else in_days(days)
    picture = make_picture(rights_until=until)
    wanted = []
    if verb:
        day = f"{until.day} {until:%B %Y}"
        wanted = [(stops, f"Rights to the picture {verb} on {day}: {picture}")]
    assert said(picture) == wanted


def refused(verb, *args, **fields):
    try:
        verb(*args, by=None, **fields)
    except publishing.Stopped as refusal:
        return str(refusal)
    return ""


def test_no_story_newly_shows_a_picture_whose_rights_ended():
    picture = ended()
    draft, live = make_draft(lead_image=picture), make_article()
    assert "Rights to the picture ended" in refused(publishing.publish, draft)
    for verb in (publishing.fix, publishing.update):
        assert "ended" in refused(verb, live, {"lead_image": picture.code})
        assert "ended" in refused(verb, live, {"body": shows(picture)})
        gallery = [{"image": picture.code, "caption": "", "alt": ""}]
        assert "ended" in refused(verb, live, {"gallery": gallery})
    assert "ended" in refused(publishing.correct, live, {"body": shows(picture)}, text="Ten.")


def test_a_story_that_is_out_goes_on_and_may_be_mended_and_updated(client):
    picture = make_picture()
    story = make_article(lead_image=picture, body=shows(picture))
    picture.rights_until = in_days(-1)
    picture.save()
    publishing.fix(story, {"kicker": "Harbour"}, by=None)
    publishing.update(story, {"standfirst": "More boats."}, by=None)
    publishing.correct(story, {"dateline": "Alder"}, by=None, text="In Alder.")
    other = ended("other.png")
    assert "ended" in refused(publishing.update, story, {"lead_image": other.code})
    client.force_login(make_user())
    page = client.get(reverse("admin:articles_article_publish", args=[story.pk])).content.decode()
    assert "It stood here before, and readers see the story without it." in page
    publishing.withdraw(story, by=None, reason="A mistake.")
    assert "ended" in refused(publishing.publish, story)  # readers would newly get it


def prints_of(picture):
    return picture.content_hash[:24]


def test_no_page_for_readers_shows_a_picture_after_its_rights_ended(client):
    pictures = [make_picture(f"{name}.png", credit=f"Credit {name}") for name in "abcdef"]
    lead, shown, face, logo, dark, hung = pictures
    author = make_author(portrait=face)
    gallery = [{"image": hung.code, "caption": "", "alt": ""}]
    story = make_article(lead_image=lead, body=shows(shown), authors=[author], gallery=gallery)
    card = f'<aside data-story="{story.code}"></aside>'
    other = make_article("Port closes", body=f"<p>Boats.</p>{card}", authors=[author])
    house = Page.objects.create(title="About us", slug="about", body=shows(shown))
    Site(logo=logo, logo_on_dark=dark).save()
    readers = [
        *(story.get_absolute_url(), other.get_absolute_url(), author.get_absolute_url()),
        *("/", story.section.get_absolute_url(), house.get_absolute_url(), "/search/?q=port"),
        *(story.section.get_feed_url(), author.get_feed_url(), reverse("feed")),
    ]

    def seen():
        pages = "".join(client.get(address).content.decode() for address in readers)
        return [p.credit for p in pictures if prints_of(p) in pages], pages

    assert seen()[0] == [picture.credit for picture in pictures]
    for picture in pictures:
        picture.rights_until = in_days(-1)
        picture.save()
    showing, pages = seen()
    assert showing == []
    assert "Credit" not in pages
    assert "og:image" not in pages


def test_the_desk_and_preview_show_a_story_as_readers_will_see_it(client):
    client.force_login(make_user())
    picture = ended()
    draft = make_draft(lead_image=picture, body=shows(picture))
    page = client.get(reverse("admin:articles_article_preview", args=[draft.pk]))
    assert page.status_code == 200
    assert prints_of(picture) not in page.content.decode()


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Pacific/Auckland", "America/Los_Angeles"])
def test_no_page_is_stored_past_the_newsrooms_midnight(zone):
    with timezone.override(ZoneInfo(zone)):
        late = datetime(2025, 5, 5, 23, 59, 40, tzinfo=ZoneInfo(zone))
        clock = Clock(now=late, lifetime=60)
        clock.expire_with_the_day()
        assert clock.lifetime == 20


def test_the_day_that_the_clock_is_changed_ends_at_midnight_too():
    zone = ZoneInfo("Europe/Berlin")
    with timezone.override(zone):
        clock = Clock(now=datetime(2025, 3, 30, tzinfo=UTC), lifetime=10**6)  # 1:00
        clock.expire_with_the_day()
        assert clock.lifetime == 22 * 60 * 60  # 23 hours long, one is gone


def test_rows_of_the_desk_name_the_day(client):
    client.force_login(make_user())
    soon = in_days(3)
    make_draft("Port to open", lead_image=make_picture(rights_until=soon))
    make_article("Port closed", lead_image=ended())
    for address in ("/admin/articles/article/", "/admin/"):
        page = client.get(address).content.decode()
        assert f"Rights end {soon.day} {soon:%B}" in page
    yesterday = in_days(-1)
    page = client.get("/admin/articles/article/").content.decode()
    assert f"Rights ended {yesterday.day} {yesterday:%B}" in page


def test_a_story_that_will_lose_its_picture_needs_a_look(client):
    client.force_login(make_user())
    make_article("Port opens", lead_image=make_picture(rights_until=in_days(2)), minutes_old=9000)
    make_article("Port sails", lead_image=make_picture("b.png", rights_until=in_days(9)))
    make_draft("Port to open", lead_image=make_picture("c.png", rights_until=in_days(2)))
    page = client.get("/admin/").content.decode()
    group = re.search(r'id="look".*?</section>', page, re.DOTALL)[0]
    assert "Port opens" in group
    assert "Rights end" in group
    assert "Port sails" not in group
    assert "Port to open" not in group
    assert Article.objects.count() == 3


def test_readers_are_told_of_a_picture_made_with_ai(client):
    lead = make_picture(digital_source="trainedAlgorithmicMedia", caption="", credit="")
    part = make_picture("b.png", digital_source="compositeWithTrainedAlgorithmicMedia")
    by_hand = make_picture("c.png", digital_source="digitalCapture")
    story = make_article(lead_image=lead, body=shows(part) + shows(by_hand))
    page = client.get(story.get_absolute_url()).content.decode()
    mark = '<span class="credit">Made with AI</span>'
    lead_says, part_says, by_hand_says = re.findall("<figcaption>.*?</figcaption>", page)
    assert " ".join(lead_says.split()) == f"<figcaption> {mark}</figcaption>"
    said = f'The first boat. <span class="credit">Dana Ruiz</span> {mark}</figcaption>'
    assert part_says.endswith(said)
    assert mark not in by_hand_says
    assert 'digitalSourceType":"http://cv.iptc.org/newscodes/digitalsourcetype/trained' in page
    arabic = make_article("ميناء", language="ar", lead_image=lead, body=shows(part))
    page = client.get(arabic.get_absolute_url()).content.decode()
    assert page.count("أُنتجت بالذكاء الاصطناعي") == 2


def test_rights_end_with_the_newsrooms_day_not_the_servers():
    picture = make_picture(rights_until=date(2025, 5, 5))
    for zone, is_shown in (("Pacific/Kiritimati", False), ("America/Los_Angeles", False)):
        with timezone.override(ZoneInfo(zone)):
            assert picture.may_be_shown is is_shown
    today_in_the_east = datetime.now(ZoneInfo("Pacific/Kiritimati")).date()
    picture.rights_until = today_in_the_east - timedelta(days=1)
    with timezone.override(ZoneInfo("Pacific/Kiritimati")):
        assert not picture.may_be_shown
    with timezone.override(ZoneInfo("Pacific/Pago_Pago")):  # 25 hours behind
        assert picture.may_be_shown
    assert Author.objects.count() == 0
