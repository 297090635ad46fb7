"""The editor's guide: how each job is done at this desk, and the handbook of the paper.

The chapters on the desk are templates in `templates/guide`. The handbook is the fixture of that
name, read from its file: the words that fill a new paper, whatever becomes of them there.
"""

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from articles import richtext

AROUND = 90  # characters beside a word that was found
DESK = {
    "the-desk": _("Today on the desk"),
    "finding": _("Find anything"),
    "writing": _("Write a story"),
    "text": _("The text"),
    "reviewing": _("Review, notes, and people outside"),
    "checks": _("Checks and house style"),
    "publishing": _("Publish, fix, update, correct"),
    "scheduling": _("At its moment"),
    "together": _("Two people, one story"),
    "history": _("History"),
    "taking-down": _("Spike, withdraw, kill, delete"),
    "pictures": _("Pictures"),
    "corrections": _("Corrections"),
    "subjects": _("Sections, topics, authors"),
    "people": _("People and roles"),
    "site": _("The site and its pages"),
}
# The chapter that tells of a page of the desk, by the beginning of the page's name.
OF_PAGE = {
    "index": "the-desk",
    "inbox": "the-desk",
    "find": "finding",
    "articles_article_changelist": "finding",
    "articles_article_publish": "publishing",
    "articles_article_scheduled": "scheduling",
    "articles_article_together": "together",
    "articles_article_history": "history",
    "articles_article_who": "history",
    "articles_article_withdraw": "taking-down",
    "articles_article_kill": "taking-down",
    "articles_article_previews": "reviewing",
    "articles_article_notes": "reviewing",
    "articles_article_assign": "reviewing",
    "articles_article": "writing",
    "articles_image": "pictures",
    "articles_correction": "corrections",
    "articles_section": "subjects",
    "articles_topic": "subjects",
    "articles_author": "subjects",
    "articles_check": "checks",
    "articles_style": "checks",
    "articles_page": "site",
    "articles_site": "site",
    "auth_": "people",
}


@dataclass(frozen=True)
class Chapter:
    slug: str
    title: str
    body: str
    language: str = ""  # of the handbook; the desk's own chapters speak that of the page
    standfirst: str = ""

    @property
    def text(self):
        return richtext.plain_text(self.body)


def chapters():
    """On the desk, then of the handbook."""
    desk = [
        Chapter(slug, str(title), render_to_string(f"guide/{slug}.html"))
        for slug, title in DESK.items()
    ]
    return desk, handbook()


@cache
def handbook():
    rows = json.loads((Path(settings.BASE_DIR) / "fixtures" / "handbook.json").read_text())
    stories = [row["fields"] for row in rows if row["model"] == "articles.article"]
    known = {story["code"] for story in stories}
    return [
        Chapter(
            story["code"],
            story["headline"],
            lead(richtext.render(story["body"], pictures={}), known),
            story.get("language", "en"),
            story.get("standfirst", ""),
        )
        for story in stories
    ]


def lead(body, known):
    """Links from story to story lead from chapter to chapter, and to nothing else of a paper."""

    def place(link):
        address, words = link[1], link[2]
        if code := next((part for part in address.split("/") if part in known), None):
            return f'<a href="../{code}/">{words}</a>'
        return link[0] if address.startswith("http") else words

    return re.sub(r'<a href="([^"]*)"[^>]*>(.*?)</a>', place, body)


def find(words):
    """Chapters that have all these words, each with the place where the first stands."""
    wanted = words.lower().split()
    found = []
    for chapter in [chapter for part in chapters() for chapter in part]:
        text = f"{chapter.title}. {chapter.text}"
        if wanted and all(word in text.lower() for word in wanted):
            found.append((chapter, around(text, wanted[0])))
    return found


def around(text, word):
    place = text.lower().find(word)
    begin, end = max(0, place - AROUND), place + len(word) + AROUND
    return ("…" if begin else "") + text[begin:end].strip() + ("…" if end < len(text) else "")


def of_page(name):
    """The chapter that tells of a page of the desk."""
    fitting = [begin for begin in OF_PAGE if name and name.startswith(begin)]
    return OF_PAGE[max(fitting, key=len)] if fitting else ""
