import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0012_kept_searches'),
    ]

    operations = [
        migrations.AddField(
            model_name='section',
            name='parent',
            field=models.ForeignKey(blank=True, help_text='Its stories stand in that section too. Its address stays its own.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='articles.section', verbose_name='stands under'),
        ),
        migrations.AlterField(
            model_name='remit',
            name='sections',
            field=models.ManyToManyField(related_name='remits', to='articles.section', verbose_name='works only in'),
        ),
        migrations.AddConstraint(
            model_name='section',
            constraint=models.CheckConstraint(condition=models.Q(('parent', None), models.Q(('parent', models.F('id')), _negated=True), _connector='OR'), name='section_does_not_stand_under_itself', violation_error_message='A section does not stand under itself.'),
        ),
    ]
