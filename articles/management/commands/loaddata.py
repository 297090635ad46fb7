"""Django's `loaddata`, which also brings the files that belong to the rows.

A picture in a fixture names its file as the library will: `pictures/map.png` stands beside the
fixture under that name, and is copied into the media storage. Rows of stories get what `save` would
have given them: their word count, their place in the search index and a first revision.
"""

from pathlib import Path

from django.conf import settings
from django.core.files import File
from django.core.management.commands import loaddata
from django.db.models import FileField

from articles import publishing, search
from articles.models import Article


class Command(loaddata.Command):
    def save_obj(self, obj):
        if isinstance(obj.object, Article):
            obj.object.count_words()
        saved = super().save_obj(obj)
        if saved:
            self.bring_files(obj.object)
            if isinstance(obj.object, Article):
                search.index(obj.object)
        return saved

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

    def folders(self):
        """Where files may stand: beside the fixtures named, then in the fixture folders."""
        named = [Path(label).parent for label in self.named if Path(label).parent != Path()]
        return [*named, *settings.FIXTURE_DIRS]

    def handle(self, *labels, **options):
        self.named = labels
        super().handle(*labels, **options)
        for article in Article.objects.filter(working=0):
            publishing.adopt(article)
