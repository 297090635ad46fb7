import django.db.models.deletion
from django.db import migrations, models

# What the groups were given before this was written down.
REPORTERS = [
    *("add_article", "change_article", "view_article"),
    *("add_byline", "change_byline", "delete_byline", "view_byline"),
    *("add_image", "change_image", "view_image"),
    *("view_section", "view_topic", "view_topicalias", "view_author", "view_correction"),
]
EDITORS = [
    *("add_article", "change_article", "delete_article", "view_article"),
    *("publish_article", "change_any_article"),
    *("add_section", "change_section", "view_section"),
    *("add_topic", "change_topic", "delete_topic", "view_topic"),
    *("add_topicalias", "change_topicalias", "delete_topicalias", "view_topicalias"),
    *("add_author", "change_author", "view_author"),
    *("add_byline", "change_byline", "delete_byline", "view_byline"),
    *("add_image", "change_image", "delete_image", "view_image"),
    *("add_correction", "change_correction", "view_correction"),
]
ADMINISTRATORS = [
    *EDITORS,
    *("delete_section", "delete_author", "delete_correction"),
    *("add_user", "change_user", "delete_user", "view_user"),
    *("add_group", "change_group", "delete_group", "view_group"),
]
GIVEN = {"Reporters": REPORTERS, "Editors": EDITORS, "Administrators": ADMINISTRATORS}


def write_down(apps, schema_editor):
    """Remember what groups of an older version were given, so that only what is new comes now."""
    using = schema_editor.connection.alias
    groups = apps.get_model("auth", "Group").objects.using(using)
    given_rights = apps.get_model("articles", "GivenRight").objects.using(using)
    for name, codenames in GIVEN.items():
        for group in groups.filter(name=name):
            given_rights.bulk_create(
                given_rights.model(group=group, codename=codename) for codename in codenames
            )


class Migration(migrations.Migration):
    """Which rights each group was given, and one that tells the picture desk from reporters."""

    dependencies = [
        ('articles', '0003_spine'),
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='image',
            options={'ordering': ['-created_at', '-pk'], 'permissions': [('change_any_image', 'Can change pictures of other people, and those in the paper')], 'verbose_name': 'picture', 'verbose_name_plural': 'pictures'},
        ),
        migrations.CreateModel(
            name='GivenRight',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('codename', models.CharField(max_length=100)),
                ('group', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='auth.group')),
            ],
            options={
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('group', 'codename'), name='right_is_given_to_a_group_once')],
            },
        ),
        migrations.RunPython(write_down, migrations.RunPython.noop),
    ]
