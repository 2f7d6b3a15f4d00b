from __future__ import annotations

import pytest

from criteria import mechanism, released, rules
from criteria.rules import DECIDING, RuleStage, shadowed
from criteria.signals import SIGNALS
from probes.tomlfile import TomlFault

LATEST = rules.latest()
HEAD = 'version = "1"\n'


def _list(*more: str) -> str:
    last = "".join(
        f'[[rules]]\nid = "last_{stage}"\nstage = "{stage}"\noutcome = "inconclusive"\nwhy = "x"\n'
        for stage in DECIDING
    )
    return HEAD + "".join(f"[[rules]]\n{item}\n" for item in more) + last


def test_every_rule_says_why_in_a_sentence() -> None:
    assert [rule.id for rule in LATEST.rules if not rule.why.endswith(".") or len(rule.why) < 20] == []


def test_ids_are_unique_and_lower_case() -> None:
    ids = [rule.id for rule in LATEST.rules]
    assert len(ids) == len(set(ids))
    assert all(word.isascii() and word == word.lower() and " " not in word for word in ids)


def test_every_signal_has_a_meaning_and_is_used_by_a_rule_or_says_why_not() -> None:
    used = {word for rule in LATEST.rules for word in (*rule.needs, *rule.lacks)}
    assert used <= set(SIGNALS)
    # Said for the reader of a trace; no rule hangs on them.
    assert set(SIGNALS) - used == {"truth.unknown", "truth.stale", "dns.rcode.odd", "looks.inconclusive"}
    assert all(meaning.endswith(".") for meaning in SIGNALS.values())


def test_every_mechanism_that_a_rule_names_is_in_the_closed_list() -> None:
    words = mechanism.parse(released.mechanisms_text(), source="mechanisms.toml")
    assert {rule.mechanism for rule in LATEST.rules if rule.mechanism} <= words.heads


@pytest.mark.parametrize("stage", DECIDING)
def test_the_last_rule_of_a_stage_takes_whatever_is_left(stage: RuleStage) -> None:
    last = [rule for rule in LATEST.rules if rule.stage is stage][-1]
    assert (last.needs, last.lacks, last.outcome) == ((), (), "inconclusive")
    assert LATEST.surely(stage, frozenset()) is not None


def test_no_rule_stands_behind_one_that_asks_for_less() -> None:
    assert shadowed(LATEST.rules) == ()


def test_guards_leave_it_open_when_nothing_is_wrong() -> None:
    assert LATEST.decide(RuleStage.RUN, frozenset()) is None
    with pytest.raises(LookupError):
        LATEST.surely(RuleStage.RUN, frozenset())


def test_without_right_controls_nothing_that_dns_says_blocks() -> None:
    artefacts = {"dns.answer.sinkhole", "dns.ede.filtered", "dns.answer.blockpage", "dns.rcode.refused"}
    signals = artefacts | {"truth.alive", "confirmed", "dns.rcode.nxdomain", "dns.timeout"}
    assert LATEST.surely(RuleStage.DNS, signals).outcome == "inconclusive"
    assert LATEST.surely(RuleStage.DNS, signals | {"lane.controls_ok"}).outcome == "blocked"


@pytest.mark.parametrize("stage", (RuleStage.TCP, RuleStage.TLS, RuleStage.HTTP))
def test_nothing_below_dns_blocks_unless_a_control_was_opened(stage: RuleStage) -> None:
    for rule in LATEST.rules:
        if rule.stage is stage and rule.outcome == "blocked":
            without = set(rule.needs) | {"truth.alive", "confirmed"}
            assert LATEST.surely(stage, without).outcome == "inconclusive", rule.id


@pytest.mark.parametrize("word", ("tcp.timeout", "tls.timeout", "http.timeout", "dns.timeout"))
def test_a_timeout_alone_never_blocks(word: str) -> None:
    stage = RuleStage(word.split(".", maxsplit=1)[0])
    sound = {word, "lane.controls_ok", "path.controls_ok"}
    assert LATEST.surely(stage, sound | {"truth.alive"}).outcome == "inconclusive"
    assert LATEST.surely(stage, sound | {"confirmed", "chance.ruled_out"}).outcome == "inconclusive"
    twice = LATEST.surely(stage, sound | {"truth.alive", "confirmed"})
    assert (twice.outcome, twice.again) == ("inconclusive", True)
    sure = sound | {"truth.alive", "confirmed", "chance.ruled_out"}
    assert LATEST.surely(stage, sure).outcome == "blocked"


@pytest.mark.parametrize(
    ("bad", "sentence"),
    (
        (
            'id = "a"\nstage = "dns"\nneeds = ["dns.rcode.nxdomian"]\noutcome = "dead"\nwhy = "x"',
            "unknown signal",
        ),
        ('id = "a"\nstage = "dns"\noutcome = "open"\nneeds = ["confirmed"]\nwhy = "x"', "does not know"),
        ('id = "a"\nstage = "route"\noutcome = "blocked"\nneeds = ["confirmed"]\nwhy = "x"', "does not know"),
        ('id = "a"\nstage = "dns"\nneeds = ["confirmed"]\noutcome = "dead"\nwhy = " "', "does not say why"),
        (
            'id = "a"\nstage = "dns"\nneeds = ["confirmed"]\nmechanism="x/y"\noutcome="dead"\nwhy = "x"',
            "unknown mechanism",
        ),
        (
            'id = "a"\nstage = "tcp"\nneeds = ["confirmed"]\nlacks=["confirmed"]\noutcome="dead"\nwhy="x"',
            "needs and lacks",
        ),
        (
            'id = "last_dns"\nstage = "run"\nneeds = ["confirmed"]\noutcome = "dead"\nwhy = "x"',
            "more than once",
        ),
        ('id = "a"\nstage = "dns"\noutcome = "dead"\nwhy = "x"', "can never decide"),
    ),
)
def test_a_broken_list_is_refused_with_its_line(bad: str, sentence: str) -> None:
    with pytest.raises(TomlFault, match=sentence) as caught:
        rules.parse(_list(bad), source="rules.toml")
    assert caught.value.line is not None
    assert str(caught.value).startswith("rules.toml:")


def test_a_stage_without_a_last_rule_is_refused() -> None:
    with pytest.raises(TomlFault, match="stage dns has no last rule"):
        rules.parse(HEAD + "rules = []\n", source="rules.toml")


def test_a_released_list_is_found_by_its_version() -> None:
    assert rules.version(released.LATEST_RULES) == LATEST
    with pytest.raises(FileNotFoundError):
        rules.version("1999-01")


@pytest.mark.parametrize("rule", LATEST.rules, ids=lambda rule: rule.id)
def test_every_rule_decides_when_just_its_own_signals_are_there(rule: rules.Rule) -> None:
    sound = {"lane.controls_ok", "path.controls_ok"} - set(rule.lacks)
    decided = LATEST.decide(rule.stage, set(rule.needs) | sound)
    assert decided is not None
    assert decided.id == rule.id
