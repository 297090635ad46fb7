"""Names that editors type, and addresses that make themselves of them."""

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import Case, When
from django.db.models.functions import Lower
from django.http import JsonResponse
from django.urls import path
from django.utils.translation import gettext_lazy as _

from articles import richtext, slugs
from articles.admin.labels import PlainLabels

OFFERED = 12  # names that a field offers while somebody types


class SlugFromName(PlainLabels, forms.ModelForm):
    """An address left empty is made from the name, in any script."""

    named_by = "name"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:
            self.fields["slug"].required = False
            self.fields["slug"].help_text += " " + str(_("If left empty, made from the name."))
            if self.instance.pk:
                warning = _("Change it, and links to the old address lead nowhere.")
                self.fields["slug"].help_text += f" {warning}"

    def clean(self):
        cleaned = super().clean()
        name = cleaned.get(self.named_by)
        if not cleaned.get("slug") and name and "slug" in self.fields:
            cleaned["slug"] = slugs.free(self._meta.model, name)
        return cleaned


class OffersNames:
    """For a ModelAdmin whose records are named on a story: the names that match, as JSON."""

    def get_urls(self):
        names = self.admin_site.admin_view(self.names)
        name = f"articles_{self.opts.model_name}_names"
        return [path("names/", names, name=name), *super().get_urls()]

    def names(self, request):
        if not self.has_view_permission(request):
            raise PermissionDenied
        words = richtext.printable(request.GET.get("q", "")).strip()
        begins = Case(When(name__istartswith=words, then=0), default=1)
        found = self.named_like(words).order_by(begins, Lower("name"), "pk")[:OFFERED]
        return JsonResponse({"names": [self.offer(record, words) for record in found]})

    def named_like(self, words):
        return self.model.objects.filter(name__icontains=words)

    def offer(self, record, words):
        """What the list shows of a record, and what is written for it."""
        return {"name": record.name, "value": record.name, "about": ""}
