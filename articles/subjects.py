"""What journalists do with sections and topics."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from articles import publishing, search
from articles.models import ImageUse, Remit, Section, Tagging, Topic, TopicAlias


@transaction.atomic
def save_section(section, *, by):
    """Keep a section as it stands now. Whoever puts it elsewhere works at both ends of its way.

    Who works in a section works in those under it, so its place says who may change its stories.
    """
    known = lock_sections()
    before = known.get(section.pk)
    if section.pk and before is None:
        raise publishing.Refused(_("Somebody has deleted this section."))
    ask_to_change_sections(by)
    if before is None:
        ask_for_all_sections(by)
    else:
        publishing.ask_for_section(section.pk, by)
    if section.parent_id != (before and before.parent_id):
        for end in (section.parent_id, before and before.parent_id):
            publishing.ask_for_section(end, by)
    section.parent = known.get(section.parent_id)
    try:
        section.clean()  # others may have made a third level of it since the form was checked
    except ValidationError as wrong:
        raise publishing.Refused(" ".join(wrong.messages)) from None
    section.save()


@transaction.atomic
def put_in_order(sections, *, by):
    """Let the navigation name the sections in this order, which is one for all of them."""
    known = lock_sections()
    ask_to_change_sections(by)
    ask_for_all_sections(by)
    rows = [known[section.pk] for section in sections if section.pk in known]
    for position, section in enumerate(rows, 1):
        section.position = position
    Section.objects.bulk_update(rows, ["position"])


def lock_sections():
    """All of them as they are now, by their ids. Nobody else changes one before this is done."""
    return {section.pk: section for section in Section.objects.order_by("pk").select_for_update()}


def ask_to_change_sections(by):
    publishing.ask_for("change_section", by, _("You may not change this section."))


def ask_for_all_sections(by):
    if by is not None and Remit.objects.of(by) is not None:
        raise publishing.NotAllowed(_("That is for those who work in all sections."))


@transaction.atomic
def merge_topics(topics, *, into, by):
    """Make several topics one. Their stories move to it; their names and addresses lead to it."""
    if by is not None and not by.has_perm("articles.delete_topic"):
        raise PermissionDenied(_("Only editors merge topics."))
    chosen = sorted({into.pk, *(topic.pk for topic in topics)})
    known = {
        topic.pk: topic
        for topic in Topic.objects.filter(pk__in=chosen).order_by("pk").select_for_update()
    }
    if len(known) < len(chosen):
        raise publishing.Refused(_("Somebody merged one of them just now. Look at the list again."))
    into = known.pop(into.pk)
    tagged = Tagging.objects.filter(tag__in=known).values("content_object")
    shown = set(ImageUse.objects.filter(article__in=tagged).values_list("image", flat=True))
    for topic in known.values():
        moving = Tagging.objects.filter(tag=topic)
        on_both = Tagging.objects.filter(tag=into).values_list("content_object", flat=True)
        moving.filter(content_object__in=list(on_both)).delete()
        moving.update(tag=into)
        topic.aliases.update(topic=into)
        name, slug = topic.name, topic.slug
        topic.delete()
        TopicAlias.objects.filter(Q(name=name) | Q(slug=slug)).delete()
        TopicAlias.objects.create(topic=into, name=name, slug=slug)
    search.index_pictures(shown)
