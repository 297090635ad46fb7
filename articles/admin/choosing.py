"""Pictures of the library as they are offered where one is chosen."""

from django.http import JsonResponse
from django.urls import path
from js_asset import ImportMap, Media

from articles import paging, richtext
from articles.admin.library import matching
from articles.admin.uploading import as_json
from articles.models import Image

SHOWN = 24  # pictures that are offered at a time
MOST_CODES = 100  # pictures that are asked for by their codes
CHOOSER_MEDIA = Media(
    importmap=ImportMap(
        {
            f"desk/{name}": f"desk/js/{name}.js"
            for name in ("arrivals", "chooser", "element", "library", "uploads")
        }
    )
)


class OffersPictures:
    """For the ModelAdmin of pictures: what the chooser of any form asks."""

    def get_urls(self):
        choose = self.admin_site.admin_view(self.choose)
        return [path("choose/", choose, name="articles_image_choose"), *super().get_urls()]

    def choose(self, request):
        """Pictures as JSON, newest first, a page at a time: those that match `q`.

        `only` narrows them: to "mine", those "credited", or those of the "story" whose `codes` are
        told. Without it, `codes` ask for just these, and all of them.
        """
        if not self.has_view_permission(request):
            return JsonResponse({"pictures": []}, status=403)
        asked = {name: richtext.printable(words) for name, words in request.GET.items()}
        words, only = asked.get("q", "").strip(), asked.get("only")
        images, size = Image.objects.all(), SHOWN
        if "codes" in asked:
            images = images.filter(code__in=asked["codes"].split()[:MOST_CODES])
            size = SHOWN if only else MOST_CODES
        if only == "mine":
            images = images.filter(created_by=request.user)
        elif only == "credited":
            images = images.exclude(credit="")
        order = {"by": "created_at", "kind": paging.moment}
        if words:
            order = {"by": "pk", "kind": paging.number, "window": matching(words)}
        elif only == "credited":
            order["window"] = paging.along(Image.objects.all(), "created_at")
        page = paging.page(images, asked, size=size, **order)
        told = {"older": page.older, "may_add": self.has_add_permission(request)}
        return JsonResponse({"pictures": [as_json(image) for image in page]} | told)
