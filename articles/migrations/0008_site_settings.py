import articles.colours
import articles.models.articles
import articles.models.fields
import articles.models.site
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0007_desk_search'),
    ]

    operations = [
        migrations.CreateModel(
            name='Site',
            fields=[
                ('id', models.PositiveSmallIntegerField(default=1, editable=False, primary_key=True, serialize=False)),
                ('name', articles.models.fields.LineField(default=articles.models.site.name_of_environment, max_length=100, verbose_name='name')),
                ('tagline', articles.models.fields.LineField(blank=True, help_text='One line about the paper: under its name, and in what search engines show.', max_length=150, verbose_name='tagline')),
                ('is_wordmark', models.BooleanField(default=False, help_text='Then it stands alone.', verbose_name='the logo holds the name')),
                ('accent', models.CharField(default='#00606b', max_length=7, validators=[articles.colours.readable_on_light], verbose_name='accent colour')),
                ('accent_on_dark', models.CharField(blank=True, default='#5fc9d4', max_length=7, validators=[articles.colours.readable_on_dark], verbose_name='accent colour on dark pages')),
                ('time_zone', models.CharField(default=articles.models.site.zone_of_environment, max_length=64, validators=[articles.models.site.zone_exists], verbose_name='time zone')),
                ('language', models.CharField(default=articles.models.site.language_of_environment, max_length=12, verbose_name='language of the paper')),
                ('languages', models.JSONField(default=articles.models.site.languages_we_speak, validators=[articles.models.site.languages_are_spoken], verbose_name='languages of readers’ pages')),
                ('profiles', models.JSONField(blank=True, default=list, validators=[articles.models.site.profiles_are_addresses], verbose_name='profiles elsewhere')),
                ('email', models.EmailField(blank=True, help_text='E-mail. Readers see it below every page.', max_length=254, verbose_name='contact address')),
                ('copyright', articles.models.fields.LineField(blank=True, help_text='If left empty: the year and the name.', max_length=200, verbose_name='copyright line')),
            ],
            options={
                'verbose_name': 'site settings',
                'verbose_name_plural': 'site settings',
                'default_permissions': ('change',),
            },
        ),
        migrations.RemoveConstraint(
            model_name='section',
            name='section_slug_is_not_taken_by_the_site',
        ),
        migrations.AddField(
            model_name='section',
            name='colour',
            field=models.CharField(blank=True, max_length=7, validators=[articles.colours.readable_on_light], verbose_name='colour'),
        ),
        migrations.AlterField(
            model_name='article',
            name='language',
            field=models.CharField(choices=articles.models.articles.language_choices, default=articles.models.articles.language_of_the_paper, max_length=12, verbose_name='language'),
        ),
        migrations.AddConstraint(
            model_name='section',
            constraint=models.CheckConstraint(condition=models.Q(('slug__in', ('admin', 'author', 'corrections', 'feeds', 'healthz', 'latest', 'live', 'media', 'news-sitemap.xml', 'readyz', 'robots.txt', 'search', 'site.css', 'sitemap.xml', 'static', 'topic')), _negated=True), name='section_slug_is_not_taken_by_the_site', violation_error_message='That address belongs to the site itself. Choose another.'),
        ),
        migrations.AddConstraint(
            model_name='section',
            constraint=models.CheckConstraint(condition=models.Q(('colour__regex', '^(#[0-9a-f]{6})?$')), name='section_has_a_known_colour_or_none', violation_error_message='Write a colour as six digits after #.'),
        ),
        migrations.AddField(
            model_name='site',
            name='logo',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='articles.image', verbose_name='logo'),
        ),
        migrations.AddField(
            model_name='site',
            name='logo_on_dark',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='articles.image', verbose_name='logo on dark pages'),
        ),
        migrations.AddConstraint(
            model_name='site',
            constraint=models.CheckConstraint(condition=models.Q(('id', 1)), name='there_is_one_site'),
        ),
        migrations.AddConstraint(
            model_name='site',
            constraint=models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='site_has_a_name', violation_error_message='The paper needs a name.'),
        ),
        migrations.AddConstraint(
            model_name='site',
            constraint=models.CheckConstraint(condition=models.Q(('accent__regex', '^#[0-9a-f]{6}$'), ('accent_on_dark__regex', '^(#[0-9a-f]{6})?$')), name='accent_is_a_colour', violation_error_message='Write a colour as six digits after #.'),
        ),
    ]
