"""What the observations mean: the records that judging makes. Pure, like everything in this package.

observations → cells → verdicts → criterion results → assessment. Each names the rule that decided and
the observations that witness it.
"""

from __future__ import annotations

from enum import StrEnum

from probes.records import Category, Family, Record, RouteKind, Service, Stage, Time


class Outcome(StrEnum):
    """Of a cell or a target. `dead`: it fails on an unfiltered network too."""

    BLOCKED = "blocked"
    REACHABLE = "reachable"
    DEAD = "dead"
    INCONCLUSIVE = "inconclusive"
    NOT_APPLICABLE = "not_applicable"
    """Of a cell only: the network has no such address family."""


class Strength(StrEnum):
    """How sure a verdict is."""

    ARTEFACT = "artefact"
    """The filter said so: EDE 15, 16, 17, a known block page, a sinkhole that the reference never gives."""
    DETERMINATE = "determinate"
    """It differs from the known truth, the controls were fine, and a second look agreed."""
    WEAK = "weak"


class ReferenceEntry(Record):
    """What an unfiltered vantage saw of one name."""

    name: str
    alive: bool | None
    """Whether it resolved (and opened, where it may be opened); `None`: could not tell."""
    addresses: tuple[str, ...] = ()
    """What it resolved to, both families, sorted. Never compared one by one for CDN names."""
    confirmed: Time | None = None
    why: str | None = None
    """Why it could not be told; only where `alive` is `None`."""


class Reference(Record):
    """What an unfiltered vantage saw, dated."""

    id: str
    taken: Time
    vantage: str
    entries: tuple[ReferenceEntry, ...]
    resolvers: tuple[str, ...] = ()
    """Who was asked, each `ADDRESS:PORT`."""
    authorised_by: str | None = None
    software: str | None = None
    overrides: tuple[str, ...] = ()
    """What makes it a sight of something else than the Internet: an emulated hotspot's map."""


class Cell(Record):
    """One (target, resolver, family, service), decided at the deepest stage that was reached, by one rule."""

    target: str
    resolver: str
    family: Family
    service: Service
    stage: Stage
    outcome: Outcome
    mechanism: str | None
    """`stage/outcome[:detail]`; only where blocked, or where an undecided one shows a symptom."""
    mechanisms: tuple[str, ...] = ()
    """Everything that was seen, the primary one included, sorted: a sinkhole may come with an EDE."""
    strength: Strength
    rule: str
    witnesses: tuple[str, ...]
    """Ids of observations."""


class Verdict(Record):
    """What became of one target, folded from its cells by the fixed rule."""

    target: str
    category: Category
    outcome: Outcome
    mechanisms: tuple[str, ...]
    """Sorted, without repeats."""
    strength: Strength
    judged_at: Stage
    rule: str
    """The rule of the cell that decided."""
    cells: tuple[Cell, ...]


class RouteOutcome(StrEnum):
    CLOSED = "closed"
    FILTERED = "filtered"
    OPEN = "open"
    INCONCLUSIVE = "inconclusive"
    NOT_APPLICABLE = "not_applicable"


class Route(Record):
    """One way a child could walk around the filter."""

    kind: RouteKind
    endpoint: str
    """`udp 192.0.2.1:53`, `tcp [2001:db8::1]:53`, a URL, a name."""
    family: Family
    outcome: RouteOutcome
    rule: str
    witnesses: tuple[str, ...]


class SafeSearchOutcome(StrEnum):
    FORCED = "forced"
    PARTLY = "partly"
    OFF = "off"
    INCONCLUSIVE = "inconclusive"


class SafeSearch(Record):
    engine: str
    family: Family
    outcome: SafeSearchOutcome
    rule: str


class FamilyState(StrEnum):
    """Whether an address family works from here. `absent` and `broken` make cells not applicable."""

    USABLE = "usable"
    ABSENT = "absent"
    BROKEN = "broken"
    """There is an address, and nothing comes back."""
    UNKNOWN = "unknown"


class Finding(Record):
    """Something to know that is no failure: port 53 intercepted, NXDOMAIN rewritten, no OPT."""

    id: str
    text: str
    witnesses: tuple[str, ...] = ()


class Fitness(Record):
    """Whether this run can carry verdicts at all, and what this network does to any name."""

    void_reason: str | None
    """`offline`, `captive`, `controls_wrong`, `answers_everything`, `identity_changed`, `clock`, `machine`,
    `interrupted`; `None`: the run is valid."""
    explanation: str
    """One sentence for a person."""
    ipv4: FamilyState
    ipv6: FamilyState
    rewrites: tuple[str, ...] = ()
    """Addresses given for names that cannot exist, sorted: they count as NXDOMAIN."""
    path_shown: bool = False
    """Whether a control was reached beyond DNS (token, or a certificate that verifies). Without it the
    verdicts speak of the resolver only, and nothing can be certified."""
    bad_windows: tuple[str, ...] = ()
    """Interleaved control questions that failed. A control answers for the questions of its own lane
    (resolver, family) since the lane's last control: those are inconclusive."""
    dead_resolvers: tuple[str, ...] = ()
    """Resolvers at which no control came right."""
    blocked_controls: tuple[str, ...] = ()
    """Control questions that the filter itself answers: the names must open, and are blocked. They are left
    out of what says whether the network works."""
    clock_offset_s: int | None = None
    controls_ok: int = 0
    controls_asked: int = 0
    findings: tuple[Finding, ...] = ()


class CriterionOutcome(StrEnum):
    PASS = "pass"  # noqa: S105 - a result, no password
    CONDITIONAL = "conditional"
    FAIL = "fail"
    INCONCLUSIVE = "inconclusive"
    NOT_TESTED = "not_tested"
    NOT_APPLICABLE = "not_applicable"
    ATTESTED = "attested"


class OrderState(Record):
    """What became of one name of an authority's order, at the time of the run."""

    target: str
    outcome: Outcome
    ordered_at: Time | None = None
    due_at: Time | None = None
    """`None`: due at once."""
    due: bool
    """Whether its time was up when the run began."""
    overdue_s: int | None = None
    """Seconds since it was due, where it still opened; from the order on where that names no due date."""
    blocked_within_s: int | None = None
    """Seconds from the order to this run, where it was blocked: it took at most so long."""


class CriterionResult(Record):
    """One criterion of the standard, decided, with why and what to do about it."""

    id: str
    result: CriterionOutcome
    reason: str
    remedy: str | None
    """What to do; only where it does not pass."""
    owner: str
    """Who can do it: venue, provider, certifier."""
    gate: bool
    weight: int
    tested: int | None = None
    """Live names that were decided."""
    passed: int | None = None
    bound: str | None = None
    """One-sided 95 % bound of the rate in percent, a fixed decimal: "95.05"."""
    against: tuple[str, ...] = ()
    """Targets, routes or engines that made it fail or kept it open."""
    dead: tuple[str, ...] = ()
    """Names that left the denominator since they fail on an unfiltered network too."""
    orders: tuple[OrderState, ...] = ()
    """Every name of an authority's order; overdue ones first, the longest overdue on top."""


class AssessmentOutcome(StrEnum):
    CERTIFIABLE = "certifiable"
    PROVISIONAL = "provisional"
    CONDITIONAL = "conditional"
    NOT_CERTIFIABLE = "not_certifiable"
    INCONCLUSIVE = "inconclusive"


class Forecast(Record):
    """The best result that an input can reach, and what would lift it; said before the run starts."""

    outcome: AssessmentOutcome
    because: tuple[str, ...]
    """What stands in the way of a better one: clauses that follow "because"."""
    provided: tuple[str, ...] = ()
    """What must hold for this one: clauses that follow "provided that"."""


class Assessment(Record):
    """The whole check against one standard. The score decides nothing."""

    standard: str
    standard_version: str
    standard_digest: str
    outcome: AssessmentOutcome
    score: int
    """Passed weight."""
    applicable_weight: int
    criteria: tuple[CriterionResult, ...]
    best_possible: Forecast
    limits: tuple[str, ...]
    """Sentences that any certificate from this must carry."""


class Judgement(Record):
    """All that is concluded from one run."""

    rules_version: str
    fitness: Fitness
    verdicts: tuple[Verdict, ...]
    routes: tuple[Route, ...]
    safesearch: tuple[SafeSearch, ...]
    assessment: Assessment
