"""`friendlywifi reminders`, as somebody at a keyboard meets it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import SMTP
from pathlib import Path

import pytest
import trustme
from typer.testing import CliRunner

from friendlywifi.app import app
from friendlywifi.complaint import Complaint
from friendlywifi.records import certificates, hotspots, outbox
from friendlywifi.records.database import open_records
from friendlywifi.records.outbox import State
from tests.friendlywifi.mail.cast import PASSWORD, Mailbox, issue, library, mail_server

ROOT = Path(__file__).parents[3]
NOW = datetime.now(UTC).replace(microsecond=0)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def ca(authority: trustme.CA, tmp_path: Path) -> Path:
    path = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return path


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with records in which one certificate ended twelve days ago, and one begins to end."""
    with open_records(tmp_path / "records.db") as records:
        for number, days in ((1, 12 + 365), (2, 345)):
            issued = NOW - timedelta(days=days)
            hotspots.add(records, library(number), now=issued, actor="the tests")
            issue(records, f"library-{number}", issued)
        certificates.by_the_clock(records, now=NOW)
    (tmp_path / "friendlywifi.toml").write_text(
        f'[records]\nfile = "{tmp_path / "records.db"}"\n', encoding="utf-8"
    )
    return tmp_path


def _with_mail(place: Path, port: int, ca: Path, *, more: str = "") -> None:
    password = place / "password"
    password.write_text(PASSWORD + "\n", encoding="utf-8")
    password.chmod(0o600)
    with (place / "friendlywifi.toml").open("a", encoding="utf-8") as file:
        file.write(
            f'[mail]\nhost = "localhost"\nport = {port}\nuser = "wifi"\npassword_file = "{password}"\n'
            f'ca_file = "{ca}"\nsender = "Friendly Wi-Fi <wifi@example.al>"\n{more}'
        )


@dataclass(frozen=True)
class Done:
    """What a command came to."""

    returncode: int
    stdout: str
    stderr: str


def _run(place: Path, *arguments: str, **environment: str) -> Done:
    """The command in this process; `test_send_sends_once…` runs it as a process of its own."""
    config = {"FRIENDLYWIFI_CONFIG": str(place / "friendlywifi.toml")}
    found = CliRunner().invoke(app, arguments, env={**config, **environment})
    if isinstance(found.exception, Complaint):
        return Done(int(found.exception.code), found.stdout, str(found.exception))
    if found.exception is not None and not isinstance(found.exception, SystemExit):
        raise found.exception
    return Done(found.exit_code, found.stdout, found.stderr)


def _process(place: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "friendlywifi", *arguments],
        check=False,
        capture_output=True,
        text=True,
        cwd=place,
        timeout=60,
        env={**os.environ, "PYTHONPATH": str(ROOT), "FRIENDLYWIFI_STATE": str(place / "state")},
    )


def test_due_shows_what_is_due_at_a_day_and_changes_nothing(place: Path) -> None:
    at = (NOW + timedelta(days=19)).strftime("%Y-%m-%d")
    done = _run(place, "reminders", "due", "--at", at, "--format", "json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    due = {item["hotspot"]: item for item in told["due"]}
    assert due["Biblioteka 2"]["days_left"] in (0, 1)
    assert set(due["Biblioteka 2"]["overtaken"]) >= {"before-90", "before-60", "before-30", "before-14"}
    assert [item["hotspot"] for item in told["next"]] == ["Biblioteka 2"]
    with open_records(place / "records.db") as records:
        assert outbox.every(records) == ()


def test_due_speaks_albanian_and_its_json_does_not(place: Path) -> None:
    english, albanian = (_run(place, "--lang", code, "reminders", "due") for code in ("en", "sq"))
    assert "reminder" in english.stdout
    assert "kujtes" in albanian.stdout
    assert "Çfarë vjen më pas" in albanian.stdout
    by_variable = _run(place, "reminders", "due", FRIENDLYWIFI_LANG="sq")
    assert "Çfarë vjen më pas" in by_variable.stdout
    structured = [
        _run(place, "--lang", code, "reminders", "due", "--at", "2026-11-22", "--format", "json").stdout
        for code in ("en", "sq")
    ]
    assert structured[0] == structured[1]


def test_a_dry_run_shows_the_letters_leaves_them_as_files_and_changes_nothing(
    place: Path, authority: trustme.CA, ca: Path
) -> None:
    mailbox = Mailbox()
    with mail_server(mailbox, authority) as port:
        _with_mail(place, port, ca)
        done = _run(place, "reminders", "send", "--dry-run", "-o", str(place / "letters"))
    assert done.returncode == 0, done.stderr
    assert "drita@example.al: Certifikata për “Biblioteka 1” përfundoi" in done.stdout
    assert "Nothing was sent and nothing was changed." in done.stdout
    assert mailbox.taken == []
    with open_records(place / "records.db") as records:
        assert outbox.every(records) == ()
    letters = list((place / "letters").glob("*.eml"))
    parsed = [message_from_bytes(path.read_bytes(), policy=SMTP) for path in letters]
    assert any("“Biblioteka 1”" in str(message["Subject"]) for message in parsed)


def test_send_sends_once_and_says_how_many(place: Path, authority: trustme.CA, ca: Path) -> None:
    mailbox = Mailbox()
    with mail_server(mailbox, authority) as port:
        _with_mail(place, port, ca)
        first = _process(place, "reminders", "send")
        again = _run(place, "reminders", "send")
    assert first.returncode == 0, first.stderr
    assert " sent." in first.stderr
    assert "0 letters were sent." in again.stderr
    assert set(mailbox.copies.values()) == {1}
    assert PASSWORD not in first.stdout + first.stderr


def test_what_is_refused_needs_a_person_who_can_send_it_again(
    place: Path, authority: trustme.CA, ca: Path
) -> None:
    mailbox = Mailbox(refused=frozenset({"drita@example.al"}))
    with mail_server(mailbox, authority) as port:
        _with_mail(place, port, ca)
        refused = _run(place, "reminders", "send")
        assert refused.returncode == 1
        shown = _run(place, "reminders", "due")
        assert shown.returncode == 1
        assert "550 5.1.1" in shown.stdout
        mailbox.refused = frozenset()
        with open_records(place / "records.db") as records:
            failed = outbox.every(records, State.FAILED)
        numbers = [part for item in failed for part in ("--again", str(item.id))]
        assert _run(place, "reminders", "send", *numbers).returncode == 0
        wrong = _run(place, "reminders", "send", "--again", str(failed[0].id))
    assert wrong.returncode == 2
    assert "neither failed nor is unknown" in wrong.stderr
    assert len(mailbox.taken) == len(failed)


def test_a_server_that_is_not_there_is_told_and_loses_nothing(
    place: Path, authority: trustme.CA, ca: Path
) -> None:
    with mail_server(Mailbox(), authority) as port:
        pass
    _with_mail(place, port, ca)
    done = _run(place, "reminders", "send")
    assert done.returncode == 3
    assert "What was not sent is kept" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("more", "sentence"),
    (
        ("", "host and sender under [mail]"),
        ('[mail]\nhost = "mail.example.al"\n', "sender under [mail]"),
        ('[mail]\nhost = "mail.example.al"\nsender = "nobody"\n', "is no mail address"),
        (
            '[mail]\nhost = "mail.example.al"\nsender = "a@example.al"\nsecurity = "none"\n',
            "is for a mail server on this machine",
        ),
        ('[mail]\nhost = "m.example"\nsender = "a@example.al"\nsecurity = "ssl"\n', "there is starttls, tls"),
        ('[mail]\nhost = "m.example"\nsender = "a@example.al"\nuser = "x"\n', "both, or neither"),
        (
            '[mail]\nhost = "m.example"\nsender = "a@b.al"\nuser = "x"\npassword_file = "{place}/open"\n',
            "chmod 600",
        ),
        (
            '[mail]\nhost = "m.example"\nsender = "a@example.al"\nwebhook = "http://chat.example/"\n',
            "must begin with https://",
        ),
    ),
)
def test_what_is_missing_or_wrong_is_one_sentence(place: Path, more: str, sentence: str) -> None:
    (place / "open").write_text("secret", encoding="utf-8")
    (place / "open").chmod(0o644)
    with (place / "friendlywifi.toml").open("a", encoding="utf-8") as file:
        file.write(more.format(place=place))
    done = _run(place, "reminders", "send")
    assert done.returncode == 2
    assert sentence in done.stderr
    assert "secret" not in done.stderr


def test_a_language_that_there_is_none_of_is_refused(place: Path) -> None:
    done = _run(place, "--lang", "xx", "reminders", "due")
    assert done.returncode == 2
    assert "en and" in done.stderr


def test_whoever_only_decides_is_told_that_nobody_is_reminded_from_there(tmp_path: Path) -> None:
    """A certificate is kept where it was decided, and its hotspot where it is watched."""
    with open_records(tmp_path / "records.db") as records:
        issue(records, "library-1", NOW - timedelta(days=350))
    (tmp_path / "friendlywifi.toml").write_text(
        f'[records]\nfile = "{tmp_path / "records.db"}"\n[mail]\nhost = "localhost"\n'
        'sender = "Friendly Wi-Fi <wifi@example.al>"\n',
        encoding="utf-8",
    )
    done = _run(tmp_path, "reminders", "due", "--format", "json")
    assert done.returncode == 1, done.stderr
    told = json.loads(done.stdout)
    assert (told["due"], told["next"]) == ([], [])
    assert "its hotspot is not in these records" in told["faults"][0]
    done = _run(tmp_path, "reminders", "send", "--dry-run")
    assert (done.returncode, "its hotspot is not in these records" in " ".join(done.stderr.split())) == (
        1,
        True,
    )
