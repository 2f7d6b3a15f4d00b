"""An authority for times (RFC 3161) by openssl, for the tests."""

from __future__ import annotations

import subprocess
from pathlib import Path

from certificates.pades import Timestamp
from tests.conftest import require_server


def made_authority(folder: Path) -> Path:
    """The folder, with keys, certificates and configuration of an authority in it."""
    (folder / "serial").write_text("01\n", encoding="ascii")
    (folder / "tsa.cnf").write_text(
        "[req]\ndistinguished_name=dn\n[dn]\n[ca]\nbasicConstraints=critical,CA:true\n"
        "keyUsage=critical,keyCertSign\nsubjectKeyIdentifier=hash\n"
        "[ts]\nbasicConstraints=critical,CA:false\nkeyUsage=critical,digitalSignature\n"
        "extendedKeyUsage=critical,timeStamping\n"
        "[tsa]\ndefault_tsa=one\n[one]\nserial=serial\ncrypto_device=builtin\nsigner_cert=tsa.pem\n"
        "certs=ca.pem\nsigner_key=tsa.key\nsigner_digest=sha256\ndefault_policy=1.2.3.4.1\n"
        "digests=sha256,sha512\nordering=yes\ness_cert_id_chain=no\ness_cert_id_alg=sha256\n",
        encoding="ascii",
    )
    tool, ec = require_server("openssl"), "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -config tsa.cnf"
    for command in (
        f"req -x509 {ec} -keyout ca.key -out ca.pem -subj /CN=Times -extensions ca -days 30",
        f"req -x509 {ec} -keyout tsa.key -out tsa.pem -subj /CN=T -extensions ts -CA ca.pem -CAkey ca.key",
    ):
        subprocess.run([tool, *command.split()], check=True, capture_output=True, cwd=folder)
    return folder


def asking(folder: Path) -> Timestamp:
    def ask(request: bytes) -> bytes:
        (folder / "request").write_bytes(request)
        command = "ts -reply -queryfile request -config tsa.cnf -section one"
        done = subprocess.run(
            [require_server("openssl"), *command.split()], check=True, capture_output=True, cwd=folder
        )
        return done.stdout

    return ask
