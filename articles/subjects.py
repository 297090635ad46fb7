"""What journalists do with topics."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from articles.models import Tagging, TopicAlias


@transaction.atomic
def merge_topics(topics, *, into, by):
    """Make several topics one. Their stories move to it; their names and addresses lead to it."""
    if by is not None and not by.has_perm("articles.delete_topic"):
        raise PermissionDenied(_("Only editors merge topics."))
    for topic in topics:
        if topic == into:
            continue
        moving = Tagging.objects.filter(tag=topic)
        on_both = Tagging.objects.filter(tag=into).values_list("content_object", flat=True)
        moving.filter(content_object__in=list(on_both)).delete()
        moving.update(tag=into)
        topic.aliases.update(topic=into)
        name, slug = topic.name, topic.slug
        topic.delete()
        TopicAlias.objects.filter(Q(name=name) | Q(slug=slug)).delete()
        TopicAlias.objects.create(topic=into, name=name, slug=slug)
