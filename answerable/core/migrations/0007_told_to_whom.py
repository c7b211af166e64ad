"""A live note says to whom a case was opened, offered or told, so that they hear of it before it is in their lists."""

from django.db import migrations

TELL = r"""
CREATE OR REPLACE FUNCTION core_event_tell() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('answerable_live', json_build_object(
        'event', NEW.id, 'workspace', NEW.workspace_id, 'kind', NEW.kind, 'case', NEW.case_id, 'team', NEW.team_id,
        'user', NEW.user_id%s)::text);
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0006_custody")]
    operations = [migrations.RunSQL(TELL % ", 'to', left(NEW.data->>'to', 40)", TELL % "")]
