"""The library of pictures at the desk."""

from itertools import chain

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from js_asset import Media

from articles import pictures, search
from articles.admin.choosing import OffersPictures
from articles.admin.image_files import KeepsFiles
from articles.admin.image_form import ImageForm, ShowsOnePicture
from articles.admin.library import ListsPictures
from articles.admin.many_pictures import ChangesManyPictures
from articles.admin.refusals import KeepsWhatIsNeeded
from articles.admin.scripts import in_json, refusal
from articles.admin.uploading import TakesUploads
from articles.models import Image
from articles.pictures import is_theirs


class ShowsTheLibrary:
    """For a ModelAdmin whose form asks for pictures: they can be chosen among those there are."""

    def render_change_form(self, request, context, *args, **kwargs):
        context |= {
            "media": Media.from_media(context["media"], nonce=request.csp_nonce),
            "chooser": reverse("admin:articles_image_choose"),
        }
        return super().render_change_form(request, context, *args, **kwargs)


class ImageWordsForm(forms.ModelForm):
    """The words of a picture that may be mended while a story is written."""

    class Meta:
        model = Image
        fields = ["caption", "credit", "alt_text", "is_decorative"]


def written_meanwhile(known, told):
    """What a colleague has written where these words would go, in a sentence; nothing mostly."""
    for name, now in known.items():
        was = told.get(f"was_{name}")
        now = "on" if now is True else now or ""
        if name in told and was is not None and was.split() != now.split():
            if name == "is_decorative" or not now:
                return _("A colleague has changed this meanwhile. Save again to replace it.")
            replaced = _("A colleague has written “%(words)s” meanwhile. Save again to replace it.")
            return replaced % {"words": Truncator(now).chars(100)}
    return ""


@admin.register(Image)
class ImageAdmin(
    OffersPictures,
    TakesUploads,
    KeepsFiles,
    ShowsOnePicture,
    ChangesManyPictures,
    KeepsWhatIsNeeded,
    ListsPictures,
    admin.ModelAdmin,
):
    form = ImageForm
    fieldsets = [
        (
            gettext_lazy("What must stay in view"),
            {"fields": ["focal_x", "focal_y"], "classes": ["in-view"]},
        ),
        (
            gettext_lazy("Words"),
            {"fields": ["credit", "caption", "alt_text", "is_decorative"]},
        ),
        (gettext_lazy("Rights"), {"fields": ["copyright_notice", "usage_terms", "rights_until"]}),
        (
            gettext_lazy("About it"),
            {
                "fields": [
                    *("creator", "source", "place", "persons", "keywords", "taken_at"),
                    "digital_source",
                ]
            },
        ),
    ]

    def get_urls(self):
        shown = self.admin_site.admin_view(self.show_in_form)
        return [
            path("in-form/<str:code>/", shown, name="articles_image_in_form"),
            path("<int:pk>/words/", self.mend_words, name="articles_image_words"),
            *super().get_urls(),
        ]

    def get_fieldsets(self, request, obj=None):
        in_view, *others = super().get_fieldsets(request, obj)
        return [in_view, *others] if obj else [(None, {"fields": ["upload"]}), *others, in_view]

    def get_form(self, request, obj=None, **kwargs):
        form = super().get_form(request, obj, **kwargs)
        form.by = request.user
        return form

    def show_in_form(self, request, code):
        """A picture as the form of a story shows it."""
        image = get_object_or_404(Image, code=code)
        if not self.has_view_permission(request, image):
            raise PermissionDenied
        context = {"image": image, "may_change": is_theirs(image, request.user)}
        return render(request, "admin/widgets/picture_words.html", context)

    @in_json
    @transaction.atomic
    def mend_words(self, request, pk):
        """Words of a picture, from where it is shown; beside each, as `was_…`, what stood there."""
        image = Image.objects.select_for_update().filter(pk=pk).first()
        if image is None:
            return refusal(404, _("Somebody has deleted this picture."))
        if not self.has_change_permission(request, image):
            raise PermissionDenied(_("You may not change this picture."))
        known = {name: getattr(image, name) for name in ImageWordsForm.Meta.fields}
        if clash := written_meanwhile(known, request.POST):
            return refusal(409, clash, now=known)
        form = ImageWordsForm(known | request.POST.dict(), instance=image)
        if not form.is_valid():
            return refusal(422, " ".join(chain(*form.errors.values())))
        if form.changed_data:
            image.save(update_fields=form.changed_data)
            search.index_pictures([image.pk])
            self.log_change(request, image, self.construct_change_message(request, form, None))
        return JsonResponse({"now": {name: getattr(image, name) for name in known}})

    def has_change_permission(self, request, obj=None):
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or not pictures.why_not([obj], request.user))

    def delete_model(self, request, obj):
        pictures.delete([obj], by=request.user)

    def why_kept(self, image):
        return pictures.why_kept([image]).get(image.pk, "")
