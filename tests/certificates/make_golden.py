"""Makes the golden files of the faces anew: `python -m tests.certificates.make_golden`.

Only after `TEMPLATE_VERSION` was raised, or before any certificate was issued with it.
"""

from __future__ import annotations

import json
from pathlib import Path

import msgspec

from certificates.page import render_page
from certificates.print import render_pdf, render_sticker
from certificates.records import SignedCertificate
from certificates.signing import to_file
from certificates.view import face
from criteria.records import AssessmentOutcome, CriterionOutcome
from criteria.standard import parse, released
from probes.records import digest
from tests.certificates.cast import Office, assess, decision, proofs, with_result

FOLDER = Path(__file__).parent / "golden"


def digests(signed: SignedCertificate) -> dict[str, str]:
    """What a change of a word or of a line changes."""
    beside = proofs(signed)
    return {
        "words": digest(face(signed.certificate)),
        "page": digest(render_page(signed, beside.code).encode()),
        "print": digest(render_pdf(signed, beside)),
        "sticker": digest(render_sticker(signed, beside)),
    }


def main() -> None:
    text = released("baseline")
    standard = parse(text, source="baseline.toml")
    office = Office(standard=standard, assessment=assess(standard, text.encode()))
    unsure = with_result(
        office.assessment,
        "ILL-01",
        result=CriterionOutcome.NOT_TESTED,
        reason="No authorised sentinel was listed, so nothing was tested.",
        tested=None,
        passed=None,
    )
    unsure = msgspec.structs.replace(unsure, outcome=AssessmentOutcome.PROVISIONAL)
    made = {
        "valid": office.issue(),
        "provisional-test": office.issue(
            test=True, assessment=unsure, decision=decision(unsure, decider="Elira Hoxha")
        ),
    }
    for name, signed in made.items():
        (FOLDER / f"{name}.json").write_bytes(to_file(signed))
        text = json.dumps(digests(signed), indent=2) + "\n"
        (FOLDER / f"{name}.digests").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
