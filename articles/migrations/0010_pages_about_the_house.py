import articles.models.articles
import articles.models.fields
import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0009_preview_links'),
    ]

    operations = [
        migrations.CreateModel(
            name='Page',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', articles.models.fields.LineField(max_length=100, verbose_name='title')),
                ('slug', articles.models.fields.SlugField(help_text='The whole address, after that of the site.', max_length=80, unique=True, verbose_name='address')),
                ('language', models.CharField(choices=articles.models.articles.language_choices, default=articles.models.articles.language_of_the_paper, max_length=12, verbose_name='language')),
                ('body', models.TextField(blank=True, validators=[django.core.validators.MaxLengthValidator(300000)], verbose_name='text')),
                ('is_in_footer', models.BooleanField(default=True, help_text='Else it is found by links alone.', verbose_name='named below every page')),
                ('position', models.PositiveSmallIntegerField(default=100, help_text='Small numbers stand first.', verbose_name='position')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='updated')),
            ],
            options={
                'verbose_name': 'page',
                'verbose_name_plural': 'pages',
                'ordering': ['position', 'title'],
                'constraints': [models.CheckConstraint(condition=models.Q(('slug__in', ('admin', 'author', 'corrections', 'feeds', 'healthz', 'latest', 'live', 'media', 'news-sitemap.xml', 'readyz', 'robots.txt', 'search', 'site.css', 'sitemap.xml', 'static', 'topic')), _negated=True), name='page_slug_is_not_taken_by_the_site', violation_error_message='That address belongs to the site itself. Choose another.'), models.CheckConstraint(condition=models.Q(('slug__regex', '^[23456789abcdefghjkmnpqtvxyz]{5}$'), _negated=True), name='page_slug_does_not_look_like_a_short_code', violation_error_message='That address could be taken for a short URL. Choose a longer or shorter one.')],
            },
        ),
    ]
