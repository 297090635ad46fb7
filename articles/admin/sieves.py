"""What the list of stories is sieved by. No sieve looks through the whole archive.

`first` gives the rows that an index has in the order of the list, if there is one: the list walks
along them. `few` gives the numbers of all that fit, when they are not many. Where a sieve has
neither, each page looks through a stretch of the list and offers to look further.
"""

from datetime import datetime, time, timedelta

from django.conf.locale import LANG_INFO
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import get_language_info, gettext_lazy
from django.utils.translation import gettext as _

from articles import richtext, slugs
from articles.admin.long_lists import few
from articles.admin.wording import name_of
from articles.models import (
    UNPUBLISHED,
    Article,
    Assignment,
    Author,
    Byline,
    Section,
    Status,
    Tagging,
    Topic,
    TopicAlias,
)

NEWEST = 500  # stories whose languages the list offers as a filter
OFFERED = 200  # people that the list offers as those who saved a story
NO_CREDIT = Q(lead_image__credit="")
NO_ALT = Q(lead_alt="", lead_image__alt_text="", lead_image__is_decorative=False)
MISSING = {
    "picture": Q(lead_image=None),
    "credit": NO_CREDIT,
    "alt": NO_ALT,
    "standfirst": Q(standfirst=""),
}
NO_SECTION = Q(section=None, status__in=UNPUBLISHED)
MISSING["anything"] = Q(
    NO_SECTION | MISSING["picture"] | NO_CREDIT | NO_ALT | MISSING["standfirst"]
)


class Sieve(admin.SimpleListFilter):
    is_typed = False  # whether somebody types what it asks for, or presses a link

    def __init__(self, request, *args):
        super().__init__(request, *args)
        self.numbers = self.few(request) if self.value() else None

    def has_output(self):
        return True

    def lookups(self, request, model_admin):
        return [("", "")]

    def value(self):
        return richtext.printable(super().value() or "").strip() or None

    def first(self):
        return None

    def few(self, request):
        return None

    def queryset(self, request, stories):
        if self.value() and self.numbers is not None:
            return stories.filter(pk__in=self.numbers)
        return stories.filter(self.condition(request)) if self.value() else stories


class StateSieve(Sieve):
    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return [
            ("draft", _("Draft")),
            ("review", _("In review")),
            ("ready", _("Ready")),
            ("scheduled", _("Scheduled")),
            ("published", _("Published")),
            ("changes", _("Published, changed")),
            ("withdrawn", _("Withdrawn")),
            ("spiked", _("Spiked")),
        ]

    def first(self):
        if self.value() in Status.values:
            return Article.objects.filter(status=self.value())
        return None

    def few(self, request):
        if self.value() == "changes":
            return few(Article.objects.filter(self.condition(request)).values_list("pk", flat=True))
        if self.value() == "scheduled":  # asked for one by one, each has an index
            now, stories = timezone.now(), Article.objects.values_list("pk", flat=True)
            later = few(stories.filter(status=Status.PUBLISHED, first_published_at__gt=now))
            held = few(stories.filter(embargoed_until__gt=now))
            return None if later is None or held is None else later + held
        return None

    def queryset(self, request, stories):
        stories = super().queryset(request, stories)
        return stories.filter(status=Status.PUBLISHED) if self.value() == "scheduled" else stories

    def condition(self, request):
        now, value = timezone.now(), self.value()
        if value == "changes":
            return Q(pk__in=Article.objects.changed().values("pk"))
        if value == "scheduled":
            later = Q(first_published_at__gt=now) | Q(embargoed_until__gt=now)
            return Q(later, status=Status.PUBLISHED)
        if value == "published":
            return Article.public_condition(now)
        return Q(status=value) if value in Status.values else Q(pk__in=[])


class SectionSieve(Sieve):
    title = gettext_lazy("section")
    parameter_name = "section"

    def lookups(self, request, model_admin):
        return [*Section.objects.in_order().values_list("slug", "name"), ("none", _("No section"))]

    def section(self):
        return Section.objects.filter(slug=self.value()).first()

    def first(self):
        if self.value() and (self.value() == "none" or self.section()):
            return Article.objects.filter(section=self.section())
        return None

    def condition(self, request):
        if self.value() == "none":
            return Q(section=None)
        section = self.section()
        return Q(section=section) if section else Q(pk__in=[])


class MissingSieve(Sieve):
    title = gettext_lazy("missing")
    parameter_name = "missing"

    def lookups(self, request, model_admin):
        return [
            ("anything", _("Missing something")),
            ("picture", _("No picture")),
            ("credit", _("No picture credit")),
            ("alt", _("No alt text")),
            ("standfirst", _("No standfirst")),
        ]

    def condition(self, request):
        return MISSING.get(self.value(), Q(pk__in=[]))


class LanguageSieve(Sieve):
    title = gettext_lazy("language")
    parameter_name = "language"

    def lookups(self, request, model_admin):
        """Languages of the stories saved last: cheap to ask, however large the archive."""
        newest = Article.objects.values_list("language", flat=True)[:NEWEST]
        found = sorted(set(newest) | ({self.value()} & LANG_INFO.keys()))
        return [(code, get_language_info(code)["name_translated"]) for code in found]

    def has_output(self):
        return len(self.lookup_choices) > 1 or bool(self.value())

    def condition(self, request):
        return Q(language=self.value())


class AuthorSieve(Sieve):
    title = gettext_lazy("author")
    parameter_name = "author"
    is_typed, offers = True, "admin:articles_author_names"

    def bylines(self):
        return Byline.objects.filter(author__in=Author.objects.filter(name__iexact=self.value()))

    def few(self, request):
        return few(self.bylines().order_by().values_list("article", flat=True))

    def condition(self, request):
        return Q(Exists(self.bylines().filter(article=OuterRef("pk"))))


class TopicSieve(Sieve):
    title = gettext_lazy("topic")
    parameter_name = "topic"
    is_typed, offers = True, "admin:articles_topic_names"

    def taggings(self):
        """Of the topic that is called so, or has it as another name."""
        name, slug = self.value(), slugs.slugify(self.value(), fallback="")
        same = Q(name__iexact=name) | (Q(slug=slug) if slug else Q())
        meant = TopicAlias.objects.filter(same).values("topic")
        topics = Topic.objects.filter(same | Q(pk__in=meant)).values_list("pk", flat=True)
        return Tagging.objects.filter(tag__in=list(topics))

    def few(self, request):
        return few(self.taggings().order_by().values_list("content_object", flat=True))

    def condition(self, request):
        return Q(Exists(self.taggings().filter(content_object=OuterRef("pk"))))


class SavedBySieve(Sieve):
    title = gettext_lazy("saved by")
    parameter_name = "saved_by"
    is_typed = True

    def lookups(self, request, model_admin):
        people = get_user_model().objects.filter(is_staff=True).order_by("username")[:OFFERED]
        return [(person.username, name_of(person)) for person in people]

    def first(self):
        return Article.objects.filter(saved_by__username=self.value()) if self.value() else None

    def condition(self, request):
        return Q(saved_by__username=self.value())


class WhoseSieve(Sieve):
    """Stories that are somebody’s, as on the board. It stands among the chips."""

    title = gettext_lazy("whose")
    parameter_name = "whose"

    def has_output(self):
        return bool(self.value())

    def few(self, request):
        begun = few(Article.objects.filter(created_by=request.user).values_list("pk", flat=True))
        signed = Byline.objects.filter(author__user=request.user).order_by()
        signed = few(signed.values_list("article", flat=True))
        given = Assignment.objects.open().filter(to=request.user).order_by()
        given = few(given.values_list("article", flat=True))
        return None if None in (begun, signed, given) else [*begun, *signed, *given]

    def condition(self, request):
        return mine(request.user)


def mine(user, prefix=""):
    """Which stories somebody has begun, has signed or is to look after."""
    story = OuterRef(f"{prefix}pk")
    signed = Byline.objects.filter(article=story, author__user=user)
    assigned = Assignment.objects.open().filter(article=story, to=user)
    return Q(**{f"{prefix}created_by": user}) | Exists(signed) | Exists(assigned)


class DueSieve(Sieve):
    """Stories that somebody is to be done with today, or was before. It stands among the chips."""

    title = gettext_lazy("due")
    parameter_name = "due"

    def has_output(self):
        return bool(self.value())

    def few(self, request):
        tomorrow = midnight(timezone.localdate() + timedelta(days=1))
        return few(Assignment.objects.late(tomorrow).order_by().values_list("article", flat=True))

    def condition(self, request):
        return Q(pk__in=[])  # nobody has thousands of stories due in a day


class DaySieve(Sieve):
    """A day of the last save, from or until which the list goes."""

    is_typed, is_day = True, True

    def day(self):
        try:
            return parse_date(self.value() or "")
        except ValueError:
            return None

    def condition(self, request):
        try:
            return self.span(self.day())
        except (TypeError, OverflowError):  # no day of the calendar
            return Q(pk__in=[])


def midnight(day):
    return timezone.make_aware(datetime.combine(day, time()))


class SinceSieve(DaySieve):
    title = gettext_lazy("saved since")
    parameter_name = "since"

    def span(self, day):
        return Q(saved_at__gte=midnight(day))


class UntilSieve(DaySieve):
    title = gettext_lazy("saved until")
    parameter_name = "until"

    def span(self, day):
        return Q(saved_at__lt=midnight(day + timedelta(days=1)))


SIEVES = [
    *(WhoseSieve, DueSieve, StateSieve, SectionSieve, MissingSieve, LanguageSieve),
    *(AuthorSieve, TopicSieve, SavedBySieve, SinceSieve, UntilSieve),
]
