"""The darkroom's process: one job in JSON on stdin, one answer in JSON on stdout.

It first takes from itself what a hostile file could use: memory, time, files. Then it imports what
the job needs, and nothing more. Prints go into the folder that the job names.
"""

import errno
import json
import os
import resource
import signal
import sys
from contextlib import suppress
from pathlib import Path

LARGEST_OUTPUT = 64 * 1024**2  # bytes of one file written
OPEN_FILES = 64


def limit(memory, seconds, niceness):
    """Bound this process for good: bytes of address space, seconds of a processor."""
    for what, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_FSIZE, LARGEST_OUTPUT),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        with suppress(ValueError, OSError):  # a system that does not know it, or is stricter yet
            resource.setrlimit(what, (most, most))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))  # told first, then killed
    os.nice(niceness)


def work(job):
    """Do a job. The answer is what was found, or {"refused": reason, "facts": {...}}.

    It is {"failed": sentence} where the fault is not the file's: a disk is full, say.
    """
    from articles.darkroom.formats import Refused

    try:
        return TASKS[job["task"]](job)
    except Refused as refused:
        return {"refused": refused.reason, "facts": refused.facts}
    except Exception as error:  # decoders raise what they like
        if isinstance(error, OSError) and error.errno not in (None, errno.EFBIG):
            return {"failed": str(error)}
        detail = f"{type(error).__name__}: {error}"[:300]
        return {"refused": "broken", "facts": {"detail": detail}}


def examine(job):
    import hashlib
    from dataclasses import asdict

    from articles.darkroom import crops, formats

    data = read(job["path"])
    header = formats.judge(data, name=job["name"])

    from articles.darkroom import developing, focus, metadata

    negative = developing.Negative(data, header)
    width, height = negative.size
    sha256 = hashlib.sha256(data).hexdigest()
    image = negative.expose(crops.first_prints(sha256, width, height), slack=developing.FIRST_SLACK)
    is_transparent = image.mode in ("LA", "RGBA")
    prints = crops.first_prints(sha256, width, height, is_transparent=is_transparent)
    developing.write(image, negative.size, prints, Path(job["into"]))
    focal_x, focal_y = focus.suggest(developing.flat(image))
    return {
        "format": header.format,
        "suffix": header.suffix,
        "width": width,
        "height": height,
        "frames": header.frames,
        "is_transparent": is_transparent,
        "metadata": asdict(metadata.read(data)),
        "focal_x": focal_x,
        "focal_y": focal_y,
        "tone": developing.tone(image),
        "sha256": sha256,
    }


def develop(job):
    from articles.darkroom import crops, developing, formats

    prints = [crops.Print(**one | {"box": tuple(one["box"])}) for one in job["prints"]]
    data = read(job["path"])
    negative = developing.Negative(data, formats.judge(data, name=""))
    developing.write(negative.expose(prints), negative.size, prints, Path(job["into"]))
    return {"prints": len(prints)}


def read(path):
    """The whole file, or a little more than is allowed of it."""
    from articles.darkroom.formats import LARGEST_FILE

    with Path(path).open("rb") as file:
        return file.read(LARGEST_FILE + 1)


TASKS = {"examine": examine, "develop": develop}


def main():
    job = json.load(sys.stdin)
    limit(job["memory"], job["seconds"], job["niceness"])
    signal.alarm(job["patience"])  # should nobody be left who waits
    json.dump(work(job), sys.stdout)


if __name__ == "__main__":
    main()
