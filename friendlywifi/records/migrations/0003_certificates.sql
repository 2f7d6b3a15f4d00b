-- Which certificates there are, what became of each, and which keys each rests on.

-- The steps of certificates/transitions.py, as far as SQL can hold them; a test compares the two.
CREATE TABLE certificate_steps (
    was TEXT NOT NULL, -- empty: it begins
    event TEXT NOT NULL,
    became TEXT NOT NULL,
    PRIMARY KEY (was, event, became)
) STRICT;

INSERT INTO certificate_steps (was, event, became) VALUES
    ('', 'issue', 'provisional'),
    ('', 'issue', 'valid'),
    ('provisional', 'suspend', 'suspended'),
    ('provisional', 'withdraw', 'withdrawn'),
    ('provisional', 'expire', 'expired'),
    ('provisional', 'supersede', 'superseded'),
    ('valid', 'suspend', 'suspended'),
    ('valid', 'withdraw', 'withdrawn'),
    ('valid', 'expire', 'expired'),
    ('valid', 'supersede', 'superseded'),
    ('suspended', 'reinstate', 'provisional'),
    ('suspended', 'reinstate', 'valid'),
    ('suspended', 'withdraw', 'withdrawn'),
    ('suspended', 'expire', 'expired'),
    ('suspended', 'supersede', 'superseded');

CREATE TABLE certificates (
    number TEXT PRIMARY KEY,
    series TEXT, -- of this issuer; NULL: decided elsewhere and brought here
    sequence INTEGER CHECK (sequence >= 1),
    hotspot TEXT NOT NULL, -- an id; the machine that decides need not look after the hotspot
    test INTEGER NOT NULL CHECK (test IN (0, 1)),
    digest TEXT NOT NULL UNIQUE, -- of the certificate, without its signature
    request TEXT UNIQUE, -- digest of what was decided about: one request, one certificate
    issued_as TEXT NOT NULL CHECK (issued_as IN ('provisional', 'valid')),
    issued TEXT NOT NULL,
    valid_until TEXT NOT NULL CHECK (valid_until > issued),
    suspension_days INTEGER NOT NULL CHECK (suspension_days >= 1),
    evidence_days INTEGER NOT NULL CHECK (evidence_days >= 1),
    signed TEXT NOT NULL,
    place INTEGER UNIQUE CHECK (place >= 0), -- in the status lists, drawn and not counted
    proofs TEXT, -- the signed code and the credential, made with the issuer's key at issue
    -- What follows is kept by the events alone.
    status TEXT NOT NULL DEFAULT ''
        CHECK (status IN ('', 'provisional', 'valid', 'suspended', 'withdrawn', 'expired', 'superseded')),
    changed TEXT NOT NULL,
    superseded_by TEXT REFERENCES certificates (number) DEFERRABLE INITIALLY DEFERRED,
    CHECK ((series IS NULL) = (sequence IS NULL)),
    CHECK ((place IS NULL) = (proofs IS NULL)),
    CHECK ((superseded_by IS NOT NULL) = (status = 'superseded')),
    UNIQUE (series, sequence)
) STRICT;

-- One certificate of a hotspot from which something can still become. Those that say TEST are no part of it.
CREATE UNIQUE INDEX one_certificate_at_a_time ON certificates (hotspot, test)
    WHERE status IN ('', 'provisional', 'valid', 'suspended');

CREATE INDEX certificates_of_hotspot ON certificates (hotspot, issued);
CREATE INDEX certificates_by_end ON certificates (status, valid_until);

CREATE TRIGGER numbers_have_no_gap BEFORE INSERT ON certificates
WHEN NEW.series IS NOT NULL AND NEW.sequence IS NOT
    (SELECT coalesce(max(sequence), 0) + 1 FROM certificates WHERE series = NEW.series)
BEGIN
    SELECT RAISE(ABORT, 'a series of numbers has no gap');
END;

CREATE TRIGGER certificates_begin_empty BEFORE INSERT ON certificates
WHEN NEW.status IS NOT '' OR EXISTS (SELECT 1 FROM certificates WHERE number = NEW.number)
BEGIN
    SELECT RAISE(ABORT, 'a certificate begins with its first event, and once');
END;

CREATE TRIGGER certificates_stay BEFORE DELETE ON certificates
BEGIN
    SELECT RAISE(ABORT, 'a certificate stays in the records');
END;

CREATE TRIGGER certificates_say_what_was_signed
BEFORE UPDATE OF number, series, sequence, hotspot, test, digest, request, issued_as, issued, valid_until,
    suspension_days, evidence_days, signed, place, proofs ON certificates
BEGIN
    SELECT RAISE(ABORT, 'a certificate is never changed; a renewal is another one');
END;

CREATE TABLE certificate_events (
    id INTEGER PRIMARY KEY,
    number TEXT NOT NULL REFERENCES certificates (number),
    event TEXT NOT NULL,
    was TEXT NOT NULL,
    became TEXT NOT NULL,
    at TEXT NOT NULL,
    actor TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('decider', 'certifier', 'program')),
    why TEXT NOT NULL,
    successor TEXT,
    record TEXT NOT NULL,
    FOREIGN KEY (was, event, became) REFERENCES certificate_steps (was, event, became)
) STRICT;

CREATE INDEX events_of_certificate ON certificate_events (number, id);

CREATE TRIGGER events_are_never_changed BEFORE UPDATE ON certificate_events
BEGIN
    SELECT RAISE(ABORT, 'what happened to a certificate is never changed');
END;

CREATE TRIGGER events_are_never_removed BEFORE DELETE ON certificate_events
BEGIN
    SELECT RAISE(ABORT, 'what happened to a certificate is never removed');
END;

CREATE TRIGGER events_go_on BEFORE INSERT ON certificate_events
WHEN NEW.was IS NOT (SELECT status FROM certificates WHERE number = NEW.number)
    OR NEW.at < (SELECT changed FROM certificates WHERE number = NEW.number)
    OR NEW.id IS NOT NULL AND EXISTS (SELECT 1 FROM certificate_events WHERE id = NEW.id)
BEGIN
    SELECT RAISE(ABORT, 'an event goes on from the status that the certificate has');
END;

CREATE TRIGGER reinstated_as_issued BEFORE INSERT ON certificate_events
WHEN NEW.became IN ('provisional', 'valid')
    AND NEW.became IS NOT (SELECT issued_as FROM certificates WHERE number = NEW.number)
BEGIN
    SELECT RAISE(ABORT, 'a certificate is never more than what was issued');
END;

CREATE TRIGGER events_make_the_status AFTER INSERT ON certificate_events
BEGIN
    UPDATE certificates SET status = NEW.became, changed = NEW.at,
        superseded_by = CASE NEW.event WHEN 'supersede' THEN NEW.successor END
    WHERE number = NEW.number;
END;

CREATE TRIGGER status_is_that_of_the_last_event BEFORE UPDATE OF status, changed, superseded_by ON certificates
WHEN (NEW.status, NEW.changed, NEW.superseded_by) IS NOT (
    SELECT became, at, CASE event WHEN 'supersede' THEN successor END
    FROM certificate_events WHERE number = NEW.number ORDER BY id DESC LIMIT 1
)
BEGIN
    SELECT RAISE(ABORT, 'a status changes by an event and not otherwise');
END;

-- The keys behind each certificate, and until when each was used for it: what falls if one leaks.
CREATE TABLE certificate_keys (
    number TEXT NOT NULL REFERENCES certificates (number),
    key TEXT NOT NULL,
    part TEXT NOT NULL CHECK (part IN ('issuer', 'evaluator', 'vantage')),
    used TEXT NOT NULL,
    PRIMARY KEY (number, key, part)
) STRICT;

CREATE INDEX certificates_by_key ON certificate_keys (key, used);

CREATE TRIGGER certificate_keys_are_never_changed BEFORE UPDATE ON certificate_keys
BEGIN
    SELECT RAISE(ABORT, 'the keys behind a certificate are never changed');
END;

CREATE TRIGGER certificate_keys_are_never_removed BEFORE DELETE ON certificate_keys
BEGIN
    SELECT RAISE(ABORT, 'the keys behind a certificate are never removed');
END;
