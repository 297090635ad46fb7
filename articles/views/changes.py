"""What changed in a story since it came out: the versions that readers saw, and the words."""

from dataclasses import dataclass, field
from urllib.parse import unquote

from django.http import Http404
from django.utils import translation
from django.utils.translation import get_language_info, gettext_lazy
from django.utils.translation import gettext as _

from articles import differences, merging, richtext
from articles.models import Article, Author, Image, Kind, Revision, Section
from articles.paging import page
from articles.views.articles import of_a_story
from articles.views.pages import moved, render, spoken

SIZE = 10  # versions on a page; each of them is compared
AROUND = 12  # words of what stayed that are shown beside a change

# What a page shows of a story, by readers' names. What only the desk knows is not among it.
FIELDS = {
    "kicker": gettext_lazy("Words above the headline"),
    "headline": gettext_lazy("Headline"),
    "short_headline": gettext_lazy("Short headline"),
    "standfirst": gettext_lazy("Standfirst"),
    "byline": gettext_lazy("Byline"),
    "agency": gettext_lazy("Agency"),
    "lead_image": gettext_lazy("Picture"),
    "lead_caption": gettext_lazy("Caption"),
    "key_points": gettext_lazy("Key points"),
    "dateline": gettext_lazy("Dateline"),
    "body": gettext_lazy("Text"),
    "section": gettext_lazy("Section"),
    "gallery": gettext_lazy("Gallery"),
    "topics": gettext_lazy("Topics"),
}
# What shows itself in the field it is listed at, and not as words of its own.
SEEN_IN = {"lead_image": ("lead_image", "lead_crop"), "gallery": ("gallery",)}


@dataclass
class Version:
    """A version as readers are told of it. Its number counts those that were public, from 1."""

    revision: Revision
    number: int
    kind: str
    note: str = ""
    before: "Version | None" = None  # what it is compared with
    changes: list = field(default_factory=list)

    @property
    def skips(self):
        """Whether versions lie between that cannot be read."""
        return self.before is not None and self.before.number < self.number - 1

    @property
    def is_hidden(self):
        return self.revision.hidden_at is not None

    @property
    def language(self):
        return self.revision.content["language"]

    @property
    def direction(self):
        return "rtl" if get_language_info(self.language)["bidi"] else "ltr"


@of_a_story(Article.objects.for_cards())
def changes_page(request, article):
    if not article.readers_may_see_changes:
        raise Http404
    if request.path != unquote(article.get_changes_url()):
        return moved(article.get_changes_url())
    with translation.override(spoken(article.language)):
        history = History(article)
        listed = page(history.seen, request.GET, by="public_from", size=SIZE)
        context = {
            "article": article,
            "page": listed,
            "versions": history.with_changes(listed.items),
            "total": history.total,
            "compared": history.compared(request.GET),
            "set_by_hand_at": history.set_by_hand_at(),
        }
        return render(request, "changes.html", context, language=article.language)


class History:
    """The versions of one story that readers saw."""

    def __init__(self, article):
        self.article = article
        self.seen = article.revisions.seen_by_readers()
        self.total = self.seen.count()
        self.corrections = {told.made_at: told for told in article.corrections.all()}

    def with_changes(self, revisions):
        """These revisions, newest first, each with what differs from the one before it.

        A hidden version is passed over: the next one is compared with the last before it that may
        be read. What differs is worked out from those two texts alone, so no word is shown that
        does not stand in a version which may be read. A comparison with the hidden version itself
        would tell its words, whichever side it stood on.
        """
        if not revisions:
            return []
        number = self.seen.filter(number__lte=revisions[0].number).count()
        versions = [self.version(r, number - place) for place, r in enumerate(revisions)]
        before = self.readable_before(revisions[-1])
        for version in reversed(versions):
            version.before = before
            before = before if version.is_hidden else version
        show_changes(versions)
        return versions

    def compared(self, query):
        """The later of two versions that a reader chose, compared with the earlier.

        Nothing, if none were chosen; a sentence, if they cannot be compared.
        """
        if not query.keys() & {"from", "to", "correction"}:
            return None
        if "correction" in query:
            new = self.of_correction(query["correction"])
            old = self.readable_before(new.revision) if new else None
        else:
            new = self.numbered(query["to"]) if query.get("to") else self.numbered(self.total)
            is_told = query.get("from")
            old = self.numbered(is_told) if is_told else new and self.readable_before(new.revision)
        if new is None or (old is None and (query.get("from") or new.number > 1)):
            return _("There are no such versions to compare.")
        if old is None:
            return _("This is the first version. There is nothing to compare it with.")
        if old.number > new.number:
            old, new = new, old
        if old.number == new.number:
            return _("Choose two versions.")
        if hidden := next((version for version in (old, new) if version.is_hidden), None):
            return _("Version %(number)s cannot be read.") % {"number": hidden.number}
        new.before = old
        show_changes([new])
        return new

    def of_correction(self, pk):
        told = next((c for c in self.corrections.values() if str(c.pk) == pk), None)
        revision = told and self.seen.filter(public_from=told.made_at).newest_first().first()
        return revision and self.version(revision)

    def numbered(self, number):
        """The version with this number, or nothing if there is none."""
        number = str(number)
        if not (number.isdecimal() and len(number) < 10 and 1 <= int(number) <= self.total):
            return None
        revision = self.seen.order_by("number")[int(number) - 1 : int(number)].get()
        return self.version(revision, int(number))

    def readable_before(self, revision):
        earlier = self.seen.filter(number__lt=revision.number, hidden_at=None)
        found = earlier.newest_first().first()
        return found and self.version(found)

    def version(self, revision, number=None):
        if number is None:
            number = self.seen.filter(number__lte=revision.number).count()
        kind, note = revision.get_kind_display(), ""
        if revision.kind == Kind.FIRST and number > 1:
            kind = _("Published again")
        # The note on a correction is the one that stands on the story, however it was mended.
        told = self.corrections.get(revision.public_from)
        if revision.kind == Kind.CORRECTION and told:
            kind, note = told.get_kind_display(), told.text
        elif revision.kind == Kind.UPDATE:
            note = revision.note
        return Version(revision, number, kind, "" if revision.hidden_at else note)

    def set_by_hand_at(self):
        """When an editor set the time on the story by hand, if that is the time it still shows."""
        moves = [Kind.TIME, Kind.FIRST, Kind.UPDATE, Kind.CORRECTION]
        moved = self.article.revisions.filter(kind__in=moves).newest_first().light().first()
        return moved.at if moved and moved.kind == Kind.TIME else None


def show_changes(versions):
    """Work out what differs in each from the version before it."""
    shown = [v for v in versions if v.before and not v.is_hidden]
    contents = [one.revision.content for v in shown for one in (v, v.before)]
    names = Names(contents)
    for version in shown:
        old, new = version.before.revision.content, version.revision.content
        version.changes = list(names.changes(old, new))


class Names:
    """What stands behind the ids in the words of some versions, looked up once for all of them."""

    def __init__(self, contents):
        self.authors = Author.objects.in_bulk({pk for words in contents for pk in words["byline"]})
        self.sections = Section.objects.in_bulk({words["section"] for words in contents} - {None})
        codes = {words["lead_image"] for words in contents} - {""}
        codes |= {use["image"] for words in contents for use in words["gallery"]}
        self.images = {image.code: image for image in Image.objects.filter(code__in=codes)}

    def changes(self, old, new):
        """What readers could see change: (name, pieces) of each place.

        No pieces where all words are the same, and a link, a picture or the look of them is not.
        """
        for name, title in FIELDS.items():
            if name == "body":
                yield from body_changes(old["body"], new["body"])
                continue
            was, now = self.said(name, old), self.said(name, new)
            if was != now:
                yield title, pieces(was, now)
            elif any(old[one] != new[one] for one in SEEN_IN.get(name, ())):
                yield title, None

    def said(self, name, words):
        """What a field says on a page, as one text."""
        value = words[name]
        if name == "byline":
            return ", ".join(self.authors[pk].name for pk in value if pk in self.authors)
        if name == "section":
            return self.sections[value].name if value in self.sections else ""
        if name == "key_points":
            return "\n".join(value)
        if name == "topics":
            return ", ".join(value)
        image = self.images.get(words["lead_image"])
        if name == "lead_image" and value:
            described = words["lead_alt"] or (image and (image.alt_text or image.caption))
            return described or _("A picture")
        if name == "gallery":
            return "\n".join(map(self.said_of, value))
        if name == "lead_caption":
            return value or (image.caption if image else "")
        return value

    def said_of(self, use):
        """What a page says of one picture of a gallery."""
        image = self.images.get(use["image"])
        known = image and (image.caption or image.alt_text)
        return use["caption"] or use["alt"] or known or _("A picture")


def body_changes(old, new):
    if old == new:
        return
    for place, was, now in differences.pairs(merging.blocks(old), merging.blocks(new)):
        found = pieces(richtext.plain_text(was), richtext.plain_text(now))
        is_same = all(piece.kind == "same" for piece in found)
        yield _("Text, paragraph %(n)s") % {"n": place}, None if is_same else found


def pieces(old, new):
    return differences.shortened(differences.pieces(old, new), AROUND)
