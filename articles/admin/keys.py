"""The keyboard map of the desk: the one table that keys.js works by and shows."""

from django.urls import reverse
from django.utils.translation import gettext as _


def keyboard(user):
    """Groups of keys. `goes` is an address, `does` a deed in keys.js; the rest other scripts do."""
    everywhere = [{"keys": ["/"], "words": _("Find anything"), "does": "find"}]
    if user.has_perm("articles.add_article"):
        new = {
            "keys": ["N"],
            "words": _("New story"),
            "goes": reverse("admin:articles_article_add"),
        }
        everywhere.append(new)
    everywhere.append({"keys": ["G", "D"], "words": _("Desk"), "goes": reverse("admin:index")})
    if user.has_perm("articles.view_article"):
        stories = reverse("admin:articles_article_changelist")
        everywhere.append({"keys": ["G", "S"], "words": _("Stories"), "goes": stories})
    if user.has_perm("articles.view_image"):
        pictures = reverse("admin:articles_image_changelist")
        everywhere.append({"keys": ["G", "P"], "words": _("Pictures"), "goes": pictures})
    everywhere.append({"keys": ["?"], "words": _("This list"), "does": "show"})
    in_lists = [
        {"keys": ["J"], "words": _("Next story"), "does": "next"},
        {"keys": ["K"], "words": _("Previous story"), "does": "previous"},
        {"keys": ["Enter"], "words": _("Open it")},
        {"keys": ["."], "words": _("Its next step"), "does": "step"},
    ]
    while_writing = [
        {"keys": ["Ctrl", "S"], "words": _("Save draft")},
        {"keys": ["Ctrl", "Enter"], "words": _("Publish…")},
        {"keys": ["Alt", "P"], "words": _("Preview")},
        {"keys": ["Alt", "C"], "words": _("Next thing to check")},
        {"keys": ["Ctrl", "Alt", "M"], "words": _("Note for the desk")},
        {"keys": ["Alt", "F10"], "words": _("Toolbar of the text")},
        {"keys": ["Ctrl", "B", "I", "K"], "words": _("Bold, italic, link")},
        {"keys": ["Alt", "Enter"], "words": _("Write what the house style says")},
    ]
    with_grips = [
        {"keys": ["Space"], "words": _("Lift, and drop again")},
        {"keys": ["↑", "↓"], "words": _("Move what is lifted")},
        {"keys": ["Esc"], "words": _("Put it back")},
    ]
    together = [
        {"keys": ["1", "2", "3"], "words": _("Theirs, yours, both")},
        {"keys": ["J", "K"], "words": _("Next place, previous place")},
    ]
    return {
        "title": _("Keyboard shortcuts"),
        "close": _("Close"),
        "single": _("Single-key shortcuts"),
        "why": _("Turn off if you dictate or use switch control."),
        "groups": [
            {"name": _("Everywhere"), "rows": everywhere},
            {"name": _("In lists"), "rows": in_lists},
            {"name": _("While writing"), "rows": while_writing},
            {"name": _("In lists with grips"), "rows": with_grips},
            {"name": _("Putting two texts together"), "rows": together},
        ],
    }
