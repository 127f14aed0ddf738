-- Coordinators are told of what is stuck.
ALTER TABLE participant ADD COLUMN role text NOT NULL DEFAULT 'student';
CREATE INDEX participant_coordinator ON participant (participant_id) WHERE role = 'coordinator';

-- A letter that asks for what has happened meanwhile does not leave any more.
ALTER TABLE mail DROP CONSTRAINT mail_state_check;
ALTER TABLE mail ADD CONSTRAINT mail_state_check
    CHECK (state IN ('pending', 'sending', 'sent', 'refused', 'unknown', 'overtaken'));
CREATE INDEX mail_application ON mail ((content ->> 'application_id')) WHERE state = 'pending';
