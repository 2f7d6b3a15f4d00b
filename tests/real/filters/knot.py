"""Knot Resolver with its own policies, which say with an extended error (RFC 8914) what they do."""

from __future__ import annotations

from tests.conftest import require_server
from tests.real import world
from tests.real.filters.resolver import addresses, serve
from tests.real.scenario import Names
from tests.real.site import Site

_ACTIONS = {
    "deny": "policy.DENY",
    "deny_msg": "policy.DENY_MSG('This site is filtered here', kres.extended_error.FILTERED)",
    "refuse": "policy.REFUSE",
    "drop": "policy.DROP",
    "truncate": "policy.TC",
    "pass": "policy.PASS",
    "answer": "policy.ANSWER({ [kres.type.A] = { rdata = kres.str2ip('10.10.34.34'), ttl = 30 } }, true)",
}


def policies(made: Site, names: Names) -> None:
    """One action for each group that is named by one."""
    directory = made.folder("knot")
    listen = "".join(f"net.listen('{address}', 53, {{ kind = 'dns' }})\n" for address in addresses(made))
    rules = ""
    for label, action in _ACTIONS.items():
        if label in names:
            suffixes = ", ".join(f"todname('{name}.')" for name in names[label])
            rules += f"policy.add(policy.suffix({action}, {{ {suffixes} }}))\n"
    config = directory / "kresd.conf"
    config.write_text(
        f"""{listen}
cache.open(10 * MB, 'lmdb://{directory}/cache')
trust_anchors.remove('.')
{rules}
policy.add(policy.all(policy.STUB('{world.UPSTREAM}')))
""",
        encoding="utf-8",
    )
    serve(
        made,
        [require_server("kresd"), "--noninteractive", "-c", str(config), str(directory)],
        directory=directory,
    )
