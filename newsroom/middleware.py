"""Headers that every answer carries."""

from django.conf import settings


def headers(get_response):
    """Keep the desk and whatever a signed-in person sees out of every cache.

    A view that says nothing about caching is not stored: forgetting must be slow, never a leak.
    """

    def answer(request):
        response = get_response(request)
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
        )
        if settings.SESSION_COOKIE_NAME in request.COOKIES and not request.path.startswith(
            (settings.STATIC_URL, settings.MEDIA_URL)
        ):
            response.headers["Cache-Control"] = "private, no-store"
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    return answer


def no_body_for_head(get_response):
    """A HEAD has the headers of its GET and no body (RFC 9110, section 9.3.2)."""

    def answer(request):
        response = get_response(request)
        if request.method == "HEAD" and not response.streaming:
            length = response.headers.get("Content-Length", str(len(response.content)))
            response.content = b""
            response.headers["Content-Length"] = length
        return response

    return answer
