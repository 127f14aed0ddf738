CREATE TABLE participant (
    participant_id uuid PRIMARY KEY,
    given_name     text NOT NULL,
    family_name    text NOT NULL,
    email          text NOT NULL,
    language       text NOT NULL
);

CREATE TABLE alert (
    student_id   uuid PRIMARY KEY,
    departements text[] NOT NULL,
    content      jsonb NOT NULL
);
CREATE INDEX alert_departements ON alert USING gin (departements);

-- Offers open now, so that a new alert finds those posted before it.
CREATE TABLE posted_offer (
    offer_id    uuid PRIMARY KEY,
    departement text NOT NULL,
    content     jsonb NOT NULL
);
CREATE INDEX posted_offer_departement ON posted_offer (departement);

-- What a student was or will be told of; told once, whatever is delivered again.
CREATE TABLE found_offer (
    student_id  uuid NOT NULL,
    offer_id    uuid NOT NULL,
    traceparent text,
    told        boolean NOT NULL DEFAULT false,
    PRIMARY KEY (student_id, offer_id)
);
CREATE INDEX found_offer_untold ON found_offer (student_id) WHERE NOT told;

CREATE TABLE mail (
    mail_id         uuid PRIMARY KEY,
    participant_id  uuid NOT NULL,
    template        text NOT NULL,
    content         jsonb NOT NULL,
    about           uuid[] NOT NULL,
    traceparent     text,
    state           text NOT NULL DEFAULT 'pending'
                    CHECK (state IN ('pending', 'sending', 'sent', 'refused', 'unknown')),
    attempts        integer NOT NULL DEFAULT 0,
    next_attempt_at timestamptz NOT NULL DEFAULT now(),
    detail          text
);
CREATE INDEX mail_due ON mail (next_attempt_at) WHERE state IN ('pending', 'sending');
