"""A reply that was issued and a text that somebody may have signed are never changed, by whomever."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION suggestions_reply_is_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.issued_at IS NOT NULL THEN
        RAISE EXCEPTION 'an issued reply is immutable: write a new version' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END
$$;
CREATE TRIGGER suggestions_reply_is_immutable BEFORE UPDATE OR DELETE ON suggestions_reply
    FOR EACH ROW EXECUTE FUNCTION suggestions_reply_is_immutable();
CREATE FUNCTION suggestions_text_is_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a text version is immutable: write a new one' USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER suggestions_text_is_immutable BEFORE UPDATE ON suggestions_textversion
    FOR EACH ROW EXECUTE FUNCTION suggestions_text_is_immutable();
"""
BACKWARD = """
DROP TRIGGER suggestions_text_is_immutable ON suggestions_textversion;
DROP FUNCTION suggestions_text_is_immutable();
DROP TRIGGER suggestions_reply_is_immutable ON suggestions_reply;
DROP FUNCTION suggestions_reply_is_immutable();
"""


class Migration(migrations.Migration):
    dependencies = [("suggestions", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
