"""The newest words wait in a list before they are sorted into the index. The setting is changed in place: the index is
not built again."""

import django.contrib.postgres.indexes
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("conversations", "0005_edits_and_surroundings")]
    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RemoveIndex(model_name="message", name="message_search"),
                migrations.AddIndex(
                    model_name="message",
                    index=django.contrib.postgres.indexes.GinIndex(
                        fastupdate=True, fields=["search"], gin_pending_list_limit=1024, name="message_search"
                    ),
                ),
            ],
            database_operations=[
                migrations.RunSQL(
                    "ALTER INDEX message_search SET (fastupdate = on, gin_pending_list_limit = 1024)",
                    "ALTER INDEX message_search SET (fastupdate = off);"
                    "ALTER INDEX message_search RESET (gin_pending_list_limit)",
                )
            ],
        )
    ]
