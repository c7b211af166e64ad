"""Seals and the read log refuse TRUNCATE as the journal does: a proof that can be emptied proves nothing."""

from django.db import migrations

TABLES = ("core_seal", "core_read")
REFUSE = "\n".join(
    f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}"
    " FOR EACH STATEMENT EXECUTE FUNCTION core_refuse_change();"
    for table in TABLES
)
ALLOW = "\n".join(f"DROP TRIGGER {table}_no_truncate ON {table};" for table in TABLES)


class Migration(migrations.Migration):
    dependencies = [("core", "0002_journal")]
    operations = [migrations.RunSQL(REFUSE, ALLOW)]
