"""Pictures of a story: its gallery, and what a story says or shows of a picture in its own way."""

import json
import re
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import connection
from django.db.models import F
from django.db.models.functions import JSONObject
from django.urls import reverse
from django.utils import timezone

from articles import checks, darkroom, kinds, merging, publishing, richtext, search, words
from articles.admin.comparing import compare
from articles.admin.widgets import GalleryField, read_gallery, written_gallery
from articles.models import Article, Correction, ImageUse, Kind, Revision
from articles.models.articles import gallery_names_pictures
from tests.factories import make_article, make_draft, make_picture, make_user


def use(picture, caption="", alt=""):
    return {"image": getattr(picture, "code", picture), "caption": caption, "alt": alt}


def told(**changes):
    return words.NONE | {"headline": "Port opens"} | changes


@pytest.fixture
def boats(db):
    """Three pictures of the library, whose prints are all there as far as a page can tell."""
    printed = {"recipe": darkroom.RECIPE_VERSION}
    return [
        make_picture(f"{colour}.png", colour=colour, caption=f"A {colour} boat.", **printed)
        for colour in ("teal", "maroon", "navy")
    ]


def read(client, article):
    return client.get(article.get_absolute_url()).content.decode()


# Readers


def test_readers_get_the_gallery_in_its_order_below_the_body(client, boats):
    teal, maroon, _navy = boats
    gallery = [use(maroon, "It came last.", "A boat at a pier"), use(teal)]
    article = make_article(gallery=gallery)
    page = read(client, article)
    section = re.search(r'<section class="gallery.*?</section>', page, re.DOTALL)[0]
    assert page.index("The first boats left") < page.index(section)
    assert re.findall(r"<figcaption>(.*?)<", section) == ["It came last. ", "A teal boat. "]
    assert re.findall(r'alt="(.*?)"', section) == ["A boat at a pier", "A boat"]
    assert section.count('<span class="credit">Dana Ruiz</span>') == 2
    assert section.count("<picture>") == section.count('loading="lazy"') == 2
    assert "1 of 2" in section
    assert "/gallery.js" in page
    assert "/gallery.js" not in read(client, make_article("Port closes"))


def test_one_picture_alone_has_nothing_to_turn(client, boats):
    page = read(client, make_article(gallery=[use(boats[0])]))
    assert "A teal boat." in page
    assert "Next picture" not in page
    assert "/gallery.js" not in page


def test_a_gallery_leaves_out_what_is_gone_or_may_not_be_shown(client, boats):
    teal, maroon, navy = boats
    maroon.rights_until = timezone.localdate() - timedelta(days=1)
    maroon.save()
    article = make_article(gallery=[use(teal), use(maroon), use("zzzzz"), use(navy)])
    page = read(client, article)
    assert "1 of 2" in page
    assert "A maroon boat." not in page


def test_a_gallery_costs_one_question_however_long(client, boats, django_assert_num_queries):
    def cost(gallery):
        article = make_article(gallery=gallery)
        client.get(article.get_absolute_url())
        with django_assert_num_queries(100, exact=False) as asked:
            client.get(article.get_absolute_url())
        return len(asked)

    assert cost([use(boats[0])]) == cost([use(boat) for boat in boats]) <= cost([]) + 1


def test_search_engines_are_told_of_the_pictures_of_a_gallery(client, boats):
    teal, maroon, _navy = boats
    article = make_article(lead_image=teal, gallery=[use(maroon, "Maroon."), use(teal)])
    page = read(client, article)
    images = json.loads(re.search(r"ld\+json\">(.*?)</script>", page)[1])["image"]
    assert [image["caption"] for image in images] == [*["A teal boat."] * 3, "Maroon."]
    assert images[-1]["url"].endswith(maroon.in_crop("full").url)
    assert images[-1]["creditText"] == "Dana Ruiz"


def test_an_arabic_story_has_its_gallery_in_arabic(client, boats):
    article = make_article("الميناء", language="ar", gallery=[use(boat) for boat in boats])
    page = read(client, article)
    assert "معرض الصور" in page
    assert "1 من 3" in page
    assert "الصورة التالية" in page


# A story's own words and shape of its lead picture


def test_a_story_describes_its_lead_picture_in_its_own_way(client, boats):
    article = make_article(lead_image=boats[0], lead_alt="A boat seen from the pier")
    page = read(client, article)
    lead = re.search(r'<figure class="lead-image.*?</figure>', page, re.DOTALL)[0]
    assert 'alt="A boat seen from the pier"' in lead
    assert '<meta property="og:image:alt" content="A boat seen from the pier">' in page


@pytest.mark.parametrize(
    ("lead_crop", "wide", "on_phones"),
    [("", "lead", "square"), ("full", "full", "full"), ("full-square", "full", "square")],
)
def test_a_lead_picture_is_cut_or_shown_whole(client, boats, lead_crop, wide, on_phones):
    article = make_article(lead_image=boats[0], lead_crop=lead_crop)
    lead = re.search(r'<figure class="lead-image.*?</figure>', read(client, article), re.DOTALL)[0]
    img, narrow = re.search(r"<img.*?>", lead)[0], re.findall(r"<source media.*?>", lead)
    assert f"-{wide}-" in img
    assert narrow
    assert all(f"-{on_phones}-" in source for source in narrow)


def test_a_figure_in_the_body_has_the_shape_that_it_asks_for(client, boats):
    code = boats[0].code
    body = f'<figure data-image="{code}" data-crop="square"></figure>'
    article = make_article(body=f'<p>Words.</p>{body}<figure data-image="{code}"></figure>')
    first, second = re.findall(r"<img.*?>", read(client, article))[-2:]
    assert "-square-" in first
    assert 'width="800" height="800"' in first
    assert "-full-" in second


@pytest.mark.once
def test_a_figure_has_only_shapes_that_the_editor_gives():
    for crop in richtext.PARTS["NewsroomFigure"][0]["crops"]:
        figure = f'<figure data-image="7k3fq" data-crop="{crop}"></figure>'
        assert richtext.clean(figure) == figure
        assert crop in darkroom.CROPS
    for crop in ("full", "social", "x"):
        figure = f'<figure data-image="7k3fq" data-crop="{crop}"></figure>'
        assert richtext.clean(figure) == '<figure data-image="7k3fq"></figure>'


# Words


def test_the_library_knows_that_a_gallery_shows_a_picture(boats):
    article = make_draft()
    publishing.save_draft(article, {"gallery": [use(boats[1])]}, by=None)
    assert list(ImageUse.objects.values_list("image", "is_live")) == [(boats[1].pk, False)]
    publishing.publish(article, by=None)
    assert ImageUse.objects.filter(is_live=True).count() == 1
    publishing.update(article, {"gallery": []}, by=None)
    assert not ImageUse.objects.exists()


def test_a_version_keeps_its_gallery_and_brings_it_back(boats):
    article = make_draft()
    own = {"lead_alt": "A pier", "lead_crop": "full", "gallery": [use(boats[0], "One")]}
    first = publishing.save_draft(article, own, by=None)
    publishing.save_draft(article, {"lead_alt": "", "lead_crop": "", "gallery": []}, by=None)
    publishing.restore(article, by=None, number=first.number)
    article.refresh_from_db()
    assert {name: getattr(article, name) for name in own} == own


def test_a_copy_of_a_story_has_its_gallery(boats):
    article = make_draft(gallery=[use(boats[0], "One")], lead_alt="A pier")
    copy = publishing.duplicate(article, by=None)
    assert (copy.gallery, copy.lead_alt) == (article.gallery, "A pier")


def test_a_story_is_found_at_the_desk_by_words_of_its_gallery(boats):
    article = make_draft()
    publishing.save_draft(article, {"gallery": [use(boats[0], "Zeppelins over it")]}, by=None)
    assert search.find_at_desk("zeppelins") == [article]
    assert search.find_at_desk(boats[0].code) == [article]


@pytest.mark.once
@pytest.mark.parametrize(
    "gallery",
    [
        "k96p5",
        [{"image": "k96p5"}],
        [{"image": "k96p5", "caption": 1, "alt": ""}],
        [{"image": "k96p5", "caption": "", "alt": "", "crop": "full"}],
        [use("k96p5"), use("k96p5", "Again")],
        [use("k96p5", "a" * 501)],
        [use(str(n)) for n in range(101)],
    ],
)
def test_what_is_no_gallery_is_refused_with_a_sentence(gallery):
    with pytest.raises(ValidationError) as refused:
        gallery_names_pictures(gallery)
    assert refused.value.messages[0].endswith((".", "most."))


def test_a_lead_picture_has_no_shape_that_nobody_knows(db):
    with pytest.raises(ValueError, match="oval"):
        publishing.save_draft(make_draft(), {"lead_crop": "oval"}, by=None)


def test_a_version_older_than_galleries_opens_compares_comes_back_and_merges(client, boats):
    """Its words were kept without what stories did not have then."""
    article = make_draft(lead_image=boats[0])
    first = publishing.save_draft(article, {"kicker": "Sea"}, by=None)
    content = dict(first.content)
    for name in ("lead_alt", "lead_crop", "gallery"):
        del content[name]
    table = Revision._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET content = %s WHERE id = %s",  # noqa: S608
            [json.dumps(content), first.pk],
        )
    editor = make_user()
    client.force_login(editor)
    form = client.get(reverse("admin:articles_article_change", args=[article.pk]))
    assert form.status_code == 200
    second = publishing.save_draft(article, {"gallery": [use(boats[1])]}, by=editor)
    old = Revision.objects.get(pk=first.pk)
    assert (old.content["gallery"], old.content["lead_crop"]) == ([], "")
    assert [change.title for change in compare(old.content, second.content)] == ["Gallery"]
    history = reverse("admin:articles_article_history", args=[article.pk])
    page = client.get(history, {"a": first.number, "b": second.number}).content.decode()
    assert "A maroon boat." in page
    changes = {"lead_alt": "A pier"}
    with pytest.raises(publishing.Stale) as stale:
        publishing.save_draft(article, changes, by=editor, started_from=first.number)
    found = merging.merge(old.content, second.content, stale.value.kept.content)
    assert not found.clashes
    assert (found.words["lead_alt"], len(found.words["gallery"])) == ("A pier", 1)
    publishing.restore(article, by=editor, number=first.number)
    article.refresh_from_db()
    assert article.gallery == []


def test_a_question_about_one_word_of_a_version_gets_that_word(db):
    publishing.save_draft(make_draft("Port to open"), {"kicker": "Sea"}, by=None)
    found = Revision.objects.values_list("content__kicker", "content__key_points")
    assert next(iter(found)) == ("Sea", [])
    as_object = Revision.objects.values_list(JSONObject(kicker=F("content__kicker")), flat=True)
    assert next(iter(as_object)) == {"kicker": "Sea"}


# Two people at one gallery


def merged(base, theirs, mine):
    found = merging.merge(*(told(gallery=gallery) for gallery in (base, theirs, mine)))
    return None if found.clashes else found.words["gallery"]


A, B, C, D = (use(code) for code in ("aaaaa", "bbbbb", "ccccc", "ddddd"))


@pytest.mark.once
@pytest.mark.parametrize(
    ("theirs", "mine", "both"),
    [
        ([A, B, C, D], [B, C], [B, C, D]),
        ([B, C, A], [use("aaaaa", "First"), B, C], [B, C, use("aaaaa", "First")]),
        (
            [use("aaaaa", "First"), B, C],
            [use("aaaaa", alt="A boat"), B, C],
            [use("aaaaa", "First", "A boat"), B, C],
        ),
        ([use("aaaaa", "First"), B, C], [use("aaaaa", "Other"), B, C], None),
        ([B, C], [use("aaaaa", "Other"), B, C], None),
        ([B, A, C], [B, C, A], None),
    ],
)
def test_two_galleries_are_put_together_picture_by_picture(theirs, mine, both):
    assert merged([A, B, C], theirs, mine) == both
    if both is not None and theirs != mine:
        assert {one["image"] for one in merged([A, B, C], mine, theirs)} == {
            one["image"] for one in both
        }


@pytest.mark.once
def test_of_two_galleries_that_clash_one_is_taken_whole():
    mine = [use("aaaaa", "Other")]
    found = merging.merge(
        told(gallery=[A]), told(gallery=[use("aaaaa", "First")]), told(gallery=mine)
    )
    (clash,) = found.clashes
    assert not clash.is_text
    assert found.settled({"gallery": mine})["gallery"] == mine


def test_the_desk_is_asked_which_of_two_galleries(client, boats):
    editor, article = make_user(), make_draft()
    first = publishing.save_draft(article, {"gallery": [use(boats[0])]}, by=editor)
    publishing.save_draft(article, {"gallery": [use(boats[0], "Theirs")]}, by=None)
    changes = {"gallery": [use(boats[0], "Mine")]}
    with pytest.raises(publishing.Stale) as stale:
        publishing.save_draft(article, changes, by=editor, started_from=first.number)
    client.force_login(editor)
    kept = stale.value.kept
    address = reverse("admin:articles_article_together", args=[article.pk, kept.number])
    page = client.get(address).content.decode()
    assert "<span>Gallery</span>" in page
    assert "result-gallery" not in page
    article.refresh_from_db()
    client.post(address, {"theirs": article.working, "pick-gallery": "mine", "_save": ""})
    article.refresh_from_db()
    assert article.gallery == [use(boats[0], "Mine")]


# What changed


def test_history_tells_what_changed_in_a_gallery(boats):
    teal, maroon, navy = boats
    before = told(gallery=[use(teal), use(maroon)])
    (change,) = compare(before, told(gallery=[use(maroon), use(navy), use(teal, "First.")]))
    navy_part, teal_part, order = change.parts
    assert change.title == "Gallery"
    assert [shown and shown.image for shown in navy_part.pictures] == [None, navy]
    assert "First" in "".join(piece.text for piece in teal_part.pieces if piece.kind == "in")
    assert order.note == "The order differs too."
    (change,) = compare(before, told(gallery=[use(maroon), use(teal)]))
    assert change.parts[0].note == "Only the order differs."


def test_history_tells_how_a_picture_is_shown(boats):
    old = told(body=f'<p>Words.</p><figure data-image="{boats[0].code}"></figure>')
    body = f'<p>Words.</p><figure data-image="{boats[0].code}" data-crop="square"></figure>'
    shape, body_change = compare(old, told(lead_crop="full", body=body))
    if shape.field == "body":
        shape, body_change = body_change, shape
    assert shape.title == "How much of it is shown"
    assert shape.parts[0].pieces[-1].text == "Whole on every screen"
    assert "shape of a picture: square" in body_change.parts[0].note


def test_readers_are_told_what_changed_in_a_gallery(client, boats):
    article = make_article(lead_image=boats[2], gallery=[use(boats[0])])
    publishing.update(article, {"gallery": [use(boats[0]), use(boats[1])]}, by=None)
    publishing.update(article, {"lead_crop": "full", "lead_alt": "Seen from a pier"}, by=None)
    page = client.get(article.get_changes_url()).content.decode()
    assert "Gallery" in page
    assert "A maroon boat." in page
    assert "Seen from a pier" in page


# Checks


def test_each_picture_of_a_gallery_needs_credit_alt_text_and_rights(boats):
    ended = timezone.localdate() - timedelta(days=1)
    bare = make_picture(credit="", alt_text="", rights_until=ended, caption="Bare", colour="red")
    article = make_draft(gallery=[use(boats[0]), use(bare)])
    sentences = [one.sentence for one in checks.look(words.of(article), article)]
    assert "A picture in the gallery has no credit: Bare" in sentences
    assert "A picture in the gallery has no alt text: Bare" in sentences
    assert any("Rights to the picture ended" in sentence for sentence in sentences)
    with pytest.raises(publishing.Stopped, match="no credit: Bare"):
        publishing.publish(article, by=None)


def test_an_alt_text_for_this_story_is_enough(client, boats):
    bare = make_picture(alt_text="", caption="Bare", colour="red")
    shown = {"lead_image": bare, "gallery": [use(bare)]}
    own = {"lead_alt": "A pier", "gallery": [use(bare, alt="A pier")]}

    def faults(article):
        found = checks.look(words.of(article), article)
        return [one.place for one in found if one.look == "alt"]

    assert faults(make_draft(**shown)) == ["picture_alt", "id_gallery"]
    assert faults(make_draft(**shown | own)) == []
    client.force_login(make_user())
    told = [client.get("/admin/articles/article/").content.count(b"No alt text")]
    Article.objects.update(lead_alt="A pier")
    told.append(client.get("/admin/articles/article/").content.count(b"No alt text"))
    assert told[0] - told[1] == 1


def test_words_of_a_gallery_are_read_over_like_all_others(boats):
    article = make_draft(gallery=[use(boats[0], "TK who is this")])
    found = checks.look(words.of(article), article)
    assert [(one.field, one.found) for one in found if one.look == "tk"] == [("gallery", ("TK",))]


# The form


@pytest.mark.once
@pytest.mark.parametrize(
    "gallery",
    [
        [],
        [use("k96p5")],
        [use("k96p5", "One | two", "Three \\| four"), use("7k3fq", alt="Only alt")],
        [use("k96p5", "Ends in a bar |", "| begins")],
    ],
)
def test_a_gallery_is_written_and_read_as_lines(gallery):
    assert read_gallery(written_gallery(gallery)) == gallery


@pytest.mark.once
def test_a_gallery_may_be_typed_by_hand():
    typed = "K96P5\n\n 7k3fq |  A   boat\nxxxxx || Only alt\nyyyyy | a | b | c"
    assert read_gallery(typed) == [
        use("k96p5"),
        use("7k3fq", "A boat"),
        use("xxxxx", alt="Only alt"),
        use("yyyyy", "a", "b c"),
    ]


def test_a_gallery_of_unknown_pictures_is_refused_with_a_sentence(boats):
    field = GalleryField(required=False)
    code = boats[0].code
    for typed, sentence in (
        ("zzzzz", "There is no picture with the code “zzzzz” in the library."),
        (f"{code}\n{code}", f"The picture {code} stands in the gallery twice."),
    ):
        with pytest.raises(ValidationError) as refused:
            field.clean(typed)
        assert refused.value.messages == [sentence]


def test_an_editor_without_scripts_writes_a_gallery(client, boats):
    article = make_draft(lead_image=boats[0])
    client.force_login(make_user())
    address = reverse("admin:articles_article_change", args=[article.pk])
    form = client.get(address).context["adminform"].form
    fields = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    fields |= {"gallery": f"{boats[1].code} | Second\n{boats[2].code}", "lead_crop": "full"}
    fields |= {"lead_image": boats[0].code, "lead_alt": "A pier", "_save_draft": ""}
    fields |= {"started_from": Article.objects.get().working}
    client.post(address, fields)
    article.refresh_from_db()
    assert article.gallery == [use(boats[1], "Second"), use(boats[2])]
    assert (article.lead_crop, article.lead_alt) == ("full", "A pier")
    wrong = client.post(address, fields | {"gallery": "zzzzz | Kept", "started_from": 2})
    assert "There is no picture with the code “zzzzz”" in wrong.content.decode()
    assert "zzzzz | Kept" in wrong.content.decode()


def test_a_gallery_is_saved_while_it_is_written(client, boats):
    article = make_draft()
    editor = make_user()
    client.force_login(editor)
    first = publishing.save_draft(article, {"kicker": "Sea"}, by=editor)
    told = {"gallery": boats[0].code, "started_from": first.number, "user": editor.pk}
    address = reverse("admin:articles_article_autosave", args=[article.pk])
    answer = client.post(address, told).json()
    assert answer["left_out"] == []
    told |= {"gallery": "zzzzz", "started_from": answer["number"]}
    (left_out,) = client.post(address, told).json()["left_out"]
    assert (left_out["field"], left_out["title"]) == ("gallery", "Gallery")
    article.refresh_from_db()
    assert article.gallery == [use(boats[0])]


def test_a_preview_shows_the_gallery_of_the_desk(client, boats):
    article = make_article()
    publishing.save_draft(article, {"gallery": [use(boats[0], "Not out yet")]}, by=None)
    client.force_login(make_user())
    address = reverse("admin:articles_article_preview", args=[article.pk])
    assert "Not out yet" in client.get(address).content.decode()
    assert "Not out yet" not in read(client, article)


def test_a_fixture_brings_a_gallery(boats, tmp_path):
    gallery = [use(boats[0], "One")]
    row = {"code": "7k3fq", "headline": "By fixture", "gallery": gallery, "status": "draft"}
    row |= {"created_at": "2025-04-28T09:40:00Z"}
    file = tmp_path / "stories.json"
    file.write_text(json.dumps([{"model": "articles.article", "fields": row}]))
    call_command("loaddata", str(file), verbosity=0)
    article = Article.objects.get(code="7k3fq")
    assert article.gallery == article.revisions.get().content["gallery"] == gallery
    assert ImageUse.objects.filter(article=article).exists()


def test_a_correction_of_a_story_with_a_gallery_goes_out(boats):
    article = make_article(gallery=[use(boats[0])], lead_image=boats[1])
    kind = Correction.Kind.CORRECTION
    publishing.correct(article, by=None, text="The boat is teal.", kind=kind)
    article.refresh_from_db()
    assert article.gallery == [use(boats[0])]


def test_more_pictures_in_the_gallery_are_an_update_and_others_in_their_place_a_fix():
    one, two = use("b4c5d", "The first boat."), use("d5c4b")
    added = kinds.suggest(told(gallery=[one]), told(gallery=[one, two]))
    assert (added.kind, added.reason) == (Kind.UPDATE, "1 picture put in")
    assert kinds.suggest(told(gallery=[one]), told(gallery=[two])).kind == Kind.FIX
    worded = kinds.suggest(told(gallery=[two]), told(gallery=[two | {"caption": "The boat."}]))
    assert (worded.kind, worded.reason) == (Kind.FIX, "2 words differ")


def test_a_check_names_a_picture_in_a_few_words(db):
    picture = make_picture(caption="The first boats of the year leave the harbour " * 4, credit="")
    story = make_draft(gallery=[use(picture)])
    (said,) = [
        one.sentence for one in checks.look(words.of(story), story) if "no credit" in one.sentence
    ]
    assert len(said) < 100
