"""What is done to many pictures at once. Those that are left out are named, and why."""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import ValidationError
from django.db import transaction
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from articles import pictures, publishing
from articles.admin.labels import PlainLabels
from articles.models import Image

NAMED = 10  # pictures of those left out, for each reason


def field(name, **options):
    return Image._meta.get_field(name).formfield(required=False, **options)


class ChangeForm(PlainLabels, forms.Form):
    credit = field("credit", help_text="")
    place = field("place")
    keywords = field(
        "keywords",
        label=gettext_lazy("More keywords"),
        help_text=gettext_lazy("With commas between them. Those that a picture has stay."),
    )
    usage_terms = field("usage_terms")
    rights_until = field(
        "rights_until", widget=forms.DateInput(attrs={"type": "date"}), help_text=""
    )
    digital_source = field("digital_source")

    def clean(self):
        cleaned = super().clean()
        if not self.errors and not any(cleaned.values()):
            raise ValidationError(_("Fill in what all of them get. Empty fields change nothing."))
        return cleaned


class ChangesManyPictures:
    """For the ModelAdmin of pictures: what its list does to those that are ticked."""

    actions = ["change_chosen", "delete_selected"]

    @admin.action(description=gettext_lazy("Change…"), permissions=["change"])
    def change_chosen(self, request, images):
        form = ChangeForm(request.POST if "sure" in request.POST else None)
        left_out = pictures.why_not(images, request.user)
        if not form.is_bound or not form.is_valid():
            title = _("Change these pictures")
            told = _("What is left empty stays as each picture has it.")
            return self.ask(request, images, left_out, title, told, form)
        words = {name: value for name, value in form.cleaned_data.items() if value}
        keywords = words.pop("keywords", "").split(",")
        keywords = [word for word in keywords if word.strip()]
        done, left_out = pictures.change(images, words, keywords=keywords, by=request.user)
        names = [form.fields[name].label for name in form.cleaned_data if form.cleaned_data[name]]
        for image in done:
            self.log_change(
                request, image, [{"changed": {"fields": [str(name) for name in names]}}]
            )
        told = ngettext("%(n)s picture changed.", "%(n)s pictures changed.", len(done))
        self.tell(request, told, done, left_out)
        return None

    @admin.action(description=gettext_lazy("Delete…"), permissions=["delete"])
    def delete_selected(self, request, images):
        left_out = pictures.why_kept(images)
        if "post" not in request.POST:
            told = _("Their files go too. That cannot be undone.")
            if left_out:
                told = _("Those that something shows stay.") + " " + told
            return self.ask(request, images, left_out, _("Delete these pictures"), told)
        try:
            with transaction.atomic():
                named = list(images)
                done, left_out = pictures.delete(named, by=request.user)
                gone = {image.pk for image in done}
                self.log_deletions(request, [image for image in named if image.pk in gone])
        except publishing.Refused as refused:
            self.message_user(request, str(refused), messages.ERROR)
            return None
        told = ngettext("%(n)s picture deleted.", "%(n)s pictures deleted.", len(done))
        self.tell(request, told, done, left_out)
        return None

    def ask(self, request, images, left_out, title, told, form=None):
        """The page that names the pictures, and asks for what they get."""
        images = list(images)
        for image in images:
            image.why = left_out.get(image.pk, "")
        context = self.admin_site.each_context(request) | {
            "title": title,
            "told": told,
            "opts": self.opts,
            "images": images,
            "is_any_left": len(left_out) < len(images),
            "form": form,
            "action": request.POST["action"],
            "checkbox": ACTION_CHECKBOX_NAME,
            "address": request.get_full_path(),
        }
        return TemplateResponse(request, "admin/articles/image/chosen.html", context)

    def tell(self, request, told, done, left_out):
        if done:
            self.message_user(request, told % {"n": len(done)}, messages.SUCCESS)
        by_reason = {}
        for image, reason in left_out:
            by_reason.setdefault(reason, []).append(f"“{image}”")
        for reason, names in by_reason.items():
            more = len(names) - NAMED
            named = ", ".join(names[:NAMED]) + (_(" and %(n)s more") % {"n": more}) * (more > 0)
            sentence = _("Left out: %(names)s. %(reason)s") % {"names": named, "reason": reason}
            self.message_user(request, sentence, messages.WARNING)
