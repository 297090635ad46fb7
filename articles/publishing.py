"""What journalists do with a story.

Each verb is one function and one transaction, and asks for the right itself. A verb on words
takes `changes`: a dictionary (see `articles.words`) that is laid over the working copy, the words
that the desk has open. `started_from` is the number of the revision that the writer had open; if it
is not told, the newest. When somebody was faster, the verb raises `Stale`, and what it was given is
kept as a revision all the same.

The row of a story holds what readers see. While they see nothing of it, it follows the desk.
"""

import uuid
from datetime import UTC
from functools import wraps

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from articles import checks, merging, search, words
from articles.models import (
    PUBLICATIONS,
    UNPUBLISHED,
    Article,
    Assignment,
    Byline,
    Check,
    Correction,
    ImageUse,
    Kind,
    Remit,
    Revision,
    Status,
)

MENDING = {Kind.FIX, Kind.CORRECTION}  # of what readers see already
BY_LAW = {Check.Look.EMBARGO, Check.Look.CREDIT}
LOOKED_BACK = 20  # versions among which a save looks for its own words


class Refused(Exception):  # noqa: N818
    """A verb that does not fit the state of the story. Its text is for the editor."""


class Stopped(Refused):
    """A rule of the desk stops a publication."""


class NotAllowed(Refused, PermissionDenied):
    """A verb that this person has no right to."""


class Stale(Refused):
    """Somebody saved the story after this editor opened it. `kept` is the revision of the words."""

    kept = None


def verb(function):
    """One transaction. When somebody was faster it undoes itself, and keeps the words it got."""

    @wraps(function)
    def in_one_transaction(article, changes=None, *, by, started_from=None, **told):
        changes = words.clean(changes or {})
        if not article.pk:
            started_from = 0
        if article.pk and not article.working:
            is_first = adopt(article)
            started_from = article.working if is_first and not started_from else started_from
        if started_from is None:
            started_from = article.working
        try:
            with transaction.atomic():
                done = function(article, changes, by=by, started_from=started_from, **told)
        except Stale as stale:
            if changes:
                stale.kept = keep(article, changes, by=by, started_from=started_from)
            raise
        article.refresh_from_db()
        return done

    return in_one_transaction


@verb
def save_draft(article, changes, *, by, started_from):
    """Keep words that readers do not see, or do not see yet."""
    story = begin(article, by, started_from)
    return record(story, Kind.DRAFT, lay(story, changes), by=by, started_from=started_from)


@verb
def autosave(article, changes, *, by, started_from, is_asked_for=False):
    """Keep words while they are written. Nothing is recorded that the desk has already.

    Asked for by the writer they are a draft, a version that stays.
    """
    ask_to_write(article, by)
    kind, passing = (Kind.DRAFT, [Kind.AUTOSAVE]) if is_asked_for else (Kind.AUTOSAVE, [])
    if known := said_already(article, changes, by, started_from, but=passing):
        return known
    story = begin(article, by, started_from)
    return record(story, kind, lay(story, changes), by=by, started_from=started_from)


@verb
def submit(article, changes, *, by, started_from):
    """Hand a draft over for review. One that readers had stays withdrawn: its address says so."""
    return pass_on(article, changes, Status.REVIEW, by=by, started_from=started_from)


@verb
def approve(article, changes, *, by, started_from):
    """Say that a story is ready for readers. Whoever publishes it need not read it again."""
    return pass_on(
        article, changes, Status.READY, by=by, started_from=started_from, ask=ask_to_publish
    )


@verb
def reopen(article, changes, *, by, started_from):
    """Make a story that was handed over, approved or spiked a draft again."""
    return pass_on(
        article, changes, Status.DRAFT, by=by, started_from=started_from, also=[Status.SPIKED]
    )


@verb
def spike(article, changes, *, by, started_from):
    """Drop a story that no reader has seen. Its words stay, and it can be taken up again."""
    return pass_on(article, changes, Status.SPIKED, by=by, started_from=started_from)


@verb
def publish(article, changes, *, by, started_from, at=None):
    """Put a story before readers, now or at a moment to come.

    Either way it is published by this: readers see it from the moment on, or from the end of its
    embargo if that is later, whoever is at work then. Until then the verb may be called again, to
    choose another moment. The moment of its first publication is set once, for ever.
    """
    story = begin(article, by, started_from, ask=ask_to_publish)
    if not story.is_waiting:
        expect(story, *UNPUBLISHED, Status.WITHDRAWN)
    if story.is_killed:
        ask_for(
            "kill_article", by, _("This story was killed. Only a senior editor may publish it.")
        )
        story.is_killed = False
    is_new = story.first_published_at is None or story.first_published_at > timezone.now()
    if at is not None:
        expect_to_come(at)
        if not is_new:
            raise Refused(_("Readers have seen this story before. Schedule it instead."))
    story.status, story.scheduled_for = Status.PUBLISHED, at
    return go_live(story, Kind.FIRST, changes, by=by, started_from=started_from, comes_out=is_new)


@verb
def update(article, changes, *, by, started_from, note=""):
    """Publish news in a story that is out: the time that readers see moves to now."""
    return change_live(article, Kind.UPDATE, changes, by=by, started_from=started_from, note=note)


@verb
def fix(article, changes, *, by, started_from):
    """Publish spelling, a broken link or style: no time that readers see moves."""
    return change_live(article, Kind.FIX, changes, by=by, started_from=started_from)


@verb
def correct(article, changes, *, by, started_from, text, kind=Correction.Kind.CORRECTION):
    """Tell readers what was wrong and what is right; the time that they see moves to now."""
    text = text.strip()
    if not text:
        raise Refused(_("A correction needs its note."))
    if article.is_waiting:
        raise Refused(_("No reader has seen this story yet. Change it without a note."))
    revision = change_live(
        article, Kind.CORRECTION, changes, by=by, started_from=started_from, note=text
    )
    return Correction.objects.create(
        article_id=article.pk, kind=kind, text=text, made_at=revision.article.updated_at
    )


@verb
def restore(article, changes, *, by, started_from, number, fields=words.FIELDS):
    """Bring an earlier version, or some fields of it, back as the working copy.

    Readers see it once it is published.
    """
    story = begin(article, by, started_from)
    earlier = story.revisions.filter(number=number).first()
    if earlier is None:
        raise Refused(_("There is no version %(number)s.") % {"number": number})
    if earlier.content is None:
        raise Refused(
            _("Version %(number)s was an autosave; its words are gone.") % {"number": number}
        )
    back = {field: earlier.content[field] for field in fields} | changes
    note = _("Version %(number)s") % {"number": number}
    return record(
        story, Kind.RESTORE, lay(story, back), by=by, started_from=started_from, note=note
    )


@verb
def discard(article, changes, *, by, started_from):
    """Throw away what readers of a published story have not seen. The desk has their words again.

    What was thrown away stays in History, like every version.
    """
    story = begin(article, by, started_from)
    expect(story, Status.PUBLISHED)
    if story.working == story.live:
        raise Refused(_("Readers have these words already."))
    story.working, story.saved_at, story.saved_by = story.live, timezone.now(), by
    content = story.revisions.get(number=story.live).content
    note = _("Unpublished changes thrown away")
    return put_aside(story, Kind.RESTORE, content, by=by, started_from=started_from, note=note)


@verb
def withdraw(article, changes, *, by, started_from, reason=""):
    """Take a story from readers. Its address says so and why; its words stay at the desk.

    One whose moment was still to come is a draft again, as if it had never been published: no
    reader has seen it.
    """
    story = begin(article, by, started_from, ask=ask_to_publish)
    expect(story, Status.PUBLISHED)
    return take_back(story, Kind.WITHDRAWAL, changes, reason, by=by, started_from=started_from)


@verb
def kill(article, changes, *, by, started_from, reason):
    """Withdraw a story for good: from now on only a senior editor may change or publish it.

    What readers saw of it stays at the desk, word for word.
    """
    story = begin(article, by, started_from, ask=ask_to_kill)
    if not reason.strip():
        raise Refused(_("Readers are told why. Write a sentence."))
    expect(story, Status.PUBLISHED, Status.WITHDRAWN)
    if story.is_waiting:
        raise Refused(_("No reader has seen this story yet. Withdraw it or spike it instead."))
    story.is_killed = True
    return take_back(story, Kind.KILL, changes, reason, by=by, started_from=started_from)


def move(article, section, *, by):
    """Take a story to another section. Readers find it by its code, and no time they see moves."""
    if article.has_changes:
        raise Refused(_("Changes of this story wait at the desk. Publish or discard them first."))
    act = fix if article.status == Status.PUBLISHED else save_draft
    return act(article, {"section": section.pk}, by=by, started_from=article.working)


@verb
def set_updated_at(article, changes, *, by, started_from, at, note):
    """Set the time that readers see by hand. It is written down who did, from what and why."""
    story = begin(article, by, started_from, ask=ask_to_set_time)
    expect(story, Status.PUBLISHED)
    if not story.first_published_at <= at <= timezone.now():
        raise Refused(_("It lies between the first publication and now."))
    if not note.strip():
        raise Refused(_("Write down why."))
    before, story.updated_at = story.updated_at, at
    told = _("From %(before)s to %(after)s. %(why)s") % {
        "before": before.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC"),
        "after": at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC"),
        "why": note.strip(),
    }
    content = story.revisions.get(number=story.live).content
    return put_aside(story, Kind.TIME, content, by=by, started_from=started_from, note=told)


@transaction.atomic
def hide_version(article, number, *, by, because):
    """Take one version that was public off the page that shows readers what changed.

    The page says that there was one, and why it cannot be read.
    """
    ask_to_hide(article, by)
    if not because.strip():
        raise Refused(_("Readers are told why. Write a sentence."))
    seen = article.revisions.seen_by_readers().filter(number=number)
    if not seen.update(hidden_at=timezone.now(), hidden_because=because.strip()):
        raise Refused(_("Readers have not seen version %(number)s.") % {"number": number})


@transaction.atomic
def unhide_version(article, number, *, by):
    """Let readers read a version again."""
    ask_to_hide(article, by)
    article.revisions.filter(number=number).update(hidden_at=None, hidden_because="")


@transaction.atomic
def tell_changes(article, *, by, told):
    """Say whether readers may see what changed in a story."""
    ask_to_publish(article, by)
    Article.objects.filter(pk=article.pk).update(tells_changes=told)
    article.tells_changes = told


@transaction.atomic
def mend_correction(correction, *, by, text, kind):
    """Put the words of a note to readers right. No time that they see moves."""
    ask_for("change_correction", by, _("Only an editor may change what readers were told."))
    ask_to_publish(correction.article, by)
    if not text.strip():
        raise Refused(_("A correction needs its note."))
    correction.text, correction.kind = text.strip(), kind
    correction.save(update_fields=["text", "kind"])


@transaction.atomic
def drop_correction(correction, *, by):
    """Take a note to readers off its story, one that stands on the wrong story say."""
    ask_for("delete_correction", by, _("Only an administrator may delete a correction."))
    ask_to_publish(correction.article, by)
    correction.delete()


@transaction.atomic
def duplicate(article, *, by):
    """Begin a new story with the words of another. Nothing of its past comes along."""
    ask_to_read(article, by)
    story = begin(Article(), by, 0)
    content = lay(story, words.working(article) | {"slug": "", "embargoed_until": None})
    note = _("The words of %(code)s, “%(story)s”") % {"code": article.code, "story": article}
    return record(story, Kind.DRAFT, content, by=by, started_from=0, note=note).article


@transaction.atomic
def delete(article, *, by):
    """Delete a story that no reader has seen, and every version of it."""
    story = Article.objects.select_for_update().filter(pk=article.pk).first()
    if story is None:
        raise Refused(_("Somebody has deleted this story."))
    ask_to_delete(story, by)
    story.delete()


@transaction.atomic
def link_translations(article, other, *, by):
    """Say that a story tells in its language what another tells in its own.

    Readers learn of it once both are out, so it takes no right to change the other one.
    """
    ask_to_link(article, by)
    alone = Article.objects.filter(pk=other.pk, translation_group=None)
    alone.update(translation_group=uuid.uuid4())
    other.refresh_from_db(fields=["translation_group"])
    article.translation_group = other.translation_group
    try:
        with transaction.atomic():
            article.save(update_fields=["translation_group"])
    except IntegrityError:
        raise Refused(_("That story is already told in this language.")) from None


@transaction.atomic
def unlink_translations(article, *, by):
    """Say that a story is no translation of another."""
    ask_to_link(article, by)
    article.translation_group = None
    article.save(update_fields=["translation_group"])


@transaction.atomic
def adopt(article):
    """Give a row that came from elsewhere, a fixture say, the revision that says what it says.

    Returns whether it had none.
    """
    if not Article.objects.filter(pk=article.pk, working=0).update(working=F("working")):
        return False  # somebody was faster, or it is gone
    story = Article.objects.get(pk=article.pk)
    content, is_out = words.of(story), story.status == Status.PUBLISHED
    earlier = story.revisions.exclude(kind=Kind.REFUSED).newest_first()
    live = earlier.publications().first()
    known = live if is_out else earlier.first()
    newest = story.revisions.newest_first().values_list("number", flat=True).first() or 0
    if known and known.content == content:
        story.version, story.working = newest, earlier.first().number
        story.live = live.number if live else None
    else:
        story.version = story.working = newest + 1
        kind = (Kind.FIX if live else Kind.FIRST) if is_out else Kind.DRAFT
        moments = {"public_from": story.visible_from} if is_out else {}
        if live:
            end_what_readers_see(story, live.number)
        if live and is_out:  # readers had the other words until now
            moments["public_from"] = max(timezone.now(), story.visible_from)
        if is_out:
            story.live = story.version
        Revision.objects.create(
            article=story, number=story.version, kind=kind, content=content, **moments
        )
    story.save(update_fields=["version", "working", "live"])
    search.index_at_desk(story, content)
    note_pictures(story, content, moves=is_out)
    article.refresh_from_db(fields=["version", "working", "live"])
    return True


def writable(by):
    """Which stories this person may change, as a question to the database."""
    if not by.has_perm("articles.change_article"):
        return Q(pk__in=[])
    signed = Byline.objects.filter(article=OuterRef("pk"), author__user=by)
    assigned = Assignment.objects.open().filter(article=OuterRef("pk"), to=by)
    own = Q(created_by=by) | Q(Exists(signed)) | Q(Exists(assigned))
    may = readable(by)
    if (remit := Remit.objects.of(by)) is not None:
        may &= own | Q(section=None) | Q(section__in=remit)
    if not by.has_perm("articles.change_any_article"):
        may &= own & Q(status__in=[Status.DRAFT, Status.REVIEW, Status.SPIKED])
    return may


def may_write(article, by):
    """Whether this person may change these words. `None` is the newsroom itself."""
    if by is None:
        return True
    if article.pk is None:
        return by.has_perm("articles.add_article")
    return Article.objects.filter(writable(by), pk=article.pk).exists()


def readable(by):
    """Which stories somebody of the desk may read, as a question to the database."""
    return Q(pk__isnull=False) if by.has_perm("articles.kill_article") else Q(is_killed=False)


def may_read(article, by):
    """Whether somebody of the desk may read a story. One that was killed is not for everybody."""
    return by is None or not article.is_killed or by.has_perm("articles.kill_article")


def may_publish(article, by):
    """Whether this person decides what readers get of a story."""
    if by is None:
        return True
    may = by.has_perm("articles.publish_article") and may_write(article, by)
    return may and is_in_remit(article.section_id, by)


def why_not_published(article, by):
    """Why this person does not decide what readers get of a story, as a sentence, if so."""
    try:
        ask_to_publish(article, by)
    except Refused as refused:
        return str(refused)
    return ""


def may_delete(article, by):
    try:
        ask_to_delete(article, by)
    except Refused:
        return False
    return True


def is_in_remit(section, by):
    """Whether this person works in a section, told by its id. Without a remit: in all of them."""
    remit = Remit.objects.of(by)
    return remit is None or section is None or section in remit


def ask_to_read(article, by):
    if not may_read(article, by):
        raise NotAllowed(_("This story was killed. Only a senior editor may read it."))


def ask_to_write(article, by):
    if may_write(article, by):
        return
    if article.is_killed:
        raise NotAllowed(_("This story was killed. Only a senior editor may change it."))
    right = "change_article" if article.pk else "add_article"
    ask_for(right, by, _("You may read stories but not write them."))
    if by.has_perm("articles.change_any_article"):
        ask_for_section(article.section_id, by)
    raise NotAllowed(_("You may change your own drafts. Ask an editor about this story."))


def ask_to_publish(article, by):
    ask_for("publish_article", by, _("You may write but not publish. Send it to review."))
    ask_to_write(article, by)
    ask_for_section(article.section_id, by)


def ask_to_kill(article, by):
    ask_for("kill_article", by, _("Only a senior editor may kill a story. Withdraw it instead."))
    ask_to_write(article, by)
    ask_for_section(article.section_id, by)


def ask_to_set_time(article, by):
    ask_for("set_updated_at", by, _("Only a senior editor may set the time that readers see."))
    ask_to_publish(article, by)


def ask_to_hide(article, by):
    ask_for("hide_version", by, _("Only a senior editor may hide a version or show it again."))
    ask_to_write(article, by)
    ask_for_section(article.section_id, by)


def ask_to_link(article, by):
    """What stands beside a story that is out is for those who publish it."""
    (ask_to_publish if article.status == Status.PUBLISHED else ask_to_write)(article, by)


def ask_to_delete(article, by):
    ask_for("delete_article", by, _("You may not delete stories. Spike it instead."))
    ask_to_write(article, by)
    ask_for_section(article.section_id, by)
    if sentence := why_kept(article):
        raise Refused(sentence)


def why_kept(article):
    """Why a story cannot be deleted, as a sentence; nothing if it can."""
    if article.is_waiting:
        return _("This story is to be published. Withdraw it first.")
    if article.status == Status.PUBLISHED:
        return _("This story is before readers, so it is kept. Withdraw it instead.")
    if article.first_published_at:
        return _("Readers have seen this story, so it is kept.")
    return ""


def ask_to_move(story, section, by):
    """From one section to another a story is brought by somebody who works in both."""
    if by is None or section == story.section_id:
        return
    for end in (section, story.section_id):
        ask_for_section(end, by)


def ask_for_section(section, by):
    if by is not None and not is_in_remit(section, by):
        raise NotAllowed(
            _("You work in: %(sections)s. Ask somebody of the other section.")
            % {"sections": Remit.objects.get(user=by)}
        )


def ask_for(right, by, sentence):
    if by is not None and not by.has_perm(f"articles.{right}"):
        raise NotAllowed(sentence)


def expect_to_come(at):
    if at <= timezone.now():
        raise Refused(_("That moment is over. Choose a later one, or publish now."))


def expect(story, *statuses):
    """Refuse a verb that the state of the story does not allow."""
    if story.status not in statuses:
        raise Refused(
            _("“%(headline)s” is %(state)s; that cannot be done now.")
            % {"headline": story.headline, "state": Status(story.status).label.lower()}
        )


def begin(article, by, started_from, ask=ask_to_write):
    """The story as the database has it, claimed by whoever started from its newest words.

    The claim is one `UPDATE`: of two people, or two servers, the row itself decides who was first.
    The right is asked of the story so claimed, whatever was known of it before.
    """
    if article.pk is None:
        ask(article, by)
        article.created_by, article.version = article.created_by or by, 1
        return article
    rows = Article.objects.filter(pk=article.pk)
    claimed = rows.filter(working=started_from).update(version=F("version") + 1)
    story = rows.select_related("section", "lead_image").first()
    if story is None:
        raise Refused(_("Somebody has deleted this story."))
    ask(story, by)
    if not claimed:
        raise Stale(_("Somebody saved this story after you opened it."))
    return story


def pass_on(article, changes, status, *, by, started_from, also=(), ask=ask_to_write):
    """Give an unpublished story another state."""
    story = begin(article, by, started_from, ask=ask)
    expect(story, *UNPUBLISHED, *also)
    story.status = status
    return record(story, Kind.DRAFT, lay(story, changes), by=by, started_from=started_from)


def take_back(story, kind, changes, reason, *, by, started_from):
    """Readers see nothing of a story any more, and what waits for a moment is looked at again."""
    end_what_readers_see(story, story.live)
    if story.first_published_at > timezone.now():
        story.status, story.first_published_at, story.live = Status.DRAFT, None, None
    else:
        story.status = Status.WITHDRAWN
    story.scheduled_for, story.withdrawal_reason = None, reason.strip()
    waiting = story.scheduled.waiting()
    waiting.filter(kind=Kind.WITHDRAWAL).update(state="cancelled")
    waiting = waiting if story.is_killed else waiting.exclude(kind=Kind.FIRST)
    waiting.update(state="look", problem=_("The story was withdrawn before the moment came."))
    return record(
        story,
        kind,
        lay(story, changes),
        by=by,
        started_from=started_from,
        note=story.withdrawal_reason,
    )


def put_aside(story, kind, content, *, by, started_from, note=""):
    """Write the next revision, beside the words that the desk has open."""
    story.save()
    return Revision.objects.create(
        article=story,
        number=story.version,
        kind=kind,
        content=content,
        note=note,
        by=by,
        started_from=started_from or None,
    )


def record(story, kind, content, *, by, started_from, note="", **moments):
    """Write the next revision. The row follows, unless readers see it and not yet these words."""
    ask_to_move(story, content["section"], by)
    story.working = story.version
    story.saved_at, story.saved_by = timezone.now(), by
    moves = story.status != Status.PUBLISHED or kind in PUBLICATIONS
    if moves:
        words.fill(story, content)
    if story.status == Status.WITHDRAWN and story.section is None:
        raise Refused(_("No section chosen."))  # its address stays
    story.save()
    is_retold = moves and words.relate(story, content)
    search.index_at_desk(story, content)
    note_pictures(story, content, moves=moves, is_retold=is_retold)
    return Revision.objects.create(
        article=story,
        number=story.version,
        kind=kind,
        content=content,
        note=note,
        by=by,
        at=story.saved_at,
        started_from=started_from or None,
        **moments,
    )


def note_pictures(story, content, *, moves, is_retold=False):
    """Note which pictures the desk's words show, and readers' words if these have moved.

    Pictures are found by the topics of their stories, which may have changed: `is_retold`.
    """
    shown = words.pictures(content)
    moved = ImageUse.objects.follow(story, shown, is_live=False)
    if moves:
        is_out = story.status == Status.PUBLISHED
        moved |= ImageUse.objects.follow(story, shown if is_out else [], is_live=True)
    if is_retold:
        moved |= set(ImageUse.objects.filter(article=story).values_list("image", flat=True))
    if moved:
        search.index_pictures(moved)


def said_already(article, changes, by, started_from, *, but=()):
    """The version that has these words: nothing was typed, or the answer to a save was lost.

    Those of a kind in `but` do not count.
    """
    if article.pk is None:
        return None
    base = article.revisions.filter(number=started_from).first()
    if started_from and (base is None or base.content is None):
        return None
    before = base.content if base else words.of(Article())
    content = lay(article, changes, before)
    if content == before and (base is None or base.kind not in but):
        return base
    since = article.revisions.filter(number__gt=started_from, by=by)
    since = since.exclude(kind__in=[Kind.REFUSED, *but])
    return next((one for one in since.with_words()[:LOOKED_BACK] if one.content == content), None)


def lay(story, changes, before=None):
    """Changes laid over the working copy, or over earlier words."""
    before = before or words.working(story)
    content = before | changes
    # What readers link to stays.
    known = story.first_published_at is not None and story.first_published_at <= timezone.now()
    content["slug"] = words.address(content, before=None if known else before)
    return content


def change_live(article, kind, changes, *, by, started_from, note=""):
    story = begin(article, by, started_from, ask=ask_to_publish)
    expect(story, Status.PUBLISHED)
    return go_live(
        story,
        kind,
        changes,
        by=by,
        started_from=started_from,
        note=note,
        comes_out=story.first_published_at > timezone.now(),
        is_seen=story.is_public,
    )


def go_live(story, kind, changes, *, by, started_from, note="", comes_out, is_seen=False):
    """Make the words laid over the working copy what readers see."""
    content, now = lay(story, changes), timezone.now()
    ask_to_move(story, content["section"], by)
    words.fill(story, content)
    refuse_what_stops(story, content, kind, is_seen=is_seen)
    if comes_out:
        moment = max(now, story.scheduled_for or now, story.embargoed_until or now)
        story.first_published_at = story.updated_at = moment
    elif kind in {Kind.UPDATE, Kind.CORRECTION}:
        story.updated_at = now
    end_what_readers_see(story, story.live)
    story.live = story.version
    revision = record(
        story,
        kind,
        content,
        by=by,
        started_from=started_from,
        note=note,
        public_from=max(now, story.visible_from),
    )
    search.index(story)
    keep_in_step(story, content)
    if kind != Kind.FIX:  # what is to be written is not done by mending a word
        story.assignments.finish()
    return revision


def keep_in_step(story, content):
    """Find out at once, not at the last minute, whether what waits still fits what readers see."""
    for waiting in story.scheduled.waiting().exclude(base=None).select_related("revision", "base"):
        fits = not merging.merge(waiting.base.content, content, waiting.revision.content).clashes
        waiting.problem = "" if fits else clash_of(waiting)
        waiting.save(update_fields=["problem"])


def clash_of(waiting):
    return _("The story changed after its %(kind)s was written, in the same places.") % {
        "kind": waiting.get_kind_display().lower()
    }


def refuse_what_stops(story, content, kind, *, is_seen):
    if found := what_stops(story, content, kind, is_seen=is_seen):
        raise Stopped(" ".join(one.sentence for one in found))


def what_stops(story, content, kind, *, is_seen):
    """What the rules of the desk hold against a publication.

    They hold for every one. But a fix or a correction mends what readers see already: it is not
    held up by what was wrong before, only by what its own change brings in, and by what law and
    rights ask for (an embargo, the credit of a picture). A picture whose rights ended since holds
    up nothing where it stood before: readers no longer see it.
    """
    found = [one for one in checks.look(content, story, is_seen=is_seen) if one.stops]
    is_mended = kind in MENDING
    if not any(is_mended or (is_seen and one.look == Check.Look.RIGHTS) for one in found):
        return found
    live = story.revisions.filter(number=story.live).first()
    before = checks.look(live.content, story, is_seen=is_seen) if live and live.content else []
    known = {one.fault for one in before}
    return [
        one
        for one in found
        if one.fault not in known
        or (one.look in BY_LAW if is_mended else one.look != Check.Look.RIGHTS)
    ]


def end_what_readers_see(story, number):
    """From now on readers see another version than this, or none."""
    if number is None:
        return
    for seen in story.revisions.publications().filter(number=number, public_until=None):
        until = max(seen.public_from, timezone.now())
        Revision.objects.filter(pk=seen.pk).update(public_until=until)


@transaction.atomic
def keep(article, changes, *, by, started_from):
    """Words that could not be saved, as a revision that can be brought back. Once is enough."""
    rows = Article.objects.filter(pk=article.pk)
    rows.update(version=F("version") + 1)
    story = rows.get()
    base = story.revisions.filter(number=started_from or 1).first()
    content = (words.before(story, base.number) if base else words.working(story)) | changes
    kept = story.revisions.filter(
        kind=Kind.REFUSED, by=by, started_from=base.number if base else None
    ).first()
    if kept and kept.content == content:
        rows.update(version=F("version") - 1)
        return kept
    return Revision.objects.create(
        article=story,
        number=story.version,
        kind=Kind.REFUSED,
        content=content,
        by=by,
        started_from=base.number if base else None,
    )
