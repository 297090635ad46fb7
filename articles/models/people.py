"""Who writes."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from articles.models.fields import LineField, NameField, NoteField, SlugField
from articles.models.subjects import BySlug


class Author(models.Model):
    """A name that stories are signed with. It may belong to an account, or to none."""

    name = NameField(_("name"), max_length=100)
    slug = SlugField(unique=True, help_text=_("The end of the address of the author’s page."))
    job_title = LineField(_("job title"), max_length=100, blank=True)
    biography = NoteField(_("biography"), max_length=1000, blank=True)
    languages = LineField(
        _("languages"),
        max_length=100,
        blank=True,
        help_text=_("As readers see them: English, Polish."),
    )
    email = models.EmailField(_("public e-mail address"), blank=True)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="author",
        verbose_name=_("account"),
    )

    objects = BySlug()

    class Meta:
        verbose_name = _("author")
        verbose_name_plural = _("authors")
        ordering = ["name"]

    def __str__(self):
        return self.name

    @property
    def initials(self):
        words = self.name.split()
        return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()

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

        Who works in a section works in those under it.
        """
        remit = self.filter(user=user)
        found = list(remit.values_list("sections", "sections__children"))
        return {pk for pair in found for pk in pair if pk} if found else None


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
