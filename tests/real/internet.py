"""The namespace that is the Internet: public resolvers, origins and portal probes, each at its address."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Iterator
from pathlib import Path

import dns.exception
import dns.message
import dns.query
import dns.rdatatype

from friendlywifi.lab.probehosts import PROBE_HOSTS
from probes.encrypted import encrypted_resolvers
from probes.foreign import ResolverKind
from probes.network import endpoint
from tests.conftest import require_server
from tests.real import world
from tests.real.namespaces import Namespace, connects
from tests.real.quicserver import DOQ_PORT, service, serving


def resolve(address: str, name: str, *, port: int = 53, timeout: float = 0.5) -> tuple[str, ...] | None:
    """The IPv4 addresses that a resolver gives for a name; `None`: it says nothing."""
    try:
        answer = dns.query.udp(dns.message.make_query(name, "A"), address, port=port, timeout=timeout)
    except (dns.exception.DNSException, OSError):
        return None
    return tuple(str(item) for rrset in answer.answer for item in rrset if item.rdtype == dns.rdatatype.A)


@contextlib.contextmanager
def internet(directory: Path) -> Iterator[tuple[Namespace, world.Authorities]]:
    """The world beyond every gateway, running."""
    directory.mkdir(parents=True, exist_ok=True)
    authorities = world.Authorities.make()
    place = Namespace.make("world")
    try:
        place.ip(
            *(
                f"addr add {each} dev lo nodad" if ":" in each else f"addr add {each} dev lo"
                for each in world.addresses()
            )
        )
        with contextlib.ExitStack() as running:
            running.enter_context(_nginx(place, directory / "nginx", authorities))
            running.enter_context(_quic(place, directory / "quic", authorities))
            for kind in ResolverKind:
                running.enter_context(_resolvers(place, directory / kind.value, authorities, kind))
            yield place, authorities
    finally:
        place.remove()


# ------------------------------------------------------------------------------------------- resolvers


@contextlib.contextmanager
def _resolvers(
    place: Namespace, directory: Path, authorities: world.Authorities, kind: ResolverKind
) -> Iterator[None]:
    """One unbound behind all public resolvers of a kind: port 53, 853 and 443."""
    directory.mkdir(parents=True)
    addresses = world.resolver_addresses(kind)
    hosts = [host for item in encrypted_resolvers() for host in item.hosts]
    certificate = authorities.true.issue_cert(*addresses, *hosts)
    certificate.private_key_and_cert_chain_pem.write_to_path(str(directory / "resolver.pem"))
    # DNS over HTTPS is dnsdist's, which speaks both versions of HTTP; unbound speaks the second one only.
    listen = "".join(
        f"    interface: {address}@{port}\n"
        for address in addresses
        for port in ((53, 853, 443) if address in world.ONLY_HTTP2 else (53, 853))
    )
    config = directory / "unbound.conf"
    config.write_text(
        f"""server:
{listen}
    do-daemonize: no
    username: ""
    chroot: ""
    directory: "{directory}"
    pidfile: "{directory}/unbound.pid"
    use-syslog: no
    module-config: "iterator"
    num-threads: 1
    incoming-num-tcp: 60
    tls-port: 853
    https-port: 443
    tls-service-key: "{directory}/resolver.pem"
    tls-service-pem: "{directory}/resolver.pem"
    access-control: 0.0.0.0/0 allow
    access-control: ::/0 allow
    local-zone: "." static
    local-data: ". 30 IN SOA a.root.example. hostmaster.root.example. 1 1800 900 604800 30"
    local-data: ". 30 IN NS a.root.example."
    local-data: "a.root.example. 30 IN A {world.UPSTREAM}"
    local-data: "ipv4only.arpa. 30 IN A 192.0.0.170"
    local-data: "ipv4only.arpa. 30 IN A 192.0.0.171"
{_data(filtering=kind is ResolverKind.FILTERING)}
remote-control:
    control-enable: no
""",
        encoding="utf-8",
    )
    program = require_server("unbound")
    with (
        place.running(
            [program, "-d", "-c", str(config)],
            log=directory / "log",
            ready=lambda: resolve(addresses[0], "open-01.example") is not None,
        ),
        _https(place, directory, kind, backend=addresses[0]),
    ):
        yield


@contextlib.contextmanager
def _https(place: Namespace, directory: Path, kind: ResolverKind, *, backend: str) -> Iterator[None]:
    """Dnsdist before the encrypted resolvers of a kind: DNS over HTTPS on port 443."""
    pem = directory / "resolver.pem"
    addresses = [address for address in world.encrypted(kind) if address not in world.ONLY_HTTP2]
    paths = ", ".join(f'"{path}"' for path in dict.fromkeys(item.path for item in encrypted_resolvers()))
    lines = [
        f'setLocal("127.0.0.1:{5300 + list(ResolverKind).index(kind)}")',
        'setACL({"0.0.0.0/0", "::/0"})',
        f'newServer({{ address = "{backend}", healthCheckMode = "up" }})',
        *(
            f'addDOHLocal("{endpoint(address, 443)}", "{pem}", "{pem}", {{ {paths} }})'
            for address in addresses
        ),
    ]
    config = directory / "dnsdist.conf"
    config.write_text("\n".join(lines) + "\n", "utf-8")
    command = [require_server("dnsdist"), "--supervised", "--disable-syslog", "-C", str(config)]
    ready = functools.partial(connects, addresses[-1], 443)
    with place.running(command, log=directory / "dnsdist.log", ready=ready):
        yield


def _data(*, filtering: bool) -> str:
    """Every name of the world; a family resolver leads the ones it filters nowhere, by any type of record."""
    lines = []
    for item in (*world.names(), *world.dead()):
        sunk = filtering and not item.category.control
        ipv4, ipv6 = ("0.0.0.0", "::") if sunk else (item.ipv4, item.ipv6)
        if ipv4 is not None:
            lines.append(f"{item.name}. 30 IN A {ipv4}")
        if ipv6 is not None:
            lines.append(f"{item.name}. 30 IN AAAA {ipv6}")
        if not sunk and not item.category.control and item.alive:
            lines.append(f"{item.name}. 30 IN HTTPS {world.https_record(item)}")
    for host in PROBE_HOSTS:
        lines += [f"{host}. 30 IN A {world.PROBES[0]}", f"{host}. 30 IN AAAA {world.PROBES[1]}"]
    for name, places in world.elsewhere().items():
        lines += [f"{name}. 30 IN {'AAAA' if ':' in place else 'A'} {place}" for place in places]
    lines += [
        f"blocked.provider.example. 30 IN A {world.BLOCKPAGE[0]}",
        f"blocked.provider.example. 30 IN AAAA {world.BLOCKPAGE[1]}",
    ]
    return "".join(f'    local-data: "{line}"\n' for line in lines)


# ------------------------------------------------------------------------------------------------ quic


@contextlib.contextmanager
def _quic(place: Namespace, directory: Path, authorities: world.Authorities) -> Iterator[None]:
    """The sites speak HTTP/3, and the encrypted resolvers DNS over QUIC."""
    directory.mkdir(parents=True)
    sites = [address for pair in world.HOSTERS for address in pair]
    names = [item.name for item in world.names() if not item.category.control]
    services = [service(directory, authorities.true, names, protocol="h3", addresses=sites)]
    hosts = [host for item in encrypted_resolvers() for host in item.hosts]
    for kind in ResolverKind:
        made = directory / kind.value
        made.mkdir()
        addresses = world.encrypted(kind)
        services.append(
            service(
                made,
                authorities.true,
                [*addresses, *hosts],
                protocol="doq",
                addresses=addresses,
                backend=world.resolver_addresses(kind)[0],
            )
        )
    for family in ("ip", "ip6"):
        place.nft(
            f"""table {family} doq {{
  chain lead {{ type nat hook prerouting priority dstnat; udp dport 853 dnat to :{DOQ_PORT}; }}
}}
"""
        )
    with serving(place, directory, *services):
        yield


# --------------------------------------------------------------------------------------------- origins


@contextlib.contextmanager
def _nginx(place: Namespace, directory: Path, authorities: world.Authorities) -> Iterator[None]:
    """Every web server of the world: true pages, portal probes, and a provider's block page."""
    certificates = directory / "certificates"
    certificates.mkdir(parents=True)
    for item in world.names():
        made = authorities.true.issue_cert(item.name)
        made.private_key_and_cert_chain_pem.write_to_path(str(certificates / f"{item.name}.pem"))
    page = authorities.middlebox.issue_cert("blocked.provider.example")
    page.private_key_and_cert_chain_pem.write_to_path(str(directory / "blockpage.pem"))
    tokens = "".join(f'    {item.name} "the true page of {item.name}";\n' for item in world.names())
    config = directory / "nginx.conf"
    config.write_text(
        f"""daemon off;
user root;
worker_processes 1;
pid {directory}/nginx.pid;
error_log {directory}/error.log;
events {{ worker_connections 1024; }}
http {{
  access_log off;
  client_body_temp_path {directory}/body;
  proxy_temp_path {directory}/proxy;
  fastcgi_temp_path {directory}/fastcgi;
  uwsgi_temp_path {directory}/uwsgi;
  scgi_temp_path {directory}/scgi;
  default_type text/html;
  map $host $token {{
    default "a page";
{tokens}  }}
  server {{
{_listen(world.CONTROLS, *world.HOSTERS)}
    ssl_certificate {certificates}/$ssl_server_name.pem;
    ssl_certificate_key {certificates}/$ssl_server_name.pem;
    location / {{ return 200 "<html><body>$token</body></html>"; }}
  }}
  server {{
{_listen(world.BLOCKPAGE)}
    ssl_certificate {directory}/blockpage.pem;
    ssl_certificate_key {directory}/blockpage.pem;
    location / {{ return 200 "<html><body>This site is blocked by your provider.</body></html>"; }}
  }}
{_probes()}}}
""",
        encoding="utf-8",
    )
    with place.running(
        [require_server("nginx"), "-e", "stderr", "-p", str(directory), "-c", str(config)],
        log=directory / "log",
        ready=functools.partial(connects, world.CONTROLS[0], 443),
    ):
        yield


def _listen(*pairs: tuple[str, str]) -> str:
    return "".join(
        f"    listen {endpoint(address, 80)};\n    listen {endpoint(address, 443)} ssl;\n"
        for pair in pairs
        for address in pair
    )


def _probes() -> str:
    servers = []
    for host, paths in PROBE_HOSTS.items():
        locations = ""
        for path, (status, body) in paths.items():
            text = "" if status == 204 else f" '{body}'"
            locations += f"    location = {path} {{ return {status}{text}; }}\n"
        listen = "".join(f"    listen {endpoint(address, 80)};\n" for address in world.PROBES)
        servers.append(f"  server {{\n{listen}    server_name {host};\n{locations}  }}\n")
    return "".join(servers)
