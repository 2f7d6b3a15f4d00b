"""dnsdist, as providers put it before their resolvers: spoofed, refused, dropped and truncated answers."""

from __future__ import annotations

from tests.conftest import require_server
from tests.real import world
from tests.real.filters.firewall import Start
from tests.real.filters.resolver import addresses, serve
from tests.real.scenario import Names
from tests.real.site import Site

_ACTIONS = {
    "spoof": 'SpoofAction({"0.0.0.0", "::"})',
    "spoof_a": 'SpoofAction("10.10.34.34")',
    "page": f'SpoofAction({{"{world.BLOCKPAGE[0]}", "{world.BLOCKPAGE[1]}"}})',
    "alias": 'SpoofCNAMEAction("blocked.provider.example.")',
    "nxdomain": "RCodeAction(DNSRCode.NXDOMAIN)",
    "refused": "RCodeAction(DNSRCode.REFUSED)",
    "servfail": "RCodeAction(DNSRCode.SERVFAIL)",
    "drop": "DropAction()",
    "truncate": "TCAction()",
}


def actions(made: Site, names: Names) -> None:
    """One action for each group that is named by one."""
    rules = []
    for label, action in _ACTIONS.items():
        if label in names:
            listed = ", ".join(f'"{name}."' for name in names[label])
            rules.append(f"addAction({{ {listed} }}, {action})")
    _start(made, rules)


def limited(questions: int, *, over: str = "DropAction()") -> Start:
    """No more than so many questions a second from one client; the others are dropped, or as it is said."""
    rules = [f"addAction(MaxQPSIPRule({questions}), {over})"]
    return lambda made, _names: _start(made, rules)


def _start(made: Site, rules: list[str]) -> None:
    directory = made.folder("dnsdist")
    first, *more = addresses(made)
    lines = [f'setLocal("{first}:53")', *(f'addLocal("[{address}]:53")' for address in more)]
    lines += [
        'setACL({"0.0.0.0/0", "::/0"})',
        f'newServer({{ address = "{world.UPSTREAM}", healthCheckMode = "up" }})',
    ]
    config = directory / "dnsdist.conf"
    config.write_text("\n".join([*lines, *rules]) + "\n", "utf-8")
    serve(
        made,
        [require_server("dnsdist"), "--supervised", "--disable-syslog", "-C", str(config)],
        directory=directory,
    )
