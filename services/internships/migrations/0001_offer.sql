-- No terms: withdrawn before the offer itself was heard.
CREATE TABLE offer (
    offer_id     uuid PRIMARY KEY,
    siren        text NOT NULL,
    reference    text NOT NULL,
    version      bigint NOT NULL,
    terms        jsonb,
    state        text NOT NULL CHECK (state IN ('posted', 'paused', 'filled', 'withdrawn', 'expired')),
    said         text NOT NULL,
    prolonged_to date,
    due_at       timestamptz,
    CHECK (terms IS NOT NULL OR state IN ('filled', 'withdrawn'))
);

-- What time will do next.
CREATE INDEX offer_due ON offer (due_at) WHERE due_at IS NOT NULL;

-- Append-only: what became of an offer, who did it, why, when, and by which event.
CREATE TABLE offer_history (
    id         bigint GENERATED ALWAYS AS IDENTITY,
    offer_id   uuid NOT NULL,
    state      text NOT NULL,
    version    bigint NOT NULL,
    trigger    text NOT NULL,
    actor      text NOT NULL,
    reason     text,
    changed_at timestamptz NOT NULL,
    changed_by text NOT NULL,
    PRIMARY KEY (offer_id, id)
);
