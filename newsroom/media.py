"""Pictures, served by the newsroom itself until a web server or a bucket takes that over."""

from django.conf import settings
from django.views.decorators.http import require_safe
from django.views.static import serve


@require_safe
def media(request, name):
    """One uploaded file. Its name is never used twice, so it may be kept for a year.

    The sandbox keeps a file that pretends to be a picture from running as a page.
    """
    response = serve(request, name, document_root=settings.MEDIA_ROOT)
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
