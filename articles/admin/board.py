"""The desk's first page: what needs a look, then state by state, each story with one next step."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from articles import publishing
from articles.admin.presence import people_here, with_who_is_here
from articles.admin.rows import due, end_of_rights, lacks, who_is_to_do_it, whose
from articles.admin.sieves import mine
from articles.admin.wording import name_of
from articles.clock import Clock
from articles.models import (
    UNPUBLISHED,
    Article,
    Assignment,
    Image,
    ImageUse,
    Kind,
    Remit,
    Revision,
    ScheduledPublication,
    Section,
    Status,
)
from articles.models.revisions import LATE

SHOWN = 12  # stories in each group
State = ScheduledPublication.State


@dataclass
class Row:
    """A story in a group: what is to be said of it, and where its one next step leads."""

    article: Article
    when: str = ""
    is_late: bool = False
    why: str = ""
    step: str = ""
    address: str = ""
    kind: str = ""  # of what waits beside it
    whose: str = ""  # where nobody signed it
    flags: list = field(default_factory=list)
    people: list = field(default_factory=list)

    @property
    def words(self):
        return number_format(self.article.word_count, force_grouping=True)


@dataclass
class Group:
    state: str
    name: str
    n: int
    mine: int
    rows: list
    hint: str = ""
    everything: str = ""  # where all of it is listed, if it is more than this


def board_of(request):
    """What the page says, as its template takes it."""
    board = Board(request)
    groups = board.groups()
    return {
        "look": groups[0],
        "groups": groups[1:],
        "strip": [group for group in groups if group.n or group.state != "look"],
        "clock": board.clock,
        "now": date_format(timezone.localtime(board.clock.now), _("l j F, H:i")),
        "is_mine": board.is_mine,
        "whose": [
            ("", _("All"), sum(group.n for group in groups), not board.is_mine),
            ("mine", _("Mine"), sum(group.mine for group in groups), board.is_mine),
        ],
        "sections": board.choices(),
        "due": board.due_today(),
    }


class Board:
    """One person's look at the desk. Every group asks the database for a few rows by an index."""

    def __init__(self, request):
        self.user, self.clock = request.user, Clock()
        self.is_mine = request.GET.get("whose") == "mine"
        self.remit = Remit.objects.of(self.user)
        self.all_sections = list(Section.objects.in_order())
        self.section = request.GET.get("section", "")
        if self.section not in {str(section.pk) for section in self.all_sections} | {"all"}:
            self.section = ""
        self.publishes = self.user.has_perm("articles.publish_article")

    def choices(self):
        """The sections to choose from: value, name and whether it is chosen."""
        every = [(str(section.pk), section.name) for section in self.all_sections]
        if self.remit is None:
            every.insert(0, ("", _("All sections")))
        else:
            every[:0] = [("", _("Your sections")), ("all", _("All sections"))]
        chosen = "" if self.remit is None and self.section == "all" else self.section
        return [(value, name, value == chosen) for value, name in every]

    # Whose stories, and which

    def here(self, prefix=""):
        """Those of the chosen sections that this person may read."""
        found = Q()
        if not self.user.has_perm("articles.kill_article"):
            found &= Q(**{f"{prefix}is_killed": False})
        if self.section.isdecimal():
            found &= Q(**{f"{prefix}section": int(self.section)})
        elif self.remit is not None and self.section != "all":
            sections = {f"{prefix}section__in": self.remit}
            found &= Q(**sections) | Q(**{f"{prefix}section": None}) | self.mine(prefix)
        return found

    def mine(self, prefix=""):
        return mine(self.user, prefix)

    def asked(self, rows, prefix=""):
        """How many rows there are, how many are mine, and the first of them."""
        rows = rows.filter(self.here(prefix))
        what = prefix.rstrip("_") or "pk"
        told = rows.order_by().aggregate(
            n=Count(what, distinct=bool(prefix)),
            mine=Count(what, distinct=bool(prefix), filter=self.mine(prefix)),
        )
        if not told["n"]:
            return 0, 0, []
        shown = rows.filter(self.mine(prefix)) if self.is_mine else rows
        return told["n"], told["mine"], shown

    # The groups

    def groups(self):
        found = [
            self.look(),
            *self.unpublished(),
            self.scheduled(),
            self.changed(),
            self.published_today(),
        ]
        order = ["look", "review", "ready", "scheduled", "changes", "draft", "published"]
        found.sort(key=lambda group: order.index(group.state))
        there = self.fill([row for group in found for row in group.rows])
        for group in found:  # a story may have been deleted meanwhile
            group.rows = [row for row in group.rows if row.article.pk in there]
        return found

    def reasons(self):
        """What somebody has to see to: texts to put together, what stopped, what is late."""
        kept = Revision.objects.to_put_together().filter(by=self.user)
        kept = kept.defer("content").order_by("-at", "-number")
        waits = ScheduledPublication.objects.select_related("by")
        late = Assignment.objects.late(self.clock.now).order_by("due_at").select_related("to")
        late = late.exclude(article__status__in=[Status.WITHDRAWN, Status.SPIKED])
        ending = Image.objects.rights_end_soon(timezone.localdate(self.clock.now))
        bare = ImageUse.objects.filter(image__in=ending, is_live=True).select_related("image")
        return [
            (waits.in_trouble(), self.row_of_waiting),
            (waits.missed(), self.row_of_waiting),
            (kept, self.row_of_kept),
            (late, self.row_of_late),
            (bare.order_by("image__rights_until", "-article"), self.row_of_bare),
        ]

    def looked_at(self):
        """The stories of which one is to be seen to; they stand in no other group."""
        first, *more = (asked.order_by().values("article") for asked, _row in self.reasons())
        return first.union(*more)

    def look(self):
        """Each story once, for the first reason that there is."""
        n, mine, _stories = self.asked(Article.objects.filter(pk__in=self.looked_at()))
        first = {}
        for asked, row_of in self.reasons() if n else []:
            shown = asked.filter(self.here("article__"))
            shown = shown.filter(self.mine("article__")) if self.is_mine else shown
            of_one = {}
            for each in shown[: SHOWN * 2]:
                of_one.setdefault(each.article_id, each)
            for each in list(of_one.values())[:SHOWN]:
                first.setdefault(each.article_id, row_of(each))
        return Group("look", _("Needs a look"), n, mine, list(first.values())[:SHOWN])

    def unpublished(self):
        """Drafts, what is in review and what is ready. Whoever waits longest in review is first."""
        stories = Article.objects.filter(self.here(), status__in=UNPUBLISHED)
        stories = stories.exclude(pk__in=self.looked_at())
        counts = stories.order_by().values("status")
        counts = counts.annotate(n=Count("pk"), own=Count("pk", filter=self.mine()))
        counts = {one["status"]: (one["n"], one["own"]) for one in counts}
        shown = stories.filter(self.mine()) if self.is_mine else stories
        for status, name, order, hint in (
            (Status.REVIEW, _("In review"), "", _("oldest first")),
            (Status.READY, _("Ready"), "", ""),
            (Status.DRAFT, _("Draft"), "-", ""),
        ):
            n, mine = counts.get(status, (0, 0))
            found = shown.filter(status=status).order_by(f"{order}saved_at", f"{order}pk")
            rows = [Row(Article(pk=pk)) for pk in pks(found)] if n else []
            yield Group(status, name, n, mine, rows, hint, self.all_of(status))

    def scheduled(self):
        """What has its moment, the next one first: first publications, and what waits beside."""
        later = Article.objects.filter(
            status=Status.PUBLISHED, first_published_at__gt=self.clock.now
        ).exclude(pk__in=self.looked_at())
        waits = ScheduledPublication.objects.waiting().select_related("by")
        waits = waits.filter(problem="", at__gte=self.clock.now - LATE)
        waits = waits.exclude(article__in=self.looked_at())
        n, mine, stories = self.asked(later)
        also, also_mine, beside = self.asked(waits, "article__")
        moments = []
        if n:
            first = stories.order_by("first_published_at").values_list("first_published_at", "pk")
            for at, pk in first[:SHOWN]:
                moments.append((at, Row(Article(pk=pk), self.moment(at), step="open")))
        for waiting in beside[:SHOWN] if also else []:
            row = Row(Article(pk=waiting.article_id), self.moment(waiting.at), step="open")
            row.kind, row.address = waiting.get_kind_display(), address_of_waiting(waiting)
            moments.append((waiting.at, row))
        moments.sort(key=lambda pair: pair[0])
        hint = _("next at %(time)s") % {"time": self.clock.brief(moments[0][0])} if moments else ""
        rows = [row for _at, row in moments[:SHOWN]]
        listed = self.all_of("scheduled")
        return Group("scheduled", _("Scheduled"), n + also, mine + also_mine, rows, hint, listed)

    def changed(self):
        # One by one: asked for a section too, SQLite would read all that it has ever published.
        changed = Article.objects.changed().values("pk")
        n, mine, stories = self.asked(
            Article.objects.filter(pk__in=changed).exclude(pk__in=self.looked_at())
        )
        rows = (
            [Row(Article(pk=pk)) for pk in pks(stories.order_by("-saved_at", "-pk"))] if n else []
        )
        hint = _("readers see the earlier text")
        listed = self.all_of("changes")
        return Group("changes", _("With unpublished changes"), n, mine, rows, hint, listed)

    def published_today(self):
        midnight = midnight_before(self.clock.now)
        today = Article.objects.published(self.clock.now).exclude(pk__in=self.looked_at())
        today = today.filter(Q(live=None) | Q(working__lte=F("live")))  # others stand in `changed`
        n, mine, stories = self.asked(today.filter(first_published_at__gte=midnight))
        newest = pks(stories.newest_first()) if n else []
        rows = [Row(Article(pk=pk), step="edit") for pk in newest]
        hint, listed = _("newest first"), self.all_of("published")
        return Group("published", _("Published today"), n, mine, rows, hint, listed)

    def due_today(self):
        """What is still to be done before midnight, by whoever it is."""
        tonight = midnight_before(self.clock.now) + timedelta(days=1)
        found = Assignment.objects.open().filter(self.here("article__"), due_at__lt=tonight)
        found = found.exclude(article__status__in=[Status.WITHDRAWN, Status.SPIKED])
        found = found.filter(to=self.user) if self.is_mine else found
        found = list(found.select_related("article", "to").order_by("due_at", "pk")[:SHOWN])
        for assignment in found:
            assignment.time = self.due(assignment)
        return found

    def all_of(self, state):
        """The list of the stories of a state, as far as this look at the desk goes."""
        asked = {"state": state}
        if self.is_mine:
            asked["whose"] = "mine"
        if chosen := [each.slug for each in self.all_sections if str(each.pk) == self.section]:
            asked["section"] = chosen[0]
        return f"{reverse('admin:articles_article_changelist')}?{urlencode(asked)}"

    # The rows

    def row_of_kept(self, kept):
        row = Row(Article(pk=kept.article_id), step="together")
        row.when = _("since %(time)s") % {"time": self.clock.brief(kept.at)}
        row.address = page_of(kept.article_id, "together", kept.number)
        return row

    def row_of_waiting(self, waiting):
        row = Row(Article(pk=waiting.article_id), why=waiting.problem, step="open")
        row.kind, row.address = waiting.get_kind_display(), address_of_waiting(waiting)
        row.is_late = waiting.is_late
        told = {"time": self.clock.brief(waiting.at), "kind": row.kind.lower()}
        if waiting.is_late and not waiting.done_at:
            row.when = _("was due %(time)s") % told
        else:
            row.when = _("%(time)s %(kind)s") % told
        if not waiting.problem:
            row.why = _("Its time came, and nothing happened. Is the worker running?")
        elif (
            waiting.is_waiting or waiting.done_at or waiting.problem == publishing.clash_of(waiting)
        ):
            row.step = "compare"
        elif waiting.kind != Kind.WITHDRAWAL:
            row.step = "publish"
        return row

    def row_of_late(self, assignment):
        told = {"name": name_of(assignment.to), "what": assignment.what}
        why = _("%(name)s is late: %(what)s") if assignment.what else _("%(name)s is late")
        return Row(Article(pk=assignment.article_id), self.due(assignment), True, why % told)

    def row_of_bare(self, use):
        """Of a story that readers will soon see without a picture."""
        return Row(Article(pk=use.article_id), step="edit", why=end_of_rights(use.image))

    def fill(self, rows):
        """Give the rows their stories, all with one question. Returns those that there are."""
        stories = Article.objects.filter(pk__in={row.article.pk for row in rows})
        stories = stories.select_related("section", "lead_image", "saved_by", "created_by")
        stories = stories.defer("body", "key_points", "gallery").prefetch_related(
            "bylines__author", "corrections", who_is_to_do_it()
        )
        writable = set(stories.filter(publishing.writable(self.user)).values_list("pk", flat=True))
        stories = {story.pk: story for story in with_who_is_here(stories)} if rows else {}
        for row in rows:
            if row.article.pk not in stories:
                continue
            row.article = story = stories[row.article.pk]
            row.people, row.flags = people_here(story), list(self.flags(story))
            may_write = story.pk in writable
            may_publish = may_write and self.publishes and self.is_in_remit(story)
            row.when, row.whose = row.when or self.when(row, story), whose(story)
            if not row.is_late and due(story) and story.status in UNPUBLISHED:
                row.is_late = due(story).is_late
            if row.step == "together":
                row.why = self.why_two(story)
            self.point(row, story, may_write, may_publish)
        return stories

    def is_in_remit(self, story):
        return self.remit is None or story.section_id is None or story.section_id in self.remit

    def point(self, row, story, may_write, may_publish):
        """The one next step: its words and where it leads."""
        change, publish = page_of(story.pk, "change"), page_of(story.pk, "publish")
        steps = {
            "together": (may_write, _("Put together"), row.address),
            "compare": (may_publish, _("Compare"), row.address),
            "publish": (may_publish, _("Publish…"), row.address),
            "open": (may_publish, _("Open"), row.address or change),
            Status.REVIEW: (may_publish, _("Review"), change),
            Status.READY: (may_publish, _("Publish…"), publish),
            Status.DRAFT: (may_write, _("Write on"), change),
            "changes": (may_publish, _("Publish changes…"), publish),
            "edit": (may_write, _("Edit"), change),
            Status.PUBLISHED: (may_write, _("Edit"), change),
        }
        state = "changes" if story.has_changes and story.is_public else story.status
        may, row.step, row.address = steps.get(row.step or state, (False, "", change))
        if not may:
            row.step, row.address = _("Open"), change

    def why_two(self, story):
        if story.saved_by_id in {self.user.pk, None}:
            return _("There are two texts of it, and one is kept aside")
        return _("You and %(name)s changed it at the same time") % {"name": name_of(story.saved_by)}

    def when(self, row, story):
        if story.status in UNPUBLISHED:
            if due(story):
                return self.due(due(story))
            word = _("saved %(time)s") if story.status == Status.DRAFT else _("since %(time)s")
            return word % {"time": self.clock.brief(story.saved_at)}
        if story.has_changes and row.step != "edit":
            return _("changed %(time)s") % {"time": self.clock.brief(story.saved_at)}
        if not story.is_updated:
            return self.clock.brief(story.first_published_at)
        told = {"time": self.clock.brief(story.updated_at)}
        is_corrected = any(each.made_at == story.updated_at for each in story.corrections.all())
        return (_("corrected %(time)s") if is_corrected else _("updated %(time)s")) % told

    def due(self, assignment):
        word = _("was due %(time)s") if assignment.is_late else _("by %(time)s")
        return word % {"time": self.clock.brief(assignment.due_at)}

    def moment(self, at: datetime):
        """A moment to come, with its day."""
        local, today = timezone.localtime(at), timezone.localdate(self.clock.now)
        hour = f"{local:%H:%M}"
        if local.date() == today:
            return _("%(time)s today") % {"time": hour}
        if local.date() == today + timedelta(days=1):
            return _("%(time)s tomorrow") % {"time": hour}
        return self.clock.brief(at)

    def flags(self, story):
        """What is missing, worst first, and an embargo: (whether it stops it, words)."""
        yield from lacks(story)
        if story.embargoed_until and story.embargoed_until > self.clock.now:
            yield False, _("Embargo %(time)s") % {"time": self.clock.brief(story.embargoed_until)}


def midnight_before(moment):
    return timezone.localtime(moment).replace(hour=0, minute=0, second=0, microsecond=0)


def pks(stories):
    return list(stories.values_list("pk", flat=True)[:SHOWN])


def address_of_waiting(waiting):
    return page_of(waiting.article_id, "scheduled", waiting.pk)


def page_of(pk, page, *more):
    return reverse(f"admin:articles_article_{page}", args=[pk, *more])
