"""Pictures that scripts of the desk send to the library, one file a request."""

from logging import getLogger

from django.core.exceptions import PermissionDenied
from django.http import JsonResponse
from django.urls import path, reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from articles import uploads
from articles.admin.scripts import in_json, refusal

logger = getLogger(__name__)


def as_json(image):
    """A picture as scripts of the desk know it: in the library, in the chooser, after an upload."""
    missing = {"credit": not image.credit, "alt": not (image.alt_text or image.is_decorative)}
    return {
        "pk": image.pk,
        "code": image.code,
        "url": image.small.url,
        "large": image.large.url,
        "caption": str(image),
        "own_caption": image.caption,
        "credit": image.credit,
        "alt": image.alt_text,
        "is_decorative": image.is_decorative,
        "place": image.place,
        "width": image.width,
        "height": image.height,
        "address": reverse("admin:articles_image_change", args=[image.pk]),
        "words": reverse("admin:articles_image_words", args=[image.pk]),
        "missing": [name for name, is_missing in missing.items() if is_missing],
        "is_made_with_ai": image.is_made_with_ai,
        "stops": why_stopped(image),
        "warns": why_warned(image),
    }


def why_stopped(image):
    """Why a picture may not be used any more; nothing if it may."""
    return "" if image.may_be_shown else _("Rights to it ended on %(day)s") % last_day(image)


def why_warned(image):
    """What is to be known before it is used; nothing most of the time."""
    return _("Rights end on %(day)s") % last_day(image) if image.rights_end_soon else ""


def last_day(image):
    return {"day": date_format(image.rights_until, _("j F Y"))}


class TakesUploads:
    """For the ModelAdmin of pictures: whoever may add one may send it from any page of the desk."""

    def get_urls(self):
        return [path("upload/", self.upload, name="articles_image_upload"), *super().get_urls()]

    @in_json
    def upload(self, request):
        """Take the `file`. 201 if it came in, 409 if it was there already, 422 if it is refused."""
        if not self.has_add_permission(request):
            raise PermissionDenied(_("You may not add pictures."))
        file = request.FILES.get("file")
        if file is None:
            return refusal(422, _("No file came along. Send it again."))
        try:
            image = uploads.add(file, by=request.user)
        except uploads.Twin as twin:
            told = _("The library has this file already.")
            return refusal(409, told, picture=as_json(twin.image))
        except uploads.Refused as refused:
            return refusal(422, str(refused))
        except OSError:  # of this machine, never of the file
            logger.exception("A picture could not be taken in")
            return refusal(503, uploads.NOT_NOW)
        self.log_addition(request, image, [{"added": {}}])
        return JsonResponse({"picture": as_json(image)}, status=201)
