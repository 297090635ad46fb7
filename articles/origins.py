"""Who wrote each paragraph of a story, and when.

The versions are read once, oldest first, and each paragraph is followed from one to the next: it
stays, it is reworded, it is cut in two, it moves or it comes back. Words that never came into the
story do not count: those that were refused, and those whose moment never came.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.db.models import Exists, OuterRef, Q

from articles import differences, richtext
from articles.models import Kind, ScheduledPublication

READ = 1000  # versions at the most, the newest; what is older counts as the oldest of these
FIELDS = ["headline", "standfirst", "key_points", "body"]
REMEMBERED = 10_000  # paragraphs whose words are at hand
ALIKE = 0.5  # so much of the words in common, and it is the same paragraph in other words


@dataclass(frozen=True)
class Step:
    """A version that brought words."""

    number: int
    before: int | None  # the number of the version that it followed
    by: int | None  # a person, by id
    at: datetime


@dataclass(frozen=True)
class Origin:
    """Where a text comes from, and the step that gave it the words it has."""

    written: Step
    changed: Step

    @property
    def is_reworded(self):
        return self.written != self.changed


def of(article):
    """The working text: {field: [(paragraph, Origin), …]}, and the oldest version that was read.

    The oldest is told only if there are older ones.
    """
    scheduled = ScheduledPublication.objects.filter(revision=OuterRef("pk"))
    came = Exists(scheduled.filter(state=ScheduledPublication.State.DONE))
    told = article.revisions.with_words().exclude(kind__in=[Kind.REFUSED, Kind.TIME])
    told = told.filter(~Q(kind=Kind.SCHEDULED) | Q(number=article.working) | came)
    numbers = list(told.newest_first().values_list("number", flat=True)[: READ + 1])
    oldest = numbers[READ - 1] if len(numbers) > READ else None
    read = told.filter(Q(number__gte=oldest or 1) | Q(number=article.working))
    read = read.only("article", "number", "content", "by", "at").order_by("number")
    return trace(read.iterator(chunk_size=100), article.working), oldest


def trace(revisions, working):
    """Follow the texts through the revisions, oldest first, to the words of one of them."""
    known = {field: {} for field in FIELDS}
    before, number, found = {field: [] for field in FIELDS}, None, {}
    for revision in revisions:
        step = Step(revision.number, number, revision.by_id, revision.at)
        for field in FIELDS:
            texts = cut(field, revision.content[field])
            if texts != before[field]:
                follow(known[field], before[field], texts, step)
            before[field] = texts
        number = revision.number
        if number == working:
            found = dict(before)
    return {field: [(text, known[field][text]) for text in texts] for field, texts in found.items()}


def follow(known, before, after, step):
    """Note where each text of a version comes from, unless it has been seen in this form before."""
    for old, new in differences.matched(before, after):
        if new is None or after[new] in known:
            continue
        source = source_of(after[new], before, nearest=before[old] if old is not None else None)
        known[after[new]] = Origin(known[source].written if source else step, step)


def source_of(text, before, nearest):
    """The text that this one was made of: the one in its place, or one that has its words."""
    words = reading(text)
    if nearest and differences.likeness(reading(nearest), words) >= ALIKE:
        return nearest
    shares = {one: differences.share(words, reading(one)) for one in before}
    return next((one for one in shares if shares[one] >= ALIKE), None)


def cut(field, value):
    """A field as the texts that are followed."""
    if field == "body":
        return richtext.blocks(value)
    return list(value) if field == "key_points" else [value] if value else []


@lru_cache(REMEMBERED)
def reading(text):
    return richtext.plain_text(text)
