-- Every message that is owed to somebody, once for each of its steps and each reader.

CREATE TABLE outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT, -- what the journal names a message by; it holds no addresses
    kind TEXT NOT NULL,
    subject TEXT NOT NULL, -- the number of a certificate, or the id of a hotspot
    step TEXT NOT NULL,
    recipient TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'sending', 'sent', 'failed', 'suppressed', 'unknown')),
    final INTEGER NOT NULL CHECK (final IN (0, 1)), -- 1: a second copy is better than none
    made TEXT NOT NULL,
    due TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    worker TEXT,
    until TEXT, -- the end of the lease
    handed INTEGER NOT NULL DEFAULT 0 CHECK (handed IN (0, 1)), -- 1: the server may have it
    changed TEXT NOT NULL,
    reply TEXT,
    record TEXT NOT NULL,
    UNIQUE (kind, subject, step, recipient)
) STRICT;

CREATE INDEX outbox_to_do ON outbox (state, due);

CREATE TRIGGER outbox_keeps_what_was_sent BEFORE DELETE ON outbox
BEGIN
    SELECT RAISE(ABORT, 'a message stays in the records');
END;
