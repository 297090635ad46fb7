"""What the desk says of a story among itself. Whoever is named with an @ is told of it.

A person is named by the name of their account or by their own: @mira, @Mira Lind.
"""

import re
from difflib import get_close_matches

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from articles import publishing, richtext, roles, words
from articles.models import Mention, Note
from articles.models.notes import LONGEST_NOTE, LONGEST_QUOTE
from articles.publishing import NotAllowed, Refused

AT = re.compile(r"(?<![\w.@+-])@(?=\w)")  # not that of an e-mail address
WORD = re.compile(r"[\w.+-]+")
NAMED_MOST = 20  # people in one note
NEAR_MOST = 3  # names offered instead of one that nobody has


@transaction.atomic
def write(article, text, *, by, answers=None, field="", quoted=""):
    """Tell colleagues something about a story. Who is named in it finds it in their inbox."""
    ask_to_note(article, by)
    text = richtext.printable(text).strip().replace("\r\n", "\n")
    if not text:
        raise Refused(_("Write a sentence."))
    if len(text) > LONGEST_NOTE:
        raise Refused(_("A note has at most %(n)d characters.") % {"n": LONGEST_NOTE})
    if answers is not None and answers.article_id != article.pk:
        raise Refused(_("That note belongs to another story."))
    told = named(text)
    for person in told:
        if not publishing.may_read(article, person):
            raise Refused(_("%(name)s may not read this story.") % {"name": roles.called(person)})
    note = Note.objects.create(
        article=article,
        by=by,
        text=text,
        answers=answers,
        field=field if field in words.FIELDS else "",
        quoted=" ".join(richtext.printable(quoted).split())[:LONGEST_QUOTE],
    )
    if answers is not None and answers.by is not None:
        told.add(answers.by)
    Mention.objects.bulk_create(Mention(note=note, user=person) for person in told - {by})
    if answers is not None:
        mark_read(Mention.objects.filter(note=answers), by=by)
    return note


@transaction.atomic
def settle(note, *, by):
    """Say that a note has been dealt with."""
    ask_to_note(note.article, by)
    rows = Note.objects.unsettled().filter(pk=note.pk)
    rows.update(settled_at=timezone.now(), settled_by=by)
    note.refresh_from_db()


@transaction.atomic
def reopen(note, *, by):
    """Say that a note has not been dealt with after all."""
    ask_to_note(note.article, by)
    Note.objects.filter(pk=note.pk).update(settled_at=None, settled_by=None)
    note.refresh_from_db()


def mark_read(mentions, *, by):
    """Of the notes that somebody is told of, these need not be shown as new again."""
    return mentions.filter(user=by).unread().update(read_at=timezone.now())


def ask_to_note(article, by):
    if by is not None and not by.is_staff:
        raise NotAllowed(_("Notes are for people of the desk."))
    publishing.ask_for("view_article", by, _("You may not see stories, so you cannot note them."))
    publishing.ask_to_read(article, by)


def named(text):
    """The people whom a text names. A name that nobody has is refused, with those that are near."""
    places = [found.end() for found in AT.finditer(text)]
    if not places:
        return set()
    by_name = {}
    for person in roles.colleagues():
        for name in {person.get_username(), person.get_full_name()} - {""}:
            by_name.setdefault(name.casefold(), []).append(person)
    found = {person_at(text[place:], by_name) for place in places}
    if len(found) > NAMED_MOST:
        raise Refused(_("A note names at most %(n)d people.") % {"n": NAMED_MOST})
    return found


def person_at(rest, by_name):
    """Whose name stands at the beginning of a text; of several the longest one counts."""
    fits = [name for name in by_name if begins(rest, name)]
    people = by_name[max(fits, key=len)] if fits else []
    if len(people) == 1:
        return people[0]
    word = WORD.match(rest)[0].rstrip(".-")
    sentence = _("Nobody at the desk is called @%(name)s.") if not people else ""
    if people:
        word, sentence = people[0].get_full_name(), _("More than one is called @%(name)s.")
    near = people or near_to(word, by_name)
    sentence %= {"name": word}
    if near:
        names = ", ".join(f"@{person.get_username()}" for person in near)
        sentence += " " + _("Did you mean %(names)s?") % {"names": names}
    raise Refused(sentence)


def begins(text, name):
    after = text[len(name) : len(name) + 1]
    return text[: len(name)].casefold() == name and not (after.isalnum() or after == "_")


def near_to(word, by_name):
    """People whose name has that in it, begins so, or is nearly that."""
    word = word.casefold()
    parts = {name: re.split(r"[\s.@_-]", name) for name in by_name}
    names = [name for name in by_name if word in parts[name]]
    names += [name for name in by_name if name.startswith(word)]
    names += [name for name in by_name if any(part.startswith(word) for part in parts[name])]
    names += get_close_matches(word, by_name, NEAR_MOST)
    people = {person.pk: person for name in names for person in by_name[name]}
    return list(people.values())[:NEAR_MOST]
