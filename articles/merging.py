"""Two people saved one story: what fits together by itself, and what a person has to choose.

What one side alone touched is taken from that side: a field, in the body a paragraph, and in a
paragraph a sentence. Only where both changed the same, somebody is asked.
"""

import re
from dataclasses import dataclass, field
from html import escape, unescape

from articles import differences, richtext
from articles.richtext import blocks
from articles.words import FIELDS

SETS = {"topics", "byline"}  # both sides' additions and removals hold
# One or the other. Galleries are so once pictures or words of theirs clash.
WHOLE = {"section", "lead_image", "lead_crop", "embargoed_until", "language", "slug", "gallery"}
ALIKE = 0.5  # from so much of the words in common, it is the old text with changes
EMPTY_TAG = re.compile(r"<(\w+)[^>]*></\1>")


@dataclass(frozen=True)
class Fit:
    """One change of one side, which the other left room for."""

    field: str
    side: str  # "theirs" or "mine"
    before: object
    after: object
    place: int = 0  # in the body: its block, counted from 0


@dataclass(frozen=True)
class Clash:
    """One place that both sides changed. `both` has the edits of both, if they fit together.

    In the body, all four are HTML. Sentences of the place that do not clash are merged in each.
    """

    field: str
    base: object
    theirs: object
    mine: object
    both: str | None = None
    place: int = 0  # in the body: its block, counted from 0

    @property
    def key(self):
        return f"{self.field}-{self.place}" if self.field == "body" else self.field

    @property
    def is_text(self):
        """Whether another text than those of the two sides may be written."""
        if self.field == "body":
            sides = (self.base, self.theirs, self.mine)
            return all(richtext.is_line(block) for side in sides for block in blocks(side))
        return self.field not in WHOLE

    def side(self, name):
        """The text of one side, or of both; nothing if there is none of that name."""
        return {"theirs": self.theirs, "mine": self.mine, "both": self.both}.get(name)

    def as_text(self, value):
        """What a person reads and edits of it."""
        return as_text(value) if self.field == "body" else value

    def from_text(self, written, like):
        """The way back from what a person wrote, over the text of one side."""
        if self.field == "body":
            return as_html(written, like)
        return written if self.field == "key_points" else " ".join(written.split())


@dataclass
class Merge:
    """`words` has every field that needs no choice. In the body a clash holds its own place."""

    words: dict
    clashes: list = field(default_factory=list)
    fits: list = field(default_factory=list)
    body: list = field(default_factory=list)

    def settled(self, chosen):
        """The words with a text chosen for each clash, by its key."""
        words = dict(self.words)
        for clash in self.clashes:
            if clash.field == "key_points":
                lines = chosen[clash.key].splitlines()
                words["key_points"] = [line.strip() for line in lines if line.strip()]
            elif clash.field != "body":
                words[clash.field] = chosen[clash.key]
        if self.body:
            blocks = [block if isinstance(block, str) else chosen[block.key] for block in self.body]
            words["body"] = richtext.clean("".join(blocks))
        return words


def merge(base, theirs, mine):
    """Three versions of the words, put together."""
    found = Merge({})
    for name in FIELDS:
        b, t, m = base[name], theirs[name], mine[name]
        if name == "body":
            merge_bodies(found, b, t, m)
        elif t == m or m == b:
            found.words[name] = t
            if t != b:
                found.fits.append(Fit(name, "theirs", b, t))
        elif t == b:
            found.words[name] = m
            found.fits.append(Fit(name, "mine", b, m))
        elif name in SETS:
            found.words[name] = [one for one in t if one in m or one not in b]
            found.words[name] += [one for one in m if one not in t and one not in b]
            found.fits += [Fit(name, "theirs", b, t), Fit(name, "mine", b, m)]
        elif name == "gallery" and (both := merged_galleries(b, t, m)) is not None:
            found.words[name] = both
            found.fits += [Fit(name, "theirs", b, t), Fit(name, "mine", b, m)]
        elif name == "key_points":
            clash_or_both(found, name, "\n".join(b), "\n".join(t), "\n".join(m))
        elif name in WHOLE:
            found.clashes.append(Clash(name, b, t, m))
        else:
            clash_or_both(found, name, b, t, m)
    return found


def merged_galleries(base, theirs, mine):
    """One gallery with what both did to it; nothing if both did something else to one place."""
    uses = [{use["image"]: use for use in side} for side in (base, theirs, mine)]
    stretches = differences.stretches(*map(list, uses))
    if any(stretch.merged is None for stretch in stretches):
        return None
    codes = [code for stretch in stretches for code in stretch.merged]
    was, said, written = uses
    if len(set(codes)) < len(codes) or not {*codes} >= said.keys() & written.keys():
        return None  # both moved one picture, each to another place
    for code in was.keys() - {*codes}:
        if any(side.get(code, was[code]) != was[code] for side in (said, written)):
            return None  # one took out what the other wrote about
    found = []
    for code in codes:
        b, t, m = (side.get(code) for side in uses)
        t, m = t or b or m, m or b or t  # who took it out or never had it changed no word of it
        use = {"image": code}
        for name in ("caption", "alt"):
            was, said, written = (b or {}).get(name, t[name]), t[name], m[name]
            if said != written and was not in {said, written}:
                return None
            use[name] = written if said == was else said
        found.append(use)
    return found


def clash_or_both(found, name, base, theirs, mine):
    fits = differences.both(base, theirs, mine)
    found.clashes.append(Clash(name, base, theirs, mine, fits))


def merge_bodies(found, base, theirs, mine):
    """Block by block: a paragraph that one side touched is taken from that side."""
    for stretch in differences.stretches(blocks(base), blocks(theirs), blocks(mine)):
        if stretch.merged is not None:
            for side in ("theirs", "mine") if stretch.theirs != stretch.mine else ("theirs",):
                add_fits(found, side, stretch.base, getattr(stretch, side), len(found.body))
            found.body += stretch.merged
        elif len(stretch.base) == len(stretch.theirs) == len(stretch.mine) == 1:
            merge_sentences(found, stretch.base[0], stretch.theirs[0], stretch.mine[0])
        else:
            clash(found, *("".join(side) for side in sides(stretch)))
    if not any(clash.field == "body" for clash in found.clashes):
        found.words["body"], found.body = "".join(found.body), []


def merge_sentences(found, base, theirs, mine):
    """A paragraph that both touched: only a sentence that both touched is asked about."""
    stretches = differences.stretches(*map(richtext.sentences, (base, theirs, mine)))
    if all(stretch.merged is not None for stretch in stretches):
        add_fits(found, "theirs", [base], [theirs], len(found.body))
        add_fits(found, "mine", [base], [mine], len(found.body))
        found.body.append("".join("".join(part.merged) for part in stretches))
        return
    versions = zip(*(sides(part, merged=part.merged) for part in stretches), strict=True)
    clash(found, *("".join("".join(part) for part in version) for version in versions))


def clash(found, base, theirs, mine):
    both = differences.both(base, theirs, mine)
    if both is not None and not richtext.is_whole(both):
        both = None  # their words fit together, their links do not
    found.clashes.append(Clash("body", base, theirs, mine, both, place=len(found.body)))
    found.body.append(found.clashes[-1])


def add_fits(found, side, base, after, place):
    """Each block that one side changed, put in or took out, at its place in the merged body."""
    for at, was, now in differences.pairs(base, after):
        found.fits.append(Fit("body", side, was, now, place=place + at - 1))


def sides(stretch, merged=None):
    return [merged] * 3 if merged is not None else [stretch.base, stretch.theirs, stretch.mine]


def as_text(html):
    """Blocks as a person edits them: the words, a line for each paragraph."""
    return richtext.plain_text(html)


def as_html(text, like):
    """The way back. What still stands in `like` keeps its links and looks; a new line has none."""
    lines = [line for line in (" ".join(line.split()) for line in text.splitlines()) if line]
    known = blocks(like)
    found = []
    for old, new in differences.matched([as_text(block) for block in known], lines):
        if new is not None:
            block = known[old] if old is not None else "<p></p>"
            found.append(reworded(block, lines[new]))
    return "".join(found)


def reworded(block, line):
    """A paragraph or heading with other words, in which those that stay keep their looks."""
    before = as_text(block)
    if before == line:
        return block
    if differences.likeness(before, line) < ALIKE:  # another text in the place of the old one
        name = "p" if not block.startswith("<h") else block[1:3]
        return f"<{name}>{escape(line, quote=False)}</{name}>"
    tags = richtext.TAG.findall(block)
    texts = [unescape(text) for text in richtext.TAG.split(block)]  # one before and after each tag
    depths = [sum(-1 if tag.startswith("</") else 1 for tag in tags[:n]) for n in range(len(texts))]
    old = [(place, token) for place, text in enumerate(texts) for token in differences.tokens(text)]
    new, filled = differences.tokens(line), [""] * len(texts)
    places = [1, *(place for place, _token in old), len(texts) - 2]  # inside the block
    for kind, i, j, k, m in differences.steps([token for _place, token in old], new):
        if kind == "equal":
            for place, token in old[i:j]:
                filled[place] += token
        elif kind == "replace":
            filled[old[i][0]] += "".join(new[k:m])
        elif kind == "insert":  # beside a link rather than in it
            between = range(places[i], places[i + 1] + 1)
            filled[min(between, key=depths.__getitem__)] += "".join(new[k:m])
    parts = [escape(text, quote=False) for text in filled]
    html = parts[0] + "".join(tag + text for tag, text in zip(tags, parts[1:], strict=True))
    return without_empty_tags(html)


def without_empty_tags(html):
    """Without the links and the like whose words are gone."""
    before = None
    while html != before:
        before, html = html, EMPTY_TAG.sub("", html)
    return html
