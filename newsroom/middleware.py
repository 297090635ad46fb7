"""Headers that every answer carries."""

from django.conf import settings
from django.middleware.gzip import GZipMiddleware
from django.middleware.http import ConditionalGetMiddleware
from django.urls import reverse
from django.utils import translation

from articles.models import Site

ASKED_ANEW = "private, no-cache"


def headers(get_response):
    """Keep the desk and whatever a signed-in person sees out of every cache.

    A view that says nothing about caching is not stored: forgetting must be slow, never a leak.
    One that holds no story may let the browser itself keep it, and ask each time if it still holds.
    """

    def answer(request):
        response = get_response(request)
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
        )
        is_file = request.path.startswith((settings.STATIC_URL, settings.MEDIA_URL))
        is_asked_anew = response.headers.get("Cache-Control") == ASKED_ANEW
        is_known = settings.SESSION_COOKIE_NAME in request.COOKIES
        if is_known and not is_file and not is_asked_anew:
            response.headers["Cache-Control"] = "private, no-store"
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    return answer


def site(get_response):
    """The site as its owner has set it: read once, for all that a request asks of it."""

    def answer(request):
        if request.path.startswith(settings.MEDIA_URL):
            return get_response(request)
        with Site.read().at_work() as known, translation.override(language(request, known)):
            return get_response(request)

    return answer


def language(request, known):
    """What this page speaks: the desk is written in fewer languages than readers' pages are."""
    is_of_the_desk = request.path.startswith(reverse("admin:index"))
    if is_of_the_desk and known.language not in settings.DESK_LANGUAGES:
        return settings.DESK_LANGUAGES[0]
    return known.language


def no_body_for_head(get_response):
    """A HEAD has the headers of its GET and no body (RFC 9110, section 9.3.2)."""

    def answer(request):
        response = get_response(request)
        if request.method == "HEAD" and not response.streaming:
            length = response.headers.get("Content-Length", str(len(response.content)))
            response.content = b""
            if response.status_code != 304:  # which has no length of its own
                response.headers["Content-Length"] = length
        return response

    return answer


class Zip(GZipMiddleware):
    """Pages travel compressed. What streams is a picture, which only grows by it."""

    def process_response(self, request, response):
        return response if response.streaming else super().process_response(request, response)


class Conditional(ConditionalGetMiddleware):
    """Django's ETag and 304, for HEAD too, which asks whether a GET would bring anything new."""

    def process_response(self, request, response):
        method = request.method
        if method == "HEAD":
            request.method = "GET"
        try:
            return super().process_response(request, response)
        finally:
            request.method = method
