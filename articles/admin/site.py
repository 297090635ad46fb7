"""Site settings: one page, for the owner."""

from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.admin.colours import ColourField
from articles.admin.images import ShowsTheLibrary
from articles.admin.labels import PlainLabels
from articles.admin.refusals import RefusesOldSaves
from articles.admin.widgets import PictureField
from articles.models import Site


class ProfilesField(forms.CharField):
    """Names and addresses, a pair on a line. A line may be an address alone."""

    widget = forms.Textarea(attrs={"rows": 4, "dir": "ltr", "spellcheck": "false"})

    def prepare_value(self, value):
        if isinstance(value, list):
            return "\n".join(" ".join(pair) for pair in value)
        return value

    def to_python(self, value):
        lines = (line.split() for line in super().to_python(value).splitlines())
        return [[self.name(words), words[-1]] for words in lines if words]

    def name(self, words):
        """What stands before the address, or its host."""
        host = words[-1].partition("://")[2].partition("/")[0].removeprefix("www.")
        return " ".join(words[:-1]) or host

    def has_changed(self, initial, data):
        return (initial or []) != self.to_python(data)


class SiteForm(PlainLabels, forms.ModelForm):
    logo = PictureField(
        label=gettext_lazy("Logo"),
        required=False,
        help_text=gettext_lazy("It stands beside the name, in place of the mark."),
    )
    logo_on_dark = PictureField(
        label=gettext_lazy("Logo on dark pages"),
        required=False,
        help_text=gettext_lazy("If the other one cannot be seen there."),
    )
    accent = ColourField(
        label=gettext_lazy("Accent colour"),
        help_text=gettext_lazy(
            "Of labels, markers and main buttons, for readers and at the desk. Words in it must be"
            " readable on white."
        ),
    )
    accent_on_dark = ColourField(
        label=gettext_lazy("Accent colour on dark pages"),
        required=False,
        help_text=gettext_lazy("If left empty, made from the other."),
    )
    time_zone = forms.ChoiceField(
        label=gettext_lazy("Time zone"),
        help_text=gettext_lazy("The clock of all times that readers and the desk see."),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language of the paper"), choices=settings.LANGUAGES
    )
    languages = forms.MultipleChoiceField(
        label=gettext_lazy("Languages of readers’ pages"),
        choices=settings.LANGUAGES,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy(
            "Round a story in one of these, the page speaks its language. Round any other it stays"
            " in the language of the paper."
        ),
    )
    profiles = ProfilesField(
        label=gettext_lazy("Profiles elsewhere"),
        required=False,
        help_text=gettext_lazy(
            "One on a line, in the order that readers see: a name if you like, then the address."
        ),
    )

    class Meta:
        model = Site
        fields = [
            *("name", "tagline", "logo", "logo_on_dark", "is_wordmark", "accent"),
            *("accent_on_dark", "time_zone", "language", "languages", "email", "profiles"),
            "copyright",
        ]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        names = sorted(available_timezones() | {self.instance.time_zone})
        zones = [(name, name.replace("_", " ")) for name in names]
        if "time_zone" in self.fields:
            self.fields["time_zone"].choices = zones


@admin.register(Site)
class SiteAdmin(RefusesOldSaves, ShowsTheLibrary, admin.ModelAdmin):
    """There is one row, so its list is the page itself."""

    form = SiteForm
    readonly_fields = ["address", "short_urls", "stored_for", "kept_in"]
    fieldsets = [
        (None, {"fields": ["name", "tagline", "logo", "logo_on_dark", "is_wordmark"]}),
        (gettext_lazy("Colours"), {"fields": ["accent", "accent_on_dark"]}),
        (
            gettext_lazy("Times and languages"),
            {"fields": ["time_zone", "language", "languages"]},
        ),
        (
            gettext_lazy("Where readers reach the paper"),
            {"fields": ["email", "profiles", "copyright"]},
        ),
        (
            gettext_lazy("Set on the server"),
            {
                "fields": ["address", "short_urls", "stored_for", "kept_in"],
                "description": gettext_lazy(
                    "Whoever runs the server changes these, and the keys and passwords that are"
                    " shown nowhere."
                ),
            },
        ),
    ]

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def has_view_permission(self, request, obj=None):
        return self.has_change_permission(request, obj)

    def get_object(self, request, object_id, from_field=None):
        return Site.read() if object_id == "1" else None

    def changelist_view(self, request, extra_context=None):
        return self.changeform_view(request, "1", extra_context=extra_context)

    def render_change_form(self, request, context, *args, **kwargs):
        context["show_save_and_continue"] = False  # Save stays on the page
        return super().render_change_form(request, context, *args, **kwargs)

    def response_change(self, request, obj):
        link = format_html('<a href="{}">{}</a>', reverse("front"), _("See the site"))
        sentence = format_html("{} {}", _("Saved. Readers see it within a minute."), link)
        self.message_user(request, sentence, messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:articles_site_changelist"))

    @admin.display(description=gettext_lazy("address"))
    def address(self, site):
        return format_html('<bdi dir="ltr">{}</bdi>', settings.SITE_URL)

    @admin.display(description=gettext_lazy("short URLs"))
    def short_urls(self, site):
        return format_html('<bdi dir="ltr">{}/7k3fq</bdi>', settings.SHORT_URL_BASE)

    @admin.display(description=gettext_lazy("a page is stored for"))
    def stored_for(self, site):
        return _("%(n)d seconds at the most") % {"n": settings.PAGE_LIFETIME}

    @admin.display(description=gettext_lazy("stories are kept in"))
    def kept_in(self, site):
        is_sqlite = settings.DATABASES["default"]["ENGINE"].endswith("sqlite3")
        return "SQLite" if is_sqlite else "PostgreSQL"
