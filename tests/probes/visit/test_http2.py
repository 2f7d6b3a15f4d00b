"""A response over HTTP/2, from an honest server and from one that sends whatever it likes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import pytest
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.errors import ErrorCodes
from h2.events import RequestReceived, StreamEnded
from hpack import Encoder
from hyperframe.frame import (
    ContinuationFrame,
    DataFrame,
    Frame,
    GoAwayFrame,
    HeadersFrame,
    PingFrame,
    RstStreamFrame,
    SettingsFrame,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from probes import failure
from probes.network import Budgets
from probes.records import Ask, Kind, Question
from probes.visit.http import Response, wire_limit
from probes.visit.http2 import fetch_over_http2
from probes.visit.tcp import CHUNK

BUDGETS = Budgets(body=4096, headers=2048)
OK = Encoder().encode([(":status", "200"), ("content-type", "text/plain")])


@dataclass
class Wire:
    """A connection whose other side says `said` whatever it hears, and then closes."""

    said: bytes
    heard: bytearray = field(default_factory=bytearray)
    given: int = 0

    async def send(self, data: bytes) -> None:
        self.heard += data

    async def receive(self) -> bytes:
        data = self.said[self.given : self.given + CHUNK]
        self.given += len(data)
        return data


def response(ask: Ask = Ask.GET, path: str = "/") -> Response:
    question = Question(id="q", kind=Kind.CONTROL, subject="site.lab.example", ask=ask, path=path)
    return Response(question=question, budgets=BUDGETS)


def fetched(*frames: Frame | bytes) -> tuple[str | None, Response, Wire]:
    said = b"".join(item if isinstance(item, bytes) else item.serialize() for item in frames)
    wire, got = Wire(said), response()
    return asyncio.run(fetch_over_http2(wire, got)), got, wire


def headers(block: bytes = OK, *flags: str) -> HeadersFrame:
    return HeadersFrame(1, block, flags=["END_HEADERS", *flags])


def test_an_honest_server_is_asked_as_the_specification_says_and_its_answer_is_read() -> None:
    server = H2Connection(H2Configuration(client_side=False, header_encoding="utf-8"))
    server.initiate_connection()
    asked: list[tuple[str, str]] = []

    class Server(Wire):
        async def send(self, data: bytes) -> None:
            for event in server.receive_data(data):
                if isinstance(event, RequestReceived):
                    asked.extend((str(name), str(value)) for name, value in event.headers)
                if isinstance(event, StreamEnded):
                    server.send_headers(1, [(":status", "103"), ("link", "</style>")])
                    server.send_headers(1, [(":status", "200"), ("server", "one")])
                    server.send_data(1, b"a page of ", end_stream=False)
                    server.send_data(1, b"two frames", end_stream=True)
            self.said += server.data_to_send()

    got = response(path="/where?it=is#there")
    assert asyncio.run(fetch_over_http2(Server(b""), got)) is None
    assert (got.status, got.headers, bytes(got.body)) == (200, (("server", "one"),), b"a page of two frames")
    assert asked[:4] == [
        (":method", "GET"),
        (":scheme", "https"),
        (":authority", "site.lab.example"),
        (":path", "/where?it=is"),
    ]
    assert not {"host", "connection"} & {name for name, _ in asked}


def test_a_body_beyond_the_cap_is_cut_off_and_said_to_be() -> None:
    failed, got, wire = fetched(SettingsFrame(0), headers(), *(DataFrame(1, bytes(1024)) for _ in range(100)))
    assert (failed, got.truncated, len(got.body)) == (None, True, BUDGETS.body)
    assert wire.given < len(wire.said)


def test_a_window_is_opened_again_so_that_a_long_body_comes_whole() -> None:
    """65,535 octets is all that a server may send unless it is told that they were read (RFC 9113, 6.9.2)."""
    patient = response()
    patient.budgets = Budgets()
    frames = [SettingsFrame(0), headers(), *(DataFrame(1, bytes(16000)) for _ in range(4))]
    wire = Wire(b"".join(item.serialize() for item in (*frames, DataFrame(1, b"end", flags=["END_STREAM"]))))
    assert asyncio.run(fetch_over_http2(wire, patient)) is None
    assert len(patient.body) == 64003
    # A WINDOW_UPDATE (type 8) went out.
    assert b"\x00\x00\x04\x08" in bytes(wire.heard)


@pytest.mark.parametrize(
    "frames",
    (
        (SettingsFrame(0), GoAwayFrame(0, last_stream_id=0, error_code=ErrorCodes.HTTP_1_1_REQUIRED)),
        (SettingsFrame(0), RstStreamFrame(1, error_code=ErrorCodes.REFUSED_STREAM)),
        (SettingsFrame(0), headers(Encoder().encode([(":status", "no number")]))),
        (SettingsFrame(0), headers(Encoder().encode([("server", "no status")]))),
        (SettingsFrame(0), DataFrame(1, b"no head")),
        (SettingsFrame(0), headers(b"\xff" * 64)),
        (SettingsFrame(0), ContinuationFrame(1, b"of nothing")),
        (b"\xff\xff\xff" + bytes(1000),),
    ),
)
def test_what_is_no_answer_is_a_failure_of_http(frames: tuple[Frame | bytes, ...]) -> None:
    failed, got, _ = fetched(*frames)
    assert failed == failure.HTTP_FAILED
    assert not got.complete


@pytest.mark.parametrize(
    "frames",
    (
        (),
        (SettingsFrame(0),),
        (SettingsFrame(0), headers(), DataFrame(1, b"a")),
        # Its first octets are read as the size of a frame that never comes whole.
        (b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n<p>blocked</p>",),
    ),
)
def test_a_connection_that_ends_early_is_told_from_a_whole_answer(frames: tuple[Frame | bytes, ...]) -> None:
    failed, got, _ = fetched(*frames)
    assert (failed, got.complete) == (failure.EOF, False)


@pytest.mark.parametrize(
    "endless",
    (
        lambda: PingFrame(0, b"12345678"),
        lambda: SettingsFrame(0, {SettingsFrame.INITIAL_WINDOW_SIZE: 1}),
        lambda: Frame.parse_frame_header(memoryview(b"\x00\x00\x00\xee\x00\x00\x00\x00\x00"))[0],
    ),
)
def test_what_never_comes_to_an_answer_is_a_flood(endless: Callable[[], Frame]) -> None:
    one = endless().serialize()
    failed, _, wire = fetched(one * (2 * wire_limit(BUDGETS) // len(one)))
    assert failed == failure.HTTP_FAILED
    assert wire.given <= wire_limit(BUDGETS) + CHUNK


def test_a_head_that_unpacks_to_more_than_is_allowed_is_refused() -> None:
    """One octet repeats a field that was sent once: 20 of them are 22 KiB of headers (RFC 7541, 7.3)."""
    encoder = Encoder()
    block = encoder.encode([(":status", "200"), ("a" * 100, "b" * 1000)])
    failed, got, _ = fetched(SettingsFrame(0), headers(block + bytes([0x80 | 62]) * 20))
    assert (failed, got.status) == (failure.HTTP_FAILED, None)


def _frame(number: int, flags: int, stream: int, body: bytes) -> bytes:
    return len(body).to_bytes(3, "big") + bytes([number, flags]) + stream.to_bytes(4, "big") + body


blocks = st.builds(
    Encoder().encode,
    st.lists(
        st.tuples(
            st.sampled_from([":status", "content-length", "connection", ":path", "x"]),
            st.sampled_from(["200", "103", "0", "-1", "", "\u0661\u0662\u0663"]),
        ),
        max_size=5,
    ),
)
frames = st.builds(
    _frame,
    st.integers(0, 12),
    st.integers(0, 255),
    st.sampled_from([0, 1, 1, 1, 2, 3, 2**31 - 1]),
    st.one_of(st.binary(max_size=64), blocks),
)
sensible = st.sampled_from(
    [SettingsFrame(0).serialize(), headers().serialize(), DataFrame(1, b"body").serialize()]
)


@settings(max_examples=300)
@given(st.lists(st.one_of(frames, sensible), max_size=12), st.binary(max_size=40))
def test_no_sequence_of_frames_brings_it_down(said: Iterable[bytes], rest: bytes) -> None:
    failed, got, _ = fetched(*said, rest)
    assert failed in (None, failure.EOF, failure.HTTP_FAILED)
    assert (failed is None) == (got.complete or got.truncated)
    assert len(got.body) <= BUDGETS.body
    got.facts()
