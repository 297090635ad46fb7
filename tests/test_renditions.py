"""Prints: made by the worker, missing no longer than needed, gone with their picture."""

import os
import time
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage, storages
from django.core.management import call_command
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from articles import darkroom, pictures, renditions, uploads
from articles.models import FormerFile, Image, ImageUse
from tests.factories import drawn, make_admin, make_article, make_picture

pytestmark = pytest.mark.django_db(transaction=True)


def worker():
    call_command("worker", once=True, verbosity=0)


def command(*words):
    """What `manage.py renditions` says, and how it ends."""
    told, status = StringIO(), 0
    try:
        call_command("renditions", *words, stdout=told, stderr=told)
    except SystemExit as end:
        status = end.code
    return told.getvalue(), status


def spoil(image):
    Path(image.file.path).write_bytes(b"\x89PNG\r\n\x1a\n and then nothing")


def prints_of(image):
    return sorted(
        name
        for name in renditions.prints_in(renditions.folder_of(image.content_hash))
        if name.startswith(renditions.stem_of(image.content_hash))
    )


def all_of(image):
    return sorted(one.name for one in renditions.wanted(image))


def let_pass(image, *, days):
    """As if the prints of a picture had been made some days ago."""
    for name in prints_of(image):
        moment = time.time() - days * 24 * 60 * 60
        os.utime(default_storage.path(name), (moment, moment))


def sent(colour="teal", size=(320, 200)):
    """A file that an editor sends."""
    return ContentFile(drawn(size, colour)[0], name="boat.png")


def test_a_worker_makes_what_is_missing_when_it_starts():
    images = [make_picture(f"{number}.png", (60, 40)) for number in range(3)]
    worker()
    for image in images:
        image.refresh_from_db()
        assert image.has_all_prints
        assert prints_of(image) == all_of(image)


@pytest.mark.once
def test_it_catches_up_in_parts_and_in_one_line(monkeypatch):
    monkeypatch.setattr(renditions, "BATCH", 2)
    for number in range(5):
        make_picture(f"{number}.png", (60, 40))
    worker()
    worker()
    assert not Image.objects.unprinted().exists()
    ran = DBTaskResult.objects.filter(task_path=renditions.catch_up.module_path)
    assert ran.count() == 3 + 1  # three parts; then nothing is missing
    assert DBTaskResult.objects.filter(task_path=renditions.make.module_path).count() == 5


def test_an_upload_comes_before_what_was_missing():
    make_picture("old.png", (60, 40))
    renditions.catch_up.call()
    image = uploads.add(sent(), by=None)
    first = DBTaskResult.objects.ready().first()
    assert first.args_kwargs["args"] == [image.pk]


@pytest.mark.once
def test_a_picture_that_the_darkroom_refuses_is_tried_once(caplog):
    image = make_picture(size=(60, 40))
    spoil(image)
    worker()
    image.refresh_from_db()
    assert image.code in caplog.text
    assert not image.has_all_prints
    assert not Image.objects.unprinted().exists()
    caplog.clear()
    worker()
    assert not caplog.text
    uploads.replace(image, sent(), by=None)
    worker()
    image.refresh_from_db()
    assert image.has_all_prints


@pytest.mark.once
def test_a_fault_of_the_machine_is_tried_again_later():
    image = make_picture(size=(60, 40))
    path = Path(image.file.path)
    aside = path.rename(path.with_suffix(".away"))
    worker()
    assert Image.objects.unprinted().get() == image
    assert DBTaskResult.objects.failed().count() == 1
    aside.rename(path)
    worker()
    image.refresh_from_db()
    assert image.has_all_prints


@pytest.mark.once
def test_first_prints_that_are_gone_come_back():
    image = make_picture(size=(60, 40), prints=True)
    for one in darkroom.first_prints(image.content_hash, 60, 40):
        default_storage.delete(one.name)
    command()
    assert prints_of(image) == all_of(image)


def test_a_worker_clears_away_what_is_long_done_and_what_killed_ones_left(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    made = {name: tmp_path / f"newsroom-darkroom-{name}" for name in ("old", "new")}
    for name, folder in made.items():
        folder.mkdir()
        (folder / "original").write_bytes(name.encode())
    long_ago = timezone.now() - timedelta(days=15)
    os.utime(made["old"], (long_ago.timestamp(), long_ago.timestamp()))
    make_picture(size=(60, 40))
    worker()
    tasks = DBTaskResult.objects.filter(task_path=renditions.make.module_path)
    tasks.update(finished_at=long_ago)
    for at in (long_ago, timezone.now()):  # of two workers that died
        renditions.make.enqueue(0)
        tasks.ready().update(status=TaskResultStatus.RUNNING, started_at=at)
    assert tasks.count() == 3
    worker()
    assert [task.status for task in tasks.all()] == [TaskResultStatus.RUNNING]
    assert [path.name for path in tmp_path.iterdir()] == ["newsroom-darkroom-new"]


# A picture leaves


def test_prints_and_files_go_with_their_picture():
    image, other = make_picture(size=(60, 40), prints=True), make_picture(size=(60, 40))
    uploads.replace(image, sent(), by=None)
    worker()
    files = [image.file.name, Image.objects.get(pk=image.pk).file.name]
    hashes = [image.content_hash, Image.objects.get(pk=image.pk).content_hash]
    pictures.delete([image], by=make_admin())
    assert all(storages["originals"].exists(name) for name in files)  # until the worker has run
    worker()
    assert not any(storages["originals"].exists(name) for name in files)
    assert not any(prints_of(Image(content_hash=digest)) for digest in hashes)
    other.refresh_from_db()
    assert prints_of(other) == all_of(other)
    assert storages["originals"].exists(other.file.name)


def test_what_another_picture_had_before_stays():
    image, other = make_picture(size=(60, 40), prints=True), make_picture(size=(60, 40))
    FormerFile.objects.create(
        image=other, file="pictures/twin.png", content_hash=image.content_hash, width=60, height=40
    )
    had = prints_of(image)
    pictures.delete([image], by=make_admin())
    worker()
    assert prints_of(image) == had
    assert not storages["originals"].exists(image.file.name)


def test_a_picture_that_is_sent_again_at_the_moment_it_is_deleted_has_its_prints():
    image = make_picture(size=(60, 40), prints=True)
    Image.objects.filter(pk=image.pk).delete()
    renditions.forget.enqueue([[image.file.name, image.content_hash]])
    image.pk = None
    storages["originals"].save(image.file.name, sent())
    image.save()
    worker()
    assert prints_of(image) == all_of(image)
    assert storages["originals"].exists(image.file.name)


def test_a_picture_that_a_story_shows_stays_with_its_files():
    image = make_picture(size=(60, 40), prints=True)
    make_article(lead_image=image)
    assert ImageUse.objects.filter(image=image).exists()
    done, [(left_out, why)] = pictures.delete([image], by=make_admin())
    assert (done, left_out) == ([], image)
    assert "shows this picture" in why
    worker()
    assert prints_of(image) == all_of(image)


def test_a_former_file_comes_back_once():
    image = make_picture(size=(60, 40))
    uploads.replace(image, sent(), by=None)
    former = image.former_files.get()
    uploads.restore(former, by=None)
    worker()
    image.refresh_from_db()
    assert image.has_all_prints
    assert image.file.name == former.file.name  # it was never copied
    assert storages["originals"].exists(image.file.name)
    assert not image.former_files.filter(pk=former.pk).exists()


# manage.py renditions


@pytest.mark.once
def test_the_command_makes_what_is_missing_and_only_that():
    image, whole = make_picture(size=(60, 40)), make_picture(size=(60, 40), prints=True)
    lost, kept = prints_of(whole)[0], prints_of(whole)[1]
    default_storage.delete(lost)
    before = Path(default_storage.path(kept)).stat()
    told, status = command("--dry-run")
    assert "Would be made: prints of 2 pictures" in told
    assert not default_storage.exists(lost)
    told, status = command("--processes", "2")
    assert ("Made: prints of 2 pictures. Failed: 0." in told, status) == (True, 0)
    assert prints_of(image) == all_of(image)
    assert prints_of(whole) == all_of(whole)
    assert Path(default_storage.path(kept)).stat().st_ino == before.st_ino
    assert "Made: prints of 0 pictures" in command()[0]


@pytest.mark.once
def test_the_command_makes_all_anew():
    image = make_picture(size=(60, 40), prints=True)
    before = {name: Path(default_storage.path(name)).stat().st_ino for name in prints_of(image)}
    assert command("--all")[1] == 0
    after = {name: Path(default_storage.path(name)).stat().st_ino for name in prints_of(image)}
    assert before.keys() == after.keys()
    assert all(after[name] != inode for name, inode in before.items())


@pytest.mark.once
def test_the_command_says_what_failed_and_ends_with_1():
    image, good = make_picture(size=(60, 40)), make_picture(size=(60, 40))
    spoil(image)
    for _time in range(2):  # whoever calls it wants it tried again
        told, status = command()
        assert status == 1
        assert f"{image.code}  The first boat.: The picture is broken." in told
    good.refresh_from_db()
    assert good.has_all_prints


@pytest.mark.once
def test_prints_that_nobody_shows_are_pruned_after_a_day():
    image = make_picture(size=(60, 40), prints=True)
    before = prints_of(image)
    Image.objects.filter(pk=image.pk).update(focal_x=10)
    image.refresh_from_db()
    assert "Deleted: 0 files" in command("--prune")[0]  # pages still show the old point
    let_pass(image, days=2)
    assert "Deleted: 0 files" in command("--prune")[0]
    renditions.develop(image)
    assert "Deleted: 0 files" in command("--prune")[0]  # and may, for some time
    let_pass(image, days=2)
    gone = set(before) - set(all_of(image))
    size = sum(default_storage.size(name) for name in gone)
    assert gone
    assert f"Would be deleted: {len(gone)} files, " in command("--prune", "--dry-run")[0]
    assert gone < set(prints_of(image))
    assert f"({size} bytes)" in command("--prune")[0]
    assert prints_of(image) == all_of(image)


@pytest.mark.once
def test_what_a_killed_worker_left_is_pruned():
    image = make_picture(size=(60, 40), prints=True)
    part = Path(default_storage.path(f"{prints_of(image)[0]}.0123abcd.part"))
    part.write_bytes(b"half")
    command("--prune")
    assert part.exists()
    let_pass(image, days=2)
    command("--prune")
    assert not part.exists()
    assert prints_of(image) == all_of(image)


@pytest.mark.once
def test_prints_of_a_file_that_was_replaced_stay_for_a_day_and_the_first_for_the_desk():
    image = make_picture(size=(60, 40), prints=True)
    before = prints_of(image)
    let_pass(image, days=9)
    uploads.replace(image, sent(), by=None)
    worker()
    command("--prune")
    assert prints_of(image) == before
    FormerFile.objects.update(replaced_at=timezone.now() - timedelta(days=2))
    command("--prune")
    first = darkroom.first_prints(image.content_hash, 60, 40)
    assert prints_of(image) == sorted(one.name for one in first)


@pytest.mark.once
def test_what_is_not_a_print_is_never_pruned():
    other = Path(settings.MEDIA_ROOT) / "notes.txt"
    other.write_text("Call the mayor.")
    command("--prune")
    assert other.exists()
