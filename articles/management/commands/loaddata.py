"""Django's `loaddata`, which also brings the files that belong to the rows.

A picture in a fixture names its file as the library will: `pictures/map.png` stands beside the
fixture under that name, and is copied into the media storage. Rows of stories get what `save` would
have given them: their word count, their place in the search index and a first revision.

Loading again is safe: a story that the desk has changed since, or that says the same, stays as it
is, and so do a page about the house and a topic that was merged into another.
"""

from pathlib import Path

from django.conf import settings
from django.core.files import File
from django.core.management.commands import loaddata
from django.db.models import FileField

from articles import darkroom, publishing, renditions, richtext, search, uploads, words
from articles.models import Article, Byline, Image, Page, PageUse, Tagging, Topic, TopicAlias


def same(row, here, name):
    told, known = getattr(row, name), getattr(here, name)
    return (richtext.clean(told) if name == "body" else told) == known


class Command(loaddata.Command):
    def save_obj(self, obj):
        if self.is_kept(obj.object):
            return False
        if isinstance(obj.object, Article):
            obj.object.count_words()
        saved = super().save_obj(obj)
        if saved:
            self.bring_files(obj.object)
            if isinstance(obj.object, Image):
                self.print(obj.object)
                search.index_pictures([obj.object.pk])
            if isinstance(obj.object, Article):
                search.index(obj.object)
        return saved

    def is_kept(self, row):
        """Whether the newsroom's own row counts more than the one in the file."""
        if isinstance(row, Page):
            return Page.objects.filter(slug=row.slug).exists()
        if isinstance(row, Topic):
            return TopicAlias.objects.filter(slug=row.slug).exists()
        if isinstance(row, Tagging):
            return row.content_object_id in self.kept
        if isinstance(row, Byline):
            return row.article_id in self.kept
        if not isinstance(row, Article):
            return False
        here = Article.objects.filter(code=row.code).first()
        if here and (here.version > 1 or all(same(row, here, name) for name in words.TEXTS)):
            self.kept.add(here.pk)
            return True
        return False

    def bring_files(self, row):
        for field in row._meta.get_fields():
            if not isinstance(field, FileField) or not (stored := getattr(row, field.name)):
                continue
            if stored.storage.exists(stored.name):
                continue
            beside = (Path(folder) / stored.name for folder in self.folders())
            if source := next((path for path in beside if path.is_file()), None):
                with source.open("rb") as file:
                    stored.storage.save(stored.name, File(file))
            else:
                self.stderr.write(
                    self.style.WARNING(f"{row}: no file {stored.name} beside the fixture.")
                )

    def print(self, image):
        """Make the first prints of a picture. The worker makes all others."""
        if not image.file.storage.exists(image.file.name):
            return
        try:
            renditions.make_first(image)
        except darkroom.Refused as refused:
            self.stderr.write(self.style.WARNING(f"{image}: {uploads.sentence(refused)}"))

    def folders(self):
        """Where files may stand: beside the fixtures named, then in the fixture folders."""
        named = [Path(label).parent for label in self.named if Path(label).parent != Path()]
        return [*named, *settings.FIXTURE_DIRS]

    def handle(self, *labels, **options):
        self.named, self.kept = labels, set()
        super().handle(*labels, **options)
        for article in Article.objects.filter(working=0).order_by("saved_at", "pk"):
            publishing.adopt(article)
        for page in Page.objects.all():
            PageUse.objects.follow(page)
