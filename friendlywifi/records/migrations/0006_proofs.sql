-- A certificate that was decided elsewhere may come before its proofs: they are added once, and then stay.

DROP TRIGGER certificates_say_what_was_signed;

CREATE TRIGGER certificates_say_what_was_signed
BEFORE UPDATE OF number, series, sequence, hotspot, test, digest, issued_as, issued, valid_until,
    suspension_days, evidence_days, signed ON certificates
BEGIN
    SELECT RAISE(ABORT, 'a certificate is never changed; a renewal is another one');
END;

CREATE TRIGGER proofs_come_once BEFORE UPDATE OF place, proofs, request ON certificates
WHEN OLD.series IS NOT NULL OR OLD.proofs IS NOT NULL OR NEW.proofs IS NULL
    OR (OLD.request IS NOT NULL AND NEW.request IS NOT OLD.request)
BEGIN
    SELECT RAISE(ABORT, 'the proofs of a certificate are never changed');
END;

-- The log goes on in the order of what became known here; of one certificate in the order of what happened.
DROP TRIGGER log_goes_on;

CREATE TRIGGER log_goes_on BEFORE INSERT ON log_entries
WHEN NEW.place IS NOT (SELECT coalesce(max(place) + 1, 0) FROM log_entries)
    OR NEW.event <= (SELECT coalesce(max(event), 0) FROM log_entries WHERE number = NEW.number)
BEGIN
    SELECT RAISE(ABORT, 'the log only goes on at its end, in the order of what happened');
END;
