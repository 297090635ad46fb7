"""Makes prints of pictures that are missing, or deletes those that nobody shows.

`manage.py renditions` looks at every picture; the worker does only what it knows to be missing. It
may run while the site serves, and be stopped and started again. It ends with 1 if a picture failed.
"""

import sys
import time
from concurrent.futures import ThreadPoolExecutor, as_completed

from django.core.files.storage import default_storage
from django.core.management.base import BaseCommand
from django.db import connections
from django.template.defaultfilters import filesizeformat

from articles import darkroom, renditions, uploads
from articles.management.commands.quickstart import between
from articles.models import Image

STARTS = [f"{number:02x}" for number in range(256)]  # of a hash, and so names of folders
WIDTH = 30  # characters of the bar
EVERY = 10  # seconds between two lines where there is no terminal


class Command(BaseCommand):
    help = "Makes prints of pictures that are missing, or deletes those that nobody shows."

    def add_arguments(self, parser):
        parser.add_argument("--all", action="store_true", help="make every print anew")
        parser.add_argument(
            "--prune",
            action="store_true",
            help="make nothing; delete prints that nobody has shown for a day",
        )
        parser.add_argument("--dry-run", action="store_true", help="only tell what would be done")
        parser.add_argument(
            "--processes", type=between(1, 64), default=1, help="pictures at once, default 1"
        )

    def handle(self, *, prune, dry_run, processes, **options):
        self.is_dry, self.verbosity = dry_run, options["verbosity"]
        if prune:
            self.prune()
        elif self.make(processes, anew=options["all"]):
            sys.exit(1)

    def make(self, processes, *, anew):
        """Returns how many pictures failed."""
        progress = Progress(self.stderr, Image.objects.count(), self.verbosity)
        made = failed = 0
        with ThreadPoolExecutor(processes) as pool:  # each waits for a process of the darkroom
            for start in STARTS:
                there = set(renditions.prints_in(renditions.folder_of(start)))
                jobs = {}
                for image in Image.objects.filter(content_hash__startswith=start).iterator():
                    missing = any(one.name not in there for one in renditions.wanted(image))
                    if not anew and not missing and not is_unprinted(image):
                        progress.tell()
                    elif self.is_dry:
                        progress.say(f"{image.code}  {image}")
                        progress.tell()
                        made += 1
                    else:
                        jobs[pool.submit(develop, image, anew)] = image
                try:
                    for job in as_completed(jobs):
                        problem, image = job.result(), jobs[job]
                        made, failed = made + (not problem), failed + bool(problem)
                        if problem:
                            progress.say(f"{image.code}  {image}: {problem}")
                        progress.tell()
                except KeyboardInterrupt:
                    pool.shutdown(cancel_futures=True)
                    raise
        progress.end()
        verb = "Would be made" if self.is_dry else "Made"
        self.stdout.write(f"{verb}: prints of {made} pictures. Failed: {failed}.")
        return failed

    def prune(self):
        progress = Progress(self.stderr, len(STARTS), self.verbosity, what="folders")
        count = size = 0
        for start in STARTS:
            for name in renditions.idle(start):
                count, size = count + 1, size + default_storage.size(name)
                if self.is_dry and self.verbosity > 1:
                    progress.say(name)
                elif not self.is_dry:
                    default_storage.delete(name)
            progress.tell()
        progress.end()
        verb = "Would be deleted" if self.is_dry else "Deleted"
        self.stdout.write(f"{verb}: {count} files, {filesizeformat(size)} ({size} bytes).")


def is_unprinted(image):
    return not image.has_all_prints or (
        (image.printed_x, image.printed_y) != (image.focal_x, image.focal_y)
    )


def develop(image, anew):
    """Make the prints of a picture. Returns what went wrong, or nothing."""
    try:
        renditions.develop(image, anew=anew)
    except darkroom.Refused as refused:
        return uploads.sentence(refused)
    except Exception as error:  # a storage has errors of its own
        return f"{type(error).__name__}: {error}"
    finally:
        connections.close_all()
    return ""


class Progress:
    """How far it is: a bar on a terminal; elsewhere, as in a log, a line now and then."""

    def __init__(self, out, total, verbosity, *, what="pictures"):
        self.out, self.total, self.what = out, total, what
        self.is_silent, self.is_bar = not verbosity, bool(verbosity) and out.isatty()
        self.done, self.said, self.began = 0, time.monotonic(), time.monotonic()

    def say(self, words):
        """A line of its own, above the bar."""
        if self.is_bar:
            self.write("\r\033[K", ending="")
        self.write(words)

    def write(self, words, ending="\n"):
        self.out.write(words, style_func=str, ending=ending)  # progress is no error
        self.out.flush()

    def tell(self):
        """One more is done."""
        self.done += 1
        now = time.monotonic()
        if self.is_silent or now - self.said < (0.1 if self.is_bar else EVERY):
            return
        self.said = now
        self.show(now)

    def show(self, now):
        left = (now - self.began) / self.done * max(0, self.total - self.done)
        words = f"{self.done} of {self.total} {self.what}, {duration(left)} to go"
        if self.is_bar:
            full = round(WIDTH * min(1, self.done / max(1, self.total)))
            self.write(f"\r\033[K[{'#' * full}{'.' * (WIDTH - full)}] {words}", ending="")
        else:
            self.write(words)

    def end(self):
        if self.is_bar:
            self.write("\r\033[K", ending="")


def duration(seconds):
    minutes, seconds = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {seconds} s"
