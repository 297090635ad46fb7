"""Where picture files from outside are opened: in a process of their own, bounded and bare.

What is said of a file is believed by nobody: `examine` finds out what it is, `develop` makes the
prints that readers get. A file can at worst spoil its own job: then it is Refused. OSError means
that the fault is this machine's, so that trying again may help. Plain Python; imports no Django.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from logging import getLogger
from pathlib import Path

from articles.darkroom.crops import (
    CROPS,
    RECIPE_VERSION,
    Print,
    box,
    first_prints,
    height_at,
    prints,
    widths,
)
from articles.darkroom.formats import LARGEST_FILE, REASONS, SUFFIXES, Refused
from articles.darkroom.metadata import Metadata

__all__ = [
    "CROPS",
    "RECIPE_VERSION",
    "Examined",
    "Metadata",
    "Print",
    "Refused",
    "box",
    "develop",
    "examine",
    "first_prints",
    "folder",
    "height_at",
    "interrupt",
    "prints",
    "sweep",
    "widths",
]

ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENT = {"PATH": os.defpath, "LANG": "C.UTF-8"}  # no secret of the site goes along
LONGEST_ANSWER = 1024 * 1024  # bytes
FOLDERS = "newsroom-darkroom-"
FORGOTTEN = 24 * 60 * 60  # seconds

logger = getLogger(__name__)
_at_work = set()  # processes
_is_closed = False


@dataclass(frozen=True)
class Patience:
    seconds: int  # of a processor
    patience: int  # by the clock, on a machine that has other work too
    niceness: int
    # Bytes of address space. The most that a picture within the limits takes is 1.6 GB resident,
    # a WebP of 100 megapixels; other formats stay below 1.2, and 12 megapixels below 0.15.
    memory: int = 2 * 1024**3


EXAMINING = Patience(seconds=20, patience=40, niceness=5)
DEVELOPING = Patience(seconds=120, patience=400, niceness=10)


@dataclass(frozen=True)
class Examined:
    """What a file turned out to be. Sizes are those of the upright picture."""

    format: str  # "JPEG", "PNG", "WEBP", "GIF", "AVIF" or "HEIF"
    suffix: str  # the ending it should have, as in ".jpg"
    width: int
    height: int
    frames: int
    is_transparent: bool
    metadata: Metadata
    focal_x: int  # a guess, in percent; see focus.py
    focal_y: int
    tone: str  # "#rrggbb", its dominant colour; "" of a transparent picture
    sha256: str
    prints: tuple[Print, ...]  # whole and small, to be shown until all others are made


def examine(path, *, name, into) -> Examined:
    """Find out what a file is, and write its first prints into a folder; or raise Refused.

    The name is the one it was sent under. It is compared with the content, and never a path.
    """
    if (size := Path(path).stat().st_size) > LARGEST_FILE:
        raise Refused("too-large-file", size=size, limit=LARGEST_FILE)
    job = {"task": "examine", "path": _whole(path), "name": str(name), "into": _whole(into)}
    found = _believable(_ask(job, EXAMINING))
    _be_there(found.prints, into)
    return found


def develop(path, *, prints, into) -> list[Print]:
    """Make these prints of a picture in a folder, each under its `file` name; or raise Refused.

    The boxes of the prints must be those of this picture. All are made, or it is Refused.
    """
    prints = list(prints)
    if prints:
        wanted = [asdict(one) for one in prints]
        job = {"task": "develop", "path": _whole(path), "prints": wanted, "into": _whole(into)}
        _ask(job, DEVELOPING)
    _be_there(prints, into)
    return prints


def folder():
    """A folder for one job, as a context manager that gives its path and deletes it at the end."""
    return tempfile.TemporaryDirectory(prefix=FOLDERS)


def sweep():
    """Delete folders that were forgotten for a day: whoever made them was killed."""
    for forgotten in Path(tempfile.gettempdir()).glob(f"{FOLDERS}*"):
        with suppress(OSError):  # it may be another's
            if time.time() - forgotten.stat().st_mtime > FORGOTTEN:
                shutil.rmtree(forgotten)


def interrupt():
    """Close the darkroom for good, since this process ends: all who wait get InterruptedError."""
    global _is_closed
    _is_closed = True
    for process in tuple(_at_work):
        process.terminate()


def _whole(path):
    return str(Path(path).resolve(strict=True))


def _believable(found):
    """An answer as Examined. It may come from a process that a file has taken over."""
    try:
        metadata = Metadata(**found["metadata"])
        prints = first_prints(
            found["sha256"],
            found["width"],
            found["height"],
            is_transparent=found["is_transparent"],
        )
        examined = Examined(**found | {"metadata": metadata, "prints": tuple(prints)})
        fits = (
            all(
                _is_a(field.type, getattr(part, field.name))
                for part in (examined, metadata)
                for field in fields(part)
            )
            and examined.suffix in SUFFIXES[examined.format]
            and min(examined.width, examined.height, examined.frames) > 0
            and {examined.focal_x, examined.focal_y} <= set(range(101))
            and re.fullmatch("(#[0-9a-f]{6})?", examined.tone)
            and re.fullmatch("[0-9a-f]{64}", examined.sha256)
        )
    except (TypeError, KeyError, ValueError, ZeroDivisionError):
        fits = False
    if not fits:
        raise Refused("broken", detail="The darkroom gave no answer that can be believed.")
    return examined


def _refusal(found):
    """An answer as Refused, in words that we know."""
    reason, facts = found["refused"], found.get("facts")
    if not isinstance(reason, str) or reason not in REASONS or not isinstance(facts, dict):
        return Refused("broken", detail="The darkroom refused it in words of its own.")
    told = {name: facts[name] for name in REASONS[reason] if type(facts.get(name)) in (str, int)}
    return Refused(reason, **told)


def _is_a(kind, value):
    """Whether a value is of a field's type, as far as JSON can say it."""
    if kind in (list, list[str]):
        return isinstance(value, list) and all(type(each) is str for each in value)
    return type(value) is kind or kind not in (str, int, bool)


def _be_there(prints, folder):
    """Prints are files, and no links to what else lies on this machine."""
    for one in prints:
        path = Path(folder, one.file)
        if path.is_symlink() or not path.is_file():
            raise Refused("broken", detail=f"{one.file} was not made.")


def _ask(job, patience):
    """Start a process for a job, and read its answer; Refused or OSError if there is none."""
    with tempfile.TemporaryFile() as answer:
        process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", __name__],
            cwd=ROOT,
            env=ENVIRONMENT,
            stdin=subprocess.PIPE,
            stdout=answer,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        _at_work.add(process)
        try:
            if _is_closed:
                process.terminate()
            process.communicate(
                json.dumps(job | asdict(patience)).encode(), timeout=patience.patience
            )
        except subprocess.TimeoutExpired:
            raise Refused("took-too-long") from None
        finally:
            _at_work.discard(process)
            if process.poll() is None:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        answer.seek(0)
        said = answer.read(LONGEST_ANSWER)
    if -process.returncode in (signal.SIGXCPU, signal.SIGALRM):
        raise Refused("took-too-long")
    if -process.returncode == signal.SIGTERM:
        raise InterruptedError("The darkroom was told to stop.")
    try:
        found = json.loads(said)
    except ValueError:
        logger.warning("The darkroom ended with %s on %s", process.returncode, job["path"])
        raise Refused("broken", detail=f"The darkroom ended with {process.returncode}.") from None
    if isinstance(found, dict) and "refused" in found:
        raise _refusal(found)
    if isinstance(found, dict) and "failed" in found:
        raise OSError(str(found["failed"]))
    return found
