"""How two edits of one story fit together."""

from datetime import timedelta
from html import escape

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as some

from articles import differences, merging, publishing, richtext, scheduling, words
from articles.models import Article, Revision
from tests.factories import make_article, make_draft, make_user


def told(**changes):
    return words.NONE | changes


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


def test_in_a_long_text_only_what_differs_is_told():
    lines = [f"Boat {n} left with {n} people for the islands and came back.\n" for n in range(400)]
    before = "".join(lines)
    lines[20] = lines[20].replace("left", "sailed")
    lines[300] += "News came at dawn.\n"
    found = [p for p in differences.pieces(before, "".join(lines)) if p.kind != "same"]
    assert [(p.kind, p.text.strip()) for p in found] == [
        ("out", "left"),
        ("in", "sailed"),
        ("in", "News came at dawn."),
    ]


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
    assert [(fit.field, fit.side) for fit in found.fits] == [
        ("kicker", "mine"),
        ("headline", "theirs"),
    ]


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
    (clash,) = found.clashes
    assert (clash.theirs, clash.mine) == ("<p>Two, they say.</p>", "<p>Two, I say.</p>")
    assert clash.as_text(clash.mine) == "Two, I say."
    written = clash.from_text("Two, <b>all</b> say.\nAnd more.", clash.mine)
    settled = found.settled({clash.key: written})
    assert settled["body"] == (
        "<p>One!</p><p>Two, &lt;b&gt;all&lt;/b&gt; say.</p><p>And more.</p><p>Three?</p>"
    )


def test_a_paragraph_with_a_link_keeps_it():
    link = '<p>See <a href="https://example.org">this</a>{}.</p>'
    versions = [told(body=link.format(words)) for words in ("", " now", " later")]
    found = merging.merge(*versions)
    settled = found.settled({clash.key: clash.mine for clash in found.clashes})
    assert settled["body"] == link.format(" later")


SHEDS = "It can take {} passengers an hour{}. It replaces the sheds{}. Work began in {}."


def test_different_sentences_of_a_paragraph_merge_by_themselves():
    versions = [
        told(body=f"<p>{SHEDS.format(*words)}</p>")
        for words in (
            ("2,000", "", "", "spring"),
            ("2,400", "", "", "spring"),
            ("2,000", "", ", at last", "May"),
        )
    ]
    found = merging.merge(*versions)
    assert not found.clashes
    merged = SHEDS.format("2,400", "", ", at last", "May")
    assert found.settled({})["body"] == f"<p>{merged}</p>"
    assert sorted(fit.side for fit in found.fits) == ["mine", "theirs"]


def test_a_sentence_that_both_touched_takes_none_of_the_others_with_it():
    versions = [
        told(body=f"<p>{SHEDS.format(*words)}</p>")
        for words in (
            ("2,000", "", "", "spring"),
            ("2,400", "", ", at last", "spring"),
            ("3,000", "", "", "May"),
        )
    ]
    (clash,) = merging.merge(*versions).clashes
    assert clash.as_text(clash.theirs) == SHEDS.format("2,400", "", ", at last", "May")
    assert clash.as_text(clash.mine) == SHEDS.format("3,000", "", ", at last", "May")
    assert clash.both is None


def test_edits_of_one_sentence_that_fit_word_by_word_can_both_be_used():
    link = '<a href="https://example.org">sheds</a>'
    base, theirs, mine = (
        told(body=f"<p>It takes {figure} people{said}, more than the {link}.</p>")
        for figure, said in (("2,000", ""), ("2,400", ""), ("2,000", ", they say"))
    )
    (clash,) = merging.merge(base, theirs, mine).clashes
    assert clash.both == f"<p>It takes 2,400 people, they say, more than the {link}.</p>"


def test_both_are_not_offered_when_their_links_would_cross():
    one, other = "<p>The old port opens.</p>", "<p><em>The old</em> port opens.</p>"
    third = "<p>The <strong>old port</strong> opens.</p>"
    (clash,) = merging.merge(told(body=one), told(body=other), told(body=third)).clashes
    assert clash.both is None


LINKED = '<p>See <a href="https://example.org">this</a> and <strong>that</strong>.</p>'


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("See this and that.", LINKED),
        ("See this now and that.", LINKED.replace("</a> and", "</a> now and")),
        ("See all this and that.", LINKED.replace("See ", "See all ")),
        ("See those and that.", LINKED.replace("this", "those")),
        ("See and that.", "<p>See and <strong>that</strong>.</p>"),
        ("Nothing <b>bold</b> & new", "<p>Nothing &lt;b&gt;bold&lt;/b&gt; &amp; new</p>"),
        ("See this and that.\n\nMore.", f"{LINKED}<p>More.</p>"),
        ("Before.\nSee this and that.", f"<p>Before.</p>{LINKED}"),
    ],
)
def test_words_written_over_a_paragraph_keep_the_links_that_stay(written, kept):
    assert merging.as_html(written, LINKED) == kept


WORDS = some.lists(
    some.sampled_from(["See", "this", "and", "that", "&", "<b>", "Now."]), max_size=8
)


@given(WORDS)
def test_whatever_is_written_over_a_paragraph_reads_as_it_was_written(words):
    written = " ".join(words)
    html = merging.as_html(written, LINKED)
    assert merging.as_text(html) == written
    assert richtext.is_whole(html)
    assert richtext.clean(html) == html


@given(some.lists(some.text("aB. !?“”<&", max_size=12), max_size=5))
def test_the_sentences_of_a_paragraph_are_the_paragraph(texts):
    for block in richtext.blocks(richtext.clean("".join(f"<p>{escape(t)}</p>" for t in texts))):
        assert "".join(richtext.sentences(block)) == block


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("It opens. It closes.", 2),
        ("“It opens!” he said. It closes.", 2),
        ("Mr. Lind and Gen. Haddad met U.S. troops.", 1),
        ('See <a href="https://example.org">this. And that.</a> Then go.', 1),
        ("يفتح الميناء. هل يغلق؟ نعم.", 3),
    ],
)
def test_a_sentence_ends_where_a_reader_would_say(text, count):
    assert len(richtext.sentences(f"<p>{text}</p>")) == count


def test_a_list_that_both_changed_is_taken_whole():
    base, theirs, mine = (f"<ul><li>{item}</li></ul>" for item in ("One", "Two", "Three"))
    found = merging.merge(told(body=base), told(body=theirs), told(body=mine))
    (clash,) = found.clashes
    assert not clash.is_text
    assert found.settled({clash.key: clash.mine})["body"] == mine


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


def test_what_was_put_together_is_asked_no_more(client, clash):
    article, _refused = clash
    told = {"theirs": article.working, "pick-headline": "mine"}
    client.post(together(article), told)
    again = client.get(together(article), follow=True)
    assert again.redirect_chain
    assert "These two texts were put together already." in again.content.decode()
    before = article.revisions.count()
    client.post(together(article), told | {"pick-headline": "theirs"})
    assert article.revisions.count() == before


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


def test_no_html_is_shown_and_none_is_lost(client, db):
    editor = make_user()
    client.force_login(editor)
    body = '<p>See <a href="https://example.org">this</a>{}.</p>'
    article = make_draft(body=body.format(""))
    publishing.save_draft(article, {"body": body.format(" now")}, by=None)
    told = {"body": body.format(" later")}
    with pytest.raises(publishing.Stale):
        publishing.save_draft(article, told, by=editor, started_from=1)
    page = client.get(together(article)).content.decode()
    assert "example.org" not in page
    assert 'data-text="See this later."' in page
    told = {"theirs": article.working, "pick-body-0": "mine", "result-body-0": "See this, later."}
    client.post(together(article), told)
    article.refresh_from_db()
    assert article.body == body.format(", later")


def test_what_a_story_cannot_have_is_said_and_not_saved(client, clash):
    article, _refused = clash
    for written in ("x" * 301, "  "):
        told = {"theirs": article.working, "result-headline": written}
        page = client.post(together(article), told)
        assert page.status_code == 200
        assert "errornote" in page.content.decode()
    assert written.strip() == ""
    article.refresh_from_db()
    assert article.headline == "Port opens early"


def test_a_person_who_was_faster_than_themselves_is_told_so(client, db):
    editor = make_user()
    client.force_login(editor)
    article = make_draft("Port")
    publishing.save_draft(article, {"headline": "Port opens"}, by=editor)
    with pytest.raises(publishing.Stale):
        publishing.save_draft(article, {"headline": "Port shut"}, by=editor, started_from=1)
    assert "You have two texts of this story" in client.get(together(article)).content.decode()
    client.force_login(make_user("amal"))
    page = client.get(together(article)).content.decode()
    assert "editor has two texts of this story" in page
    assert "Keep that of editor" in page


def test_a_start_whose_words_were_thinned_out_loses_nothing(client, db):
    editor = make_user()
    client.force_login(editor)
    article = make_draft("Port", body="<p>One.</p>")
    publishing.autosave(article, {"kicker": "Sea"}, by=editor)
    started = article.working
    publishing.autosave(article, {"kicker": "Harbour"}, by=editor)
    publishing.autosave(article, {"standfirst": "At dawn."}, by=editor)
    Revision.objects.filter(article=article).update(at=timezone.now() - timedelta(days=2))
    scheduling.thin_out_autosaves.call()
    assert article.revisions.get(number=started).content is None
    told = {"kicker": "Sea", "dateline": "Oslo"}
    with pytest.raises(publishing.Stale):
        publishing.save_draft(article, told, by=editor, started_from=started)
    page = client.get(together(article)).content.decode()
    assert "Harbour" in page
    assert "Sea" in page
    client.post(together(article), {"theirs": article.working, "pick-kicker": "theirs"})
    article.refresh_from_db()
    assert (article.kicker, article.standfirst) == ("Harbour", "At dawn.")
    assert article.dateline == "Oslo"


def test_a_save_that_does_not_say_where_it_started_is_asked_about_everything(client, db):
    editor = make_user()
    client.force_login(editor)
    article = make_draft("Port")
    publishing.save_draft(article, {"kicker": "Sea"}, by=None)
    with pytest.raises(publishing.Stale):
        publishing.save_draft(article, {"kicker": "Harbour"}, by=editor, started_from=-1)
    page = client.get(together(article)).content.decode()
    assert "Take theirs" in page
    assert page.count('name="pick-kicker"') == 2
