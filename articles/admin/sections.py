"""Sections at the desk: their names, their order, and the stories that move between them."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from js_asset import ImportMap, Media, Script

from articles import publishing, subjects
from articles.admin.asked import number_in
from articles.admin.colours import ColourField
from articles.admin.names import SlugFromName
from articles.admin.refusals import KeepsWhatIsNeeded, RefusalsBecomeErrors, RefusesOldSaves
from articles.models import Remit, Section

MOVED_AT_ONCE = 200  # stories
TOLD = 10  # of those that stay where they are
LAST = 30_000  # place in an order that any database holds
ORDER_MEDIA = Media(
    importmap=ImportMap({"desk/ordered": "desk/js/ordered.js", "desk/toast": "desk/js/toast.js"}),
    js=[Script("desk/js/sections.js", type="module")],
)


class SectionForm(SlugFromName):
    colour = ColourField(
        label=gettext_lazy("Colour"),
        required=False,
        help_text=gettext_lazy(
            "Of its labels. If left empty: the accent colour of the site. Dark pages get the"
            " nearest shade that can be read there."
        ),
    )

    class Meta:
        model = Section
        fields = ["name", "slug", "description", "parent", "colour"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "parent" in self.fields:
            self.fields["parent"].widget = self.fields["parent"].widget.widget
            offered = (
                self.fields["parent"].queryset.filter(parent=None).exclude(pk=self.instance.pk)
            )
            known = Section.objects.filter(pk=self.instance.parent_id)
            self.fields["parent"].queryset = offered | known  # where it stands it may stay
            self.fields["parent"].empty_label = _("Nothing: it stands in the navigation")


class MoveForm(forms.Form):
    to = forms.ModelChoiceField(Section.objects.none(), label=gettext_lazy("To the section"))


@admin.register(Section)
class SectionAdmin(RefusalsBecomeErrors, RefusesOldSaves, KeepsWhatIsNeeded, admin.ModelAdmin):
    """Who works in some sections looks after these only, and makes no others."""

    form = SectionForm
    change_list_template = "admin/articles/section/change_list.html"
    change_form_template = "admin/articles/section/change_form.html"
    list_display = ["title", "slug", "description"]
    empty_value_display = ""
    list_select_related = ["parent"]
    search_fields = ["name", "slug"]
    sortable_by = ()

    def get_ordering(self, request):
        return Section.IN_ORDER

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("order/", view(self.order), name="articles_section_order"),
            path("<int:pk>/move/", view(self.move), name="articles_section_move"),
            *super().get_urls(),
        ]

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        """A section goes under one that its editor works in."""
        if (remit := Remit.objects.of(request.user)) is not None:
            kwargs["queryset"] = Section.objects.filter(pk__in=remit)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request, obj, form, change):
        subjects.save_section(obj, by=request.user)

    def has_add_permission(self, request):
        return super().has_add_permission(request) and Remit.objects.of(request.user) is None

    def has_change_permission(self, request, obj=None):
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or publishing.is_in_remit(obj.pk, request.user))

    def has_delete_permission(self, request, obj=None):
        allowed = super().has_delete_permission(request, obj)
        return allowed and (obj is None or publishing.is_in_remit(obj.pk, request.user))

    def may_order(self, request):
        """The order is one for all sections, so it is for those who work in all of them."""
        return self.has_change_permission(request) and Remit.objects.of(request.user) is None

    def why_kept(self, section):
        if section.articles.exists():
            return _("A story stands in this section. Move it elsewhere first.")
        if section.children.exists():
            return _("Other sections stand under this one. Move them elsewhere first.")
        if Remit.objects.filter(sections=section).exists():
            return _("Somebody works only in this section. Change their account first.")
        return ""

    @admin.display(description=gettext_lazy("section"))
    def title(self, section):
        if section.parent is None:
            return format_html("<bdi>{}</bdi>", section.name)
        below = '<span class="quiet"><bdi>{}</bdi> › </span><bdi>{}</bdi>'
        return format_html(below, section.parent, section.name)

    def changelist_view(self, request, extra_context=None):
        context = {"may_order": self.may_order(request)}
        return super().changelist_view(request, context | (extra_context or {}))

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        may_move = request.user.has_perm("articles.publish_article")
        context["may_move"] = may_move and obj is not None and obj.articles.exists()
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    def order(self, request):
        """The sections in the order of the navigation, to be put into another."""
        if not self.may_order(request):
            raise PermissionDenied(_("You may not change the order of the sections."))
        sections = list(Section.objects.in_order().select_related("parent"))
        if request.method == "POST":
            places = [place(request.POST.get(f"place-{each.pk}", "")) for each in sections]
            ordered = sorted(zip(places, sections, strict=True), key=lambda pair: pair[0])
            subjects.put_in_order([each for _place, each in ordered], by=request.user)
            self.message_user(request, _("The sections stand in this order now."), messages.SUCCESS)
            return HttpResponseRedirect(reverse("admin:articles_section_changelist"))
        context = self.admin_site.each_context(request) | {
            "title": _("Order of the sections"),
            "opts": self.opts,
            "sections": sections,
            "media": Media.from_media(ORDER_MEDIA, nonce=request.csp_nonce),
        }
        return TemplateResponse(request, "admin/articles/section/order.html", context)

    def move(self, request, pk):
        """Take the stories of a section to another, so that it can be closed."""
        section = get_object_or_404(Section, pk=pk)
        if not self.has_change_permission(request, section):
            raise PermissionDenied(_("You may not change this section."))
        publishing.ask_for("publish_article", request.user, _("Only editors move stories."))
        after = number_in(request.GET.get("after", "")) or 0
        form = MoveForm(request.POST or None, label_suffix="")
        remit = Remit.objects.of(request.user)
        others = Section.objects.exclude(pk=pk)
        form.fields["to"].queryset = others if remit is None else others.filter(pk__in=remit)
        if request.method == "POST" and form.is_valid():
            after = self.move_stories(request, section, form.cleaned_data["to"], after)
            address = reverse("admin:articles_section_move", args=[pk])
            return HttpResponseRedirect(f"{address}?after={after}" if after else address)
        left = section.articles.filter(pk__gt=after).order_by()[: MOVED_AT_ONCE + 1].count()
        context = self.admin_site.each_context(request) | {
            "title": _("Move the stories of a section"),
            "opts": self.opts,
            "section": section,
            "form": form,
            "left": left,
            "are_more": left > MOVED_AT_ONCE,
            "at_once": MOVED_AT_ONCE,
        }
        return TemplateResponse(request, "admin/articles/section/move.html", context)

    def move_stories(self, request, section, to, after):
        """At most a few hundred at a time; those that refuse are named with the reason.

        Returns the last of them if more come after it, so that none is asked twice.
        """
        stories = section.articles.filter(publishing.writable(request.user), pk__gt=after)
        stories = list(stories.order_by("pk")[: MOVED_AT_ONCE + 1])
        are_more, stories = len(stories) > MOVED_AT_ONCE, stories[:MOVED_AT_ONCE]
        moved, refused = 0, []
        for story in stories:
            try:
                publishing.move(story, to, by=request.user)
                moved += 1
            except publishing.Refused as no:
                address = reverse("admin:articles_article_change", args=[story.pk])
                refused.append((address, story.headline, str(no)))
        told = {"n": moved, "section": to}
        sentence = ngettext(
            "%(n)s story stands in %(section)s now.",
            "%(n)s stories stand in %(section)s now.",
            moved,
        )
        if moved:
            self.log_change(request, section, sentence % told)
            self.message_user(request, sentence % told, messages.SUCCESS)
        if refused:
            row = '<li><a href="{}"><bdi>{}</bdi></a>: {}</li>'
            rows = format_html_join("", row, refused[:TOLD])
            sentence = ngettext(
                "%(n)s story stays where it is.", "%(n)s stories stay where they are.", len(refused)
            )
            told = format_html("{}<ul>{}</ul>", sentence % {"n": len(refused)}, rows)
            self.message_user(request, told, messages.WARNING)
        elif not stories:
            self.message_user(
                request, _("There is no story here that you may move."), messages.WARNING
            )
        return stories[-1].pk if are_more and refused else None


def place(text):
    """What somebody wrote for a place; whatever is none comes last."""
    return min(int(text[:9]), LAST) if text.isascii() and text.isdecimal() else LAST
