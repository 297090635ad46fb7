"""Two people saved one story: what fits together by itself, and what a person has to choose."""

from dataclasses import dataclass, field

from lxml import html as lxml_html

from articles import differences, richtext
from articles.words import FIELDS

SETS = {"topics", "byline"}  # both sides' additions and removals hold
WHOLE = {"section", "lead_image", "embargoed_until", "language", "slug"}  # one or the other


@dataclass(frozen=True)
class Clash:
    """One place that both sides changed. `both` has the edits of both, if they fit together."""

    field: str
    base: object
    theirs: object
    mine: object
    both: str | None = None
    place: int = 0  # in the body: its block, counted from 0

    @property
    def key(self):
        return f"{self.field}-{self.place}" if self.field == "body" else self.field


@dataclass
class Merge:
    """`words` has every field that needs no choice; in the body a clash holds its place as None."""

    words: dict
    clashes: list = field(default_factory=list)
    body: list = field(default_factory=list)
    from_theirs: list = field(default_factory=list)  # names of fields
    from_mine: list = field(default_factory=list)

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
            blocks = [
                block if isinstance(block, str) else as_html(chosen[block.key])
                for block in self.body
            ]
            words["body"] = richtext.clean("".join(blocks))
        return words


def merge(base, theirs, mine):
    """Three versions of the words, put together."""
    found = Merge({})
    for name in FIELDS:
        b, t, m = base[name], theirs[name], mine[name]
        if t == m or m == b:
            found.words[name] = t
            if t != b:
                found.from_theirs.append(name)
        elif t == b:
            found.words[name] = m
            found.from_mine.append(name)
        elif name in SETS:
            found.words[name] = [one for one in t if one in m or one not in b]
            found.words[name] += [one for one in m if one not in t and one not in b]
            found.from_theirs.append(name)
            found.from_mine.append(name)
        elif name == "body":
            merge_bodies(found, b, t, m)
        elif name == "key_points":
            clash_or_both(found, name, "\n".join(b), "\n".join(t), "\n".join(m))
        elif name in WHOLE:
            found.clashes.append(Clash(name, b, t, m))
        else:
            clash_or_both(found, name, b, t, m)
    return found


def clash_or_both(found, name, base, theirs, mine):
    fits = differences.both(base, theirs, mine)
    found.clashes.append(Clash(name, base, theirs, mine, fits))


def merge_bodies(found, base, theirs, mine):
    """Block by block: a paragraph that one side touched is taken from that side."""
    for stretch in differences.stretches(*(blocks(body) for body in (base, theirs, mine))):
        if stretch.merged is not None:
            found.body += stretch.merged
            if stretch.is_touched:
                side = found.from_mine if stretch.theirs == stretch.base else found.from_theirs
                if "body" not in side:
                    side.append("body")
            continue
        texts = ["\n".join(as_text(block) for block in side) for side in _sides(stretch)]
        clash = Clash("body", *texts, differences.both(*texts), place=len(found.body))
        found.clashes.append(clash)
        found.body.append(clash)
    if not any(clash.field == "body" for clash in found.clashes):
        found.words["body"], found.body = "".join(found.body), []


def _sides(stretch):
    return stretch.base, stretch.theirs, stretch.mine


def blocks(body):
    """The top-level blocks of a body, each as HTML."""
    found = lxml_html.fragment_fromstring(body or "", create_parent="div")
    texts = [found.text] if (found.text or "").strip() else []
    for element in found:
        texts.append(lxml_html.tostring(element, encoding="unicode", with_tail=False))
        if (element.tail or "").strip():
            texts.append(element.tail)
    return texts


def as_text(block):
    """A block as a person edits it: a plain paragraph as its words, anything richer as its HTML."""
    element = lxml_html.fragment_fromstring(block, create_parent="div")
    if len(element) == 1 and element[0].tag == "p" and not len(element[0]):
        return element[0].text or ""
    return block


def as_html(text):
    """The way back: every line that is not HTML is a paragraph."""
    lines = (line.strip() for line in text.splitlines())
    return "".join(line if line.startswith("<") else paragraph(line) for line in lines if line)


def paragraph(line):
    element = lxml_html.Element("p")
    element.text = line
    return lxml_html.tostring(element, encoding="unicode")
