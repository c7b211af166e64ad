"""The journal keeps itself: chained by a trigger, closed to update, delete and truncate, heard of through NOTIFY."""

from django.db import migrations

CHAIN = r"""
CREATE FUNCTION core_event_chain() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    last record;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended(NEW.chain, 7));
    SELECT seq, hash INTO last FROM core_event WHERE chain = NEW.chain ORDER BY seq DESC LIMIT 1;
    NEW.seq := coalesce(last.seq, 0) + 1;
    NEW.before := coalesce(last.hash, repeat('0', 64));
    NEW.hash := encode(sha256(convert_to(concat_ws(chr(31),
        NEW.before, NEW.workspace_id::text, NEW.chain, NEW.seq::text, NEW.kind,
        to_char(NEW.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        coalesce(NEW.user_id::text, ''), NEW.part, coalesce(NEW.case_id::text, ''), coalesce(NEW.team_id::text, ''),
        NEW.data::text), 'UTF8')), 'hex');
    RETURN NEW;
END $$;
CREATE TRIGGER core_event_chain BEFORE INSERT ON core_event FOR EACH ROW EXECUTE FUNCTION core_event_chain();

CREATE FUNCTION core_event_tell() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('answerable_live', json_build_object(
        'event', NEW.id, 'workspace', NEW.workspace_id, 'kind', NEW.kind, 'case', NEW.case_id, 'team', NEW.team_id,
        'user', NEW.user_id)::text);
    RETURN NULL;
END $$;
CREATE TRIGGER core_event_tell AFTER INSERT ON core_event FOR EACH ROW EXECUTE FUNCTION core_event_tell();

CREATE FUNCTION core_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The journal is append-only: % of % is refused.', lower(TG_OP), TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER core_event_append_only BEFORE UPDATE OR DELETE ON core_event
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
CREATE TRIGGER core_event_no_truncate BEFORE TRUNCATE ON core_event
    FOR EACH STATEMENT EXECUTE FUNCTION core_refuse_change();
CREATE TRIGGER core_seal_append_only BEFORE UPDATE OR DELETE ON core_seal
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
CREATE TRIGGER core_read_append_only BEFORE UPDATE OR DELETE ON core_read
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
"""

UNCHAIN = """
DROP TRIGGER core_read_append_only ON core_read;
DROP TRIGGER core_seal_append_only ON core_seal;
DROP TRIGGER core_event_no_truncate ON core_event;
DROP TRIGGER core_event_append_only ON core_event;
DROP TRIGGER core_event_tell ON core_event;
DROP TRIGGER core_event_chain ON core_event;
DROP FUNCTION core_refuse_change, core_event_tell, core_event_chain;
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]
    operations = [migrations.RunSQL(CHAIN, UNCHAIN)]
