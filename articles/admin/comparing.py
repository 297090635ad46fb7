"""Two versions of a story side by side: the words, the looks of them, the pictures, the order."""

from collections import Counter
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from articles import differences, richtext, words
from articles.admin.wording import named, said, said_of_each, title_of
from articles.models import Image

LOOKS = {
    "strong": gettext_lazy("bold"),
    "em": gettext_lazy("italic"),
    "s": gettext_lazy("struck through"),
    "sub": gettext_lazy("lowered"),
    "sup": gettext_lazy("raised"),
    "h2": gettext_lazy("heading"),
    "h3": gettext_lazy("small heading"),
    "ul": gettext_lazy("list with dots"),
    "ol": gettext_lazy("list with numbers"),
    "blockquote": gettext_lazy("quote"),
    "aside": gettext_lazy("box"),
    "table": gettext_lazy("table"),
    "th": gettext_lazy("head of a table"),
    "br": gettext_lazy("line break"),
    "hr": gettext_lazy("line"),
}
SHAPES = {
    "lead": gettext_lazy("wide, 16 to 9"),
    "card": gettext_lazy("3 to 2"),
    "square": gettext_lazy("square"),
    "portrait": gettext_lazy("upright, 4 to 5"),
}
MARKS = {"a", "strong", "em", "s", "sub", "sup"}  # of words in a paragraph
AROUND = 30  # words of what stayed that are shown beside a change


@dataclass(frozen=True)
class Shown:
    """A picture as one version had it."""

    image: Image | None  # nothing when it is gone from the library
    caption: str = ""

    @property
    def name(self):
        return str(self.image) if self.image else _("A picture that is gone from the library.")


@dataclass(frozen=True)
class Part:
    """One place that differs: its words, what else is to be said, and its pictures."""

    pieces: list
    note: str = ""
    pictures: tuple = ()  # before and after; nothing where there was none
    place: int = 0  # in the body: its paragraph, counted from 1

    def in_words(self):
        """The pieces; or, where no word differs, what does, as a piece."""
        if self.has_changed_words:
            return self.pieces
        names = [shown.name if shown else "" for shown in self.pictures] or ["", self.note]
        return differences.pieces(*names)

    @property
    def has_changed_words(self):
        return any(piece.kind in {"in", "out"} for piece in self.pieces)

    def shortened(self):
        if not self.has_changed_words:
            return self
        return replace(self, pieces=differences.shortened(self.pieces, AROUND))


@dataclass(frozen=True)
class Change:
    """A field that differs."""

    field: str
    title: str
    parts: list
    where: str = ""

    def count(self, kind):
        """How many words were put in ("in") or taken out ("out")."""
        pieces = (piece for part in self.parts for piece in part.pieces)
        return sum(len(differences.BARE_WORD.findall(p.text)) for p in pieces if p.kind == kind)


def compare(before, after):
    """What differs between the words of two versions, field by field."""
    shown = [
        (side["body"], side["lead_image"], *named(side["gallery"])) for side in (before, after)
    ]
    pictures = pictures_of(*shown[0], *shown[1])
    return [
        compare_bodies(before["body"], after["body"], pictures)
        if field == "body"
        else Change(field, title_of(field), compare_fields(field, before, after, pictures))
        for field in words.FIELDS
        if before[field] != after[field]
    ]


def changes(before, after):
    """The same of two revisions, as a plain list of places: (field, its name, pieces)."""
    for change in compare(before.content, after.content):
        for part in change.parts:
            name = place_in_body(part.place) if change.field == "body" else change.title
            yield change.field, name, part.in_words()


def place_in_body(number):
    return _("Body, paragraph %(n)s") % {"n": number}


def compare_fields(field, before, after, pictures):
    old, new = before[field], after[field]
    if field == "lead_image":
        sides = [(old, before["lead_caption"]), (new, after["lead_caption"])]
        shown = (Shown(pictures.get(code), told) if code else None for code, told in sides)
        return [Part([], pictures=tuple(shown))]
    if field == "gallery":
        return compare_galleries(old, new, pictures)
    if field == "key_points" and sorted(old) != sorted(new):
        found = differences.pairs(old, new)
        return [compare_texts(field, was, now, pictures, place) for place, was, now in found]
    return [compare_texts(field, old, new, pictures).shortened()]


def compare_galleries(before, after, pictures):
    """Picture by picture. One that was put in or taken out is shown."""
    if sorted(map(str, before)) == sorted(map(str, after)):
        text = "\n".join(said_of_each(after, pictures))
        return [Part([differences.Piece("same", text)], _("Only the order differs."))]
    old, new = ({use["image"]: use for use in side} for side in (before, after))
    found = []
    for code in [*new, *(code for code in old if code not in new)]:
        sides = [side.get(code) for side in (old, new)]
        if sides[0] == sides[1]:
            continue
        texts = ["".join(said_of_each([use] if use else [], pictures)) for use in sides]
        found.append(Part(differences.pieces(*texts), pictures=both_sides(sides, pictures)))
    kept = [[code for code in side if code in old and code in new] for side in (old, new)]
    if kept[0] != kept[1]:
        found.append(Part([], _("The order differs too.")))
    return found


def both_sides(sides, pictures):
    """A picture that is in one of two galleries; no pictures if it is in both."""
    if all(sides):
        return ()
    return tuple(Shown(pictures.get(u["image"]), u["caption"]) if u else None for u in sides)


def compare_bodies(before, after, pictures):
    blocks = richtext.blocks(after)
    found = differences.pairs(richtext.blocks(before), blocks)
    places = list(dict.fromkeys(place for place, _was, _now in found))
    where = ngettext("paragraph %(n)s of %(all)s", "paragraphs %(n)s of %(all)s", len(places)) % {
        "n": ", ".join(map(str, places)),
        "all": len(blocks),
    }
    parts = [compare_texts("body", was, now, pictures, place) for place, was, now in found]
    return Change("body", title_of("body"), [part.shortened() for part in parts], where)


def compare_texts(field, before, after, pictures, place=0):
    """One field, or one block of the body, before and after."""
    if field == "body":
        return compare_blocks(before, after, pictures, place)
    old, new = str(said(field, before)), str(said(field, after))
    if isinstance(before, list) and sorted(map(str, before)) == sorted(map(str, after)):
        return Part([differences.Piece("same", new)], _("Only the order differs."), place=place)
    return Part(differences.pieces(old, new), place=place)


def compare_blocks(before, after, pictures, place):
    """Blocks of the body: their words, their looks, and the pictures in them."""
    old, new = reading(before), reading(after)
    pieces = differences.pieces(old, new)
    codes = [next(iter(richtext.image_codes(block)), "") for block in (before, after)]
    if codes[0] != codes[1]:
        shown = (Shown(pictures.get(code)) if code else None for code in codes)
        return Part(pieces, pictures=tuple(shown), place=place)
    if not (before and after):
        return Part(pieces, place=place)
    return Part(pieces, looks_of(before, after, is_same=old == new), place=place)


def looks_of(before, after, *, is_same):
    """A sentence on what differs in the looks; empty if nothing does."""
    looks = [richtext.looks(block) for block in (before, after)]
    if not is_same:  # a link with other words in it is the same link
        looks = [without_words(found) for found in looks]
    put_in, taken_out = in_words(looks[1] - looks[0]), in_words(looks[0] - looks[1])
    told = [_("Put in: %(looks)s.") % {"looks": put_in}] if put_in else []
    told += [_("Taken out: %(looks)s.") % {"looks": taken_out}] if taken_out else []
    if is_same:
        return " ".join([_("Only the looks differ."), *told])
    return " ".join([_("The looks differ too."), *told]) if told else ""


def without_words(looks):
    found = Counter()
    for (tag, address, _words), times in looks.items():
        found[(tag, address, "")] += times
    return found


def in_words(looks):
    """Looks, in the words of the desk."""
    found = []
    for tag, address, text in looks:
        name = LOOKS.get(tag)
        if tag == "a":
            name = _("link to %(site)s") % {"site": site_of(address)}
        elif tag == "crop":
            name = _("shape of a picture: %(shape)s") % {"shape": SHAPES.get(address, address)}
        elif tag == "figure" and address:
            name = _("description “%(text)s”") % {"text": address}
        elif tag == "aside" and address:
            name = _("card of the story %(code)s") % {"code": address}
        if name is not None:
            found.append(f"{name} (“{text}”)" if text and tag in MARKS else str(name))
    return ", ".join(dict.fromkeys(found))


def site_of(address):
    try:
        return urlsplit(address).hostname or address
    except ValueError:
        return address


def reading(block):
    """What a block says to a person: its words, the address that it embeds, or its story."""
    if words := richtext.plain_text(block):
        return words
    if codes := richtext.story_codes(block):
        return _("Read also: %(code)s") % {"code": codes[0]}
    return next(iter(richtext.embedded(block)), "")


def pictures_of(*bodies_and_codes):
    """The pictures that bodies show, and those of the codes given, by code, in one query."""
    codes = set()
    for text in bodies_and_codes:
        codes |= set(richtext.image_codes(text)) if "<" in text else {text}
    found = Image.objects.filter(code__in=codes - {""}) if codes - {""} else []
    return {image.code: image for image in found}
