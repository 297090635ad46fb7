"""When a verb says no, the editor gets the form back with every word in it, and the reason."""

from django.contrib.admin.templatetags.admin_urls import admin_urlname
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
