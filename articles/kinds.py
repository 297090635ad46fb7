"""Which kind of publication a change looks like: a first guess, for the editor to overrule."""

import re
from dataclasses import dataclass
from itertools import pairwise

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from articles import differences, richtext
from articles.models import Kind

NEWS = 20  # words put in, from which a change looks like news
FIGURE = re.compile(r"\d")
ENDS = {".", "!", "?", "…", "؟", "\n"}
WORD = re.compile(r"\w[\w’'-]*|[.!?…؟\n]")


@dataclass(frozen=True)
class Suggestion:
    kind: str
    reason: str


def suggest(before, after):
    """What to publish these words as, over those; nothing when readers would see no difference.

    A figure or a name that stands where another stood may have been wrong, so readers should be
    told: a correction. Many new words, a new sentence, a new figure or more pictures in the gallery
    are an update. A few other words are a fix.
    """
    old_texts, new_texts = _texts(before), _texts(after)
    names = _names("\n".join(old_texts))
    changes = [differences.pieces(old, new) for old, new in zip(old_texts, new_texts, strict=True)]
    put_in, taken_out = _count(changes, "in"), _count(changes, "out")
    reason = ngettext("%(n)d word put in", "%(n)d words put in", put_in) % {"n": put_in}
    if put_in >= NEWS:
        return Suggestion(Kind.UPDATE, reason)
    if swapped := next(filter(None, (_swapped(found, names) for found in changes)), None):
        told = {"old": swapped[0], "new": swapped[1]}
        return Suggestion(Kind.CORRECTION, _("%(old)s became %(new)s") % told)
    if any(map(_has_news, changes)):
        return Suggestion(Kind.UPDATE, reason)
    if (more := len(after["gallery"]) - len(before["gallery"])) > 0:
        told = ngettext("%(n)d picture put in", "%(n)d pictures put in", more) % {"n": more}
        return Suggestion(Kind.UPDATE, told)
    differ = max(put_in, taken_out)
    if not differ:
        return Suggestion(Kind.FIX, _("no word differs")) if before != after else None
    reason = ngettext("%(n)d word differs", "%(n)d words differ", differ) % {"n": differ}
    return Suggestion(Kind.FIX, reason)


def _texts(words):
    """What readers read, text by text."""
    lines = [words[name] for name in ("kicker", "headline", "standfirst", "dateline")]
    captions = "\n".join(use["caption"] for use in words["gallery"])
    return [*lines, "\n".join(words["key_points"]), richtext.plain_text(words["body"]), captions]


def _count(changes, kind):
    pieces = (piece for found in changes for piece in found if piece.kind == kind)
    return sum(any(map(str.isalnum, word)) for piece in pieces for word in piece.text.split())


def _names(text):
    """Words that stand with a capital in the middle of a sentence: names, wherever they stand."""
    words = pairwise(WORD.findall(text))
    return {
        word
        for before, word in words
        if word[0].isupper() and len(word) > 1 and before not in ENDS  # “A” is no name
    }


def _swapped(found, names):
    """The first figure or name that another took the place of, with the other."""
    for out, put, before in zip(found, found[1:], [None, *found], strict=False):
        if (out.kind, put.kind) != ("out", "in"):
            continue
        starts = before is None or before.text.rstrip()[-1:] in {"", *ENDS}
        old = _telling(out.text, names, starts=starts)
        new = _telling(put.text, names, starts=starts)
        if old and not new and starts and out.text.split()[0] in names:
            new = put.text.split()[:1]  # a name that is new to the story, first in its sentence
        for was, now in zip(old, new, strict=False):
            if was.casefold() != now.casefold():
                return was, now
    return None


def _telling(text, names, *, starts):
    """Figures and names in a piece. The first word of a sentence has a capital whatever it is."""
    words = [word for word in differences.tokens(text) if word[0].isalnum()]
    return [
        word
        for place, word in enumerate(words)
        if FIGURE.search(word) or (word[0].isupper() and (place or not starts or word in names))
    ]


def _has_news(found):
    """Whether a figure came in that replaces none, or a sentence between those that stay."""
    for before, piece in pairwise([None, *found]):
        if piece.kind != "in":
            continue
        replaces = before is not None and before.kind == "out"
        if FIGURE.search(piece.text) and not (replaces and FIGURE.search(before.text)):
            return True
        if not replaces and len(piece.text.split()) > 2 and ENDS.intersection(piece.text):
            return True
    return False
