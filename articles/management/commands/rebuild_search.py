"""Write the search indices anew: what readers find, and what the desk finds."""

from django.core.management.base import BaseCommand
from django.db import transaction

from articles import publishing, search, words
from articles.models import Article, Image

PACKET = 500  # pictures that are indexed at once


class Command(BaseCommand):
    help = "Writes the search indices anew, after an import that went past the desk say."

    def handle(self, **options):
        done = 0
        for pk in Article.objects.order_by("saved_at", "pk").values_list("pk", flat=True):
            done += rebuild(pk)
        self.stdout.write(f"Stories in the search indices: {done}")
        pictures = list(Image.objects.order_by("pk").values_list("pk", flat=True))
        for start in range(0, len(pictures), PACKET):
            search.index_pictures(pictures[start : start + PACKET])
        self.stdout.write(f"Pictures in the search index: {len(pictures)}")


@transaction.atomic
def rebuild(pk):
    """Index one story; nothing if somebody has deleted it meanwhile."""
    article = Article.objects.select_for_update().filter(pk=pk).first()
    if article is None:
        return False
    if not article.working:
        publishing.adopt(article)
    search.index(article)
    search.index_at_desk(article, words.working(article))
    return True
