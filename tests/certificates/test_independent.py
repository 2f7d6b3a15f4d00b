"""Verifiers written by others say yes to what is made here, and no after one flipped byte.

They are no part of the program: those of npm and of PyPI are put by exact version into a folder of the test.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import cbor2
import cwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12

from certificates.attachment import attached
from certificates.checkpoint import cosign, verifier_key, write_checkpoint
from certificates.credential import CONTEXT_PATH, context_document
from certificates.didweb import IssuerKey, did_document, did_key, jwk
from certificates.keys import key_from_seed, public_text
from certificates.pades import sign_pdf, signer_from_pkcs12
from certificates.pkcs12 import new_pkcs12
from certificates.print import render_pdf, render_sticker
from certificates.records import SignedCertificate
from certificates.statuslist import Purpose, status_list
from certificates.tiles import tiles
from certificates.translog import Tree, leaf_hash
from tests.certificates.cast import ISSUER, LATER, NOW, REGISTER, STATUS, Office, proofs
from tests.conftest import require_server, required

NPM = ("jose@6.2.17", "@digitalbazaar/vc-bitstring-status-list@2.0.1")
PYPI = ("pymerkle==7.0.0", "tlog-scales==0.0.3")
"""Test only: pymerkle is under the GPL, and neither is wanted in the program."""

PASSPHRASE = b"a passphrase of the tests"


@pytest.fixture(scope="module")
def signed(office: Office) -> SignedCertificate:
    return office.issue()


def run(*command: str | Path, folder: Path | None = None, **more: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(part) for part in command],
        check=False,
        capture_output=True,
        text=True,
        cwd=folder,
        timeout=110,
        **more,
    )


def flipped(data: bytes, place: int, bit: int = 0) -> bytes:
    changed = bytearray(data)
    changed[place] ^= 1 << bit
    return bytes(changed)


# ------------------------------------------------------------------------------------------ signed PDF


@pytest.fixture(scope="module")
def archive() -> bytes:
    return new_pkcs12(organisation=ISSUER, passphrase=PASSPHRASE, now=NOW)


@pytest.fixture(scope="module")
def paper(signed: SignedCertificate, archive: bytes) -> bytes:
    signer = signer_from_pkcs12(archive, PASSPHRASE)
    return sign_pdf(render_pdf(signed, proofs(signed)), signer, now=NOW).data


def test_pdfsig_finds_the_signature_valid_and_over_the_whole_document(paper: bytes, tmp_path: Path) -> None:
    (tmp_path / "paper.pdf").write_bytes(paper)
    found = run(require_server("pdfsig"), tmp_path / "paper.pdf").stdout
    assert "Signature is Valid." in found
    assert "Total document signed" in found
    assert "ETSI.CAdES.detached" in found
    assert ISSUER in found


@pytest.mark.parametrize("where", (0.1, 0.5, 0.9))
def test_pdfsig_refuses_a_paper_with_one_flipped_bit(paper: bytes, tmp_path: Path, where: float) -> None:
    printed = paper.index(b"/ByteRange")
    (tmp_path / "paper.pdf").write_bytes(flipped(paper, int(printed * where)))
    found = run(require_server("pdfsig"), tmp_path / "paper.pdf").stdout
    assert "Signature is Valid." not in found


def test_openssl_verifies_the_signature_and_its_chain_and_refuses_a_flipped_bit(
    paper: bytes, archive: bytes, tmp_path: Path
) -> None:
    ranges = re.search(rb"/ByteRange \[\s*(\d+) (\d+) (\d+) (\d+)", paper)
    assert ranges is not None
    first, length, second, rest = (int(number) for number in ranges.groups())
    assert (first, second + rest) == (0, len(paper))
    contents = paper[length + 1 : second - 1]
    content = paper[:length] + paper[second:]
    authority = pkcs12.load_pkcs12(archive, PASSPHRASE).additional_certs[0].certificate
    (tmp_path / "cms.der").write_bytes(bytes.fromhex(contents.decode()))
    (tmp_path / "ca.pem").write_bytes(authority.public_bytes(Encoding.PEM))

    def asked(data: bytes) -> subprocess.CompletedProcess[str]:
        (tmp_path / "content").write_bytes(data)
        command = f"{require_server('openssl')} cms -verify -binary -inform DER -in cms.der -content content"
        at = ["-attime", str(int(NOW.timestamp()) + 60)]
        return run(
            *command.split(), "-CAfile", "ca.pem", "-purpose", "any", *at, "-out", "out", folder=tmp_path
        )

    good = asked(content)
    assert good.returncode == 0, good.stderr
    for place in (10, len(content) // 2, len(content) - 10):
        assert asked(flipped(content, place)).returncode != 0


def test_qpdf_finds_no_fault_in_a_signed_paper_or_sticker(
    signed: SignedCertificate, paper: bytes, archive: bytes, tmp_path: Path
) -> None:
    signer = signer_from_pkcs12(archive, PASSPHRASE)
    sticker = sign_pdf(render_sticker(signed, proofs(signed)), signer, now=NOW).data
    for name, data in (("paper.pdf", paper), ("sticker.pdf", sticker)):
        (tmp_path / name).write_bytes(data)
        done = run(require_server("qpdf"), "--check", tmp_path / name)
        assert done.returncode == 0, done.stdout + done.stderr


def test_a_signature_takes_away_nothing_that_a_reader_sees_or_finds(
    signed: SignedCertificate, paper: bytes, tmp_path: Path
) -> None:
    printed = render_pdf(signed, proofs(signed))
    assert paper.startswith(printed)
    assert attached(paper) == attached(printed)
    pictures = []
    for name, data in (("signed", paper), ("unsigned", printed)):
        (tmp_path / f"{name}.pdf").write_bytes(data)
        run(require_server("pdftoppm"), "-r", "40", "-png", tmp_path / f"{name}.pdf", tmp_path / name)
        pictures.append([path.read_bytes() for path in sorted(tmp_path.glob(f"{name}-*.png"))])
    assert len(pictures[0]) == 2
    assert pictures[0] == pictures[1]


# ------------------------------------------------------------------------------------------- the code


def test_a_cose_library_verifies_the_fragment_and_refuses_a_flipped_bit(
    office: Office, signed: SignedCertificate
) -> None:
    fragment = proofs(signed).code.partition("#")[2]
    data = cwt.utils.base64url_decode(fragment)
    identifier = cbor2.loads(cbor2.loads(data).value[0])[4]
    given = {"kty": "OKP", "crv": "Ed25519", "x": jwk(office.key.public_key())["x"], "alg": "EdDSA"}
    key = cwt.COSEKey.from_jwk({**given, "kid": identifier, "key_ops": ["verify"]})
    facts = cbor2.loads(cwt.COSE.new().decode(data, key))
    assert facts[1] == signed.certificate.number
    signature = data.index(cbor2.loads(data).value[3])
    payload = data.index(signed.certificate.number.encode())
    for place in (payload, payload + 30, signature, len(data) - 1):
        with pytest.raises((cwt.CWTError, ValueError)):
            cwt.COSE.new().decode(flipped(data, place), key)


# ----------------------------------------------------------------------------- credential and status


@pytest.fixture(scope="module")
def npm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the verifiers of npm, from whatever registry is configured."""
    folder = tmp_path_factory.mktemp("npm")
    options = ["--no-save", "--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix"]
    done = run(require_server("npm"), "install", *options, folder, *NPM, folder=folder)
    if done.returncode:
        required(f"npm cannot install {' and '.join(NPM)}; they verified nothing: {done.stderr[-300:]}")
    return folder


_NODE = """
import {webcrypto} from 'node:crypto';
import {readFileSync} from 'node:fs';
globalThis.crypto ??= webcrypto;  // the Node of Debian 12 keeps it in its module
const {compactVerify, importJWK} = await import('jose');
const {checkStatus} = await import('@digitalbazaar/vc-bitstring-status-list');
const asked = JSON.parse(readFileSync(0, 'utf8'));
const method = asked.did.verificationMethod;
const open = async jwt => {
  const {payload, protectedHeader} = await compactVerify(jwt, async head => {
    const found = method.find(item => item.id === head.kid);
    if(!found || !asked.did.assertionMethod.includes(found.id)) throw new Error('key');
    return importJWK(found.publicKeyJwk, 'Ed25519');
  }, {algorithms: ['Ed25519']});
  if(protectedHeader.typ !== 'vc+jwt') throw new Error('typ');
  return JSON.parse(new TextDecoder().decode(payload));
};
const out = [];
for(const item of asked.jwts) {
  try { out.push(await open(item)); } catch(error) { out.push(null); }
}
const credential = await open(asked.credential);
const lists = new Map();
for(const jwt of asked.lists) { const list = await open(jwt); lists.set(list.id, list); }
const status = await checkStatus({
  credential, verifyBitstringStatusListCredential: false,
  documentLoader: async url => ({document: lists.get(url)})
});
const bits = {};
for(const item of status.results ?? []) bits[item.credentialStatus.statusPurpose] = item.status;
console.log(JSON.stringify({opened: out, verified: status.verified, bits}));
"""


def in_node(folder: Path, **asked: Any) -> dict[str, Any]:
    (folder / "verify.mjs").write_text(_NODE, encoding="utf-8")
    done = run(require_server("node"), "verify.mjs", folder=folder, input=json.dumps(asked))
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def lists(office: Office, *, revoked: set[int], suspended: set[int]) -> list[str]:
    given = {"register_url": REGISTER, "before": (), "issued": NOW, "valid_until": LATER, "key": office.key}
    return [
        status_list(list_url=url, purpose=purpose, bits=bits, **given)
        for url, purpose, bits in (
            (STATUS.revocation_list, Purpose.REVOCATION, revoked),
            (STATUS.suspension_list, Purpose.SUSPENSION, suspended),
        )
    ]


def test_jose_opens_credential_and_lists_with_the_keys_of_did_json_and_no_flipped_one(
    office: Office, signed: SignedCertificate, npm: Path
) -> None:
    public = public_text(office.key.public_key())
    did = json.loads(did_document(REGISTER, (IssuerKey(key=public, valid_from=NOW),)))
    credential = proofs(signed).credential
    head, body, signature = credential.split(".")
    wrong = [
        ".".join((head, body[:40] + ("A" if body[40] != "A" else "B") + body[41:], signature)),
        ".".join((head, body, ("A" if signature[0] != "A" else "B") + signature[1:])),
        ".".join((head[:30] + ("A" if head[30] != "A" else "B") + head[31:], body, signature)),
    ]
    both = lists(office, revoked=set(), suspended={STATUS.index})
    found = in_node(npm, did=did, jwts=[credential, *both, *wrong], credential=credential, lists=both)
    assert [item is not None for item in found["opened"]] == [True] * 3 + [False] * 3
    assert found["opened"][0]["type"] == ["VerifiableCredential", "HotspotCertificateCredential"]
    assert found["opened"][0]["credentialSubject"]["place"] == signed.certificate.place
    assert (found["verified"], found["bits"]) == (True, {"revocation": False, "suspension": True})


@pytest.mark.parametrize(
    ("revoked", "suspended", "bits"),
    (
        (set(), set(), (False, False)),
        ({STATUS.index}, {7}, (True, False)),
        ({STATUS.index - 1, STATUS.index + 1}, {STATUS.index, 0, 131_071}, (False, True)),
    ),
)
def test_a_status_list_library_reads_the_two_bits_of_a_certificate(
    office: Office, npm: Path, *, revoked: set[int], suspended: set[int], bits: tuple[bool, bool]
) -> None:
    key = IssuerKey(key=public_text(office.key.public_key()), valid_from=NOW)
    found = in_node(
        npm,
        did=json.loads(did_document(REGISTER, (key,))),
        jwts=[],
        credential=proofs(office.issue()).credential,
        lists=lists(office, revoked=revoked, suspended=suspended),
    )
    assert (found["bits"]["revocation"], found["bits"]["suspension"]) == bits


def test_a_json_ld_processor_knows_every_word_of_the_credential(signed: SignedCertificate, npm: Path) -> None:
    """`jsonld` comes with the status-list library; a word that no context defines would be dropped by it."""
    script = """
    import {webcrypto} from 'node:crypto';
    import {readFileSync} from 'node:fs';
    globalThis.crypto ??= webcrypto;
    const {default: jsonld} = await import('jsonld');
    const {contexts} = await import('@digitalbazaar/credentials-context');
    const {credential, own, url} = JSON.parse(readFileSync(0, 'utf8'));
    const documentLoader = async at => {
      const document = at === url ? own : contexts.get(at);
      if(!document) throw new Error(`not offline: ${at}`);
      return {document, documentUrl: at};
    };
    const options = {documentLoader, safe: true, format: 'application/n-quads'};
    console.log(await jsonld.canonize(credential, options));
    """
    (npm / "expand.mjs").write_text(script, encoding="utf-8")
    body = proofs(signed).credential.split(".")[1]
    asked = {
        "credential": json.loads(cwt.utils.base64url_decode(body)),
        "own": json.loads(context_document()),
        "url": f"{REGISTER}/{CONTEXT_PATH}",
    }
    done = run(require_server("node"), "expand.mjs", folder=npm, input=json.dumps(asked))
    assert done.returncode == 0, done.stderr
    for word in ("certificateNumber", "certificateDigest", "networkName", "standardDigest", "limit"):
        assert f"urn:friendlywifi:hotspot:1#{word}>" in done.stdout


# ----------------------------------------------------------------------------------------------- log


@pytest.fixture(scope="module")
def pypi(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the readers of PyPI, from whatever index is configured; not of this environment."""
    folder = tmp_path_factory.mktemp("pypi")
    options = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--target"]
    done = run(sys.executable, *options, folder, *PYPI)
    if done.returncode:
        required(f"pip cannot install {' and '.join(PYPI)}; they verified nothing: {done.stderr[-300:]}")
    return folder


_PYTHON = """
import json, sys
from pathlib import Path
from pymerkle import InmemoryTree
from tlog_scales.backend import LocalBackend
from tlog_scales.reader import TilesReader
from tlog_scales.signing import Vkey
from tlog_scales.tlog import ConsistencyProof, InclusionProof
asked = json.load(sys.stdin)
reader = TilesReader(LocalBackend(Path(asked["folder"])))
checkpoint = reader.get_checkpoint()
out = {"size": checkpoint.size, "root": checkpoint.root_hash.hex(), "computed": None, "keys": []}
try:
    out["computed"] = reader.calculate_root_hash().hex()
except Exception:
    pass
for text in asked["keys"]:
    try:
        checkpoint.verify(Vkey.from_string(text))
        out["keys"].append(True)
    except Exception:
        out["keys"].append(False)
tree = InmemoryTree(algorithm="sha256")
for place in range(checkpoint.size):
    try:
        tree.append_entry(reader.get_entry(place))
    except Exception:
        tree.append_entry(b"")
out["pymerkle"] = tree.get_state().hex()
def checked(kind, *given, against):
    try:
        kind(*given).check(*against)
        return True
    except Exception:
        return False
h = bytes.fromhex
out["inclusion"] = [checked(InclusionProof, i, n, [h(x) for x in p], against=(h(leaf), h(root)))
                    for i, n, p, leaf, root in asked["inclusion"]]
out["consistency"] = [checked(ConsistencyProof, m, n, [h(x) for x in p], against=(h(old), h(new)))
                      for m, n, p, old, new in asked["consistency"]]
print(json.dumps(out))
"""


def in_python(readers: Path, folder: Path, **asked: Any) -> dict[str, Any]:
    asked = {"folder": str(folder), "keys": [], "inclusion": [], "consistency": [], **asked}
    done = run(
        sys.executable,
        "-c",
        _PYTHON,
        folder=readers,
        input=json.dumps(asked),
        env={**os.environ, "PYTHONPATH": str(readers)},
    )
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def test_independent_readers_agree_with_log_tiles_proofs_and_checkpoint(pypi: Path, tmp_path: Path) -> None:
    key, witness = key_from_seed(bytes(32)), key_from_seed(b"w" * 32)
    entries = [f'{{"entry":{number}}}'.encode() for number in range(1000)]
    tree = Tree(leaf_hash(entry) for entry in entries)
    note = write_checkpoint(origin="register.example/log", size=1000, root=tree.root(), key=key)
    note = cosign(note, name="witness.example", time=LATER, key=witness)
    for path, data in {**tiles(entries), "checkpoint": note.encode()}.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(data)
    keys = [
        verifier_key("register.example/log", key.public_key()),
        verifier_key("witness.example", witness.public_key(), witness=True),
        verifier_key("register.example/log", witness.public_key()),
    ]
    inclusion = [
        (place, size, [step.hex() for step in tree.inclusion(place, size)], leaf, tree.root(size).hex())
        for place, size in ((0, 1), (0, 1000), (999, 1000), (511, 700), (512, 513))
        for leaf in (leaf_hash(entries[place]).hex(), flipped(leaf_hash(entries[place]), 5).hex())
    ]
    consistency = [
        (old, new, [step.hex() for step in tree.consistency(old, new)], first.hex(), tree.root(new).hex())
        for old, new in ((1, 1000), (256, 1000), (777, 1000), (999, 1000))
        for first in (tree.root(old), flipped(tree.root(old), 31))
    ]
    found = in_python(pypi, tmp_path, keys=keys, inclusion=inclusion, consistency=consistency)
    assert found["size"] == 1000
    assert found["root"] == found["computed"] == found["pymerkle"] == tree.root().hex()
    assert found["keys"] == [True, True, False]
    assert found["inclusion"] == [True, False] * 5
    assert found["consistency"] == [True, False] * 4
    # One flipped bit in a tile or in an entry is another root, and one in the note is no signature.
    for path in ("tile/1/000.p/3", "tile/entries/002"):
        data = (tmp_path / path).read_bytes()
        (tmp_path / path).write_bytes(flipped(data, 50))
        changed = in_python(pypi, tmp_path)
        assert tree.root().hex() != changed["pymerkle" if "entries" in path else "computed"]
        (tmp_path / path).write_bytes(data)
    (tmp_path / "checkpoint").write_text(note.replace("\n1000\n", "\n1001\n"), encoding="utf-8")
    assert in_python(pypi, tmp_path, keys=keys)["keys"] == [False, False, False]


def test_the_did_key_of_a_published_key_is_the_one_that_is_known_for_it() -> None:
    """The key of RFC 8032, 7.1, test 1."""
    key = key_from_seed(bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"))
    assert did_key(key.public_key()) == "did:key:z6MktwupdmLXVVqTzCw4i46r4uGyosGXRnR3XjN4Zq7oMMsw"
