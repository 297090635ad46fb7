"""Who writes."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from articles.models.fields import LineField, NameField, NoteField, SlugField
from articles.models.images import Image
from articles.models.site import profiles_are_addresses
from articles.models.subjects import BySlug


class AuthorQuerySet(models.QuerySet):
    def signing(self):
        """Those that stories are signed with, without names that lead to another."""
        return self.filter(merged_into=None)


class Author(models.Model):
    """A name that stories are signed with. It may belong to an account, or to none."""

    class Kind(models.TextChoices):
        STAFF = "staff", _("On the staff")
        GUEST = "guest", _("Guest author")
        AGENCY = "agency", _("Agency")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.STAFF)
    name = NameField(_("name"), max_length=100)
    slug = SlugField(unique=True, help_text=_("The end of the address of the author’s page."))
    job_title = LineField(_("job title"), max_length=100, blank=True)
    portrait = models.ForeignKey(
        Image,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="portrays",
        verbose_name=_("portrait"),
    )
    biography = NoteField(_("profile"), max_length=1000, blank=True)
    languages = LineField(
        _("languages"),
        max_length=100,
        blank=True,
        help_text=_("As readers see them: English, Polish."),
    )
    email = models.EmailField(_("e-mail address"), blank=True)
    shows_email = models.BooleanField(_("readers see the address"), default=True)
    profiles = models.JSONField(
        _("profiles elsewhere"), default=list, blank=True, validators=[profiles_are_addresses]
    )
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="author",
        verbose_name=_("account"),
    )
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="other_names",
        verbose_name=_("merged into"),
    )

    objects = BySlug.from_queryset(AuthorQuerySet)()

    class Meta:
        verbose_name = _("author")
        verbose_name_plural = _("authors")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                name="author_has_a_known_kind",
                condition=Q(kind__in=["staff", "guest", "agency"]),
            ),
            models.CheckConstraint(
                name="author_is_not_merged_into_itself",
                condition=Q(merged_into=None) | ~Q(merged_into=F("id")),
            ),
            models.CheckConstraint(
                name="merged_author_belongs_to_no_account",
                condition=Q(merged_into=None) | Q(user=None),
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def signs_as(self):
        """The author that this name leads to."""
        return self.merged_into or self

    @property
    def initials(self):
        words = self.name.split()
        letters = words[0][0] + words[-1][0] if len(words) > 1 else self.name[:2]
        return letters.upper()

    def get_absolute_url(self):
        return reverse("author", args=[self.slug])

    def get_feed_url(self):
        return reverse("author_feed", args=[self.slug])

    def natural_key(self):
        return (self.slug,)


class BylineManager(models.Manager):
    def get_by_natural_key(self, code, slug):
        return self.get(article__code=code, author__slug=slug)


class Byline(models.Model):
    """An author's place among those who signed a story."""

    article = models.ForeignKey(
        "articles.Article", models.CASCADE, related_name="bylines", verbose_name=_("story")
    )
    author = models.ForeignKey(
        Author, models.PROTECT, related_name="bylines", verbose_name=_("author")
    )
    position = models.PositiveSmallIntegerField(_("position"), default=1)

    objects = BylineManager()

    class Meta:
        verbose_name = _("byline")
        verbose_name_plural = _("bylines")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["article", "author"], name="author_signs_a_story_once")
        ]

    def __str__(self):
        return str(self.author)

    def natural_key(self):
        return (self.article.code, self.author.slug)

    natural_key.dependencies = ["articles.article", "articles.author"]


class RemitManager(models.Manager):
    def of(self, user):
        """Ids of the sections that an account works in; `None` if it works in all of them.

        Who works in a section works in those under it. An account that was read is asked once, as
        Django asks once for its rights: a page has dozens of questions that hang on it.
        """
        if not hasattr(user, "_remit_cache"):
            remit = self.filter(user=user)
            found = list(remit.values_list("sections", "sections__children"))
            user._remit_cache = {pk for pair in found for pk in pair if pk} if found else None
        return user._remit_cache


class Remit(models.Model):
    """The sections that an account works in. One without a remit works in all of them."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="remit", verbose_name=_("account")
    )
    sections = models.ManyToManyField(
        "articles.Section", related_name="remits", verbose_name=_("works only in")
    )

    objects = RemitManager()

    class Meta:
        verbose_name = _("remit")
        verbose_name_plural = _("remits")

    def __str__(self):
        return ", ".join(section.name for section in self.sections.all()) or str(_("no section"))


class GivenRight(models.Model):
    """A right that `articles.roles` once gave to a group. It gives none a second time.

    So a right that comes with a new version reaches the groups there are, and one that an
    administrator took away stays away.
    """

    group = models.ForeignKey("auth.Group", models.CASCADE, related_name="+")
    codename = models.CharField(max_length=100)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["group", "codename"], name="right_is_given_to_a_group_once"
            ),
        ]

    def __str__(self):
        return f"{self.group}: {self.codename}"
