"""Numbers of rounds and projects, the words projects are found by, and what must never be false of a version: what was
decided on is never edited, a new version is made (domain.md §4.5)."""

from django.db import migrations

FORWARD = """
CREATE SEQUENCE ground_number_r AS bigint;
CREATE SEQUENCE ground_number_m AS bigint;

CREATE FUNCTION votes_version_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.frozen_at IS NOT NULL THEN PERFORM votes_refuse('what was decided on stays: make a further version'); END IF;
    RETURN coalesce(NEW, OLD);
END
$$;
CREATE TRIGGER votes_version_is_frozen BEFORE UPDATE OR DELETE ON votes_projectversion
    FOR EACH ROW EXECUTE FUNCTION votes_version_is_frozen();

CREATE FUNCTION votes_node_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM votes_projectversion v WHERE v.id = coalesce(NEW.version_id, OLD.version_id) AND v.frozen_at IS NOT NULL)
    THEN PERFORM votes_refuse('the nodes of what was decided on stay'); END IF;
    RETURN coalesce(NEW, OLD);
END
$$;
CREATE TRIGGER votes_node_is_frozen BEFORE INSERT OR UPDATE OR DELETE ON votes_node
    FOR EACH ROW EXECUTE FUNCTION votes_node_is_frozen();

CREATE FUNCTION votes_report_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM votes_refuse('a report that was made stays');
    RETURN NULL;
END
$$;
CREATE TRIGGER votes_report_stays BEFORE UPDATE ON votes_progressreport
    FOR EACH ROW EXECUTE FUNCTION votes_report_stays();
"""
BACKWARD = """
DROP TRIGGER votes_report_stays ON votes_progressreport;
DROP FUNCTION votes_report_stays();
DROP TRIGGER votes_node_is_frozen ON votes_node;
DROP FUNCTION votes_node_is_frozen();
DROP TRIGGER votes_version_is_frozen ON votes_projectversion;
DROP FUNCTION votes_version_is_frozen();
DROP SEQUENCE ground_number_m;
DROP SEQUENCE ground_number_r;
"""


class Migration(migrations.Migration):
    dependencies = [("votes", "0003_rounds_of_projects")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
