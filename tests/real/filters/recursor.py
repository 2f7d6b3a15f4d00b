"""PowerDNS Recursor with response policy zones that say with an extended error what they do."""

from __future__ import annotations

from tests.conftest import require_server
from tests.real import world
from tests.real.filters.policyzone import policy_zone
from tests.real.filters.resolver import addresses, serve
from tests.real.scenario import Names
from tests.real.site import Site

_EXPLAINED = {
    "explained": ("nxdomain", 15, "Blocked by the youth filter"),
    "censored": ("nodata", 16, "By order"),
    "filtered": ("drop", None, ""),
}
"""Groups that have a zone of their own: its policy, its code and its text."""


def policy(made: Site, names: Names) -> None:
    """A zone for all groups that are named by a policy, and one for each that is explained."""
    directory = made.folder("recursor")
    zones: dict[str, tuple[str, int | None, str]] = {"plain": (policy_zone(names), None, "")}
    for label, (kind, code, text) in _EXPLAINED.items():
        if label in names:
            zones[label] = (policy_zone({kind: names[label]}), code, text)
    lua = ""
    for label, (zone, code, text) in zones.items():
        path = directory / f"{label}.zone"
        path.write_text(zone, "utf-8")
        said = f', extendedErrorCode={code}, extendedErrorExtra="{text}"' if code is not None else ""
        lua += f'rpzFile("{path}", {{ policyName="{label}"{said} }})\n'
    _start(made, lua)


def rewriting(made: Site, names: Names) -> None:
    """Names that do not exist get the address of an advertising page, and the group `page` gets it too."""
    path = made.folder("recursor") / "plain.zone"
    path.write_text(policy_zone(names), "utf-8")
    script = made.folder("recursor") / "rewrite.lua"
    script.write_text(
        f"""function nxdomain(dq)
  if dq.qtype == pdns.A then dq:addAnswer(pdns.A, "{world.BLOCKPAGE[0]}")
  elseif dq.qtype == pdns.AAAA then dq:addAnswer(pdns.AAAA, "{world.BLOCKPAGE[1]}")
  else return false end
  dq.rcode = 0
  return true
end
""",
        "utf-8",
    )
    _start(made, f'rpzFile("{path}", {{ policyName="plain" }})\n', more=f"lua-dns-script={script}\n")


def _start(made: Site, lua: str, *, more: str = "") -> None:
    directory = made.folder("recursor")
    (directory / "recursor.lua").write_text(lua, "utf-8")
    (directory / "recursor.conf").write_text(
        f"""daemon=no
write-pid=no
setuid=
setgid=
socket-dir={directory}
local-address={", ".join(addresses(made))}
allow-from=0.0.0.0/0, ::/0
forward-zones-recurse=.={world.UPSTREAM}
dnssec=off
threads=1
security-poll-suffix=
lua-config-file={directory}/recursor.lua
{more}""",
        encoding="utf-8",
    )
    serve(
        made,
        [require_server("pdns_recursor"), f"--config-dir={directory}"],
        directory=directory,
    )
