-- What every service's database holds besides its own tables.

CREATE TABLE inbox (
    source      text NOT NULL,
    event_id    text NOT NULL,
    -- Tells a copy from another content under the same id.
    digest      bytea NOT NULL,
    received_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (source, event_id)
);
-- Rows come in the order of their time, so a summary of each range of pages finds the old ones.
CREATE INDEX inbox_received ON inbox USING brin (received_at);

-- Holds only what waits: the relay removes what is published.
CREATE TABLE outbox (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    event_id     uuid NOT NULL DEFAULT uuidv7(),
    topic        text NOT NULL,
    key          text NOT NULL,
    type         text NOT NULL,
    payload      bytea NOT NULL CHECK (octet_length(payload) <= 900000),
    traceparent  text,
    created_at   timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE dead_letter (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    topic        text NOT NULL,
    partition    integer NOT NULL,
    record_offset bigint NOT NULL,
    key          bytea,
    value        bytea,
    headers      jsonb NOT NULL,
    sender       text NOT NULL,
    event_id     text NOT NULL,
    reason       text NOT NULL,
    detail       jsonb NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT now(),
    -- How often the record was handled in vain.
    attempts     integer NOT NULL DEFAULT 1,
    -- Whether its sender was told a rejection; of a bug of ours it is told that the record is held.
    rejected     boolean NOT NULL,
    -- Due is what an operator wants replayed: the service takes it.
    state        text NOT NULL DEFAULT 'kept' CHECK (state IN ('kept', 'due', 'replayed', 'discarded')),
    changed_at   timestamptz NOT NULL DEFAULT now(),
    changed_by   text,
    note         text
);
CREATE INDEX dead_letter_due ON dead_letter (id) WHERE state = 'due';
CREATE INDEX dead_letter_settled ON dead_letter (changed_at) WHERE state IN ('replayed', 'discarded');

CREATE TABLE timer (
    name     text NOT NULL,
    key      text NOT NULL,
    due_at   timestamptz NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    traceparent text,
    PRIMARY KEY (name, key)
);
CREATE INDEX timer_due ON timer (due_at);
