"""When a save is refused, the editor gets the form back with every word in it, and the reason."""

import json
from hashlib import sha256

from django.contrib.admin.templatetags.admin_urls import admin_urlname
from django.db import connection
from django.forms import model_to_dict
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from articles import publishing


class RefusalsBecomeErrors:
    """For a ModelAdmin whose `save_model` calls verbs: what they refuse is shown above the form.

    The verb raises in the middle of the save, so Django rolls all of it back. The same request is
    then answered once more, with a form that already knows what is wrong.
    """

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except publishing.Refused as refusal:
            if request.method != "POST":
                raise
            request.refusal = str(refusal)
            return super().changeform_view(request, object_id, form_url, extra_context)

    def get_form(self, request, obj=None, **kwargs):
        form = super().get_form(request, obj, **kwargs)

        class RefusedForm(form):
            def clean(self):
                cleaned = super().clean()
                if refusal := getattr(request, "refusal", None):
                    self.add_error(None, refusal)
                return cleaned

        return RefusedForm


class RefusesOldSaves:
    """For a ModelAdmin: of two people who change one record, the slower replaces nothing unseen.

    The form carries a digest of each field as it stood when it was drawn, in `as_it_was`. A save
    that finds another record is refused once, with the names of what changed; the form that comes
    back stands on the new record, so that a second save is meant.
    """

    def get_form(self, request, obj=None, **kwargs):
        form = super().get_form(request, obj, **kwargs)
        if request.method != "POST" or obj is None or not connection.in_atomic_block:
            return form
        locked = self.model._base_manager.select_for_update().filter(pk=obj.pk).first()
        request.stands = stands = digests(locked or obj)  # the site is no row before its first save
        was = read(request.POST.get("as_it_was", ""))

        class AskingForm(form):
            def clean(self):
                cleaned = super().clean()
                changed = [
                    str(field.label)
                    for name, field in self.fields.items()
                    if name in was and was[name] != stands.get(name)
                ]
                if changed:
                    told = _(
                        "Somebody changed this meanwhile: %(fields)s. What you wrote still stands"
                        " here. Save once more to put it in the place of theirs."
                    )
                    self.add_error(None, told % {"fields": ", ".join(changed)})
                return cleaned

        return AskingForm

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        if obj is not None:
            stands = getattr(request, "stands", None) or digests(obj)
            context["as_it_was"] = json.dumps(stands)
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)


def digests(record):
    """What tells each field of a record from others that it might have held."""
    told = model_to_dict(record).items()
    return {name: sha256(str(value).encode()).hexdigest()[:12] for name, value in told}


def read(text):
    """The digests in a form; none if somebody made them up."""
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


class KeepsWhatIsNeeded:
    """For a ModelAdmin of records that others stand on: some cannot be deleted, and it says why.

    Its `why_kept(record)` gives the reason as a sentence; nothing if the record may go.
    """

    def has_delete_permission(self, request, obj=None):
        allowed = super().has_delete_permission(request, obj)
        return allowed and (obj is None or not self.why_kept(obj))

    def delete_view(self, request, object_id, extra_context=None):
        record = self.get_object(request, object_id)
        may = record is not None and super().has_delete_permission(request, record)
        if may and (reason := self.why_kept(record)):
            context = self.admin_site.each_context(request) | {
                "title": _("It is kept"),
                "said": reason,
                "record": record,
                "place": reverse(admin_urlname(self.opts, "change"), args=[record.pk]),
            }
            return TemplateResponse(request, "admin/403.html", context, status=403)
        return super().delete_view(request, object_id, extra_context)
