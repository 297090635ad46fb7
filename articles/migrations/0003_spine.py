import articles.models.fields
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from articles.search import sqlite


def watch_again(apps, schema_editor):
    """SQLite makes a changed table anew, and its trigger stays behind."""
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("DROP TRIGGER IF EXISTS articles_search_forgets", params=None)
        schema_editor.execute(sqlite.FORGET, params=None)


class Migration(migrations.Migration):
    """What waits for a moment, who is in a story, who works where, and what readers may look back at."""

    dependencies = [
        ('articles', '0002_search'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Presence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('window', models.CharField(help_text='A name that the window made up for itself.', max_length=36, verbose_name='window')),
                ('field', models.CharField(blank=True, help_text='Where they write; empty: they read.', max_length=40, verbose_name='field')),
                ('seen_at', models.DateTimeField(db_index=True, default=django.utils.timezone.now, verbose_name='last sign of life')),
            ],
        ),
        migrations.CreateModel(
            name='Remit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ],
            options={
                'verbose_name': 'remit',
                'verbose_name_plural': 'remits',
            },
        ),
        migrations.CreateModel(
            name='ScheduledPublication',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('first', 'Published'), ('fix', 'Fix'), ('update', 'Update'), ('correction', 'Correction'), ('withdrawal', 'Withdrawn')], max_length=20, verbose_name='kind')),
                ('at', models.DateTimeField(verbose_name='moment')),
                ('note', articles.models.fields.NoteField(blank=True, max_length=1000, verbose_name='note')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='made')),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('done', 'Done'), ('look', 'Needs a look'), ('cancelled', 'Taken off')], default='waiting', max_length=20, verbose_name='state')),
                ('problem', articles.models.fields.NoteField(blank=True, max_length=1000, verbose_name='why it needs a look')),
                ('done_at', models.DateTimeField(null=True, verbose_name='done')),
            ],
            options={
                'verbose_name': 'scheduled publication',
                'verbose_name_plural': 'scheduled publications',
                'ordering': ['at', 'pk'],
            },
        ),
        migrations.AlterModelOptions(
            name='article',
            options={'ordering': ['-saved_at', '-pk'], 'permissions': [('publish_article', 'Can publish, update and withdraw stories'), ('change_any_article', 'Can change stories of other people'), ('kill_article', 'Can kill stories, and take up killed ones'), ('set_updated_at', 'Can set the time that readers see'), ('hide_version', 'Can hide a version from readers')], 'verbose_name': 'story', 'verbose_name_plural': 'stories'},
        ),
        migrations.RemoveConstraint(
            model_name='article',
            name='article_has_a_known_status',
        ),
        migrations.RemoveConstraint(
            model_name='revision',
            name='version_has_a_known_kind',
        ),
        migrations.AddField(
            model_name='article',
            name='is_killed',
            field=models.BooleanField(default=False, editable=False, help_text='Withdrawn for good, by law say: only a senior editor may take it up again.', verbose_name='killed'),
        ),
        migrations.AddField(
            model_name='article',
            name='scheduled_for',
            field=models.DateTimeField(blank=True, editable=False, help_text='The moment that an editor chose for its first publication.', null=True, verbose_name='to be published at'),
        ),
        migrations.AddField(
            model_name='article',
            name='tells_changes',
            field=models.BooleanField(default=True, help_text='A page of its own shows them each version that was public.', verbose_name='readers may see what changed'),
        ),
        migrations.AddField(
            model_name='revision',
            name='hidden_at',
            field=models.DateTimeField(null=True, verbose_name='hidden'),
        ),
        migrations.AddField(
            model_name='revision',
            name='hidden_because',
            field=articles.models.fields.NoteField(blank=True, help_text='Readers see it.', max_length=1000, verbose_name='why it is hidden'),
        ),
        migrations.AlterField(
            model_name='article',
            name='status',
            field=models.CharField(choices=[('draft', 'Draft'), ('review', 'In review'), ('ready', 'Ready'), ('published', 'Published'), ('withdrawn', 'Withdrawn'), ('spiked', 'Spiked')], default='draft', editable=False, max_length=20, verbose_name='state'),
        ),
        migrations.AlterField(
            model_name='revision',
            name='content',
            field=models.JSONField(null=True, verbose_name='words'),
        ),
        migrations.AlterField(
            model_name='revision',
            name='kind',
            field=models.CharField(choices=[('autosave', 'Autosave'), ('draft', 'Draft'), ('first', 'Published'), ('fix', 'Fix'), ('update', 'Update'), ('correction', 'Correction'), ('restore', 'Brought back'), ('refused', 'Kept, not saved'), ('scheduled', 'Set for a moment'), ('time', 'Time set by hand'), ('withdrawal', 'Withdrawn'), ('kill', 'Killed')], max_length=20, verbose_name='kind'),
        ),
        migrations.AddConstraint(
            model_name='article',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'review', 'ready', 'published', 'withdrawn', 'spiked'])), name='article_has_a_known_status'),
        ),
        migrations.AddConstraint(
            model_name='article',
            constraint=models.CheckConstraint(condition=models.Q(('is_killed', False), ('status', 'withdrawn'), _connector='OR'), name='killed_article_is_withdrawn'),
        ),
        migrations.AddConstraint(
            model_name='revision',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['autosave', 'draft', 'first', 'fix', 'update', 'correction', 'restore', 'refused', 'scheduled', 'time', 'withdrawal', 'kill'])), name='version_has_a_known_kind'),
        ),
        migrations.AddConstraint(
            model_name='revision',
            constraint=models.CheckConstraint(condition=models.Q(('content__isnull', False), ('kind', 'autosave'), _connector='OR'), name='only_autosaves_are_thinned_out'),
        ),
        migrations.AddField(
            model_name='presence',
            name='article',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='presences', to='articles.article'),
        ),
        migrations.AddField(
            model_name='presence',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='remit',
            name='sections',
            field=models.ManyToManyField(related_name='+', to='articles.section', verbose_name='works only in'),
        ),
        migrations.AddField(
            model_name='remit',
            name='user',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='remit', to=settings.AUTH_USER_MODEL, verbose_name='account'),
        ),
        migrations.AddField(
            model_name='scheduledpublication',
            name='article',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='scheduled', to='articles.article', verbose_name='story'),
        ),
        migrations.AddField(
            model_name='scheduledpublication',
            name='base',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='articles.revision', verbose_name='what readers saw when they were written'),
        ),
        migrations.AddField(
            model_name='scheduledpublication',
            name='by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by'),
        ),
        migrations.AddField(
            model_name='scheduledpublication',
            name='result',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='articles.revision', verbose_name='published as'),
        ),
        migrations.AddField(
            model_name='scheduledpublication',
            name='revision',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='articles.revision', verbose_name='words'),
        ),
        migrations.AddConstraint(
            model_name='presence',
            constraint=models.UniqueConstraint(fields=('article', 'window'), name='window_is_counted_once_in_a_story'),
        ),
        migrations.AddIndex(
            model_name='scheduledpublication',
            index=models.Index(condition=models.Q(('state', 'waiting')), fields=['at', 'id'], name='waiting_by_moment'),
        ),
        migrations.AddConstraint(
            model_name='scheduledpublication',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'done', 'look', 'cancelled'])), name='scheduled_publication_has_a_known_state'),
        ),
        migrations.AddConstraint(
            model_name='scheduledpublication',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['first', 'fix', 'update', 'correction', 'withdrawal'])), name='scheduled_publication_has_a_known_kind'),
        ),
        migrations.AddConstraint(
            model_name='scheduledpublication',
            constraint=models.CheckConstraint(condition=models.Q(('kind', 'withdrawal'), ('revision__isnull', False), _connector='OR'), name='only_a_withdrawal_waits_without_words'),
        ),
        migrations.AddConstraint(
            model_name='scheduledpublication',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('done_at__isnull', False), ('state', 'done')), models.Q(models.Q(('state', 'done'), _negated=True), ('done_at__isnull', True)), _connector='OR'), name='what_is_done_says_when'),
        ),
        migrations.RunPython(watch_again, migrations.RunPython.noop),
    ]
