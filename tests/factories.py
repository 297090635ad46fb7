"""Stories, people and subjects for tests, made in one line each."""

from datetime import timedelta
from io import BytesIO

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image as PillowImage

from articles import roles, search, slugs, words
from articles.models import Article, Author, Byline, Image, Section, Status, Topic

PASSWORD = "harbour-lantern-seven"


def make_section(name="World", **fields):
    fields = {"slug": slugs.slugify(name)} | fields
    return Section.objects.get_or_create(name=name, defaults=fields)[0]


def make_author(name="Mira Lind", **fields):
    return Author.objects.get_or_create(slug=slugs.slugify(name), defaults={"name": name} | fields)[
        0
    ]


def make_topic(name="Harbour", **fields):
    return Topic.objects.get_or_create(name=name, defaults=fields)[0]


def make_article(headline="Port opens", *, topics=(), authors=(), minutes_old=60, **fields):
    """A story that has been out for an hour, unless told otherwise."""
    moment = timezone.now() - timedelta(minutes=minutes_old)
    fields = {
        "status": Status.PUBLISHED,
        "body": "<p>The first boats left at dawn.</p>",
        "first_published_at": moment,
        "updated_at": fields.get("first_published_at") or moment,
    } | fields
    if "section" not in fields:
        fields["section"] = make_section()
    article = Article(headline=headline, **fields)
    article.save()
    if topics:
        article.topics.set(list(topics))
    for position, author in enumerate(authors, 1):
        Byline.objects.create(article=article, author=author, position=position)
    search.index(article)
    search.index_at_desk(article, words.of(article))
    return article


def make_draft(headline="Port to open", **fields):
    return make_article(headline, status=Status.DRAFT, first_published_at=None, **fields)


def make_picture(name="boat.png", size=(1200, 800), colour="teal", **fields):
    """A real picture file in the library."""
    file = BytesIO()
    PillowImage.new("RGB", size, colour).save(file, "PNG")
    fields = {"credit": "Dana Ruiz", "alt_text": "A boat", "caption": "The first boat."} | fields
    image = Image(file=SimpleUploadedFile(name, file.getvalue(), "image/png"), **fields)
    image.save()
    return image


def make_user(name="editor", group="Editors", *, sections=(), **fields):
    fields = {"is_staff": True} | fields
    user = get_user_model().objects.create_user(name, password=PASSWORD, **fields)
    if group:
        user.groups.add(Group.objects.get(name=group))
    if sections:
        roles.limit(user, sections, by=None)
    return user


def make_admin(name="admin"):
    return make_user(name, group=None, is_superuser=True)
