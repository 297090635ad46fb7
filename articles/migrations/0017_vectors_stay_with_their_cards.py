from django.db import migrations


def keep_with_the_row(apps, schema_editor):
    """Far from its row a vector looks free to read, so PostgreSQL would read them all."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE articles_indexcard ALTER COLUMN vector SET STORAGE MAIN")
        schema_editor.execute("UPDATE articles_indexcard SET headline = headline")


class Migration(migrations.Migration):
    """A search of the desk goes by its index, however long the stories are."""

    dependencies = [("articles", "0016_cards_name_pictures")]
    operations = [migrations.RunPython(keep_with_the_row, migrations.RunPython.noop)]
