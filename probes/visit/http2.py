"""One request over HTTP/2 (RFC 9113), where the handshake agreed on it: one connection, one stream.

It fills the same response as HTTP/1.1 does, under the same limits. Every octet that came over the wire
counts, so that pings, settings and pushes without end are a flood too.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterator

import h11
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import (
    ConnectionTerminated,
    DataReceived,
    Event,
    ResponseReceived,
    StreamEnded,
    StreamReset,
)
from h2.exceptions import H2Error
from h2.settings import SettingCodes, Settings

from probes import failure
from probes.failure import name_failure
from probes.visit.http import Response, wire_limit
from probes.visit.tcp import Stream, TooMuchError

HTTP2 = "h2"
"""What the handshake calls it (RFC 9113, 3.2)."""

_OF_THE_CONNECTION = frozenset({b"host", b"connection"})
"""`:authority` says the one, and a connection's own fields are forbidden (RFC 9113, 8.2.2)."""


async def fetch_over_http2(stream: Stream, response: Response) -> str | None:
    """Asks, and fills the response. Gives OONI's failure or `None`; the deadline is the caller's."""
    connection = _connection(response)
    try:
        head, content = response.request()
        number = connection.get_next_available_stream_id()
        connection.send_headers(number, list(_fields(head)), end_stream=not content)
        if content:
            connection.send_data(number, content, end_stream=True)
    except (h11.LocalProtocolError, H2Error, ValueError) as error:
        # A name or a path that no request can carry.
        return name_failure(error)
    left = wire_limit(response.budgets)
    try:
        while not response.complete and not response.truncated:
            await stream.send(connection.data_to_send())
            data = await stream.receive()
            left -= len(data)
            if not data:
                return failure.EOF
            if left < 0 or not _taken(connection.receive_data(data), connection, response):
                return failure.HTTP_FAILED
    except (H2Error, TooMuchError):
        return failure.HTTP_FAILED
    except OSError as error:
        # An alert in place of an answer is not a handshake that failed: that one is over.
        return failure.HTTP_FAILED if isinstance(error, ssl.SSLError) else name_failure(error)
    return None


def _connection(response: Response) -> H2Connection:
    connection = H2Connection(H2Configuration(client_side=True, header_encoding=None))
    settings: dict[SettingCodes, int] = {
        SettingCodes.ENABLE_PUSH: 0,
        SettingCodes.MAX_CONCURRENT_STREAMS: 1,
        SettingCodes.MAX_HEADER_LIST_SIZE: response.budgets.headers,
    }
    connection.local_settings = Settings(client=True, initial_values=settings)
    # A server need not heed what it is told; the decoder does, from its first octet on.
    connection.decoder.max_header_list_size = response.budgets.headers
    connection.initiate_connection()
    return connection


def _fields(head: h11.Request) -> Iterator[tuple[bytes, bytes]]:
    """Of a request in the form of HTTP/1.1 what HTTP/2 says (RFC 9113, 8.3.1)."""
    fields = [(name.lower(), value) for name, value in head.headers]
    yield b":method", head.method
    yield b":scheme", b"https"
    yield b":authority", next(value for name, value in fields if name == b"host")
    yield b":path", head.target
    yield from (field for field in fields if field[0] not in _OF_THE_CONNECTION)


def _taken(events: list[Event], connection: H2Connection, response: Response) -> bool:
    """Takes in what came; False where the other side ended it before the response was whole."""
    for event in events:
        match event:
            case ResponseReceived():
                headers = [
                    (bytes(name).decode("latin-1"), bytes(value).decode("latin-1"))
                    for name, value in event.headers
                ]
                status = next((value for name, value in headers if name == ":status"), "")
                if len(status) != 3 or not (status.isascii() and status.isdigit()):
                    return False
                response.status = int(status)
                response.headers = tuple(item for item in headers if not item[0].startswith(":"))
            case DataReceived():
                response.take(event.data)
                connection.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
            case StreamEnded():
                response.complete = True
            case StreamReset() | ConnectionTerminated():
                return response.complete
    return True
