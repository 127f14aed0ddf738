-- No terms: withdrawn before the offer itself was heard.
CREATE TABLE offer (
    offer_id   uuid PRIMARY KEY,
    siren      text NOT NULL,
    reference  text NOT NULL,
    version    bigint NOT NULL,
    terms      jsonb,
    open       boolean NOT NULL,
    changed_at timestamptz NOT NULL,
    changed_by text NOT NULL,
    CHECK (terms IS NOT NULL OR NOT open)
);

-- Append-only: who changed what, when, and by which submission.
CREATE TABLE offer_history (
    id         bigint GENERATED ALWAYS AS IDENTITY,
    offer_id   uuid NOT NULL,
    version    bigint NOT NULL,
    open       boolean NOT NULL,
    changed_at timestamptz NOT NULL,
    changed_by text NOT NULL,
    PRIMARY KEY (offer_id, id)
);
