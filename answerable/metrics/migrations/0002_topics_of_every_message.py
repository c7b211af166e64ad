from django.db import migrations

# Topics were counted of few messages, and are counted of all from now on: what was usual for them is nothing to go by.
ANEW = """
DELETE FROM metrics_count counted USING metrics_series series WHERE series.id = counted.series_id AND series.sort = 'topic';
UPDATE metrics_series SET per_hour = '{}', negative = '{}', toned = 0, weeks = 0, learnt_at = NULL, began_at = now(),
    label = name WHERE sort = 'topic';
"""


class Migration(migrations.Migration):

    dependencies = [
        ('metrics', '0001_radar'),
        ('conversations', '0016_topics_of_messages'),
    ]

    operations = [migrations.RunSQL(ANEW, migrations.RunSQL.noop)]
