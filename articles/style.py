"""The house style, made ready to be looked for in any text.

All entries of a language become two patterns, one for those that mind capitals. Each is a tree of
letters, so a list of thousands costs little more than one of ten.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache

from articles.models import StyleEntry

SYNTAX = re.compile(r"[\^$\\.*+?()\[\]{}|/]")
CHASED_FOR = 10  # steps from one entry of the list to the next
SPACES = re.compile(r"\s+")


@dataclass(frozen=True)
class Match:
    """A place in a text where an entry of the list stands."""

    entry: StyleEntry
    start: int
    end: int
    words: str


class Style:
    """What is to be avoided in one language."""

    def __init__(self, entries):
        self.entries = list(entries)
        self.cased = {spoken(entry.avoid): entry for entry in self.entries if entry.minds_case}
        self.uncased = {
            spoken(entry.avoid).lower(): entry for entry in self.entries if not entry.minds_case
        }

    @cached_property
    def sources(self):
        """The four trees as patterns that Python and JavaScript read alike."""
        return {
            f"{'whole' if whole else 'part'}_{'cased' if known is self.cased else 'uncased'}": tree(
                words for words, entry in known.items() if entry.is_whole == whole
            )
            for whole in (True, False)
            for known in (self.cased, self.uncased)
        }

    @cached_property
    def patterns(self):
        patterns = []
        for name, known in (("cased", self.cased), ("uncased", self.uncased)):
            whole, part = self.sources[f"whole_{name}"], self.sources[f"part_{name}"]
            either = [whole and f"(?<!{letter()})(?:{whole})(?!{letter()})", part]
            if any(either):
                patterns.append((known, re.compile("|".join(filter(None, either)))))
        return patterns

    def find(self, text):
        """Every place where the text has something that is to be avoided."""
        for known, pattern in self.patterns:
            for found in pattern.finditer(text if known is self.cased else lowered(text)):
                entry, (start, end) = known.get(spoken(found[0])), found.span()
                if entry and not is_right_already(entry, text, start):
                    yield Match(entry, start, end, text[start:end])


def chased_by(entry, style):
    """The entry of a style that leads from what one says to write back to what it avoids, if any.

    Each offer is taken as an editor would take it, one after the other.
    """
    avoided, text = Style([entry]), entry.write
    for _step in range(CHASED_FOR):
        match = next(style.find(text), None)
        if match is None:
            return None
        text = text[: match.start] + match.entry.write + text[match.end :]
        if next(avoided.find(text), None):
            return match.entry
    return None


def is_right_already(entry, text, start):
    """Whether what is to be avoided stands in what is to be written: “mayor” in “the mayor”."""
    before = entry.write.lower().find(entry.avoid.lower()) if entry.write else -1
    if before < 0 or start < before:
        return False
    there = text[start - before : start - before + len(entry.write)]
    return there == entry.write if entry.minds_case else there.lower() == entry.write.lower()


def lowered(text):
    """The text in small letters, each in its place.

    `re.IGNORECASE` finds the same, but takes ten times as long.
    """
    small = text.lower()
    if len(small) == len(text):
        return small
    return "".join(sign.lower() if len(sign.lower()) == 1 else sign for sign in text)


def spoken(words):
    """One spelling of the apostrophe, and one space between words."""
    return SPACES.sub(" ", words.replace("’", "'")).strip()


def tree(words):
    """A pattern for any of many words, branching where their letters do."""
    root = {}
    for word in words:
        node = root
        for sign in word:
            node = node.setdefault(sign, {})
        node[""] = {}
    return branch(root)


def branch(node):
    branches = [sign_of(sign) + branch(then) for sign, then in sorted(node.items()) if sign]
    if not branches:
        return ""
    if len(branches) == 1 and "" not in node:
        return branches[0]
    return f"(?:{'|'.join(branches)}){'?' if '' in node else ''}"


def sign_of(sign):
    if sign == " ":
        return r"\s+"
    if sign == "'":
        return "['’]"
    return SYNTAX.sub(r"\\\g<0>", sign)


@cache
def letter():
    """What makes two words one: letters, digits, and marks, which Python’s \\w leaves out."""
    marks = [code for code in range(0x10000) if unicodedata.category(chr(code))[0] == "M"]
    return rf"[\w{''.join(map(chr, marks))}]"


def of(language):
    """The style of a language as it is now."""
    return _made(language, StyleEntry.objects.version())


@lru_cache(maxsize=32)
def _made(language, version):
    return Style(StyleEntry.objects.for_language(language))
