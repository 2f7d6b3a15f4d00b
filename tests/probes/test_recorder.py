"""Ids do not depend on what was made at once with what."""

from __future__ import annotations

from probes.network import SystemClock
from probes.recorder import Recorder
from probes.records import Kind, Question, Stage


def test_what_was_recorded_aside_is_numbered_in_the_order_in_which_it_is_joined() -> None:
    question = Question(id="q00001", kind=Kind.TARGET, subject="x.example")
    recorder = Recorder(question=question, attempt=2, clock=SystemClock())
    recorder.record(mark=recorder.begin(), stage=Stage.DNS, failure=None)
    slow, fast = recorder.aside(), recorder.aside()
    for aside, address in ((fast, "b"), (slow, "a"), (slow, "a")):
        aside.record(mark=aside.begin(), stage=Stage.TCP, failure=None, address=address)
    recorder.join((slow, fast))
    assert [(item.id, item.address) for item in recorder.observations] == [
        ("q00001/2/00", None),
        ("q00001/2/01", "a"),
        ("q00001/2/02", "a"),
        ("q00001/2/03", "b"),
    ]
