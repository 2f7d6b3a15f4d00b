"""The table of what a hotspot is like now."""

from __future__ import annotations

from friendlywifi.surveillance.states import TABLE, Signal, State, next_state

FILTER = tuple(state for state in State if not state.blind)


def test_the_table_has_a_place_for_everything_that_is_seen_of_a_filter() -> None:
    assert set(TABLE) == set(FILTER)
    of_filter = set(Signal) - {Signal.ALIVE, Signal.CAPTIVE, Signal.OFFLINE, Signal.SILENT}
    for state, row in TABLE.items():
        assert set(row) == of_filter, state
        assert not any(end.blind for end in row.values())
        # What was confirmed is never softened by one run, and nothing good confirms a failure.
        assert row[Signal.CONFIRMED] is State.FAILING_CONFIRMED
        assert row[Signal.GOOD] is not State.FAILING_CONFIRMED
        assert row[Signal.STEADY] is State.WELL
        assert row[Signal.BAD] not in (State.WELL, State.UNKNOWN)
    assert TABLE[State.FAILING_CONFIRMED][Signal.GOOD] is State.RECOVERING


def test_a_portal_a_dead_line_and_silence_hide_what_is_behind_them() -> None:
    for behind in FILTER:
        assert next_state(behind, Signal.CAPTIVE) is State.PORTAL_LOCKED
        assert next_state(behind, Signal.OFFLINE) is State.UPLINK_DEAD
        assert next_state(behind, Signal.SILENT) is State.PROBE_SILENT
        assert next_state(behind, Signal.ALIVE) is behind
