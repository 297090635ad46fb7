"""The list of stories at the desk: its order, its columns and how it is searched."""

from datetime import timedelta
from urllib.parse import urlencode

from django.contrib import admin
from django.db.models import BooleanField, Case, F, Prefetch, Q, Value, When
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles import codes, paging, publishing, richtext, search
from articles.admin.long_lists import LongList, LongLists
from articles.admin.presence import people_here, with_who_is_here
from articles.admin.rows import due, lacks, who_is_to_do_it, whose
from articles.admin.searches import AT_HAND, asked, may_forget
from articles.admin.sieves import SIEVES, DaySieve
from articles.clock import Clock
from articles.models import UNPUBLISHED, Article, Correction, KeptSearch, Status

LATELY = timedelta(days=1)  # so long a correction is told of in the list
CHIPS = [
    (gettext_lazy("All"), ""),
    (gettext_lazy("Mine"), "whose=mine"),
    (gettext_lazy("Due today"), "due=today"),
    (gettext_lazy("Missing something"), "missing=anything"),
    (gettext_lazy("With unpublished changes"), "state=changes"),
]


def lately_corrected():
    lately = Correction.objects.filter(made_at__gte=timezone.now() - LATELY).order_by("-made_at")
    return Prefetch("corrections", lately, to_attr="latest_corrections")


def state_of(article):
    """The state of a story: the name of its sign, and its own."""
    if article.has_changes:
        return "changes", _("Published, changed")
    if article.is_waiting:
        return "scheduled", _("Scheduled")
    return article.status, article.get_status_display()


class StoryList(LongList):
    """Stories by their last save; those that were searched for, by the order of their cards."""

    def get_ordering(self, request, queryset):
        ordering = super().get_ordering(request, queryset)
        self.words = richtext.printable(self.query).strip()
        self.codes = codes.within(self.words) if "/" in self.words else []  # somebody's address
        if self.words and not self.codes:
            self.stands_by, self.cursor_kind = "card_number", paging.number
            ordering[0] = "-card_number" if self.falls else "card_number"
        return ordering

    def get_queryset(self, request, exclude_parameters=None):
        self.kept_searches = list(KeptSearch.objects.at_hand_for(request.user)[:AT_HAND])
        self.forgettable_searches = [
            one for one in self.kept_searches if may_forget(one, request.user)
        ]
        stories = super().get_queryset(request, exclude_parameters)
        return stories.filter(code__in=self.codes) if self.codes else stories

    def window(self):
        """Those that a search, an index or the last saves bring, one look at a time."""
        asked = [sieve for sieve in self.filter_specs if sieve.value()]
        if self.codes or any(sieve.numbers is not None for sieve in asked):
            return None
        if self.words:
            return self.matching
        if not asked or (len(asked) == 1 and asked[0].first() is not None):
            return None  # an index has them all in order
        rows = next(
            (rows for sieve in asked if (rows := sieve.first()) is not None), Article.objects
        )
        for sieve in asked:
            if isinstance(sieve, DaySieve):
                rows = rows.filter(sieve.condition(None))
        return paging.along(rows.all(), self.stands_by)

    def links(self):
        """Sieves of which a press on a link says what is wanted."""
        return [sieve for sieve in self.filter_specs if not sieve.is_typed]

    def typed(self):
        return [sieve for sieve in self.filter_specs if sieve.is_typed]

    def not_typed(self):
        """What the form of the typed sieves hands on."""
        typed = {sieve.parameter_name for sieve in self.typed()}
        told = self.filter_params.items()
        return [(name, value) for name, found in told if name not in typed for value in found]

    def asked(self):
        """What the list is asked, as a search is kept."""
        return asked(urlencode(self.params))

    def chips(self):
        """Searches at hand, and whether one of them is what the list shows."""
        shown = self.asked()
        return [
            {"name": name, "query": query, "is_chosen": query == shown} for name, query in CHIPS
        ] + [
            {"name": kept.name, "query": kept.query, "is_chosen": kept.query == shown, "kept": kept}
            for kept in self.kept_searches
        ]

    def may_be_kept(self):
        return bool(self.asked()) and not any(chip["is_chosen"] for chip in self.chips())

    def chosen(self):
        """The search that the list shows, if this person may take it away."""
        return next(
            (kept for kept in self.forgettable_searches if kept.query == self.asked()), None
        )

    def matching(self, place, falls):
        """Stories whose cards have the words, from a place on."""
        number = place[0] if place else None
        nearest = {"before": number} if falls else {"after": number or 0}
        numbers = search.cards(self.words, most=paging.LOOK, **nearest)
        return Q(card__in=numbers), (numbers[-1], 0) if len(numbers) == paging.LOOK else None


class ListsStories(LongLists):
    """For the ModelAdmin of stories: the list."""

    list_display = ["story", "state", "missing", "length", "by", "who", "time"]
    list_display_links = ["story"]
    list_filter = SIEVES
    list_per_page = 50
    list_select_related = ["section", "lead_image", "created_by"]
    sortable_by = ["time"]
    search_fields = ["headline"]  # only says that there is a search; `StoryList` finds
    search_help_text = gettext_lazy("Words in the story, a name, a short URL or part of an address")

    def get_changelist(self, request, **kwargs):
        return StoryList

    def get_search_results(self, request, queryset, search_term):
        return queryset, False

    def get_queryset(self, request):
        stories = super().get_queryset(request)
        if request.resolver_match and request.resolver_match.url_name.endswith("_changelist"):
            stories = stories.defer("body", "key_points", "gallery", "withdrawal_reason")
            stories = stories.prefetch_related(
                "bylines__author", lately_corrected(), who_is_to_do_it()
            )
            stories = stories.filter(publishing.readable(request.user)).annotate(
                card_number=F("card"),
                next_page=Value("publish" if self.has_publish_permission(request) else "change"),
                is_open=Case(
                    When(publishing.writable(request.user), then=True),
                    default=False,
                    output_field=BooleanField(),
                ),
            )
            stories = with_who_is_here(stories)
        return stories

    @admin.display(description=gettext_lazy("story"))
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

    @admin.display(description=gettext_lazy("state"))
    def state(self, article):
        return format_html('<span class="state state-{}">{}</span>', *state_of(article))

    @admin.display(description=gettext_lazy("missing"), empty_value="")
    def missing(self, article):
        flags = [(" stop" if stops else "", words) for stops, words in lacks(article)]
        if not article.standfirst:
            flags.append(("", _("No standfirst")))
        for correction in article.latest_corrections[:1]:
            told = _("Correction %(time)s") % {"time": Clock().brief(correction.made_at)}
            flags.append(("", told))
        flags = format_html_join(" ", '<span class="flag{}">{}</span>', flags)
        return format_html("<p>{}</p>", flags) if flags else ""

    @admin.display(description=gettext_lazy("words"))
    def length(self, article):
        return number_format(article.word_count, force_grouping=True)

    @admin.display(description=gettext_lazy("by"), empty_value="")
    def by(self, article):
        authors = [(byline.author,) for byline in article.bylines.all()]
        if authors or article.agency:
            names = [str(author) for (author,) in authors] or [article.agency]
            told = [(name, ",") for name in names[:-1]] + [(names[-1], "")]
            return format_html_join(" ", "<span><bdi>{}</bdi>{}</span>", told)
        told = whose(article)
        return format_html('<span class="quiet" dir="auto">{}</span>', told) if told else ""

    @admin.display(description=gettext_lazy("open now"), empty_value="")
    def who(self, article):
        people = {"people": people_here(article)}
        return render_to_string("components/faces.html", people) if people["people"] else ""

    @admin.display(description=gettext_lazy("time"), ordering="saved_at")
    def time(self, article):
        """What the list tells of time, where the key for the next step finds its address."""
        if not article.is_open or not (article.has_changes or article.status in UNPUBLISHED):
            return self.told_of_time(article)
        step = reverse(f"admin:articles_article_{article.next_page}", args=[article.pk])
        return format_html('<span data-row-next="{}">{}</span>', step, self.told_of_time(article))

    def told_of_time(self, article):
        clock = Clock()
        if first := due(article):
            by = _("by %(time)s") % {"time": clock.brief(first.due_at)}
            return format_html('<span class="{}">{}</span>', "late" if first.is_late else "", by)
        if article.status != Status.PUBLISHED:
            return _("Saved %(time)s") % {"time": clock.brief(article.saved_at)}
        if not article.is_public:
            return clock.brief(article.visible_from)
        word = _("Updated %(time)s") if article.is_updated else _("Published %(time)s")
        return word % {"time": clock.brief(article.changed_at)}
