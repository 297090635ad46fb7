"""The library of pictures at the desk."""

from itertools import chain

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, render
from django.template.defaultfilters import filesizeformat
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from js_asset import Media
from PIL import Image as PillowImage

from articles import richtext, search
from articles.admin.labels import PlainLabels
from articles.admin.long_lists import LongLists
from articles.admin.refusals import KeepsWhatIsNeeded
from articles.admin.scripts import in_json, refusal
from articles.clock import Clock
from articles.models import Article, Image, Remit, Site, Status
from articles.models.images import LARGEST_AREA

FORMATS_TAKEN = {"JPEG", "MPO", "PNG", "WEBP", "GIF", "AVIF"}  # as Pillow calls them
CHOICES = 24  # pictures that the chooser shows
ON_CARDS = 10_000  # stories with one picture in their body that are looked for


def showing(image):
    """Stories that lead with a picture or have it in their body."""
    # A card tells what the desk works on. Readers see other words only of what has changes.
    cards = search.cards(image.code, most=ON_CARDS)
    at_desk, changed = Article.objects.filter(card__in=cards), Article.objects.changed()
    in_body = [
        pk
        for stories in (at_desk, changed)
        for pk in stories.filter(body__contains=f'data-image="{image.code}"')
        .order_by()
        .values_list("pk", flat=True)
    ]
    return Article.objects.filter(Q(lead_image=image) | Q(pk__in=in_body))


def is_theirs(image, user):
    """Whether a picture is somebody's to change, wherever it is shown. It costs no search."""
    if not user.has_perm("articles.change_image"):
        return False
    return image.created_by_id == user.pk or user.has_perm("articles.change_any_image")


def is_whole(file):
    """Whether a picture can be shown to its end. Django only reads its beginning."""
    file.seek(0)
    try:
        with PillowImage.open(file) as picture:
            if picture.width * picture.height <= LARGEST_AREA:  # else refused as too large
                picture.load()
    except Exception:  # Pillow raises of many kinds on a broken file
        return False
    finally:
        file.seek(0)
    return True


class ShowsTheLibrary:
    """For a ModelAdmin whose form asks for pictures: they can be chosen among those there are."""

    def render_change_form(self, request, context, *args, **kwargs):
        context |= {
            "media": Media.from_media(context["media"], nonce=request.csp_nonce),
            "chooser": reverse("admin:articles_image_choose"),
        }
        return super().render_change_form(request, context, *args, **kwargs)


class MissingFilter(admin.SimpleListFilter):
    title = gettext_lazy("missing")
    parameter_name = "missing"

    def lookups(self, request, model_admin):
        return [("credit", _("No credit")), ("alt", _("No alt text"))]

    def queryset(self, request, images):
        if self.value() == "credit":
            return images.filter(credit="")
        if self.value() == "alt":
            return images.filter(alt_text="", is_decorative=False)
        return images


class ImageForm(PlainLabels, forms.ModelForm):
    class Meta:
        model = Image
        widgets = {
            "caption": forms.Textarea(attrs={"rows": 2}),
            "alt_text": forms.Textarea(attrs={"rows": 2}),
        }
        fields = [
            *("file", "caption", "credit", "alt_text", "is_decorative"),
            *("focal_x", "focal_y", "usage_terms", "rights_until"),
        ]
        error_messages = {
            "file": {
                "invalid_image": gettext_lazy(
                    "This is not a picture, or it is broken. Take JPEG, PNG, WebP, GIF or AVIF."
                )
            }
        }

    def clean_file(self):
        file = self.cleaned_data["file"]
        opened = getattr(file, "image", None)  # Django has had Pillow look at a new file
        if opened is not None and opened.format not in FORMATS_TAKEN:
            raise forms.ValidationError(
                _("This is a %(format)s file. Take JPEG, PNG, WebP, GIF or AVIF.")
                % {"format": opened.format}
            )
        if opened is not None and not is_whole(file):
            raise forms.ValidationError(
                _("The picture breaks off in the middle. Export or upload it again.")
            )
        return file


class ImageWordsForm(forms.ModelForm):
    """The words of a picture that may be mended while a story is written."""

    class Meta:
        model = Image
        fields = ["credit", "alt_text", "is_decorative"]


@admin.register(Image)
class ImageAdmin(KeepsWhatIsNeeded, LongLists, admin.ModelAdmin):
    form = ImageForm
    list_display = ["thumbnail", "words", "made_by", "missing", "code", "added"]
    list_display_links = ["thumbnail", "words"]
    list_filter = [MissingFilter]
    list_per_page = 24
    is_archive = True
    search_fields = ["caption", "credit", "alt_text", "file", "code"]
    search_help_text = gettext_lazy("Caption, credit, file name or code")
    readonly_fields = ["preview", "facts", "where_used"]
    fieldsets = [
        (None, {"fields": ["preview", "file", "caption", "credit", "alt_text", "is_decorative"]}),
        (gettext_lazy("Focal point"), {"fields": [("focal_x", "focal_y")]}),
        (gettext_lazy("Rights"), {"fields": ["usage_terms", "rights_until"]}),
        (gettext_lazy("In the library"), {"fields": ["facts", "where_used"]}),
    ]

    def get_urls(self):
        choose = self.admin_site.admin_view(self.choose)
        shown = self.admin_site.admin_view(self.show_in_form)
        return [
            path("choose/", choose, name="articles_image_choose"),
            path("in-form/<str:code>/", shown, name="articles_image_in_form"),
            path("<int:pk>/words/", self.mend_words, name="articles_image_words"),
            *super().get_urls(),
        ]

    def get_fieldsets(self, request, obj=None):
        if obj:
            return super().get_fieldsets(request, obj)
        first, *others = self.fieldsets
        without_preview = [field for field in first[1]["fields"] if field != "preview"]
        return [(None, {"fields": without_preview}), *others[:-1]]

    def choose(self, request):
        """Pictures for the chooser, newest first or those that match `q`, as JSON."""
        if not self.has_view_permission(request):
            return JsonResponse({"pictures": []}, status=403)
        words = richtext.printable(request.GET.get("q", "")).strip()
        images = Image.objects.all()
        if words:
            images = images.filter(
                Q(caption__icontains=words)
                | Q(credit__icontains=words)
                | Q(alt_text__icontains=words)
                | Q(code__iexact=words)
                | Q(file__icontains=words)
            )
        pictures = [
            {
                "code": image.code,
                "url": image.file.url,
                "caption": str(image),
                "credit": image.credit,
                "alt": image.alt_text,
            }
            for image in images[:CHOICES]
        ]
        return JsonResponse({"pictures": pictures})

    def show_in_form(self, request, code):
        """A picture as the form of a story shows it."""
        image = get_object_or_404(Image, code=code)
        if not self.has_view_permission(request, image):
            raise PermissionDenied
        context = {"image": image, "may_change": is_theirs(image, request.user)}
        return render(request, "admin/widgets/picture_words.html", context)

    @in_json
    def mend_words(self, request, pk):
        """Credit, alt text or that it is only decoration, from the form of a story."""
        image = Image.objects.filter(pk=pk).first()
        if image is None:
            return refusal(404, _("Somebody has deleted this picture."))
        if not self.has_change_permission(request, image):
            raise PermissionDenied(_("You may not change this picture."))
        known = {name: getattr(image, name) for name in ImageWordsForm.Meta.fields}
        form = ImageWordsForm(known | request.POST.dict(), instance=image)
        if not form.is_valid():
            return refusal(422, " ".join(chain(*form.errors.values())))
        if form.changed_data:
            image.save(update_fields=form.changed_data)
            self.log_change(request, image, self.construct_change_message(request, form, None))
        return JsonResponse({name: getattr(image, name) for name in known})

    @admin.display(description=gettext_lazy("picture"))
    def thumbnail(self, image):
        return format_html(
            '<img class="thumbnail" src="{}" alt="{}" width="{}" height="{}" loading="lazy">',
            image.file.url,
            image.alt_text or _("Open"),
            image.width,
            image.height,
        )

    @admin.display(description=gettext_lazy("caption"), ordering="caption")
    def words(self, image):
        return format_html("<bdi>{}</bdi>", image)

    @admin.display(description=gettext_lazy("credit"), ordering="credit")
    def made_by(self, image):
        return format_html("<bdi>{}</bdi>", image.credit)

    @admin.display(description=gettext_lazy("missing"), empty_value="")
    def missing(self, image):
        flags = []
        if not image.credit:
            flags.append((" stop", _("No credit")))
        if not image.alt_text and not image.is_decorative:
            flags.append(("", _("No alt text")))
        return format_html_join(" ", '<span class="flag{}">{}</span>', flags)

    @admin.display(description=gettext_lazy("added"), ordering="created_at")
    def added(self, image):
        return Clock().words(image.created_at)

    @admin.display(description=gettext_lazy("preview"))
    def preview(self, image):
        return format_html(
            '<img class="preview" src="{}" alt="{}" width="{}" height="{}">',
            image.file.url,
            image.alt_text,
            image.width,
            image.height,
        )

    @admin.display(description=gettext_lazy("file"))
    def facts(self, image):
        try:
            size = filesizeformat(image.file.size)
        except OSError:
            size = _("the file is missing")
        return _("%(width)s × %(height)s pixels, %(size)s, code %(code)s") % {
            "width": image.width,
            "height": image.height,
            "size": size,
            "code": image.code,
        }

    @admin.display(description=gettext_lazy("where used"))
    def where_used(self, image):
        stories = showing(image).filter(is_killed=False).only("headline").order_by("-saved_at")[:20]
        if not stories:
            return _("Nowhere yet.")
        rows = (
            (reverse("admin:articles_article_change", args=[s.pk]), s.headline) for s in stories
        )
        row = '<li><a href="{}"><bdi>{}</bdi></a></li>'
        return format_html("<ul>{}</ul>", format_html_join("", row, rows))

    def save_model(self, request, obj, form, change):
        if not change:
            obj.created_by = request.user
        super().save_model(request, obj, form, change)
        if "file" in form.changed_data:
            self.tell_of_twins(request, obj)

    def tell_of_twins(self, request, image):
        """The same file may be wanted twice, with other words. But seldom."""
        twin = Image.objects.filter(content_hash=image.content_hash).exclude(pk=image.pk).first()
        if twin:
            address = reverse("admin:articles_image_change", args=[twin.pk])
            link = format_html('<a href="{}"><bdi>{}</bdi></a>', address, twin)
            sentence = _("The library has the same file already: {}")
            self.message_user(request, format_html(sentence, link), messages.WARNING)

    def has_change_permission(self, request, obj=None):
        """The library is everybody's; what readers see of it is for those who answer for it."""
        allowed = super().has_change_permission(request, obj)
        if not allowed or obj is None:
            return allowed
        out = showing(obj).exclude(status__in=[Status.DRAFT, Status.REVIEW])
        if not is_theirs(obj, request.user):
            return False
        if not request.user.has_perm("articles.change_any_image"):
            return not out.exists()
        remit = Remit.objects.of(request.user)
        return remit is None or not out.exclude(section__in=remit).exists()

    def why_kept(self, image):
        if showing(image).exists():
            return _("A story shows this picture, so it is kept.")
        if Site.objects.filter(Q(logo=image) | Q(logo_on_dark=image)).exists():
            return _("It is the logo of the site, so it is kept.")
        if image.portrays.exists():
            return _("It is the portrait of an author, so it is kept.")
        return ""
