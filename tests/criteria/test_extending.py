from __future__ import annotations

import json
from pathlib import Path

import pytest

from criteria.extending import compose
from criteria.kinds.attested import AttestedBy
from criteria.kinds.category_rate import CategoryRate
from criteria.kinds.sample_blocked import SampleBlocked
from criteria.released import released_names
from criteria.standard import Standard, lint, load, parse, released
from probes.records import Category, digest
from probes.tomlfile import TomlFault
from tests.criteria.making import baseline

HEAD = 'extends = "baseline"\nid = "mine"\nversion = "1.0.0"\ntitle = "Mine"\nlanguages = ["en"]\n'


def mine(rest: str = "") -> Standard:
    return parse(HEAD + rest, source="mine.toml", resolve=released)


def faults(rest: str, head: str = HEAD) -> list[str]:
    return [str(item) for item in lint(head + rest, "mine.toml", released)]


def test_what_is_not_said_is_that_of_the_standard_that_is_extended() -> None:
    standard = mine()
    assert standard.extends == "baseline"
    assert standard.criteria == baseline().criteria
    assert standard.surveillance == baseline().surveillance
    assert (standard.id, standard.title) == ("mine", "Mine")


def test_single_keys_of_a_criterion_and_of_its_rule_are_overridden() -> None:
    standard = mine(
        '[[criterion]]\nid = "ADU-02"\ntitle = "Mine too"\ntest = { at_least = "0.98", sample = 400 }\n'
        'source = [{ of = "at_least", says = "a" }, { of = "sample", says = "b" }]\n'
    )
    item, was = standard.criterion("ADU-02"), baseline().criterion("ADU-02")
    assert item is not None
    assert was is not None
    assert isinstance(item.test, SampleBlocked)
    assert (item.test.at_least, item.test.sample, item.test.alpha) == ("0.98", 400, "0.05")
    assert (item.title, item.why) == ("Mine too", was.why)
    assert [source.of for source in item.source] == [
        "alpha",
        "second_sample",
        "beyond_best",
        "at_least",
        "sample",
    ]
    assert [one.id for one in standard.criteria] == [one.id for one in baseline().criteria]


def test_a_rule_of_another_kind_replaces_the_old_one_and_its_sources() -> None:
    standard = mine(
        '[[criterion]]\nid = "SEC-01"\nscope = "document"\n'
        'test = { kind = "attested", statements = ["filter-has-security"], max_age_days = 90 }\n'
        'source = [{ of = "max_age_days", says = "a" }]\n'
    )
    item = standard.criterion("SEC-01")
    assert item is not None
    assert isinstance(item.test, AttestedBy)


def test_limits_add_up_and_none_is_lost() -> None:
    assert mine('limits = ["Mine."]').limits == (*baseline().limits, "Mine.")


def test_a_number_that_is_changed_needs_a_source_of_its_own() -> None:
    (fault,) = faults("validity_days = 200\n")
    assert fault == 'mine.toml:6: the number "validity_days" has no source'
    assert faults('validity_days = 200\nsource = [{ of = "validity_days", says = "a" }]') == []
    assert faults("validity_days = 365\n") == []


def test_a_number_of_a_rule_that_is_changed_needs_a_source_of_its_own() -> None:
    (fault,) = faults('[[criterion]]\nid = "ADU-02"\ntest = { at_least = "0.98" }\n')
    assert fault == 'mine.toml:8: ADU-02: the number "at_least" has no source'


@pytest.mark.parametrize(
    ("text", "sentence"),
    (
        (HEAD.replace('"baseline"', '"basement"'), 'mine.toml:1: there is no standard "basement" to extend'),
        (HEAD.replace('"baseline"', "3"), 'mine.toml:1: "extends" must be the id of a standard, in quotes'),
        (HEAD.replace('id = "mine"\n', ""), '"id" is missing'),
        (HEAD.replace('"mine"', '"baseline"'), 'mine.toml:1: "extends" goes round in a circle'),
    ),
)
def test_what_cannot_be_extended_is_told_with_its_line(text: str, sentence: str) -> None:
    assert any(sentence in fault for fault in faults("", text))
    with pytest.raises(TomlFault):
        parse(text, source="mine.toml", resolve=released)


def test_a_circle_of_several_standards_is_refused_where_it_closes() -> None:
    texts = {
        name: HEAD.replace('"baseline"', f'"{other}"').replace('"mine"', f'"{name}"')
        for name, other in (("one", "two"), ("two", "three"), ("three", "one"))
    }
    found = lint(texts["one"], "one.toml", texts.__getitem__)
    assert any("one → two → three → one" in str(fault) for fault in found)
    assert any(str(fault).startswith("three.toml:1:") for fault in found)


def test_without_somebody_who_looks_up_nothing_can_be_extended() -> None:
    with pytest.raises(TomlFault, match="cannot be looked up here"):
        parse(HEAD, source="mine.toml")


def test_a_criterion_that_is_missed_by_a_letter_is_told_once() -> None:
    (fault,) = faults('[[criterion]]\nid = "ADU-20"\ngate = true\n')
    assert fault == 'mine.toml:6: there is no "ADU-20" to change, did you mean "ADU-02"?'


def test_the_digest_covers_what_is_extended() -> None:
    text = HEAD
    loaded = load(text, source="mine.toml", resolve=released)
    again = load(text, source="elsewhere.toml", resolve=lambda _: released("baseline") + "# changed\n")
    assert loaded.digest != again.digest
    assert loaded.digest == digest(
        {"standard": digest(text.encode()), "extends": digest(released("baseline").encode())}
    )
    assert loaded.texts == (text, released("baseline"))
    assert load(released("baseline"), source="b.toml").digest == digest(released("baseline").encode())


def test_what_relaxes_a_gate_says_so_among_its_limits() -> None:
    standard = mine('[[criterion]]\nid = "OVB-02"\nenabled = false\n')
    assert standard.limits[-1] == (
        "Not required here, though baseline requires it: Everyday sites stay reachable (OVB-02)."
    )
    words = standard.text.sq
    assert words is not None
    assert words.limits[-1].startswith("Këtu nuk kërkohet")
    assert len(words.limits) == len(standard.limits)


def test_a_relaxed_gate_stays_relaxed_for_whoever_extends_that_standard() -> None:
    text = HEAD + '[[criterion]]\nid = "OVB-02"\nenabled = false\n'
    texts = {"baseline": released("baseline"), "mine": text}
    head = HEAD.replace('"baseline"', '"MINE"').replace('"mine"', '"yours"').replace("MINE", "mine")
    yours = parse(head, source="yours.toml", resolve=texts.__getitem__)
    assert sum("Everyday sites" in limit for limit in yours.limits) == 1
    mended = parse(
        head + '[[criterion]]\nid = "OVB-02"\nenabled = true\n',
        source="yours.toml",
        resolve=texts.__getitem__,
    )
    assert mended.limits == baseline().limits


def test_every_part_keeps_the_file_and_line_it_came_from() -> None:
    composed = compose(
        HEAD + '[[criterion]]\nid = "ADU-01"\nweight = 1\n', source="mine.toml", resolve=released
    )
    number = next(
        place for place, item in enumerate(composed.document["criterion"]) if item["id"] == "ADU-01"
    )
    weight = composed.places["criterion", number, "weight"]
    title = composed.places["criterion", number, "title"]
    assert (weight.source, weight.line) == ("mine.toml", 8)
    assert title.source == "baseline.toml"
    assert released("baseline").splitlines()[(title.line or 0) - 1].startswith('title = "The best-known')


# --------------------------------------------------------------------------------- what is released


@pytest.mark.parametrize("name", released_names("standards", ".toml"))
def test_a_released_standard_has_no_fault_and_texts_in_both_languages(name: str) -> None:
    assert lint(released(name), f"{name}.toml", released) == ()
    standard = parse(released(name), source=f"{name}.toml", resolve=released)
    assert standard.languages == ("en", "sq")
    assert standard.text.sq is not None
    assert "Not yet reviewed by a native speaker" in standard.text.sq.review
    for item in standard.criteria:
        assert item.text.sq is not None, item.id
        for sentence in (item.text.sq.how, item.text.sq.rule, item.text.sq.remedy, item.how, item.rule):
            assert sentence.endswith("."), sentence


def test_the_family_asks_for_five_more_categories_and_makes_encrypted_dns_a_gate() -> None:
    family = parse(released("family"), source="family.toml", resolve=released)
    categories, bypass = family.criterion("CAT-01"), family.criterion("BYP-02")
    assert categories is not None
    assert bypass is not None
    assert isinstance(categories.test, CategoryRate)
    assert set(categories.test.categories) == {
        Category.GAMBLING,
        Category.DRUGS,
        Category.VIOLENCE,
        Category.HATE,
        Category.SELFHARM,
    }
    assert (bypass.gate, bypass.weight) == (True, 0)
    assert family.limits == baseline().limits


def test_albania_asks_for_the_order_and_names_who_has_a_duty_and_where_to_report() -> None:
    albania = parse(released("albania"), source="albania.toml", resolve=released)
    order = albania.criterion("ORD-01")
    assert order is not None
    assert order.enabled
    assert [item.id for item in albania.duty_bearer] == [
        "operator",
        "provider",
        "akep",
        "state-agency",
        "state-police",
    ]
    assert [item.contact for item in albania.report_to] == ["https://isigurt.al", "116 111"]
    assert all(item.text.sq is not None for item in (*albania.duty_bearer, *albania.report_to))
    shipped = Path(__file__).parents[2] / "probes" / "targets" / "lists" / "controls-help.toml"
    for route in albania.report_to:
        assert f'name = {json.dumps(route.host)}, category = "control-help"' in shipped.read_text("utf-8")


@pytest.mark.parametrize(
    ("old", "new", "part"),
    (
        ('"Mine"', '"Adult names \\u202Ekcolb"', "nobody sees"),
        ('"Mine"', '"Mi\\u200Bne"', "nobody sees"),
        ('"mine"', '"mine\\n"', "white space"),
    ),
)
def test_what_nobody_sees_is_a_fault(old: str, new: str, part: str) -> None:
    assert any(part in fault for fault in faults("", HEAD.replace(old, new)))


def test_letters_in_pieces_are_a_fault() -> None:
    (fault,) = faults('summary = "e\u0308sht\u00eb"\n')
    assert "mine.toml:6: letters are written in pieces here" in fault


def test_a_language_without_its_texts_is_a_fault() -> None:
    text = HEAD.replace('["en"]', '["en", "sq"]')
    new = (
        '[[criterion]]\nid = "NEW-01"\nversion = 1\nlifecycle = "stable"\ntitle = "t"\ngate = false\n'
        'weight = 1\nprotects = "p"\nwhy = "w"\nhow = "h"\nrule = "r"\nremedy = "m"\neffort = "low"\n'
        'owner = "venue"\nscope = "run"\ntest = { kind = "explained" }\nsource = []\n'
    )
    (fault,) = faults(new, text)
    assert "mine.toml:7: NEW-01: there is no [criterion.text.sq]" in fault
