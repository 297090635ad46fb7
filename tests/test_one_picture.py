"""The page of one picture: words, what others saved meanwhile, files, and where it is used."""

import subprocess
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from threading import Barrier, Thread

import pytest
from django.contrib.admin.models import LogEntry
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from PIL import Image as PillowImage

from articles import pictures, publishing, renditions, uploads
from articles.models import FormerFile, Image, Page, PageUse, Site
from articles.models.images import originals
from tests.factories import (
    make_article,
    make_author,
    make_draft,
    make_former_file,
    make_picture,
    make_section,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client):
    user = make_user("amal", first_name="Amal", last_name="Haddad")
    client.force_login(user)
    return user


def drawn(colour="tomato", size=(60, 40), name="new.png"):
    file = BytesIO()
    PillowImage.new("RGB", size, colour).save(file, "PNG")
    return SimpleUploadedFile(name, file.getvalue(), "image/png")


def page_of(image):
    return reverse("admin:articles_image_change", args=[image.pk])


def form_of(client, image):
    """What a browser would send back without a word typed."""
    form = client.get(page_of(image)).context["adminform"].form
    told = {}
    for field in form:
        value = field.value()
        if field.name != "is_decorative" or value:
            told[field.html_name] = "" if value is None else str(value)
        told[field.html_initial_name] = "" if value is None else str(value)
    return told


def kept_files():
    return {f"pictures/{name}" for name in originals().listdir("pictures")[1]}


# Words


def test_the_page_says_what_is_missing_and_a_save_stays_on_it(client, editor):
    picture = make_picture(alt_text="")
    page = client.get(page_of(picture)).content.decode()
    sentence = "Write what a reader who cannot see it should know, or mark it as decoration."
    assert sentence in page
    answer = client.post(page_of(picture), form_of(client, picture) | {"alt_text": "A boat"})
    assert answer["Location"] == page_of(picture)
    page = client.get(page_of(picture)).content.decode()
    assert sentence not in page
    assert "Saved." in page
    told = form_of(client, picture) | {"alt_text": "", "is_decorative": "on"}
    client.post(page_of(picture), told)
    picture.refresh_from_db()
    assert (picture.alt_text, picture.is_decorative) == ("", True)
    assert sentence not in client.get(page_of(picture)).content.decode()


def test_decoration_with_an_alt_text_comes_back_in_words(client, editor):
    picture = make_picture()
    page = client.post(page_of(picture), form_of(client, picture) | {"is_decorative": "on"})
    assert "Only decoration needs no alt text. Clear one of the two." in page.content.decode()
    assert "A boat" in page.content.decode()


def test_two_editors_who_change_different_words_lose_none(client, editor):
    picture = make_picture()
    mine = form_of(client, picture) | {"caption": "Two boats."}
    other = make_user("jonas", first_name="Jonas", last_name="Beck")
    theirs = form_of(client, picture) | {"credit": "Jo Ek", "rights_until": "2031-05-05"}
    client.force_login(other)
    client.post(page_of(picture), theirs)
    client.force_login(editor)
    page = client.post(page_of(picture), mine, follow=True).content.decode()
    picture.refresh_from_db()
    assert (picture.caption, picture.credit) == ("Two boats.", "Jo Ek")
    assert picture.rights_until.year == 2031
    assert "Jonas Beck changed meanwhile: Credit, May be used until. That is kept." in page


def test_two_editors_who_change_the_same_words_are_told(client, editor):
    picture = make_picture()
    mine = form_of(client, picture) | {"caption": "Two boats."}
    other = make_user("jonas", first_name="Jonas", last_name="Beck")
    theirs = form_of(client, picture) | {"caption": "Three boats."}
    client.force_login(other)
    client.post(page_of(picture), theirs)
    client.force_login(editor)
    answer = client.post(page_of(picture), mine)
    page = answer.content.decode()
    assert "Jonas Beck changed this meanwhile, to “Three boats.”. Save again to keep" in page
    assert "Two boats." in page
    picture.refresh_from_db()
    assert picture.caption == "Three boats."
    form = answer.context["adminform"].form
    mine["initial-caption"] = form.data["initial-caption"]
    client.post(page_of(picture), mine)
    picture.refresh_from_db()
    assert picture.caption == "Two boats."


def test_decoration_and_an_alt_text_at_the_same_moment_meet_in_a_sentence(client, editor):
    picture = make_picture(alt_text="")
    mine = form_of(client, picture) | {"is_decorative": "on"}
    Image.objects.update(alt_text="A boat")
    page = client.post(page_of(picture), mine)
    assert page.status_code == 200
    assert "Only decoration needs no alt text." in page.content.decode()


def test_a_save_without_a_change_writes_nothing(client, editor):
    picture = make_picture(rights_until=timezone.localdate(), digital_source="digitalCapture")
    client.post(page_of(picture), form_of(client, picture))
    after = Image.objects.get()
    assert after.rights_until == picture.rights_until
    assert after.digital_source == "digitalCapture"


@pytest.mark.parametrize("wrong", [{"focal_x": "101"}, {"focal_y": "-1"}, {"focal_x": ""}])
def test_a_point_outside_the_picture_is_refused_in_words(client, editor, wrong):
    picture = make_picture()
    page = client.post(page_of(picture), form_of(client, picture) | wrong)
    assert page.status_code == 200
    assert page.context["adminform"].form.errors
    picture.refresh_from_db()
    assert (picture.focal_x, picture.focal_y) == (50, 50)


@pytest.mark.once
def test_a_point_that_moved_gets_new_prints_and_says_so(
    client, editor, django_capture_on_commit_callbacks
):
    picture = make_picture(prints=True)
    assert "New prints are on the way" not in client.get(page_of(picture)).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        told = form_of(client, picture) | {"focal_x": "20"}
        page = client.post(page_of(picture), told, follow=True).content.decode()
    assert "Saved. New prints are on the way." in page
    renditions.make.call(picture.pk)
    picture.refresh_from_db()
    assert (picture.printed_x, picture.printed_y) == (20, 50)
    assert not picture.waits_for_prints
    assert "on the way" not in client.get(page_of(picture)).content.decode()


def test_whoever_may_only_look_sees_all_and_changes_nothing(client):
    picture = make_picture(caption="The first boat")
    make_article("Port opens", lead_image=picture)
    client.force_login(make_user("rita", "Reporters"))
    page = client.get(page_of(picture)).content.decode()
    assert "The first boat" in page
    assert "Port opens" in page
    assert "Replace file" not in page
    assert 'type="submit" name="_continue"' not in page
    assert 'name="focal_x"' not in page
    assert client.post(page_of(picture), {"caption": "x"}).status_code == 403


@pytest.mark.parametrize(
    ("days", "sentence"),
    [
        (7, "Ends in 7 days. 2 stories that show it will fall back to no picture."),
        (1, "Ends in 1 day. 2 stories"),
        (0, "Ends with this day. 2 stories"),
        (-1, "2 stories are shown without it."),
    ],
)
def test_the_end_of_rights_says_what_it_means(client, editor, days, sentence):
    picture = make_picture(rights_until=timezone.localdate() + timedelta(days=days))
    make_article("Port opens", lead_image=picture)
    make_article("Port closes", body=f'<figure data-image="{picture.code}"></figure>')
    make_draft("Port to open", lead_image=picture)
    assert sentence in client.get(page_of(picture)).content.decode()


# Where it is used


def test_the_page_names_every_place_that_shows_it(client, editor):
    picture = make_picture()
    figure = f'<p>Boats.</p><figure data-image="{picture.code}"></figure>'
    make_article("Leads", lead_image=picture)
    make_article("Leads alone", lead_image=picture, lead_caption="Our own.")
    make_article("Told twice", lead_image=picture, body=figure)
    make_draft("To come", body=figure)
    dropped = make_article("Dropped", lead_image=picture)
    publishing.save_draft(dropped, {"lead_image": ""}, by=None)
    taken = make_article("Taken up")
    publishing.save_draft(taken, {"body": figure}, by=None)
    make_article("Shows nothing")
    make_author("Sana Okafor", portrait=picture)
    house = Page.objects.create(title="About us", slug="about", body=figure)
    Site(logo=picture, name="The Harbour").save()
    PageUse.objects.follow(house)
    uses = {use.name: use.how for use in client.get(page_of(picture)).context["uses"]["places"]}
    assert uses == {
        "Leads": "lead",
        "Leads alone": "lead, own caption",
        "Told twice": "lead; in the text",
        "To come": "in the text, not before readers",
        "Dropped": "lead, taken out in the draft",
        "Taken up": "in the text, not before readers",
        "About us": "page about the house",
        "Sana Okafor": "portrait",
        "The Harbour": "logo",
    }


@pytest.mark.once
def test_the_page_asks_as_much_for_thirty_stories_as_for_three(client, editor):
    picture = make_picture()
    for number in range(3):
        make_article(f"Port {number}", lead_image=picture)
    client.get(page_of(picture))
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(page_of(picture))
    for number in range(30):
        make_article(f"Port {number}", lead_image=picture)
    with CaptureQueriesContext(connection) as many:
        page = client.get(page_of(picture)).content.decode()
    assert len(many) <= len(few) + 1  # beyond twenty they are counted
    assert "and 13 more stories" in page


def test_a_picture_in_use_is_kept_and_the_sentence_names_where(client, editor):
    def refusal(picture):
        place = reverse("admin:articles_image_delete", args=[picture.pk])
        answer = client.post(place, {"post": "yes"})
        assert answer.status_code == 403
        page = client.get(page_of(picture)).content.decode()
        told = pictures.why_kept([picture])[picture.pk]
        assert told in answer.content.decode()
        assert f'href="{page_of(picture)}"' in answer.content.decode()
        assert told in page
        return told

    lead, face, logo = (make_picture(f"{name}.png") for name in ("lead", "face", "logo"))
    make_article("Port opens", lead_image=lead)
    make_author("Sana Okafor", portrait=face)
    Site(logo=logo).save()
    assert refusal(lead) == (
        "“Port opens” shows this picture, so it is kept. Take it out there first."
    )
    assert refusal(face) == "It is the portrait of Sana Okafor, so it is kept."
    assert refusal(logo) == "It is the logo of the site, so it is kept."


def test_a_picture_that_goes_leaves_its_files_to_the_worker(client, editor):
    stays, goes = make_picture("stays.png"), make_picture("goes.png")
    former = make_former_file(goes)
    client.post(reverse("admin:articles_image_delete", args=[goes.pk]), {"post": "yes"})
    assert list(Image.objects.all()) == [stays]
    renditions.forget.call([(one.file.name, one.content_hash) for one in (goes, former)])
    assert kept_files() == {stays.file.name}


# Files


def test_another_file_takes_its_place_and_the_words_stay(client, editor):
    picture = make_picture(focal_x=10, focal_y=20)
    story = make_article(lead_image=picture)
    place = reverse("admin:articles_image_replace", args=[picture.pk])
    told = {"file": drawn(), "instead_of": picture.content_hash}
    page = client.post(place, told, follow=True).content.decode()
    assert "Replaced, wherever it is shown." in page
    assert "boat.png" in page
    assert "Amal Haddad" in page
    image = Image.objects.get()
    assert (image.width, image.height, image.original_name) == (60, 40, "new.png")
    assert (image.caption, image.credit) == (picture.caption, picture.credit)
    former = FormerFile.objects.get()
    assert (former.content_hash, former.replaced_by) == (picture.content_hash, editor)
    assert (former.focal_x, former.focal_y) == (10, 20)
    readers = client.get(story.get_absolute_url()).content.decode()
    assert image.content_hash[:24] in readers
    assert picture.content_hash[:24] not in readers
    history = client.get(reverse("admin:articles_image_history", args=[image.pk]))
    assert "Replaced the file boat.png with new.png." in history.content.decode()
    assert kept_files() == {image.file.name, former.file.name}


def test_a_former_file_comes_back_with_its_focal_point(client, editor):
    picture = make_picture(focal_x=10, focal_y=20, digital_source="digitalCapture")
    uploads.replace(picture, drawn(), by=None)
    former = FormerFile.objects.get()
    place = reverse("admin:articles_image_restore", args=[former.pk])
    page = client.post(place, {"instead_of": Image.objects.get().content_hash}, follow=True)
    assert "Replaced, wherever it is shown." in page.content.decode()
    image = Image.objects.get()
    assert image.content_hash == picture.content_hash
    assert (image.focal_x, image.focal_y) == (10, 20)
    assert image.file.name == picture.file.name
    assert FormerFile.objects.get().original_name == "new.png"
    assert len(kept_files()) == 2
    assert client.post(place).status_code == 404
    assert client.get(place).status_code == 405


def test_a_focal_point_that_somebody_set_stays_in_a_file_of_the_same_shape():
    picture = make_picture(size=(120, 80), focal_x=10, focal_y=20, suggested_x=50, suggested_y=50)
    same = uploads.replace(picture, drawn(size=(60, 40)), by=None)
    assert (same.focal_x, same.focal_y) == (10, 20)
    other = uploads.replace(same, drawn("teal", size=(40, 60)), by=None)
    assert (other.focal_x, other.focal_y) == other.suggestion


def test_the_same_file_again_and_the_file_of_another_picture_are_refused():
    picture = uploads.add(drawn(), by=None)
    other = uploads.add(drawn("teal"), by=None)
    with pytest.raises(uploads.Refused, match="the file that the picture has already"):
        uploads.replace(picture, drawn(), by=None)
    with pytest.raises(uploads.Twin) as twin:
        uploads.replace(picture, drawn("teal"), by=None)
    assert twin.value.image == other
    assert not FormerFile.objects.exists()
    assert len(kept_files()) == 2


def test_a_file_that_the_picture_had_before_is_brought_back_not_kept_twice():
    picture = uploads.add(drawn(), by=None)
    picture = uploads.replace(picture, drawn("teal"), by=None)
    picture = uploads.replace(picture, drawn(name="again.png"), by=None)
    assert picture.original_name == "new.png"
    assert FormerFile.objects.count() == 1
    assert len(kept_files()) == 2


def test_a_former_file_does_not_come_in_again_as_another_picture(client, editor):
    picture = uploads.add(drawn(), by=None, caption="Nine boats")
    uploads.replace(picture, drawn("teal"), by=None)
    with pytest.raises(uploads.Refused, match="“Nine boats” had this file before"):
        uploads.add(drawn(), by=None)
    assert Image.objects.count() == 1
    assert len(kept_files()) == 2


def test_a_former_file_is_back_though_its_prints_have_to_wait(settings):
    picture = uploads.add(drawn(), by=None)
    uploads.replace(picture, drawn("teal"), by=None)
    storage = FormerFile.objects.get().file.storage
    storage.delete(picture.file.name)  # so that nothing can be printed of it
    for one in Path(settings.MEDIA_ROOT).rglob("*.*"):
        one.unlink()
    restored = uploads.restore(FormerFile.objects.get(), by=None)
    assert restored.content_hash == picture.content_hash


def test_a_former_file_that_became_another_picture_stays_there(client, editor):
    picture = uploads.add(drawn(), by=None)
    picture = uploads.replace(picture, drawn("teal"), by=None)
    former = FormerFile.objects.get()
    again = make_picture(caption="Another")  # which came in at the same moment
    Image.objects.filter(pk=again.pk).update(content_hash=former.content_hash)
    again.refresh_from_db()
    place = reverse("admin:articles_image_restore", args=[former.pk])
    page = client.post(place, follow=True).content.decode()
    assert "The library has this file already" in page
    assert "Another" in page
    picture.refresh_from_db()
    assert picture.content_hash != again.content_hash
    assert FormerFile.objects.get() == former


def test_two_editors_replace_at_once_and_the_second_looks_again(client, editor):
    picture = make_picture()
    place = reverse("admin:articles_image_replace", args=[picture.pk])
    mine = {"file": drawn("teal"), "instead_of": picture.content_hash}
    uploads.replace(picture, drawn(), by=None)
    page = client.post(place, mine)
    sentence = "Somebody replaced the file meanwhile. Look at it, then decide again."
    assert sentence in page.content.decode()
    assert Image.objects.get().original_name == "new.png"
    assert len(kept_files()) == 2
    again = page.context["form"]["instead_of"].value()
    client.post(place, {"file": drawn("teal"), "instead_of": again})
    assert FormerFile.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_of_two_who_replace_at_the_same_moment_one_is_asked_to_look():
    picture, said, together = make_picture(), [], Barrier(2)

    def replace(colour):
        together.wait()
        try:
            uploads.replace(Image(**values), drawn(colour, name=f"{colour}.png"), by=None)
            said.append("done")
        except uploads.Refused as refused:
            said.append(str(refused))
        connection.close()

    values = {one.attname: getattr(picture, one.attname) for one in Image._meta.concrete_fields}
    threads = [Thread(target=replace, args=[colour]) for colour in ("teal", "tomato")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    asked = "Somebody replaced the file meanwhile. Look at it, then decide again."
    assert sorted(said) == [asked, "done"]
    former, now = FormerFile.objects.get(), Image.objects.get()
    assert former.content_hash == picture.content_hash
    assert kept_files() == {now.file.name, former.file.name}


def test_a_bad_file_replaces_nothing(client, editor):
    picture = make_picture()
    place = reverse("admin:articles_image_replace", args=[picture.pk])
    bad = SimpleUploadedFile("boat.png", b"no picture", "image/png")
    for file, sentence in [(bad, "This is not a picture."), ("", "Choose a file.")]:
        page = client.post(place, {"file": file, "instead_of": picture.content_hash})
        assert sentence in page.content.decode()
    picture.refresh_from_db()
    assert not FormerFile.objects.exists()
    assert kept_files() == {picture.file.name}


def test_a_replacement_that_fails_leaves_no_file_behind():
    picture = make_picture()
    with pytest.raises(uploads.Refused):
        uploads.replace(picture, drawn(), by=None, instead_of="another")
    assert kept_files() == {picture.file.name}


def test_a_file_made_with_ai_marks_the_picture(tmp_path):
    picture = make_picture()
    (tmp_path / "made.png").write_bytes(drawn("teal").read())
    mark = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
    told = f"-XMP-iptcExt:DigitalSourceType={mark}"
    subprocess.run(["exiftool", "-q", told, tmp_path / "made.png"], check=True)
    made = SimpleUploadedFile("made.png", (tmp_path / "made.png").read_bytes())
    picture = uploads.replace(picture, made, by=None)
    assert picture.is_made_with_ai
    assert picture.file_says["digital_source"] == "trainedAlgorithmicMedia"
    picture = uploads.restore(FormerFile.objects.get(), by=None)
    assert not picture.is_made_with_ai


def test_the_verbs_ask_for_the_right_themselves():
    own, paper = make_picture("own.png"), make_picture("paper.png")
    story = make_article(lead_image=paper, section=make_section("Sport"))
    reporter = make_user("rita", "Reporters")
    for image in (own, paper):
        with pytest.raises(PermissionDenied):
            uploads.replace(image, drawn(), by=reporter)
        with pytest.raises(PermissionDenied):
            uploads.restore(make_former_file(image, f"{image.pk}.png"), by=reporter)
    Image.objects.update(created_by=reporter)
    uploads.replace(Image.objects.get(pk=own.pk), drawn(), by=reporter)
    with pytest.raises(PermissionDenied):
        uploads.replace(Image.objects.get(pk=paper.pk), drawn("teal"), by=reporter)
    elsewhere = make_user("wen", "Picture desk", sections=[make_section("World")])
    with pytest.raises(PermissionDenied):
        uploads.replace(Image.objects.get(pk=paper.pk), drawn("teal"), by=elsewhere)
    assert story.lead_image == paper


# The original


def test_the_original_is_for_the_desk_whole_and_harmless(client, editor):
    file = drawn()
    data = file.read()
    file.seek(0)
    picture = uploads.add(file, by=None, name="Boat “at” dawn.png")
    place = reverse("admin:articles_image_original", args=[picture.pk])
    answer = client.get(place, headers={"accept-encoding": "gzip"})
    assert b"".join(answer.streaming_content) == data
    assert answer["Content-Type"] == "image/png"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "private, no-store"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert answer["Content-Disposition"].startswith("inline")
    answer = client.get(f"{place}?download")
    assert answer["Content-Disposition"].startswith("attachment")
    assert b"".join(answer.streaming_content) == data
    originals().delete(picture.file.name)
    assert client.get(place).status_code == 404
    client.logout()
    assert client.get(place).status_code == 302


def test_what_the_file_says_stays_to_be_read(client, editor):
    picture = make_picture(file_says={"place": "Port Alder", "keywords": ["boat", "port"]})
    page = client.get(page_of(picture)).content.decode()
    assert "Port Alder" in page
    assert "boat, port" in page
    assert LogEntry.objects.count() == 0
