"""Stories in the database: their codes, addresses and promises."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from articles import codes, slugs
from articles.models import Article, Image, RetiredCode, Section, Status, Topic
from tests.factories import make_article, make_draft, make_picture, make_section, make_topic

pytestmark = pytest.mark.django_db


def tomorrow():
    return timezone.now() + timedelta(days=1)


def test_a_code_is_five_letters_that_nobody_mistakes():
    for _ in range(500):
        assert re.fullmatch(f"[{codes.ALPHABET}]{{5}}", codes.mint())
    assert not set("01ilosuw") & set(codes.ALPHABET)


def test_a_code_spells_no_blocked_word(monkeypatch):
    letters = iter("fag23" + "7k3fq")
    monkeypatch.setattr(codes.secrets, "choice", lambda alphabet: next(letters))
    assert codes.mint() == "7k3fq"


def test_a_code_that_is_taken_is_minted_again():
    first = make_article()
    second = make_article("Second", code=first.code)
    assert second.code != first.code


def test_a_code_is_never_used_again_after_its_story_is_deleted():
    by_row, by_query = make_draft("One"), make_draft("Two")
    used = [by_row.code, by_query.code]
    by_row.delete()
    Article.objects.filter(pk=by_query.pk).delete()
    assert set(RetiredCode.objects.values_list("code", flat=True)) == set(used)
    assert make_article("Three", code=used[0]).code not in used


def test_another_broken_promise_is_not_taken_for_a_code():
    with pytest.raises(IntegrityError):
        make_article("")


@pytest.mark.parametrize(
    ("headline", "slug"),
    [
        (
            "Putin thanks Kim for North Korean troops’ part",
            "putin-thanks-kim-for-north-korean-troops-part",
        ),
        ("Ünïcode & “quotes”: 100%", "ünïcode-quotes-100"),
        ("المكتبة تفتح أبوابها", "المكتبة-تفتح-أبوابها"),
        ("हिन्दी में समाचार", "हिन्दी-में-समाचार"),
        ("ข่าวภาษาไทย", "ข่าวภาษาไทย"),
        ("東京で開港", "東京で開港"),
        ("😀🚢", "story"),
        ("", "story"),
    ],
)
def test_an_address_is_made_of_a_headline_in_any_script(headline, slug):
    assert slugs.slugify(headline) == slug
    assert slugs.slugify(slug) == slug


def test_a_long_headline_makes_an_address_cut_between_words():
    slug = slugs.slugify("word " * 60)
    assert len(slug) <= slugs.LONGEST
    assert slug.endswith("-word")
    assert len(slugs.slugify("w" * 300)) == slugs.LONGEST


def test_an_address_stays_when_the_headline_changes():
    article = make_article("Port opens")
    article.headline = "Port opens at last"
    article.save()
    assert article.slug == "port-opens"


def test_an_address_typed_by_hand_is_checked():
    with pytest.raises(ValidationError, match="port-opens"):
        slugs.validate("Port opens!")


@pytest.mark.parametrize(
    ("fields", "is_public"),
    [
        ({}, True),
        ({"status": Status.DRAFT}, False),
        ({"status": Status.REVIEW}, False),
        ({"status": Status.WITHDRAWN}, False),
        ({"first_published_at": timezone.now() + timedelta(days=1)}, False),
        ({"embargoed_until": timezone.now() + timedelta(days=1)}, False),
        ({"embargoed_until": timezone.now() - timedelta(days=1)}, True),
    ],
)
def test_the_query_and_the_row_agree_on_what_is_public(fields, is_public):
    article = make_article(**fields)
    assert article.is_public is is_public
    assert Article.objects.published().filter(pk=article.pk).exists() is is_public


def test_a_story_under_embargo_is_there_at_its_moment():
    moment = tomorrow()
    article = make_article(embargoed_until=moment)
    assert article not in Article.objects.published(at=moment - timedelta(seconds=1))
    assert article in Article.objects.published(at=moment)


@pytest.mark.parametrize(
    "broken",
    [
        {"status": Status.PUBLISHED, "first_published_at": None},
        {"status": Status.PUBLISHED, "section": None},
        {"status": "vanished"},
        {"headline": ""},
        {"updated_at": timezone.now() - timedelta(days=400)},
    ],
)
def test_the_database_refuses_a_story_that_breaks_a_promise(broken):
    article = make_article()
    with pytest.raises(IntegrityError), transaction.atomic():
        Article.objects.filter(pk=article.pk).update(**broken)


@pytest.mark.parametrize("slug", ["7k3fq", "admin", "feeds", "static", "topic"])
def test_a_section_may_not_take_an_address_of_the_site(slug):
    with pytest.raises(ValidationError):
        Section(name="Clash", slug=slug).full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        Section.objects.create(name="Clash", slug=slug)


def test_a_section_with_stories_cannot_be_deleted():
    article = make_article()
    with pytest.raises(IntegrityError):
        article.section.delete()


def test_an_alias_typed_as_a_topic_means_the_topic():
    kyiv = make_topic("Kyiv")
    kyiv.aliases.create(name="Kiev")
    article = make_article(topics=["kiev", "Ukraine"])
    assert {topic.name for topic in article.topics.all()} == {"Kyiv", "Ukraine"}
    assert not Topic.objects.filter(name="Kiev").exists()


def test_a_topic_in_another_case_is_the_same_topic():
    make_article(topics=["Harbour"])
    make_article("Second", topics=["harbour"])
    assert Topic.objects.count() == 1


def test_topics_in_any_script_get_addresses():
    make_article(topics=["كتب", "بحر", "😀", "🚢"])
    assert sorted(Topic.objects.values_list("slug", flat=True)) == [
        "topic",
        "topic-1",
        "بحر",
        "كتب",
    ]


def test_a_picture_remembers_its_size_and_content():
    picture = make_picture(size=(300, 200))
    assert (picture.width, picture.height) == (300, 200)
    assert len(picture.content_hash) == 64


def test_a_picture_in_use_cannot_be_deleted():
    picture = make_picture()
    make_article(lead_image=picture)
    with pytest.raises(IntegrityError):
        picture.delete()


def test_decoration_and_alt_text_exclude_each_other():
    picture = make_picture()
    with pytest.raises(IntegrityError), transaction.atomic():
        Image.objects.filter(pk=picture.pk).update(is_decorative=True)


def test_one_story_is_told_once_in_a_language():
    group = "8a2cbb0e-55b5-4c5f-9d0a-54a7ab0d2a11"
    make_article(translation_group=group)
    make_article("بالعربية", language="ar", translation_group=group)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_article("Again", translation_group=group)


def test_stories_in_many_sections_share_no_address():
    world, business = make_section("World"), make_section("Business")
    one, two = (
        make_article("Same words", section=world),
        make_article("Same words", section=business),
    )
    assert one.get_absolute_url() != two.get_absolute_url()
