"""How two edits of one story fit together."""

import pytest
from django.urls import reverse

from articles import differences, merging, publishing, words
from articles.models import Article
from tests.factories import make_article, make_draft, make_user

EMPTY = dict.fromkeys(words.TEXTS, "") | {name: [] for name in words.LISTS}
EMPTY |= {"section": None, "lead_image": "", "embargoed_until": None}


def told(**changes):
    return EMPTY | changes


def marked(before, after):
    """The pieces as one line: -taken out-, +put in+."""
    signs = {"same": "", "out": "-", "in": "+"}
    found = differences.pieces(before, after)
    return "".join(f"{signs[p.kind]}{p.text}{signs[p.kind]}" for p in found)


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("The port opens.", "The port opens.", "The port opens."),
        ("left at dwan on", "left at dawn on", "left at -dwan-+dawn+ on"),
        ("2,000 people", "2,400 people", "-2,000-+2,400+ people"),
        ("two long years", "ten short days", "-two long years-+ten short days+"),
        ("", "All new", "+All new+"),
        ("All gone", "", "-All gone-"),
        ("مرحبا بالعالم", "مرحبا بكم", "مرحبا -بالعالم-+بكم+"),
    ],
)
def test_a_difference_is_told_in_whole_words(before, after, shown):
    assert marked(before, after) == shown


def test_edits_of_different_words_fit_together():
    base = "It can take 2,000 passengers an hour, twice as many as before."
    theirs = "It can take 2,400 passengers an hour, twice as many as before."
    mine = "It can take 2,000 passengers an hour, the port says, twice as many as before."
    both = "It can take 2,400 passengers an hour, the port says, twice as many as before."
    assert differences.both(base, theirs, mine) == both
    assert differences.both(base, theirs, "It can take 3,000 passengers.") is None


def test_a_field_that_one_side_touched_merges_by_itself():
    base = told(headline="Port", kicker="Sea")
    found = merging.merge(base, base | {"headline": "Port opens"}, base | {"kicker": "Harbour"})
    assert not found.clashes
    settled = found.settled({})
    assert (settled["headline"], settled["kicker"]) == ("Port opens", "Harbour")
    assert (found.from_theirs, found.from_mine) == (["headline"], ["kicker"])


def test_paragraphs_merge_one_by_one():
    base = told(body="<p>One.</p><p>Two.</p><p>Three.</p>")
    theirs = told(body="<p>One!</p><p>Two.</p><p>Three.</p><p>Four.</p>")
    mine = told(body="<p>One.</p><p>Two, <em>too</em>.</p><p>Three.</p>")
    found = merging.merge(base, theirs, mine)
    assert not found.clashes
    wanted = "<p>One!</p><p>Two, <em>too</em>.</p><p>Three.</p><p>Four.</p>"
    assert found.settled({})["body"] == wanted


def test_a_paragraph_that_both_touched_is_asked_about_and_no_other():
    base = told(body="<p>One.</p><p>Two.</p><p>Three.</p>")
    theirs = told(body="<p>One!</p><p>Two, they say.</p><p>Three.</p>")
    mine = told(body="<p>One.</p><p>Two, I say.</p><p>Three?</p>")
    found = merging.merge(base, theirs, mine)
    assert [(clash.theirs, clash.mine) for clash in found.clashes] == [
        ("Two, they say.", "Two, I say.")
    ]
    settled = found.settled({found.clashes[0].key: "Two, <b>all</b> say.\nAnd more."})
    assert settled["body"] == (
        "<p>One!</p><p>Two, &lt;b&gt;all&lt;/b&gt; say.</p><p>And more.</p><p>Three?</p>"
    )


def test_a_paragraph_with_a_link_keeps_it():
    link = '<p>See <a href="https://example.org">this</a>{}.</p>'
    versions = [told(body=link.format(words)) for words in ("", " now", " later")]
    found = merging.merge(*versions)
    settled = found.settled({clash.key: clash.mine for clash in found.clashes})
    assert settled["body"] == link.format(" later")


def test_topics_and_authors_of_both_sides_hold():
    base = told(topics=["Sea", "Port"], byline=[1, 2])
    found = merging.merge(
        base,
        base | {"topics": ["Sea", "Port", "Trade"], "byline": [2]},
        base | {"topics": ["Port", "Storm"], "byline": [1, 2, 3]},
    )
    assert not found.clashes
    assert found.settled({})["topics"] == ["Port", "Trade", "Storm"]
    assert found.settled({})["byline"] == [2, 3]


@pytest.fixture
def clash(client, db):
    """A story that two people saved from one text, and the answer that the slower one got."""
    amal, editor = make_user("amal"), make_user("editor")
    client.force_login(editor)
    article = make_draft("Port opens", body="<p>One.</p><p>Two.</p>", standfirst="At dawn.")
    publishing.save_draft(article, by=editor)
    started = article.working
    theirs = {"headline": "Port opens early", "body": "<p>One!</p><p>Two.</p>"}
    publishing.save_draft(article, theirs, by=amal)
    form = {
        "headline": "Port opens at last",
        "standfirst": "At dawn.",
        "body": "<p>One.</p><p>Two?</p>",
        "section": article.section_id,
        "slug": article.slug,
        "language": "en",
        "started_from": started,
        "_save_draft": "",
    }
    change = reverse("admin:articles_article_change", args=[article.pk])
    return article, client.post(change, form, follow=True)


def together(article):
    number = article.revisions.filter(kind="refused").first().number
    return reverse("admin:articles_article_together", args=[article.pk, number])


def test_only_what_clashes_is_asked(client, clash):
    article, refused = clash
    page = refused.content.decode()
    assert "Headline" in page
    assert "1 of 1" in page
    assert "Port opens<ins> early</ins>" in page
    assert "Port opens<ins> at last</ins>" in page
    assert "3 changes put together for you" in page
    assert client.get(together(article)).status_code == 200


def test_the_text_that_was_chosen_is_saved(client, clash):
    article, _refused = clash
    told = {"theirs": article.working, "pick-headline": "mine"}
    client.post(together(article), told | {"result-headline": "Port opens early, at last"})
    article.refresh_from_db()
    assert article.headline == "Port opens early, at last"
    assert article.body == "<p>One!</p><p>Two?</p>"


def test_a_choice_counts_without_script(client, clash):
    article, _refused = clash
    client.post(together(article), {"theirs": article.working, "pick-headline": "theirs"})
    article.refresh_from_db()
    assert article.headline == "Port opens early"


def test_nothing_is_saved_before_every_place_is_chosen(client, clash):
    article, _refused = clash
    page = client.post(together(article), {"theirs": article.working}).content.decode()
    assert "Choose a text in every place, or write one." in page
    article.refresh_from_db()
    assert article.headline == "Port opens early"


def test_a_third_save_meanwhile_is_not_run_over(client, clash):
    article, _refused = clash
    number = article.working
    publishing.save_draft(article, {"kicker": "Harbour"}, by=None)
    told = {"theirs": number, "pick-headline": "mine"}
    page = client.post(together(article), told, follow=True)
    assert "Somebody saved again." in page.content.decode()
    article.refresh_from_db()
    assert (article.headline, article.kicker) == ("Port opens early", "Harbour")


def test_the_refused_text_can_become_a_story_of_its_own(client, clash):
    article, _refused = clash
    client.post(together(article), {"theirs": article.working, "_separate": ""})
    other = Article.objects.exclude(pk=article.pk).get()
    assert (other.headline, other.body) == ("Port opens at last", "<p>One.</p><p>Two?</p>")
    article.refresh_from_db()
    assert article.headline == "Port opens early"


def test_a_stranger_to_the_story_puts_nothing_together(client, clash):
    article, _refused = clash
    client.force_login(make_user("reporter", "Reporters"))
    assert client.get(together(article)).status_code == 403
    assert client.post(together(article), {"_separate": ""}).status_code == 403


def test_a_fix_of_a_live_story_that_was_too_late_is_kept(client, db):
    editor = make_user()
    client.force_login(editor)
    article = make_article()
    publishing.fix(article, {"kicker": "Harbour"}, by=editor)
    with pytest.raises(publishing.Stale) as refused:
        publishing.fix(article, {"kicker": "Sea"}, by=editor, started_from=1)
    assert refused.value.kept.content["kicker"] == "Sea"
    assert article.revisions.count() == 3
