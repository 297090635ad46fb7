"""Before a story is published, the desk looks at it by rules of its own."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from articles import checks, publishing, scheduling, style, words
from articles.admin.checks import StyleAdmin
from articles.models import Check, Kind, Page, ScheduledPublication, StyleEntry
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

FINE = {
    "headline": "Port opens in March",
    "standfirst": "The first boats left at dawn.",
    "topics": ["Harbour"],
    "agency": "WAM",
    "slug": "port-opens-in-march",
}


def content_of(article, **changes):
    return words.of(article) | FINE | changes


@pytest.fixture
def story():
    return make_article(FINE["headline"], lead_image=make_picture())


def said(article, **changes):
    """The sentences, a stop with an exclamation mark before it."""
    found = checks.look(content_of(article, **changes), article)
    return [f"{'! ' if one.stops else ''}{one.sentence}" for one in found]


def link(address):
    return {"body": f'<p>See <a href="{address}">this</a>.</p>'}


def figure(picture, alt=""):
    told = f' data-alt="{alt}"' if alt else ""
    return {"body": f'<figure data-image="{picture.code}"{told}></figure>'}


def test_a_story_that_lacks_nothing_is_fine(story):
    assert said(story) == []
    overview = checks.overview(content_of(story), story)
    assert overview["fine"] == [
        *("Headline", "Section", "Lead picture", "Standfirst", "Topics", "Byline")
    ]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"headline": ""}, "! There is no headline."),
        ({"section": None}, "! No section chosen."),
        ({"section": 9_999}, "! No section chosen."),
        ({"lead_image": ""}, "No lead picture."),
        ({"standfirst": ""}, "No standfirst."),
        ({"topics": []}, "No topic."),
        ({"agency": ""}, "No byline."),
        (
            {"headline": "Port opens in March" + "!" * 60},
            "Headline: 9 over about 70. It may be cut in lists.",
        ),
        ({"standfirst": "It holds TK boats."}, "“TK” is left in the text."),
        ({"body": "<ul><li>TKTK</li></ul>"}, "“TK” is left in the text."),
        (link("/world/"), None),
        (link("/world"), None),
        (link("/about/"), None),
        (link("/preview/abc/"), "Readers find nothing where this leads: /preview/abc/"),
        (link("/sport/"), "Readers find nothing where this leads: /sport/"),
        (link("/topic/harbour/"), None),
        (link("/topic/port/"), None),
        (link("/topic/ferry/"), "Readers find nothing where this leads: /topic/ferry/"),
        (link("/author/mira-lind/"), None),
        (link("/author/nobody/"), "Readers find nothing where this leads: /author/nobody/"),
        (link("/latest/"), None),
        (link("/admin/"), "Readers find nothing where this leads: /admin/"),
        (link("/no/such/page/"), "Readers find nothing where this leads: /no/such/page/"),
        (link("https://example.org/no/such/page/"), None),
        (link("http://[half"), None),
        (link("mailto:desk@example.org"), None),
        (link("#top"), None),
        (
            {"headline": "Port opens in May"},
            "The address still says “march”, the headline no longer does. Change it? Old"
            " addresses go on leading here.",
        ),
        (
            {"slug": "port-takes-300-ships"},
            "The address still says “300”, the headline no longer does. Change it? Old"
            " addresses go on leading here.",
        ),
        ({"headline": "The port is opened in March"}, None),
    ],
)
def test_each_check_has_its_sentence(story, changes, sentence):
    topic = make_topic("Harbour")
    topic.aliases.create(name="Port")
    make_author("Mira Lind")
    Page.objects.create(title="About us", slug="about")
    publishing.adopt(story)
    assert said(story, **changes) == ([sentence] if sentence else [])


def test_links_lead_to_stories_that_readers_can_see(story):
    out, draft = make_article("Ferry sails"), make_draft("Ferry to sail")
    assert said(story, **link(out.get_absolute_url())) == []
    assert said(story, **link(f"http://localhost:8000/{out.code}")) == []
    assert said(story, **link(f"/world/{out.code}/an-old-address/")) == []
    assert said(story, **link(draft.get_absolute_url())) != []
    assert said(story, **link(f"/{draft.code}")) != []
    assert said(draft, **link(f"/{draft.code}")) == ["No lead picture."]


def test_pictures_in_the_text_are_looked_at_too(story):
    bare = make_picture("map.png", caption="A map", credit="", alt_text="")
    assert said(story, **figure(bare)) == [
        "! A picture in the text has no credit: A map",
        "A picture in the text has no alt text: A map",
    ]
    assert said(story, **figure(bare, alt="Where the port is")) == [
        "! A picture in the text has no credit: A map"
    ]
    decoration = make_picture("line.png", alt_text="", is_decorative=True)
    assert said(story, **figure(decoration)) == []
    assert said(story, lead_image=bare.code) == [
        "! The lead picture has no credit.",
        "The lead picture has no alt text.",
    ]


def test_a_picture_whose_rights_have_ended_stops_a_story(story):
    today = timezone.localdate()
    last_day = make_picture("a.png", rights_until=today)  # stops nothing
    over = make_picture("b.png", rights_until=today - timedelta(days=1))
    assert [one[:25] for one in said(story, lead_image=last_day.code)] == [
        "Rights to the picture end"
    ]
    assert [one[:29] for one in said(story, lead_image=over.code)] == [
        "! Rights to the picture ended"
    ]


def test_an_embargo_stops_what_readers_have_and_is_told_of_before(story):
    tomorrow = words.moment(timezone.now() + timedelta(days=1))
    sentence = "Readers have this story already; an embargo cannot hide it. Withdraw it instead."
    assert said(story, embargoed_until=tomorrow) == [f"! {sentence}"]
    draft = make_draft(lead_image=story.lead_image)
    assert said(draft, embargoed_until=tomorrow)[0].startswith("Under embargo until")


# Rules of the desk's own


def test_a_rule_holds_in_its_sections_only_and_says_it_in_the_desks_own_words(story):
    rule = Check.objects.create(
        look="length", field="standfirst", limit=10, level="stop", sentence="Too long for Sport."
    )
    rule.sections.add(make_section("Sport"))
    assert said(story) == []
    rule.sections.add(story.section)
    assert said(story) == ["! Too long for Sport."]
    Check.objects.filter(pk=rule.pk).update(level="off")
    assert said(story) == []


def test_a_sentence_of_the_desks_own_has_no_hole_where_nothing_was_found(story):
    rule = Check.objects.create(
        look="length", field="standfirst", limit=10, sentence="Too long {found} for us {found}."
    )
    assert said(story) == ["Too long for us."]
    rule.delete()
    Check.objects.filter(given="tk").update(sentence="Find out {found} first.")
    assert said(story, kicker="TK") == ["Find out “TK” first."]


def test_what_every_publication_needs_cannot_be_switched_off():
    for given in ("headline", "section", "embargo"):
        with pytest.raises(IntegrityError), transaction.atomic():
            Check.objects.filter(given=given).update(level="warn")


def test_migrating_again_brings_back_no_level_and_makes_no_rule_twice():
    Check.objects.filter(given="tk").update(level="stop")
    call_command("migrate", verbosity=0)
    assert Check.objects.count() == len(checks.GIVEN)
    assert Check.objects.get(given="tk").level == "stop"


# House style


@pytest.mark.parametrize(
    ("entry", "text", "found"),
    [
        ({"avoid": "utilise"}, "They Utilise it, utilised it", ["Utilise"]),
        ({"avoid": "utilis", "is_whole": False}, "It was utilised", ["utilis"]),
        ({"avoid": "Internet", "minds_case": True}, "Internet and internet", ["Internet"]),
        ({"avoid": "in order to"}, "In  order\nto go", ["In  order\nto"]),
        ({"avoid": "O'Neil"}, "Said O’Neil.", ["O’Neil"]),
        ({"avoid": "C++ (old)"}, "In C++ (old), say", ["C++ (old)"]),
        ({"avoid": "mayor", "write": "the mayor"}, "The mayor met a mayor", ["mayor"]),
        ({"avoid": "ميناء"}, "في ميناء المدينة", ["ميناء"]),
        ({"avoid": "कि"}, "किताब कि", ["कि"]),
        ({"avoid": "cat"}, "concatenate", []),
    ],
)
def test_the_style_list_finds(entry, text, found):
    StyleEntry.objects.create(**entry)
    assert [match.words for match in style.of("en").find(text)] == found


def test_a_longer_phrase_is_found_before_a_shorter_one():
    for avoid in ("prime", "prime minister", "prime minister of", "print"):
        StyleEntry.objects.create(avoid=avoid)
    found = style.of("en").find("The prime minister often read prime print.")
    assert [match.words for match in found] == ["prime minister", "prime", "print"]


def test_house_style_says_what_to_write_and_why_in_the_language_of_the_story(story):
    StyleEntry.objects.create(avoid="utilise", write="use", why="Shorter.", language="en")
    StyleEntry.objects.create(avoid="Kiev", write="Kyiv")
    StyleEntry.objects.create(avoid="boats", language="de")
    body = "<p>They utilise boats. <em>Utilise</em> Kiev.</p>"
    assert said(story, body=body) == [
        "“utilise”, “Utilise”: write “use”. Shorter.",
        "“Kiev”: write “Kyiv”.",
    ]
    StyleEntry.objects.filter(avoid="Kiev").delete()
    assert len(said(story, body=body)) == 1


# Publishing


def refusal(verb, *args, **kwargs):
    with pytest.raises(publishing.Stopped) as stopped:
        verb(*args, by=None, **kwargs)
    return str(stopped.value)


@pytest.fixture
def no_tk():
    Check.objects.filter(look="tk").update(level="stop")


def test_a_stop_holds_for_every_publication_that_brings_words(no_tk):
    draft = make_draft("TK to open")
    assert refusal(publishing.publish, draft) == "“TK” is left in the text."
    publishing.publish(draft, {"headline": "Port to open"}, by=None)
    assert refusal(publishing.update, draft, {"kicker": "TK"}) == "“TK” is left in the text."
    assert refusal(publishing.fix, draft, {"kicker": "TK"}) == "“TK” is left in the text."
    assert refusal(publishing.correct, draft, {"kicker": "TK"}, text="Nine, not eight.") != ""
    draft.refresh_from_db()
    assert (draft.kicker, draft.version) == ("", 2)


def test_a_fix_is_not_held_up_by_what_was_wrong_before_but_an_update_is(no_tk):
    story = make_article("TK opens")
    publishing.fix(story, {"kicker": "Harbour"}, by=None)
    publishing.correct(story, {"dateline": "Alder"}, by=None, text="In Alder.")
    assert refusal(publishing.update, story, {"standfirst": "More."}) != ""
    assert refusal(publishing.fix, story, {"standfirst": "TKTK boats"}) != ""


def test_the_law_holds_up_a_fix_too():
    story = make_article(lead_image=make_picture(credit=""))
    assert refusal(publishing.fix, story, {"kicker": "A"}) == "The lead picture has no credit."


def test_a_warning_stops_nothing():
    draft = make_draft("TK to open", standfirst="")
    publishing.publish(draft, by=None)
    assert draft.is_public


def test_what_is_stopped_is_not_scheduled_and_a_rule_made_since_stops_it_in_time(no_tk):
    story, at = make_article(), timezone.now() + timedelta(hours=1)
    assert (
        refusal(scheduling.schedule, story, {"kicker": "TK"}, at=at, kind=Kind.UPDATE)
        == "“TK” is left in the text."
    )
    waiting = scheduling.schedule(story, {"standfirst": "Ten"}, by=None, at=at, kind=Kind.UPDATE)
    Check.objects.create(look="present", field="kicker", level="stop")
    scheduling.apply_now(waiting, by=None)
    waiting.refresh_from_db()
    assert waiting.state == ScheduledPublication.State.LOOK
    assert waiting.problem == "Its time came, and a rule stopped it: Nothing stands in: Kicker."


def test_the_publish_page_stops_a_new_story_but_lets_a_fix_pass(client, no_tk):
    client.force_login(make_user())
    draft, story = make_draft("TK to open"), make_article("TK opens")
    page = client.get(reverse("admin:articles_article_publish", args=[draft.pk])).content.decode()
    assert "One thing stops it" in page
    page = client.get(reverse("admin:articles_article_publish", args=[story.pk])).content.decode()
    assert "One thing stops it" not in page
    assert "It was so before: a fix or a correction may go out." in page


# All stories at once


def check_stories(*args):
    out, ended = StringIO(), 0
    try:
        call_command("check_stories", *args, stdout=out, stderr=StringIO())
    except SystemExit as end:
        ended = end.code
    return ended, out.getvalue().splitlines()


def test_the_command_tells_of_stories_and_drafts_and_ends_with_one_if_something_stops():
    story, draft = make_article("Port opens"), make_draft("TK", section=None)
    make_article("Ferry sails", section=make_section("Sport"))
    ended, lines = check_stories()
    assert ended == 1
    assert f"{draft.code}  TK  No section chosen." in lines
    assert f"{story.code}  Port opens  No standfirst." in lines
    ended, lines = check_stories("--section", "world")
    assert ended == 0
    assert {line.split()[0] for line in lines} == {story.code}
    assert check_stories("--level", "stop")[1] == [f"{draft.code}  TK  No section chosen."]
    tomorrow = timezone.localdate() + timedelta(days=1)
    assert check_stories("--since", str(tomorrow)) == (0, [])


@pytest.mark.once
def test_thirty_stories_ask_as_much_as_three():
    def queries(many):
        for number in range(many):
            picture = make_picture(f"{number}.png", size=(9, 9), credit=f"{number}")
            made = make_article(
                f"Port {number} opens", slug="port-300-opens", lead_image=picture, **link("/world/")
            )
            publishing.adopt(made)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            check_stories()
        return len(asked)

    assert queries(3) == queries(27)


# At the desk


@pytest.fixture
def senior(client):
    user = make_user("senior", "Senior editors")
    client.force_login(user)
    return user


def levels(client, **changed):
    rules = list(Check.objects.order_by("pk"))
    told = {"form-TOTAL_FORMS": len(rules), "form-INITIAL_FORMS": len(rules), "_save": ""}
    for number, rule in enumerate(rules):
        told[f"form-{number}-id"] = rule.pk
        told[f"form-{number}-level"] = changed.get(rule.given, rule.level)
    page = client.post(reverse("admin:articles_check_changelist"), told, follow=True)
    return page.content.decode()


def test_levels_are_changed_in_the_list_but_what_is_needed_goes_on_to_stop(client, senior):
    levels(client, tk="stop", standfirst="off")
    assert Check.objects.get(given="tk").level == "stop"
    assert Check.objects.get(given="standfirst").level == "off"
    page = levels(client, tk="warn", section="off")
    assert "No story can be published without that, so it goes on to stop." in page
    assert Check.objects.get(given="tk").level == "stop"


def test_a_rule_that_makes_no_sense_is_refused_with_a_sentence(client, senior):
    add = reverse("admin:articles_check_add")
    for told, sentence in [
        ({"look": "length", "field": "body", "level": "warn"}, "A limit belongs to"),
        ({"look": "length", "field": "topics", "limit": 3, "level": "warn"}, "A limit belongs to"),
        ({"look": "tk", "field": "body", "level": "warn"}, "look at one field"),
        ({"look": "present", "field": "section", "level": "off"}, "goes on to stop"),
        ({"look": "length", "field": "body", "limit": 10**20, "level": "warn"}, "less than or"),
    ]:
        assert sentence in client.post(add, told).content.decode()
    told = {"look": "tk", "level": "warn", "sentence": "{oops} {found} {0} {"}
    page = client.post(add, told).content.decode()
    assert "{oops}, {0}, { stands for nothing. Only {found} does" in page
    limit = reverse("admin:articles_check_change", args=[Check.objects.get(look="length").pk])
    assert "A limit belongs to" in client.post(limit, {"level": "warn"}).content.decode()
    client.post(limit, {"level": "warn", "limit": 65, "look": "tk"})
    assert Check.objects.get(given="headline-length").limit == 65


def test_the_form_lists_what_is_missing_and_every_save_lists_it_anew(client):
    client.force_login(make_user())
    draft = make_draft("TK to open")
    publishing.adopt(draft)
    page = client.get(reverse("admin:articles_article_change", args=[draft.pk])).content.decode()
    assert "Before you publish" in page
    assert "“TK” is left in the text." in page
    told = {"headline": "Port to open", "started_from": draft.working}
    answer = client.post(reverse("admin:articles_article_autosave", args=[draft.pk]), told)
    assert "TK" not in answer.json()["checks"]
    assert "No standfirst." in answer.json()["checks"]


def test_a_browser_keeps_the_style_list_until_it_changes(client, senior):
    StyleEntry.objects.create(avoid="utilise", write="use", language="en")
    address = reverse("admin:articles_styleentry_list", args=["en"])
    answer = client.get(address)
    assert [entry["avoid"] for entry in answer.json()["entries"]] == ["utilise"]
    assert "no-store" not in answer["Cache-Control"]
    etag = answer["ETag"]
    assert client.get(address, headers={"if-none-match": etag}).status_code == 304
    StyleEntry.objects.create(avoid="whilst", write="while")
    assert client.get(address, headers={"if-none-match": etag}).status_code == 200
    other = client.get(reverse("admin:articles_styleentry_list", args=["x\0y"]))
    assert [entry["avoid"] for entry in other.json()["entries"]] == ["whilst"]


def test_a_style_list_is_pasted_and_copied(client, senior):
    StyleEntry.objects.create(avoid="whilst", write="as")
    paste = reverse("admin:articles_styleentry_paste")
    lines = 'avoid,write,why\nwhilst,while\nKiev,Kyiv,"Ours, since 2022",en,no,yes\n\nvery'
    client.post(paste, {"entries": lines})
    assert list(StyleEntry.objects.values_list("avoid", "write", "language", "is_whole")) == [
        ("Kiev", "Kyiv", "en", False),
        ("very", "", "", True),
        ("whilst", "while", "", True),
    ]
    assert "Kiev,Kyiv,&quot;Ours, since 2022&quot;,en,no,yes" in client.get(paste).content.decode()
    for wrong, sentence in [
        ("very, very", "Line 1: That is what you want to avoid."),
        (", write", "Line 1: This field cannot be blank."),
        ("a, b, c, klingon", "Line 1: Value &#x27;klingon&#x27; is not a valid choice."),
        ("x" * 101, "Line 1: Ensure this value has at most 100 characters"),
        ('a\x00b\n"', ""),
    ]:
        page = client.post(paste, {"entries": wrong})
        assert (page.status_code, sentence in page.content.decode()) == (200, True)
    assert StyleEntry.objects.count() == 3


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"avoid": "Kiev", "write": "Kyiv"}, {"avoid": "Kyiv", "write": "Kiev"}),
        ({"avoid": "Kiev", "write": "Kyiv"}, {"avoid": "kyiv", "write": "the city of kiev"}),
        (
            {"avoid": "Kiev", "write": "Kyiv", "language": "en"},
            {"avoid": "Kyiv", "write": "Kiev"},
        ),
    ],
)
def test_two_entries_of_the_style_do_not_chase_each_other(client, senior, first, second):
    entry = StyleEntry.objects.create(**first)
    told = {"is_whole": "on"} | second
    page = client.post(reverse("admin:articles_styleentry_add"), told).content.decode()
    assert "“Kiev → Kyiv” stands in the list and leads back to" in page
    paste = reverse("admin:articles_styleentry_paste")
    lines = f"utilise,use\n{second['avoid']},{second['write']}"
    assert "Line 2: “Kiev → Kyiv” stands" in client.post(paste, {"entries": lines}).content.decode()
    assert list(StyleEntry.objects.all()) == [entry]


def test_entries_of_the_style_that_lead_on_are_kept(client, senior):
    StyleEntry.objects.create(avoid="Kiev", write="Kyiv", language="en")
    add = reverse("admin:articles_styleentry_add")
    for told in (
        {"avoid": "Kyiv", "write": "Kiev", "language": "de"},
        {"avoid": "Kiew", "write": "Kiev"},
        {"avoid": "mayor", "write": "the mayor"},
        {"avoid": "Internet", "write": "internet", "minds_case": "on"},
        {"avoid": "very", "write": ""},
    ):
        assert client.post(add, {"is_whole": "on"} | told).status_code == 302, told


def test_a_long_style_list_asks_no_more_than_a_short_one_and_is_counted_first(client, senior):
    paste = reverse("admin:articles_styleentry_paste")

    def asked(lines):
        with CaptureQueriesContext(connection) as queries:
            page = client.post(paste, {"entries": "\n".join(lines)})
        return len(queries), page.content.decode()

    asked(["first"])
    few, _page = asked(f"few {n}" for n in range(3))
    many, _page = asked(f"many {n}" for n in range(60))
    assert many == few
    assert StyleEntry.objects.count() == 64
    _asked, page = asked(["same, same", *(f"most {n}" for n in range(5_000))])
    assert "Not more than 5000 at once." in page


def test_the_style_list_goes_on_by_cursor(client, senior, monkeypatch):
    monkeypatch.setattr(StyleAdmin, "list_per_page", 2)
    for word in ("very", "amid", "whilst", "kin"):
        StyleEntry.objects.create(avoid=word)
    place = reverse("admin:articles_styleentry_changelist")
    first = client.get(place).context["cl"]
    second = client.get(place + first.older()).context["cl"]
    assert [str(entry) for entry in first.result_list] == ["amid", "kin"]
    assert [str(entry) for entry in second.result_list] == ["very", "whilst"]


def test_the_house_style_is_sieved_by_the_languages_it_has_entries_for(client):
    def offered():
        return [told["display"] for spec in page().filter_specs for told in spec.choices(page())]

    def page(query=""):
        return client.get(f"/admin/articles/styleentry/{query}").context["cl"]

    client.force_login(make_user("sana", "Senior editors"))
    StyleEntry.objects.create(avoid="utilise", language="en")
    assert offered() == []
    StyleEntry.objects.create(avoid="Boote", language="de")
    StyleEntry.objects.create(avoid="port")
    assert offered() == ["All", "Every", "German", "English"]
    assert [entry.avoid for entry in page("?language=de").result_list] == ["Boote"]
    assert [entry.avoid for entry in page("?language=every").result_list] == ["port"]
    assert "3 entries<" in client.get("/admin/articles/styleentry/").content.decode()
