from django.db import migrations
from django.db.models import F

from articles import richtext


def name_pictures(apps, schema_editor):
    """Add the codes of the pictures in a body to the card of its story."""
    cards = apps.get_model("articles", "IndexCard").objects
    versions = apps.get_model("articles", "Revision").objects.filter(number=F("article__working"))
    shown = versions.exclude(content=None).filter(content__body__icontains="data-image")
    for pk, words in shown.values_list("article", "content").iterator():
        codes = " ".join(richtext.image_codes(words["body"]))
        for card in cards.filter(article=pk):
            card.words = f"{codes} {card.words}"
            card.save(update_fields=["words"])


class Migration(migrations.Migration):
    """The desk finds the stories that show a picture without reading them all."""

    dependencies = [("articles", "0015_topics_in_focus")]
    operations = [migrations.RunPython(name_pictures, migrations.RunPython.noop)]
