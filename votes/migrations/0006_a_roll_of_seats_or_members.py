"""What must never be false of a roll of seats or members: a line belongs to the body that votes and stays whose it is; the
assembly and the meeting of a poll that was opened stay; what was replied, rated and heard stays. And the numbers of an
assembly's opinions, meetings and members."""

from django.db import migrations

LETTERS = ("a", "h", "t")
FORWARD = """
CREATE FUNCTION votes_poll_keeps_its_body() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> 'draft' AND (NEW.assembly_id, NEW.meeting_id) IS DISTINCT FROM (OLD.assembly_id, OLD.meeting_id)
    THEN PERFORM votes_refuse('who votes is fixed once a poll is open'); END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER votes_poll_keeps_its_body BEFORE UPDATE OF assembly_id, meeting_id ON votes_poll
    FOR EACH ROW EXECUTE FUNCTION votes_poll_keeps_its_body();

CREATE FUNCTION votes_roll_line_belongs() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE body bigint;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF NEW.member_id IS DISTINCT FROM OLD.member_id THEN PERFORM votes_refuse('who stands on the roll stays'); END IF;
        RETURN NEW;
    END IF;
    SELECT assembly_id INTO body FROM votes_poll WHERE id = NEW.poll_id;
    IF body IS DISTINCT FROM (SELECT assembly_id FROM votes_assemblymember WHERE id = NEW.member_id)
    THEN PERFORM votes_refuse('who stands on the roll belongs to the body that votes'); END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER votes_roll_line_belongs BEFORE INSERT OR UPDATE OF member_id ON votes_rollline
    FOR EACH ROW EXECUTE FUNCTION votes_roll_line_belongs();

CREATE FUNCTION votes_said_stays_said() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM votes_refuse('what was replied, rated or heard stays as it is');
    RETURN NULL;
END
$$;
CREATE TRIGGER votes_assembly_reply_stays BEFORE UPDATE OR DELETE ON votes_assemblyreply
    FOR EACH ROW EXECUTE FUNCTION votes_said_stays_said();
CREATE TRIGGER votes_assembly_rating_stays BEFORE UPDATE OR DELETE ON votes_assemblyrating
    FOR EACH ROW EXECUTE FUNCTION votes_said_stays_said();
CREATE TRIGGER votes_heard_opinion_stays BEFORE UPDATE OR DELETE ON votes_heardopinion
    FOR EACH ROW EXECUTE FUNCTION votes_said_stays_said();
"""
BACKWARD = """
DROP TRIGGER votes_heard_opinion_stays ON votes_heardopinion;
DROP TRIGGER votes_assembly_rating_stays ON votes_assemblyrating;
DROP TRIGGER votes_assembly_reply_stays ON votes_assemblyreply;
DROP FUNCTION votes_said_stays_said();
DROP TRIGGER votes_roll_line_belongs ON votes_rollline;
DROP FUNCTION votes_roll_line_belongs();
DROP TRIGGER votes_poll_keeps_its_body ON votes_poll;
DROP FUNCTION votes_poll_keeps_its_body();
"""


class Migration(migrations.Migration):
    dependencies = [("votes", "0005_assemblies_of_streets")]
    operations = [
        migrations.RunSQL(FORWARD, BACKWARD),
        migrations.RunSQL(
            [f"CREATE SEQUENCE ground_number_{letter} AS bigint" for letter in LETTERS],
            [f"DROP SEQUENCE ground_number_{letter}" for letter in LETTERS],
        ),
    ]
