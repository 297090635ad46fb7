"""Fields of the story form that Django has no input for."""

import json
import re
from datetime import datetime, timedelta

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from js_asset import Media, Script

from articles import codes, moments, slugs
from articles.admin.choosing import CHOOSER_MEDIA
from articles.admin.uploading import as_json
from articles.models import Article, Author, Image, Section, Topic
from articles.models.articles import gallery_names_pictures
from articles.pictures import is_theirs

SENTENCES = {  # that its scripts say
    "length": gettext_lazy("%(n)s of about %(good)s"),
    "over": gettext_lazy("%(n)s over about %(good)s: may be cut in lists"),
    "past": gettext_lazy("%(n)s over about %(good)s: will be cut in lists"),
    "full": gettext_lazy("%(n)s: full, no more fits"),
    "point": gettext_lazy("Point %(place)s"),
    "move_point": gettext_lazy("Move point %(place)s"),
    "remove_point": gettext_lazy("Remove point %(place)s"),
    "move": gettext_lazy("Move %(name)s"),
    "remove": gettext_lazy("Remove %(name)s"),
    "lifted": gettext_lazy("Lifted: place %(place)s of %(all)s"),
    "moved": gettext_lazy("Moved: place %(place)s of %(all)s"),
    "dropped": gettext_lazy("Dropped: place %(place)s of %(all)s"),
    "put_back": gettext_lazy("Put back: place %(place)s of %(all)s"),
    "added": gettext_lazy("Added %(name)s"),
    "there_already": gettext_lazy("%(name)s is there already"),
    "removed": gettext_lazy("Removed. Ctrl Z brings it back."),
    "brought_back": gettext_lazy("Brought back."),
    "nobody": gettext_lazy("No author is called “%(name)s”."),
    "new_topic": gettext_lazy("New topic: %(name)s"),
    "not_signed": gettext_lazy(
        "No author is called “%(name)s”. The byline goes without, until you choose one."
    ),
    "several": gettext_lazy("Several authors are called “%(name)s”. Choose one of those offered."),
    "no_topic": gettext_lazy(
        "“%(name)s” is no topic yet. The story goes without, until you choose one or press Enter"
        " to make it a new one."
    ),
    "not_asked": gettext_lazy("“%(name)s” waits here: the desk could not be asked."),
    "byline": gettext_lazy("Readers see: By %(names)s"),
    "choose_picture": gettext_lazy("Choose a picture…"),
    "change_picture": gettext_lazy("Change picture…"),
    "picture": gettext_lazy("Picture %(place)s"),
    "move_picture": gettext_lazy("Move picture %(place)s"),
    "remove_picture": gettext_lazy("Remove picture %(place)s"),
    "caption_of": gettext_lazy("Caption of picture %(place)s, for this story"),
    "alt_of": gettext_lazy("Alt text of picture %(place)s, for this story"),
    "in_gallery_already": gettext_lazy("That picture is in the gallery already."),
    "own_caption": gettext_lazy("Caption for this story"),
    "own_alt": gettext_lazy("What a reader who cannot see it should know"),
    "no_credit": gettext_lazy("No credit"),
    "gone": gettext_lazy("It is gone from the library."),
    "picture_leads": gettext_lazy("The picture leads the story."),
    "one_picture_leads": gettext_lazy("The first of the files leads the story."),
    "picture_saved": gettext_lazy("Saved with the picture, for every story that shows it."),
    "picture_not_saved": gettext_lazy("Not saved: the desk could not be reached. Try once more."),
}
YEARS = range(1900, 3000)  # those that an editor can mean
LONGEST_NAME = Author._meta.get_field("name").max_length  # characters
MOST_NAMES = 50  # authors or topics of one story
LONGEST_ADDRESS = 2000  # characters
LONGEST_TOPIC = Topic._meta.get_field("name").max_length  # characters


class KeyPointsField(forms.CharField):
    """A list of short texts, written one on a line."""

    widget = forms.Textarea

    def prepare_value(self, value):
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value):
        lines = (" ".join(line.split()) for line in super().to_python(value).splitlines())
        return [line.lstrip("-•* ") for line in lines if line.strip("-•* ")]

    def has_changed(self, initial, data):
        return (initial or []) != self.to_python(data)


class KeyPointsInput(forms.Textarea):
    """One on a line; where scripts run, a list whose points are written and moved one by one."""

    template_name = "admin/widgets/key_points.html"


SPLIT, ESCAPED, BAR = re.compile(r"(?<!\\)\|"), "\\|", "|"


def written_gallery(gallery):
    """A gallery as text: a line for each picture, of its code, caption and alt text."""
    lines = []
    for use in gallery:
        parts = [" ".join(use[name].split()) for name in ("image", "caption", "alt")]
        line = f" {BAR} ".join(part.replace(BAR, ESCAPED) for part in parts)
        lines.append(line.rstrip(f" {BAR}") if not (use["caption"] or use["alt"]) else line)
    return "\n".join(lines)


def read_gallery(text):
    """The way back. Whoever writes it by hand may leave out what comes last."""
    found = []
    for line in filter(str.strip, text.splitlines()):
        code, *said = (" ".join(part.split()) for part in SPLIT.split(line))
        caption, alt, *more = [*(part.replace(ESCAPED, BAR) for part in said), "", ""]
        alt = " ".join(filter(None, [alt, *more]))
        found.append({"image": code.lower(), "caption": caption, "alt": alt})
    return found


class GalleryInput(forms.Textarea):
    """A picture on a line; where scripts run, a list of pictures with their words, in order."""

    template_name = "admin/widgets/gallery.html"

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        codes = [use["image"] for use in read_gallery(value or "")]
        found = Image.objects.filter(code__in=codes) if codes else []
        context["widget"]["known_json"] = json.dumps([as_json(image) for image in found])
        return context


class GalleryField(forms.CharField):
    """Pictures in an order, each with its own words for this story."""

    widget = GalleryInput

    def prepare_value(self, value):
        return written_gallery(value) if isinstance(value, list) else value

    def clean(self, value):
        gallery = read_gallery(super().clean(value))
        gallery_names_pictures(gallery)
        codes = [use["image"] for use in gallery]
        known = set(Image.objects.filter(code__in=codes).values_list("code", flat=True))
        if unknown := next((code for code in codes if code not in known), None):
            sentence = _("There is no picture with the code “%(code)s” in the library.")
            raise ValidationError(sentence % {"code": unknown[:40]})
        return gallery

    def has_changed(self, initial, data):
        return (initial or []) != read_gallery(data or "")


class NamesInput(forms.TextInput):
    """Names with commas between them; where scripts run, each stands and is removed for itself.

    Its `known(names)` tells what is shown for those that mean somebody or something: (name, shown,
    about).
    """

    address = None  # of the names that are offered while somebody types

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs | {"autocomplete": "off"})
        context["widget"]["names"] = reverse(self.address)
        context["widget"]["known_json"] = json.dumps(self.known(split_names(value or "")))
        return context


class AuthorsInput(NamesInput):
    template_name = "admin/widgets/authors.html"
    address = "admin:articles_author_names"

    def known(self, names):
        names = names[:MOST_NAMES]
        found = list(called(names))
        known = []
        for name in names:
            author = next((one for one in found if one.slug == name), None)
            meant = [author] if author else [one for one in found if is_called(one, name)]
            if len(meant) == 1:
                about = author.slug if author and author.slug != author.name else ""
                known.append((name, meant[0].name, about))
        return known


class TopicsInput(NamesInput):
    template_name = "admin/widgets/topics.html"
    address = "admin:articles_topic_names"

    def known(self, names):
        return [(name, name, "") for name in names]


def split_names(text):
    names = (" ".join(name.split()) for name in re.split("[,،]", text))
    return list(dict.fromkeys(name for name in names if name))


class NamesField(forms.CharField):
    """A list of names with commas between them, in an order that counts."""

    def prepare_value(self, value):
        return ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else value

    def to_python(self, value):
        return split_names(super().to_python(value))

    def has_changed(self, initial, data):
        return [str(name) for name in initial or []] != self.to_python(data)


def called(names):
    """Authors who have one of these names, or an address made from it."""
    addresses = [*names, *(slugs.slugify(name) for name in names)]
    # SQLite knows the two cases of A to Z only, so a name as it is written is asked for too.
    lowered = Q(lowered__in=[name.lower() for name in names])
    authors = Author.objects.alias(lowered=Lower("name"))
    return authors.filter(Q(slug__in=addresses) | Q(name__in=names) | lowered)


def not_too_many(names):
    if len(names) > MOST_NAMES:
        raise ValidationError(_("Write at most %(n)d names.") % {"n": MOST_NAMES})
    return names


def is_called(author, name):
    return author.name.lower() == name.lower() or author.slug == slugs.slugify(name)


def unmistakable(authors):
    """Their names, or the ends of their addresses where two people share a name."""
    if not authors:
        return []
    found = list(called([author.name for author in authors]).signing())

    def is_shared(author):
        return sum(one.name.lower() == author.name.lower() for one in found) > 1

    return [author.slug if is_shared(author) else author.name for author in authors]


class AuthorsField(NamesField):
    """Authors by their names, in the order of the byline."""

    def clean(self, value):
        names = not_too_many(super().clean(value))
        for name in names:
            if len(name) > LONGEST_NAME:
                sentence = _("“%(name)s…” is too long for a name.")
                raise ValidationError(sentence % {"name": name[:40]})
        known = list(called(names).select_related("merged_into").order_by("slug"))
        return list(dict.fromkeys(self.author(name, known) for name in names))

    def prepare_value(self, value):
        if isinstance(value, (list, tuple)):
            value = unmistakable(value)
        return super().prepare_value(value)

    def has_changed(self, initial, data):
        return super().has_changed(unmistakable(initial or []), data)

    def author(self, name, known):
        """Whoever of those known is meant by a name."""
        if author := next((author for author in known if author.slug == name), None):
            return author.signs_as
        found = [author.signs_as for author in known if is_called(author, name)]
        found = list(dict.fromkeys(found))[:5]
        if len(found) > 1:
            sentence = _("Several authors are called “%(name)s”. Write one of: %(slugs)s.")
            addresses = ", ".join(author.slug for author in found)
            raise ValidationError(sentence % {"name": name, "slugs": addresses})
        if found:
            return found[0]
        raise ValidationError(
            _("No author is called “%(name)s”. Add them under Authors first.") % {"name": name}
        )


class TopicsField(NamesField):
    """Topics by their names; the story's manager makes those that are new."""

    def clean(self, value):
        names = not_too_many(super().clean(value))
        if too_long := [name for name in names if len(name) > LONGEST_TOPIC]:
            raise ValidationError(_("“%(name)s” is too long for a topic.") % {"name": too_long[0]})
        return names


class PictureInput(forms.TextInput):
    """A picture's code, with the picture beside it and, where scripts run, a way to choose one."""

    template_name = "admin/widgets/picture.html"
    media = CHOOSER_MEDIA + Media(js=[Script("desk/js/picture.js", type="module")])

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        found = Image.objects.filter(code=value).first() if value else None
        context["widget"]["image"] = found
        return context


class LeadPictureInput(PictureInput):
    """The same, large and with the picture's own words; where scripts run, they are mended here."""

    template_name = "admin/widgets/lead_picture.html"
    media = Media()  # its scripts are those of the form
    by = None  # whoever fills the form

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        image = context["widget"]["image"]
        context["widget"]["may_change"] = bool(image and self.by and is_theirs(image, self.by))
        return context


class PictureField(forms.ModelChoiceField):
    """A picture of the library by its code."""

    widget = PictureInput
    default_error_messages = {
        "invalid_choice": gettext_lazy("There is no picture with this code in the library.")
    }

    def __init__(self, **kwargs):
        super().__init__(Image.objects.all(), to_field_name="code", **kwargs)

    def to_python(self, value):
        return super().to_python(value.strip().lower() if isinstance(value, str) else value)


class AddressInput(forms.TextInput):
    """The end of a story's address, after the rest of it."""

    template_name = "admin/widgets/address.html"
    article = None

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        article = self.article
        context["widget"] |= {
            "site": settings.SITE_URL.partition("://")[2],
            "sections_json": json.dumps(dict(Section.objects.values_list("pk", "slug"))),
            "section": article.section.slug if article.section else "…",
            "code": article.code if article.pk else "…",
            "short_url": article.short_url if article.pk else "",
        }
        return context


class StoryField(forms.CharField):
    """Another story, by its short code or any of its addresses."""

    def prepare_value(self, value):
        return value.code if isinstance(value, Article) else value

    def to_python(self, value):
        value = super().to_python(value).strip()[:LONGEST_ADDRESS]
        if not value:
            return None
        named = codes.within(value)
        found = Article.objects.filter(is_killed=False).in_bulk(named, field_name="code")
        if code := next(filter(found.get, named), None):
            return found[code]
        raise ValidationError(_("No story has the code or address “%(it)s”.") % {"it": value})

    def has_changed(self, initial, data):
        return (initial.code if initial else "") != (data or "").strip().lower()


class MomentInput(forms.DateTimeInput):
    """A day and an hour in the newsroom's zone, which it names.

    An hour that the clocks show twice gets a second question: which of the two?
    """

    template_name = "admin/widgets/moment.html"

    def __init__(self, attrs=None):
        super().__init__({"type": "datetime-local"} | (attrs or {}))

    def format_value(self, value):
        if isinstance(value, datetime):
            value = timezone.localtime(value).replace(tzinfo=None)
            return value.isoformat(timespec="seconds" if value.second else "minutes")
        return value

    def value_from_datadict(self, data, files, name):
        return data.get(name, ""), data.get(f"{name}_which", "")

    def value_omitted_from_data(self, data, files, name):
        return name not in data

    def get_context(self, name, value, attrs):
        if isinstance(value, tuple):
            text, which = value
        else:
            text, which = self.format_value(value) or "", ""
            which = str(timezone.localtime(value).fold) if value else ""
        context = super().get_context(name, text, attrs)
        zone, written = timezone.get_current_timezone(), written_moment(text)
        found = moments.meant(written, zone) if written and written.year in YEARS else []
        named = moments.zone_of(found[0] if found else timezone.localtime())
        place = zone.key.replace("_", " ")
        context["widget"]["zone"] = named if place == named else f"{place}, {named}"
        context["widget"]["twice"] = [
            (str(fold), moments.zone_of(moment), str(fold) == which)
            for fold, moment in enumerate(found)
            if len(found) > 1
        ]
        return context


class MomentField(forms.Field):
    """A moment. What the newsroom's clock never shows is refused with the reason."""

    widget = MomentInput

    def to_python(self, value):
        text, which = value if isinstance(value, tuple) else (value, "")
        if not text:
            return None
        written = written_moment(text)
        if written is None or written.year not in YEARS:
            raise ValidationError(_("Write a day and an hour, such as 2026-04-28T18:00."))
        zone = timezone.get_current_timezone()
        found = moments.meant(written, zone)
        told = {"time": f"{written:%H:%M}", "day": date_format(written, "j F Y"), "zone": zone.key}
        if not found:
            sentence = _(
                "%(time)s does not come on %(day)s: the clocks go forward over it (%(zone)s)."
                " Choose an earlier or a later time."
            )
            raise ValidationError(sentence % told)
        if len(found) == 1:
            return found[0]
        if which not in {"0", "1"}:
            sentence = _(
                "%(time)s comes twice on %(day)s: the clocks go back (%(zone)s)."
                " Which of the two do you mean?"
            )
            raise ValidationError(sentence % told)
        return found[int(which)]

    def has_changed(self, initial, data):
        try:
            return self.to_python(data) != initial
        except ValidationError:
            return True


def written_moment(text):
    try:
        written = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return None if written.tzinfo else written


def soon(now):
    """The moments that an editor is likely to mean: this evening, tomorrow morning."""
    local = timezone.localtime(now)
    evening = local.replace(hour=18, minute=0, second=0, microsecond=0)
    morning = (local + timedelta(days=1)).replace(hour=6, minute=30, second=0, microsecond=0)
    if evening <= local + timedelta(minutes=5):
        evening += timedelta(days=1)
    return sorted([evening, morning])
