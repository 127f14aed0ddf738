CREATE TABLE offer (
    siren        text NOT NULL,
    reference    text NOT NULL,
    version      bigint NOT NULL,
    departements text[] NOT NULL,
    content      jsonb NOT NULL,
    taken        date[] NOT NULL,
    PRIMARY KEY (siren, reference)
);
CREATE INDEX offer_departements ON offer USING gin (departements);

CREATE TABLE request (
    request_id  uuid PRIMARY KEY,
    departement text NOT NULL,
    content     jsonb NOT NULL,
    received_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX request_departement ON request (departement);

CREATE TABLE visit (
    visit_id   uuid PRIMARY KEY,
    request_id uuid NOT NULL UNIQUE REFERENCES request,
    scheduled  jsonb NOT NULL,
    completed  jsonb
);
