"""Where a story belongs, and what it is about."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce, Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from taggit.models import ItemBase, TagBase

from articles import codes, colours, slugs
from articles.models.fields import LineField, NameField, SlugField

# First words of our own addresses; a section called so could never be reached.
RESERVED = (
    *("admin", "author", "corrections", "feeds", "healthz", "latest", "live", "media"),
    *("news-sitemap.xml", "readyz", "robots.txt", "search", "site.css", "sitemap.xml", "static"),
    "topic",
)


def first_word(model):
    """What holds for the first word of an address, which sections and pages share."""
    return [
        models.CheckConstraint(
            name=f"{model}_slug_is_not_taken_by_the_site",
            condition=~Q(slug__in=RESERVED),
            violation_error_message=_("That address belongs to the site itself. Choose another."),
        ),
        models.CheckConstraint(
            name=f"{model}_slug_does_not_look_like_a_short_code",
            condition=~Q(slug__regex=f"^{codes.PATTERN}$"),
            violation_error_message=_(
                "That address could be taken for a short URL. Choose a longer or shorter one."
            ),
        ),
    ]


class BySlug(models.Manager):
    def get_by_natural_key(self, slug):
        return self.get(slug=slug)


class SectionManager(BySlug):
    def in_order(self):
        """As the navigation has them, each with those under it."""
        return self.order_by(*Section.IN_ORDER)


class TopicManager(BySlug):
    def get_by_natural_key(self, slug):
        """The topic at this address, or the one that it was merged into."""
        alias = TopicAlias.objects.filter(slug=slug).select_related("topic").first()
        return alias.topic if alias else self.get(slug=slug)

    def by_name(self):
        """In the order of the alphabet, whatever case a name begins with."""
        return self.order_by(Lower("name"), "name")

    def in_focus(self, size=8):
        """Topics that the desk puts before readers, in its order."""
        return self.exclude(focus=None).order_by("focus", "name")[:size]

    def in_the_news(self, size=8):
        """Topics of the newest stories that readers can see."""
        from articles.models.articles import Article

        newest = list(Article.objects.published().newest_first().values_list("pk", flat=True)[:20])
        return self.by_name().filter(taggings__content_object__in=newest).distinct()[:size]


class Section(models.Model):
    """A part of the paper. Every published story stands in one.

    A section may stand under another, and no deeper. Its stories are those of the upper one too.
    """

    name = LineField(_("name"), max_length=60, unique=True)
    slug = SlugField(unique=True, help_text=_("The first word of the addresses of its stories."))
    description = LineField(_("description"), max_length=300, blank=True)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("stands under"),
        help_text=_("Its stories stand in that section too. Its address stays its own."),
    )
    colour = models.CharField(
        _("colour"),
        max_length=7,
        blank=True,
        validators=[colours.readable_on_light],
    )
    position = models.PositiveSmallIntegerField(
        _("position"), default=100, help_text=_("Small numbers stand first in the navigation.")
    )

    IN_ORDER = (
        Coalesce("parent__position", "position"),
        Coalesce("parent__name", "name"),
        F("parent").asc(nulls_first=True),
        "position",
        "name",
    )

    objects = SectionManager()

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")
        ordering = ["position", "name"]
        constraints = [
            *first_word("section"),
            models.CheckConstraint(
                name="section_does_not_stand_under_itself",
                condition=Q(parent=None) | ~Q(parent=F("id")),
                violation_error_message=_("A section does not stand under itself."),
            ),
            models.CheckConstraint(
                name="section_has_a_known_colour_or_none",
                condition=Q(colour__regex="^(#[0-9a-f]{6})?$"),
                violation_error_message=_("Write a colour as six digits after #."),
            ),
        ]

    def __str__(self):
        return self.name

    def clean(self):
        """What no constraint can say, since it is about other rows."""
        from articles.models.pages import Page

        if self.parent and self.parent.parent_id:
            sentence = _("“%(name)s” stands under another section itself.") % {"name": self.parent}
            raise ValidationError({"parent": sentence})
        if self.parent and self.pk and self.children.exists():
            sentence = _("Other sections stand under this one, so it stands at the top.")
            raise ValidationError({"parent": sentence})
        if taken := Page.objects.filter(slug=self.slug).first():
            sentence = _("That address belongs to the page “%(title)s”. Choose another.")
            raise ValidationError({"slug": sentence % {"title": taken}})

    @property
    def main(self):
        """The section at the top that it belongs to: the one above, or itself."""
        return self.parent or self

    def get_absolute_url(self):
        return reverse("section", args=[self.slug])

    def get_feed_url(self):
        return reverse("section_feed", args=[self.slug])

    def natural_key(self):
        return (self.slug,)


class Topic(TagBase):
    """What stories are about: a tag with a page, a description and other names."""

    name = NameField(pgettext_lazy("a topic", "name"), max_length=100, unique=True)
    slug = SlugField(unique=True, blank=True)
    description = LineField(_("description"), max_length=300, blank=True)

    focus = models.PositiveSmallIntegerField(
        _("place in focus"),
        null=True,
        blank=True,
        help_text=_("Topics in focus stand on the front page, small numbers first."),
    )

    objects = TopicManager()

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering = ["name"]
        indexes = [
            models.Index(Lower("name"), F("id"), name="topics_by_name"),
            models.Index(
                fields=["focus", "name"], name="topics_in_focus", condition=~Q(focus=None)
            ),
        ]

    def slugify(self, tag, i=None):
        slug = slugs.slugify(tag, fallback="topic")
        return slug if i is None else f"{slug}-{i}"

    def get_absolute_url(self):
        return reverse("topic", args=[self.slug])

    def get_feed_url(self):
        return reverse("topic_feed", args=[self.slug])

    def natural_key(self):
        return (self.slug,)


class TopicAlias(models.Model):
    """Another name of a topic. Its address leads there, and typing it means the topic."""

    topic = models.ForeignKey(
        Topic, models.CASCADE, related_name="aliases", verbose_name=_("topic")
    )
    name = NameField(_("name"), max_length=100, unique=True)
    slug = SlugField(unique=True, blank=True)

    objects = BySlug()

    class Meta:
        verbose_name = _("other name")
        verbose_name_plural = _("other names")
        ordering = ["name"]

    def __str__(self):
        return self.name

    def save(self, **kwargs):
        self.slug = self.slug or slugs.slugify(self.name, fallback="topic")
        super().save(**kwargs)

    @classmethod
    def meant_by(cls, name):
        """The topic that a name typed by an editor stands for, or the name itself."""
        slug = slugs.slugify(name, fallback="")  # of pictures alone, such as 🚢, there is none
        same = Q(name__iexact=name.strip()) | (Q(slug=slug) if slug else Q())
        if alias := cls.objects.filter(same).select_related("topic").first():
            return alias.topic
        # SQLite knows the two cases of A to Z only; the address knows those of every script.
        topics = Topic.objects.filter(slug=slug)
        return next((topic for topic in topics if topic.name.lower() == name.lower()), name)

    def natural_key(self):
        return (self.slug,)


class TaggingManager(models.Manager):
    def get_by_natural_key(self, code, slug):
        return self.get(content_object__code=code, tag__slug=slug)


class Tagging(ItemBase):
    """A story is about a topic. The two names are those that taggit asks for."""

    tag = models.ForeignKey(Topic, models.CASCADE, related_name="taggings", verbose_name=_("topic"))
    content_object = models.ForeignKey(
        "articles.Article", models.CASCADE, related_name="taggings", verbose_name=_("story")
    )

    objects = TaggingManager()

    class Meta:
        verbose_name = _("topic of a story")
        verbose_name_plural = _("topics of stories")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["content_object", "tag"], name="story_has_a_topic_once")
        ]

    def natural_key(self):
        return (self.content_object.code, self.tag.slug)

    natural_key.dependencies = ["articles.article", "articles.topic"]
