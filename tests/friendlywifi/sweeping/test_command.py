"""`friendlywifi sweep` as an engineer meets it: tickets, comparisons, formats, files, exit codes."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import junitparser
import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from tests.probes.sweep.responder import Responder, by_label

Quick = Callable[..., "subprocess.CompletedProcess[str]"]
OPEN = "93.184.216.34"


def given(*resolvers: Responder) -> list[str]:
    words = [word for item in resolvers for word in ("--resolver", item.endpoint)]
    return [*words, "--authorised-by", "the tests", "--canary", "good.example", "--rate", "0", "--types", "A"]


@pytest.fixture
def order(tmp_path: Path) -> Path:
    path = tmp_path / "order.txt"
    path.write_text("".join(f"sink-{i}.example\n" for i in range(40)))
    return path


@pytest.fixture
def one() -> Iterator[Responder]:
    with Responder() as found:
        yield found


def leaking(*numbers: int) -> Callable[[str], str | None]:
    names = {f"sink-{number}.example" for number in numbers}
    return lambda name: OPEN if name in names else by_label(name)


def told(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("kept", ("db", "jsonl", "json"))
def test_one_leak_is_one_ticket_for_as_long_as_it_is_open(
    quick: Quick, order: Path, one: Responder, tmp_path: Path, kept: str
) -> None:
    def day(number: int, *leaks: int) -> dict[str, Any]:
        one.answer = leaking(*leaks)
        old = [] if number == 1 else ["--baseline", f"day{number - 1}.{kept}"]
        out = [] if kept == "json" else ["-o", f"day{number}.{kept}"]
        done = quick("sweep", order, *given(one), "--format", "json", *old, *out)
        if kept == "json":
            (tmp_path / f"day{number}.json").write_text(done.stdout)
        assert done.returncode == (1 if leaks else 0), done.stderr
        return told(done)

    first = day(1, 3, 5)
    assert first["changes"] is None
    ids = {item["name"]: item["id"] for item in first["listed"]}
    second = day(2, 5, 7)
    states = {item["name"]: item["state"] for item in second["listed"]}
    assert states == {"sink-5.example": "still", "sink-7.example": "opened"}
    assert {item["name"]: item["id"] for item in second["listed"]}["sink-5.example"] == ids["sink-5.example"]
    assert [(item["id"], item["now"]) for item in second["changes"]["closed"]] == [
        (ids["sink-3.example"], "blocked")
    ]
    since = {item["name"]: item["since"] for item in day(3, 5)["listed"]}
    assert since == {"sink-5.example": first["started"]}
    last = day(4)
    assert (last["changes"]["opened"], last["changes"]["still"], len(last["changes"]["closed"])) == (0, 0, 1)


def test_a_leak_of_which_nothing_can_be_told_today_stays_one_ticket(
    quick: Quick, order: Path, one: Responder
) -> None:
    def day(number: int, answer: Callable[[str], str | None]) -> dict[str, Any]:
        one.answer = answer
        old = [] if number == 1 else ["--baseline", f"day{number - 1}.db"]
        return told(quick("sweep", order, *given(one), "--format", "json", *old, "-o", f"day{number}.db"))

    day(1, leaking(3))
    failing = day(2, lambda name: "servfail" if name == "sink-3.example" else by_label(name))
    assert not failing["changes"]["closed"]
    assert [(item["name"], item["now"]) for item in failing["changes"]["unclear"]] == [
        ("sink-3.example", "inconclusive")
    ]
    again = day(3, leaking(3))
    assert [(item["state"], item["since"][:10]) for item in again["listed"]] == [
        ("still", failing["started"][:10])
    ]


def test_a_name_that_stands_on_the_list_twice_is_one_leak_and_can_be_followed(
    quick: Quick, order: Path, one: Responder
) -> None:
    one.answer = leaking(3)
    order.write_text(order.read_text() + "sink-3.example\n")
    quick("sweep", order, *given(one), "-o", "old.db")
    done = quick("sweep", order, *given(one), "--baseline", "old.db", "--format", "json")
    assert [item["state"] for item in told(done)["listed"]] == ["still"]
    assert (told(done)["changes"]["opened"], told(done)["changes"]["still"]) == (0, 1)


def test_a_name_that_is_on_the_list_no_more_closes_its_ticket(
    quick: Quick, order: Path, one: Responder
) -> None:
    one.answer = leaking(3)
    quick("sweep", order, *given(one), "-o", "old.db")
    order.write_text(order.read_text().replace("sink-3.example\n", ""))
    done = quick("sweep", order, *given(one), "--baseline", "old.db", "--format", "json")
    assert [item["now"] for item in told(done)["changes"]["closed"]] == ["not_asked"]
    assert done.returncode == 0


@pytest.mark.parametrize("text", ("", "\x00\x01 no name\n", "sink-1.example\n??? ???\n"))
def test_a_list_that_was_not_read_whole_closes_no_ticket(
    quick: Quick, order: Path, one: Responder, text: str
) -> None:
    one.answer = leaking(3)
    quick("sweep", order, *given(one), "-o", "old.db")
    order.write_text(text)
    done = quick("sweep", order, *given(one), "--baseline", "old.db", "-o", "new.db", "--format", "json")
    changes = told(done)["changes"]
    assert changes["closed"] == []
    assert [(item["name"], item["now"]) for item in changes["unclear"]] == [("sink-3.example", "not_asked")]
    assert done.returncode == 3
    # It is carried on, so that the next whole list finds it.
    order.write_text("sink-3.example\n")
    again = quick("sweep", order, *given(one), "--baseline", "new.db", "--format", "json")
    assert [item["state"] for item in told(again)["listed"]] == ["still"]


def test_a_list_without_a_name_is_told_as_such(quick: Quick, order: Path, one: Responder) -> None:
    order.write_text("\x00\x01 no name\n")
    done = quick("sweep", order, *given(one))
    said = " ".join(done.stdout.split())
    assert done.returncode == 3
    assert "holds no name that could be asked" in said
    assert "1 line of the list could not be read" in said
    assert "--list-format" in said


@pytest.mark.parametrize(
    ("name", "said"),
    (
        ("none.db", "does not exist"),
        ("bad.db", "is no database of a sweep"),
        ("bad.jsonl", "needs bad.jsonl.state beside it"),
        ("bad.json", "is none"),
    ),
)
def test_a_baseline_that_is_none_is_refused(
    quick: Quick, order: Path, one: Responder, name: str, said: str
) -> None:
    if name.startswith("bad"):
        order.with_name(name).write_text("{}")
    done = quick("sweep", order, *given(one), "--baseline", name)
    assert done.returncode == 2
    assert said in done.stderr


def test_a_sweep_that_is_finished_says_so_and_asks_nothing(quick: Quick, order: Path, one: Responder) -> None:
    for name in ("out.db", "out.jsonl"):
        assert quick("sweep", order, *given(one), "-o", name).returncode == 0
        one.asked.clear()
        done = quick("sweep", order, *given(one), "-o", name)
        assert done.returncode == 2
        assert "was finished at" in done.stderr
        assert not one.asked


def test_another_sweep_does_not_go_on_in_this_file(quick: Quick, order: Path, one: Responder) -> None:
    with Responder() as other:
        for name in ("out.db", "out.jsonl"):
            quick("sweep", order, *given(one), "-o", name)
            done = quick("sweep", order, *given(other), "-o", name)
            assert done.returncode == 2
            assert "holds another sweep (resolvers differs)" in done.stderr


def test_names_on_which_resolvers_differ_are_listed_with_where(
    quick: Quick, order: Path, one: Responder, tmp_path: Path
) -> None:
    with Responder() as two, Responder(answer=leaking(7)) as leaky:
        for name in ("out.db", "out.jsonl"):
            done = quick("sweep", order, *given(one, two, leaky), "--compare", "-o", name)
            assert "39 agree at every resolver, 1 differ" in done.stdout
            assert f"sink-7.example  A     blocked (2)  reachable at {leaky.endpoint}" in done.stdout
        with closing(sqlite3.connect(tmp_path / "out.db")) as kept:
            assert kept.execute("SELECT name, type, outcome, resolvers FROM differing").fetchall() == [
                ("sink-7.example", "A", "blocked", 2)
            ]
        lines = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert [line["differs"]["name"] for line in lines if "differs" in line] == ["sink-7.example"]


def test_what_is_denied_here_and_opens_there_differs(quick: Quick, order: Path, one: Responder) -> None:
    order.write_text("nxdomain-1.example\nservfail-2.example\nsink-3.example\n")

    def otherwise(name: str) -> str | None:
        return OPEN if not name.startswith("sink") else "0.0.0.0"

    with Responder(answer=otherwise) as opens:
        found = told(quick("sweep", order, *given(one, opens), "--format", "json"))
    assert (found["agree"], found["differ"], found["unclear"]) == (1, 1, 1)
    assert [item["name"] for item in found["differing"]] == ["nxdomain-1.example"]


def test_redacted_nothing_told_holds_a_name_and_one_leak_keeps_one_id(
    quick: Quick, order: Path, one: Responder, tmp_path: Path
) -> None:
    one.answer = leaking(3)
    ids = set()
    with Responder() as two:
        for form in ("json", "table", "junit", "openmetrics"):
            done = quick(
                "sweep",
                order,
                *given(one, two),
                "--redact",
                "key",
                "--leaks",
                "leaks.jsonl",
                "--format",
                form,
            )
            kept = (tmp_path / "leaks.jsonl").read_text()
            assert done.returncode == 1
            assert "sink-3" not in done.stdout + kept
            assert OPEN not in done.stdout + kept
            ids |= {json.loads(line)["id"] for line in kept.splitlines()}
    assert len(ids) == 1


def test_junit_has_a_case_for_each_leak_and_one_for_the_whole(
    quick: Quick, order: Path, one: Responder, tmp_path: Path
) -> None:
    one.answer = leaking(3, 4)
    done = quick("sweep", order, *given(one), "--format", "junit")
    suite = next(iter(junitparser.JUnitXml.fromstring(done.stdout.encode())))
    assert (suite.tests, suite.failures, suite.errors) == (3, 3, 0)
    assert [case.name for case in suite] == ["every name is blocked", "sink-3.example A", "sink-4.example A"]
    one.answer = lambda name: "servfail" if name == "sink-3.example" else by_label(name)
    undecided = quick("sweep", order, *given(one), "--format", "junit")
    assert undecided.returncode == 3
    (case,) = next(iter(junitparser.JUnitXml.fromstring(undecided.stdout.encode())))
    assert isinstance(case.result[0], junitparser.Error)


def test_metrics_are_openmetrics_and_name_no_name(quick: Quick, order: Path, one: Responder) -> None:
    one.answer = leaking(3)
    done = quick("sweep", order, *given(one), "--format", "openmetrics")
    parsed = text_string_to_metric_families(done.stdout)  # type: ignore[no-untyped-call]  # as it is shipped
    families = {family.name: family for family in parsed}
    answers = families["friendlywifi_sweep_answers"].samples
    assert {tuple(sorted(sample.labels)) for sample in answers} == {("outcome", "resolver", "type")}
    counts = {sample.labels["outcome"]: sample.value for sample in answers}
    assert (counts["blocked"], counts["reachable"]) == (39, 1)
    assert families["friendlywifi_sweep_last_success_timestamp_seconds"].samples[0].value > 1.7e9
    assert done.stdout.endswith("# EOF\n")
    assert "sink-3" not in done.stdout


@contextmanager
def listening(status: int = 200) -> Iterator[tuple[str, list[tuple[dict[str, str], dict[str, Any]]]]]:
    """A program that is called: its address, and what it was told."""
    heard: list[tuple[dict[str, str], dict[str, Any]]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            heard.append((dict(self.headers), json.loads(body)))
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/hook", heard
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_program_is_told_what_opened_and_closed_and_nothing_of_what_stays(
    quick: Quick, order: Path, one: Responder
) -> None:
    with listening() as (url, heard):
        for number, leaks in enumerate(((3,), (3,), (3, 5), ()), start=1):
            one.answer = leaking(*leaks)
            old = [] if number == 1 else ["--baseline", f"day{number - 1}.db"]
            quick("sweep", order, *given(one), *old, "-o", f"day{number}.db", "--webhook", url)
    assert [
        ([item["name"] for item in body["opened"]], [item["name"] for item in body["closed"]])
        for _, body in heard
    ] == [
        (["sink-3.example"], []),
        (["sink-5.example"], []),
        ([], ["sink-3.example", "sink-5.example"]),
    ]
    assert len({headers["Idempotency-Key"] for headers, _ in heard}) == 3


def test_a_program_that_cannot_be_told_changes_nothing_but_is_mentioned(
    quick: Quick, order: Path, one: Responder
) -> None:
    one.answer = leaking(3)
    with listening(status=500) as (url, _):
        done = quick("sweep", order, *given(one), "--webhook", url)
    assert done.returncode == 1
    assert "the webhook was not told: HTTP 500" in done.stderr


def test_a_program_elsewhere_is_called_by_https_only(quick: Quick, order: Path, one: Responder) -> None:
    done = quick("sweep", order, *given(one), "--webhook", "http://tickets.example/hook")
    assert done.returncode == 2
    assert "must begin with https://" in done.stderr
    assert not one.asked


@pytest.mark.parametrize("name", ("out.db", "out.jsonl"))
def test_a_full_disk_is_said_and_the_same_command_goes_on(
    cli: Quick, quick: Quick, tmp_path: Path, one: Responder, name: str
) -> None:
    names = [f"sink-{i}.example" for i in range(1200)]
    (tmp_path / "order.txt").write_text("\n".join(names))
    arguments = ["sweep", "order.txt", *given(one), "-o", name]
    arguments[arguments.index("--rate") + 1] = "600"
    full = cli(*arguments, before=("prlimit", f"--fsize={150_000}"))
    assert full.returncode == 2
    assert "cannot be written any further" in full.stderr
    assert "internal error" not in full.stderr
    done = quick(*arguments, "--format", "json")
    assert done.returncode == 0, done.stderr
    assert (told(done)["names"], told(done)["lanes"][0]["blocked"]) == (1200, 1200)


def test_a_file_that_was_begun_and_left_empty_is_begun_anew(
    quick: Quick, order: Path, one: Responder, tmp_path: Path
) -> None:
    for name in ("out.db", "out.jsonl"):
        (tmp_path / name).touch()
        assert quick("sweep", order, *given(one), "-o", name).returncode == 0


def test_a_line_that_cannot_be_read_is_no_pass(quick: Quick, order: Path, one: Responder) -> None:
    order.write_text(order.read_text() + "this is no name\n")
    done = quick("sweep", order, *given(one))
    assert done.returncode == 3
    assert "1 line of the list could not be read" in done.stdout


def test_who_may_be_cut_off_is_told_with_what_helps(quick: Quick, order: Path, one: Responder) -> None:
    one.answer = lambda name: OPEN if name.startswith("good") else "0.0.0.0"
    done = quick("sweep", order, *given(one))
    assert done.returncode == 3
    assert "it may be cut off" in " ".join(done.stdout.split())


def test_one_resolver_cannot_be_compared(quick: Quick, order: Path, one: Responder) -> None:
    assert quick("sweep", order, *given(one), "--compare").returncode == 2


def test_what_leads_to_the_providers_own_page_is_blocked(quick: Quick, order: Path, one: Responder) -> None:
    page = "203.0.114.7"
    one.answer = lambda name: by_label(name) if name.startswith("good") else page
    assert quick("sweep", order, *given(one)).returncode == 1
    done = quick("sweep", order, *given(one), "--block-page", page, "--format", "json")
    assert done.returncode == 0, done.stdout
    assert told(done)["mechanisms"] == [[f"dns/blockpage:{page}", 40]]
    assert quick("sweep", order, *given(one), "--block-page", "no page").returncode == 2


def test_help_says_what_a_sweep_is_and_is_not(quick: Quick) -> None:
    text = quick("sweep", "--help").stdout
    for word in ("By DNS only", "--baseline", "--tsig-key", "--block-page", "Exit code"):
        assert word in text


@pytest.mark.parametrize("kept", ("out.db", "out.jsonl"))
def test_what_a_sweep_leaves_of_names_is_for_the_eyes_of_its_owner(
    quick: Quick, order: Path, one: Responder, tmp_path: Path, kept: str
) -> None:
    one.answer = leaking(3)
    quick("sweep", order, *given(one), "-o", kept, "--leaks", "leaks.jsonl")
    modes = {item.name: item.stat().st_mode & 0o777 for item in tmp_path.iterdir() if item.is_file()}
    assert {modes[item] for item in modes if item.startswith(("out", "leaks"))} == {0o600}
    assert kept in modes
    assert "leaks.jsonl" in modes


def test_redacted_leaks_may_be_read_by_others(
    quick: Quick, order: Path, one: Responder, tmp_path: Path
) -> None:
    one.answer = leaking(3)
    quick("sweep", order, *given(one), "--leaks", "leaks.jsonl", "--redact", "names.key")
    assert (tmp_path / "leaks.jsonl").stat().st_mode & 0o777 == 0o644
