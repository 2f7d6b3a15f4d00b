"""A response policy zone straight from the server that holds it: AXFR (RFC 5936), signed with TSIG.

It is written to a file first and swept from there: a sweep takes hours, and no server waits so long.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final, cast
from urllib.parse import urlsplit

import dns.exception
import dns.name
import dns.query
import dns.rdatatype
import dns.tsig

from friendlywifi import files
from friendlywifi.complaint import Complaint
from probes.network import Network

WITHIN: Final = 30.0
"""Seconds for each message of a transfer."""
_BIND = re.compile(
    r'key\s+"?(?P<name>[^"\s{]+)"?\s*\{\s*algorithm\s+"?(?P<algorithm>[\w-]+)"?\s*;'
    r'\s*secret\s+"?(?P<secret>[A-Za-z0-9+/=]+)"?\s*;'
)
_DIG = re.compile(r"(?P<algorithm>[\w-]+):(?P<name>[^:\s]+):(?P<secret>[A-Za-z0-9+/=]+)")


@contextmanager
def transferred(url: str, *, network: Network, key_file: Path | None) -> Iterator[BinaryIO]:
    """A file with the records of the zone, one on each line. Complains of what did not come whole."""
    server, zone = _place(url, network)
    keyring = tsig_key(key_file) if key_file is not None else None
    with tempfile.TemporaryFile() as file:
        try:
            messages = dns.query.xfr(
                server[0],
                zone,
                port=server[1],
                timeout=WITHIN,
                relativize=False,
                keyring={keyring.name: keyring} if keyring else None,
                keyname=keyring.name if keyring else None,
                keyalgorithm=keyring.algorithm if keyring else dns.tsig.default_algorithm,
            )
            for message in messages:
                for rrset in message.answer:
                    kind = dns.rdatatype.to_text(rrset.rdtype)
                    for rdata in rrset:
                        file.write(f"{rrset.name} {rrset.ttl} IN {kind} {rdata.to_text()}\n".encode())
        except (dns.exception.DNSException, EOFError, OSError) as error:
            why = getattr(error, "strerror", None) or str(error) or type(error).__name__
            raise Complaint(f"the zone {zone} did not come from {url}: {why}") from None
        file.seek(0)
        yield cast("BinaryIO", file)


def _place(url: str, network: Network) -> tuple[tuple[str, int], dns.name.Name]:
    try:
        parts = urlsplit(url)
        zone = dns.name.from_text(parts.path.strip("/"))
        host, port = parts.hostname or "", parts.port or 53
    except (ValueError, dns.exception.DNSException):
        raise Complaint(f"{url} is no zone: write axfr://ADDRESS/ZONE") from None
    if not host or zone == dns.name.root or parts.username is not None:
        raise Complaint(f"{url} is no zone: write axfr://ADDRESS/ZONE")
    way = network.way(host, port)
    if way is None:
        raise Complaint(f"{url} is not reached from here")
    return way, zone


def tsig_key(path: Path) -> dns.tsig.Key:
    """The key of a file as `tsig-keygen` writes it, or of one line as `dig -y` takes it (RFC 8945)."""
    text = files.read_text(path, what="the TSIG key")
    found = _BIND.search(text) or _DIG.fullmatch(text.strip())
    none = Complaint(f"{path} holds no TSIG key: it takes what tsig-keygen writes")
    if found is None:
        raise none
    try:
        return dns.tsig.Key(found["name"], found["secret"], dns.name.from_text(found["algorithm"]))
    except (ValueError, dns.exception.DNSException):
        raise none from None
