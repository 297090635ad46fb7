"""The rules of the desk and its house style, kept by whoever answers for the whole paper."""

import csv
import hashlib
import re
from io import StringIO

from django import forms
from django.conf.locale import LANG_INFO
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import get_language, get_language_info, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import condition

from articles import paging, style
from articles.admin.labels import PlainLabels
from articles.admin.long_lists import LongLists
from articles.admin.refusals import KeepsWhatIsNeeded
from articles.models import Check, Remit, StyleEntry

LINES = 5_000  # entries pasted at once
COLUMNS = ["avoid", "write", "why", "language", "is_whole", "minds_case"]
PLACEHOLDER = re.compile(r"\{[^{}]*\}?|\}")  # one that was not closed stands for nothing, too
SENTENCES = {
    "write": gettext_lazy("“%(words)s”: write “%(write)s”."),
    "avoid": gettext_lazy("“%(words)s”: better not."),
    "button": gettext_lazy("Write “%(write)s”"),
    "keys": gettext_lazy("Alt Enter"),
    "list": gettext_lazy("House style"),
}


class ForTheWholePaper:
    """For a ModelAdmin: whoever works in some sections only looks, and changes nothing."""

    def has_add_permission(self, request):
        return super().has_add_permission(request) and Remit.objects.of(request.user) is None

    def has_change_permission(self, request, obj=None):
        allowed = super().has_change_permission(request, obj)
        return allowed and Remit.objects.of(request.user) is None

    def has_delete_permission(self, request, obj=None):
        allowed = super().has_delete_permission(request, obj)
        return allowed and Remit.objects.of(request.user) is None


class CheckForm(PlainLabels, forms.ModelForm):
    class Meta:
        model = Check
        fields = ["look", "field", "limit", "level", "sentence", "sections"]
        widgets = {"sections": forms.CheckboxSelectMultiple}

    def clean_sentence(self):
        sentence = self.cleaned_data["sentence"]
        if unknown := [word for word in PLACEHOLDER.findall(sentence) if word != "{found}"]:
            told = {"words": ", ".join(dict.fromkeys(unknown))}
            refusal = _("%(words)s stands for nothing. Only {found} does: for what was found.")
            raise ValidationError(refusal % told)
        return sentence


class LevelForm(forms.ModelForm):
    """One row of the list. Its choice says aloud which rule it belongs to."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        said = _("Level: %(rule)s") % {"rule": self.instance}
        self.fields["level"].widget.attrs["aria-label"] = said


@admin.register(Check)
class CheckAdmin(ForTheWholePaper, KeepsWhatIsNeeded, admin.ModelAdmin):
    form = CheckForm
    list_display = ["rule", "level", "holds_in", "sentence"]
    list_display_links = ["rule"]
    list_editable = ["level"]
    empty_value_display = ""
    show_full_result_count = False

    def get_changelist_form(self, request, **kwargs):
        return super().get_changelist_form(request, **{"form": LevelForm} | kwargs)

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("sections")

    def get_readonly_fields(self, request, obj=None):
        """What a rule of the newsroom looks for stays. Its limit and level are the desk’s."""
        return ["look", "field"] if obj and obj.given else []

    def get_fields(self, request, obj=None):
        if obj is None or not obj.given:
            return self.form.Meta.fields
        names = ["look"]
        if obj.field:
            names.append("field")
        if obj.look == Check.Look.LENGTH:
            names.append("limit")
        return [*names, "level", "sentence", *([] if obj.is_needed else ["sections"])]

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "sections":
            field.widget.can_add_related = False
        return field

    def why_kept(self, rule):
        if rule.given:
            return _("The newsroom came with this rule. Switch it off instead.")
        return ""

    @admin.display(description=gettext_lazy("rule"), ordering="look")
    def rule(self, rule):
        return str(rule)

    @admin.display(description=gettext_lazy("only in"), empty_value="")
    def holds_in(self, rule):
        return ", ".join(section.name for section in rule.sections.all())


class StyleForm(PlainLabels, forms.ModelForm):
    class Meta:
        model = StyleEntry
        fields = COLUMNS

    def clean(self):
        cleaned = super().clean()
        if not self.errors and cleaned["write"]:
            others = StyleEntry.objects.exclude(pk=self.instance.pk)
            for _entry, sentence in contradictions([StyleEntry(**cleaned)], others):
                self.add_error("write", sentence)
        return cleaned


class PasteForm(PlainLabels, forms.Form):
    """A list as a spreadsheet gives it: one entry on a line."""

    entries = forms.CharField(
        label=gettext_lazy("Entries"),
        widget=forms.Textarea(attrs={"rows": 16, "dir": "auto"}),
        max_length=1_000_000,
        help_text=gettext_lazy(
            "One on a line, with commas or tabs between: avoid, write, why, language (en), whole"
            " words only (yes or no), capitals matter (yes or no). Only the first is needed. A word"
            " that the list has already gets what stands here."
        ),
    )

    def clean_entries(self):
        text = self.cleaned_data["entries"]
        delimiter = "\t" if "\t" in text else ","
        try:
            rows = enumerate(csv.reader(StringIO(text), delimiter=delimiter), 1)
            rows = [(number, [cell.strip() for cell in row]) for number, row in rows]
        except csv.Error as error:
            raise ValidationError(str(error)) from None
        told = [(number, row) for number, row in rows if any(row) and row[:2] != COLUMNS[:2]]
        if len(told) > LINES:
            raise ValidationError(_("Not more than %(n)s at once.") % {"n": LINES})
        numbers = {}
        for number, row in told:
            entry = self.entry(number, row)
            numbers[entry.avoid, entry.language] = number, entry
        entries = [entry for _number, entry in numbers.values()]
        kept = [e for e in StyleEntry.objects.all() if (e.avoid, e.language) not in numbers]
        for entry, why in contradictions(entries, kept):
            told = {"number": numbers[entry.avoid, entry.language][0], "why": why}
            raise ValidationError(_("Line %(number)s: %(why)s") % told)
        return entries

    def entry(self, number, row):
        told = dict(zip(COLUMNS, row, strict=False))
        entry = StyleEntry(
            **{name: told.get(name, "") for name in COLUMNS[:4]},
            is_whole=told.get("is_whole", "").lower() not in {"no", "0", "false"},
            minds_case=told.get("minds_case", "").lower() in {"yes", "1", "true"},
        )
        try:
            entry.full_clean(validate_unique=False, validate_constraints=False)
            if entry.avoid == entry.write:  # the database has the same rule, but is asked each time
                raise ValidationError(_("That is what you want to avoid."))
        except ValidationError as error:
            told = {"number": number, "why": " ".join(error.messages)}
            raise ValidationError(_("Line %(number)s: %(why)s") % told) from None
        return entry


def contradictions(new, others):
    """New entries whose words the list would send back again, each with a sentence that says so."""
    every = [*others, *new]
    refused = []
    for language in sorted({entry.language for entry in every}):
        holds_for = {"", language, language.partition("-")[0]}
        known = style.Style(entry for entry in every if entry.language in holds_for)
        for entry in new:
            if not entry.write or entry.language not in holds_for or entry in refused:
                continue
            if other := style.chased_by(entry, known):
                refused.append(entry)
                sentence = _("“%(other)s” stands in the list and leads back to “%(avoid)s”.")
                yield entry, sentence % {"other": other, "avoid": entry.avoid}


class LanguageInUse(admin.SimpleListFilter):
    """The languages that the list has entries for."""

    title = gettext_lazy("language")
    parameter_name = "language"

    def lookups(self, request, model_admin):
        used = StyleEntry.objects.order_by("language").values_list("language", flat=True).distinct()
        return [
            (code or "every", get_language_info(code)["name_translated"] if code else _("Every"))
            for code in used
        ]

    def has_output(self):
        return len(self.lookup_choices) > 1 or bool(self.value())

    def queryset(self, request, entries):
        if not self.value():
            return entries
        return entries.filter(language="" if self.value() == "every" else self.value())


@admin.register(StyleEntry)
class StyleAdmin(ForTheWholePaper, LongLists, admin.ModelAdmin):
    cursor_kind = staticmethod(paging.name)
    form = StyleForm
    list_display = ["avoid", "write", "language", "why", "finds"]
    list_filter = [LanguageInUse]
    list_per_page = 100
    empty_value_display = ""
    search_fields = ["avoid", "write", "why"]
    change_list_template = "admin/articles/styleentry/change_list.html"

    @admin.display(description=gettext_lazy("finds"))
    def finds(self, entry):
        words = _("whole words") if entry.is_whole else _("parts of words, too")
        return _("%(words)s, capitals as here") % {"words": words} if entry.minds_case else words

    def get_urls(self):
        words = self.admin_site.admin_view(self.for_scripts, cacheable=True)
        paste = self.admin_site.admin_view(self.paste)
        return [
            path("list/<str:language>/", words, name="articles_styleentry_list"),
            path("paste/", paste, name="articles_styleentry_paste"),
            *super().get_urls(),
        ]

    def for_scripts(self, request, language):
        """The list of a language as the story form underlines it. A browser keeps it."""
        if not self.has_view_permission(request):
            raise PermissionDenied(_("You may not look at the house style."))
        language = language if language in LANG_INFO else ""
        answer = condition(etag_func=etag)(words_of)(request, language)
        answer.headers["Cache-Control"] = "private, no-cache"
        return answer

    def paste(self, request):
        """Take over a list from a spreadsheet, or copy this one into it."""
        if not self.has_add_permission(request) or not self.has_change_permission(request):
            raise PermissionDenied(_("Only a senior editor changes the house style."))
        form = PasteForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            entries = form.cleaned_data["entries"]
            take_over(entries)
            told = _("Taken over: %(n)s entries.") % {"n": len(entries)}
            self.message_user(request, told, messages.SUCCESS)
            return HttpResponseRedirect(reverse("admin:articles_styleentry_changelist"))
        context = self.admin_site.each_context(request) | {
            "title": _("Paste entries"),
            "opts": self.opts,
            "form": form,
            "copied": as_lines(StyleEntry.objects.all()),
        }
        return TemplateResponse(request, "admin/articles/styleentry/paste.html", context)


@transaction.atomic
def take_over(entries):
    """Add entries, and give those that the list has what these say."""
    StyleEntry.objects.bulk_create(
        entries,
        update_conflicts=True,
        unique_fields=["avoid", "language"],
        update_fields=["write", "why", "is_whole", "minds_case", "changed_at"],
    )


def as_lines(entries):
    lines = StringIO()
    table = csv.writer(lines, lineterminator="\n")
    for entry in entries:
        flags = ["yes" if entry.is_whole else "no", "yes" if entry.minds_case else "no"]
        table.writerow([entry.avoid, entry.write, entry.why, entry.language, *flags])
    return lines.getvalue()


def etag(request, language):
    made = repr((StyleEntry.objects.version(), language, get_language()))
    return f'"{hashlib.sha256(made.encode()).hexdigest()[:20]}"'


def words_of(request, language):
    found = style.of(language)
    return JsonResponse(
        {
            "patterns": found.sources,
            "entries": [
                {
                    "avoid": style.spoken(entry.avoid),
                    "write": entry.write,
                    "why": entry.why,
                    "cased": entry.minds_case,
                }
                for entry in found.entries
            ],
            "sentences": {name: str(sentence) for name, sentence in SENTENCES.items()},
        }
    )
