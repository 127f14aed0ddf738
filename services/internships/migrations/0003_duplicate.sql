-- Offers that are one are shown once.
ALTER TABLE offer ADD COLUMN shown_as uuid, ADD COLUMN compared boolean NOT NULL DEFAULT false;

-- All under one key, so that it grows at its end alone, whatever the offers' ids.
CREATE INDEX offer_uncompared ON offer ((true)) WHERE NOT compared;

-- What an open offer is looked up by; those that share a key stand in the order of their titles.
CREATE TABLE offer_key (
    key       text COLLATE "C" NOT NULL,
    title     text COLLATE "C" NOT NULL,
    starts_on date NOT NULL,
    offer_id  uuid NOT NULL,
    PRIMARY KEY (key, title, starts_on, offer_id)
);
CREATE INDEX offer_key_offer ON offer_key (offer_id);

-- What is known of two offers.
CREATE TABLE duplicate (
    one     uuid NOT NULL,
    other   uuid NOT NULL,
    state   text NOT NULL CHECK (state IN ('suggested', 'merged', 'apart')),
    score   real NOT NULL DEFAULT 0,
    doubted boolean NOT NULL DEFAULT false,
    told    boolean NOT NULL DEFAULT false,
    PRIMARY KEY (one, other),
    CHECK (one < other)
);
CREATE INDEX duplicate_other ON duplicate (other);
CREATE INDEX duplicate_untold ON duplicate (score) WHERE NOT told AND (state = 'suggested' OR doubted);

-- Append-only: what coordinators said of two offers, and what came of it.
CREATE TABLE judgement (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    offer_id  uuid NOT NULL,
    other_id  uuid NOT NULL,
    judgement text NOT NULL,
    judged_by uuid NOT NULL,
    judged_at timestamptz NOT NULL,
    outcome   text CHECK (outcome IN ('settled', 'contradicted'))
);
CREATE INDEX judgement_open ON judgement (id) WHERE outcome IS NULL;
