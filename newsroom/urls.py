"""The site's addresses: the desk, the pictures, and everything readers see."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from newsroom.media import media

urlpatterns = [
    path("admin/", admin.site.urls),
    path(f"{settings.MEDIA_URL.strip('/')}/<path:name>", media, name="media"),
    path("", include("articles.urls")),
]
handler403 = "newsroom.admin.forbidden"
handler404 = "articles.views.errors.not_found"
handler500 = "articles.views.errors.server_error"
