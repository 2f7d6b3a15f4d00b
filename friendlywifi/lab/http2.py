"""HTTP/2 on the server's side (RFC 9113): the first request of a connection is answered, and that is all."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import ConnectionTerminated, DataReceived, Event, RequestReceived, StreamEnded
from h2.exceptions import H2Error

from friendlywifi.lab.listener import Stream
from friendlywifi.lab.pages import LIMIT, Request, Response

_FRAME = 16 * 1024
"""Octets of content that everybody takes in one frame (RFC 9113, 4.2)."""


async def serve_one(stream: Stream, answer: Callable[[Request, bytes], Awaitable[Response]]) -> None:
    """Answers one request. A visitor who speaks no HTTP/2 is left."""
    connection = H2Connection(H2Configuration(client_side=False, header_encoding="latin-1"))
    connection.initiate_connection()
    asked: list[Request] = []
    body = bytearray()
    try:
        while True:
            await stream.write(connection.data_to_send())
            data = await stream.read()
            if not data:
                return
            for event in connection.receive_data(data):
                number = _take(event, connection, asked, body)
                if number is not None:
                    _respond(connection, number, await answer(asked[0], bytes(body)), asked[0].method)
                    # So that nobody puts another request on this connection (RFC 9113, 6.8).
                    connection.close_connection()
                    await stream.write(connection.data_to_send())
                    return
                if isinstance(event, ConnectionTerminated) or len(body) > LIMIT:
                    return
    except H2Error:
        return


def _take(event: Event, connection: H2Connection, asked: list[Request], body: bytearray) -> int | None:
    """Takes in what came of the first request; its stream's number once it is whole."""
    match event:
        case RequestReceived() if not asked:
            asked.append(_request({str(name): str(value) for name, value in event.headers}))
        case DataReceived():
            body += event.data
            connection.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
        case StreamEnded():
            return event.stream_id
    return None


def _request(fields: dict[str, str]) -> Request:
    path, _, query = fields.get(":path", "/").partition("?")
    return Request(
        method=fields.get(":method", ""), path=path, host=fields.get(":authority", "").lower(), query=query
    )


def _respond(connection: H2Connection, number: int, response: Response, method: str) -> None:
    body = response.body.encode("utf-8") if isinstance(response.body, str) else response.body
    shown = b"" if method == "HEAD" else body[:_FRAME]
    fields = [
        (":status", str(response.status)),
        ("server", "friendlywifi-lab"),
        *((name.lower(), value) for name, value in response.headers),
        ("content-type", response.kind),
        ("content-length", str(len(body[:_FRAME]))),
    ]
    connection.send_headers(number, fields, end_stream=not shown)
    if shown:
        connection.send_data(number, shown, end_stream=True)
