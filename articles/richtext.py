"""The body of a story: clean it, show it, count it, quote from it. Plain Python, no database.

A body is HTML of paragraphs, headings, lists, quotes, tables, and five objects of ours:

    <figure data-image="CODE"><figcaption>Caption for this story</figcaption></figure>
        data-alt="What it shows" is its alt text for this story, data-crop="square" its shape
    <aside class="pullquote"><p>Words</p><footer>Who said them</footer></aside>
    <aside class="factbox"><h2>Title</h2><p>Facts</p></aside>
    <div data-embed="https://example.org/video"></div>
    <aside data-story="CODE"></aside>  a card of that story as it stands when it is read

The editor makes nothing else, and `clean` lets nothing else in.
"""

import re
from collections import Counter
from dataclasses import dataclass
from html import escape
from itertools import zip_longest
from urllib.parse import urlsplit

import nh3
from lxml import html as lxml_html
from lxml.html import builder as E  # noqa: N812

from articles import embeds

# The one list of what a body may hold: each part of the editor, how it is set up, and the tags and
# attributes that it makes. The editor is given the first, the cleaner the second.
PARTS = {
    "Paragraph": (True, {"p": ()}),
    "Heading": ({"levels": [2, 3]}, {"h2": (), "h3": ()}),
    "BulletList": (True, {"ul": ()}),
    "OrderedList": (True, {"ol": ("start",)}),
    "ListItem": (True, {"li": ()}),
    "Blockquote": (True, {"blockquote": ()}),
    "HorizontalRule": (True, {"hr": ()}),
    "HardBreak": (True, {"br": ()}),
    "Bold": (True, {"strong": ()}),
    "Italic": (True, {"em": ()}),
    "Strike": (True, {"s": ()}),
    "Subscript": (True, {"sub": ()}),
    "Superscript": (True, {"sup": ()}),
    "Link": (
        {"enableTarget": False, "protocols": ["http", "https", "mailto", "tel"]},
        {"a": ("href", "hreflang", "rel", "title")},
    ),
    "Table": (True, {"table": (), "tbody": ()}),
    "TableRow": (True, {"tr": ()}),
    "TableHeader": (True, {"th": ("colspan", "rowspan")}),
    "TableCell": (True, {"td": ("colspan", "rowspan")}),
    "NewsroomFigure": (
        {"crops": ["lead", "card", "square", "portrait"]},  # besides the whole picture
        {"figure": ("data-image", "data-alt", "data-crop"), "figcaption": ()},
    ),
    "NewsroomPullQuote": (True, {"aside": (), "footer": ()}),
    "NewsroomFactBox": (True, {"aside": ()}),
    "NewsroomEmbed": (True, {"div": ("data-embed",)}),
    "NewsroomReadAlso": (True, {"aside": ("data-story",)}),
}
CLASSES = {"aside": {"pullquote", "factbox"}}
GROUPS = [
    *("headings", "lists", "marks", "link", "nodes -headings -lists", "history"),
    *("newsroom", "table"),  # last, so that nothing moves when the cursor comes into a table
]
EXTENSIONS = {name: setup for name, (setup, _made) in PARTS.items()} | {
    "NewsroomPaste": True,
    "NewsroomPrompts": True,
    "NewsroomTyping": True,
    "NoSpellCheck": False,
    "Menu": {"groups": [{"group": group} for group in GROUPS]},
}
TAGS = {tag for _setup, made in PARTS.values() for tag in made}
ATTRIBUTES = {
    tag: {name for _setup, made in PARTS.values() for name in made.get(tag, ())} for tag in TAGS
}
VALUES = {"figure": {"data-crop": {*PARTS["NewsroomFigure"][0]["crops"]}}}
CLEANER = nh3.Cleaner(
    tags=TAGS,
    attributes={tag: names - VALUES.get(tag, {}).keys() for tag, names in ATTRIBUTES.items()},
    tag_attribute_values=VALUES,
    allowed_classes=CLASSES,
    url_schemes=set(PARTS["Link"][0]["protocols"]),
    link_rel=None,
)

LABELS = {
    "table": "Table",
    "embed": "Open on {site}",
    "video": "Load the video from {site}",
    "post": "Load the post from {site}",
    "sound": "Load the recording from {site}",
    "map": "Load the map from {site}",
    "learns": "{site} then learns of your visit.",
    "read_also": "Read also",
    "made_with_ai": "Made with AI",
}

TOLD = (
    "href",
    "data-embed",
    "data-alt",
    "data-story",
)  # what a tag says that is no word of the text
LINES = {"p", "h2", "h3"}
# Nobody sees it, and whoever opens the story again has lost it.
SPACE_AT_AN_END = re.compile(r"(?<![ \t\n])[ \t\n]+(?=</(?:p|h2|h3|footer|figcaption)>)")
TAG = re.compile(r"<(?:[^>\"]|\"[^\"]*\")*>")
SENTENCE_END = re.compile(r"[.!?…؟][\"'”’»)\]]*\s+")
SHORT_NAME = re.compile(r"(?:^|[\s(“‘\"'.])[A-Z][A-Za-z]{0,3}\.\s+$")

WORDS_A_MINUTE = 238  # Brysbaert 2019, "How many words do we read per minute?"
# How wide pictures are drawn: in the column of the text, and on a card in it.
IN_COLUMN = "(min-width: 64em) min(86vw - 30.4rem, 38rem), min(94vw - .8rem, 38rem)"
ON_SMALL_CARD = "6rem"
ROUNDS = 8  # of cleaning; two settle nearly everything
STORY_CODE = re.compile("[0-9a-z]{5}")
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Source:
    """One format of a picture: its files, each with its width in pixels, the smallest first."""

    content_type: str
    files: list[tuple[str, int]]

    @property
    def srcset(self):
        return ", ".join(f"{url} {width}w" for url, width in self.files)


@dataclass(frozen=True)
class Picture:
    """What a page needs to show an image of the library in one shape.

    `url` is the largest file that every browser knows; `sources` name all files, the format that
    is smaller in bytes first. `tone` names the classes of the colour that is shown meanwhile.
    """

    url: str
    width: int
    height: int
    sources: tuple[Source, ...] = ()
    tone: str = ""
    alt: str = ""
    caption: str = ""
    credit: str = ""
    is_made_with_ai: bool = False

    def html(self, sizes, *, alt=None, others=(), is_first=False, is_lazy=True):
        """A `<picture>` of it.

        `sizes` tells a browser how wide it will be drawn (HTML, 4.8.4.2.1). `others` are a media
        query each, what is shown where it holds, and its sizes. The first picture of a page is
        fetched before all others, lazy ones when they come near.
        """
        *better, plain = self.sources or (None,)
        around = [
            other.source(source, media, other_sizes)
            for media, other, other_sizes in others
            for source in other.sources
        ]
        around += [self.source(one, "", sizes) for one in better]
        told = {"class": self.tone, "src": self.url}
        if plain and len(plain.files) > 1:
            told |= {"srcset": plain.srcset, "sizes": sizes}
        told |= {"width": self.width, "height": self.height}
        told |= {"alt": self.alt if alt is None else alt, "decoding": "async"}
        told |= {"fetchpriority": "high" if is_first else "", "loading": "lazy" if is_lazy else ""}
        img = f"<img{attributes(told)}>"
        return f"<picture>{''.join(around)}{img}</picture>"

    def source(self, source, media, sizes):
        told = {"media": media, "type": source.content_type, "srcset": source.srcset}
        told |= {"sizes": sizes, "width": self.width, "height": self.height}
        return f"<source{attributes(told)}>"


def attributes(told):
    """Attributes of a tag. Those that say nothing are left out, but for `alt`."""
    kept = ((name, value) for name, value in told.items() if value or name == "alt")
    return "".join(f' {name}="{escape(str(value))}"' for name, value in kept)


@dataclass(frozen=True)
class Story:
    """What a read-also card shows of a story that readers may see."""

    url: str
    headline: str
    section: str
    language: str
    direction: str
    picture: Picture | None = None


def printable(text):
    """Text without the characters that XML 1.0 (section 2.2) has no place for."""
    return UNPRINTABLE.sub("", text)


def clean(body):
    """The body with nothing in it that the editor could not have made. Safe to run twice."""
    cleaned = printable(body or "")
    for _round in range(ROUNDS):
        before, cleaned = cleaned, _clean_once(cleaned)
        if cleaned == before:
            break
    return "" if cleaned in {"<p></p>", "<p><br></p>"} else cleaned


def _clean_once(body):
    """What is left may be cleaned further: a tag that goes can leave others where none may be."""
    cleaned = SPACE_AT_AN_END.sub("", printable(CLEANER.clean(body))).strip()
    if not any(mark in cleaned for mark in ("<div", "<aside", "<figure", "<a", "<table")):
        return cleaned
    tree = _parse(cleaned)
    for cell in tree.xpath(".//*[self::td or self::th]"):
        for span in ("colspan", "rowspan"):
            if cell.get(span) == "1":
                del cell.attrib[span]
    for table in tree.xpath(".//table[tr or count(tbody) > 1]"):
        rows = E.TBODY(*table.xpath("./tr | ./tbody/tr"))
        for body in table.findall("tbody"):
            body.drop_tree()
        table.append(rows)
    for caption in tree.xpath(".//figcaption[not(node())]"):
        caption.drop_tree()
    for link in tree.xpath(".//a"):
        attributes = sorted(link.attrib.items())  # one order, whoever wrote them
        link.attrib.clear()
        link.attrib.update(attributes)
        if "href" not in link.attrib:
            link.drop_tag()
    for div in tree.xpath(".//div"):
        _stand_alone(div, is_web_address(div.get("data-embed", "")))
    for aside in tree.xpath(".//aside"):
        if aside.get("class"):
            aside.attrib.pop("data-story", None)
        else:
            _stand_alone(aside, bool(STORY_CODE.fullmatch(aside.get("data-story", ""))))
    for figure in tree.xpath(".//figure[not(@data-image)]"):
        figure.drop_tag()
    return _serialize(tree).strip()


def _stand_alone(element, is_kept):
    """An object is empty. What stood in it is kept behind it, and it goes if it says nothing."""
    if is_kept and not len(element) and not element.text:
        return
    if is_kept:
        element.addprevious(element.makeelement(element.tag, dict(element.attrib)))
    element.drop_tag()


def is_web_address(address):
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


def image_codes(body):
    """Codes of the library's images that the body shows, in their order."""
    return _parse(body).xpath(".//figure/@data-image")


def story_codes(body):
    """Codes of the stories that the body has cards of, in their order."""
    return _parse(body).xpath(".//aside/@data-story")


def embedded(body):
    """The addresses that the body embeds, in their order."""
    return _parse(body).xpath(".//div/@data-embed")


def figures(body):
    """The pictures that the body shows: the code of each, and the alt text it has here."""
    found = _parse(body).xpath(".//figure[@data-image]")
    return [(figure.get("data-image"), figure.get("data-alt", "")) for figure in found]


def shapes(body):
    """The pictures that the body shows: the code of each, and the crop of it."""
    return [_shape(figure) for figure in _parse(body).xpath(".//figure[@data-image]")]


def _shape(figure):
    return figure.get("data-image"), figure.get("data-crop", "full")


def links(body):
    """The addresses that the body leads to, in their order."""
    return _parse(body).xpath(".//a/@href")


def render(body, *, pictures=None, stories=None, dateline="", labels=None, hosts=()):
    """The body as readers get it, from the body as it is kept.

    `pictures` maps pairs, of an image's code and a crop, to `Picture`, `stories` codes to `Story`;
    what is gone renders nothing. `dateline` opens the first paragraph. `labels` may translate
    `LABELS`. `hosts` are those of Mastodon whose posts may be shown.
    """
    labels = LABELS | (labels or {})
    tree = _parse(clean(body))
    for empty in tree.xpath(".//p[not(node())]"):  # a line on which nobody wrote
        empty.drop_tree()
    for figure in tree.xpath(".//figure"):
        picture = (pictures or {}).get(_shape(figure))
        _replace(figure, _figure(figure, picture, labels["made_with_ai"]))
    for number, aside in enumerate(tree.xpath(".//aside[@class='factbox']"), 1):
        _dress_factbox(aside, number)
    for aside in tree.xpath(".//aside[@class='pullquote']"):
        aside.tag = "blockquote"
        aside.set("class", "pull")
    for aside in tree.xpath(".//aside[@data-story]"):
        _read_also(aside, (stories or {}).get(aside.get("data-story")), labels["read_also"])
    for div in tree.xpath(".//div[@data-embed]"):
        _replace(div, _embed(div.get("data-embed"), labels, hosts))
    for number, table in enumerate(tree.xpath(".//table"), 1):
        _dress_table(table, f"{labels['table']} {number}")
    for link in tree.xpath(".//a[starts-with(@href, 'http') and not(@rel)]"):
        link.set("rel", "noopener")
    for item in tree.iter("li"):
        _unwrap_paragraph(item)
    if dateline:
        _open_with(tree, dateline)
    return _serialize(tree)


def plain_text(body):
    """The words alone, a line for each block."""
    tree = _parse(body)
    for block in tree.iter(
        "p", "h2", "h3", "li", "td", "th", "blockquote", "figcaption", "footer", "br"
    ):
        block.tail = "\n" + (block.tail or "")
    lines = (" ".join(line.split()) for line in tree.text_content().splitlines())
    return "\n".join(line for line in lines if line)


def blocks(body):
    """The top-level blocks of a body, each as HTML."""
    found = _parse(body)
    texts = [found.text] if (found.text or "").strip() else []
    for element in found:
        texts.append(lxml_html.tostring(element, encoding="unicode", with_tail=False))
        if (element.tail or "").strip():
            texts.append(element.tail)
    return texts


def is_line(block):
    """Whether a block is one run of words, a paragraph or a heading, that may hold links and so."""
    tree = _parse(block)
    if not len(tree):
        return True
    return len(tree) == 1 and tree[0].tag in LINES and not tree.xpath(".//br")


def sentences(block):
    """The HTML of a paragraph, cut after each sentence. Together the parts are the block again.

    No cut falls inside a link or the like, so parts of several versions fit together. After a short
    word with a capital (Mr., U.S., Gen.) a point may end no sentence, so there is no cut.
    """
    if not (is_line(block) and block.startswith("<p>")):
        return [block]
    parts, depth = [""], 0
    inner = block.removeprefix("<p>").removesuffix("</p>")
    for text, tag in zip_longest(TAG.split(inner), TAG.findall(inner), fillvalue=""):
        start = 0
        for end in SENTENCE_END.finditer(text) if not depth else ():
            parts[-1] += text[start : end.end()]
            start = end.end()
            if not (SHORT_NAME.search(parts[-1]) or text[start : start + 1].islower()):
                parts.append("")
        parts[-1] += text[start:] + tag
        depth += (-1 if tag.startswith("</") else 1) if tag else 0
    parts[0] = "<p>" + parts[0]
    parts[-1] += "</p>"
    return parts


def is_whole(html):
    """Whether every tag is closed, in order."""
    opened = []
    for tag in TAG.findall(html):
        name = re.match(r"</?(\w*)", tag)[1]
        if not tag.startswith("</"):
            opened += [name] if name not in {"br", "hr"} else []
        elif not opened or opened.pop() != name:
            return False
    return not opened


def looks(body):
    """What is there besides words: (tag, address or description, its words), and how often.

    The shape of a picture is told as if it were a tag of its own, "crop".
    """
    tree = _parse(body)
    found = Counter(
        (
            element.tag,
            next((element.get(name) for name in TOLD if element.get(name)), ""),
            " ".join(element.text_content().split()),
        )
        for element in tree.iterdescendants()
    )
    return found + Counter(("crop", crop, "") for crop in tree.xpath(".//@data-crop"))


def word_count(body):
    return len(plain_text(body).split())


def reading_minutes(words):
    """How long a reader takes for so many words, to the minute."""
    return max(1, int(words / WORDS_A_MINUTE + 0.5))


def first_paragraph(body):
    """The first words of the story that stand in a paragraph, for summaries."""
    for paragraph in _parse(body).xpath("./p"):
        if words := " ".join(paragraph.text_content().split()):
            return words
    return ""


def _parse(body):
    deep = lxml_html.HTMLParser(huge_tree=True)  # else words below 256 levels are lost in silence
    return lxml_html.fragment_fromstring(body or "", create_parent="div", parser=deep)


def _serialize(tree):
    inner = lxml_html.tostring(tree, encoding="unicode")
    return inner.removeprefix("<div>").removesuffix("</div>") if inner != "<div></div>" else ""


def _replace(element, new):
    """Put `new` (or nothing) in the place of an element, and keep the text after it."""
    if new is None:
        element.drop_tree()
    else:
        new.tail = element.tail
        element.getparent().replace(element, new)


def _figure(figure, picture, made_with_ai):
    if picture is None:
        return None
    caption = " ".join(figure.text_content().split()) or picture.caption
    shown = picture.html(IN_COLUMN, alt=figure.get("data-alt") or None)
    drawn = E.FIGURE(lxml_html.fragment_fromstring(shown))
    marks = [picture.credit] if picture.credit else []
    marks += [made_with_ai] if picture.is_made_with_ai else []
    if caption or marks:
        words = E.FIGCAPTION(f"{caption} " if caption and marks else caption)
        words.extend(E.SPAN(mark, E.CLASS("credit")) for mark in marks)
        for mark in words[:-1]:
            mark.tail = " "
        drawn.append(words)
    return drawn


def _dress_factbox(aside, number):
    aside.set("class", "box")
    heading = aside.find("h2")
    if heading is not None:
        heading.set("id", f"facts-{number}")
        aside.set("aria-labelledby", f"facts-{number}")


def _read_also(aside, story, label):
    """A card of the story, in the box of the card before it if nothing stands between them."""
    if story is None:
        aside.drop_tree()
        return
    link = E.A(story.headline, href=story.url, lang=story.language, dir=story.direction)
    card = E.LI(E.CLASS("card"))
    if picture := story.picture:
        card.append(lxml_html.fragment_fromstring(picture.html(ON_SMALL_CARD, alt="")))
    card.append(E.DIV(E.P(story.section, E.CLASS("kicker")), E.H3(link)))
    before = aside.getprevious()
    if before is not None and before.get("class") == "box read-also" and not before.tail:
        before.find("ul").append(card)
        _replace(aside, None)
        return
    name = f"also-{len(aside.xpath('preceding::aside')) + 1}"
    box = E.ASIDE(E.H2(label, id=name), E.UL(card))
    box.set("class", "box read-also")
    box.set("aria-labelledby", name)
    _replace(aside, box)


def _embed(address, labels, hosts):
    """A card that leads there, with a button where a player is known.

    Nothing comes from another site before a reader asks for it.
    """
    site = urlsplit(address).hostname.removeprefix("www.")
    link = E.A(labels["embed"].format(site=site), href=address, rel="noopener noreferrer")
    shown = address.partition("://")[2].removeprefix("www.").removesuffix("/")
    where = [E.P(E.BDI(shown, dir="ltr"), E.CLASS("note"))] if shown != site else []
    player = embeds.player(address, hosts)
    if player is None:
        return E.DIV(E.CLASS("embed"), E.P(site, E.CLASS("kicker")), E.P(link), *where)
    stage = E.DIV(
        {"class": "stage needs-js", "data-player": player.address},
        E.P(player.site, E.CLASS("kicker")),
        E.P(
            E.BUTTON(labels[player.kind].format(site=player.site), E.CLASS("button"), type="button")
        ),
        E.P(labels["learns"].format(site=player.site), E.CLASS("note")),
    )
    card = E.DIV(E.CLASS("embed"), stage, E.P(link, E.CLASS("note")), *where)
    card.set("data-shape", player.shape or player.kind)
    return card


def _dress_table(table, label):
    """Give a table its scroller, and its head to the row that is all headings."""
    for cell in table.iter("th", "td"):
        _unwrap_paragraph(cell)
    for row in table.iter("tr"):
        cells = list(row)
        if cells and all(cell.tag == "th" for cell in cells):
            for cell in cells:
                cell.set("scope", "col")
        elif cells and cells[0].tag == "th":
            cells[0].set("scope", "row")
    rows = table.findall("tbody/tr")
    if len(rows) > 1 and all(cell.tag == "th" for cell in rows[0]):
        head = E.THEAD()
        head.append(rows[0])
        table.insert(0, head)
    scroller = E.DIV({"class": "table", "role": "region", "tabindex": "0", "aria-label": label})
    scroller.tail, table.tail = table.tail, None
    table.getparent().replace(table, scroller)
    scroller.append(table)


def _unwrap_paragraph(element):
    """The editor wraps every cell and item in a paragraph; a lone one says nothing to a reader."""
    if len(element) == 1 and element[0].tag == "p" and not (element.text or "").strip():
        element[0].drop_tag()


def _open_with(tree, dateline):
    place = E.SPAN(f"{dateline}:", E.CLASS("dateline"))
    paragraph = tree.find("p")
    if paragraph is None:
        tree.insert(0, E.P(place))
        return
    place.tail = f" {paragraph.text or ''}"
    paragraph.text = None
    paragraph.insert(0, place)
