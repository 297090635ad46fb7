"""Who may do what: three groups that every newsroom begins with."""

from django.db import DEFAULT_DB_ALIAS

EDITORS = [
    *("add_article", "change_article", "delete_article", "view_article"),
    *("publish_article", "change_any_article"),
    *("add_section", "change_section", "view_section"),
    *("add_topic", "change_topic", "delete_topic", "view_topic"),
    *("add_topicalias", "change_topicalias", "delete_topicalias", "view_topicalias"),
    *("add_author", "change_author", "view_author"),
    *("add_byline", "change_byline", "delete_byline", "view_byline"),
    *("add_image", "change_image", "delete_image", "view_image"),
    *("add_correction", "change_correction", "view_correction"),
]
REPORTERS = [
    *("add_article", "change_article", "view_article"),
    *("add_byline", "change_byline", "delete_byline", "view_byline"),
    *("add_image", "change_image", "view_image"),
    *("view_section", "view_topic", "view_topicalias", "view_author", "view_correction"),
]
ADMINISTRATORS = [
    *EDITORS,
    *("delete_section", "delete_author", "delete_correction"),
    *("add_user", "change_user", "delete_user", "view_user"),
    *("add_group", "change_group", "delete_group", "view_group"),
]


def establish(using=DEFAULT_DB_ALIAS, **kwargs):
    """Make the groups that are missing. What an administrator changed in one stays as it is.

    Runs after every `migrate`, when the permissions themselves exist.
    """
    from django.contrib.auth.models import Group, Permission

    for name, codenames in {
        "Reporters": REPORTERS,
        "Editors": EDITORS,
        "Administrators": ADMINISTRATORS,
    }.items():
        group, is_new = Group.objects.using(using).get_or_create(name=name)
        if is_new:
            group.permissions.set(Permission.objects.using(using).filter(codename__in=codenames))
