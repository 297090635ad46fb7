"""Who may do what: five groups that every newsroom begins with, and who may give rights on.

A role is a group. An account may be in several, and may be limited to some sections (`limit`).
"""

from django.apps import apps as newsroom
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.contrib.auth.tokens import default_token_generator
from django.core.exceptions import PermissionDenied
from django.db import DEFAULT_DB_ALIAS, transaction
from django.db.models import Q
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.models import Remit

BACKEND = "django.contrib.auth.backends.ModelBackend"
REPORTERS = [
    *("add_article", "change_article", "view_article"),
    *("add_byline", "change_byline", "delete_byline", "view_byline"),
    *("add_image", "change_image", "view_image"),
    *("view_section", "view_topic", "view_topicalias", "view_author", "view_correction"),
    "view_styleentry",
]
PICTURE_DESK = [
    *("add_image", "change_image", "delete_image", "view_image", "change_any_image"),
    *("view_article", "view_byline", "view_section", "view_topic", "view_topicalias"),
    *("view_author", "view_correction", "view_styleentry"),
]
EDITORS = [
    *("add_article", "change_article", "delete_article", "view_article"),
    *("publish_article", "change_any_article"),
    *("add_section", "change_section", "view_section"),
    *("add_topic", "change_topic", "delete_topic", "view_topic"),
    *("add_topicalias", "change_topicalias", "delete_topicalias", "view_topicalias"),
    *("add_author", "change_author", "view_author"),
    *("add_byline", "change_byline", "delete_byline", "view_byline"),
    *("add_image", "change_image", "delete_image", "view_image", "change_any_image"),
    *("add_correction", "change_correction", "view_correction"),
    *("view_check", "view_styleentry"),
]
SENIOR_EDITORS = [
    *EDITORS,
    *("kill_article", "set_updated_at", "hide_version"),
    *("add_check", "change_check", "delete_check"),
    *("add_styleentry", "change_styleentry", "delete_styleentry"),
]
ADMINISTRATORS = [
    *SENIOR_EDITORS,
    *("delete_section", "delete_author", "delete_correction"),
    *("add_user", "change_user", "delete_user", "view_user"),
    *("add_group", "change_group", "delete_group", "view_group"),
    "change_site",
    *("add_page", "change_page", "delete_page", "view_page"),
]
GROUPS = {
    "Reporters": REPORTERS,
    "Picture desk": PICTURE_DESK,
    "Editors": EDITORS,
    "Senior editors": SENIOR_EDITORS,
    "Administrators": ADMINISTRATORS,
}


def may_be_given():
    """The rights that our groups are made of. All others are about what nobody touches by hand."""
    rights = Permission.objects.filter(content_type__app_label__in=["articles", "auth"])
    return rights.filter(codename__in={codename for each in GROUPS.values() for codename in each})


TOLD = {
    "Reporters": gettext_lazy(
        "Write their own drafts and send them to review. They read all other stories."
    ),
    "Picture desk": gettext_lazy(
        "Look after all pictures, their credits, captions and alt texts. They read stories."
    ),
    "Editors": gettext_lazy(
        "Publish, fix, update, correct, schedule and withdraw all stories, and look after sections,"
        " topics and authors."
    ),
    "Senior editors": gettext_lazy(
        "Do all that editors do. They also kill a story, set the time that readers see, and hide a"
        " version."
    ),
    "Administrators": gettext_lazy(
        "Do all that senior editors do. They also look after accounts, groups and the site itself."
    ),
}


def establish(using=DEFAULT_DB_ALIAS, apps=newsroom, **kwargs):
    """Make the groups that are missing, and give each the rights that it was never given.

    Runs after every `migrate`, when the permissions themselves exist. A right that an administrator
    took from a group was given to it before, so it is not given again; and a group that somebody
    made under one of our names is theirs.
    """
    try:
        given_rights = apps.get_model("articles", "GivenRight").objects.using(using)
    except LookupError:  # the database is being taken back to an older version
        return
    ours = Permission.objects.using(using).filter(content_type__app_label__in=["articles", "auth"])
    for name, codenames in GROUPS.items():
        group, is_new = Group.objects.using(using).get_or_create(name=name)
        given = set(given_rights.filter(group_id=group.pk).values_list("codename", flat=True))
        if not is_new and not given:
            continue
        new = list(ours.filter(codename__in=set(codenames) - given))
        group.permissions.add(*new)
        given_rights.bulk_create(
            given_rights.model(group_id=group.pk, codename=right.codename) for right in new
        )


def told(group):
    """What the people of a group do, in a few words; nothing of a group that a newsroom made."""
    return TOLD.get(group.name, "")


def invite(account, *, by):
    """The two parts of a link with which a person chooses a password. It works once."""
    ask_for_account(account, by)
    if not account.is_active:
        raise PermissionDenied(_("This account is closed."))
    if not account.has_usable_password():
        account.set_unusable_password()  # another one, so that an earlier link is over
        account.save(update_fields=["password"])
    uid = urlsafe_base64_encode(str(account.pk).encode())
    return uid, default_token_generator.make_token(account)


def close(account, *, by):
    """Let a person in no more. Their name stays on what they signed and did."""
    ask_for_account(account, by)
    if account == by:
        raise PermissionDenied(_("Nobody closes their own account."))
    account.is_active = False
    account.save(update_fields=["is_active"])


def ask_for_account(account, by):
    if by is not None and not by.has_perm("auth.change_user"):
        raise PermissionDenied(_("Only administrators look after accounts."))
    if by is not None and exceeds(account, by):
        raise PermissionDenied(_("This account may do what yours may not."))


@transaction.atomic
def limit(account, sections, *, by):
    """Let an account work in these sections only; in all of them if there are none."""
    if by is not None and not by.has_perm("auth.change_user"):
        raise PermissionDenied(_("Only administrators look after accounts."))
    if by is not None and may_more(account, by):
        raise PermissionDenied(_("This account may do what yours may not."))
    sections = list(sections)
    ask_for_sections({section.pk for section in sections}, by)
    account.__dict__.pop("_remit_cache", None)
    if not sections:
        Remit.objects.filter(user=account).delete()
        return
    remit, _is_new = Remit.objects.get_or_create(user=account)
    remit.sections.set(sections)


def colleagues():
    """Accounts that work at the desk: those that may be named in a note, or assigned a story."""
    people = get_user_model().objects
    return people.with_perm("articles.view_article", backend=BACKEND).filter(is_staff=True)


def called(person):
    return person.get_full_name() or person.get_username()


def ask_to_give(rights, by):
    if not may_give(rights, by):
        raise PermissionDenied(_("You cannot give rights that you do not have."))


def may_give(rights, by):
    """Nobody gives a right that they do not have."""
    return by is None or by.is_superuser or rights <= rights_of(by)


def ask_for_sections(sections, by):
    """Who works in some sections only lets nobody into another, or into all."""
    own = None if by is None else Remit.objects.of(by)
    if own is not None and not (sections and sections <= own):
        raise PermissionDenied(
            _("You work in: %(sections)s. Choose among them.")
            % {"sections": Remit.objects.get(user=by)}
        )


def exceeds(account, by):
    """Whether an account may do, or work where, this person may not.

    Whoever changes an account can sign in as it, with a new password say.
    """
    own, theirs = Remit.objects.of(by), Remit.objects.of(account)
    reaches_further = own is not None and (theirs is None or not theirs <= own)
    return may_more(account, by) or (reaches_further and not by.is_superuser)


def may_more(account, by):
    """Whether an account has rights that this person lacks, or would have were it active."""
    if by.is_superuser:
        return False
    return account.is_superuser or not rights_of(account) <= rights_of(by)


def rights_of(account):
    """What an account was given, itself and by its groups, whether it is active or not."""
    theirs = Q(user=account) | Q(group__user=account)
    return set(Permission.objects.filter(theirs).values_list("pk", flat=True))


def rights_in(groups):
    return set(Permission.objects.filter(group__in=groups).values_list("pk", flat=True))
