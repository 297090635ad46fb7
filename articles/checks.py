"""What the rules of the desk say of a story before it is published.

The rules are rows (`models.Check`). Looking takes as many queries for thirty stories as for one:
what the rules have to know is gathered first, and then each judges words alone.
"""

import json
import re
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from urllib.parse import unquote, urlsplit

from django.apps import apps as newsroom
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles import richtext, slugs, style
from articles.clock import Clock
from articles.models import (
    Article,
    Author,
    Check,
    Image,
    Kind,
    Page,
    Revision,
    Section,
    Topic,
    TopicAlias,
)
from articles.models.checks import FIELDS
from articles.models.images import SOON

Look, Level = Check.Look, Check.Level
WORDS = [
    "kicker",
    "headline",
    "short_headline",
    "standfirst",
    "lead_caption",
    "lead_alt",
    "dateline",
]
TK = re.compile(r"\b(?:TK)+\b")
BEFORE_A_STOP = re.compile(r"\s+(?=[.,;:!?،؛؟])")
QUOTES = "“‘\"'«(„"
ACTS = {
    **dict.fromkeys([Look.PRESENT, Look.CREDIT, Look.ALT], "add"),
    Look.ADDRESS: "change",
}
AT_THE_PICTURE = {Look.CREDIT: "picture_credit", Look.ALT: "picture_alt"}
OF_PICTURES = {Look.CREDIT, Look.ALT, Look.RIGHTS}

# What a newsroom begins with: the name of a rule, what it looks for, where, a limit, its level.
GIVEN = [
    ("headline", Look.PRESENT, "headline", None, Level.STOP),
    ("section", Look.PRESENT, "section", None, Level.STOP),
    ("embargo", Look.EMBARGO, "", None, Level.STOP),
    ("credit", Look.CREDIT, "", None, Level.STOP),
    ("rights", Look.RIGHTS, "", None, Level.STOP),
    ("picture", Look.PRESENT, "lead_image", None, Level.WARN),
    ("alt", Look.ALT, "", None, Level.WARN),
    ("standfirst", Look.PRESENT, "standfirst", None, Level.WARN),
    ("headline-length", Look.LENGTH, "headline", 70, Level.WARN),
    ("topics", Look.PRESENT, "topics", None, Level.WARN),
    ("byline", Look.PRESENT, "byline", None, Level.WARN),
    ("links", Look.LINKS, "", None, Level.WARN),
    ("style", Look.STYLE, "", None, Level.WARN),
    ("address", Look.ADDRESS, "", None, Level.WARN),
    ("tk", Look.TK, "", None, Level.WARN),
]


def establish(using=DEFAULT_DB_ALIAS, apps=newsroom, **kwargs):
    """Give the desk the rules that it was never given. Runs after every `migrate`."""
    try:
        rules = apps.get_model("articles", "Check").objects.using(using)
    except LookupError:  # the database is being taken back to an older version
        return
    known = set(rules.exclude(given="").values_list("given", flat=True))
    rules.bulk_create(
        rules.model(given=given, look=look, field=field, limit=limit, level=level)
        for given, look, field, limit, level in GIVEN
        if given not in known
    )


@dataclass(frozen=True)
class Finding:
    """What a rule says of a story: a sentence, where to look, and the very words it is about."""

    rule: int
    look: str
    level: str
    sentence: str
    field: str
    found: tuple[str, ...] = ()
    picture: int | None = None  # the one of the library that it is about

    @property
    def stops(self):
        return self.level == Level.STOP

    @property
    def words(self):
        """What was found, for a script that marks it."""
        return json.dumps(self.found)

    @property
    def place(self):
        """The field of the form that mends it, by its id; none for a picture in the text."""
        if self.field == "lead_image" and self.look in AT_THE_PICTURE:
            return AT_THE_PICTURE[self.look]
        if self.field == "gallery" and self.look == Look.ALT:
            return "id_gallery"  # it may be said there, for this story
        is_of_another = self.picture and self.act == "add"
        return "" if is_of_another else f"id_{self.field}"

    @property
    def act(self):
        """What the editor does about it: add something, change the address, or look at it."""
        return ACTS.get(self.look, "show")

    @property
    def fault(self):
        """The same fault found in other words of the story is equal to this."""
        return self.rule, self.field, self.found


@dataclass
class Copy:
    """Words as they would stand before readers, and what has to be known of their story."""

    content: dict
    pk: int | None = None
    code: str = ""
    is_seen: bool = False  # readers see the story now
    is_known: bool = False  # they have had its address

    @classmethod
    def of(cls, content, article, *, is_seen=None):
        known = article.first_published_at
        return cls(
            content=content,
            pk=article.pk,
            code=article.code,
            is_seen=article.is_public if is_seen is None else is_seen,
            is_known=known is not None and known <= timezone.now(),
        )

    @cached_property
    def texts(self):
        """Every field of words with its text, in the order of the form; the body last."""
        texts = [(name, self.content[name]) for name in WORDS]
        texts += [("key_points", point) for point in self.content["key_points"]]
        for use in self.content["gallery"]:
            texts += [("gallery", use["caption"]), ("gallery", use["alt"])]
        return [*texts, ("body", richtext.plain_text(self.content["body"]))]

    @cached_property
    def uses(self):
        """Each place where a picture is shown: the field, its code and the alt text it has here."""
        lead = ("lead_image", self.content["lead_image"], self.content["lead_alt"])
        figures = [("body", *figure) for figure in richtext.figures(self.content["body"])]
        gallery = [("gallery", use["image"], use["alt"]) for use in self.content["gallery"]]
        return [lead, *figures, *gallery]

    @cached_property
    def links(self):
        return [address for address in richtext.links(self.content["body"]) if is_ours(address)]

    @property
    def pictures(self):
        return {code for _field, code, _alt in self.uses} - {""}


@dataclass
class Facts:
    """What the rules have to know besides the words."""

    pictures: dict = field(default_factory=dict)
    sections: set = field(default_factory=set)
    broken: set = field(default_factory=set)
    styles: dict = field(default_factory=dict)
    headlines: dict = field(default_factory=lambda: defaultdict(set))


def look(content, article, *, is_seen=None):
    """What the rules say of these words of a story, stops first."""
    return next(iter(look_at([Copy.of(content, article, is_seen=is_seen)])))


def look_at(copies, rules=None):
    """What the rules say of each of many stories."""
    rules = list(Check.objects.in_use()) if rules is None else rules
    facts = gather(copies, {rule.look for rule in rules})
    return [judge(copy, rules, facts) for copy in copies]


def overview(content, article, *, is_seen=None):
    """For a page: stops, warnings, and the fields that are filled in as a rule asks for."""
    rules = list(Check.objects.in_use())
    copy = Copy.of(content, article, is_seen=is_seen)
    found = next(iter(look_at([copy], rules)))
    told = {one.rule for one in found}
    return {
        "stops": [one for one in found if one.stops],
        "warnings": [one for one in found if not one.stops],
        "fine": [
            rule.get_field_display()
            for rule in rules
            if rule.pk not in told and rule.look == Look.PRESENT and holds_for(rule, copy)
        ],
    }


def judge(copy, rules, facts):
    found = []
    for rule in rules:
        if not holds_for(rule, copy):
            continue
        for level, where, sentence, words in FINDERS[rule.look](rule, copy, facts):
            found.append(
                Finding(
                    rule=rule.pk,
                    look=rule.look,
                    level=level or rule.level,
                    sentence=in_own_words(rule, sentence, words) if not level else sentence,
                    field=where,
                    found=tuple(words),
                    picture=facts.pictures[words[0]].pk if rule.look in OF_PICTURES else None,
                )
            )
    return sorted(found, key=lambda one: not one.stops)


def holds_for(rule, copy):
    """Whether a rule is kept in the section of a story. What is needed everywhere always is."""
    sections = [section.pk for section in rule.sections.all()]
    return rule.is_needed or not sections or copy.content["section"] in sections


def in_own_words(rule, sentence, words):
    if not rule.sentence:
        return sentence
    found = ", ".join(f"“{word}”" for word in words)
    said = rule.sentence.replace("{found}", found)
    return said if found else BEFORE_A_STOP.sub("", " ".join(said.split()))


def gather(copies, looks):
    """All that the rules have to know, in as many queries for many stories as for one."""
    facts = Facts()
    if OF_PICTURES & looks:
        codes = set().union(*(copy.pictures for copy in copies))
        found = Image.objects.filter(code__in=codes) if codes else []
        facts.pictures = {image.code: image for image in found}
    if Look.PRESENT in looks:
        named = {copy.content["section"] for copy in copies} - {None}
        found = Section.objects.filter(pk__in=named).values_list("pk", flat=True)
        facts.sections = set(found) if named else set()
    if Look.LINKS in looks:
        facts.broken = broken({link for copy in copies for link in copy.links})
    if Look.STYLE in looks:
        spoken = {copy.content["language"] for copy in copies}
        facts.styles = {language: style.of(language) for language in spoken}
    if Look.ADDRESS in looks:
        moved = [copy.pk for copy in copies if copy.is_known and parts_left(copy)]
        if moved:
            first = Revision.objects.filter(article__in=moved, kind=Kind.FIRST)
            for pk, headline in first.values_list("article", "content__headline"):
                facts.headlines[pk].add(headline or "")
    return facts


# What each rule looks for: it yields a level (if not its own), a field, a sentence and the words


def missing(rule, copy, facts):
    value = copy.content[rule.field]
    if rule.field == "byline":
        value = value or copy.content["agency"]
    if rule.field == "section":
        value = value in facts.sections
    if rule.field == "body":
        value = richtext.plain_text(value)
    if not value:
        yield None, rule.field, MISSING.get(rule.field, nothing_in)(rule), ()


def nothing_in(rule):
    return _("Nothing stands in: %(field)s.") % {"field": FIELDS[rule.field]}


MISSING = {
    "headline": lambda rule: _("There is no headline."),
    "section": lambda rule: _("No section chosen."),
    "lead_image": lambda rule: _("No lead picture."),
    "standfirst": lambda rule: _("No standfirst."),
    "topics": lambda rule: _("No topic."),
    "byline": lambda rule: _("No byline."),
}


NO_CREDIT = {
    "lead_image": gettext_lazy("The lead picture has no credit."),
    "body": gettext_lazy("A picture in the text has no credit: %(picture)s"),
    "gallery": gettext_lazy("A picture in the gallery has no credit: %(picture)s"),
}
NO_ALT_TEXT = {
    "lead_image": gettext_lazy("The lead picture has no alt text."),
    "body": gettext_lazy("A picture in the text has no alt text: %(picture)s"),
    "gallery": gettext_lazy("A picture in the gallery has no alt text: %(picture)s"),
}


def too_long(rule, copy, facts):
    for name, text in copy.texts:
        if name != rule.field or len(text) <= rule.limit:
            continue
        told = {"field": FIELDS[name], "over": len(text) - rule.limit, "limit": rule.limit}
        sentence = _("%(field)s: %(over)s over about %(limit)s.")
        if name in {"headline", "short_headline"}:
            sentence = _("%(field)s: %(over)s over about %(limit)s. It may be cut in lists.")
        yield None, name, sentence % told, (text,) if name == "key_points" else ()


def uncredited(rule, copy, facts):
    for name, image, _alt in shown(copy, facts):
        if image.credit:
            continue
        yield None, name, NO_CREDIT[name] % {"picture": short(image)}, (image.code,)


def undescribed(rule, copy, facts):
    for name, image, alt in shown(copy, facts):
        if alt or image.alt_text or image.is_decorative:
            continue
        yield None, name, NO_ALT_TEXT[name] % {"picture": short(image)}, (image.code,)


def expired(rule, copy, facts):
    today = timezone.localdate()
    for name, image, _alt in shown(copy, facts):
        if not image.rights_until or image.rights_until > today + timedelta(days=SOON):
            continue
        told = {"day": date_format(image.rights_until, _("j F Y")), "picture": short(image)}
        if image.rights_until >= today:
            sentence = _("Rights to the picture end on %(day)s: %(picture)s")
            yield Level.WARN, name, sentence % told, (image.code,)
        else:
            sentence = _("Rights to the picture ended on %(day)s: %(picture)s")
            yield None, name, sentence % told, (image.code,)


def short(image):
    """The name of a picture in a line that has more to say."""
    return Truncator(image).chars(50)


def shown(copy, facts):
    """The pictures of a story that readers would see, each with its alt text in that place."""
    for name, code, alt in copy.uses:
        if code in facts.pictures:
            yield name, facts.pictures[code], alt


def leads_nowhere(rule, copy, facts):
    for address in dict.fromkeys(copy.links):
        # A story may lead to itself: once it is published, there it is.
        if address in facts.broken and page_at(address) != ("story", copy.code):
            sentence = _("Readers find nothing where this leads: %(address)s")
            yield None, "body", sentence % {"address": unquote(address)}, (address,)


def out_of_style(rule, copy, facts):
    found, names = defaultdict(list), {}
    for name, text in copy.texts:
        for match in facts.styles[copy.content["language"]].find(text):
            found[match.entry].append(match.words)
            names.setdefault(match.entry, name)
    for entry, words in found.items():
        words = tuple(dict.fromkeys(words))
        told = {"words": _("”, “").join(words), "write": entry.write}
        sentence = _("“%(words)s”: better not.")
        if entry.write:
            sentence = _("“%(words)s”: write “%(write)s”.")
        yield None, names[entry], f"{sentence % told} {entry.why}".strip(), words


def under_embargo(rule, copy, facts):
    until = copy.content["embargoed_until"]
    until = datetime.fromisoformat(until) if until else None
    if until is None or until <= timezone.now():
        return
    if copy.is_seen:
        sentence = _(
            "Readers have this story already; an embargo cannot hide it. Withdraw it instead."
        )
        yield None, "embargoed_until", sentence, ()
    else:
        sentence = _("Under embargo until %(time)s. Readers see nothing of it before.")
        yield Level.WARN, "embargoed_until", sentence % {"time": Clock().exact(until)}, ()


def misled(rule, copy, facts):
    """A number, or a name of the headline that readers had first, that is only in the address."""
    if not copy.is_known:
        return
    names = set().union(*(names_in(one, copy) for one in facts.headlines[copy.pk]), ())
    left = tuple(part for part in parts_left(copy) if part.isdecimal() or part in names)
    if left:
        sentence = _(
            "The address still says “%(words)s”, the headline no longer does. Change it? Old"
            " addresses go on leading here."
        )
        yield None, "slug", sentence % {"words": _("”, “").join(left)}, left


def parts_left(copy):
    """What the address says and the headline does not."""
    if not copy.content["headline"]:
        return []
    told = set(slugs.slugify(copy.content["headline"]).split("-"))
    return [part for part in copy.content["slug"].split("-") if part not in told]


def names_in(headline, copy):
    """The names in a headline: words with a capital, where not every word has one.

    Its first word always has one. It counts if the text has it in the middle of a sentence.
    """
    words = [word.strip(QUOTES) for word in headline.split()]
    first, rest = words[:1], words[1:]
    if all(word[:1].isupper() for word in rest if len(word) > 3):
        first, rest = words, []
    named = [word for word in rest if word[:1].isupper()]
    text = copy.texts[-1][1]
    for word in first:
        if word[:1].isupper() and re.search(rf"[\w,] {re.escape(word)}\b", text):
            named.append(word)
    return {part for word in named for part in slugs.slugify(word, fallback="").split("-")}


def unfinished(rule, copy, facts):
    found, name = [], ""
    for where, text in copy.texts:
        if words := TK.findall(text):
            found += words
            name = name or where
    if found:
        yield None, name, _("“TK” is left in the text."), tuple(dict.fromkeys(found))


FINDERS = {
    Look.PRESENT: missing,
    Look.LENGTH: too_long,
    Look.CREDIT: uncredited,
    Look.ALT: undescribed,
    Look.RIGHTS: expired,
    Look.LINKS: leads_nowhere,
    Look.STYLE: out_of_style,
    Look.EMBARGO: under_embargo,
    Look.ADDRESS: misled,
    Look.TK: unfinished,
}


# Links to our own pages


def is_ours(address):
    """Whether a link leads to this site: by its host, or because it names none."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    if parts.scheme not in {"", "http", "https"}:
        return False
    if not parts.netloc:
        return bool(parts.path)
    ours = {urlsplit(base).netloc for base in (settings.SITE_URL, settings.SHORT_URL_BASE)}
    return parts.netloc.lower() in ours


def broken(addresses):
    """Those of our addresses where readers find nothing, one query for each kind of page."""
    found, wanted = set(), defaultdict(lambda: defaultdict(set))
    for address in addresses:
        kind, key = page_at(address)
        if kind is None:
            found.add(address)
        elif kind:
            wanted[kind][key].add(address)
    for kind, keys in wanted.items():
        for key in keys.keys() - set(PUBLIC[kind](keys)):
            found |= keys[key]
    return found


def page_at(address):
    """What an address leads to: a kind of page and the key of its record; no kind for none."""
    path = unquote(urlsplit(address).path) or "/"
    if path.startswith((settings.STATIC_URL, settings.MEDIA_URL)):
        return "", ""
    for tried in (path, f"{path}/"):
        try:
            match = resolve(tried)
        except (Resolver404, ValueError):
            continue
        if match.namespaces or match.url_name == "preview":  # the desk’s own
            return None, ""
        if "code" in match.kwargs:
            return "story", match.kwargs["code"]
        kind = (match.url_name or "").partition("_")[0]
        return (kind, match.kwargs["slug"]) if kind in PUBLIC else ("", "")
    return None, ""


def sections_at(slugs):
    """Sections, and pages about the house, which share their kind of address."""
    there = list(Section.objects.filter(slug__in=slugs).values_list("slug", flat=True))
    return there + list(Page.objects.filter(slug__in=slugs).values_list("slug", flat=True))


def topics_at(slugs):
    there = list(Topic.objects.filter(slug__in=slugs).values_list("slug", flat=True))
    return there + list(TopicAlias.objects.filter(slug__in=slugs).values_list("slug", flat=True))


PUBLIC = {
    "story": lambda codes: (
        Article.objects.published().filter(code__in=codes).values_list("code", flat=True)
    ),
    "section": sections_at,
    "topic": topics_at,
    "author": lambda slugs: Author.objects.filter(slug__in=slugs).values_list("slug", flat=True),
}
