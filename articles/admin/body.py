"""What the editor of a body asks the desk while somebody writes."""

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import JsonResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles import embeds, richtext

KINDS = {
    "video": gettext_lazy("A video from %(site)s. Readers load it with a button."),
    "post": gettext_lazy("A post on %(site)s. Readers load it with a button."),
    "sound": gettext_lazy("A recording on %(site)s. Readers load it with a button."),
    "map": gettext_lazy("A map of %(site)s. Readers load it with a button."),
}


class HelpsToWrite:
    """For the ModelAdmin of stories."""

    def get_urls(self):
        embed = self.admin_site.admin_view(self.embed)
        return [path("embed/", embed, name="articles_article_embed"), *super().get_urls()]

    def embed(self, request):
        """What readers get of an address, as JSON. Nobody is asked: its form tells."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        address = richtext.printable(request.GET.get("address", "")).strip()
        player = embeds.player(address, settings.EMBED_HOSTS)
        if player is None:
            return JsonResponse({"site": "", "words": _("For readers it is only a link.")})
        words = KINDS[player.kind] % {"site": player.site}
        return JsonResponse({"site": player.site, "words": words})
