import articles.models.fields
import articles.models.site
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0013_section_under_another'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='author',
            name='kind',
            field=models.CharField(choices=[('staff', 'On the staff'), ('guest', 'Guest author'), ('agency', 'Agency')], default='staff', max_length=10, verbose_name='kind'),
        ),
        migrations.AddField(
            model_name='author',
            name='merged_into',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='other_names', to='articles.author', verbose_name='merged into'),
        ),
        migrations.AddField(
            model_name='author',
            name='portrait',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='portrays', to='articles.image', verbose_name='portrait'),
        ),
        migrations.AddField(
            model_name='author',
            name='profiles',
            field=models.JSONField(blank=True, default=list, validators=[articles.models.site.profiles_are_addresses], verbose_name='profiles elsewhere'),
        ),
        migrations.AddField(
            model_name='author',
            name='shows_email',
            field=models.BooleanField(default=True, verbose_name='readers see the address'),
        ),
        migrations.AlterField(
            model_name='author',
            name='biography',
            field=articles.models.fields.NoteField(blank=True, max_length=1000, verbose_name='profile'),
        ),
        migrations.AlterField(
            model_name='author',
            name='email',
            field=models.EmailField(blank=True, max_length=254, verbose_name='e-mail address'),
        ),
        migrations.AddConstraint(
            model_name='author',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['staff', 'guest', 'agency'])), name='author_has_a_known_kind'),
        ),
        migrations.AddConstraint(
            model_name='author',
            constraint=models.CheckConstraint(condition=models.Q(('merged_into', None), models.Q(('merged_into', models.F('id')), _negated=True), _connector='OR'), name='author_is_not_merged_into_itself'),
        ),
        migrations.AddConstraint(
            model_name='author',
            constraint=models.CheckConstraint(condition=models.Q(('merged_into', None), ('user', None), _connector='OR'), name='merged_author_belongs_to_no_account'),
        ),
    ]
