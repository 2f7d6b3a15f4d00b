"""Measurements in OONI's shape: fields and types as its data formats say; no name that must not be told."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from friendlywifi.complaint import Complaint
from friendlywifi.evidence.redact import keyed_name, secret_names
from friendlywifi.formats import ooni
from friendlywifi.reporting.account import of_reports
from friendlywifi.reporting.collecting import collect
from friendlywifi.reporting.command import Wish, run
from friendlywifi.reporting.forms import Form
from friendlywifi.reporting.report import Report
from tests.friendlywifi.evidence.made import Made, measure

KEY = b"k" * 32
NULL = type(None)

BASE = {
    "annotations": dict,
    "data_format_version": str,
    "input": str,
    "measurement_start_time": str,
    "probe_asn": str,
    "probe_cc": str,
    "probe_ip": str,
    "report_id": str,
    "resolver_asn": str,
    "resolver_ip": str,
    "resolver_network_name": str,
    "software_name": str,
    "software_version": str,
    "test_keys": dict,
    "test_name": str,
    "test_runtime": float,
    "test_start_time": str,
    "test_version": str,
}
"""df-000."""
QUERY = {
    "answers": list,
    "engine": str,
    "failure": (str, NULL),
    "hostname": str,
    "query_type": str,
    "raw_response": (str, NULL),
    "rcode": (int, NULL),
    "resolver_address": str,
    "resolver_hostname": NULL,
    "resolver_port": NULL,
    "t0": float,
    "t": float,
    "transaction_id": int,
}
"""df-002."""
CONNECT = {"ip": str, "port": int, "status": dict, "t0": float, "t": float}
"""df-005."""
HANDSHAKE = {
    "address": str,
    "cipher_suite": str,
    "failure": (str, NULL),
    "negotiated_protocol": str,
    "no_tls_verify": bool,
    "peer_certificates": list,
    "server_name": str,
    "t0": float,
    "t": float,
    "tags": list,
    "tls_version": str,
    "transaction_id": int,
}
"""df-006."""
ENGINES = {"unknown", "udp", "tcp", "dot", "doh"}


def require(value: dict[str, Any], fields: dict[str, Any]) -> None:
    assert set(fields) <= set(value)
    for name, kind in fields.items():
        assert isinstance(value[name], kind), (name, value[name])


@pytest.fixture
def bundle(cafe: Made, tmp_path: Path) -> Path:
    path = tmp_path / "bundle.zip"
    path.write_bytes(cafe.data)
    return path


def measured(bundle: Path, key: bytes | None) -> list[dict[str, Any]]:
    data = ooni.render(collect((str(bundle),)), key=key)
    return [json.loads(item) for item in data.splitlines()]


@pytest.mark.parametrize("key", (KEY, None), ids=("hashed", "revealed"))
def test_every_line_has_the_fields_and_types_of_the_data_formats(bundle: Path, key: bytes | None) -> None:
    seen = {"queries": 0, "tcp_connect": 0, "tls_handshakes": 0}
    for item in measured(bundle, key):
        require(item, BASE)
        assert all(isinstance(value, str) for value in item["annotations"].values())
        start = datetime.strptime(item["measurement_start_time"], "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
        assert start.year == 2026
        keys = item["test_keys"]
        for query in keys["queries"]:
            require(query, QUERY)
            assert query["engine"] in ENGINES
            assert 0 <= query["t0"] <= query["t"]
            for answer in query["answers"]:
                assert answer["answer_type"] in ("A", "AAAA", "CNAME", "SOA", "HTTPS", "NS", "TXT")
                assert isinstance(answer["ttl"], int | NULL)
        for connect in keys["tcp_connect"]:
            require(connect, CONNECT)
            assert connect["status"]["success"] is (connect["status"]["failure"] is None)
        for handshake in (*keys["tls_handshakes"], *keys["quic_handshakes"]):
            require(handshake, HANDSHAKE)
            for certificate in handshake["peer_certificates"]:
                assert certificate["format"] == "base64"
                assert base64.b64decode(certificate["data"], validate=True)[:1] == b"\x30"
        for name in seen:
            seen[name] += len(keys[name])
    assert all(seen.values()), seen


def test_what_was_tried_over_quic_stands_apart_from_tls_over_tcp(tmp_path: Path) -> None:
    (tmp_path / "hostel.zip").write_bytes(measure("quic-forgotten").data)
    opened = 0
    for keys in (item["test_keys"] for item in measured(tmp_path / "hostel.zip", None)):
        for handshake in keys["quic_handshakes"]:
            assert handshake["negotiated_protocol"] == ("" if handshake["failure"] else "h3")
            opened += handshake["failure"] is None
        if keys["quic_handshakes"]:
            assert all(item["failure"] for item in keys["tls_handshakes"])
    assert opened >= 20


def test_it_is_a_test_of_our_own(bundle: Path) -> None:
    assert {item["test_name"] for item in measured(bundle, KEY)} == {"friendly_wifi"}
    assert len({item["report_id"] for item in measured(bundle, KEY)}) == 1


def test_there_is_one_measurement_for_each_target_that_was_asked(bundle: Path, cafe: Made) -> None:
    names = [item["input"] for item in measured(bundle, None)]
    assert names == [item.name for item in cafe.checked.plan.targets if item.name in set(names)]
    assert {item.target for item in cafe.checked.judgement.verdicts} <= set(names)


def test_names_that_must_be_blocked_are_keyed_hashes_and_nothing_gives_them_away(
    bundle: Path, cafe: Made
) -> None:
    data = ooni.render(collect((str(bundle),)), key=KEY).decode()
    secret = secret_names(cafe.bundle.contents)
    assert len(secret) > 20
    assert not [name for name in secret if name in data]
    for item in map(json.loads, data.splitlines()):
        if item["input"].endswith(".redacted.invalid"):
            keys = item["test_keys"]
            assert not any(query["answers"] or query["raw_response"] for query in keys["queries"])
            assert not any(connect["ip"] for connect in keys["tcp_connect"])
            handshakes = (*keys["tls_handshakes"], *keys["quic_handshakes"])
            assert not any(shake["peer_certificates"] or shake["address"] for shake in handshakes)
    assert {keyed_name(KEY, name) for name in secret} <= {item["input"] for item in measured(bundle, KEY)}


def test_times_add_up_to_when_it_happened(bundle: Path, cafe: Made) -> None:
    item = measured(bundle, None)[0]
    asked = {question.id for question in cafe.checked.plan.questions if question.subject == item["input"]}
    first = min(seen.started for seen in cafe.checked.observations if seen.question_id in asked)
    start = datetime.strptime(item["measurement_start_time"], "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
    told = start.timestamp() + min(query["t0"] for query in item["test_keys"]["queries"])
    assert told == pytest.approx(first.timestamp(), abs=1e-5)


def test_a_bare_report_holds_no_measurement(report: Report) -> None:
    with pytest.raises(Complaint, match="needs the bundle"):
        ooni.render(of_reports((report,)), key=KEY)


def test_one_key_serves_all_reports_of_a_machine(
    bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FRIENDLYWIFI_STATE", str(tmp_path / "state"))
    out = tmp_path / "out.jsonl"
    for _ in range(2):
        run(Wish(named=(str(bundle),), form=Form.OONI, output=out))
        found = {json.loads(line)["input"] for line in out.read_bytes().splitlines()}
        assert len([name for name in found if name.endswith(".redacted.invalid")]) > 20
    assert (tmp_path / "state" / "names.key").stat().st_mode & 0o077 == 0
    run(Wish(named=(str(bundle),), form=Form.OONI, output=out, reveal=True))
    assert b"redacted.invalid" not in out.read_bytes()
    with pytest.raises(Complaint, match="csv, jsonl, junit and ooni"):
        run(Wish(named=(str(bundle),), form=Form.HTML, reveal=True))
