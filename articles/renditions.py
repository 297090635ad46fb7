"""Prints of pictures: what readers get, made after an upload and never while they wait.

Their names follow from the picture (see `articles.darkroom.crops`), so pages ask nobody. A set is
shown once all of it is there: `make` says so in one `UPDATE`, at its end.
"""

from contextlib import contextmanager
from datetime import timedelta
from logging import getLogger
from pathlib import Path

from django.core.files import File
from django.core.files.storage import default_storage, storages
from django.db import transaction
from django.utils import timezone
from django_tasks import task

from articles import darkroom
from articles.models import FormerFile, Image

ROOT = "renditions"
BATCH = 50  # pictures that are put in the queue together when much is missing
LATER = -10  # below what an upload has
A_DAY = timedelta(days=1)
HOLDERS = (Image.objects, FormerFile.objects)  # of originals, and so of what is made of them

logger = getLogger(__name__)


@task
def make(pk):
    """Make the prints that a picture lacks. Safe to be done twice, and by two at once.

    What is the fault of this machine fails, and `catch_up` finds it again. What was interrupted,
    since its worker stops, is back in the queue.
    """
    image = Image.objects.unprinted().filter(pk=pk).first()
    if image:
        try:
            develop(image)
        except InterruptedError:
            make.enqueue(pk)
        except darkroom.Refused:
            pass  # noted there


@task(priority=LATER)
def catch_up(before=None):
    """Make what is missing: the recipe changed, a worker died, a disk was full.

    Some pictures at a time, the newest first; what is uploaded meanwhile comes before them.
    """
    waiting = Image.objects.unprinted().order_by("-pk")
    if before is not None:
        waiting = waiting.filter(pk__lt=before)
    some = list(waiting.values_list("pk", flat=True)[:BATCH])
    for pk in some:
        make.using(priority=LATER).enqueue(pk)
    if len(some) == BATCH:
        catch_up.enqueue(some[-1])


@task
def forget(files):
    """Delete what is left of pictures that are gone, pairs of an original and its hash."""
    for original, digest in files:
        if not any(rows.filter(file=original).exists() for rows in HOLDERS):
            storages["originals"].delete(original)
        if not any(rows.filter(content_hash=digest).exists() for rows in HOLDERS):
            for name in prints_in(folder_of(digest)):
                if name.startswith(stem_of(digest)):
                    default_storage.delete(name)
            # Perhaps somebody has sent the same file just now, and found its prints there.
            for image in Image.objects.filter(content_hash=digest):
                Image.objects.filter(pk=image.pk).update(recipe=0)
                make.enqueue(image.pk)


def forget_after_commit(files):
    """Have files deleted, with their prints, that these pictures and former files had."""
    told = [(one.file.name, one.content_hash) for one in files]
    transaction.on_commit(lambda: forget.enqueue(told))


def wanted(image):
    """All prints that there should be of a picture."""
    about = (image.content_hash, image.width, image.height)
    is_transparent, focal = image.is_transparent, (image.focal_x, image.focal_y)
    first = darkroom.first_prints(*about, is_transparent=is_transparent)
    return [*first, *darkroom.prints(*about, focal=focal, is_transparent=is_transparent)]


def develop(image, *, anew=False):
    """Make what is missing of a picture's prints, or all anew, and let pages show them.

    Raises Refused, which is noted, if that is not possible for as long as the recipe is this one;
    OSError or an error of the storage if it may be another time.
    """
    as_it_was = Image.objects.filter(pk=image.pk, content_hash=image.content_hash)
    prints = [one for one in wanted(image) if anew or not default_storage.exists(one.name)]
    if prints:
        with copied(image) as original:
            try:
                made = darkroom.develop(original, prints=prints, into=original.parent)
            except darkroom.Refused as refused:
                as_it_was.update(refused=darkroom.RECIPE_VERSION)
                logger.warning("No prints of picture %s, %s: %r", image.code, image, refused)
                raise
            keep(made, original.parent, anew=anew)
    as_it_was.filter(focal_x=image.focal_x, focal_y=image.focal_y).update(
        recipe=darkroom.RECIPE_VERSION, printed_x=image.focal_x, printed_y=image.focal_y, refused=0
    )


def make_first(image):
    """Make the first prints of a picture that came by another way than an upload."""
    first = darkroom.first_prints(
        image.content_hash, image.width, image.height, is_transparent=image.is_transparent
    )
    if not all(default_storage.exists(one.name) for one in first):
        with copied(image) as original:
            folder = original.parent
            found = darkroom.examine(original, name=image.file.name, into=folder)
            keep(found.prints, folder)
        told = {
            "content_hash": found.sha256,
            "width": found.width,
            "height": found.height,
            "is_transparent": found.is_transparent,
            "tone": found.tone,
            "suggested_x": found.focal_x,
            "suggested_y": found.focal_y,
        }
        Image.objects.filter(pk=image.pk).update(**told)


@contextmanager
def copied(image):
    """A copy of a picture's file on this machine, wherever originals are kept."""
    with darkroom.folder() as folder:
        path = Path(folder) / "original"
        with image.file.open() as kept, path.open("wb") as copy:
            for chunk in kept.chunks():
                copy.write(chunk)
        yield path


def keep(prints, folder, *, anew=False):
    """Put prints from a folder where readers find them."""
    for one in prints:
        if anew or not default_storage.exists(one.name):
            with (Path(folder) / one.file).open("rb") as file:
                content = File(file)
                content.content_type = one.content_type  # a bucket tells browsers so
                default_storage.save(one.name, content)


# What there is, and what of it nobody shows


def folder_of(digest):
    """Where the prints of a file are, by its hash or the beginning of that."""
    return f"{ROOT}/{digest[:2]}"


def stem_of(digest):
    return f"{folder_of(digest)}/{digest[:24]}-"


def prints_in(folder):
    """The names of all files in a folder of prints."""
    try:
        _folders, files = default_storage.listdir(folder)
    except FileNotFoundError:
        return []
    return [f"{folder}/{file}" for file in files if file]


def shown(start):
    """Names of prints that pages may show, now or soon, of files whose hash begins so.

    And beginnings of names that all stay: of files that were in use less than a day ago, which
    pages that are kept somewhere may still show.
    """
    names, stems = set(), set()
    for image in Image.objects.filter(content_hash__startswith=start).iterator():
        names.update(one.name for one in wanted(image))
        names.update(one.name for crop in darkroom.CROPS for one in image.prints(crop))
    for former in FormerFile.objects.filter(content_hash__startswith=start).iterator():
        about = (former.content_hash, former.width, former.height)
        first = darkroom.first_prints(*about, is_transparent=former.is_transparent)
        names.update(one.name for one in first)
        if former.replaced_at > timezone.now() - A_DAY:
            stems.add(stem_of(former.content_hash))
    return names, stems


def idle(start):
    """Names of prints that nobody shows, of files whose hash begins with these two letters.

    Those of a picture that got prints less than a day ago are spared: pages change just now.
    """
    there = prints_in(folder_of(start))
    names, stems = shown(start)
    stem = {name: name[: len(stem_of("0" * 24))] for name in there}
    suspects = {stem[name] for name in there if name not in names} - stems
    long_ago = timezone.now() - A_DAY
    fresh = {
        stem[name]
        for name in there
        if stem[name] in suspects and default_storage.get_modified_time(name) > long_ago
    }
    return [name for name in there if name not in names and stem[name] in suspects - fresh]
