"""Pages about the house at the desk."""

from django.contrib import admin
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from articles.admin.body import HasABody
from articles.admin.names import SlugFromName
from articles.admin.refusals import RefusesOldSaves
from articles.clock import Clock
from articles.models import Page, PageUse


class PageForm(SlugFromName):
    named_by = "title"

    class Meta:
        model = Page
        fields = ["title", "slug", "language", "body", "is_in_footer", "position"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        page = self.instance
        for name in {"title", "body"} & self.fields.keys():
            self.fields[name].widget.attrs |= {"lang": page.language, "dir": page.direction}


@admin.register(Page)
class PageAdmin(RefusesOldSaves, HasABody, admin.ModelAdmin):
    form = PageForm
    body_prompt = _("Write the page here")
    list_display = ["name", "address", "is_in_footer", "position", "updated"]
    list_display_links = ["name"]
    search_fields = ["title", "slug"]
    show_facets = admin.ShowFacets.NEVER

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        PageUse.objects.follow(obj)

    @admin.display(description=_("title"), ordering="title")
    def name(self, page):
        return format_html("<bdi>{}</bdi>", page.title)

    @admin.display(description=_("address"), ordering="slug")
    def address(self, page):
        link = '<a href="{}"><bdi dir="ltr">/{}/</bdi></a>'
        return format_html(link, page.get_absolute_url(), page.slug)

    @admin.display(description=_("updated"), ordering="updated_at")
    def updated(self, page):
        return Clock().words(page.updated_at)
