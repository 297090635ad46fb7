"""The library of pictures at the desk: its grid, what it is sieved by, and how it is searched."""

from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from js_asset import ImportMap, Media, Script

from articles import paging, pictures, richtext, search
from articles.admin.long_lists import LongList, LongLists, few
from articles.admin.rows import end_of_rights
from articles.admin.sieves import Sieve, midnight
from articles.models import Image

COUNTED = 1_000  # pictures that a chip counts; more are just that
SMALL_WIDTH, SMALL_HEIGHT = 720, 405  # pixels; a lead of less is blurred even on a phone
CHIPS = [
    (gettext_lazy("All"), ""),
    (gettext_lazy("Mine"), "whose=mine"),
    (gettext_lazy("Today"), "added=today"),
    (gettext_lazy("No credit"), "missing=credit"),
    (gettext_lazy("No alt text"), "missing=alt"),
    (gettext_lazy("Rights end soon"), "rights=soon"),
    (gettext_lazy("Rights ended"), "rights=ended"),
    (gettext_lazy("Never used"), "uses=none"),
]
MODULES = ("arrivals", "element", "library", "toast", "uploads", "tiles")
GRID_MEDIA = Media(
    importmap=ImportMap({f"desk/{name}": f"desk/js/{name}.js" for name in MODULES}),
    js=[
        Script("desk/js/tiles.js", type="module"),
        Script("desk/js/dropzone.js", type="module"),
        Script("desk/js/several.js", type="module"),
    ],
)


class PictureSieve(Sieve):
    """A chip. `in_order` says that an index has what it lets through, the last uploads first."""

    in_order = True
    questions = {}

    def queryset(self, request, images):
        if self.value() and self.numbers is None:
            question = self.questions.get(self.value())
            return question(images, request.user) if question else images.none()
        return super().queryset(request, images)


class WhoseSieve(PictureSieve):
    parameter_name = "whose"
    title = gettext_lazy("whose")
    questions = {"mine": lambda images, user: images.filter(created_by=user)}


class AddedSieve(PictureSieve):
    parameter_name = "added"
    title = gettext_lazy("added")
    questions = {
        "today": lambda images, user: images.filter(created_at__gte=midnight(timezone.localdate()))
    }


class MissingSieve(PictureSieve):
    parameter_name = "missing"
    title = gettext_lazy("missing")
    questions = {
        "credit": lambda images, user: images.without_credit(),
        "alt": lambda images, user: images.without_alt_text(),
    }


class RightsSieve(PictureSieve):
    """The end of rights has an index of its own. If many fit, each page looks along the library."""

    parameter_name = "rights"
    title = gettext_lazy("rights")
    in_order = False
    questions = {
        "soon": lambda images, user: images.rights_end_soon(timezone.localdate()),
        "ended": lambda images, user: images.rights_ended(timezone.localdate()),
    }

    def few(self, request):
        question = self.questions.get(self.value())
        return few(question(Image.objects, None).values_list("pk", flat=True)) if question else []


class UsesSieve(PictureSieve):
    parameter_name = "uses"
    title = gettext_lazy("uses")
    in_order = False
    questions = {"none": lambda images, user: images.never_used()}


def matching(words):
    """A window over the pictures that have these words; see `paging.page`."""

    def window(place, falls):
        number = place[0] if place else None
        nearest = {"before": number} if falls else {"after": number or 0}
        numbers = search.pictures(words, most=paging.LOOK, **nearest)
        return Q(pk__in=numbers), (numbers[-1], 0) if len(numbers) == paging.LOOK else None

    return window


class PictureList(LongList):
    """Pictures by their upload; those that were searched for, by their numbers."""

    def get_ordering(self, request, queryset):
        ordering = super().get_ordering(request, queryset)
        self.words = richtext.printable(self.query).strip()
        if self.words:
            self.stands_by, self.cursor_kind = "pk", paging.number
            return ["-pk"]
        return ordering

    def get_queryset(self, request, exclude_parameters=None):
        images = super().get_queryset(request, exclude_parameters)
        self.user, self.has_filters = request.user, False  # its filters are the chips
        return images

    def window(self):
        asked = [sieve for sieve in self.filter_specs if sieve.value()]
        if self.words:
            return matching(self.words)
        if any(sieve.numbers is not None for sieve in asked):
            return None
        if not asked or (len(asked) == 1 and asked[0].in_order):
            return None
        return paging.along(Image.objects.all(), self.stands_by)

    def get_results(self, request):
        super().get_results(request)
        images = self.result_list
        uses, kept = pictures.uses(images), pictures.why_not(images, request.user)
        for image in images:
            image.flags, image.may_change = list(flags(image)), image.pk not in kept
            many = uses[image.pk]
            image.used = ngettext("%(n)s use", "%(n)s uses", many) % {"n": many} if many else ""

    def asked(self):
        """What the chips say, as in an address."""
        return urlencode(
            {one.parameter_name: one.value() for one in self.filter_specs if one.value()}
        )

    def chips(self):
        shown, counts = self.asked(), self.counts()
        words = urlencode({"q": self.query}) if self.query else ""
        return [
            {
                "name": name,
                "query": "&".join(filter(None, (words, query))),
                "is_chosen": query == shown,
                "count": counts.get(query, ""),
            }
            for name, query in CHIPS
        ]

    def counts(self):
        """How many pictures some chips show, as far as it costs next to nothing to know."""
        images, today, counts = Image.objects.order_by(), timezone.localdate(), {}
        if self.words:
            numbers = search.pictures(self.words, most=COUNTED + 1)
            counts[""] = up_to(len(numbers))
            if len(numbers) > COUNTED:
                return counts
            images = images.filter(pk__in=numbers)
        for query, some in {
            "missing=credit": images.without_credit(),
            "missing=alt": images.without_alt_text(),
            "rights=soon": images.rights_end_soon(today),
            "rights=ended": images.rights_ended(today),
        }.items():
            counts[query] = up_to(some.values("pk")[: COUNTED + 1].count())
        return counts

    def back_here(self):
        """What leads from the page of a picture back to this list as it is."""
        here = self.get_query_string().removeprefix("?")
        return "?" + urlencode({"_changelist_filters": here}) if here else ""


def up_to(many):
    shown = number_format(min(many, COUNTED), force_grouping=True)
    return f"{shown}+" if many > COUNTED else shown


def flags(image):
    """What is to be said of a picture: (whether it stops, words), the worst first."""
    if not image.credit:
        yield "stop", _("Cannot be published")
    if not image.may_be_shown:
        yield "stop", end_of_rights(image)
    if not image.alt_text and not image.is_decorative:
        yield "", _("No alt text")
    if image.rights_end_soon:
        yield "", end_of_rights(image)
    if image.is_made_with_ai:
        yield "quiet", _("Made with AI")
    if image.width < SMALL_WIDTH or image.height < SMALL_HEIGHT:
        told = {"width": image.width, "height": image.height}
        yield "quiet", _("Small: %(width)d × %(height)d pixels") % told


class ListsPictures(LongLists):
    """For the ModelAdmin of pictures: the grid."""

    list_display = ["pk"]
    list_filter = [WhoseSieve, AddedSieve, MissingSieve, RightsSieve, UsesSieve]
    list_per_page = 36
    search_fields = ["caption"]  # only says that there is a search; `PictureList` finds

    def get_changelist(self, request, **kwargs):
        return PictureList

    def get_search_results(self, request, queryset, search_term):
        return queryset, False

    def changelist_view(self, request, extra_context=None):
        context = {
            "grid_media": Media.from_media(GRID_MEDIA, nonce=request.csp_nonce),
            "upload": reverse("admin:articles_image_upload"),
            "has_change_permission": self.has_change_permission(request),
            "has_delete_permission": self.has_delete_permission(request),
        }
        return super().changelist_view(request, context | (extra_context or {}))
