"""Corrections at the desk."""

from django import forms
from django.contrib import admin, messages
from django.db import transaction
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles import publishing
from articles.admin.labels import PlainLabels
from articles.admin.long_lists import LongLists
from articles.admin.refusals import RefusalsBecomeErrors
from articles.admin.widgets import StoryField
from articles.admin.wording import link_to
from articles.clock import Clock
from articles.models import Correction


class CorrectionForm(PlainLabels, forms.ModelForm):
    article = StoryField(
        label=gettext_lazy("Story"), help_text=gettext_lazy("Its short code or address.")
    )

    class Meta:
        model = Correction
        fields = ["article", "kind", "text"]


@admin.register(Correction)
class CorrectionAdmin(RefusalsBecomeErrors, LongLists, admin.ModelAdmin):
    """A new correction is published with its story; mending the words of one moves no time."""

    list_display = ["short_text", "kind", "story", "section", "made"]
    is_archive = True
    list_filter = ["kind", "article__section", "made_at"]
    list_select_related = ["article__section"]
    search_fields = ["text", "article__headline", "article__code"]
    ordering = ["-made_at", "-pk"]
    form = CorrectionForm
    show_facets = admin.ShowFacets.NEVER

    def get_queryset(self, request):
        corrections = super().get_queryset(request)
        if request.user.has_perm("articles.kill_article"):
            return corrections
        return corrections.filter(article__is_killed=False)

    def has_change_permission(self, request, obj=None):
        allowed = super().has_change_permission(request, obj)
        if request.method == "POST":  # the verb refuses with a sentence, and keeps what was typed
            return allowed
        return allowed and (obj is None or publishing.may_publish(obj.article, request.user))

    def has_delete_permission(self, request, obj=None):
        allowed = super().has_delete_permission(request, obj)
        return allowed and (obj is None or publishing.may_publish(obj.article, request.user))

    def get_readonly_fields(self, request, obj=None):
        return ["article", "made_at"] if obj else []

    def get_fields(self, request, obj=None):
        fields = ["article", "kind", "text"]
        return [*fields, "made_at"] if obj else fields

    @admin.display(description=gettext_lazy("correction"), ordering="text")
    def short_text(self, correction):
        return format_html("<bdi>{}</bdi>", correction.text[:120])

    @admin.display(description=gettext_lazy("story"))
    def story(self, correction):
        address = reverse("admin:articles_article_change", args=[correction.article_id])
        return format_html('<a href="{}"><bdi>{}</bdi></a>', address, correction.article.headline)

    @admin.display(description=gettext_lazy("section"))
    def section(self, correction):
        return correction.article.section

    @admin.display(description=gettext_lazy("made"), ordering="made_at")
    def made(self, correction):
        return Clock().words(correction.made_at)

    def response_add(self, request, obj, post_url_continue=None):
        """Back to the story, with what readers see now."""
        article = obj.article
        sentence = _("Published the correction. Readers see: Updated {}, and the note. {}")
        told = format_html(sentence, Clock().words(article.changed_at), link_to(article))
        self.message_user(request, told, messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:articles_article_change", args=[article.pk]))

    def save_model(self, request, obj, form, change):
        if change:
            publishing.mend_correction(obj, text=obj.text, kind=obj.kind, by=request.user)
        else:
            if obj.article.has_changes:
                raise publishing.Refused(
                    _("Changes of this story wait at the desk. Publish them from the story.")
                )
            made = publishing.correct(obj.article, text=obj.text, kind=obj.kind, by=request.user)
            obj.pk, obj.made_at = made.pk, made.made_at
            obj._state.adding = False

    def delete_model(self, request, correction):
        publishing.drop_correction(correction, by=request.user)

    @transaction.atomic
    def delete_queryset(self, request, corrections):
        for correction in corrections:
            publishing.drop_correction(correction, by=request.user)
