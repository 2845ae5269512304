"""What is wrong with a document: where, in a sentence, and what would do instead."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from cryptouniverse.kernel.words import told
from strategies.builder.errors import BadRules
from strategies.builder.rules.compiling import checked_document, problems_of
from strategies.builder.rules.reading import BYTES_MAX, parsed, plain
from strategies.builder.rules.shape import schema
from tests.strategies.rule_documents import (
    TWINS,
    above,
    below,
    declared,
    document,
    either,
    every,
    line,
    no,
    number,
    price,
    ref,
)

GOOD = above(price(), line("sma", period=20))
PERIOD = declared("period", 14, 2, 50, 1)
RSI = line("rsi", period="period")
OBV = line("on_balance_volume")


def nested(depth, condition=GOOD):
    for _ in range(depth):
        condition = no(condition)
    return condition


BAD = {
    "no format": ({**document(GOOD), "format": 2}, "/format", "must be one of 1, is 2", 1),
    "missing": ({k: v for k, v in document(GOOD).items() if k != "patience"}, "", "patience is missing", None),
    "unknown field": ({**document(GOOD), "exit_lnog": GOOD}, "/exit_lnog", "no field exit_lnog", "exit_long"),
    "blank name": ({**document(GOOD), "name": "  "}, "/name", "must not be blank", None),
    "long name": ({**document(GOOD), "name": "x" * 81}, "/name", "80 signs at most", None),
    "stop": ({**document(GOOD), "stop_bps": 0}, "/stop_bps", "1 or more, is 0", 1),
    "stop text": ({**document(GOOD), "stop_bps": "3"}, "/stop_bps", "must be a whole number", None),
    "stop true": ({**document(GOOD), "stop_bps": True}, "/stop_bps", "must be a whole number", None),
    "target": ({**document(GOOD), "target_bps": 100_001}, "/target_bps", "100000 or less", 100_000),
    "patience": (document(GOOD, patience=0), "/patience", "1 or more", 1),
    "no condition": (document([]), "/enter_long", "must be an object", None),
    "kind": (document({"is": "abov"}), "/enter_long/is", "is abov", "above"),
    "no kind": (document({}), "/enter_long", "is is missing", None),
    "half": (document({"is": "above", "left": price()}), "/enter_long", "right is missing", None),
    "operand": (document(above(price(), {"is": "prise"})), "/enter_long/right/is", "is prise", "price"),
    "field": (document(above(price("clos"), number(1))), "/enter_long/left/field", "is clos", "close"),
    "empty": (document(every()), "/enter_long/of", "1 parts at least", None),
    "shift": (document(above(price(shift=-1), number(1))), "/enter_long/left/shift", "0 or more, is -1", 0),
    "half shift": (document(above(price(shift=0.5), number(1))), "/enter_long/left/shift", "whole number", None),
    "extra": (document({**GOOD, "bars": 3}), "/enter_long/bars", "no field bars", None),
    "huge": (document(above(price(), number(1e16))), "/enter_long/right/value", "or less", 10**15),
    "indicator": (document(above(line("smaa"), price())), "/enter_long/left/name", "no indicator smaa", "sma"),
    "output": (
        document(above(line("donchian", "uper"), price())), "/enter_long/left/output", "no such output", "upper"
    ),
    "which output": (document(above(line("donchian"), price())), "/enter_long/left", "Say which output", "upper"),
    "setting": (
        document(above(line("sma", perod=5), price())), "/enter_long/left/set/perod", "no parameter perod", "period"
    ),
    "bounds": (
        document(above(line("sma", period=1), price())), "/enter_long/left/set/period", "must be 2 to 10000, is 1", 2
    ),
    "half a bar": (document(above(line("sma", period=2.5), price())), "/enter_long/left/set/period", "whole", 2),
    "together": (
        document(above(line("macd", "macd", fast=30, slow=20), number(0))), "/enter_long/left/set", "below slow", None
    ),
    "offset": (
        document(above(price(offset_bps=-9_001), line("sma"))), "/enter_long/left/offset_bps", "-9000.0 to", -9000
    ),
    "sessions": (document(above(price(), line("vwap", days=9))), "/enter_long/right/set", "more than 3 days", None),
    "undeclared": (document(above(RSI, number(30))), "/enter_long/left/set/period/name", "declare it", None),
    "misspelt": (
        document(above(RSI, ref("perid")), parameters=[PERIOD]), "/enter_long/right/name", "no parameter", "period"
    ),
    "unused": (document(GOOD, parameters=[PERIOD]), "/parameters/0", "period is used nowhere", None),
    "twice": (document(above(RSI, price()), parameters=[PERIOD, PERIOD]), "/parameters/1/name", "taken", None),
    "reserved": (
        document(above(RSI, ref("bars")), parameters=[PERIOD, declared("bars", 2, 1, 3, 1)]),
        "/parameters/1/name", "bars is taken", None,
    ),
    "float": (
        document(above(RSI, number(30)), parameters=[{**PERIOD, "kind": "float"}]),
        "/parameters/0/kind", "declare it as int", "int",
    ),
    "too low": (
        document(above(RSI, number(30)), parameters=[declared("period", 14, 1, 50, 1)]),
        "/parameters/0/low", "may be 2 to 10000 where it is used", 2,
    ),
    "turned": (
        document(above(RSI, number(30)), parameters=[declared("period", 14, 50, 5, 1)]),
        "/parameters/0/high", "must be above low", None,
    ),
    "default": (
        document(above(RSI, number(30)), parameters=[declared("period", 60, 2, 50, 1)]),
        "/parameters/0/default", "must be 2 to 50, is 60", 50,
    ),
    "no int": (
        document(above(RSI, number(30)), parameters=[declared("period", 14, 2.5, 50, 1)]),
        "/parameters/0/low", "whole number", 2,
    ),
    "steps": (
        document(above(RSI, number(30)), parameters=[declared("period", 14, 2, 5000, 1)]),
        "/parameters/0/step", "1 to 1,000 steps", None,
    ),
    "two numbers": (document(above(number(1), number(2))), "/enter_long", "numbers alone", None),
    "itself": (document(above(price(), price())), "/enter_long", "with itself", None),
    "level": (document(above(OBV, number(0))), "/enter_long", "has no level", None),
    "no short": ({**document(GOOD), "exit_short": GOOD}, "/exit_short", "enter_short is missing", None),
    "same": (document(GOOD, GOOD), "/exit_long", "same as /enter_long", None),
    "never": (
        document(every(GOOD, below(price(), line("sma", period=20)))),
        "/enter_long/of/1", "contradicts /enter_long/of/0", None,
    ),
    "denied": (document(every(GOOD, every(no(GOOD)))), "/enter_long/of/1/of/0", "contradicts", None),
    "span": (
        document(every(above(line("rsi"), number(70)), below(line("rsi"), number(30)))),
        "/enter_long/of/1", "never true together", None,
    ),
    "between": (
        document({"is": "between", "value": price(), "low": number(5), "high": number(5)}),
        "/enter_long/high", "Nothing lies between", None,
    ),
    "warm-up": (document(above(line("sma", period=9_000), price())), "", "needs 9000 candles", None),
    "deep": (document(nested(9)), "/enter_long" + "/of" * 8, "deeper than 8", None),
    "many": (document(either(*[either(*[GOOD] * 8)] * 8)), "/enter_long/of/6/of/4", "more than 60 conditions", None),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_a_problem_is_told_with_its_place(case):
    raw, path, sentence, nearest = BAD[case]
    found = problems_of(plain(raw))
    assert [each.path for each in found][:1] == [path]
    assert sentence in told(found[0].said)
    assert "%(" not in told(found[0].said)
    assert found[0].nearest == nearest
    with pytest.raises(BadRules) as refused:
        checked_document(raw)
    assert refused.value.facts["problems"][0]["path"] == path
    assert sentence in str(refused.value)


def test_every_problem_is_told_at_once():
    raw = document(above(line("smaa"), line("sma", period=1)), below(price(), ref("x")), parameters=[PERIOD])
    paths = [each.path for each in problems_of(plain(raw))]
    assert paths == ["/enter_long/left/name", "/enter_long/right/set/period", "/exit_long/right/name", "/parameters/0"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{", "not JSON"),
        ('{"a": NaN}', "not JSON"),
        ("[" * 20_000, "not JSON"),
        ('{"a":' * 40 + "1" + "}" * 40, "nested deeper than 24"),
        ('{"a": 1e999}', "too large"),
        ('{"a": ' + "9" * 400 + "}", "too large"),
        ('{"a": "\\u0000"}', "sign that cannot be kept"),
        ('{"a": "\\ud800"}', "sign that cannot be kept"),
        ("[]", "is a JSON object"),
        ('{"a": [' + "1," * 2_000 + "1]}", "more than 2000 parts"),
        (" " * (BYTES_MAX + 1), "larger than 32000 bytes"),
    ],
)
def test_what_is_no_document_is_refused_before_it_is_walked(text, sentence):
    with pytest.raises(BadRules, match=sentence):
        checked_document(parsed(text))


def test_a_document_that_came_as_objects_is_bounded_too():
    with pytest.raises(BadRules, match="larger than"):
        plain({"note": "x" * BYTES_MAX})
    deep: list[object] = []
    for _ in range(5_000):
        deep = [deep]
    with pytest.raises(BadRules, match="deeper than"):
        plain({"a": deep})
    assert plain({"a": Decimal("2.0"), "b": Decimal("2.5"), "c": 3.0}) == {"a": 2, "b": 2.5, "c": 3}


def test_parameters_that_may_or_may_not_contradict_are_no_contradiction():
    bounds = [declared("low", 30, 5, 45, 1), declared("high", 70, 40, 90, 1)]
    span = every(above(line("rsi"), ref("low")), below(line("rsi"), ref("high")))
    assert problems_of(plain(document(span, parameters=bounds))) == []


def test_what_only_changes_may_be_compared_with_itself_and_may_rise():
    grows = above(OBV, line("on_balance_volume", shift=10))
    rises = {"is": "rising", "value": OBV, "bars": 3}
    assert problems_of(plain(document(every(grows, rises)))) == []


def test_the_schema_is_one_and_takes_the_twins():
    from jsonschema import Draft202012Validator

    Draft202012Validator.check_schema(schema())
    assert schema()["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    for raw in TWINS.values():
        Draft202012Validator(schema()).validate(json.loads(json.dumps(raw)))
        assert problems_of(plain(raw)) == []
