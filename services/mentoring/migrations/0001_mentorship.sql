CREATE TABLE mentor (
    mentor_id   uuid PRIMARY KEY,
    siren       text NOT NULL,
    reference   text NOT NULL,
    version     bigint NOT NULL,
    departement text NOT NULL,
    trades      text[] NOT NULL,
    level       integer NOT NULL,
    capacity    integer NOT NULL,
    remote      boolean NOT NULL,
    UNIQUE (siren, reference)
);

CREATE TABLE mentee (
    mentee_id   uuid PRIMARY KEY,
    departement text NOT NULL,
    trades      text[] NOT NULL,
    level       integer NOT NULL,
    remote      boolean NOT NULL
);

CREATE TABLE mentorship (
    mentorship_id uuid PRIMARY KEY,
    mentor_id     uuid NOT NULL REFERENCES mentor,
    mentee_id     uuid NOT NULL UNIQUE REFERENCES mentee,
    assigned_at   timestamptz NOT NULL
);
CREATE INDEX mentorship_mentor ON mentorship (mentor_id);
