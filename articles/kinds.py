"""Which kind of publication a change looks like: a first guess, for the editor to overrule."""

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from articles import differences, richtext
from articles.models import Kind

NEWS = 20  # words put in, from which a change looks like news
FIGURE = re.compile(r"\d")


@dataclass(frozen=True)
class Suggestion:
    kind: str
    reason: str


def suggest(before, after):
    """What to publish these words as, over those; nothing when readers would see no difference.

    Many new words are an update. A figure or a name that stands where another stood may have been
    wrong, so readers should be told: a correction. A few other words are a fix.
    """
    put_in = taken_out = 0
    swapped = None
    for old, new in zip(_texts(before), _texts(after), strict=True):
        found = differences.pieces(old, new)
        put_in += sum(len(p.text.split()) for p in found if p.kind == "in")
        taken_out += sum(len(p.text.split()) for p in found if p.kind == "out")
        swapped = swapped or _swapped(found)
    if put_in >= NEWS:
        reason = ngettext("%(n)d word put in", "%(n)d words put in", put_in) % {"n": put_in}
        return Suggestion(Kind.UPDATE, reason)
    if swapped:
        reason = _("%(old)s became %(new)s") % {"old": swapped[0], "new": swapped[1]}
        return Suggestion(Kind.CORRECTION, reason)
    differ = max(put_in, taken_out)
    if not differ:
        return Suggestion(Kind.FIX, _("no word differs")) if before != after else None
    reason = ngettext("%(n)d word differs", "%(n)d words differ", differ) % {"n": differ}
    return Suggestion(Kind.FIX, reason)


def _texts(words):
    """What readers read, text by text."""
    lines = [words[name] for name in ("kicker", "headline", "standfirst", "dateline")]
    return [*lines, "\n".join(words["key_points"]), richtext.plain_text(words["body"])]


def _swapped(found):
    """The first figure or name that another took the place of, with the other."""
    for out, put, before in zip(found, found[1:], [None, *found], strict=False):
        if (out.kind, put.kind) != ("out", "in"):
            continue
        starts = before is None or before.text.rstrip()[-1:] in {"", ".", "!", "?", "\n"}
        old, new = _telling(out.text, starts=starts), _telling(put.text, starts=starts)
        for was, now in zip(old, new, strict=False):
            if was.casefold() != now.casefold():
                return was, now
    return None


def _telling(text, *, starts):
    """Figures and names in a piece. Its first word is no name if a sentence starts with it."""
    words = [word for word in differences.tokens(text) if word[0].isalnum()]
    return [
        word
        for place, word in enumerate(words)
        if FIGURE.search(word) or (word[0].isupper() and (place or not starts))
    ]
