"""Stories, people and subjects for tests, made in one line each."""

from datetime import timedelta
from functools import cache
from hashlib import sha256
from io import BytesIO
from zlib import crc32

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone
from PIL import Image as PillowImage

from articles import darkroom, publishing, renditions, roles, search, slugs, words
from articles.models import Article, Author, Byline, FormerFile, Image, Section, Status, Topic
from articles.models.images import OF_A_FILE

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
    publishing.note_pictures(article, words.of(article), moves=True)
    return article


def make_draft(headline="Port to open", **fields):
    return make_article(headline, status=Status.DRAFT, first_published_at=None, **fields)


def make_picture(name="boat.png", size=(1200, 800), colour="teal", *, prints=False, **fields):
    """A picture in the library, as it is right after its upload; or with all its prints."""
    fields = {"credit": "Dana Ruiz", "alt_text": "A boat", "caption": "The first boat."} | fields
    image = Image(original_name=name, width=size[0], height=size[1], **fields)
    plain, first_prints = drawn(size, colour)
    data = with_a_word(plain, image.code)  # no two files of the library are the same
    image.content_hash = sha256(data).hexdigest()
    image.file.save(name, ContentFile(data), save=False)
    names = [one.name for one in darkroom.first_prints(image.content_hash, *size)]
    for print_name, content in zip(names, first_prints, strict=True):
        default_storage.save(print_name, ContentFile(content))
    image.save()
    search.index_pictures([image.pk])
    if prints:
        renditions.develop(image)
        image.refresh_from_db()
    return image


def with_a_word(png, word):
    """The same picture, with a word in a text chunk of its own before the last."""
    chunk = b"tEXtComment\0" + word.encode()
    about = (len(chunk) - 4).to_bytes(4, "big") + chunk + crc32(chunk).to_bytes(4, "big")
    return png[:-12] + about + png[-12:]


def make_former_file(image, name="old.png", **fields):
    """A file that a picture had before."""
    older = make_picture(name, (9, 6), colour="navy")
    told = {field: getattr(older, field) for field in OF_A_FILE} | {"file": older.file.name}
    older.delete()
    return FormerFile.objects.create(image=image, **told | fields)


@cache
def drawn(size, colour):
    """The bytes of a picture of one colour, and of its first prints."""
    picture, file = PillowImage.new("RGB", size, colour), BytesIO()
    picture.save(file, "PNG")
    prints = []
    for one in darkroom.first_prints("0" * 64, *size):
        made = BytesIO()
        picture.resize((one.width, one.height)).save(made, "JPEG")
        prints.append(made.getvalue())
    return file.getvalue(), prints


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
