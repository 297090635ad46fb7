"""Searches of the stories list that people keep, for themselves or for the desk."""

from urllib.parse import parse_qsl, urlencode

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.http import HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.translation import gettext as _

from articles import richtext
from articles.admin.sieves import SIEVES
from articles.models import KeptSearch

KNOWN = {"q", "o", *(sieve.parameter_name for sieve in SIEVES)}
AT_HAND = 30  # kept searches that the list shows


def asked(query):
    """What the query of an address asks of the list, always in one spelling."""
    try:
        told = dict(parse_qsl(query, max_num_fields=100))
    except ValueError:
        return ""
    told = {name: richtext.printable(value).strip() for name, value in told.items()}
    return urlencode(sorted((n, value) for n, value in told.items() if n in KNOWN and value))


class KeptSearchForm(forms.ModelForm):
    class Meta:
        model = KeptSearch
        fields = ["name", "query", "is_shared"]

    def clean_query(self):
        query = asked(self.cleaned_data["query"])
        if not query:
            raise forms.ValidationError(_("Search for something or filter the list first."))
        return query

    def _get_validation_exclusions(self):
        return super()._get_validation_exclusions() - {"user"}  # whose it is makes the name unique


def may_forget(kept, person):
    """Whoever kept a search; and of those that everybody sees, whoever looks after accounts."""
    is_theirs = kept.user_id == person.pk
    return is_theirs or (kept.is_shared and person.has_perm("auth.change_user"))


def kept(request):
    """The form of a search, kept if it may be."""
    form = KeptSearchForm(request.POST, instance=KeptSearch(user=request.user))
    if form.is_valid():
        try:
            with transaction.atomic():
                form.save()
        except IntegrityError:  # another press was faster; asked once more, the form says so
            return KeptSearchForm(request.POST, instance=KeptSearch(user=request.user))
    return form


class KeepsSearches:
    """For the ModelAdmin of stories: to keep a search, and to forget it."""

    def get_urls(self):
        keep, forget = (
            self.admin_site.admin_view(v) for v in (self.keep_search, self.forget_search)
        )
        return [
            path("searches/keep/", keep, name="articles_article_keep_search"),
            path("searches/<int:pk>/forget/", forget, name="articles_article_forget_search"),
            *super().get_urls(),
        ]

    def keep_search(self, request):
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not self.has_view_permission(request):
            raise PermissionDenied
        form = kept(request)
        if form.is_valid():
            self.message_user(request, _("Kept. It stands above the list."), messages.SUCCESS)
        else:
            wrong = (error for errors in form.errors.values() for error in errors)
            self.message_user(request, " ".join(wrong), messages.ERROR)
        return self.back_to_list(asked(request.POST.get("query", "")))

    def forget_search(self, request, pk):
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not self.has_view_permission(request):
            raise PermissionDenied
        kept = KeptSearch.objects.filter(pk=pk).first()
        if kept is None or not may_forget(kept, request.user):
            raise PermissionDenied(_("Only whoever kept a search may take it away."))
        kept.delete()
        self.message_user(request, _("Taken away."), messages.SUCCESS)
        return self.back_to_list("")

    def back_to_list(self, query):
        address = reverse("admin:articles_article_changelist")
        return HttpResponseRedirect(f"{address}?{query}" if query else address)
