"""Readers' pages: what stands on them, and where they lead."""

import base64
import gzip
import json
import re
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.core.management import call_command
from django.core.signals import request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles import darkroom, publishing
from articles.models import Article, Correction, Image, Status, TopicAlias
from tests.factories import (
    make_article,
    make_author,
    make_draft,
    make_picture,
    make_section,
    make_topic,
    make_user,
)

pytestmark = pytest.mark.django_db


def read(client, address, status=200):
    response = client.get(address)
    assert response.status_code == status, (address, response.status_code)
    return response.content.decode()


def test_a_full_story_shows_every_part(client):
    picture = make_picture(caption="The first boat of the day.", credit="Dana Ruiz / NWA")
    article = make_article(
        "Port opens",
        kicker="Harbour",
        standfirst="Two years early.",
        key_points=["Nine berths", "No fee on Mondays"],
        dateline="PORT ALDER",
        lead_image=picture,
        agency="NWA",
        authors=[make_author("Mira Lind"), make_author("Jonas Berg")],
        topics=["Harbour", "Ferries"],
    )
    Correction.objects.create(article=article, text="The port has nine berths, not eight.")
    page = read(client, article.get_absolute_url())
    for part in (
        "<h1>Port opens</h1>",
        '<p class="standfirst">Two years early.</p>',
        "<li>Nine berths</li>",
        '<span class="dateline">PORT ALDER:</span> The first boats',
        'The first boat of the day. <span class="credit">Dana Ruiz / NWA</span>',
        '<b>Mira Lind</b></a> and <a href="/author/jonas-berg/"><b>Jonas Berg</b></a> with',
        '<span class="agency">NWA</span>',
        '<a href="/topic/ferries/">Ferries</a>',
        "The port has nine berths, not eight.",
        f"/{article.code}",
        'href="/feeds/section/world/"',
        'href="/feeds/topic/harbour/"',
    ):
        assert part in page, part


def test_a_brief_story_closes_up(client):
    page = read(client, make_article().get_absolute_url())
    for part in (
        "key-points",
        "dateline",
        "<figure",
        "standfirst",
        "story-end",
        'class="correction"',
        "By ",
    ):
        assert part not in page, part


def test_a_credit_stands_under_a_lead_picture_without_a_caption(client):
    article = make_article(lead_image=make_picture(caption="", credit="Dana Ruiz"))
    assert '<figcaption> <span class="credit">Dana Ruiz</span></figcaption>' in read(
        client, article.get_absolute_url()
    )


def test_a_stale_address_leads_to_the_right_one(client):
    article = make_article()
    for address in (f"/world/{article.code}/old-words/", f"/business/{article.code}/port-opens/"):
        response = client.get(address)
        assert response.status_code == 301
        assert response.url == article.get_absolute_url()


def test_a_code_with_its_section_finds_the_story(client):
    article, draft = make_article(), make_draft()
    for address in (f"/world/{article.code}/", f"/business/{article.code.upper()}/"):
        response = client.get(address)
        assert (response.status_code, response.url) == (301, article.get_absolute_url())
    response = client.get(f"/world/{article.code}", follow=True)
    assert response.redirect_chain[-1] == (article.get_absolute_url(), 301)
    publishing.withdraw(article, by=None)
    assert client.get(f"/world/{article.code}/").status_code == 410
    assert client.get(f"/world/{draft.code}/").status_code == 404


def test_a_topic_that_could_be_a_code_keeps_its_page(client):
    make_article(topics=["Beach"])
    assert "Beach" in read(client, "/topic/beach/")
    assert client.get("/topic/beach").url == "/topic/beach/"


def test_a_stale_address_is_stored_like_a_page_but_not_for_an_editor(client, settings):
    article = make_article(topics=["Harbour"])
    TopicAlias.objects.create(topic=article.topics.get(), name="Port")
    addresses = (
        f"/world/{article.code}/old-words/",
        f"/world/{article.code}/",
        "/topic/port/",
        "/feeds/topic/port/",
    )
    for address in addresses:
        response = client.get(address)
        assert response.status_code == 301
        assert response.headers["Cache-Control"] == "public, max-age=60", address
    client.force_login(make_user())
    for address in addresses:
        assert client.get(address).headers["Cache-Control"] == "private, no-store", address


def test_an_address_in_any_script_answers(client):
    article = make_article("المكتبة تفتح أبوابها", language="ar")
    assert "المكتبة" in read(client, article.get_absolute_url())


@pytest.mark.parametrize("status", [Status.DRAFT, Status.REVIEW])
def test_a_story_that_is_not_out_is_found_nowhere(client, status):
    article = make_article(
        "Secret merger", status=status, topics=["Merger"], authors=[make_author()]
    )
    for address in (
        article.get_absolute_url(),
        f"/{article.code}",
        f"/{article.code}+",
        f"/{article.code}.svg",
    ):
        assert client.get(address).status_code == 404
    for address in (
        "/",
        "/latest/",
        "/world/",
        "/topic/merger/",
        "/author/mira-lind/",
        "/search/?q=secret",
    ):
        assert "Secret merger" not in read(client, address)
    for feed in ("/feeds/latest/", "/feeds/section/world/", "/feeds/topic/merger/"):
        assert "Secret merger" not in read(client, feed)


def test_an_embargo_holds_in_every_output(client):
    later = timezone.now() + timedelta(hours=1)
    article = make_article("Secret merger", embargoed_until=later)
    Correction.objects.create(article=article, text="Secret correction")
    assert client.get(article.get_absolute_url()).status_code == 404
    for address in ("/", "/latest/", "/feeds/latest/", "/search/?q=secret", "/corrections/"):
        assert "Secret" not in read(client, address)


def test_a_withdrawn_story_says_so_at_its_address(client):
    article = make_article("Port opens")
    publishing.withdraw(article, by=None)
    page = read(client, article.get_absolute_url(), status=410)
    assert "This story has been withdrawn" in page
    assert "The first boats" not in page
    assert "Port opens" not in read(client, "/")


def test_a_page_that_is_not_there_offers_a_search_and_the_news(client):
    make_article("Port opens")
    page = read(client, "/nothing/here/", status=404)
    assert 'action="/search/"' in page
    assert "Port opens" in page


def test_something_wrong_on_our_side_shows_a_page_that_needs_no_database(client, monkeypatch):
    from articles.views import errors

    page = errors.server_error(None)
    assert page.status_code == 500
    assert "Something went wrong on our side" in page.content.decode()


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/", "No story has been published yet"),
        ("/latest/", "No story has been published yet"),
        ("/world/", "No story stands in this section yet"),
        ("/topic/harbour/", "No story about this has been published yet"),
        ("/author/mira-lind/", "Nothing signed with this name has been published yet"),
        ("/corrections/", "Nothing has been corrected yet"),
        ("/search/", "Search all stories"),
        ("/search/?q=boats", "No story matches “boats”"),
    ],
)
def test_an_empty_list_says_so(client, address, words):
    make_section("World"), make_topic("Harbour"), make_author("Mira Lind")
    assert words in read(client, address)


def test_more_on_this_shows_the_newest_of_the_same_topics(client):
    story = make_article("Port opens", topics=["Harbour"])
    make_article("Old boats", topics=["Harbour"], minutes_old=500)
    make_article("New boats", topics=["Harbour"], minutes_old=5)
    make_article("Budget", topics=["Money"])
    more = read(client, story.get_absolute_url()).split("More on this")[1]
    assert more.index("New boats") < more.index("Old boats")
    assert "Budget" not in more.split("</section>")[0]


def test_a_story_without_topics_shows_more_from_its_section(client):
    make_article("Another")
    assert "More from World" in read(client, make_article().get_absolute_url())


def lead(client):
    return read(client, "/").split('class="card lead"')[1].split("</article>")[0]


def test_the_front_page_leads_with_the_newest_story_that_has_a_picture(client):
    make_article("Plain and newest", minutes_old=1)
    make_article("Pictured", minutes_old=10, lead_image=make_picture())
    assert "Pictured" in lead(client)
    assert read(client, "/").count("Pictured") == 1


def test_a_picture_leads_however_many_plain_stories_are_newer(client):
    for number in range(20):
        make_article(f"Plain {number}", minutes_old=number)
    make_article("Pictured", minutes_old=11 * 60, lead_image=make_picture())
    assert "Pictured" in lead(client)


def test_an_old_picture_does_not_lead_over_the_news(client):
    make_article("Plain and newest", minutes_old=1)
    make_article("Pictured", minutes_old=1 + 12 * 60 + 1, lead_image=make_picture())
    assert "Plain and newest" in lead(client)


def test_the_front_page_repeats_no_story_outside_latest(client):
    for number in range(30):
        make_article(
            f"Story {number:02}", section=make_section(f"Part {number % 3}"), minutes_old=number
        )
    page = re.sub(r'<section class="latest".*?</section>', "", read(client, "/"), flags=re.DOTALL)
    shown = re.findall(r">(Story \d\d)</a>", page)
    assert len(shown) == len(set(shown)) > 12


PAGES = [
    "/",
    "/latest/",
    "/world/",
    "/topic/harbour/",
    "/author/mira-lind/",
    "/corrections/",
    "/search/?q=boats",
]


@pytest.mark.once
def test_a_page_asks_as_much_for_many_stories_as_for_three(client):
    picture, author = make_picture(), make_author()

    def questions(numbers):
        """What each page asks of the database once these stories have joined it."""
        for number in numbers:
            article = make_article(
                f"Boats {number}",
                topics=["Harbour"],
                authors=[author],
                lead_image=picture,
                minutes_old=number,
            )
            Correction.objects.create(article=article, text="Nine, not eight.")
        story, asked = article.get_absolute_url(), {}
        for address in (*PAGES, "/feeds/latest/", "/feeds/topic/harbour/", story):
            with CaptureQueriesContext(connection) as queries:
                read(client, address)
            asked["story" if address == story else address] = [q["sql"] for q in queries]
        return asked

    for_three, for_many = questions(range(3)), questions(range(3, 60))
    for address, asked in for_many.items():
        assert len(asked) == len(for_three[address]) <= 10, "\n".join([address, *asked])


@pytest.mark.parametrize(
    "address", ["/latest/", "/world/", "/topic/harbour/", "/author/mira-lind/", "/search/?q=boats"]
)
def test_a_list_is_walked_to_its_end_and_back(client, address):
    moment = timezone.now() - timedelta(hours=1)
    for number in range(50):  # some at the very same moment
        make_article(
            f"Boats {number:02}",
            topics=["Harbour"],
            authors=[make_author()],
            first_published_at=moment - timedelta(minutes=number // 3),
        )

    def headlines(page):
        return re.findall(
            r"<h[23]><a [^>]*>(Boats \d\d)", page.split('class="river"')[1].split("</ol>")[0]
        )

    def neighbour(page, rel):
        found = re.search(rf'<a href="(\?[^"]*)" rel="{rel}">', page)
        return found and address.split("?")[0] + found[1].replace("&amp;", "&")

    pages, place = [], address
    while place:
        pages.append(read(client, place))
        place = neighbour(pages[-1], "next")
    seen = [headline for page in pages for headline in headlines(page)]
    assert len(seen) == len(set(seen)) == 50
    back = [headlines(pages[-1])]
    place = neighbour(pages[-1], "prev")
    while place:
        page = read(client, place)
        back.append(headlines(page))
        place = neighbour(page, "prev")
    assert back[::-1] == [headlines(page) for page in pages]


@pytest.mark.parametrize(
    "cursor", ["x", "MjAyNQ", "%00", "a" * 5000, "MjAyNS0wNC0yOFQwOTo0MDowMCs5OTo5OSAx"]
)
def test_a_cursor_that_is_not_ours_shows_the_first_page(client, cursor):
    make_article("Port opens")
    assert "Port opens" in read(client, f"/latest/?before={cursor}")
    assert "Port opens" in read(client, f"/latest/?after={cursor}")


@pytest.mark.parametrize(
    "words", ["boats", "BOATS", "first boats", "boa", "“boats”!", "dawn boats", "naïve", "naive"]
)
def test_search_finds_words_wherever_they_stand(client, words):
    make_article("Port opens", body="<p>The first boats left at dawn, naïve as ever.</p>")
    assert "Port opens" in read(client, f"/search/?q={words}")


@pytest.mark.parametrize(
    "words", ["strong", "href", "boats AND NOT (", '"', "*", "' OR 1=1", "\x00", "🚢", "x" * 9999]
)
def test_search_finds_no_markup_and_bears_any_words(client, words):
    make_article(
        "Port opens", body='<p>The <strong>first</strong> <a href="https://a.example">x1</a></p>'
    )
    response = client.get("/search/", {"q": words})
    assert response.status_code == 200
    assert "Port opens" not in response.content.decode().split("<main")[1]


def test_a_short_url_leads_to_its_story(client):
    article = make_article()
    for code in (article.code, article.code.upper()):
        response = client.get(f"/{code}")
        assert response.status_code == 302
        assert response.url == article.get_absolute_url()
        assert response.headers["X-Robots-Tag"] == "noindex"
        assert "max-age=60" in response.headers["Cache-Control"]


def test_a_short_url_can_be_looked_at_before_it_is_followed(client):
    article = make_article("Port opens", first_published_at=timezone.now() - timedelta(days=9))
    page = read(client, f"/{article.code}+")
    assert "Port opens" in page
    assert f">http://localhost:8000{article.get_absolute_url()}<" in page


def test_a_short_url_says_in_its_own_letters_where_it_leads(client):
    article = make_article("المكتبة تفتح", language="ar")
    page = read(client, f"/{article.code}+")
    address = f"http://localhost:8000/world/{article.code}/المكتبة-تفتح/"
    assert f'<bdi dir="ltr">{address}</bdi>' in page
    assert f'<a href="http://localhost:8000{article.get_absolute_url()}">' in page


def test_a_short_url_has_a_code_for_cameras(client):
    response = client.get(f"/{make_article().code}.svg")
    assert response.headers["Content-Type"] == "image/svg+xml"
    assert response.content.startswith(b"<svg")


def test_an_unknown_short_url_answers_not_found_with_a_search(client):
    assert 'action="/search/"' in read(client, "/2222x", status=404)


def test_a_short_domain_leads_to_the_site(client, settings):
    settings.SITE_URL, settings.SHORT_URL_BASE = "https://news.example", "https://nws.example"
    article = make_article()
    assert client.get(f"/{article.code}").url == f"https://news.example{article.get_absolute_url()}"
    assert f"https://nws.example/{article.code}" in read(client, article.get_absolute_url())


def test_a_story_tells_machines_what_it_tells_people(client):
    article = make_article(
        "Port </script> opens",
        dateline="PORT ALDER",
        authors=[make_author()],
        topics=["Harbour"],
        lead_image=make_picture(),
    )
    page = read(client, article.get_absolute_url())
    told = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', page)[1])
    assert told["@type"] == "NewsArticle"
    assert told["headline"] == "Port </script> opens"
    assert told["author"][0]["name"] == "Mira Lind"
    assert told["image"][0]["creditText"] == "Dana Ruiz"
    assert told["url"].startswith("http://localhost:8000/world/")
    assert f'<link rel="canonical" href="{told["url"]}">' in page


def test_a_host_that_we_are_not_changes_no_address(client):
    article = make_article()
    page = client.get(article.get_absolute_url(), headers={"host": "127.0.0.1"}).content.decode()
    assert "http://127.0.0.1" not in page
    assert client.get("/", headers={"host": "evil.example"}).status_code == 400


def test_a_story_links_to_itself_in_other_languages(client):
    group = "8a2cbb0e-55b5-4c5f-9d0a-54a7ab0d2a11"
    english = make_article("Port opens", translation_group=group)
    arabic = make_article("الميناء يفتح", language="ar", translation_group=group)
    page = read(client, english.get_absolute_url())
    for article in (english, arabic):
        assert (
            f'hreflang="{article.language}" href="http://localhost:8000{article.get_absolute_url()}"'
            in page
        )
    page = read(client, arabic.get_absolute_url())
    assert '<html lang="ar" dir="rtl">' in page
    assert "Port opens" in page


def test_a_story_in_a_language_our_pages_do_not_speak_is_marked(client):
    page = read(client, make_article("کراچی", language="ur").get_absolute_url())
    assert '<html lang="en" dir="ltr">' in page
    assert '<article class="story" lang="ur" dir="rtl">' in page


def test_a_reader_gets_no_cookie_and_a_page_that_may_be_shared(client):
    for address in (
        make_article().get_absolute_url(),
        "/",
        "/latest/",
        "/search/?q=boats",
        "/feeds/latest/",
    ):
        response = client.get(address)
        assert not response.cookies
        assert "Cookie" not in response.headers.get("Vary", "")
        assert "public" in response.headers["Cache-Control"]
        assert response.headers["ETag"]


def test_an_unchanged_page_is_not_sent_again(client):
    article = make_article(first_published_at=timezone.now() - timedelta(days=9))
    first = client.get(article.get_absolute_url())
    again = client.get(article.get_absolute_url(), headers={"if-none-match": first.headers["ETag"]})
    assert again.status_code == 304
    publishing.fix(article, {"body": "<p>A fix.</p>"}, by=None)
    assert (
        client.get(
            article.get_absolute_url(), headers={"if-none-match": first.headers["ETag"]}
        ).status_code
        == 200
    )


def test_every_page_is_under_a_strict_policy(client):
    for address in ("/", "/admin/login/", "/nothing/", "/feeds/latest/"):
        policy = client.get(address).headers["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "object-src 'none'" in policy
        assert "base-uri 'none'" in policy


def test_head_answers_as_get_does(client):
    address = make_article(first_published_at=timezone.now() - timedelta(days=9)).get_absolute_url()
    got, head = client.get(address), client.head(address)
    assert head.status_code == 200
    assert head.headers["Cache-Control"] == got.headers["Cache-Control"]
    assert client.post(address).status_code == 405


def test_a_picture_is_served_as_a_picture_and_nothing_else(client):
    picture = make_picture()
    response = client.get(picture.large.url)
    assert response.headers["Content-Type"] == "image/jpeg"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response.headers["Content-Security-Policy"]
    assert "immutable" in response.headers["Cache-Control"]
    assert b"".join(response)[:2] == b"\xff\xd8"
    assert client.get("/media/../secret_key").status_code in {400, 404}
    assert client.get("/media/pictures/").status_code == 404


def test_drafts_cost_a_reader_nothing(client):
    make_draft()
    assert "Port to open" not in read(client, "/")


@pytest.mark.once
def test_every_story_and_its_style_fit_the_first_round_trip_of_a_connection(client, printed):
    """Ten packets of a new TCP connection (RFC 6928) carry 14,336 bytes."""
    call_command("loaddata", "initial_stories", "handbook", verbosity=0)
    style = gzip.compress((settings.BASE_DIR / "static/newsroom.css").read_bytes())
    focal_point = {"printed_x": F("focal_x"), "printed_y": F("focal_y")}
    Image.objects.update(recipe=darkroom.RECIPE_VERSION, **focal_point)  # names of all prints
    for article in Article.objects.all():
        page = client.get(article.get_absolute_url(), headers={"accept-encoding": "gzip"})
        assert page.headers["Content-Encoding"] == "gzip"
        assert len(page.content) + len(style) <= 14_336, article


@pytest.mark.parametrize("sign", ["\x02", "\x00", "\x0b", "\ufffe"])
def test_a_sign_that_nobody_can_see_breaks_no_page_and_no_feed(client, sign):
    if sign == "\x00" and connection.vendor == "postgresql":
        sign = "\x01"  # PostgreSQL itself has none; the field takes it out either way
    picture = make_picture(caption=f"A{sign} boat", credit=f"Da{sign}na")
    body = f'<p>One{sign} <a href="https://example.org" title="{sign}">two</a></p>'
    article = make_article(
        f"Port{sign} opens",
        body=body + f'<div data-embed="https://example.org/{sign}"></div>',
        dateline=f"PO{sign}RT",
        lead_image=picture,
        topics=[f"Har{sign}bour"],
    )
    article = Article.objects.get(pk=article.pk)
    for address in (article.get_absolute_url(), "/", "/feeds/latest/"):
        page = client.get(address)
        assert page.status_code == 200
        assert sign not in page.content.decode()


@pytest.mark.parametrize(
    "address",
    ["/topic/%00/", "/author/%00/", "/a%00/", "/feeds/topic/%00/", "/feeds/section/%00/"],
)
def test_a_nul_in_an_address_is_an_address_that_does_not_exist(client, address):
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("words", ["⑴", "ﷺ", "ͺ", "a'b\\c", "हिन्दी", "!&|", "한국"])
def test_any_words_can_be_searched_for(client, words):
    assert client.get("/search/", {"q": words}).status_code == 200


@pytest.mark.parametrize("typed", ["cafe", "CAFÉ", "cafe\u0301", "ﬁn", "हिन्दी", "한국"])
def test_search_finds_words_however_they_are_typed(client, typed):
    make_article("Café fin हिन्दी 한국어")
    assert "Café fin" in client.get("/search/", {"q": typed}).content.decode()


@pytest.mark.parametrize(
    "place",
    [
        "0001-01-01T00:00:00+14:00 1",
        "9999-12-31T23:59:59-14:00 1",
        "2025-01-01T00:00:00+23:59 9223372036854775807",
        "2025-01-01T00:00:00 1",
    ],
)
def test_a_cursor_that_we_did_not_make_shows_a_page(client, place):
    made = base64.urlsafe_b64encode(place.encode()).decode().rstrip("=")
    for key in ("before", "after"):
        assert client.get("/latest/", {key: made}).status_code == 200


def test_an_address_that_comes_alive_soon_is_not_stored_as_missing(client):
    due = timezone.now() + timedelta(seconds=9)
    article = make_article(first_published_at=due, embargoed_until=due)
    missing = client.get(article.get_absolute_url())
    assert missing.status_code == 404
    stored = int(re.search(r"max-age=(\d+)", missing.headers["Cache-Control"])[1])
    assert stored <= 9


def test_a_withdrawn_story_says_so_at_its_short_url(client):
    article = make_article(status=Status.WITHDRAWN, slug="a-secret")
    page = client.get(f"/{article.code}")
    assert page.status_code == 410
    assert "a-secret" not in page.content.decode()


@pytest.fixture
def site():
    """The application itself: Django's test client would take the body of a HEAD away."""
    request_started.disconnect(close_old_connections)  # else it closes the test's own
    yield get_wsgi_application()
    request_started.connect(close_old_connections)


@pytest.mark.parametrize(
    "address", ["/", "/latest/", "/nothing/", "/feeds/latest/", "/search/?q=boats"]
)
def test_a_head_has_the_headers_of_its_get_and_no_body(rf, site, address):
    make_article()

    def ask(method, **headers):
        told = []
        request = rf.generic(method, address, **headers)
        body = b"".join(site(request.environ, lambda status, found: told.append((status, found))))
        (status, found), *_ = told
        return status, dict(found), body

    with time_machine.travel(timezone.now(), tick=False):
        status, headers, body = ask("GET")
        assert status == ("404 Not Found" if address == "/nothing/" else "200 OK")
        assert body
        assert ask("HEAD") == (status, headers, b"")
        if status == "200 OK":
            same = {"HTTP_IF_NONE_MATCH": headers["ETag"]}
            assert ask("HEAD", **same) == ask("GET", **same)
            assert ask("HEAD", **same)[0] == "304 Not Modified"


def test_a_short_url_with_a_slash_leads_there_too(client):
    article = make_article()
    assert client.get(f"/{article.code}/").url == article.get_absolute_url()
