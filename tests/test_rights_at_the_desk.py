"""For whom each address of the desk is: every one, for every role and for strangers.

A new address makes a test here fail until the table knows it: on which record it is opened, who may
look (GET), and whose POST changes something. Whoever else posts leaves every row as it was. Add it
to ADDRESSES by its name, one Case for each record where it matters.
"""

import re
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO

import pytest
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.contrib.contenttypes.models import ContentType
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from PIL import Image as PillowImage

from articles import assignments, notes, previews, publishing
from articles.models import (
    Check,
    KeptSearch,
    Page,
    Revision,
    ScheduledPublication,
    Site,
    StyleEntry,
)
from tests.factories import (
    PASSWORD,
    make_admin,
    make_article,
    make_author,
    make_former_file,
    make_picture,
    make_section,
    make_topic,
    make_user,
)
from tests.test_rights import (
    DESK,
    EDITING,
    EVERYBODY,
    EVERYWHERE,
    NOBODY,
    PEOPLE,
    PICTURES,
    SENIOR,
    SENIOR_EVERYWHERE,
    STAFF,
    WRITING,
    everything,
    goes_without_saying,
    make_person,
    make_stories,
    note,
    right,
    rows_of,
    undone,
    waiting,
)

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def nothing(records):
    return {}


@dataclass
class Case:
    """An address on one record: who may look, whose POST does something, and what is posted."""

    on: str = ""
    look: str = NOBODY
    act: str = NOBODY
    told: Callable = nothing


def file():
    picture = BytesIO()
    PillowImage.new("RGB", (9, 9)).save(picture, "PNG")
    return SimpleUploadedFile("boat.png", picture.getvalue(), "image/png")


def make_records():
    """What the addresses are opened on. Nobody who opens them has written any of it."""
    records = make_stories(make_user("amal"))
    jonas = records["draft"].created_by
    records["picture"] = make_picture(size=(9, 9))
    records["picture in the paper"] = make_picture("port.png", size=(9, 9), credit="Jo Ek")
    records["former file"] = make_former_file(records["picture"])
    publishing.fix(records["live"], {"lead_image": records["picture in the paper"].code}, by=None)
    publishing.fix(records["live in another section"], by=None)
    records["changed"] = make_article("Port changes", created_by=jonas)
    publishing.save_draft(records["changed"], {"kicker": "Ships"}, by=None)
    records |= {
        "correction": note(records["live"]),
        "correction in another section": note(records["live in another section"]),
        "correction of a killed story": note(records["killed"]),
        "section": make_section("World"),
        "another section": make_section("Sport"),
        "empty section": make_section("Culture"),
        "topic": make_topic(),
        "author": make_author("Mira Lind", user=jonas),
        "other author": make_author("M. Lind"),
        "reporter": jonas,
        "new account": make_user("nia", None),
        "invited account": User.objects.create_user("kim", is_staff=True),
        "superuser": make_admin("publisher"),
        "group": Group.objects.get(name="Reporters"),
        "greater group": Group.objects.create(name="Publishers"),
        "task": DBTaskResult.objects.first(),
        "kept search": KeptSearch.objects.create(user=jonas, name="Port", query="q=port"),
        "site": Site.objects.create(),
        "page": Page.objects.create(title="About us", slug="about"),
        "rule": Check.objects.create(look="tk"),
        "rule of the newsroom": Check.objects.get(given="tk"),
        "entry": StyleEntry.objects.create(avoid="utilise", write="use"),
    }
    question = notes.write(draft_of(records), "Who says so?", by=jonas)
    answer = notes.write(question.article, "The port.", by=None, answers=question)
    records["mention"] = answer.mentions.get()
    records["assignment"] = assignments.assign(question.article, to=jonas, by=None)
    ends = timezone.now() + timedelta(days=1)
    told = {"label": "Legal", "expires_at": ends, "may_comment": True}
    link = previews.make(draft_of(records), by=jonas, **told)
    said = previews.answer(link, revision=link.shown(), name="Lena", comment="Fine.")
    records["answer of somebody outside"] = said
    records["greater group"].permissions.add(right("delete_permission"))
    draft = records["draft"]
    publishing.save_draft(draft, {"headline": "Port to open soon"}, by=None)
    with pytest.raises(publishing.Stale) as stale:
        publishing.save_draft(draft, {"kicker": "Mine"}, by=jonas, started_from=1)
    records["kept"] = stale.value.kept
    records["what waits"] = waiting(records["live"])
    records["what waits in another section"] = waiting(records["live in another section"])
    for record in records.values():
        record.refresh_from_db()
    for name, key in (("that readers saw", "live"), ("of a killed story", "killed")):
        seen = records[key].revisions.seen_by_readers().newest_first()
        records[f"version {name}"] = seen.select_related("article").first()
    return records


def draft_of(records):
    return records["own draft in another section"]


def story_form(records, key):
    article = records[key]
    return {
        "headline": "Another headline",
        "language": "en",
        "section": article.section_id,
        "started_from": article.working,
    }


def story(key, look=DESK, act=EDITING, **changes):
    return Case(key, look, act, lambda records: story_form(records, key) | changes)


def publication(key, look, act):
    told = {"kind": "update", "news": "More"}
    return Case(key, look, act, lambda r: told | {"started_from": r[key].working})


def chosen(action, key, act, **told):
    """An action of a list on one record."""
    told = {"action": action, **told}

    def telling(records):
        record = records[key]
        seen = {f"seen-{record.pk}": getattr(record, "working", "")}
        return told | seen | {"_selected_action": [record.pk]}

    return Case("", DESK, act, telling)


def account(records, key, **changes):
    person = records[key]
    groups = [group.pk for group in person.groups.all()]
    told = {"username": person.username, "is_active": "on", "is_staff": "on", "groups": groups}
    return told | {"first_name": "Another"} | changes


def new_account(records, **changes):
    return {"username": "new", "is_staff": "on"} | changes


def closing(person):
    return {"action": "close", "_selected_action": [person.pk]}


def password(records):
    return {"usable_password": "true", "password1": PASSWORD, "password2": PASSWORD}


def new_time(records):
    a_minute_ago = timezone.localtime() - timedelta(minutes=1)
    return {"at": a_minute_ago.strftime("%Y-%m-%dT%H:%M:%S"), "note": "Wrong."}


def site(records):
    return {
        "name": "The Alder Post",
        "accent": "#7a1f3d",
        "time_zone": "Europe/Berlin",
        "language": "en",
        "languages": ["en"],
    }


def house_page(records):
    return {"title": "Privacy", "language": "en", "position": "3"}


def merging_authors(records):
    author, other = records["author"].pk, records["other author"].pk
    return {"action": "merge", "_selected_action": [author, other], "stays": author}


def new_author(records):
    return {"name": "Sana Okafor", "kind": "guest", "user": records["reporter"].pk}


def yes(records):
    return {"post": "yes"}


def merging(records):
    pks = [records["topic"].pk, make_topic("Port").pk]
    return {"action": "merge", "_selected_action": pks, "stays": pks[0]}


ADDRESSES = {
    # Django's own
    "index": [Case(look=STAFF)],
    "find": [Case(look=STAFF)],
    "app_list": [Case("articles", DESK), Case("auth", PEOPLE)],
    "login": [Case(look="stranger reader")],  # whoever is in already is sent on
    "logout": [Case()],
    "password_change": [Case(look=STAFF)],
    "password_change_done": [Case(look=STAFF)],
    "autocomplete": [Case()],
    "jsi18n": [Case(look=STAFF)],
    "guide": [Case(look=STAFF)],
    "guide_chapter": [Case("", STAFF)],
    "view_on_site": [
        Case("draft", DESK),
        Case("killed", SENIOR),
        Case("section", DESK),
        Case("topic", DESK),
    ],
    # Stories
    "articles_article_changelist": [
        chosen("publish_chosen", "draft", EDITING, sure="yes"),
        chosen("publish_chosen", "draft", NOBODY),  # it asks first
        chosen("publish_chosen", "draft in another section", EVERYWHERE, sure="yes"),
        chosen("publish_chosen", "killed", SENIOR, sure="yes"),
        chosen("submit_chosen", "draft", EDITING),
        chosen("approve_chosen", "draft", EDITING),
        chosen("reopen_chosen", "draft in another section", EVERYWHERE),
        chosen("spike_chosen", "draft", EDITING),
        chosen("topic_chosen", "draft", EDITING, sure="yes", topic="Harbour"),
        chosen("author_chosen", "draft", EDITING, sure="yes", author="Mira Lind"),
        chosen("duplicate_chosen", "draft", WRITING),
        chosen("duplicate_chosen", "draft in another section", f"{EVERYWHERE} reporter"),
        Case(
            "",
            DESK,
            EVERYWHERE,
            lambda r: {
                "action": "move_chosen",
                "_selected_action": [r["draft"].pk],
                "section": r["another section"].pk,
                "sure": "yes",
            },
        ),
        chosen("withdraw_chosen", "live", EDITING, sure="yes"),
        chosen("withdraw_chosen", "live in another section", EVERYWHERE, sure="yes"),
        chosen("delete_selected", "draft", EDITING, post="yes"),
        chosen("delete_selected", "draft in another section", EVERYWHERE, post="yes"),
        chosen("delete_selected", "live", NOBODY, post="yes"),
        chosen("delete_selected", "withdrawn", NOBODY, post="yes"),
    ],
    "articles_article_add": [
        Case("", WRITING, WRITING, lambda r: {"headline": "New", "language": "en"}),
        Case(
            "",
            WRITING,
            "reporter editor senior administrator owner",
            lambda r: {
                "headline": "New",
                "language": "en",
                "section": r["another section"].pk,
            },
        ),
    ],
    "articles_article_change": [
        story("draft"),
        story("draft in another section", act=EVERYWHERE),
        story("live"),
        story("live in another section", act=EVERYWHERE),
        story("withdrawn"),
        story("killed", look=SENIOR, act=SENIOR),
        Case(
            "draft",
            DESK,
            EVERYWHERE,
            lambda r: story_form(r, "draft") | {"section": r["another section"].pk},
        ),
    ],
    "articles_article_autosave": [
        story("draft", look=NOBODY),
        story("draft in another section", look=NOBODY, act=EVERYWHERE),
        story("live", look=NOBODY),
        story("live in another section", look=NOBODY, act=EVERYWHERE),
        story("killed", look=NOBODY, act=SENIOR),
    ],
    "articles_article_autosave_new": [
        Case("", NOBODY, WRITING, lambda r: {"headline": "New", "language": "en"}),
    ],
    "articles_article_presence": [
        Case("draft", NOBODY, DESK, lambda r: {"window": "some-window"}),
        Case("killed", NOBODY, SENIOR, lambda r: {"window": "some-window"}),
    ],
    "articles_article_notes": [
        Case("draft", DESK, DESK, lambda r: {"text": "Who says so?"}),
        Case("killed", SENIOR, SENIOR, lambda r: {"text": "Who says so?"}),
    ],
    "articles_article_colleagues": [Case("", DESK)],
    "articles_article_assignments": [
        Case("draft", DESK, EDITING, lambda r: {"_assign": "", "to": r["superuser"].pk}),
        Case("draft in another section", DESK, EVERYWHERE, lambda r: {"_take": ""}),
        Case("killed", SENIOR, SENIOR, lambda r: {"_take": ""}),
    ],
    "articles_article_new_assignment": [
        Case("", WRITING, WRITING, lambda r: {"headline": "Port", "to": r["reporter"].pk}),
        Case(
            "",
            WRITING,
            f"{EVERYWHERE} reporter",
            lambda r: {
                "headline": "Port",
                "to": r["reporter"].pk,
                "section": r["another section"].pk,
            },
        ),
    ],
    "inbox": [Case("", DESK)],
    "inbox_note": [Case("mention")],  # of somebody else
    "inbox_assignment": [Case("assignment")],
    "inbox_answer": [Case("answer of somebody outside")],
    "articles_article_delete": [
        Case("draft", EDITING, EDITING, yes),
        Case("draft in another section", EVERYWHERE, EVERYWHERE, yes),
        Case("live", NOBODY, NOBODY, yes),
        Case("withdrawn", NOBODY, NOBODY, yes),
        Case("killed", NOBODY, NOBODY, yes),
    ],
    "articles_article_history": [Case("draft", DESK), Case("killed", SENIOR)],
    "articles_article_who": [Case("draft", DESK), Case("killed", SENIOR)],
    "articles_article_preview": [Case("draft", DESK), Case("killed", SENIOR)],
    "articles_article_previews": [
        Case(
            "draft",
            EDITING,
            EDITING,
            lambda r: {"label": "Legal", "ends": "day", "shows": "newest"},
        ),
        Case(
            "draft in another section",
            EVERYWHERE,
            EVERYWHERE,
            lambda r: {"label": "Legal", "ends": "day", "shows": "this"},
        ),
        Case(
            "killed", SENIOR, NOBODY, lambda r: {"label": "Legal", "ends": "day", "shows": "newest"}
        ),
    ],
    "articles_article_publish": [
        publication("live", EDITING, EDITING),
        publication("live in another section", EVERYWHERE, EVERYWHERE),
        Case("killed", SENIOR, SENIOR, lambda r: {"started_from": r["killed"].working}),
    ],
    "articles_article_withdraw": [
        Case("live", EDITING, EDITING, lambda r: {"reason": "Not ours."}),
        Case("live in another section", EVERYWHERE, EVERYWHERE, lambda r: {"reason": "Not ours."}),
    ],
    "articles_article_restore": [
        Case(
            "draft", act=EDITING, told=lambda r: {"number": 1, "started_from": r["draft"].working}
        ),
        Case(
            "killed", act=SENIOR, told=lambda r: {"number": 1, "started_from": r["killed"].working}
        ),
    ],
    "articles_article_discard": [
        Case("changed", EDITING, EDITING, lambda r: {"started_from": r["changed"].working}),
    ],
    "articles_article_together": [
        Case("kept", EDITING, EDITING, lambda r: {"theirs": r["draft"].working}),
        Case("kept", EDITING, EDITING, lambda r: {"_separate": ""}),
    ],
    "articles_article_scheduled": [
        Case("what waits", EDITING, EDITING, lambda r: {"_cancel": ""}),
        Case("what waits in another section", EVERYWHERE, EVERYWHERE, lambda r: {"_now": ""}),
    ],
    "articles_article_time": [
        Case("live", SENIOR, SENIOR, new_time),
        Case("live in another section", SENIOR_EVERYWHERE, SENIOR_EVERYWHERE, new_time),
    ],
    "articles_article_keep_search": [
        Case("", NOBODY, DESK, lambda r: {"name": "Boats", "query": "q=boats"}),
    ],
    "articles_article_forget_search": [Case("kept search")],
    "articles_article_duplicate": [
        Case("draft", NOBODY, WRITING),
        Case("draft in another section", NOBODY, f"{EVERYWHERE} reporter"),
        Case("killed", NOBODY, SENIOR),
    ],
    "articles_article_kill": [
        Case("live", SENIOR, SENIOR, lambda r: {"reason": "A court said so."}),
        Case(
            "live in another section",
            SENIOR_EVERYWHERE,
            SENIOR_EVERYWHERE,
            lambda r: {"reason": "By law."},
        ),
    ],
    "articles_article_tells_changes": [
        Case("live", EDITING, EDITING, lambda r: {"told": ""}),
        Case("live in another section", EVERYWHERE, EVERYWHERE, lambda r: {"told": ""}),
        Case("killed", SENIOR, SENIOR, lambda r: {"told": ""}),
    ],
    "articles_article_version": [
        Case("version that readers saw", DESK),
        Case("version of a killed story", SENIOR),
    ],
    "articles_article_hide_version": [
        Case("version that readers saw", SENIOR, SENIOR, lambda r: {"because": "A name."}),
    ],
    # Corrections
    "articles_correction_changelist": [
        chosen("delete_selected", "correction", PEOPLE, post="yes"),
    ],
    "articles_correction_add": [
        Case(
            "",
            EDITING,
            EDITING,
            lambda r: {"article": r["live"].code, "kind": "correction", "text": "Ten."},
        ),
        Case(
            "",
            EDITING,
            EVERYWHERE,
            lambda r: {
                "article": r["live in another section"].code,
                "kind": "correction",
                "text": "Ten.",
            },
        ),
    ],
    "articles_correction_change": [
        Case("correction", DESK, EDITING, lambda r: {"kind": "correction", "text": "Ten."}),
        Case(
            "correction in another section",
            DESK,
            EVERYWHERE,
            lambda r: {"kind": "correction", "text": "Ten."},
        ),
        Case(
            "correction of a killed story",
            SENIOR,
            SENIOR,
            lambda r: {"kind": "correction", "text": "Ten."},
        ),
    ],
    "articles_correction_delete": [Case("correction", PEOPLE, PEOPLE, yes)],
    "articles_correction_history": [Case("correction", DESK)],
    # Pictures
    "articles_image_changelist": [
        chosen("delete_selected", "picture", PICTURES, post="yes"),
        chosen("delete_selected", "picture in the paper", NOBODY, post="yes"),
        chosen("change_chosen", "picture", PICTURES, sure="yes", place="Port Alder"),
        chosen("change_chosen", "picture in the paper", PICTURES, sure="yes", credit="Jo Ek / NWA"),
    ],
    "articles_image_add": [
        Case(
            "",
            f"{PICTURES} reporter",
            f"{PICTURES} reporter",
            lambda r: {"upload": file(), "focal_x": 50, "focal_y": 50},
        )
    ],
    "articles_image_change": [
        Case("picture", DESK, PICTURES, lambda r: {"focal_x": 40, "focal_y": 50}),
        Case("picture in the paper", DESK, PICTURES, lambda r: {"focal_x": 40, "focal_y": 50}),
    ],
    "articles_image_replace": [
        Case(
            picture,
            PICTURES,
            PICTURES,
            lambda r, picture=picture: {"file": file(), "instead_of": r[picture].content_hash},
        )
        for picture in ("picture", "picture in the paper")
    ],
    "articles_image_original": [Case("picture", DESK), Case("picture in the paper", DESK)],
    "articles_image_former": [Case("former file", DESK)],
    "articles_image_restore": [Case("former file", NOBODY, PICTURES)],
    "articles_image_delete": [
        Case("picture", PICTURES, PICTURES, yes),
        Case("picture in the paper", NOBODY, NOBODY, yes),
    ],
    "articles_image_history": [Case("picture", DESK)],
    "articles_image_choose": [Case("", DESK)],
    "articles_image_upload": [
        Case("", NOBODY, f"{PICTURES} reporter", lambda r: {"file": file()}),
    ],
    "articles_image_in_form": [Case("picture", DESK), Case("picture in the paper", DESK)],
    "articles_image_words": [
        Case("picture", NOBODY, PICTURES, lambda r: {"credit": "Dana Ruiz / NWA"}),
        Case("picture in the paper", NOBODY, PICTURES, lambda r: {"credit": "Dana Ruiz / NWA"}),
    ],
    # Subjects
    "articles_section_changelist": [
        chosen("delete_selected", "empty section", PEOPLE, post="yes"),
        chosen("delete_selected", "section", NOBODY, post="yes"),
    ],
    "articles_section_add": [
        Case("", EVERYWHERE, EVERYWHERE, lambda r: {"name": "Science", "position": 1})
    ],
    "articles_section_change": [
        Case(
            "section",
            DESK,
            EDITING,
            lambda r: {"name": "The world", "slug": "world", "position": 1},
        ),
        Case(
            "another section",
            DESK,
            EVERYWHERE,
            lambda r: {"name": "Sports", "slug": "sports", "position": 1},
        ),
    ],
    "articles_section_delete": [
        Case("empty section", PEOPLE, PEOPLE, yes),
        Case("section", NOBODY, NOBODY, yes),
    ],
    "articles_section_order": [
        Case("", EVERYWHERE, EVERYWHERE, lambda r: {f"place-{r['section'].pk}": "9"})
    ],
    "articles_section_move": [
        Case("section", EDITING, EVERYWHERE, lambda r: {"to": r["empty section"].pk}),
        Case("another section", EVERYWHERE, EVERYWHERE, lambda r: {"to": r["section"].pk}),
    ],
    "articles_section_history": [Case("section", DESK)],
    "articles_topic_changelist": [Case("", DESK, EDITING, merging)],
    "articles_topic_add": [Case("", EDITING, EDITING, lambda r: {"name": "Ferries"})],
    "articles_topic_change": [Case("topic", DESK, EDITING, lambda r: {"name": "Harbours"})],
    "articles_topic_delete": [Case("topic", EDITING, EDITING, yes)],
    "articles_topic_history": [Case("topic", DESK)],
    "articles_topic_names": [Case("", DESK)],
    # House rules
    "articles_check_changelist": [
        Case("", EDITING),
        Case(
            "",
            EDITING,
            SENIOR_EVERYWHERE,
            lambda r: {
                "action": "delete_selected",
                "_selected_action": [r["rule"].pk],
                "post": "yes",
            },
        ),
    ],
    "articles_check_add": [
        Case("", SENIOR_EVERYWHERE, SENIOR_EVERYWHERE, lambda r: {"look": "tk", "level": "stop"})
    ],
    "articles_check_change": [
        Case("rule", EDITING, SENIOR_EVERYWHERE, lambda r: {"look": "tk", "level": "stop"})
    ],
    "articles_check_delete": [
        Case("rule", SENIOR_EVERYWHERE, SENIOR_EVERYWHERE, yes),
        Case("rule of the newsroom", NOBODY, NOBODY, yes),
    ],
    "articles_check_history": [Case("rule", EDITING)],
    "articles_styleentry_changelist": [
        chosen("delete_selected", "entry", SENIOR_EVERYWHERE, post="yes")
    ],
    "articles_styleentry_add": [
        Case("", SENIOR_EVERYWHERE, SENIOR_EVERYWHERE, lambda r: {"avoid": "whilst"})
    ],
    "articles_styleentry_change": [
        Case("entry", DESK, SENIOR_EVERYWHERE, lambda r: {"avoid": "whilst"})
    ],
    "articles_styleentry_delete": [Case("entry", SENIOR_EVERYWHERE, SENIOR_EVERYWHERE, yes)],
    "articles_styleentry_history": [Case("entry", DESK)],
    "articles_styleentry_list": [Case("", DESK)],
    "articles_styleentry_paste": [
        Case("", SENIOR_EVERYWHERE, SENIOR_EVERYWHERE, lambda r: {"entries": "whilst, while"})
    ],
    # People
    "articles_author_changelist": [
        chosen("delete_selected", "author", PEOPLE, post="yes"),
        Case("", DESK, PEOPLE, merging_authors),
    ],
    "articles_author_add": [
        Case("", EDITING, EDITING, lambda r: {"name": "Sana Okafor", "kind": "guest"})
    ],
    "articles_author_change": [Case("author", DESK, EDITING, new_author)],
    "articles_author_delete": [Case("author", PEOPLE, PEOPLE, yes)],
    "articles_author_history": [Case("author", DESK)],
    "articles_author_names": [Case("", DESK)],
    "articles_article_embed": [Case("", DESK)],
    "articles_article_find": [Case("", DESK)],
    "auth_user_changelist": [
        Case("", PEOPLE),
        Case(
            "",
            PEOPLE,
            PEOPLE,
            lambda r: {
                "action": "delete_selected",
                "_selected_action": [r["new account"].pk],
                "post": "yes",
            },
        ),
        Case("", PEOPLE, PEOPLE, lambda r: closing(r["reporter"])),
        Case("", PEOPLE, "owner", lambda r: closing(r["superuser"])),
    ],
    "auth_user_add": [
        Case("", PEOPLE, PEOPLE, new_account),
        Case("", PEOPLE, PEOPLE, lambda r: new_account(r, groups=[r["group"].pk])),
        Case("", PEOPLE, "owner", lambda r: new_account(r, groups=[r["greater group"].pk])),
    ],
    "auth_user_change": [
        Case("reporter", PEOPLE, PEOPLE, lambda r: account(r, "reporter")),
        Case(
            "reporter",
            PEOPLE,
            "owner",
            lambda r: account(r, "reporter", groups=[r["greater group"].pk]),
        ),
        Case("superuser", PEOPLE, "owner", lambda r: account(r, "superuser")),
    ],
    "auth_user_password_change": [
        Case("reporter", PEOPLE, PEOPLE, password),
        Case("superuser", "owner", "owner", password),
    ],
    "auth_user_invite": [
        Case("invited account", PEOPLE, PEOPLE),
        Case("superuser", "owner"),
    ],
    "welcome": [Case(look=EVERYBODY)],  # a link that leads nowhere says so to whoever comes
    "auth_user_delete": [
        Case("new account", PEOPLE, PEOPLE, yes),
        Case("reporter", NOBODY, NOBODY, yes),
        Case("superuser", "owner", "owner", yes),
    ],
    "auth_user_history": [Case("reporter", PEOPLE)],
    "auth_group_changelist": [Case("", PEOPLE)],
    "auth_group_add": [
        Case("", PEOPLE, PEOPLE, lambda r: {"name": "Legal"}),
        Case(
            "",
            PEOPLE,
            PEOPLE,
            lambda r: {"name": "Legal", "permissions": [right("hide_version").pk]},
        ),
        Case(  # what is about nothing that a person touches is no right to give
            "",
            PEOPLE,
            NOBODY,
            lambda r: {"name": "Legal", "permissions": [right("delete_presence").pk]},
        ),
    ],
    "auth_group_change": [
        Case("group", PEOPLE, PEOPLE, lambda r: {"name": "Reporters", "permissions": []}),
        Case("greater group", PEOPLE, "owner", lambda r: {"name": "Owners"}),
    ],
    "auth_group_delete": [
        Case("group", PEOPLE, PEOPLE, yes),
        Case("greater group", "owner", "owner", yes),
    ],
    "auth_group_history": [Case("group", PEOPLE)],
    # The site
    "articles_page_changelist": [
        Case("", PEOPLE),
        chosen("delete_selected", "page", PEOPLE, post="yes"),
    ],
    "articles_page_add": [Case("", PEOPLE, PEOPLE, house_page)],
    "articles_page_change": [Case("page", PEOPLE, PEOPLE, house_page)],
    "articles_page_delete": [Case("page", PEOPLE, PEOPLE, yes)],
    "articles_page_history": [Case("page", PEOPLE)],
    "articles_site_changelist": [Case("", PEOPLE, PEOPLE, site)],
    "articles_site_add": [Case()],
    "articles_site_change": [Case("site", PEOPLE, PEOPLE, site)],
    "articles_site_delete": [Case("site", told=yes)],
    "articles_site_history": [Case("site", PEOPLE)],
    # The worker's queue
    "django_tasks_database_dbtaskresult_changelist": [Case("", "owner")],
    "django_tasks_database_dbtaskresult_add": [Case()],
    "django_tasks_database_dbtaskresult_change": [Case("task", "owner")],
    "django_tasks_database_dbtaskresult_delete": [Case("task", told=yes)],
    "django_tasks_database_dbtaskresult_history": [Case("task", "owner")],
}
# A record's bare address, which leads on to its form, and whatever is no address at all.
WITHOUT_A_NAME = r"(\w+/\w+/<path:object_id>/|\(\?P<url>\.\*\)\$)"


def addresses(patterns, before=""):
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            yield from addresses(pattern.url_patterns, route)
        else:
            yield pattern.name, route


def test_the_table_knows_every_address_of_the_desk():
    found = list(addresses(admin.site.get_urls()))
    assert {name for name, _route in found if name} == set(ADDRESSES)
    unnamed = [route for name, route in found if not name]
    assert [route for route in unnamed if not re.fullmatch(WITHOUT_A_NAME, route)] == []


def place_of(name, case, records):
    if name == "app_list":
        return reverse("admin:app_list", args=[case.on])
    args = []
    if name == "articles_styleentry_list":
        args = ["en"]
    elif name == "guide_chapter":
        args = ["writing"]
    elif name == "welcome":
        args = ["MQ", "set-nothing"]
    elif case.on:
        record = records[case.on]
        args = [record.pk]
        if isinstance(record, Revision):
            args = [record.article_id, record.number]
        if isinstance(record, ScheduledPublication):
            args = [record.article_id, record.pk]
        if name == "articles_image_in_form":
            args = [record.code]
        if name == "view_on_site":
            args.insert(0, ContentType.objects.get_for_model(record).pk)
    return reverse(f"admin:{name}", args=args)


def is_turned_away(answer):
    """Refused, sent to sign in, or sent back because there is no such record for them."""
    place = answer.get("Location", "")
    is_sent_back = place == "/admin/" or place.startswith("/admin/login/")
    return is_sent_back or answer.status_code in {401, 403, 404, 405}


@pytest.mark.parametrize("role", EVERYBODY.split())
def test_each_address_of_the_desk_is_for_its_people(role):
    records, person, client = make_records(), make_person(role), Client()
    if role != "stranger":
        client.force_login(person)
    session = client.cookies.get(settings.SESSION_COOKIE_NAME)
    before, wrong, seen = everything(), {}, set()
    for name, cases in ADDRESSES.items():
        for case in cases:
            place = place_of(name, case, records)
            if place not in seen and not goes_without_saying(role, case.look):
                seen.add(place)
                with undone(), noted() as written:
                    answer = client.get(place)
                    list(answer)  # a file is closed at its end
                    changed = has_changed(before, written)
                opened = not is_turned_away(answer)
                if opened != (role in case.look.split()) or changed or answer.status_code >= 500:
                    wrong["GET", name, case.on] = answer.status_code, written
            if goes_without_saying(role, case.act):
                continue
            with undone():
                told = case.told(records)
                with noted() as written:
                    answer = client.post(place, told)
                changed = has_changed(before, written)
            if changed != (role in case.act.split()) or answer.status_code >= 500:
                wrong["POST", name, case.on] = answer.status_code, written
            if role in {"stranger", "reader"} and name not in {"login", "logout", "welcome"}:
                assert is_turned_away(answer), name
            if session:  # what signed them out has been undone
                client.cookies[settings.SESSION_COOKIE_NAME] = session.value
    assert wrong == {}


def has_changed(before, written):
    """Whether rows of the tables that were written to are others now."""
    models = [model for model in before if model._meta.db_table in written]
    return any(rows_of(model) != before[model] for model in models)


@contextmanager
def noted():
    """The tables that are written to here."""
    tables = []

    def note_it(execute, sql, params, many, context):
        if found := re.match(r"(?:INSERT INTO|UPDATE|DELETE FROM) \"(\w+)\"", sql):
            tables.append(found[1])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note_it):
        yield tables
