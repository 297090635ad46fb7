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
