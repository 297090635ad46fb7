"""The files of a picture: the original for the desk, another file in its place, and former ones."""

from logging import getLogger
from pathlib import PurePath

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from articles import uploads
from articles.admin.labels import PlainLabels
from articles.clock import Clock
from articles.models import FormerFile, Image

logger = getLogger(__name__)

SHOWN = 50  # former files
TYPES = {
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
    ".gif": "image/gif",
    ".avif": "image/avif",
    ".heic": "image/heic",
}


class ReplaceForm(PlainLabels, forms.Form):
    file = forms.FileField(
        label=gettext_lazy("New file"),
        widget=forms.FileInput(attrs={"accept": "image/*", "data-new-file": True}),
        help_text=gettext_lazy("JPEG, PNG, WebP, GIF or AVIF, up to 40 MB."),
        error_messages={"required": gettext_lazy("Choose a file.")},
    )
    instead_of = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)


class KeepsFiles:
    """For the ModelAdmin of pictures: its file is looked at, replaced, and brought back."""

    def get_urls(self):
        view, name = self.admin_site.admin_view, "articles_image_{}".format
        restore = view(require_POST(self.restore))
        return [
            path("<int:pk>/replace/", view(self.replace), name=name("replace")),
            path("<int:pk>/original/", view(require_safe(self.original)), name=name("original")),
            path("former/<int:pk>/", view(require_safe(self.former)), name=name("former")),
            path("former/<int:pk>/restore/", restore, name=name("restore")),
            *super().get_urls(),
        ]

    def replace(self, request, pk):
        """Choose another file; old and new stand side by side before and after."""
        image = get_object_or_404(Image, pk=pk)
        if not self.has_change_permission(request, image):
            raise PermissionDenied(_("You may not change this picture."))
        form = ReplaceForm(
            request.POST or None,
            request.FILES or None,
            initial={"instead_of": image.content_hash},
        )
        if request.method == "POST" and form.is_valid():
            told, before = form.cleaned_data, str(image.original_name)
            try:
                image = uploads.replace(
                    image, told["file"], by=request.user, instead_of=told["instead_of"]
                )
            except uploads.Refused as refused:
                image.refresh_from_db()
                form.add_error("file", refused.args[0])
                form.data = form.data.copy()
                form.data["instead_of"] = image.content_hash  # it is on this page now
            except OSError:
                logger.exception("A picture's file could not be replaced")
                form.add_error("file", uploads.NOT_NOW)
            else:
                return self.replaced(request, image, before)
        return self.show_files(request, image, form)

    def restore(self, request, pk):
        """Put a former file in the place of the present one."""
        former = FormerFile.objects.select_related("image").filter(pk=pk).first()
        if former is None:
            raise Http404(_("This file was brought back already, or its picture is gone."))
        image, before = former.image, str(former.image.original_name)
        instead_of = request.POST.get("instead_of", "")
        try:
            image = uploads.restore(former, by=request.user, instead_of=instead_of)
        except (uploads.Refused, OSError) as refused:
            is_ours = isinstance(refused, OSError)
            if is_ours:
                logger.exception("A former file could not be brought back")
            told = uploads.NOT_NOW if is_ours else refused.args[0]
            self.message_user(request, told, messages.ERROR)
            place = reverse("admin:articles_image_replace", args=[image.pk])
            return HttpResponseRedirect(place)
        return self.replaced(request, image, before)

    def replaced(self, request, image, before):
        """Say so, and let the editor compare the two."""
        told = {"old": before, "new": image.original_name}
        self.log_change(request, image, _("Replaced the file %(old)s with %(new)s.") % told)
        page = reverse("admin:articles_image_change", args=[image.pk])
        look = format_html('<a href="{}">{}</a>', page, _("See what stays in view"))
        sentence = _("Replaced, wherever it is shown. New prints are on the way. {}")
        self.message_user(request, format_html(sentence, look), messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:articles_image_replace", args=[image.pk]))

    def show_files(self, request, image, form):
        former = list(image.former_files.select_related("replaced_by")[:SHOWN])
        context = self.admin_site.each_context(request) | {
            "title": _("Replace the file"),
            "subtitle": str(image),
            "opts": self.opts,
            "original": image,
            "image": image,
            "form": form,
            "former_files": former,
            "clock": Clock(),
        }
        return TemplateResponse(request, "admin/articles/image/replace.html", context)

    def original(self, request, pk):
        """The file as it came, for those who may see pictures."""
        image = get_object_or_404(Image, pk=pk)
        if not self.has_view_permission(request, image):
            raise PermissionDenied
        return sent(request, image)

    def former(self, request, pk):
        former = get_object_or_404(FormerFile.objects.select_related("image"), pk=pk)
        if not self.has_view_permission(request, former.image):
            raise PermissionDenied
        return sent(request, former)


def sent(request, record):
    """A file as it came: whatever it is, a browser runs nothing in it, and nobody stores it."""
    suffix = PurePath(record.file.name).suffix
    try:
        file = record.file.open("rb")
    except OSError:
        raise Http404(_("The file is missing.")) from None
    response = FileResponse(
        file,
        as_attachment="download" in request.GET or suffix not in TYPES,
        filename=PurePath(record.original_name or record.file.name).stem + suffix,
        content_type=TYPES.get(suffix, "application/octet-stream"),
    )
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response
