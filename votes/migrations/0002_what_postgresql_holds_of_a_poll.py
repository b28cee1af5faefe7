"""What must never be false of a poll, whoever writes: states, the roll, the keys and the box (ballots.md §2)."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION votes_refuse(why text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%', why USING ERRCODE = 'insufficient_privilege';
END
$$;

CREATE FUNCTION votes_poll_keeps_its_course() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.state <> 'draft' THEN PERFORM votes_refuse('a poll that was opened stays'); END IF;
        RETURN OLD;
    END IF;
    IF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (
        ('draft', 'open'), ('open', 'closed'), ('closed', 'counted'), ('counted', 'published'),
        ('draft', 'void'), ('open', 'void'), ('closed', 'void'), ('counted', 'void')
    ) THEN PERFORM votes_refuse('no such step in the life of a poll'); END IF;
    IF OLD.state <> 'draft' AND (NEW.number, NEW.organ_id, NEW.term_id, NEW.title, NEW.mode, NEW.secret, NEW.options, NEW.rule,
            NEW.rule_sha256, NEW.unit, NEW.k, NEW.public_key, NEW.sealed_len, NEW.previous_id)
        IS DISTINCT FROM (OLD.number, OLD.organ_id, OLD.term_id, OLD.title, OLD.mode, OLD.secret, OLD.options, OLD.rule,
            OLD.rule_sha256, OLD.unit, OLD.k, OLD.public_key, OLD.sealed_len, OLD.previous_id)
    THEN PERFORM votes_refuse('options, rule and key are frozen once a poll is open'); END IF;
    IF (OLD.roll_sha256 IS NOT NULL AND NEW.roll_sha256 IS DISTINCT FROM OLD.roll_sha256)
        OR (OLD.box_sha256 IS NOT NULL AND NEW.box_sha256 IS DISTINCT FROM OLD.box_sha256)
    THEN PERFORM votes_refuse('roll and box are hashed once'); END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER votes_poll_keeps_its_course BEFORE UPDATE OR DELETE ON votes_poll
    FOR EACH ROW EXECUTE FUNCTION votes_poll_keeps_its_course();

CREATE FUNCTION votes_poll_adds_up() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE wrong text;
BEGIN
    IF NEW.state = OLD.state THEN RETURN NULL; END IF;
    IF NEW.state = 'counted' THEN
        WITH papers AS (
            SELECT c.code AS voter_class,
                (SELECT count(*) FROM votes_rollline r
                    WHERE r.poll_id = NEW.id AND r.voter_class = c.code AND r.channel = 'online')
                + (SELECT coalesce(sum(b.valid), 0) FROM votes_paperbatch b
                    WHERE b.poll_id = NEW.id AND b.voter_class = c.code) AS n
            FROM (SELECT code FROM votes_pollclass WHERE poll_id = NEW.id
                UNION SELECT voter_class FROM votes_rollline WHERE poll_id = NEW.id
                UNION SELECT voter_class FROM votes_boxpaper WHERE poll_id = NEW.id
                UNION SELECT voter_class FROM votes_paperbatch WHERE poll_id = NEW.id) c
        ), items AS (
            SELECT generate_series(1, jsonb_array_length(NEW.options)) AS item WHERE NEW.unit = 'item'
            UNION SELECT 0 WHERE NEW.unit = 'whole'
            UNION SELECT item FROM votes_boxpaper WHERE poll_id = NEW.id
        )
        SELECT p.voter_class || ' ' || i.item INTO wrong FROM papers p, items i
            WHERE p.n <> (SELECT coalesce(sum(x.copies), 0) FROM votes_boxpaper x
                WHERE x.poll_id = NEW.id AND x.voter_class = p.voter_class AND x.item = i.item) LIMIT 1;
        IF wrong IS NOT NULL THEN PERFORM votes_refuse('box and roll differ: ' || wrong); END IF;
        IF (SELECT count(*) FROM votes_rollline WHERE poll_id = NEW.id AND channel = 'paper')
            <> (SELECT coalesce(sum(issued), 0) FROM votes_paperbatch WHERE poll_id = NEW.id)
        THEN PERFORM votes_refuse('papers issued and the roll differ'); END IF;
        IF EXISTS (SELECT FROM votes_paperbatch WHERE poll_id = NEW.id AND state <> 'agreed')
        THEN PERFORM votes_refuse('a batch of papers is not settled'); END IF;
    ELSIF NEW.state IN ('published', 'void') THEN
        IF EXISTS (SELECT FROM votes_keywrap WHERE poll_id = NEW.id) OR EXISTS (
            SELECT FROM votes_rollline WHERE poll_id = NEW.id AND (
                mac IS NOT NULL OR cast_tag IS NOT NULL OR (sealed IS NOT NULL AND (NEW.secret OR NEW.state = 'void'))))
        THEN PERFORM votes_refuse('envelopes and keys are destroyed when a poll ends'); END IF;
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER votes_poll_adds_up AFTER UPDATE ON votes_poll DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION votes_poll_adds_up();

CREATE FUNCTION votes_key_waits_for_the_count() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE now_is text;
BEGIN
    SELECT state INTO now_is FROM votes_poll WHERE id = coalesce(NEW.poll_id, OLD.poll_id);
    IF TG_OP IN ('INSERT', 'UPDATE') AND now_is <> 'draft' THEN PERFORM votes_refuse('keys are made before a poll is open'); END IF;
    IF TG_OP = 'DELETE' AND now_is NOT IN ('counted', 'void') THEN PERFORM votes_refuse('a key is destroyed after the count'); END IF;
    RETURN coalesce(NEW, OLD);
END
$$;
CREATE TRIGGER votes_key_waits_for_the_count BEFORE INSERT OR UPDATE OR DELETE ON votes_keywrap
    FOR EACH ROW EXECUTE FUNCTION votes_key_waits_for_the_count();

CREATE FUNCTION votes_roll_is_written_once() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE now_is text; bytes int; is_secret boolean;
BEGIN
    IF TG_OP = 'DELETE' THEN PERFORM votes_refuse('a line of the roll stays'); END IF;
    SELECT state, sealed_len, secret INTO now_is, bytes, is_secret FROM votes_poll WHERE id = NEW.poll_id;
    IF TG_OP = 'INSERT' THEN
        IF now_is <> 'draft' OR NEW.channel <> '' OR NEW.sealed IS NOT NULL OR NEW.cast_tag IS NOT NULL OR NEW.mac IS NOT NULL
        THEN PERFORM votes_refuse('the roll is drawn up empty, before a poll is open'); END IF;
        RETURN NEW;
    END IF;
    IF (NEW.id, NEW.poll_id, NEW.seat_id, NEW.voter_class) IS DISTINCT FROM (OLD.id, OLD.poll_id, OLD.seat_id, OLD.voter_class)
    THEN PERFORM votes_refuse('who stands on the roll stays'); END IF;
    IF NEW.channel <> OLD.channel THEN
        IF now_is <> 'open' THEN PERFORM votes_refuse('the poll is not open'); END IF;
        IF OLD.channel = '' AND NEW.channel = 'online' THEN
            IF length(NEW.sealed) IS DISTINCT FROM bytes OR NEW.mac IS NULL OR NEW.cast_tag IS NULL
            THEN PERFORM votes_refuse('not a whole envelope'); END IF;
            RETURN NEW;
        END IF;
        IF NOT (OLD.channel = '' AND NEW.channel = 'paper' OR OLD.channel = 'paper' AND NEW.channel = '')
        THEN PERFORM votes_refuse('a vote that was cast is final'); END IF;
    END IF;
    IF NEW.fingerprint IS DISTINCT FROM OLD.fingerprint THEN PERFORM votes_refuse('a fingerprint stays'); END IF;
    IF (NEW.sealed, NEW.mac, NEW.cast_tag) IS DISTINCT FROM (OLD.sealed, OLD.mac, OLD.cast_tag) THEN
        IF now_is NOT IN ('counted', 'void') OR (NEW.sealed IS NOT NULL AND NEW.sealed IS DISTINCT FROM OLD.sealed)
            OR (NEW.mac IS NOT NULL AND NEW.mac IS DISTINCT FROM OLD.mac)
            OR (NEW.cast_tag IS NOT NULL AND NEW.cast_tag IS DISTINCT FROM OLD.cast_tag)
        THEN PERFORM votes_refuse('an envelope is only ever destroyed, after the count'); END IF;
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER votes_roll_is_written_once BEFORE INSERT OR UPDATE OR DELETE ON votes_rollline
    FOR EACH ROW EXECUTE FUNCTION votes_roll_is_written_once();

CREATE FUNCTION votes_paper_rests_after_the_count() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE now_is text; its_poll bigint;
BEGIN
    IF TG_TABLE_NAME = 'votes_keying'
    THEN SELECT poll_id INTO its_poll FROM votes_paperbatch WHERE id = coalesce(NEW.batch_id, OLD.batch_id);
    ELSE its_poll := coalesce(NEW.poll_id, OLD.poll_id); END IF;
    SELECT state INTO now_is FROM votes_poll WHERE id = its_poll;
    IF now_is NOT IN ('open', 'closed') OR (TG_TABLE_NAME = 'votes_keying' AND now_is <> 'closed')
    THEN PERFORM votes_refuse('papers are keyed between close and count'); END IF;
    RETURN coalesce(NEW, OLD);
END
$$;
CREATE TRIGGER votes_batch_rests_after_the_count BEFORE INSERT OR UPDATE OR DELETE ON votes_paperbatch
    FOR EACH ROW EXECUTE FUNCTION votes_paper_rests_after_the_count();
CREATE TRIGGER votes_keying_rests_after_the_count BEFORE INSERT OR UPDATE OR DELETE ON votes_keying
    FOR EACH ROW EXECUTE FUNCTION votes_paper_rests_after_the_count();

CREATE FUNCTION votes_box_is_filled_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN PERFORM votes_refuse('what lies in the box stays as it is'); END IF;
    IF (SELECT state FROM votes_poll WHERE id = NEW.poll_id) <> 'closed'
    THEN PERFORM votes_refuse('the box is filled by the count'); END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER votes_box_is_filled_once BEFORE INSERT OR UPDATE OR DELETE ON votes_boxpaper
    FOR EACH ROW EXECUTE FUNCTION votes_box_is_filled_once();

CREATE FUNCTION votes_box_belongs_to_a_count() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT state FROM votes_poll WHERE id = NEW.poll_id) NOT IN ('counted', 'published', 'void')
    THEN PERFORM votes_refuse('the box is filled in the transaction that counts'); END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER votes_box_belongs_to_a_count AFTER INSERT ON votes_boxpaper DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION votes_box_belongs_to_a_count();
"""
BACKWARD = """
DROP TRIGGER votes_box_belongs_to_a_count ON votes_boxpaper;
DROP FUNCTION votes_box_belongs_to_a_count();
DROP TRIGGER votes_box_is_filled_once ON votes_boxpaper;
DROP FUNCTION votes_box_is_filled_once();
DROP TRIGGER votes_keying_rests_after_the_count ON votes_keying;
DROP TRIGGER votes_batch_rests_after_the_count ON votes_paperbatch;
DROP FUNCTION votes_paper_rests_after_the_count();
DROP TRIGGER votes_roll_is_written_once ON votes_rollline;
DROP FUNCTION votes_roll_is_written_once();
DROP TRIGGER votes_key_waits_for_the_count ON votes_keywrap;
DROP FUNCTION votes_key_waits_for_the_count();
DROP TRIGGER votes_poll_adds_up ON votes_poll;
DROP FUNCTION votes_poll_adds_up();
DROP TRIGGER votes_poll_keeps_its_course ON votes_poll;
DROP FUNCTION votes_poll_keeps_its_course();
DROP FUNCTION votes_refuse(text);
"""


class Migration(migrations.Migration):
    dependencies = [("votes", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
