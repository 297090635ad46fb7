from django.db import migrations

from articles.search import postgres, sqlite


def create(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute(sqlite.CREATE, params=None)
        schema_editor.execute(sqlite.FORGET, params=None)
    else:
        schema_editor.execute(postgres.CREATE, params=None)


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("DROP TRIGGER articles_search_forgets", params=None)
        schema_editor.execute("DROP TABLE articles_search", params=None)
    else:
        schema_editor.execute("DROP INDEX articles_search", params=None)


class Migration(migrations.Migration):
    """Full-text search, in the way of the database at hand."""

    dependencies = [("articles", "0001_records")]
    operations = [migrations.RunPython(create, drop)]
