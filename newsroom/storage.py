"""Where uploaded files and what is made of them are kept, unless that is in buckets."""

from pathlib import Path
from secrets import token_hex

from django.conf import settings
from django.core.files.storage import FileSystemStorage


class WholeFiles(FileSystemStorage):
    """A folder in which a file appears under its name once all of it is written.

    A process that is killed in the middle leaves a part that nobody asks for, and of two that write
    the same name at once neither sees half of the other's. Buckets keep that promise by themselves.
    """

    def _save(self, name, content):
        part = super()._save(f"{name}.{token_hex(4)}.part", content)
        Path(self.path(part)).replace(self.path(name))
        return name


class Originals(WholeFiles):
    """Files as they came. They have no address: the desk hands them out itself."""

    @property
    def base_location(self):
        return settings.ORIGINALS_ROOT

    @property
    def location(self):
        return str(Path(self.base_location).absolute())

    def url(self, name):
        raise ValueError("An original has no address.")
