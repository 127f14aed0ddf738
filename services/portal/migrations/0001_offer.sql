-- Both are trusted: whoever owns the database may have them.
CREATE EXTENSION IF NOT EXISTS unaccent;
CREATE EXTENSION IF NOT EXISTS pg_trgm;

CREATE TEXT SEARCH CONFIGURATION passerelle (COPY = french);
ALTER TEXT SEARCH CONFIGURATION passerelle
    ALTER MAPPING FOR asciiword, word, numword WITH unaccent, french_stem;

-- Communes that had an offer; the place is longitude and latitude in degrees.
CREATE TABLE place (
    commune     text PRIMARY KEY,
    departement text NOT NULL,
    at          point NOT NULL
);
CREATE INDEX place_at ON place USING gist (at);

-- The great circle (haversine), on the mean radius of the earth (IUGG), as shared/offers/communes has it.
CREATE FUNCTION distance_km(one point, other point) RETURNS float8 LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN 2 * 6371.0 * asin(sqrt(
    sin(radians(other[1] - one[1]) / 2) ^ 2
    + cos(radians(one[1])) * cos(radians(other[1])) * sin(radians(other[0] - one[0]) / 2) ^ 2
));

-- Open offers. What a search reads of many rows is narrow; `content` and `words` lie apart, in the table's TOAST. Only
-- a row of over 2 kB is taken apart, so `content` is filled up with spaces, which JSON allows.
CREATE TABLE offer (
    number    bigint GENERATED ALWAYS AS IDENTITY,
    offer_id  uuid PRIMARY KEY,
    siren     text NOT NULL,
    level     smallint NOT NULL,
    starts_on date NOT NULL,
    ends_on   date NOT NULL,
    last_day  date NOT NULL,
    commune   text,
    at        point,
    -- Département, trade, ROME code and its domains, level, month of the first day, and after @ the département in
    -- which the map has it.
    facets    text[] NOT NULL,
    title     tsvector NOT NULL,
    -- Of title, company, town and description.
    words     tsvector NOT NULL,
    content   text NOT NULL CHECK (length(content) >= 2100)
) WITH (toast_tuple_target = 128);
ALTER TABLE offer
    ALTER title SET STORAGE MAIN, ALTER facets SET STORAGE MAIN,
    ALTER words SET STORAGE EXTERNAL, ALTER content SET STORAGE EXTERNAL;

-- Newest first; an offer that changes keeps its number.
CREATE UNIQUE INDEX offer_number ON offer (number);
CREATE INDEX offer_commune ON offer (commune, number);
CREATE INDEX offer_period ON offer (starts_on, ends_on);
-- One index for words and facets, so that all of them narrow a search before a row is read. Whoever saves offers puts
-- what is pending into its place (gin_clean_pending_list): searches would have to read it through.
CREATE INDEX offer_found ON offer USING gin (words, title, facets) WITH (fastupdate = on);

-- The words of titles, companies and towns without accents, for what is spelled almost so.
CREATE TABLE word (word text PRIMARY KEY);
CREATE INDEX word_alike ON word USING gin (word gin_trgm_ops) WITH (fastupdate = off);

CREATE TABLE answer_rate (
    siren        text PRIMARY KEY,
    measured_on  date NOT NULL,
    due          integer NOT NULL,
    answered     integer NOT NULL,
    median_hours integer
);
