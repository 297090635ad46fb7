"""The list of stories at the desk: its columns, its filters, and what is done to many at once."""

from functools import partial

from django.conf.locale import LANG_INFO
from django.contrib import admin, messages
from django.contrib.admin.actions import delete_selected
from django.db.models import BooleanField, Case, When
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.translation import get_language_info, gettext_lazy
from django.utils.translation import gettext as _

from articles import publishing
from articles.admin.presence import people_here, with_who_is_here
from articles.clock import Clock
from articles.models import Article, Status

NEWEST = 500  # stories whose languages the list offers as a filter


class MissingFilter(admin.SimpleListFilter):
    title = gettext_lazy("missing")
    parameter_name = "missing"

    def lookups(self, request, model_admin):
        return [
            ("picture", _("No picture")),
            ("credit", _("No picture credit")),
            ("alt", _("No alt text")),
            ("standfirst", _("No standfirst")),
        ]

    def queryset(self, request, stories):
        missing = {
            "picture": {"lead_image": None},
            "credit": {"lead_image__credit": ""},
            "alt": {"lead_image__alt_text": "", "lead_image__is_decorative": False},
            "standfirst": {"standfirst": ""},
        }
        return stories.filter(**missing.get(self.value(), {}))


class SectionFilter(admin.RelatedFieldListFilter):
    def choices(self, changelist):
        self.empty_value_display = _("No section")
        return super().choices(changelist)


class LanguageFilter(admin.SimpleListFilter):
    title = gettext_lazy("language")
    parameter_name = "language"

    def lookups(self, request, model_admin):
        """Languages of the stories saved last: cheap to ask, however large the archive."""
        newest = Article.objects.values_list("language", flat=True)[:NEWEST]
        found = sorted(set(newest) | ({self.value()} & LANG_INFO.keys()))
        return [(code, get_language_info(code)["name_translated"]) for code in found]

    def has_output(self):
        return len(self.lookup_choices) > 1

    def queryset(self, request, stories):
        return stories.filter(language=self.value()) if self.value() else stories


class ListsStories:
    """For the ModelAdmin of stories: the list and its actions."""

    list_display = [
        *("thumbnail", "story", "section", "state", "missing", "word_count", "by", "who", "time"),
    ]
    list_display_links = ["story"]
    list_filter = ["status", ("section", SectionFilter), LanguageFilter, MissingFilter]
    list_per_page = 50
    list_select_related = ["section", "lead_image"]
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    search_fields = [
        *("headline", "short_headline", "kicker", "standfirst", "slug", "code"),
        *("bylines__author__name", "taggings__tag__name"),
    ]
    search_help_text = gettext_lazy(
        "A headline, a name, a topic, a short code or part of an address"
    )
    actions = ["publish_chosen", "withdraw_chosen", "delete_selected"]

    def get_queryset(self, request):
        stories = super().get_queryset(request)
        if request.resolver_match and request.resolver_match.url_name.endswith("_changelist"):
            stories = stories.defer("body", "key_points").prefetch_related("bylines__author")
            stories = stories.filter(publishing.readable(request.user)).annotate(
                is_open=Case(
                    When(publishing.writable(request.user), then=True),
                    default=False,
                    output_field=BooleanField(),
                )
            )
            stories = with_who_is_here(stories)
        return stories

    @admin.display(description=gettext_lazy("picture"), empty_value="")
    def thumbnail(self, article):
        if article.lead_image is None:
            return ""
        image = article.lead_image
        return format_html(
            '<img class="thumbnail" src="{}" alt="" width="{}" height="{}" loading="lazy">',
            *(image.file.url, image.width, image.height),
        )

    @admin.display(description=gettext_lazy("story"), ordering="headline")
    def story(self, article):
        headline = format_html(
            '<span lang="{}" dir="{}">{}</span>',
            *(article.language, article.direction, article.headline),
        )
        return (
            headline
            if article.is_open
            else format_html('{} <span class="quiet">{}</span>', headline, _("Read only"))
        )

    @admin.display(description=gettext_lazy("state"), ordering="status")
    def state(self, article):
        if article.has_changes:
            changed = _("Published, changed")
            return format_html('<span class="state state-changes">{}</span>', changed)
        if article.is_waiting:
            return format_html('<span class="state state-scheduled">{}</span>', _("Scheduled"))
        return format_html(
            '<span class="state state-{}">{}</span>', article.status, article.get_status_display()
        )

    @admin.display(description=gettext_lazy("missing"), empty_value="")
    def missing(self, article):
        flags, picture = [], article.lead_image
        if picture is None:
            flags.append(("", _("No picture")))
        else:
            if not picture.credit:
                flags.append((" stop", _("No picture credit")))
            if not picture.alt_text and not picture.is_decorative:
                flags.append(("", _("No alt text")))
        return format_html_join(" ", '<span class="flag{}">{}</span>', flags)

    @admin.display(description=gettext_lazy("by"), empty_value="")
    def by(self, article):
        authors = ((byline.author,) for byline in article.bylines.all())
        return format_html_join(", ", "<bdi>{}</bdi>", authors)

    @admin.display(description=gettext_lazy("here"), empty_value="")
    def who(self, article):
        people = {"people": people_here(article)}
        return render_to_string("components/faces.html", people) if people["people"] else ""

    @admin.display(description=gettext_lazy("time"), ordering="saved_at")
    def time(self, article):
        clock = Clock()
        if article.status != Status.PUBLISHED:
            return _("Saved %(time)s") % {"time": clock.words(article.saved_at)}
        if not article.is_public:
            return clock.exact(article.visible_from)
        word = _("Updated %(time)s") if article.is_updated else _("Published %(time)s")
        told, saved = clock.words(article.changed_at), clock.words(article.saved_at)
        return format_html(
            '{}<br><span class="quiet">{}</span>',
            *(word % {"time": told}, _("Saved %(time)s") % {"time": saved}),
        )

    @admin.action(description=gettext_lazy("Publish"), permissions=["publish"])
    def publish_chosen(self, request, articles):
        self.do_to_each(request, articles, publishing.publish, _("Published: %(stories)s."))

    @admin.action(description=gettext_lazy("Withdraw…"), permissions=["publish"])
    def withdraw_chosen(self, request, articles):
        if "sure" not in request.POST:
            return self.ask_to_withdraw(request, articles, request.get_full_path())
        withdraw = partial(publishing.withdraw, reason=request.POST.get("reason", ""))
        self.do_to_each(request, articles, withdraw, _("Withdrawn: %(stories)s."))
        return None

    @admin.action(description=gettext_lazy("Delete…"), permissions=["delete"])
    def delete_selected(self, request, articles):
        """Ask once more, unless one of them has to stay."""
        may_go = True
        for article in articles:
            try:
                publishing.ask_to_delete(article, request.user)
            except publishing.Refused as refusal:
                self.message_user(request, f"{article}: {refusal}", messages.ERROR)
                may_go = False
        return delete_selected(self, request, articles) if may_go else None

    def do_to_each(self, request, articles, verb, sentence):
        done = []
        for article in articles.defer(None):
            try:
                verb(article, by=request.user)
            except publishing.Refused as refusal:
                self.message_user(request, f"{article}: {refusal}", messages.ERROR)
            else:
                done.append(f"“{article}”")
                self.log_change(request, article, sentence % {"stories": article})
        if done:
            self.message_user(request, sentence % {"stories": ", ".join(done)}, messages.SUCCESS)
