"""Stories."""

from datetime import UTC, timedelta
from uuid import UUID, uuid5

from django.conf import settings
from django.conf.locale import LANG_INFO
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import IntegrityError, models, transaction
from django.db.models import F, Prefetch, ProtectedError, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _
from taggit.managers import TaggableManager, _TaggableManager

from articles import codes, richtext, slugs
from articles.models.fields import BodyField, CodeField, LineField, NoteField, SlugField
from articles.models.people import Byline
from articles.models.site import Site
from articles.models.subjects import Tagging, TopicAlias

LONGEST_BODY = (
    300_000  # characters of HTML; PostgreSQL's full-text index takes no more than a megabyte
)
LONGEST_CAPTION = 500  # characters, of a picture in one story
MOST_PICTURES = 100  # in one gallery
STORIES = UUID("68456a67-247a-4e9e-9095-1c765223e136")  # the names of stories are made in it
# A change this soon after the first publication is part of it, so readers are told of none.
SETTLING = timedelta(seconds=60)


def language_choices():
    return sorted((code, info["name"]) for code, info in LANG_INFO.items() if "name" in info)


def language_of_the_paper():
    return Site.current().language


def key_points_are_texts(points):
    if not isinstance(points, list) or not all(isinstance(p, str) and p.strip() for p in points):
        raise ValidationError(_("Key points are a list of short texts."))


def gallery_names_pictures(gallery):
    """Each picture stands in a gallery once, with its words for this story."""
    texts = {"caption": LONGEST_CAPTION, "alt": LONGEST_CAPTION}
    if not isinstance(gallery, list) or not all(
        isinstance(use, dict)
        and use.keys() == {"image", *texts}
        and all(isinstance(text, str) for text in use.values())
        for use in gallery
    ):
        raise ValidationError(_("A gallery is a list of pictures, each with caption and alt text."))
    if len(gallery) > MOST_PICTURES:
        sentence = _("A gallery has at most %(n)d pictures.")
        raise ValidationError(sentence % {"n": MOST_PICTURES})
    for name, longest in texts.items():
        if too_long := [use for use in gallery if len(use[name]) > longest]:
            sentence = _("“%(text)s…” is too long: %(n)d characters at most.")
            told = {"text": too_long[0][name][:40], "n": longest}
            raise ValidationError(sentence % told)
    codes_in_it = [use["image"] for use in gallery]
    if twice := next((code for code in codes_in_it if codes_in_it.count(code) > 1), None):
        sentence = _("The picture %(code)s stands in the gallery twice.")
        raise ValidationError(sentence % {"code": twice})


class LeadCrop(models.TextChoices):
    """How much of the lead picture a story shows, if not what fits the shape of its place."""

    FULL = "full", _("Whole on every screen")
    SQUARE_ON_PHONES = "full-square", _("Whole, but a square of it on phones")


class Status(models.TextChoices):
    DRAFT = "draft", _("Draft")
    REVIEW = "review", _("In review")
    READY = "ready", _("Ready")
    PUBLISHED = "published", _("Published")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    SPIKED = "spiked", _("Spiked")


# No reader has seen it yet, and somebody may still work on it.
UNPUBLISHED = [Status.DRAFT, Status.REVIEW, Status.READY]


class ArticleQuerySet(models.QuerySet):
    def published(self, at=None):
        """What readers may see: now, or at the moment given."""
        return self.filter(Article.public_condition(at or timezone.now()))

    def in_section(self, section):
        return self.filter(section=section)

    def in_each(self, sections):
        """Those of some sections apart: an index has each in order of time, and not all of them."""
        return [self.in_section(section) for section in sections]

    def about(self, topic):
        return self.filter(taggings__tag=topic)

    def about_any(self, topics):
        return self.filter(pk__in=Tagging.objects.filter(tag__in=topics).values("content_object"))

    def signed_by(self, author):
        return self.filter(bylines__author=author)

    def changed(self):
        """Published stories of which the desk has words that readers do not see yet."""
        # Only these and withdrawn ones have a live version. Asked for “published”, SQLite would
        # read the whole archive by the index of states.
        return self.filter(working__gt=F("live")).exclude(status=Status.WITHDRAWN)

    def newest_first(self):
        return self.order_by("-first_published_at", "-pk")

    def for_cards(self):
        """With what a card shows, and without the long text it does not."""
        found = self.select_related("section__parent", "lead_image")
        return found.defer("body", "key_points", "gallery")

    def for_page(self):
        """With everything a story's own page shows."""
        return (
            self.select_related("section__parent", "lead_image")
            .with_names()
            .prefetch_related("corrections")
        )

    def with_names(self):
        """With who signed each story, and what it is about."""
        return self.prefetch_related(
            Prefetch("bylines", Byline.objects.select_related("author")),
            Prefetch("taggings", Tagging.objects.select_related("tag")),
        )

    def seen_by_readers(self, at=None):
        """Stories that readers see, or saw before they were withdrawn."""
        return self.filter(first_published_at__lte=at or timezone.now())

    def delete(self):
        """Delete, and keep the codes from ever leading to another story."""
        with transaction.atomic():
            refuse_to_delete(self.seen_by_readers())
            RetiredCode.objects.retire(self.values_list("code", flat=True))
            return super().delete()

    delete.alters_data = True
    delete.queryset_only = True


def refuse_to_delete(seen):
    """What readers saw is kept word for word, whatever they may see of it now."""
    if seen := list(seen):
        raise ProtectedError(str(_("Readers have seen this story, so it is kept.")), seen)


class ArticleManager(models.Manager.from_queryset(ArticleQuerySet)):
    def get_by_natural_key(self, code):
        return self.get(code=code)


class TopicsManager(_TaggableManager):
    """An alias typed as a topic means the topic."""

    def _to_tag_model_instances(self, tags, tag_kwargs):
        tags = [TopicAlias.meant_by(tag) if isinstance(tag, str) else tag for tag in tags]
        return super()._to_tag_model_instances(tags, tag_kwargs)


class Article(models.Model):
    """A story, as readers see it once it is published."""

    code = CodeField()
    language = models.CharField(
        _("language"), max_length=12, choices=language_choices, default=language_of_the_paper
    )
    translation_group = models.UUIDField(null=True, blank=True, editable=False)

    kicker = LineField(
        _("kicker"),
        max_length=60,
        blank=True,
        help_text=_("Two or three words above the headline."),
    )
    headline = LineField(_("headline"), max_length=300)
    short_headline = LineField(
        _("short headline"),
        max_length=120,
        blank=True,
        help_text=_("For cards and phones; else the headline."),
    )
    standfirst = LineField(
        _("standfirst"),
        max_length=500,
        blank=True,
        help_text=_("A sentence or two that a hurried reader could stop at."),
    )
    key_points = models.JSONField(
        _("key points"), default=list, blank=True, validators=[key_points_are_texts]
    )
    dateline = LineField(
        _("dateline"), max_length=60, blank=True, help_text=_("Filed from where. Shown as MOSCOW:")
    )
    body = BodyField(_("body"), blank=True, validators=[MaxLengthValidator(LONGEST_BODY)])
    word_count = models.PositiveIntegerField(_("words"), default=0, editable=False)
    slug = SlugField(
        blank=True,
        help_text=_("The readable end of the address. Old addresses go on leading here."),
    )

    section = models.ForeignKey(
        "articles.Section",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="articles",
        verbose_name=_("section"),
    )
    topics = TaggableManager(
        through=Tagging,
        manager=TopicsManager,
        blank=True,
        verbose_name=_("topics"),
        help_text=_("Names with commas between them. A new name makes a new topic."),
    )
    authors = models.ManyToManyField(
        "articles.Author",
        through="articles.Byline",
        related_name="articles",
        verbose_name=_("authors"),
    )
    agency = LineField(
        _("agency"), max_length=60, blank=True, help_text=_("If an agency wrote it, or part of it.")
    )

    lead_image = models.ForeignKey(
        "articles.Image",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="led_articles",
        verbose_name=_("lead picture"),
    )
    lead_caption = LineField(
        _("caption for this story"),
        max_length=LONGEST_CAPTION,
        blank=True,
        help_text=_("If empty, the picture’s own is shown."),
    )
    lead_alt = LineField(
        _("alt text for this story"),
        max_length=LONGEST_CAPTION,
        blank=True,
        help_text=_("If empty, the picture’s own is read out."),
    )
    lead_crop = models.CharField(
        _("how much of it is shown"),
        max_length=20,
        choices=[("", _("What fits the place: 16 to 9, on phones a square")), *LeadCrop.choices],
        blank=True,
    )
    gallery = models.JSONField(
        _("gallery"), default=list, blank=True, validators=[gallery_names_pictures]
    )

    status = models.CharField(
        _("state"), max_length=20, choices=Status, default=Status.DRAFT, editable=False
    )
    embargoed_until = models.DateTimeField(
        _("embargo"),
        null=True,
        blank=True,
        help_text=_("Readers see nothing of it before this moment."),
    )
    created_at = models.DateTimeField(_("made"), default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("made by"),
    )
    saved_at = models.DateTimeField(_("saved"), default=timezone.now, editable=False)
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("saved by"),
    )
    first_published_at = models.DateTimeField(
        _("first published"), null=True, blank=True, editable=False
    )
    updated_at = models.DateTimeField(_("updated"), default=timezone.now, editable=False)
    scheduled_for = models.DateTimeField(
        _("to be published at"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("The moment that an editor chose for its first publication."),
    )
    withdrawal_reason = NoteField(
        _("why it was withdrawn"), blank=True, max_length=1000, editable=False
    )
    is_killed = models.BooleanField(
        _("killed"),
        default=False,
        editable=False,
        help_text=_("Withdrawn for good, by law say: only a senior editor may take it up again."),
    )
    tells_changes = models.BooleanField(
        _("readers may see what changed"),
        default=True,
        help_text=_("A page of its own shows them each version that was public."),
    )

    # Numbers of revisions; 0 and nothing while there is none yet.
    version = models.PositiveIntegerField(_("last version"), default=0, editable=False)
    working = models.PositiveIntegerField(_("version at the desk"), default=0, editable=False)
    live = models.PositiveIntegerField(
        _("version before readers"), null=True, blank=True, editable=False
    )

    objects = ArticleManager()

    class Meta:
        verbose_name = _("story")
        verbose_name_plural = _("stories")
        ordering = ["-saved_at", "-pk"]
        permissions = [
            ("publish_article", _("Can publish, update and withdraw stories")),
            ("change_any_article", _("Can change stories of other people")),
            ("kill_article", _("Can kill stories, and take up killed ones")),
            ("set_updated_at", _("Can set the time that readers see")),
            ("hide_version", _("Can hide a version from readers")),
        ]
        indexes = [
            models.Index(
                F("first_published_at").desc(),
                F("id").desc(),
                name="published_by_time",
                condition=Q(status="published"),
            ),
            models.Index(
                F("section"),
                F("first_published_at").desc(),
                F("id").desc(),
                name="published_in_section_by_time",
                condition=Q(status="published"),
            ),
            models.Index(F("saved_at").desc(), F("id").desc(), name="stories_by_last_save"),
            models.Index(fields=["status", "saved_at", "id"], name="stories_by_state_and_save"),
            models.Index(
                F("saved_at").desc(),
                F("id").desc(),
                name="stories_with_unpublished_words",
                condition=Q(working__gt=F("live")),
            ),
            models.Index(
                F("section"), F("saved_at").desc(), F("id").desc(), name="stories_in_a_section"
            ),
            models.Index(
                F("saved_by"), F("saved_at").desc(), F("id").desc(), name="stories_by_who_saved"
            ),
            models.Index(
                F("embargoed_until"),
                name="stories_under_embargo",
                condition=Q(embargoed_until__isnull=False),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="article_has_a_known_status",
                condition=Q(
                    status__in=["draft", "review", "ready", "published", "withdrawn", "spiked"]
                ),
            ),
            models.CheckConstraint(
                name="killed_article_is_withdrawn",
                condition=Q(is_killed=False) | Q(status="withdrawn"),
            ),
            models.CheckConstraint(
                name="article_has_a_headline",
                condition=~Q(headline=""),
                violation_error_message=_("There is no headline."),
            ),
            models.CheckConstraint(
                name="published_article_is_dated",
                condition=~Q(status="published") | Q(first_published_at__isnull=False),
                violation_error_message=_("A published story needs a date."),
            ),
            models.CheckConstraint(
                name="published_article_has_a_section",
                condition=~Q(status__in=["published", "withdrawn"]) | Q(section__isnull=False),
                violation_error_message=_("No section chosen."),
            ),
            models.CheckConstraint(
                name="article_is_not_updated_before_it_is_out",
                condition=Q(first_published_at__isnull=True)
                | Q(updated_at__gte=F("first_published_at")),
                violation_error_message=_("A story cannot be updated before it is published."),
            ),
            models.CheckConstraint(
                name="version_numbers_are_given_out_before_use",
                condition=Q(working__lte=F("version"))
                & (Q(live__isnull=True) | Q(live__lte=F("version"))),
            ),
            models.UniqueConstraint(
                fields=["translation_group", "language"],
                name="story_is_told_once_in_a_language",
                violation_error_message=_("That story is already told in this language."),
            ),
        ]

    def __str__(self):
        return self.headline

    def save(self, **kwargs):
        """Save; a new story whose code is taken, now or long ago, gets another one."""
        self.slug = self.slug or slugs.slugify(self.headline)
        self.count_words()
        if not self._state.adding:
            return super().save(**kwargs)
        while True:
            try:
                if RetiredCode.objects.filter(code=self.code).exists():
                    raise IntegrityError
                with transaction.atomic():
                    return super().save(**kwargs)
            except IntegrityError:
                if not RetiredCode.is_taken(self.code):
                    raise
                self.code = codes.mint()

    def delete(self, **kwargs):
        with transaction.atomic():
            refuse_to_delete(Article.objects.filter(pk=self.pk).seen_by_readers())
            RetiredCode.objects.retire([self.code])
            return super().delete(**kwargs)

    def get_absolute_url(self):
        if self.section is None:
            return reverse("short_url", args=[self.code])
        return reverse("article", args=[self.section.slug, self.code, self.slug])

    def get_changes_url(self):
        return reverse("changes", args=[self.section.slug, self.code, self.slug])

    def natural_key(self):
        return (self.code,)

    natural_key.dependencies = ["articles.section", "articles.image"]

    @staticmethod
    def public_condition(at, prefix=""):
        """What makes a story public at a moment: state, first publication and embargo together."""
        return Q(
            Q(**{f"{prefix}embargoed_until__isnull": True})
            | Q(**{f"{prefix}embargoed_until__lte": at}),
            **{f"{prefix}status": Status.PUBLISHED, f"{prefix}first_published_at__lte": at},
        )

    @property
    def is_public(self):
        return self.status == Status.PUBLISHED and self.visible_from <= timezone.now()

    @property
    def is_waiting(self):
        """Whether it is published, and its moment is still to come."""
        return self.status == Status.PUBLISHED and not self.is_public

    @property
    def visible_from(self):
        """The moment at which readers see it, or have begun to."""
        return max(self.first_published_at, self.embargoed_until or self.first_published_at)

    @property
    def has_changes(self):
        """Whether the desk has words that readers of this published story do not see yet."""
        return self.status == Status.PUBLISHED and self.working != (self.live or self.working)

    @property
    def readers_may_see_changes(self):
        """Whether a page tells them what changed: the site says so, and the story."""
        return settings.TELL_CHANGES and self.tells_changes

    @property
    def settles_at(self):
        """Until then a change is part of the first publication."""
        return self.first_published_at + SETTLING

    @property
    def is_updated(self):
        return self.first_published_at is not None and self.updated_at > self.settles_at

    @property
    def published_at(self):
        """When readers first got it, as exactly as `changed_at` tells the rest."""
        return self.first_published_at.replace(microsecond=0)

    @property
    def changed_at(self):
        """When readers last got something new: the one moment that page, feed and markup tell."""
        moment = self.updated_at if self.is_updated else self.first_published_at
        return moment.replace(microsecond=0)  # what `datetime` says, so that all say the same

    @property
    def card_headline(self):
        return self.short_headline or self.headline

    @property
    def direction(self):
        """ltr or rtl, for the `dir` attribute."""
        return "rtl" if get_language_info(self.language)["bidi"] else "ltr"

    @property
    def language_name(self):
        """What the language calls itself."""
        return get_language_info(self.language)["name_local"]

    @property
    def summary(self):
        """One or two sentences for lists, feeds and search engines."""
        return self.standfirst or richtext.first_paragraph(self.body)

    @property
    def picture(self):
        """The lead picture, if readers may see it: rights end, and the story stays."""
        is_there = self.lead_image is not None and self.lead_image.may_be_shown
        return self.lead_image if is_there else None

    @property
    def caption(self):
        """Of the lead picture, in this story."""
        return self.lead_caption or self.lead_image.caption

    @property
    def alt_text(self):
        """Of the lead picture, in this story."""
        return self.lead_alt or self.lead_image.alt_text

    @property
    def lead_place(self):
        """How its page shows the lead picture: one of the places of the tag for pictures."""
        return f"lead-{self.lead_crop}" if self.lead_crop else "lead"

    @property
    def uuid(self):
        """A name of the story for feeds that lasts wherever the site moves (RFC 4287, 4.2.6)."""
        # Other papers have the same code; the moment it was made tells ours, and never changes.
        return uuid5(STORIES, f"{self.code} {self.created_at.astimezone(UTC).isoformat()}")

    @property
    def short_url(self):
        return f"{settings.SHORT_URL_BASE}/{self.code}"

    def count_words(self):
        self.word_count = richtext.word_count(self.body)


class RetiredCodeManager(models.Manager):
    def retire(self, retired):
        self.bulk_create((RetiredCode(code=code) for code in retired), ignore_conflicts=True)


class RetiredCode(models.Model):
    """The code of a deleted story. Links to it are out there, so it never leads elsewhere."""

    code = models.CharField(max_length=codes.LENGTH, primary_key=True)
    retired_at = models.DateTimeField(default=timezone.now)

    objects = RetiredCodeManager()

    def __str__(self):
        return self.code

    @classmethod
    def is_taken(cls, code):
        return Article.objects.filter(code=code).exists() or cls.objects.filter(code=code).exists()
