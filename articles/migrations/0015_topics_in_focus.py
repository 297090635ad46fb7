from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0014_guests_and_portraits'),
    ]

    operations = [
        migrations.AddField(
            model_name='topic',
            name='focus',
            field=models.PositiveSmallIntegerField(blank=True, help_text='Topics in focus stand on the front page, small numbers first.', null=True, verbose_name='place in focus'),
        ),
        migrations.AddIndex(
            model_name='topic',
            index=models.Index(condition=models.Q(('focus', None), _negated=True), fields=['focus', 'name'], name='topics_in_focus'),
        ),
    ]
