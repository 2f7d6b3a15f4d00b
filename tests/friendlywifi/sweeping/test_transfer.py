"""A policy zone comes from a real BIND, signed, whole or not at all."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import dns.message
import dns.query
import pytest

from friendlywifi.complaint import Complaint
from friendlywifi.sweeping.source import opened
from friendlywifi.sweeping.transfer import transferred, tsig_key
from probes.network import Network
from tests.conftest import require_server

SECRET = "c2VjcmV0IG9mIHRoZSB0ZXN0cywgbm9ib2R5IGVsc2UncyE="
COUNT = 5_000


@dataclass(frozen=True)
class Master:
    port: int
    key: Path

    @property
    def url(self) -> str:
        return f"axfr://127.0.0.1:{self.port}/rpz.example"


@pytest.fixture(scope="module")
def master(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Master]:
    program = require_server("named")
    folder = tmp_path_factory.mktemp("bind")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    key = folder / "tsig.key"
    key.write_text(f'key "sweep" {{\n\talgorithm hmac-sha256;\n\tsecret "{SECRET}";\n}};\n')
    rows = "".join(f"n{i}.example CNAME .\n*.n{i}.example CNAME .\n" for i in range(COUNT))
    (folder / "zone").write_text(
        f"$TTL 60\n@ SOA ns. admin. 1 60 60 60 60\n@ NS ns.\nfree.example CNAME rpz-passthru.\n{rows}"
    )
    (folder / "named.conf").write_text(
        f'include "{key}";\n'
        f'options {{ directory "{folder}"; pid-file "{folder}/pid"; session-keyfile "{folder}/session.key"; '
        f"listen-on port {port} {{ 127.0.0.1; }}; listen-on-v6 {{ none; }}; recursion no; "
        "allow-transfer { key sweep; }; };\ncontrols { };\n"
        f'zone "rpz.example" {{ type primary; file "{folder}/zone"; }};\n'
    )
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([program, "-g", "-n", "1", "-c", str(folder / "named.conf")], stderr=log)
        try:
            _answers(port)
            yield Master(port, key)
        finally:
            process.terminate()
            process.wait()


def _answers(port: int) -> None:
    question = dns.message.make_query("rpz.example", "SOA")
    for _ in range(100):
        try:
            dns.query.tcp(question, "127.0.0.1", port=port, timeout=2)
        except OSError:
            time.sleep(0.1)
        else:
            return
    pytest.fail("named does not answer")


def names(master: Master, key: Path | None) -> list[str]:
    network = Network(confined=True)
    with opened(master.url, fetch=lambda url: transferred(url, network=network, key_file=key)) as source:
        assert source.format == "rpz"
        return [name for batch in source.batches(1000) for name in batch.names]


def test_every_name_of_the_zone_comes_once(master: Master) -> None:
    found = names(master, master.key)
    zone = {f"n{i}.example" for i in range(COUNT)}
    below = [name.partition(".") for name in found if name not in zone]
    assert len(found) == len(set(found)) == 3 * COUNT
    # Of each a wildcard stands in the zone: `www` and a label that nobody knows are asked too.
    assert {rest for _, _, rest in below} == zone
    assert sum(label == "www" for label, _, _ in below) == COUNT


def test_without_the_key_nothing_comes_and_that_is_said(master: Master) -> None:
    with pytest.raises(Complaint, match="did not come"):
        names(master, None)


def test_with_another_key_nothing_comes(master: Master, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_text(f"hmac-sha256:sweep:{'A' * 43}=")
    with pytest.raises(Complaint, match="did not come"):
        names(master, other)


def test_the_key_is_read_in_both_of_its_forms(master: Master, tmp_path: Path) -> None:
    line = tmp_path / "line"
    line.write_text(f"hmac-sha256:sweep:{SECRET}\n")
    assert tsig_key(line) == tsig_key(master.key)


@pytest.mark.parametrize("text", ("", "sweep", "key sweep { secret x; };", "md5:sweep:%%%"))
def test_a_file_without_a_key_is_refused_and_not_shown(tmp_path: Path, text: str) -> None:
    path = tmp_path / "key"
    path.write_text(text)
    with pytest.raises(Complaint, match="holds no TSIG key"):
        tsig_key(path)


@pytest.mark.parametrize(
    "url", ("axfr://", "axfr://127.0.0.1", "axfr://127.0.0.1/", "axfr://a:b@127.0.0.1/z")
)
def test_an_address_that_names_no_zone_is_refused(url: str) -> None:
    with (
        pytest.raises(Complaint, match="is no zone"),
        transferred(url, network=Network(confined=True), key_file=None),
    ):
        pass
