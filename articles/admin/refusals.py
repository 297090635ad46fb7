"""When a verb says no, the editor gets the form back with every word in it, and the reason."""

from django.utils import timezone
from django.utils.html import format_html
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
            request.refusal = self.explain(request, refusal, object_id)
            return super().changeform_view(request, object_id, form_url, extra_context)

    def explain(self, request, refusal, object_id):
        return str(refusal)

    def get_form(self, request, obj=None, **kwargs):
        form = super().get_form(request, obj, **kwargs)

        class RefusedForm(form):
            def clean(self):
                cleaned = super().clean()
                if refusal := getattr(request, "refusal", None):
                    self.add_error(None, refusal)
                return cleaned

        return RefusedForm


def name_of(user):
    return (user.get_full_name() or user.get_username()) if user else _("Somebody")


def stale(article, address):
    """Who was faster, and the way to the story as it is now."""
    saved = f"{timezone.localtime(article.saved_at):%H:%M:%S %Z}"
    return format_html(
        '{} <a href="{}" target="_blank">{}</a>',
        _(
            "%(who)s saved this story at %(time)s, after you opened it. Nothing of yours is lost:"
            " your text is below, not saved yet. Copy what should stay into the story as it is now."
        )
        % {"who": name_of(article.saved_by), "time": saved},
        address,
        _("Open the story as it is now"),
    )
