-- The public log of what was issued and what became of it, and which state of it was published.

CREATE TABLE log_entries (
    place INTEGER PRIMARY KEY CHECK (place >= 0), -- in the log, from 0 without gaps
    event INTEGER NOT NULL UNIQUE REFERENCES certificate_events (id),
    number TEXT NOT NULL REFERENCES certificates (number),
    salt TEXT, -- hexadecimal; of an issue. Without it nothing can be told from the hashes of an entry
    entry TEXT NOT NULL -- the canonical JSON that is hashed and published
) STRICT;

CREATE INDEX log_of_certificate ON log_entries (number, place);

CREATE TRIGGER log_goes_on BEFORE INSERT ON log_entries
WHEN NEW.place IS NOT (SELECT coalesce(max(place) + 1, 0) FROM log_entries)
    OR NEW.event <= (SELECT coalesce(max(event), 0) FROM log_entries)
BEGIN
    SELECT RAISE(ABORT, 'the log only goes on at its end, in the order of what happened');
END;

CREATE TRIGGER log_is_never_changed BEFORE UPDATE ON log_entries
BEGIN
    SELECT RAISE(ABORT, 'the log is never changed');
END;

CREATE TRIGGER log_is_never_shortened BEFORE DELETE ON log_entries
BEGIN
    SELECT RAISE(ABORT, 'the log is never shortened');
END;

-- What was published, and when: the same records published again give the same bytes.
CREATE TABLE publications (
    id INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    good_until TEXT NOT NULL CHECK (good_until > at),
    content TEXT NOT NULL, -- digest of everything public, without the time
    journal INTEGER NOT NULL, -- the last entry of the journal that was looked at
    size INTEGER NOT NULL CHECK (size >= 0), -- of the log
    root TEXT NOT NULL -- of the log, hexadecimal
) STRICT;

CREATE TRIGGER publications_are_never_changed BEFORE UPDATE ON publications
BEGIN
    SELECT RAISE(ABORT, 'what was published is never changed');
END;

CREATE TRIGGER publications_are_never_removed BEFORE DELETE ON publications
BEGIN
    SELECT RAISE(ABORT, 'what was published is never removed');
END;
