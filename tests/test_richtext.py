"""The body: what is let in, what readers get, and what is counted."""

import random

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles import richtext
from articles.models import Article
from tests.factories import make_article, make_draft, make_picture

EVERY_BLOCK = (
    "<p>Words, <strong>bold</strong>, <em>italic</em>, <s>gone</s>, H<sub>2</sub>O, m<sup>2</sup>,"
    ' <a href="https://port.example/" rel="noopener">a link</a><br>and a line.</p>'
    "<h2>Heading</h2><h3>Lesser heading</h3>"
    "<ul><li><p>Item</p></li></ul>"
    '<ol start="3"><li><p>Third</p></li></ol>'
    "<blockquote><p>Quoted</p></blockquote>"
    "<hr>"
    "<table><tbody><tr><th><p>Day</p></th><th><p>Boats</p></th></tr>"
    '<tr><td><p>Monday</p></td><td colspan="2"><p>7</p></td></tr></tbody></table>'
    '<figure data-image="7k3fq" data-alt="A boat"><figcaption>The first boat</figcaption></figure>'
    '<aside class="pullquote"><p>We sail at dawn</p><footer>The captain</footer></aside>'
    '<aside class="factbox"><h2>The port in brief</h2><ul><li><p>Nine berths</p></li></ul></aside>'
    '<div data-embed="https://video.example/port"></div>'
    '<aside data-story="7k3fq"></aside>'
)
PICTURES = {
    ("7k3fq", "full"): richtext.Picture(
        "/media/boat.png", 1200, 800, alt="Alt", caption="Caption", credit="Dana Ruiz"
    )
}

pytestmark = pytest.mark.once


def test_what_the_editor_makes_is_kept_to_the_letter():
    assert richtext.clean(EVERY_BLOCK) == EVERY_BLOCK


@pytest.mark.parametrize(
    ("dirty", "cleaned"),
    [
        ("<script>alert(1)</script><p>a</p>", "<p>a</p>"),
        ('<p onclick="x()">a</p>', "<p>a</p>"),
        ('<p style="color:red" class="x">a</p>', "<p>a</p>"),
        ('<p><a href="javascript:alert(1)">a</a></p>', "<p>a</p>"),
        ('<p><a href="&#106;avascript:alert(1)">a</a></p>', "<p>a</p>"),
        ("<iframe src='https://evil.example'></iframe><p>a</p>", "<p>a</p>"),
        ("<svg><script>1</script></svg><p>a</p>", "<p>a</p>"),
        ('<img src=x onerror="alert(1)"><p>a</p>', "<p>a</p>"),
        ('<div data-embed="javascript:alert(1)"></div>', ""),
        ("<div>loose</div>", "loose"),
        ('<aside class="advert"><p>a</p></aside>', "<p>a</p>"),
        ('<figure><img src="https://evil.example/x"></figure><p>a</p>', "<p>a</p>"),
        ('<aside data-story="../x"></aside><p>a</p>', "<p>a</p>"),
        ('<aside data-story="7k3fq">loose</aside>', '<aside data-story="7k3fq"></aside>loose'),
        (
            '<aside class="factbox" data-story="7k3fq"><p>a</p></aside>',
            '<aside class="factbox"><p>a</p></aside>',
        ),
        (
            '<div data-embed="https://a.example/">b<p>c</p></div>',
            '<div data-embed="https://a.example/"></div>b<p>c</p>',
        ),
        ("<h2>a </h2><p>a <em>b</em> \n</p>", "<h2>a</h2><p>a <em>b</em></p>"),
        ("<p>  </p>", ""),
        ("<p></p>", ""),
        ("", ""),
        (None, ""),
    ],
)
def test_what_the_editor_does_not_make_is_removed(dirty, cleaned):
    assert richtext.clean(dirty) == cleaned
    assert richtext.clean(cleaned) == cleaned


def test_readers_get_each_block_in_the_markup_of_the_design():
    page = richtext.render(EVERY_BLOCK, pictures=PICTURES, dateline="PORT ALDER")
    assert '<p><span class="dateline">PORT ALDER:</span> Words' in page
    assert "<li>Item</li>" in page
    assert '<div class="table" role="region" tabindex="0" aria-label="Table 1">' in page
    assert '<thead><tr><th scope="col">Day</th>' in page
    assert 'src="/media/boat.png" width="1200" height="800" alt="A boat" decoding="async"' in page
    assert 'The first boat <span class="credit">Dana Ruiz</span></figcaption>' in page
    assert (
        '<blockquote class="pull"><p>We sail at dawn</p><footer>The captain</footer></blockquote>'
        in page
    )
    assert '<aside class="box" aria-labelledby="facts-1"><h2 id="facts-1">' in page
    assert (
        '<div class="embed"><p class="kicker">video.example</p>'
        '<p><a href="https://video.example/port" rel="noopener noreferrer">Open on video.example'
        '</a></p><p class="note"><bdi dir="ltr">video.example/port</bdi></p></div>'
    ) in page


def test_a_credit_is_shown_even_without_a_caption():
    picture = richtext.Picture("/media/boat.png", 12, 8, credit="Dana Ruiz")
    page = richtext.render(
        '<figure data-image="7k3fq"></figure>', pictures={("7k3fq", "full"): picture}
    )
    assert '<figcaption><span class="credit">Dana Ruiz</span></figcaption>' in page


def test_a_figure_whose_picture_is_gone_renders_nothing():
    body = '<p>Before</p><figure data-image="7k3fq"><figcaption>x</figcaption></figure><p>After</p>'
    assert richtext.render(body) == "<p>Before</p><p>After</p>"


def test_a_line_on_which_nobody_wrote_is_not_shown():
    body = '<p>First</p><p></p><div data-embed="https://a.example/b"></div><p></p>'
    page = richtext.render(body)
    assert page.startswith('<p>First</p><div class="embed">')
    assert page.endswith("</div>")


def test_a_story_without_a_paragraph_still_says_where_it_was_filed():
    page = richtext.render("<ul><li>One</li></ul>", dateline="PORT ALDER")
    assert page.startswith('<p><span class="dateline">PORT ALDER:</span></p>')


def test_words_are_counted_across_blocks():
    assert richtext.word_count("<p>one two</p><p>three</p><ul><li>four</li><li>five</li></ul>") == 5
    assert richtext.word_count("") == 0


def test_the_first_paragraph_is_quoted_without_markup():
    assert richtext.first_paragraph("<h2>H</h2><p> </p><p>One <em>two</em></p>") == "One two"


DIRTY = "<p>Words</p><script>alert(1)</script>"


@pytest.mark.django_db
def test_every_door_to_the_database_is_clean(tmp_path):
    saved = make_article(body=DIRTY)
    updated = make_article("By update")
    Article.objects.filter(pk=updated.pk).update(body=DIRTY)
    bulk = Article.objects.bulk_create([Article(headline="By bulk", body=DIRTY, slug="b")])[0]
    fixture = tmp_path / "door.json"
    fixture.write_text(
        '[{"model": "articles.article", "fields": {"code": "7k3fq", "headline": "By fixture",'
        ' "body": "<p>Words</p><script>alert(1)</script>"}}]'
    )
    call_command("loaddata", str(fixture), verbosity=0)
    for article in (saved, updated, bulk, Article.objects.get(code="7k3fq")):
        article.refresh_from_db()
        assert article.body == "<p>Words</p>"


@pytest.mark.django_db
def test_a_story_shows_the_pictures_of_its_body_with_their_credit(client):
    picture = make_picture()
    body = f'<p>Words</p><figure data-image="{picture.code}"></figure>'
    page = client.get(make_article(body=body).get_absolute_url()).content.decode()
    assert picture.large.url in page
    assert '<figcaption>The first boat. <span class="credit">Dana Ruiz</span></figcaption>' in page


@pytest.mark.django_db
def test_a_read_also_card_says_what_readers_would_find_now(client, django_assert_num_queries):
    stories = [make_article(f"Ferry {n}", lead_image=make_picture(f"{n}.png")) for n in range(3)]
    draft = make_draft("Secret")
    cards = [f'<aside data-story="{story.code}"></aside>' for story in (*stories, draft)]
    one = make_article("One", body=cards[0], lead_image=stories[0].lead_image).get_absolute_url()
    body = "<p>Before</p>" + "".join(cards[1:]) + f"<p>After</p>{cards[0]}{cards[0]}"
    all_of_them = make_article("All", body=body, lead_image=stories[0].lead_image)
    Article.objects.filter(pk=stories[1].pk).update(headline="Ferry sails")
    with CaptureQueriesContext(connection) as asked:
        client.get(one)
    with django_assert_num_queries(len(asked)):
        page = client.get(all_of_them.get_absolute_url()).content.decode()
    prose = page[page.index("Before") : page.index("</article>")]
    assert "Ferry sails" in prose
    assert stories[1].lead_image.large.url in prose
    assert "Secret" not in page
    assert prose.count('class="box read-also"') == 2  # cards that stand together share a box
    assert '<h2 id="also-1">Read also</h2>' in prose


def test_cleaning_twice_changes_nothing_more():
    pieces = [*"<a><li><tr><td><aside><div><figure><p><table><ul><h2>".replace(">", "> ").split()]
    chance = random.Random(7)  # noqa: S311
    for _round in range(500):
        body = "".join(chance.choice([*pieces, " y", "</p>", "</a>", "</td>"]) for _n in range(9))
        once = richtext.clean(body)
        assert richtext.clean(once) == once, body


def test_words_deep_inside_are_not_lost():
    body = "<blockquote>" * 300 + "<p>Deep</p>" + "</blockquote>" * 300
    assert richtext.plain_text(richtext.clean(body)) == "Deep"
    assert "Deep" in richtext.render(body)
