-- An application, and the placement that may follow.
CREATE TABLE application (
    application_id uuid PRIMARY KEY,
    offer_id       uuid NOT NULL,
    student_id     uuid NOT NULL,
    siren          text NOT NULL,
    reference      text NOT NULL,
    title          text NOT NULL,
    company_name   text NOT NULL,
    contact_id     uuid,
    level          integer NOT NULL,
    state          text NOT NULL CHECK (
        state IN ('received', 'accepted', 'taken', 'agreed', 'started', 'refused', 'closed', 'ended')
    ),
    received_at    timestamptz NOT NULL,
    decided_at     timestamptz,
    since          date NOT NULL,
    answer_by      date NOT NULL,
    agreed         jsonb,
    due_at         timestamptz
);
CREATE INDEX application_offer ON application (offer_id);
CREATE INDEX application_student ON application (student_id);
CREATE INDEX application_siren ON application (siren, received_at);
CREATE INDEX application_waiting ON application (offer_id) WHERE state = 'received';
CREATE INDEX application_due ON application (due_at) WHERE due_at IS NOT NULL;

-- Append-only: what became of an application, who did it, why, when, and by which event.
CREATE TABLE application_history (
    id             bigint GENERATED ALWAYS AS IDENTITY,
    application_id uuid NOT NULL,
    state          text NOT NULL,
    trigger        text NOT NULL,
    actor          text NOT NULL,
    reason         text,
    changed_at     timestamptz NOT NULL,
    changed_by     text NOT NULL,
    PRIMARY KEY (application_id, id)
);
