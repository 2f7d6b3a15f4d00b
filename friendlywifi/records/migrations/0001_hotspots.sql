-- Who is certified, which runs were made, which was the last, and what was ever changed.

CREATE TABLE hotspots (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    folded TEXT NOT NULL UNIQUE, -- the name without case: two places that read the same are one
    mode TEXT NOT NULL CHECK (mode IN ('resident', 'rounds')),
    standard TEXT NOT NULL,
    record TEXT NOT NULL
) STRICT;

CREATE TABLE runs (
    bundle TEXT PRIMARY KEY, -- digest: the same evidence comes in once
    hotspot TEXT NOT NULL REFERENCES hotspots (id),
    run TEXT NOT NULL,
    serial INTEGER NOT NULL,
    vantage TEXT NOT NULL,
    ssid TEXT,
    started TEXT NOT NULL,
    ended TEXT NOT NULL,
    ours TEXT NOT NULL,
    place TEXT NOT NULL,
    void TEXT,
    outcome TEXT NOT NULL,
    record TEXT NOT NULL
) STRICT;

CREATE INDEX runs_of_hotspot ON runs (hotspot, started, bundle);
-- A vantage numbers its runs: two different runs under one number are one too many.
CREATE UNIQUE INDEX runs_by_number ON runs (hotspot, vantage, serial);

CREATE TRIGGER runs_stay BEFORE DELETE ON runs
BEGIN
    SELECT RAISE(ABORT, 'a run that was made stays in the records');
END;

-- The newest run of each hotspot and the newest that can be judged; kept in the transaction of the run.
CREATE TABLE latest (
    hotspot TEXT PRIMARY KEY REFERENCES hotspots (id),
    bundle TEXT NOT NULL REFERENCES runs (bundle),
    started TEXT NOT NULL,
    valid_bundle TEXT REFERENCES runs (bundle),
    valid_started TEXT
) STRICT;

CREATE TABLE journal (
    number INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    actor TEXT NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    data TEXT,
    previous TEXT NOT NULL,
    hash TEXT NOT NULL
) STRICT;

CREATE INDEX journal_of_subject ON journal (subject, number);

CREATE TRIGGER journal_is_never_changed BEFORE UPDATE ON journal
BEGIN
    SELECT RAISE(ABORT, 'the journal is never changed');
END;

CREATE TRIGGER journal_is_never_shortened BEFORE DELETE ON journal
BEGIN
    SELECT RAISE(ABORT, 'the journal is never shortened');
END;

-- INSERT OR REPLACE would get past the two above where recursive triggers are off.
CREATE TRIGGER journal_goes_on BEFORE INSERT ON journal
WHEN NEW.number IS NOT (SELECT coalesce(max(number), 0) + 1 FROM journal)
    OR NEW.previous IS NOT coalesce((SELECT hash FROM journal ORDER BY number DESC LIMIT 1), '')
BEGIN
    SELECT RAISE(ABORT, 'the journal only goes on at its end');
END;
