"""The signature on the paper: with which PKCS#12 file, and who vouches for the time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from certificates.pades import PadesFault, sign_pdf, signer_from_pkcs12
from certificates.pkcs12 import new_pkcs12
from friendlywifi.certifying.office import Office, say
from friendlywifi.certifying.passphrase import Source
from friendlywifi.certifying.private import require_private, write_private
from friendlywifi.certifying.timestamping import authority
from friendlywifi.complaint import Complaint
from friendlywifi.files import read_bytes

MAX_PKCS12 = 256 * 1024

Seal = Callable[[bytes], bytes]
"""Gives the PDF with a signature behind it."""


def paper_seal(office: Office, *, name: str, now: datetime) -> Seal | None:
    """What signs PDF files here; `None`: nothing is configured. Its passphrase is asked for now.

    Where the configured file is not there, one is made with an authority of its own, in the issuer's `name`.
    """
    issuer = office.issuer
    if issuer.paper_key is None:
        return None
    path = Path(issuer.paper_key).expanduser()
    named = issuer.paper_passphrase_file
    source = Source(file=None if named is None else Path(named).expanduser())
    if path.exists():
        require_private(path, what="the key of the PDF")
        passphrase = source.existing(path.name)
    else:
        passphrase = source.new(path.name)
        write_private(path, new_pkcs12(organisation=name, passphrase=passphrase, now=now))
        say(f"Made a key for the signature of PDF files: {path}. PDF viewers will not know its authority.")
    try:
        signer = signer_from_pkcs12(
            read_bytes(path, what="the key of the PDF", largest=MAX_PKCS12), passphrase
        )
    except PadesFault as fault:
        raise Complaint(f"{path}: {fault}") from None
    stamp = None if issuer.timestamp_url is None else authority(issuer.timestamp_url)

    def seal(pdf: bytes) -> bytes:
        made = sign_pdf(pdf, signer, now=now, timestamp=stamp)
        if made.remark is not None:
            say(made.remark)
        return made.data

    return seal
