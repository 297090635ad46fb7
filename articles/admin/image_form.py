"""The page of one picture: what must stay in view, its words and rights, and where it is shown."""

from logging import getLogger

from django import forms
from django.contrib import messages
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.forms.utils import ErrorDict
from django.http import HttpResponseRedirect
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from articles import darkroom, renditions, search, uploads
from articles.admin.image_uses import uses_of
from articles.admin.labels import PlainLabels
from articles.admin.wording import name_of
from articles.clock import Clock
from articles.models import Image

logger = getLogger(__name__)

SHAPES = [
    ("lead", gettext_lazy("Lead 16:9")),
    ("card", gettext_lazy("Card 3:2")),
    ("square", gettext_lazy("Square 1:1")),
    ("portrait", gettext_lazy("Portrait 4:5")),
    ("social", gettext_lazy("Shared link 1200 × 630")),
]
NO_ALT = gettext_lazy(
    "Write what a reader who cannot see it should know, or mark it as decoration."
)
PERCENT = {"min": 0, "max": 100, "step": 1}
# What a file may say of itself: the names of darkroom.Metadata.
SAID = {
    "taken_at": gettext_lazy("Taken"),
    "place": gettext_lazy("Place"),
    "caption": gettext_lazy("Caption"),
    "credit": gettext_lazy("Credit"),
    "creator": gettext_lazy("Creator"),
    "copyright": gettext_lazy("Copyright"),
    "usage_terms": gettext_lazy("Usage terms"),
    "source": gettext_lazy("Source"),
    "keywords": gettext_lazy("Keywords"),
    "persons": gettext_lazy("People in it"),
    "alt_text": gettext_lazy("Alt text"),
    "digital_source": gettext_lazy("How it came about"),
}


class MindsOthers:
    """For the form of a record: what somebody else saved since it was opened stays.

    Each field brings along what stood in it when the page was opened. Only what was changed here is
    saved; if somebody else changed the same, the form comes back once and says so.
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.changed_by_others = []  # labels of fields that nobody typed into here
        if not self.instance.pk:
            return
        for field in self.fields.values():
            field.show_hidden_initial = True
        if self.is_bound:
            self.data = self.data.copy()
            for name in self.fields:  # a script that leaves them out means what stands there now
                if self.add_initial_prefix(name) not in self.data:
                    self.see(name)

    def see(self, name):
        """From now on this form knows what stands in the field."""
        field = self.fields[name]
        value = field.prepare_value(self.get_initial_for_field(field, name))
        self.data[self.add_initial_prefix(name)] = "" if value is None else str(value)

    def seen(self, name):
        """What stood in the field when the page was opened."""
        return self.fields[name].to_python(self.data[self.add_initial_prefix(name)])

    def clean(self):
        cleaned = super().clean()
        if not self.instance.pk:
            return cleaned
        for name in self.fields:
            stored = self.get_initial_for_field(self.fields[name], name)
            is_others = self.seen(name) != self.fields[name].to_python(stored)
            if name not in self.changed_data:
                cleaned[name] = stored
                if is_others:
                    self.changed_by_others.append(str(self.fields[name].label))
            elif is_others and name in cleaned and cleaned[name] != stored:
                self.see(name)
                self.add_error(name, self.sentence_on(stored))
        return cleaned

    def sentence_on(self, stored):
        told = {"name": who_saved(self.instance), "words": stored}
        if stored in (None, "", False):
            return _("%(name)s emptied this meanwhile. Save again to keep what you wrote.") % told
        sentence = _(
            "%(name)s changed this meanwhile, to “%(words)s”. Save again to keep what you wrote."
        )
        return sentence % told


class ImageForm(MindsOthers, PlainLabels, forms.ModelForm):
    upload = forms.FileField(
        label=gettext_lazy("File"),
        widget=forms.FileInput(attrs={"accept": "image/*"}),
        help_text=gettext_lazy("JPEG, PNG, WebP, GIF or AVIF, up to 40 MB."),
    )

    class Meta:
        model = Image
        widgets = {
            "caption": forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
            "alt_text": forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
            "rights_until": forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
            "focal_x": forms.NumberInput(attrs=PERCENT | {"data-focal-x": True}),
            "focal_y": forms.NumberInput(attrs=PERCENT | {"data-focal-y": True}),
        }
        labels = {"focal_x": gettext_lazy("Across"), "focal_y": gettext_lazy("Down")}
        help_texts = {
            "credit": gettext_lazy("Follows the picture everywhere. A story cannot hide it."),
            "caption": gettext_lazy("A start for each story, which may write its own."),
            "alt_text": "",
            "is_decorative": "",
            "focal_x": "",
            "focal_y": "",
        }
        fields = [
            *("caption", "credit", "alt_text", "is_decorative", "focal_x", "focal_y"),
            *("creator", "source", "place", "persons", "keywords", "taken_at", "digital_source"),
            *("copyright_notice", "usage_terms", "rights_until"),
        ]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        image = self.instance
        if not image.pk:
            return
        self.fields.pop("upload", None)
        if "rights_until" in self.fields:
            self.fields["rights_until"].help_text = told_of_rights(image)
        if not self.is_bound and not image.alt_text and not image.is_decorative:
            self._errors = ErrorDict(alt_text=self.error_class([NO_ALT], renderer=self.renderer))

    def clean(self):
        """A new picture comes in here, since its file decides whether it does."""
        cleaned = super().clean()
        if self.instance.pk or self.errors:
            return cleaned
        typed = {name: value for name, value in cleaned.items() if value not in (None, "", 50)}
        file = typed.pop("upload")
        try:
            self.instance = uploads.add(file, by=self.by, **typed)
        except uploads.Refused as refused:
            self.add_error("upload", refused.args[0])
        except OSError:
            logger.exception("A picture could not be taken in")
            self.add_error("upload", uploads.NOT_NOW)
        return cleaned


def told_of_rights(image):
    """What the end of the rights to a picture means for the stories that show it."""
    if image.may_be_shown and not image.rights_end_soon:
        return Image._meta.get_field("rights_until").help_text
    n = image.uses.filter(is_live=True).count()
    if not image.may_be_shown:
        words = _("Ended on %(day)s.") % {"day": date_format(image.rights_until, _("j F Y"))}
        fate = ngettext(
            "%(n)d story is shown without it.", "%(n)d stories are shown without it.", n
        )
    else:
        left = image.days_left
        words = ngettext("Ends in %(n)d day.", "Ends in %(n)d days.", left) % {"n": left}
        words = words if left else _("Ends with this day.")
        fate = ngettext(
            "%(n)d story that shows it will fall back to no picture.",
            "%(n)d stories that show it will fall back to no picture.",
            n,
        )
    sentence = f"{words} {fate % {'n': n}}" if n else words
    return format_html('<span class="warn-text">{}</span>', sentence)


def last_saved(image, *, but=None):
    """The newest entry of its history at the desk, or None."""
    about = ContentType.objects.get_for_model(Image)
    noted = LogEntry.objects.filter(content_type=about, object_id=str(image.pk))
    noted = noted.exclude(user=but) if but else noted
    return noted.select_related("user").order_by("-action_time", "-pk").first()


def who_saved(image, *, but=None):
    """Whoever saved it last, or last before this person."""
    entry = last_saved(image, but=but)
    return name_of(entry.user) if entry else _("Somebody")


def about_file(image):
    """What is known of the file itself, as pairs of words."""
    try:
        size = filesizeformat(image.file.size)
    except OSError:
        size = _("the file is missing")
    told = {"width": image.width, "height": image.height, "size": size}
    yield _("Name"), str(image.original_name or image.file.name.rpartition("/")[2])
    yield _("Size"), _("%(width)s × %(height)s pixels, %(size)s") % told
    yield _("Code"), image.code
    for name, words in SAID.items():
        if said := image.file_says.get(name):
            yield words, ", ".join(said) if isinstance(said, list) else said


class ShowsOnePicture:
    """For the ModelAdmin of pictures: what the page of one is told, and what a save says."""

    change_form_template = "admin/articles/image/change_form.html"

    def render_change_form(self, request, context, *args, **kwargs):
        if image := context.get("original"):
            entry = last_saved(image)
            context |= {
                "clock": Clock(),
                "saved_at": entry.action_time if entry else image.created_at,
                "saved_by": entry.user if entry else image.created_by,
                "shapes": [(name, *darkroom.CROPS[name].ratio, words) for name, words in SHAPES],
                "about_file": list(about_file(image)),
                "uses": uses_of(image, request.user),
                "why_kept": self.why_kept(image),
            }
        return super().render_change_form(request, context, *args, **kwargs)

    def get_object(self, request, object_id, from_field=None):
        """While it is saved, nobody else saves it: whose words stay is decided here."""
        found = super().get_object(request, object_id, from_field)
        if found and request.method == "POST" and connection.in_atomic_block:
            Image.objects.select_for_update().get(pk=found.pk)
            found.refresh_from_db()
        return found

    def save_model(self, request, obj, form, change):
        if not change:
            return  # it came in with its file
        if form.changed_data:
            obj.save(update_fields=form.changed_data)
            search.index_pictures([obj.pk])
        if {"focal_x", "focal_y"} & {*form.changed_data}:
            transaction.on_commit(lambda: renditions.make.enqueue(obj.pk))
        request.kept_of_others = form.changed_by_others

    def response_change(self, request, obj):
        """Stay on the page: it says what is still missing."""
        said = [_("Saved.")]
        if obj.waits_for_prints:
            said.append(_("New prints are on the way. Until then readers get those there are."))
        if kept := request.kept_of_others:
            told = {"name": who_saved(obj, but=request.user), "fields": ", ".join(kept)}
            said.append(_("%(name)s changed meanwhile: %(fields)s. That is kept.") % told)
        self.message_user(request, " ".join(said), messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:articles_image_change", args=[obj.pk]))
