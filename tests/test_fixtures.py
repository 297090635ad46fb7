"""The initial stories and the handbook: complete, clean, and safe to load again."""

import hashlib
import json
import re
import shutil
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from urllib.parse import unquote

import pytest
from django.conf import settings as site
from django.core.management import call_command
from django.utils import timezone
from PIL import Image as PillowImage

from articles import codes, publishing, richtext, search, words
from articles.models import (
    Article,
    Author,
    Byline,
    Correction,
    Image,
    Section,
    Tagging,
    Topic,
    TopicAlias,
)
from articles.subjects import merge_topics
from tests.factories import make_article, make_author, make_topic

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("printed")]

FIXTURES = Path(site.BASE_DIR) / "fixtures"
BOTH = ["initial_stories", "handbook"]
KEPT = [Section, Topic, TopicAlias, Author, Image, Article, Byline, Tagging, Correction]

KURSK = "7k3fq"
KURSK_KEY_POINTS = [
    "Kremlin quotes the Russian president: ‘The Korean friends acted, guided by the sentiments of "
    "solidarity, justice and real camaraderie’",
    "Pyongyang acknowledged on Monday, for the first time, that its soldiers had been sent to "
    "Russia",
]
KURSK_CAPTION = (
    "Kursk, the Russian region on Ukraine’s border where North Korean soldiers were sent to fight. "
    "On 28 April 2025 Pyongyang confirmed the deployment for the first time."
)
KURSK_PARAGRAPHS = [
    "Russian President Vladimir Putin on Monday expressed his gratitude to North Korea’s leader, "
    "Kim Jong Un, describing as a “feat” what Pyongyang’s soldiers did to help Moscow win back the "
    "part of its Kursk region that Ukraine had held.",
    "In remarks released by the Kremlin, Putin said: “The Korean friends acted, guided by the "
    "sentiments of solidarity, justice and real camaraderie.”",
    "He went on: “We appreciate it a lot and are deeply grateful to comrade Kim Jong Un "
    "personally... and the North Korean people.”",
    "Two days earlier, on Saturday, Russia’s Chief of Staff, Valery Gerasimov, had spoken of the "
    "North Koreans’ “heroism” and said that they “provided significant assistance in defeating the "
    "group of Ukrainian armed forces.”",
    "North Korea broke its silence on the deployment on Monday. Its state news agency, KCNA, said "
    "that the country’s soldiers had helped Moscow to recover territory in Kursk, the first time "
    "that Pyongyang had confirmed their presence in Russia.",
    "Intelligence agencies in South Korea and in the West had been saying for months that North "
    "Korea sent upwards of 10,000 soldiers to Kursk in the course of 2024.",
]
THUNBERG = "tevzq"
THUNBERG_PARAGRAPHS = [
    "Police in London have let Greta Thunberg go on bail after detaining the Swedish activist at a "
    "demonstration on Tuesday.",
    "According to Prisoners for Palestine, a campaign group in Britain, officers held her under "
    "the Terrorism Act because of a sign in her hands. It read: “I support the Palestine Action "
    "prisoners. I oppose genocide.” The government has banned Palestine Action as a terrorist "
    "organization.",
    "Thunberg’s bail runs until March, the City of London Police said.",
    "Two people had been arrested earlier, accused of throwing red paint over a building, the "
    "force said. A 22-year-old woman who came to the scene later was arrested for holding up a "
    "placard that backed a banned group, a spokesperson added.",
    "Prisoners for Palestine, which speaks up for detained activists, some of them on hunger "
    "strike, said that it had picked the building because of the insurance firm inside, which it "
    "accused of providing services to the British branch of the Israeli defense company Elbit "
    "Systems.",
    "The insurer did not answer a request for comment at once.",
    "Thunberg, who is 22, first drew the world’s attention in 2018 with a weekly climate strike "
    "outside the parliament in Stockholm.",
    "A London judge acquitted her last year of a public order offense, finding that the police had "
    "lacked the power to arrest her and other demonstrators in the capital the year before.",
    "In October she was one of 479 people whom Israel detained and expelled after they joined the "
    "Global Sumud Flotilla, a convoy of activists’ vessels that tried to bring aid to Gaza. Israel "
    "has consistently denied accusations of genocide.",
]


@pytest.fixture(autouse=True)
def library(settings, tmp_path):
    """The storage of originals of one test, empty at first."""
    settings.ORIGINALS_ROOT = tmp_path / "originals"
    return settings.ORIGINALS_ROOT


def load(*labels, **options):
    call_command("loaddata", *labels, verbosity=0, **options)


def rows(name):
    return json.loads((FIXTURES / f"{name}.json").read_text(encoding="utf-8"))


def articles_in(name):
    return [row["fields"] for row in rows(name) if row["model"] == "articles.article"]


def as_body(paragraphs):
    return "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)


def write_fixture(folder, *, with_file):
    """A fixture of one picture, which names a file of its own."""
    folder.mkdir()
    (folder / "pictures").mkdir()
    if with_file:
        PillowImage.new("RGB", (12, 8), "teal").save(folder / "pictures" / "skiff.png")
    fields = {
        "code": "pqv7x",
        "file": "pictures/skiff.png",
        "width": 12,
        "height": 8,
        "caption": "A skiff",
        "created_at": "2025-03-01T08:00:00Z",
    }
    path = folder / "skiff.json"
    path.write_text(json.dumps([{"model": "articles.image", "fields": fields}]), encoding="utf-8")
    return path


# The initial stories


def test_the_report_on_kursk_comes_word_for_word():
    load("initial_stories")
    story = Article.objects.get(code=KURSK)
    assert story.headline == (
        "Putin thanks Kim for North Korean troops’ part in retaking Kursk territory"
    )
    assert story.slug == "putin-thanks-kim-for-north-korean-troops"
    assert (story.dateline, story.language, story.section.name) == ("MOSCOW", "en", "World")
    assert story.key_points == KURSK_KEY_POINTS
    assert story.body == as_body(KURSK_PARAGRAPHS)
    assert (story.standfirst, story.agency) == ("", "")
    assert story.lead_caption == ""
    assert story.caption == KURSK_CAPTION
    assert story.lead_image.credit == "Newsroom graphics"
    assert "Kursk" in story.lead_image.alt_text


def test_the_brief_from_london_comes_word_for_word_and_without_a_picture():
    load("initial_stories")
    story = Article.objects.get(code=THUNBERG)
    assert story.headline == (
        "Greta Thunberg bailed until March after arrest at London pro-Palestinian protest"
    )
    assert (story.dateline, story.language, story.section.name) == ("LONDON", "en", "World")
    assert story.body == as_body(THUNBERG_PARAGRAPHS)
    assert (story.lead_image, story.key_points) == (None, [])
    assert (story.standfirst, story.agency) == ("", "")


def test_the_initial_stories_keep_their_byline_and_the_order_of_their_topics():
    load("initial_stories")
    topics = {
        code: [tagging.tag.name for tagging in Article.objects.get(code=code).taggings.all()]
        for code in (KURSK, THUNBERG)
    }
    assert topics[KURSK] == [
        "Russia",
        "North Korea",
        "Ukraine",
        "Kursk",
        "Vladimir Putin",
        "Kim Jong Un",
        "Russia-Ukraine war",
    ]
    assert topics[THUNBERG] == [
        "UK",
        "Greta Thunberg",
        "Palestine Action",
        "protest",
        "policing",
    ]
    for code in topics:
        bylines = Article.objects.get(code=code).bylines.all()
        assert [byline.author.name for byline in bylines] == ["Newsroom staff"]


def test_the_brief_was_updated_just_now_and_the_report_when_it_was():
    before = timezone.now()
    load("initial_stories")
    report, brief = Article.objects.get(code=KURSK), Article.objects.get(code=THUNBERG)
    assert report.first_published_at == datetime(2025, 4, 28, 9, 40, tzinfo=UTC)
    assert report.updated_at == datetime(2025, 4, 28, 13, 5, tzinfo=UTC)
    assert (report.created_at, report.saved_at) == (report.first_published_at, report.updated_at)
    assert brief.first_published_at == datetime(2025, 12, 23, 14, 20, tzinfo=UTC)
    assert before <= brief.updated_at <= timezone.now()
    assert brief.is_updated


def test_readers_find_the_initial_stories_at_their_addresses(client):
    load("initial_stories")
    address = f"/world/{KURSK}/putin-thanks-kim-for-north-korean-troops/"
    assert client.get(f"/{KURSK}").url == address
    page = client.get(address).content.decode()
    assert '<span class="dateline">MOSCOW:</span> Russian President' in page
    assert KURSK_CAPTION in page
    assert Image.objects.get(code="k96p5").large.url in page
    brief = client.get(Article.objects.get(code=THUNBERG).get_absolute_url()).content.decode()
    assert re.search(r"Updated <time [^>]*>\d+ sec ago</time>", brief)


def test_the_map_of_kursk_is_among_the_originals_after_loading(library):
    load("initial_stories")
    picture = Image.objects.get()
    assert picture.file.name == "pictures/kursk-map.png"
    assert (library / "pictures" / "kursk-map.png").read_bytes() == (
        FIXTURES / "pictures" / "kursk-map.png"
    ).read_bytes()
    assert picture.width == 1600


# Loading again


@pytest.mark.parametrize("name", BOTH)
def test_loading_twice_makes_no_second_copy(name):
    load(name)
    first = {kept: sorted(kept.objects.values_list("pk", flat=True)) for kept in KEPT}
    minted = dict(Article.objects.values_list("pk", "code"))
    load(name)
    assert {kept: sorted(kept.objects.values_list("pk", flat=True)) for kept in KEPT} == first
    assert dict(Article.objects.values_list("pk", "code")) == minted


@pytest.mark.once
def test_loading_twice_keeps_one_file_of_each_picture(library):
    load(*BOTH)
    load(*BOTH)
    kept = {path.name for path in (library / "pictures").iterdir()}
    assert kept == {path.name for path in (FIXTURES / "pictures").iterdir()}


def test_loading_again_takes_nothing_from_what_editors_added_meanwhile():
    load("initial_stories")
    report = Article.objects.get(code=KURSK)
    harbour, lind = make_topic("Harbour"), make_author("Nils Harbour")
    report.topics.add(harbour)
    Byline.objects.create(article=report, author=lind, position=2)
    own = make_article("Port opens", topics=[harbour], authors=[lind])
    load("initial_stories")
    assert harbour in report.topics.all()
    assert report.topics.count() == 8
    assert [byline.author.name for byline in report.bylines.all()] == [
        "Newsroom staff",
        "Nils Harbour",
    ]
    assert Article.objects.get(code=own.code).headline == "Port opens"


def test_an_editors_own_section_is_not_overwritten_by_the_one_loaded():
    load("initial_stories")
    taken = Section.objects.get(slug="world").pk
    Article.objects.update(status="draft", first_published_at=None)
    Article.objects.all().delete()
    Section.objects.all().delete()
    Section.objects.create(pk=taken, name="Harbour", slug="harbour-news")
    load("initial_stories")
    assert Section.objects.get(pk=taken).name == "Harbour"
    assert Section.objects.get(slug="world").pk != taken


def test_an_editors_own_story_is_not_overwritten_by_one_loaded():
    own = make_article("Port opens")
    load(*BOTH)
    own.refresh_from_db()
    assert own.headline == "Port opens"
    assert Article.objects.get(code=KURSK).pk != own.pk


def test_no_row_of_a_fixture_has_a_number_of_its_own():
    assert not [row for name in BOTH for row in rows(name) if "pk" in row]


# Both fixtures


@pytest.mark.parametrize("name", BOTH)
def test_each_fixture_loads_without_the_other_and_without_a_warning(name):
    errors = StringIO()
    load(name, stderr=errors)
    assert errors.getvalue() == ""
    assert Article.objects.published().count() == len(articles_in(name))


def test_the_two_fixtures_share_no_row():
    keys = {}
    for name in BOTH:
        for row in rows(name):
            fields = row["fields"]
            key = fields.get("code") or fields.get("slug")
            if key:
                keys.setdefault((row["model"], key), []).append(name)
    assert not {key: names for key, names in keys.items() if len(names) > 1}


@pytest.mark.parametrize("name", BOTH)
def test_every_body_is_already_clean(name):
    for article in articles_in(name):
        assert richtext.clean(article["body"]) == article["body"], article["code"]


@pytest.mark.parametrize("name", BOTH)
def test_every_code_is_one_that_could_have_been_minted(name):
    for row in rows(name):
        if code := row["fields"].get("code"):
            assert re.fullmatch(codes.PATTERN, code)
            assert not codes.BLOCKED.search(code)


@pytest.mark.once
def test_every_row_is_one_that_the_forms_would_take():
    load(*BOTH)
    for kept in KEPT:
        for row in kept.objects.all():
            row.full_clean()


@pytest.mark.once
def test_the_words_of_loaded_stories_are_counted():
    load(*BOTH)
    for article in Article.objects.all():
        assert article.word_count == richtext.word_count(article.body) > 100


def test_search_finds_loaded_stories():
    load(*BOTH)
    assert [found.code for found in search.find("Gerasimov heroism")] == [KURSK]
    assert [found.code for found in search.find("Elbit Syst")] == [THUNBERG]
    assert "gx7h5" in {found.code for found in search.find("embargo")}
    assert {found.code for found in search.find("حظر النشر")} == {"a79pe"}


@pytest.mark.once
def test_every_picture_comes_with_its_file_alt_text_and_credit():
    load(*BOTH)
    for picture in Image.objects.all():
        assert picture.alt_text
        assert picture.credit
        assert picture.caption
        with picture.file.open() as file:
            assert hashlib.sha256(file.read()).hexdigest() == picture.content_hash
            assert PillowImage.open(file).size == (picture.width, picture.height)
        assert picture.file.size < 150_000


@pytest.mark.once
def test_every_picture_is_shown_by_a_story():
    load(*BOTH)
    shown = set(Article.objects.exclude(lead_image=None).values_list("lead_image__code", flat=True))
    for body in Article.objects.values_list("body", flat=True):
        shown |= set(richtext.image_codes(body))
    assert shown == set(Image.objects.values_list("code", flat=True))


@pytest.mark.once
def test_links_inside_the_stories_lead_somewhere(client):
    load(*BOTH)
    followed = 0
    for article in Article.objects.all():
        for address in re.findall(r'href="(/[^"]*)"', article.body):
            followed += 1
            answer = client.get(unquote(address))
            assert answer.status_code in {200, 302}, f"{article.code} links to {address}"
    assert followed


# The handbook


def test_the_handbook_is_older_than_the_initial_stories_and_dates_itself():
    steps = ("created_at", "first_published_at", "updated_at", "saved_at")
    for article in articles_in("handbook"):
        moments = [article[step] for step in steps]
        assert moments == sorted(moments)
        assert moments[0] >= "2025-03-01"
        assert moments[-1] < "2025-04-28"


@pytest.mark.once
def test_the_arabic_story_runs_from_right_to_left_and_knows_its_translation():
    load("handbook")
    story = Article.objects.get(language="ar")
    assert story.direction == "rtl"
    group = Article.objects.filter(translation_group=story.translation_group).order_by("language")
    assert [told.language for told in group] == ["ar", "en"]
    assert {told.section.slug for told in group} == {"the-desk"}


@pytest.mark.once
def test_a_corrected_story_was_updated_when_its_note_was_made():
    load("handbook")
    notes = Correction.objects.select_related("article")
    assert {note.kind for note in notes} == {"correction", "clarification"}
    for note in notes:
        assert note.article.updated_at - note.made_at == timedelta()


def test_one_story_shows_every_part_that_a_body_may_have():
    body = next(a["body"] for a in articles_in("handbook") if a["code"] == "pmy22")
    assert set(re.findall(r"<([a-z0-9]+)", body)) == richtext.TAGS
    for mark in ("pullquote", "factbox", "data-image", "data-embed", 'start="3"'):
        assert mark in body


def test_another_name_of_a_topic_leads_to_it(client):
    load("handbook")
    assert client.get("/topic/rss/").url == "/topic/feeds/"


# The command


def test_a_fixture_is_loaded_by_path_with_the_files_beside_it(tmp_path, library):
    errors = StringIO()
    load(str(write_fixture(tmp_path / "elsewhere", with_file=True)), stderr=errors)
    assert errors.getvalue() == ""
    assert Image.objects.get().file.name == "pictures/skiff.png"
    assert (library / "pictures" / "skiff.png").is_file()


def test_the_initial_stories_can_be_loaded_from_a_copy_by_path(tmp_path, library, settings):
    shutil.copytree(FIXTURES, tmp_path / "copy")
    settings.FIXTURE_DIRS = []
    load(str(tmp_path / "copy" / "initial_stories.json"))
    assert (library / "pictures" / "kursk-map.png").is_file()
    assert Article.objects.count() == 2


def test_a_picture_whose_file_is_missing_is_named_in_a_warning(tmp_path, library):
    errors = StringIO()
    load(str(write_fixture(tmp_path / "elsewhere", with_file=False)), stderr=errors)
    assert "no file pictures/skiff.png beside the fixture" in errors.getvalue()
    assert Image.objects.filter(code="pqv7x").exists()
    assert not (library / "pictures" / "skiff.png").exists()


def test_loading_again_leaves_alone_what_the_desk_has_changed():
    call_command("loaddata", "initial_stories", verbosity=0)
    kursk = Article.objects.get(code="7k3fq")
    told = Article.objects.get(code="tevzq").updated_at
    publishing.update(kursk, {"headline": "Putin thanks Kim again"}, by=None)
    goes, stays = Topic.objects.get(slug="kursk"), Topic.objects.get(slug="russia")
    merge_topics([goes], into=stays, by=None)
    call_command("loaddata", "initial_stories", verbosity=0)
    kursk.refresh_from_db()
    assert (kursk.headline, kursk.version) == ("Putin thanks Kim again", 2)
    assert not Topic.objects.filter(slug="kursk").exists()
    assert Topic.objects.get(slug="russia").name == "Russia"
    assert Article.objects.get(code="tevzq").updated_at == told
    assert Article.objects.count() == 2


def test_every_story_of_a_fixture_has_its_first_version():
    call_command("loaddata", "initial_stories", "handbook", verbosity=0)
    for article in Article.objects.all():
        assert article.revisions.get().content == words.of(article)
