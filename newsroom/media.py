"""Prints of pictures, served by the newsroom itself until a web server or a bucket takes that over.

Nothing else has an address here: originals, files that are still written and folders have none.
"""

import os
import re
from pathlib import Path

from django.conf import settings
from django.http import FileResponse, HttpResponse, HttpResponseNotFound
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.views.decorators.http import require_safe
from whitenoise.responders import SlicedFile

# Names as `articles.darkroom.crops` makes them.
PRINT = re.compile(r"renditions/[0-9a-z]{2}/[0-9a-z][0-9a-z-]{0,99}\.(avif|jpg|png)")
CONTENT_TYPES = {"avif": "image/avif", "jpg": "image/jpeg", "png": "image/png"}
RANGE = re.compile(r"bytes=\s*(?:(\d{1,18})-(\d{0,18})|-(\d{1,18}))\s*", re.ASCII | re.IGNORECASE)
HEADERS = {
    "Accept-Ranges": "bytes",
    # A name says what is in the file, and is never used for anything else.
    "Cache-Control": "public, max-age=31536000, immutable",
    "Content-Disposition": "inline",
    # A file that pretends to be a picture does not run as a page.
    "Content-Security-Policy": "default-src 'none'; sandbox",
    # Feed readers and other sites show our pictures; there is nothing private in them.
    "Cross-Origin-Resource-Policy": "cross-origin",
}


@require_safe
def media(request, name):
    """One print, whole or the range of bytes that is asked for (RFC 9110, section 14)."""
    known = PRINT.fullmatch(name)
    if not known:
        return no_such_print()
    try:
        file = Path(settings.MEDIA_ROOT, name).open("rb")  # noqa: SIM115  closed with the response
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return no_such_print()
    about = os.fstat(file.fileno())
    etag, changed = f'"{about.st_mtime_ns:x}-{about.st_size:x}"', int(about.st_mtime)
    response = respond(request, file, about.st_size, {etag, http_date(changed)})
    response.headers["Content-Type"] = CONTENT_TYPES[known[1]]
    response.headers["ETag"], response.headers["Last-Modified"] = etag, http_date(changed)
    for header, value in HEADERS.items():
        response.headers[header] = value
    answer = get_conditional_response(request, etag, changed, response)
    if answer is not response or not response.streaming:
        file.close()
    return answer


def no_such_print():
    """404 in a line, since no person reads it. Nobody stores it: the print may be made soon."""
    return HttpResponseNotFound("There is no such picture.\n", content_type="text/plain")


def respond(request, file, size, validators):
    """The bytes of a file that are asked for. HEAD gets the length of all of them."""
    if request.method == "HEAD":
        return HttpResponse(headers={"Content-Length": size})
    wanted = asked_range(request, size, validators)
    if wanted is None:
        return FileResponse(file, headers={"Content-Length": size})
    first, last = wanted
    if first > last:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    return FileResponse(
        SlicedFile(file, first, last),
        status=206,
        headers={
            "Content-Length": last - first + 1,
            "Content-Range": f"bytes {first}-{last}/{size}",
        },
    )


def asked_range(request, size, validators):
    """First and last byte asked for; the first beyond the last if there are no such bytes.

    None means all: nothing was asked, nothing that we know (several ranges, say), or the asker has
    the beginning of another file.
    """
    asked = RANGE.fullmatch(request.headers.get("Range", ""))
    if_range = request.headers.get("If-Range")
    if not asked or (if_range is not None and if_range not in validators):
        return None
    first, last, tail = asked.groups()
    if tail is not None:
        return (max(0, size - int(tail)), size - 1) if int(tail) else (size, size - 1)
    if last and int(last) < int(first):
        return None  # no range at all
    if int(first) >= size:
        return size, size - 1
    return int(first), min(int(last or size), size - 1)
