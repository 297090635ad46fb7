"""How a picture comes into the library, and how its file is replaced.

A file is hostile until `articles.darkroom` has looked at it, in a process of its own.
"""

import hashlib
from contextlib import contextmanager
from dataclasses import asdict
from importlib.util import find_spec
from logging import getLogger
from pathlib import Path
from threading import BoundedSemaphore

from django.core.exceptions import PermissionDenied
from django.core.files import File
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles import darkroom, pictures, renditions, search
from articles.darkroom.formats import LARGEST_FILE
from articles.models import DigitalSource, FormerFile, Image
from articles.models.images import OF_A_FILE

logger = getLogger(__name__)
AT_ONCE = BoundedSemaphore(2)  # files that one web process has looked at; the next wait their turn
LONGEST_WAIT = 30  # seconds for that turn; readers, too, are served by who waits
SAME_SHAPE = 0.01  # how much the ratios of two pictures may differ
FORMATS = ["JPEG", "PNG", "WebP", "GIF", "AVIF", *["HEIC"] * bool(find_spec("pillow_heif"))]
READ_FROM_THE_FILE = {
    **{name: name for name in ("caption", "credit", "creator", "source", "place", "taken_at")},
    **{name: name for name in ("alt_text", "usage_terms", "digital_source")},
    "copyright": "copyright_notice",
}


class StopsAtTheLimit(TemporaryFileUploadHandler):
    """Keep no file that is larger than any picture may be, and yet all else of its request.

    A form finds such a file empty, with its true size.
    """

    def receive_data_chunk(self, raw_data, start):
        if start + len(raw_data) <= LARGEST_FILE:
            super().receive_data_chunk(raw_data, start)
        else:
            self.file.seek(0)
            self.file.truncate()


# Of a file that could not be looked at, by no fault of its own.
NOT_NOW = gettext_lazy("The library could not take it just now. Try again.")


class Refused(Exception):  # noqa: N818
    """A file that does not come in. Its text is for whoever sent it."""


class Twin(Refused):
    """The library has this very file: `image` is the picture."""

    def __init__(self, image):
        place = reverse("admin:articles_image_change", args=[image.pk])
        link = format_html('<a href="{}"><bdi>{}</bdi></a>', place, image)
        super().__init__(format_html(_("The library has this file already: {}"), link))
        self.image = image


def add(file, *, by, name="", **words):
    """Take a file into the library, with the words that stand in it; or raise Refused.

    `words` count more than what the file says.
    """
    if by is not None and not by.has_perm("articles.add_image"):
        raise PermissionDenied(_("You may not add pictures."))
    name = name or file.name
    with received(file) as (original, digest):
        refuse_twin(digest)
        refuse_former(digest)
        found = look_at(original, name)
        told = of_the_file(found, name) | taken_from(found.metadata) | words
        image = Image(created_by=by, **told)
        image.is_decorative = image.is_decorative and not image.alt_text
        with told_as_of_the_machine():
            renditions.keep(found.prints, original.parent)
            keep_file(image, original, found)
    with drops_its_file(image), transaction.atomic():
        image.save()
        search.index_pictures([image.pk])
        transaction.on_commit(lambda: renditions.make.enqueue(image.pk))
    return image


def replace(image, file, *, by, name="", instead_of=""):
    """Give a picture another file, wherever it is shown. Its words stay, and the old file too.

    `instead_of` is the hash of the file that somebody wants to replace, if it may be another than
    that of `image` by now. A file that the picture had before is brought back.
    """
    ask_to_change(image, by)
    instead_of, name = instead_of or image.content_hash, name or file.name
    with received(file) as (original, digest):
        if digest == image.content_hash:
            raise Refused(_("This is the file that the picture has already."))
        refuse_twin(digest)
        if former := image.former_files.filter(content_hash=digest).first():
            return restore(former, by=by, instead_of=instead_of)
        found = look_at(original, name)
        with told_as_of_the_machine():
            renditions.keep(found.prints, original.parent)
        new = Image(**of_the_file(found, name), digital_source=how_it_came_about(found))
        with told_as_of_the_machine():
            keep_file(new, original, found)
    with drops_its_file(new), transaction.atomic():
        image = lay_aside_file(image, instead_of, by)
        if image.focal_point_was_moved and is_of_one_shape(image, new):
            new.focal_x, new.focal_y = image.focal_x, image.focal_y
        new.digital_source = new.digital_source or image.digital_source
        take_file(image, new)
    return image


def restore(former, *, by, instead_of=""):
    """Put a former file of a picture in its place again, with the focal point it had."""
    image = former.image
    ask_to_change(image, by)
    try:
        with transaction.atomic():
            image = lay_aside_file(image, instead_of, by)
            former = image.former_files.filter(pk=former.pk).first()
            if former is None:
                raise Refused(_("This file was brought back already."))
            refuse_twin(former.content_hash)  # it came in again meanwhile, as another picture
            former.delete()
            take_file(image, former)
    except IntegrityError:
        refuse_twin(former.content_hash)
        raise
    try:
        renditions.make_first(image)  # if they were pruned
    except Exception:  # the file is back all the same, and the worker makes its prints
        logger.exception("First prints of %s could not be made", image.code)
    return image


def ask_to_change(image, by):
    if pictures.why_not([image], by):
        raise PermissionDenied(_("You may not change this picture."))


@contextmanager
def received(file):
    """A copy of a file in a folder of its own, and the hash of its bytes."""
    if file.size > LARGEST_FILE:
        raise Refused(sentence(darkroom.Refused("too-large-file")))
    with darkroom.folder() as folder:
        original, digest = Path(folder) / "original", hashlib.sha256()
        with original.open("wb") as copy:
            for chunk in file.chunks():
                digest.update(chunk)
                copy.write(chunk)
        yield original, digest.hexdigest()


def look_at(original, name):
    """What a file turned out to be. Its first prints stand beside it."""
    try:
        if not AT_ONCE.acquire(timeout=LONGEST_WAIT):
            raise TimeoutError("Too many pictures arrive at once.")
        try:
            return darkroom.examine(original, name=name, into=original.parent)
        finally:
            AT_ONCE.release()
    except darkroom.Refused as refused:
        raise Refused(sentence(refused)) from refused


@contextmanager
def drops_its_file(image):
    """Inside, a picture is written that has its file already: if that fails, the file goes."""
    try:
        yield
    except BaseException as failure:
        image.file.storage.delete(image.file.name)
        if isinstance(failure, IntegrityError):  # somebody sent the same file at the same moment
            refuse_twin(image.content_hash)
        raise


def refuse_twin(digest):
    if twin := Image.objects.filter(content_hash=digest).first():
        raise Twin(twin)


def refuse_former(digest):
    """A second copy would keep the former file from ever coming back to its picture."""
    former = FormerFile.objects.filter(content_hash=digest).select_related("image").first()
    if former:
        told = _("“%(picture)s” had this file before. Bring it back there, under Replace the file.")
        raise Refused(told % {"picture": former.image})


@contextmanager
def told_as_of_the_machine():
    """Storages have errors of their own; here all become OSError."""
    try:
        yield
    except OSError:
        raise
    except Exception as failure:
        raise OSError(f"The storage failed: {failure}") from failure


def lay_aside_file(image, instead_of, by):
    """Keep the file that a picture has now among its former ones. Nobody else changes it now."""
    image = Image.objects.select_for_update().get(pk=image.pk)
    if instead_of and image.content_hash != instead_of:
        raise Refused(_("Somebody replaced the file meanwhile. Look at it, then decide again."))
    told = {name: getattr(image, name) for name in OF_A_FILE} | {"file": image.file.name}
    FormerFile.objects.create(image=image, replaced_by=by, **told)
    return image


def take_file(image, new):
    """Let a picture have the file of another, or a former one. Pages show it from now on."""
    for name in OF_A_FILE:
        setattr(image, name, getattr(new, name))
    image.file, image.recipe, image.refused = new.file.name, 0, 0
    image.save(update_fields=[*OF_A_FILE, "recipe", "refused"])
    search.index_pictures([image.pk])
    transaction.on_commit(lambda: renditions.make.enqueue(image.pk))


def is_of_one_shape(one, other):
    """Whether a point in one picture is, most likely, the same point in the other."""
    return abs(one.width * other.height / (other.width * one.height) - 1) < SAME_SHAPE


def of_the_file(found, name):
    """The columns that tell of a file, but for the file itself."""
    return {
        "original_name": Path(name).name[-255:],
        "content_hash": found.sha256,
        "width": found.width,
        "height": found.height,
        "is_transparent": found.is_transparent,
        "tone": found.tone,
        "focal_x": found.focal_x,
        "focal_y": found.focal_y,
        "suggested_x": found.focal_x,
        "suggested_y": found.focal_y,
        "file_says": {name: told for name, told in asdict(found.metadata).items() if told},
    }


def keep_file(image, original, found):
    """Put the file as it came among the originals, under a name that we make."""
    with original.open("rb") as file:
        name = Path(image.original_name).stem + found.suffix
        image.file.save(name, File(file), save=False)


def how_it_came_about(found):
    """A retouched file may say that it is made with AI, where the first one did not."""
    return taken_from(found.metadata)["digital_source"]


def taken_from(metadata):
    """The words that stand in a file, as our columns have them."""
    words = {ours: getattr(metadata, theirs) for theirs, ours in READ_FROM_THE_FILE.items()}
    words["keywords"], words["persons"] = ", ".join(metadata.keywords), ", ".join(metadata.persons)
    if words["digital_source"] not in DigitalSource.values:
        words["digital_source"] = ""
    for name, value in words.items():
        words[name] = value[: Image._meta.get_field(name).max_length]
    return words


def sentence(refused):
    """Why a file does not come in, in words that tell what to do."""
    facts = {"formats": get_text_list(FORMATS)} | refused.facts
    return {
        "empty": _("The file is empty. Upload it again."),
        "too-large-file": _("The picture is over 40 MB. Export it at 6000 pixels or less."),
        "too-many-pixels": _(
            "The picture has %(width)s × %(height)s pixels, too many to handle. "
            "Export it at 6000 pixels or less."
        ),
        "too-many-frames": _("The picture moves through too many frames. Export one of them."),
        "lies-about-type": _(
            "Its name ends in %(says)s, but it is a %(format)s file. Give it its right ending, "
            "or export it again."
        ),
        "two-files-in-one": _(
            "Something else is hidden in this file besides the picture. Export the picture again."
        ),
        "not-this-format": _("The format of this file is %(format)s. Take %(formats)s."),
        "not-a-picture": _("This is not a picture. Take %(formats)s."),
        "heic": _("This newsroom cannot open HEIC files yet. Export it as JPEG."),
        "took-too-long": _("The picture took too long to open. Export it again as JPEG."),
    }.get(refused.reason, _("The picture is broken. Export or upload it again.")) % facts
