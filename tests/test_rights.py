"""Who may do what: every verb, for every role and in every state where it matters.

A new verb makes a test here fail until the table knows for whom it is.

VERBS    for each verb how it is called, and in which state of a story it is for whom
HELPERS  what else stands beside the verbs: parts of them, which ask for nothing themselves

The addresses of the desk have a table of their own in `test_rights_at_the_desk.py`.
"""

import inspect
import re
from contextlib import contextmanager
from datetime import timedelta
from importlib import import_module
from io import BytesIO

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser, Group, Permission, User
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.db.models import ProtectedError
from django.utils import timezone
from django_tasks.base import Task
from PIL import Image as PillowImage

from articles import (
    assignments,
    notes,
    people,
    pictures,
    previews,
    publishing,
    roles,
    scheduling,
    subjects,
    uploads,
)
from articles.models import (
    Article,
    Assignment,
    GivenRight,
    ImageUse,
    Kind,
    Note,
    PreviewLink,
    Remit,
    ScheduledPublication,
    Status,
)
from tests.factories import (
    make_admin,
    make_article,
    make_author,
    make_draft,
    make_former_file,
    make_picture,
    make_section,
    make_topic,
    make_user,
)

pytestmark = pytest.mark.django_db

# A head is a senior editor, limited an editor, who works only in World.
EVERYWHERE = "editor senior administrator owner"
EDITING = f"{EVERYWHERE} limited head"
SENIOR = "senior head administrator owner"
SENIOR_EVERYWHERE = "senior administrator owner"
WRITING = f"{EDITING} reporter"
DESK = f"{WRITING} pictures"
STAFF = f"{DESK} nobody"
PEOPLE = "administrator owner"
PICTURES = f"{EDITING} pictures"
OF_PICTURES = {  # by what shows them: readers see a part of the paper
    "draft": PICTURES,
    "draft in another section": PICTURES,
    "live": PICTURES,
    "live in another section": f"{EVERYWHERE} pictures",
}
EVERYBODY = f"{STAFF} reader stranger"
NOBODY = ""


def make_person(role):
    world = [make_section("World")]
    return {
        "stranger": AnonymousUser,
        "reader": lambda: make_user("reader", None, is_staff=False),
        "nobody": lambda: make_user("nobody", None),
        "reporter": lambda: make_user("reporter", "Reporters"),
        "pictures": lambda: make_user("pictures", "Picture desk"),
        "editor": lambda: make_user("editor", "Editors"),
        "limited": lambda: make_user("limited", "Editors", sections=world),
        "senior": lambda: make_user("senior", "Senior editors"),
        "head": lambda: make_user("head", "Senior editors", sections=world),
        "administrator": lambda: make_user("administrator", "Administrators"),
        "owner": lambda: make_admin("owner"),
        "retired": lambda: make_user("retired", "Senior editors", is_active=False),
    }[role]()


ROLES = [*EVERYBODY.split(), "retired"]
# Whose rights each of these has, and more; a test below says so of the groups.
BELOW = {"senior": "editor", "administrator": "senior", "owner": "administrator", "head": "limited"}

# Rights are no matter of the database: on PostgreSQL one role shows that each verb works.
ASKED_TWICE = {"editor"}


def asked(roles):
    return [
        role if role in ASKED_TWICE else pytest.param(role, marks=pytest.mark.once)
        for role in roles
    ]


def goes_without_saying(role, who):
    """Whether a role may do what one may that has fewer rights: that is asked of the other."""
    return role in who.split() and BELOW.get(role) in who.split()


@contextmanager
def undone():
    """What happens here, as if it had never happened."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def everything():
    """Every row of the newsroom and of its accounts."""
    models = [*apps.get_app_config("articles").get_models(include_auto_created=True)]
    models += apps.get_app_config("auth").get_models(include_auto_created=True)
    return {model: rows_of(model) for model in models}


def rows_of(model):
    return sorted(model.objects.values_list(), key=repr)


# Verbs

IN_A_WHILE = timedelta(hours=1)
WRITE = {
    "draft": EDITING,
    "own draft": WRITING,
    "own draft in another section": WRITING,
    "draft in another section": EVERYWHERE,
    "own ready": EDITING,
    "live": EDITING,
    "own live": EDITING,
    "live in another section": EVERYWHERE,
    "withdrawn": EDITING,
    "killed": SENIOR,
}
HAND_OVER = {
    "draft": EDITING,
    "own draft": WRITING,
    "own draft in another section": WRITING,
    "draft in another section": EVERYWHERE,
    "own ready": EDITING,
}
PUBLISH_FIRST = {
    "draft": EDITING,
    "own draft": EDITING,
    "own draft in another section": EVERYWHERE,
    "draft in another section": EVERYWHERE,
    "withdrawn": EDITING,
}
PUBLISH = {
    "live": EDITING,
    "own live": EDITING,
    "own live in another section": EVERYWHERE,
    "live in another section": EVERYWHERE,
}
SENIOR_ONLY = {
    "live": SENIOR,
    "own live": SENIOR,
    "own live in another section": SENIOR_EVERYWHERE,
    "live in another section": SENIOR_EVERYWHERE,
}
MOVE = {
    "draft": EVERYWHERE,
    "own draft": f"{EVERYWHERE} reporter",
    "own draft in another section": f"{EVERYWHERE} reporter",
    "draft in another section": EVERYWHERE,
    "live": EVERYWHERE,
    "live in another section": EVERYWHERE,
    "withdrawn": EVERYWHERE,
    "killed": SENIOR_EVERYWHERE,
}
READ = {
    "draft": DESK,
    "draft in another section": DESK,
    "live": DESK,
    "withdrawn": DESK,
    "killed": SENIOR,
}
KICKER = {"kicker": "Harbour"}


def soon():
    return timezone.now() + IN_A_WHILE


def waiting(story):
    return story.scheduled.waiting().first()


def note(story):
    return story.corrections.first()


def noted(story):
    return Note.objects.create(article=story, by=story.created_by, text="Who says so?")


def assigned(story):
    return Assignment.objects.create(article=story, to=make_user("nia", "Reporters"))


@transaction.atomic
def throw_away(story, by):
    publishing.save_draft(story, KICKER, by=None)
    publishing.discard(story, by=by)


def make_link(story, by):
    """To a story of which readers do not see all."""
    if story.status == Status.PUBLISHED:
        publishing.autosave(story, {"kicker": "Not out yet"}, by=None)
    previews.make(story, by=by, label="Legal", expires_at=soon())


def revoke_link(story, by):
    previews.revoke(PreviewLink.objects.create(article=story, label="Legal"), by=by)


def move(story, by):
    """To the other of two sections."""
    names = {"World", "Sport"} - {story.section.name}
    publishing.move(story, make_section(names.pop()), by=by)


def mend_section(story, by):
    story.section.description = "From abroad"
    subjects.save_section(story.section, by=by)


def merge_two_topics(story, by):
    into, other = make_topic("Harbour"), make_topic("Port")
    subjects.merge_topics([into, other], into=into, by=by)


def merge_two_authors(story, by):
    people.merge_authors([make_author("M. Lind")], into=make_author("Mira Lind"), by=by)


def shown_picture(story):
    """A picture of somebody else that a story shows, with a file it had before."""
    picture = make_picture(size=(9, 9))
    ImageUse.objects.create(image=picture, article=story, is_live=story.is_public)
    return picture


def mend_picture(story, by):
    _done, left_out = pictures.change([shown_picture(story)], {"credit": "Jo Ek"}, by=by)
    for _image, why in left_out:
        raise publishing.Refused(why)


def a_file():
    drawn = BytesIO()
    PillowImage.new("RGB", (9, 9), "navy").save(drawn, "PNG")
    return SimpleUploadedFile("boat.png", drawn.getvalue(), "image/png")


VERBS = {
    "publishing.save_draft": (lambda s, by: publishing.save_draft(s, KICKER, by=by), WRITE),
    "publishing.move": (move, MOVE),
    "publishing.autosave": (lambda s, by: publishing.autosave(s, KICKER, by=by), WRITE),
    "publishing.restore": (lambda s, by: publishing.restore(s, by=by, number=1), WRITE),
    "publishing.discard": (
        throw_away,
        {
            "live": EDITING,
            "own live": EDITING,
            "own live in another section": EDITING,
            "live in another section": EVERYWHERE,
        },
    ),
    "publishing.duplicate": (
        lambda s, by: publishing.duplicate(s, by=by),
        {
            "draft": WRITING,
            "draft in another section": f"{EVERYWHERE} reporter",
            "live": WRITING,
            "killed": SENIOR,
        },
    ),
    "publishing.submit": (lambda s, by: publishing.submit(s, by=by), HAND_OVER),
    "publishing.reopen": (
        lambda s, by: publishing.reopen(s, by=by),
        HAND_OVER | {"own spiked": WRITING, "spiked": EDITING},
    ),
    "publishing.spike": (lambda s, by: publishing.spike(s, by=by), HAND_OVER),
    "publishing.approve": (
        lambda s, by: publishing.approve(s, by=by),
        {**PUBLISH_FIRST, "withdrawn": NOBODY},
    ),
    "publishing.publish": (
        lambda s, by: publishing.publish(s, by=by),
        PUBLISH_FIRST | {"killed": SENIOR},
    ),
    "publishing.update": (lambda s, by: publishing.update(s, KICKER, by=by), PUBLISH),
    "publishing.fix": (lambda s, by: publishing.fix(s, KICKER, by=by), PUBLISH),
    "publishing.correct": (
        lambda s, by: publishing.correct(s, KICKER, by=by, text="Nine, not eight."),
        PUBLISH,
    ),
    "publishing.withdraw": (lambda s, by: publishing.withdraw(s, by=by), PUBLISH),
    "publishing.kill": (
        lambda s, by: publishing.kill(s, by=by, reason="A court said so."),
        SENIOR_ONLY | {"withdrawn": SENIOR},
    ),
    "publishing.set_updated_at": (
        lambda s, by: publishing.set_updated_at(s, by=by, at=timezone.now(), note="Wrong."),
        SENIOR_ONLY,
    ),
    "publishing.hide_version": (
        lambda s, by: publishing.hide_version(s, s.live, by=by, because="A name."),
        SENIOR_ONLY,
    ),
    "publishing.unhide_version": (
        lambda s, by: publishing.unhide_version(s, s.live, by=by),
        SENIOR_ONLY,
    ),
    "publishing.tell_changes": (
        lambda s, by: publishing.tell_changes(s, by=by, told=False),
        PUBLISH,
    ),
    "publishing.link_translations": (
        lambda s, by: publishing.link_translations(s, make_draft(language="pl"), by=by),
        WRITE | PUBLISH,
    ),
    "publishing.unlink_translations": (
        lambda s, by: publishing.unlink_translations(s, by=by),
        WRITE | PUBLISH,
    ),
    "publishing.mend_correction": (
        lambda s, by: publishing.mend_correction(note(s), by=by, text="Ten.", kind="correction"),
        PUBLISH | {"killed": SENIOR},
    ),
    "publishing.drop_correction": (
        lambda s, by: publishing.drop_correction(note(s), by=by),
        dict.fromkeys(["live", "live in another section", "killed"], PEOPLE),
    ),
    "publishing.delete": (
        lambda s, by: publishing.delete(s, by=by),
        {
            "draft": EDITING,
            "own draft": EDITING,
            "draft in another section": EVERYWHERE,
            "own draft in another section": EVERYWHERE,
            "live": NOBODY,
            "withdrawn": NOBODY,
            "killed": NOBODY,
        },
    ),
    "scheduling.schedule": (
        lambda s, by: scheduling.schedule(s, KICKER, by=by, at=soon(), kind=Kind.UPDATE),
        PUBLISH,
    ),
    "scheduling.schedule_withdrawal": (
        lambda s, by: scheduling.schedule_withdrawal(s, by=by, at=soon()),
        PUBLISH,
    ),
    "scheduling.move": (lambda s, by: scheduling.move(waiting(s), by=by, at=soon()), PUBLISH),
    "scheduling.cancel": (lambda s, by: scheduling.cancel(waiting(s), by=by), PUBLISH),
    "scheduling.apply_now": (lambda s, by: scheduling.apply_now(waiting(s), by=by), PUBLISH),
    "scheduling.settle": (lambda s, by: scheduling.settle(waiting(s), by=by), PUBLISH),
    "scheduling.take_to_desk": (lambda s, by: scheduling.take_to_desk(waiting(s), by=by), PUBLISH),
    "notes.write": (lambda s, by: notes.write(s, "Who says so?", by=by), READ),
    "notes.settle": (lambda s, by: notes.settle(noted(s), by=by), READ),
    "notes.reopen": (lambda s, by: notes.reopen(noted(s), by=by), READ),
    "assignments.begin": (
        lambda s, by: assignments.begin(
            {"headline": "Port", "section": s.section_id}, to=make_user("nia", "Editors"), by=by
        ),
        {"draft": WRITING, "draft in another section": f"{EVERYWHERE} reporter"},
    ),
    "assignments.assign": (
        lambda s, by: assignments.assign(s, to=make_user("nia", "Senior editors"), by=by),
        WRITE,
    ),
    "assignments.take": (
        lambda s, by: assignments.take(s, by=by or make_user("nia", "Editors")),
        HAND_OVER,
    ),
    "assignments.hand_over": (
        lambda s, by: assignments.hand_over(
            assigned(s), to=make_user("ilva", "Senior editors"), by=by
        ),
        WRITE,
    ),
    "assignments.done": (lambda s, by: assignments.done(assigned(s), by=by), WRITE),
    "assignments.drop": (lambda s, by: assignments.drop(assigned(s), by=by), WRITE),
    "subjects.save_section": (
        mend_section,
        {"live": EDITING, "live in another section": EVERYWHERE},
    ),
    "subjects.put_in_order": (
        lambda s, by: subjects.put_in_order([s.section], by=by),
        {"live": EVERYWHERE},
    ),
    "subjects.merge_topics": (merge_two_topics, {"live": EDITING}),
    "people.merge_authors": (merge_two_authors, {"live": PEOPLE}),
    "pictures.change": (mend_picture, OF_PICTURES),
    "pictures.delete": (
        lambda s, by: pictures.delete([make_picture(size=(9, 9))], by=by),
        {"live": PICTURES},
    ),
    "uploads.add": (lambda s, by: uploads.add(a_file(), by=by), {"live": f"{PICTURES} reporter"}),
    "uploads.replace": (
        lambda s, by: uploads.replace(shown_picture(s), a_file(), by=by),
        {"live": PICTURES},
    ),
    "uploads.restore": (
        lambda s, by: uploads.restore(make_former_file(shown_picture(s)), by=by),
        OF_PICTURES,
    ),
    "previews.make": (make_link, WRITE | {"withdrawn": NOBODY, "killed": NOBODY}),
    "previews.revoke": (revoke_link, WRITE),
    "roles.invite": (lambda s, by: roles.invite(s.created_by, by=by), {"live": PEOPLE}),
    "roles.close": (lambda s, by: roles.close(s.created_by, by=by), {"live": PEOPLE}),
    "roles.limit": (
        lambda s, by: roles.limit(s.created_by, [s.section], by=by),
        {"live": PEOPLE, "live in another section": PEOPLE},
    ),
}
HELPERS = {
    "publishing": [
        *("verb", "adopt", "keep", "begin", "pass_on", "take_back", "put_aside", "record", "lay"),
        *("change_live", "go_live", "keep_in_step", "clash_of", "end_what_readers_see"),
        "note_pictures",
        *("writable", "readable", "may_write", "may_read", "may_publish", "may_delete"),
        *(
            "is_in_remit",
            "why_kept",
            "why_not_published",
            "expect",
            "expect_to_come",
            "refuse_what_stops",
        ),
        *("ask_for", "ask_for_section", "ask_to_delete", "ask_to_hide", "ask_to_kill"),
        *("ask_to_link", "ask_to_move", "ask_to_publish", "ask_to_read", "ask_to_set_time"),
        *("ask_to_write", "said_already", "what_stops"),
    ],
    "scheduling": [
        # The worker's: they do what somebody with the right has asked for, and ask again then.
        *("apply", "apply_due", "do", "carry_out", "wake", "thin_out_autosaves"),
        *("change", "keep_draft", "lay_on_the_desk", "take_off_what_says"),
        *("why_not",),
    ],
    "notes": [
        *("named", "person_at", "begins", "near_to", "ask_to_note"),
        "mark_read",  # one's own mentions only
    ],
    "assignments": [
        *("change", "over", "ask_to_change", "ask_for_colleague"),
        "mark_read",  # one's own only
    ],
    "subjects": ["lock_sections", "ask_to_change_sections", "ask_for_all_sections"],
    "people": [],
    "pictures": [
        *("is_theirs", "why_not", "why_kept", "kept_by_the_house", "uses", "with_more"),
    ],
    "uploads": [
        *("ask_to_change", "received", "look_at", "drops_its_file", "refuse_twin"),
        *("refuse_former", "told_as_of_the_machine"),
        *("lay_aside_file", "take_file", "is_of_one_shape", "of_the_file", "keep_file"),
        *("how_it_came_about", "taken_from", "sentence"),
    ],
    "previews": [
        *("let_in", "answer"),  # for people outside: a link that is valid is their right
        "mark_read",  # through one's own links only
    ],
    "roles": [
        *("colleagues", "called"),
        *("establish", "ask_to_give", "ask_for_sections", "may_give", "may_more", "exceeds"),
        *("rights_of", "rights_in", "told", "ask_for_account", "may_be_given"),
    ],
}


def functions_of(module):
    return {
        name
        for name, what in vars(module).items()
        if isinstance(what, Task)
        or (inspect.isfunction(what) and what.__module__ == module.__name__)
    }


@pytest.mark.parametrize(
    "module",
    [
        *(publishing, scheduling, previews, notes, assignments, subjects, people, roles),
        *(pictures, uploads),
    ],
    ids=str,
)
def test_the_table_knows_every_verb(module):
    part = module.__name__.rpartition(".")[2]
    verbs = {name.partition(".")[2] for name in VERBS if name.startswith(f"{part}.")}
    assert functions_of(module) == verbs | set(HELPERS[part])


def make_stories(person):
    """One story in each state of the table; two versions of each."""
    own = {"created_by": person if person.pk else None}
    others = {"created_by": make_user("jonas", "Reporters")}
    sport = {"section": make_section("Sport")}
    stories = {
        "draft": make_draft(**others),
        "own draft": make_draft(**own),
        "draft in another section": make_draft(**others, **sport),
        "own draft in another section": make_draft(**own, **sport),
        "live": make_article(**others),
        "own live": make_article(**own),
        "live in another section": make_article(**others, **sport),
        "own live in another section": make_article(**own, **sport),
        "own ready": make_draft(**own),
        "spiked": make_draft(**others),
        "own spiked": make_draft(**own),
        "withdrawn": make_article(**others),
        "killed": make_article("A libel", **others),
    }
    for state, story in stories.items():
        publishing.adopt(story)
        if story.status == Status.PUBLISHED:
            publishing.correct(story, {"standfirst": "Nine"}, by=None, text="Nine, not eight.")
            if state not in {"withdrawn", "killed"}:
                scheduling.schedule(story, {"agency": "WAM"}, by=None, at=soon(), kind=Kind.FIX)
    publishing.approve(stories["own ready"], by=None)
    publishing.spike(stories["spiked"], by=None)
    publishing.spike(stories["own spiked"], by=None)
    publishing.withdraw(stories["withdrawn"], by=None)
    publishing.kill(stories["killed"], by=None, reason="A court said so.")
    return stories


def tried(role, states):
    """Who has no right to any verb tries each once."""
    states = list(states.items())
    return states[:1] if role in {"stranger", "reader", "nobody", "retired"} else states


@pytest.mark.once
@pytest.mark.parametrize("role", asked(ROLES))
def test_each_verb_is_for_its_people(role):
    person = make_person(role)
    stories = make_stories(person)
    before = everything()
    wrong = {}
    for verb, (do, states) in VERBS.items():
        for state, who in tried(role, states):
            if goes_without_saying(role, who):
                continue
            with undone():
                try:
                    do(Article.objects.get(pk=stories[state].pk), person)
                except (PermissionDenied, publishing.Refused) as refusal:
                    done, said = False, str(refusal)
                else:
                    done, said = True, "done"
            if done != (role in who.split()):
                wrong[verb, state] = said
            elif not done and not said.endswith((".", "!")):
                wrong[verb, state] = f"no sentence: {said}"
    assert wrong == {}
    assert everything() == before


def test_the_newsroom_itself_may_do_everything_that_fits():
    stories = make_stories(AnonymousUser())
    for verb, (do, states) in VERBS.items():
        for state, who in states.items():
            if who:
                with undone():
                    assert do(Article.objects.get(pk=stories[state].pk), None) is not Ellipsis, verb


@pytest.mark.parametrize("role", ["reporter", "editor", "limited", "head", "owner", "nobody"])
def test_the_list_and_the_verb_agree_on_who_may_write(role):
    person = make_person(role)
    stories = make_stories(person).values()
    listed = set(Article.objects.filter(publishing.writable(person)))
    assert listed == {story for story in stories if publishing.may_write(story, person)}
    assert (role == "nobody") == (not listed)


# Sections

MOVES = {
    "save_draft": "draft live",
    "autosave": "draft live",
    "submit": "draft",
    "approve": "draft",
    "reopen": "draft",
    "spike": "draft",
    "publish": "draft withdrawn",
    "update": "live",
    "fix": "live",
    "correct": "live",
    "restore": "draft live",
    "withdraw": "live",
    "kill": "live withdrawn",
    "schedule": "live",
}
TOLD = {
    "correct": {"text": "Nine, not eight."},
    "restore": {"number": 1},
    "kill": {"reason": "A court said so."},
}


def test_no_verb_moves_a_story_into_a_section_of_somebody_else():
    head, stories = make_person("head"), make_stories(make_user())
    told = TOLD | {"schedule": {"at": soon(), "kind": Kind.UPDATE}}
    there = {"section": make_section("Sport").pk}
    before = everything()
    for name, states in MOVES.items():
        verb = getattr(publishing, name, None) or getattr(scheduling, name)
        for state in states.split():
            with undone(), pytest.raises(publishing.NotAllowed, match="You work in: World"):
                verb(stories[state], there, by=head, **told.get(name, {}))
            stories[state].refresh_from_db()
    assert everything() == before


def test_no_verb_moves_a_story_out_of_a_section_of_somebody_else():
    head = make_person("head")
    stories = make_stories(head)
    told = TOLD | {"schedule": {"at": soon(), "kind": Kind.UPDATE}}
    before = everything()
    for name, states in MOVES.items():
        verb = getattr(publishing, name, None) or getattr(scheduling, name)
        for state in {"draft", "live"} & set(states.split()):
            for section in (make_section("World").pk, None):
                story = stories[f"own {state} in another section"]
                with undone(), pytest.raises(publishing.NotAllowed, match="You work in: World"):
                    verb(story, {"section": section}, by=head, **told.get(name, {}))
                story.refresh_from_db()
    assert everything() == before


def test_what_somebody_laid_ready_is_not_moved_by_publishing_it():
    limited, article = make_person("limited"), make_article()
    publishing.save_draft(article, {"section": make_section("Sport").pk}, by=make_user())
    with pytest.raises(publishing.NotAllowed, match="You work in: World"):
        publishing.fix(article, by=limited)
    assert Article.objects.get().section.name == "World"
    publishing.fix(article, {"section": article.section_id}, by=limited)


def test_what_waits_is_asked_again_when_its_moment_comes():
    editor, article = make_user(), make_article()
    later = scheduling.schedule(article, KICKER, by=editor, at=soon(), kind=Kind.UPDATE)
    editor.is_active = False
    editor.save()
    assert scheduling.apply(later.pk, at_once=True).state == ScheduledPublication.State.LOOK
    assert Article.objects.get().kicker == ""


def test_a_killed_story_does_not_come_back_at_a_moment_set_before():
    article = make_article()
    publishing.withdraw(article, by=None)
    back = scheduling.schedule(article, by=None, at=soon(), kind=Kind.FIRST)
    publishing.kill(article, by=None, reason="A court said so.")
    assert scheduling.apply(back.pk, at_once=True) is None
    assert Article.objects.get().is_killed


def test_a_killed_story_is_taken_up_by_publishing_it_only():
    senior, article = make_person("senior"), make_article()
    publishing.kill(article, by=senior, reason="A court said so.")
    with pytest.raises(publishing.Refused, match="is withdrawn"):
        publishing.submit(article, by=senior)
    publishing.publish(article, by=senior)
    assert article.is_public


def test_a_withdrawn_story_keeps_a_section():
    article = make_article()
    publishing.withdraw(article, by=None)
    with pytest.raises(publishing.Refused, match="No section chosen"):
        publishing.save_draft(article, {"section": None}, by=None)


# People


@pytest.mark.parametrize("group", roles.GROUPS)
def test_an_administrator_has_every_right_of_the_other_groups(group):
    assert set(roles.GROUPS[group]) <= set(roles.GROUPS["Administrators"])
    given = Group.objects.get(name=group).permissions.values_list("codename", flat=True)
    assert set(given) == set(roles.GROUPS[group])


def test_a_right_that_is_new_reaches_a_group_and_one_taken_away_stays_away():
    seniors = Group.objects.get(name="Senior editors")
    seniors.permissions.remove(right("hide_version"), right("kill_article"))
    GivenRight.objects.filter(group=seniors, codename="kill_article").delete()  # as if new
    roles.establish()
    had = set(seniors.permissions.values_list("codename", flat=True))
    assert set(roles.GROUPS["Senior editors"]) - had == {"hide_version"}


def test_a_group_that_somebody_made_under_our_name_is_theirs():
    Group.objects.get(name="Picture desk").delete()
    Group.objects.create(name="Picture desk")
    roles.establish()
    assert not Group.objects.get(name="Picture desk").permissions.exists()


def test_groups_of_an_older_version_get_what_is_new_and_nothing_back():
    Group.objects.exclude(name__in=["Reporters", "Editors", "Administrators"]).delete()
    GivenRight.objects.all().delete()
    administrators = Group.objects.get(name="Administrators")
    administrators.permissions.remove(right("kill_article"), right("change_any_image"))  # new
    administrators.permissions.remove(right("delete_author"))  # taken away
    migration = import_module("articles.migrations.0004_roles")
    migration.write_down(apps, connection.schema_editor())
    roles.establish()
    had = set(administrators.permissions.values_list("codename", flat=True))
    assert set(roles.GROUPS["Administrators"]) - had == {"delete_author"}
    assert {group.name for group in Group.objects.all()} == set(roles.GROUPS)


def right(codename):
    return Permission.objects.get(codename=codename)


def test_a_limit_names_sections_or_is_none():
    limited, world, sport = make_user(), make_section("World"), make_section("Sport")
    roles.limit(limited, [world, sport], by=None)
    assert not publishing.is_in_remit(make_section("Culture").pk, limited)
    roles.limit(limited, [], by=None)
    assert publishing.is_in_remit(make_section("Culture").pk, limited)


def test_who_works_in_one_section_lets_nobody_into_another():
    world, sport = make_section("World"), make_section("Sport")
    boss = make_user("boss", "Administrators", sections=[world])
    nia = make_user("nia", "Reporters", sections=[world])
    assert not roles.exceeds(nia, boss)
    for sections in ([sport], [world, sport], []):
        with pytest.raises(PermissionDenied, match="You work in: World"):
            roles.limit(nia, sections, by=boss)
        with pytest.raises(PermissionDenied, match="You work in: World"):
            roles.limit(boss, sections, by=boss)
    assert roles.exceeds(make_user("jonas", "Reporters"), boss)


def test_an_account_that_sleeps_is_guarded_as_if_it_were_awake():
    legal = make_user("legal", None, is_active=False)
    legal.user_permissions.add(right("delete_permission"))
    boss = make_user("boss", "Administrators")
    assert roles.exceeds(legal, boss)
    assert roles.exceeds(make_admin("owner"), boss)
    with pytest.raises(PermissionDenied, match="This account may do what yours may not"):
        roles.limit(legal, [], by=boss)


def test_the_form_of_an_account_says_where_it_works(client):
    client.force_login(make_user("boss", "Administrators"))
    nia, world = make_user("nia", "Editors"), make_section("World")
    place = f"/admin/auth/user/{nia.pk}/change/"
    page = client.get(place).content.decode()
    assert "Works only in" in page
    told = {"username": "nia", "is_staff": "on", "is_active": "on", "groups": [nia.groups.get().pk]}
    client.post(place, told | {"sections": [world.pk]})
    assert Remit.objects.of(User.objects.get(pk=nia.pk)) == {world.pk}
    ticked = rf'name="sections" value="{world.pk}"[^>]* checked'
    assert re.search(ticked, client.get(place).content.decode())
    client.post(place, told)
    assert Remit.objects.of(User.objects.get(pk=nia.pk)) is None


def test_nobody_gives_a_right_that_they_lack(client):
    client.force_login(make_user("boss", "Administrators"))
    nia, publishers = make_user("nia", "Editors"), Group.objects.create(name="Publishers")
    publishers.permissions.add(right("delete_permission"))
    told = {"username": "nia", "is_staff": "on", "is_active": "on", "groups": [publishers.pk]}
    page = client.post(f"/admin/auth/user/{nia.pk}/change/", told).content.decode()
    assert "You cannot give rights that you do not have." in page
    assert nia.groups.get().name == "Editors"


def test_a_form_of_a_group_keeps_rights_that_it_does_not_show(client):
    client.force_login(make_admin())
    group = Group.objects.create(name="Legal")
    group.permissions.add(right("view_session"))
    client.post(f"/admin/auth/group/{group.pk}/change/", {"name": "Law", "permissions": []})
    assert list(group.permissions.all()) == [right("view_session")]


def test_a_group_is_offered_the_rights_that_groups_are_made_of(client):
    client.force_login(make_admin())
    page = client.get("/admin/auth/group/add/").content.decode()
    offered = {int(number) for number in re.findall(r'name="permissions" value="(\d+)"', page)}
    of_groups = Permission.objects.filter(group__isnull=False).values_list("pk", flat=True)
    assert offered == set(of_groups)
    for internal in ("Index cards", "Mentions", "Presences", "Remits", "Retired codes", "Former"):
        assert internal not in page


# At the desk


def test_a_limited_editor_is_offered_their_sections_and_the_one_of_the_story(client):
    client.force_login(make_person("limited"))
    make_section("Culture")
    page = client.get("/admin/articles/article/add/").content.decode()
    assert [name for name in ("World", "Culture") if f">{name}</option>" in page] == ["World"]
    own = make_draft(section=make_section("Sport"), created_by=User.objects.get())
    page = client.get(f"/admin/articles/article/{own.pk}/change/").content.decode()
    offered = [n for n in ("World", "Sport", "Culture") if f">{n}</option>" in page]
    assert offered == ["World", "Sport"]


def test_the_list_marks_what_one_may_only_read(client):
    client.force_login(make_person("limited"))
    make_draft("Ours"), make_draft("Theirs", section=make_section("Sport"))
    page = client.get("/admin/articles/article/").content.decode()
    assert page.count("Read only") == 1
    assert page.index("Theirs") < page.index("Read only") < page.index("Ours")


def test_many_at_once_are_refused_one_by_one_each_with_its_sentence(client):
    client.force_login(make_person("limited"))
    ours, theirs = make_draft("Ours"), make_draft("Theirs", section=make_section("Sport"))
    chosen = {"action": "publish_chosen", "_selected_action": [ours.pk, theirs.pk], "sure": "yes"}
    chosen |= {f"seen-{article.pk}": article.working for article in (ours, theirs)}
    page = client.post("/admin/articles/article/", chosen, follow=True).content.decode()
    assert "Published: “Ours”." in page
    assert "Theirs: You work in: World. Ask somebody of the other section." in page


def test_only_senior_editors_learn_what_was_in_a_killed_story(client):
    article = make_article("A libel", lead_image=make_picture(size=(9, 9)))
    publishing.correct(article, by=None, text="It was nine.")
    scheduling.schedule(article, KICKER, by=None, at=soon(), kind=Kind.UPDATE)
    publishing.kill(article, by=None, reason="A court said so.")
    client.force_login(make_user())
    refused = client.get(f"/admin/articles/article/{article.pk}/change/")
    assert "Only a senior editor may read it." in refused.content.decode()
    for place in (
        "/admin/",
        "/admin/articles/article/?q=libel",
        "/admin/articles/correction/",
        f"/admin/articles/image/{article.lead_image.pk}/change/",
    ):
        assert "A libel" not in client.get(place).content.decode()
    client.force_login(make_person("senior"))
    assert "A libel" in client.get("/admin/articles/article/").content.decode()


def test_what_readers_saw_cannot_be_deleted_by_any_way():
    article = make_article()
    publishing.withdraw(article, by=None)
    with pytest.raises(ProtectedError, match="Readers have seen this story"):
        article.delete()
    with pytest.raises(ProtectedError, match="Readers have seen this story"):
        Article.objects.all().delete()
    with pytest.raises(publishing.Refused, match="Readers have seen this story"):
        publishing.delete(article, by=None)


def test_who_wrote_something_is_not_deleted_but_sent_to_sleep(client):
    client.force_login(make_admin())
    jonas = make_user("jonas", "Reporters")
    publishing.save_draft(Article(headline="Port"), {"headline": "Port"}, by=jonas)
    refused = client.post(f"/admin/auth/user/{jonas.pk}/delete/", {"post": "yes"})
    assert "History names this account" in refused.content.decode()


def test_an_editor_makes_nobody_the_author_of_what_others_wrote(client):
    limited, author = make_person("limited"), make_author()
    client.force_login(limited)
    told = {"name": "Mira Lind", "slug": "mira-lind", "user": limited.pk}
    client.post(f"/admin/articles/author/{author.pk}/change/", told)
    author.refresh_from_db()
    assert author.user is None


def test_clearing_the_address_of_a_story_that_is_out_breaks_no_page(client):
    client.force_login(make_person("limited"))
    article = make_article(section=make_section("Sport"))
    publishing.adopt(article)
    told = {"headline": "Port", "language": "en", "slug": "", "started_from": article.working}
    answer = client.post(f"/admin/articles/article/{article.pk}/change/", told)
    assert "You work in: World." in answer.content.decode()
