-- Ends the session that writes the n-th row of a step, or that commits it; refuses to publish an offer titled "snag".

CREATE SEQUENCE written;  -- it counts on when a transaction is rolled back, so that fate strikes once
CREATE TABLE fate (strike bigint NOT NULL);
INSERT INTO fate VALUES (0);

CREATE FUNCTION meet_fate() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF nextval('written') = (SELECT strike FROM fate) THEN
        PERFORM pg_terminate_backend(pg_backend_pid());
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER fate BEFORE INSERT ON inbox FOR EACH ROW EXECUTE FUNCTION meet_fate();
CREATE TRIGGER fate BEFORE INSERT ON offer FOR EACH ROW EXECUTE FUNCTION meet_fate();
CREATE TRIGGER fate BEFORE INSERT ON offer_history FOR EACH ROW EXECUTE FUNCTION meet_fate();
CREATE TRIGGER fate BEFORE INSERT ON outbox FOR EACH ROW EXECUTE FUNCTION meet_fate();
CREATE TRIGGER fate BEFORE INSERT ON dead_letter FOR EACH ROW EXECUTE FUNCTION meet_fate();
CREATE CONSTRAINT TRIGGER at_commit AFTER INSERT ON inbox DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION meet_fate();

CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    RAISE EXCEPTION 'planted';
END $$;
CREATE TRIGGER snag BEFORE INSERT ON outbox FOR EACH ROW
    WHEN (NEW.type LIKE '%.Internship%' AND convert_from(NEW.payload, 'UTF8') LIKE '%"snag"%')
    EXECUTE FUNCTION refuse();
