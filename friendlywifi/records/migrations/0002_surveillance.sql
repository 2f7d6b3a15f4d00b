-- What was due and what became of it; what each hotspot is like; what was told.

-- One row for each check that was due. A row that is there is never taken a second time.
CREATE TABLE due (
    hotspot TEXT NOT NULL REFERENCES hotspots (id),
    key TEXT NOT NULL, -- the interval, or the failure that it confirms
    every INTEGER, -- seconds of the interval; NULL: a confirming run belongs to none
    number INTEGER, -- of the interval, among those of this length
    at TEXT NOT NULL, -- when it was due
    noted TEXT NOT NULL, -- when this was written first, by the clock of then
    state TEXT NOT NULL CHECK (state IN ('claimed', 'made', 'void', 'aborted', 'missed', 'skipped')),
    holder TEXT, -- the process that took it
    until TEXT, -- the end of its lease
    began TEXT,
    serial INTEGER, -- the number that its run took, so that an aborted one is named
    bundle TEXT, -- digest of the evidence
    why TEXT,
    CHECK ((every IS NULL) = (number IS NULL)),
    CHECK (state != 'claimed' OR (holder IS NOT NULL AND until IS NOT NULL)),
    PRIMARY KEY (hotspot, key)
) STRICT;

-- Two checks of one hotspot at a time would see each other's traffic.
CREATE UNIQUE INDEX one_check_at_a_time ON due (hotspot) WHERE state = 'claimed';
CREATE INDEX due_of_hotspot ON due (hotspot, at);
CREATE INDEX due_by_number ON due (hotspot, every, number);

CREATE TRIGGER due_is_kept BEFORE DELETE ON due
BEGIN
    SELECT RAISE(ABORT, 'what was due stays in the records');
END;

-- Folded from the runs, and made again from them where one comes in late.
CREATE TABLE conditions (
    hotspot TEXT PRIMARY KEY REFERENCES hotspots (id),
    state TEXT NOT NULL, -- the worst of its paths
    record TEXT NOT NULL
) STRICT;

-- Messages to be written. The same fact has the same key.
CREATE TABLE notices (
    key TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    at TEXT NOT NULL,
    record TEXT NOT NULL
) STRICT;

CREATE INDEX notices_by_time ON notices (at);

-- Facts that were told and are not done with.
CREATE TABLE told (
    kind TEXT NOT NULL,
    hotspot TEXT NOT NULL,
    since TEXT NOT NULL,
    record TEXT NOT NULL,
    PRIMARY KEY (kind, hotspot, since)
) STRICT;

-- When the schedule last looked, since when it looks without a gap and its clock runs without a jump, and how
-- far it has read the journal.
CREATE TABLE ticks (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    at TEXT NOT NULL,
    up TEXT NOT NULL,
    steady TEXT NOT NULL,
    journal INTEGER NOT NULL
) STRICT;
