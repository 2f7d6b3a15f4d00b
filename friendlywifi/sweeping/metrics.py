"""A sweep as OpenMetrics text, for monitoring. Labels are resolvers, types and outcomes, never names."""

from __future__ import annotations

from collections.abc import Iterator

from criteria.records import Outcome
from friendlywifi.formats.metrics import Sample, family
from friendlywifi.sweeping.summary import Summary

_PREFIX = "friendlywifi_sweep"


def render(summary: Summary) -> bytes:
    lines = [
        *family(f"{_PREFIX}_answers", "Answers by what they amount to.", _answers(summary)),
        *family(
            f"{_PREFIX}_unanswered",
            "Answers that are missing because a resolver fell silent.",
            (((("resolver", seen.resolver),), seen.unanswered) for seen in summary.resolvers),
        ),
    ]
    if summary.changes is not None:
        counts = {
            "opened": summary.changes.opened,
            "still": summary.changes.still,
            "closed": len(summary.changes.closed),
            "unclear": len(summary.changes.unclear),
        }
        samples: list[Sample] = [((("change", change),), count) for change, count in counts.items()]
        lines += family(f"{_PREFIX}_changes", "Leaks against the baseline.", samples)
    for name, help_, value in _plain(summary):
        lines += family(f"{_PREFIX}_{name}", help_, [((), value)])
    return "".join([*lines, "# EOF\n"]).encode()


def _answers(summary: Summary) -> Iterator[Sample]:
    for lane in summary.lanes:
        for outcome in Outcome:
            labels = (("resolver", lane.resolver), ("type", lane.type), ("outcome", outcome.value))
            yield labels, getattr(lane, outcome.value)


def _plain(summary: Summary) -> tuple[tuple[str, str, int | float], ...]:
    return (
        ("names", "Names that were asked for.", summary.names),
        ("not_decidable", "Pages of sites, which DNS cannot decide.", summary.not_decidable),
        ("unread", "Lines of the list that could not be read.", summary.unread),
        ("leaks", "Names that open, counted at each resolver and by each type.", summary.leaks),
        ("differing", "Names on which resolvers differ.", summary.differ),
        ("result", "0 all blocked, 1 leaks, 3 not every name could be decided.", int(summary.exit)),
        (
            "duration_seconds",
            "From the beginning of the sweep to its end.",
            (summary.ended - summary.started).total_seconds(),
        ),
        (
            "last_success_timestamp_seconds",
            "When a sweep was last carried through to its end, Unix time.",
            int(summary.ended.timestamp()),
        ),
    )
